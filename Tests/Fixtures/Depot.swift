/// A second, plain account of a warehouse: what its events say every quantity and value must be, computed without the folds.
///
/// The books are those of `Story.warehouses`; every unit sells for one dollar, so that no tax and no commission matters.
package struct Depot {
    package struct Key: Hashable, Sendable {
        package let product: String
        package let owner: String
    }

    package struct Goods {
        package var onHand: [String: Int64] = [:]
        package var picked: [String: Int64] = [:]
        package var reserved: Int64 = 0
        package var value: Int64 = 0
        /// Site, day, change.
        package var changes: [(site: String, day: Int64, change: Int64)] = []
        /// By site: when goods came first since there were none.
        var since: [String: Int64] = [:]

        package var total: Int64 { onHand.values.reduce(0, +) }
        package var available: Int64 { total - reserved }

        func free(_ site: String) -> Int64 { onHand[site, default: 0] - picked[site, default: 0] }

        /// What stood at a site at the end of a day.
        package func onHand(_ site: String, endOf day: Int64) -> Int64 {
            changes.filter { $0.site == site && $0.day <= day }.reduce(0) { $0 + $1.change }
        }

        /// The least that stood there at the end of a day from `day` on.
        func least(_ site: String, from day: Int64) -> Int64 {
            let days = [day] + changes.map(\.day).filter { $0 > day }
            return days.map { onHand(site, endOf: $0) }.min() ?? 0
        }

        mutating func change(_ site: String, _ change: Int64, _ us: Int64) {
            if change > 0 { since[site] = onHand[site, default: 0] == 0 ? us : min(us, since[site] ?? us) }
            onHand[site, default: 0] += change
            changes.append((site, (us - 18_000_000_000) / 86_400_000_000, change))
        }

        /// The weighted average, rounded down; the last units take what is left.
        mutating func take(_ site: String, _ quantity: Int64, _ us: Int64) -> Int64 {
            let cost = quantity == total ? value : value * quantity / total
            value -= cost
            change(site, -quantity, us)
            return cost
        }
    }

    package struct Sale {
        /// Goods, bought, refunded; one line each.
        var lines: [(key: Key, quantity: Int64, refunded: Int64)] = []
        var reserved: [Key: Int64] = [:]
        /// Goods and site: loose, packed.
        var picks: [Key: [String: (loose: Int64, packed: Int64)]] = [:]
        var shipped: [Key: (units: Int64, cost: Int64)] = [:]
        var returned: [Key: (units: Int64, cost: Int64)] = [:]
        var isCancelled = false
        var isHandedOver = false
        var placedAtUs: Int64 = 0
        /// When what waits at a site was picked or packed: the first and the last of it.
        var ready: [Key: [String: (first: Int64, last: Int64)]] = [:]
        /// When something of it was shipped first.
        var shippedAtUs = Int64.max
        var wasShippedAgain = false

        mutating func handle(_ key: Key, _ site: String, _ us: Int64, isAll: Bool) {
            let known = isAll ? nil : ready[key]?[site]
            ready[key, default: [:]][site] = (min(known?.first ?? us, us), max(known?.last ?? us, us))
        }

        /// Whether units may leave a site then.
        func mayLeave(_ key: Key, _ site: String, _ us: Int64, isAll: Bool) -> Bool {
            guard let times = ready[key]?[site] else { return true }
            return us >= (isAll ? times.last : times.first)
        }

        func picked(_ key: Key) -> Int64 { picks[key]?.values.reduce(0) { $0 + $1.loose + $1.packed } ?? 0 }

        /// Bought, and not refunded.
        func kept(_ key: Key) -> Int64 {
            lines.filter { $0.key == key }.reduce(0) { $0 + $1.quantity - $1.refunded }
        }

        /// Whether the buyer has all that was not refunded.
        var isSent: Bool { lines.allSatisfy { kept($0.key) <= out($0.key).units } }

        func out(_ key: Key) -> (units: Int64, cost: Int64) {
            let shipped = shipped[key] ?? (0, 0)
            let returned = returned[key] ?? (0, 0)
            return (shipped.units - returned.units, shipped.cost - returned.cost)
        }
    }

    /// Whether something that had come back of an order was shipped again.
    package var hasShippedAgain: Bool { orders.values.contains { $0.wasShippedAgain } }

    package var goods: [Key: Goods] = [:]
    package var orders: [String: Sale] = [:]
    /// By account name.
    package var balances: [String: Int64] = [:]
    package var handled: [String: (units: Int64, times: Int64)] = [:]

    package static let sites = ["north", "shop"]

    package init() {}

    /// The goods that a line sells: the seller's own where the stock has had any.
    func sold(_ product: String) -> Key {
        let own = Key(product: product, owner: "sam")
        return product == "zine" && goods[own] != nil ? own : Key(product: product, owner: "")
    }

    mutating func post(_ account: String, _ amount: Int64) { balances[account, default: 0] += amount }

    mutating func handle(_ measure: String, _ site: String, _ units: Int64) {
        let before = handled["\(measure) \(site)"] ?? (0, 0)
        handled["\(measure) \(site)"] = (before.units + units, before.times + 1)
    }

    /// Unit-days at a site from day to day, each evening counted by itself.
    package func unitDays(_ site: String, _ days: ClosedRange<Int64>) -> Int64 {
        days.reduce(0) { sum, day in sum + goods.values.reduce(0) { $0 + $1.onHand(site, endOf: day) } }
    }

    /// Gives up part of what an order holds: what was not picked first, then loose units, then parcels, site by site in the order of their opening.
    mutating func release(_ order: String, _ key: Key, _ quantity: Int64) {
        guard var sale = orders[order], var goods = goods[key] else { return }
        let unpicked = sale.reserved[key, default: 0] - sale.picked(key)
        var left = max(0, quantity - unpicked)
        sale.reserved[key, default: 0] -= quantity
        goods.reserved -= quantity
        for site in Self.sites {
            guard left > 0, var pick = sale.picks[key]?[site] else { continue }
            let loose = min(left, pick.loose)
            let packed = min(left - loose, pick.packed)
            pick.loose -= loose
            pick.packed -= packed
            sale.picks[key]?[site] = pick
            goods.picked[site, default: 0] -= loose + packed
            left -= loose + packed
        }
        orders[order] = sale
        self.goods[key] = goods
    }
}
