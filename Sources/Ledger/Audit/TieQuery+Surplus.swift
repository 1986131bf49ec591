import Accounting
import Bytes
import Commerce
import Events
import Index

/// The allocation and the dividends, computed anew.
extension TieQuery {
    /// The resolution's parts sum to the surplus it allocates, the surplus is the year's, and what was posted is what was resolved.
    mutating func resolution(_ folded: Folded) {
        guard let record = period.record else { return }
        let income = folded.resultMinor
        add(.resolution, "fiscalYearClosed", book: record.surplusMinor, register: income)
        guard record.isResolved else { return }
        let plan = record.plan
        let parts: [(AccountCode, Int64)] = [
            (.reserve, plan.reserveMinor), (.reserveForRebates, plan.reserveForRebatesMinor),
            (.dividendsPayable, plan.dividendsMinor), (.communityPayable, plan.communityMinor),
            (.deficit, plan.deficitMinor),
        ]
        let sum = parts.reduce(Int64(0)) { $0 &+ $1.1 }
        add(
            .resolution, "allocationResolved", book: folded.resolution[AccountCode.surplus.rawValue] ?? 0, register: sum
        )
        for (code, part) in parts where part != 0 || folded.resolution[code.rawValue] != nil {
            add(.resolution, code.name, book: -(folded.resolution[code.rawValue] ?? 0), register: part)
        }
    }

    /// Each member's part by the patronage that a fold of the log alone counts and the largest remainder, against their declaration.
    mutating func dividends(_ folded: Folded) {
        guard let record = period.record, record.isResolved, record.plan.dividendsMinor > 0 else { return }
        let fresh = folded.views
        guard let book = Array(period.book.name.utf8).withBytes({ fresh?.book($0) }),
            let plan = try? fresh?.dividendPlan(
                book, year: period.year, record.plan, rules: fresh?.allocationRules(book, record))
        else {
            return add(
                .dividend, "allocationResolved", book: record.plan.dividendsMinor, register: 0, ties: false)
        }
        let computed = plan.shares.reduce(Int64(0)) { $0 &+ $1.cashMinor &+ $1.sharesMinor }
        add(
            .dividend, "allocationResolved", book: record.plan.dividendsMinor, register: computed,
            count: plan.shares.count)
        guard !folded.declared.isEmpty else { return }
        let expected = Dictionary(
            plan.shares.filter { $0.cashMinor + $0.sharesMinor > 0 }.map {
                ($0.member, $0.cashMinor &+ $0.sharesMinor)
            },
            uniquingKeysWith: { first, _ in first })
        bases(folded, plan)
        let members = Set(expected.keys).union(folded.declared.keys)
        let wrong = members.filter { expected[$0] ?? 0 != folded.declared[$0] ?? 0 }.sorted()
        add(
            .dividend, "patronageDividendDeclared", party: wrong.first ?? "",
            book: folded.declared.values.reduce(0, &+), register: expected.values.reduce(0, &+), count: members.count,
            ties: wrong.isEmpty)
        let paid = folded.paid
        let unpaid = paid.filter { folded.declared[$0.key] ?? 0 != $0.value }.keys.sorted()
        guard !paid.isEmpty else { return }
        add(
            .dividend, "patronageDividendPaid", party: unpaid.first ?? "", book: paid.values.reduce(0, &+),
            register: paid.keys.reduce(Int64(0)) { $0 &+ (folded.declared[$1] ?? 0) }, count: paid.count,
            ties: unpaid.isEmpty)
    }
}

extension TieQuery {
    /// The base that each declaration states, and so the total that members are told, against the one that is counted anew.
    private mutating func bases(_ folded: Folded, _ plan: DividendPlan) {
        let counted = Dictionary(plan.shares.map { ($0.member, $0.baseMinor) }, uniquingKeysWith: { first, _ in first })
        let wrong = folded.declaredBases.filter { counted[$0.key] ?? 0 != $0.value }.keys.sorted()
        add(
            .dividend, "baseMinor", party: wrong.first ?? "", book: folded.declaredBases.values.reduce(0, &+),
            register: folded.declaredBases.keys.reduce(Int64(0)) { $0 &+ (counted[$1] ?? 0) },
            count: folded.declaredBases.count, ties: wrong.isEmpty)
    }
}

/// What a fold of the log alone says of a year: no stored row is read.
final class Folded {
    struct Place: Hashable {
        let account: UInt16
        let currency: UInt16
        let party: UInt32

