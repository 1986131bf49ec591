import Commerce
import Events
import Fixtures
import Testing

/// What limits of roles and thresholds of approvals are compared with: all that an event moves, whether it says so or not.
@Suite("Amounts of events")
struct EventAmountTests {
    private static let kinds = [
        "purchaseCancelled", "orderHandedOver", "payoutSettled", "payoutReturned", "currencyExchanged", "taxRemitted",
        "rideCompleted", "stockAdjusted", "stockCounted", "stockShipped", "parcelLost", "scanVoided", "licenceGranted",
    ]

    @Test func `every kind that moves worth has its amount`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Story.lockers)
        for body: Body in [
            .purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]), .capture("p1", "o1", 1_000),
            .purchase("o2", "ana", [.of("milk", "sam", 500, .zeroRated)]), .capture("p2", "o2", 500),
            .handOver("o2"), .payout("x1", "sam", 480),
            .clientInvoice("u1", "tom", 100_000, .zeroRated, currency: "USD", worth: 135_000, rate: "r"),
            .clientPayment("u1", 100_000, currency: "USD"),
            .siteOpened("north"), .receipt("r1", "north", "novel", 10, cost: 1_001, supplier: "tom"),
            // What the cooperative adds goes to the creators, too; what the seller leaves off does not.
            .purchase(
                "o4", "ana",
                [
                    PurchaseLine.of("milk", "sam", 100, .zeroRated).sponsored(.cooperative, "", 50)
                        .sponsored(.seller, "", 7)
                ]),
            .promised("o3"), .capture("p3", "o3", 1_000), .parcel("k1", "o3", value: 900),
        ] { try desk.record(body) }
        let prepared = desk.size - 1
        try desk.record(.damage("k1", 250))
        let damaged = desk.size - 1
        try desk.record(.approvalRules(Self.kinds.map { ($0, 1) }))
        for (body, amount) in [
            (.cancellation("o1"), 1_000), (.handOver("o1"), 1_000), (.payoutSettled("x1"), 480),
            (.payoutReturn("x1"), 480),
            // What is sold is carried at 1.35, whatever is said to be had for it.
            (.exchange("e1", sold: 40_000, "USD", bought: 1, "CAD"), 54_000),
            (.exchange("e1", sold: 40_000, "USD", bought: 60_000, "CAD"), 60_000),
            (.exchange("e1", sold: 70, "CAD", bought: 1, "USD"), 70),
            (.exchange("e1", sold: 40_000, "USD", bought: 1, "EUR", worth: 2), 54_000),
            (.remittance("gst", 10, recovered: 5), 15),
            (.rideCompletion("r1", base: 900, discount: 800, levy: 90, taxes: [], platform: 0, total: 190), 990),
            (.adjustment("a1", "north", "novel", -3), 300), (.adjustment("a1", "north", "novel", 20), 2_002),
            (.count("c1", "north", "novel", 4), 600), (.count("c1", "north", "novel", 1_000), 99_099),
            (.ship("o1", "north", [("novel", 2, "")]), 200), (.loss("k1"), 650), (.void("k1", damaged), 250),
            (.licence("l1", "o4"), 150),
        ] as [(Body, Int64)] {
            let refusal = try #require(try desk.refusal(body), "\(body)")
            #expect(refusal.field == "approvals" && refusal.value == "\(amount)", "\(body): \(refusal)")
        }
        // What moves nothing stays below every threshold, and so do goods that cost nothing yet.
        #expect(try desk.refusal(.void("k1", prepared))?.field != "approvals")
        #expect(try desk.refusal(.count("c1", "north", "atlas", 5)) == nil)
    }

    @Test func `a limit holds for what leaves the stock and the tills`() throws {
        let desk = try Desk()
        try desk.record(.siteOpened("north"))
        try desk.record(.receipt("r1", "north", "novel", 10, cost: 1_000, supplier: "tom"))
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        try desk.record(.grant("ana", .administrator))
        try desk.record(.grant("bob", .warehouse, limit: 300), by: "ana")
        try desk.record(.grant("bob", .sales, limit: 999), by: "ana")
        #expect(try desk.refusal(.count("c1", "north", "novel", 7), by: "bob") == nil)
        let refusal = try #require(try desk.refusal(.count("c1", "north", "novel", 6), by: "bob"))
        #expect(refusal.field == "counted" && refusal.accepted.english == "at most 300")
        #expect(try desk.refusal(.cancellation("o1"), by: "bob")?.field == "order")
        #expect(try desk.refusal(.cancellation("o1"), by: "ana") == nil)
    }
}
