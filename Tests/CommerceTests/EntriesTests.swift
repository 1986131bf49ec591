import Commerce
import Events
import Fixtures
import Testing

/// The journal entry of every kind of event (DOMAIN §9), posting by posting; credits are negative.
@Suite("Journal entries")
struct EntriesTests {
    /// An order of one lamp at 100.00 sold by sam, who is not registered: 5.00 GST, 9.98 QST, 4.00 commission.
    private func ordered(_ seller: String = "sam") throws -> Desk {
        let desk = try Desk()
        try desk.record(
            .purchase("o1", "ana", [.of("lamp", seller, 10_000)], taxes: [("gst", 500), ("qst", 998)]),
            at: "2017-03-01T15:00:00Z")
        return desk
    }

    private func paid(_ seller: String = "sam") throws -> Desk {
        let desk = try ordered(seller)
        try desk.record(.capture("p1", "o1", 11_498))
        return desk
    }

    @Test func `the purchase from an unregistered seller leaves both taxes to the cooperative`() throws {
        #expect(
            try ordered().journal == [
                "assets:receivable ana 11498", "liabilities:deferred-commission -400", "liabilities:gst-payable -500",
                "liabilities:qst-payable -998", "liabilities:seller-payable sam -9600",
            ])
    }

    @Test func `the taxes of a registered seller go to its payable`() throws {
        #expect(
            try ordered("reg").journal == [
                "assets:receivable ana 11498", "liabilities:deferred-commission -400",
                "liabilities:seller-payable reg -11098",
            ])
    }

    @Test func `each tax follows its own registration`() throws {
        let desk = try Desk()
        try desk.record(.identity("half"))
        try desk.record(.admission("half", [.seller], registered: ["gst": "2017-02-01", "qst": "2017-12-01"]))
        #expect(
            try desk.record(
                .purchase("o1", "ana", [.of("lamp", "half", 10_000)], taxes: [("gst", 500), ("qst", 998)]),
                at: "2017-03-01T15:00:00Z") == [
                    "assets:receivable ana 11498", "liabilities:deferred-commission -400",
                    "liabilities:qst-payable -998",
                    "liabilities:seller-payable half -10100",
                ])
        try desk.record(.capture("p1", "o1", 11_498))
        // GST of 5 % on the commission of 4.00; the cooperative is deemed supplier for QST, so no QST on it.
        #expect(
            try desk.record(.handOver("o1")) == [
                "liabilities:deferred-commission 400", "liabilities:gst-payable -20",
                "liabilities:seller-payable half 20",
                "revenue:commission -400",
            ])
    }

    @Test func `a capture moves the receivable into transit`() throws {
        #expect(try paid().journal == ["assets:in-transit 815 11498", "assets:receivable ana -11498"])
    }

    @Test func `a failed payment posts nothing`() throws {
        let desk = try ordered()
        #expect(try desk.record(.failure("p1", "o1", 11_498)) == [])
    }

    @Test func `the hand-over earns the commission`() throws {
        let desk = try paid()
        #expect(try desk.record(.handOver("o1")) == ["liabilities:deferred-commission 400", "revenue:commission -400"])
    }

    @Test func `the hand-over taxes the commission of a registered seller`() throws {
        let desk = try paid("reg")
        #expect(
            try desk.record(.handOver("o1")) == [
                "liabilities:deferred-commission 400", "liabilities:gst-payable -20", "liabilities:qst-payable -40",
                "liabilities:seller-payable reg 60", "revenue:commission -400",
            ])
    }

    @Test func `a cancellation reverses the purchase`() throws {
        let desk = try ordered()
        #expect(
            try desk.record(.cancellation("o1")) == [
                "assets:receivable ana -11498", "liabilities:deferred-commission 400", "liabilities:gst-payable 500",
                "liabilities:qst-payable 998", "liabilities:seller-payable sam 9600",
            ])
    }

    @Test func `a refund before the hand-over reverses the deferred commission`() throws {
        let desk = try paid()
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 5_000, 0)], taxes: [("gst", 250), ("qst", 499)])) == [
                "assets:receivable ana -5749", "liabilities:deferred-commission 200", "liabilities:gst-payable 250",
                "liabilities:qst-payable 499", "liabilities:seller-payable sam 4800",
            ])
    }

    @Test func `a refund after the hand-over reverses the earned commission and the taxes on it`() throws {
        let desk = try paid("reg")
        try desk.record(.handOver("o1"))
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 10_000, 1)], taxes: [("gst", 500), ("qst", 998)])) == [
                "assets:receivable ana -11498", "liabilities:gst-payable 20", "liabilities:qst-payable 40",
                "liabilities:seller-payable reg 11038", "revenue:commission 400",
            ])
    }

    @Test func `money paid back leaves the transit`() throws {
        let desk = try paid()
        try desk.record(.cancellation("o1"))
        #expect(
            try desk.record(.payBack("b1", "o1", 11_498)) == [
                "assets:in-transit 815 -11498", "assets:receivable ana 11498",
            ])
    }

    @Test func `a settlement brings the day's captures to the bank, less fees`() throws {
        let desk = try paid()
        #expect(
            try desk.record(.settlement("815", day: "2017-03-01", gross: 11_498, fees: 98)) == [
                "assets:bank 815 11400", "assets:in-transit 815 -11498", "expenses:bank-fees 98",
            ])
    }

    @Test func `a day on which more was paid back than captured is settled from the bank`() throws {
        let desk = try paid()
        try desk.record(.settlement("815", day: "2017-03-01", gross: 11_498))
        try desk.record(.cancellation("o1"))
        try desk.record(.payBack("b1", "o1", 11_498), at: "2017-03-03T15:00:00Z")
        #expect(
            try desk.refusal(.settlement("815", day: "2017-03-03", gross: -11_499))?.accepted.english == "-11498 to -1")
        #expect(
            try desk.record(.settlement("815", day: "2017-03-03", gross: -11_498)) == [
                "assets:bank 815 -11498", "assets:in-transit 815 11498",
            ])
    }

    @Test func `a payout leaves the seller's payable, then the bank`() throws {
        let desk = try paid()
        try desk.record(.handOver("o1"))
        #expect(
            try desk.record(.payout("x1", "sam", 9_600)) == [
                "liabilities:payouts-in-transit 815 -9600", "liabilities:seller-payable sam 9600",
            ])
        #expect(
            try desk.record(.payoutSettled("x1")) == [
                "assets:bank 815 -9600", "liabilities:payouts-in-transit 815 9600",
            ])
    }

    @Test func `a remitted tax leaves the bank`() throws {
        let desk = try ordered()
        #expect(
            try desk.record(.remittance("gst", 500, through: "2017-03-01")) == [
                "assets:bank 815 -500", "liabilities:gst-payable 500",
            ])
    }

    @Test func `shares are subscribed through an institution and redeemed from one`() throws {
        let desk = try Desk()
        #expect(
            try desk.record(.subscription("ana", shares: 2, amount: 2_000, institution: "006")) == [
                "assets:in-transit 006 2000", "equity:member-shares ana -2000",
            ])
        #expect(try desk.record(.redemption("ana")) == ["assets:bank 815 -1000", "equity:member-shares ana 1000"])
        #expect(
            try desk.record(.subscription("ana", shares: 3, amount: 7_500, class: .preferred)) == [
                "assets:in-transit 815 7500", "equity:preferred-shares ana -7500",
            ])
    }

    @Test func `a manual entry posts its lines, and its correction reverses and replaces them`() throws {
        let desk = try Desk()
        let sequence = desk.size
        #expect(
            try desk.record(.entry([.debit("expenses:rent", 900), .credit("assets:bank", 900, party: "815")])) == [
                "assets:bank 815 -900", "expenses:rent 900",
            ])
        #expect(
            try desk.record(
                .correction(of: sequence, [.debit("expenses:wages", 900), .credit("assets:bank", 900, party: "815")]))
                == [
                    "expenses:rent -900", "expenses:wages 900",
                ])
        #expect(try desk.record(.correction(of: sequence + 1, [])) == ["assets:bank 815 900", "expenses:wages -900"])
        #expect(desk.balances.isEmpty)
    }

    @Test func `a discount that the cooperative funds is its expense and stays with the seller`() throws {
        let desk = try Desk()
        #expect(
            try desk.record(
                .purchase(
                    "o1", "ana", [.of("milk", "sam", 900, price: 1_000, discounts: [(.cooperative, 100)], .zeroRated)]))
                == [
                    "assets:receivable ana 900", "expenses:discounts 100", "liabilities:deferred-commission -36",
                    "liabilities:seller-payable sam -964",
                ])
        #expect(
            try desk.record(.cancellation("o1")) == [
                "assets:receivable ana -900", "expenses:discounts -100", "liabilities:deferred-commission 36",
                "liabilities:seller-payable sam 964",
            ])
        #expect(desk.balances.isEmpty)
    }

    @Test func `a line that the cooperative pays for alone is taken back by its quantity`() throws {
        let desk = try Desk()
        let line = PurchaseLine.of(
            "milk", "sam", 0, quantity: 2, price: 500, discounts: [(.cooperative, 1_000)], .zeroRated)
        #expect(
            try desk.record(.purchase("o1", "ana", [line])) == [
                "expenses:discounts 1000", "liabilities:seller-payable sam -1000",
            ])
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 0, 1)])) == [
                "expenses:discounts -500", "liabilities:seller-payable sam 500",
            ])
        #expect(
            try desk.record(.cancellation("o1")) == ["expenses:discounts -500", "liabilities:seller-payable sam 500"])
        #expect(desk.balances.isEmpty)
    }

    @Test func `discounts of others change nothing but the amount`() throws {
        let desk = try Desk()
        let discounts: [(Funder, Int64)] = [(.seller, 100), (.manufacturer, 200), (.medium, 100)]
        #expect(
            try desk.record(
                .purchase("o1", "ana", [.of("milk", "sam", 600, price: 1_000, discounts: discounts, .zeroRated)])) == [
                    "assets:receivable ana 600", "liabilities:deferred-commission -24",
                    "liabilities:seller-payable sam -576",
                ])
    }

    @Test(arguments: [
        Body.identity("new"), .withdrawal("ana"), .listing("new"), .revision("lamp"), .delisting("lamp"),
        .campaign("spring"),
        .lock(through: "2017-01-01"), .commission(ppm: 50_000),
    ])
    func `what moves no money posts nothing`(_ body: Body) throws {
        #expect(try Desk().record(body) == [])
    }

    @Test func `an attribution posts nothing`() throws {
        let desk = try ordered()
        try desk.record(.campaign("spring"))
        #expect(try desk.record(.attribution("o1", "spring")) == [])
    }
}
