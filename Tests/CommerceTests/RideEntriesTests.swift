import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// What rides post and count, to the cent; credits are negative.
@Suite("Rides")
struct RideEntriesTests {
    /// Drivers dan and eli, rider rae of the rider group; ana is a member who is not; tom is no member. GST and QST on rides, levy 0.90,
    /// platform 20 %, fee 5.00.
    static func desk() throws -> Desk {
        let desk = try Desk()
        for body: Body in [
            .taxes(.order, [("gst", .standard, 50_000), ("gst", .transport, 50_000), ("qst", .transport, 99_750)]),
            .rideRule(), .identity("dan"), .identity("eli"), .identity("rae"), .admission("dan", [.driver]),
            .admission("eli", [.driver]), .admission("rae", [.rider]),
        ] { try desk.record(body) }
        return desk
    }

    private func started(_ ride: String, _ rider: String, with companions: [String] = []) throws -> Desk {
        let desk = try Self.desk()
        for body: Body in [
            .rideRequest(ride, rider, with: companions), .rideAcceptance(ride, "dan"), .rideStart(ride),
        ] { #expect(try desk.record(body) == []) }
        return desk
    }

    @Test func `the levy is on top of the fare and bears its taxes`() throws {
        let desk = try started("r1", "rae")
        // Fare 12.00, levy 0.90: GST 5 % of 12.90 is 0.645, QST 9.975 % is 1.286…
        #expect(
            try desk.record(
                .rideCompletion(
                    "r1", base: 350, distance: 600, time: 250, levy: 90, taxes: [("gst", 65), ("qst", 129)], tip: 200,
                    platform: 240)) == [
                    "assets:receivable rae 1684", "liabilities:driver-payable dan -1160",
                    "liabilities:gst-payable -65", "liabilities:qst-payable -129",
                    "liabilities:ride-levy-payable -90", "revenue:rides -240",
                ])
        #expect(
            try desk.record(.ridePayment("p1", "r1", "rae", 1_684)) == [
                "assets:in-transit 815 1684", "assets:receivable rae -1684",
            ])
        #expect(try desk.refusal(.ridePayment("p2", "r1", "rae", 1))?.accepted.english == "at most 0")
        #expect(
            try desk.record(.remittance("ride-levy", 90, recovered: 0)) == [
                "assets:bank 815 -90", "liabilities:ride-levy-payable 90",
            ])
        #expect(
            try desk.record(.payout("x1", "dan", 1_160, of: "liabilities:driver-payable")) == [
                "liabilities:driver-payable dan 1160", "liabilities:payouts-in-transit 815 -1160",
            ])
        // What a refund takes back then, the driver pays back.
        let account = "liabilities:driver-payable"
        try desk.record(.rideRefund("b1", "r1", fare: 0, taxes: [], tip: 200, platform: 0))
        #expect(try desk.refusal(.collection("c1", "dan", 201, of: account))?.accepted.english == "at most 200")
        #expect(
            try desk.record(.collection("c1", "dan", 200, of: account)) == [
                "assets:in-transit 815 200", "liabilities:driver-payable dan -200",
            ])
    }

    @Test func `a refund takes back part of a fare, and the levy with the last of it`() throws {
        let desk = try started("r1", "rae", with: ["ana"])
        // Fare 12.00 less 2.00, levy 0.90: taxes on 10.90; tip 2.00; 7.13 and 7.12 a rider.
        try desk.record(
            .rideCompletion(
                "r1", base: 1_200, discount: 200, levy: 90, taxes: [("gst", 55), ("qst", 109)], tip: 200, platform: 240)
        )
        try desk.record(.ridePayment("p1", "r1", "ana", 727))
        try desk.record(.ridePayment("p2", "r1", "rae", 727))
        // A quarter: 3.00 of the fare, 0.50 of the discount; taxes on 8.40 are 0.42 and 0.84.
        #expect(
            try desk.record(
                .rideRefund("b1", "r1", fare: 250, taxes: [("gst", 13), ("qst", 25)], tip: 100, platform: 60)) == [
                    "expenses:discounts -50", "liabilities:buyer-credits ana -194",
                    "liabilities:buyer-credits rae -194",
                    "liabilities:driver-payable dan 340", "liabilities:gst-payable 13", "liabilities:qst-payable 25",
                    "revenue:rides 60",
                ])
        #expect(
            try desk.record(
                .rideRefund(
                    "b2", "r1", fare: 750, levy: 90, taxes: [("gst", 42), ("qst", 84)], tip: 100, platform: 180)) == [
                    "expenses:discounts -150", "liabilities:buyer-credits ana -533",
                    "liabilities:buyer-credits rae -533", "liabilities:driver-payable dan 820",
                    "liabilities:gst-payable 42", "liabilities:qst-payable 84",
                    "liabilities:ride-levy-payable 90", "revenue:rides 180",
                ])
        for account in ["driver-payable dan", "gst-payable ", "qst-payable ", "ride-levy-payable "] {
            #expect(desk.balances["liabilities:\(account)"] == nil)
        }
        let book = try #require(desk.book)
        #expect(desk.views.patronage(book, year: 2017, group: .driver).allSatisfy { $0.base == 0 })
        #expect(desk.views.patronage(book, year: 2017, group: .rider).allSatisfy { $0.base == 0 })
        try desk.record(.payout("x1", "rae", 727, of: "liabilities:buyer-credits"))
        #expect(desk.balance("liabilities:buyer-credits", "rae") == 0)
    }

    @Test func `one rider's part goes back to that rider alone, at most what they paid for it`() throws {
        let desk = try started("r1", "rae", with: ["ana"])
        // Fare 12.00 less 2.00, levy 0.90, tip 2.00: 7.27 a rider, 5.00 of it the charge.
        try desk.record(
            .rideCompletion(
                "r1", base: 1_200, discount: 200, levy: 90, taxes: [("gst", 55), ("qst", 109)], tip: 200, platform: 240)
        )
        try desk.record(.ridePayment("p1", "r1", "ana", 727))
        // Taxes on 5.90 are 0.30 and 0.59.
        let whole: [(String, Int64)] = [("gst", 25), ("qst", 50)]
        func back(_ rider: String, _ fare: Int64 = 500, tip: Int64 = 0) -> Body {
            .rideRefund("b1", "r1", fare: fare, taxes: whole, tip: tip, platform: 120, to: rider)
        }
        #expect(try desk.refusal(back(""))?.field == "ride")
        #expect(try desk.refusal(back("rae"))?.reason.english == "727 is still to be paid")
        #expect(try desk.refusal(back("dan"))?.field == "rider")
        let more = Body.rideRefund(
            "b1", "r1", fare: 501, taxes: [("gst", 26), ("qst", 50)], platform: 120, to: "ana")
        #expect(try desk.refusal(more)?.accepted.english == "at most 500")
        #expect(try desk.refusal(back("ana", tip: 153))?.accepted.english == "at most 727")
        #expect(
            try desk.record(back("ana", tip: 100)) == [
                "expenses:discounts -100", "liabilities:buyer-credits ana -675",
                "liabilities:driver-payable dan 580", "liabilities:gst-payable 25", "liabilities:qst-payable 50",
                "revenue:rides 120",
            ])
        // The rest, levy included, is for all, each what is left.
        try desk.record(.ridePayment("p2", "r1", "rae", 727))
        #expect(
            try desk.record(
                .rideRefund(
                    "b2", "r1", fare: 500, levy: 90, taxes: [("gst", 30), ("qst", 59)], tip: 100, platform: 120)
            )[1...2] == ["liabilities:buyer-credits ana -52", "liabilities:buyer-credits rae -727"])
        #expect(desk.balance("liabilities:driver-payable", "dan") == 0)
    }

    @Test func `the fee of a cancellation goes back, at the driver's expense`() throws {
        let desk = try Self.desk()
        try desk.record(.rideRequest("r1", "rae", with: ["ana"]))
        try desk.record(.rideAcceptance("r1", "dan"))
        try desk.record(.rideCancellation("r1", by: .rider, fee: 500))
        #expect(try desk.refusal(.rideRefund("b1", "r1", fare: 500))?.field == "ride")
        try desk.record(.ridePayment("p1", "r1", "rae", 500))
        #expect(try desk.refusal(.rideRefund("b1", "r1", fare: 501))?.accepted.english == "at most 500")
        #expect(try desk.refusal(.rideRefund("b1", "r1", fare: 500, to: "ana"))?.field == "rider")
        #expect(
            try desk.record(.rideRefund("b1", "r1", fare: 200, to: "rae")) == [
                "liabilities:buyer-credits rae -200", "liabilities:driver-payable dan 200",
            ])
        #expect(try desk.refusal(.rideRefund("b2", "r1", fare: 301))?.accepted.english == "at most 300")
        try desk.record(.rideRefund("b2", "r1", fare: 300))
        let book = try #require(desk.book)
        #expect(desk.views.driverTotal(desk.party("dan"), year: 2017, .extras, book) == Counters())
    }

    @Test func `a ride that passes a rider's limit of credit is refused, and a payment before the ride`() throws {
        let desk = try started("r1", "rae", with: ["ana"])
        try desk.record(.limits(credit: 841))
        let ride = Body.rideCompletion(
            "r1", base: 350, distance: 600, time: 250, levy: 90, taxes: [("gst", 65), ("qst", 129)], tip: 200,
            platform: 240)
        // 16.84 for two: 8.42 each.
        let refusal = try #require(try desk.refusal(ride))
        #expect(refusal.field == "totalMinor" && refusal.accepted.english == "at most 841")
        try desk.record(.limits(credit: 842))
        try desk.record(ride, at: "2017-01-02T18:00:00Z")
        let early = try #require(try desk.refusal(.ridePayment("p1", "r1", "rae", 842), at: "2017-01-02T17:59:00Z"))
        #expect(early.field == "effectiveAt" && early.accepted.english == "2017-01-02T18:00:00Z or later")
        #expect(early.reason.english.contains("(sequence \(desk.size - 1), "))
    }

    @Test func `a discount is the cooperative's, and taxes are on what is left`() throws {
        let desk = try started("r1", "rae")
        #expect(
            try desk.record(
                .rideCompletion(
                    "r1", base: 1_000, discount: 300, levy: 90, taxes: [("gst", 40), ("qst", 79)], platform: 200))
                == [
                    "assets:receivable rae 909", "expenses:discounts 300", "liabilities:driver-payable dan -800",
                    "liabilities:gst-payable -40", "liabilities:qst-payable -79",
                    "liabilities:ride-levy-payable -90", "revenue:rides -200",
                ])
    }

    @Test func `a shared ride is split to the cent, and counts for members of the group`() throws {
        let desk = try started("r1", "tom", with: ["rae", "ana"])
        #expect(
            try desk.record(
                .rideCompletion("r1", base: 1_000, levy: 90, taxes: [("gst", 55), ("qst", 109)], platform: 200)) == [
                    "assets:receivable ana 418", "assets:receivable rae 418", "assets:receivable tom 418",
                    "liabilities:driver-payable dan -800", "liabilities:gst-payable -55",
                    "liabilities:qst-payable -109", "liabilities:ride-levy-payable -90", "revenue:rides -200",
                ])
        let book = try #require(desk.book)
        // 10.00 in three: ana 3.34, rae and tom 3.33, ties by id. The driver's patronage is the fare less the platform's part.
        let riders = desk.views.patronage(book, year: 2017, group: .rider)
        #expect(riders.map(\.party) == [desk.party("rae")] && riders.map(\.base) == [333])
        let drivers = desk.views.patronage(book, year: 2017, group: .driver)
        #expect(drivers.map(\.party) == [desk.party("dan")] && drivers.map(\.base) == [800])
        let business = desk.views.index.counters(
            desk.views.key.begin(.business).u16(book.id).u16(2_017).u8(UInt8(Group.rider.rawValue)).bytes)
        #expect(business.first == 667 && business.second == 333)
    }

    @Test func `one cent more goes to the first rider in byte order`() throws {
        let desk = try started("r1", "tom", with: ["rae", "ana"])
        #expect(
            try desk.record(
                .rideCompletion("r1", base: 1_001, levy: 90, taxes: [("gst", 55), ("qst", 109)], platform: 200)
            )
            .prefix(3) == ["assets:receivable ana 419", "assets:receivable rae 418", "assets:receivable tom 418"])
    }

    @Test func `only a rider who cancels after a driver accepted owes the fee, and it is the driver's`() throws {
        let desk = try Self.desk()
        try desk.record(.rideRequest("r1", "rae"))
        #expect(try desk.record(.rideCancellation("r1", by: .rider)) == [])
        try desk.record(.rideRequest("r2", "rae"))
        try desk.record(.rideAcceptance("r2", "dan"))
        #expect(try desk.record(.rideCancellation("r2", by: .driver)) == [])
        try desk.record(.rideRequest("r3", "rae"))
        try desk.record(.rideAcceptance("r3", "dan"))
        #expect(
            try desk.record(.rideCancellation("r3", by: .rider, fee: 500)) == [
                "assets:receivable rae 500", "liabilities:driver-payable dan -500",
            ])
        try desk.record(.ridePayment("p1", "r3", "rae", 500))
        // The driver is free again each time.
        try desk.record(.rideRequest("r4", "rae"))
        try desk.record(.rideAcceptance("r4", "dan"))
    }

    @Test func `a ride's steps do not go back in time`() throws {
        let desk = try Self.desk()
        try desk.record(.rideRequest("r1", "rae"), at: "2017-03-01T15:00:00Z")
        #expect(try desk.refusal(.rideAcceptance("r1", "dan"), at: "2017-03-01T14:59:59Z")?.field == "effectiveAt")
        try desk.record(.rideAcceptance("r1", "dan"), at: "2017-03-01T15:00:00Z")
    }

    @Test func `a driver does not ride with himself`() throws {
        let desk = try Self.desk()
        try desk.record(.rideRequest("r1", "rae", with: ["dan"]))
        #expect(try desk.refusal(.rideAcceptance("r1", "dan"))?.field == "driver")
        try desk.record(.rideAcceptance("r1", "eli"))
    }
}
