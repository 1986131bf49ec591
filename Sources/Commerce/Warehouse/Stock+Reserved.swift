import Bytes
import Events
import Index

/// Called by Orders, for every purchase of every book: books that never sold from a stock look nothing up.
extension Stock {
    /// Whether a product may be sold from that stock. Another cooperative's goods are sold by agreement, and have one seller, whom the sale pays.
    static func decide(
        sold stockBook: Bytes, _ seller: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard !stockBook.isEmpty else { return }
        let owner = try Check.cooperative(stockBook, "stockBook", views)
        guard owner.id == book.id || !seller.isEmpty else {
            throw Refusal(
                .missing, "seller", "",
                Text(
                    "les marchandises d’une autre coopérative ont un seul vendeur",
                    "another cooperative's goods have one seller"),
                accepted: Text("le membre vendeur de \(owner.name)", "the seller member of \(owner.name)"))
        }
        try agreed(owner, stockBook, "stockBook", fact, book, views)
    }

    /// The market serves the cooperative whose goods it sells, or is served by it.
    private static func agreed(
        _ owner: Book, _ value: Bytes, _ field: @autoclosure () -> String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard owner.id != book.id, !views.trade(owner, book, fact) else { return }
        throw Refusal(
            .notAllowed, field(), value,
            Text(
                "aucune entente de plateforme ou d’entreposage en vigueur entre \(book.name) et \(owner.name)",
                "no platform or warehousing agreement in force between \(book.name) and \(owner.name)"),
            accepted: Text(
                "le stock de \(book.name), ou agreementSigned d’abord entre les deux coopératives",
                "the stock of \(book.name), or first agreementSigned between the two cooperatives"))
    }

    /// The goods that a line sells: those that its seller keeps in the stock, else the cooperative's own; `nil` where no stock is kept.
    private static func goods(of line: PurchaseLineView, _ book: Book, _ views: Views) -> Goods? {
        guard let product = views.product(line.product, book), product.stockBook != 0 else { return nil }
        return goods(of: line, in: product.stockBook, knownAt: .max, views)
    }

    /// The same as it was when the order at `sequence` was placed: goods that came later are not what it reserved.
    private static func goods(
        of line: PurchaseLineView, in stockBook: UInt16, knownAt sequence: UInt64, _ views: Views
    ) -> Goods {
        if let seller = views.party(.identity, line.seller) {
            let sellers = Goods(book: stockBook, owner: seller, product: line.product)
            if let stock = views.stock(sellers), stock.number < sequence { return sellers }
        }
        return Goods(book: stockBook, owner: 0, product: line.product)
    }

    /// Whether the lines whose product is sold from a stock can be reserved there. Lines of the same goods count together.
    static func decide(placed body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        // The rule of the lines has asked for every product of the purchase.
        guard views.sawStock else { return }
        var left: [UInt64: Int64] = [:]
        // Most orders sell from one stock, often the cooperative's own.
        var agreedTo = book.id
        for (index, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view(), let goods = goods(of: line, book, views) else { continue }
            try quantity(line.quantity, "lines[\(index)].quantity")
            if goods.book != agreedTo, let owner = views.book(number: goods.book) {
                try agreed(owner, line.product, "lines[\(index)].product", fact, book, views)
                agreedTo = goods.book
            }
            let stock = views.stock(goods)
            let available = stock.map { left[$0.number] ?? $0.available } ?? 0
            guard let stock, line.quantity <= available else {
                throw Refusal(
                    .wrongAmount, "lines[\(index)].quantity", line.quantity,
                    available > 0
                        ? Text("plus que ce qui est disponible en stock", "more than is available in stock")
                        : Text("rupture de stock", "out of stock"),
                    accepted: available > 0
                        ? Text("au plus \(available)", "at most \(available)")
                        : Text("un produit disponible", "a product that is available"))
            }
            left[stock.number] = available - line.quantity
        }
    }

    /// - Returns: whether something was reserved for the order.
    static func didPlace(
        _ order: OrderRecord, _ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views
    ) -> Bool {
        guard book.sellsFromStock, views.sawStock || !views.isDecided(fact) else { return false }
        var hasReserved = false
        for encoded in body.lines {
            guard let line = try? encoded.view(), let goods = goods(of: line, book, views) else { continue }
            guard var stock = views.stock(goods) else {
                views.index.fail("event \(fact.sequence): no such goods")
                return false
            }
            hasReserved = true
            stock.reserved &+= line.quantity
            views.putStock(stock, goods)
            var reservation = views.reservation(order: order.sequence, stock.number)
            reservation.quantity &+= line.quantity
            views.putReservation(reservation, order: order.sequence, stock.number)
            views.touchCooperative(goods.book, fact, book)
        }
        return hasReserved
    }

