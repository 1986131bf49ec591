import Accounting
import Bytes
import Events
import Index

extension Orders {
    static func decide(cancelled body: PurchaseCancelledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try Check.order(body.order, book, views)
        try Check.open(order, body.order)
        try Check.notBefore(fact, order, views)
        try Chargebacks.decide(givesBack: order, fact, book, views)
        try Check.text(body.reason, "reason")
        guard !order.isHandedOver else {
            throw Refusal(
                .notAllowed, "order", body.order, Text("déjà remise", "already handed over"),
                accepted: Text("purchaseRefunded pour un retour", "purchaseRefunded for a return"))
        }
        // What was paid goes back by a refund; what never was, and all of which came back, is called off.
        let shipped = views.all([.stockShipped], of: order.sequence).first
        if let shipped, order.paidMinor != 0 || !views.hasAllBack(order: order.sequence) {
            throw Refusal(
                .notAllowed, "order", body.order,
                Text(
                    "des marchandises en sont expédiées (séquence \(shipped))",
                    "goods of it have shipped (sequence \(shipped))"),
                accepted: Text("purchaseRefunded pour un retour", "purchaseRefunded for a return"))
        }
        for returned in shipped == nil ? [] : views.all([.stockReturned], of: order.sequence) {
            try Check.notBefore(
                fact, eventAt: returned, Text("le retour des marchandises", "the return of the goods"), views)
        }
        try Parcels.decide(cancelled: order, body.order, fact, views)
    }

    static func fold(cancelled body: PurchaseCancelledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard var order = views.order(body.order, book), let purchase = views.purchase(order),
            views.compute(
                views.before, purchase.body, refunded: views.refunded(order), at: purchase.atUs,
                sequence: order.sequence, book: book),
            views.compute(
                views.after, purchase.body, cancelled: true, at: purchase.atUs, sequence: order.sequence, book: book)
        else { return views.index.fail("event \(fact.sequence): no such order") }
        order.isCancelled = true
        order.remainingMinor = 0
        views.putOrder(order, body.order, book)
        views.postChange(order, earned: false, fact, book)
        if order.chargedBackMinor > 0 { Chargebacks.didGiveBack(&order, body.order, fact, book, views) }
        Stock.didCancel(order, purchase.body, fact, book, views)
        Promises.didEnd(order, body.order, fact, book, views)
    }

    static func decide(refunded body: PurchaseRefundedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try Check.order(body.order, book, views)
        try Check.open(order, body.order)
        try Check.notBefore(fact, order, views)
        // What comes back after the hand-over takes back what was earned then, in no earlier year.
        if order.isHandedOver { try Check.notBeforeHandOver(fact, order, views) }
        try Chargebacks.decide(givesBack: order, fact, book, views)
        try Check.id(body.refund, "refund")
        try Check.text(body.reason, "reason")
        if views.index.value(views.key.begin(.refund).sequence(order.sequence).text(body.refund).bytes) != nil {
            throw Refusal(
                .duplicate, "refund", body.refund, Text("remboursement déjà inscrit", "refund already recorded"),
                accepted: Text("un numéro de remboursement nouveau", "a new refund id"))
        }
        if order.sellsForBooks { try SellerBooks.areOpen(order.sequence, fact, views) }
        guard let purchase = views.purchase(order) else { return }
        let refunded = try refundedAfter(body, order, purchase.body, views)
        try Check.fits("lines") { () throws(MoneyError) in
            try views.before.compute(
                purchase.body, refunded: views.refunded(order), at: purchase.atUs, sequence: order.sequence, book: book,
                views: views)
            try views.after.compute(
                purchase.body, refunded: refunded, at: purchase.atUs, sequence: order.sequence, book: book, views: views
            )
        }
        let table = book.taxes(in: purchase.body.jurisdiction, at: purchase.atUs, knownAt: order.sequence)
        try decide(taxes: body.taxes, table) { views.before.taxes[$0].charged - views.after.taxes[$0].charged }
        let total = views.before.total - views.after.total
        try Check.equal(
            body.totalMinor, total, "totalMinor", Text("lignes et taxes remboursées", "lines and taxes refunded"))
        try Check.atMost(
            total, views.paid(order, by: fact.effectiveAtUs), field: "totalMinor", fact,
            Text("plus que ce qui a été payé", "more than was paid"))
    }

