import Accounting
import Bytes
import Commerce
import Events

/// An order as the simulation follows it.
struct SimulatedOrder {
    let member: Int
    /// Nobody's member: `member` counts visitors.
    let isVisitor: Bool
    let lines: [(product: Int, quantity: Int64, amountMinor: Int64)]
    let totalMinor: Int64
    let gstMinor: Int64
    let qstMinor: Int64
    let merchandiseMinor: Int64
    let mode: DeliveryMode
    let institution: Int
    var site = 0
    var size = 0
    var compartment = 0
    var carrier = 0
    /// The campaign that brought it.
    var campaign: Int?
    /// The gift card that paid part of it, and how much.
    var card = 0
    var cardMinor: Int64 = 0
    var licence = 0
    /// When it was taken from its locker, where that is told late.
    var collectedUs: Int64 = 0
}

/// What changes in the shop from day to day.
struct ShopState {
    /// Compartments of a site by size.
    static let compartments = [16, 10, 5]

    var orders: [SimulatedOrder] = []
    /// The day of the simulation on which each member joins.
    var joinedDay: [Int] = []
    /// Free compartments by site and size.
    var free: [[[Int]]]
    var payouts = 0
    var payments = 0
    var refunds = 0
    var touches = 0
    var contributions = 0
    /// The campaign that each member saw last, and the day.
    var lastTouch: [Int: (campaign: Int, day: Int32)] = [:]

    init(_ town: Town) {
        free = (0..<town.lockerSites).map { _ in Self.compartments.map { Array((1...$0).reversed()) } }
    }
}

extension Simulation {
    // Parts of a thousand of what a year's average is, by month and by day of the week (Monday first).
    private static let monthWeight = [820, 800, 880, 920, 980, 980, 930, 980, 1_000, 1_020, 1_250, 1_440]
    private static let weekdayWeight = [900, 880, 920, 980, 1_150, 1_230, 940]
    private static let hourWeight = [
        2, 1, 1, 1, 1, 2, 6, 15, 30, 45, 55, 62, 70, 62, 58, 60, 68, 78, 80, 76, 66, 50, 28, 10,
    ]

    func planShopping(_ date: CivilDate, _ span: Range<Int64>) {
        let day = Int(date.daysSinceEpoch - options.from.daysSinceEpoch)
        for member in shop.joinedDay.indices where shop.joinedDay[member] == day && day > 0 {
            agenda.plan(.join(member: member), at: span.lowerBound + 9 * 3_600_000_000)
        }
        // Some 40 purchases a member and year.
        let weight = Self.monthWeight[date.month - 1] * Self.weekdayWeight[date.weekday - 1]
        let purchases = town.members * 110 * weight / 1_000_000_000
        for _ in 0..<purchases {
            let hour = chance.weighted(Self.hourWeight)
            let us = span.lowerBound + Int64(hour) * 3_600_000_000 + chance.within(0...Int64(3_599_999)) * 1_000
            agenda.plan(.buy(member: chance.favoured(town.members), day: day), at: min(us, span.upperBound - 1))
        }
    }

    func capture(_ book: StaticString, _ institution: Int, _ amountMinor: Int64) {
        let day = calendar.day(at: nowUs)
        let place = CaptureDay(book: book.description, day: day.daysSinceEpoch, institution: institution)
        if captures[place] == nil, let next = day.adding(days: 1) {
            agenda.plan(
                .settle(place), at: calendar.instantsUs(from: next, through: next).lowerBound + 7 * 3_600_000_000)
        }
        captures[place, default: 0] += amountMinor
    }

    func buy(member: Int, day: Int) throws {
        // Who joins today is a member from tomorrow on.
        let isVisitor =
            shop.joinedDay[member] > 0 && shop.joinedDay[member] >= day || chance.happens(perMille: 60)
            || people.isGone(member)
        let who = isVisitor ? member % town.visitors : member
        let (lines, goods) = basket()
        var merchandise: Int64 = 0
        var gstBase: Int64 = 0
        var qstBase: Int64 = 0
        for line in lines {
            merchandise += line.amountMinor
            let taxClass = town.products[line.product].taxClass
            if taxClass != .zeroRated { gstBase += line.amountMinor }
            if taxClass == .standard || taxClass == .digital { qstBase += line.amountMinor }
        }
        let gst = try Terms.gst.applied(to: gstBase)
        let qst = try Terms.qst.applied(to: qstBase)
        var placed = SimulatedOrder(
            member: who, isVisitor: isVisitor, lines: lines, totalMinor: merchandise + gst + qst, gstMinor: gst,
            qstMinor: qst, merchandiseMinor: merchandise, mode: mode(goods), institution: who & 1)
        placed.campaign = isVisitor ? nil : campaign(touching: member)
        let number = shop.orders.count
        shop.orders.append(placed)
        try tellPurchase(number)
        try pay(number)
    }

