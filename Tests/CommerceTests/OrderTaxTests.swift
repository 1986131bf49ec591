import Commerce
import Events
import Fixtures
import Testing

/// The vectors of DOMAIN §3 through PurchasePlaced: GST 5 % and QST 9.975 %, each on the price before tax, half-up.
@Suite("Taxes of an order")
struct OrderTaxTests {
    struct Vector: CustomTestStringConvertible {
        let basis: TaxBasis
        let lines: [Int64]
        let gst: Int64
        let qst: Int64
        var testDescription: String { "\(lines) \(basis)" }
    }

    static let vectors = [
        Vector(basis: .order, lines: [10_000], gst: 500, qst: 998),
        Vector(basis: .order, lines: [1_010], gst: 51, qst: 101),
        Vector(basis: .line, lines: [110, 110, 110], gst: 18, qst: 33),
        Vector(basis: .order, lines: [110, 110, 110], gst: 17, qst: 33),
        Vector(basis: .order, lines: [10], gst: 1, qst: 1),
        Vector(basis: .order, lines: [9], gst: 0, qst: 1),
    ]

    @Test(arguments: vectors)
    func `both taxes are rounded as the policy says, and a cent more or less is refused`(_ vector: Vector) throws {
        let desk = try Desk()
        try desk.record(.taxes(vector.basis))
        let lines = vector.lines.map { PurchaseLine.of("lamp", "sam", $0) }
        let taxes = [("gst", vector.gst), ("qst", vector.qst)].filter { $0.1 != 0 }
        for delta: Int64 in [-1, 1] {
            let wrong = [("gst", vector.gst), ("qst", vector.qst + delta)].filter { $0.1 != 0 }
            let refusal = try desk.refusal(.purchase("o1", "ana", lines, taxes: wrong))
            #expect(refusal != nil)
        }
        try desk.record(.purchase("o1", "ana", lines, taxes: taxes))
        #expect(desk.balance("liabilities:gst-payable") == -vector.gst)
        #expect(desk.balance("liabilities:qst-payable") == -vector.qst)
    }

    @Test func `a printed book bears GST alone and zero-rated goods bear nothing`() throws {
        let desk = try Desk()
        let lines: [PurchaseLine] = [.of("book", "sam", 1_990, .printedBook), .of("milk", "sam", 499, .zeroRated)]
        try desk.record(.purchase("o1", "ana", lines, taxes: [("gst", 100)]))
        #expect(desk.balance("assets:receivable", "ana") == 2_589)
    }

    @Test func `classes of one rate are summed before rounding`() throws {
        let desk = try Desk()
        // GST on 0.10 + 0.10 is 0.01, not 0.01 twice.
        let lines: [PurchaseLine] = [.of("book", "sam", 10, .printedBook), .of("lamp", "sam", 10)]
        #expect(
            try desk.refusal(.purchase("o1", "ana", lines, taxes: [("gst", 2), ("qst", 1)]))?.accepted.english == "1")
        try desk.record(.purchase("o1", "ana", lines, taxes: [("gst", 1), ("qst", 1)]))
    }

    @Test func `the policy in force when the purchase happened counts, and a later one never restates it`() throws {
        let desk = try Desk()
        try desk.record(.taxes(qstPpm: 200_000), at: "2017-06-01T04:00:00Z")
        let purchase = Body.purchase("o1", "ana", [.of("lamp", "sam", 10_000)], taxes: [("gst", 500), ("qst", 998)])
        #expect(try desk.refusal(purchase, at: "2017-06-01T05:00:00Z")?.field == "taxes[1].amountMinor")
        try desk.record(purchase, at: "2017-05-31T15:00:00Z")
        // A table recorded afterwards, effective before the purchase.
        try desk.record(.taxes(qstPpm: 0), at: "2017-02-01T05:00:00Z")
        try desk.record(.cancellation("o1"), at: "2017-06-02T05:00:00Z")
        #expect(desk.balances.isEmpty)
    }

    @Test func `an order of a registered and an unregistered seller shares each tax between them`() throws {
        let desk = try Desk()
        let lines: [PurchaseLine] = [.of("lamp", "sam", 3_333), .of("lamp", "reg", 6_667)]
        #expect(
            try desk.record(.purchase("o1", "ana", lines, taxes: [("gst", 500), ("qst", 998)])) == [
                "assets:receivable ana 11498", "liabilities:deferred-commission -400",
                // GST 500: 166.65 and 333.35; QST 998: 332.63 and 665.37. Commission 400: 133.32 and 266.68.
                "liabilities:gst-payable -167", "liabilities:qst-payable -333",
                "liabilities:seller-payable reg -7398", "liabilities:seller-payable sam -3200",
            ])
    }

    @Test func `by line each seller has the taxes of its own lines`() throws {
        let desk = try Desk()
        try desk.record(.taxes(.line))
        let lines: [PurchaseLine] = [.of("lamp", "reg", 110), .of("lamp", "sam", 110), .of("lamp", "reg", 110)]
        // 0.06 a line: reg 0.12 of the 0.18, where a share by amounts would say so too; QST 0.11 a line.
        #expect(
            try desk.record(.purchase("o1", "ana", lines, taxes: [("gst", 18), ("qst", 33)])) == [
                "assets:receivable ana 381", "liabilities:deferred-commission -13", "liabilities:gst-payable -6",
                "liabilities:qst-payable -11", "liabilities:seller-payable reg -245",
                "liabilities:seller-payable sam -106",
            ])
    }

    @Test func `the commission is rounded half-up once an order`() throws {
        let desk = try Desk()
        // 4 % of 0.12 is 0.48 cents, of 0.13 0.52 cents.
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 12, .zeroRated)]))
        #expect(desk.balance("liabilities:deferred-commission") == 0)
        try desk.record(.purchase("o2", "ana", [.of("milk", "sam", 13, .zeroRated)]))
        #expect(desk.balance("liabilities:deferred-commission") == -1)
        try desk.record(.purchase("o3", "ana", Array(repeating: .of("milk", "sam", 12, .zeroRated), count: 2)))
        #expect(desk.balance("liabilities:deferred-commission") == -2)
    }
}
