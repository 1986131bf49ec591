import Commerce
import Events
import Fixtures
import SwiftProtobuf
import Testing

/// Refusals around members, shares, policies, manual entries and periods.
@Suite("Refusals of the book")
struct BookRefusalTests {
    typealias Case = OrderRefusalTests.Case

    /// dan withdrew and holds one share; entry 0 of `sequences` was prepared by ana and approved by bob.
    static let history: [Body] = [
        .identity("dan"), .admission("dan", [.consumer]), .subscription("dan"), .withdrawal("dan"),
        .subscription("ana", shares: 2, amount: 2_000),
        .subscription("bob", shares: 1, amount: 5_000, class: .preferred), .listing("old"), .delisting("old"),
        .entry([.debit("expenses:rent", 900), .credit("assets:bank", 900, party: "815")]),
    ]
    private static let opening = UInt64(Story.opening.count + Story.people.count)
    private static let entrySequence = opening + UInt64(history.count) - 1

    private static let rent: [EntryLine] = [.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]

    private static func entry(_ first: EntryLine) -> Body { .entry([first, .credit("assets:bank", 5, party: "815")]) }

    static let cases: [Case] = [
        // Founding, identities, members.
        Case("founding a book twice", .founding(clock: .machine), "book", "a new book name"),
        Case("registering an identity twice", .identity("ana"), "identity", "a new identity"),
        Case("an identity without name", .identity(""), "identity", "1 to 128 bytes"),
        Case(
            "an identity with a control character", .identity("a\u{1B}[2J"), "identity",
            "letters, accented or not, digits and ASCII punctuation, no space"),
        Case(
            "an identity of 129 bytes", .identity(String(repeating: "x", count: 129)), "identity", "at most 128 bytes"),
        Case(
            "admitting an unknown identity", .admission("eve", [.consumer]), "member",
            "an identity that identityRegistered made known"),
        Case("admitting a member", .admission("ana", [.consumer]), "member", "an identity that is not a member"),
        Case(
            "admitting without category", .admission("tom", [.consumer], category: .unspecified), "category",
            "for example MEMBER_CATEGORY_USER"),
        Case("admitting to no group", .admission("tom", [.unspecified]), "groups[0]", "for example GROUP_CONSUMER"),
        Case(
            "a support member with patronage", .admission("tom", [.consumer], category: .support), "groups[0]",
            "no group"),
        Case(
            "a registration without date", .admission("tom", [.seller], registered: ["gst": "soon"]),
            "registrations[0].fromDate",
            "an ISO 8601 date, for example 2017-06-30"),
        Case("the withdrawal of nobody", .withdrawal("tom"), "member", "a member that memberAdmitted admitted"),
        Case("withdrawing twice", .withdrawal("dan"), "member", "a member at the event's effective time"),
        // Shares.
        Case("shares of a non-member", .subscription("tom"), "member", "a member that memberAdmitted admitted"),
        Case("shares at another price", .subscription("ana", shares: 2, amount: 1_999), "amountMinor", "2000"),
        Case("no shares", .subscription("ana", shares: 0, amount: 0), "shares", "1 to 1000000000"),
        Case(
            "shares without class", .subscription("ana", class: .unspecified), "shareClass",
            "SHARE_CLASS_COMMON or SHARE_CLASS_PREFERRED"),
        Case("redeeming more shares than held", .redemption("ana", shares: 3, amount: 3_000), "shares", "at most 2"),
        Case("redeeming another class", .redemption("ana", class: .preferred), "shares", "at most 0"),
        Case(
            "redeeming at more than was paid", .redemption("bob", amount: 5_001, class: .preferred), "amountMinor",
            "5000"),
        // Products.
        Case("listing a product twice", .listing("lamp"), "product", "productRevised to change it"),
        Case("revising a delisted product", .revision("old"), "product", "a product that productListed listed"),
        Case("delisting an unknown product", .delisting("nix"), "product", "a product that productListed listed"),
        Case(
            "a product without tax class", .listing("new", .unspecified), "taxClass", "for example TAX_CLASS_STANDARD"),
        Case(
            "a product of a non-member", .listing("new", seller: "tom"), "seller",
            "a member that memberAdmitted admitted"),
        // Policies.
        Case("a rate above 100 %", .commission(ppm: 1_000_001), "commission.ratePpm", "0 to 1000000 parts per million"),
        Case("taxes without basis", .taxes(.unspecified), "taxes.basis", "TAX_BASIS_ORDER or TAX_BASIS_LINE"),
        Case(
            "a tax owed on the sellers' account", .taxes(.order, [("seller", .standard, 1)]), "taxes.rates[0].tax",
            "gst, qst, hst or a new name"),
        Case(
            "a tax that is no name", .taxes(.order, [("G S T", .standard, 1)]), "taxes.rates[0].tax",
            "lower-case letters, for example gst"),
        Case(
            "two rates of one class", .taxes(.order, [("gst", .standard, 1), ("gst", .standard, 2)]), "taxes.rates[1]",
            "one rate a tax and class"),
        Case(
            "groups that do not sum", .allocationRule([(.consumer, 999_999)]), "allocation.groups", "a sum of 1000000"),
        Case(
            "a group without a name", .allocationRule([(.unspecified, 1_000_000)]), "allocation.groups[0].group",
            "each group once, for example GROUP_CONSUMER"),
        Case(
            "a group twice", .allocationRule([(.seller, 500_000), (.seller, 500_000)]), "allocation.groups[1].group",
            "each group once, for example GROUP_CONSUMER"),
        Case(
            "a calendar of a whole day", .calendar(offsetSeconds: 86_400), "calendar.offsets[0].offsetSeconds",
            "from -86399 to 86399"),
        Case(
            "a policy that says nothing", .policyAdopted(.init()), "policy",
            "a policy of the schema, for example commission"),
        // Manual entries and corrections.
        Case("a self-approved entry", .entry(rent, preparer: "bob"), "approver", "another person than the preparer"),
        Case("an entry nobody approved", .entry(rent, approver: ""), "approver", "1 to 128 bytes"),
        Case(
            "an entry that nobody known prepared", .entry(rent, preparer: "ghost"), "preparer",
            "an identity that identityRegistered made known"),
        Case(
            "an entry that nobody known approved", .entry(rent, approver: "ghost"), "approver",
            "an identity that identityRegistered made known"),
        Case("an entry without reason", .entry(rent, reason: ""), "reason", "1 to 500 bytes"),
        Case("an entry of one line", .entry([.debit("expenses:rent", 5)]), "lines", "at least two lines"),
        Case("an entry that does not balance", .entry([.debit("expenses:rent", 6), rent[1]]), "lines", "0"),
        Case("an account of no class", entry(.debit("money:box", 5)), "lines[0].account", "for example expenses:rent"),
        Case("a debit below zero", entry(.debit("expenses:rent", -5)), "lines[0]", "exactly one of the two, positive"),
        Case(
            "the reserve to a member",
            .entry([.debit("equity:reserve", 5), .credit("liabilities:dividends-payable", 5, party: "ana")]),
            "lines[0].account", "another account; only a loss reduces the reserve"),
        Case(
            "a sub-account of an account that has none", entry(.debit("expenses:rent", 5, party: "ana")),
            "lines[0].party", "no party"),
        Case(
            "a sub-account of nobody", entry(.debit("assets:receivable", 5, party: "eve")), "lines[0].party",
            "an identity that identityRegistered made known"),
        Case(
            "a self-approved correction", .correction(of: entrySequence, [], approver: "bob"), "approver",
            "another person than the preparer"),
        Case(
            "a correction approved by who prepared the entry", .correction(of: entrySequence, [], approver: "ana"),
            "approver",
            "another person"),
        Case(
            "the correction of a purchase", .correction(of: 0, []), "correctedSequence",
            "a journalEntryPosted or a correctionPosted; a purchase is corrected by purchaseCancelled or purchaseRefunded"
        ),
        Case(
            "the correction of what is not recorded", .correction(of: 1_000_000, []), "correctedSequence",
            "a journalEntryPosted or a correctionPosted; a purchase is corrected by purchaseCancelled or purchaseRefunded"
        ),
        // Periods.
        Case("a lock ahead of time", .lock(through: "2017-01-03"), "throughDate", "at the latest 2017-01-02"),
        Case(
            "a lock on no day", .lock(through: "2017-02-30"), "throughDate", "an ISO 8601 date, for example 2017-06-30"),
        Case(
            "a year of another length",
            .fiscalYearClosed(
                .with {
                    $0.fiscalYear = 2017
                    $0.currency = "CAD"
                    $0.firstDate = "2017-01-01"
                    $0.lastDate = "2017-06-30"
                }), "lastDate", "2017-12-31"),
        Case(
            "a close before the year's last day", .close(2017, surplus: 0), "effectiveAt", "on 2017-12-31, local time"),
        Case(
            "allocating an open year", .resolution(2017, surplus: 0), "fiscalYear",
            "a year that fiscalYearClosed closed"),
        Case(
            "a dividend of an open year", .declaration(2017, "ana", base: 1, cash: 1), "fiscalYear",
            "a year that fiscalYearClosed closed"),
        Case(
            "a dividend that nobody declared", .dividend(2017, "ana", cash: 1), "member",
            "a member of patronageDividendDeclared"),
    ]

