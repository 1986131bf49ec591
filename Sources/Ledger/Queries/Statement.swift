import EventLog
import Transparency
package import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// What an account holder receives: each of their accounts with what moved it, event by event. Amounts in minor units.
package struct Statement: Sendable {
    package struct Line: Sendable {
        package let day: CivilDate
        package let sequence: UInt64
        package let kind: EventKind
        /// The id that the event is about: an order, a payment, a parcel.
        package let reference: String
        package let amountMinor: Int64
        /// After this line.
        package let balanceMinor: Int64
        /// What the amount is made of, for a seller's orders.
        package let part: SellerPart?
        /// Which part of its event's amount it is, where the event says several.
        package let detail: DividendPart?
    }

    package struct Account: Sendable {
        package let name: String
        package let currency: Currency
        package let openingMinor: Int64
        package let lines: [Line]
        package var closingMinor: Int64 { lines.last?.balanceMinor ?? openingMinor }
        package var code: AccountCode? { AccountCode(name: name) }
    }

    /// What a year brought a cooperative, in its own currency.
    package struct Result: Sendable {
        /// `nil`: what is not closed yet.
        package let year: UInt16?
        package let day: CivilDate
        /// Of the close; of what is not closed, where the log stands.
        package let sequence: UInt64
        package let revenueMinor: Int64
        package let expensesMinor: Int64
        package var surplusMinor: Int64 { revenueMinor &- expensesMinor }
    }

    package let book: String
    package let currency: Currency
    package let legalName: String
    package let holder: String
    package let from: CivilDate
    package let to: CivilDate
    /// By account and currency; accounts that were never touched are left out.
    package let accounts: [Account]
    /// Of the holder's own book, where the holder is a cooperative; by year, what is not closed last.
    package let results: [Result]
    /// The gift cards that the holder bought in the book, with what is on them now; in the book's currency.
    package let cards: [PaymentViews.Card]
    package var isEmpty: Bool { accounts.isEmpty && cards.isEmpty && results.isEmpty }
    /// Size and root of the log that it was drawn from.
    package let size: UInt64
    package let root: String
}

