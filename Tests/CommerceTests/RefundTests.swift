import Commerce
import Events
import Fixtures
import Testing

/// Refunds: what remains is always what a purchase of the remaining lines would have been.
@Suite("Refunds")
struct RefundTests {
    private static let lines: [PurchaseLine] = [
        .of("lamp", "reg", 3_333, quantity: 3),
        .of("milk", "sam", 777, price: 877, discounts: [(.cooperative, 100)], .zeroRated),
        .of("book", "sam", 1_999, .printedBook), .of("lamp", "sam", 101),
    ]

    /// The taxes on what remains of an order, half-up: on standard and book for GST, on standard for QST.
    private func taxes(standard: Int64, book: Int64) -> [String: Int64] {
        ["gst": ((standard + book) * 50_000 + 500_000) / 1_000_000, "qst": (standard * 99_750 + 500_000) / 1_000_000]
    }

    private func difference(_ before: [String: Int64], _ after: [String: Int64]) -> [(String, Int64)] {
        ["gst", "qst"].map { ($0, (before[$0] ?? 0) - (after[$0] ?? 0)) }.filter { $0.1 != 0 }
    }

    private func paidOrder(handedOver: Bool) throws -> Desk {
        let desk = try Desk()
        let taxes = taxes(standard: 3_434, book: 1_999)
        try desk.record(.purchase("o1", "ana", Self.lines, taxes: difference(taxes, [:])))
        try desk.record(.capture("p1", "o1", desk.balance("assets:receivable", "ana")))
        if handedOver { try desk.record(.handOver("o1")) }
        return desk
    }

    @Test(arguments: [false, true])
    func `refunding everything line by line ends at zero on every account`(handedOver: Bool) throws {
        let desk = try paidOrder(handedOver: handedOver)
        var standard: Int64 = 3_434
        var book: Int64 = 1_999
        // Part of a line first, then each line, the rest of the first at the end.
        let steps: [(UInt32, Int64, Int64)] = [(0, 1_111, 1), (2, 1_999, 1), (3, 101, 1), (1, 777, 1), (0, 2_222, 2)]
        for (number, step) in steps.enumerated() {
            let before = taxes(standard: standard, book: book)
            if step.0 == 2 { book -= step.1 } else if step.0 != 1 { standard -= step.1 }
            let back = difference(before, taxes(standard: standard, book: book))
            let total = step.1 + back.reduce(0) { $0 + $1.1 }
            try desk.record(.refund("o1", "r\(number)", [step], taxes: back))
            #expect(desk.balance("assets:receivable", "ana") == -total)
            try desk.record(.payBack("b\(number)", "o1", total))
            #expect(desk.balance("assets:receivable", "ana") == 0)
        }
        #expect(desk.balances.isEmpty)
        #expect(desk.views.payable(desk.party("sam"), try #require(desk.book)) == 0)
        #expect(desk.views.payable(desk.party("reg"), try #require(desk.book)) == 0)
    }

    @Test func `patronage goes back with the refund`() throws {
        let desk = try paidOrder(handedOver: true)
        let book = try #require(desk.book)
        func base(_ group: Group, _ name: String) -> Int64? {
            desk.views.patronage(book, year: 2017, group: group).first { $0.party == desk.party(name) }?.base
        }
        #expect(base(.consumer, "ana") == 6_210)
        #expect(base(.seller, "sam") == 2_877)
        let back = difference(taxes(standard: 3_434, book: 1_999), taxes(standard: 3_434, book: 0))
        try desk.record(.refund("o1", "r1", [(2, 1_999, 1)], taxes: back))
        #expect(base(.consumer, "ana") == 4_211)
        #expect(base(.seller, "sam") == 878)
        #expect(desk.views.business(book, year: 2017).members == 4_211)
    }

    @Test func `an order is business once it is handed over, with what remains of it then`() throws {
        let desk = try Desk()
        let book = try #require(desk.book)
        func bases(_ year: UInt16) -> [Int64] {
            [Group.consumer, .seller].map { group in
                desk.views.patronage(book, year: year, group: group).reduce(0) { $0 + $1.base }
            } + [desk.views.business(book, year: year).total]
        }
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        try desk.record(.purchase("o2", "ana", [.of("milk", "sam", 900_000, .zeroRated)]), at: "2017-12-31T15:00:00Z")
        try desk.record(.capture("p1", "o1", 1_000))
        try desk.record(.refund("o1", "r1", [(0, 300, 0)]))
        #expect(bases(2017) == [0, 0, 0])
        try desk.record(.close(2017, surplus: 0), at: "2018-01-01T04:59:59Z")
        try desk.record(.cancellation("o2"), at: "2018-01-05T15:00:00Z")
        #expect(bases(2017) == [0, 0, 0] && bases(2018) == [0, 0, 0])
        try desk.record(.handOver("o1"))
        #expect(bases(2017) == [0, 0, 0] && bases(2018) == [700, 700, 700])
        try desk.record(.refund("o1", "r2", [(0, 700, 1)]))
        #expect(bases(2018) == [0, 0, 0])
    }

