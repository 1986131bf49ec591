import Bytes
import Events
import Index

/// Goods reserved for an order are taken from the shelf, then packed. They stay in stock until they are shipped.
extension Stock {
    static func decide(picked body: StockPickedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try order(body.order, body.orderBook, views)
        let site = try Check.openSite(body.site, "site", fact, views)
        try Check.notBefore(
            fact, views.effectiveAtUs(order.sequence), of: order.sequence, what: Text("l’achat", "the purchase"))
        for line in try lines(body.lines, book, views) {
            let unpicked = views.reservation(order: order.sequence, line.stock.number).unpicked
            guard line.quantity <= unpicked else {
                throw Refusal(
                    .wrongAmount, "lines[\(line.index)].quantity", line.quantity,
                    Text(
                        "plus que ce qui est réservé à la commande et pas encore prélevé",
                        "more than is reserved for the order and not picked yet"),
                    accepted: Text("au plus \(unpicked)", "at most \(unpicked)"))
            }
            let place = views.stockPlace(line.stock.number, site)
            guard line.quantity <= place.free else {
                throw Refusal(
                    .wrongAmount, "lines[\(line.index)].quantity", line.quantity,
                    Text("plus que ce qui est libre à ce lieu", "more than stands free at the site"),
                    accepted: Text(
                        "au plus \(place.free), ou un autre lieu", "at most \(place.free), or another site"))
            }
            try Check.notBefore(
                fact, place.since.atUs, of: place.since.sequence,
                what: Text("l’arrivée des marchandises à ce lieu", "the goods came to the site"))
        }
    }

    static func fold(picked body: StockPickedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site),
            let order = order(body.order, of: body.orderBook, views)
        else { return views.noBook(fact) }
        for line in lines(of: body.lines, fact, book, views) {
            let number = line.stock.number
            var reservation = views.reservation(order: order.sequence, number)
            reservation.picked &+= line.quantity
            views.putReservation(reservation, order: order.sequence, number)
            var pick = views.stockPick(order: order.sequence, number, site.sequence)
            pick.book = book.id
            pick.handle(fact, isAll: pick.quantity == 0)
            pick.loose &+= line.quantity
            views.putStockPick(pick, order: order.sequence, number, site.sequence)
            views.changePicked(number, site.sequence, by: line.quantity)
            views.addUsage(.picked, line.quantity, 1, site, fact, book)
            views.touch(line.goods.owner, fact)
        }
        views.touchCooperative(site.book, fact, book)
        views.touchOrder(order.sequence, fact)
    }

    /// What a book has picked for an order at a site and not packed.
    private static func loose(
        _ order: OrderRecord, _ site: StorageSiteRecord, _ book: Book, _ views: Views
    ) -> [(number: UInt64, site: UInt64, pick: PickRecord)] {
        views.stockPicks(order: order.sequence).filter {
            $0.site == site.sequence && $0.pick.book == book.id && $0.pick.loose > 0
        }
    }

    static func decide(packed body: StockPackedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try order(body.order, body.orderBook, views)
        let site = try Check.openSite(body.site, "site", fact, views)
        try new(body.parcel, "parcel", .parcel, book, views)
        let loose = loose(order, site, book, views)
        guard !loose.isEmpty else {
            throw Refusal(
                .notAllowed, "order", body.order,
                Text(
                    "rien n’y est prélevé qui ne soit déjà emballé",
                    "nothing was picked there that is not packed already"),
                accepted: Text("une commande prélevée par stockPicked", "an order that stockPicked picked"))
        }
        for (_, _, pick) in loose { try notBefore(fact, pick, isAll: true) }
    }

    /// What leaves a site was picked, and packed where it was: some of it by the first such event, all of it by the last.
    static func notBefore(_ fact: Fact, _ pick: PickRecord, isAll: Bool) throws(Refusal) {
        let ready = isAll ? pick.last : pick.first
        try Check.notBefore(
            fact, ready.atUs, of: ready.sequence,
            what: Text("le prélèvement ou l’emballage", "the picking or packing"))
    }

    static func fold(packed body: StockPackedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let site = views.storageSite(body.site),
            let order = order(body.order, of: body.orderBook, views)
        else { return views.noBook(fact) }
        var units: Int64 = 0
        for (number, _, waiting) in loose(order, site, book, views) {
            var pick = waiting
            units &+= pick.loose
            pick.handle(fact, isAll: pick.packed == 0)
            pick.packed &+= pick.loose
            pick.loose = 0
            views.putStockPick(pick, order: order.sequence, number, site.sequence)
            if let goods = views.goods(numbered: number) { views.touch(goods.owner, fact) }
        }
        views.putStockDocument(.parcel, body.parcel, fact, book)
        views.addUsage(.packed, units, 1, site, fact, book)
        views.touchCooperative(site.book, fact, book)
        views.touchOrder(order.sequence, fact)
    }
}

extension Views {
    /// Changes how much of the goods at a site is picked.
    func changePicked(_ number: UInt64, _ site: UInt64, by quantity: Int64) {
        let found = record(StockPlaceRecord.self, key.begin(.stockPlace).sequence(site).sequence(number).bytes)
        guard var place = found else { return index.fail("goods \(number) are picked where none stand") }
        place.picked &+= quantity
        put(key.begin(.stockPlace).sequence(site).sequence(number).bytes, place)
    }
}
