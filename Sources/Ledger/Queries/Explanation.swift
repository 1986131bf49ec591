package import Accounting
import Bytes
import EventLog
import Commerce
package import Events
import Index

/// The events that made a figure, each with what it added, what stood after it and its journal entry. Amounts in minor units.
package struct Explanation: Sendable {
    /// One posting of an event, whichever account it is on.
    package struct Entry: Equatable, Sendable {
        package let book: String
        package let account: String
        /// Empty for an account without a sub-account.
        package let party: String
        package let currency: Currency
        package let amountMinor: Int64
    }

    package struct Line: Equatable, Sendable {
        package let sequence: UInt64
        package let day: CivilDate
        package let recordedDay: CivilDate
        package let kind: EventKind
        package let amountMinor: Int64
        /// After this line.
        package let balanceMinor: Int64
        package let entries: [Entry]
    }

    /// What of the subject it is.
    package enum Measure: Equatable, Sendable {
        /// Debits less credits of an account.
        case account(String)
        /// What an order's buyer still is to pay, of what remains of the order and what they paid.
        case due(remainingMinor: Int64, paidMinor: Int64)
    }

    package struct Figure: Sendable {
        package let book: String
        package let measure: Measure
        package let currency: Currency
        /// What stands before the first day that was asked for.
        package let openingMinor: Int64
        package let lines: [Line]
        package var closingMinor: Int64 { lines.last?.balanceMinor ?? openingMinor }
    }

    /// By book, account and currency.
    package let figures: [Figure]
}

