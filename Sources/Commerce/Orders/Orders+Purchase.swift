import Accounting
import Bytes
import Events
import Index

/// Purchases, from the order to its hand-over, cancellation or refund.
enum Orders {
    static let linesMax = 5_000

    static func decide(placed body: PurchasePlacedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.order, "order")
        if views.order(body.order, book) != nil {
            throw Refusal(
                .duplicate, "order", body.order, Text("commande déjà passée", "order already placed"),
                accepted: Text("un numéro de commande nouveau", "a new order id"))
        }
        try Check.currency(body.currency, book)
        try buyer(body, fact, book, views)
        if !body.jurisdiction.isEmpty { try jurisdiction(body.jurisdiction, fact, book) }
        guard body.lines.count > 0, body.lines.count <= linesMax else {
            throw Refusal(
                .outOfRange, "lines", Int64(body.lines.count),
                Text("nombre de lignes hors limites", "number of lines out of range"),
                accepted: Text("de 1 à \(linesMax) lignes", "1 to \(linesMax) lines"))
        }
        var sellerSeen: Bytes?
        for (index, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            try decide(line, index, sellerSeen, fact, book, views)
            sellerSeen = line.seller
        }
        let amounts = views.after
        try Check.fits("lines") { () throws(MoneyError) in
            try amounts.compute(body, at: fact.effectiveAtUs, sequence: fact.sequence, book: book, views: views)
        }
        try Check.atMost(
            amounts.funded, Check.amountMinorMax, "lines", Text("rabais trop grands", "the discounts are too large"))
        for sponsor in amounts.sponsors {
            try Check.atMost(
                sponsor.amount, Check.amountMinorMax, "lines",
                Text("rabais trop grands", "the discounts are too large"))
            try Sponsorships.decide(sponsor, fact, book, views)
        }
        let table = book.taxes(in: body.jurisdiction, at: fact.effectiveAtUs, knownAt: fact.sequence)
        try decide(taxes: body.taxes, table) { amounts.taxes[$0].charged }
        try Check.equal(
            body.totalMinor, amounts.total, "totalMinor",
            Text("somme des lignes et des taxes", "sum of lines and taxes"))
        try Check.notNegative(body.totalMinor, "totalMinor")
        if let limits = book.limits(fact) {
            try limits.credit(views.party(.identity, body.buyer) ?? 0, body.totalMinor, "totalMinor", book, views)
        }
        try Stock.decide(placed: body, fact, book, views)
    }

    private static func jurisdiction(_ place: Bytes, _ fact: Fact, _ book: Book) throws(Refusal) {
        try Check.text(place, "jurisdiction", max: Policies.jurisdictionBytesMax)
        guard book.taxTable(of: place, at: fact.effectiveAtUs, knownAt: fact.sequence) != nil else {
            let known = book.jurisdictions.joined(separator: ", ")
            throw Refusal(
                .unknown, "jurisdiction", place,
                Text(
                    "aucune politique de taxes en vigueur pour ce lieu de fourniture",
                    "no tax policy in force for that place of supply"),
                accepted: known.isEmpty
                    ? Text("le champ omis", "the field left out") : Text("l’une de : \(known)", "one of: \(known)"))
        }
    }

    private static func buyer(_ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        switch body.buyerStatus {
        case .member:
            _ = try Check.member(body.buyer, "buyer", fact, book, views)
        case .nonMember:
            let party = try Check.identity(body.buyer, "buyer", views)
            if let member = views.member(party, book), member.isActive(at: fact.effectiveAtUs) {
                throw Refusal(
                    .conflict, "buyerStatus", "BUYER_STATUS_NON_MEMBER",
                    Text("l’acheteur est membre ce jour-là", "the buyer is a member on that day"),
                    accepted: Text("BUYER_STATUS_MEMBER", "BUYER_STATUS_MEMBER"))
            }
        default:
            throw Refusal(
                .missing, "buyerStatus", "", Text("le statut de l’acheteur manque", "the buyer's status is missing"),
                accepted: Text(
                    "BUYER_STATUS_MEMBER ou BUYER_STATUS_NON_MEMBER", "BUYER_STATUS_MEMBER or BUYER_STATUS_NON_MEMBER"))
        }
    }

    private static func decide(
        _ line: PurchaseLineView, _ index: Int, _ sellerSeen: Bytes?, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard !line.product.isEmpty, let product = views.product(line.product, book), !product.isDelisted else {
            throw Refusal(
                .unknown, "lines[\(index)].product", line.product,
                Text("produit inconnu ou retiré", "unknown or delisted product"),
                accepted: Text("un produit inscrit par productListed", "a product that productListed listed"))
        }
        if line.taxClass.rawValue != product.taxClass {
            throw Refusal(
                .wrongAmount, "lines[\(index)].taxClass", "\(line.taxClass)",
                Text("ce n’est pas la classe du produit", "not the product's class"),
                accepted: Text(
                    "\(TaxClass(rawValue: product.taxClass) ?? .unspecified)",
                    "\(TaxClass(rawValue: product.taxClass) ?? .unspecified)"))
        }
        if line.seller != sellerSeen || product.seller != 0 {
            let seller = try Check.member(line.seller, "lines[\(index)].seller", fact, book, views)
            guard seller.record.isIn(.seller) else {
                throw Refusal(
                    .notAllowed, "lines[\(index)].seller", line.seller,
                    Text("ce membre ne vend pas", "this member does not sell"),
                    accepted: Text("un membre du groupe vendeur", "a member of the seller group"))
            }
            guard product.seller == 0 || product.seller == seller.party else {
                throw Refusal(
                    .notAllowed, "lines[\(index)].seller", line.seller,
                    Text("le produit est d’un autre vendeur", "the product is another seller's"),
                    accepted: Text(views.partyName(product.seller), views.partyName(product.seller)))
            }
        }
        guard line.quantity >= 0, line.quantity <= Check.amountMinorMax else {
            throw Refusal(
                .outOfRange, "lines[\(index)].quantity", line.quantity,
                Text("quantité hors limites", "quantity out of range"),
                accepted: Text("au moins 0", "at least 0"))
        }
        guard line.amountMinor >= 0, line.amountMinor <= Check.amountMinorMax else {
            throw Refusal(
                .outOfRange, "lines[\(index)].amountMinor", line.amountMinor,
                Text("montant hors limites", "amount out of range"),
                accepted: Text("au moins 0", "at least 0"))
        }
        var discounts: Int64 = 0
        for (at, encoded) in line.discounts.enumerated() {
            guard let discount = try? encoded.view() else { continue }
            guard discount.funder != .unspecified else {
                throw Refusal(
                    .missing, "lines[\(index)].discounts[\(at)].funder", "",
                    Text("qui paie le rabais manque", "who funds the discount is missing"),
                    accepted: Text("par exemple FUNDER_SELLER", "for example FUNDER_SELLER"))
            }
            guard discount.amountMinor > 0, discount.amountMinor <= Check.amountMinorMax else {
                throw Refusal(
                    .outOfRange, "lines[\(index)].discounts[\(at)].amountMinor", discount.amountMinor,
                    Text("rabais hors limites", "discount out of range"), accepted: Text("au moins 1", "at least 1"))
            }
            // A line of nothing cannot be taken back, nor what was paid for it.
            guard line.quantity > 0 || discount.funder != .cooperative && discount.funderParty.isEmpty else {
                throw Refusal(
                    .notAllowed, "lines[\(index)].discounts[\(at)].amountMinor", discount.amountMinor,
                    Text("personne ne paie un rabais sur une quantité nulle", "nobody pays a discount on no quantity"),
                    accepted: Text(
                        "aucun rabais payé au vendeur, ou une quantité d’au moins 1",
                        "no discount that the seller is paid, or a quantity of at least 1"))
            }
            if !discount.funderParty.isEmpty {
                try sponsor(discount, of: line.seller, "lines[\(index)].discounts[\(at)]", fact, book, views)
            }
            discounts = try Check.fits("lines[\(index)].discounts") { () throws(MoneyError) in
                try Money.sum(discounts, discount.amountMinor)
            }
        }
        guard let price = line.unitPriceMinor else { return }
        try Check.notNegative(price, "lines[\(index)].unitPriceMinor")
        let right = try Check.fits("lines[\(index)].unitPriceMinor") { () throws(MoneyError) in
            try Money.difference(Money.product(price, line.quantity), discounts)
        }
        guard line.amountMinor == right else {
            throw Refusal(
                .wrongAmount, "lines[\(index)].amountMinor", line.amountMinor,
                Text("quantité × prix unitaire − rabais", "quantity × unit price − discounts"),
                accepted: Text("\(right)", "\(right)"))
        }
    }

    /// Who pays the seller a discount through the cooperative. The seller's own needs nobody, the cooperative's is its expense.
    private static func sponsor(
        _ discount: DiscountView, of seller: Bytes, _ place: String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard discount.funderParty != seller else {
            throw Refusal(
                .notAllowed, "\(place).funderParty", discount.funderParty,
                Text("un vendeur ne se paie pas lui-même", "a seller does not pay itself"),
                accepted: Text("FUNDER_SELLER : il vend moins cher", "FUNDER_SELLER: it sells for less"))
        }
        guard discount.funder == .manufacturer || discount.funder == .medium else {
            throw Refusal(
                .notAllowed, "\(place).funderParty", discount.funderParty,
                Text(
                    "seul un fabricant ou un média paie le vendeur", "only a manufacturer or a medium pays the seller"),
                accepted: Text("aucun tiers", "no funder party"))
        }
        try Sponsorships.decide(discount.funderParty, "\(place).funderParty", fact, book, views)
    }

    /// Every tax of the policy is charged to the cent, and no other; a tax of zero is left out.
    static func decide(
        taxes: Repeated<TaxAmountView>, _ table: TaxTable, _ right: (Int) -> Int64
    ) throws(Refusal) {
        var found: UInt64 = 0
        for (at, encoded) in taxes.enumerated() {
            guard let tax = try? encoded.view() else { continue }
            guard let index = table.index(of: tax.tax) else {
                throw Refusal(
                    .unknown, "taxes[\(at)].tax", tax.tax,
                    Text("taxe absente de la politique en vigueur", "not a tax of the policy in force"),
                    accepted: Text(names(table), names(table)))
            }
            let amount = right(index)
            guard amount != 0, tax.amountMinor == amount else {
                throw Refusal(
                    .wrongAmount, "taxes[\(at)].amountMinor", tax.amountMinor,
                    Text("\(tax.tax.string) selon la politique en vigueur", "\(tax.tax.string) by the policy in force"),
                    accepted: Text(
                        amount == 0 ? "taxe omise" : "\(amount)", amount == 0 ? "the tax left out" : "\(amount)"))
            }
            guard found & 1 << UInt64(index) == 0 else {
                throw Refusal(
                    .duplicate, "taxes[\(at)].tax", tax.tax, Text("taxe répétée", "the same tax twice"),
                    accepted: Text("chaque taxe une fois", "each tax once"))
            }
            found |= 1 << UInt64(index)
        }
        var wanted: UInt64 = 0
        for index in table.taxes.indices where right(index) != 0 { wanted |= 1 << UInt64(index) }
        guard found == wanted else {
            let all = table.taxes.indices.filter { right($0) != 0 }.map {
                "\(table.name($0)) \(right($0))"
            }.joined(separator: ", ")
            throw Refusal(
                .missing, "taxes", Int64(found.nonzeroBitCount), Text("il manque une taxe", "a tax is missing"),
                accepted: Text(all, all))
        }
    }

    private static func names(_ table: TaxTable) -> String {
        table.taxes.indices.map(table.name).joined(separator: ", ")
    }

    static func fold(placed body: PurchasePlacedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        views.before.clear()
        // The rules have computed the same amounts from the same bytes.
        if !views.isDecided(fact) {
            guard views.compute(views.after, body, at: fact.effectiveAtUs, sequence: fact.sequence, book: book) else {
                return
            }
        }
        var order = OrderRecord()
        order.sequence = fact.sequence
        order.buyer = views.intern(.identity, body.buyer)
        order.buyerIsMember = body.buyerStatus == .member
        order.earnsPatronage = order.buyerIsMember && views.member(order.buyer, book)?.isIn(.consumer) == true
        order.sellsForBooks = views.after.sellers.contains(where: \.isBook)
        order.lines = Int64(body.lines.count)
        order.merchandiseMinor = views.after.merchandise
        order.totalMinor = views.after.total
        order.remainingMinor = views.after.total
        order.day = fact.day
        if body.deliveryMode == .locker4H || body.deliveryMode == .locker24H {
            order.deliveryMode = body.deliveryMode.rawValue
        }
        order.sellsFromStock = Stock.didPlace(order, body, fact, book, views)
        order.sharesRoyalties = RoyaltiesOfOrder.concern(body, fact, book, views)
        views.putOrder(order, body.order, book)
        views.postChange(order, earned: false, fact, book)
        views.addTotals(order, body, book)
        Repatriation.didPlace(order, body, fact, book, views)
    }
}

