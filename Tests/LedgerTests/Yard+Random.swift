import Events
import Fixtures

/// One random deed: the event, whether it may be recorded, and what the yard is then.
struct YardDeed {
    let event: Event
    let isLegal: Bool
    let after: Yard
}

extension Yard {
    private static let carriers = ["kim", "leo"]

    /// - Parameter sequence: what the event gets when it is recorded.
    func deed(_ story: inout Story, _ random: inout Seeded, sequence: UInt64) -> YardDeed {
        story.nowUs += Int64.random(in: 0...(3 * 3_600_000_000), using: &random)
        // A late fact now and then.
        if Int.random(in: 0..<12, using: &random) == 0 { story.nowUs -= 4 * 3_600_000_000 }
        if parcels.isEmpty || Int.random(in: 0..<10, using: &random) < 3 { return orderDeed(&story, &random, sequence) }
        let names = parcels.keys.sorted()
        let name = names.randomElement(using: &random) ?? ""
        guard let parcel = parcels[name] else { return orderDeed(&story, &random, sequence) }
        let likely = next(parcel)
        let act =
            Int.random(in: 0..<8, using: &random) > 0
            ? likely.randomElement(using: &random) ?? 0 : Int.random(in: 0..<9, using: &random)
        return parcelDeed(act, parcel, &story, &random, sequence)
    }

    /// Acts that suit the parcel's state.
    private func next(_ parcel: Parcel) -> [Int] {
        switch parcel.state {
        case .prepared: [0, 0, 0, 0, 0, 0, 0, 5, 6, 8]
        case .inTransit: parcel.site.isEmpty ? [2, 2, 2, 2, 0, 5, 6, 7, 8] : [1, 1, 1, 1, 1, 1, 1, 1, 0, 5, 6, 7, 8]
        case .placed: [3, 3, 3, 3, 4, 4, 4, 0, 8, 6]
        case .expired: [0, 5, 8, 6]
        default: [8, 0]
        }
    }

    private func deed(
        _ story: inout Story, _ body: Body, _ isLegal: Bool, _ change: (inout Yard, Int64) -> Void
    ) -> YardDeed {
        let event = story.event(body)
        var after = self
        if isLegal { change(&after, story.nowUs) }
        return YardDeed(event: event, isLegal: isLegal, after: after)
    }

    // MARK: orders

    private func orderDeed(_ story: inout Story, _ random: inout Seeded, _ sequence: UInt64) -> YardDeed {
        let name = orders.keys.sorted().randomElement(using: &random) ?? ""
        guard let order = orders[name], let sold = market.orders[name] else { return buy(&story, &random) }
        let act = Int.random(in: 0..<20, using: &random)
        switch sold.paid == 0 && act < 16 ? 4 : act {
        case 0, 1: return buy(&story, &random)
        case 2..<5:
            let isLegal =
                !sold.isCancelled && sold.paid == 0 && sold.lines[0].refunded == 0
                && story.nowUs + 60_000_000 >= order.placedAtUs
            return deed(&story, .capture("p\(story.events)", name, 1_000), isLegal) { yard, us in
                yard.market.orders[name]?.paid = 1_000
                yard.market.captured["815", default: [:]]["day", default: 0] += 1_000
                yard.orders[name]?.paidAtUs = us
            }
        case 5, 6:
            let isLegal = mayHandOver(order, sold, at: story.nowUs + 60_000_000)
            return deed(&story, .handOver(name), isLegal) { yard, us in
                yard.end(name, at: us, handedOver: true)
                yard.market.orders[name]?.isHandedOver = true
                yard.orders[name]?.isHandedOver = true
                yard.orders[name]?.handedOverUs = us
            }
        case 7:
            let us = story.nowUs + 60_000_000
            let isLegal =
                !sold.isCancelled && !sold.isHandedOver && us >= order.placedAtUs
                && order.parcels.compactMap { parcels[$0] }.allSatisfy { stayed($0) && us >= $0.lastAtUs }
            return deed(&story, .cancellation(name), isLegal) { yard, us in
                yard.end(name, at: us, handedOver: false)
                yard.market.orders[name]?.isCancelled = true
                yard.orders[name]?.isCancelled = true
            }
        case 8:
            let left = 1_000 - sold.lines[0].refunded
            let amount = Bool.random(using: &random) ? left : 100
            let isLegal =
                !sold.isCancelled && amount > 0 && amount <= left && amount <= sold.paid
                && story.nowUs + 60_000_000 >= max(order.paidAtUs ?? .max, order.handedOverUs)
            let body = Body.refund(name, "r\(story.events)", [(0, amount, 0)])
            return deed(&story, body, isLegal) { yard, us in
                if amount == left { yard.end(name, at: us, handedOver: false) }
                yard.market.orders[name]?.lines[0].refunded += amount
                yard.orders[name]?.refunds.append((sequence, amount))
            }
        default: return prepare(name, order, sold, &story, &random, sequence)
        }
    }

