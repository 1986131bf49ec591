/// What institutions do to what really moved.
package enum InstitutionNoise: String, CaseIterable, Sendable {
    /// Nothing but their ways: business days, merged weekends, batches, references in capitals of at most 35 characters, returns, monthly charges.
    case none
    /// As a good institution's year is.
    case usual
    /// As a bad one's.
    case hostile

    /// How often, in a thousand.
    struct Rates {
        /// A payment booked a business day later.
        var late = 0
        /// A reference cut off.
        var truncated = 0
        /// A reference that does not come back.
        var lost = 0
        /// A day's deposit that comes with the next one.
        var merged = 0
        /// A deposit whose fees are charged days later.
        var lateFee = 0
        /// A wrong sign, corrected the next business day.
        var signReversed = 0
        /// Booked twice, and once taken back.
        var duplicated = 0
        /// A month's charge that comes late.
        var lateCharge = 0
        /// An entry that is nobody's, for a thousand business days.
        var stranger = 0
    }

    var rates: Rates {
        switch self {
        case .none: Rates()
        case .usual:
            Rates(
                late: 100, truncated: 30, lost: 0, merged: 40, lateFee: 30, signReversed: 5, duplicated: 8,
                lateCharge: 200, stranger: 30)
        case .hostile:
            Rates(
                late: 300, truncated: 200, lost: 80, merged: 150, lateFee: 120, signReversed: 30, duplicated: 50,
                lateCharge: 500, stranger: 60)
        }
    }
}

/// What the truth says of an entry besides what it is.
enum NoiseKind: String {
    case none = ""
    case weekend, merged, batch, late, truncated, lost, duplicated, charge, stranger, returned
    case lateFee = "late-fee"
    case signReversed = "sign-reversed"
    case lateCharge = "late-charge"
}
