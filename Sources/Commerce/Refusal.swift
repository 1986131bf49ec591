package import Bytes

/// Why a fact may not be recorded: the field, its value, the reason, and what would be accepted.
package struct Refusal: Error, Equatable, Sendable {
    /// What kind of rule refused. Open: slices add their own.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let malformed = Code(rawValue: "malformed")
        package static let missing = Code(rawValue: "missing")
        package static let outOfRange = Code(rawValue: "out-of-range")
        package static let unknown = Code(rawValue: "unknown")
        package static let duplicate = Code(rawValue: "duplicate")
        package static let conflict = Code(rawValue: "conflict")
        package static let wrongAmount = Code(rawValue: "wrong-amount")
        package static let notAllowed = Code(rawValue: "not-allowed")
        package static let locked = Code(rawValue: "locked")
        package static let moved = Code(rawValue: "moved")
    }

    package let code: Code
    /// The field in the schema's JSON names, for example "lines[2].taxClass".
    package let field: String
    package let value: String
    package let reason: Text
    package let accepted: Text

    package init(_ code: Code, _ field: String, _ value: String, _ reason: Text, accepted: Text) {
        self.code = code
        self.field = field
        self.value = value
        self.reason = reason
        self.accepted = accepted
    }

    package init(_ code: Code, _ field: String, _ value: Bytes, _ reason: Text, accepted: Text) {
        self.init(code, field, value.prefix(140).string, reason, accepted: accepted)
    }

    package init(_ code: Code, _ field: String, _ value: Int64, _ reason: Text, accepted: Text) {
        self.init(code, field, String(value), reason, accepted: accepted)
    }

    /// What is refused and why, without what would be right.
    package var finding: Text {
        Text(
            "\(field)\(value.isEmpty ? "" : " « \(value) »") : \(reason.french)",
            "\(field)\(value.isEmpty ? "" : " \"\(value)\""): \(reason.english)")
    }

    /// One line in the language asked for.
    package func text(_ language: Language) -> String {
        finding(language) + (language == .french ? "; accepté : \(accepted.french)" : "; accepted: \(accepted.english)")
    }
}