/// Draws the statements of one party for a span of days, one a book.
package enum StatementQuery {
    private struct Place: Hashable, Comparable {
        let book: UInt16
        let account: UInt16
        let currency: UInt16

        static func < (a: Place, b: Place) -> Bool {
            (a.book, a.account, a.currency) < (b.book, b.account, b.currency)
        }
    }

    private struct Movement {
        let day: Int32
        let sequence: UInt64
        let kind: EventKind
        let reference: String
        let amountMinor: Int64
        var part: SellerPart?
        var detail: DividendPart?
    }

    /// - Complexity: O(log): the postings of an event are folded, not stored.
    package static func statements(
        of holder: String, in books: [Book], from: CivilDate, to: CivilDate, for viewer: Viewer = .ledger,
        _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [Statement] {
        let views = snapshot.views
        let (party, own) = find(holder, views)
        let books = try visible(books, party, own, holder, viewer, views)
        guard party != nil || own != nil else { throw LedgerError.unknown(.party, holder, for: viewer, views) }
        var openings: [Place: Int64] = [:]
        var movements: [Place: [Movement]] = [:]
        let (first, last) = (from.daysSinceEpoch, to.daysSinceEpoch)
        // Of a cooperative that nobody owes or is owed anything, no posting speaks.
        let account = party ?? .max
        // What it sells on a market stands there under the name of its book, as a member's.
        let seller = own.flatMap { own in Array(own.name.utf8).withBytes { views.party(.identity, $0) } }
        let markets = Set(
            books.filter { book in seller.map { views.member($0, book)?.isBook == true } ?? false }.map(\.id))
        func isHolders(_ posting: Posting) -> Bool {
            posting.party == account || posting.party == seller && markets.contains(posting.book)
        }
        try snapshot.journal { fact, journal, folding in
            var sales: [UInt16: Int64] = [:]
            for posting in journal.postings
            where isHolders(posting) && posting.account == AccountCode.sellerPayable.rawValue {
                sales[posting.book, default: 0] &-= posting.amountMinor
            }
            for posting in journal.postings where isHolders(posting) && fact.day <= last {
                let place = Place(book: posting.book, account: posting.account, currency: posting.currency)
                guard fact.day >= first else {
                    openings[place, default: 0] &+= posting.amountMinor
                    continue
                }
                guard let kind = fact.event.kind else { continue }
                let parts = DividendPart.parts(of: fact.event, kind, posting)
                for (detail, minor) in parts {
                    movements[place, default: []].append(
                        Movement(
                            day: fact.day, sequence: fact.sequence, kind: kind,
                            reference: reference(fact.event, viewer), amountMinor: minor, detail: detail))
                }
                guard parts.isEmpty else { continue }
                movements[place, default: []].append(
                    Movement(
                        day: fact.day, sequence: fact.sequence, kind: kind, reference: reference(fact.event, viewer),
                        amountMinor: posting.amountMinor,
                        part: posting.account == AccountCode.sellerPayable.rawValue
                            ? sales.removeValue(forKey: posting.book).flatMap {
                                folding.sellerPart(posting.party, of: kind, postedMinor: $0)
                            } : nil))
            }
        }
        let places = Set(openings.keys).union(movements.keys).sorted()
        try snapshot.check()
        return try books.map { book throws(LedgerError) in
            let accounts = places.filter { $0.book == book.id }.map { place in
                Statement.Account(
                    name: views.accountName(place.account, book: book.id), currency: Currency(rawValue: place.currency),
                    openingMinor: openings[place] ?? 0,
                    lines: lines(movements[place] ?? [], openings[place] ?? 0))
            }
            let isOwn = book.id == own?.id && viewer.operates(book)
            return Statement(
                book: book.name, currency: book.currency, legalName: book.legalName, holder: holder, from: from, to: to,
                accounts: accounts, results: isOwn ? results(book, from, to, snapshot) : [],
                cards: try party.map { party throws(LedgerError) in
                    try PaymentViews.cards(book, all: true, of: party, snapshot)
                } ?? [],
                size: snapshot.head.count, root: snapshot.head.root.hex)
        }
    }

    /// The party that a name means and, where that is a cooperative, its book: an identity, else an institution, else a cooperative, or the kind that
    /// `coop:`, `identity:` or `institution:` says.
    private static func find(_ holder: String, _ views: Views) -> (party: UInt32?, own: Book?) {
        let kinds: [(String, PartyNameKind)] = [
            ("identity:", .identity), ("institution:", .institution), ("coop:", .cooperative),
        ]
        let said = kinds.first { holder.hasPrefix($0.0) }
        return Array(holder.dropFirst(said?.0.count ?? 0).utf8).withBytes { name in
            for (_, kind) in said.map({ [$0] }) ?? kinds where kind != .cooperative {
                if let party = views.party(kind, name) { return (party, nil) }
            }
            guard said == nil || said?.1 == .cooperative else { return (nil, nil) }
            return (views.party(.cooperative, name), views.book(name))
        }
    }

    /// What the years that end within the days brought, and what is not closed yet where the days reach it.
    private static func results(
        _ book: Book, _ from: CivilDate, _ to: CivilDate, _ snapshot: LedgerSnapshot
    ) -> [Statement.Result] {
        let views = snapshot.views
        var results: [Statement.Result] = []
        for (year, record) in views.fiscalYears(book)
        where record.lastDay >= from.daysSinceEpoch && record.lastDay <= to.daysSinceEpoch {
            let sums = views.closedAccounts(book, year: year)
            results.append(
                Statement.Result(
                    year: year, day: CivilDate(clampingDays: Int64(record.lastDay)), sequence: record.closedSequence,
                    revenueMinor: sums.reduce(0) { $0 &+ $1.revenueMinor },
                    expensesMinor: sums.reduce(0) { $0 &+ $1.expensesMinor }))
        }
        let today = CivilDate(clampingDays: Int64(book.day(Int64(clamping: snapshot.head.lastRecordedAtUs))))
        guard from <= today, today <= to else { return results }
        var revenue: Int64 = 0
        var expenses: Int64 = 0
        for line in views.trialBalance(book) where line.currency == book.currency.rawValue {
            switch views.accountClass(line.account, book: book.id) {
            case .revenue: revenue &+= line.sums.second &- line.sums.first
            case .expenses: expenses &+= line.sums.first &- line.sums.second
            default: break
            }
        }
        results.append(
            Statement.Result(
                year: nil, day: today, sequence: snapshot.head.count, revenueMinor: revenue, expensesMinor: expenses))
        return results
    }

    /// A person draws their own statement, in all books; a cooperative those of its book, and its own in the others.
    private static func visible(
        _ books: [Book], _ party: UInt32?, _ own: Book?, _ holder: String, _ viewer: Viewer, _ views: Views
    ) throws(LedgerError) -> [Book] {
        switch viewer.scope {
        case .ledger: return books
        case .cooperative(let mine):
            if own?.name == mine { return books }
            guard let party else { throw Viewer.unknown(holder) }
            // What it sells on a market it sells as the member that bears its name.
            let isItself = own == nil && views.partyName(party) == mine
            return books.filter { $0.name == mine || isItself && views.member(party, $0)?.isBook == true }
        case .party:
            let own = try viewer.party(views)
            guard party == own else { throw Viewer.unknown(holder) }
            return books
        case .district: throw Viewer.refused("statement")
        }
    }

    /// In the order of days, then of the log, with one line an event, or one a part of a dividend.
    private static func lines(_ movements: [Movement], _ opening: Int64) -> [Statement.Line] {
        var balance = opening
        var lines: [Statement.Line] = []
        var at = 0
        let sorted = movements.sorted {
            ($0.day, $0.sequence, $0.detail?.rawValue ?? 0) < ($1.day, $1.sequence, $1.detail?.rawValue ?? 0)
        }
        while at < sorted.count {
            let first = sorted[at]
            var amount: Int64 = 0
            while at < sorted.count, sorted[at].sequence == first.sequence, sorted[at].detail == first.detail {
                amount &+= sorted[at].amountMinor
                at += 1
            }
            guard amount != 0 else { continue }
            balance &+= amount
            lines.append(
                Statement.Line(
                    day: CivilDate(clampingDays: Int64(first.day)), sequence: first.sequence, kind: first.kind,
                    reference: first.reference, amountMinor: amount, balanceMinor: balance, part: first.part,
                    detail: first.detail))
        }
        return lines
    }

    /// The body's first field where that is a text, as it is for nearly every kind; else the event's key, which is the recorder's and may name others: only an
    /// operator reads it.
    private static func reference(_ event: EventView, _ viewer: Viewer) -> String {
        let body = event.bodyBytes
        let isText = event.kind != .journalEntryPosted
        guard isText, body.count > 2, body[0] == 0x0A, body[1] < 0x80, 2 + Int(body[1]) <= body.count else {
            if case .party = viewer.scope { return "" }
            return event.key.string
        }
        return body[2..<2 + Int(body[1])].string
    }
}
