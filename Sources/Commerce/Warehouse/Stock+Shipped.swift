import Accounting
import Bytes
import Events
import Index

/// Goods leave for a buyer, and come back.
extension Stock {
    static func decide(shipped body: StockShippedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try order(body.order, body.orderBook, views)
        let site = try Check.openSite(body.site, "site", fact, views)
        for line in try lines(body.lines, book, views) {
            let field = "lines[\(line.index)].quantity"
            let pick = views.stockPick(order: order.sequence, line.stock.number, site.sequence)
            let waiting = pick.quantity
            guard line.quantity <= waiting else {
                throw Refusal(
                    .wrongAmount, field, line.quantity,
                    Text(
                        "plus que ce qui est prélevé à ce lieu pour la commande et pas encore expédié",
                        "more than was picked at the site for the order and not shipped yet"),
                    accepted: Text("au plus \(waiting)", "at most \(waiting)"))
            }
            try notBefore(fact, pick, isAll: line.quantity == waiting)
            try decide(leaving: line.quantity, of: line.stock, site, value: line.quantity, field, fact, views)
        }
    }

    /// The goods leave at the average: Dr cost of goods sold / Cr inventory.
    static func fold(shipped body: StockShippedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site),
            let order = order(body.order, of: body.orderBook, views)
        else { return views.noBook(fact) }
        for line in lines(of: body.lines, fact, book, views) {
            let number = line.stock.number
            var stock = line.stock
            let cost = stock.take(line.quantity)
            stock.reserved &-= line.quantity
            put(
                stock, line.goods, at: site, change: -line.quantity, valueMinor: -cost, picked: -line.quantity,
                place: line.index, fact, book, views)
            var reservation = views.reservation(order: order.sequence, number)
            reservation.quantity &-= line.quantity
            reservation.picked &-= line.quantity
            views.putReservation(reservation, order: order.sequence, number)
            var pick = views.stockPick(order: order.sequence, number, site.sequence)
            pick.take(line.quantity, packedFirst: true)
            views.putStockPick(pick, order: order.sequence, number, site.sequence)
            views.addCounters(
                views.key.begin(.stockShipped).sequence(order.sequence).sequence(number).bytes, line.quantity, cost)
            views.addUsage(.shipped, line.quantity, 1, site, fact, book)
            views.debit(book, .goodsSold, cost)
            views.credit(book, .inventory, cost)
        }
        views.touch(order.buyer, fact)
        views.touchOrder(order.sequence, fact)
    }

    static func decide(returned body: StockReturnedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try new(body.returnId, "returnId", .customerReturn, book, views)
        let order = try order(body.order, body.orderBook, views)
        _ = try Check.siteToStore(body.site, "site", fact, book, views)
        let shipped = firstShipment(order, views)
        for line in try lines(body.lines, book, views) {
            let out = out(order, line.stock.number, views)
            guard line.quantity <= out.units else {
                throw Refusal(
                    .wrongAmount, "lines[\(line.index)].quantity", line.quantity,
                    Text(
                        "plus que ce qui a été expédié et n’est pas revenu",
                        "more than was shipped and has not come back"),
                    accepted: Text("au plus \(out.units)", "at most \(out.units)"))
            }
            if let shipped {
                try Check.notBefore(
                    fact, shipped.atUs, of: shipped.sequence, what: Text("l’expédition", "the shipment"))
            }
            try decide(
                adding: line.quantity, to: line.stock, value: line.quantity, "lines[\(line.index)].quantity")
        }
    }

    /// The shipment of an order that was effective first.
    private static func firstShipment(_ order: OrderRecord, _ views: Views) -> (sequence: UInt64, atUs: Int64)? {
        views.all([.stockShipped], of: order.sequence).map { ($0, views.effectiveAtUs($0)) }.min { $0.1 < $1.1 }
    }

    /// Units that were shipped for an order and did not come back, and what they cost.
    static func out(
        _ order: OrderRecord, _ number: UInt64, _ views: Views
    ) -> (units: Int64, costMinor: Int64) {
        let shipped = views.stockShipped(order: order.sequence, number)
        let returned = views.stockReturned(order: order.sequence, number)
        return (shipped.first &- returned.first, shipped.second &- returned.second)
    }

    /// The goods come back at the average cost of what is out, whatever the average is now: Dr inventory / Cr cost of goods sold.
    /// What the order awaits of them again is reserved for it again.
    static func fold(returned body: StockReturnedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site),
            let order = order(body.order, of: body.orderBook, views)
        else { return views.noBook(fact) }
        for line in lines(of: body.lines, fact, book, views) {
            let number = line.stock.number
            let out = out(order, number, views)
            let cost = StockRecord(number: number, onHand: out.units, valueMinor: out.costMinor).cost(of: line.quantity)
            var stock = line.stock
            stock.add(line.quantity, costMinor: cost)
            put(
                stock, line.goods, at: site, change: line.quantity, valueMinor: cost, place: line.index, fact, book,
                views)
            views.addCounters(
                views.key.begin(.stockReturned).sequence(order.sequence).sequence(number).bytes, line.quantity, cost)
            reserve(number, line.goods, order, views)
            views.addUsage(.returned, line.quantity, 1, site, fact, book)
            views.debit(book, .inventory, cost)
            views.credit(book, .goodsSold, cost)
        }
        views.putStockDocument(.customerReturn, body.returnId, fact, book)
        views.touch(order.buyer, fact)
        views.touchOrder(order.sequence, fact)
    }
}
