import EventLog
package import Accounting
import Bytes
import Commerce
import Index

/// One account of one party: the row of every balance listing. Amounts in minor units.
package struct BalanceRow: Equatable, Sendable {
    package let book: String
    package let account: String
    package let accountClass: AccountClass
    /// Empty for an account without a sub-account.
    package let party: String
    package let currency: Currency
    package let debitsMinor: Int64
    package let creditsMinor: Int64

    package init(
        book: String, account: String, accountClass: AccountClass, party: String, currency: Currency,
        debitsMinor: Int64, creditsMinor: Int64
    ) {
        self.book = book
        self.account = account
        self.accountClass = accountClass
        self.party = party
        self.currency = currency
        self.debitsMinor = debitsMinor
        self.creditsMinor = creditsMinor
    }

    package var balanceMinor: Int64 { debitsMinor &- creditsMinor }
}

/// A point in the log or in time, as a person names it.
package enum Moment: Equatable, Sendable {
    case sequence(UInt64)
    case day(CivilDate)
}

/// Balances now, at a sequence, on a day, and on a day as it was known on another.
package struct BalanceQuery {
    package var book: String?
    /// Accounts whose name starts with this.
    package var accountPrefix: String?
    package var party: String?
    package var at: Moment?
    package var asKnownAt: Moment?
    /// A party sees its own sub-accounts, a cooperative its own book.
    package var viewer = Viewer.ledger

    package init() {}

    /// The rows in the order book, class, account, party, currency.
    ///
    /// - Complexity: O(accounts) now; O(movements) for a day; O(sequence) for a sequence, which is folded anew.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [BalanceRow] {
        let views = try views(snapshot)
        var rows: [BalanceRow] = []
        let own = try viewer.party(snapshot.views)
        for book in try books(views) {
            guard own != nil || viewer.operates(book) else { throw Viewer.refused(book.name) }
            rows += self.rows(book, of: own, views)
        }
        try checkNames(rows, own, snapshot.views)
        try check(views, snapshot)
        return rows.sorted { a, b in
            if a.book != b.book { return a.book.utf8.lexicographicallyPrecedes(b.book.utf8) }
            if a.accountClass != b.accountClass { return a.accountClass < b.accountClass }
            if a.account != b.account { return a.account.utf8.lexicographicallyPrecedes(b.account.utf8) }
            if a.party != b.party { return a.party.utf8.lexicographicallyPrecedes(b.party.utf8) }
            return a.currency.code < b.currency.code
        }
    }

    /// The rows of one book, unsorted.
    ///
    /// - Parameter party: only this one's, by number: an institution and a person may bear the same name.
    func rows(_ book: Book, of party: UInt32? = nil, _ views: Views) -> [BalanceRow] {
        let sums = day == nil && knownDay == nil ? views.trialBalance(book) : dated(book, views)
        return named(party == nil ? sums : sums.filter { $0.party == party }, book, views)
    }

    /// A party or an account without rows is known all the same, or the name is nobody's.
    private func checkNames(_ rows: [BalanceRow], _ own: UInt32?, _ views: Views) throws(LedgerError) {
        guard rows.isEmpty else { return }
        if let accountPrefix {
            let codes = AccountCode.allCases.contains { $0.name.hasPrefix(accountPrefix) }
            let books = try books(views)
            guard codes || books.contains(where: { views.accountNames($0).contains { $0.hasPrefix(accountPrefix) } })
            else { throw LedgerError.unknown(.account(books.first), accountPrefix, for: viewer, views) }
        }
        guard let party else { return }
        let number = Array(party.utf8).withBytes { views.party(named: $0) }
        let isKnown =
            if let own {
                number == own || viewer.names(party)
            } else if case .cooperative = viewer.scope {
                // Who was never seen in the book does not exist for its operator.
                try number.map { number throws(LedgerError) in
                    try books(views).contains { views.member(number, $0) != nil }
                } == true
            } else {
                number != nil
            }
        guard isKnown else { throw LedgerError.unknown(.party, party, for: viewer, views) }
    }

    private func check(_ views: Views, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        if let failure = views.failure { throw LedgerError.damaged(snapshot.store.directory, failure) }
    }

    var day: CivilDate? {
        if case .day(let day)? = at { return day }
        return nil
    }

    var knownDay: CivilDate? {
        if case .day(let day)? = asKnownAt { return day }
        return nil
    }

    /// The views up to the smaller sequence that was asked for; those of the snapshot where none was.
    func views(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Views {
        var size: UInt64?
        for moment in [at, asKnownAt] {
            if case .sequence(let sequence)? = moment {
                size = min(size ?? .max, sequence == .max ? .max : sequence + 1)
            }
        }
        guard let size else { return snapshot.views }
        guard size <= snapshot.head.count else {
            throw LedgerError(
                .notFound, "\(size - 1)", Text("le journal n’a pas cette séquence", "the log has no such sequence"),
                remedy: Text(
                    "au plus \(Int64(clamping: snapshot.head.count) - 1), ou une date comme 2017-06-30",
                    "at most \(Int64(clamping: snapshot.head.count) - 1), or a date such as 2017-06-30"))
        }
        guard size < snapshot.head.count else { return snapshot.views }
        return try snapshot.views(atSize: size, leavingOut: IndexByte.besideBalances)
    }

    private func books(_ views: Views) throws(LedgerError) -> [Book] {
        guard let book else { return views.allBooks.filter { viewer.sees(book: $0.name) } }
        guard viewer.sees(book: book) else { throw LedgerError.unknown(.book, book, for: viewer, views) }
        return [try Self.book(book, views)]
    }

    static func book(_ name: String, _ views: Views, for viewer: Viewer = .ledger) throws(LedgerError) -> Book {
        guard let found = Array(name.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, name, for: viewer, views)
        }
        return found
    }

    private func dated(_ book: Book, _ views: Views) -> [AccountSums] {
        views.balances(book, through: day?.daysSinceEpoch ?? .max, knownBy: knownDay?.daysSinceEpoch ?? .max)
    }

    /// Gives the sums their names. An account's rows follow each other; the parties' names are read in one pass.
    private func named(_ sums: [AccountSums], _ book: Book, _ views: Views) -> [BalanceRow] {
        let names = sums.count > 64 ? views.partyNames() : nil
        var result: [BalanceRow] = []
        result.reserveCapacity(sums.count)
        var last: (number: UInt16, name: String, accountClass: AccountClass?)?
        for sum in sums {
            if last?.number != sum.account {
                last = (
                    sum.account, views.accountName(sum.account, book: book.id),
                    views.accountClass(sum.account, book: book.id)
                )
            }
            guard let last, let accountClass = last.accountClass else { continue }
            if let accountPrefix, !last.name.hasPrefix(accountPrefix) { continue }
            let name = sum.party == 0 ? "" : names?[sum.party] ?? views.partyName(sum.party)
            if let party, party != name { continue }
            result.append(
                BalanceRow(
                    book: book.name, account: last.name, accountClass: accountClass, party: name,
                    currency: Currency(rawValue: sum.currency), debitsMinor: sum.sums.first,
                    creditsMinor: sum.sums.second))
        }
        return result
    }
}
