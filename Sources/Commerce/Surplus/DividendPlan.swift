package import Accounting
import Bytes
package import Events
import Index

/// One member's part of a year's dividends.
package struct DividendShare: Equatable, Sendable {
    package let party: UInt32
    package let member: String
    package let baseMinor: Int64
    package var cashMinor: Int64
    package var sharesMinor: Int64
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
    /// Shares two pools among the members by their patronage: largest remainder, ties to the smaller member id in byte order.
    ///
    /// - Complexity: O(members · log members).
    package func dividendPlan(
        _ book: Book, year: UInt16, cashMinor: Int64, sharesMinor: Int64, rules: AllocationRules?
    ) throws(MoneyError) -> DividendPlan {
        var groups = rules?.groups ?? []
        if groups.isEmpty { groups = [(.consumer, 1_000_000)] }
        let ranks = Array(groups.indices)
        let weights = groups.map { Int64($0.sharePpm) }
        let cashPools = try LargestRemainder.shares(pool: cashMinor, bases: weights, tieBreak: ranks)
        let sharesPools = try LargestRemainder.shares(pool: sharesMinor, bases: weights, tieBreak: ranks)
        var merged: [UInt32: DividendShare] = [:]
        for (index, group) in groups.enumerated() {
            let bases = patronage(book, year: year, group: group.group)
            guard !bases.isEmpty else {
                guard cashPools[index] == 0, sharesPools[index] == 0 else {
                    throw MoneyError(
                        code: .outOfRange, place: "\(group.group)",
                        reason: "nobody in the group did business in \(year)",
                        accepted: "a group with patronage")
                }
                continue
            }
            let names = bases.map { partyName($0.party) }
            let order = LargestRemainder.ranks(ofIds: names)
            let cash = try LargestRemainder.shares(pool: cashPools[index], bases: bases.map(\.base), tieBreak: order)
            let shares = try LargestRemainder.shares(
                pool: sharesPools[index], bases: bases.map(\.base), tieBreak: order)
            for (at, base) in bases.enumerated() {
                let known = merged[base.party]
                merged[base.party] = DividendShare(
                    party: base.party, member: names[at], baseMinor: (known?.baseMinor ?? 0) + base.base,
                    cashMinor: (known?.cashMinor ?? 0) + cash[at], sharesMinor: (known?.sharesMinor ?? 0) + shares[at])
            }
        }
        let all = merged.values.sorted { $0.member.utf8.lexicographicallyPrecedes($1.member.utf8) }
        return DividendPlan(all)
    }

    /// The patronage of a group's members in a year. A base that refunds made negative counts as none.
    package func patronage(_ book: Book, year: UInt16, group: Group) -> [(party: UInt32, base: Int64)] {
        var result: [(UInt32, Int64)] = []
        let rows = index.rows(prefix: key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(group.rawValue)).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(5))
            result.append((reader.u32(), max(0, rows.counters.first)))
        }
        return result
    }

    /// Business with members and in all, in a year; the basis of s.147.
    package func business(_ book: Book, year: UInt16) -> (members: Int64, total: Int64) {
        let sums = index.counters(
            key.begin(.business).u16(book.id).u16(year).u8(UInt8(Group.consumer.rawValue)).bytes)
        return (max(0, sums.first), max(0, sums.first) + max(0, sums.second))
    }

    /// The plan of a resolved year, kept while its rows cannot change: the year is closed.
    package func resolvedPlan(_ book: Book, year: UInt16, _ record: FiscalYearRecord) throws(MoneyError) -> DividendPlan
    {
        let planKey = DividendPlanKey(book: book.id, year: year)
        if let known = dividendPlans[planKey] { return known }
        let plan = try dividendPlan(
            book, year: year, cashMinor: record.plan.dividendsCashMinor, sharesMinor: record.plan.dividendsSharesMinor,
            rules: book.allocationRules(
                at: event(record.resolvedSequence)?.effectiveAt.map(microseconds) ?? .max,
                knownAt: record.resolvedSequence))
        dividendPlans[planKey] = plan
        return plan
    }
}
