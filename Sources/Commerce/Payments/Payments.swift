import Accounting
import Bytes
import Events
import Index

/// Payments of orders: captured, failed, paid back.
enum Payments {
    static func decide(captured body: PaymentCapturedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try decide(body.payment, body.order, body.institution, body.amountMinor, body.currency, book, views)
        try Check.open(order, body.order)
        try Check.atMost(
            body.amountMinor, order.dueMinor, "amountMinor", Text("plus que ce qui est dû", "more than is due"))
    }

    static func decide(failed body: PaymentFailedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try decide(body.payment, body.order, body.institution, body.amountMinor, body.currency, book, views)
        try Check.text(body.reason, "reason")
    }

    static func decide(refunded body: PaymentRefundedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try decide(body.payment, body.order, body.institution, body.amountMinor, body.currency, book, views)
        try Check.atMost(
            body.amountMinor, -order.dueMinor, "amountMinor",
            Text("plus que ce qui est à rendre à l’acheteur", "more than is to go back to the buyer"))
    }

    private static func decide(
        _ payment: Bytes, _ order: Bytes, _ institution: Bytes, _ amount: Int64, _ currency: Bytes, _ book: Book,
        _ views: Views
    ) throws(Refusal) -> OrderRecord {
        try Check.name(payment, "payment")
        if views.index.value(views.key.begin(.payment).u16(book.id).text(payment).bytes) != nil {
            throw Refusal(
                .duplicate, "payment", payment, Text("paiement déjà inscrit", "payment already recorded"),
                accepted: Text("un numéro de paiement nouveau", "a new payment id"))
        }
        let record = try Check.order(order, book, views)
        try Check.institution(institution)
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
    }

    static func fold(failed body: PaymentFailedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        _ = record(body.payment, body.order, 0, fact, book, views)
        views.touch(views.intern(.institution, body.institution), fact)
    }

    static func fold(refunded body: PaymentRefundedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let order = record(body.payment, body.order, -body.amountMinor, fact, book, views) else { return }
        let institution = views.intern(.institution, body.institution)
        views.debit(book, .receivable, party: order.buyer, body.amountMinor)
        views.credit(book, .inTransit, party: institution, body.amountMinor)
        views.addCapture(book, institution, fact.day, -body.amountMinor)
        views.touch(institution, fact)
    }

    private static func record(
        _ payment: Bytes, _ name: Bytes, _ paid: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) -> OrderRecord? {
        guard var order = views.order(name, book) else {
            views.index.fail("event \(fact.sequence): no such order")
            return nil
        }
        views.putNumber(views.key.begin(.payment).u16(book.id).text(payment).bytes, fact.sequence)
        if paid != 0 {
            order.paidMinor += paid
            let isNowPaid = order.hasPromise && order.paidAtUs == 0 && order.isPaid
            if isNowPaid { order.paidAtUs = fact.effectiveAtUs }
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

    func captureKey(_ book: Book, _ institution: UInt32, _ day: Int32) -> Bytes {
        key.begin(.captures).u16(book.id).u32(institution).u16(book.currency.rawValue).day(day).bytes
    }
}
