import Accounting
import Commerce
import Events
import Fixtures
import Testing

/// A second, plain account of licences and plays: what must be legal, and what every figure must be.
private struct Studio {
    struct Line {
        let product: String
        let seller: String
        let amount: Int64
        var refunded: Int64 = 0
    }

    struct Order {
        let us: Int64
        let place: Int
        var lines: [Line]
        var isHandedOver = false
        var handedOverUs: Int64 = 0
        var paid: Int64 = 0
        /// The chargeback of all that was paid, while it stands.
        var chargeback: (name: String, amount: Int64, us: Int64)?
        var refunds: [(line: Int, place: Int, us: Int64)] = []

        /// All that was paid went back: what is to go back for refunds is settled so, and what the goods left cost is a loss.
        var isChargedBack: Bool { chargeback != nil && lines.contains { $0.refunded < $0.amount } }
    }

    struct Sheet {
        let us: Int64
        let place: Int
        let parts: [(creator: String, ppm: Int64)]
    }

    struct Licence {
        let order: String
        let line: Int
        let us: Int64
        /// What the creators have of it.
        var amount: Int64
        let sheet: Sheet?
        let refunded: Int64
        var downloads = 0
        var isRevoked = false
    }

    struct Listener {
        var credits: Int64 = 0
        var value: Int64 = 0
        var firstUs = Int64.max
        var plays: [String: Int] = [:]
        var owned: Set<String> = []
    }

    var orders: [String: Order] = [:]
    var sheets: [String: [Sheet]] = [:]
    var licences: [String: Licence] = [:]
    var listeners: [String: Listener] = ["ana": Listener(), "bob": Listener()]
    var price: Int64 = 100
    /// By work and place of the sheet: millionths brought, settled.
    var values: [String: [Int: (brought: Int64, settled: Int64)]] = [:]
    var credits: [String: Int64] = [:]
    /// By work: when its latest play was.
    var playedUs: [String: Int64] = [:]
    var sold: Int64 = 0
    var settled: Int64 = 0
    var revenue: Int64 = 0
    /// Royalties by creator.
    var due: [String: Int64] = [:]
    /// By work: what was split.
    var split: [String: Int64] = [:]
    /// Whether sellers bear chargebacks; else the cooperative does.
    var sellersBear = false
    /// What sellers were paid.
    var paid: [String: Int64] = [:]

    static let creatorsPpm: Int64 = 700_000
    static let first: Int64 = 100_003
    static let playsToOwn = 4

    func inForce(_ product: String, at us: Int64, before place: Int) -> Sheet? {
        (sheets[product] ?? []).filter { $0.us <= us && $0.place < place }
            .max { ($0.us, $0.place) < ($1.us, $1.place) }
    }

    static func total(_ lines: [Line]) -> (gst: Int64, qst: Int64, all: Int64) {
        let sum = lines.reduce(0) { $0 + $1.amount - $1.refunded }
        let (gst, qst) = (Market.halfUp(sum, ppm: 50_000), Market.halfUp(sum, ppm: 99_750))
        return (gst, qst, sum + gst + qst)
    }

    /// What each line's seller is owed for it.
    static func nets(_ lines: [Line]) -> [Int64] {
        var sellers: [String] = []
        for line in lines where !sellers.contains(line.seller) { sellers.append(line.seller) }
        let left = lines.map { $0.amount - $0.refunded }
        func sum(_ seller: String) -> Int64 { zip(lines, left).reduce(0) { $0 + ($1.0.seller == seller ? $1.1 : 0) } }
        let commissions = Market.share(Market.halfUp(left.reduce(0, +), ppm: 40_000), sellers.map(sum))
        var nets = lines.map { _ in Int64(0) }
        for (seller, commission) in zip(sellers, commissions) {
            let own = lines.indices.filter { lines[$0].seller == seller }
            for (at, part) in zip(own, Market.share(sum(seller) - commission, own.map { left[$0] })) { nets[at] = part }
        }
        return nets
    }

    mutating func share(_ amount: Int64, _ sheet: Sheet, _ product: String) {
        let parts = sheet.parts.sorted { $0.creator < $1.creator }
        let sign: Int64 = amount < 0 ? -1 : 1
        for (part, cents) in zip(parts, Market.share(amount * sign, parts.map(\.ppm))) {
            due[part.creator, default: 0] += cents * sign
        }
        split[product, default: 0] += amount
    }

