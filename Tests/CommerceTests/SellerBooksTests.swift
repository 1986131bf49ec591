import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// A cooperative with a book of its own, "boreal", sells on "grand-io" under their platform agreement: both books have the sale.
@Suite("Sellers with books")
struct SellerBooksTests {
    /// boreal is registered for both taxes where that is said; the commission is 4 %.
    private func market(registered: Bool = false) throws -> Desk {
        let desk = try Desk.warehouses()
        for body: Body in [.taxes(), .commission(ppm: 40_000), .listing("lamp"), .chargebackRule(.seller)] {
            try desk.record(body)
        }
        guard registered else { return desk }
        try desk.record(.withdrawal("boreal"))
        try desk.record(.admission("boreal", [.seller], registered: ["gst": "2016-01-01", "qst": "2016-01-01"]))
        return desk
    }

    private func sell(_ order: String, _ desk: Desk, amount: Int64 = 10_000) throws {
        let taxes = [("gst", Market.halfUp(amount, ppm: 50_000)), ("qst", Market.halfUp(amount, ppm: 99_750))]
        try desk.record(.purchase(order, "ana", [.of("lamp", "boreal", amount)], taxes: taxes))
        try desk.record(.capture("p-\(order)", order, amount + taxes[0].1 + taxes[1].1))
    }

    @discardableResult
    private func post(_ body: Body, _ desk: Desk, at time: String? = nil) throws -> [String] {
        try desk.record(in: "grand-io", body, at: time)
    }

