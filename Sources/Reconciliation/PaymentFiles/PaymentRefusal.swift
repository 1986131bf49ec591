import Commerce

extension StatementError {
    /// A refusal of a payment file that is written or read. The value is quoted by its beginning only: a hostile one
    /// may be of any length.
    static func payment(
        _ code: Code, file: String, line: Int? = nil, _ field: String, _ value: String, _ reason: Text,
        accepted: Text
    ) -> StatementError {
        var quoted = ""
        for scalar in value.unicodeScalars.prefix(60) {
            quoted.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "?" : scalar)
        }
        return StatementError(
            code: code, file: file, line: line, field: field, value: quoted, reason: reason, accepted: accepted)
    }
}
