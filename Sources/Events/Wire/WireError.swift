/// Why bytes are not the canonical encoding of a message.
///
/// Two words, so that throwing it costs the readers nothing; names are looked up when somebody reads it.
@usableFromInline
package struct WireError: Error, Hashable {
    /// What is wrong. Open: later readers may know more reasons.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The message ends inside a field.
        package static let truncated = Code(rawValue: 1)
        /// An integer or a tag is longer than it need be, or wider than its type.
        package static let varint = Code(rawValue: 2)
        /// The field's wire type is not that of the schema.
        package static let wireType = Code(rawValue: 3)
        /// The field stands behind one of a higher number, or twice.
        package static let order = Code(rawValue: 4)
        /// A default value is written out.
        package static let defaultValue = Code(rawValue: 5)
        /// The schema knows no such field.
        package static let unknownField = Code(rawValue: 6)
        /// A text is not UTF-8.
        package static let text = Code(rawValue: 7)
        /// The schema knows no such enum value.
        package static let unknownValue = Code(rawValue: 8)

        package var reason: String {
            switch self {
            case .truncated: "the bytes end inside the field; all of its bytes are expected"
            case .varint: "an integer is too wide or not in its shortest form; the shortest form is expected"
            case .wireType: "the wire type is not the schema's"
            case .order: "the field comes twice or behind a later field; ascending order is expected"
            case .defaultValue: "a default value is written out; absent fields are expected instead"
            case .unknownField: "the schema knows no such field"
            case .text: "the text is not UTF-8"
            case .unknownValue: "the schema knows no such enum value"
            default: "code \(rawValue)"
            }
        }
    }

    package let code: Code
    /// Position of the message among `wireMessages`.
    package let message: UInt16
    /// Number of the field; 0 where even that is unreadable.
    package let number: UInt32
    /// Where the refused bytes begin, counted from the start of the message that was to be read.
    package private(set) var offset: Int

    package init(_ code: Code, message: UInt16, number: UInt32, offset: Int) {
        self.code = code
        self.message = message
        self.number = number
        self.offset = offset
    }

    /// The same error, seen from the message that holds this one `distance` bytes behind its own start.
    package func shifted(by distance: Int) -> WireError {
        var error = self
        error.offset += distance
        return error
    }

    /// "PurchaseLine.seller", for people.
    package var field: String {
        let position = Int(message)
        guard wireMessages.indices.contains(position) else { return "field \(number)" }
        let message = wireMessages[position]
        guard let field = message.fields.first(where: { $0.number == number }) else {
            return number == 0 ? message.name : "\(message.name) field \(number)"
        }
        return "\(message.name).\(field.name)"
    }
}

extension WireError: CustomStringConvertible {
    @usableFromInline package var description: String { "\(field) at byte \(offset): \(code.reason)" }
}
