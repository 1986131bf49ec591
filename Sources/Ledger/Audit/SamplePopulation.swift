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
        let (views, book) = (snapshot.views, period.book)
        guard let account = Array(name.utf8).withBytes({ views.account($0, book: book.id) }) else {
            throw LedgerError.unknown(.account(book), name, for: .ledger, views)
        }
        let usual =
            AccountCode(rawValue: account)?.normalSide ?? views.accountClass(account, book: book.id)?.normalSide
            ?? .debit
        self.book = book.name
        self.account = name
        self.year = period.year
        self.items = items
        self.side = side ?? (usual == .debit ? .debit : .credit)
        currency = book.currency
        let gathered = Gathered()
        let (first, last, own) = (period.first.daysSinceEpoch, period.last.daysSinceEpoch, book.currency.rawValue)
        try snapshot.entries(of: book) { entry, _ in
            guard entry.day <= last else { return }
            var place = 0
            for line in entry.lines where line.account == account && line.currency == own {
                gathered.byParty[line.party, default: 0] &+= line.amountMinor
                if entry.day < first {
                    gathered.openingMinor &+= line.amountMinor
                } else {
                    gathered.postings.append((entry.sequence, place, line.party, entry.day, line.amountMinor))
                }
                place += 1
            }
        }
        openingMinor = gathered.openingMinor
        for posting in gathered.postings {
            if posting.amount > 0 { debitsMinor &+= posting.amount } else { creditsMinor &-= posting.amount }
        }
        switch items {
        case .postings:
            for posting in gathered.postings {
                add(
                    "\(posting.sequence).\(posting.place)", posting.sequence, views.partyName(posting.party),
                    CivilDate(clampingDays: Int64(posting.day)), posting.amount)
            }
        case .balances:
            let parties = gathered.byParty.map { (views.partyName($0.key), $0.value) }
                .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            for (party, amount) in parties { add(party, nil, party, period.last, amount) }
        }
        trialBalanceMinor = views.balances(book, through: last) { $0 == account }
            .filter { $0.currency == own }.reduce(Int64(0)) { $0 &+ $1.sums.first &- $1.sums.second }
        try snapshot.check()
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
        var openingMinor: Int64 = 0
        var postings: [(sequence: UInt64, place: Int, party: UInt32, day: Int32, amount: Int64)] = []
        var byParty: [UInt32: Int64] = [:]
    }
}
