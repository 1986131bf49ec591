/// The law of allocating a cooperative's surplus: C-67.2 s.143, s.146 and s.147, and the bounds that a policy adds.
///
/// Earlier deficits are covered first; floors and caps are parts of what remains.
package enum AllocationLaw {
    /// Throws the first of `refusals(plan:base:rule:)`.
    package static func check(
        _ plan: AllocationPlan, base: AllocationBase, rule: AllocationRule
    ) throws(AllocationRefusal) {
        if let first = refusals(plan, base: base, rule: rule).first { throw first }
    }

    /// Everything that makes the plan unlawful, in the order of the rules; empty for a lawful plan.
    package static func refusals(
        _ plan: AllocationPlan, base: AllocationBase, rule: AllocationRule
    ) -> [AllocationRefusal] {
        // Where parts are negative or do not sum, every further bound would only repeat that.
        let wrongBase = baseRefusals(base)
        guard wrongBase.isEmpty else { return wrongBase }
        let wrongParts = partRefusals(plan)
        guard wrongParts.isEmpty else { return wrongParts }
        guard base.surplusMinor > 0 else { return lossRefusals(plan, base) }
        let wrongSum = sumRefusals(plan, base)
        guard wrongSum.isEmpty else { return wrongSum }
        let wrongCover = deficitRefusals(plan, base)
        guard wrongCover.isEmpty else { return wrongCover }
        var left = base
        left.surplusMinor = plan.afterDeficitMinor
        return floorRefusals(plan, left, rule) + nonMemberRefusals(plan, left) + policyRefusals(plan, left, rule)
    }

    /// The part of the surplus that comes from business with members and may become dividends, rounded down; 0 in a
    /// year without surplus or without business (s.147, ITA 135(2)). By category where the base has categories (s.128.1).
    package static func memberPartMinor(_ base: AllocationBase) -> Int64 {
        guard base.categories.isEmpty else {
            return capsMinor(surplusMinor: base.surplusMinor, base.categories).reduce(0, &+)
        }
        guard base.surplusMinor > 0, base.totalBusinessMinor > 0, base.memberBusinessMinor > 0 else { return 0 }
        // At most the surplus, as the members' business is at most the whole.
        let members = min(base.memberBusinessMinor, base.totalBusinessMinor)
        return Int64(
            truncatingIfNeeded: Int128(base.surplusMinor) * Int128(members) / Int128(base.totalBusinessMinor))
    }

    /// The most that each category's dividends may be, in minor units; together at most the surplus.
    package static func capsMinor(surplusMinor: Int64, _ categories: [AllocationCategory]) -> [Int64] {
        categories.map { $0.capMinor(surplusMinor: surplusMinor) }
    }

    /// The least for the community: what the reserve must have by law comes before what a policy gives away.
    package static func communityLeastMinor(_ base: AllocationBase, rule: AllocationRule) -> Int64 {
        var kept = base.surplusMinor - memberPartMinor(base)
        if rule.binds(equityMinor: base.equityMinor, debtsMinor: base.debtsMinor) {
            kept = max(kept, floor(rule.reserveMin, base), floor(rule.reserveAndSharesMin, base))
        }
        return max(0, min(floor(rule.communityMin, base), base.surplusMinor - kept))
    }

    private static func baseRefusals(_ base: AllocationBase) -> [AllocationRefusal] {
        var refusals: [AllocationRefusal] = []
        if base.memberBusinessMinor < 0 || base.memberBusinessMinor > base.totalBusinessMinor {
            refusals.append(
                AllocationRefusal(
                    .baseInconsistent, rule: "C-67.2 s.147", field: "memberBusinessMinor",
                    valueMinor: base.memberBusinessMinor, leastMinor: 0, mostMinor: max(0, base.totalBusinessMinor),
                    reason: "business with members is a part of all business"))
        }
        if base.debtsMinor < 0 {
            refusals.append(
                AllocationRefusal(
                    .baseInconsistent, rule: "C-67.2 s.146", field: "debtsMinor", valueMinor: base.debtsMinor,
                    leastMinor: 0, reason: "debts are owed, never negative"))
        }
        return refusals
    }

    private static func partRefusals(_ plan: AllocationPlan) -> [AllocationRefusal] {
        plan.parts.filter { $0.amountMinor < 0 }.map { part in
            AllocationRefusal(
                .negativePart, rule: part.field == "reserveMinor" ? "C-67.2 s.147" : "C-67.2 s.143",
                field: part.field, valueMinor: part.amountMinor, leastMinor: 0,
                reason: part.field == "reserveMinor"
                    ? "the reserve is never drawn down for members" : "a part of the surplus is not negative")
        }
    }

    private static func lossRefusals(_ plan: AllocationPlan, _ base: AllocationBase) -> [AllocationRefusal] {
        plan.parts.filter { $0.amountMinor != 0 }.map { part in
            AllocationRefusal(
                .noSurplus, rule: "C-67.2 s.143", field: part.field, valueMinor: part.amountMinor, leastMinor: 0,
                mostMinor: 0, reason: "the year has no surplus to allocate (\(base.surplusMinor))")
        }
    }

    private static func sumRefusals(_ plan: AllocationPlan, _ base: AllocationBase) -> [AllocationRefusal] {
        let sum = plan.parts.reduce(Int128(0)) { $0 + Int128($1.amountMinor) }
        guard sum != Int128(base.surplusMinor) else { return [] }
        return [
            AllocationRefusal(
                .sumDiffers, rule: "C-67.2 s.143", field: "surplusMinor", valueMinor: Int64(clamping: sum),
                leastMinor: base.surplusMinor, mostMinor: base.surplusMinor,
                reason: "the parts do not sum to the surplus")
        ]
    }

    private static func deficitRefusals(_ plan: AllocationPlan, _ base: AllocationBase) -> [AllocationRefusal] {
        let most = max(0, min(base.deficitMinor, base.surplusMinor))
        if plan.deficitMinor > most {
            return [
                AllocationRefusal(
                    .deficitTooLarge, rule: "C-67.2 s.147", field: "deficitMinor", valueMinor: plan.deficitMinor,
                    mostMinor: most, reason: "no such deficit stands")
            ]
        }
        let givenAway = plan.reserveForRebatesMinor + plan.dividendsMinor + plan.communityMinor
        guard plan.deficitMinor < most, givenAway > 0 else { return [] }
        return [
            AllocationRefusal(
                .deficitFirst, rule: "C-67.2 s.147", field: "deficitMinor", valueMinor: plan.deficitMinor,
                leastMinor: most, mostMinor: most, reason: "earlier deficits are covered before anything is given away")
        ]
    }

    private static func floorRefusals(
        _ plan: AllocationPlan, _ base: AllocationBase, _ rule: AllocationRule
    ) -> [AllocationRefusal] {
        guard rule.binds(equityMinor: base.equityMinor, debtsMinor: base.debtsMinor) else { return [] }
        var refusals: [AllocationRefusal] = []
        let whileLow =
            rule.equityToDebts == AllocationRule.always
            ? "" : "while equity is below \(rule.equityToDebts.percentText) % of debts "
        let reserveLeast = floor(rule.reserveMin, base)
        if plan.reserveMinor < reserveLeast {
            refusals.append(
                AllocationRefusal(
                    .reserveTooSmall, rule: "C-67.2 s.146", field: "reserveMinor", valueMinor: plan.reserveMinor,
                    leastMinor: reserveLeast,
                    reason: whileLow
                        + "the reserve gets at least \(rule.reserveMin.percentText) % of the surplus"))
        }
        // Both are parts of the surplus by now, so their sum fits.
        let together = plan.reserveMinor + plan.dividendsSharesMinor
        let togetherLeast = floor(rule.reserveAndSharesMin, base)
        if together < togetherLeast {
            refusals.append(
                AllocationRefusal(
                    .reserveAndSharesTooSmall, rule: "C-67.2 s.146", field: "reserveMinor + dividendsSharesMinor",
                    valueMinor: together, leastMinor: togetherLeast,
                    reason: whileLow
                        + "the reserve and the dividends in shares get at least "
                        + "\(rule.reserveAndSharesMin.percentText) % of the surplus"))
        }
        return refusals
    }

    private static func nonMemberRefusals(_ plan: AllocationPlan, _ base: AllocationBase) -> [AllocationRefusal] {
        let memberPart = memberPartMinor(base)
        let rule = base.categories.isEmpty ? "C-67.2 s.147" : "C-67.2 s.128.1"
        var refusals: [AllocationRefusal] = []
        let dividends = plan.dividendsCashMinor + plan.dividendsSharesMinor
        if dividends > memberPart {
            refusals.append(
                AllocationRefusal(
                    .dividendsTooLarge, rule: rule, field: "dividendsCashMinor + dividendsSharesMinor",
                    valueMinor: dividends, mostMinor: memberPart,
                    reason: "dividends come from the members' part of the business only"))
        }
        let reserveLeast = base.surplusMinor - memberPart
        if plan.reserveMinor < reserveLeast {
            refusals.append(
                AllocationRefusal(
                    .nonMemberSurplusNotReserved, rule: rule, field: "reserveMinor",
                    valueMinor: plan.reserveMinor, leastMinor: reserveLeast,
                    reason: "the surplus from business with non-members goes to the reserve"))
        }
        return refusals
    }

    private static func policyRefusals(
        _ plan: AllocationPlan, _ base: AllocationBase, _ rule: AllocationRule
    ) -> [AllocationRefusal] {
        var refusals: [AllocationRefusal] = []
        if let most = rule.dividendsMax {
            let mostMinor = Int64(
                truncatingIfNeeded: Int128(base.surplusMinor) * Int128(min(most, .one).ppm) / 1_000_000)
            if plan.dividendsMinor > mostMinor {
                refusals.append(
                    AllocationRefusal(
                        .dividendsAboveMost, rule: "policy", field: "dividendsCashMinor + dividendsSharesMinor",
                        valueMinor: plan.dividendsMinor, mostMinor: mostMinor,
                        reason: "dividends are at most \(most.percentText) % of the surplus"))
            }
        }
        let communityLeast = communityLeastMinor(base, rule: rule)
        if plan.communityMinor < communityLeast {
            refusals.append(
                AllocationRefusal(
                    .communityTooSmall, rule: "policy", field: "communityMinor", valueMinor: plan.communityMinor,
                    leastMinor: communityLeast,
                    reason: "the community gets at least \(rule.communityMin.percentText) % of the surplus"))
        }
        if rule.dividendsNeedReserve, plan.dividendsMinor > 0,
            Int128(base.reserveMinor) + Int128(plan.reserveMinor) <= 0
        {
            refusals.append(
                AllocationRefusal(
                    .reserveNotPositive, rule: "policy", field: "reserveMinor", valueMinor: plan.reserveMinor,
                    leastMinor: Int64(clamping: 1 - Int128(base.reserveMinor)),
                    reason: "dividends ask for a general reserve above 0"))
        }
        return refusals
    }

    /// A floor is an amount of money: the rate of the surplus, half-up to the cent, as a meeting would resolve it.
    private static func floor(_ rate: RatePpm, _ base: AllocationBase) -> Int64 {
        Int64(clamping: Money.quotientHalfUp(Int128(base.surplusMinor) * Int128(rate.ppm), by: 1_000_000))
    }
}
