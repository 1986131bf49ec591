import Accounting
package import Bytes
import Events
import Index

/// A gift card: what it was sold for and what is left on it. It never expires (Consumer Protection Act, P-40.1 s.187.3).
package struct GiftCardRecord: Record {
    package var sequence: UInt64 = 0
    package var buyer: UInt32 = 0
    package var soldMinor: Int64 = 0
    package var balanceMinor: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        buyer = UInt32(truncatingIfNeeded: reader.unsigned())
        soldMinor = reader.int()
        balanceMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(buyer))
        out.int(soldMinor)
        out.int(balanceMinor)
    }
}

extension Views {
    package func giftCard(_ name: Bytes, _ book: Book) -> GiftCardRecord? {
        record(GiftCardRecord.self, key.begin(.giftCard).u16(book.id).text(name).bytes)
    }

    private func putGiftCard(_ record: GiftCardRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.giftCard).u16(book.id).text(name).bytes, record)
    }

    fileprivate func move(_ card: Bytes, _ amount: Int64, _ fact: Fact, _ book: Book) {
        guard var record = giftCard(card, book) else { return index.fail("event \(fact.sequence): no such gift card") }
        record.balanceMinor += amount
        putGiftCard(record, card, book)
        credit(book, .giftCards, amount)
        touch(record.buyer, fact)
    }

    fileprivate func sell(_ card: Bytes, to buyer: UInt32, _ amount: Int64, _ fact: Fact, _ book: Book) {
        var record = GiftCardRecord()
        record.sequence = fact.sequence
        record.buyer = buyer
        record.soldMinor = amount
        record.balanceMinor = amount
        putGiftCard(record, card, book)
    }
}

/// Gift cards are a debt of the cooperative until they pay an order: no tax, no revenue before that.
enum GiftCards {
    static func decide(sold body: GiftCardSoldView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.card, "card")
        if views.giftCard(body.card, book) != nil {
            throw Refusal(
                .duplicate, "card", body.card, Text("carte déjà vendue", "card already sold"),
                accepted: Text("un numéro de carte nouveau", "a new card id"))
        }
        _ = try Check.identity(body.buyer, "buyer", views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
    }

    static func fold(sold body: GiftCardSoldView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let buyer = views.intern(.identity, body.buyer)
        let institution = views.intern(.institution, body.institution)
        views.sell(body.card, to: buyer, body.amountMinor, fact, book)
        views.debit(book, .inTransit, party: institution, body.amountMinor)
        views.credit(book, .giftCards, body.amountMinor)
        views.addCapture(book, institution, fact.day, body.amountMinor)
        views.touch(buyer, fact)
        views.touch(institution, fact)
    }

    static func decide(redeemed body: GiftCardRedeemedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let card = try card(body.card, book, views)
        let order = try Payments.decide(body.payment, body.order, body.amountMinor, body.currency, fact, book, views)
        try Check.open(order, body.order)
        try Check.atMost(
            body.amountMinor, order.dueMinor, "amountMinor", Text("plus que ce qui est dû", "more than is due"))
        try Check.atMost(
            body.amountMinor, card.balanceMinor, "amountMinor",
            Text("plus que le solde de la carte", "more than is on the card"))
        try Check.notBefore(fact, eventAt: card.sequence, Text("la vente de la carte", "the sale of the card"), views)
    }

    static func fold(redeemed body: GiftCardRedeemedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let order = Payments.record(body.payment, body.order, body.amountMinor, fact, book, views) else { return }
        views.credit(book, .receivable, party: order.buyer, body.amountMinor)
        views.move(body.card, -body.amountMinor, fact, book)
    }

    /// What a card paid goes back to it: a card does not become cash by way of a refund.
    static func decide(
        refunded body: PaymentRefundedView, _ order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        _ = try card(body.card, book, views)
        guard body.institution.isEmpty else {
            throw Refusal(
                .conflict, "institution", body.institution,
                Text("la somme retourne à la carte", "the amount goes back to the card"),
                accepted: Text("aucune institution", "no institution"))
        }
        try Check.atMost(
            body.amountMinor, views.paid(order, through: .card(body.card), book, by: fact.effectiveAtUs), fact,
            Text("plus que ce que la carte a payé", "more than the card paid"))
    }

    static func fold(
        refunded body: PaymentRefundedView, _ order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        views.move(body.card, body.amountMinor, fact, book)
    }

    private static func card(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) -> GiftCardRecord {
        try Check.id(name, "card")
        guard let card = views.giftCard(name, book) else {
            throw Refusal(
                .unknown, "card", name, Text("carte inconnue", "unknown card"),
                accepted: Text("une carte vendue par giftCardSold", "a card that giftCardSold sold"))
        }
        return card
    }
}
