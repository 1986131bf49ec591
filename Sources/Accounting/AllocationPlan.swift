/// How the general meeting shares a year's surplus, in minor units (C-67.2 s.143).
package struct AllocationPlan: Hashable, Sendable {
    /// To the general reserve, for ever.
    package var reserveMinor: Int64
    /// To the reserve from which later rebates may be paid.
    package var reserveForRebatesMinor: Int64
    package var dividendsCashMinor: Int64
    package var dividendsSharesMinor: Int64
    /// To works of the community.
    package var communityMinor: Int64
    /// What covers earlier deficits, before everything else.
    package var deficitMinor: Int64

    package init(
        reserveMinor: Int64 = 0, reserveForRebatesMinor: Int64 = 0, dividendsCashMinor: Int64 = 0,
        dividendsSharesMinor: Int64 = 0, communityMinor: Int64 = 0, deficitMinor: Int64 = 0
    ) {
        self.reserveMinor = reserveMinor
        self.reserveForRebatesMinor = reserveForRebatesMinor
        self.dividendsCashMinor = dividendsCashMinor
        self.dividendsSharesMinor = dividendsSharesMinor
        self.communityMinor = communityMinor
        self.deficitMinor = deficitMinor
    }

    /// Every part with the name of its field, in the order of the record.
    var parts: [(field: String, amountMinor: Int64)] {
        [
            ("reserveMinor", reserveMinor), ("reserveForRebatesMinor", reserveForRebatesMinor),
            ("dividendsCashMinor", dividendsCashMinor), ("dividendsSharesMinor", dividendsSharesMinor),
            ("communityMinor", communityMinor), ("deficitMinor", deficitMinor),
        ]
    }

    /// What the members get. Of a lawful plan, whose parts sum to a surplus; wraps otherwise.
    package var dividendsMinor: Int64 { dividendsCashMinor &+ dividendsSharesMinor }

    /// All that does not cover a deficit: what floors and caps are parts of. Of a lawful plan; wraps otherwise.
    package var afterDeficitMinor: Int64 {
        reserveMinor &+ reserveForRebatesMinor &+ dividendsMinor &+ communityMinor
    }
}

/// One group's part of the surplus and its business of the year, in one unit of its own (C-67.2 s.128.1).
package struct AllocationCategory: Hashable, Sendable {
    /// The group's part of the dividends.
    package let sharePpm: UInt32
    /// Done with the group's members, and with everybody; of one unit, whichever it is.
    package let memberBusiness: Int64
    package let totalBusiness: Int64

    package init(sharePpm: UInt32, memberBusiness: Int64, totalBusiness: Int64) {
        self.sharePpm = sharePpm
        self.memberBusiness = memberBusiness
        self.totalBusiness = totalBusiness
    }

    /// `surplus × share × members' business ÷ all business`, rounded down and exact whatever the sizes; 0 without business.
    package func capMinor(surplusMinor: Int64) -> Int64 {
        guard surplusMinor > 0, totalBusiness > 0, memberBusiness > 0 else { return 0 }
        let members = Int128(min(memberBusiness, totalBusiness))
        let total = Int128(totalBusiness)
        // The product of all three would leave 128 bits: millionths and business are divided one after the other.
        let (whole, rest) = (Int128(surplusMinor) * Int128(sharePpm)).quotientAndRemainder(dividingBy: 1_000_000)
        let (quotient, remainder) = (whole * members).quotientAndRemainder(dividingBy: total)
        return Int64(truncatingIfNeeded: quotient + (remainder * 1_000_000 + rest * members) / (1_000_000 * total))
    }
}

/// What the law measures an allocation against, in minor units.
package struct AllocationBase: Hashable, Sendable {
    /// Surplus of the year less the interest allocated on preferred shares; negative for a deficit.
    package var surplusMinor: Int64
    /// Business of the year done with members, and with everybody.
    package var memberBusinessMinor: Int64
    package var totalBusinessMinor: Int64
    package var equityMinor: Int64
    package var debtsMinor: Int64
    /// Earlier deficits that stand.
    package var deficitMinor: Int64
    /// The general reserve before this allocation.
    package var reserveMinor: Int64
    /// The groups, where dividends are capped by category; empty where the whole cooperative's business caps them.
    package var categories: [AllocationCategory]

    package init(
        surplusMinor: Int64, memberBusinessMinor: Int64, totalBusinessMinor: Int64, equityMinor: Int64,
        debtsMinor: Int64, deficitMinor: Int64 = 0, reserveMinor: Int64 = 0, categories: [AllocationCategory] = []
    ) {
        self.surplusMinor = surplusMinor
        self.memberBusinessMinor = memberBusinessMinor
        self.totalBusinessMinor = totalBusinessMinor
        self.equityMinor = equityMinor
        self.debtsMinor = debtsMinor
        self.deficitMinor = deficitMinor
        self.reserveMinor = reserveMinor
        self.categories = categories
    }
}

/// The floors of C-67.2 s.146 and the bounds of other rule sets, as the cooperative's policy records them.
package struct AllocationRule: Hashable, Sendable {
    /// The threshold that no ratio of equity to debts reaches: the floors always bind.
    package static let always = RatePpm(.max)

    /// Least part of the surplus for the reserve while equity is below the threshold.
    package let reserveMin: RatePpm
    /// Least part for the reserve and the dividends paid in shares together.
    package let reserveAndSharesMin: RatePpm
    /// Equity over debts from which the floors no longer bind.
    package let equityToDebts: RatePpm
    /// Least part of the surplus for the community, whatever the equity.
    package let communityMin: RatePpm
    /// Most of the surplus that may become dividends; nil where the rules set no such bound.
    package let dividendsMax: RatePpm?
    /// Whether dividends ask for a reserve above 0 (Bill 111).
    package let dividendsNeedReserve: Bool

    package init(
        reserveMin: RatePpm, reserveAndSharesMin: RatePpm, equityToDebts: RatePpm, communityMin: RatePpm = RatePpm(0),
        dividendsMax: RatePpm? = nil, dividendsNeedReserve: Bool = false
    ) {
        self.reserveMin = reserveMin
        self.reserveAndSharesMin = reserveAndSharesMin
        self.equityToDebts = equityToDebts
        self.communityMin = communityMin
        self.dividendsMax = dividendsMax
        self.dividendsNeedReserve = dividendsNeedReserve
    }

    /// Whether equity is below the threshold, so that the floors bind.
    package func binds(equityMinor: Int64, debtsMinor: Int64) -> Bool {
        equityToDebts == Self.always
            || Int128(equityMinor) * 1_000_000 < Int128(debtsMinor) * Int128(equityToDebts.ppm)
    }
}