    @Test(arguments: cases)
    func `is refused`(_ given: Case) throws {
        let desk = try Desk(opening: Story.opening + Story.people + Self.history)
        let before = desk.balances
        let refusal = try #require(try desk.refusal(given.body), "it would be recorded")
        #expect(refusal.field == given.field)
        #expect(refusal.accepted.english == given.accepted)
        for language in Language.allCases {
            #expect(refusal.text(language).contains(refusal.accepted(language)))
            #expect(!refusal.accepted(language).isEmpty && !refusal.reason(language).isEmpty)
        }
        #expect(desk.balances == before)
    }

    @Test func `an entry is corrected once, and its correction can be corrected`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Self.history)
        let correction = desk.size
        try desk.record(.correction(of: Self.entrySequence, Self.rent))
        let refusal = try #require(try desk.refusal(.correction(of: Self.entrySequence, [])))
        #expect(refusal.accepted.english == "sequence \(correction), or an entry not yet corrected")
        // bob prepared the first correction.
        #expect(
            try desk.refusal(.correction(of: correction, [], preparer: "cid", approver: "bob"))?.field == "approver")
        try desk.record(.correction(of: correction, []))
    }

    @Test func `a locked period names the open one, and the close may still follow`() throws {
        let desk = try Desk()
        try desk.record(.lock(through: "2017-12-31"), at: "2018-01-02T15:00:00Z")
        let refusal = try #require(try desk.refusal(.identity("new"), at: "2018-01-01T04:59:59Z"))
        #expect(refusal.code == .locked)
        #expect(refusal.field == "effectiveAt")
        #expect(refusal.accepted.english == "the open period, from 2018-01-01 on")
        #expect(refusal.accepted.french == "la période ouverte, à partir du 2018-01-01")
        #expect(try desk.refusal(.identity("new"), at: "2018-01-01T05:00:00Z") == nil)
        #expect(try desk.refusal(.lock(through: "2017-12-31"))?.accepted.english == "after 2017-12-31")
        try desk.record(.close(2017, surplus: 0), at: "2018-01-01T04:59:59Z")
        #expect(
            try desk.refusal(.close(2017, surplus: 0), at: "2018-01-01T04:59:59Z")?.accepted.english
                == "an open fiscal year")
    }

    @Test func `a close locks its year`() throws {
        let desk = try Desk()
        try desk.record(.close(2017, surplus: 0), at: "2018-01-01T04:59:59Z")
        #expect(try desk.refusal(.identity("new"), at: "2017-12-31T15:00:00Z")?.code == .locked)
    }

    @Test func `years are closed in their order`() throws {
        let desk = try Desk()
        try desk.record(.entry([.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]))
        #expect(
            try desk.refusal(.close(2018, surplus: -5), at: "2018-12-31T15:00:00Z")?.accepted.english
                == "the years in their order")
        try desk.record(.close(2017, surplus: -5), at: "2017-12-31T15:00:00Z")
        #expect(try desk.refusal(.close(2018, surplus: 0), at: "2018-12-31T15:00:00Z") == nil)
    }

    @Test func `a member comes back no earlier than it left`() throws {
        let desk = try Desk()
        try desk.record(.withdrawal("ana"), at: "2017-06-01T15:00:00Z")
        #expect(
            try desk.refusal(.admission("ana", [.consumer]), at: "2017-05-01T15:00:00Z")?.accepted.english
                == "2017-06-01T15:00:00Z or later")
        try desk.record(.admission("ana", [.consumer]), at: "2017-06-01T15:00:00Z")
    }

    @Test func `a member who is no consumer has no patronage from its purchases`() throws {
        let desk = try Desk()
        let book = try #require(desk.book)
        try desk.record(.identity("sup"))
        try desk.record(.admission("sup", [], category: .support))
        for (order, buyer) in [("o1", "sup"), ("o2", "reg"), ("o3", "ana")] {
            try desk.sell(order, buyer, 1_000)
        }
        try desk.sell("o4", "tom", 1_000, status: .nonMember)
        #expect(desk.views.patronage(book, year: 2017, group: .consumer).map(\.party) == [desk.party("ana")])
        #expect(desk.views.business(book, year: 2017).members == 3_000)
        #expect(desk.views.business(book, year: 2017).total == 4_000)
    }

    @Test func `only the first event of a log chooses the data's clock`() throws {
        let desk = try Desk()
        desk.story.book = "other"
        #expect(try desk.refusal(.founding(clock: .data))?.accepted.english == "CLOCK_MACHINE")
        try desk.record(.founding(clock: .machine))
    }

    @Test func `the envelope is checked before the body`() throws {
        let desk = try Desk()
        func field(_ change: (inout Event) -> Void) throws -> String? {
            var event = desk.story.event(.identity("new"))
            change(&event)
            do {
                try desk.record(event)
                return nil
            } catch let refusal as Refusal {
                return refusal.field
            }
        }
        #expect(try field { $0.clearEffectiveAt() } == "effectiveAt")
        #expect(try field { $0.effectiveAt.seconds = 253_402_300_800 } == "effectiveAt")
        #expect(try field { $0.book = "" } == "book")
        #expect(try field { $0.book = "nowhere" } == "book")
        #expect(try field { $0.source = "" } == "source")
        #expect(try field { $0.key = "" } == "key")
        #expect(try field { $0.actor = "a\n" } == "actor")
        #expect(try field { $0.evidence = .init(repeating: 1, count: 31) } == "evidence")
        #expect(try field { $0.cause.sequence = 1_000 } == "cause")
        #expect(try field { $0.cause.source = "till" } == "cause")
        #expect(try field { $0.body = nil } == "body")
        #expect(try field { $0.cause.sequence = 3 } == nil)
    }
}
