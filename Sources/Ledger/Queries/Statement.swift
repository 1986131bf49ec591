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
    }

    package struct Account: Sendable {
        package let name: String
        package let currency: Currency
        package let openingMinor: Int64
        package let lines: [Line]
        package var closingMinor: Int64 { lines.last?.balanceMinor ?? openingMinor }
        package var code: AccountCode? { AccountCode(name: name) }
    }

    package let book: String
    package let legalName: String
    package let holder: String
    package let from: CivilDate
    package let to: CivilDate
    /// By account and currency; accounts that were never touched are left out.
    package let accounts: [Account]
    /// The gift cards that the holder bought in the book, with what is on them now; in the book's currency.
    package let cards: [PaymentViews.Card]
    package let currency: Currency
    package var isEmpty: Bool { accounts.isEmpty && cards.isEmpty }
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
    }

    /// - Complexity: O(log): the postings of an event are folded, not stored.
    package static func statements(
        of holder: String, in books: [Book], from: CivilDate, to: CivilDate, for viewer: Viewer = .ledger,
        _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [Statement] {
        let views = snapshot.views
        let books = try visible(books, of: holder, viewer, views)
        guard let party = Array(holder.utf8).withBytes({ views.party(named: $0) }) else {
            throw LedgerError(
                .notFound, holder, Text("personne ni coopérative de ce nom", "nobody of that name"),
                remedy: Text("vérifier l’identifiant", "check the id"))
        }
        var openings: [Place: Int64] = [:]
        var movements: [Place: [Movement]] = [:]
        let (first, last) = (from.daysSinceEpoch, to.daysSinceEpoch)
        try snapshot.journal { fact, journal, folding in
            var sales: [UInt16: Int64] = [:]
            for posting in journal.postings
            where posting.party == party && posting.account == AccountCode.sellerPayable.rawValue {
                sales[posting.book, default: 0] &-= posting.amountMinor
            }
            for posting in journal.postings where posting.party == party && fact.day <= last {
                let place = Place(book: posting.book, account: posting.account, currency: posting.currency)
                guard fact.day >= first else {
                    openings[place, default: 0] &+= posting.amountMinor
                    continue
                }
                guard let kind = fact.event.kind else { continue }
                movements[place, default: []].append(
                    Movement(
                        day: fact.day, sequence: fact.sequence, kind: kind, reference: reference(fact.event, viewer),
                        amountMinor: posting.amountMinor,
                        part: posting.account == AccountCode.sellerPayable.rawValue
                            ? sales.removeValue(forKey: posting.book).flatMap {
                                folding.sellerPart(party, of: kind, postedMinor: $0)
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
            return Statement(
                book: book.name, legalName: book.legalName, holder: holder, from: from, to: to, accounts: accounts,
                cards: try PaymentViews.cards(book, all: true, of: party, snapshot), currency: book.currency,
                size: snapshot.head.count, root: snapshot.head.root.hex)
        }
    }

    /// A person draws their own statement, in all books; a cooperative those of its book, and its own in the others.
    private static func visible(
        _ books: [Book], of holder: String, _ viewer: Viewer, _ views: Views
    ) throws(LedgerError) -> [Book] {
        let party = Array(holder.utf8).withBytes { views.party(named: $0) }
        switch viewer.scope {
        case .ledger: return books
        case .cooperative(let mine):
            guard let party else { throw Viewer.unknown(holder) }
            if Array(mine.utf8).withBytes({ views.party(.cooperative, $0) }) == party { return books }
            return books.filter { $0.name == mine }
        case .party:
            let own = try viewer.party(views)
            guard party == own else { throw Viewer.unknown(holder) }
            return books
        case .district: throw Viewer.refused("statement")
        }
    }

    /// In the order of days, then of the log, with one line an event.
    private static func lines(_ movements: [Movement], _ opening: Int64) -> [Statement.Line] {
        var balance = opening
        var lines: [Statement.Line] = []
        var at = 0
        let sorted = movements.sorted { ($0.day, $0.sequence) < ($1.day, $1.sequence) }
        while at < sorted.count {
            let first = sorted[at]
            var amount: Int64 = 0
            while at < sorted.count, sorted[at].sequence == first.sequence {
                amount &+= sorted[at].amountMinor
                at += 1
            }
            guard amount != 0 else { continue }
            balance &+= amount
            lines.append(
                Statement.Line(
                    day: CivilDate(clampingDays: Int64(first.day)), sequence: first.sequence, kind: first.kind,
                    reference: first.reference, amountMinor: amount, balanceMinor: balance, part: first.part))
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