    @Test func `a registered seller's sale, commission, refund, payout and its return, to the cent`() throws {
        let desk = try market(registered: true)
        try sell("o1", desk)
        #expect(desk.balance(in: "boreal", "assets:platform-receivable", "grand-io") == 0)
        #expect(
            try post(.handOver("o1"), desk) == [
                "boreal assets:platform-receivable grand-io 11038 CAD", "boreal assets:tax-recoverable 60 CAD",
                "boreal expenses:platform-commission 400 CAD", "boreal liabilities:gst-payable -500 CAD",
                "boreal liabilities:qst-payable -998 CAD", "boreal revenue:sales -10000 CAD",
                "grand-io liabilities:deferred-commission 400 CAD", "grand-io liabilities:gst-payable -20 CAD",
                "grand-io liabilities:qst-payable -40 CAD", "grand-io liabilities:seller-payable boreal 60 CAD",
                "grand-io revenue:commission -400 CAD",
            ])
        let own = try #require(desk.book("boreal"))
        #expect(Array("qst".utf8).withBytes { desk.views.recoverable($0, own) } == 40)
        // In its return it is the tax on its own sales, in the market's that on the commission.
        for (book, charged) in [
            (own, "orderHandedOver true 500"), (try #require(desk.book("grand-io")), "orderHandedOver false 20"),
        ] {
            let moves = desk.views.taxMovements(book, AccountCode.gstPayable.rawValue, from: .min, through: .max)
            #expect(
                moves.filter { $0.sums.second != 0 }.map { "\($0.kind) \($0.isElsewhere) \($0.sums.second)" } == [
                    charged
                ])
        }
        #expect(
            try post(.refund("o1", "r1", [(0, 2_500, 0)], taxes: [("gst", 125), ("qst", 250)]), desk) == [
                "boreal assets:platform-receivable grand-io -2760 CAD", "boreal assets:tax-recoverable -15 CAD",
                "boreal expenses:platform-commission -100 CAD", "boreal liabilities:gst-payable 125 CAD",
                "boreal liabilities:qst-payable 250 CAD", "boreal revenue:sales 2500 CAD",
                "grand-io assets:receivable ana -2875 CAD", "grand-io liabilities:gst-payable 5 CAD",
                "grand-io liabilities:qst-payable 10 CAD", "grand-io liabilities:seller-payable boreal 2760 CAD",
                "grand-io revenue:commission 100 CAD",
            ])
        #expect(try desk.refusal(in: "grand-io", .payout("x1", "boreal", 8_279))?.accepted.english == "at most 8278")
        let instructed = [
            "boreal assets:in-transit 815 8278 CAD", "boreal assets:platform-receivable grand-io -8278 CAD",
            "grand-io liabilities:payouts-in-transit 815 -8278 CAD",
            "grand-io liabilities:seller-payable boreal 8278 CAD",
        ]
        #expect(try post(.payout("x1", "boreal", 8_278), desk) == instructed)
        #expect(
            try post(.payoutReturn("x1"), desk) == [
                "boreal assets:in-transit 815 -8278 CAD", "boreal assets:platform-receivable grand-io 8278 CAD",
                "grand-io liabilities:payouts-in-transit 815 8278 CAD",
                "grand-io liabilities:seller-payable boreal -8278 CAD",
            ])
        #expect(try post(.payout("x2", "boreal", 8_278), desk) == instructed)
        #expect(
            try post(.payoutSettled("x2"), desk) == [
                "boreal assets:bank 815 8278 CAD", "boreal assets:in-transit 815 -8278 CAD",
                "grand-io assets:bank 815 -8278 CAD", "grand-io liabilities:payouts-in-transit 815 8278 CAD",
            ])
        #expect(
            try post(.payoutReturn("x2"), desk) == [
                "boreal assets:bank 815 -8278 CAD", "boreal assets:platform-receivable grand-io 8278 CAD",
                "grand-io assets:bank 815 8278 CAD", "grand-io liabilities:seller-payable boreal -8278 CAD",
            ])
    }

    @Test func `what a seller pays back stands in both books, and not in a locked period of its own`() throws {
        let desk = try market()
        try sell("o1", desk)
        try post(.handOver("o1"), desk)
        try post(.payout("x1", "boreal", 9_600), desk)
        try post(.refund("o1", "r1", [(0, 2_500, 0)], taxes: [("gst", 125), ("qst", 250)]), desk)
        let account = "liabilities:seller-payable"
        #expect(
            try desk.refusal(in: "grand-io", .collection("c1", "boreal", 2_401, of: account))?.accepted.english
                == "at most 2400")
        #expect(
            try post(.collection("c1", "boreal", 2_000, of: account), desk) == [
                "boreal assets:bank 815 -2000 CAD", "boreal assets:platform-receivable grand-io 2000 CAD",
                "grand-io assets:in-transit 815 2000 CAD", "grand-io liabilities:seller-payable boreal -2000 CAD",
            ])
        try desk.record(in: "boreal", .lock(through: "2017-01-31"), at: "2017-02-02T15:00:00Z")
        let last = Body.collection("c2", "boreal", 400, of: account)
        let refusal = try #require(try desk.refusal(in: "grand-io", last, at: "2017-01-31T15:00:00Z"))
        #expect(refusal.field == "effectiveAt" && refusal.reason.english.contains("boreal"))
        try post(last, desk, at: "2017-02-01T15:00:00Z")
        #expect(desk.balance(in: "boreal", "assets:platform-receivable", "grand-io") == 0)
    }

    @Test func `an unregistered seller has the sale without taxes, and bears a chargeback`() throws {
        let desk = try market()
        try sell("o1", desk)
        // Before the hand-over nothing is sold; what was charged back by then comes with it.
        #expect(try post(.chargeback("k1", "o1", 1_000), desk).allSatisfy { $0.hasPrefix("grand-io") })
        #expect(
            try post(.handOver("o1"), desk).filter { $0.hasPrefix("boreal") } == [
                "boreal assets:platform-receivable grand-io 8600 CAD", "boreal expenses:chargebacks 1000 CAD",
                "boreal expenses:platform-commission 400 CAD", "boreal revenue:sales -10000 CAD",
            ])
        #expect(
            try post(.chargeback("k2", "o1", 500), desk).filter { $0.hasPrefix("boreal") } == [
                "boreal assets:platform-receivable grand-io -500 CAD", "boreal expenses:chargebacks 500 CAD",
            ])
        #expect(
            try post(.chargebackReversal("k1", 1_000), desk).filter { $0.hasPrefix("boreal") } == [
                "boreal assets:platform-receivable grand-io 1000 CAD", "boreal expenses:chargebacks -1000 CAD",
            ])
    }

    @Test func `goods that come back after a chargeback are the seller's loss no more, in both books`() throws {
        let desk = try market()
        try sell("o1", desk)
        try post(.handOver("o1"), desk)
        try post(.chargeback("k1", "o1", 11_498), desk)
        #expect(
            try post(.refund("o1", "r1", [(0, 10_000, 0)], taxes: [("gst", 500), ("qst", 998)]), desk) == [
                "boreal assets:platform-receivable grand-io 1898 CAD", "boreal expenses:chargebacks -11498 CAD",
                "boreal expenses:platform-commission -400 CAD", "boreal revenue:sales 10000 CAD",
                "grand-io liabilities:gst-payable 500 CAD", "grand-io liabilities:qst-payable 998 CAD",
                "grand-io liabilities:seller-payable boreal -1898 CAD", "grand-io revenue:commission 400 CAD",
            ])
    }

    @Test func `a chargeback told late is not in the seller's book before the sale`() throws {
        let desk = try market()
        try sell("o1", desk)
        let before = InstantText.format(us: desk.story.nowUs)
        try post(.chargeback("k1", "o1", 500), desk)
        try post(.handOver("o1"), desk)
        let sale = InstantText.format(us: desk.story.nowUs)
        for body: Body in [.chargeback("k2", "o1", 500), .chargebackReversal("k1", 500)] {
            let refusal = try #require(try desk.refusal(in: "grand-io", body, at: before))
            #expect(refusal.field == "effectiveAt")
            #expect(try desk.refusal(in: "grand-io", body, at: sale) == nil)
        }
        let late = try #require(try desk.refusal(in: "grand-io", .chargeback("k2", "o1", 500), at: before))
        #expect(late.accepted.english == "\(sale) or later")
    }

    @Test func `nothing is posted in a locked period of the seller's book`() throws {
        let desk = try market()
        try sell("o1", desk)
        try sell("o2", desk)
        try post(.handOver("o1"), desk)
        try desk.record(in: "boreal", .lock(through: "2017-01-31"), at: "2017-02-02T15:00:00Z")
        desk.story.book = "grand-io"
        for body: Body in [
            .handOver("o2"), .refund("o1", "r1", [(0, 100, 0)], taxes: [("gst", 5), ("qst", 10)]),
            .payout("x1", "boreal", 100), .chargeback("k1", "o1", 100),
        ] {
            let refusal = try #require(try desk.refusal(in: "grand-io", body, at: "2017-01-31T15:00:00Z"))
            #expect(refusal.field == "effectiveAt" && refusal.reason.english.contains("boreal"))
            #expect(try desk.refusal(in: "grand-io", body, at: "2017-02-01T15:00:00Z") == nil)
        }
    }

    @Test
    func `the market's payout waits for the market's approval alone, not for the seller's, nor by the seller's key`()
        throws
    {
        let desk = try market()
        try sell("o1", desk)
        try desk.record(in: "boreal", .approvalRules([("payoutInstructed", 0), ("orderHandedOver", 0)]))
        try post(.handOver("o1"), desk)
        #expect(try post(.payout("x1", "boreal", 100), desk).contains("boreal assets:in-transit 815 100 CAD"))
        try desk.record(in: "grand-io", .approvalRules([("payoutInstructed", 0)]))
        let payout = Body.payout("x2", "boreal", 100)
        func refusal(_ approvers: String...) throws -> Refusal? {
            try desk.refusal(in: "grand-io", payout, approvedBy: approvers)
        }
        #expect(try refusal()?.field == "approvals")
        // sam signs for boreal, by a key that boreal registered.
        #expect(try refusal("sam")?.field == "approvals[0].signature")
        #expect(try refusal("ana") == nil)
        try desk.record(in: "grand-io", payout, approvedBy: ["ana"])
        #expect(desk.balance(in: "boreal", "assets:in-transit", "815") == 200)
    }

    @Test func `without a platform agreement in force a book is posted to by nobody else`() throws {
        let desk = try market()
        try sell("o1", desk)
        try post(.agreementEnd("market"), desk)
        desk.story.nowUs += 2 * 86_400_000_000
        #expect(try post(.handOver("o1"), desk).allSatisfy { $0.hasPrefix("grand-io") })
        #expect(try post(.payout("x1", "boreal", 100), desk).allSatisfy { $0.hasPrefix("grand-io") })
    }

    @Test func `a book founded after its admission counts from the next order on`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        try desk.record(.capture("p1", "o1", 1_000))
        try desk.record(.signingKey(of: "ana"))
        try desk.record(in: "sam", .founding(clock: .machine))
        try desk.record(in: "sam", .admission("tom", [.consumer]))
        try desk.record(in: "sam", .signingKey(of: "tom"))
        try desk.record(
            in: "grand-io", .agreement("m", client: "sam", [.unit("order", 10)]), approvedBy: ["ana", "tom"])
        #expect(try post(.handOver("o1"), desk).allSatisfy { $0.hasPrefix("grand-io") })
        try desk.record(.purchase("o2", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        try desk.record(.capture("p2", "o2", 1_000))
        #expect(try post(.handOver("o2"), desk).contains("sam revenue:sales -1000 CAD"))
        // 9.60 of each order are payable; the seller's book has one of them.
        #expect(try post(.payout("x1", "sam", 1_920), desk).contains("sam assets:in-transit 815 960 CAD"))
    }

    /// 10 000 histories: whatever is recorded, what the market owes is what the seller's book is owed, and both together owe each other nothing.
    @Test(arguments: 0..<40)
    func `the two books agree after every event, and cancel out together`(block: Int) throws {
        var collections = 0
        for seed in UInt64(block * 250)..<UInt64(block * 250 + 250) {
            var random = Seeded(seed)
            let desk = try market()
            let (market, own) = (try #require(desk.book("grand-io")), try #require(desk.book("boreal")))
            let base = desk.size
            var accepted: [Event] = []
            var locked: Int32 = .min
            var soldUs: [String: Int64] = [:]
            // Collected while the seller's book owed nothing: of a chargeback that took more than such an order gives the seller.
            var alone: Int64 = 0
            for step in 0..<12 {
                let (book, body) = deed(step, seed, &random)
                desk.story.book = book
                desk.story.nowUs += Int64.random(in: -6...20, using: &random) * 3_600_000_000
                let event = desk.story.event(body)
                do {
                    try desk.record(event)
                    accepted.append(event)
                } catch is Refusal {
                    continue
                }
                let place = "seed \(seed), step \(step): \(event)"
                let day = own.day(desk.story.nowUs)
                let posts = desk.views.journal.postings.contains { $0.book == own.id && $0.amountMinor != 0 }
                if book == "grand-io" { try #require(!posts || day > locked, "\(place)") }
                if case .periodLocked = body { locked = own.lockedThrough ?? .min }
                // No sale is changed in the seller's book before that book has it.
                switch body {
                case .orderHandedOver(let done): soldUs[done.order] = desk.story.nowUs
                case .chargebackReceived(let taken):
                    try #require(desk.story.nowUs >= soldUs[taken.order] ?? .min, "\(place)")
                case .chargebackReversed where posts:
                    try #require(desk.story.nowUs >= soldUs.values.min() ?? .max, "\(place)")
                case .debtCollected:
                    collections += 1
                    for posting in desk.views.journal.postings {
                        if posting.account == AccountCode.sellerPayable.rawValue { alone -= posting.amountMinor }
                        if posting.account == AccountCode.platformReceivable.rawValue { alone -= posting.amountMinor }
                    }
                default: break
                }
                // What was charged back of orders that are not handed over is the market's alone until then.
                let waiting = ["o0", "o1", "o2"].reduce(Int64(0)) { sum, name in
                    let order = Array(name.utf8).withBytes { desk.views.order($0, market) }
                    return sum + (order?.isHandedOver == false ? order?.chargedBackMinor ?? 0 : 0)
                }
                let payable = desk.views.payable(desk.party("boreal"), market) + waiting - alone
                let owed = desk.balance(in: "boreal", "assets:platform-receivable", "grand-io")
                try #require(owed == payable, "\(place)")
                try #require(eliminated(desk, market, own) + owed == 0, "\(place)")
                for name in ["grand-io", "boreal"] {
                    try #require(
                        desk.balancesOfAll.filter { $0.key.hasPrefix(name + " ") }.values.reduce(0, +) == 0, "\(place)")
                }
            }
            desk.story.book = "grand-io"
            let sold = desk.balance(in: "boreal", "revenue:sales")
            let commission = desk.balance(in: "boreal", "expenses:platform-commission")
            try #require(sold <= 0 && commission == -desk.balance(in: "grand-io", "revenue:commission"), "seed \(seed)")
            guard seed % 4 == 0 else { continue }
            let quiet = try self.market()
            try #require(quiet.size == base)
            try quiet.replay(accepted)
            try #require(
                quiet.views.index.digests().map { "\($0)" } == desk.views.index.digests().map { "\($0)" },
                "seed \(seed)")
        }
        try #require(collections > 0, "block \(block)")
    }

    /// Orders are few, so that refunds, payouts and chargebacks find one; all of them are boreal's.
    ///
    /// Some histories begin with one that is sold, handed over, paid out, refunded and paid back.
    private func deed(_ step: Int, _ seed: UInt64, _ random: inout Seeded) -> (book: String, body: Body) {
        let opening = seed % 5 == 0 ? [0, 1, 2, 8, 7, 13] : [0, 1, 2]
        let isRoundTrip = seed % 5 == 0 && step < opening.count
        let order = isRoundTrip ? "o1" : "o\(Int.random(in: 0..<3, using: &random))"
        let payout = "x\(Int.random(in: 0..<3, using: &random))"
        let amount = [1_000, 2_500, 999][Int(order.utf8.last ?? 48) - 48]
        let taxes = [
            ("gst", Market.halfUp(Int64(amount), ppm: 50_000)), ("qst", Market.halfUp(Int64(amount), ppm: 99_750)),
        ]
        let total = Int64(amount) + taxes[0].1 + taxes[1].1
        switch step < opening.count ? opening[step] : Int.random(in: 0..<17, using: &random) {
        case 0, 3: return ("grand-io", .purchase(order, "ana", [.of("lamp", "boreal", Int64(amount))], taxes: taxes))
        case 1, 4: return ("grand-io", .capture("p-\(order)", order, total))
        case 2, 5, 6: return ("grand-io", .handOver(order))
        case 7:
            return (
                "grand-io",
                .refund(
                    order, "r", [(0, Int64(amount), 0)], taxes: taxes)
            )
        case 8: return ("grand-io", .payout(payout, "boreal", Int64.random(in: 1...2_000, using: &random)))
        case 9: return ("grand-io", .payoutSettled(payout))
        case 10: return ("grand-io", .payoutReturn(payout))
        case 11: return ("grand-io", .chargeback("k\(step)", order, Int64(40 * step + 7)))
        case 14:
            let earlier = Int.random(in: 3..<12, using: &random)
            return ("grand-io", .chargebackReversal("k\(earlier)", Int64(40 * earlier + 7)))
        case 12: return ("grand-io", .cancellation(order))
        case 13, 15:
            let amount = Int64.random(in: 1...1_000, using: &random)
            return ("grand-io", .collection("c\(step)", "boreal", amount, of: "liabilities:seller-payable"))
        default: return ("boreal", .lock(through: "2017-01-0\(Int.random(in: 3...6, using: &random))"))
        }
    }

    /// What a combined statement leaves out of both, beside what each cooperative owes the other by name.
    private func eliminated(_ desk: Desk, _ market: Book, _ own: Book) -> Int64 {
        var sum: Int64 = 0
        for book in [market, own] {
            let rows = desk.views.index.rows(prefix: desk.views.key.begin(.mirror).u16(book.id).bytes)
            while rows.next() { sum += rows.counters.first - rows.counters.second }
        }
        return sum
    }
}