    /// What is taken back of each line once this refund is recorded.
    private static func refundedAfter(
        _ body: PurchaseRefundedView, _ order: OrderRecord, _ purchase: PurchasePlacedView, _ views: Views
    ) throws(Refusal) -> [Counters] {
        guard !body.lines.isEmpty else {
            throw Refusal(
                .missing, "lines", "", Text("aucune ligne", "no line"),
                accepted: Text("au moins une ligne", "at least one line"))
        }
        var refunded = (0..<UInt32(clamping: order.lines)).map { views.refundedLine(order, $0) }
        var last: Int64 = -1
        for (at, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            guard Int64(line.line) > last, Int64(line.line) < order.lines,
                let bought = try? purchase.lines[Int(line.line)]
            else {
                throw Refusal(
                    .outOfRange, "lines[\(at)].line", Int64(line.line),
                    Text("ligne absente ou répétée", "no such line, or twice"),
                    accepted: last + 1 < order.lines
                        ? Text(
                            "de \(last + 1) à \(order.lines - 1), croissantes",
                            "\(last + 1) to \(order.lines - 1), ascending")
                        : Text("aucune ligne de plus", "no line follows"))
            }
            last = Int64(line.line)
            let before = views.refundedLine(order, line.line)
            let left = bought.amountMinor - before.first
            // A line that cost the buyer nothing goes back by its quantity.
            let least: Int64 = bought.amountMinor == 0 && line.quantity > 0 ? 0 : 1
            guard line.amountMinor >= least, line.amountMinor <= left else {
                throw Refusal(
                    .wrongAmount, "lines[\(at)].amountMinor", line.amountMinor,
                    Text("plus que ce qui reste de la ligne", "more than remains of the line"),
                    accepted: Text("de \(least) à \(left)", "\(least) to \(left)"))
            }
            guard line.quantity >= 0, line.quantity <= bought.quantity - before.second else {
                throw Refusal(
                    .wrongAmount, "lines[\(at)].quantity", line.quantity,
                    Text("plus que ce qui reste de la ligne", "more than remains of the line"),
                    accepted: Text(
                        "de 0 à \(bought.quantity - before.second)", "0 to \(bought.quantity - before.second)"))
            }
            refunded[Int(line.line)] = Counters(before.first + line.amountMinor, before.second + line.quantity)
        }
        return refunded
    }

    static func fold(refunded body: PurchaseRefundedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard var order = views.order(body.order, book), let purchase = views.purchase(order),
            views.compute(
                views.before, purchase.body, refunded: views.refunded(order), at: purchase.atUs,
                sequence: order.sequence, book: book)
        else { return views.index.fail("event \(fact.sequence): no such order") }
        for encoded in body.lines {
            guard let line = try? encoded.view() else { continue }
            views.addCounters(
                views.key.begin(.refundedLine).sequence(order.sequence).u32(line.line).bytes, line.amountMinor,
                line.quantity)
        }
        order.hasRefunds = true
        guard
            views.compute(
                views.after, purchase.body, refunded: views.refunded(order), at: purchase.atUs,
                sequence: order.sequence, book: book)
        else { return }
        order.remainingMinor = views.after.total
        views.putOrder(order, body.order, book)
        views.putNumber(views.key.begin(.refund).sequence(order.sequence).text(body.refund).bytes, fact.sequence)
        views.postChange(order, earned: order.isHandedOver, fact, book)
        if order.sellsForBooks { SellerBooks.didRefund(order, purchase.body, purchase.atUs, fact, book, views) }
        Stock.didRefund(order, purchase.body, body, fact, book, views)
        if order.chargedBackMinor > 0 { Chargebacks.didGiveBack(&order, body.order, fact, book, views) }
        RoyaltiesOfOrder.follow(order, fact, book, views)
        if order.remainingMinor == 0 { Promises.didEnd(order, body.order, fact, book, views) }
    }
}
