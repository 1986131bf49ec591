package import Accounting
import Commerce
import EventLog
import Events
import Ledger

/// What the journal's lines sum to: the trial balance of a year, sub-ledgers, months.
package struct PackFigures {
    package struct Place: Hashable, Comparable {
        package let account: String
        package let currency: Currency

        package static func < (a: Place, b: Place) -> Bool {
            let classes = (AccountClass(ofAccount: a.account), AccountClass(ofAccount: b.account))
            if let first = classes.0, let second = classes.1, first != second { return first < second }
            if a.account != b.account { return a.account.utf8.lexicographicallyPrecedes(b.account.utf8) }
            return a.currency.code < b.currency.code
        }
    }

    /// One line of the trial balance; amounts in minor units, debits positive.
    package struct Sums {
        package var openingMinor: Int64 = 0
        package var debitsMinor: Int64 = 0
        package var creditsMinor: Int64 = 0
        /// What the year's close posted.
        package var closingEntriesMinor: Int64 = 0

        package var beforeClosingMinor: Int64 { openingMinor &+ debitsMinor &- creditsMinor }
        package var closingMinor: Int64 { beforeClosingMinor &+ closingEntriesMinor }
    }

    /// One party's part of an account.
    package struct Part: Hashable {
        package let place: Place
        package let party: String
    }

    package private(set) var accounts: [Place: Sums] = [:]
    /// At the year's end.
    package private(set) var parties: [Part: Int64] = [:]
    /// Revenue, expenses and movement of cash by month, January first, in the book's currency, without closing entries; credits positive for revenue.
    package private(set) var months = [(revenueMinor: Int64, expensesMinor: Int64, cashMinor: Int64)](
        repeating: (0, 0, 0), count: 12)
    /// Cash on the first day.
    package private(set) var openingCashMinor: Int64 = 0
    package private(set) var entries = 0
    /// Of every line, also after the year's end.
    private(set) var currencies: Set<Currency> = []
    private var names: Set<String> = []
    private let year: Int
    private let currency: Currency

    init(_ book: Book, year: UInt16) {
        self.year = Int(year)
        currency = book.currency
    }

    /// Takes in one entry of the journal; entries after the year's end count as entries only.
    mutating func add(_ entry: BookJournal.Entry) {
        entries += 1
        for line in entry.lines {
            currencies.insert(line.currency)
            names.insert(line.account)
        }
        guard entry.day.year <= year else { return }
        for line in entry.lines {
            let place = Place(account: line.account, currency: line.currency)
            parties[Part(place: place, party: line.party), default: 0] &+= line.amountMinor
            if entry.day.year < year {
                accounts[place, default: Sums()].openingMinor &+= line.amountMinor
            } else if entry.kind == .fiscalYearClosed {
                accounts[place, default: Sums()].closingEntriesMinor &+= line.amountMinor
            } else if line.amountMinor > 0 {
                accounts[place, default: Sums()].debitsMinor &+= line.amountMinor
            } else {
                accounts[place, default: Sums()].creditsMinor &-= line.amountMinor
            }
            addMonth(line, entry)
        }
    }

    private mutating func addMonth(_ line: BookJournal.Line, _ entry: BookJournal.Entry) {
        guard line.currency == currency else { return }
        let isCash = line.account == AccountCode.bank.name || line.account == AccountCode.trustBank.name
        guard entry.day.year == year else {
            if isCash { openingCashMinor &+= line.amountMinor }
            return
        }
        let month = entry.day.month - 1
        if isCash { months[month].cashMinor &+= line.amountMinor }
        guard entry.kind != .fiscalYearClosed else { return }
        if line.accountClass == .revenue { months[month].revenueMinor &-= line.amountMinor }
        if line.accountClass == .expenses { months[month].expensesMinor &+= line.amountMinor }
    }

    /// All accounts of the journal, by class and name.
    var accountNames: [String] {
        names.sorted { Place(account: $0, currency: currency) < Place(account: $1, currency: currency) }
    }

    /// The lines of the trial balance, by class, account and currency.
    package var trialBalance: [(place: Place, sums: Sums)] {
        accounts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Balances by party of the accounts that registers of their own keep, without those of zero.
    package var subledgers: [(part: Part, balanceMinor: Int64)] {
        parties.filter { $0.value != 0 && AccountCode(name: $0.key.place.account)?.isControl == true }
            .sorted { a, b in
                a.key.place != b.key.place
                    ? a.key.place < b.key.place : a.key.party.utf8.lexicographicallyPrecedes(b.key.party.utf8)
            }
            .map { ($0.key, $0.value) }
    }
}
