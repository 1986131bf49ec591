import Accounting
import Bytes
import Events
import Index

extension Parcels {
    /// Ten million: sums of what parcels are worth stay far within 64 bits.
    static let valueMinorMax: Int64 = 1_000_000_000

    private static let weightGramsMax: Int64 = 1_000_000

    static func decide(prepared body: ParcelPreparedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.parcel, "parcel")
        if views.parcel(body.parcel, book) != nil {
            throw Refusal(
                .duplicate, "parcel", body.parcel, Text("colis déjà préparé", "parcel already prepared"),
                accepted: Text("un numéro de colis nouveau", "a new parcel id"))
        }
        let order = try Check.order(body.order, book, views)
        try decide(order, body.order, views)
        guard let purchase = views.purchase(order) else { return }
        try Check.notBefore(fact, purchase.atUs, of: order.sequence, what: Text("l’achat", "the purchase"))
        try Check.notBeforePayment(fact, order, views)
        try retailer(body.retailer, purchase.body, fact, book, views)
        guard body.size != .unspecified else {
            throw Refusal(
                .missing, "size", "", Text("la grandeur manque", "the size is missing"),
                accepted: Text("par exemple COMPARTMENT_SIZE_SMALL", "for example COMPARTMENT_SIZE_SMALL"))
        }
        guard body.weightGrams >= 0, body.weightGrams <= weightGramsMax else {
            throw Refusal(
                .outOfRange, "weightGrams", body.weightGrams, Text("poids hors limites", "weight out of range"),
                accepted: Text("de 0 à \(weightGramsMax) grammes", "0 to \(weightGramsMax) grams"))
        }
        try Check.notNegative(body.valueMinor, "valueMinor")
        try Check.currency(body.currency, book)
        try site(body, order, purchase.body.deliveryMode, fact, book, views)
        var old: ParcelRecord?
        if !body.replaces.isEmpty { old = try replaced(body.replaces, order, fact, book, views) }
        let standing = views.parcelWorth(
            ofOrder: order.sequence, views.party(.identity, body.retailer) ?? 0)
        try worth(
            body.valueMinor, of: body.retailer, beside: standing, replacing: old, "valueMinor", order, purchase, book,
            views)
    }

    /// The parcels of an order that stand are worth at most the order together, and those of a seller what it sold in it.
    ///
    /// - Parameters:
    ///   - standing: what the parcels of the order, and those of the retailer among them, are worth without this one.
    ///   - old: the parcel that this one replaces.
    static func worth(
        _ value: Int64, of retailer: Bytes, beside standing: (all: Int64, own: Int64), replacing old: ParcelRecord?,
        _ field: String, _ order: OrderRecord, _ purchase: (body: PurchasePlacedView, atUs: Int64, event: EventView),
        _ book: Book, _ views: Views
    ) throws(Refusal) {
        try Check.atMost(value, valueMinorMax, field, Text("trop pour un colis", "too much for one parcel"))
        let freed = old?.standingMinor ?? 0
        let isOwn = old.map { views.partyName($0.retailer) == retailer.string } ?? false
        let all = standing.all - freed
        try Check.atMost(
            value, order.totalMinor - all, field,
            Text(
                "la commande vaut \(order.totalMinor), dont \(all) dans ses autres colis",
                "the order is worth \(order.totalMinor), of which \(all) in its other parcels"))
        guard let sold = try sold(by: retailer, order, purchase, book, views) else { return }
        let own = standing.own - (isOwn ? freed : 0)
        try Check.atMost(
            value, sold - own, field,
            Text(
                "\(retailer.string) y a vendu \(sold), dont \(own) dans ses autres colis",
                "\(retailer.string) sold \(sold) in it, of which \(own) in its other parcels"))
    }

    /// What a seller sold in an order, taxes included; `nil` where it sold it all, or operates the warehouse. Uses `after`.
    private static func sold(
        by retailer: Bytes, _ order: OrderRecord,
        _ purchase: (body: PurchasePlacedView, atUs: Int64, event: EventView), _ book: Book, _ views: Views
    ) throws(Refusal) -> Int64? {
        var others: [Counters] = []
        var isSeller = false
        for encoded in purchase.body.lines {
            let line = try? encoded.view()
            let isOwn = line?.seller == retailer
            isSeller = isSeller || isOwn
            others.append(isOwn ? Counters() : Counters(line?.amountMinor ?? 0, line?.quantity ?? 0))
        }
        guard isSeller, others.contains(where: { $0 != Counters() }) else { return nil }
        try Check.fits("valueMinor") { () throws(MoneyError) in
            try views.after.compute(
                purchase.body, refunded: others, at: purchase.atUs, sequence: order.sequence, book: book, views: views)
        }
        return views.after.total
    }

    /// The order stands, is paid, and the buyer does not have it yet.
    private static func decide(_ order: OrderRecord, _ name: Bytes, _ views: Views) throws(Refusal) {
        try Check.open(order, name)
        guard !order.isHandedOver else {
            throw Refusal(
                .notAllowed, "order", name, Text("déjà remise", "already handed over"),
                accepted: Text("une commande qui ne l’est pas", "an order that is not"))
        }
        guard order.isPaid else {
            throw Refusal(
                .notAllowed, "order", name,
                Text("il reste \(order.dueMinor) à payer", "\(order.dueMinor) is still to be paid"),
                accepted: Text("une commande payée", "a paid order"))
        }
        guard !order.isRefundedWhole else {
            throw Refusal(
                .notAllowed, "order", name, Text("entièrement remboursée", "refunded in full"),
                accepted: Text("une commande en cours", "an order that stands"))
        }
        let parcels = views.orderDelivery(order.sequence)?.parcels ?? 0
        guard parcels < perOrderMax else {
            throw Refusal(
                .outOfRange, "order", name, Text("\(parcels) colis déjà", "\(parcels) parcels already"),
                accepted: Text("au plus \(perOrderMax) colis par commande", "at most \(perOrderMax) parcels an order"))
        }
    }

    /// A seller of the order's lines, or the cooperative that operates the warehouse, under the name of its book: the market itself, or one
    /// that it trades with under an agreement.
    private static func retailer(
        _ name: Bytes, _ purchase: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        _ = try Check.identity(name, "retailer", views)
        var sellers: [String] = []
        for encoded in purchase.lines {
            guard let line = try? encoded.view() else { continue }
            if line.seller == name { return }
            if sellers.count < 5, sellers.last != line.seller.string { sellers.append(line.seller.string) }
        }
        guard name.count <= 64, let operating = views.book(name) else {
            let names = sellers.joined(separator: ", ")
            throw Refusal(
                .notAllowed, "retailer", name,
                Text("ne vend rien dans cette commande", "sells nothing in this order"),
                accepted: Text(
                    "un vendeur de la commande (\(names)) ou la coopérative qui tient l’entrepôt",
                    "a seller of the order (\(names)) or the cooperative that operates the warehouse"))
        }
        guard operating.id == book.id || views.trade(operating, book, fact) else {
            throw Refusal(
                .notAllowed, "retailer", name,
                Text(
                    "aucune entente de plateforme ou d’entreposage en vigueur entre \(book.name) et \(operating.name)",
                    "no platform or warehousing agreement in force between \(book.name) and \(operating.name)"),
                accepted: Text(
                    "un vendeur de la commande, \(book.name), ou agreementSigned d’abord entre les deux coopératives",
                    "a seller of the order, \(book.name), or first agreementSigned between the two cooperatives"))
        }
    }

    private static func site(
        _ body: ParcelPreparedView, _ order: OrderRecord, _ mode: DeliveryMode, _ fact: Fact, _ book: Book,
        _ views: Views
    ) throws(Refusal) {
        guard !body.site.isEmpty else {
            guard !order.hasPromise else {
                throw Refusal(
                    .missing, "site", "",
                    Text("la commande est promise dans un casier", "the order is promised in a locker"),
                    accepted: Text("un site ouvert par lockerSiteOpened", "a site that lockerSiteOpened opened"))
            }
            return
        }
        guard mode != .door else {
            throw Refusal(
                .notAllowed, "site", body.site,
                Text("la commande est à livrer à la porte", "the order goes to the door"),
                accepted: Text("aucun site", "no site"))
        }
        let site = try Check.lockerSite(body.site, fact, book, views)
        guard site.fits(body.size) else {
            throw Refusal(
                .outOfRange, "size", "\(body.size)",
                Text("aucun compartiment assez grand à ce site", "no compartment of that site is large enough"),
                accepted: Text("un colis plus petit ou un autre site", "a smaller parcel, or another site"))
        }
    }

    private static func replaced(
        _ name: Bytes, _ order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> ParcelRecord {
        try Check.id(name, "replaces")
        guard let parcel = views.parcel(name, book), parcel.record.order == order.sequence,
            parcel.record.state == .lost || parcel.record.state == .returned, parcel.record.replacedBy == 0
        else {
            throw Refusal(
                .notAllowed, "replaces", name,
                Text(
                    "n’est pas un colis perdu ou retourné de cette commande, ou est déjà remplacé",
                    "not a lost or returned parcel of this order, or replaced already"),
                accepted: Text(
                    "un colis perdu ou retourné de la même commande, une seule fois",
                    "a lost or returned parcel of the same order, once"))
        }
        try notBefore(fact, parcel, views)
        return parcel.record
    }

    static func fold(prepared body: ParcelPreparedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let order = views.order(body.order, book),
            let mode = views.body(PurchasePlacedView.self, of: order.sequence)?.deliveryMode
        else { return views.index.fail("event \(fact.sequence): no such order") }
        var parcel = ParcelRecord()
        parcel.order = order.sequence
        parcel.retailer = views.intern(.identity, body.retailer)
        parcel.buyer = order.buyer
        parcel.size = body.size.rawValue
        parcel.valueMinor = body.valueMinor
        parcel.site = body.site.isEmpty ? 0 : views.lockerSite(body.site, book)?.number ?? 0
        parcel.mode = mode.rawValue
        parcel.holder = parcel.retailer
        parcel.lastAtUs = fact.effectiveAtUs
        if !body.replaces.isEmpty, let old = views.parcel(body.replaces, book) {
            parcel.replaces = old.number
            var replaced = old.record
            replaced.replacedBy = fact.sequence
            views.replace(old.number, old.record, with: replaced, book)
        }
        views.putNumber(views.key.begin(.parcelName).u16(book.id).text(body.parcel).bytes, fact.sequence)
        views.putNumber(views.key.begin(.orderParcel).sequence(order.sequence).sequence(fact.sequence).bytes, 1)
        views.replace(fact.sequence, nil, with: parcel, book)
        var delivery = views.orderDelivery(order.sequence) ?? OrderDeliveryRecord()
        delivery.parcels += 1
        if delivery.parcels == 1 { delivery.firstParcel = fact.sequence }
        views.putOrderDelivery(delivery, order.sequence)
        views.addFigure(.prepared, fact.day, parcel.site, parcel.retailer, 1, parcel.valueMinor, book)
        views.touch(parcel.retailer, fact)
        views.touch(order.buyer, fact)
        views.touchOrder(order.sequence, fact)
        Promises.didChange(order.sequence, fact, book, views)
    }
}
