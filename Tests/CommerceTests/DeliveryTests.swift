import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// Parcels from the retailer to the buyer: the journal to the cent, promises, voided scans.
@Suite("Delivery and lockers")
struct DeliveryTests {
    private static func desk() throws -> Desk {
        try Desk(opening: Story.opening + Story.people + Story.lockers)
    }

    private static func paid(_ desk: Desk, _ order: String, _ mode: DeliveryMode = .locker4H, at time: String) throws {
        try desk.record(.promised(order, "ana", mode), at: time)
        try desk.record(.capture("p-\(order)", order, 1_000), at: time)
    }

    /// "4h caisse kim 2017-01 kept/missed" of every counter that is not zero.
    private static func promises(_ desk: Desk) throws -> [String] {
        let views = desk.views
        let book = try #require(desk.book)
        var found: [(mode: UInt8, month: UInt32, site: UInt64, carrier: UInt32, sum: Counters)] = []
        let rows = views.index.rows(prefix: views.key.begin(.promises).u16(book.id).bytes)
        while rows.next() {
            guard rows.counters != Counters() else { continue }
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            found.append((reader.u8(), reader.u32(), reader.sequence(), reader.u32(), rows.counters))
        }
        return found.map {
            "\($0.mode == 2 ? "4h" : "24h") \(views.lockerSiteName($0.site)) \(views.partyName($0.carrier)) "
                + "\(Month.text($0.month)) \($0.sum.first)/\($0.sum.second)"
        }
    }

