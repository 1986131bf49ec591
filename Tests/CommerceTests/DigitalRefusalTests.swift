import Bytes
import Commerce
import Events
import Fixtures
import Testing

/// What cannot be is refused with the field and what would be accepted, and leaves nothing.
@Suite("Refusals of digital works")
struct DigitalRefusalTests {
    /// o1 handed over with licence l1 (downloaded as d1), o2 unpaid, o3 cancelled, o4 of a printed book, o5 refunded whole, l6 revoked.
    static let history: [Body] =
        DigitalTests.shop + [DigitalTests.sheet] + DigitalTests.sold + [
            .licence("l1", "o1"), .download("l1", "d1"),
            .purchase("o2", "ana", [.of("novel", "sam", 1_000, .digital)], taxes: [("gst", 50), ("qst", 100)]),
            .purchase("o3", "ana", [.of("novel", "sam", 1_000, .digital)], taxes: [("gst", 50), ("qst", 100)]),
            .cancellation("o3"),
            .purchase("o4", "ana", [.of("paper", "sam", 1_000, .printedBook)], taxes: [("gst", 50)]),
            .capture("p4", "o4", 1_050), .handOver("o4"),
            .purchase("o5", "ana", [.of("novel", "sam", 1_000, .digital)], taxes: [("gst", 50), ("qst", 100)]),
            .capture("p5", "o5", 1_150), .handOver("o5"), .licence("l6", "o5"),
            .refund("o5", "r5", [(0, 1_000, 1)], taxes: [("gst", 50), ("qst", 100)]), .revocation("l6"),
            .credits("c1", "ana", 1, amount: 1_000, taxes: [("gst", 50), ("qst", 100)]), .play("w1", "album", "ana"),
            .listing("gone", .digital), .delisting("gone"), .listing("stream", .digital), .listing("other", .digital),
            .work("stream"), .work("other", .other),
        ]

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let body: Body
        let field: String
        let accepted: String
        init(_ name: String, _ body: Body, _ field: String, _ accepted: String) {
            self.testDescription = name
            self.body = body
            self.field = field
            self.accepted = accepted
        }
    }

    private static let taxes: [(String, Int64)] = [("gst", 50), ("qst", 100)]
    private static let isbn =
        "thirteen digits, of which the last checks the others, for example 978-0-306-40615-7"

    static let cases: [Case] = [
        Case("a work of no product", .work("none"), "product", "a product that productListed listed"),
        Case("a work of a delisted product", .work("gone"), "product", "a product that productListed listed"),
        Case("a work without kind", .work("stream", .unspecified), "kind", "for example WORK_KIND_MUSIC"),
        Case("a work of another kind than before", .work("album", .ebook), "kind", "music"),
        Case("music in the class of lamps", .work("lamp"), "kind", "a product of the class digital"),
        Case(
            "a printed book in the class of lamps", .work("lamp", .printedBook, isbn: "9780306406157"), "kind",
            "a product of the class printedBook"),
        Case("a printed book without ISBN", .work("book", .printedBook), "isbn", isbn),
        Case("a wrong check digit", .work("book", .printedBook, isbn: "9780306406158"), "isbn", isbn),
        Case("an ISBN of music", .work("stream", isbn: "9780306406157"), "isbn", "isrc"),
        Case("an ISRC of a book", .work("novel", .ebook, isrc: "CAA011700001"), "isrc", "isbn"),
        Case(
            "an ISRC in part hyphenated", .work("stream", isrc: "CA-A011700001"), "isrc",
            "CC-XXX-YY-NNNNN, for example CA-A01-17-00001"),
        Case("a work without title", .work("stream", title: ""), "title", "1 to 200 bytes"),
        Case("a work without creators", .work("stream", .music, []), "creators", "1 to 60"),
        Case(
            "an unknown creator", .work("stream", .music, [("zed", "author")]), "creators[0].creator",
            "an identity that identityRegistered made known"),
        Case("a creator without role", .work("stream", .music, [("eve", "")]), "creators[0].role", "1 to 64 bytes"),
        Case(
            "a creator twice in one role", .work("stream", .music, [("eve", "author"), ("eve", "author")]),
            "creators[1]",
            "each person once a role"),
        Case(
            "downloads of a printed book",
            .work("paper", .printedBook, isbn: "9780306406157", downloadsMax: 1), "downloadsMax", "the field left out"),
        Case(
            "a split of what is no work", .split("lamp", [("eve", "author", 1_000_000)]), "product",
            "a product that workPublished published"),
        Case("a split of 99.9999 %", .split("album", [("eve", "author", 999_999)]), "parts", "1000000"),
        Case(
            "a split above 100 %", .split("album", [("eve", "author", 1_000_000), ("fay", "author", 1)]), "parts",
            "1000000"),
        Case(
            "a part of nothing", .split("album", [("eve", "author", 1_000_000), ("fay", "author", 0)]),
            "parts[1].sharePpm", "1 to 1000000 parts per million"),
        Case("a split without parts", .split("album", []), "parts", "1 to 60"),
        Case("a licence id twice", .licence("l1", "o1"), "licence", "a new id"),
        Case("a second licence for a line", .licence("l2", "o1"), "line", "a line without a licence in force"),
        Case("a licence of no order", .licence("l2", "none"), "order", "an order of purchasePlaced"),
        Case("a licence before the hand-over", .licence("l2", "o2"), "order", "an order that is paid and handed over"),
        Case("a licence of a cancelled order", .licence("l2", "o3"), "order", "an order that stands"),
        Case("a licence of no line", .licence("l2", "o1", line: 1), "line", "0 to 0"),
        Case(
            "a licence of a printed book", .licence("l2", "o4"), "line", "the line of a digital work of workPublished"),
        Case("a licence of a refunded line", .licence("l2", "o5"), "line", "a line of which something remains"),
        Case("revoking an unknown licence", .revocation("l9"), "licence", "a licence of licenceGranted"),
        Case("revoking twice", .revocation("l6"), "licence", "a licence in force"),
        Case("revoking without reason", .revocation("l1", reason: ""), "reason", "1 to 500 bytes"),
        Case(
            "revoking what was not refunded", .revocation("l1"), "licence",
            "after purchaseRefunded for line 0 of o1, or chargebackReceived for all of it"),
        Case("a download twice", .download("l1", "d1"), "download", "a new id"),
        Case("a download of a revoked licence", .download("l6", "d1"), "licence", "a licence in force"),
        Case(
            "credits of no listener", .credits("c2", "zed", 1, amount: 1_000, taxes: taxes), "listener",
            "an identity that identityRegistered made known"),
        Case(
            "a purchase of credits twice", .credits("c1", "ana", 1, amount: 1_000, taxes: taxes), "purchase", "a new id"
        ),
        Case("no credits", .credits("c2", "ana", 0, amount: 0), "credits", "1 to 1000000"),
        Case("credits at a wrong price", .credits("c2", "ana", 1, amount: 999, taxes: taxes), "amountMinor", "1000"),
        Case("credits without taxes", .credits("c2", "ana", 1, amount: 1_000), "taxes", "gst 50, qst 100"),
        Case(
            "credits at a wrong total", .credits("c2", "ana", 1, amount: 1_000, taxes: taxes, total: 1), "totalMinor",
            "1150"),
        Case(
            "credits in another currency", .credits("c2", "ana", 1, amount: 1_000, taxes: taxes, currency: "USD"),
            "currency", "CAD"),
        Case(
            "credits through nobody", .credits("c2", "ana", 1, amount: 1_000, taxes: taxes, institution: ""),
            "institution", "1 to 32 bytes"),
        Case("a play twice", .play("w1", "album", "ana"), "play", "a new id"),
        Case("a play of a printed book", .play("w2", "paper", "ana"), "product", "a digital work"),
        Case("a play of what nobody shares", .play("w2", "stream", "ana"), "product", "a work with royaltiesSplit"),
        Case("a play without credits", .play("w2", "album", "bob"), "listener", "after creditsBought"),
        Case(
            "settling nothing", .playsSettled("s1", "stream", microcredits: 1, amount: 1), "product", "after workPlayed"
        ),
        Case(
            "settling other microcredits", .playsSettled("s1", "album", microcredits: 1, amount: 2), "microcredits",
            "2000"),
        Case(
            "settling another amount", .playsSettled("s1", "album", microcredits: 2_000, amount: 3), "amountMinor", "2"),
        Case("a first play that is free", .streaming(first: 0), "streaming.firstPlayMicrocredits", "1 to 1000000"),
        Case("a work that is never owned", .streaming(plays: 0), "streaming.playsToOwn", "1 to 20"),
        Case("credits for nothing", .streaming(price: 0), "streaming.creditPriceMinor", "1 to 1000000"),
        Case(
            "creators' part above all", .streaming(creatorsPpm: 1_000_001), "streaming.creatorsPpm",
            "0 to 1000000 parts per million"),
    ]

    @Test(arguments: cases)
    func `is refused`(_ given: Case) throws {
        let desk = try Desk(opening: Self.history)
        let before = desk.rowDigests
        let refusal = try #require(try desk.refusal(given.body), "it would be recorded")
        #expect(refusal.field == given.field)
        #expect(refusal.accepted.english == given.accepted)
        for language in Language.allCases {
            #expect(!refusal.accepted(language).isEmpty && !refusal.reason(language).isEmpty)
        }
        #expect(desk.rowDigests == before)
    }

    @Test func `nothing is granted, downloaded or revoked before it was bought or granted`() throws {
        let desk = try Desk(opening: Self.history)
        #expect(try desk.refusal(.download("l1", "d2"), at: "2017-01-02T15:00:00Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.revocation("l1"), at: "2017-01-02T15:00:00Z")?.field == "effectiveAt")
        let fresh = try Desk(opening: DigitalTests.shop + DigitalTests.sold)
        #expect(try fresh.refusal(.licence("l1", "o1"), at: "2017-01-02T15:00:00Z")?.field == "effectiveAt")
        #expect(
            try fresh.refusal(.credits("c1", "ana", 1, amount: 1_000, taxes: Self.taxes), at: "2017-01-01T15:00:00Z")?
                .field == "effectiveAt")
    }

    @Test(arguments: [
        ("9780306406157", true), ("978-0-306-40615-7", true), ("979-10-90636-07-1", true), ("9780306406156", false),
        ("977-0-306-40615-7", false), ("978--0306406157", false), ("978030640615", false), ("97803064061570", false),
        ("978-0-306-40615-", false), ("-9780306406157", false), ("978030640615X", false), ("", false),
    ])
    func `an ISBN-13 is what its check digit says`(text: String, isRight: Bool) {
        #expect(Array(text.utf8).withBytes { WorkCode.isISBN13($0) } == isRight)
    }

    @Test func `one ISBN-13 in ten is right, whatever its first twelve digits`() {
        var random = Seeded(17)
        for _ in 0..<1_000 {
            let body = "978" + (0..<9).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
            let right = (0...9).filter { last in Array("\(body)\(last)".utf8).withBytes { WorkCode.isISBN13($0) } }
            #expect(right.count == 1)
        }
    }

    @Test(arguments: [
        ("CA-A01-17-00001", true), ("CAA011700001", true), ("FR-Z03-98-00212", true), ("ca-a01-17-00001", false),
        ("C1-A01-17-00001", false), ("CA-A0-117-00001", false), ("CA-A01-1X-00001", false), ("CA-A01-17-0001", false),
        ("CA A01 17 00001", false), ("", false),
    ])
    func `an ISRC has its form, with hyphens or without`(text: String, isRight: Bool) {
        #expect(Array(text.utf8).withBytes { WorkCode.isISRC($0) } == isRight)
    }
}
