import Accounting
import Bytes
package import Events
import Index

extension Orders {
    static func decide(handedOver body: OrderHandedOverView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try Check.order(body.order, book, views)
        try Check.open(order, body.order)
        guard !order.isHandedOver else {
            throw Refusal(
                .duplicate, "order", body.order, Text("déjà remise", "already handed over"),
                accepted: Text("une commande qui ne l’est pas", "an order that is not"))
        }
        guard order.isPaid else {
            throw Refusal(
                .notAllowed, "order", body.order,
                Text("il reste \(order.dueMinor) à payer", "\(order.dueMinor) is still to be paid"),
                accepted: Text("une commande payée", "a paid order"))
        }
        try Check.notBefore(fact, order, views)
        try Check.notBeforePayment(fact, order, views)
        try Parcels.decide(handedOver: order, body.order, fact, book, views)
        try Stock.decide(handedOver: order, body.order, fact, book, views)
        if order.sellsForBooks { try SellerBooks.decide(handedOver: order, fact, book, views) }
    }

    /// The commission is earned, the sellers' part becomes payable, and what remains of the order counts as business. A registered seller
    /// owes the taxes on its commission.
    static func fold(handedOver body: OrderHandedOverView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard var order = views.order(body.order, book), let purchase = views.purchase(order),
            views.compute(
                views.after, purchase.body, refunded: views.refunded(order), at: purchase.atUs,
                sequence: order.sequence, book: book)
        else { return views.index.fail("event \(fact.sequence): no such order") }
        order.isHandedOver = true
        order.handedOverAtUs = fact.effectiveAtUs
        views.putOrder(order, body.order, book)
        Promises.didEnd(order, body.order, fact, book, views)
        views.debit(book, .deferredCommission, views.after.commission)
        views.credit(book, .commission, views.after.commission)
        for (index, seller) in views.after.sellers.enumerated() {
            views.addCounters(views.key.begin(.pendingPayable).u16(book.id).u32(seller.party).bytes, 0, seller.payable)
            for (tax, account) in views.after.commissionAccounts.enumerated() {
                let amount = views.after.commissionTax(seller: index, tax: tax)
                views.debit(book, .sellerPayable, party: seller.party, amount)
                views.credit(book, account: account, amount)
            }
            views.touch(seller.party, fact)
        }
        views.before.clear()
        views.addBusiness(order, fact, book)
        if order.sellsForBooks { SellerBooks.didHandOver(order, purchase.body, purchase.atUs, fact, book, views) }
        RoyaltiesOfOrder.follow(order, fact, book, views)
        views.touch(order.buyer, fact)
        views.touchOrder(order.sequence, fact)
    }
}

extension Views {
    /// An order's purchase, read from the log.
    package func purchase(_ order: OrderRecord) -> (body: PurchasePlacedView, atUs: Int64, event: EventView)? {
        guard let event = event(order.sequence) else { return nil }
        do {
            return (try PurchasePlacedView(event.bodyBytes), event.effectiveAt.map(microseconds) ?? 0, event)
        } catch {
            index.fail("event \(order.sequence) cannot be read: \(error)")
            return nil
        }
    }

    /// Amount and quantity taken back of each line; empty when nothing was.
    func refunded(_ order: OrderRecord) -> [Counters] {
        guard order.hasRefunds else { return [] }
        return (0..<UInt32(clamping: order.lines)).map { refundedLine(order, $0) }
    }

    /// Amount and quantity taken back of one line.
    func refundedLine(_ order: OrderRecord, _ line: UInt32) -> Counters {
        index.counters(key.begin(.refundedLine).sequence(order.sequence).u32(line).bytes)
    }
}
