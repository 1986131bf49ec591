import Accounting
import Commerce
import Events
import Fixtures
import Testing

/// What an operator may charge: unit-days and handling, by owning book and site.
@Suite("Storage used")
struct StorageUsageTests {
    @Test func `a unit counts for each evening that it stands there`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "north", "novel", 10, cost: 10), in: "boreal", at: "2017-02-01T15:00:00Z")
        try desk.record(.receipt("r2", "north", "atlas", 1, cost: 10), in: "boreal", at: "2017-02-03T15:00:00Z")
        try desk.record(.move("m1", "north", "shop", "novel", 4), in: "boreal", at: "2017-02-10T15:00:00Z")
        // Late: it counts from its own day on.
        try desk.record(.receipt("r3", "north", "atlas", 2, cost: 10), in: "boreal", at: "2017-02-09T15:00:00Z")

        let february = try #require(desk.usage("boreal", "north", "2017-02-01", "2017-02-28"))
        #expect(february.unitDays == 9 * 10 + 19 * 6 + 26 * 1 + 20 * 2)
        #expect(february.unitsAtEnd == 9)
        #expect(february.handled(.received) == (13, 3))
        #expect(february.handled(.moved) == (4, 1))
        let march = try #require(desk.usage("boreal", "north", "2017-03-01", "2017-03-31"))
        #expect(march.unitDays == 31 * 9)
        #expect(march.handled(.received) == (0, 0))
        #expect(try #require(desk.usage("boreal", "shop", "2017-02-10", "2017-02-10")).unitDays == 4)
        #expect(try #require(desk.usage("boreal", "north", "2017-01-01", "2017-01-31")).unitDays == 0)
        #expect(try #require(desk.usage("boreal", "north", "2017-03-02", "2017-03-01")).unitDays == 0)
        #expect(try #require(desk.usage("depot", "north", "2017-02-01", "2017-02-28")).unitDays == 0)

        // The operator's sites together: "shop" is not one of them.
        let (owner, provider) = (try #require(desk.book("boreal")), try #require(desk.book("depot")))
        let all = desk.views.storageUsage(
            owner: owner, operator: provider, from: Story.day("2017-02-01"), to: Story.day("2017-02-28"))
        #expect(all == february)
        // As known before the late receipt was recorded, on the day of the move.
        let known = desk.views.storageUsage(
            owner: owner, operator: provider, from: Story.day("2017-02-01"), to: Story.day("2017-02-28"),
            knownBy: Story.day("2017-02-09"))
        #expect(known.unitDays == 28 * 10 + 26 * 1)
    }

    @Test func `a month stored and picked is billed by what the ledger counted`() throws {
        let desk = try Desk.warehouses()
        try desk.record(
            in: "depot",
            .agreement(
                "storage", client: "boreal", kind: .warehousing, from: "2017-02-01",
                [
                    .unit("storage-day", 2), .unit("pick", 85), .unit("ship", 30), .unit("return", 50),
                    .unit("hour", 1),
                    .period("desk", 12_000), .percent("receive", ppm: 10_000),
                ]), at: "2017-01-31T15:00:00Z", approvedBy: ["dee", "sam"])
        desk.story.book = "grand-io"
        try desk.record(.receipt("r1", "north", "novel", 100, cost: 100), in: "boreal", at: "2017-02-01T15:00:00Z")
        try desk.record(
            .purchase("o1", "ana", [.of("novel", "boreal", 12_000, quantity: 12, .zeroRated)]),
            at: "2017-02-10T15:00:00Z")
        try desk.record(.pick("o1", "north", [("novel", 12, "")]), in: "boreal", at: "2017-02-11T15:00:00Z")
        try desk.record(.ship("o1", "north", [("novel", 10, "")]), in: "boreal", at: "2017-02-15T15:00:00Z")
        let provider = try #require(desk.book("depot"))
        let (from, to) = (try CivilDate("2017-02-01"), try CivilDate("2017-02-28"))
        func bill(_ given: [String: Int64] = [:]) throws -> BillProposal {
            try Billing.propose(
                "storage", provider, from: from, to: to, quantities: given, at: desk.story.nowUs, desk.views)
        }
        // 14 evenings of 100 and 14 of 90; what is a percentage of an amount is never measured in units.
        let bill1 = try bill()
        #expect(bill1.lines.map(\.fee) == ["storage-day", "pick", "ship", "desk"])
        #expect(bill1.lines.map(\.quantity) == [2_660, 12, 10, 1])
        #expect(bill1.lines.map(\.amountMinor) == [5_320, 1_020, 300, 12_000])
        #expect(bill1.totalMinor == 18_640)
        // What is given counts more than what was measured.
        #expect(try bill(["pick": 11, "hour": 60]).lines.map(\.quantity) == [2_660, 11, 10, 60, 1])
        try desk.record(
            .serviceInvoice(
                "f1", "storage", from: from.text, to: to.text,
                bill1.lines.map { .line($0.fee, $0.quantity, $0.amountMinor) }), in: "depot",
            at: "2017-03-01T15:00:00Z")
        #expect(desk.balance(in: "depot", "revenue:services") == -18_640)
        #expect(desk.balance(in: "boreal", "expenses:services") == 18_640)
        #expect(desk.balance(in: "boreal", "assets:inventory") == 90)
    }

    @Test func `picking, packing, shipping and returns are counted where they happen`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "north", "novel", 10, cost: 10), in: "boreal")
        try desk.record(.receipt("r2", "north", "atlas", 10, cost: 10), in: "boreal")
        try desk.record(
            .purchase(
                "o1", "ana",
                [
                    .of("novel", "boreal", 100, quantity: 3, .zeroRated),
                    .of("atlas", "boreal", 100, quantity: 2, .zeroRated),
                ]))
        try desk.record(.pick("o1", "north", [("novel", 3, ""), ("atlas", 2, "")]), in: "boreal")
        try desk.record(.pack("o1", "north", "c1"), in: "boreal")
        try desk.record(.ship("o1", "north", [("novel", 3, ""), ("atlas", 1, "")]), in: "boreal")
        try desk.record(.comeBack("k1", "o1", "shop", [("novel", 1, "")]), in: "boreal")
        let north = try #require(desk.usage("boreal", "north", "2017-01-01", "2017-01-31"))
        #expect(north.handled(.picked) == (5, 2))
        #expect(north.handled(.packed) == (5, 1))
        #expect(north.handled(.shipped) == (4, 2))
        #expect(north.handled(.returned) == (0, 0))
        #expect(try #require(desk.usage("boreal", "shop", "2017-01-01", "2017-01-31")).handled(.returned) == (1, 1))
    }
}