    /// Ended without having left its retailer.
    private func stayed(_ parcel: Parcel) -> Bool {
        parcel.isEnd && undos[parcel.name]?.last?.parcel.state == .prepared
    }

    private func mayHandOver(_ order: Order, _ sold: Market.Order, at us: Int64) -> Bool {
        guard !sold.isCancelled, !sold.isHandedOver, sold.paid >= 1_000 - sold.lines[0].refunded else { return false }
        let standing = order.parcels.compactMap { parcels[$0] }.filter { $0.replacedBy.isEmpty }
        guard us >= order.paidAtUs ?? order.placedAtUs, standing.allSatisfy({ $0.isEnd && us >= $0.lastAtUs }) else {
            return false
        }
        let missing = standing.filter { !$0.isWithBuyer }
        return sold.lines[0].refunded == 1_000
            || missing.allSatisfy { parcel in
                let since = parcel.endedAt
                return order.refunds.filter { $0.sequence > since }.reduce(0) { $0 + $1.amount }
                    >= missing.filter { $0.endedAt >= since }.reduce(0) { $0 + max(1, $1.value) }
            }
    }

    private func buy(_ story: inout Story, _ random: inout Seeded) -> YardDeed {
        let modes: [DeliveryMode] = [.locker4H, .locker24H, .locker4H, .door, .inStore]
        let mode = modes.randomElement(using: &random) ?? .locker4H
        let name = "o\(story.events)"
        return deed(&story, .promised(name, "ana", mode), true) { yard, us in
            yard.orders[name] = Order(mode: mode, placedAtUs: us)
            yard.market.orders[name] = Market.Order(
                buyer: "ana", lines: [Market.Line(product: "milk", seller: "sam", amount: 1_000, discount: 0)])
        }
    }

    private func prepare(
        _ name: String, _ order: Order, _ sold: Market.Order, _ story: inout Story, _ random: inout Seeded,
        _ sequence: UInt64
    ) -> YardDeed {
        let sites = order.mode == .door ? ["", "", "", "caisse"] : ["caisse", "caisse", "metro", ""]
        let site = sites.randomElement(using: &random) ?? ""
        let size = Int.random(in: 1...(site == "metro" ? 3 : 2), using: &random)
        let value = Int64.random(in: 0...[400, 1_150][Int.random(in: 0...1, using: &random)], using: &random)
        var replaces = ""
        let ended = order.parcels.filter { parcels[$0]?.isEnd == true }
        if Int.random(in: 0..<3, using: &random) == 0 { replaces = ended.randomElement(using: &random) ?? "" }
        let isReplacing = parcels[replaces].map {
            ($0.state == .lost || $0.state == .returned) && $0.replacedBy.isEmpty
        }
        let stands =
            !sold.isCancelled && !sold.isHandedOver && sold.paid >= 1_000 - sold.lines[0].refunded
            && sold.lines[0].refunded < 1_000
        // What is left for it: what it replaces stands no more.
        let room = 1_000 - worth(name, without: isReplacing == true ? replaces : "")
        let us = story.nowUs + 60_000_000
        let isTimely = us >= order.paidAtUs ?? order.placedAtUs && us >= parcels[replaces]?.lastAtUs ?? us
        let suits = order.hours > 0 ? !site.isEmpty : order.mode == .door ? site.isEmpty : true
        let fits = site.isEmpty || Self.doors[site].map { $0.keys.contains { $0 >= size } } ?? false
        let parcel = "x\(story.events)"
        // Of another cooperative, without an agreement.
        let isStranger = Int.random(in: 0..<20, using: &random) == 0
        let body = Body.parcel(
            parcel, name, site: site, size: CompartmentSize(rawValue: size) ?? .small, value: value,
            retailer: isStranger ? "entrepot" : "sam", replaces: replaces)
        let isLegal = !isStranger && stands && isTimely && suits && fits && value <= room && isReplacing ?? true
        return deed(&story, body, isLegal) { yard, us in
            yard.parcels[parcel] = Parcel(
                name: parcel, number: sequence, order: name, site: site, size: size, value: value, replaces: replaces,
                lastAtUs: us)
            yard.parcels[replaces]?.replacedBy = parcel
            yard.orders[name]?.parcels.append(parcel)
            yard.settle(name)
        }
    }

    // MARK: parcels

