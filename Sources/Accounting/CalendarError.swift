/// Why a day, an instant or a calendar cannot be read or made.
package struct CalendarError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, for programs. Open: later versions may add codes.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The text does not have the form that is accepted.
        package static let malformed = Code(rawValue: "malformed")
        /// The form is right, but no calendar has that day or time.
        package static let noSuchDay = Code(rawValue: "no-such-day")
        package static let noSuchTime = Code(rawValue: "no-such-time")
        /// Offsets from UTC that are not in ascending order, or a day and more from UTC.
        package static let badOffsets = Code(rawValue: "bad-offsets")
    }

    package let code: Code
    /// The text or field where it happened.
    package let place: String
    package let reason: String
    /// What would be right.
    package let accepted: String

    package var description: String { "\(place): \(reason); accepted: \(accepted)" }
}