    @Test func `a refund after the payout turns the seller's payable to a debit`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        try desk.record(.capture("p1", "o1", 1_000))
        try desk.record(.handOver("o1"))
        try desk.record(.payout("x1", "sam", 960))
        try desk.record(.refund("o1", "r1", [(0, 1_000, 1)]))
        #expect(desk.balance("liabilities:seller-payable", "sam") == 960)
        #expect(try desk.refusal(.payout("x2", "sam", 1))?.accepted.english == "at most 0")
    }

    @Test func `what a seller owes back is collected, up to its debit balance`() throws {
        let desk = try Desk()
        let account = "liabilities:seller-payable"
        for order in ["o1", "o2"] {
            try desk.record(.purchase(order, "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
            try desk.record(.capture("p-\(order)", order, 1_000))
        }
        try desk.record(.handOver("o1"))
        try desk.record(.payout("x1", "sam", 960))
        try desk.record(.refund("o1", "r1", [(0, 1_000, 1)]))
        // What the cooperative holds of an order not handed over is set off.
        #expect(try desk.refusal(.collection("c1", "sam", 1, of: account))?.accepted.english == "at most 0")
        try desk.record(.refund("o2", "r2", [(0, 500, 0)]))
        let refusal = try #require(try desk.refusal(.collection("c1", "sam", 481, of: account)))
        #expect(refusal.field == "amountMinor" && refusal.accepted.english == "at most 480")
        #expect(try desk.refusal(.collection("c1", "sam", 1))?.accepted.english == "at most 0")
        for other in ["assets:bank", "liabilities:gst-payable", "nothing"] {
            #expect(try desk.refusal(.collection("c1", "sam", 1, of: other))?.field == "account")
        }
        #expect(
            try desk.record(.collection("c1", "sam", 480, of: account)) == [
                "assets:in-transit 815 480", "liabilities:seller-payable sam -480",
            ])
        #expect(try desk.refusal(.collection("c2", "sam", 1, of: account))?.accepted.english == "at most 0")
        // Handed over, the other order is the seller's again.
        try desk.record(.handOver("o2"))
        #expect(try desk.refusal(.payout("x2", "sam", 1))?.accepted.english == "at most 0")
    }

    @Test func `a refund belongs to its own year`() throws {
        let desk = try Desk()
        let book = try #require(desk.book)
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]), at: "2017-12-31T15:00:00Z")
        try desk.record(.capture("p1", "o1", 1_000))
        try desk.record(.handOver("o1"))
        try desk.record(.close(2017, surplus: 40), at: "2018-01-01T04:59:59Z")
        try desk.record(.refund("o1", "r1", [(0, 1_000, 1)]), at: "2018-01-05T15:00:00Z")
        #expect(desk.views.patronage(book, year: 2017, group: .consumer).map(\.base) == [1_000])
        #expect(desk.views.patronage(book, year: 2018, group: .consumer).map(\.base) == [0])
        #expect(desk.balance("revenue:commission") == 40)
    }

    /// A seller registers for taxes by a new admission; what it sold before keeps its entry.
    @Test(arguments: [true, false])
    func `a later admission never restates an order`(registeredBefore: Bool) throws {
        let registered = ["gst": "2016-01-01", "qst": "2016-01-01"]
        let desk = try Desk()
        try desk.record(.identity("new"))
        try desk.record(.admission("new", [.seller], registered: registeredBefore ? registered : [:]))
        try desk.record(.purchase("o1", "ana", [.of("lamp", "new", 10_000)], taxes: [("gst", 500), ("qst", 998)]))
        try desk.record(.capture("p1", "o1", 11_498))
        try desk.record(.handOver("o1"))
        try desk.record(.withdrawal("new"))
        try desk.record(.admission("new", [.seller], registered: registeredBefore ? [:] : registered))
        try desk.record(.refund("o1", "r1", [(0, 10_000, 1)], taxes: [("gst", 500), ("qst", 998)]))
        try desk.record(.payBack("b1", "o1", 11_498))
        #expect(desk.balances.isEmpty)
        #expect(desk.views.payable(desk.party("new"), try #require(desk.book)) == 0)
    }

    @Test func `a later tax table does not tax the commission anew`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [.of("lamp", "reg", 10_000)], taxes: [("gst", 500), ("qst", 998)]))
        try desk.record(.capture("p1", "o1", 11_498))
        // The taxes stand in another order, and one more comes first.
        try desk.record(.taxes(.order, [("eco", .exempt, 10), ("qst", .standard, 99_750), ("gst", .standard, 50_000)]))
        #expect(
            try desk.record(.handOver("o1")) == [
                "liabilities:deferred-commission 400", "liabilities:gst-payable -20", "liabilities:qst-payable -40",
                "liabilities:seller-payable reg 60", "revenue:commission -400",
            ])
    }
}
