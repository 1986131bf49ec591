/// A second, plain account of a market: what its orders say every balance must be, computed without the folds.
///
/// Amounts are small, so nothing here needs to guard against overflow. One commission of 4 %, GST 5 %, QST 9.975 %, both on the order.
package struct Market {
    package struct Line {
        package let product: String
        package let seller: String
        package let amount: Int64
        /// A discount that the cooperative pays for.
        package let discount: Int64
        package var refunded: Int64 = 0

        package init(product: String, seller: String, amount: Int64, discount: Int64) {
            self.product = product
            self.seller = seller
            self.amount = amount
            self.discount = discount
        }
    }

    package struct Order {
        package let buyer: String
        package var lines: [Line]
        package var paid: Int64 = 0
        /// Captured less paid back, by institution.
        package var held: [String: Int64] = [:]
        package var isCancelled = false
        package var isHandedOver = false

        package init(buyer: String, lines: [Line]) {
            self.buyer = buyer
            self.lines = lines
        }
    }

    /// What an order is worth to each side.
    package struct Worth {
        package var total: Int64 = 0
        package var commission: Int64 = 0
        package var funded: Int64 = 0
        /// Charged to the buyer: GST, QST.
        package var taxes: [Int64] = [0, 0]
        /// The part of them that the cooperative owes.
        package var owed: [Int64] = [0, 0]
        package var payable: [String: Int64] = [:]
        /// On the commission of registered sellers: GST, QST.
        package var commissionTaxes: [String: [Int64]] = [:]
    }

    package struct Payout {
        package let seller: String
        package let institution: String
        package let amount: Int64
        package var isSettled = false

        package init(seller: String, institution: String, amount: Int64) {
            self.seller = seller
            self.institution = institution
            self.amount = amount
        }
    }

    package var orders: [String: Order] = [:]
    package var payouts: [String: Payout] = [:]
    /// Captured less paid back, by institution and local day.
    package var captured: [String: [String: Int64]] = [:]
    package var settled: [String: [String: Int64]] = [:]
    package var fees: [String: Int64] = [:]
    package var rent: Int64 = 0
    package var delisted: Set<String> = []

    package static let registered: Set<String> = ["reg"]

    package init() {}

    package static func halfUp(_ amount: Int64, ppm: Int64) -> Int64 { (amount * ppm + 500_000) / 1_000_000 }

    /// Rates of GST and QST in parts per million.
    package static func rates(_ product: String) -> [Int64] {
        switch product {
        case "lamp": [50_000, 99_750]
        case "book": [50_000, 0]
        default: [0, 0]
        }
    }

    /// Largest remainder, ties to the earlier.
    package static func share(_ pool: Int64, _ weights: [Int64]) -> [Int64] {
        let sum = weights.reduce(0, +)
        guard pool > 0, sum > 0 else { return weights.map { _ in 0 } }
        var parts = weights.map { pool * $0 / sum }
        let order = weights.indices.sorted { (pool * weights[$0] % sum, -$0) > (pool * weights[$1] % sum, -$1) }
        for index in order.prefix(Int(pool - parts.reduce(0, +))) { parts[index] += 1 }
        return parts
    }

    package static func worth(_ order: Order) -> Worth {
        var worth = Worth()
        guard !order.isCancelled else { return worth }
        var sellers: [String] = []
        for line in order.lines where !sellers.contains(line.seller) { sellers.append(line.seller) }
        let left = order.lines.map { $0.amount - $0.refunded }
        let merchandise = left.reduce(0, +)
        worth.commission = halfUp(merchandise, ppm: 40_000)
        func sums(_ value: (Int) -> Int64) -> [Int64] {
            sellers.map { seller in
                order.lines.indices.filter { order.lines[$0].seller == seller }.reduce(0) { $0 + value($1) }
            }
        }
        let commissions = share(worth.commission, sums { left[$0] })
        let funded = sums { at in
            let line = order.lines[at]
            return line.amount == 0 ? 0 : (line.discount * left[at] * 2 + line.amount) / (line.amount * 2)
        }
        let amounts = sums { left[$0] }
        for (at, seller) in sellers.enumerated() {
            worth.payable[seller] = amounts[at] + funded[at] - commissions[at]
            worth.funded += funded[at]
            if registered.contains(seller) {
                worth.commissionTaxes[seller] = [
                    halfUp(commissions[at], ppm: 50_000), halfUp(commissions[at], ppm: 99_750),
                ]
            }
        }
        for tax in 0..<2 {
            let rate: Int64 = tax == 0 ? 50_000 : 99_750
            let base = order.lines.indices.reduce(0) { $0 + (rates(order.lines[$1].product)[tax] > 0 ? left[$1] : 0) }
            worth.taxes[tax] = halfUp(base, ppm: rate)
            let parts = share(worth.taxes[tax], sums { left[$0] * rates(order.lines[$0].product)[tax] })
            for (at, seller) in sellers.enumerated() {
                if registered.contains(seller) {
                    worth.payable[seller, default: 0] += parts[at]
                } else {
                    worth.owed[tax] += parts[at]
                }
            }
        }
        worth.total = merchandise + worth.taxes[0] + worth.taxes[1]
        return worth
    }

    package func due(_ order: Order) -> Int64 { Self.worth(order).total - order.paid }

    /// What a seller may be paid now.
    package func payable(_ seller: String) -> Int64 {
        var sum: Int64 = 0
        for order in orders.values where order.isHandedOver {
            let worth = Self.worth(order)
            sum += worth.payable[seller] ?? 0
            sum -= (worth.commissionTaxes[seller] ?? []).reduce(0, +)
        }
        return payouts.values.filter { $0.seller == seller }.reduce(sum) { $0 - $1.amount }
    }

    package func unsettled(_ institution: String, _ day: String) -> Int64 {
        (captured[institution]?[day] ?? 0) - (settled[institution]?[day] ?? 0)
    }

    /// Every balance that is not zero, by "account party".
    package var balances: [String: Int64] {
        var sums: [String: Int64] = [:]
        func add(_ account: String, _ party: String, _ amount: Int64) {
            sums["\(account) \(party)", default: 0] += amount
        }
        for order in orders.values {
            let worth = Self.worth(order)
            add("assets:receivable", order.buyer, worth.total - order.paid)
            add(order.isHandedOver ? "revenue:commission" : "liabilities:deferred-commission", "", -worth.commission)
            add("expenses:discounts", "", worth.funded)
            for (seller, payable) in worth.payable { add("liabilities:seller-payable", seller, -payable) }
            for (tax, account) in ["liabilities:gst-payable", "liabilities:qst-payable"].enumerated() {
                add(account, "", -worth.owed[tax])
                guard order.isHandedOver else { continue }
                for (seller, taxes) in worth.commissionTaxes {
                    add(account, "", -taxes[tax])
                    add("liabilities:seller-payable", seller, taxes[tax])
                }
            }
        }
        for payout in payouts.values {
            add("liabilities:seller-payable", payout.seller, payout.amount)
            add(payout.isSettled ? "assets:bank" : "liabilities:payouts-in-transit", payout.institution, -payout.amount)
        }
        for (institution, days) in captured { add("assets:in-transit", institution, days.values.reduce(0, +)) }
        for (institution, days) in settled {
            let gross = days.values.reduce(0, +)
            add("assets:in-transit", institution, -gross)
            add("assets:bank", institution, gross - (fees[institution] ?? 0))
            add("expenses:bank-fees", "", fees[institution] ?? 0)
        }
        add("expenses:rent", "", rent)
        add("assets:bank", "815", -rent)
        return sums.filter { $0.value != 0 }
    }
}
