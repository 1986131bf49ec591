import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// Goods in store, from the printer to the buyer: quantities, values, journal entries.
@Suite("Warehouse")
struct WarehouseTests {
    private static func buy(_ order: String, _ quantity: Int64, _ product: String = "novel", seller: String = "boreal")
        -> Body
    {
        .purchase(order, "ana", [.of(product, seller, quantity * 2_000, quantity: quantity, .zeroRated)])
    }

    /// Ten novels at 1.00 in the north, five at 7.01 in all in the shop.
    private func stocked() throws -> Desk {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "north", "novel", 10, cost: 1_000), in: "boreal")
        try desk.record(.receipt("r2", "shop", "novel", 5, cost: 701), in: "boreal")
        return desk
    }

    @Test func `books kept at an operator's warehouse are sold on Grand.io`() throws {
        let desk = try stocked()
        #expect(desk.journal == ["assets:inventory 701", "liabilities:accounts-payable printer -701"])
        #expect(desk.stock("novel") == StockRecord(number: 25, onHand: 15, reserved: 0, valueMinor: 1_701))

        #expect(
            try desk.record(Self.buy("o1", 4)) == [
                "assets:receivable ana 8000", "liabilities:seller-payable boreal -8000",
            ])
        #expect(desk.stock("novel")?.reserved == 4)
        #expect(desk.stock("novel")?.available == 11)
        #expect(try desk.record(.pick("o1", "north", [("novel", 3, "")]), in: "boreal") == [])
        #expect(try desk.record(.pick("o1", "shop", [("novel", 1, "")]), in: "boreal") == [])
        #expect(desk.place("novel", "north")?.picked == 3)
        #expect(try desk.record(.pack("o1", "north", "c1"), in: "boreal") == [])

        // 1701 × 3 ÷ 15 = 340.2, then 1361 × 1 ÷ 12 = 113.4.
        #expect(
            try desk.record(.ship("o1", "north", [("novel", 3, "")]), in: "boreal") == [
                "assets:inventory -340", "expenses:cost-of-goods-sold 340",
            ])
        #expect(
            try desk.record(.ship("o1", "shop", [("novel", 1, "")]), in: "boreal") == [
                "assets:inventory -113", "expenses:cost-of-goods-sold 113",
            ])
        #expect(desk.stock("novel") == StockRecord(number: 25, onHand: 11, reserved: 0, valueMinor: 1_248))
        #expect(desk.place("novel", "north")?.onHand == 7)
        #expect(desk.place("novel", "shop")?.onHand == 4)

        // What left cost 453 for four units, and comes back at 113, 113, then the rest.
        try desk.record(.receipt("r3", "shop", "novel", 1, cost: 9_000), in: "boreal")
        for (id, cost) in [("k1", 113), ("k2", 113), ("k3", 113), ("k4", 114)] {
            #expect(
                try desk.record(.comeBack(id, "o1", "shop", [("novel", 1, "")]), in: "boreal") == [
                    "assets:inventory \(cost)", "expenses:cost-of-goods-sold -\(cost)",
                ])
        }
        #expect(desk.balance(in: "boreal", "expenses:cost-of-goods-sold") == 0)
        #expect(desk.stock("novel")?.valueMinor == desk.balance(in: "boreal", "assets:inventory"))
    }

    @Test func `goods of a member are quantities only`() throws {
        let desk = try Desk.warehouses()
        #expect(try desk.record(.receipt("r1", "shop", "zine", 3, owner: "sam"), in: "boreal") == [])
        try desk.record(.receipt("r2", "shop", "zine", 2, cost: 500), in: "boreal")
        // Sam's line takes sam's goods, not the cooperative's.
        try desk.record(Self.buy("o1", 3, "zine", seller: "sam"))
        #expect(desk.stock("zine", owner: "sam")?.available == 0)
        #expect(desk.stock("zine")?.available == 2)
        #expect(try desk.refusal(Self.buy("o2", 1, "zine", seller: "sam"))?.field == "lines[0].quantity")
        try desk.record(.pick("o1", "shop", [("zine", 3, "sam")]), in: "boreal")
        #expect(try desk.record(.ship("o1", "shop", [("zine", 3, "sam")]), in: "boreal") == [])
        #expect(try desk.record(.comeBack("k1", "o1", "shop", [("zine", 1, "sam")]), in: "boreal") == [])
        // Refunded, it waits for nobody.
        try desk.record(.capture("p1", "o1", 6_000))
        try desk.record(.refund("o1", "b1", [(0, 2_000, 1)]))
        #expect(try desk.record(.adjustment("a1", "shop", "zine", -1, owner: "sam"), in: "boreal") == [])
        #expect(desk.stock("zine", owner: "sam")?.onHand == 0)
        #expect(desk.balance(in: "boreal", "assets:inventory") == 500)
        // Sam sees what happened to his goods.
        #expect(desk.views.latestEvents(ofParty: desk.party("sam"), limit: 3).count == 3)
    }

    @Test func `moving changes no value`() throws {
        let desk = try stocked()
        #expect(try desk.record(.move("m1", "north", "shop", "novel", 4), in: "boreal") == [])
        #expect(desk.place("novel", "north")?.onHand == 6)
        #expect(desk.place("novel", "shop")?.onHand == 9)
        #expect(desk.stock("novel") == StockRecord(number: 25, onHand: 15, reserved: 0, valueMinor: 1_701))
    }

    @Test func `what is lost leaves at the average and what is found comes in at it`() throws {
        let desk = try stocked()
        // 1701 × 2 ÷ 15 = 226.8; 1475 × 3 ÷ 13 = 340.4.
        #expect(
            try desk.record(.adjustment("a1", "north", "novel", -2), in: "boreal") == [
                "assets:inventory -226", "expenses:stock-adjustments 226",
            ])
        #expect(
            try desk.record(.adjustment("a2", "shop", "novel", 3, reason: "found"), in: "boreal") == [
                "assets:inventory 340", "expenses:stock-adjustments -340",
            ])
        #expect(try desk.record(.count("n1", "shop", "novel", 8), in: "boreal") == [])
        #expect(
            try desk.record(.count("n2", "shop", "novel", 7), in: "boreal") == [
                "assets:inventory -113", "expenses:stock-adjustments 113",
            ])
        // Found where nothing was: without value. The last units take what is left.
        #expect(try desk.record(.count("n3", "shop", "atlas", 2), in: "boreal") == [])
        #expect(desk.stock("atlas")?.averageMinor == 0)
        try desk.record(.count("n4", "north", "novel", 0), in: "boreal")
        try desk.record(.count("n5", "shop", "novel", 0), in: "boreal")
        #expect(desk.stock("novel") == StockRecord(number: 25))
        #expect(desk.balance(in: "boreal", "assets:inventory") == 0)
        #expect(desk.balance(in: "boreal", "expenses:stock-adjustments") == 1_701)
    }

    @Test func `a count says what stood there that evening, whatever was recorded since`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "shop", "novel", 10, cost: 1_000), in: "boreal", at: "2017-02-01T15:00:00Z")
        try desk.record(.receipt("r2", "shop", "novel", 5, cost: 500), in: "boreal", at: "2017-02-03T15:00:00Z")
        try desk.record(.count("n1", "shop", "novel", 9), in: "boreal", at: "2017-02-02T22:00:00Z")
        #expect(desk.place("novel", "shop")?.onHand == 14)
    }

    @Test func `a late event takes nothing that was not there on its day`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "shop", "novel", 3, cost: 300), in: "boreal", at: "2017-02-01T15:00:00Z")
        try desk.record(.receipt("r2", "shop", "novel", 9, cost: 900), in: "boreal", at: "2017-02-05T15:00:00Z")
        let body = Body.adjustment("a1", "shop", "novel", -4)
        let refusal = try desk.refusal(body, in: "boreal", at: "2017-02-04T15:00:00Z")
        #expect(refusal?.field == "change")
        #expect(refusal?.accepted.english == "at most 3 fewer, or a later date")
        #expect(try desk.refusal(body, in: "boreal", at: "2017-02-05T15:00:00Z") == nil)
    }

    // MARK: reservations

    @Test func `cancelling gives back what was reserved, picked or packed`() throws {
        let desk = try stocked()
        try desk.record(Self.buy("o1", 6))
        try desk.record(.pick("o1", "north", [("novel", 4, "")]), in: "boreal")
        try desk.record(.pack("o1", "north", "c1"), in: "boreal")
        try desk.record(.pick("o1", "north", [("novel", 1, "")]), in: "boreal")
        try desk.record(.cancellation("o1"))
        #expect(desk.stock("novel")?.reserved == 0)
        #expect(desk.stock("novel")?.onHand == 15)
        #expect(desk.place("novel", "north")?.picked == 0)
        #expect(try desk.refusal(.ship("o1", "north", [("novel", 1, "")]), in: "boreal") != nil)
        #expect(try desk.refusal(Self.buy("o2", 15)) == nil)
    }

    @Test func `what has shipped is cancelled only where all came back and nothing was paid`() throws {
        let desk = try stocked()
        try desk.record(Self.buy("o1", 6))
        try desk.record(.pick("o1", "north", [("novel", 2, "")]), in: "boreal")
        #expect(try desk.refusal(.cancellation("o1")) == nil)
        try desk.record(.ship("o1", "north", [("novel", 1, "")]), in: "boreal")
        let refusal = try #require(try desk.refusal(.cancellation("o1")))
        #expect(refusal.field == "order" && refusal.accepted.english == "purchaseRefunded for a return")
        try desk.record(.comeBack("k1", "o1", "north", [("novel", 1, "")]), in: "boreal")
        #expect(try desk.refusal(.cancellation("o1")) == nil)
        try desk.record(.capture("p1", "o1", 1))
        #expect(try desk.refusal(.cancellation("o1"))?.field == "order")
    }

    @Test func `what is sold from a stock is handed over once it has left`() throws {
        let desk = try stocked()
        try desk.record(Self.buy("o1", 3))
        try desk.record(.capture("p1", "o1", 6_000))
        func refused(_ reason: String) throws -> Bool {
            let refusal = try #require(try desk.refusal(.handOver("o1")))
            return refusal.field == "order" && refusal.reason.english == reason
        }
        #expect(try refused("3 of \"novel\" are still to be shipped"))
        try desk.record(.pick("o1", "shop", [("novel", 3, "")]), in: "boreal")
        try desk.record(.ship("o1", "shop", [("novel", 2, "")]), in: "boreal")
        #expect(try refused("1 of \"novel\" are still to be shipped"))
        // What came back is not with the buyer.
        try desk.record(.ship("o1", "shop", [("novel", 1, "")]), in: "boreal", at: "2017-03-01T15:00:00Z")
        #expect(try desk.refusal(.handOver("o1"), at: "2017-03-01T14:59:59Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.handOver("o1"), at: "2017-03-01T15:00:00Z") == nil)
        try desk.record(.comeBack("k1", "o1", "shop", [("novel", 1, "")]), in: "boreal")
        #expect(try refused("1 of \"novel\" are still to be shipped"))
        try desk.record(.refund("o1", "b1", [(0, 2_000, 1)]))
        try desk.record(.handOver("o1"))
        // Of a line that is given back whole, by its amount alone, nothing is awaited.
        try desk.record(Self.buy("o2", 2))
        try desk.record(.capture("p2", "o2", 4_000))
        try desk.record(.refund("o2", "b2", [(0, 4_000, 0)]))
        try desk.record(.handOver("o2"))
    }

    @Test func `what comes back before the hand-over is kept for the order, and shipped again`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "shop", "novel", 2, cost: 200), in: "boreal")
        try desk.record(Self.buy("o1", 2))
        try desk.record(.capture("p1", "o1", 4_000))
        let two = [("novel", 2 as Int64, "")]
        try desk.record(.pick("o1", "shop", two), in: "boreal")
        try desk.record(.ship("o1", "shop", two), in: "boreal")
        try desk.record(.comeBack("k1", "o1", "shop", two), in: "boreal")
        #expect(desk.stock("novel")?.reserved == 2)
        #expect(try desk.refusal(Self.buy("o2", 1))?.reason.english == "out of stock")
        // One is refunded, and for sale again; the other goes out.
        try desk.record(.refund("o1", "b1", [(0, 2_000, 1)]))
        #expect(desk.stock("novel")?.available == 1)
        let refusal = try #require(try desk.refusal(.pick("o1", "shop", two), in: "boreal"))
        #expect(refusal.field == "lines[0].quantity" && refusal.accepted.english == "at most 1")
        let one = [("novel", 1 as Int64, "")]
        try desk.record(.pick("o1", "shop", one), in: "boreal")
        #expect(try desk.refusal(.handOver("o1"))?.field == "order")
        try desk.record(.ship("o1", "shop", one), in: "boreal")
        try desk.record(.handOver("o1"))
        // After the hand-over what comes back is for sale, as is that of an order refunded by its amount.
        try desk.record(.comeBack("k2", "o1", "shop", one), in: "boreal")
        #expect(desk.stock("novel")?.available == 2)
        try desk.record(Self.buy("o2", 1))
        try desk.record(.capture("p2", "o2", 2_000))
        try desk.record(.pick("o2", "shop", one), in: "boreal")
        try desk.record(.ship("o2", "shop", one), in: "boreal")
        try desk.record(.comeBack("k3", "o2", "shop", one), in: "boreal")
        #expect(desk.stock("novel")?.available == 1)
        try desk.record(.refund("o2", "b2", [(0, 2_000, 0)]))
        #expect(desk.stock("novel")?.available == 2)
    }

    @Test func `a refund releases what is not to be sent any more`() throws {
        let desk = try stocked()
        try desk.record(Self.buy("o1", 6))
        try desk.record(.capture("p1", "o1", 12_000))
        try desk.record(.refund("o1", "b1", [(0, 2_000, 1)]))
        #expect(desk.stock("novel")?.reserved == 5)
        // A rebate on the price gives no goods back.
        try desk.record(.refund("o1", "b2", [(0, 100, 0)]))
        #expect(desk.stock("novel")?.reserved == 5)
        try desk.record(.pick("o1", "north", [("novel", 5, "")]), in: "boreal")
        try desk.record(.ship("o1", "north", [("novel", 3, "")]), in: "boreal")
        // One came back, and is refunded: the two others still go out.
        try desk.record(.comeBack("k1", "o1", "north", [("novel", 1, "")]), in: "boreal")
        try desk.record(.refund("o1", "b3", [(0, 1_900, 1)]))
        #expect(desk.stock("novel")?.reserved == 2)
        #expect(desk.place("novel", "north")?.picked == 2)
        try desk.record(.refund("o1", "b4", [(0, 4_000, 2)]))
        #expect(desk.stock("novel")?.reserved == 0)
        #expect(desk.place("novel", "north")?.picked == 0)
        #expect(desk.stock("novel")?.onHand == 13)
    }

    @Test func `the same product twice in an order counts together`() throws {
        let desk = try stocked()
        let lines: [PurchaseLine] = [
            .of("novel", "boreal", 100, quantity: 10, .zeroRated), .of("novel", "boreal", 100, quantity: 6, .zeroRated),
        ]
        let refusal = try desk.refusal(.purchase("o1", "ana", lines))
        #expect(refusal?.field == "lines[1].quantity")
        #expect(refusal?.accepted == Text("au plus 5", "at most 5"))
        try desk.record(Self.buy("o1", 15))
        #expect(try desk.refusal(Self.buy("o2", 1))?.reason == Text("rupture de stock", "out of stock"))
    }

    @Test func `what an order reserved stays reserved when its product is revised`() throws {
        let desk = try stocked()
        try desk.record(Self.buy("o1", 4))
        try desk.record(.revision("novel", seller: "boreal", .zeroRated))
        // Sold from no stock now; the order of before still holds its units.
        try desk.record(Self.buy("o2", 1_000))
        #expect(desk.stock("novel")?.reserved == 4)
        try desk.record(.cancellation("o1"))
        try desk.record(.cancellation("o2"))
        #expect(desk.stock("novel")?.reserved == 0)
    }

    @Test func `goods that came later are not those that an order reserved`() throws {
        let desk = try Desk.warehouses()
        try desk.record(.receipt("r1", "shop", "zine", 4, cost: 400), in: "boreal")
        try desk.record(Self.buy("o1", 3, "zine", seller: "sam"))
        try desk.record(.capture("p1", "o1", 6_000))
        try desk.record(.receipt("r2", "shop", "zine", 7, owner: "sam"), in: "boreal")
        try desk.record(.refund("o1", "b1", [(0, 2_000, 1)]))
        #expect(desk.stock("zine")?.reserved == 2)
        #expect(desk.stock("zine", owner: "sam")?.reserved == 0)
    }

    @Test func `a purchase of products without a stock writes what it always wrote`() throws {
        // Two books that differ only in that one of them also sells a product from a stock.
        var rows: [Int] = []
        var digests: [[String]] = []
        for isStocked in [false, true] {
            let desk = try Desk()
            try desk.record(.identity("dan"))
            if isStocked {
                try desk.record(.siteOpened("shop"))
                try desk.record(.receipt("r1", "shop", "pin", 9, cost: 90, supplier: "sam"))
                try desk.record(.stocked("pin", "grand-io"))
            }
            try desk.record(.purchase("o0", "ana", [.of("milk", "sam", 100, .zeroRated)]))
            // Reading the balances puts the sums of accounts among the rows.
            _ = desk.balances
            let before = desk.views.index.overlayRows
            try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 100, .zeroRated)]))
            try desk.record(.capture("p1", "o1", 100))
            try desk.record(.refund("o1", "b1", [(0, 50, 1)]))
            try desk.record(.cancellation("o1"))
            _ = desk.balances
            rows.append(desk.views.index.overlayRows - before)
            let ofStock: [IndexByte] = [.reservation, .stockPick, .stockShipped, .stockReturned]
            digests.append(
                ofStock.map { "\($0) \(desk.views.index.rows(prefix: desk.views.key.begin($0).bytes).next())" })
        }
        #expect(rows[0] == rows[1])
        #expect(digests[0] == digests[1])
        #expect(digests[0].allSatisfy { $0.hasSuffix("false") })
        // The row of a product that is sold from no stock has not grown.
        let desk = try Desk()
        let book = try #require(desk.book)
        let milk = desk.views.index.value(desk.views.key.begin(.product).u16(book.id).text("milk").bytes)
        #expect(milk?.count == 4)
    }

    @Test(
        arguments: [
            // Units, value, quantity, cost: rounded down, and all of it for the last.
            (3, 100, 1, 33), (2, 67, 1, 33), (1, 34, 1, 34), (2, 1, 1, 0), (1, 1, 1, 1), (7, 0, 3, 0),
            (15, 1_701, 4, 453),
            (6, 599, 5, 499),
            (1_000_000_000_000, 4_000_000_000_000_000_000, 999_999_999_999, 3_999_999_999_996_000_000),
        ] as [(Int64, Int64, Int64, Int64)])
    func `units leave at the weighted average`(units: Int64, value: Int64, quantity: Int64, cost: Int64) {
        var stock = StockRecord(number: 1, onHand: units, valueMinor: value)
        #expect(stock.take(quantity) == cost)
        #expect(stock.onHand == units - quantity)
        #expect(stock.valueMinor == value - cost)
    }
}
