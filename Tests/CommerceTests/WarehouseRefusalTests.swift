import Commerce
import Events
import Fixtures
import Index
import SwiftProtobuf
import Testing

/// What a warehouse cannot do is refused with the field and what would be accepted, and leaves nothing.
@Suite("Refusals of the warehouse")
struct WarehouseRefusalTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let book: String
        let body: Body
        let field: String
        let accepted: String
        init(_ name: String, _ body: Body, _ field: String, _ accepted: String, in book: String = "boreal") {
            self.name = name
            self.book = book
            self.body = body
            self.field = field
            self.accepted = accepted
        }
        var testDescription: String { name }
    }

    /// Ten novels in the north and five in the shop; o1 of six: four picked in the north, one of them shipped and back; o2 is cancelled.
    static let history: [(book: String, body: Body)] = [
        ("boreal", .receipt("r1", "north", "novel", 10, cost: 1_000)),
        ("boreal", .receipt("r2", "shop", "novel", 5, cost: 500)),
        ("grand-io", .purchase("o1", "ana", [.of("novel", "boreal", 100, quantity: 6, .zeroRated)])),
        ("grand-io", .purchase("o2", "ana", [.of("novel", "boreal", 100, quantity: 1, .zeroRated)])),
        ("grand-io", .cancellation("o2")),
        ("boreal", .pick("o1", "north", [("novel", 4, "")])), ("boreal", .pack("o1", "north", "c1")),
        ("boreal", .ship("o1", "north", [("novel", 1, "")])), ("boreal", .move("m1", "north", "shop", "novel", 1)),
        ("boreal", .comeBack("k1", "o1", "shop", [("novel", 1, "")])),
        ("boreal", .adjustment("a1", "shop", "novel", -1)), ("boreal", .count("n1", "shop", "novel", 6)),
        ("boreal", .siteOpened("old")), ("boreal", .siteClosed("old")),
        ("grand-io", .purchase("o3", "ana", [.of("novel", "boreal", 100, quantity: 6, .zeroRated)])),
    ]

    static let knownSite = "a site that storageSiteOpened opened"
    static let units = "1 to 1000000000"

    static let sites: [Case] = [
        Case("a site without a name", .siteOpened(""), "site", "1 to 64 bytes"),
        Case("a site's name again", .siteOpened("north"), "site", "a site name new to the whole ledger"),
        Case("a closed site's name again", .siteOpened("old"), "site", "a site name new to the whole ledger"),
        Case("closing an unknown site", .siteClosed("west"), "site", knownSite),
        Case("closing a site twice", .siteClosed("old"), "site", "an open site"),
        Case("closing another's site", .siteClosed("north"), "site", "a site of boreal"),
        Case("closing a site with goods", .siteClosed("shop"), "site", "an empty site"),
        Case("closing a site with goods of others", .siteClosed("north"), "site", "an empty site", in: "depot"),
    ]

    static let receipts: [Case] = [
        Case("a receipt twice", .receipt("r1", "shop", "novel", 1, cost: 1), "receipt", "a new id"),
        Case("an unknown site", .receipt("r9", "west", "novel", 1, cost: 1), "site", knownSite),
        Case("a closed site", .receipt("r9", "old", "novel", 1, cost: 1), "site", "an open site"),
        Case("no product", .receipt("r9", "shop", "", 1, cost: 1), "product", "1 to 128 bytes"),
        Case("nothing received", .receipt("r9", "shop", "novel", 0, cost: 1), "quantity", units),
        Case("less than nothing", .receipt("r9", "shop", "novel", -1, cost: 1), "quantity", units),
        Case("too much", .receipt("r9", "shop", "novel", 1_000_000_001, cost: 1), "quantity", units),
        Case(
            "a negative cost", .receipt("r9", "shop", "novel", 1, cost: -1), "costMinor",
            "0 to 1000000000000000 minor units"),
        Case(
            "an unknown supplier", .receipt("r9", "shop", "novel", 1, cost: 1, supplier: "eve"), "supplier",
            "an identity that identityRegistered made known"),
        Case("another currency", .receipt("r9", "shop", "novel", 1, cost: 1, currency: "USD"), "currency", "CAD"),
        Case("a cost of a member's goods", .receipt("r9", "shop", "zine", 1, cost: 1, owner: "sam"), "costMinor", "0"),
        Case(
            "an owner who is no member", .receipt("r9", "shop", "zine", 1, owner: "ana"), "owner",
            "a member that memberAdmitted admitted"),
        Case(
            "a supplier of a gift",
            .stockReceived(
                .with {
                    $0.receipt = "r9"
                    $0.site = "shop"
                    $0.product = "novel"
                    $0.quantity = 1
                    $0.supplier = "printer"
                }), "supplier", "no supplier, or a cost"),
    ]

    static let inside: [Case] = [
        Case("a move twice", .move("m1", "shop", "north", "novel", 1), "movement", "a new id"),
        Case("a move to where it is", .move("m9", "shop", "shop", "novel", 1), "toSite", "another site"),
        Case("a move to a closed site", .move("m9", "shop", "old", "novel", 1), "toSite", "an open site"),
        Case("a move from an unknown site", .move("m9", "west", "shop", "novel", 1), "fromSite", knownSite),
        Case(
            "a move of unknown goods", .move("m9", "shop", "north", "globe", 1), "product",
            "goods that stockReceived received"),
        Case(
            "a move of goods that the owner has not", .move("m9", "shop", "north", "novel", 1, owner: "sam"), "product",
            "goods that stockReceived received"),
        Case("a move of what is picked", .move("m9", "north", "shop", "novel", 6), "quantity", "at most 5 fewer"),
        Case(
            "another book's goods", .adjustment("a9", "north", "novel", -1), "product",
            "goods that stockReceived received", in: "depot"),
        Case("an adjustment twice", .adjustment("a1", "shop", "novel", 1), "adjustment", "a new id"),
        Case(
            "an adjustment of nothing", .adjustment("a9", "shop", "novel", 0), "change",
            "-1000000000 to 1000000000, but not 0"),
        Case(
            "an adjustment without a reason", .adjustment("a9", "shop", "novel", 1, reason: ""), "reason",
            "1 to 500 bytes"),
        Case("a loss of what never was", .adjustment("a9", "shop", "novel", -7), "change", "at most 6 fewer"),
        Case("a loss of what is reserved", .adjustment("a9", "shop", "novel", -3), "change", "at most 2 fewer"),
        Case(
            "a loss of unknown goods", .adjustment("a9", "shop", "globe", -1), "product",
            "goods that stockReceived received"),
        Case("a count twice", .count("n1", "shop", "novel", 5), "count", "a new id"),
        Case("a count below nothing", .count("n9", "shop", "novel", -1), "counted", "0 to 1000000000"),
        Case("a count below what is reserved", .count("n9", "shop", "novel", 3), "counted", "at most 2 fewer"),
        Case(
            "a count of nothing of unknown goods", .count("n9", "shop", "globe", 0), "product",
            "goods that stockReceived received"),
        Case(
            "a count of goods of no member", .count("n9", "shop", "globe", 1, owner: "ana"), "owner",
            "a member that memberAdmitted admitted"),
    ]

    static let orders: [Case] = [
        Case(
            "a pick for an unknown order", .pick("o9", "shop", [("novel", 1, "")]), "order",
            "an order of purchasePlaced"),
        Case(
            "a pick for an unknown book", .pick("o1", "shop", [("novel", 1, "")], orderBook: "west"), "orderBook",
            "the book of a cooperativeFounded"),
        Case("a pick of nothing", .pick("o1", "shop", []), "lines", "1 to 1000 lines"),
        Case("a pick of no unit", .pick("o1", "shop", [("novel", 0, "")]), "lines[0].quantity", units),
        Case(
            "goods twice", .pick("o1", "shop", [("novel", 1, ""), ("novel", 1, "")]), "lines[1].product",
            "one line for each goods"),
        Case(
            "unknown goods", .pick("o1", "shop", [("globe", 1, "")]), "lines[0].product",
            "goods that stockReceived received"),
        Case(
            "an unknown owner", .pick("o1", "shop", [("novel", 1, "eve")]), "lines[0].owner",
            "an identity that identityRegistered made known"),
        Case(
            "a pick beyond what is reserved", .pick("o1", "shop", [("novel", 4, "")]), "lines[0].quantity", "at most 3"),
        Case(
            "a pick beyond what stands free", .pick("o3", "north", [("novel", 6, "")]), "lines[0].quantity",
            "at most 5, or another site"),
        Case("a pick for a cancelled order", .pick("o2", "shop", [("novel", 1, "")]), "lines[0].quantity", "at most 0"),
        Case("packing twice", .pack("o1", "north", "c2"), "order", "an order that stockPicked picked"),
        Case("packing elsewhere", .pack("o1", "shop", "c2"), "order", "an order that stockPicked picked"),
        Case(
            "packing another's goods", .pack("o1", "north", "c2"), "order", "an order that stockPicked picked",
            in: "depot"),
        Case("a parcel twice", .pack("o3", "shop", "c1"), "parcel", "a new id"),
        Case("a parcel without an id", .pack("o3", "shop", ""), "parcel", "1 to 128 bytes"),
        Case(
            "a shipment beyond what is picked", .ship("o1", "north", [("novel", 4, "")]), "lines[0].quantity",
            "at most 3"),
        Case("a shipment from elsewhere", .ship("o1", "shop", [("novel", 1, "")]), "lines[0].quantity", "at most 0"),
        Case("a return twice", .comeBack("k1", "o1", "shop", [("novel", 1, "")]), "returnId", "a new id"),
        Case(
            "a return of what came back", .comeBack("k2", "o1", "shop", [("novel", 1, "")]), "lines[0].quantity",
            "at most 0"),
        Case("a return to a closed site", .comeBack("k2", "o1", "old", [("novel", 1, "")]), "site", "an open site"),
    ]

    static let sales: [Case] = [
        Case(
            "more than is available", .purchase("o9", "ana", [.of("novel", "boreal", 100, quantity: 3, .zeroRated)]),
            "lines[0].quantity", "at most 2", in: "grand-io"),
        Case(
            "goods that never came", .purchase("o9", "ana", [.of("atlas", "boreal", 100, quantity: 1, .zeroRated)]),
            "lines[0].quantity", "a product that is available", in: "grand-io"),
        Case(
            "an amount without a count", .purchase("o9", "ana", [.of("novel", "boreal", 100, quantity: 0, .zeroRated)]),
            "lines[0].quantity", units, in: "grand-io"),
        Case(
            "a stock of no cooperative", .stocked("globe", "west", seller: "sam"), "stockBook",
            "the book of a cooperativeFounded", in: "grand-io"),
        Case(
            "another's goods sold by anybody", .stocked("globe", "boreal"), "seller", "the seller member of boreal",
            in: "grand-io"),
    ]

    private func desk() throws -> Desk {
        let desk = try Desk.warehouses()
        for (book, body) in Self.history { try desk.record(body, in: book) }
        return desk
    }

    @Test(arguments: [sites, receipts, inside, orders, sales])
    func `it is refused, and nothing changes`(cases: [Case]) throws {
        let desk = try desk()
        _ = desk.balances
        let before = (desk.views.index.overlayRows, desk.balances)
        for one in cases {
            let refusal = try desk.refusal(one.body, in: one.book)
            #expect(refusal?.field == one.field, "\(one.name)")
            #expect(refusal?.accepted.english == one.accepted, "\(one.name)")
            #expect(refusal?.reason.french.isEmpty == false, "\(one.name)")
        }
        #expect(desk.views.index.overlayRows == before.0)
        #expect(desk.balances == before.1)
    }

    @Test func `another's goods are sold while an agreement with their owner is in force`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "shop", "novel", 5, cost: 100), in: "boreal")
        let sale = Body.purchase("o1", "ana", [.of("novel", "boreal", 100, quantity: 1, .zeroRated)])
        #expect(try desk.refusal(.stocked("globe", "boreal", seller: "boreal")) == nil)
        #expect(try desk.refusal(sale) == nil)
        // depot serves boreal, not grand-io.
        let none = try #require(try desk.refusal(.stocked("globe", "depot", seller: "boreal")))
        #expect(none.field == "stockBook" && none.value == "depot")
        try desk.record(.agreementEnd("market"))
        desk.story.nowUs += 2 * 86_400_000_000
        let ended = "the stock of grand-io, or first agreementSigned between the two cooperatives"
        #expect(try desk.refusal(.stocked("globe", "boreal", seller: "boreal"))?.accepted.english == ended)
        let refusal = try #require(try desk.refusal(sale))
        #expect(refusal.field == "lines[0].product" && refusal.value == "novel" && refusal.accepted.english == ended)
    }

    @Test func `nothing is picked, packed, shipped or returned before what it follows from`() throws {
        let desk = try Desk.warehouses()
        func refused(_ body: Body, _ time: String, _ least: String, _ what: String) throws {
            let refusal = try #require(try desk.refusal(body, in: "boreal", at: time))
            #expect(refusal.field == "effectiveAt" && refusal.accepted.english == "\(least) or later")
            #expect(refusal.reason.english == "before \(what) (sequence \(desk.size - 1), \(least))")
        }
        let goods = [("novel", Int64(2), "")]
        try desk.record(.receipt("r1", "shop", "novel", 2, cost: 100), in: "boreal", at: "2017-02-01T15:00:00Z")
        try desk.record(.receipt("r2", "north", "novel", 2, cost: 100), in: "boreal", at: "2017-02-02T15:00:00Z")
        let sale = Body.purchase("o1", "ana", [.of("novel", "boreal", 200, quantity: 2, .zeroRated)])
        try desk.record(sale, at: "2017-02-02T14:00:00Z")
        try refused(.pick("o1", "shop", goods), "2017-02-02T13:00:00Z", "2017-02-02T14:00:00Z", "the purchase")
        #expect(try desk.refusal(.pick("o1", "shop", goods), in: "boreal", at: "2017-02-02T14:30:00Z") == nil)
        let early = try #require(
            try desk.refusal(.pick("o1", "north", goods), in: "boreal", at: "2017-02-02T14:59:00Z"))
        #expect(
            early.reason.english
                == "before the goods came to the site (sequence \(desk.size - 2), 2017-02-02T15:00:00Z)")
        try desk.record(.pick("o1", "north", goods), in: "boreal", at: "2017-02-02T16:00:00Z")
        let picking = "the picking or packing"
        try refused(.pack("o1", "north", "c1"), "2017-02-02T15:59:00Z", "2017-02-02T16:00:00Z", picking)
        try desk.record(.pack("o1", "north", "c1"), in: "boreal", at: "2017-02-02T17:00:00Z")
        try refused(.ship("o1", "north", goods), "2017-02-02T16:30:00Z", "2017-02-02T17:00:00Z", picking)
        try desk.record(.ship("o1", "north", goods), in: "boreal", at: "2017-02-02T18:00:00Z")
        try refused(
            .comeBack("k1", "o1", "shop", goods), "2017-02-02T17:30:00Z", "2017-02-02T18:00:00Z", "the shipment")
        try desk.record(.comeBack("k1", "o1", "shop", goods), in: "boreal", at: "2017-02-02T18:00:00Z")
    }

    @Test func `another's site takes goods on the days of a warehousing agreement alone`() throws {
        let desk = try Desk.warehouses()
        func refusal(_ day: String, in book: String = "boreal") throws -> Refusal? {
            try desk.refusal(.receipt("r9", "north", "novel", 1, cost: 1), in: book, at: "\(day)T15:00:00Z")
        }
        #expect(try refusal("2017-03-01") == nil)
        #expect(try refusal("2017-03-01", in: "depot") == nil)
        // grand-io has no agreement with depot; an agreement of another kind is not enough.
        let none = "a site of grand-io, or of a cooperative with which a warehousing agreement is in force"
        #expect(try refusal("2017-03-01", in: "grand-io")?.accepted.english == none)
        try desk.record(
            in: "depot", .agreement("help", client: "grand-io", kind: .support, [.unit("hour", 100)]),
            approvedBy: ["dee", "ana"])
        #expect(try refusal("2017-03-01", in: "grand-io")?.accepted.english == none)
        try desk.record(.receipt("r1", "north", "novel", 3, cost: 300), in: "boreal", at: "2017-03-01T15:00:00Z")
        try desk.record(.agreementEnd("storage"), in: "depot", at: "2017-04-30T15:00:00Z")
        #expect(try refusal("2017-04-30") == nil)
        #expect(try refusal("2017-05-01")?.field == "site")
        // What is there may leave.
        #expect(
            try desk.refusal(.move("m9", "north", "shop", "novel", 3), in: "boreal", at: "2017-05-01T15:00:00Z") == nil)
        #expect(
            try desk.refusal(.move("m9", "shop", "north", "novel", 1), in: "boreal", at: "2017-05-01T15:00:00Z")?.field
                == "toSite")
    }

    @Test func `nothing happens at a site before it opens`() throws {
        let desk = try desk()
        let refusal = try desk.refusal(
            .receipt("r9", "shop", "novel", 1, cost: 1), in: "boreal", at: "2017-01-02T15:03:01Z")
        #expect(refusal?.field == "site")
        #expect(refusal?.accepted.english == "a site open at the event's effective time")
    }

    @Test func `a stock has a limit, and so has the value of what is found`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "shop", "novel", 1, cost: 1_000_000_000_000_000), in: "boreal")
        let found = try desk.refusal(.adjustment("a1", "shop", "novel", 1_000_000_000), in: "boreal")
        #expect(found?.accepted.english == "a smaller quantity")
        for receipt in 0..<999 {
            try desk.record(.receipt("x\(receipt)", "shop", "atlas", 1_000_000_000, cost: 1), in: "boreal")
        }
        let last = try desk.refusal(.receipt("y", "shop", "atlas", 1_000_000_000, cost: 1), in: "boreal")
        #expect(last == nil)
        try desk.record(.receipt("y", "shop", "atlas", 1_000_000_000, cost: 1), in: "boreal")
        let full = try desk.refusal(.receipt("z", "shop", "atlas", 1, cost: 1), in: "boreal")
        #expect(full?.accepted.english == "at most 0 more")
    }

    @Test func `an emptied site is closed`() throws {
        let desk = try desk()
        try desk.record(.siteOpened("west"), in: "depot")
        try desk.record(.receipt("r9", "west", "novel", 2, cost: 10), in: "boreal")
        #expect(try desk.refusal(.siteClosed("west"), in: "depot")?.field == "site")
        try desk.record(.move("m9", "west", "shop", "novel", 2), in: "boreal")
        #expect(try desk.record(.siteClosed("west"), in: "depot") == [])
        #expect(try desk.refusal(.move("m8", "shop", "west", "novel", 2), in: "boreal")?.field == "toSite")
    }
}
