import Accounting
import Bytes
import Events
import Index

/// Goods come in, or go from site to site.
extension Stock {
    static func decide(received body: StockReceivedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try new(body.receipt, "receipt", .receipt, book, views)
        _ = try Check.siteToStore(body.site, "site", fact, book, views)
        try Check.id(body.product, "product")
        try quantity(body.quantity, "quantity")
        var owner: UInt32 = 0
        if !body.owner.isEmpty { owner = try Check.member(body.owner, "owner", fact, book, views).party }
        try decide(costOf: body, book, views)
        let stock = views.stock(Goods(book: book.id, owner: owner, product: body.product))
        try decide(adding: body.quantity, to: stock, value: body.quantity, "quantity")
    }

    /// Goods of the cooperative at their cost, owed to who supplied them; goods of a member as quantities only.
    private static func decide(costOf body: StockReceivedView, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.notNegative(body.costMinor, "costMinor")
        guard body.costMinor > 0 else {
            if !body.currency.isEmpty { try Check.currency(body.currency, book) }
            guard body.supplier.isEmpty else {
                throw Refusal(
                    .notAllowed, "supplier", body.supplier,
                    Text("rien n’est dû pour des marchandises sans coût", "nothing is owed for goods without a cost"),
                    accepted: Text("aucun fournisseur, ou un coût", "no supplier, or a cost"))
            }
            return
        }
        guard body.owner.isEmpty else {
            throw Refusal(
                .notAllowed, "costMinor", body.costMinor,
                Text(
                    "les marchandises d’un membre n’ont pas de valeur dans le livre",
                    "a member's goods have no value in the book"),
                accepted: Text("0", "0"))
        }
        try Check.currency(body.currency, book)
        _ = try Check.identity(body.supplier, "supplier", views)
    }

    static func fold(received body: StockReceivedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site) else { return views.noBook(fact) }
        let goods = Goods(book: book.id, owner: owner(body.owner, views), product: body.product)
        var stock = views.stock(goods) ?? StockRecord(number: fact.sequence)
        stock.add(body.quantity, costMinor: body.costMinor)
        views.putStockDocument(.receipt, body.receipt, fact, book)
        put(
            stock, goods, at: site, change: body.quantity, valueMinor: body.costMinor, fact, book, views)
        views.addUsage(.received, body.quantity, 1, site, fact, book)
        guard body.costMinor > 0 else { return }
        let supplier = views.intern(.identity, body.supplier)
        views.debit(book, .inventory, body.costMinor)
        views.credit(book, .accountsPayable, party: supplier, body.costMinor)
        views.touch(supplier, fact)
    }

    static func decide(moved body: StockMovedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try new(body.movement, "movement", .movement, book, views)
        let from = try Check.openSite(body.fromSite, "fromSite", fact, views)
        let to = try Check.siteToStore(body.toSite, "toSite", fact, book, views)
        guard from.sequence != to.sequence else {
            throw Refusal(
                .conflict, "toSite", body.toSite, Text("c’est le lieu de départ", "the site that they come from"),
                accepted: Text("un autre lieu", "another site"))
        }
        try quantity(body.quantity, "quantity")
        let (_, stock) = try known(body.product, body.owner, book, views)
        try decide(taking: body.quantity, of: stock, from: from, value: body.quantity, "quantity", fact, views)
    }

    /// Nothing is bought or sold: no posting, and the average stays.
    static func fold(moved body: StockMovedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let from = views.storageSite(body.fromSite),
            let to = views.storageSite(body.toSite)
        else { return views.noBook(fact) }
        let goods = Goods(book: book.id, owner: owner(body.owner, views), product: body.product)
        guard let stock = views.stock(goods) else {
            return views.index.fail("event \(fact.sequence): no such goods")
        }
        views.putStockDocument(.movement, body.movement, fact, book)
        put(stock, goods, at: from, change: -body.quantity, fact, book, views)
        put(stock, goods, at: to, change: body.quantity, place: 1, fact, book, views)
        views.addUsage(.moved, body.quantity, 1, from, fact, book)
        views.addUsage(.moved, body.quantity, 1, to, fact, book)
    }
}
