import Commerce
import Events
import Fixtures
import Testing

/// Works, licences, royalties and plays: each journal entry to the cent.
@Suite("Digital works")
struct DigitalTests {
    /// Creators eve (a member for her royalties) and fay; album and novel are digital, paper is the novel printed.
    static let shop: [Body] =
        Story.opening + Story.people + [
            .digitalTaxes(), .identity("eve"), .identity("fay"), .admission("eve", [.creator]),
            .listing("album", seller: "sam", .digital), .listing("novel", .digital), .listing("paper", .printedBook),
            .work(
                "album", isrc: "CA-A01-17-00001", title: "Marées", [("eve", "author"), ("fay", "performer")],
                downloadsMax: 2),
            .work("novel", .ebook, isbn: "978-0-306-40615-7", [("eve", "author")]),
            .work("paper", .printedBook, isbn: "9780306406157", [("eve", "author")]),
            .streaming(),
        ]

    static let sheet = Body.split("album", [("eve", "author", 666_667), ("fay", "performer", 333_333)])

    /// The album, 10.00 before tax, paid and handed over.
    static let sold: [Body] = [
        .purchase("o1", "ana", [.of("album", "sam", 1_000, .digital)], taxes: [("gst", 50), ("qst", 100)]),
        .capture("p1", "o1", 1_150), .handOver("o1"),
    ]

    private func desk(_ more: [Body] = []) throws -> Desk { try Desk(opening: Self.shop + more) }

