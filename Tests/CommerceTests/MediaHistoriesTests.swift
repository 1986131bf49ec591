import Commerce
import Events
import Fixtures
import Index
import Testing

/// A second, plain account of campaigns: what each medium must be owed.
private struct Newsroom {
    struct Order {
        let buyer: String
        let us: Int64
        let amount: Int64
        var refunded: Int64 = 0
        var isPaid = false
        /// Paid less settled by chargebacks, and what institutions took back by name: settled, borne by somebody.
        var paid: Int64 = 0
        var chargebacks: [String: (settled: Int64, borne: Int64)] = [:]
        var borne: Int64 { chargebacks.values.reduce(0) { $0 + $1.borne } }
        /// What institutions hold of it.
        var held: Int64 { paid - borne }
        /// Nobody paid for it after all.
        var isFallen: Bool { borne > 0 && borne >= amount - refunded }
        var isHandedOver = false
        var handedOverUs: Int64 = 0
        let rule: AttributionRule
        let window: Int64
        let ppm: Int64
        var redemptions: [(campaign: String, day: String, place: Int)] = []
        var credited: [String: Int64] = [:]
    }

    var orders: [String: Order] = [:]
    var touches: [(person: String, campaign: String, us: Int64, place: Int)] = []
    var rule: AttributionRule = .last
    var window: Int64 = 1
    var ppm: Int64 = 30_000
    struct Consent {
        var text: String
        var since: Int64
        var until: Int64?
    }

    /// ana agrees from the beginning.
    var consents: [String: Consent] = ["ana": Consent(text: "v1", since: 0)]
    /// Repatriated lines as placed.
    var lines: Int64 = 0
    var placed: Int64 = 0

    static let media = ["a": "mia", "b": "neo", "d": "mia"]

    static func day(_ us: Int64) -> Int64 { (us - 18_000_000_000) / 86_400_000_000 }

    func mayFollow(_ person: String, from: Int64, through: Int64) -> Bool {
        guard let consent = consents[person] else { return false }
        return consent.since <= from && consent.until.map { $0 > through } ?? true
    }

    func shares(_ order: Order) -> [String: Int64] {
        let pool = order.isFallen ? 0 : Market.halfUp(order.amount - order.refunded, ppm: ppm(order))
        let seen = touches.filter {
            $0.person == order.buyer && $0.us <= order.us && Self.day($0.us) >= Self.day(order.us) - order.window
                && mayFollow($0.person, from: $0.us, through: order.us)
        }.sorted { ($0.us, $0.place) < ($1.us, $1.place) }
        let redeemed = order.redemptions.sorted { ($0.day, $0.place) < ($1.day, $1.place) }
        var campaigns: [String]
        switch order.rule {
        case .equal: campaigns = Set(seen.map(\.campaign) + redeemed.map(\.campaign)).sorted()
        case .first: campaigns = [redeemed.first?.campaign ?? seen.first?.campaign].compactMap { $0 }
        default: campaigns = [redeemed.last?.campaign ?? seen.last?.campaign].compactMap { $0 }
        }
        var result: [String: Int64] = [:]
        for (campaign, part) in zip(campaigns, Market.share(pool, campaigns.map { _ in 1 }))
        where Self.media[campaign] != nil && part != 0 {
            result[campaign] = part
        }
        return result
    }

    private func ppm(_ order: Order) -> Int64 { order.ppm }
}

@Suite("Random histories of campaigns")
struct MediaHistoriesTests {
    private static let opening: [Body] =
        [
            .founding(), .calendar(), .commission(ppm: 40_000), .identity("ana"), .identity("bob"), .identity("sam"),
            .identity("mia"), .identity("neo"), .admission("ana", [.consumer]), .admission("bob", [.consumer]),
            .admission("sam", [.seller]), .listing("milk", .zeroRated), .campaign("a", medium: "mia"),
            .campaign("b", medium: "neo"), .campaign("c"), .campaign("d", medium: "mia"),
            .campaign("old", medium: "mia", from: "2016-01-01", to: "2016-06-30"),
            .mediaRule(.last, windowDays: 1, ppm: 30_000), .consent("ana", to: "attribution"),
        ]

