import Commerce
import Events
import Fixtures
import Testing

/// What cannot be is refused with the field and what would be accepted, in both languages.
@Suite("Refusals of orders and payments")
struct OrderRefusalTests {
    /// A proposal that is refused, told on top of the shared history.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let body: Body
        let field: String
        let accepted: String
        init(_ name: String, _ body: Body, _ field: String, _ accepted: String) {
            self.name = name
            self.body = body
            self.field = field
            self.accepted = accepted
        }
        var testDescription: String { name }
    }

    private static let milk = PurchaseLine.of("milk", "sam", 1_000, .zeroRated)

    private static func buy(_ line: PurchaseLine) -> Body { .purchase("new", "ana", [line]) }

    /// o1 unpaid, o2 paid, o3 handed over, o4 cancelled, o5 handed over and paid out; dan has withdrawn; "old" is delisted.
    static let history: [Body] = [
        .identity("dan"), .admission("dan", [.consumer, .seller]), .withdrawal("dan"), .listing("old"),
        .delisting("old"),
        .listing("sams", seller: "sam", .zeroRated),
        .purchase("o1", "ana", [milk]), .purchase("o2", "ana", [milk]), .capture("p2", "o2", 1_000),
        .purchase("o3", "ana", [milk]), .capture("p3", "o3", 1_000), .handOver("o3"),
        .purchase("o4", "ana", [milk]), .cancellation("o4"),
        .purchase("o5", "ana", [milk]), .capture("p5", "o5", 600), .payout("x3", "sam", 900), .campaign("spring"),
        .attribution("o2", "spring"), .refund("o2", "r1", [(0, 100, 0)]),
    ]

    static let cases: [Case] = [
        // Buyers and sellers.
        Case(
            "an unknown buyer", .purchase("new", "eve", [milk]), "buyer",
            "an identity that identityRegistered made known"),
        Case(
            "a buyer who is no member", .purchase("new", "tom", [milk]), "buyer",
            "a member that memberAdmitted admitted"),
        Case(
            "a buyer who withdrew", .purchase("new", "dan", [milk]), "buyer", "a member at the event's effective time"),
        Case(
            "a member told as non-member", .purchase("new", "ana", [milk], status: .nonMember), "buyerStatus",
            "BUYER_STATUS_MEMBER"),
        Case(
            "a purchase without the buyer's status", .purchase("new", "ana", [milk], status: .unspecified),
            "buyerStatus",
            "BUYER_STATUS_MEMBER or BUYER_STATUS_NON_MEMBER"),
        Case("a line without seller", buy(.of("milk", "", 1_000, .zeroRated)), "lines[0].seller", "1 to 128 bytes"),
        Case(
            "a seller who does not sell", buy(.of("milk", "bob", 1_000, .zeroRated)), "lines[0].seller",
            "a member of the seller group"),
        Case(
            "a seller who withdrew", buy(.of("milk", "dan", 1_000, .zeroRated)), "lines[0].seller",
            "a member at the event's effective time"),
        Case("another seller's product", buy(.of("sams", "reg", 1_000, .zeroRated)), "lines[0].seller", "sam"),
        // Products and arithmetic.
        Case(
            "an unknown product", buy(.of("nix", "sam", 1_000)), "lines[0].product",
            "a product that productListed listed"),
        Case(
            "a delisted product", buy(.of("old", "sam", 1_000)), "lines[0].product",
            "a product that productListed listed"),
        Case("a wrong tax class", buy(.of("milk", "sam", 1_000)), "lines[0].taxClass", "zeroRated"),
        Case(
            "a wrong price arithmetic", buy(.of("milk", "sam", 999, quantity: 2, price: 500, .zeroRated)),
            "lines[0].amountMinor", "1000"),
        Case(
            "a discount left out of the arithmetic",
            buy(.of("milk", "sam", 1_000, quantity: 2, price: 500, discounts: [(.seller, 1)], .zeroRated)),
            "lines[0].amountMinor",
            "999"),
        Case(
            "a discount without funder", buy(.of("milk", "sam", 1, discounts: [(.unspecified, 1)], .zeroRated)),
            "lines[0].discounts[0].funder", "for example FUNDER_SELLER"),
        Case(
            "a discount that the cooperative pays on nothing",
            buy(.of("milk", "sam", 0, quantity: 0, discounts: [(.cooperative, 1)], .zeroRated)),
            "lines[0].discounts[0].amountMinor",
            "no discount that the seller is paid, or a quantity of at least 1"),
        Case(
            "a discount below zero", buy(.of("milk", "sam", 1, discounts: [(.seller, -1)], .zeroRated)),
            "lines[0].discounts[0].amountMinor", "at least 1"),
        Case(
            "a unit price below zero", buy(.of("milk", "sam", 1, price: -1, .zeroRated)), "lines[0].unitPriceMinor",
            "0 to 1000000000000000 minor units"),
        Case("an amount below zero", buy(.of("milk", "sam", -1, .zeroRated)), "lines[0].amountMinor", "at least 0"),
        Case(
            "a quantity below zero", buy(.of("milk", "sam", 1, quantity: -1, .zeroRated)), "lines[0].quantity",
            "at least 0"),
        Case(
            "a product of price and quantity beyond 64 bits",
            buy(.of("milk", "sam", 1, quantity: 1_000_000, price: 1_000_000_000_000_000, .zeroRated)),
            "lines[0].unitPriceMinor", "smaller amounts"),
        Case("an order without lines", .purchase("new", "ana", []), "lines", "1 to 5000 lines"),
        Case("a wrong total", .purchase("new", "ana", [milk], total: 1_001), "totalMinor", "1000"),
        Case("another currency", .purchase("new", "ana", [milk], currency: "EUR"), "currency", "CAD"),
        Case("an order twice", .purchase("o1", "ana", [milk]), "order", "a new order id"),
        // Taxes.
        Case(
            "a tax on zero-rated goods", .purchase("new", "ana", [milk], taxes: [("gst", 50)]), "taxes[0].amountMinor",
            "the tax left out"),
        Case(
            "a tax of no policy", .purchase("new", "ana", [milk], taxes: [("hst", 130)]), "taxes[0].tax", "gst, qst"),
        Case(
            "a wrong tax", .purchase("new", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("qst", 997)]),
            "taxes[1].amountMinor", "998"),
        Case(
            "a tax that is missing", .purchase("new", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500)]),
            "taxes",
            "gst 500, qst 998"),
        Case(
            "a tax told twice in the place of another",
            .purchase("new", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("gst", 500)], total: 11_498),
            "taxes[1].tax", "each tax once"),
        // Payments.
        Case("paying twice", .capture("new", "o2", 1_000), "amountMinor", "at most 0"),
        Case("paying more than is due", .capture("new", "o1", 1_001), "amountMinor", "at most 1000"),
        Case("paying nothing", .capture("new", "o1", 0), "amountMinor", "1 to 1000000000000000 minor units"),
        Case("a payment id twice", .capture("p2", "o1", 1_000), "payment", "a new payment id"),
        Case("paying an unknown order", .capture("new", "o9", 1_000), "order", "an order of purchasePlaced"),
        Case("paying a cancelled order", .capture("new", "o4", 1_000), "order", "an order that stands"),
        Case("paying back what is not owed", .payBack("new", "o3", 1), "amountMinor", "at most 0"),
        Case("paying back more than was refunded", .payBack("new", "o2", 101), "amountMinor", "at most 100"),
        // Hand-over, cancellation, refund.
        Case("handing over before payment", .handOver("o1"), "order", "a paid order"),
        Case("handing over after part of the payment", .handOver("o5"), "order", "a paid order"),
        Case("handing over twice", .handOver("o3"), "order", "an order that is not"),
        Case("handing over a cancelled order", .handOver("o4"), "order", "an order that stands"),
        Case("cancelling after the hand-over", .cancellation("o3"), "order", "purchaseRefunded for a return"),
        Case("cancelling twice", .cancellation("o4"), "order", "an order that stands"),
        Case("refunding more than the line", .refund("o3", "r9", [(0, 1_001, 0)]), "lines[0].amountMinor", "1 to 1000"),
        Case("refunding more than remains", .refund("o2", "r9", [(0, 901, 0)]), "lines[0].amountMinor", "1 to 900"),
        Case("refunding nothing", .refund("o3", "r9", [(0, 0, 1)]), "lines[0].amountMinor", "1 to 1000"),
        Case("refunding more units than bought", .refund("o3", "r9", [(0, 100, 2)]), "lines[0].quantity", "0 to 1"),
        Case(
            "refunding a line that is not there", .refund("o3", "r9", [(1, 100, 0)]), "lines[0].line",
            "0 to 0, ascending"),
        Case(
            "refunding a line twice", .refund("o3", "r9", [(0, 100, 0), (0, 100, 0)]), "lines[1].line",
            "no line follows"),
        Case("refunding without lines", .refund("o3", "r9", []), "lines", "at least one line"),
        Case("refunding what was not paid", .refund("o1", "r9", [(0, 100, 0)]), "totalMinor", "at most 0"),
        Case("refunding more than was paid", .refund("o5", "r9", [(0, 601, 0)]), "totalMinor", "at most 600"),
        Case("a wrong total of a refund", .refund("o3", "r9", [(0, 100, 0)], total: 99), "totalMinor", "100"),
        Case("a refund id twice", .refund("o2", "r1", [(0, 100, 0)]), "refund", "a new refund id"),
        // Settlements, payouts, taxes.
        Case(
            "settling more than was captured", .settlement("815", day: "2017-01-02", gross: 2_601), "grossMinor",
            "1 to 2600"),
        Case("settling nothing", .settlement("815", day: "2017-01-02", gross: 0), "grossMinor", "1 to 2600"),
        Case(
            "settling a day without captures", .settlement("815", day: "2017-01-01", gross: 1), "grossMinor",
            "nothing: all is settled"),
        Case(
            "settling an institution that captured nothing", .settlement("006", day: "2017-01-02", gross: 1),
            "institution",
            "an institution that captured payments"),
        Case(
            "fees above the gross", .settlement("815", day: "2017-01-02", gross: 1, fees: 2), "feesMinor", "at most 1"),
        Case("a payout above what is payable", .payout("new", "sam", 61), "amountMinor", "at most 60"),
        Case("a payout twice", .payout("x3", "sam", 1), "payout", "a new payout id"),
        Case("a payout to nobody", .payout("new", "eve", 1), "payee", "an identity that identityRegistered made known"),
        Case(
            "settling an unknown payout", .payoutSettled("x9"), "payout", "a payout that payoutInstructed instructed"),
        Case("remitting more tax than is owed", .remittance("gst", 1), "amountMinor", "at most 0"),
        Case(
            "remitting what is no tax", .remittance("dividends", 1), "tax",
            "a tax of an adopted policy, for example gst, or withholding for the tax withheld"),
        // Campaigns.
        Case(
            "an unknown campaign", .attribution("o1", "autumn"), "campaign", "a campaign of campaignLaunched"),
        Case("an attribution twice", .attribution("o2", "spring"), "coupon", "another coupon or campaign"),
        Case("a campaign twice", .campaign("spring"), "campaign", "a new campaign"),
        Case(
            "a campaign that ends before it starts", .campaign("new", from: "2017-02-01", to: "2017-01-01"), "endDate",
            "2017-02-01 or later"),
    ]

    @Test(arguments: cases)
    func `is refused`(_ given: Case) throws {
        let desk = try Desk(opening: Story.opening + Story.people + Self.history)
        let before = desk.balances
        let refusal = try #require(try desk.refusal(given.body), "it would be recorded")
        #expect(refusal.field == given.field)
        #expect(refusal.accepted.english == given.accepted)
        for language in Language.allCases {
            let text = refusal.text(language)
            #expect(text.contains(refusal.field))
            #expect(text.contains(refusal.accepted(language)))
            #expect(!refusal.accepted(language).isEmpty && !refusal.reason(language).isEmpty)
        }
        #expect(desk.balances == before)
    }

    @Test func `a payout waits for the hand-over and is settled once`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [Self.milk]))
        try desk.record(.capture("p1", "o1", 1_000))
        #expect(try desk.refusal(.payout("x1", "sam", 1))?.accepted.english == "at most 0")
        try desk.record(.handOver("o1"))
        #expect(try desk.refusal(.payout("x1", "sam", 961))?.accepted.english == "at most 960")
        try desk.record(.payout("x1", "sam", 960))
        #expect(try desk.refusal(.payout("x2", "sam", 1))?.accepted.english == "at most 0")
        try desk.record(.payoutSettled("x1"))
        #expect(try desk.refusal(.payoutSettled("x1"))?.accepted.english == "a payout under way")
    }

    @Test func `an order that totals zero counts as paid`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 0, .zeroRated)]))
        #expect(try desk.record(.handOver("o1")) == [])
    }

    @Test func `a settlement is not taken twice`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Self.history)
        try desk.record(.settlement("815", day: "2017-01-02", gross: 2_600))
        #expect(
            try desk.refusal(.settlement("815", day: "2017-01-02", gross: 2_600))?.accepted.english
                == "nothing: all is settled")
    }
}
