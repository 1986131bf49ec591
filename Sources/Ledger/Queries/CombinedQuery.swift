package import Accounting
import Bytes
import Commerce
import Events
import Index

/// One account of a combined statement in one currency. Amounts in minor units, debits positive.
package struct CombinedRow: Equatable, Sendable {
    package let currency: Currency
    package let account: String
    package let accountClass: AccountClass
    /// In the order of the statement's books.
    package fileprivate(set) var booksMinor: [Int64]
    package fileprivate(set) var eliminationMinor: Int64 = 0

    package var sumMinor: Int64 { booksMinor.reduce(0, &+) }
    package var combinedMinor: Int64 { sumMinor &+ eliminationMinor }
}

/// The statement of several cooperatives as if they were one: what they owe, sell and give each other is left out of both sides.
///
/// Debts between them are left out whole. Of services and solidarity, only the part that no close has moved to surplus stands on revenue and
/// expense accounts; where one side is closed and the other is not, or one gives and the other's fund takes, the difference is equity:surplus.
package struct CombinedQuery {
    /// All books where empty.
    package var books: [String] = []
    package var at: Moment?
    package var asKnownAt: Moment?
    /// Combines only books that the viewer operates.
    package var viewer = Viewer.ledger

    package init() {}

    package struct Statement {
        package let books: [String]
        /// By currency, class and account. In each currency every column sums to zero.
        package let rows: [CombinedRow]
    }

    /// - Complexity: O(accounts and their parties of the books), and their mirrored postings.
    package func statement(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Statement {
        var query = BalanceQuery()
        query.at = at
        query.asKnownAt = asKnownAt
        let views = try query.views(snapshot)
        var chosen: [Book] = []
        let seen = views.allBooks.filter(viewer.operates).map(\.name)
        guard viewer.isOperator || !seen.isEmpty else { throw Viewer.refused("--combined") }
        for name in books.isEmpty ? seen : books {
            guard viewer.sees(book: name) else { throw LedgerError.unknown(.book, name, for: viewer, views) }
            let book = try BalanceQuery.book(name, views, for: viewer)
            if !chosen.contains(where: { $0.id == book.id }) { chosen.append(book) }
        }
        var rows = CombinedRows(books: chosen.map(\.name))
        for (at, book) in chosen.enumerated() {
            for row in query.rows(book, views) { rows.add(row, at) }
            eliminate(book, at, chosen, query, views, &rows)
        }
        rows.balance()
        if let failure = views.failure { throw LedgerError.damaged(snapshot.store.directory, failure) }
        return Statement(books: rows.books, rows: rows.sorted)
    }

    /// Takes off what a book posted against the other books of the statement.
    private func eliminate(
        _ book: Book, _ at: Int, _ chosen: [Book], _ query: BalanceQuery, _ views: Views, _ rows: inout CombinedRows
    ) {
        let last = query.day?.daysSinceEpoch ?? .max
        let known = query.knownDay?.daysSinceEpoch ?? .max
        let closed = views.lastClosedDay(book, through: last, knownBy: known)
        let found = views.index.rows(prefix: views.key.begin(.mirror).u16(book.id).bytes)
        while found.next() {
            var reader = KeyReader(found.key)
            _ = reader.u16()
            let counterpart = reader.u16()
            let account = reader.u16()
            let currency = Currency(rawValue: reader.u16())
            let day = reader.day()
            guard day <= last, reader.day() <= known, chosen.contains(where: { $0.id == counterpart }),
                let code = AccountCode(rawValue: account)
            else { continue }
            let isIncome = code.accountClass == .revenue || code.accountClass == .expenses
            if isIncome, let closed, day <= closed { continue }
            rows.eliminate(code.name, currency, found.counters.first &- found.counters.second)
        }
    }
}

extension Views {
    /// The last day of the newest year that was closed by then.
    fileprivate func lastClosedDay(_ book: Book, through day: Int32, knownBy recorded: Int32) -> Int32? {
        var found: [FiscalYearRecord] = []
        let rows = index.rows(prefix: key.begin(.fiscalYear).u16(book.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            found.append(FiscalYearRecord(&reader))
        }
        return found.filter { record in
            guard record.lastDay <= day else { return false }
            guard recorded < .max, let at = event(record.closedSequence)?.recordedAtUs else { return true }
            return book.day(Int64(clamping: at)) <= recorded
        }.map(\.lastDay).max()
    }
}

/// The rows while they are summed.
private struct CombinedRows {
    let books: [String]
    private var rows: [String: CombinedRow] = [:]

    init(books: [String]) { self.books = books }

    mutating func add(_ row: BalanceRow, _ at: Int) {
        change(row.account, row.currency) { $0.booksMinor[at] &+= row.balanceMinor }
        guard let code = AccountCode(name: row.account), code.partyKind == .cooperative, books.contains(row.party)
        else {
            return
        }
        eliminate(row.account, row.currency, row.balanceMinor)
    }

    mutating func eliminate(_ account: String, _ currency: Currency, _ minor: Int64) {
        change(account, currency) { $0.eliminationMinor &-= minor }
    }

    /// What one side has closed into its surplus and the other has not.
    mutating func balance() {
        var sums: [Currency: Int64] = [:]
        for row in rows.values { sums[row.currency, default: 0] &+= row.eliminationMinor }
        for (currency, sum) in sums where sum != 0 { eliminate(AccountCode.surplus.name, currency, sum) }
    }

    private mutating func change(_ account: String, _ currency: Currency, _ body: (inout CombinedRow) -> Void) {
        guard let accountClass = AccountClass(ofAccount: account) else { return }
        let new = CombinedRow(
            currency: currency, account: account, accountClass: accountClass,
            booksMinor: Array(repeating: 0, count: books.count))
        body(&rows["\(currency.code) \(account)", default: new])
    }

    var sorted: [CombinedRow] {
        rows.values.filter { row in row.eliminationMinor != 0 || row.booksMinor.contains { $0 != 0 } }.sorted { a, b in
            if a.currency != b.currency { return a.currency.code < b.currency.code }
            if a.accountClass != b.accountClass { return a.accountClass < b.accountClass }
            return a.account.utf8.lexicographicallyPrecedes(b.account.utf8)
        }
    }
}
