import Accounting
import Bytes
import Events
import Index

/// Payments of orders: captured, failed, paid back.
enum Payments {
    static func decide(captured body: PaymentCapturedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try decide(
            body.payment, body.order, body.institution, body.amountMinor, body.currency, fact, book, views)
        try Check.open(order, body.order)
        try Check.atMost(
            body.amountMinor, order.dueMinor, "amountMinor", Text("plus que ce qui est dû", "more than is due"))
        if !body.authorization.isEmpty { try Authorizations.decide(captured: body, order, fact, book, views) }
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
    }

    static func decide(failed body: PaymentFailedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try decide(
            body.payment, body.order, body.institution, body.amountMinor, body.currency, fact, book, views)
        try Check.text(body.reason, "reason")
    }

    static func decide(refunded body: PaymentRefundedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try decide(body.payment, body.order, body.amountMinor, body.currency, fact, book, views)
        try Check.atMost(
            body.amountMinor, views.owedBack(order, by: fact.effectiveAtUs), fact,
            Text("plus que ce qui est à rendre à l’acheteur", "more than is to go back to the buyer"),
            cause: Text("ce qui est à rendre", "what is to go back"))
        guard body.card.isEmpty else { return try GiftCards.decide(refunded: body, order, fact, book, views) }
        try Check.institution(body.institution)
        try Check.atMost(
            body.amountMinor, views.paid(order, through: .institution(body.institution), book, by: fact.effectiveAtUs),
            fact,
            Text(
                "plus que ce que l’institution a encaissé pour la commande et n’a pas rendu",
                "more than the institution captured for the order and did not give back"))
    }

    /// What every payment through an institution must satisfy.
    static func decide(
        _ payment: Bytes, _ order: Bytes, _ institution: Bytes, _ amount: Int64, _ currency: Bytes, _ fact: Fact,
        _ book: Book, _ views: Views
    ) throws(Refusal) -> OrderRecord {
        let record = try decide(payment, order, amount, currency, fact, book, views)
        try Check.institution(institution)
        return record
    }

    /// What every payment must satisfy.
    static func decide(
        _ payment: Bytes, _ order: Bytes, _ amount: Int64, _ currency: Bytes, _ fact: Fact, _ book: Book,
        _ views: Views
    ) throws(Refusal) -> OrderRecord {
        try Check.payment(payment, book, views)
        let record = try Check.order(order, book, views)
        try Check.notBefore(fact, record, views)
        try Check.positive(amount, "amountMinor")
        try Check.currency(currency, book)
        return record
    }

    static func fold(captured body: PaymentCapturedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let order = record(body.payment, body.order, body.amountMinor, fact, book, views) else { return }
        let institution = views.intern(.institution, body.institution)
        views.debit(book, .inTransit, party: institution, body.amountMinor)
        views.credit(book, .receivable, party: order.buyer, body.amountMinor)
        views.addCapture(book, institution, fact.day, body.amountMinor)
        views.touch(institution, fact)
        if !body.authorization.isEmpty { Authorizations.didCapture(body, fact, book, views) }
    }

    static func fold(failed body: PaymentFailedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        _ = record(body.payment, body.order, 0, fact, book, views)
        views.touch(views.intern(.institution, body.institution), fact)
    }

    static func fold(refunded body: PaymentRefundedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let order = record(body.payment, body.order, -body.amountMinor, fact, book, views) else { return }
        views.debit(book, .receivable, party: order.buyer, body.amountMinor)
        guard body.card.isEmpty else { return GiftCards.fold(refunded: body, order, fact, book, views) }
        let institution = views.intern(.institution, body.institution)
        views.credit(book, .inTransit, party: institution, body.amountMinor)
        views.addCapture(book, institution, fact.day, -body.amountMinor)
        views.touch(institution, fact)
    }

    /// Keeps a payment: `paid` is what it changes of what the buyer paid. `nil` and a failure where there is no such order.
    static func record(
        _ payment: Bytes, _ name: Bytes, _ paid: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) -> OrderRecord? {
        guard var order = views.order(name, book) else {
            views.index.fail("event \(fact.sequence): no such order")
            return nil
        }
        views.putNumber(views.key.begin(.payment).u16(book.id).text(payment).bytes, fact.sequence)
        if paid != 0 {
            order.paidMinor += paid
            if paid > 0 { order.paidAtUs = max(order.paidAtUs, fact.effectiveAtUs) }
            let isNowPaid = !order.wasPaid && order.isPaid
            if isNowPaid { order.wasPaid = true }
            views.putOrder(order, name, book)
            if isNowPaid { Promises.didPay(order, name, fact, book, views) }
        }
        views.touch(order.buyer, fact)
        views.touchOrder(order.sequence, fact)
        return order
    }
}

extension Views {
    /// Money that an institution took in on a local day and has yet to settle.
    func addCapture(_ book: Book, _ institution: UInt32, _ day: Int32, _ amount: Int64) {
        addCounters(captureKey(book, institution, day), amount, 0)
    }

    /// See `addCapture`.
    func captureKey(_ book: Book, _ institution: UInt32, _ day: Int32) -> Bytes {
        key.begin(.captures).u16(book.id).u32(institution).u16(book.currency.rawValue).day(day).bytes
    }
}

extension Check {
    /// A payment's name, which no payment of the book has had.
    static func payment(_ payment: Bytes, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(payment, "payment")
        if views.index.value(views.key.begin(.payment).u16(book.id).text(payment).bytes) != nil {
            throw Refusal(
                .duplicate, "payment", payment, Text("paiement déjà inscrit", "payment already recorded"),
                accepted: Text("un numéro de paiement nouveau", "a new payment id"))
        }
    }
}