    /// Orders that are due, in the order of their deadlines.
    private static func due(_ desk: Desk) throws -> [String] {
        let views = desk.views
        let book = try #require(desk.book)
        var orders: [UInt64] = []
        let rows = views.index.rows(prefix: views.key.begin(.promiseDue).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u32(), reader.u32())
            orders.append(reader.sequence())
        }
        return try orders.map { try PurchasePlacedView(#require(views.event($0)).bodyBytes).order.string }
    }

    private static func patronage(_ desk: Desk, _ carrier: String) throws -> Int64 {
        let book = try #require(desk.book)
        return desk.views.index.counters(
            desk.views.key.begin(.patronage).u16(book.id).u16(2017).u8(UInt8(Group.carrier.rawValue))
                .u32(desk.party(carrier)).bytes
        ).first
    }

    @Test func `an order promised in four hours is kept to the minute`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        #expect(try Self.due(desk) == ["o"])
        #expect(try desk.record(.parcel("x", "o"), at: "2017-01-10T13:00:00Z") == [])
        #expect(try desk.record(.transfer("x", "sam", "kim")) == [])
        #expect(
            try desk.record(.placement("x"), at: "2017-01-10T16:00:00Z") == [
                "expenses:delivery 500", "expenses:locker-hosting 50", "liabilities:accounts-payable hq -50",
                "liabilities:accounts-payable kim -500",
            ])
        #expect(try Self.due(desk) == [])
        #expect(try Self.promises(desk) == ["4h caisse kim 2017-01 1/0"])
        #expect(try Self.patronage(desk, "kim") == 500)
        #expect(try desk.record(.reminder("x")) == [])
        #expect(try desk.record(.collection("x"), at: "2017-01-10T18:30:00Z") == [])
        try desk.record(.handOver("o"))
        #expect(try Self.promises(desk) == ["4h caisse kim 2017-01 1/0"])
        let book = try #require(desk.book)
        let site = try #require(Array("caisse".utf8).withBytes { desk.views.lockerSite($0, book) })
        let month = Month.of(day: book.day(Story.us("2017-01-10T18:30:00Z")))
        let dwell = desk.views.index.counters(
            desk.views.key.begin(.dwell).u16(book.id).u32(month).sequence(site.number).bytes)
        #expect(dwell == Counters(9_000, 1))
        #expect(desk.balance("liabilities:accounts-payable", "kim") == -500)
    }

    @Test func `an order promised in four hours is missed by a microsecond`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"), at: "2017-01-10T13:00:00Z")
        try desk.record(.transfer("x", "sam", "leo"))
        try desk.record(.placement("x"), at: "2017-01-10T16:00:00.000001Z")
        #expect(try Self.promises(desk) == ["4h caisse leo 2017-01 0/1"])
    }

    @Test func `twenty-four hours, the last of two parcels`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", .locker24H, at: "2017-01-31T12:00:00Z")
        for (name, carrier) in [("a", "kim"), ("b", "leo")] {
            try desk.record(.parcel(name, "o"))
            try desk.record(.transfer(name, "sam", carrier))
        }
        try desk.record(.placement("a", "caisse", 1))
        #expect(try Self.due(desk) == ["o"])
        #expect(try Self.promises(desk) == [])
        #expect(
            try desk.record(.placement("b", "caisse", 2), at: "2017-02-01T12:00:00Z") == [
                "expenses:delivery 300", "expenses:locker-hosting 50", "liabilities:accounts-payable hq -50",
                "liabilities:accounts-payable leo -300",
            ])
        #expect(try Self.due(desk) == [])
        #expect(try Self.promises(desk) == ["24h caisse leo 2017-02 1/0"])
        // A third parcel makes it wait again, and it is then counted by that one.
        try desk.record(.parcel("c", "o"))
        #expect(try Self.due(desk) == ["o"])
        #expect(try Self.promises(desk) == [])
        try desk.record(.transfer("c", "sam", "kim"))
        try desk.record(.placement("c", "caisse", 1, .large))
        #expect(try Self.promises(desk) == ["24h caisse kim 2017-02 0/1"])
    }

    @Test func `an order that ends is due no more`() throws {
        let desk = try Self.desk()
        for order in ["early", "late", "back", "given", "given-late"] {
            try Self.paid(desk, order, at: "2017-01-10T12:00:00Z")
        }
        #expect(try Self.due(desk) == ["early", "late", "back", "given", "given-late"])
        try desk.record(.cancellation("early"), at: "2017-01-10T13:00:00Z")
        try desk.record(.handOver("given"), at: "2017-01-10T13:00:00Z")
        #expect(try Self.promises(desk) == ["4h   2017-01 1/0"])
        try desk.record(.refund("back", "r", [(0, 1_000, 1)]), at: "2017-01-10T13:00:00Z")
        try desk.record(.handOver("given-late"), at: "2017-01-10T17:00:00Z")
        try desk.record(.cancellation("late"), at: "2017-01-10T17:00:00Z")
        #expect(try Self.due(desk) == [])
        #expect(try Self.promises(desk) == ["4h   2017-01 1/2"])
    }

    @Test func `nobody cancels what left its retailer, and what was prepared is ended first`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        #expect(try desk.refusal(.parcel("p", "o"), at: "2017-01-10T11:59:59Z")?.field == "effectiveAt")
        try desk.record(.parcel("p", "o"), at: "2017-01-10T12:30:00Z")
        let prepared = try #require(try desk.refusal(.cancellation("o")))
        #expect(prepared.field == "order" && prepared.accepted.english == "parcelReturned first")
        try desk.record(.transfer("p", "sam", "kim"), at: "2017-01-10T13:00:00Z")
        let left = desk.size - 1
        let after = try #require(try desk.refusal(.cancellation("o")))
        #expect(after.field == "order" && after.accepted.english == "purchaseRefunded for a return")
        try desk.record(.comeback("p"), at: "2017-01-10T14:00:00Z")
        #expect(try desk.refusal(.cancellation("o"))?.accepted.english == "purchaseRefunded for a return")
        // Neither scan occurred: it never left.
        try desk.record(.void("p", left + 1))
        try desk.record(.void("p", left))
        try desk.record(.comeback("p"), at: "2017-01-10T15:00:00Z")
        #expect(try desk.refusal(.cancellation("o"), at: "2017-01-10T14:59:59Z")?.field == "effectiveAt")
        try desk.record(.cancellation("o"), at: "2017-01-10T15:00:00Z")
    }

    @Test func `a delivery to the door pays its carrier alone`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", .door, at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o", site: ""))
        try desk.record(.transfer("x", "sam", "kim"))
        try desk.record(.transfer("x", "kim", "leo"))
        #expect(
            try desk.record(.delivery("x")) == ["expenses:delivery 400", "liabilities:accounts-payable leo -400"])
        #expect(try Self.patronage(desk, "leo") == 400)
        #expect(try Self.due(desk) == [] && Self.promises(desk) == [])
        try desk.record(.handOver("o"))
    }

    @Test func `whoever holds a lost parcel owes its value to the retailer`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        for name in ["own", "carried", "hosted"] { try desk.record(.parcel(name, "o", value: 300)) }
        for name in ["carried", "hosted"] { try desk.record(.transfer(name, "sam", "kim")) }
        try desk.record(.placement("hosted"))
        #expect(try desk.record(.loss("own")) == [])
        #expect(
            try desk.record(.loss("hosted")) == ["assets:receivable hq 300", "liabilities:seller-payable sam -300"])
        #expect(
            try desk.record(.damage("carried", 200)) == [
                "assets:receivable kim 200", "liabilities:seller-payable sam -200",
            ])
        // What damage took is owed already.
        #expect(
            try desk.record(.loss("carried")) == ["assets:receivable kim 100", "liabilities:seller-payable sam -100"])
        #expect(try desk.refusal(.handOver("o"))?.accepted.english == "a parcel that replaces it, or a refund of 900")
    }

    @Test func `a lost parcel misses its promise for whoever had it, until another takes its place`() throws {
        let desk = try Self.desk()
        for order in ["o", "p"] { try Self.paid(desk, order, at: "2017-01-10T12:00:00Z") }
        try desk.record(.parcel("own", "p"))
        try desk.record(.loss("own"), at: "2017-01-10T12:30:00Z")
        // Nobody carried it yet: the locker it was meant for waits in vain.
        #expect(try Self.promises(desk) == ["4h caisse  2017-01 0/1"])
        try desk.record(.parcel("x", "o"))
        try desk.record(.transfer("x", "sam", "kim"), at: "2017-01-10T12:40:00Z")
        let lost = desk.size
        try desk.record(.loss("x"), at: "2017-01-10T12:50:00Z")
        #expect(try Self.promises(desk) == ["4h caisse  2017-01 0/1", "4h caisse kim 2017-01 0/1"])
        // It is still to come.
        #expect(try Self.due(desk) == ["o", "p"])
        try desk.record(.void("x", lost), at: "2017-01-10T13:00:00Z")
        #expect(try Self.promises(desk) == ["4h caisse  2017-01 0/1"])
        try desk.record(.loss("x"), at: "2017-01-10T13:10:00Z")
        try desk.record(.parcel("y", "o", replaces: "x"))
        try desk.record(.transfer("y", "sam", "leo"), at: "2017-01-10T13:20:00Z")
        #expect(try Self.promises(desk) == ["4h caisse  2017-01 0/1"])
        try desk.record(.placement("y"), at: "2017-01-10T13:30:00Z")
        #expect(try Self.promises(desk) == ["4h caisse  2017-01 0/1", "4h caisse leo 2017-01 1/0"])
        // Refunded in time it is missed all the same, and once.
        try desk.record(.refund("p", "r", [(0, 1_000, 1)]), at: "2017-01-10T13:40:00Z")
        #expect(try Self.due(desk) == [])
        #expect(try Self.promises(desk) == ["4h caisse  2017-01 0/1", "4h caisse leo 2017-01 1/0"])
    }

    @Test func `a lost parcel is replaced, and the order waits for its replacement`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"))
        try desk.record(.transfer("x", "sam", "kim"))
        let lost = desk.size
        try desk.record(.loss("x"))
        try desk.record(.parcel("y", "o", replaces: "x"))
        try desk.record(.transfer("y", "sam", "kim"))
        try desk.record(.placement("y"))
        #expect(try Self.promises(desk) == ["4h caisse kim 2017-01 1/0"])
        try desk.record(.collection("y"))
        try desk.record(.handOver("o"))
        // Found after all: the debt is gone, and it is with kim again.
        #expect(
            try desk.record(.void("x", lost)) == ["assets:receivable kim -100", "liabilities:seller-payable sam 100"])
        try desk.record(.comeback("x"))
        #expect(desk.balance("assets:receivable", "kim") == 0)
        #expect(try Self.promises(desk) == ["4h caisse kim 2017-01 1/0"])
    }

    @Test func `what a carrier paid for a parcel that was found is paid back to it`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"))
        try desk.record(.transfer("x", "sam", "kim"))
        let lost = desk.size
        try desk.record(.loss("x"))
        let owed = desk.balance("assets:receivable", "kim")
        try desk.record(.collection("c1", "kim", owed))
        let account = "assets:receivable"
        #expect(try desk.refusal(.payout("v1", "kim", 1, of: account))?.accepted.english == "at most 0")
        try desk.record(.void("x", lost))
        #expect(try desk.refusal(.payout("v1", "kim", owed + 1, of: account))?.accepted.english == "at most \(owed)")
        #expect(
            try desk.record(.payout("v1", "kim", owed, of: account)) == [
                "assets:receivable kim \(owed)", "liabilities:payouts-in-transit 815 -\(owed)",
            ])
        #expect(try desk.refusal(.payout("v2", "kim", 1, of: account))?.accepted.english == "at most 0")
        try desk.record(.payoutReturn("v1"))
        #expect(desk.balance("assets:receivable", "kim") == -owed)
        try desk.record(.payout("v2", "kim", owed, of: account))
        // What an order owes its buyer goes back by paymentRefunded.
        #expect(try desk.refusal(.payout("v3", "ana", 1, of: account))?.field == "amountMinor")
    }

    @Test func `a parcel that waited in vain was ready in time all the same`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"))
        try desk.record(.transfer("x", "sam", "kim"))
        try desk.record(.placement("x"))
        try desk.record(.pickupExpiry("x"), at: "2017-01-12T12:05:00Z")
        #expect(try desk.refusal(.collection("x"))?.accepted.english == "a parcel that is in the locker")
        try desk.record(.transfer("x", "hq", "leo"))
        try desk.record(.comeback("x"))
        try desk.record(.parcel("y", "o", replaces: "x"))
        #expect(try Self.due(desk) == [])
        #expect(try Self.promises(desk) == ["4h caisse kim 2017-01 1/0"])
    }

    @Test func `refunds that cover what was lost let an order go without it`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.refund("o", "before", [(0, 300, 0)]))
        for name in ["x", "y"] { try desk.record(.parcel(name, "o", value: 200)) }
        try desk.record(.loss("x"))
        try desk.record(.refund("o", "after", [(0, 199, 0)]))
        try desk.record(.comeback("y"))
        #expect(try desk.refusal(.handOver("o"))?.accepted.english == "a parcel that replaces it, or a refund of 201")
        try desk.record(.refund("o", "more", [(0, 1, 0)]))
        #expect(try desk.refusal(.handOver("o"))?.reason.english == "parcel x is lost")
        try desk.record(.refund("o", "most", [(0, 199, 0)]))
        #expect(try desk.refusal(.handOver("o"))?.accepted.english == "a parcel that replaces it, or a refund of 1")
        try desk.record(.refund("o", "all", [(0, 1, 0)]))
        try desk.record(.handOver("o"))
    }

    @Test func `the parcels of an order that stand are worth at most the order`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("a", "o", value: 600))
        let refusal = try #require(try desk.refusal(.parcel("b", "o", value: 401)))
        #expect(refusal.field == "valueMinor" && refusal.value == "401" && refusal.accepted.english == "at most 400")
        // Lost, it still counts; another in its place, or its return, takes its part.
        try desk.record(.loss("a"))
        #expect(try desk.refusal(.parcel("b", "o", value: 401))?.field == "valueMinor")
        try desk.record(.parcel("b", "o", value: 1_000, replaces: "a"))
        #expect(try desk.refusal(.parcel("c", "o", value: 1))?.accepted.english == "at most 0")
        let back = desk.size
        try desk.record(.comeback("b"))
        try desk.record(.parcel("c", "o", value: 1))
        #expect(try desk.refusal(.void("b", back))?.accepted.english == "at most 999")
    }

    @Test func `a seller's parcels are worth at most what it sold in the order`() throws {
        let desk = try Self.desk()
        guard
            case .purchasePlaced(var body) = Body.purchase(
                "o", "ana", [.of("milk", "sam", 300, .zeroRated), .of("milk", "reg", 700, .zeroRated)])
        else { return }
        body.deliveryMode = .locker4H
        try desk.record(.purchasePlaced(body))
        try desk.record(.capture("p", "o", 1_000))
        #expect(try desk.refusal(.parcel("x", "o", value: 301))?.accepted.english == "at most 300")
        try desk.record(.parcel("x", "o", value: 200))
        try desk.record(.parcel("y", "o", value: 700, retailer: "reg"))
        #expect(try desk.refusal(.parcel("z", "o", value: 101))?.accepted.english == "at most 100")
        try desk.record(.parcel("z", "o", value: 100))
    }

    @Test func `a cooperative that trades with the market prepares its parcels while their agreement is in force`()
        throws
    {
        let desk = try Desk.warehouses()
        for body: Body in [
            .listing("milk", .zeroRated), .promised("o", "ana", .door), .capture("p", "o", 1_000), .identity("depot"),
        ] {
            try desk.record(body)
        }
        let stranger = try #require(try desk.refusal(.parcel("x", "o", site: "", retailer: "depot")))
        #expect(
            stranger.field == "retailer"
                && stranger.reason.english == "no platform or warehousing agreement in force between grand-io and depot"
        )
        try desk.record(.parcel("x", "o", site: "", retailer: "boreal"))
        try desk.record(in: "grand-io", .agreementEnd("market"))
        desk.story.nowUs += 2 * 86_400_000_000
        #expect(try desk.refusal(.parcel("y", "o", site: "", retailer: "boreal"))?.field == "retailer")
    }

    @Test func `fees are owed once a parcel, however often it is placed`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"))
        try desk.record(.transfer("x", "sam", "kim"))
        let first = desk.size
        #expect(try desk.record(.placement("x")).count == 4)
        let transferred = desk.size
        try desk.record(.transfer("x", "hq", "leo"))
        let again = desk.size
        #expect(try desk.record(.placement("x", "caisse", 2)) == [])
        // When none of it happened the fee is earned by the scan that did.
        for sequence in [again, transferred, first] { try desk.record(.void("x", sequence)) }
        #expect(desk.balance("liabilities:accounts-payable", "kim") == 0)
        #expect(try desk.record(.placement("x")).count == 4)
    }

    @Test func `nothing happens to a parcel before what it follows from`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        func refused(_ body: Body, _ time: String, _ accepted: String, _ reason: String) throws {
            let refusal = try #require(try desk.refusal(body, at: time))
            #expect(refusal.field == "effectiveAt" && refusal.accepted.english == accepted)
            #expect(refusal.reason.english.hasPrefix(reason), "\(refusal.reason.english)")
        }
        try refused(
            .parcel("x", "o"), "2017-01-10T11:59:00Z", "2017-01-10T12:00:00Z or later",
            "before the purchase (sequence \(desk.size - 2), 2017-01-10T12:00:00Z)")
        try refused(.handOver("o"), "2017-01-10T11:59:00Z", "2017-01-10T12:00:00Z or later", "before the purchase")
        try desk.record(.site("later", "hq", [(.small, 1)]), at: "2017-01-10T14:00:00Z")
        try refused(
            .parcel("x", "o", site: "later"), "2017-01-10T13:00:00Z", "2017-01-10T14:00:00Z or later",
            "before the opening of the site (sequence \(desk.size - 1)")
        try desk.record(.parcel("x", "o"), at: "2017-01-10T13:00:00Z")
        try desk.record(.transfer("x", "sam", "kim"), at: "2017-01-10T13:10:00Z")
        try desk.record(.placement("x"), at: "2017-01-10T13:20:00Z")
        try desk.record(.reminder("x"), at: "2017-01-10T13:30:00Z")
        try refused(
            .collection("x"), "2017-01-10T13:29:00Z", "2017-01-10T13:30:00Z or later",
            "before the parcel's last scan (sequence \(desk.size - 1)")
        try desk.record(.collection("x"), at: "2017-01-10T15:00:00Z")
        try refused(
            .handOver("o"), "2017-01-10T14:59:00Z", "2017-01-10T15:00:00Z or later",
            "before the parcel's last scan (sequence \(desk.size - 1)")
        // Recorded late is not too early.
        try desk.record(.promised("p"), at: "2017-01-12T12:00:00Z")
        try desk.record(.handOver("o"), at: "2017-01-10T15:00:00Z")
    }

    @Test func `voiding scans one by one leaves nothing of them`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"))
        let balances = desk.balances
        let scans: [Body] = [
            .transfer("x", "sam", "kim"), .damage("x", 100), .placement("x"), .transfer("x", "hq", "leo"),
            .placement("x", "caisse", 2), .collection("x"),
        ]
        var states: [(sequence: UInt64, balances: [String: Int64], promises: [String], due: [String])] = []
        for scan in scans {
            states.append((desk.size, desk.balances, try Self.promises(desk), try Self.due(desk)))
            try desk.record(scan)
        }
        #expect(try Self.promises(desk) == ["4h caisse kim 2017-01 1/0"])
        for state in states.reversed() {
            try desk.record(.void("x", state.sequence))
            #expect(desk.balances == state.balances)
            #expect(try Self.promises(desk) == state.promises)
            #expect(try Self.due(desk) == state.due)
        }
        #expect(desk.balances == balances)
        #expect(try Self.patronage(desk, "kim") == 0 && Self.patronage(desk, "leo") == 0)
        let book = try #require(desk.book)
        let parcel = try #require(Array("x".utf8).withBytes { desk.views.parcel($0, book) })
        #expect(parcel.record.state == .prepared && parcel.record.lastScan == 0)
        #expect(desk.views.scans(ofParcel: parcel.number).filter { $0.scan.voidedBy != 0 }.count == 6)
        try desk.record(.transfer("x", "sam", "leo"))
        try desk.record(.placement("x"))
        #expect(try Self.promises(desk) == ["4h caisse leo 2017-01 1/0"])
    }

    @Test func `fees are those of the policy in force when the parcel arrives`() throws {
        let desk = try Self.desk()
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        for name in ["a", "b"] {
            try desk.record(.parcel(name, "o"))
            try desk.record(.transfer(name, "sam", "kim"))
        }
        let first = desk.size
        try desk.record(.placement("a"))
        try desk.record(.deliveryPolicy(hours: 24, fees: [(.locker4H, 900)], hosting: 0))
        #expect(
            try desk.record(.placement("b", "caisse", 2)) == [
                "expenses:delivery 900", "liabilities:accounts-payable kim -900",
            ])
        // What was posted is taken back as it was posted.
        #expect(
            try desk.record(.void("a", first)) == [
                "expenses:delivery -500", "expenses:locker-hosting -50", "liabilities:accounts-payable hq 50",
                "liabilities:accounts-payable kim 500",
            ])
    }

    @Test func `without a policy nobody is owed anything and no pickup expires`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Story.lockers.dropLast())
        try Self.paid(desk, "o", at: "2017-01-10T12:00:00Z")
        try desk.record(.parcel("x", "o"))
        try desk.record(.transfer("x", "sam", "kim"))
        #expect(try desk.record(.placement("x", codeBytes: 0)) == [])
        let refusal = try desk.refusal(.pickupExpiry("x"), at: "2018-01-01T00:00:00Z")
        #expect(refusal?.accepted.english == "parcelTransferred or parcelReturned")
    }

    @Test(arguments: [
        ("H2X 1Y4", true), ("H2X1Y4", true), ("h2x 1y4", false), ("H2X  1Y4", false), ("Z2X 1Y4", false),
        ("H2O 1Y4", false), ("H2X 1Y", false), ("W1A 1A1", false), ("A1W 1Z1", true), ("H 2X1Y4", false),
    ])
    func `postal codes are Canada's`(code: String, isRight: Bool) throws {
        let desk = try Self.desk()
        let refusal = try desk.refusal(.site("new", "hq", [(.small, 1)], postalCode: code))
        #expect((refusal == nil) == isRight)
    }
}
