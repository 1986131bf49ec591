package import Events

/// One random deed in a warehouse: what is proposed, in which book, whether it is legal, and what the warehouse is when it is recorded.
package struct DepotDeed {
    package let event: Event
    package let isLegal: Bool
    package let after: Depot
}

extension Depot {
    private static let keys = [
        Key(product: "novel", owner: ""), Key(product: "novel", owner: ""), Key(product: "atlas", owner: ""),
        Key(product: "zine", owner: "sam"), Key(product: "zine", owner: ""),
    ]

    /// Received, sold, picked, shipped, returned, then picked and shipped again: the acts that a history may begin with.
    package static let roundTrip = [0, 3, 8, 15, 19, 8, 15]

    /// A deed that is legal or not; some are told late, and count for an earlier day.
    ///
    /// - Parameter act: of which kind, as in `roundTrip`.
    package func deed(_ story: inout Story, _ random: inout Seeded, act: Int? = nil) -> DepotDeed {
        // What cannot be done is told now and then, not most of the time.
        for _ in 0..<3 {
            let deed = attempt(&story, &random, act)
            if deed.isLegal || Int.random(in: 0..<3, using: &random) == 0 { return deed }
        }
        return attempt(&story, &random, act)
    }

    private func attempt(_ story: inout Story, _ random: inout Seeded, _ act: Int?) -> DepotDeed {
        let opened = Story.us("2017-01-03T15:00:00Z")
        story.nowUs = max(opened, story.nowUs + Int64.random(in: 0...(20 * 3_600_000_000), using: &random))
        let now = story.nowUs
        if Int.random(in: 0..<6, using: &random) == 0 {
            story.nowUs = max(opened, now - Int64.random(in: 0...5, using: &random) * 86_400_000_000)
        }
        defer { story.nowUs = now }
        // There is something to sell first.
        switch goods.isEmpty ? 0 : act ?? Int.random(in: 0..<33, using: &random) {
        case 0..<3: return receive(&story, &random)
        case 3..<8: return place(&story, &random)
        case 8..<13: return pick(&story, &random)
        case 13..<15: return pack(&story, &random)
        case 15..<19: return ship(&story, &random)
        case 19..<22: return comeBack(&story, &random)
        case 22...24:
            // Never before the order or its payment.
            story.nowUs = now
            return Int.random(in: 0..<6, using: &random) == 0 ? cancel(&story, &random) : refund(&story, &random)
        case 25: return move(&story, &random)
        case 30...32:
            story.nowUs = now
            return handOver(&story, &random)
        case 26, 27: return adjust(&story, &random)
        default: return count(&story, &random)
        }
    }

    private func deed(
        _ story: inout Story, _ book: String, _ body: Body, _ isLegal: Bool, _ change: (inout Depot, Int64) -> Void
    ) -> DepotDeed {
        story.book = book
        defer { story.book = "grand-io" }
        let event = story.event(body)
        var after = self
        if isLegal { change(&after, story.nowUs) }
        return DepotDeed(event: event, isLegal: isLegal, after: after)
    }

    /// When the next event is effective, and on which local day.
    private func us(_ story: Story) -> Int64 { story.nowUs + 60_000_000 }
    private func day(_ story: Story) -> Int64 { (us(story) - 18_000_000_000) / 86_400_000_000 }

    private func some(_ random: inout Seeded) -> (Key, String) {
        (Self.keys.randomElement(using: &random) ?? Self.keys[0], Self.sites.randomElement(using: &random) ?? "shop")
    }

    private func someOrder(_ random: inout Seeded) -> (String, Sale) {
        let name = orders.keys.sorted().randomElement(using: &random) ?? "none"
        return Int.random(in: 0..<15, using: &random) == 0 ? ("none", Sale()) : (name, orders[name] ?? Sale())
    }

    /// An order, goods and a site, most often such that `units` of them can be handled.
    private func work(
        _ random: inout Seeded, _ units: (Sale, Key, String) -> Int64
    ) -> (name: String, sale: Sale, key: Key, site: String) {
        var ready: [(String, Sale, Key, String)] = []
        for (name, sale) in orders.sorted(by: { $0.key < $1.key }) {
            for line in sale.lines {
                for site in Self.sites where units(sale, line.key, site) > 0 {
                    ready.append((name, sale, line.key, site))
                }
            }
        }
        if Int.random(in: 0..<8, using: &random) > 0, let found = ready.randomElement(using: &random) { return found }
        let (name, sale) = someOrder(&random)
        let key = sale.lines.randomElement(using: &random)?.key ?? Key(product: "novel", owner: "")
        return (name, sale, key, some(&random).1)
    }

