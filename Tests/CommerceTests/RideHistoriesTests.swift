import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// A plain account of rides: what is legal and what every balance must be.
private struct RideModel {
    struct Ride {
        let riders: [String]
        var driver = ""
        var state = RideState.requested
        var owed: [String: Int64] = [:]
        var paid: [String: Int64] = [:]
        var changedAtUs: Int64 = 0
        /// What the ride was worth, and what went back: of the charge and of the tip.
        var fare: Int64 = 0
        var discount: Int64 = 0
        var tip: Int64 = 0
        var backFare: Int64 = 0
        var backTip: Int64 = 0
        var paidAtUs: Int64 = 0
        /// What each rider got back: of the charge and in all.
        var backCharge: [String: Int64] = [:]
        var back: [String: Int64] = [:]

        /// Who was charged, and how much of the charge is left to each.
        var charged: [String] { state == .cancelled ? [riders[0]] : riders.sorted() }
        func chargeLeft(_ rider: String) -> Int64 {
            let parts = Market.share(fare - discount, charged.map { _ in 1 })
            return (charged.firstIndex(of: rider).map { parts[$0] } ?? 0) - (backCharge[rider] ?? 0)
        }
    }
    /// What is left of a ride.
    struct Worth {
        var fare: Int64, discount: Int64, levy: Int64, gst: Int64, qst: Int64, tip: Int64, platform: Int64
        var total: Int64 { fare - discount + levy + gst + qst + tip }
    }
    struct Deed {
        let event: Event
        let isLegal: Bool
        let after: RideModel
    }

    var rides: [String: Ride] = [:]
    var balances: [String: Int64] = [:]
    var driverBase: [String: Int64] = [:]
    var riderBase: [String: Int64] = [:]
    var business = (members: Int64(0), others: Int64(0))
    let levy: Int64
    let platformPpm: Int64
    let fee: Int64
    /// 0 for none.
    let credit: Int64
    /// When everybody was admitted: nothing that is told late is from before.
    var openedUs: Int64 = 0

    func worth(_ ride: Ride) -> Worth {
        if ride.state == .cancelled {
            return Worth(
                fare: ride.fare - ride.backFare, discount: 0, levy: 0, gst: 0, qst: 0, tip: 0, platform: 0)
        }
        let charged = ride.fare - ride.discount
        let left = charged - ride.backFare
        let fare = charged == 0 ? ride.fare : (ride.fare * left * 2 + charged) / (charged * 2)
        let levy = left == 0 && ride.backFare > 0 ? 0 : self.levy
        return Worth(
            fare: fare, discount: fare - left, levy: levy, gst: Market.halfUp(left + levy, ppm: 50_000),
            qst: Market.halfUp(left + levy, ppm: 99_750), tip: ride.tip - ride.backTip,
            platform: Market.halfUp(fare, ppm: platformPpm))
    }