/// Explains an account, a party's accounts or an order.
package struct ExplanationQuery {
    /// `account:NAME`, `identity:ID`, `institution:ID`, `coop:BOOK`, `order:ID`, or a name alone: an account, else a party, else an order.
    /// An order is `BOOK/ID` too.
    package let subject: String
    package var book: String?
    /// Of an account: only this party's.
    package var party: String?
    /// Effective days, included.
    package var from: CivilDate?
    package var to: CivilDate?

    package init(_ subject: String) { self.subject = subject }

    private enum Subject {
        case account([UInt16: UInt16], party: UInt32?)
        case party(UInt32)
        case order(OrderRecord, String, Book)
    }

    private struct Place: Hashable, Comparable {
        let book: UInt16
        let account: UInt16
        let currency: UInt16

        static func < (a: Place, b: Place) -> Bool {
            (a.book, a.account, a.currency) < (b.book, b.account, b.currency)
        }
    }

    /// - Complexity: O(log): postings are folded, not stored; in memory O(events of the figure).
    package func explanation(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Explanation {
        let views = snapshot.views
        let books = try book.map { name throws(LedgerError) in [try BalanceQuery.book(name, views)] } ?? views.allBooks
        switch try find(books, snapshot) {
        case .account(let accounts, let party):
            return try postings(books, snapshot) { posting in
                accounts[posting.book] == posting.account && (party == nil || posting.party == party)
            }
        case .party(let party):
            return try postings(books, snapshot) { $0.party == party }
        case .order(let record, let name, let book):
            return try order(record, name, book, snapshot)
        }
    }

    // MARK: what is meant

    private func find(_ books: [Book], _ snapshot: LedgerSnapshot) throws(LedgerError) -> Subject {
        let views = snapshot.views
        func rest(after prefix: String) -> String? {
            subject.hasPrefix(prefix) ? String(subject.dropFirst(prefix.count)) : nil
        }
        if let name = rest(after: "order:") { return try order(name, snapshot) }
        if let name = rest(after: "account:") { return try account(name, books, views) }
        for (prefix, kind) in [
            ("identity:", PartyNameKind.identity), ("institution:", .institution), ("coop:", .cooperative),
        ] {
            guard let name = rest(after: prefix) else { continue }
            guard let party = Array(name.utf8).withBytes({ views.party(kind, $0) }) else {
                throw LedgerError.unknown(.party, name, for: .ledger, views)
            }
            return .party(party)
        }
        if AccountClass(ofAccount: subject) != nil { return try account(subject, books, views) }
        let party = Array(subject.utf8).withBytes { views.party(named: $0) }
        let orders = subject.contains("/") ? [] : books.filter { isOrder(subject, $0, views) }
        guard let party else {
            if orders.isEmpty, !subject.contains("/") {
                throw LedgerError.unknown(.party, subject, for: .ledger, views)
            }
            return try order(subject, snapshot)
        }
        guard orders.isEmpty else {
            throw LedgerError(
                .usage, subject, Text("une partie et une commande ont ce nom", "a party and an order have that name"),
                remedy: Text("identity:\(subject) ou order:\(subject)", "identity:\(subject) or order:\(subject)"))
        }
        return .party(party)
    }

    private func isOrder(_ name: String, _ book: Book, _ views: Views) -> Bool {
        Array(name.utf8).withBytes { views.order($0, book) } != nil
    }

    private func order(_ text: String, _ snapshot: LedgerSnapshot) throws(LedgerError) -> Subject {
        var query = EventQuery()
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        query.book = parts.count == 2 ? parts[0] : book
        let name = parts.last ?? text
        let (record, book) = try query.order(name, snapshot)
        return .order(record, name, book)
    }

    private func account(_ name: String, _ books: [Book], _ views: Views) throws(LedgerError) -> Subject {
        var accounts: [UInt16: UInt16] = [:]
        for book in books {
            if let account = Array(name.utf8).withBytes({ views.account($0, book: book.id) }) {
                accounts[book.id] = account
            }
        }
        guard !accounts.isEmpty else {
            throw LedgerError.unknown(.account(books.first), name, for: .ledger, views)
        }
        guard let party else { return .account(accounts, party: nil) }
        guard let number = Array(party.utf8).withBytes({ views.party(named: $0) }) else {
            throw LedgerError.unknown(.party, party, for: .ledger, views)
        }
        return .account(accounts, party: number)
    }

    // MARK: what moved it

    private func postings(
        _ books: [Book], _ snapshot: LedgerSnapshot, _ isMeant: @escaping (Posting) -> Bool
    ) throws(LedgerError) -> Explanation {
        let (first, last) = (from?.daysSinceEpoch ?? .min, to?.daysSinceEpoch ?? .max)
        let wanted = Dictionary(uniqueKeysWithValues: books.map { ($0.id, $0) })
        var openings: [Place: Int64] = [:]
        var lines: [Place: [Explanation.Line]] = [:]
        try snapshot.journal(upTo: snapshot.head.count) { fact, journal, folding in
            guard fact.day <= last else { return }
            var sums: [Place: Int64] = [:]
            for posting in journal.postings where wanted[posting.book] != nil && isMeant(posting) {
                let place = Place(book: posting.book, account: posting.account, currency: posting.currency)
                sums[place, default: 0] &+= posting.amountMinor
            }
            guard !sums.isEmpty, let kind = fact.event.kind else { return }
            let entries = fact.day >= first ? Self.entries(journal, folding) : []
            for (place, amount) in sums {
                if fact.day < first {
                    openings[place, default: 0] &+= amount
                } else {
                    lines[place, default: []].append(Self.line(fact, kind, amount, 0, entries))
                }
            }
        }
        try snapshot.check()
        let views = snapshot.views
        return Explanation(
            figures: Set(openings.keys).union(lines.keys).sorted().compactMap { place in
                guard let book = wanted[place.book] else { return nil }
                return Explanation.Figure(
                    book: book.name, measure: .account(views.accountName(place.account, book: place.book)),
                    currency: Currency(rawValue: place.currency), openingMinor: openings[place] ?? 0,
                    lines: Self.running(lines[place] ?? [], openings[place] ?? 0))
            })
    }

    /// Every event of an order, also those that changed nothing of what is due.
    private func order(
        _ record: OrderRecord, _ name: String, _ book: Book, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> Explanation {
        let (first, last) = (from?.daysSinceEpoch ?? .min, to?.daysSinceEpoch ?? .max)
        var query = EventQuery()
        query.book = book.name
        query.order = name
        let sequences = Set(try query.sequences(snapshot))
        let key = Array(name.utf8)
        var due: Int64 = 0
        var opening: Int64 = 0
        var reached = (remaining: Int64(0), paid: Int64(0))
        var lines: [Explanation.Line] = []
        try snapshot.journal(upTo: snapshot.head.count) { fact, journal, folding in
            guard sequences.contains(fact.sequence), fact.day <= last, let kind = fact.event.kind,
                let book = Array(book.name.utf8).withBytes({ folding.book($0) }),
                let order = key.withBytes({ folding.order($0, book) })
            else { return }
            let change = order.dueMinor &- due
            due = order.dueMinor
            reached = (order.remainingMinor, order.paidMinor)
            if fact.day < first {
                opening &+= change
            } else {
                lines.append(Self.line(fact, kind, change, 0, Self.entries(journal, folding)))
            }
        }
        try snapshot.check()
        return Explanation(figures: [
            Explanation.Figure(
                book: book.name, measure: .due(remainingMinor: reached.remaining, paidMinor: reached.paid),
                currency: book.currency, openingMinor: opening, lines: Self.running(lines, opening))
        ])
    }

    private static func entries(_ journal: JournalEntry, _ views: Views) -> [Explanation.Entry] {
        journal.postings.map { posting in
            Explanation.Entry(
                book: views.allBooks.first { $0.id == posting.book }?.name ?? "",
                account: views.accountName(posting.account, book: posting.book), party: views.partyName(posting.party),
                currency: Currency(rawValue: posting.currency), amountMinor: posting.amountMinor)
        }
    }

    private static func line(
        _ fact: Fact, _ kind: EventKind, _ amount: Int64, _ balance: Int64, _ entries: [Explanation.Entry]
    ) -> Explanation.Line {
        Explanation.Line(
            sequence: fact.sequence, day: CivilDate(clampingDays: Int64(fact.day)),
            recordedDay: CivilDate(clampingDays: Int64(fact.recordedDay)), kind: kind, amountMinor: amount,
            balanceMinor: balance, entries: entries)
    }

    /// In the order of effective days, then of the log, with the balance after each.
    private static func running(_ lines: [Explanation.Line], _ opening: Int64) -> [Explanation.Line] {
        var balance = opening
        return lines.sorted { ($0.day, $0.sequence) < ($1.day, $1.sequence) }.map { line in
            balance &+= line.amountMinor
            return Explanation.Line(
                sequence: line.sequence, day: line.day, recordedDay: line.recordedDay, kind: line.kind,
                amountMinor: line.amountMinor, balanceMinor: balance, entries: line.entries)
        }
    }
}