    /// Mostly within what is there, now and then one more.
    private func quantity(_ most: Int64, _ random: inout Seeded) -> Int64 {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return most + 1
        case 1: return max(1, most)
        default: return Int64.random(in: 1...max(1, min(most, 6)), using: &random)
        }
    }

    private func receive(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (key, site) = some(&random)
        let quantity = Int64.random(in: 0...12, using: &random)
        let isOwn = key.owner.isEmpty
        let isSpoiled = !isOwn && Int.random(in: 0..<6, using: &random) == 0
        let cost = isOwn ? Int64.random(in: 1...3_000, using: &random) : isSpoiled ? 100 : 0
        let body = Body.receipt("r\(story.events)", site, key.product, quantity, cost: cost, owner: key.owner)
        return deed(&story, "boreal", body, quantity > 0 && !isSpoiled) { depot, us in
            depot.goods[key, default: Goods()].change(site, quantity, us)
            depot.goods[key]?.value += cost
            depot.post("assets:inventory ", cost)
            depot.post("liabilities:accounts-payable printer", -cost)
            depot.handle("received", site, quantity)
        }
    }

    private func place(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        var lines: [(key: Key, quantity: Int64, refunded: Int64)] = []
        var written: [PurchaseLine] = []
        var wanted: [Key: Int64] = [:]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let ready = ["novel", "atlas", "zine"].filter { goods[sold($0)]?.available ?? 0 > 0 }
            let product =
                (Int.random(in: 0..<8, using: &random) > 0 ? ready : ["novel", "atlas", "zine"])
                .randomElement(using: &random) ?? "novel"
            let key = sold(product)
            let left = (goods[key]?.available ?? 0) - wanted[key, default: 0]
            let quantity = quantity(left, &random)
            lines.append((key, quantity, 0))
            wanted[key, default: 0] += quantity
            written.append(
                .of(product, product == "zine" ? "sam" : "boreal", quantity * 100, quantity: quantity, .zeroRated))
        }
        let isLegal = wanted.allSatisfy { $1 <= goods[$0]?.available ?? 0 }
        let name = "o\(story.events)"
        return deed(&story, "grand-io", .purchase(name, "ana", written), isLegal) { depot, us in
            depot.orders[name] = Sale(lines: lines, reserved: wanted, placedAtUs: us)
            for (key, quantity) in wanted { depot.goods[key]?.reserved += quantity }
        }
    }

    private func cancel(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        var (name, sale) = someOrder(&random)
        // Mostly one that may be: of many something has shipped.
        let here = orders.filter { !$0.value.isCancelled && !$0.value.isHandedOver && $0.value.shippedAtUs == .max }
            .keys.sorted()
        if Int.random(in: 0..<4, using: &random) > 0, let other = here.randomElement(using: &random) {
            (name, sale) = (other, orders[other] ?? sale)
        }
        let isLegal = orders[name] != nil && !sale.isCancelled && !sale.isHandedOver && sale.shippedAtUs == .max
        return deed(&story, "grand-io", .cancellation(name), isLegal) { depot, _ in
            for (key, quantity) in sale.reserved { depot.release(name, key, quantity) }
            depot.orders[name]?.isCancelled = true
        }
    }

    /// What boreal sells by its own name stands in its book from the hand-over on.
    private mutating func post(sale units: Int64) {
        post("assets:platform-receivable grand-io", units * 100)
        post("revenue:sales ", -units * 100)
    }

    private func handOver(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        var (name, sale) = someOrder(&random)
        let sent = orders.filter { !$0.value.isCancelled && !$0.value.isHandedOver && $0.value.isSent }.keys.sorted()
        if Int.random(in: 0..<3, using: &random) > 0, let other = sent.randomElement(using: &random) {
            (name, sale) = (other, orders[other] ?? sale)
        }
        let isLegal = orders[name] != nil && !sale.isCancelled && !sale.isHandedOver && sale.isSent
        return deed(&story, "grand-io", .handOver(name), isLegal) { depot, _ in
            depot.orders[name]?.isHandedOver = true
            for line in sale.lines where line.key.product != "zine" { depot.post(sale: line.quantity - line.refunded) }
        }
    }

    /// Orders are paid in full before any refund, so that only the quantity decides.
    private func refund(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (name, sale) = someOrder(&random)
        guard let at = sale.lines.indices.randomElement(using: &random) else {
            return deed(&story, "grand-io", .refund(name, "b", [(0, 100, 1)]), false) { _, _ in }
        }
        let left = sale.lines[at].quantity - sale.lines[at].refunded
        let quantity = quantity(left, &random)
        let body = Body.refund(name, "b\(story.events)", [(UInt32(at), quantity * 100, quantity)])
        return deed(&story, "grand-io", body, !sale.isCancelled && quantity <= left) { depot, _ in
            depot.orders[name]?.lines[at].refunded += quantity
            if sale.isHandedOver, sale.lines[at].key.product != "zine" { depot.post(sale: -quantity) }
            for (key, held) in sale.reserved {
                let kept = (depot.orders[name]?.lines ?? []).filter { $0.key == key }
                    .reduce(0) { $0 + $1.quantity - $1.refunded }
                let excess = held - max(0, kept - sale.out(key).units)
                if excess > 0 { depot.release(name, key, excess) }
            }
        }
    }

    private func pick(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        func most(_ sale: Sale, _ key: Key, _ site: String) -> Int64 {
            min(sale.reserved[key, default: 0] - sale.picked(key), goods[key].map { $0.free(site) } ?? 0)
        }
        let (name, sale, key, site) = work(&random, most)
        let most = most(sale, key, site)
        let quantity = quantity(most, &random)
        let body = Body.pick(name, site, [(key.product, quantity, key.owner)])
        let isTimely = us(story) >= max(sale.placedAtUs, goods[key]?.since[site] ?? 0)
        return deed(&story, "boreal", body, quantity <= most && isTimely) { depot, us in
            depot.orders[name]?.handle(
                key, site, us, isAll: sale.picks[key]?[site].map { $0.loose + $0.packed == 0 } ?? true)
            depot.orders[name]?.picks[key, default: [:]][site, default: (0, 0)].loose += quantity
            depot.goods[key]?.picked[site, default: 0] += quantity
            depot.handle("picked", site, quantity)
        }
    }

    private func pack(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (name, sale, _, site) = work(&random) { $0.picks[$1]?[$2]?.loose ?? 0 }
        let loose = sale.picks.values.reduce(0) { $0 + ($1[site]?.loose ?? 0) }
        let isTimely = sale.picks.filter { $0.value[site]?.loose ?? 0 > 0 }.keys
            .allSatisfy { sale.mayLeave($0, site, us(story), isAll: true) }
        return deed(&story, "boreal", .pack(name, site, "c\(story.events)"), loose > 0 && isTimely) { depot, us in
            for key in sale.picks.keys {
                guard let pick = sale.picks[key]?[site], pick.loose > 0 else { continue }
                depot.orders[name]?.handle(key, site, us, isAll: pick.packed == 0)
                depot.orders[name]?.picks[key]?[site] = (0, pick.packed + pick.loose)
            }
            depot.handle("packed", site, loose)
        }
    }

    private func ship(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (name, sale, key, site) = work(&random) { sale, key, site in
            (sale.picks[key]?[site]).map { $0.loose + $0.packed } ?? 0
        }
        let waiting = sale.picks[key]?[site] ?? (0, 0)
        let least = goods[key]?.least(site, from: day(story)) ?? 0
        let most = waiting.loose + waiting.packed
        let quantity = quantity(most, &random)
        let body = Body.ship(name, site, [(key.product, quantity, key.owner)])
        let isTimely = most == 0 || sale.mayLeave(key, site, us(story), isAll: quantity == most)
        return deed(&story, "boreal", body, quantity <= most && quantity <= least && isTimely) { depot, us in
            depot.orders[name]?.shippedAtUs = min(sale.shippedAtUs, us)
            if sale.returned[key] != nil { depot.orders[name]?.wasShippedAgain = true }
            let cost = depot.goods[key]?.take(site, quantity, us) ?? 0
            depot.goods[key]?.reserved -= quantity
            depot.goods[key]?.picked[site, default: 0] -= quantity
            let packed = min(quantity, waiting.packed)
            depot.orders[name]?.picks[key]?[site] = (waiting.loose - (quantity - packed), waiting.packed - packed)
            depot.orders[name]?.reserved[key, default: 0] -= quantity
            let shipped = sale.shipped[key] ?? (0, 0)
            depot.orders[name]?.shipped[key] = (shipped.units + quantity, shipped.cost + cost)
            depot.post("expenses:cost-of-goods-sold ", cost)
            depot.post("assets:inventory ", -cost)
            depot.handle("shipped", site, quantity)
        }
    }

    private func comeBack(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (name, sale, key, site) = work(&random) { sale, key, _ in sale.out(key).units }
        let out = sale.out(key)
        let quantity = quantity(out.units, &random)
        let body = Body.comeBack("k\(story.events)", name, site, [(key.product, quantity, key.owner)])
        let isTimely = us(story) >= sale.shippedAtUs
        return deed(&story, "boreal", body, quantity <= out.units && isTimely) { depot, us in
            let cost = quantity == out.units ? out.cost : out.cost * quantity / out.units
            let before = sale.returned[key] ?? (0, 0)
            depot.orders[name]?.returned[key] = (before.units + quantity, before.cost + cost)
            // What an open order awaits again is kept for it.
            let awaited = sale.kept(key) - (out.units - quantity)
            let again = max(0, awaited - sale.reserved[key, default: 0])
            if !sale.isHandedOver, !sale.isCancelled {
                depot.orders[name]?.reserved[key, default: 0] += again
                depot.goods[key]?.reserved += again
            }
            depot.goods[key]?.change(site, quantity, us)
            depot.goods[key]?.value += cost
            depot.post("assets:inventory ", cost)
            depot.post("expenses:cost-of-goods-sold ", -cost)
            depot.handle("returned", site, quantity)
        }
    }

    private func move(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (key, from) = some(&random)
        let to = Int.random(in: 0..<8, using: &random) == 0 ? from : from == "shop" ? "north" : "shop"
        let most = goods[key].map { min($0.free(from), $0.least(from, from: day(story))) } ?? 0
        let quantity = quantity(most, &random)
        let body = Body.move("m\(story.events)", from, to, key.product, quantity, owner: key.owner)
        return deed(&story, "boreal", body, from != to && quantity <= most) { depot, us in
            depot.goods[key]?.change(from, -quantity, us)
            depot.goods[key]?.change(to, quantity, us)
            depot.handle("moved", from, quantity)
            depot.handle("moved", to, quantity)
        }
    }

    /// Whether a difference may be written down.
    private func mayChange(_ key: Key, _ site: String, by change: Int64, on day: Int64) -> Bool {
        guard change < 0 else { return true }
        guard let goods = goods[key] else { return false }
        return -change <= min(goods.free(site), goods.least(site, from: day), goods.available)
    }

    private mutating func change(_ key: Key, _ site: String, by change: Int64, on us: Int64) {
        if goods[key] == nil { goods[key] = Goods() }
        guard let before = goods[key], change != 0 else { return }
        if change < 0 {
            let cost = goods[key]?.take(site, -change, us) ?? 0
            post("assets:inventory ", -cost)
            post("expenses:stock-adjustments ", cost)
            return
        }
        let worth = before.total == 0 ? 0 : before.value * change / before.total
        goods[key]?.change(site, change, us)
        goods[key]?.value += worth
        post("assets:inventory ", worth)
        post("expenses:stock-adjustments ", -worth)
    }

    private func adjust(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (key, site) = some(&random)
        let change = Int64.random(in: -4...3, using: &random)
        let body = Body.adjustment("a\(story.events)", site, key.product, change, owner: key.owner)
        let isLegal = change != 0 && mayChange(key, site, by: change, on: day(story))
        return deed(&story, "boreal", body, isLegal) { depot, us in depot.change(key, site, by: change, on: us) }
    }

    private func count(_ story: inout Story, _ random: inout Seeded) -> DepotDeed {
        let (key, site) = some(&random)
        let expected = goods[key]?.onHand(site, endOf: day(story)) ?? 0
        let counted = max(0, expected + Int64.random(in: -2...1, using: &random))
        let isLegal =
            mayChange(key, site, by: counted - expected, on: day(story)) && (counted > 0 || goods[key] != nil)
        let body = Body.count("n\(story.events)", site, key.product, counted, owner: key.owner)
        return deed(&story, "boreal", body, isLegal) { depot, us in
            depot.change(key, site, by: counted - expected, on: us)
        }
    }
}
