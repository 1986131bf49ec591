import Bytes
import Events
import Index

/// Goods in store: received, moved, picked, packed, shipped, returned, adjusted and counted, in the order in which the ledger learns of it.
///
/// Nothing goes below zero: not at a site on any day, not for an order, not over all sites. Value stands in the owner's book only (DOMAIN §9).
enum Stock {
    /// Units of one line; sums of many stay far within 64 bits.
    static let quantityMax: Int64 = 1_000_000_000
    /// Units of some goods over all sites.
    static let onHandMax: Int64 = 1_000_000_000_000
    static let linesMax = 1_000

    /// One line of a picking, shipment or return, found.
    struct Line {
        let index: Int
        let goods: Goods
        let stock: StockRecord
        let quantity: Int64
    }

    /// The lines of an event: from one to a thousand, each of other goods.
    static func lines(
        _ lines: Repeated<StockQuantityView>, _ book: Book, _ views: Views
    ) throws(Refusal) -> [Line] {
        guard lines.count > 0, lines.count <= linesMax else {
            throw Refusal(
                .outOfRange, "lines", Int64(lines.count),
                Text("nombre de lignes hors limites", "number of lines out of range"),
                accepted: Text("de 1 à \(linesMax) lignes", "1 to \(linesMax) lines"))
        }
        var found: [Line] = []
        var seen: Set<UInt64> = []
        for (index, encoded) in lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            let place = "lines[\(index)]"
            try quantity(line.quantity, "\(place).quantity")
            let (goods, stock) = try known(line.product, line.owner, under: "\(place).", book, views)
            guard seen.insert(stock.number).inserted else {
                throw Refusal(
                    .duplicate, "\(place).product", line.product,
                    Text("marchandise répétée", "the same goods twice"),
                    accepted: Text("une ligne par marchandise", "one line for each goods"))
            }
            found.append(Line(index: index, goods: goods, stock: stock, quantity: line.quantity))
        }
        return found
    }

    /// The same lines in a fold. An event that was recorded names known goods.
    static func lines(of lines: Repeated<StockQuantityView>, _ fact: Fact, _ book: Book, _ views: Views) -> [Line] {
        var found: [Line] = []
        for (index, encoded) in lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            let goods = Goods(book: book.id, owner: owner(line.owner, views), product: line.product)
            guard let stock = views.stock(goods) else {
                views.index.fail("event \(fact.sequence): no such goods")
                return []
            }
            found.append(Line(index: index, goods: goods, stock: stock, quantity: line.quantity))
        }
        return found
    }

    static func owner(_ name: Bytes, _ views: Views) -> UInt32 {
        name.isEmpty ? 0 : views.party(.identity, name) ?? 0
    }

    static func quantity(_ quantity: Int64, _ field: @autoclosure () -> String, least: Int64 = 1) throws(Refusal) {
        guard quantity >= least, quantity <= quantityMax else {
            throw Refusal(
                .outOfRange, field(), quantity, Text("quantité hors limites", "quantity out of range"),
                accepted: Text("de \(least) à \(quantityMax)", "\(least) to \(quantityMax)"))
        }
    }

    /// Goods of which the book has had some.
    static func known(
        _ product: Bytes, _ owner: Bytes, under place: @autoclosure () -> String = "", _ book: Book, _ views: Views
    ) throws(Refusal) -> (Goods, StockRecord) {
        try Check.name(product, "\(place())product")
        let party = owner.isEmpty ? 0 : try Check.identity(owner, "\(place())owner", views)
        let goods = Goods(book: book.id, owner: party, product: product)
        guard let stock = views.stock(goods) else {
            throw Refusal(
                .unknown, "\(place())product", product,
                Text("jamais eu en stock dans \(book.name)", "never in the stock of \(book.name)"),
                accepted: Text("une marchandise reçue par stockReceived", "goods that stockReceived received"))
        }
        return (goods, stock)
    }

    /// An id that the book has not used for such a paper.
    static func new(_ id: Bytes, _ field: String, _ kind: StockDocument, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.name(id, field)
        guard let by = views.stockDocument(kind, id, book) else { return }
        throw Refusal(
            .duplicate, field, id, Text("déjà inscrit par l’événement \(by)", "already recorded by event \(by)"),
            accepted: Text("un numéro nouveau", "a new id"))
    }

    static func order(_ name: Bytes, _ orderBook: Bytes, _ views: Views) throws(Refusal) -> OrderRecord {
        let book = try Check.cooperative(orderBook, "orderBook", views)
        return try Check.order(name, book, views)
    }

    static func order(_ name: Bytes, of orderBook: Bytes, _ views: Views) -> OrderRecord? {
        views.book(orderBook).flatMap { views.order(name, $0) }
    }

    /// Refuses to take more from a site than stands there free of orders and, since the day of the event, always stood there.
    static func decide(
        taking quantity: Int64, of stock: StockRecord, from site: StorageSiteRecord, value: Int64, _ field: String,
        _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        let place = views.stockPlace(stock.number, site)
        guard quantity <= place.free else {
            throw Refusal(
                .wrongAmount, field, value,
                Text(
                    "il y en a \(place.onHand) à ce lieu, dont \(place.picked) prélevés pour des commandes",
                    "\(place.onHand) stand at the site, of which \(place.picked) were picked for orders"),
                accepted: Text("au plus \(place.free) de moins", "at most \(place.free) fewer"))
        }
        try decide(leaving: quantity, of: stock, site, value: value, field, fact, views)
    }

    /// Refuses what would have left fewer than none at a site on a day between the event's and now.
    static func decide(
        leaving quantity: Int64, of stock: StockRecord, _ site: StorageSiteRecord, value: Int64, _ field: String,
        _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        let least = views.leastOnHand(stock.number, site, from: fact.day)
        guard quantity <= least else {
            throw Refusal(
                .wrongAmount, field, value,
                Text(
                    "il n’y en avait que \(least) à ce lieu à cette date ou après",
                    "only \(least) stood at the site on that day or later"),
                accepted: Text(
                    "au plus \(least) de moins, ou une date ultérieure", "at most \(least) fewer, or a later date"))
        }
    }

    /// Refuses what would bring more units than a stock can hold.
    static func decide(adding quantity: Int64, to stock: StockRecord?, value: Int64, _ field: String) throws(Refusal) {
        let onHand = stock?.onHand ?? 0
        guard quantity <= onHandMax - onHand else {
            throw Refusal(
                .outOfRange, field, value, Text("stock trop grand", "the stock is too large"),
                accepted: Text("au plus \(onHandMax - onHand) de plus", "at most \(onHandMax - onHand) more"))
        }
    }

    /// Writes down that units came to a site or left it: the stock as it is now, what stands there, the day, the use of the site and the history.
    ///
    /// - Parameters:
    ///   - picked: by how much what is picked there changes.
    ///   - place: the movement's place in the event.
    static func put(
        _ stock: StockRecord, _ goods: Goods, at site: StorageSiteRecord, change: Int64, valueMinor: Int64 = 0,
        picked: Int64 = 0, place: Int = 0, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        views.putStock(stock, goods)
        if change != 0 {
            putPlace(of: stock.number, at: site, by: change, picked: picked, fact, views)
            let inward = Swift.max(0, change)
            views.addUsage(.stored, inward, inward &- change, site, fact, book)
        }
        var movement = StockMovementRecord()
        movement.site = site.sequence
        movement.change = change
        movement.valueMinor = valueMinor
        movement.onHandAfter = stock.onHand
        movement.valueAfterMinor = stock.valueMinor
        views.put(
            views.key.begin(.stockMovement).sequence(stock.number).sequence(fact.sequence)
                .u16(UInt16(clamping: place)).bytes, movement)
        views.touch(goods.owner, fact)
        views.touchCooperative(site.book, fact, book)
    }

    private static func putPlace(
        of number: UInt64, at site: StorageSiteRecord, by change: Int64, picked: Int64, _ fact: Fact, _ views: Views
    ) {
        var there = views.stockPlace(number, site)
        if change > 0, there.onHand == 0 || fact.effectiveAtUs < there.since.atUs { there.since = StockMoment(fact) }
        there.onHand &+= change
        there.picked &+= picked
        if there.onHand == 0 {
            views.index.remove(views.key.begin(.stockPlace).sequence(site.sequence).sequence(number).bytes)
        } else {
            views.put(views.key.begin(.stockPlace).sequence(site.sequence).sequence(number).bytes, there)
        }
        let inward = Swift.max(0, change)
        views.addCounters(
            views.key.begin(.stockDay).sequence(number).sequence(site.sequence).day(fact.day).bytes, inward,
            inward &- change)
    }
}