    /// 10 000 histories, a hundred a block.
    @Test(arguments: 0..<50)
    func `each medium is owed what the rule gives, after every refund and redemption`(block: Int) throws {
        var tally: [String: [Int]] = [:]
        for seed in UInt64(block * 200)..<UInt64(block * 200 + 200) {
            var random = Seeded(seed ^ 0x3ED1)
            let desk = try Desk(opening: Self.opening)
            var newsroom = Newsroom()
            var accepted: [Event] = []
            // Something is seen, sold and handed over before chance takes over.
            let start = [0, 0, 4, 7, 7]
            for step in 0..<16 {
                desk.story.nowUs += Int64.random(in: 0...(12 * 3_600_000_000), using: &random)
                let before = newsroom
                let now = desk.story.nowUs
                let (body, isLegal) = Self.deed(step < start.count ? start[step] : nil, &newsroom, desk, &random)
                let event = desk.story.event(body)
                desk.story.nowUs = max(desk.story.nowUs, now)
                do {
                    try desk.record(event)
                    try #require(isLegal, "seed \(seed), step \(step): recorded \(event)")
                    accepted.append(event)
                    tally[Self.kind(body), default: [0, 0]][0] += 1
                } catch let refusal as Refusal {
                    tally[Self.kind(body), default: [0, 0]][1] += 1
                    try #require(!isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(event)")
                    newsroom = before
                }
            }
            var owed: [String: Int64] = [:]
            for order in newsroom.orders.values {
                for (campaign, amount) in order.credited { owed[Newsroom.media[campaign] ?? "", default: 0] += amount }
            }
            let balances = desk.balances
            try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
            for medium in ["mia", "neo"] {
                try #require(
                    balances["liabilities:accounts-payable \(medium)"] ?? 0 == -(owed[medium] ?? 0), "seed \(seed)")
            }
            try #require(balances["expenses:media "] ?? 0 == owed.values.reduce(0, +), "seed \(seed)")
            let counted = MediaTests.counted(desk).values
            try #require(counted.reduce(0) { $0 + $1.first } == newsroom.placed, "seed \(seed)")
            try #require(counted.reduce(0) { $0 + $1.second } == newsroom.lines, "seed \(seed)")
            guard seed % 10 == 0 else { continue }
            let quiet = try Desk(opening: Self.opening)
            try quiet.replay(accepted)
            try #require(quiet.rowDigests == desk.rowDigests, "seed \(seed)")
        }
        try #require(tally.count == 12 && tally.values.allSatisfy { $0[0] > 0 }, "\(tally)")
    }

    /// "licenceGranted": what the body is, whatever it says.
    private static func kind(_ body: Body) -> String { Mirror(reflecting: body).children.first?.label ?? "" }

    private static func deed(
        _ start: Int?, _ newsroom: inout Newsroom, _ desk: Desk, _ random: inout Seeded
    ) -> (Body, Bool) {
        let isSpoiled = start == nil && Int.random(in: 0..<6, using: &random) == 0
        let place = Int(desk.size)
        let now = desk.story.nowUs + 60_000_000
        let campaign = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
        let person = Bool.random(using: &random) ? "ana" : "bob"
        let name = newsroom.orders.keys.sorted().randomElement(using: &random) ?? "none"
        switch start ?? Int.random(in: 0..<18, using: &random) {
        case 0...3:
            if isSpoiled { return (.touch("t\(place)", Bool.random(using: &random) ? "old" : "none", person), false) }
            let person = start == nil ? person : "ana"
            newsroom.touches.append((person, campaign, now, place))
            return (.touch("t\(place)", campaign, person), newsroom.mayFollow(person, from: now, through: now))
        case 4...6:
            let amount = Int64.random(in: 1...9_999, using: &random)
            newsroom.orders["o\(place)"] = Newsroom.Order(
                buyer: person, us: now, amount: amount, rule: newsroom.rule, window: newsroom.window, ppm: newsroom.ppm)
            var line = PurchaseLine.of("milk", "sam", amount, .zeroRated)
            line.repatriated = Bool.random(using: &random)
            if line.repatriated {
                newsroom.lines += 1
                newsroom.placed += amount
            }
            return (.purchase("o\(place)", person, [line], total: isSpoiled ? 0 : nil), !isSpoiled)
        case 7...9:
            guard var order = newsroom.orders[name] else { return (.handOver(name), false) }
            defer { newsroom.orders[name] = order }
            if !order.isPaid {
                order.isPaid = true
                order.paid = order.amount
                return (.capture("p\(place)", name, order.amount), true)
            }
            let isLegal = !order.isHandedOver
            order.isHandedOver = true
            order.handedOverUs = now
            return (.handOver(name), isLegal)
        case 10:
            guard var order = newsroom.orders[name] else { return (.attribution(name, campaign), false) }
            let day = "2017-01-0\(Int.random(in: 1...9, using: &random))"
            order.redemptions.append((campaign, day, place))
            newsroom.orders[name] = order
            guard case .purchaseAttributed(var body) = Body.attribution(name, campaign, coupon: "k\(place)") else {
                return (.attribution(name, campaign), false)
            }
            body.redeemedDate = day
            if isSpoiled { body.campaign = "none" }
            return (.purchaseAttributed(body), !isSpoiled)
        case 11:
            guard var order = newsroom.orders[name], order.isHandedOver, order.refunded < order.amount else {
                return (.refund("none", "r\(place)", [(0, 1, 0)]), false)
            }
            let amount = Int64.random(in: 1...(order.amount - order.refunded), using: &random)
            let isLegal = amount <= order.paid
            order.refunded += amount
            // The buyer has back already what was charged back, the earliest first.
            for key in order.chargebacks.keys.sorted(by: { (Int($0.dropFirst()) ?? 0) < (Int($1.dropFirst()) ?? 0) }) {
                let back = max(0, order.paid - (order.amount - order.refunded))
                let settled = min(back, order.chargebacks[key]?.borne ?? 0)
                order.chargebacks[key]?.settled += settled
                order.chargebacks[key]?.borne -= settled
                order.paid -= settled
            }
            newsroom.orders[name] = order
            return (.refund(name, "r\(place)", [(0, amount, 0)]), isLegal)
        case 13:
            guard var order = newsroom.orders[name], order.held > 0 else {
                return (.chargeback("k\(place)", name, 1), false)
            }
            let amount = Bool.random(using: &random) ? order.held : Int64.random(in: 1...order.held, using: &random)
            let settled = min(amount, max(0, order.paid - (order.amount - order.refunded)))
            order.paid -= settled
            order.chargebacks["k\(place)"] = (settled, amount - settled)
            newsroom.orders[name] = order
            return (.chargeback("k\(place)", name, amount + (isSpoiled ? order.amount : 0)), !isSpoiled)
        case 14:
            guard var order = newsroom.orders[name],
                let (key, back) = order.chargebacks.sorted(by: { $0.key < $1.key }).first
            else { return (.chargebackReversal("none", 1), false) }
            order.paid += back.settled
            order.chargebacks[key] = nil
            newsroom.orders[name] = order
            return (.chargebackReversal(key, back.settled + back.borne + (isSpoiled ? 1 : 0)), !isSpoiled)
        case 16:
            let text = Bool.random(using: &random) ? "v1" : "v2"
            let known = newsroom.consents[person]
            let isHeld = known.map { $0.until == nil } ?? false
            newsroom.consents[person] = .init(text: text, since: isHeld ? known?.since ?? 0 : now)
            return (.consent(person, to: "attribution", text: text), !isHeld || known?.text != text)
        case 17:
            let isHeld = newsroom.consents[person].map { $0.until == nil } ?? false
            newsroom.consents[person]?.until = now
            return (.consentWithdrawn(person, from: "attribution"), isHeld)
        case 12 where Int.random(in: 0..<3, using: &random) == 0:
            newsroom.rule = [.last, .first, .equal].randomElement(using: &random) ?? .last
            newsroom.window = Int64.random(in: 0...3, using: &random)
            newsroom.ppm = Int64.random(in: 0...100_000, using: &random)
            return (
                .mediaRule(newsroom.rule, windowDays: UInt32(newsroom.window), ppm: UInt32(newsroom.ppm)), true
            )
        default:
            guard var order = newsroom.orders[name] else { return (.mediaCredit(name, []), false) }
            let right = newsroom.shares(order)
            var shares = right.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            if isSpoiled {
                if shares.isEmpty || Bool.random(using: &random) {
                    shares.append(("c", 1))
                } else {
                    shares[0].1 += 1
                }
            }
            // Some are told as of before the hand-over.
            var isLate = true
            if order.isHandedOver, Int.random(in: 0..<6, using: &random) == 0 {
                let us = Int64.random(in: order.us...now, using: &random)
                desk.story.nowUs = us - 60_000_000
                isLate = us >= order.handedOverUs
            }
            let isLegal = !isSpoiled && order.isHandedOver && isLate && right != order.credited
            order.credited = right
            newsroom.orders[name] = order
            return (.mediaCredit(name, shares), isLegal)
        }
    }
}
