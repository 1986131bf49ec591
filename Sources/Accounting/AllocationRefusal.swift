/// Why an allocation is not lawful: the rule, the field, its value and what would be accepted.
package struct AllocationRefusal: Error, Hashable, CustomStringConvertible {
    /// What is wrong, for programs. Open: later versions may add codes.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// A part below 0: nothing is taken from the reserve (s.147) or from members.
        package static let negativePart = Code(rawValue: "negative-part")
        /// The parts do not sum to the surplus (s.143).
        package static let sumDiffers = Code(rawValue: "sum-differs")
        /// A year without surplus has nothing to allocate (s.143).
        package static let noSurplus = Code(rawValue: "no-surplus")
        /// The reserve gets less than the floor (s.146).
        package static let reserveTooSmall = Code(rawValue: "reserve-too-small")
        /// Reserve and dividends in shares together get less than the floor (s.146).
        package static let reserveAndSharesTooSmall = Code(rawValue: "reserve-and-shares-too-small")
        /// Dividends above the members' part of the business (s.147).
        package static let dividendsTooLarge = Code(rawValue: "dividends-too-large")
        /// The reserve gets less than the surplus from business with non-members (s.147).
        package static let nonMemberSurplusNotReserved = Code(rawValue: "non-member-surplus-not-reserved")
        /// More than the earlier deficits that stand.
        package static let deficitTooLarge = Code(rawValue: "deficit-too-large")
        /// Something is given away while an earlier deficit stands (s.147).
        package static let deficitFirst = Code(rawValue: "deficit-first")
        /// The community gets less than the policy's floor.
        package static let communityTooSmall = Code(rawValue: "community-too-small")
        /// Dividends above the policy's most.
        package static let dividendsAboveMost = Code(rawValue: "dividends-above-most")
        /// Dividends while the general reserve is not above 0, under a policy that asks for one.
        package static let reserveNotPositive = Code(rawValue: "reserve-not-positive")
        /// The figures that the plan is measured against contradict each other.
        package static let baseInconsistent = Code(rawValue: "base-inconsistent")
    }

    package let code: Code
    /// The law that refuses, for example "C-67.2 s.146", or "policy".
    package let rule: String
    /// The field of the plan or of the base.
    package let field: String
    package let valueMinor: Int64
    /// Least and most that would be accepted, in minor units; nil where there is no such bound.
    package let leastMinor: Int64?
    package let mostMinor: Int64?
    package let reason: String

    init(
        _ code: Code, rule: String, field: String, valueMinor: Int64, leastMinor: Int64? = nil,
        mostMinor: Int64? = nil, reason: String
    ) {
        self.code = code
        self.rule = rule
        self.field = field
        self.valueMinor = valueMinor
        self.leastMinor = leastMinor
        self.mostMinor = mostMinor
        self.reason = reason
    }

    package var description: String {
        let accepted =
            switch (leastMinor, mostMinor) {
            case (let least?, let most?) where least == most: "exactly \(least)"
            case (let least?, let most?): "from \(least) to \(most)"
            case (let least?, nil): "at least \(least)"
            case (nil, let most?): "at most \(most)"
            case (nil, nil): "consistent figures"
            }
        return "\(field) = \(valueMinor): \(reason) (\(rule)); accepted: \(accepted)"
    }
}
