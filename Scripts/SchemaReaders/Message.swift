import SwiftProtobuf

/// One message of the schemas.
struct Message {
    let name: String
    /// Its place in `wireMessages`.
    let position: Int
    let comment: String
    /// In ascending order of their numbers.
    let fields: [Field]
    let oneofs: [Oneof]
    /// Fields and oneofs in the order in which they are read.
    private let steps: [Step]

    private enum Step {
        case field(Field)
        case oneof(Oneof)
    }

    init(
        _ descriptor: Google_Protobuf_DescriptorProto, position: Int, known: [String: String],
        comments: Comments
    ) throws {
        self.name = descriptor.name
        self.position = position
        self.comment = comments.ofMessage
        var members: [Int32: [Field]] = [:]
        var fields: [(Field, Int32?)] = []
        for (index, field) in descriptor.field.enumerated() {
            let made = try Field(
                field, message: descriptor.name, known: known[field.typeName] ?? "", comment: comments.ofField(index))
            let isMember = field.hasOneofIndex && !field.proto3Optional
            if isMember {
                guard made.isMessage else {
                    throw Schema.Refusal(description: "\(name).\(field.name): only messages may stand in a oneof")
                }
                members[field.oneofIndex, default: []].append(made)
            }
            fields.append((made, isMember ? field.oneofIndex : nil))
        }
        fields.sort { $0.0.number < $1.0.number }
        var steps: [Step] = []
        var oneofs: [Oneof] = []
        var lastOneof: Int32?
        for (field, oneof) in fields {
            if let oneof, oneof != lastOneof {
                guard let all = members.removeValue(forKey: oneof) else {
                    throw Schema.Refusal(description: "\(name): the numbers of a oneof must not enclose another field")
                }
                let made = Oneof(
                    name: lowerCamel(descriptor.oneofDecl[Int(oneof)].name), message: name,
                    members: all.sorted { $0.number < $1.number })
                oneofs.append(made)
                steps.append(.oneof(made))
            } else if oneof == nil {
                steps.append(.field(field))
            }
            lastOneof = oneof
        }
        self.fields = fields.map(\.0)
        self.oneofs = oneofs
        self.steps = steps
    }

    /// The reader, its oneofs and the writer.
    func swift() -> String { viewText() + "\n" + oneofs.map { $0.swift() + "\n" }.joined() + writerText() }

    private func each(_ field: (Field) -> String, _ oneof: (Oneof) -> String) -> String {
        steps.map { step in
            switch step {
            case .field(let one): field(one)
            case .oneof(let one): oneof(one)
            }
        }.joined()
    }

    private func viewText() -> String {
        var text = documentation(comment, indent: "")
        text +=
            (text.isEmpty ? "" : "///\n")
            + "/// Reads `\(name)` where its bytes lie.\n@usableFromInline\npackage struct \(name)View: WireView {\n"
        text += "    @usableFromInline package let encoded: Bytes\n"
        text += each(
            { field in
                let doc =
                    field.comment.isEmpty
                    ? "    /// Field \(field.number).\n" : documentation(field.comment, indent: "    ")
                return "\(doc)    package let \(field.name): \(field.property)\n"
            }, { $0.properties() })
        text +=
            "\n    @usableFromInline\n    package init(_ bytes: Bytes) throws(WireError) {\n        encoded = bytes\n"
        text += "        var reader = WireReader(bytes, message: \(position))\n"
        text += each({ $0.reading() }, { $0.reading() })
        text += "        try reader.finish()\n    }\n"
        text += "\n    @usableFromInline\n    package func validate() throws(WireError) {\n"
        text += each({ $0.validating() }, { $0.validating() }) + "    }\n"
        text += "\n    @usableFromInline\n    package func write(to out: ByteBuffer) throws(WireError) {\n"
        text +=
            "        let writer = \(name)Writer(out)\n" + each({ $0.rewriting() }, { $0.rewriting() }) + "    }\n}\n"
        return text
    }

    private func writerText() -> String {
        var text =
            "/// Writes `\(name)`. Its fields are to be written in the order of the methods below.\n@frozen @usableFromInline\n"
        text += "package struct \(name)Writer {\n    @usableFromInline package let out: ByteBuffer\n\n"
        text += "    @inlinable package init(_ out: ByteBuffer) { self.out = out }\n\n"
        text += fields.map { $0.writing() }.joined(separator: "\n")
        return text + "}\n"
    }
}