    private func refund(_ name: String, _ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        guard let ride = rides[name] else {
            return deed(&story, .rideRefund("b\(story.events)", name, fare: 1), false) { _ in }
        }
        var after = ride
        let rider = Bool.random(using: &random) ? "" : ["ana", "bob", "rae", "tom"].randomElement(using: &random) ?? ""
        let all = ride.fare - ride.discount - ride.backFare
        let left = rider.isEmpty ? all : ride.chargeLeft(rider)
        let part = Bool.random(using: &random) ? left : Int64.random(in: 0...max(0, left), using: &random)
        let tip =
            Bool.random(using: &random) ? 0 : Int64.random(in: 0...max(0, ride.tip - ride.backTip), using: &random)
        after.backFare += part
        after.backTip += tip
        let (old, new) = (worth(ride), worth(after))
        let taxes = [("gst", old.gst - new.gst), ("qst", old.qst - new.qst)].filter { $0.1 != 0 }
        let total = old.total - new.total
        let body = Body.rideRefund(
            "b\(story.events)", name, fare: part + (isSpoiled ? left + 1 : 0), levy: old.levy - new.levy, taxes: taxes,
            tip: tip, platform: old.platform - new.platform, total: total, to: rider)
        let who = rider.isEmpty ? ride.charged : [rider]
        let lefts = who.map { (ride.owed[$0] ?? 0) - (ride.back[$0] ?? 0) }
        let isPaid = who.allSatisfy { (ride.owed[$0] ?? 0) == (ride.paid[$0] ?? 0) }
        let isLegal =
            !isSpoiled && ride.state.isOver && isPaid && total > 0 && total <= lefts.reduce(0, +)
            && (rider.isEmpty || ride.owed[rider] ?? 0 > 0) && story.nowUs + 60_000_000 >= ride.paidAtUs
        return deed(&story, body, isLegal, of: name) { model in
            for (who, back) in zip(who, Market.share(total, lefts)) {
                after.back[who, default: 0] += back
                model.post("liabilities:buyer-credits", who, -back)
            }
            let driver = old.fare - old.platform - new.fare + new.platform
            model.post("liabilities:driver-payable", ride.driver, driver + tip)
            for (who, back) in zip(who, Market.share(part, who.map(ride.chargeLeft))) {
                after.backCharge[who, default: 0] += back
                guard ride.state == .completed else { continue }
                if who == "tom" { model.business.others -= back } else { model.business.members -= back }
                if who == "rae" || who == "bob" { model.riderBase[who, default: 0] -= back }
            }
            model.rides[name] = after
            guard ride.state == .completed else { return }
            model.driverBase[ride.driver, default: 0] -= driver
            model.post("revenue:rides", "", old.platform - new.platform)
            model.post("liabilities:ride-levy-payable", "", old.levy - new.levy)
            model.post("liabilities:gst-payable", "", old.gst - new.gst)
            model.post("liabilities:qst-payable", "", old.qst - new.qst)
            model.post("expenses:discounts", "", new.discount - old.discount)
        }
    }

    /// Whether a rider may owe that much more.
    private func mayOwe(_ rider: String, _ amount: Int64) -> Bool {
        credit == 0 || (balances["assets:receivable \(rider)"] ?? 0) + amount <= credit
    }

    mutating func post(_ account: String, _ party: String, _ amount: Int64) {
        let sum = (balances["\(account) \(party)"] ?? 0) + amount
        balances["\(account) \(party)"] = sum == 0 ? nil : sum
    }

    /// A deed of a ride, never before what happened to it last.
    private func deed(
        _ story: inout Story, _ body: Body, _ isLegal: Bool, of ride: String = "", _ change: (inout RideModel) -> Void
    ) -> Deed {
        let event = story.event(body)
        var after = self
        let isLegal = isLegal && story.nowUs >= rides[ride]?.changedAtUs ?? .min
        if isLegal {
            change(&after)
            if after.rides[ride]?.state != rides[ride]?.state { after.rides[ride]?.changedAtUs = story.nowUs }
        }
        return Deed(event: event, isLegal: isLegal, after: after)
    }

