import Accounting
import Events
import Fixtures

extension TradeModel {
    private static let institutions = ["815", "006"]

    mutating func deed(_ story: inout Story, _ random: inout Seeded) -> Deed {
        story.nowUs += Int64.random(in: 0...(8 * 3_600_000_000), using: &random)
        let isSpoiled = Int.random(in: 0..<6, using: &random) == 0
        isEarly = Int.random(in: 0..<12, using: &random) == 0
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<4: return buy(&story, &random)
        case 4..<7: return capture(&story, &random, isSpoiled)
        case 7..<9: return hold(&story, &random, isSpoiled)
        case 9: return Bool.random(using: &random) ? endHold(&story, &random) : sponsor(&story, &random, isSpoiled)
        case 10: return sellCard(&story, &random)
        case 11..<13: return redeem(&story, &random, isSpoiled)
        case 13: return payBack(&story, &random, isSpoiled)
        case 14: return refund(&story, &random, isSpoiled)
        case 15: return end(&story, &random, cancels: true)
        case 16..<18: return end(&story, &random, cancels: false)
        case 18..<20: return chargeBack(&story, &random, isSpoiled)
        case 20: return reverse(&story, &random, isSpoiled)
        case 21:
            let isOwed = ["sam", "reg"].contains { balance("liabilities:seller-payable", $0) > 0 }
            return Int.random(in: 0..<(isOwed ? 2 : 8), using: &random) == 0
                ? collect(&story, &random, isSpoiled) : payOut(&story, &random, isSpoiled)
        case 22: return endPayout(&story, &random)
        default: return invoiceOrRemit(&story, &random, isSpoiled)
        }
    }

    /// - Parameter causeUs: when what the event follows from was effective: an early one is a microsecond before it.
    private func deed(
        _ story: inout Story, _ body: Body, _ isLegal: Bool, after causeUs: Int64? = nil,
        _ change: (inout TradeModel) -> Void
    ) -> Deed {
        let isEarly = isEarly && causeUs != nil
        let nowUs = story.nowUs + 60_000_000
        return deed(
            &story, body, isLegal, at: isEarly ? (causeUs ?? 0) - 1 : nowUs, isTimely: !isEarly, change)
    }

    /// - Parameter us: when the event is effective, perhaps long before it is recorded; `isTimely` where that is late enough for it.
    private func deed(
        _ story: inout Story, _ body: Body, _ isLegal: Bool, at us: Int64, isTimely: Bool,
        _ change: (inout TradeModel) -> Void
    ) -> Deed {
        let nowUs = story.nowUs + 60_000_000
        let event = story.event(body, at: InstantText.format(us: us))
        story.nowUs = nowUs
        var after = self
        after.lastUs = us
        if isLegal, isTimely { change(&after) }
        return Deed(
            event: event, isLegal: isLegal && isTimely, field: isLegal && !isTimely ? "effectiveAt" : nil, after: after)
    }

    /// Now, or some time since an order was placed.
    private func someTime(_ order: Order?, _ story: Story, _ random: inout Seeded) -> Int64 {
        let nowUs = story.nowUs + 60_000_000
        guard let order, Int.random(in: 0..<3, using: &random) == 0 else { return nowUs }
        return Int64.random(in: order.us...nowUs, using: &random)
    }

    private func some(_ names: some Collection<String>, _ random: inout Seeded) -> String {
        names.sorted().randomElement(using: &random) ?? "none"
    }

    /// The day on which the next event of the story falls.
    private func day(_ story: Story) -> String { day(story.nowUs + 60_000_000) }

    private func day(_ us: Int64) -> String { CivilDate(clampingDays: (us - 18_000_000_000) / 86_400_000_000).text }

    /// Whether an institution may take in so much more today.
    private func mayCapture(_ amount: Int64, _ institution: String, _ story: Story) -> Bool {
        daily == 0 || amount <= daily - (captured["\(institution) \(day(story))"] ?? 0)
    }

    private mutating func capture(_ amount: Int64, _ institution: String, on day: String) {
        captured["\(institution) \(day)", default: 0] += amount
        post("assets:in-transit", institution, amount)
    }

    private func buy(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let buyer = ["ana", "bob"].randomElement(using: &random) ?? "ana"
        let lines = (0..<Int.random(in: 1...2, using: &random)).map { at in
            Market.Line(
                product: "milk", seller: at == 0 ? "sam" : "reg", amount: Int64.random(in: 1...9_999, using: &random),
                discount: at == 0 && Int.random(in: 0..<3, using: &random) == 0
                    ? Int64.random(in: 1...2_000, using: &random) : 0)
        }
        let order = Market.Order(buyer: buyer, lines: lines)
        let name = "o\(story.events)"
        let total = Market.worth(order).total
        let funded = Market.worth(order).funded
        let isLegal =
            (credit == 0 || balance("assets:receivable", buyer) + total <= credit)
            && (funded == 0 || (sponsorLimit ?? 0) - sponsored >= funded)
        let body = Body.purchase(
            name, buyer,
            lines.map { line in
                let bought = PurchaseLine.of(line.product, line.seller, line.amount, .zeroRated)
                return line.discount == 0 ? bought : bought.sponsored(.manufacturer, "tom", line.discount)
            })
        return deed(&story, body, isLegal) { model in
            var nothing = order
            nothing.isCancelled = true
            model.orders[name] = Order(worth: nothing, us: model.lastUs)
            model.change(name) { $0 = order }
        }
    }

    private func amount(_ most: Int64, _ isSpoiled: Bool, _ random: inout Seeded) -> Int64 {
        if isSpoiled { return max(0, most) + 1 }
        return most > 1 && Bool.random(using: &random) ? Int64.random(in: 1...most, using: &random) : max(most, 0)
    }

    private func capture(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let on = Bool.random(using: &random) ? some(holds.keys, &random) : "none"
        let hold = holds[on]
        let name = hold?.order ?? some(orders.keys, &random)
        var institution = Self.institutions.randomElement(using: &random) ?? "815"
        if let hold, !isSpoiled { institution = hold.institution }
        let due = orders[name]?.due ?? 1
        let amount = amount(min(due, hold?.left ?? due), isSpoiled && hold == nil, &random)
        var isLegal = amount > 0 && amount <= due && orders[name].map { !$0.worth.isCancelled } ?? false
        isLegal = isLegal && mayCapture(amount, institution, story)
        if let hold {
            isLegal =
                isLegal && amount <= hold.left && institution == hold.institution
                && story.nowUs + 60_000_000 < hold.expiresUs
        }
        let day = day(story)
        let body: Body =
            hold == nil
            ? .capture("p\(story.events)", name, amount, institution)
            : .capture("p\(story.events)", name, amount, institution, on: on)
        return deed(&story, body, isLegal, after: hold?.us ?? orders[name]?.us) { model in
            model.holds[on]?.left -= amount
            model.orders[name]?.paid += amount
            model.orders[name]?.held[institution, default: 0] += amount
            model.orders[name]?.payments.append((institution, model.lastUs, amount))
            model.capture(amount, institution, on: day)
            model.post("assets:receivable", model.orders[name]?.worth.buyer ?? "", -amount)
        }
    }

    private func hold(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let name = some(orders.keys, &random)
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        let now = story.nowUs + 60_000_000
        let held = holds.values.filter { $0.order == name && now < $0.expiresUs }.reduce(0) { $0 + $1.left }
        let free = (orders[name]?.due ?? 0) - held
        let amount = amount(free, isSpoiled, &random)
        let expires = now + Int64.random(in: -1...40, using: &random) * 3_600_000_000
        let isLegal =
            amount > 0 && amount <= free && expires > now && orders[name].map { !$0.worth.isCancelled } ?? false
        let hold = "a\(story.events)"
        let body = Body.authorization(hold, name, amount, expires: InstantText.format(us: expires), institution)
        return deed(&story, body, isLegal, after: orders[name]?.us) { model in
            model.holds[hold] = Hold(
                order: name, institution: institution, left: amount, expiresUs: expires, us: model.lastUs)
        }
    }

    private func endHold(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let name = some(holds.keys, &random)
        let isOpen = (holds[name]?.left ?? 0) > 0
        if Bool.random(using: &random) {
            return deed(&story, .voiding(name), isOpen, after: holds[name]?.us) { $0.holds[name]?.left = 0 }
        }
        let isLegal = isOpen && story.nowUs + 60_000_000 >= holds[name]?.expiresUs ?? .max
        return deed(&story, .expiry(name), isLegal) { $0.holds[name]?.left = 0 }
    }

    /// tom takes discounts upon himself, or pays what he owes of them.
    private func sponsor(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        if sponsorLimit != nil, Bool.random(using: &random) {
            let owed = max(0, sponsored - collected)
            let amount = amount(owed, isSpoiled, &random)
            // Some is told late; tom owes nothing before the purchases that he pays for.
            var us = story.nowUs + 60_000_000
            if Int.random(in: 0..<2, using: &random) == 0, let move = owedMoves.randomElement(using: &random) {
                us = move.us - Int64.random(in: 0...1, using: &random)
            }
            let day = day(us)
            let isLegal =
                amount > 0 && amount <= owed && (daily == 0 || amount <= daily - (captured["815 \(day)"] ?? 0))
            let later = owedMoves.filter { $0.us > us }.reduce(0) { $0 + $1.growth }
            let body = Body.collection("p\(story.events)", "tom", amount)
            return deed(&story, body, isLegal, at: us, isTimely: amount <= owed - later) { model in
                model.collected += amount
                model.owedMoves.append((us, -amount))
                model.capture(amount, "815", on: day)
                model.post("assets:receivable", "tom", -amount)
            }
        }
        let limit = Int64.random(in: 0...6_000, using: &random)
        var agreed = deed(&story, .sponsorship("tom", limit), !isSpoiled) { $0.sponsorLimit = limit }
        if !isSpoiled {
            var event = agreed.event
            event.actor = "tom"
            agreed = Deed(event: event, isLegal: true, after: agreed.after)
        }
        return agreed
    }

    private func sellCard(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let isNew = Int.random(in: 0..<6, using: &random) > 0 || cards.isEmpty
        let card = isNew ? "c\(story.events)" : some(cards.keys, &random)
        let amount = Int64.random(in: 1...9_000, using: &random)
        let day = day(story)
        return deed(&story, .giftCard(card, "bob", amount, "006"), isNew && mayCapture(amount, "006", story)) { model in
            model.cards[card] = amount
            model.cardsUs[card] = model.lastUs
            model.capture(amount, "006", on: day)
            model.post("liabilities:gift-cards", "", -amount)
        }
    }

    private func redeem(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let card = some(cards.keys, &random)
        let name = some(orders.keys, &random)
        let most = min(cards[card] ?? 0, orders[name]?.due ?? 0)
        let amount = amount(most, isSpoiled, &random)
        let isLegal =
            cards[card] != nil && amount > 0 && amount <= most && orders[name].map { !$0.worth.isCancelled } ?? false
        let causeUs = max(cardsUs[card] ?? 0, orders[name]?.us ?? 0)
        return deed(&story, .redeem(card, "p\(story.events)", name, amount), isLegal, after: causeUs) { model in
            model.cards[card, default: 0] -= amount
            model.orders[name]?.paid += amount
            model.orders[name]?.cards[card, default: 0] += amount
            model.orders[name]?.payments.append((card, model.lastUs, amount))
            model.post("liabilities:gift-cards", "", amount)
            model.post("assets:receivable", model.orders[name]?.worth.buyer ?? "", -amount)
        }
    }

    private func payBack(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let owed = orders.keys.filter { orders[$0].map { $0.due < 0 } ?? false }
        let name = some(owed.isEmpty ? Array(orders.keys) : Array(owed), &random)
        let order = orders[name]
        let back = -(order?.due ?? 0)
        let us = someTime(order, story, &random)
        let day = day(us)
        let card = some(order?.cards.keys.sorted() ?? [], &random)
        if card != "none", Bool.random(using: &random) {
            let most = min(back, order?.cards[card] ?? 0)
            let amount = amount(most, isSpoiled, &random)
            let body = Body.payBack("b\(story.events)", name, amount, toCard: card)
            let isTimely = mayPayBack(amount, order, card, at: us)
            return deed(&story, body, amount > 0 && amount <= most, at: us, isTimely: isTimely) { model in
                model.cards[card, default: 0] += amount
                model.orders[name]?.paid -= amount
                model.orders[name]?.cards[card, default: 0] -= amount
                model.post("liabilities:gift-cards", "", -amount)
                model.post("assets:receivable", order?.worth.buyer ?? "", amount)
            }
        }
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        let most = min(back, order?.held[institution] ?? 0)
        let amount = amount(most, isSpoiled, &random)
        let body = Body.payBack("b\(story.events)", name, amount, institution)
        let isTimely = mayPayBack(amount, order, institution, at: us)
        return deed(&story, body, order != nil && amount > 0 && amount <= most, at: us, isTimely: isTimely) { model in
            model.orders[name]?.paid -= amount
            model.orders[name]?.held[institution, default: 0] -= amount
            model.orders[name]?.given[institution, default: 0] += amount
            model.capture(-amount, institution, on: day)
            model.post("assets:receivable", order?.worth.buyer ?? "", amount)
        }
    }

    /// Whether so much was to go back then, and had come that way.
    private func mayPayBack(_ amount: Int64, _ order: Order?, _ means: String, at us: Int64) -> Bool {
        guard let order else { return true }
        let held = order.held[means] ?? order.cards[means] ?? 0
        return amount <= -order.due - order.back(after: us) && amount <= held - order.paid(after: us, means)
    }

    private func refund(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let name = some(orders.keys, &random)
        guard let order = orders[name], let line = order.worth.lines.indices.randomElement(using: &random) else {
            return deed(&story, .refund(name, "r", [(0, 1, 0)]), false) { _ in }
        }
        let left = order.worth.lines[line].amount - order.worth.lines[line].refunded
        let amount = amount(left, isSpoiled, &random)
        let isLegal =
            !order.worth.isCancelled && amount > 0 && amount <= left && amount <= order.paid
        let body = Body.refund(name, "r\(story.events)", [(UInt32(line), amount, 0)])
        let us = someTime(order, story, &random)
        let isTimely =
            amount <= order.paid - order.paid(after: us) && us >= order.handedOverUs && us >= chargedBackUs(name)
        return deed(&story, body, isLegal, at: us, isTimely: isTimely) { model in
            model.orders[name]?.backs.append((us, amount))
            // The registered seller's taxes on its commission follow an earned commission down.
            let before = Market.worth(order.worth)
            model.change(name) { $0.lines[line].refunded += amount }
            model.giveBack(name)
            guard order.worth.isHandedOver, let after = model.orders[name].map({ Market.worth($0.worth) }) else {
                return
            }
            for (tax, account) in ["liabilities:gst-payable", "liabilities:qst-payable"].enumerated() {
                let change = (after.commissionTaxes["reg"]?[tax] ?? 0) - (before.commissionTaxes["reg"]?[tax] ?? 0)
                model.post(account, "", -change)
                model.post("liabilities:seller-payable", "reg", change)
            }
        }
    }

    private func end(_ story: inout Story, _ random: inout Seeded, cancels: Bool) -> Deed {
        let name = some(orders.keys, &random)
        let isOpen = orders[name].map { !$0.worth.isCancelled && !$0.worth.isHandedOver } ?? false
        guard cancels else {
            let isLegal = isOpen && (orders[name]?.due ?? 1) <= 0
            return deed(&story, .handOver(name), isLegal, after: orders[name]?.paidUs) { model in
                model.change(name) { $0.isHandedOver = true }
                model.orders[name]?.handedOverUs = model.lastUs
            }
        }
        let causeUs = orders[name].map { max($0.us, chargedBackUs(name)) }
        return deed(&story, .cancellation(name), isOpen, after: causeUs) { model in
            let left = model.orders[name].map { Market.worth($0.worth).total } ?? 0
            model.orders[name]?.backs.append((model.lastUs, left))
            model.change(name) { $0.isCancelled = true }
            model.giveBack(name)
        }
    }

    /// The chargebacks of an order that are somebody's loss, the earliest first.
    private func borne(_ order: String) -> [(key: String, value: Chargeback)] {
        chargebacks.filter { $0.value.order == order && !$0.value.isReversed && $0.value.amount > $0.value.settled }
            .sorted { (Int($0.key.dropFirst()) ?? 0) < (Int($1.key.dropFirst()) ?? 0) }
    }

    /// When the latest of them was.
    private func chargedBackUs(_ order: String) -> Int64 { borne(order).map(\.value.us).max() ?? .min }

    /// What the buyer is to get back it has by chargebacks; what is left of them is borne by what each has now.
    private mutating func giveBack(_ name: String) {
        guard let order = orders[name] else { return }
        var back = max(0, -order.due)
        for (key, chargeback) in borne(name) {
            let settled = min(back, chargeback.amount - chargeback.settled)
            back -= settled
            for (who, part) in chargeback.borne { bear(who, -part) }
            let left = chargeback.amount - chargeback.settled - settled
            let parts = shares(of: left, order.worth, bySellers: chargeback.borne[""] == nil)
            for (who, part) in parts { bear(who, part) }
            chargebacks[key]?.settled += settled
            chargebacks[key]?.borne = parts
            post("assets:receivable", order.worth.buyer, settled)
            orders[name]?.paid -= settled
            orders[name]?.chargedBack -= settled
        }
    }

    /// Who bears a loss: the sellers where they are to and have something of the order.
    private func shares(of amount: Int64, _ order: Market.Order, bySellers: Bool) -> [String: Int64] {
        guard amount > 0 else { return [:] }
        let payable = Market.worth(order).payable
        let sellers = payable.keys.sorted()
        let bases = sellers.map { max(0, payable[$0] ?? 0) }
        guard bySellers, bases.contains(where: { $0 > 0 }) else { return ["": amount] }
        return Dictionary(uniqueKeysWithValues: zip(sellers, Market.share(amount, bases)))
    }

    /// The loss of a seller, or of the cooperative where nobody is named.
    private mutating func bear(_ who: String, _ amount: Int64) {
        post(who.isEmpty ? "expenses:chargebacks" : "liabilities:seller-payable", who, amount)
    }

    private func chargeBack(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let name = some(orders.keys, &random)
        let institution = Self.institutions.randomElement(using: &random) ?? "815"
        let order = orders[name]
        // Also what went back that way already.
        let most = (order?.held[institution] ?? 0) + (order?.given[institution] ?? 0)
        let amount = amount(most, isSpoiled, &random)
        let fee = Int64.random(in: 0...20, using: &random)
        let chargeback = "k\(story.events)"
        let day = day(story)
        let body = Body.chargeback(chargeback, name, amount, institution, fee: fee)
        return deed(&story, body, order != nil && amount > 0 && amount <= most, after: order?.us) { model in
            guard let order else { return }
            let settled = min(amount, max(0, -order.due))
            let borne = shares(of: amount - settled, order.worth, bySellers: sellersBear)
            for (who, part) in borne { model.bear(who, part) }
            model.post("assets:receivable", order.worth.buyer, settled)
            model.post("expenses:bank-fees", "", fee)
            model.capture(-amount - fee, institution, on: day)
            model.orders[name]?.paid -= settled
            model.orders[name]?.chargedBack += amount - settled
            model.orders[name]?.held[institution, default: 0] -= amount
            model.chargebacks[chargeback] = Chargeback(
                order: name, institution: institution, amount: amount, settled: settled, borne: borne, us: model.lastUs)
        }
    }

    private func reverse(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let name = some(chargebacks.keys, &random)
        let chargeback = chargebacks[name]
        let amount = (chargeback?.amount ?? 1) + (isSpoiled ? 1 : 0)
        let institution = chargeback?.institution ?? "815"
        let day = day(story)
        let isLegal = chargeback.map { !$0.isReversed && !isSpoiled } ?? false
        let body = Body.chargebackReversal(name, amount, institution)
        return deed(&story, body, isLegal, after: chargeback?.us) { model in
            guard let chargeback else { return }
            for (who, part) in chargeback.borne { model.bear(who, -part) }
            model.post("assets:receivable", model.orders[chargeback.order]?.worth.buyer ?? "", -chargeback.settled)
            model.capture(amount, institution, on: day)
            model.orders[chargeback.order]?.paid += chargeback.settled
            model.orders[chargeback.order]?.chargedBack -= amount - chargeback.settled
            model.orders[chargeback.order]?.held[institution, default: 0] += amount
            model.chargebacks[name]?.isReversed = true
        }
    }

    /// A seller pays back what was taken back after it was paid.
    private func collect(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let account = "liabilities:seller-payable"
        let owing = ["sam", "reg"].filter { balance(account, $0) > 0 }
        let debtor = some(owing.isEmpty ? ["sam", "reg"] : owing, &random)
        let most = max(0, balance(account, debtor))
        let amount = amount(most, isSpoiled, &random)
        let isLegal = amount > 0 && amount <= most && mayCapture(amount, "006", story)
        let day = day(story)
        let body = Body.collection("p\(story.events)", debtor, amount, "006", of: account)
        return deed(&story, body, isLegal) { model in
            model.capture(amount, "006", on: day)
            model.post(account, debtor, -amount)
        }
    }

    private func payOut(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let (account, payee) =
            [
                ("liabilities:seller-payable", "sam"), ("liabilities:seller-payable", "reg"),
                ("liabilities:accounts-payable", "tom"), ("assets:receivable", "tom"),
            ].randomElement(using: &random) ?? ("", "")
        let most = payable(account, payee)
        let amount = amount(most, isSpoiled, &random)
        let name = "x\(story.events)"
        let isLegal = amount > 0 && amount <= most && (payoutMost == 0 || amount <= payoutMost)
        let body: Body =
            account == "liabilities:seller-payable" && Bool.random(using: &random)
            ? .payout(name, payee, amount) : .payout(name, payee, amount, of: account)
        return deed(&story, body, isLegal) { model in
            model.payouts[name] = Payout(
                account: account, payee: payee, institution: "815", amount: amount, us: model.lastUs)
            model.post(account, payee, amount)
            if account == "assets:receivable" {
                model.collected -= amount
                model.owedMoves.append((model.lastUs, amount))
            }
            model.post("liabilities:payouts-in-transit", "815", -amount)
        }
    }

    private func endPayout(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let name = some(payouts.keys, &random)
        let payout = payouts[name]
        let stands = payout.map { !$0.isReturned } ?? false
        if Bool.random(using: &random) {
            let isLegal = stands && payout?.isSettled == false
            return deed(&story, .payoutSettled(name), isLegal, after: payout?.us) { model in
                model.payouts[name]?.isSettled = true
                model.post("liabilities:payouts-in-transit", "815", payout?.amount ?? 0)
                model.post("assets:bank", "815", -(payout?.amount ?? 0))
            }
        }
        return deed(&story, .payoutReturn(name), stands, after: payout?.us) { model in
            guard let payout else { return }
            model.payouts[name]?.isReturned = true
            model.post(payout.isSettled ? "assets:bank" : "liabilities:payouts-in-transit", "815", payout.amount)
            model.post(payout.account, payout.payee, -payout.amount)
            if payout.account == "assets:receivable" {
                model.collected += payout.amount
                model.owedMoves.append((model.lastUs, -payout.amount))
            }
        }
    }

    private func invoiceOrRemit(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        if Bool.random(using: &random) {
            let rent = Int64.random(in: 1...9_000, using: &random)
            let most = (rent + 19) / 20
            let tax = isSpoiled ? most + Int64.random(in: 0...1, using: &random) : Market.halfUp(rent, ppm: 50_000)
            let body = Body.supplierInvoice(
                "f\(story.events)", "tom", [("expenses:rent", rent)], taxes: tax > 0 ? [("gst", tax)] : [],
                total: rent + tax + (isSpoiled && tax <= most ? 1 : 0))
            return deed(&story, body, !isSpoiled) { model in
                model.recoverableMoves.append(Move(us: model.lastUs, amount: tax, isReturn: false))
                model.post("expenses:rent", "", rent)
                model.post("assets:tax-recoverable", "", tax)
                model.post("liabilities:accounts-payable", "tom", -rent - tax)
            }
        }
        // The period may have ended on any day since the founding.
        let today = (story.nowUs + 60_000_000 - 18_000_000_000) / 86_400_000_000
        let founded = (Story.us("2017-01-02T15:00:00Z") - 18_000_000_000) / 86_400_000_000
        let end = Bool.random(using: &random) ? today : Int64.random(in: founded - 1...today + 1, using: &random)
        let owed = max(0, Self.period(gstMoves, through: end))
        let recovered = max(0, Self.standing(recoverableMoves, through: end))
        let refundable = refundable(through: end)
        var amount = owed > 0 ? owed : -refundable
        if isSpoiled { amount += amount < 0 || amount == 0 && Bool.random(using: &random) ? -1 : 1 }
        let isLegal = !isSpoiled && (amount != 0 || recovered > 0) && (founded...today).contains(end)
        let body = Body.remittance("gst", amount, recovered: recovered, through: CivilDate(clampingDays: end).text)
        return deed(&story, body, isLegal) { model in
            model.post("liabilities:gst-payable", "", amount, isReturn: true)
            model.post("assets:tax-recoverable", "", -recovered)
            model.post("assets:bank", "815", recovered - amount)
            model.recoverableMoves.append(Move(us: model.lastUs, amount: -recovered, isReturn: true))
            model.gstReturns.append(Return(us: model.lastUs, end: end, amount: amount))
        }
    }
}