    static func didCancel(_ order: OrderRecord, _ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views)
    {
        guard order.sellsFromStock else { return }
        for (number, reservation) in views.reservations(order: order.sequence) {
            release(reservation.quantity, of: reservation, number, order, fact, book, views)
        }
    }

    /// Releases what the order holds beyond what is still to be sent: bought less refunded, less what is with the buyer.
    static func didRefund(
        _ order: OrderRecord, _ purchase: PurchasePlacedView, _ refund: PurchaseRefundedView, _ fact: Fact,
        _ book: Book, _ views: Views
    ) {
        guard order.sellsFromStock else { return }
        for (number, reservation) in views.reservations(order: order.sequence) {
            guard let goods = views.goods(numbered: number) else { return }
            let toSend = awaited(number, goods, order, purchase, views)
            guard reservation.quantity > toSend else { continue }
            release(reservation.quantity &- toSend, of: reservation, number, order, fact, book, views)
        }
    }

    /// Goods of an order that is open came back: what it awaits again is reserved for it, of the stock that they are in.
    static func reserve(_ number: UInt64, _ goods: Goods, _ order: OrderRecord, _ views: Views) {
        guard !order.isHandedOver, !order.isCancelled, let purchase = views.purchase(order),
            var stock = views.stock(goods)
        else { return }
        var reservation = views.reservation(order: order.sequence, number)
        let missing = awaited(number, goods, order, purchase.body, views) &- reservation.quantity
        guard missing > 0 else { return }
        stock.reserved &+= missing
        views.putStock(stock, goods)
        reservation.quantity &+= missing
        views.putReservation(reservation, order: order.sequence, number)
    }

    /// Units that the buyer keeps and does not have: bought less refunded, less what was shipped and did not come back. Of a line of which nothing
    /// is left to pay, none is awaited. Until the hand-over that much is reserved for the order.
    private static func awaited(
        _ number: UInt64, _ goods: Goods, _ order: OrderRecord, _ purchase: PurchasePlacedView, _ views: Views
    ) -> Int64 {
        var kept: Int64 = 0
        for (index, line) in lines(of: goods, order, purchase, views) {
            let back = views.refundedLine(order, index)
            if line.amountMinor > 0, back.first >= line.amountMinor { continue }
            kept &+= line.quantity &- back.second
        }
        let shipped = views.stockShipped(order: order.sequence, number).first
        return Swift.max(0, kept &- (shipped &- views.stockReturned(order: order.sequence, number).first))
    }

    /// The lines of an order that sold some goods, with their places.
    static func lines(
        of goods: Goods, _ order: OrderRecord, _ purchase: PurchasePlacedView, _ views: Views
    ) -> [(index: UInt32, line: PurchaseLineView)] {
        var found: [(index: UInt32, line: PurchaseLineView)] = []
        for (index, encoded) in purchase.lines.enumerated() {
            guard let line = try? encoded.view(), line.product == goods.product,
                Stock.goods(of: line, in: goods.book, knownAt: order.sequence, views).owner == goods.owner
            else { continue }
            found.append((UInt32(clamping: index), line))
        }
        return found
    }

    /// Gives reserved units back to what is available. What was picked goes back to its shelf last.
    private static func release(
        _ quantity: Int64, of held: ReservationRecord, _ number: UInt64, _ order: OrderRecord, _ fact: Fact,
        _ book: Book, _ views: Views
    ) {
        guard let goods = views.goods(numbered: number), var stock = views.stock(goods) else {
            return views.index.fail("event \(fact.sequence): no such goods")
        }
        stock.reserved &-= quantity
        views.putStock(stock, goods)
        let pickedToo = Swift.max(0, quantity &- held.unpicked)
        var left = pickedToo
        for (_, site, waiting) in views.stockPicks(order: order.sequence, number) where left > 0 {
            var pick = waiting
            let back = Swift.min(left, pick.quantity)
            pick.take(back, packedFirst: false)
            views.putStockPick(pick, order: order.sequence, number, site)
            views.changePicked(number, site, by: -back)
            left &-= back
        }
        var reservation = held
        reservation.quantity &-= quantity
        reservation.picked &-= pickedToo
        views.putReservation(reservation, order: order.sequence, number)
        views.touchCooperative(goods.book, fact, book)
    }
}