    private func mode(_ goods: Town.Goods) -> DeliveryMode {
        switch goods {
        case .digital: .unspecified
        case .storedBook: chance.happens(perMille: 800) ? .locker24H : .door
        case .ordinary: [.inStore, .locker24H, .locker4H, .door][chance.weighted([48, 24, 19, 9])]
        }
    }

    private func basket() -> (lines: [(product: Int, quantity: Int64, amountMinor: Int64)], goods: Town.Goods) {
        switch chance.weighted([86, 8, 6]) {
        case 1: storedBook().map { ([line($0, 1)], .storedBook) } ?? (ordinaryLines(), .ordinary)
        case 2: ([line(town.firstWork + chance.favoured(town.works), 1)], .digital)
        default: (ordinaryLines(), .ordinary)
        }
    }

    private func ordinaryLines() -> [(product: Int, quantity: Int64, amountMinor: Int64)] {
        let first = chance.below(town.ordinary.count)
        var lines = [line(first, quantity())]
        // Products of a seller stand together.
        for offset in 0..<chance.weighted([40, 28, 16, 10, 6]) {
            let other = first + 1 + offset
            guard other < town.ordinary.count, town.products[other].seller == town.products[first].seller else { break }
            lines.append(line(other, quantity()))
        }
        if chance.happens(perMille: 90) {
            let other = chance.below(town.ordinary.count)
            if town.products[other].seller != town.products[first].seller { lines.append(line(other, 1)) }
        }
        return lines
    }

    private func quantity() -> Int64 { Int64(1 + chance.weighted([78, 14, 5, 3])) }

    private func line(_ product: Int, _ quantity: Int64) -> (product: Int, quantity: Int64, amountMinor: Int64) {
        (product, quantity, quantity * town.products[product].priceMinor)
    }

    func buyer(_ order: SimulatedOrder) -> Bytes { order.isVisitor ? visitor(order.member) : member(order.member) }

    private func tellPurchase(_ number: Int) throws {
        let placed = shop.orders[number]
        let repatriated = chance.happens(perMille: 180)
        try tell(Books.market) { event in
            event.purchasePlaced { purchase in
                purchase.order(order(number))
                purchase.buyer(buyer(placed))
                purchase.buyerStatus(placed.isVisitor ? .nonMember : .member)
                purchase.currency("CAD")
                for line in placed.lines {
                    let item = town.products[line.product]
                    purchase.lines {
                        $0.product(product(line.product))
                        $0.seller(seller(item.seller))
                        $0.quantity(line.quantity)
                        $0.amountMinor(line.amountMinor)
                        $0.unitPriceMinor(item.priceMinor)
                        $0.taxClass(item.taxClass)
                        $0.repatriated(repatriated)
                    }
                }
                for (tax, amount) in [("gst", placed.gstMinor), ("qst", placed.qstMinor)] as [(StaticString, Int64)]
                where amount != 0 {
                    purchase.taxes {
                        $0.tax(Bytes(tax))
                        $0.amountMinor(amount)
                    }
                }
                purchase.totalMinor(placed.totalMinor)
                purchase.deliveryMode(placed.mode)
            }
        }
    }

