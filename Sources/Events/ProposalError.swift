/// Why an event cannot be proposed.
@usableFromInline
package struct ProposalError: Error, Hashable, CustomStringConvertible {
    /// What is wrong. Open: more reasons may come.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The entry is larger than 65 535 bytes.
        package static let tooLarge = Code(rawValue: "tooLarge")
        /// The message cannot be encoded in canonical form.
        package static let notCanonical = Code(rawValue: "notCanonical")
    }

    package let code: Code
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    @usableFromInline package var description: String { reason }
}
