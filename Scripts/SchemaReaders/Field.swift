import SwiftProtobuf

/// One field of a message.
struct Field {
    let descriptor: Google_Protobuf_FieldDescriptorProto
    let name: String
    let comment: String
    let message: String
    /// For an enum: whether the schema names the number `raw`.
    let known: String

    init(
        _ descriptor: Google_Protobuf_FieldDescriptorProto, message: String, known: String, comment: String
    ) throws {
        self.descriptor = descriptor
        self.name = lowerCamel(descriptor.name)
        self.comment = comment
        self.message = message
        self.known = known
        let place = "\(message).\(descriptor.name)"
        guard descriptor.number < 2048 else {
            throw Schema.Refusal(description: "\(place): field numbers from 2048 on are not read")
        }
        switch descriptor.type {
        case .double, .float: throw Schema.Refusal(description: "\(place): there is no floating point in events")
        case .group, .sfixed32, .sfixed64:
            throw Schema.Refusal(description: "\(place): type \(descriptor.type) is not read")
        default: break
        }
        if isRepeated, descriptor.type != .message, descriptor.type != .enum {
            throw Schema.Refusal(description: "\(place): only messages and enums may be repeated")
        }
        if name == "encoded" { throw Schema.Refusal(description: "\(place): the readers need this name") }
    }

    var number: Int32 { descriptor.number }
    var isRepeated: Bool { descriptor.label == .repeated }
    var isMessage: Bool { descriptor.type == .message }
    /// Presence counts even for a default value.
    var hasPresence: Bool { descriptor.proto3Optional || isMessage }

    var wireType: Int32 {
        switch descriptor.type {
        case .fixed64: 1
        case .string, .bytes, .message: 2
        case .fixed32: 5
        default: isRepeated ? 2 : 0
        }
    }

    var tag: Int32 { number << 3 | wireType }
    var isWide: Bool { tag >= 0x80 }
    /// How a reader asks for the tag.
    var tagArgument: String { isWide ? "wide: \(hex(tag & 0x7F | 0x80 | (tag >> 7) << 8))" : hex(tag) }

    func hex(_ value: Int32) -> String { "0x" + String(value, radix: 16, uppercase: true) }

    /// The schema's word for the type.
    var typeWord: String { "\(descriptor.type)" }
    /// Name of the type in the schema: "TaxClass", "Timestamp".
    var typeStem: String { descriptor.typeName.split(separator: ".").last.map(String.init) ?? "" }
    /// Name of SwiftProtobuf's type.
    var enumType: String { typeStem }
    var view: String { "\(typeStem)View" }
    var isTimestamp: Bool { descriptor.typeName == ".google.protobuf.Timestamp" }

    /// The type of one value in Swift.
    var scalar: String {
        switch descriptor.type {
        case .int64, .sint64: "Int64"
        case .uint64, .fixed64: "UInt64"
        case .int32, .sint32: "Int32"
        case .uint32, .fixed32: "UInt32"
        case .bool: "Bool"
        case .string, .bytes: "Bytes"
        case .enum: enumType
        default: view
        }
    }

    var property: String {
        if isRepeated { return isMessage ? "Repeated<\(view)>" : "RepeatedEnum<\(enumType)>" }
        return hasPresence ? "\(scalar)?" : scalar
    }

    /// What an absent field reads as.
    private var absent: String {
        switch descriptor.type {
        case .string, .bytes: "reader.nothing"
        case .bool: "false"
        case .enum: "\(enumType)()"
        default: "0"
        }
    }

    private var readCall: String {
        switch descriptor.type {
        case .string: "text"
        case .bytes: "payload"
        case .int64: "int64"
        case .uint64: "uint64"
        case .int32: "int32"
        case .uint32: "uint32"
        case .sint32: "sint32"
        case .sint64: "sint64"
        case .fixed64: "fixed64"
        case .fixed32: "fixed32"
        default: "bool"
        }
    }

    private var differsFromDefault: String {
        switch descriptor.type {
        case .string, .bytes: "!value.isEmpty"
        case .bool: "value"
        default: "value != 0"
        }
    }

