import Accounting
import Commerce
import Events
import Fixtures
import Testing

/// What cannot be is refused with its field and what would be accepted, and leaves nothing behind.
@Suite("Refusals of payments, trade and rides")
struct TradeRefusalTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let body: Body
        let field: String
        let accepted: String?
        let line: Int
        init(_ body: Body, _ field: String, _ accepted: String? = nil, line: Int = #line) {
            self.body = body
            self.field = field
            self.accepted = accepted
            self.line = line
        }
        var testDescription: String { "\(field), line \(line)" }
    }

    private static let milk = PurchaseLine.of("milk", "sam", 1_000, .zeroRated)
    private static let later = "2017-06-01T15:00:00Z"

    /// o1 unpaid with hold a1 of 400, o2 paid by 815, o4 cancelled, card c1 with 500; ride r1 requested, r2 under way with dan, r3 completed.
    private static let history: [Body] = [
        .identity("dan"), .admission("dan", [.driver]), .rideRule(),
        .purchase("o1", "ana", [milk]), .authorization("a1", "o1", 400, expires: later),
        .purchase("o2", "ana", [milk]), .capture("p2", "o2", 1_000),
        .purchase("o4", "ana", [milk]), .cancellation("o4"), .giftCard("c1", "bob", 500),
        .supplierInvoice("f1", "tom", [("expenses:rent", 1_000)], taxes: [("gst", 50)]),
        .chargeback("k1", "o2", 300), .payout("x1", "tom", 100, of: "liabilities:accounts-payable"),
        .rideRequest("r1", "ana"), .rideRequest("r2", "ana"), .rideAcceptance("r2", "dan"), .rideStart("r2"),
        .rideCompletion("r2", base: 1_000, levy: 90, taxes: [], platform: 200),
        .rideRequest("r3", "ana", with: ["tom"]),
        .rideAcceptance("r3", "dan"),
    ]

    static let cases: [Case] = [
        // Holds.
        Case(.authorization("a1", "o1", 1, expires: later), "authorization", "a new authorization id"),
        Case(.authorization("", "o1", 1, expires: later), "authorization"),
        Case(.authorization("a2", "o9", 1, expires: later), "order"),
        Case(.authorization("a2", "o4", 1, expires: later), "order"),
        Case(.authorization("a2", "o1", 601, expires: later), "amountMinor", "at most 600"),
        Case(.authorization("a2", "o2", 1, expires: later), "amountMinor", "at most 0"),
        Case(.authorization("a2", "o1", 0, expires: later), "amountMinor"),
        Case(.authorization("a2", "o1", 1, expires: "2017-01-01T00:00:00Z"), "expiresAt"),
        Case(.authorization("a2", "o1", 1, expires: later, ""), "institution"),
        Case(.authorization("a2", "o1", 1, expires: later, currency: "USD"), "currency"),
        Case(.capture("p9", "o1", 1, on: "a9"), "authorization"),
        Case(.capture("p9", "o1", 1, "006", on: "a1"), "institution", "815"),
        Case(.capture("p9", "o1", 401, on: "a1"), "amountMinor", "at most 400"),
        Case(.voiding("a9"), "authorization"),
        Case(.expiry("a9"), "authorization"),
        Case(.expiry("a1"), "effectiveAt", "from 2017-06-01T15:00:00Z on"),
        // Gift cards.
        Case(.giftCard("c1", "bob", 500), "card", "a new card id"),
        Case(.giftCard("c2", "eve", 500), "buyer"),
        Case(.giftCard("c2", "bob", 0), "amountMinor"),
        Case(.giftCard("c2", "bob", 500, ""), "institution"),
        Case(.redeem("c9", "p9", "o1", 1), "card"),
        Case(.redeem("c1", "p2", "o1", 1), "payment", "a new payment id"),
        Case(.redeem("c1", "p9", "o9", 1), "order"),
        Case(.redeem("c1", "p9", "o4", 1), "order"),
        Case(.redeem("c1", "p9", "o1", 501), "amountMinor", "at most 500"),
        Case(.redeem("c1", "p9", "o2", 1), "amountMinor", "at most 0"),
        Case(.payBack("b9", "o2", 1, toCard: "c1"), "amountMinor", "at most 0"),
        // Chargebacks.
        Case(.chargeback("k1", "o2", 1), "chargeback", "a new chargeback id"),
        Case(.chargeback("k2", "o9", 1), "order"),
        Case(.chargeback("k2", "o2", 701), "amountMinor", "at most 700"),
        Case(.chargeback("k2", "o2", 1, "006"), "amountMinor", "at most 0"),
        Case(.chargeback("k2", "o2", 1, fee: -1), "feeMinor"),
        Case(.chargebackReversal("k9", 1), "chargeback"),
        Case(.chargebackReversal("k1", 299), "amountMinor", "300"),
        Case(.chargebackReversal("k1", 300, "006"), "institution", "815"),
        Case(.chargebackRule(.unspecified), "chargebacks.bearer"),
        // Payouts.
        Case(.payout("x9", "tom", 951, of: "liabilities:accounts-payable"), "amountMinor", "at most 950"),
        Case(.payout("x9", "tom", 1, of: "liabilities:gst-payable"), "account"),
        Case(.payout("x9", "tom", 1, of: "liabilities:dividends-payable"), "account"),
        Case(.payoutReturn("x9"), "payout"),
        Case(.payoutReturn("x1", "802"), "returnCode", "900 to 999, for example 902"),
        Case(.payoutReturn("x1", "9021"), "returnCode"),
        Case(.payoutReturn("x1", "9a1"), "returnCode"),
        // Suppliers.
        Case(.supplierInvoice("f1", "tom", [("expenses:rent", 1)]), "invoice", "a new invoice number"),
        Case(.supplierInvoice("f2", "eve", [("expenses:rent", 1)]), "supplier"),
        Case(.supplierInvoice("f2", "tom", []), "lines"),
        Case(.supplierInvoice("f2", "tom", [("revenue:other", 1)]), "lines[0].account"),
        Case(.supplierInvoice("f2", "tom", [("assets:bank", 1)]), "lines[0].account"),
        Case(.supplierInvoice("f2", "tom", [("rent", 1)]), "lines[0].account"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1), ("expenses:rent", 0)]), "lines[1].amountMinor"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1)], taxes: [("pst", 1)]), "taxes[0].tax"),
        Case(
            .supplierInvoice("f2", "tom", [("expenses:rent", 1)], taxes: [("gst", 1), ("gst", 1)]), "taxes[1].tax"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1)], taxes: [("gst", 0)]), "taxes[0].amountMinor"),
        Case(
            .supplierInvoice("f2", "tom", [("expenses:rent", 1_000)], taxes: [("gst", 51)]), "taxes[0].amountMinor",
            "at most 50"),
        Case(
            .supplierInvoice("f2", "tom", [("expenses:rent", 1_010)], taxes: [("gst", 51), ("qst", 102)]),
            "taxes[1].amountMinor", "at most 101"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1_000)], taxes: [("hst", 1)]), "taxes[0].tax"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1)], total: 2), "totalMinor", "1"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1)], due: "demain"), "dueDate"),
        Case(.supplierInvoice("f2", "tom", [("expenses:rent", 1)], due: ""), "dueDate"),
        Case(.remittance("gst", 0, recovered: 51), "recoveredMinor", "at most 50"),
        Case(.remittance("gst", 1, recovered: 0), "amountMinor", "at most 0"),
        Case(.remittance("qst", 0, recovered: 1), "recoveredMinor", "at most 0"),
        Case(.remittance("ride-levy", 91, recovered: 0), "amountMinor", "at most 90"),
        Case(.remittance("hst", 1, recovered: 0), "tax"),
        // Sponsors and places.
        Case(
            .purchase("o9", "ana", [milk.sponsored(.cooperative, "tom", 5)]), "lines[0].discounts[0].funderParty",
            "no funder party"),
        Case(.purchase("o9", "ana", [milk.sponsored(.medium, "eve", 5)]), "lines[0].discounts[0].funderParty"),
        Case(
            .purchase("o9", "ana", [milk.sponsored(.medium, "tom", 5)]), "lines[0].discounts[0].funderParty",
            "a party whose sponsorship policy is in force"),
        Case(
            .sponsorship("tom", 5), "approvals", "tom as actor, or its signature (\"grandlivre approve\")"),
        Case(.sponsorship("eve", 5), "sponsorship.sponsor"),
        Case(.sponsorship("till-1", 5), "sponsorship.sponsor"),
        Case(.sponsorship("tom", -1), "sponsorship.limitMinor"),
        Case(.collection("p2", "tom", 1), "payment", "a new payment id"),
        Case(.collection("p9", "eve", 1), "debtor"),
        Case(.collection("p9", "ana", 1), "amountMinor", "at most 0"),
        Case(.collection("p9", "ana", 0), "amountMinor"),
        Case(.purchase("o9", "ana", [milk], in: "CA-ON"), "jurisdiction", "one of: CA-QC"),
        Case(.limits(credit: -1), "limits.memberCreditMinor"),
        Case(.limits(daily: -1), "limits.institutionDailyMinor"),
        Case(.limits(payout: -1), "limits.payoutMinor"),
        // Rides.
        Case(.rideRequest("r1", "ana"), "ride", "a new ride id"),
        Case(.rideRequest("r9", "eve"), "rider"),
        Case(.rideRequest("r9", "ana", with: ["ana"]), "companions[0].rider"),
        Case(.rideRequest("r9", "ana", with: ["tom", "eve"]), "companions[1].rider"),
        Case(.rideAcceptance("r9", "dan"), "ride"),
        Case(.rideAcceptance("r1", "bob"), "driver", "a member of the driver group"),
        Case(.rideAcceptance("r1", "tom"), "driver"),
        Case(.rideAcceptance("r1", "dan"), "driver", "a driver who is free"),
        Case(.rideAcceptance("r2", "dan"), "ride", "a ride that is requested"),
        Case(.rideStart("r1"), "ride", "a ride that is accepted"),
        Case(.rideCompletion("r3", base: 1, levy: 90, taxes: [], platform: 0), "ride", "a ride that is started"),
        Case(.rideCancellation("r1", by: .unspecified), "by"),
        Case(.rideCancellation("r1", by: .driver), "by"),
        Case(.rideCancellation("r1", by: .rider, fee: 500), "feeMinor", "0"),
        Case(.rideCancellation("r3", by: .rider), "feeMinor", "500"),
        Case(.rideCancellation("r3", by: .driver, fee: 500), "feeMinor", "0"),
        Case(.rideCancellation("r2", by: .rider), "ride"),
        Case(.ridePayment("p9", "r1", "ana", 1), "rider"),
        Case(.ridePayment("p9", "r2", "tom", 1), "rider"),
        Case(.ridePayment("p9", "r2", "ana", 1_091), "amountMinor", "at most 1090"),
        Case(.ridePayment("p2", "r2", "ana", 1), "payment"),
        Case(.rideRule(levy: -1), "rides.levyMinor"),
        Case(.rideRule(platformPpm: 1_000_001), "rides.platformPpm"),
        Case(.rideRule(fee: -1), "rides.cancellationFeeMinor"),
    ]

    @Test(arguments: cases)
    func `it is refused with its field`(_ wrong: Case) throws {
        let desk = try Desk()
        for body in Self.history { try desk.record(body) }
        let balances = desk.balances
        let refusal = try desk.refusal(wrong.body)
        #expect(refusal?.field == wrong.field, "\(refusal?.text(.english) ?? "recorded")")
        if let accepted = wrong.accepted { #expect(refusal?.accepted.english == accepted) }
        #expect(refusal?.text(.french).contains("accepté : ") == true)
        #expect(throws: Refusal.self) { try desk.record(wrong.body) }
        #expect(desk.balances == balances)
    }

    /// r2 cost 10.00 and the levy of 0.90, and is paid.
    static let rideRefunds: [Case] = [
        Case(.rideRefund("b1", "r9", fare: 1, platform: 0), "ride"),
        Case(.rideRefund("b1", "r1", fare: 1, platform: 0), "ride", "a ride that is completed or cancelled"),
        Case(.rideRefund("", "r2", fare: 1, platform: 0), "refund"),
        Case(.rideRefund("b0", "r2", fare: 1, platform: 0), "refund", "a new refund id"),
        Case(.rideRefund("b1", "r2", fare: 901, platform: 180), "fareMinor", "at most 900"),
        Case(.rideRefund("b1", "r2", fare: -1, platform: 0), "fareMinor"),
        Case(.rideRefund("b1", "r2", fare: 0, tip: 1, platform: 0), "tipMinor", "at most 0"),
        Case(.rideRefund("b1", "r2", fare: 100, platform: 19), "platformMinor", "20"),
        Case(.rideRefund("b1", "r2", fare: 100, levy: 90, platform: 20), "levyMinor", "0"),
        Case(.rideRefund("b1", "r2", fare: 900, platform: 180), "levyMinor", "90"),
        Case(.rideRefund("b1", "r2", fare: 100, taxes: [("gst", 1)], platform: 20), "taxes[0].amountMinor"),
        Case(.rideRefund("b1", "r2", fare: 100, platform: 20, total: 101), "totalMinor", "100"),
        Case(.rideRefund("b1", "r2", fare: 0, platform: 0), "totalMinor"),
    ]

    @Test(arguments: rideRefunds)
    func `a ride is refunded by its own fare, once it is paid`(_ wrong: Case) throws {
        let desk = try Desk()
        for body in Self.history { try desk.record(body) }
        let early = try #require(try desk.refusal(.rideRefund("b0", "r2", fare: 100, platform: 20)))
        #expect(early.field == "ride" && early.accepted.english == "a paid ride, or a \"rider\"")
        try desk.record(.ridePayment("p9", "r2", "ana", 1_090), at: "2017-03-01T15:00:00Z")
        let refund = Body.rideRefund("b0", "r2", fare: 100, platform: 20)
        #expect(try desk.refusal(refund, at: "2017-03-01T14:59:59Z")?.field == "effectiveAt")
        try desk.record(refund, at: "2017-03-01T15:00:00Z")
        let refusal = try desk.refusal(wrong.body)
        #expect(refusal?.field == wrong.field, "\(refusal?.text(.english) ?? "recorded")")
        if let accepted = wrong.accepted { #expect(refusal?.accepted.english == accepted) }
    }

    /// r3 is started: what its completion must say.
    static let fares: [Case] = [
        Case(.rideCompletion("r3", base: 1_000, levy: 0, taxes: [], platform: 200), "levyMinor", "90"),
        Case(.rideCompletion("r3", base: 1_000, levy: 90, taxes: [], platform: 199), "platformMinor", "200"),
        Case(.rideCompletion("r3", base: 1_000, levy: 90, taxes: [("gst", 1)], platform: 200), "taxes[0].amountMinor"),
        Case(
            .rideCompletion("r3", base: 1_000, levy: 90, taxes: [], platform: 200, total: 1_091), "totalMinor", "1090"),
        Case(.rideCompletion("r3", base: 0, levy: 90, taxes: [], platform: 0), "baseMinor"),
        Case(.rideCompletion("r3", base: -1, levy: 90, taxes: [], platform: 0), "baseMinor"),
        Case(
            .rideCompletion("r3", base: 100, discount: 101, levy: 90, taxes: [], platform: 20), "discountMinor",
            "at most 100"),
        Case(.rideCompletion("r3", base: 1_000, levy: 90, taxes: [], tip: -1, platform: 200), "tipMinor"),
        Case(.rideCompletion("r3", base: 1_000, levy: 90, taxes: [], platform: 200, currency: "USD"), "currency"),
    ]

    @Test(arguments: fares)
    func `a fare is what the policies say, to the cent`(_ wrong: Case) throws {
        let desk = try Desk()
        for body in Self.history + [.rideStart("r3")] { try desk.record(body) }
        let refusal = try desk.refusal(wrong.body)
        #expect(refusal?.field == wrong.field, "\(refusal?.text(.english) ?? "recorded")")
        if let accepted = wrong.accepted { #expect(refusal?.accepted.english == accepted) }
    }

    @Test func `limits refuse with what is left, from their own day on`() throws {
        let desk = try Desk()
        func buy(_ order: String, _ amount: Int64) -> Body {
            .purchase(order, "ana", [.of("milk", "sam", amount, .zeroRated)])
        }
        try desk.record(buy("o1", 6_000), at: "2017-03-01T15:00:00Z")
        try desk.record(.limits(credit: 10_000, daily: 5_000, payout: 2_000), at: "2017-03-02T15:00:00Z")
        #expect(try desk.refusal(buy("o2", 4_001))?.accepted.english == "at most 4000")
        // Backdating does not escape the limit.
        #expect(
            try desk.refusal(buy("o2", 4_001), at: "2017-03-02T14:59:59Z")?.accepted.english == "at most 4000")
        try desk.record(buy("o2", 4_000))
        #expect(try desk.refusal(buy("o3", 1))?.field == "totalMinor")
        #expect(try desk.refusal(.rideRequest("r1", "ana"))?.field == "rider")
        try desk.record(.capture("p1", "o1", 3_000))
        #expect(try desk.refusal(.capture("p2", "o1", 2_001))?.accepted.english == "at most 2000")
        #expect(try desk.refusal(.giftCard("c1", "bob", 2_001))?.accepted.english == "at most 2000")
        #expect(try desk.refusal(.capture("p2", "o1", 2_001, "006")) == nil)
        try desk.record(.capture("p2", "o1", 2_000))
        // Another local day, five hours behind UTC.
        #expect(try desk.refusal(.capture("p3", "o1", 1_000), at: "2017-03-03T04:59:59Z")?.field == "amountMinor")
        try desk.record(.capture("p3", "o1", 1_000), at: "2017-03-03T05:00:00Z")
        try desk.record(.handOver("o1"))
        #expect(try desk.refusal(.payout("x1", "sam", 2_001))?.accepted.english == "at most 2000")
        try desk.record(.payout("x1", "sam", 2_000))
    }

    @Test func `tax is recovered by whoever charges it that day, by the rates of that day`() throws {
        let desk = try Desk(opening: [.founding(), .calendar(), .identity("tom")])
        func bill(_ gst: Int64) -> Body {
            .supplierInvoice("f1", "tom", [("expenses:rent", 110), ("expenses:rent", 110)], taxes: [("gst", gst)])
        }
        #expect(try desk.refusal(bill(1))?.field == "taxes[0].tax")
        try desk.record(.taxes(), at: "2017-03-01T15:00:00Z")
        #expect(try desk.refusal(bill(12)) == nil)
        #expect(try desk.refusal(bill(13))?.accepted.english == "at most 12")
        #expect(try desk.refusal(bill(1), at: "2017-02-28T15:00:00Z")?.field == "taxes[0].tax")
    }

    @Test func `a sponsor pays what it took upon itself, and no more`() throws {
        let desk = try Desk()
        let milk = Self.milk
        func buy(_ order: String, _ discounts: Int64...) -> Body {
            .purchase(order, "ana", discounts.map { milk.sponsored(.medium, "tom", $0) })
        }
        try desk.record(.sponsorship("tom", 100), by: "tom", at: "2017-03-02T15:00:00Z")
        #expect(
            try desk.refusal(buy("o1", 1), at: "2017-03-02T14:59:59Z")?.field == "lines[0].discounts[0].funderParty")
        try desk.record(buy("o1", 60), at: "2017-03-02T15:01:00Z")
        // A seller that sponsors itself would be paid by its own promise.
        try desk.record(.sponsorship("sam", 100), by: "sam")
        let own = Body.purchase("o9", "ana", [milk.sponsored(.medium, "sam", 5)])
        #expect(try desk.refusal(own)?.accepted.english == "FUNDER_SELLER: it sells for less")
        let refusal = try #require(try desk.refusal(buy("o2", 20, 21)))
        #expect(refusal.field == "lines" && refusal.accepted.english == "at most 40")
        try desk.record(buy("o2", 20, 20))
        // Nothing is collected before it is owed: 60 by the first purchase, 40 by the second.
        let second = InstantText.format(us: desk.story.nowUs)
        try desk.record(.identity("ted"))
        let early = try #require(try desk.refusal(.collection("p0", "tom", 61), at: "2017-03-02T15:01:00Z"))
        #expect(early.field == "effectiveAt" && early.accepted.english == "\(second) or later")
        #expect(try desk.refusal(.collection("p0", "tom", 60), at: "2017-03-02T15:01:00Z") == nil)
        #expect(try desk.refusal(.collection("p0", "tom", 60), at: "2017-03-02T15:00:59Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.collection("p0", "tom", 100), at: second) == nil)
        // What is collected stays granted; what is taken back may be granted again.
        #expect(
            try desk.record(.collection("p0", "tom", 70)) == ["assets:in-transit 815 70", "assets:receivable tom -70"])
        #expect(try desk.refusal(.collection("p1", "tom", 31))?.accepted.english == "at most 30")
        #expect(try desk.refusal(buy("o3", 1))?.accepted.english == "at most 0")
        try desk.record(.cancellation("o1"))
        #expect(desk.balance("assets:receivable", "tom") == -30)
        #expect(try desk.refusal(.collection("p1", "tom", 1))?.accepted.english == "at most 0")
        try desk.record(buy("o3", 60))
        try desk.record(.sponsorship("tom", 0), by: "tom")
        #expect(try desk.refusal(buy("o4", 1))?.field == "lines[0].discounts[0].funderParty")
    }

    @Test func `a sponsor signs where roles say who adopts policies`() throws {
        let desk = try Desk()
        try desk.record(.signingKey(of: "tom"))
        try desk.record(.signingKey(of: "sam"))
        try desk.record(.grant("ana", .administrator))
        func sign(_ name: String) throws -> (String, SigningSeed) { (name, try SigningSeed.of(name)) }
        #expect(try desk.refusal(.sponsorship("tom", 5), by: "tom")?.field == "actor")
        #expect(try desk.refusal(.sponsorship("tom", 5), by: "ana")?.field == "approvals")
        #expect(
            try desk.refusal(.sponsorship("tom", 5), by: "ana", approvedBy: [sign("sam")])?.field
                == "approvals[0].approver")
        #expect(try desk.refusal(.sponsorship("tom", 5), by: "ana", approvedBy: [sign("tom")]) == nil)
    }

    @Test func `no book says which key is a sponsor's that another registered`() throws {
        let desk = try Desk()
        try desk.record(in: "other", .founding(name: "other", clock: .machine))
        let (home, forged, own) = (SigningSeed(), SigningSeed(), SigningSeed())
        try desk.record(in: "grand-io", .signingKey("tom", home.publicKey))
        try desk.record(in: "other", .signingKey("tom", forged.publicKey))
        func refusal(_ seed: SigningSeed) throws -> Refusal? {
            try desk.refusal(.sponsorship("tom", 5), by: "till-1", approvedBy: [("tom", seed)])
        }
        #expect(try refusal(forged)?.field == "approvals[0].signature")
        #expect(try refusal(own)?.field == "approvals[0].signature")
        #expect(try refusal(home) == nil)
        try desk.record(.signingKey("tom", own.publicKey), by: "tom")
        #expect(try refusal(own) == nil)
        try desk.record(.signingKeyRevoked("tom", own.publicKey))
        #expect(try refusal(own)?.field == "approvals[0].signature")
    }

    @Test func `money goes back the way it came`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [Self.milk]))
        try desk.record(.capture("p1", "o1", 600))
        try desk.record(.capture("p2", "o1", 400, "006"))
        try desk.record(.cancellation("o1"))
        #expect(try desk.refusal(.payBack("b1", "o1", 1, "001"))?.accepted.english == "at most 0")
        #expect(try desk.refusal(.payBack("b1", "o1", 401, "006"))?.accepted.english == "at most 400")
        try desk.record(.payBack("b1", "o1", 400, "006"))
        #expect(try desk.refusal(.payBack("b2", "o1", 1, "006"))?.accepted.english == "at most 0")
        #expect(try desk.refusal(.chargeback("k1", "o1", 401, "006"))?.accepted.english == "at most 400")
        try desk.record(.chargeback("k1", "o1", 100))
        #expect(try desk.refusal(.chargeback("k2", "o1", 501))?.accepted.english == "at most 500")
        try desk.record(.payBack("b2", "o1", 500))
        #expect(desk.balance("assets:receivable", "ana") == 0)
        #expect(try desk.refusal(.payBack("b3", "o1", 1))?.accepted.english == "at most 0")
    }

    @Test func `nothing is effective before what it follows from`() throws {
        let desk = try Desk()
        var times: [(body: Body, cause: String)] = []
        func record(_ body: Body, at time: String) throws { try desk.record(body, at: time) }
        try record(.purchase("o1", "ana", [Self.milk]), at: "2017-03-01T15:00:00Z")
        try record(.purchase("o2", "ana", [Self.milk]), at: "2017-03-01T15:00:00Z")
        try record(.purchase("o3", "ana", [Self.milk]), at: "2017-03-01T15:00:00Z")
        try record(.authorization("a1", "o1", 400, expires: Self.later), at: "2017-03-01T16:00:00Z")
        try record(.giftCard("c1", "bob", 500), at: "2017-03-01T17:00:00Z")
        try record(.capture("p2", "o2", 1_000), at: "2017-03-01T18:00:00Z")
        try record(.handOver("o2"), at: "2017-03-01T19:00:00Z")
        try record(.chargeback("k1", "o2", 300), at: "2017-03-01T20:00:00Z")
        try record(.capture("p3", "o3", 1_000), at: "2017-03-01T20:00:00Z")
        try record(.cancellation("o3"), at: "2017-03-01T21:00:00Z")
        try record(.supplierInvoice("f1", "tom", [("expenses:rent", 1_000)]), at: "2017-03-02T15:00:00Z")
        try record(.payout("x1", "tom", 100, of: "liabilities:accounts-payable"), at: "2017-03-03T15:00:00Z")
        let entry = desk.size
        try record(
            .entry([.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]), at: "2017-03-04T15:00:00Z")
        times = [
            (.authorization("a2", "o1", 1, expires: Self.later), "2017-03-01T15:00:00Z"),
            (.capture("p9", "o1", 1), "2017-03-01T15:00:00Z"),
            (.cancellation("o1"), "2017-03-01T15:00:00Z"),
            (.capture("p9", "o1", 1, on: "a1"), "2017-03-01T16:00:00Z"),
            (.voiding("a1"), "2017-03-01T16:00:00Z"),
            (.redeem("c1", "p9", "o1", 1), "2017-03-01T17:00:00Z"),
            (.refund("o2", "r1", [(0, 10, 0)]), "2017-03-01T20:00:00Z"),
            (.chargeback("k2", "o2", 1), "2017-03-01T18:00:00Z"),
            (.payout("x9", "sam", 960), "2017-03-01T19:00:00Z"),
            (.chargebackReversal("k1", 300), "2017-03-01T20:00:00Z"),
            (.payBack("b9", "o3", 1), "2017-03-01T21:00:00Z"),
            (.payout("x9", "tom", 900, of: "liabilities:accounts-payable"), "2017-03-02T15:00:00Z"),
            (.payoutSettled("x1"), "2017-03-03T15:00:00Z"), (.payoutReturn("x1"), "2017-03-03T15:00:00Z"),
            (.correction(of: entry, []), "2017-03-04T15:00:00Z"),
        ]
        for (body, cause) in times {
            #expect(try desk.refusal(body, at: cause) == nil, "\(body)")
            let early = InstantText.format(us: Story.us(cause) - 1)
            let refusal = try desk.refusal(body, at: early)
            #expect(refusal?.field == "effectiveAt", "\(body)")
            #expect(refusal?.accepted.english == "\(cause) or later", "\(body)")
        }
        #expect(
            try desk.refusal(.settlement("815", day: "2017-03-01", gross: 600), at: "2017-02-28T15:00:00Z")?.field
                == "effectiveAt")
    }

    @Test func `a return covers a period that is over, and what was owed at its end`() throws {
        let desk = try Desk()
        for (order, day) in [("o1", "2017-03-31"), ("o2", "2017-04-01")] {
            try desk.record(
                .purchase(order, "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("qst", 998)]),
                at: "\(day)T15:00:00Z")
        }
        func refusal(_ amount: Int64, _ end: String) throws -> Refusal? {
            try desk.refusal(.remittance("gst", amount, through: end), at: "2017-04-20T15:00:00Z")
        }
        #expect(try refusal(501, "2017-03-31")?.accepted.english == "at most 500")
        #expect(try refusal(501, "2017-04-01") == nil)
        #expect(try refusal(500, "2017-04-21")?.field == "periodEndDate")
        #expect(try refusal(500, "2017-01-01")?.accepted.english == "2017-01-02 to 2017-04-20")
        // What the return of March has paid is not paid again, however the next is dated.
        try desk.record(.remittance("gst", 500, through: "2017-03-31"), at: "2017-04-20T15:00:00Z")
        #expect(try refusal(1, "2017-03-31")?.accepted.english == "at most 0")
        #expect(try refusal(501, "2017-04-20")?.accepted.english == "at most 500")
    }

    @Test func `money goes back once each refund is due, and goods go out once they are paid`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [Self.milk]), at: "2017-03-01T15:00:00Z")
        try desk.record(.capture("p1", "o1", 400), at: "2017-03-01T16:00:00Z")
        try desk.record(.capture("p2", "o1", 600), at: "2017-03-01T18:00:00Z")
        #expect(try desk.refusal(.handOver("o1"), at: "2017-03-01T17:59:59Z")?.field == "effectiveAt")
        #expect(
            try desk.refusal(.refund("o1", "r1", [(0, 401, 0)]), at: "2017-03-01T17:00:00Z")?.field == "effectiveAt")
        try desk.record(.refund("o1", "r1", [(0, 100, 0)]), at: "2017-03-01T19:00:00Z")
        try desk.record(.refund("o1", "r2", [(0, 300, 0)]), at: "2017-03-01T21:00:00Z")
        let early = try desk.refusal(.payBack("b1", "o1", 101), at: "2017-03-01T20:00:00Z")
        #expect(early?.field == "effectiveAt" && early?.accepted.english == "2017-03-01T21:00:00Z or later")
        #expect(try desk.refusal(.payBack("b1", "o1", 100), at: "2017-03-01T20:00:00Z") == nil)
        try desk.record(.payBack("b1", "o1", 400))
        try desk.record(.handOver("o1"))
    }

    @Test func `a debt is paid as it stood, however late the payout is recorded`() throws {
        let desk = try Desk()
        for (order, day) in [("o1", "01"), ("o2", "05")] {
            try desk.record(.purchase(order, "ana", [Self.milk]), at: "2017-03-\(day)T15:00:00Z")
            try desk.record(.capture("p-\(order)", order, 1_000))
            try desk.record(.handOver(order))
        }
        #expect(try desk.refusal(.payout("x1", "sam", 1_920)) == nil)
        #expect(try desk.refusal(.payout("x1", "sam", 960), at: "2017-03-02T15:00:00Z") == nil)
        #expect(try desk.refusal(.payout("x1", "sam", 961), at: "2017-03-02T15:00:00Z")?.field == "effectiveAt")
        try desk.record(.payout("x1", "sam", 1_920), at: "2017-03-06T15:00:00Z")
        try desk.record(.purchase("o3", "ana", [Self.milk]), at: "2017-03-07T15:00:00Z")
        try desk.record(.capture("p-o3", "o3", 1_000))
        try desk.record(.handOver("o3"))
        // What is owed now was not owed on the second: the first sale's money left on the sixth.
        #expect(try desk.refusal(.payout("x2", "sam", 1), at: "2017-03-02T15:00:00Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.payout("x2", "sam", 960)) == nil)
    }
}
