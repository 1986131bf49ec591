import SwiftProtobuf

/// A oneof: its members are messages, framed by the reader and read when asked for.
struct Oneof {
    let name: String
    let message: String
    var members: [Field]

    var type: String { message + upperFirst(name) }

    /// The enum of the members.
    func swift() -> String {
        var text = "/// What `\(message).\(name)` holds: the bytes of one message, not read yet.\n"
        text += "@frozen @usableFromInline\npackage enum \(type) {\n"
        for member in members { text += "    case \(member.name)(Bytes)\n" }
        text += "\n    /// The message's bytes.\n    @inlinable package var bytes: Bytes {\n        switch self {\n"
        for member in members { text += "        case .\(member.name)(let bytes): bytes\n" }
        text +=
            "        }\n    }\n\n    /// The field's number.\n    @inlinable package var number: Int {\n        switch self {\n"
        for member in members { text += "        case .\(member.name): \(member.number)\n" }
        text += "        }\n    }\n\n    /// The member of that field number.\n    @inlinable\n"
        text += "    package init?(number: Int, bytes: Bytes) {\n        switch number {\n"
        for member in members { text += "        case \(member.number): self = .\(member.name)(bytes)\n" }
        return text + "        default: return nil\n        }\n    }\n}\n"
    }

    func properties() -> String {
        """
            /// Field number of what `\(name)` holds; 0 where it holds nothing.
            @usableFromInline package let \(name)Field: Int
            /// The bytes of what `\(name)` holds, not read yet.
            @usableFromInline package let \(name)Bytes: Bytes
            /// What `\(name)` holds.
            @inlinable package var \(name): \(type)? { \(type)(number: \(name)Field, bytes: \(name)Bytes) }

        """
    }

    func reading() -> String {
        let numbers = members.map { String($0.number) }
        var lines: [String] = []
        var line = ""
        for number in numbers {
            let part = number == numbers.last ? number : number + ","
            if line.count + part.count > 90 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? part : " " + part
        }
        lines.append(line)
        return """
                    let \(name)Number = reader.upcomingNumber
                    switch \(name)Number {
                    case \(lines.joined(separator: "\n                ")):
                        reader.skipTag(of: \(name)Number)
                        \(name)Field = Int(\(name)Number)
                        \(name)Bytes = try reader.payload(\(name)Number)
                    default:
                        \(name)Field = 0
                        \(name)Bytes = reader.nothing
                    }

            """
    }

    func rewriting() -> String {
        var text = "        switch \(name) {\n"
        for member in members {
            text += "        case .\(member.name)(let bytes)?:\n            let view = try \(member.view)(bytes)\n"
            text +=
                "            try writer.\(member.name) { (nested) throws(WireError) in try view.write(to: nested.out) }\n"
        }
        return text + "        case nil: break\n        }\n"
    }

    func validating() -> String {
        var text = "        switch \(name) {\n"
        for member in members {
            text += "        case .\(member.name)(let bytes)?: try validate(bytes, as: \(member.view).self)\n"
        }
        return text + "        case nil: break\n        }\n"
    }

    /// The list of event kinds, for the envelope's body.
    func kinds() -> String {
        var text = "/// Every kind of event, by its field number in the envelope.\n"
        text += "@frozen @usableFromInline\npackage enum EventKind: Int, CaseIterable, Sendable {\n"
        for member in members { text += "    case \(member.name) = \(member.number)\n" }
        text +=
            "\n    /// The schema's name, for example \"PurchasePlaced\".\n    package var name: String {\n        switch self {\n"
        for member in members { text += "        case .\(member.name): \"\(member.typeStem)\"\n" }
        text += "        }\n    }\n\n    /// The kind of that name, exactly as the schema writes it.\n"
        text += "    package init?(name: String) {\n        switch name {\n"
        for member in members { text += "        case \"\(member.typeStem)\": self = .\(member.name)\n" }
        text += "        default: return nil\n        }\n    }\n}\n\nextension EventView {\n"
        text += "    /// The kind of event, unless the body is absent.\n"
        text += "    @inlinable package var kind: EventKind? { EventKind(rawValue: bodyField) }\n}\n"
        return text
    }
}