    private func parcelDeed(
        _ act: Int, _ parcel: Parcel, _ story: inout Story, _ random: inout Seeded, _ sequence: UInt64
    ) -> YardDeed {
        let name = parcel.name
        // Each event is a minute after the one before it.
        let us = story.nowUs + 60_000_000
        let isTimely = us >= parcel.lastAtUs
        let isOpen = isTimely && !parcel.isEnd
        func scan(
            _ body: Body, _ isLegal: Bool, owing rows: [String: Int64] = [:], _ change: @escaping (inout Parcel) -> Void
        )
            -> YardDeed
        {
            deed(&story, body, isLegal) { yard, us in
                yard.scan(name, sequence, at: us, owing: rows, change)
            }
        }
        switch act {
        case 0:
            let to = Self.carriers.randomElement(using: &random) ?? "kim"
            let from = Int.random(in: 0..<8, using: &random) == 0 ? "sam" : parcel.holder
            let isLegal = isOpen && from == parcel.holder && !(parcel.state == .inTransit && to == parcel.holder)
            return scan(.transfer(name, from, to), isLegal) {
                $0.state = .inTransit
                $0.holder = to
                $0.door = nil
            }
        case 1: return place(parcel, isOpen, &story, &random, sequence)
        case 2:
            let isLegal = isOpen && parcel.state == .inTransit && parcel.site.isEmpty
            return scan(.delivery(name), isLegal, owing: fees(parcel, hosted: false)) {
                $0.ready = $0.ready ?? Ready(atUs: us, site: "", carrier: $0.holder)
                $0.state = .delivered
                $0.holder = "ana"
            }
        case 3:
            return scan(.collection(name), isOpen && parcel.state == .placed) {
                $0.state = .collected
                $0.holder = "ana"
                $0.door = nil
            }
        case 4:
            if Int.random(in: 0..<4, using: &random) > 0 { story.nowUs = max(story.nowUs, parcel.expiresAtUs) }
            let isLegal =
                !parcel.isEnd && parcel.state == .placed && story.nowUs + 60_000_000 >= parcel.expiresAtUs
                && story.nowUs + 60_000_000 >= parcel.lastAtUs
            return scan(.pickupExpiry(name), isLegal) { $0.state = .expired }
        case 5:
            return scan(.comeback(name), isOpen) {
                $0.state = .returned
                $0.holder = "sam"
                $0.door = nil
            }
        case 6:
            return scan(.loss(name), isOpen, owing: owed(parcel, parcel.value - parcel.damaged)) {
                $0.state = .lost
                $0.door = nil
            }
        case 7:
            let amount = Int64.random(in: 0...1_200, using: &random)
            let isLegal = isOpen && amount > 0 && amount <= parcel.value - parcel.damaged
            return scan(.damage(name, amount), isLegal, owing: owed(parcel, amount)) { $0.damaged += amount }
        default: return undo(parcel, isTimely, &story, &random, sequence)
        }
    }

    private func place(
        _ parcel: Parcel, _ isOpen: Bool, _ story: inout Story, _ random: inout Seeded, _ sequence: UInt64
    ) -> YardDeed {
        let site = Int.random(in: 0..<10, using: &random) == 0 ? "metro" : parcel.site.isEmpty ? "caisse" : parcel.site
        let fitting = Self.doors[site]?.keys.sorted().filter { $0 >= parcel.size } ?? []
        let size = fitting.randomElement(using: &random) ?? 1
        let number =
            Int.random(in: 0..<9, using: &random) == 0
            ? UInt32.random(in: 0...3, using: &random)
            : UInt32.random(in: 1...(Self.doors[site]?[size] ?? 1), using: &random)
        let door = Door(site: site, size: size, number: number)
        let isLegal =
            isOpen && parcel.state == .inTransit && parcel.site == site && size >= parcel.size && number > 0
            && number <= Self.doors[site]?[size] ?? 0 && occupant(door) == nil
        let body = Body.placement(parcel.name, site, number, CompartmentSize(rawValue: size) ?? .small)
        let rows = fees(parcel, hosted: true)
        return deed(&story, body, isLegal) { yard, us in
            yard.scan(parcel.name, sequence, at: us, owing: rows) {
                $0.ready = $0.ready ?? Ready(atUs: us, site: site, carrier: $0.holder)
                $0.state = .placed
                $0.holder = Self.hosts[site] ?? ""
                $0.door = door
                $0.expiresAtUs = us + 48 * 3_600_000_000
            }
        }
    }

    private func undo(
        _ parcel: Parcel, _ isTimely: Bool, _ story: inout Story, _ random: inout Seeded, _ sequence: UInt64
    ) -> YardDeed {
        let stack = undos[parcel.name] ?? []
        let isOlder = Int.random(in: 0..<6, using: &random) == 0
        let target = isOlder ? stack.dropLast().last ?? stack.last : stack.last
        var isLegal = isTimely && target != nil && target?.sequence == stack.last?.sequence
        if parcel.isWithBuyer, orders[parcel.order]?.isHandedOver == true { isLegal = false }
        if orders[parcel.order]?.isCancelled == true { isLegal = false }
        if let back = target?.parcel, parcel.state == .returned, parcel.replacedBy.isEmpty,
            back.value > 1_000 - worth(parcel.order)
        {
            isLegal = false
        }
        if let door = target?.parcel.door, let other = occupant(door), other != parcel.name { isLegal = false }
        return deed(&story, .void(parcel.name, target?.sequence ?? 0), isLegal) { yard, _ in
            guard let last = yard.undos[parcel.name]?.popLast() else { return }
            var before = last.parcel
            before.replacedBy = parcel.replacedBy
            yard.parcels[parcel.name] = before
            yard.pay(last.money, -1)
            yard.settle(parcel.order)
        }
    }
}
