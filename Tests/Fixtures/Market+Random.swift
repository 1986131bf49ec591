import Accounting
package import Events

/// One random deed: what is proposed, whether it is legal, and what the market is when it is recorded.
package struct Deed {
    package let event: Event
    package let isLegal: Bool
    package let after: Market
}

extension Market {
    private static let buyers = ["ana", "bob", "cid"]
    private static let sellers = ["sam", "reg"]
    private static let products: [(String, TaxClass)] = [
        ("lamp", .standard), ("milk", .zeroRated), ("book", .printedBook),
    ]
    private static let institutions = ["815", "006"]

    /// A deed that is legal or not, one in five of the latter on purpose.
    package func deed(_ story: inout Story, _ random: inout Seeded) -> Deed {
        story.nowUs += Int64.random(in: 0...(8 * 3_600_000_000), using: &random)
        let isSpoiled = Int.random(in: 0..<5, using: &random) == 0
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<6: return purchase(&story, &random, isSpoiled)
        case 6..<9: return capture(&story, &random, isSpoiled)
        case 9..<11: return handOver(&story, &random)
        case 11: return cancel(&story, &random)
        case 12..<14: return refund(&story, &random, isSpoiled)
        case 14: return payBack(&story, &random, isSpoiled)
        case 15: return settle(&story, &random, isSpoiled)
        case 16: return payOut(&story, &random, isSpoiled)
        case 17: return settlePayout(&story, &random)
        case 18: return pay(rent: Int64.random(in: 1...9_000, using: &random), &story, isSpoiled)
        default: return list(&story, &random)
        }
    }

    private func deed(_ story: inout Story, _ body: Body, _ isLegal: Bool, _ change: (inout Market, String) -> Void)
        -> Deed
    {
        let event = story.event(body)
        var after = self
        let day = CivilDate(clampingDays: (story.nowUs - 18_000_000_000) / 86_400_000_000).text
        if isLegal { change(&after, day) }
        return Deed(event: event, isLegal: isLegal, after: after)
    }

    private func someOrder(_ random: inout Seeded) -> (String, Order?) {
        let name = orders.keys.sorted().randomElement(using: &random) ?? "none"
        return Int.random(in: 0..<12, using: &random) == 0 ? ("none", nil) : (name, orders[name])
    }

    private func purchase(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let buyer = Self.buyers.randomElement(using: &random) ?? "ana"
        var lines: [Line] = []
        var written: [PurchaseLine] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let (product, taxClass) = Self.products.randomElement(using: &random),
                let seller = Self.sellers.randomElement(using: &random)
            else { continue }
            let amount = Int64.random(in: 0...20_000, using: &random) / Int64.random(in: 1...50, using: &random)
            let discount =
                amount > 0 && Int.random(in: 0..<4, using: &random) == 0 ? Int64.random(in: 1...500, using: &random) : 0
            lines.append(Line(product: product, seller: seller, amount: amount, discount: discount))
            written.append(
                .of(
                    product, seller, amount, price: discount > 0 ? amount + discount : nil,
                    discounts: discount > 0 ? [(.cooperative, discount)] : [], taxClass))
        }
        let order = Order(buyer: buyer, lines: lines)
        let worth = Self.worth(order)
        var taxes = [("gst", worth.taxes[0]), ("qst", worth.taxes[1])].filter { $0.1 != 0 }
        var total = worth.total
        var name = "o\(story.events)"
        var who = buyer
        if isSpoiled {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: total += 1
            case 1: who = "tom"
            case 2 where !orders.isEmpty: name = orders.keys.sorted()[0]
            default:
                taxes = taxes.isEmpty ? [("gst", 1)] : taxes.map { ($0.0, $0.1 + 1) }
                total += 1
            }
        }
        let isListed = lines.allSatisfy { !delisted.contains($0.product) }
        return deed(&story, .purchase(name, who, written, taxes: taxes, total: total), !isSpoiled && isListed) {
            market, _ in
            market.orders[name] = order
        }
    }

    private func capture(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let (name, order) = someOrder(&random)
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        let due = order.map(due) ?? 100
        let isPart = due > 1 && Int.random(in: 0..<4, using: &random) == 0
        let amount = isSpoiled ? due + 1 : isPart ? Int64.random(in: 1...due, using: &random) : due
        let isLegal = order.map { !$0.isCancelled && amount > 0 && amount <= due } ?? false
        return deed(&story, .capture("p\(story.events)", name, amount, institution), isLegal) { market, day in
            market.orders[name]?.paid += amount
            market.orders[name]?.held[institution, default: 0] += amount
            market.captured[institution, default: [:]][day, default: 0] += amount
        }
    }

    private func handOver(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let (name, order) = someOrder(&random)
        let isLegal = order.map { !$0.isCancelled && !$0.isHandedOver && due($0) <= 0 } ?? false
        return deed(&story, .handOver(name), isLegal) { market, _ in market.orders[name]?.isHandedOver = true }
    }

    private func cancel(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let (name, order) = someOrder(&random)
        let isLegal = order.map { !$0.isCancelled && !$0.isHandedOver } ?? false
        return deed(&story, .cancellation(name), isLegal) { market, _ in market.orders[name]?.isCancelled = true }
    }

    private func refund(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let (name, order) = someOrder(&random)
        guard let order, let line = order.lines.indices.randomElement(using: &random) else {
            return deed(&story, .refund(name, "r", [(0, 1, 0)]), false) { _, _ in }
        }
        let left = order.lines[line].amount - order.lines[line].refunded
        let amount =
            isSpoiled
            ? left + 1 : left > 1 && Bool.random(using: &random) ? Int64.random(in: 1...left, using: &random) : left
        var after = order
        after.lines[line].refunded += min(amount, left)
        let (before, rest) = (Self.worth(order), Self.worth(after))
        let taxes = [("gst", before.taxes[0] - rest.taxes[0]), ("qst", before.taxes[1] - rest.taxes[1])].filter {
            $0.1 != 0
        }
        let total = before.total - rest.total
        let isLegal = !order.isCancelled && amount > 0 && amount <= left && total <= order.paid
        let body = Body.refund(name, "r\(story.events)", [(UInt32(line), amount, 0)], taxes: taxes, total: total)
        return deed(&story, body, isLegal) { market, _ in market.orders[name] = after }
    }

    private func payBack(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let owed = orders.keys.sorted().filter { orders[$0].map { due($0) < 0 } ?? false }
        let name = owed.randomElement(using: &random) ?? someOrder(&random).0
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        // Money goes back the way it came.
        let most = orders[name].map { min(-due($0), $0.held[institution] ?? 0) } ?? 0
        let amount = isSpoiled ? most + 1 : most
        return deed(&story, .payBack("b\(story.events)", name, amount, institution), amount > 0 && amount <= most) {
            market, day in
            market.orders[name]?.paid -= amount
            market.orders[name]?.held[institution, default: 0] -= amount
            market.captured[institution, default: [:]][day, default: 0] -= amount
        }
    }

    private func settle(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        let day = captured[institution]?.keys.sorted().randomElement(using: &random) ?? "2017-01-01"
        let open = unsettled(institution, day)
        let gross = isSpoiled ? open + (open < 0 ? -1 : 1) : open
        let fees = gross > 10 ? Int64.random(in: 0...10, using: &random) : 0
        let body = Body.settlement(institution, day: day, gross: gross, fees: fees)
        return deed(&story, body, !isSpoiled && gross != 0) { market, _ in
            market.settled[institution, default: [:]][day, default: 0] += gross
            market.fees[institution, default: 0] += fees
        }
    }

    private func payOut(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let seller = Self.sellers.randomElement(using: &random) ?? "sam"
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        let most = payable(seller)
        let amount = isSpoiled ? max(0, most) + 1 : most > 1 ? Int64.random(in: 1...most, using: &random) : most
        let name = "x\(story.events)"
        return deed(&story, .payout(name, seller, amount, institution), amount > 0 && amount <= most) { market, _ in
            market.payouts[name] = Payout(seller: seller, institution: institution, amount: amount)
        }
    }

    private func settlePayout(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let name = payouts.keys.sorted().randomElement(using: &random) ?? "none"
        let isLegal = payouts[name].map { !$0.isSettled } ?? false
        return deed(&story, .payoutSettled(name), isLegal) { market, _ in market.payouts[name]?.isSettled = true }
    }

    private func pay(rent amount: Int64, _ story: inout Story, _ isSpoiled: Bool) -> Deed {
        let lines: [EntryLine] = [
            .debit("expenses:rent", amount), .credit("assets:bank", isSpoiled ? amount + 1 : amount, party: "815"),
        ]
        return deed(&story, .entry(lines), !isSpoiled) { market, _ in market.rent += amount }
    }

    private func list(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let (product, taxClass) = Self.products.randomElement(using: &random) ?? ("milk", .zeroRated)
        let isDelisted = delisted.contains(product)
        // Back on sale twice as readily as off it.
        guard isDelisted || Int.random(in: 0..<2, using: &random) == 0 else {
            return deed(&story, .listing(product, taxClass), false) { _, _ in }
        }
        return isDelisted
            ? deed(&story, .listing(product, taxClass), true) { market, _ in market.delisted.remove(product) }
            : deed(&story, .delisting(product), true) { market, _ in market.delisted.insert(product) }
    }
}
