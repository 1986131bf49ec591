/// Why a file could not be imported: where it went wrong, what stood there, and what would be right.
///
/// It prints as one line, so that a command can pass it on as it is.
package struct ImportError: Error, Equatable {
    /// What kind of trouble it is; open, so that a new importer can add its own.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// A file or folder that should be there is not.
        package static let missing = Code(rawValue: "missing")
        /// The system refused to open or read the file.
        package static let unreadable = Code(rawValue: "unreadable")
        /// The compressed bytes are damaged.
        package static let corrupt = Code(rawValue: "corrupt")
        /// The file stops in the middle of something.
        package static let truncated = Code(rawValue: "truncated")
        /// The first row does not name the columns that are needed.
        package static let header = Code(rawValue: "header")
        /// A row is not well-formed: quotes, count of fields, length.
        package static let row = Code(rawValue: "row")
        /// A field does not hold what its column promises.
        package static let value = Code(rawValue: "value")
        /// A row stands where it may not: unsorted, or parted from the rows it belongs to.
        package static let order = Code(rawValue: "order")
        /// The ledger did not take what the files say.
        package static let refused = Code(rawValue: "refused")
    }

    package var code: Code
    /// The file, as the user can find it.
    package var file: String
    /// Line in the (uncompressed) file, from 1.
    package var line: Int?
    /// Name of the column.
    package var column: String?
    /// Bytes into the file as it is stored, from 0.
    package var offset: Int?
    /// What was found.
    package var value: String?
    package var reason: String
    /// What would have been accepted.
    package var expected: String

    package init(
        _ code: Code, file: String, line: Int? = nil, column: String? = nil, offset: Int? = nil, value: String? = nil,
        reason: String, expected: String
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.offset = offset
        self.value = value
        self.reason = reason
        self.expected = expected
    }
}

extension ImportError: CustomStringConvertible {
    package var description: String {
        var text = file
        if let line { text += ", line \(line)" }
        if let column { text += ", column \(column)" }
        if let offset { text += ", byte \(offset)" }
        text += ": "
        // A hostile field may be long or hold control characters: the message stays one readable line.
        if let value {
            let clean = value.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? "·" : String($0) }
            text += "\"\(clean.joined())\(value.unicodeScalars.count > 80 ? "…" : "")\" "
        }
        return text + "\(reason); expected \(expected)"
    }
}
