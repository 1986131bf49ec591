/// Why an amount could not be computed or read.
package struct MoneyError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, for programs. Open: later versions may add codes.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The result does not fit 64 bits of minor units.
        package static let overflow = Code(rawValue: "overflow")
        package static let divisionByZero = Code(rawValue: "division-by-zero")
        /// The text is not a decimal number in the form that is accepted.
        package static let malformed = Code(rawValue: "malformed")
        /// The text has more decimals than the currency.
        package static let tooPrecise = Code(rawValue: "too-precise")
        /// No currency of ISO 4217 has this code.
        package static let unknownCurrency = Code(rawValue: "unknown-currency")
        /// An argument is outside what the rule is defined for.
        package static let outOfRange = Code(rawValue: "out-of-range")
    }

    package let code: Code
    /// The operation, field or text where it happened.
    package let place: String
    package let reason: String
    /// What would be right.
    package let accepted: String

    package init(code: Code, place: String, reason: String, accepted: String) {
        self.code = code
        self.place = place
        self.reason = reason
        self.accepted = accepted
    }

    /// A result that 64 bits do not hold.
    package static func overflow(_ place: StaticString) -> MoneyError {
        MoneyError(
            code: .overflow, place: "\(place)", reason: "the result does not fit 64 bits of minor units",
            accepted: "amounts whose result stays within ±9223372036854775807 minor units")
    }

    package var description: String { "\(place): \(reason); accepted: \(accepted)" }
}
