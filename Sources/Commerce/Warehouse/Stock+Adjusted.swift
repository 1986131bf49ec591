import Accounting
import Bytes
import Events
import Index

/// What was found, lost or counted.
extension Stock {
    static func decide(adjusted body: StockAdjustedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try new(body.adjustment, "adjustment", .adjustment, book, views)
        let site = try Check.openSite(body.site, "site", fact, views)
        try Check.name(body.reason, "reason", max: 500)
        guard body.change != 0, body.change.magnitude <= UInt64(quantityMax) else {
            throw Refusal(
                .outOfRange, "change", body.change, Text("écart hors limites", "change out of range"),
                accepted: Text(
                    "de −\(quantityMax) à \(quantityMax), sauf 0", "-\(quantityMax) to \(quantityMax), but not 0"))
        }
        let goods =
            body.change < 0
            ? try known(body.product, body.owner, book, views).0
            : try goods(body.product, body.owner, fact, book, views)
        try decide(
            change: body.change, of: goods, at: (body.site, site), value: body.change, "change", fact, book, views)
    }

    static func fold(adjusted body: StockAdjustedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site) else { return views.noBook(fact) }
        views.putStockDocument(.adjustment, body.adjustment, fact, book)
        change(body.product, body.owner, by: body.change, at: site, fact, book, views)
    }

    static func decide(counted body: StockCountedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try new(body.count, "count", .count, book, views)
        let site = try Check.openSite(body.site, "site", fact, views)
        try quantity(body.counted, "counted", least: 0)
        let goods = try goods(body.product, body.owner, fact, book, views)
        let stock = views.stock(goods)
        if body.counted == 0, stock == nil { _ = try known(body.product, body.owner, book, views) }
        let change = body.counted - (stock.map { views.onHand($0.number, site, endOf: fact.day) } ?? 0)
        try decide(change: change, of: goods, at: (body.site, site), value: body.counted, "counted", fact, book, views)
    }

    static func fold(counted body: StockCountedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site) else { return views.noBook(fact) }
        views.putStockDocument(.count, body.count, fact, book)
        let stock = views.stock(Goods(book: book.id, owner: owner(body.owner, views), product: body.product))
        let expected = stock.map { views.onHand($0.number, site, endOf: fact.day) } ?? 0
        change(body.product, body.owner, by: body.counted &- expected, at: site, fact, book, views)
    }

    /// Goods that may be new to the book: an owner who is not yet known there is a member.
    private static func goods(
        _ product: Bytes, _ owner: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> Goods {
        try Check.id(product, "product")
        guard !owner.isEmpty else { return Goods(book: book.id, owner: 0, product: product) }
        let goods = Goods(book: book.id, owner: try Check.identity(owner, "owner", views), product: product)
        if views.stock(goods) == nil { _ = try Check.member(owner, "owner", fact, book, views) }
        return goods
    }

    private static func decide(
        change: Int64, of goods: Goods, at place: (name: Bytes, site: StorageSiteRecord), value: Int64,
        _ field: String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let stock = views.stock(goods)
        if change > 0 {
            // Only what stands there already needs no agreement.
            if stock.map({ views.stockPlace($0.number, place.site).onHand }) ?? 0 == 0 {
                _ = try Check.siteToStore(place.name, "site", fact, book, views)
            }
            try decide(adding: change, to: stock, value: value, field)
            let worth = (stock ?? StockRecord(number: 0)).worth(of: change)
            guard let worth, worth <= Check.amountMinorMax else {
                throw Refusal(
                    .outOfRange, field, value, Text("valeur trop grande", "the value is too large"),
                    accepted: Text("une quantité moindre", "a smaller quantity"))
            }
            return
        }
        guard change < 0, let stock else { return }
        try decide(taking: -change, of: stock, from: place.site, value: value, field, fact, views)
        guard -change <= stock.available else {
            throw Refusal(
                .wrongAmount, field, value,
                Text(
                    "\(stock.reserved) sont réservés à des commandes : annuler ou rembourser d’abord ce qui ne peut être livré",
                    "\(stock.reserved) are reserved for orders: first cancel or refund what cannot be delivered"),
                accepted: Text("au plus \(stock.available) de moins", "at most \(stock.available) fewer"))
        }
    }

    /// Found goods come in at the average, lost ones leave at it: against expenses:stock-adjustments.
    private static func change(
        _ product: Bytes, _ owner: Bytes, by change: Int64, at site: StorageSiteRecord, _ fact: Fact, _ book: Book,
        _ views: Views
    ) {
        let goods = Goods(book: book.id, owner: Stock.owner(owner, views), product: product)
        var stock = views.stock(goods) ?? StockRecord(number: fact.sequence)
        var value: Int64 = 0
        if change > 0 {
            guard let worth = stock.worth(of: change) else {
                return views.index.fail("event \(fact.sequence): a value left 64 bits")
            }
            value = worth
            stock.add(change, costMinor: worth)
        } else if change < 0 {
            value = -stock.take(-change)
        }
        put(stock, goods, at: site, change: change, valueMinor: value, fact, book, views)
        views.debit(book, .inventory, value)
        views.credit(book, .stockAdjustments, value)
    }
}
