package import Accounting
import Bytes
package import Commerce
import EventLog
package import Events
package import Ledger

/// The journal of some books as exports read it: an entry an event and book, with names instead of numbers, folded anew from the log as it goes by.
package final class BookJournal {
    /// One posting.
    package struct Line {
        package let account: String
        package let accountClass: AccountClass
        /// Empty for an account without a sub-account.
        package let party: String
        package let currency: Currency
        /// Debits positive.
        package let amountMinor: Int64

        package var amount: String { DecimalText.format(minor: amountMinor, currency: currency) }
    }

    /// What one event posted to one book.
    package struct Entry {
        package let sequence: UInt64
        package let book: String
        package let day: CivilDate
        package let recordedAtUs: Int64
        /// The local time of the book at which it was recorded, "2025-01-02T14:00:00".
        package let recordedLocally: String
        package let kind: EventKind?
        /// Of the envelope; empty where the event stands in another book, whose affair they are.
        package let key: String
        package let source: String
        package let actor: String
        /// Why it was posted by hand; else empty.
        package let reason: String
        package let lines: [Line]

        /// What a journal says of the entry.
        package func title(_ language: Language) -> String {
            let label = kind?.label(language) ?? "?"
            return reason.isEmpty ? label : "\(label) - \(reason)"
        }
    }

    package let snapshot: LedgerSnapshot
    package let books: [Book]
    /// Effective days, both included.
    package let from: CivilDate?
    package let to: CivilDate?
    /// Only the postings of this party.
    private let party: UInt32?
    private let partyNames: [UInt32: String]
    private var accounts: [UInt32: (name: String, accountClass: AccountClass)] = [:]

    /// - Parameter party: a party that asks for its own sub-accounts, nil for all.
    package init(
        _ snapshot: LedgerSnapshot, _ books: [Book], from: CivilDate? = nil, to: CivilDate? = nil, party: UInt32? = nil
    ) {
        self.snapshot = snapshot
        self.books = books
        self.from = from
        self.to = to
        self.party = party
        self.partyNames = snapshot.views.partyNames()
    }

    private func account(_ posting: Posting) -> (name: String, accountClass: AccountClass) {
        let place = UInt32(posting.book) << 16 | UInt32(posting.account)
        if let known = accounts[place] { return known }
        let views = snapshot.views
        let found = (
            views.accountName(posting.account, book: posting.book),
            views.accountClass(posting.account, book: posting.book) ?? .assets
        )
        accounts[place] = found
        return found
    }

    /// Calls `body` with each entry in the order of the log.
    ///
    /// - Complexity: O(log), in memory O(rows of balances).
    package func entries(_ body: @escaping (Entry) -> Void) throws(LedgerError) {
        let days = (from?.daysSinceEpoch ?? .min)...(max(from, to)?.daysSinceEpoch ?? .max)
        try snapshot.journal { [self] fact, journal, _ in
            guard !journal.isEmpty, days.contains(fact.day) else { return }
            for book in books {
                let lines = lines(journal, book)
                if !lines.isEmpty { body(entry(fact, book, lines)) }
            }
        }
        try snapshot.check()
    }

    private func max(_ from: CivilDate?, _ to: CivilDate?) -> CivilDate? {
        guard let from, let to else { return to }
        return Swift.max(from, to)
    }

    private func lines(_ journal: JournalEntry, _ book: Book) -> [Line] {
        var lines: [Line] = []
        for posting in journal.postings where posting.book == book.id && (party == nil || posting.party == party) {
            let account = account(posting)
            lines.append(
                Line(
                    account: account.name, accountClass: account.accountClass,
                    party: posting.party == 0 ? "" : partyNames[posting.party] ?? "",
                    currency: Currency(rawValue: posting.currency), amountMinor: posting.amountMinor))
        }
        return lines
    }

    private func entry(_ fact: Fact, _ book: Book, _ lines: [Line]) -> Entry {
        let isOwn = party == nil && fact.event.book.string == book.name
        return Entry(
            sequence: fact.sequence, book: book.name, day: CivilDate(clampingDays: Int64(fact.day)),
            recordedAtUs: fact.recordedAtUs, recordedLocally: Self.local(fact.recordedAtUs, book),
            kind: fact.event.kind, key: isOwn ? fact.event.key.string : "",
            source: isOwn ? fact.event.source.string : "", actor: isOwn ? fact.event.actor.string : "",
            reason: isOwn ? Self.reason(fact.event) : "", lines: lines)
    }

    private static func local(_ us: Int64, _ book: Book) -> String {
        let offsetUs = Int64(book.calendar.offsetSeconds(at: us)) * 1_000_000
        return String(InstantText.format(us: us + offsetUs).prefix(19))
    }

    private static func reason(_ event: EventView) -> String {
        switch event.kind {
        case .journalEntryPosted: (try? JournalEntryPostedView(event.bodyBytes))?.reason.string ?? ""
        case .correctionPosted: (try? CorrectionPostedView(event.bodyBytes))?.reason.string ?? ""
        default: ""
        }
    }

    // MARK: balances

    /// What stands on each account and sub-account of one of the books at the end of a day, today where none is named; sorted by class, account, party, currency.
    package func balances(_ book: Book, through day: CivilDate?) throws(LedgerError) -> [BalanceRow] {
        var query = BalanceQuery()
        query.book = book.name
        query.at = day.map { .day($0) }
        var rows: [BalanceRow] = []
        for row in try query.rows(snapshot) {
            // A person and an institution of one name stand on one sub-account.
            if let last = rows.last, last.isSamePlace(as: row) {
                rows[rows.count - 1] = last.adding(row)
            } else {
                rows.append(row)
            }
        }
        return rows
    }

    /// What stood before the first day of the period; nothing where it has none.
    package func openingBalances(_ book: Book) throws(LedgerError) -> [BalanceRow] {
        guard let before = from?.adding(days: -1) else { return [] }
        return try balances(book, through: before)
    }
}

extension BalanceRow {
    fileprivate func isSamePlace(as other: BalanceRow) -> Bool {
        book == other.book && account == other.account && party == other.party && currency == other.currency
    }

    fileprivate func adding(_ other: BalanceRow) -> BalanceRow {
        BalanceRow(
            book: book, account: account, accountClass: accountClass, party: party, currency: currency,
            debitsMinor: debitsMinor &+ other.debitsMinor, creditsMinor: creditsMinor &+ other.creditsMinor)
    }
}