        init(_ account: UInt16, _ currency: UInt16, _ party: UInt32) {
            self.account = account
            self.currency = currency
            self.party = party
        }
    }

    /// Debits less credits at the year's end.
    private(set) var atEnd: [Place: Int64] = [:]
    /// The same by account and effective day, for the quarters.
    private var byDay: [UInt16: [Int32: Int64]] = [:]
    /// What the resolution posted, and the year's revenue less expenses.
    private(set) var resolution: [UInt16: Int64] = [:]
    private(set) var resultMinor: Int64 = 0
    /// Dividends of the year by member: declared, paid.
    private(set) var declared: [String: Int64] = [:]
    private(set) var declaredBases: [String: Int64] = [:]
    private(set) var paid: [String: Int64] = [:]
    /// What the book's own events left in transit by institution at the year's end. What a market owes its sellers' cooperatives is none of these.
    private(set) var inTransit: [UInt32: Int64] = [:]
    /// What they changed of it since.
    private(set) var inTransitSince: [UInt32: Int64] = [:]
    /// What gift cards got since the year's end, less what they paid; and how many were sold until then.
    private(set) var cardsSince: Int64 = 0
    private(set) var cardsSold = 0
    /// What the fold left behind: patronage counted anew.
    private(set) var views: Views?

    init(_ period: AuditPeriod, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let (book, last) = (period.book, period.last.daysSinceEpoch)
        let views = snapshot.views
        self.views = try snapshot.entries(of: book) { entry, event in
            self.see(entry, event, period, last, views)
        }
    }

    private func see(_ entry: AuditEntry, _ event: EventView, _ period: AuditPeriod, _ last: Int32, _ views: Views) {
        let isOwn = event.book.string == period.book.name
        for line in entry.lines {
            if line.currency == period.book.currency.rawValue {
                byDay[line.account, default: [:]][entry.day, default: 0] &+= line.amountMinor
            }
            if isOwn, line.currency == period.book.currency.rawValue {
                register(line, isSince: entry.day > last)
            }
            guard entry.day <= last else { continue }
            atEnd[Place(line.account, line.currency, line.party), default: 0] &+= line.amountMinor
        }
        if let record = period.record, entry.sequence == record.resolvedSequence, record.isResolved {
            for line in entry.lines { resolution[line.account, default: 0] &+= line.amountMinor }
        }
        // The close itself empties these accounts.
        if entry.sequence == period.record?.closedSequence {
            for line in entry.lines where line.currency == period.book.currency.rawValue {
                switch views.accountClass(line.account, book: period.book.id) {
                case .revenue, .expenses: resultMinor &+= line.amountMinor
                default: break
                }
            }
        }
        try? money(event, period, entry)
    }

    /// What registers that have no history, of captures and of cards, are taken back to the year's end by.
    private func register(_ line: AuditEntry.Line, isSince: Bool) {
        switch (line.account, isSince) {
        case (AccountCode.inTransit.rawValue, true): inTransitSince[line.party, default: 0] &+= line.amountMinor
        case (AccountCode.inTransit.rawValue, false): inTransit[line.party, default: 0] &+= line.amountMinor
        case (AccountCode.giftCards.rawValue, true): cardsSince &-= line.amountMinor
        default: break
        }
    }

    private func money(_ event: EventView, _ period: AuditPeriod, _ entry: AuditEntry) throws {
        switch event.body {
        case .patronageDividendDeclared(let b)?:
            let body = try PatronageDividendDeclaredView(b)
            guard body.fiscalYear == UInt32(period.year) else { return }
            declared[body.member.string, default: 0] &+= body.cashMinor &+ body.sharesMinor
            declaredBases[body.member.string, default: 0] &+= body.baseMinor
        case .patronageDividendPaid(let b)?:
            let body = try PatronageDividendPaidView(b)
            guard body.fiscalYear == UInt32(period.year) else { return }
            paid[body.member.string, default: 0] &+= body.cashMinor &+ body.sharesMinor
        case .giftCardSold?:
            if entry.day <= period.last.daysSinceEpoch, event.book.string == period.book.name { cardsSold += 1 }
        default: break
        }
    }

    /// Debits less credits of an account, all parties together, with effective day ≤ `day`.
    func balance(_ account: UInt16, _ book: Book, through day: Int32) -> Int64 {
        (byDay[account] ?? [:]).reduce(0) { $1.key <= day ? $0 &+ $1.value : $0 }
    }
}