    func deed(_ story: inout Story, _ random: inout Seeded) -> Deed {
        let isSpoiled = Int.random(in: 0..<6, using: &random) == 0
        // Some are told late.
        let now = story.nowUs
        if Int.random(in: 0..<8, using: &random) == 0 {
            story.nowUs = max(openedUs, now - Int64.random(in: 1...5, using: &random) * 60_000_000)
        }
        defer { story.nowUs = max(story.nowUs, now) }
        let name = rides.keys.sorted().randomElement(using: &random) ?? "none"
        let ride = rides[name]
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<3: return request(&story, &random, isSpoiled)
        case 3..<5: return accept(name, &story, &random)
        case 5..<7:
            return deed(&story, .rideStart(name), ride?.state == .accepted, of: name) {
                $0.rides[name]?.state = .started
            }
        case 7..<9: return complete(name, &story, &random, isSpoiled)
        case 9: return cancel(name, &story, &random, isSpoiled)
        case 10:
            let paid = rides.keys.sorted().first { !(rides[$0]?.paid.isEmpty ?? true) }
            return refund(paid ?? name, &story, &random, isSpoiled)
        default: return pay(name, &story, &random, isSpoiled)
        }
    }

    private func request(_ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        var riders = ["ana", "rae", "tom", "bob"].shuffled(using: &random)
        riders = Array(riders.prefix(Int.random(in: 1...4, using: &random)))
        let name = "r\(story.events)"
        let all = isSpoiled ? riders + [riders[0]] : riders
        return deed(
            &story, .rideRequest(name, all[0], with: Array(all.dropFirst())),
            !isSpoiled && riders.allSatisfy { mayOwe($0, 1) }, of: name
        ) {
            $0.rides[name] = Ride(riders: riders)
        }
    }

    private func accept(_ name: String, _ story: inout Story, _ random: inout Seeded) -> Deed {
        let driver = ["dan", "eli", "bob", "tom"].randomElement(using: &random) ?? "dan"
        let isFree = !rides.values.contains { $0.driver == driver && !$0.state.isOver }
        let isLegal =
            rides[name].map { $0.state == .requested && !$0.riders.contains(driver) } ?? false && isFree
            && driver != "tom"
        return deed(&story, .rideAcceptance(name, driver), isLegal, of: name) { model in
            model.rides[name]?.driver = driver
            model.rides[name]?.state = .accepted
        }
    }

    private func complete(_ name: String, _ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let parts = (0..<3).map { _ in Int64.random(in: 1...2_000, using: &random) }
        let fare = parts.reduce(0, +)
        let discount = Bool.random(using: &random) ? Int64.random(in: 0...fare, using: &random) : 0
        let tip = Bool.random(using: &random) ? Int64.random(in: 0...500, using: &random) : 0
        let base = fare - discount + levy
        let gst = Market.halfUp(base, ppm: 50_000)
        let qst = Market.halfUp(base, ppm: 99_750)
        let platform = Market.halfUp(fare, ppm: platformPpm) + (isSpoiled ? 1 : 0)
        let total = base + gst + qst + tip
        let body = Body.rideCompletion(
            name, base: parts[0], distance: parts[1], time: parts[2], discount: discount, levy: levy,
            taxes: [("gst", gst), ("qst", qst)].filter { $0.1 != 0 }, tip: tip, platform: platform)
        let all = rides[name]?.riders.sorted() ?? []
        let isWithin = zip(all, Market.share(total, all.map { _ in Int64(1) })).allSatisfy { mayOwe($0, $1) }
        let isLegal = !isSpoiled && total > 0 && rides[name]?.state == .started && isWithin
        return deed(&story, body, isLegal, of: name) { model in
            guard let ride = model.rides[name] else { return }
            let riders = ride.riders.sorted()
            let ones = riders.map { _ in Int64(1) }
            for (rider, part) in zip(riders, Market.share(total, ones)) {
                model.rides[name]?.owed[rider] = part
                model.post("assets:receivable", rider, part)
            }
            for (rider, part) in zip(riders, Market.share(fare - discount, ones)) {
                if rider == "tom" { model.business.others += part } else { model.business.members += part }
                if rider == "rae" || rider == "bob" { model.riderBase[rider, default: 0] += part }
            }
            model.driverBase[ride.driver, default: 0] += fare - platform
            model.post("liabilities:driver-payable", ride.driver, platform - fare - tip)
            model.post("revenue:rides", "", -platform)
            model.post("liabilities:ride-levy-payable", "", -levy)
            model.post("liabilities:gst-payable", "", -gst)
            model.post("liabilities:qst-payable", "", -qst)
            model.post("expenses:discounts", "", discount)
            model.rides[name]?.fare = fare
            model.rides[name]?.discount = discount
            model.rides[name]?.tip = tip
            model.rides[name]?.state = .completed
        }
    }

    private func cancel(_ name: String, _ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let by = [RideCanceller.rider, .driver, .platform].randomElement(using: &random) ?? .rider
        let isAccepted = rides[name]?.state == .accepted
        let owed = by == .rider && isAccepted ? fee : 0
        let isOpen = rides[name].map { $0.state == .requested || $0.state == .accepted } ?? false
        let isLegal = isOpen && !isSpoiled && (by != .driver || isAccepted)
        return deed(&story, .rideCancellation(name, by: by, fee: owed + (isSpoiled ? 1 : 0)), isLegal, of: name) {
            model in
            model.rides[name]?.state = .cancelled
            guard owed > 0, let ride = model.rides[name] else { return }
            // Whoever asked for the ride is the first.
            model.rides[name]?.owed[ride.riders[0]] = owed
            model.rides[name]?.fare = owed
            model.post("assets:receivable", ride.riders[0], owed)
            model.post("liabilities:driver-payable", ride.driver, -owed)
        }
    }

    private func pay(_ name: String, _ story: inout Story, _ random: inout Seeded, _ isSpoiled: Bool) -> Deed {
        let rider = ["ana", "rae", "tom", "bob"].randomElement(using: &random) ?? "ana"
        let due = (rides[name]?.owed[rider] ?? 0) - (rides[name]?.paid[rider] ?? 0)
        let amount = due > 1 && Bool.random(using: &random) ? Int64.random(in: 1...due, using: &random) : due
        let paid = amount + (isSpoiled ? due + 1 : 0)
        let us = story.nowUs + 60_000_000
        return deed(&story, .ridePayment("p\(story.events)", name, rider, paid), paid > 0 && paid <= due, of: name) {
            model in
            let latest = max(us, model.rides[name]?.paidAtUs ?? us)
            model.rides[name]?.paidAtUs = latest
            model.rides[name]?.paid[rider, default: 0] += paid
            model.post("assets:in-transit", "815", paid)
            model.post("assets:receivable", rider, -paid)
        }
    }
}