    @Test func `a printed book bears GST alone, the e-book both taxes`() throws {
        let desk = try desk()
        #expect(
            try desk.record(.purchase("o1", "ana", [.of("paper", "sam", 2_495, .printedBook)], taxes: [("gst", 125)]))
                == [
                    "assets:receivable ana 2620", "liabilities:deferred-commission -100",
                    "liabilities:gst-payable -125",
                    "liabilities:seller-payable sam -2395",
                ])
        #expect(
            try desk.record(
                .purchase("o2", "ana", [.of("novel", "sam", 1_495, .digital)], taxes: [("gst", 75), ("qst", 149)])) == [
                    "assets:receivable ana 1719", "liabilities:deferred-commission -60", "liabilities:gst-payable -75",
                    "liabilities:qst-payable -149", "liabilities:seller-payable sam -1435",
                ])
        let taxed = try desk.refusal(
            .purchase("o3", "ana", [.of("paper", "sam", 2_495, .printedBook)], taxes: [("gst", 125), ("qst", 249)]))
        #expect(taxed?.field == "taxes[1].amountMinor")
    }

    @Test func `a licence moves what the seller is owed to the creators, by the split in force at the purchase`() throws
    {
        let desk = try desk([Self.sheet] + Self.sold + [.split("album", [("fay", "performer", 1_000_000)])])
        // 10.00 less 4 % commission is 9.60: two thirds and one third of it.
        #expect(
            try desk.record(.licence("l1", "o1")) == [
                "liabilities:royalties-payable eve -640", "liabilities:royalties-payable fay -320",
                "liabilities:seller-payable sam 960",
            ])
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
        let book = try #require(desk.book)
        // fay is no member: her royalties are no patronage.
        #expect(desk.views.patronage(book, year: 2017, group: .creator).map(\.base) == [640])
    }

    @Test func `a seller is not paid what the licences of its lines will give the creators`() throws {
        let desk = try desk(
            [
                Self.sheet,
                .purchase("o0", "ana", [.of("novel", "sam", 500, .digital)], taxes: [("gst", 25), ("qst", 50)]),
                .capture("p0", "o0", 575), .handOver("o0"),
            ] + Self.sold)
        // 4.80 of the novel, which no sheet splits; 9.60 of the album wait for the licence.
        let refusal = try #require(try desk.refusal(.payout("v1", "sam", 481)))
        #expect(refusal.field == "amountMinor" && refusal.accepted.english == "at most 480")
        try desk.record(.licence("l1", "o1"))
        #expect(try desk.refusal(.payout("v1", "sam", 481))?.field == "amountMinor")
        try desk.record(.payout("v1", "sam", 480))
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
        // Where the cooperative bears a chargeback of all, what the sale left the seller is still the creators'.
        try desk.record(.chargeback("c1", "o1", 1_150))
        try desk.record(.revocation("l1"))
        #expect(desk.balance("liabilities:seller-payable", "sam") == -960)
        #expect(try desk.refusal(.payout("v2", "sam", 1))?.accepted.english == "at most 0")
        try desk.record(.chargebackReversal("c1", 1_150))
        #expect(try desk.refusal(.payout("v2", "sam", 1))?.field == "amountMinor")
    }

    @Test func `a seller that bears a chargeback of all is paid for its other sales less the loss`() throws {
        let desk = try desk([.chargebackRule(.seller), Self.sheet] + Self.sold)
        try desk.record(
            .purchase("o2", "ana", [.of("novel", "sam", 1_000, .digital)], taxes: [("gst", 50), ("qst", 100)]))
        try desk.record(.capture("p2", "o2", 1_150))
        try desk.record(.handOver("o2"))
        #expect(try desk.refusal(.payout("v1", "sam", 961))?.accepted.english == "at most 960")
        // 9.60 for each, less 11.50.
        try desk.record(.chargeback("c1", "o1", 1_150))
        #expect(try desk.refusal(.payout("v1", "sam", 771))?.accepted.english == "at most 770")
        try desk.record(.chargebackReversal("c1", 1_150))
        #expect(try desk.refusal(.payout("v1", "sam", 961))?.accepted.english == "at most 960")
    }

    @Test func `where no split was in force nothing moves, and a sheet recorded later never restates`() throws {
        let desk = try desk(Self.sold)
        try desk.record(Self.sheet, at: "2017-01-02T15:01:01Z")
        #expect(try desk.record(.licence("l1", "o1"), at: "2017-01-03T15:00:00Z") == [])
        #expect(desk.balance("liabilities:seller-payable", "sam") == -960)
    }

    @Test func `a refunded line revokes to the cent, also after the creators were paid`() throws {
        let desk = try desk([Self.sheet] + Self.sold + [.licence("l1", "o1")])
        try desk.record(
            .payout("x1", "eve", 640, of: "liabilities:royalties-payable"))
        #expect(try desk.refusal(.revocation("l1"))?.field == "licence")
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 1_000, 1)], taxes: [("gst", 50), ("qst", 100)])) == [
                "assets:receivable ana -1150", "liabilities:gst-payable 50", "liabilities:qst-payable 100",
                "liabilities:royalties-payable eve 640", "liabilities:royalties-payable fay 320",
                "revenue:commission 40",
            ])
        #expect(try desk.refusal(.download("l1", "d1"))?.field == "licence")
        #expect(try desk.record(.revocation("l1")) == [])
        #expect(desk.balance("liabilities:royalties-payable", "eve") == 640)
        #expect(desk.balance("liabilities:royalties-payable", "fay") == 0)
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
        let book = try #require(desk.book)
        #expect(desk.views.patronage(book, year: 2017, group: .creator).map(\.base) == [0])
        let account = "liabilities:royalties-payable"
        #expect(try desk.refusal(.collection("c1", "eve", 641, of: account))?.accepted.english == "at most 640")
        #expect(
            try desk.record(.collection("c1", "eve", 640, of: account)) == [
                "assets:in-transit 815 640", "liabilities:royalties-payable eve -640",
            ])
    }

    @Test func `a chargeback of the whole order stops downloads and revokes, until it is reversed`() throws {
        let desk = try desk([Self.sheet] + Self.sold + [.licence("l1", "o1"), .chargeback("c0", "o1", 100)])
        try desk.record(.download("l1", "d1"))
        #expect(try desk.refusal(.revocation("l1"))?.field == "licence")
        try desk.record(.chargeback("c1", "o1", 1_050))
        let refusal = try #require(try desk.refusal(.download("l1", "d2")))
        #expect(refusal.field == "licence" && refusal.reason.english == "the whole order was charged back")
        try desk.record(.chargebackReversal("c1", 1_050))
        try desk.record(.download("l1", "d2"))
        try desk.record(.chargeback("c2", "o1", 1_050))
        #expect(
            try desk.record(.revocation("l1")) == [
                "liabilities:royalties-payable eve 640", "liabilities:royalties-payable fay 320",
                "liabilities:seller-payable sam -960",
            ])
        #expect(try desk.refusal(.licence("l2", "o1"))?.accepted.english == "after chargebackReversed")
        try desk.record(.chargebackReversal("c2", 1_050))
        try desk.record(.licence("l2", "o1"))
        try desk.record(.download("l2", "d1"))
    }

    @Test func `a licence is not revoked before what makes it fall, nor are plays settled before they are played`()
        throws
    {
        let desk = try desk([Self.sheet] + Self.sold + [.licence("l1", "o1")])
        try desk.record(
            .refund("o1", "r1", [(0, 1_000, 1)], taxes: [("gst", 50), ("qst", 100)]), at: "2017-02-20T15:00:00Z")
        let fall = try #require(try desk.refusal(.revocation("l1"), at: "2017-02-06T15:00:00Z"))
        #expect(fall.field == "effectiveAt" && fall.accepted.english == "2017-02-20T15:00:00Z or later")
        try desk.record(.revocation("l1"), at: "2017-02-20T15:00:00Z")
        try desk.record(
            .credits("c1", "ana", 2, amount: 2_000, taxes: [("gst", 100), ("qst", 200)]), at: "2017-03-01T15:00:00Z")
        for (play, time) in [("w1", "2017-03-05T15:00:00Z"), ("w2", "2017-03-04T15:00:00Z")] {
            try desk.record(.play(play, "album", "ana"), at: time)
        }
        let settlement = Body.playsSettled("s1", "album", microcredits: 6_000, amount: 6)
        let early = try #require(try desk.refusal(settlement, at: "2017-03-04T16:00:00Z"))
        #expect(early.field == "effectiveAt" && early.accepted.english == "2017-03-05T15:00:00Z or later")
        try desk.record(settlement, at: "2017-03-05T15:00:00Z")
    }

    @Test func `nothing is played before the listener bought credits`() throws {
        let desk = try desk([Self.sheet])
        try desk.record(
            .credits("c1", "ana", 2, amount: 2_000, taxes: [("gst", 100), ("qst", 200)]), at: "2017-01-05T15:00:00Z")
        let refusal = try #require(try desk.refusal(.play("w1", "album", "ana"), at: "2017-01-05T14:00:00Z"))
        #expect(refusal.field == "effectiveAt" && refusal.accepted.english == "2017-01-05T15:00:00Z or later")
        try desk.record(
            .credits("c2", "ana", 2, amount: 2_000, taxes: [("gst", 100), ("qst", 200)]), at: "2017-01-05T13:00:00Z")
        try desk.record(.play("w1", "album", "ana"), at: "2017-01-05T14:00:00Z")
    }

    @Test func `the reversal belongs to the year of the refund`() throws {
        let desk = try desk([Self.sheet] + Self.sold + [.licence("l1", "o1")])
        try desk.record(
            .refund("o1", "r1", [(0, 1_000, 1)], taxes: [("gst", 50), ("qst", 100)]), at: "2018-01-05T15:00:00Z")
        try desk.record(.revocation("l1"))
        let book = try #require(desk.book)
        #expect(desk.views.patronage(book, year: 2017, group: .creator).map(\.base) == [640])
        // Below zero in its own year; a plan counts it as none.
        #expect(desk.views.patronage(book, year: 2018, group: .creator).map(\.base) == [0])
        #expect(desk.balance("liabilities:royalties-payable", "eve") == 0)
    }

    @Test func `after a partial refund another licence is granted for what remains`() throws {
        let desk = try desk([Self.sheet] + Self.sold + [.licence("l1", "o1")])
        // 4.00 less its commission: 3.84, two thirds and one third of it.
        #expect(
            try desk.record(.refund("o1", "r1", [(0, 400, 0)], taxes: [("gst", 20), ("qst", 40)])) == [
                "assets:receivable ana -460", "liabilities:gst-payable 20", "liabilities:qst-payable 40",
                "liabilities:royalties-payable eve 256", "liabilities:royalties-payable fay 128",
                "revenue:commission 16",
            ])
        #expect(try desk.refusal(.licence("l2", "o1"))?.field == "line")
        try desk.record(.revocation("l1"))
        #expect(
            try desk.record(.licence("l2", "o1")) == [
                "liabilities:royalties-payable eve -384", "liabilities:royalties-payable fay -192",
                "liabilities:seller-payable sam 576",
            ])
    }

    @Test func `the lines of an order share what its seller is owed, and no cent is lost`() throws {
        let lines = (0..<3).map { _ in PurchaseLine.of("album", "sam", 333, .digital) }
        let desk = try desk(
            [
                Self.sheet, .purchase("o1", "ana", lines, taxes: [("gst", 50), ("qst", 100)]),
                .capture("p1", "o1", 1_149),
            ]
                + [.handOver("o1")])
        // 9.99 less 0.40 commission: 9.59 over three equal lines is 3.20, 3.20, 3.19.
        var moved: [Int64] = []
        for line in 0..<3 as Range<UInt32> {
            let before = desk.balance("liabilities:seller-payable", "sam")
            try desk.record(.licence("l\(line)", "o1", line: line))
            moved.append(desk.balance("liabilities:seller-payable", "sam") - before)
        }
        #expect(moved == [320, 320, 319])
        #expect(desk.balance("liabilities:seller-payable", "sam") == 0)
    }

    @Test func `a discount that the cooperative pays for belongs to the line that had it`() throws {
        let lines = [
            PurchaseLine.of("album", "sam", 500, price: 1_000, discounts: [(.cooperative, 500)], .digital),
            PurchaseLine.of("novel", "sam", 1_000, .digital),
        ]
        let desk = try desk([
            Self.sheet, .purchase("o1", "ana", lines, taxes: [("gst", 75), ("qst", 150)]), .capture("p1", "o1", 1_725),
            .handOver("o1"),
        ])
        // 15.00 and 5.00 from the cooperative, less 0.60 commission: 19.40, half of it each.
        try desk.record(.licence("l1", "o1"))
        #expect(desk.balance("liabilities:seller-payable", "sam") == -970)
    }

    @Test func `a registered seller keeps the taxes that it remits`() throws {
        let desk = try desk([
            .split("novel", [("eve", "author", 1_000_000)]),
            .purchase("o1", "ana", [.of("novel", "reg", 1_000, .digital)], taxes: [("gst", 50), ("qst", 100)]),
            .capture("p1", "o1", 1_150), .handOver("o1"),
        ])
        #expect(
            try desk.record(.licence("l1", "o1")) == [
                "liabilities:royalties-payable eve -960", "liabilities:seller-payable reg 960",
            ])
        // GST and QST of the sale, less those on the commission of 0.40.
        #expect(desk.balance("liabilities:seller-payable", "reg") == -(150 - 6))
    }

    @Test func `downloads are counted to the licence's limit, as published when it was granted`() throws {
        let desk = try desk(Self.sold + [.licence("l1", "o1")])
        try desk.record(.work("album", .music, [("eve", "author")], downloadsMax: 9))
        for download in ["d1", "d2"] { try desk.record(.download("l1", download)) }
        let refusal = try desk.refusal(.download("l1", "d3"))
        #expect(refusal?.field == "licence" && refusal?.reason.english == "2 downloads of 2")
    }

    @Test func `credits are a liability, with both taxes`() throws {
        let desk = try desk()
        #expect(
            try desk.record(.credits("c1", "ana", 5, amount: 5_000, taxes: [("gst", 250), ("qst", 499)])) == [
                "assets:in-transit 815 5749", "liabilities:gst-payable -250", "liabilities:play-credits -5000",
                "liabilities:qst-payable -499",
            ])
        // The institution settles them like any capture.
        #expect(
            try desk.record(.settlement("815", day: "2017-01-02", gross: 5_749)) == [
                "assets:bank 815 5749", "assets:in-transit 815 -5749",
            ])
    }

    @Test func `nine plays cost 1.022 credits, and the tenth nothing`() throws {
        let desk = try desk([
            Self.sheet, .credits("c1", "ana", 2, amount: 2_000, taxes: [("gst", 100), ("qst", 200)]),
        ])
        for play in 1...9 { #expect(try desk.record(.play("w\(play)", "album", "ana")) == []) }
        let refusal = try desk.refusal(.playsSettled("s1", "album", microcredits: 1, amount: 1_022))
        #expect(refusal?.field == "microcredits" && refusal?.accepted.english == "1022000")
        for play in 10...12 { try desk.record(.play("w\(play)", "album", "ana")) }
        // 1.022 credits at 10.00: 10.22, of which 70 % is 7.15 (half-up): two thirds and one third by largest remainder.
        #expect(
            try desk.record(.playsSettled("s1", "album", microcredits: 1_022_000, amount: 1_022)) == [
                "liabilities:play-credits 1022", "liabilities:royalties-payable eve -477",
                "liabilities:royalties-payable fay -238", "revenue:streaming -307",
            ])
        #expect(try desk.refusal(.playsSettled("s2", "album", microcredits: 0, amount: 0))?.field == "product")
    }

    @Test func `a play is refused where the listener's credits do not suffice, with what is left`() throws {
        let desk = try desk([
            Self.sheet, .streaming(first: 600_000),
            .credits("c1", "ana", 1, amount: 1_000, taxes: [("gst", 50), ("qst", 100)]),
            .play("w1", "album", "ana"),
        ])
        let refusal = try #require(try desk.refusal(.play("w2", "album", "ana")))
        #expect(refusal.field == "listener")
        #expect(refusal.reason.english == "the play costs 1200000 microcredits, 400000 are left")
        #expect(refusal.reason.french == "l’écoute coûte 1200000 microcrédits, il en reste 400000")
    }

    @Test func `settled cents are never lost between settlements, nor made twice`() throws {
        let desk = try desk([
            .split("album", [("eve", "author", 1_000_000)]),
            .streaming(first: 3_333, plays: 20, price: 100, creatorsPpm: 1_000_000),
            .credits("c1", "ana", 40, amount: 4_000, taxes: [("gst", 200), ("qst", 399)]),
        ])
        // Cents by the floor of 0.003333 × (2ⁿ − 1) credits at 1.00.
        var settled: Int64 = 0
        for play in 1...12 {
            try desk.record(.play("w\(play)", "album", "ana"))
            let amount = 3_333 * (Int64(1) << Int64(play) - 1) * 100 / 1_000_000 - settled
            let cost = Int64(3_333) << Int64(play - 1)
            try desk.record(.playsSettled("s\(play)", "album", microcredits: cost, amount: amount))
            settled += amount
        }
        #expect(settled == 1_364)
        #expect(desk.balance("liabilities:royalties-payable", "eve") == -settled)
        #expect(desk.balance("liabilities:play-credits") == settled - 4_000)
    }

    @Test func `credits keep the price that was paid for them`() throws {
        let desk = try desk([
            .split("album", [("eve", "author", 1_000_000)]),
            .streaming(first: 1_000_000, plays: 1, price: 10, creatorsPpm: 1_000_000),
            .credits("c1", "ana", 1, amount: 10, taxes: [("gst", 1), ("qst", 1)]),
            .streaming(first: 1_000_000, plays: 1, price: 1_000, creatorsPpm: 1_000_000), .play("w1", "album", "ana"),
        ])
        #expect(
            try desk.refusal(.playsSettled("s1", "album", microcredits: 1_000_000, amount: 1_000))?.accepted.english
                == "10")
        try desk.record(.playsSettled("s1", "album", microcredits: 1_000_000, amount: 10))
        #expect(desk.balance("liabilities:play-credits") == 0)
    }

    @Test func `plays are shared by the sheet that was in force when they were played`() throws {
        let desk = try desk([
            .split("album", [("eve", "author", 1_000_000)]),
            .streaming(first: 500_000, plays: 2, price: 100, creatorsPpm: 1_000_000),
            .credits("c1", "ana", 2, amount: 200, taxes: [("gst", 10), ("qst", 20)]), .play("w1", "album", "ana"),
            .split("album", [("fay", "performer", 1_000_000)]), .play("w2", "album", "ana"),
        ])
        #expect(
            try desk.record(.playsSettled("s1", "album", microcredits: 1_500_000, amount: 150)) == [
                "liabilities:play-credits 150", "liabilities:royalties-payable eve -50",
                "liabilities:royalties-payable fay -100",
            ])
    }

    @Test func `who owned a work owns it still under a policy that asks for more plays`() throws {
        let desk = try desk([
            Self.sheet, .streaming(first: 1_000_000, plays: 1),
            .credits("c1", "ana", 1, amount: 1_000, taxes: [("gst", 50), ("qst", 100)]), .play("w1", "album", "ana"),
            .streaming(first: 1_000_000, plays: 9),
        ])
        #expect(try desk.refusal(.play("w2", "album", "ana")) == nil)
    }
}