    /// The statements that read the field.
    func reading() -> String {
        if isRepeated {
            if isMessage {
                let tagLabel = isWide ? tagArgument : "tag: \(tagArgument)"
                return "        \(name) = try reader.repeated(\(number), \(tagLabel), as: \(view).self)\n"
            }
            return """
                        if reader.takes(\(tagArgument)) {
                            \(name) = try reader.repeatedEnum(\(number)) { raw in
                                if \(known) { \(enumType)(rawValue: Int(raw)) } else { nil }
                            }
                        } else {
                            \(name) = RepeatedEnum(region: reader.nothing, count: 0)
                        }

                """
        }
        var text = "        if reader.takes(\(tagArgument)) {\n"
        if isMessage {
            text += "            \(name) = try reader.message(\(number), as: \(view).self)\n"
        } else if descriptor.type == .enum {
            text += "            let raw = try reader.int32(\(number))\n"
            text += "            guard \(known), let value = \(enumType)(rawValue: Int(raw)) else {\n"
            text += "                throw reader.refusal(.unknownValue, \(number))\n            }\n"
            if !hasPresence { text += "            try reader.notDefault(raw != 0, \(number))\n" }
            text += "            \(name) = value\n"
        } else if hasPresence {
            text += "            \(name) = try reader.\(readCall)(\(number))\n"
        } else {
            text += "            let value = try reader.\(readCall)(\(number))\n"
            text += "            try reader.notDefault(\(differsFromDefault), \(number))\n"
            text += "            \(name) = value\n"
        }
        text += "        } else {\n            \(name) = \(hasPresence ? "nil" : absent)\n        }\n"
        return text
    }

    // MARK: Writing

    /// A value as `appendField` takes it.
    private func argument(_ value: String) -> String {
        switch descriptor.type {
        case .string, .bytes: "bytes: \(value)"
        case .bool: "varint: \(value) ? 1 : 0"
        case .int64: "varint: UInt64(bitPattern: \(value))"
        case .int32: "varint: UInt64(bitPattern: Int64(\(value)))"
        case .sint32: "varint: out.zigZag(Int64(\(value)))"
        case .sint64: "varint: out.zigZag(\(value))"
        case .uint32: "varint: UInt64(\(value))"
        case .fixed64: "fixed64: \(value)"
        case .fixed32: "fixed32: \(value)"
        case .enum: "varint: UInt64(bitPattern: Int64(\(value).rawValue))"
        default: "varint: \(value)"
        }
    }

    /// The writer's methods.
    func writing() -> String {
        let doc = comment.isEmpty ? "    /// Field \(number).\n" : documentation(comment, indent: "    ")
        // SwiftProtobuf's enums are not usable from inline.
        let attribute = descriptor.type == .enum ? "" : "    @inlinable\n"
        let start = "\(doc)\(attribute)    package func \(name)"
        if isMessage {
            let writer = "\(typeStem)Writer"
            var text = "\(start)<E: Error>(_ body: (\(writer)) throws(E) -> Void) throws(E) {\n"
            text += "        let out = out\n"
            text += "        try out.appendMessage(\(hex(tag))) { () throws(E) in try body(\(writer)(out)) }\n    }\n"
            if isTimestamp {
                text += "\n\(start)(microseconds: Int64) {\n"
                text += "        \(name) { $0.write(microseconds: microseconds) }\n    }\n"
            }
            return text
        }
        if isRepeated {
            return "\(start)<S: Sequence>(_ values: S) where S.Element == \(enumType) {\n"
                + "        out.appendField(\(hex(tag)), packed: values)\n    }\n"
        }
        let guarded = hasPresence ? "" : "if \(differsFromDefault) { "
        let close = hasPresence ? "" : " }"
        switch descriptor.type {
        case .string:
            return "\(start)(_ value: Bytes) {\n        \(guarded)out.appendField(\(hex(tag)), bytes: value)\(close)\n"
                + "    }\n\n\(start)(_ value: String) {\n        \(guarded)out.appendField(\(hex(tag)), text: value)"
                + "\(close)\n    }\n"
        case .enum:
            let guarded = hasPresence ? "" : "if value.rawValue != 0 { "
            return "\(start)(_ value: \(enumType)) {\n"
                + "        \(guarded)out.appendField(\(hex(tag)), \(argument("value")))\(close)\n    }\n"
        default:
            return "\(start)(_ value: \(scalar)) {\n"
                + "        \(guarded)out.appendField(\(hex(tag)), \(argument("value")))\(close)\n    }\n"
        }
    }

    /// The statements of a view's `write(to:)`.
    func rewriting() -> String {
        if isMessage && isRepeated {
            return "        for item in \(name) {\n            let item = try item.view()\n"
                + "            try writer.\(name) { (nested) throws(WireError) in try item.write(to: nested.out) }\n        }\n"
        }
        if isRepeated { return "        if !\(name).isEmpty { writer.\(name)(\(name)) }\n" }
        if isMessage {
            return "        if let \(name) {\n"
                + "            try writer.\(name) { (nested) throws(WireError) in try \(name).write(to: nested.out) }\n        }\n"
        }
        return hasPresence
            ? "        if let \(name) { writer.\(name)(\(name)) }\n" : "        writer.\(name)(\(name))\n"
    }

    /// The statements of `validate` beyond what reading checks.
    func validating() -> String {
        guard isMessage else { return "" }
        return isRepeated
            ? "        for item in \(name) { try validate(item.bytes, as: \(view).self) }\n"
            : "        if let \(name) { try validate(\(name).encoded, as: \(view).self) }\n"
    }
}
