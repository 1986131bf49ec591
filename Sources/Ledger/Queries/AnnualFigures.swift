import Accounting
import Bytes
import Commerce
import Events
import Index

/// Where the annual report's figures come from.
struct AnnualFigures {
    let book: Book
    let year: UInt16
    let record: FiscalYearRecord
    let views: Views

    var members: ReportSection {
        var byCategory: [Int: (opening: Int64, admitted: Int64, left: Int64)] = [:]
        for row in views.memberMovements(book) where row.day <= record.lastDay {
            var sums = byCategory[row.category.rawValue] ?? (0, 0, 0)
            if row.day < record.firstDay {
                sums.opening += row.admitted - row.left
            } else {
                sums.admitted += row.admitted
                sums.left += row.left
            }
            byCategory[row.category.rawValue] = sums
        }
        let rows = byCategory.keys.sorted().compactMap { category -> ReportRow? in
            guard let sums = byCategory[category], let known = MemberCategory(rawValue: category) else { return nil }
            return ReportRow(
                item: "\(known)",
                values: [
                    .count(sums.opening), .count(sums.admitted), .count(sums.left),
                    .count(sums.opening + sums.admitted - sums.left),
                ])
        }
        return ReportSection(name: .members, measures: ["opening", "admitted", "left", "closing"], rows: rows)
    }

    func shares(_ snapshot: LedgerSnapshot) throws(LedgerError) -> ReportSection {
        var query = ShareRegisterQuery(book: book.name)
        query.from = CivilDate(clampingDays: Int64(record.firstDay))
        query.at = CivilDate(clampingDays: Int64(record.lastDay))
        let register = try query.register(snapshot)
        let classes: [ShareClass] = [.common, .preferred]
        let rows = classes.map { shareClass in
            let mine = register.rows.filter { $0.shareClass == shareClass }
            func sum(_ value: (RegisterRow) -> Int64) -> Int64 { mine.reduce(0) { $0 &+ value($1) } }
            return ReportRow(
                item: "\(shareClass)",
                values: [
                    .count(sum(\.opening)), .count(sum(\.issued)), .count(sum(\.redeemedShares)),
                    .count(sum(\.closing)), .amountMinor(sum(\.amountMinor)),
                ])
        }
        return ReportSection(
            name: .shares, measures: ["opening", "issued", "redeemed", "closing", "amount"], rows: rows)
    }

    var income: ReportSection {
        var rows: [ReportRow] = []
        var revenue: Int64 = 0
        var expenses: Int64 = 0
        for row in views.closedAccounts(book, year: year) {
            revenue &+= row.revenueMinor
            expenses &+= row.expensesMinor
            rows.append(
                ReportRow(
                    item: views.accountName(row.account, book: book.id),
                    values: [.amountMinor(row.revenueMinor &+ row.expensesMinor)]))
        }
        for (item, minor) in [
            ("revenue", revenue), ("expenses", expenses), ("surplus", record.surplusMinor),
            ("interest", record.interestMinor),
        ] {
            rows.append(ReportRow(item: item, values: [.amountMinor(minor)]))
        }
        return ReportSection(name: .income, measures: ["amount"], rows: rows)
    }

    /// What the meeting resolved; of the dividends in shares, what is below a whole share of each member goes in cash.
    func allocation(_ paid: [GroupShare]) -> ReportSection {
        let plan = record.plan
        let inShares = paid.reduce(Int64(0)) { $0 &+ $1.sharesMinor }
        let parts: [(String, Int64)] = [
            ("allocatable", views.allocatable(book, record)), ("deficit", plan.deficitMinor),
            ("reserve", plan.reserveMinor), ("reserveForRebates", plan.reserveForRebatesMinor),
            ("dividendsCash", plan.dividendsCashMinor), ("dividendsShares", plan.dividendsSharesMinor),
            ("fractionsInCash", paid.isEmpty ? 0 : plan.dividendsSharesMinor &- inShares),
            ("community", plan.communityMinor),
        ]
        return ReportSection(
            name: .allocation, measures: ["amount"],
            rows: parts.map { ReportRow(item: $0.0, values: [.amountMinor($0.1)]) })
    }

    /// Opening, what came, what deficits took, closing; then the part of this year's surplus, which the meeting gives it afterwards.
    var reserve: ReportSection {
        let before = reserve(through: record.firstDay - 1)
        let after = reserve(through: record.lastDay)
        let closing = after.second &- after.first
        let rows: [(String, Int64)] = [
            ("opening", before.second &- before.first), ("added", after.second &- before.second),
            ("deficitsBorne", after.first &- before.first), ("closing", closing),
            ("ofThisYear", record.plan.reserveMinor), ("afterAllocation", closing &+ record.plan.reserveMinor),
        ]
        return ReportSection(
            name: .reserve, measures: ["amount"],
            rows: rows.map { ReportRow(item: $0.0, values: [.amountMinor($0.1)]) })
    }

