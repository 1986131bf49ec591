package import Accounting
import Bytes
import Commerce
import Events
import Index

/// What a sample is drawn from: one account's postings of a year, or what stands on its parties at the year's end. Amounts in minor units.
package struct SamplePopulation: Sendable {
    package enum Items: String, CaseIterable, Sendable {
        case postings
        case balances
    }

    package enum Side: String, CaseIterable, Sendable {
        case debit
        case credit
    }

    package struct Item: Sendable {
        /// "4711.0": the posting in an event on this account, from 0; of a balance, the party.
        package let id: String
        package let sequence: UInt64?
        package let party: String
        package let day: CivilDate
        /// Positive, whatever the side.
        package let amountMinor: Int64
    }

    package let book: String
    package let account: String
    package let year: UInt16
    package let items: Items
    package let side: Side
    package let currency: Currency
    /// In the order of the log, or of the parties' names.
    package private(set) var all: [Item] = []
    /// The items of the other side, which the sample leaves out.
    package private(set) var otherCount = 0
    package private(set) var otherMinor: Int64 = 0
    /// Debits less credits before the year, then the year's, then at its end by the items themselves.
    package private(set) var openingMinor: Int64 = 0
    package private(set) var debitsMinor: Int64 = 0
    package private(set) var creditsMinor: Int64 = 0
    /// What of them the year's close posted, debits less credits.
    private(set) var closingEntryMinor: Int64 = 0
    /// What the trial balance has at the year's end, from the stored views.
    package private(set) var trialBalanceMinor: Int64 = 0

    package var totalMinor: Int64 { all.reduce(0) { $0 &+ $1.amountMinor } }
    /// The amount that no item exceeds; 0 where there is none.
    package var largestMinor: Int64 { all.reduce(0) { max($0, $1.amountMinor) } }
    package var closingMinor: Int64 { openingMinor &+ debitsMinor &- creditsMinor }
    /// Whether the items account for the whole balance.
    package var ties: Bool { closingMinor == trialBalanceMinor }

    /// - Parameter side: the account's usual one where none is named.
    /// - Complexity: O(events).
    package init(
        _ period: AuditPeriod, account name: String, _ items: Items, side: Side?, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) {
        guard let account = Array(name.utf8).withBytes({ snapshot.views.account($0, book: period.book.id) }) else {
            throw LedgerError.unknown(.account(period.book), name, for: .ledger, snapshot.views)
        }
        let found = try Self.populations(period, [(account, items)], side: side, snapshot)
        self = found[0]
    }

    /// Populations of several accounts, in their order, by one walk of the log.
    ///
    /// - Complexity: O(events).
    static func populations(
        _ period: AuditPeriod, _ wanted: [(account: UInt16, items: Items)], side: Side? = nil,
        _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [SamplePopulation] {
        let gathered = Dictionary(
            wanted.map { ($0.account, Gathered(isPostings: $0.items == .postings)) }, uniquingKeysWith: { $1 })
        let (first, last) = (period.first.daysSinceEpoch, period.last.daysSinceEpoch)
        let own = period.book.currency.rawValue
        try snapshot.entries(of: period.book) { entry, _ in
            guard entry.day <= last else { return }
            for line in entry.lines where line.currency == own {
                gathered[line.account]?.add(line, entry, isBefore: entry.day < first)
            }
        }
        var stored: [UInt16: Int64] = [:]
        for row in snapshot.views.balances(period.book, through: last, where: { gathered[$0] != nil })
        where row.currency == own {
            stored[row.account, default: 0] &+= row.sums.first &- row.sums.second
        }
        try snapshot.check()
        return wanted.map { account, items in
            SamplePopulation(
                period, account, items, side, gathered[account] ?? Gathered(isPostings: true),
                trialBalanceMinor: stored[account] ?? 0, snapshot.views)
        }
    }

    private init(
        _ period: AuditPeriod, _ account: UInt16, _ items: Items, _ side: Side?, _ gathered: Gathered,
        trialBalanceMinor: Int64, _ views: Views
    ) {
        let book = period.book
        let usual =
            AccountCode(rawValue: account)?.normalSide ?? views.accountClass(account, book: book.id)?.normalSide
            ?? .debit
        self.book = book.name
        self.account = views.accountName(account, book: book.id)
        year = period.year
        self.items = items
        self.side = side ?? (usual == .debit ? .debit : .credit)
        currency = book.currency
        (openingMinor, debitsMinor, creditsMinor) = (gathered.openingMinor, gathered.debitsMinor, gathered.creditsMinor)
        closingEntryMinor = gathered.closingEntryMinor
        self.trialBalanceMinor = trialBalanceMinor
        switch items {
        case .postings:
            for posting in gathered.postings {
                add(
                    "\(posting.sequence).\(posting.place)", posting.sequence, views.partyName(posting.party),
                    CivilDate(clampingDays: Int64(posting.day)), posting.amount)
            }
        case .balances:
            // A person and an institution of one name are one item.
            let parties = Dictionary(
                gathered.byParty.map { (views.partyName($0.key), $0.value) }, uniquingKeysWith: { $0 &+ $1 }
            ).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (party, amount) in parties { add(party, nil, party, period.last, amount) }
        }
    }

    /// A population given by hand, for tests of the drawing.
    package init(amounts: [Int64]) {
        (book, account, year, items, side, currency) = ("", "", 0, .postings, .debit, .cad)
        for (at, amount) in amounts.enumerated() { add("\(at)", UInt64(at), "", .first, amount) }
    }

    private mutating func add(_ id: String, _ sequence: UInt64?, _ party: String, _ day: CivilDate, _ amount: Int64) {
        guard amount != 0 else { return }
        guard (amount > 0) == (side == .debit) else {
            otherCount += 1
            otherMinor &+= Int64(clamping: amount.magnitude)
            return
        }
        all.append(
            Item(id: id, sequence: sequence, party: party, day: day, amountMinor: Int64(clamping: amount.magnitude)))
    }

    private final class Gathered {
        let isPostings: Bool
        var openingMinor: Int64 = 0
        var debitsMinor: Int64 = 0
        var creditsMinor: Int64 = 0
        var closingEntryMinor: Int64 = 0
        var postings: [(sequence: UInt64, place: Int, party: UInt32, day: Int32, amount: Int64)] = []
        var byParty: [UInt32: Int64] = [:]
        private var sequence: UInt64?
        private var place = 0

        init(isPostings: Bool) { self.isPostings = isPostings }

        func add(_ line: AuditEntry.Line, _ entry: AuditEntry, isBefore: Bool) {
            place = sequence == entry.sequence ? place + 1 : 0
            sequence = entry.sequence
            let amount = line.amountMinor
            if !isPostings { byParty[line.party, default: 0] &+= amount }
            guard !isBefore else {
                openingMinor &+= amount
                return
            }
            if amount > 0 { debitsMinor &+= amount } else { creditsMinor &-= amount }
            if entry.kind == .fiscalYearClosed { closingEntryMinor &+= amount }
            if isPostings { postings.append((entry.sequence, place, line.party, entry.day, amount)) }
        }
    }
}