/// Counters of all orders of a book, as placed.
package enum OrderTotal: UInt8, Sendable {
    /// orders, lines
    case orders = 1
    /// merchandise, total with taxes
    case amounts = 2
    /// by tax name: charged, nothing
    case tax = 3
}

extension Views {
    func addTotals(_ order: OrderRecord, _ body: PurchasePlacedView, _ book: Book) {
        index.add(&book.ordersPlace, Counters(1, order.lines)) {
            key.begin(.total).u16(book.id).u8(OrderTotal.orders.rawValue).bytes
        }
        index.add(&book.amountsPlace, Counters(order.merchandiseMinor, order.totalMinor)) {
            key.begin(.total).u16(book.id).u8(OrderTotal.amounts.rawValue).bytes
        }
        for encoded in body.taxes {
            guard let tax = try? encoded.view() else { continue }
            addCounters(
                key.begin(.total).u16(book.id).u8(OrderTotal.tax.rawValue).text(tax.tax).bytes, tax.amountMinor, 0)
        }
    }

    /// Computes amounts in a fold, where an overflow is a damaged log.
    func compute(
        _ amounts: OrderAmounts, _ purchase: PurchasePlacedView, refunded: [Counters] = [], cancelled: Bool = false,
        at us: Int64,
        sequence: UInt64, book: Book
    ) -> Bool {
        do throws(MoneyError) {
            try amounts.compute(
                purchase, refunded: refunded, cancelled: cancelled, at: us, sequence: sequence, book: book, views: self)
            return true
        } catch {
            index.fail("the amounts of the purchase at \(sequence) cannot be computed: \(error)")
            return false
        }
    }
}
