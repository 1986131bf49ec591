package import Accounting
import Bytes
package import Events
import Index

/// One member's part of one group's dividends.
package struct GroupShare: Equatable, Sendable {
    package let group: Group
    /// In minor units, or in thousandths of the group's own unit; see `Group.isInMoney`.
    package let base: Int64
    package let cashMinor: Int64
    package let sharesMinor: Int64
}

/// One member's part of a year's dividends: the sum over the groups it is in.
package struct DividendShare: Equatable, Sendable {
    package let party: UInt32
    package let member: String
    /// Over the groups whose business is money.
    package let baseMinor: Int64
    package var cashMinor: Int64
    package var sharesMinor: Int64
    /// By group, in the order of the policy.
    package var groups: [GroupShare] = []
}

extension DividendShare {
    /// The groups' parts as they are paid: what is below a whole share goes in cash, taken from the last groups first.
    package func paid(_ book: Book) -> [GroupShare] {
        var remainder = sharesMinor % max(1, book.commonSharePriceMinor)
        return groups.reversed().map { part in
            let cash = min(remainder, part.sharesMinor)
            remainder -= cash
            return GroupShare(
                group: part.group, base: part.base, cashMinor: part.cashMinor + cash,
                sharesMinor: part.sharesMinor - cash)
        }.reversed()
    }
}

struct DividendPlanKey: Hashable {
    let book: UInt16
    let year: UInt16
}

/// Everybody's part, computed from the patronage of the year (C-67.2 s.143: in proportion to the business each did).
package struct DividendPlan {
    package let shares: [DividendShare]
    private let position: [UInt32: Int]

    init(_ shares: [DividendShare]) {
        self.shares = shares
        self.position = Dictionary(uniqueKeysWithValues: shares.enumerated().map { ($1.party, $0) })
    }

    package func share(of party: UInt32) -> DividendShare? { position[party].map { shares[$0] } }
}

extension Views {
    /// Shares two pools among the groups, and within each among its members by their patronage: largest remainder, ties to the smaller
    /// member id in byte order.
    ///
    /// - Complexity: O(members · log members).
    package func dividendPlan(
        _ book: Book, year: UInt16, _ plan: AllocationPlan, rules: AllocationRules?
    ) throws(MoneyError) -> DividendPlan {
        let groups = rules?.sharingGroups ?? [(.consumer, 1_000_000)]
        let pools = try pools(book, year: year, plan, groups, rules)
        var merged: [UInt32: DividendShare] = [:]
        for (index, group) in groups.enumerated() {
            let bases = patronage(book, year: year, group: group.group)
            let pool = pools[index]
            guard !bases.isEmpty else {
                guard pool.cash == 0, pool.shares == 0 else {
                    throw MoneyError(
                        code: .outOfRange, place: "\(group.group)",
                        reason: "nobody in the group did business in \(year)",
                        accepted: "a group with patronage")
                }
                continue
            }
            let names = bases.map { partyName($0.party) }
            let order = LargestRemainder.ranks(ofIds: names)
            let cash = try LargestRemainder.shares(pool: pool.cash, bases: bases.map(\.base), tieBreak: order)
            let shares = try LargestRemainder.shares(pool: pool.shares, bases: bases.map(\.base), tieBreak: order)
            for (at, base) in bases.enumerated() {
                let known = merged[base.party]
                let part = GroupShare(
                    group: group.group, base: base.base, cashMinor: cash[at], sharesMinor: shares[at])
                merged[base.party] = DividendShare(
                    party: base.party, member: names[at],
                    baseMinor: (known?.baseMinor ?? 0) + (group.group.isInMoney ? base.base : 0),
                    cashMinor: (known?.cashMinor ?? 0) + cash[at], sharesMinor: (known?.sharesMinor ?? 0) + shares[at],
                    groups: (known?.groups ?? []) + [part])
            }
        }
        let all = merged.values.sorted { $0.member.utf8.lexicographicallyPrecedes($1.member.utf8) }
        return DividendPlan(all)
    }

    /// What each group gets in cash and in shares. Capped by category, a group's part shrinks with its business with non-members, so
    /// that dividends up to the sum of the caps never take one group's above its own.
    private func pools(
        _ book: Book, year: UInt16, _ plan: AllocationPlan, _ groups: [(group: Group, sharePpm: UInt32)],
        _ rules: AllocationRules?
    ) throws(MoneyError) -> [(cash: Int64, shares: Int64)] {
        let ranks = Array(groups.indices)
        var weights = groups.map { Int64($0.sharePpm) }
        var cash: [Int64]
        var shares: [Int64]
        if let rules, rules.isCappedByCategory {
            let caps = AllocationLaw.capsMinor(
                surplusMinor: plan.afterDeficitMinor, categories(book, year: year, rules))
            weights = try LargestRemainder.shares(pool: plan.dividendsMinor, bases: caps, tieBreak: ranks)
            cash = try LargestRemainder.shares(pool: plan.dividendsCashMinor, bases: weights, tieBreak: ranks)
            shares = zip(weights, cash).map { $0 - $1 }
        } else {
            cash = try LargestRemainder.shares(pool: plan.dividendsCashMinor, bases: weights, tieBreak: ranks)
            shares = try LargestRemainder.shares(pool: plan.dividendsSharesMinor, bases: weights, tieBreak: ranks)
        }
        return zip(cash, shares).map { ($0, $1) }
    }

    /// The rules that a year's resolution followed, or those in force while there is none.
    package func allocationRules(_ book: Book, _ record: FiscalYearRecord) -> AllocationRules? {
        guard record.isResolved else { return book.allocationRules(at: .max) }
        return book.allocationRules(
            at: event(record.resolvedSequence)?.effectiveAt.map(microseconds) ?? .max,
            knownAt: record.resolvedSequence)
    }

    /// The plan of a resolved year, kept while its rows cannot change: the year is closed.
    package func resolvedPlan(_ book: Book, year: UInt16, _ record: FiscalYearRecord) throws(MoneyError) -> DividendPlan
    {
        let planKey = DividendPlanKey(book: book.id, year: year)
        if let known = dividendPlans[planKey] { return known }
        let plan = try dividendPlan(book, year: year, record.plan, rules: allocationRules(book, record))
        dividendPlans[planKey] = plan
        return plan
    }
}
