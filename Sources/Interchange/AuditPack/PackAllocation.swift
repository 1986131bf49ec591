import Accounting
package import Commerce
import EventLog
package import Events
import Ledger

/// How a closed year's surplus was shared, as the ledger's views have it: an auditor reckons it again from the log.
package struct PackAllocation {
    package struct GroupPart {
        package let group: Group
        package let sharePpm: UInt32
        /// In minor units or thousandths of the group's own unit.
        package let membersBusiness: Int64
        package let totalBusiness: Int64
        /// Most that the group may get; nil where the policy sets no cap by category.
        package let capMinor: Int64?
        package let cashMinor: Int64
        package let sharesMinor: Int64
    }

    package struct Dividend {
        package let share: DividendShare
        package let record: DividendRecord?
    }

    package let record: FiscalYearRecord
    package let rulesVersion: String
    package let isCappedByCategory: Bool
    package let groups: [GroupPart]
    /// Every member with a base, whatever it brought.
    package let shares: [DividendShare]
    package let dividends: [Dividend]

    /// - Complexity: O(members · log members).
    init(_ book: Book, year: UInt16, _ record: FiscalYearRecord, _ views: Views) throws(LedgerError) {
        self.record = record
        let rules = views.allocationRules(book, record)
        rulesVersion = rules?.rulesVersion ?? ""
        isCappedByCategory = rules?.isCappedByCategory == true
        let end = YearEnd(book: book.name, year: year, source: "audit", actor: "audit")
        let shares = try end.sharesByGroup(views)
        self.shares = shares
        var groups: [GroupPart] = []
        for (group, sharePpm) in rules?.sharingGroups ?? [(.consumer, 1_000_000)] {
            let parts = shares.flatMap { $0.groups.filter { $0.group == group } }
            let business = views.groupBusiness(book, year: year, group: group)
            let category = AllocationCategory(
                sharePpm: sharePpm, memberBusiness: parts.contains { $0.base > 0 } ? business.members : 0,
                totalBusiness: business.total)
            groups.append(
                GroupPart(
                    group: group, sharePpm: sharePpm, membersBusiness: business.members, totalBusiness: business.total,
                    capMinor: rules?.isCappedByCategory == true
                        ? category.capMinor(surplusMinor: record.plan.afterDeficitMinor) : nil,
                    cashMinor: parts.reduce(0) { $0 &+ $1.cashMinor },
                    sharesMinor: parts.reduce(0) { $0 &+ $1.sharesMinor }))
        }
        self.groups = groups
        dividends =
            record.isResolved
            ? shares.filter { $0.cashMinor + $0.sharesMinor > 0 }.map { share in
                Dividend(share: share, record: views.dividend(share.party, year: year, book))
            } : []
    }

    /// "GROUP_CONSUMER": as the schema names it.
    package static func name(_ group: Group) -> String { "GROUP_" + "\(group)".uppercased() }
}
