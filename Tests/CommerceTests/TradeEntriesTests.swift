import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Testing

/// What holds, gift cards, chargebacks, payouts, suppliers and sponsors post, posting by posting; credits are negative.
@Suite("Journal entries of payments and trade")
struct TradeEntriesTests {
    private func ordered(_ sellers: [String] = ["sam"], rule: [Body] = []) throws -> Desk {
        let desk = try Desk()
        for body in rule { try desk.record(body) }
        let lines = sellers.map { PurchaseLine.of("milk", $0, 10_000, .zeroRated) }
        try desk.record(.purchase("o1", "ana", lines), at: "2017-03-01T15:00:00Z")
        return desk
    }

    private func paid(_ sellers: [String] = ["sam"], rule: [Body] = []) throws -> Desk {
        let desk = try ordered(sellers, rule: rule)
        try desk.record(.capture("p1", "o1", 10_000 * Int64(sellers.count)))
        return desk
    }

    @Test func `a hold posts nothing, and captures draw on it in parts`() throws {
        let desk = try ordered()
        #expect(try desk.record(.authorization("a1", "o1", 8_000, expires: "2017-03-05T15:00:00Z")) == [])
        let other = try desk.refusal(.authorization("a2", "o1", 2_001, expires: "2017-03-05T15:00:00Z"))
        #expect(other?.field == "amountMinor" && other?.accepted.english == "at most 2000")
        #expect(
            try desk.record(.capture("p1", "o1", 3_000, on: "a1")) == [
                "assets:in-transit 815 3000", "assets:receivable ana -3000",
            ])
        let more = try desk.refusal(.capture("p2", "o1", 5_001, on: "a1"))
        #expect(more?.field == "amountMinor" && more?.accepted.english == "at most 5000")
        try desk.record(.capture("p2", "o1", 5_000, on: "a1"))
        #expect(try desk.refusal(.capture("p3", "o1", 1, on: "a1"))?.field == "authorization")
        #expect(try desk.refusal(.voiding("a1"))?.field == "authorization")
        // What it held is captured: the rest of the order may be held.
        try desk.record(.authorization("a2", "o1", 2_000, expires: "2017-03-05T15:00:00Z"))
        #expect(try desk.record(.voiding("a2")) == [])
        #expect(try desk.refusal(.capture("p4", "o1", 1, on: "a2"))?.field == "authorization")
        #expect(try desk.refusal(.voiding("a2"))?.field == "authorization")
    }

    @Test func `a hold that has expired holds nothing and pays nothing`() throws {
        let desk = try ordered()
        try desk.record(.authorization("a1", "o1", 10_000, expires: "2017-03-05T15:00:00Z"))
        #expect(try desk.refusal(.expiry("a1"), at: "2017-03-05T14:59:59Z")?.field == "effectiveAt")
        #expect(
            try desk.refusal(.capture("p1", "o1", 1, on: "a1"), at: "2017-03-05T15:00:00Z")?.field == "authorization")
        let next = Body.authorization("a2", "o1", 10_000, expires: "2017-03-09T15:00:00Z")
        #expect(try desk.refusal(next, at: "2017-03-05T14:59:59Z")?.field == "amountMinor")
        try desk.record(next, at: "2017-03-05T15:00:00Z")
        #expect(try desk.record(.expiry("a1")) == [])
        #expect(try desk.refusal(.expiry("a1"))?.field == "authorization")
    }

    @Test func `a gift card is a debt until it pays an order, and is paid back to itself`() throws {
        let desk = try ordered()
        #expect(
            try desk.record(.giftCard("c1", "bob", 6_000)) == [
                "assets:in-transit 815 6000", "liabilities:gift-cards -6000",
            ])
        #expect(
            try desk.record(.redeem("c1", "p1", "o1", 6_000)) == [
                "assets:receivable ana -6000", "liabilities:gift-cards 6000",
            ])
        #expect(try desk.refusal(.redeem("c1", "p2", "o1", 1))?.accepted.english == "at most 0")
        try desk.record(.capture("p2", "o1", 4_000))
        try desk.record(.cancellation("o1"))
        // 60.00 of the 100.00 to be given back was the card's.
        #expect(try desk.refusal(.payBack("b1", "o1", 4_001))?.accepted.english == "at most 4000")
        #expect(try desk.refusal(.payBack("b1", "o1", 6_001, toCard: "c1"))?.accepted.english == "at most 6000")
        #expect(
            try desk.record(.payBack("b1", "o1", 6_000, toCard: "c1")) == [
                "assets:receivable ana 6000", "liabilities:gift-cards -6000",
            ])
        try desk.record(.payBack("b2", "o1", 4_000))
        #expect(desk.balance("assets:receivable", "ana") == 0)
        #expect(desk.balance("liabilities:gift-cards") == -6_000)
        let book = try #require(desk.book)
        let card = Array("c1".utf8).withBytes { desk.views.giftCard($0, book) }
        #expect(card?.balanceMinor == 6_000)
    }

    @Test func `a chargeback is the cooperative's loss where no policy says otherwise`() throws {
        let desk = try paid()
        #expect(
            try desk.record(.chargeback("k1", "o1", 4_000, fee: 1_500)) == [
                "assets:in-transit 815 -5500", "expenses:bank-fees 1500", "expenses:chargebacks 4000",
            ])
        // The buyer is not asked again.
        #expect(try desk.refusal(.capture("p2", "o1", 1))?.accepted.english == "at most 0")
        // Nor given back anything for goods that stay.
        #expect(try desk.refusal(.payBack("b1", "o1", 1))?.accepted.english == "at most 0")
        #expect(try desk.refusal(.chargeback("k2", "o1", 6_001))?.accepted.english == "at most 6000")
        #expect(
            try desk.record(.chargebackReversal("k1", 4_000)) == [
                "assets:in-transit 815 4000", "expenses:chargebacks -4000",
            ])
        #expect(try desk.refusal(.chargebackReversal("k1", 4_000))?.code == .duplicate)
        try desk.record(.chargeback("k2", "o1", 10_000))
    }

    @Test func `a chargeback of what was refunded already is a loss, up to what was captured and not taken back`()
        throws
    {
        let desk = try paid(rule: [])
        try desk.record(.refund("o1", "r1", [(0, 10_000, 0)]))
        try desk.record(.payBack("b1", "o1", 10_000))
        #expect(try desk.refusal(.chargeback("k1", "o1", 10_001))?.accepted.english == "at most 10000")
        #expect(
            try desk.record(.chargeback("k1", "o1", 10_000)) == [
                "assets:in-transit 815 -10000", "expenses:chargebacks 10000",
            ])
        #expect(try desk.refusal(.chargeback("k2", "o1", 1))?.accepted.english == "at most 0")
        try desk.record(.chargebackReversal("k1", 10_000))
        #expect(desk.balance("expenses:chargebacks") == 0)
        #expect(desk.balance("assets:in-transit", "815") == 0)
    }

    @Test func `a payment of no order is charged back by its sequence, and the cooperative bears it`() throws {
        let desk = try Desk()
        let sold = desk.size
        try desk.record(.giftCard("g1", "ana", 5_000))
        #expect(
            try desk.record(.chargeback("k1", ofPayment: sold, 2_000, fee: 1_500)) == [
                "assets:in-transit 815 -3500", "expenses:bank-fees 1500", "expenses:chargebacks 2000",
            ])
        let more = try #require(try desk.refusal(.chargeback("k2", ofPayment: sold, 3_001)))
        #expect(more.field == "amountMinor" && more.accepted.english == "at most 3000")
        #expect(try desk.refusal(.chargeback("k2", ofPayment: sold, 1, "006"))?.field == "institution")
        for sequence in [sold - 1, desk.size, desk.size + 9, .max] {
            #expect(try desk.refusal(.chargeback("k2", ofPayment: sequence, 1))?.field == "paymentSequence")
        }
        #expect(
            try desk.refusal(.chargeback("k2", ofPayment: sold, 1), at: "2017-01-02T15:01:00Z")?.field == "effectiveAt")
        #expect(
            try desk.record(.chargebackReversal("k1", 2_000)) == [
                "assets:in-transit 815 2000", "expenses:chargebacks -2000",
            ])
        try desk.record(.chargeback("k2", ofPayment: sold, 5_000))
        // The institution settles what is left of the day: nothing, less its fee.
        #expect(desk.balance("assets:in-transit", "815") == -1_500)
    }

    @Test func `sellers bear a chargeback by what each got`() throws {
        let desk = try paid(["sam", "reg"], rule: [.chargebackRule(.seller)])
        #expect(
            try desk.record(.chargeback("k1", "o1", 5_001)) == [
                "assets:in-transit 815 -5001", "liabilities:seller-payable reg 2501",
                "liabilities:seller-payable sam 2500",
            ])
        #expect(
            try desk.record(.chargebackReversal("k1", 5_001)) == [
                "assets:in-transit 815 5001", "liabilities:seller-payable reg -2501",
                "liabilities:seller-payable sam -2500",
            ])
    }

    @Test func `a chargeback first settles what the buyer was to get back`() throws {
        let desk = try paid(rule: [.chargebackRule(.seller)])
        try desk.record(.refund("o1", "r1", [(0, 3_000, 0)]))
        #expect(
            try desk.record(.chargeback("k1", "o1", 10_000)) == [
                "assets:in-transit 815 -10000", "assets:receivable ana 3000", "liabilities:seller-payable sam 7000",
            ])
        #expect(try desk.refusal(.payBack("b1", "o1", 1))?.field == "amountMinor")
        #expect(
            try desk.record(.chargebackReversal("k1", 10_000)) == [
                "assets:in-transit 815 10000", "assets:receivable ana -3000", "liabilities:seller-payable sam -7000",
            ])
        try desk.record(.payBack("b1", "o1", 3_000))
    }

    @Test func `goods that come back after a chargeback lessen the loss, and the buyer gets only what is above it`()
        throws
    {
        let desk = try paid()
        try desk.record(.handOver("o1"))
        try desk.record(.chargeback("k1", "o1", 4_000))
        let charged = InstantText.format(us: desk.story.nowUs)
        let refund = Body.refund("o1", "r1", [(0, 6_001, 0)])
        let early = try #require(try desk.refusal(refund, at: InstantText.format(us: desk.story.nowUs - 1)))
        #expect(early.field == "effectiveAt" && early.accepted.english == "\(charged) or later")
        #expect(
            try desk.record(refund) == [
                "assets:receivable ana -2001", "expenses:chargebacks -4000", "liabilities:seller-payable sam 5761",
                "revenue:commission 240",
            ])
        // Nothing is reversed twice: what is left of the sale is business.
        let book = try #require(desk.book)
        #expect(desk.views.patronage(book, year: 2017, group: .consumer).map(\.base) == [3_999])
        #expect(try desk.refusal(.payBack("b1", "o1", 2_002))?.accepted.english == "at most 2001")
        try desk.record(.payBack("b1", "o1", 2_001))
        #expect(try desk.refusal(.refund("o1", "r2", [(0, 4_000, 0)]))?.accepted.english == "1 to 3999")
        // The institution gives back after all what was the buyer's.
        try desk.record(.chargebackReversal("k1", 4_000))
        #expect(desk.balance("expenses:chargebacks") == 0)
        #expect(desk.balance("assets:receivable", "ana") == -4_000)
    }

    @Test func `the seller whose goods came back is made whole, and the others bear what is left`() throws {
        let desk = try paid(["sam", "reg"], rule: [.chargebackRule(.seller)])
        try desk.record(.chargeback("k1", "o1", 20_000))
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 10_000, 0)])) == [
                "liabilities:deferred-commission 400", "liabilities:seller-payable sam -400",
            ])
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
        #expect(desk.balance("liabilities:seller-payable", "reg") == 400)
        #expect(try desk.refusal(.payBack("b1", "o1", 1))?.accepted.english == "at most 0")
        #expect(
            try desk.record(.chargebackReversal("k1", 20_000)) == [
                "assets:in-transit 815 20000", "assets:receivable ana -10000", "liabilities:seller-payable reg -10000",
            ])
        try desk.record(.payBack("b1", "o1", 10_000))
    }

    @Test func `cancelling an order that was charged back makes whole who bore it`() throws {
        let desk = try paid(rule: [.chargebackRule(.seller)])
        try desk.record(.chargeback("k1", "o1", 10_000))
        try desk.record(.cancellation("o1"))
        #expect(desk.balance("assets:receivable", "ana") == 0)
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
        #expect(try desk.refusal(.payBack("b1", "o1", 1))?.field == "amountMinor")
        // The institution gives it back after all: it is the buyer's.
        #expect(
            try desk.record(.chargebackReversal("k1", 10_000)) == [
                "assets:in-transit 815 10000", "assets:receivable ana -10000",
            ])
        try desk.record(.payBack("b1", "o1", 10_000))
    }

    @Test func `a returned payout opens the debt again, from transit or from the bank`() throws {
        let desk = try paid()
        try desk.record(.handOver("o1"))
        try desk.record(.payout("x1", "sam", 5_000))
        #expect(
            try desk.record(.payoutReturn("x1")) == [
                "liabilities:payouts-in-transit 815 5000", "liabilities:seller-payable sam -5000",
            ])
        #expect(try desk.refusal(.payoutSettled("x1"))?.field == "payout")
        #expect(try desk.refusal(.payout("x1", "sam", 5_000))?.code == .duplicate)
        try desk.record(.payout("x2", "sam", 9_600))
        try desk.record(.payoutSettled("x2"))
        #expect(
            try desk.record(.payoutReturn("x2", "905")) == [
                "assets:bank 815 9600", "liabilities:seller-payable sam -9600",
            ])
        #expect(try desk.refusal(.payoutReturn("x2"))?.field == "payout")
        try desk.record(.payout("x3", "sam", 9_600))
    }

    @Test func `a supplier's bill is an expense, tax to recover and a debt that a payout pays`() throws {
        let desk = try Desk()
        #expect(
            try desk.record(
                .supplierInvoice(
                    "f-1", "tom", [("expenses:rent", 100_000), ("assets:equipment", 20_000)],
                    taxes: [("gst", 6_000), ("qst", 11_970)])) == [
                    "assets:equipment 20000", "assets:tax-recoverable 17970", "expenses:rent 100000",
                    "liabilities:accounts-payable tom -137970",
                ])
        let payable = "liabilities:accounts-payable"
        #expect(try desk.refusal(.payout("x1", "tom", 137_971, of: payable))?.accepted.english == "at most 137970")
        #expect(
            try desk.record(.payout("x1", "tom", 137_970, of: payable)) == [
                "liabilities:accounts-payable tom 137970", "liabilities:payouts-in-transit 815 -137970",
            ])
        #expect(
            try desk.record(.payoutReturn("x1")) == [
                "liabilities:accounts-payable tom -137970", "liabilities:payouts-in-transit 815 137970",
            ])
    }

    @Test func `a return claims what is recoverable of its own tax, and the authority may owe`() throws {
        let desk = try Desk()
        try desk.record(
            .purchase("o1", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("qst", 998)]))
        try desk.record(
            .supplierInvoice("f-1", "tom", [("expenses:rent", 20_050)], taxes: [("gst", 400), ("qst", 2_000)]))
        #expect(try desk.refusal(.remittance("gst", 500, recovered: 401))?.accepted.english == "at most 400")
        #expect(
            try desk.record(.remittance("gst", 500, recovered: 400)) == [
                "assets:bank 815 -100", "assets:tax-recoverable -400", "liabilities:gst-payable 500",
            ])
        #expect(
            try desk.record(.remittance("qst", 998, recovered: 2_000)) == [
                "assets:bank 815 1002", "assets:tax-recoverable -2000", "liabilities:qst-payable 998",
            ])
        #expect(try desk.refusal(.remittance("qst", 0, recovered: 1))?.field == "recoveredMinor")
        #expect(try desk.refusal(.remittance("qst", 0, recovered: 0))?.field == "amountMinor")
    }

    @Test func `the authority pays back what more was given back than charged, once`() throws {
        let desk = try Desk()
        let bought: [(String, Int64)] = [("gst", 500), ("qst", 998)]
        for (order, day) in [("o1", "2017-01-10"), ("o2", "2017-05-10")] {
            try desk.record(
                .purchase(order, "ana", [.of("lamp", "sam", 10_000)], taxes: bought), at: "\(day)T15:00:00Z")
        }
        try desk.record(.remittance("gst", 500, through: "2017-03-31"), at: "2017-04-20T15:00:00Z")
        try desk.record(.cancellation("o1"), at: "2017-04-22T15:00:00Z")
        func refusal(_ amount: Int64, _ end: String = "2017-04-30", at day: String = "2017-07-20") throws -> Refusal? {
            try desk.refusal(.remittance("gst", amount, through: end), at: "\(day)T15:00:00Z")
        }
        let more = try #require(try refusal(-501))
        #expect(more.field == "amountMinor" && more.value == "-501" && more.accepted.english == "at least -500")
        #expect(try refusal(.min)?.accepted.english == "at least -500")
        #expect(try refusal(-1, "2017-03-31")?.accepted.english == "at least 0")
        // May's sales have taken it up.
        #expect(try refusal(-1, "2017-05-31")?.accepted.english == "at least 0")
        #expect(
            try desk.record(
                .remittance("gst", -300, through: "2017-04-30"), at: "2017-07-19T15:00:00Z") == [
                    "assets:bank 815 300", "liabilities:gst-payable -300",
                ])
        #expect(try refusal(-201)?.accepted.english == "at least -200")
        #expect(try refusal(1)?.accepted.english == "at most 0")
        // What is left of it goes with the return of May, and only once.
        #expect(try refusal(301, "2017-05-31")?.accepted.english == "at most 300")
        try desk.record(.remittance("gst", 300, through: "2017-05-31"), at: "2017-07-20T15:00:00Z")
        #expect(try refusal(-1)?.accepted.english == "at least 0")
        #expect(desk.balance("liabilities:gst-payable") == 0)
    }

    @Test func `the tax of an expense claim is claimed in a return once it is approved`() throws {
        let desk = try Desk()
        try desk.record(
            .claim("c1", "ana", [("expenses:rent", 8_000)], taxes: [("gst", 400), ("qst", 798)]), by: "ana")
        #expect(try desk.refusal(.remittance("gst", 0, recovered: 1))?.accepted.english == "at most 0")
        try desk.record(.claimApproved("c1"), by: "bob")
        #expect(try desk.refusal(.remittance("gst", 0, recovered: 401))?.accepted.english == "at most 400")
        #expect(
            try desk.record(.remittance("gst", 0, recovered: 400)) == [
                "assets:bank 815 400", "assets:tax-recoverable -400",
            ])
        #expect(
            try desk.record(.remittance("qst", 0, recovered: 798)) == [
                "assets:bank 815 798", "assets:tax-recoverable -798",
            ])
        #expect(desk.balance("assets:tax-recoverable") == 0)
    }

    @Test func `a manufacturer owes the seller's discount through the cooperative, in proportion to what remains`()
        throws
    {
        let desk = try Desk()
        try desk.record(.sponsorship("tom", 5_000), by: "tom")
        let line = PurchaseLine.of("lamp", "sam", 10_000, price: 12_000).sponsored(.manufacturer, "tom", 2_000)
        #expect(
            try desk.record(.purchase("o1", "ana", [line], taxes: [("gst", 500), ("qst", 998)])) == [
                "assets:receivable ana 11498", "assets:receivable tom 2000", "liabilities:deferred-commission -400",
                "liabilities:gst-payable -500", "liabilities:qst-payable -998", "liabilities:seller-payable sam -11600",
            ])
        try desk.record(.capture("p1", "o1", 11_498))
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 2_500, 0)], taxes: [("gst", 125), ("qst", 250)])) == [
                "assets:receivable ana -2875", "assets:receivable tom -500", "liabilities:deferred-commission 100",
                "liabilities:gst-payable 125", "liabilities:qst-payable 250", "liabilities:seller-payable sam 2900",
            ])
        try desk.record(.cancellation("o1"))
        #expect(desk.balance("assets:receivable", "tom") == 0)
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
    }

    @Test func `the place of supply decides the taxes of a purchase and of its refund`() throws {
        let desk = try Desk()
        try desk.record(.taxes(of: "CA-ON", [("hst", .standard, 130_000)]))
        // The book's own stays what it was.
        try desk.record(.purchase("o1", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("qst", 998)]))
        try desk.record(
            .purchase("o2", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("qst", 998)], in: "CA-QC"))
        #expect(
            try desk.record(
                .purchase("o3", "ana", [.of("lamp", "sam", 10_000)], taxes: [("hst", 1_300)], in: "CA-ON")) == [
                    "assets:receivable ana 11300", "liabilities:deferred-commission -400",
                    "liabilities:hst-payable -1300", "liabilities:seller-payable sam -9600",
                ])
        try desk.record(.capture("p3", "o3", 11_300))
        try desk.record(.refund("o3", "r1", [(0, 5_000, 0)], taxes: [("hst", 650)]))
        let refusal = try desk.refusal(.purchase("o4", "ana", [.of("lamp", "sam", 1)], in: "CA-NS"))
        #expect(refusal?.field == "jurisdiction" && refusal?.accepted.english == "one of: CA-QC, CA-ON")
    }

    @Test func `a commission is a service to the seller and bears the book's own taxes`() throws {
        let desk = try Desk()
        try desk.record(.taxes(of: "CA-ON", [("hst", .standard, 130_000)]))
        // GST and HST are one registration: reg remits the HST itself.
        #expect(
            try desk.record(
                .purchase("o1", "ana", [.of("lamp", "reg", 10_000)], taxes: [("hst", 1_300)], in: "CA-ON")) == [
                    "assets:receivable ana 11300", "liabilities:deferred-commission -400",
                    "liabilities:seller-payable reg -10900",
                ])
        try desk.record(.capture("p1", "o1", 11_300))
        #expect(
            try desk.record(.handOver("o1")) == [
                "liabilities:deferred-commission 400", "liabilities:gst-payable -20", "liabilities:qst-payable -40",
                "liabilities:seller-payable reg 60", "revenue:commission -400",
            ])
    }

    @Test func `a refund after the payout turns the seller's payable debit, and the next payout nets it`() throws {
        let desk = try paid()
        try desk.record(.handOver("o1"))
        try desk.record(.payout("x1", "sam", 9_600))
        try desk.record(.refund("o1", "r1", [(0, 5_000, 0)]))
        #expect(desk.balance("liabilities:seller-payable", "sam") == 4_800)
        try desk.record(.purchase("o2", "ana", [.of("milk", "sam", 10_000, .zeroRated)]))
        try desk.record(.capture("p2", "o2", 10_000))
        try desk.record(.handOver("o2"))
        #expect(try desk.refusal(.payout("x2", "sam", 4_801))?.accepted.english == "at most 4800")
        try desk.record(.payout("x2", "sam", 4_800))
    }

    @Test func `a refund after the close takes the commission and the patronage back in the current year`() throws {
        let desk = try paid()
        try desk.record(.handOver("o1"))
        try desk.record(.close(2017, surplus: 400), at: "2018-01-01T04:59:59Z")
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 10_000, 0)])) == [
                "assets:receivable ana -10000", "liabilities:seller-payable sam 9600", "revenue:commission 400",
            ])
        let book = try #require(desk.book)
        let ana = desk.party("ana")
        #expect(desk.views.patronage(book, year: 2017, group: .consumer).first { $0.party == ana }?.base == 10_000)
        // A base that refunds made negative counts as none.
        #expect(desk.views.patronage(book, year: 2018, group: .consumer).first { $0.party == ana }?.base == 0)
    }
}
