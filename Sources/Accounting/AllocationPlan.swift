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

    package init(
        reserveMinor: Int64 = 0, reserveForRebatesMinor: Int64 = 0, dividendsCashMinor: Int64 = 0,
        dividendsSharesMinor: Int64 = 0, communityMinor: Int64 = 0
    ) {
        self.reserveMinor = reserveMinor
        self.reserveForRebatesMinor = reserveForRebatesMinor
        self.dividendsCashMinor = dividendsCashMinor
        self.dividendsSharesMinor = dividendsSharesMinor
        self.communityMinor = communityMinor
    }

    /// Every part with the name of its field, in the order of the record.
    var parts: [(field: String, amountMinor: Int64)] {
        [
            ("reserveMinor", reserveMinor), ("reserveForRebatesMinor", reserveForRebatesMinor),
            ("dividendsCashMinor", dividendsCashMinor), ("dividendsSharesMinor", dividendsSharesMinor),
            ("communityMinor", communityMinor),
        ]
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

    package init(
        surplusMinor: Int64, memberBusinessMinor: Int64, totalBusinessMinor: Int64, equityMinor: Int64,
        debtsMinor: Int64
    ) {
        self.surplusMinor = surplusMinor
        self.memberBusinessMinor = memberBusinessMinor
        self.totalBusinessMinor = totalBusinessMinor
        self.equityMinor = equityMinor
        self.debtsMinor = debtsMinor
    }
}

/// The floors of C-67.2 s.146 as the cooperative's policy records them.
package struct AllocationRule: Hashable, Sendable {
    /// Least part of the surplus for the reserve while equity is below the threshold.
    package let reserveMin: RatePpm
    /// Least part for the reserve and the dividends paid in shares together.
    package let reserveAndSharesMin: RatePpm
    /// Equity over debts from which the floors no longer bind.
    package let equityToDebts: RatePpm

    package init(reserveMin: RatePpm, reserveAndSharesMin: RatePpm, equityToDebts: RatePpm) {
        self.reserveMin = reserveMin
        self.reserveAndSharesMin = reserveAndSharesMin
        self.equityToDebts = equityToDebts
    }

    /// Whether equity is below the threshold, so that the floors bind.
    package func binds(equityMinor: Int64, debtsMinor: Int64) -> Bool {
        Int128(equityMinor) * 1_000_000 < Int128(debtsMinor) * Int128(equityToDebts.ppm)
    }
}
