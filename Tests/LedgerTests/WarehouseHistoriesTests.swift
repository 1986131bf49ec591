import Bytes
import Commerce
import Events
import Fixtures
import Index
import Ledger
import Testing

/// Random histories of a warehouse, legal and illegal: quantities, values and books are what a second, plain account says.
@Suite("Random warehouses")
struct WarehouseHistoriesTests {
    private static let deeds = 12

    /// Ten thousand histories in memory.
    @Test(arguments: 0..<50)
    func `nothing goes below zero, and the books are worth what is in store`(block: Int) throws {
        var recorded: [Int: Int] = [:]
        var shippedAgain = 0
        for seed in UInt64(block * 200)..<UInt64(block * 200 + 200) {
            var random = Seeded(seed)
            let desk = try Desk.warehouses()
            let opening = desk.story
            var depot = Depot()
            var accepted: [Event] = []
            for step in 0..<Self.deeds {
                let trip = seed % 5 == 0 ? Depot.roundTrip : []
                let deed = depot.deed(&desk.story, &random, act: trip.indices.contains(step) ? trip[step] : nil)
                var events = [deed.event]
                // Orders are paid at once, so that a refund may follow.
                if deed.isLegal, case .purchasePlaced(let body)? = deed.event.body {
                    events.append(desk.story.event(.capture("p-\(body.order)", body.order, body.totalMinor)))
                }
                do {
                    for event in events { try desk.record(event) }
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(deed.event)")
                    accepted += events
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(deed.event)")
                }
                depot = deed.after
            }
            try check(desk, depot, seed)
            if depot.hasShippedAgain { shippedAgain += 1 }
            for event in accepted { recorded[Self.field(event), default: 0] += 1 }
            // Refused events left nothing, and folding again gives the same.
            let quiet = try Desk.warehouses()
            quiet.story = opening
            try quiet.replay(accepted)
            try #require(Rebuild.digests(quiet.views.index) == Rebuild.digests(desk.views.index), "seed \(seed)")
        }
        try #require(shippedAgain > 0, "block \(block)")
        // Every kind had its part.
        for kind in 1...11 { try #require(recorded[kind, default: 0] > 2, "kind \(kind): \(recorded)") }
    }

    /// Which kind of stock event it is; 0 for others.
    private static func field(_ event: Event) -> Int {
        switch event.body {
        case .stockReceived: 1
        case .stockMoved: 2
        case .stockPicked: 3
        case .stockPacked: 4
        case .stockShipped: 5
        case .stockReturned: 6
        case .stockAdjusted: 7
        case .stockCounted: 8
        case .purchaseCancelled: 9
        case .purchaseRefunded: 10
        case .orderHandedOver: 11
        default: 0
        }
    }

    private func check(_ desk: Desk, _ depot: Depot, _ seed: UInt64) throws {
        var values: Int64 = 0
        for (key, goods) in depot.goods {
            let stock = try #require(desk.stock(key.product, owner: key.owner), "seed \(seed)")
            let isRight =
                stock.onHand == goods.total && stock.reserved == goods.reserved && stock.valueMinor == goods.value
            let isSound =
                (0...stock.onHand).contains(stock.reserved) && stock.valueMinor >= 0
                && (stock.valueMinor == 0 || stock.onHand > 0 && key.owner.isEmpty)
            try #require(isRight && isSound, "seed \(seed): \(key) \(stock) \(goods)")
            for site in Depot.sites {
                let place = try #require(desk.place(key.product, owner: key.owner, site), "seed \(seed)")
                let isRight =
                    place.onHand == goods.onHand[site, default: 0] && place.picked == goods.picked[site, default: 0]
                let wasSound = goods.changes.allSatisfy { goods.onHand($0.site, endOf: $0.day) >= 0 }
                try #require(
                    isRight && wasSound && (0...place.onHand).contains(place.picked), "seed \(seed): \(key) \(site)")
            }
            values += stock.valueMinor
        }
        try #require(values == desk.balance(in: "boreal", "assets:inventory"), "seed \(seed)")
        desk.story.book = "boreal"
        let balances = desk.balances
        desk.story.book = "grand-io"
        try #require(balances == depot.balances.filter { $0.value != 0 }, "seed \(seed)")
        try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
        let first = Int64(Story.day("2017-01-04")) + Int64(seed % 5)
        let book = try #require(desk.book("boreal"))
        for site in Depot.sites {
            let record = try #require(Array(site.utf8).withBytes { desk.views.storageSite($0) })
            let usage = desk.views.storageUsage(owner: book, site: record, from: Int32(first), to: Int32(first + 6))
            try #require(usage.unitDays == depot.unitDays(site, first...(first + 6)), "seed \(seed): \(site)")
            let all = desk.views.storageUsage(owner: book, site: record, from: 0, to: .max)
            let isRight = StorageMeasure.allCases.allSatisfy { measure in
                measure == .stored || all.handled(measure) == depot.handled["\(measure) \(site)"] ?? (0, 0)
            }
            try #require(isRight, "seed \(seed): \(site)")
        }
    }

    /// Through the writer, in batches of random size: earlier purchases of a batch count, and a refused batch leaves nothing.
    @Test(arguments: 20_000..<20_006 as Range<UInt64>)
    func `digests are the same after a rebuild and whatever the batches were`(seed: UInt64) throws {
        var random = Seeded(seed)
        let (opened, opening) = try Story.warehouses()
        var story = opened
        let shelf = try Shelf(&story, opening: [])
        try shelf.record(opening)
        var depot = Depot()
        var accepted: [Event] = []
        for step in 0..<25 {
            var batch: [(event: Event, isLegal: Bool)] = []
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                let deed = depot.deed(&story, &random)
                batch.append((deed.event, deed.isLegal))
                if deed.isLegal, case .purchasePlaced(let body)? = deed.event.body {
                    batch.append((story.event(.capture("p-\(body.order)", body.order, body.totalMinor)), true))
                }
                depot = deed.after
            }
            let outcome = try shelf.append(batch.map(\.event), AppendOptions(isPartial: true))
            try #require(
                outcome.receipts.map { $0 != nil } == batch.map(\.isLegal),
                "seed \(seed), step \(step): \(outcome.refused.map { $0.refusal.text(.english) })")
            accepted += batch.filter(\.isLegal).map(\.event)
            var other = story
            var spoiled: DepotDeed
            repeat { spoiled = depot.deed(&other, &random) } while spoiled.isLegal
            let refused = try shelf.append([other.event(.identity("x\(step)")), spoiled.event])
            try #require(refused.refused.map(\.position) == [1], "seed \(seed), step \(step)")
            if step == 12 { try shelf.reopen() }
        }
        try #require(Rebuild.check(shelf.store) { _, _ in }.differing == [], "seed \(seed)")
        var again = Story()
        let whole = try Shelf(&again, opening: [])
        try whole.record(opening + accepted)
        try #require(try whole.root() == shelf.root(), "seed \(seed)")
        try #require(try whole.digests() == shelf.digests(), "seed \(seed)")
    }
}