    /// Debits and credits of the reserve and its sub-accounts.
    private func reserve(through day: Int32) -> Counters {
        var sums = Counters()
        for line in views.balances(book, through: day) where line.currency == book.currency.rawValue {
            let name = views.accountName(line.account, book: book.id)
            guard name == AccountCode.reserve.name || name.hasPrefix(AccountCode.reserve.name + ":") else { continue }
            _ = sums.add(line.sums)
        }
        return sums
    }

    /// The members' parts by group as they are paid: whole shares alone, the rest is cash. None before the meeting.
    func paid() throws(LedgerError) -> [GroupShare] {
        guard record.isResolved, record.plan.dividendsMinor > 0 else { return [] }
        let end = YearEnd(book: book.name, year: year, source: "report", actor: "report")
        return try end.shares(views).flatMap { $0.paid(book) }
    }

    func dividends(_ paid: [GroupShare]) -> ReportSection {
        let measures = ["members", "base", "cash", "shares"]
        guard !paid.isEmpty else { return ReportSection(name: .dividends, measures: measures, rows: []) }
        let groups = views.allocationRules(book, record)?.sharingGroups.map(\.group) ?? [.consumer]
        let rows = groups.map { group in
            let mine = paid.filter { $0.group == group && $0.base > 0 }
            return ReportRow(
                item: "\(group)",
                values: [
                    .count(Int64(mine.count)), Self.base(group, mine.reduce(0) { $0 &+ $1.base }),
                    .amountMinor(mine.reduce(0) { $0 &+ $1.cashMinor }),
                    .amountMinor(mine.reduce(0) { $0 &+ $1.sharesMinor }),
                ])
        }
        return ReportSection(name: .dividends, measures: measures, rows: rows)
    }

    /// What was declared and paid of the year's dividends and interest, to this day.
    var payments: ReportSection {
        var declared: (members: Int64, minor: Int64) = (0, 0)
        var paid: (members: Int64, minor: Int64) = (0, 0)
        var withheld: Int64 = 0
        for party in parties(.dividend) {
            guard let dividend = views.dividend(party, year: year, book) else { continue }
            let amount = dividend.cashMinor &+ dividend.sharesMinor
            declared = (declared.members + 1, declared.minor &+ amount)
            guard dividend.isPaid else { continue }
            paid = (paid.members + 1, paid.minor &+ amount)
            withheld &+= dividend.withheldMinor
        }
        var interest: (members: Int64, minor: Int64, paid: Int64) = (0, 0, 0)
        for party in parties(.shareInterest) {
            guard let record = views.shareInterest(party, year: year, book) else { continue }
            interest = (interest.members + 1, interest.minor &+ record.amountMinor, interest.paid &+ record.paidMinor)
        }
        let rows: [ReportRow] = [
            ReportRow(item: "declared", values: [.count(declared.members), .amountMinor(declared.minor)]),
            ReportRow(item: "paid", values: [.count(paid.members), .amountMinor(paid.minor)]),
            ReportRow(item: "withheld", values: [nil, .amountMinor(withheld)]),
            ReportRow(item: "interestAllocated", values: [.count(interest.members), .amountMinor(interest.minor)]),
            ReportRow(item: "interestPaid", values: [nil, .amountMinor(interest.paid)]),
        ]
        return ReportSection(name: .payments, measures: ["members", "amount"], rows: rows)
    }

    /// The parties with a row of the year in an index whose keys are book ‖ year ‖ party.
    private func parties(_ byte: IndexByte) -> [UInt32] {
        var parties: [UInt32] = []
        let rows = views.index.rows(prefix: views.key.begin(byte).u16(book.id).u16(year).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16())
            parties.append(reader.u32())
        }
        return parties
    }

    /// Business by group: of members and of others.
    var business: ReportSection {
        let rows = Group.allCases.filter { $0 != .unspecified }.compactMap { group -> ReportRow? in
            let patronage = views.patronage(book, year: year, group: group)
            let base = patronage.reduce(Int64(0)) { $0 &+ $1.base }
            let business = views.groupBusiness(book, year: year, group: group)
            guard base != 0 || business.total != 0 else { return nil }
            return ReportRow(
                item: "\(group)",
                values: [
                    .count(Int64(patronage.filter { $0.base > 0 }.count)), Self.base(group, base),
                    Self.base(group, business.members), Self.base(group, business.total &- business.members),
                ])
        }
        return ReportSection(
            name: .business, measures: ["members", "base", "withMembers", "withOthers"], rows: rows)
    }

    private static func base(_ group: Group, _ value: Int64) -> ReportValue {
        group.isInMoney ? .amountMinor(value) : .thousandths(value)
    }
}
