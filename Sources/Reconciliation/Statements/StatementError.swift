package import Commerce

/// Why a statement (or a payment file) cannot be read: where, what stood there, what would be right. It prints as one line.
package struct StatementError: Error, Equatable, Sendable {
    /// What kind of trouble it is.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        /// An error; `line(in:)` says it.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The system refused to open or read the file.
        package static let unreadable = Code(rawValue: "unreadable")
        /// No known format.
        package static let format = Code(rawValue: "format")
        /// Not well-formed: XML, SGML, records.
        package static let malformed = Code(rawValue: "malformed")
        /// Bytes that are no text in the encoding that the file says.
        package static let encoding = Code(rawValue: "encoding")
        /// Too deep, too large, too many.
        package static let limit = Code(rawValue: "limit")
        /// A field is missing or does not hold what it should.
        package static let value = Code(rawValue: "value")
        /// Sums, counts or balances that do not agree.
        package static let total = Code(rawValue: "total")
    }

    package var code: Code
    package var file: String
    /// Line from 1, where there are lines.
    package var line: Int?
    /// The field: an XML path, a tag, a record type.
    package var field: String
    /// What stood there.
    package var value: String
    package var reason: Text
    package var accepted: Text

    package init(
        code: Code, file: String, line: Int? = nil, field: String, value: String, reason: Text, accepted: Text
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.field = field
        self.value = value
        self.reason = reason
        self.accepted = accepted
    }
}

extension StatementError {
    /// One line: file, line, field, what stood there, why it is refused, what would be right.
    package func line(in language: Language) -> String {
        let isFrench = language == .french
        var text = file
        if let line { text += isFrench ? ", ligne \(line)" : ", line \(line)" }
        if !field.isEmpty { text += ", \(field)" }
        text += isFrench ? " : " : ": "
        if !value.isEmpty { text += isFrench ? "« \(value) » " : "\"\(value)\" " }
        return text + reason(language) + (isFrench ? " ; attendu : " : "; expected: ") + accepted(language)
    }

    /// A hostile field may be long or hold control characters: a message quotes its beginning, on one line.
    package static func quoted(_ value: String) -> String {
        var clean = ""
        var count = 0
        for scalar in value.unicodeScalars {
            guard count < 80 else { return clean + "…" }
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            clean.unicodeScalars.append(isControl ? "·" : scalar)
            count += 1
        }
        return clean
    }
}