    /// One payment in fifty fails first; what is bought is handed over in the store, downloaded or sent.
    private func pay(_ number: Int) throws {
        let placed = shop.orders[number]
        if chance.happens(perMille: 20) {
            shop.payments += 1
            let payment = names("pr-", shop.payments)
            try tell(Books.market) { event in
                event.paymentFailed {
                    $0.payment(payment)
                    $0.order(order(number))
                    $0.institution(Bytes(Town.institutions[placed.institution]))
                    $0.amountMinor(placed.totalMinor)
                    $0.currency("CAD")
                    $0.reason("provision insuffisante")
                }
            }
        }
        let due = placed.totalMinor - (try redeemCard(number))
        let drawn = try hold(number, due)
        if due > 0 {
            shop.payments += 1
            let payment = names("pa-", shop.payments)
            try tell(Books.market) { event in
                event.paymentCaptured {
                    $0.payment(payment)
                    $0.order(order(number))
                    $0.institution(Bytes(Town.institutions[placed.institution]))
                    $0.amountMinor(due)
                    $0.currency("CAD")
                    if let drawn { $0.authorization(names("aut-", drawn)) }
                }
            }
            capture(Books.market, placed.institution, due)
        }
        try sellCard(to: placed)
        switch placed.mode {
        case .inStore, .unspecified: try handOver(number)
        // Some change their minds before anything is packed.
        default: if chance.happens(perMille: 4) { try cancel(number, "changement d’avis") } else { planParcel(number) }
        }
    }

    func handOver(_ number: Int) throws {
        try tell(Books.market) { event in event.orderHandedOver { $0.order(order(number)) } }
        try creditMedium(number)
        // Digital works are not taken back.
        if shop.orders[number].mode == .unspecified {
            try grantLicences(number)
            // A work that does not open is given back, and its licence ends.
            if chance.happens(perMille: 6) { agenda.plan(.bringBack(order: number), at: nowUs + 86_400_000_000) }
            return
        }
        if shop.orders[number].mode == .inStore, chance.happens(perMille: 3) {
            agenda.plan(.trade(number, .chargeback), at: nowUs + chance.within(5...45) * 86_400_000_000)
        } else if chance.happens(perMille: 25) {
            agenda.plan(.bringBack(order: number), at: nowUs + chance.within(1...14) * 86_400_000_000)
        }
    }

    /// The whole order comes back, and the licence of a work with it.
    func bringBack(_ number: Int) throws {
        try takeBack(number, "retour")
        let placed = shop.orders[number]
        guard placed.licence > 0 else { return }
        try tell(Books.market) { event in
            event.licenceRevoked {
                $0.licence(names("licence-", placed.licence))
                $0.reason("œuvre reprise")
            }
        }
    }

    /// The whole order is refunded and paid back.
    func takeBack(_ number: Int, _ reason: StaticString) throws {
        let placed = shop.orders[number]
        shop.refunds += 1
        let refund = names("r-", shop.refunds)
        try tell(Books.market) { event in
            event.purchaseRefunded { refunded in
                refunded.order(order(number))
                refunded.refund(refund)
                for (at, line) in placed.lines.enumerated() {
                    refunded.lines {
                        $0.line(UInt32(at))
                        $0.quantity(line.quantity)
                        $0.amountMinor(line.amountMinor)
                    }
                }
                for (tax, amount) in [("gst", placed.gstMinor), ("qst", placed.qstMinor)] as [(StaticString, Int64)]
                where amount != 0 {
                    refunded.taxes {
                        $0.tax(Bytes(tax))
                        $0.amountMinor(amount)
                    }
                }
                refunded.totalMinor(placed.totalMinor)
                refunded.reason(Bytes(reason))
            }
        }
        try payBack(number)
    }

    func cancel(_ number: Int, _ reason: StaticString) throws {
        try tell(Books.market) { event in
            event.purchaseCancelled {
                $0.order(order(number))
                $0.reason(Bytes(reason))
            }
        }
        try payBack(number)
    }

    private func payBack(_ number: Int) throws {
        let placed = shop.orders[number]
        let amount = placed.totalMinor - placed.cardMinor
        // What a card paid goes back to the card.
        for (minor, isCard) in [(placed.cardMinor, true), (amount, false)] where minor > 0 {
            shop.payments += 1
            let payment = names("pb-", shop.payments)
            try tell(Books.market) { event in
                event.paymentRefunded {
                    $0.payment(payment)
                    $0.order(order(number))
                    if !isCard { $0.institution(Bytes(Town.institutions[placed.institution])) }
                    $0.amountMinor(minor)
                    $0.currency("CAD")
                    if isCard { $0.card(names("carte-", placed.card)) }
                }
            }
        }
        capture(Books.market, placed.institution, -amount)
    }
}