@Suite("Random histories of rides")
struct RideHistoriesTests {
    private static let deeds = 20

    /// bob drives and rides; rae rides; ana is a member without a group; tom is no member.
    private static func opening(_ rule: Body, _ credit: Int64) -> [Body] {
        [
            .founding(), .calendar(), .limits(credit: credit),
            .taxes(.order, [("gst", .transport, 50_000), ("qst", .transport, 99_750)]), rule,
        ] + ["ana", "bob", "rae", "tom", "dan", "eli"].map { .identity($0) }
            + [
                .admission("ana", []), .admission("bob", [.driver, .rider]), .admission("rae", [.rider]),
                .admission("dan", [.driver]), .admission("eli", [.driver]),
            ]
    }

    @Test(arguments: 0..<40)
    func `every balance and base is what the rides say, and refused deeds leave nothing`(block: Int) throws {
        for seed in UInt64(block * 250)..<UInt64(block * 250 + 250) {
            var random = Seeded(seed)
            var model = RideModel(
                levy: [0, 90].randomElement(using: &random) ?? 0,
                platformPpm: [0, 150_000, 333_333].randomElement(using: &random) ?? 0,
                fee: [0, 500].randomElement(using: &random) ?? 0,
                credit: [0, 2_000].randomElement(using: &random) ?? 0)
            let opening = Self.opening(
                .rideRule(levy: model.levy, platformPpm: UInt32(model.platformPpm), fee: model.fee), model.credit)
            let desk = try Desk(opening: opening)
            model.openedUs = desk.story.nowUs
            var accepted: [Event] = []
            for step in 0..<Self.deeds {
                let deed = model.deed(&desk.story, &random)
                do {
                    try desk.record(deed.event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(deed.event)")
                    accepted.append(deed.event)
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(deed.event)")
                }
                model = deed.after
            }
            try #require(desk.balances == model.balances, "seed \(seed)")
            try #require(desk.balances.values.reduce(0, +) == 0, "seed \(seed)")
            let book = try #require(desk.book)
            func bases(_ group: Group) -> [String: Int64] {
                var found: [String: Int64] = [:]
                for row in desk.views.patronage(book, year: 2017, group: group) where row.base != 0 {
                    found[desk.views.partyName(row.party)] = row.base
                }
                return found
            }
            try #require(bases(.driver) == model.driverBase.filter { $0.value != 0 }, "seed \(seed)")
            try #require(bases(.rider) == model.riderBase.filter { $0.value != 0 }, "seed \(seed)")
            let business = desk.views.index.counters(
                desk.views.key.begin(.business).u16(book.id).u16(2_017).u8(UInt8(Group.rider.rawValue)).bytes)
            try #require(
                business.first == model.business.members && business.second == model.business.others, "seed \(seed)")
            let quiet = try Desk(opening: opening)
            try quiet.replay(accepted)
            try #require(digests(quiet) == digests(desk), "seed \(seed)")
        }
    }

    private func digests(_ desk: Desk) -> [String] {
        desk.views.index.digests().map { "\($0.index) \($0.rows) \($0.digest)" }
    }
}
