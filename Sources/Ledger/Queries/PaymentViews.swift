import Bytes
package import Commerce
import EventLog
import Events
import Index

/// What is held of orders and on gift cards now, read where it lies. Amounts in minor units.
package enum PaymentViews {
    package struct Hold: Sendable {
        package let authorization: String
        package let order: String
        package let institution: String
        package let amountMinor: Int64
        package let leftMinor: Int64
        package let expiresAtUs: Int64
        /// Whether it lapsed by the ledger's time: nothing is captured under it any more.
        package let isExpired: Bool
    }

    package struct Card: Sendable {
        package let card: String
        package let buyer: String
        package let soldMinor: Int64
        package let balanceMinor: Int64
    }

    /// The holds of which something is left, in the order of their orders.
    ///
    /// - Complexity: O(open holds).
    package static func holds(
        _ book: Book, for viewer: Viewer = .ledger, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [Hold] {
        let views = snapshot.views
        let own = try Self.own(viewer, book, views)
        var names: [[UInt8]] = []
        let rows = views.index.rows(prefix: views.key.begin(.openHold).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(9).array) }
        var holds: [Hold] = []
        for name in names {
            guard let record = name.withBytes({ views.authorization($0, book) }),
                let event = views.event(record.sequence), let body = try? PaymentAuthorizedView(event.bodyBytes)
            else { continue }
            if let own, views.party(.institution, body.institution) != own,
                views.order(body.order, book)?.buyer != own
            {
                continue
            }
            holds.append(
                Hold(
                    authorization: body.authorization.string, order: body.order.string,
                    institution: body.institution.string, amountMinor: record.amountMinor,
                    leftMinor: record.leftMinor, expiresAtUs: record.expiresAtUs,
                    isExpired: record.expiresAtUs <= Int64(clamping: snapshot.head.lastRecordedAtUs)))
        }
        try snapshot.check()
        return holds
    }

    /// Whoever asks, where they do not operate the book: a buyer, a holder of a card, an institution.
    private static func own(_ viewer: Viewer, _ book: Book, _ views: Views) throws(LedgerError) -> UInt32? {
        if viewer.operates(book) { return nil }
        guard let own = try viewer.party(views) else { throw Viewer.refused(book.name) }
        return own
    }

    /// The gift cards of a book, in the order of their names; only those with something on them unless `all`.
    ///
    /// - Complexity: O(cards).
    package static func cards(
        _ book: Book, all: Bool, for viewer: Viewer = .ledger, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [Card] {
        try cards(book, all: all, of: own(viewer, book, snapshot.views), snapshot)
    }

    /// The same of one buyer; of everybody where none is named.
    static func cards(_ book: Book, all: Bool, of own: UInt32?, _ snapshot: LedgerSnapshot) throws(LedgerError)
        -> [Card]
    {
        let views = snapshot.views
        var names: [[UInt8]] = []
        let rows = views.index.rows(prefix: views.key.begin(.giftCard).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(3).array) }
        var cards: [Card] = []
        for name in names {
            guard let record = name.withBytes({ views.giftCard($0, book) }), all || record.balanceMinor > 0,
                own == nil || record.buyer == own
            else {
                continue
            }
            cards.append(
                Card(
                    card: String(decoding: name, as: UTF8.self), buyer: views.partyName(record.buyer),
                    soldMinor: record.soldMinor, balanceMinor: record.balanceMinor))
        }
        try snapshot.check()
        return cards
    }
}
