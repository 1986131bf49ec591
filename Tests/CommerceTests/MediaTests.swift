import Bytes
import Commerce
import Events
import Fixtures
import Index
import SwiftProtobuf
import Testing

/// Which campaigns brought a purchase, and what their media are owed for it.
@Suite("Media")
struct MediaTests {
    /// Media mia and neo with a campaign each, and one of the cooperative's own.
    static let campaigns: [Body] =
        Story.opening + Story.people + [
            .identity("mia"), .identity("neo"), .campaign("a-mia", medium: "mia"), .campaign("b-neo", medium: "neo"),
            .campaign("c-own"), .consent("ana", to: "attribution"), .consent("bob", to: "attribution"),
        ]

    static func sold(_ order: String = "o1", _ amount: Int64 = 10_000) -> [Body] {
        [
            .purchase(order, "ana", [.of("milk", "sam", amount, .zeroRated)]), .capture("p-\(order)", order, amount),
            .handOver(order),
        ]
    }

    private func desk(_ more: [Body]) throws -> Desk { try Desk(opening: Self.campaigns + more) }

    @Test func `the last touch is owed the pool`() throws {
        let desk = try desk(
            [.mediaRule(), .touch("t1", "b-neo", "ana"), .touch("t2", "a-mia", "ana"), .touch("t3", "b-neo", "bob")]
                + Self.sold())
        #expect(
            try desk.record(.mediaCredit("o1", [("a-mia", 200)])) == [
                "expenses:media 200", "liabilities:accounts-payable mia -200",
            ])
    }

    @Test func `a medium is not credited before the hand-over`() throws {
        let desk = try desk([.mediaRule(), .touch("t1", "a-mia", "ana")] + Self.sold().dropLast())
        try desk.record(.handOver("o1"), at: "2017-03-09T15:00:00Z")
        let credit = Body.mediaCredit("o1", [("a-mia", 200)])
        let refusal = try #require(try desk.refusal(credit, at: "2017-03-04T15:00:00Z"))
        #expect(refusal.field == "effectiveAt" && refusal.accepted.english == "2017-03-09T15:00:00Z or later")
        try desk.record(credit, at: "2017-03-09T15:00:00Z")
    }

    @Test func `the first touch is owed the pool where the policy says so`() throws {
        let desk = try desk(
            [.mediaRule(.first), .touch("t1", "b-neo", "ana"), .touch("t2", "a-mia", "ana")] + Self.sold())
        #expect(
            try desk.record(.mediaCredit("o1", [("b-neo", 200)])) == [
                "expenses:media 200", "liabilities:accounts-payable neo -200",
            ])
    }

    @Test(arguments: [AttributionRule.last, .first])
    func `a redemption comes before any touch`(_ rule: AttributionRule) throws {
        let desk = try desk(
            [.mediaRule(rule), .touch("t1", "b-neo", "ana")] + Self.sold() + [.attribution("o1", "a-mia")])
        #expect(try desk.record(.mediaCredit("o1", [("a-mia", 200)])).contains("liabilities:accounts-payable mia -200"))
    }

    @Test func `equal parts go to all campaigns, and what falls to the cooperative's own is not owed`() throws {
        let desk = try desk(
            [
                .mediaRule(.equal), .touch("t1", "b-neo", "ana"), .touch("t2", "c-own", "ana"),
                .touch("t3", "b-neo", "ana"),
            ]
                + Self.sold() + [.attribution("o1", "a-mia")])
        // 2.00 in three: 0.67, 0.67, 0.66, the cents to the campaigns first by id.
        #expect(
            try desk.record(.mediaCredit("o1", [("a-mia", 67), ("b-neo", 67)])) == [
                "expenses:media 134", "liabilities:accounts-payable mia -67", "liabilities:accounts-payable neo -67",
            ])
    }

    @Test func `a purchase that the cooperative's own campaign brought is owed to nobody`() throws {
        let desk = try desk(
            [.mediaRule(), .touch("t1", "b-neo", "ana"), .touch("t2", "c-own", "ana")] + Self.sold())
        #expect(try desk.refusal(.mediaCredit("o1", []))?.field == "order")
        #expect(try desk.refusal(.mediaCredit("o1", [("b-neo", 200)]))?.field == "shares[0].campaign")
    }

    @Test func `the window counts local days before the purchase, and no touch after it`() throws {
        let desk = try desk([.mediaRule(windowDays: 2)])
        // 23:30 local on the 8th, 00:30 local on the 9th: two days before the 11th is the 9th.
        try desk.record(.touch("t1", "a-mia", "ana"), at: "2017-03-09T04:30:00Z")
        try desk.record(.purchase("o0", "ana", [.of("milk", "sam", 10_000, .zeroRated)]), at: "2017-03-11T15:00:00Z")
        for body in [Body.capture("p0", "o0", 10_000), .handOver("o0")] { try desk.record(body) }
        #expect(try desk.refusal(.mediaCredit("o0", []))?.field == "order")
        try desk.record(.touch("t2", "b-neo", "ana"), at: "2017-03-09T05:30:00Z")
        #expect(try desk.refusal(.mediaCredit("o0", [("b-neo", 200)]))?.field == "effectiveAt")
        #expect(try desk.refusal(.mediaCredit("o0", [("b-neo", 200)]), at: "2017-03-11T15:03:00Z") == nil)
        try desk.record(.touch("t3", "a-mia", "ana"), at: "2017-03-11T15:00:01Z")
        #expect(try desk.refusal(.mediaCredit("o0", [("b-neo", 200)]), at: "2017-03-11T15:05:00Z") == nil)
    }

    @Test func `a refund gives back its part: recorded again, the difference is posted`() throws {
        let desk = try desk([.mediaRule(), .touch("t1", "a-mia", "ana")] + Self.sold())
        try desk.record(.mediaCredit("o1", [("a-mia", 200)]))
        #expect(try desk.refusal(.mediaCredit("o1", [("a-mia", 200)]))?.code == .duplicate)
        try desk.record(.refund("o1", "r1", [(0, 2_525, 0)]))
        let refusal = try desk.refusal(.mediaCredit("o1", [("a-mia", 200)]))
        #expect(refusal?.field == "shares[0].amountMinor" && refusal?.accepted.english == "150")
        #expect(
            try desk.record(.mediaCredit("o1", [("a-mia", 150)])) == [
                "expenses:media -50", "liabilities:accounts-payable mia 50",
            ])
        try desk.record(.refund("o1", "r2", [(0, 7_475, 1)]))
        try desk.record(.mediaCredit("o1", []))
        #expect(desk.balance("liabilities:accounts-payable", "mia") == 0)
        #expect(desk.balance("expenses:media") == 0)
    }

    @Test func `an order charged back whole owes media nothing until it is reversed`() throws {
        let desk = try desk([.mediaRule(), .touch("t1", "a-mia", "ana")] + Self.sold())
        try desk.record(.mediaCredit("o1", [("a-mia", 200)]))
        try desk.record(.chargeback("k1", "o1", 9_999))
        #expect(try desk.refusal(.mediaCredit("o1", []))?.accepted.english == "a-mia 200")
        try desk.record(.chargeback("k2", "o1", 1))
        #expect(try desk.refusal(.mediaCredit("o1", [("a-mia", 200)]))?.accepted.english == "no share")
        #expect(
            try desk.record(.mediaCredit("o1", [])) == ["expenses:media -200", "liabilities:accounts-payable mia 200"])
        try desk.record(.chargebackReversal("k2", 1))
        try desk.record(.mediaCredit("o1", [("a-mia", 200)]))
        #expect(desk.balance("liabilities:accounts-payable", "mia") == -200)
    }

    @Test func `a redemption that comes to light moves what is owed to its medium`() throws {
        let desk = try desk([.mediaRule(), .touch("t1", "a-mia", "ana")] + Self.sold())
        try desk.record(.mediaCredit("o1", [("a-mia", 200)]))
        try desk.record(.attribution("o1", "b-neo"))
        #expect(
            try desk.record(.mediaCredit("o1", [("b-neo", 200)])) == [
                "liabilities:accounts-payable mia 200", "liabilities:accounts-payable neo -200",
            ])
    }

    @Test func `the policy in force at the purchase holds, a later one never restates`() throws {
        let desk = try desk(
            [.mediaRule(), .touch("t1", "a-mia", "ana")] + Self.sold() + [.mediaRule(.first, ppm: 500_000)])
        #expect(try desk.refusal(.mediaCredit("o1", [("a-mia", 200)])) == nil)
    }

    // MARK: consent

    @Test func `what a person saw brings a purchase only while they agree to be followed`() throws {
        let desk = try Desk(opening: Self.campaigns.dropLast(2) + [.mediaRule()])
        #expect(try desk.refusal(.touch("t1", "a-mia", "ana"))?.field == "identity")
        try desk.record(.consent("ana", to: "delivery"))
        #expect(try desk.refusal(.touch("t1", "a-mia", "ana"))?.field == "identity")
        try desk.record(.consent("ana", to: "attribution"), at: "2017-03-01T15:00:00Z")
        #expect(try desk.refusal(.touch("t1", "a-mia", "ana"), at: "2017-03-01T14:59:00Z")?.field == "identity")
        try desk.record(.touch("t1", "a-mia", "ana"), at: "2017-03-01T15:00:00Z")
        // Another version of the text, while the first holds, breaks nothing.
        try desk.record(.consent("ana", to: "attribution", text: "v2"))
        for body in Self.sold("o1") + Self.sold("o2") { try desk.record(body) }
        try desk.record(.consentWithdrawn("ana", from: "attribution"))
        for body in Self.sold("o3") { try desk.record(body) }
        #expect(try desk.refusal(.touch("t2", "a-mia", "ana"))?.field == "identity")
        // Bought before the withdrawal, and after it.
        try desk.record(.mediaCredit("o1", [("a-mia", 200)]))
        #expect(try desk.refusal(.mediaCredit("o3", [("a-mia", 200)]))?.field == "shares[0].campaign")
        // A coupon is the buyer's own act and asks for no consent.
        try desk.record(.attribution("o3", "b-neo"))
        try desk.record(.mediaCredit("o3", [("b-neo", 200)]))
        // Given anew, it does not reach back over the break.
        try desk.record(.consent("ana", to: "attribution"))
        #expect(try desk.refusal(.mediaCredit("o2", [("a-mia", 200)]))?.field == "shares[0].campaign")
        try desk.record(.erasure("ana"))
        #expect(try desk.refusal(.touch("t2", "a-mia", "ana"))?.field == "identity")
    }

    // MARK: refusals

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

    /// o1 touched by mia's campaign, o2 not handed over, o0 from before the policy.
    static let history: [Body] =
        campaigns + sold("o0") + [.mediaRule(), .touch("t1", "a-mia", "ana")] + sold() + [
            .purchase("o2", "ana", [.of("milk", "sam", 10_000, .zeroRated)]),
            .campaign("past", medium: "mia", from: "2016-01-01", to: "2016-12-31"),
        ]

    static let cases: [Case] = [
        Case(
            "a touch of somebody who did not agree", .touch("t2", "a-mia", "cid"), "identity",
            "after consentGranted \"attribution\""),
        Case(
            "a campaign of an unknown medium", .campaign("new", medium: "zed"), "medium",
            "an identity that identityRegistered made known"),
        Case("a touch twice", .touch("t1", "a-mia", "bob"), "touch", "a new id"),
        Case("a touch of no campaign", .touch("t2", "none", "ana"), "campaign", "a campaign of campaignLaunched"),
        Case(
            "a touch of nobody", .touch("t2", "a-mia", "zed"), "identity",
            "an identity that identityRegistered made known"),
        Case("a touch after the campaign", .touch("t2", "past", "ana"), "effectiveAt", "2016-01-01 to 2016-12-31"),
        Case("credit for no order", .mediaCredit("none", []), "order", "an order of purchasePlaced"),
        Case(
            "credit before the hand-over", .mediaCredit("o2", [("a-mia", 200)]), "order", "an order that is handed over"
        ),
        Case("credit without a policy", .mediaCredit("o0", []), "order", "a purchase after policyAdopted.media"),
        Case("credit of a wrong amount", .mediaCredit("o1", [("a-mia", 201)]), "shares[0].amountMinor", "200"),
        Case("credit to another campaign", .mediaCredit("o1", [("b-neo", 200)]), "shares[0].campaign", "a-mia 200"),
        Case(
            "credit twice to one", .mediaCredit("o1", [("a-mia", 200), ("a-mia", 200)]), "shares[1].campaign",
            "each campaign once"),
        Case("credit to nobody", .mediaCredit("o1", []), "shares", "a-mia 200"),
        Case("no rule", .mediaRule(.unspecified), "media.rule", "for example ATTRIBUTION_RULE_LAST"),
        Case("more than all", .mediaRule(ppm: 1_000_001), "media.ratePpm", "0 to 1000000 parts per million"),
        Case("a window of decades", .mediaRule(windowDays: 3_661), "media.windowDays", "0 to 3660"),
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

    // MARK: repatriated purchases

    @Test func `lines that would have been bought elsewhere are counted by local month and category`() throws {
        let desk = try desk([
            .productListed(
                .with {
                    $0.product = "oats"
                    $0.taxClass = .zeroRated
                    $0.department = "Épicerie"
                    $0.category = "Céréales"
                })
        ])
        var line = PurchaseLine.of("oats", "sam", 500, .zeroRated)
        line.repatriated = true
        // 22:00 local on 28 February.
        try desk.record(
            .purchase("o1", "ana", [line, .of("milk", "sam", 900, .zeroRated), line]), at: "2017-03-01T03:00:00Z")
        try desk.record(.purchase("o2", "ana", [line]), at: "2017-03-01T06:00:00Z")
        #expect(
            Self.counted(desk) == [
                "2017-2 Épicerie Céréales": Counters(1_000, 2), "2017-3 Épicerie Céréales": Counters(500, 1),
            ])
        let book = try #require(desk.book)
        #expect(desk.views.repatriatedLines(book).map(\.line) == [0, 2, 0])
    }

    /// By "year-month department category".
    static func counted(_ desk: Desk) -> [String: Counters] {
        guard let book = desk.book else { return [:] }
        var result: [String: Counters] = [:]
        let rows = desk.views.index.rows(prefix: desk.views.key.begin(.repatriated).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let month = reader.u32()
            let names = reader.rest.array.split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            result["\(month / 12)-\(month % 12 + 1) " + names.joined(separator: " ")] = rows.counters
        }
        return result
    }
}