    func unsettled(_ product: String) -> (amount: Int64, byPlace: [(place: Int, value: Int64)]) {
        let all = values[product] ?? [:]
        let brought = all.values.reduce(0) { $0 + $1.brought }
        let before = all.values.reduce(0) { $0 + $1.settled }
        return (
            brought / 1_000_000 - before / 1_000_000,
            all.keys.sorted().map { ($0, (all[$0]?.brought ?? 0) - (all[$0]?.settled ?? 0)) }
        )
    }

    func isLicensed(_ name: String, _ line: Int) -> Bool {
        licences.values.contains { $0.order == name && $0.line == line && !$0.isRevoked }
    }

    /// When the first thing happened that makes a licence fall.
    func fallsUs(_ name: String) -> Int64 {
        guard let licence = licences[name], let order = orders[licence.order] else { return .min }
        let place = Int(name.dropFirst()) ?? 0
        var causes = order.refunds.filter { $0.line == licence.line && $0.place > place }.map(\.us)
        if order.isChargedBack, let us = order.chargeback?.us { causes.append(us) }
        return causes.min() ?? .min
    }

    /// A refund takes from the creators what it takes from the seller of their lines.
    mutating func follow(_ name: String) {
        guard let order = orders[name] else { return }
        let nets = Self.nets(order.lines)
        for (key, licence) in licences where licence.order == name && !licence.isRevoked {
            guard let sheet = licence.sheet else { continue }
            share(-licence.amount, sheet, order.lines[licence.line].product)
            share(nets[licence.line], sheet, order.lines[licence.line].product)
            licences[key]?.amount = nets[licence.line]
        }
    }

    /// What a seller may be paid: what was handed over, without what is its creators' or will be.
    func payable(_ seller: String) -> Int64 {
        var sum = -(paid[seller] ?? 0) - (borne[seller] ?? 0)
        for (name, order) in orders where order.isHandedOver {
            for (index, net) in Self.nets(order.lines).enumerated() where order.lines[index].seller == seller {
                let isCreators = inForce(order.lines[index].product, at: order.us, before: order.place) != nil
                if !isCreators || order.isChargedBack && sellersBear && !isLicensed(name, index) { sum += net }
            }
        }
        return sum
    }

    /// What sellers bear of chargebacks that stand, each by what it has of the order now.
    var borne: [String: Int64] {
        var sum: [String: Int64] = [:]
        for order in orders.values where order.isChargedBack && sellersBear {
            var nets: [String: Int64] = [:]
            for (line, net) in zip(order.lines, Self.nets(order.lines)) { nets[line.seller, default: 0] += net }
            let sellers = nets.keys.sorted()
            let parts = Market.share(Self.total(order.lines).all, sellers.map { nets[$0] ?? 0 })
            for (seller, part) in zip(sellers, parts) { sum[seller, default: 0] += part }
        }
        return sum
    }

    /// A licence of which something was refunded since it was granted.
    func isFallen(_ name: String) -> Bool {
        guard let licence = licences[name], let line = orders[licence.order]?.lines[licence.line] else { return false }
        return !licence.isRevoked
            && (line.refunded > licence.refunded || orders[licence.order]?.isChargedBack == true)
    }

    func cost(_ listener: String, _ product: String) -> (cost: Int64, owns: Bool) {
        guard let known = listeners[listener], !known.owned.contains(product) else { return (0, false) }
        let plays = known.plays[product] ?? 0
        return (Self.first << Int64(plays), plays + 1 == Self.playsToOwn)
    }
}

@Suite("Random histories of digital works")
struct DigitalHistoriesTests {
    private static let opening: [Body] = [
        .founding(), .calendar(), .commission(ppm: 40_000), .digitalTaxes(),
        .streaming(first: Studio.first, plays: UInt32(Studio.playsToOwn), price: 100),
        .identity("ana"), .identity("bob"), .identity("sam"), .identity("tia"), .identity("eve"), .identity("fay"),
        .identity("gil"), .admission("ana", [.consumer]), .admission("sam", [.seller]), .admission("tia", [.seller]),
        .admission("eve", [.creator]), .listing("album", .digital), .listing("novel", .digital), .listing("lamp"),
        .work("album", downloadsMax: 2), .work("novel", .ebook, downloadsMax: 2),
    ]

    /// 10 000 histories, a hundred a block.
    @Test(arguments: 0..<100)
    func `every licence, play and settlement gives creators what a plain account says`(block: Int) throws {
        var tally: [String: [Int]] = [:]
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            var random = Seeded(seed ^ 0xD161)
            let opening = Self.opening + (seed % 2 == 0 ? [.chargebackRule(.seller)] : [])
            let desk = try Desk(opening: opening)
            var studio = Studio()
            studio.sellersBear = seed % 2 == 0
            var accepted: [Event] = []
            // Something is sold, shared and paid for before chance takes over.
            let start = [4, 4, 0, 2, 2, 12].shuffled(using: &random).sorted { $0 != 2 && $1 == 2 }
            for step in 0..<16 {
                let before = studio
                // What fell is revoked at last, and what was played settled.
                let set = step < start.count ? start[step] : [14: 11, 15: 19][step]
                let (body, time, isLegal) = Self.deed(set, &studio, desk, &random)
                let now = desk.story.nowUs
                let event = desk.story.event(body, at: time)
                if time != nil { desk.story.nowUs = now }
                do {
                    try desk.record(event)
                    try #require(isLegal, "seed \(seed), step \(step): recorded \(event)")
                    accepted.append(event)
                    tally[Self.kind(body), default: [0, 0]][0] += 1
                } catch let refusal as Refusal {
                    tally[Self.kind(body), default: [0, 0]][1] += 1
                    try #require(!isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(event)")
                    studio = before
                }
            }
            try Self.check(desk, studio, "seed \(seed)")
            // Refused events left nothing, and folding again gives the same rows.
            guard seed % 10 == 0 else { continue }
            let quiet = try Desk(opening: opening)
            try quiet.replay(accepted)
            try #require(quiet.rowDigests == desk.rowDigests, "seed \(seed)")
        }
        try #require(tally.count == 15 && tally.values.allSatisfy { $0[0] > 0 }, "\(tally)")
    }

    private static func check(_ desk: Desk, _ studio: Studio, _ seed: String) throws {
        let balances = desk.balances
        try #require(balances.values.reduce(0, +) == 0, "\(seed)")
        var royalties: Int64 = 0
        for creator in ["eve", "fay", "gil"] {
            let due = studio.due[creator] ?? 0
            try #require(balances["liabilities:royalties-payable \(creator)"] ?? 0 == -due, "\(seed): \(creator)")
            royalties += due
        }
        try #require(royalties == studio.split.values.reduce(0, +), "\(seed)")
        try #require(balances["liabilities:play-credits "] ?? 0 == studio.settled - studio.sold, "\(seed)")
        try #require(studio.sold >= studio.settled, "\(seed)")
        try #require(balances["revenue:streaming "] ?? 0 == -studio.revenue, "\(seed)")
        var nets: [String: Int64] = [:]
        for order in studio.orders.values {
            for (line, net) in zip(order.lines, Studio.nets(order.lines)) { nets[line.seller, default: 0] += net }
        }
        for licence in studio.licences.values where !licence.isRevoked && licence.sheet != nil {
            nets[studio.orders[licence.order]?.lines[licence.line].seller ?? "", default: 0] -= licence.amount
        }
        for (seller, paid) in studio.paid { nets[seller, default: 0] -= paid }
        for (seller, borne) in studio.borne { nets[seller, default: 0] -= borne }
        for (seller, net) in nets {
            try #require(balances["liabilities:seller-payable \(seller)"] ?? 0 == -net, "\(seed): \(seller)")
        }
        try #require(studio.listeners.values.allSatisfy { $0.credits >= 0 && $0.value >= 0 }, "\(seed)")
        let book = try #require(desk.book)
        let patronage = desk.views.patronage(book, year: 2017, group: .creator).map(\.base)
        try #require(patronage.reduce(0, +) == max(0, studio.due["eve"] ?? 0), "\(seed)")
    }

    /// "licenceGranted": what the body is, whatever it says.
    private static func kind(_ body: Body) -> String { Mirror(reflecting: body).children.first?.label ?? "" }

    private static func deed(
        _ start: Int?, _ studio: inout Studio, _ desk: Desk, _ random: inout Seeded
    ) -> (Body, String?, Bool) {
        let isSpoiled = start == nil && Int.random(in: 0..<6, using: &random) == 0
        let place = Int(desk.size)
        let now = desk.story.nowUs + 60_000_000
        let product = Bool.random(using: &random) ? "album" : "novel"
        switch start ?? Int.random(in: 0..<20, using: &random) {
        case 0: return buy(&studio, place, now, &random, isSpoiled)
        case 1...3:
            // Paid orders that wait are handed over.
            let name = studio.orders.keys.sorted().randomElement(using: &random) ?? "none"
            guard var order = studio.orders[name] else { return (.handOver(name), nil, false) }
            let due = Studio.total(order.lines).all - order.paid
            if due > 0 {
                order.paid += due
                studio.orders[name] = order
                return (.capture("p\(place)", name, due), nil, true)
            }
            let isLegal = !order.isHandedOver
            order.isHandedOver = true
            order.handedOverUs = now
            studio.orders[name] = order
            return (.handOver(name), nil, isLegal)
        case 4: return split(&studio, product, place, now, &random, isSpoiled)
        case 5...8: return license(&studio, place, now, &random, isSpoiled)
        case 9: return refund(&studio, place, now, &random)
        case 10: return chargeback(&studio, place, now, &random)
        case 11, 16:
            // Rather those of which something was refunded.
            let names = studio.licences.keys.sorted()
            let fallen = names.filter { studio.isFallen($0) }
            let name = (isSpoiled || fallen.isEmpty ? names : fallen).randomElement(using: &random) ?? "none"
            guard var licence = studio.licences[name], let line = studio.orders[licence.order]?.lines[licence.line]
            else { return (.revocation(name), nil, false) }
            let us = told(now, &random)
            let isLegal = studio.isFallen(name) && us >= max(licence.us, studio.fallsUs(name))
            licence.isRevoked = true
            studio.licences[name] = licence
            if isLegal, let sheet = licence.sheet { studio.share(-licence.amount, sheet, line.product) }
            return (.revocation(name), InstantText.format(us: us), isLegal)
        case 15:
            let name = studio.licences.keys.sorted().randomElement(using: &random) ?? "none"
            guard var licence = studio.licences[name], let line = studio.orders[licence.order]?.lines[licence.line]
            else { return (.download(name, "d\(place)"), nil, false) }
            let us = told(now, &random)
            let isLegal =
                !licence.isRevoked && licence.downloads < 2 && line.refunded < line.amount && us >= licence.us
                && studio.orders[licence.order]?.isChargedBack == false
            licence.downloads += 1
            studio.licences[name] = licence
            return (.download(name, "d\(place)"), InstantText.format(us: us), isLegal)
        case 12:
            if Int.random(in: 0..<4, using: &random) == 0 {
                studio.price = Int64.random(in: 1...300, using: &random)
                return (
                    .streaming(first: Studio.first, plays: UInt32(Studio.playsToOwn), price: studio.price), nil, true
                )
            }
            return credits(&studio, place, now, &random, isSpoiled)
        case 13...14, 17: return play(&studio, product, place, now, &random, isSpoiled)
        case 18:
            let seller = Bool.random(using: &random) ? "sam" : "tia"
            let payable = studio.payable(seller)
            let amount = max(1, payable + (isSpoiled ? 1 : 0))
            studio.paid[seller, default: 0] += amount
            return (.payout("v\(place)", seller, amount), nil, amount <= payable)
        default:
            let played = ["album", "novel"].first { studio.credits[$0] ?? 0 > 0 }
            return settle(&studio, isSpoiled ? product : played ?? product, place, told(now, &random), isSpoiled)
        }
    }

    /// When it happened: some is told late, but never from before the works were on sale.
    private static func told(_ now: Int64, _ random: inout Seeded) -> Int64 {
        guard Int.random(in: 0..<6, using: &random) == 0 else { return now }
        return max(Story().nowUs + Int64(opening.count + 1) * 60_000_000, now - 240_000_000)
    }

    /// All that was paid goes back, or such a chargeback is reversed.
    private static func chargeback(
        _ studio: inout Studio, _ place: Int, _ now: Int64, _ random: inout Seeded
    ) -> (Body, String?, Bool) {
        let name = studio.orders.filter { $0.value.paid > 0 }.keys.sorted().randomElement(using: &random) ?? "none"
        guard var order = studio.orders[name] else { return (.chargeback("b\(place)", name, 1), nil, false) }
        defer { studio.orders[name] = order }
        if let known = order.chargeback {
            order.chargeback = nil
            return (.chargebackReversal(known.name, known.amount), nil, true)
        }
        order.chargeback = ("b\(place)", order.paid, now)
        return (.chargeback("b\(place)", name, order.paid), nil, true)
    }

    private static func buy(
        _ studio: inout Studio, _ place: Int, _ now: Int64, _ random: inout Seeded, _ isSpoiled: Bool
    ) -> (Body, String?, Bool) {
        var lines: [Studio.Line] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            lines.append(
                Studio.Line(
                    product: Bool.random(using: &random) ? "album" : "novel",
                    seller: Bool.random(using: &random) ? "sam" : "tia",
                    amount: Int64.random(in: 1...999, using: &random)))
        }
        let total = Studio.total(lines)
        studio.orders["o\(place)"] = Studio.Order(us: now, place: place, lines: lines)
        let taxes = [("gst", total.gst), ("qst", total.qst)].filter { $0.1 != 0 }
        return (
            .purchase(
                "o\(place)", "ana", lines.map { .of($0.product, $0.seller, $0.amount, .digital) }, taxes: taxes,
                total: total.all + (isSpoiled ? 1 : 0)), nil, !isSpoiled
        )
    }

    private static func split(
        _ studio: inout Studio, _ product: String, _ place: Int, _ now: Int64, _ random: inout Seeded, _ isSpoiled: Bool
    ) -> (Body, String?, Bool) {
        let creators = ["eve", "fay", "gil"].shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        var left: Int64 = 1_000_000
        var parts: [(creator: String, ppm: Int64)] = []
        for (index, creator) in creators.enumerated() {
            let part = index == creators.count - 1 ? left : Int64.random(in: 1...(left - 2), using: &random)
            parts.append((creator, part))
            left -= part
        }
        // One in three says what held for ten minutes already.
        let us = Int.random(in: 0..<3, using: &random) == 0 ? now - 600_000_000 : now
        studio.sheets[product, default: []].append(Studio.Sheet(us: us, place: place, parts: parts))
        if isSpoiled { parts[0].ppm += 1 }
        return (
            .split(product, parts.map { ($0.creator, "author", UInt32($0.ppm)) }), InstantText.format(us: us),
            !isSpoiled
        )
    }

    private static func license(
        _ studio: inout Studio, _ place: Int, _ now: Int64, _ random: inout Seeded, _ isSpoiled: Bool
    ) -> (Body, String?, Bool) {
        let name = studio.orders.keys.sorted().randomElement(using: &random) ?? "none"
        guard let order = studio.orders[name] else { return (.licence("l\(place)", name), nil, false) }
        let line = isSpoiled ? order.lines.count : Int.random(in: 0..<order.lines.count, using: &random)
        let body = Body.licence("l\(place)", name, line: UInt32(line))
        let us = told(now, &random)
        guard !isSpoiled, order.isHandedOver, us >= order.handedOverUs, !order.isChargedBack,
            !studio.licences.values.contains(where: { $0.order == name && $0.line == line && !$0.isRevoked }),
            order.lines[line].refunded < order.lines[line].amount
        else { return (body, InstantText.format(us: us), false) }
        let sheet = studio.inForce(order.lines[line].product, at: order.us, before: order.place)
        let amount = Studio.nets(order.lines)[line]
        studio.licences["l\(place)"] = Studio.Licence(
            order: name, line: line, us: us, amount: amount, sheet: sheet, refunded: order.lines[line].refunded)
        if let sheet { studio.share(amount, sheet, order.lines[line].product) }
        return (body, InstantText.format(us: us), true)
    }

    private static func refund(
        _ studio: inout Studio, _ place: Int, _ now: Int64, _ random: inout Seeded
    ) -> (Body, String?, Bool) {
        let name = studio.orders.keys.sorted().randomElement(using: &random) ?? "none"
        // Goods come back also after a chargeback.
        guard var order = studio.orders[name], order.isHandedOver else {
            return (.refund("none", "r\(place)", [(0, 1, 0)]), nil, false)
        }
        let line = Int.random(in: 0..<order.lines.count, using: &random)
        let left = order.lines[line].amount - order.lines[line].refunded
        guard left > 0 else { return (.refund(name, "r\(place)", [(UInt32(line), 1, 0)]), nil, false) }
        let amount = Bool.random(using: &random) ? left : Int64.random(in: 1...left, using: &random)
        let before = Studio.total(order.lines)
        order.lines[line].refunded += amount
        order.refunds.append((line, place, now))
        let after = Studio.total(order.lines)
        studio.orders[name] = order
        studio.follow(name)
        let taxes = [("gst", before.gst - after.gst), ("qst", before.qst - after.qst)].filter { $0.1 != 0 }
        return (.refund(name, "r\(place)", [(UInt32(line), amount, 0)], taxes: taxes), nil, true)
    }

    private static func credits(
        _ studio: inout Studio, _ place: Int, _ now: Int64, _ random: inout Seeded, _ isSpoiled: Bool
    ) -> (Body, String?, Bool) {
        let listener = Bool.random(using: &random) ? "ana" : "bob"
        let count = Int64.random(in: 1...3, using: &random)
        let amount = count * studio.price
        studio.listeners[listener]?.credits += count * 1_000_000
        studio.listeners[listener]?.value += amount * 1_000_000
        studio.sold += amount
        if studio.listeners[listener]?.firstUs == .max { studio.listeners[listener]?.firstUs = now }
        let taxes = [("gst", Market.halfUp(amount, ppm: 50_000)), ("qst", Market.halfUp(amount, ppm: 99_750))]
        return (
            .credits(
                "c\(place)", listener, count, amount: amount + (isSpoiled ? 1 : 0), taxes: taxes.filter { $0.1 != 0 }),
            nil, !isSpoiled
        )
    }

    private static func play(
        _ studio: inout Studio, _ product: String, _ place: Int, _ now: Int64, _ random: inout Seeded, _ isSpoiled: Bool
    ) -> (Body, String?, Bool) {
        let listener = Bool.random(using: &random) ? "ana" : "bob"
        let body = Body.play("w\(place)", isSpoiled ? "lamp" : product, listener)
        let us = told(now, &random)
        let time = InstantText.format(us: us)
        let (cost, owns) = studio.cost(listener, product)
        guard !isSpoiled, let sheet = studio.inForce(product, at: us, before: place),
            var known = studio.listeners[listener], known.credits >= cost,
            us >= known.firstUs
        else { return (body, time, false) }
        let value = cost == 0 ? 0 : known.value * cost / known.credits
        known.credits -= cost
        known.value -= value
        known.plays[product, default: 0] += 1
        if owns { known.owned.insert(product) }
        studio.listeners[listener] = known
        studio.credits[product, default: 0] += cost
        studio.playedUs[product] = max(us, studio.playedUs[product] ?? us)
        studio.values[product, default: [:]][sheet.place, default: (0, 0)].brought += value
        return (body, time, true)
    }

    private static func settle(
        _ studio: inout Studio, _ product: String, _ place: Int, _ us: Int64, _ isSpoiled: Bool
    ) -> (Body, String?, Bool) {
        let credits = studio.credits[product] ?? 0
        let (amount, values) = studio.unsettled(product)
        let body = Body.playsSettled(
            "s\(place)", product, microcredits: credits, amount: amount + (isSpoiled ? 1 : 0))
        let time = InstantText.format(us: us)
        guard !isSpoiled, credits > 0, us >= studio.playedUs[product] ?? us else { return (body, time, false) }
        let creators = Market.halfUp(amount, ppm: Studio.creatorsPpm)
        for (value, part) in zip(values, Market.share(creators, values.map(\.value))) {
            if let sheet = studio.sheets[product]?.first(where: { $0.place == value.place }) {
                studio.share(part, sheet, product)
            }
            studio.values[product]?[value.place]?.settled += value.value
        }
        studio.credits[product] = 0
        studio.settled += amount
        studio.revenue += amount - creators
        return (body, time, true)
    }
}
