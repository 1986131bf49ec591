import Commerce
import Events
import Fixtures
import Testing

/// Close, resolution, declaration, payment with the vectors of DOMAIN §2 and §3.
@Suite("Surplus")
struct SurplusTests {
    /// A year whose commission is all of the merchandise, so that the surplus is what was bought.
    private func year(
        _ purchases: [(String, Int64)], nonMembers: Int64 = 0, debts: Int64 = 0,
        groups: [(Group, UInt32)] = [(.consumer, 1_000_000)]
    ) throws -> Desk {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(.allocationRule(groups))
        if debts > 0 {
            try desk.record(
                .entry([.debit("assets:bank", debts, party: "815"), .credit("liabilities:accounts-payable", debts)]))
        }
        for (number, purchase) in purchases.enumerated() {
            try sell("o\(number)", purchase.0, purchase.1, desk)
        }
        if nonMembers > 0 { try sell("non", "tom", nonMembers, desk) }
        return desk
    }

    private func sell(_ order: String, _ buyer: String, _ amount: Int64, _ desk: Desk) throws {
        try desk.record(
            .purchase(
                order, buyer, [.of("milk", "sam", amount, .zeroRated)], status: buyer == "tom" ? .nonMember : .member))
        try desk.record(.capture("p-\(order)", order, amount))
        try desk.record(.handOver(order))
    }

    private func close(_ year: UInt32, _ surplus: Int64, _ desk: Desk) throws -> [String] {
        try desk.record(.close(year, surplus: surplus), at: "\(year + 1)-01-01T04:59:59Z")
    }

    // MARK: close

    @Test func `the close moves revenue and expenses to surplus`() throws {
        let desk = try year([("ana", 1_000)])
        try desk.record(.entry([.debit("expenses:cloud", 300), .credit("assets:bank", 300, party: "815")]))
        #expect(try desk.refusal(.close(2017, surplus: 701), at: "2018-01-01T04:59:59Z")?.accepted.english == "700")
        #expect(
            try close(2017, 700, desk) == ["equity:surplus -700", "expenses:cloud -300", "revenue:commission 1000"])
    }

    @Test func `a loss is borne by the reserve first, then stays a deficit`() throws {
        let desk = try year([("ana", 300)])
        _ = try close(2017, 300, desk)
        try desk.record(.resolution(2017, surplus: 300, reserve: 300), at: "2018-04-01T15:00:00Z")
        #expect(desk.journal == ["equity:reserve -300", "equity:surplus 300"])
        try desk.record(.entry([.debit("expenses:rent", 500), .credit("assets:bank", 500, party: "815")]))
        #expect(try close(2018, -500, desk) == ["equity:deficit 200", "equity:reserve 300", "expenses:rent -500"])
        #expect(desk.balance("equity:reserve") == 0)
        let refusal = try desk.refusal(.resolution(2018, surplus: -500), at: "2019-04-01T15:00:00Z")
        #expect(refusal?.accepted.english == "a year with a surplus")
    }

    // MARK: resolution

    /// S = 100 000, equity under 40 % of debts (s.146).
    @Test(
        arguments: [
            (20_000, 0, nil), (10_000, 10_000, nil),
            (5_000, 20_000, "reserveMinor"), (10_000, 9_999, "reserveMinor + dividendsSharesMinor"),
        ] as [(Int64, Int64, String?)])
    func `the floors of the reserve bind while equity is under 40 % of debts`(
        _ reserve: Int64, _ shares: Int64, _ field: String?
    ) throws {
        let desk = try year([("ana", 100_000)], debts: 1_000_000)
        _ = try close(2017, 100_000, desk)
        let resolution = Body.resolution(
            2017, surplus: 100_000, reserve: reserve, cash: 100_000 - reserve - shares, shares: shares)
        #expect(try desk.refusal(resolution)?.field == field)
    }

    @Test func `at 40 % of debts the floors stop`() throws {
        let desk = try year([("ana", 100_000)], debts: 250_000)
        _ = try close(2017, 100_000, desk)
        #expect(try desk.refusal(.resolution(2017, surplus: 100_000, cash: 100_000)) == nil)
    }

    @Test func `the surplus of business with non-members goes to the reserve`() throws {
        let desk = try year([("ana", 80_000)], nonMembers: 20_000)
        _ = try close(2017, 100_000, desk)
        let refusal = try desk.refusal(.resolution(2017, surplus: 100_000, reserve: 19_999, cash: 80_001))
        #expect(refusal?.accepted.english == "at most 80000")
        #expect(refusal?.text(.french).contains("C-67.2 art. 147") == true)
        #expect(
            try desk.refusal(.resolution(2017, surplus: 100_000, reserve: 19_999, cash: 80_000, community: 1))?.field
                == "reserveMinor")
        #expect(
            try desk.record(.resolution(2017, surplus: 100_000, reserve: 20_000, cash: 80_000)) == [
                "equity:reserve -20000", "equity:surplus 100000", "liabilities:dividends-payable -80000",
            ])
    }

    @Test func `what does not sum, a negative part and other rules are refused`() throws {
        let desk = try year([("ana", 1_000)])
        _ = try close(2017, 1_000, desk)
        #expect(try desk.refusal(.resolution(2017, surplus: 999, cash: 999))?.accepted.english == "1000")
        #expect(try desk.refusal(.resolution(2017, surplus: 1_000, cash: 999))?.field == "surplusMinor")
        let negative = try desk.refusal(.resolution(2017, surplus: 1_000, reserve: -1, cash: 1_001))
        #expect(negative?.field == "reserveMinor")
        #expect(negative?.accepted.english == "at least 0")
        #expect(
            try desk.refusal(.resolution(2017, surplus: 1_000, cash: 1_000, rules: "Mondragon"))?.accepted.english
                == "C-67.2")
        try desk.record(.resolution(2017, surplus: 1_000, rebates: 100, cash: 800, community: 100))
        #expect(
            desk.journal == [
                "equity:reserve-for-rebates -100", "equity:surplus 1000", "liabilities:community-payable -100",
                "liabilities:dividends-payable -800",
            ])
        #expect(
            try desk.refusal(.resolution(2017, surplus: 1_000, cash: 1_000))?.accepted.english
                == "a year not yet allocated")
    }

    @Test func `the interest on preferred shares comes off before the allocation`() throws {
        let desk = try year([("ana", 1_000)])
        try desk.record(.subscription("bob", shares: 10, amount: 1_000, class: .preferred))
        _ = try close(2017, 1_000, desk)
        try desk.record(.interest(2017, "bob", rate: 50_000, 50))
        #expect(try desk.refusal(.resolution(2017, surplus: 1_000, cash: 1_000))?.accepted.english == "950")
        try desk.record(.resolution(2017, surplus: 950, cash: 950))
        #expect(desk.balance("equity:surplus") == 0)
    }

    @Test func `a group that did no business refuses the dividends`() throws {
        let desk = try year([("ana", 100)])
        try desk.record(.allocationRule([(.consumer, 500_000), (.seller, 500_000)]))
        try desk.record(.refund("o0", "r1", [(0, 100, 1)]))
        try desk.record(.entry([.debit("assets:bank", 90, party: "815"), .credit("revenue:other", 90)]))
        _ = try close(2017, 90, desk)
        #expect(try desk.refusal(.resolution(2017, surplus: 90, cash: 90)) != nil)
        #expect(try desk.refusal(.resolution(2017, surplus: 90, reserve: 90)) == nil)
    }

    // MARK: declaration

    @Test func `dividends are shared by largest remainder, ties to the smaller id`() throws {
        let desk = try year([("cid", 100), ("bob", 100), ("ana", 100)])
        _ = try close(2017, 300, desk)
        try desk.record(.resolution(2017, surplus: 300, reserve: 200, cash: 100))
        #expect(try desk.refusal(.declaration(2017, "ana", base: 100, cash: 33))?.accepted.english == "34")
        #expect(try desk.refusal(.declaration(2017, "cid", base: 100, cash: 34))?.accepted.english == "33")
        #expect(try desk.refusal(.declaration(2017, "cid", base: 101, cash: 33))?.field == "baseMinor")
        #expect(try desk.refusal(.declaration(2017, "cid", base: 100, cash: 33, shares: 1))?.field == "sharesMinor")
        #expect(try desk.refusal(.declaration(2017, "tom", base: 0, cash: 0))?.field == "member")
        #expect(
            try desk.record(.declaration(2017, "ana", base: 100, cash: 34)) == [
                "liabilities:dividends-payable 34", "liabilities:dividends-payable ana -34",
            ])
        #expect(
            try desk.refusal(.declaration(2017, "ana", base: 100, cash: 34))?.accepted.english
                == "one dividend a member and year")
        try desk.record(.declaration(2017, "bob", base: 100, cash: 33))
        try desk.record(.declaration(2017, "cid", base: 100, cash: 33))
        #expect(desk.balance("liabilities:dividends-payable") == 0)
    }

    @Test func `rules adopted after the resolution do not change who gets what`() throws {
        let desk = try year([("ana", 300)])
        _ = try close(2017, 300, desk)
        try desk.record(.resolution(2017, surplus: 300, cash: 300), at: "2018-04-15T15:00:00Z")
        try desk.record(.allocationRule([(.seller, 1_000_000)]), at: "2018-04-01T15:00:00Z")
        let after = "2018-04-16T15:00:00Z"
        #expect(try desk.refusal(.declaration(2017, "sam", base: 300, cash: 300), at: after)?.field == "member")
        try desk.record(.declaration(2017, "ana", base: 300, cash: 300), at: after)
    }

    @Test func `the meeting follows its year, its resolution the meeting, dividends the resolution`() throws {
        let desk = try year([("ana", 300)])
        _ = try close(2017, 300, desk)
        func field(_ body: Body, at time: String) throws -> String? { try desk.refusal(body, at: time)?.field }
        func resolution(_ meeting: String) -> Body { .resolution(2017, surplus: 300, cash: 300, meeting: meeting) }
        #expect(try field(resolution("2017-12-31"), at: "2018-04-01T15:00:00Z") == "meetingDate")
        #expect(try field(resolution("2018-04-02"), at: "2018-04-02T03:59:59Z") == "effectiveAt")
        try desk.record(resolution("2018-04-01"), at: "2018-04-01T15:00:00Z")
        let declaration = Body.declaration(2017, "ana", base: 300, cash: 300)
        #expect(try field(declaration, at: "2018-04-01T14:59:59Z") == "effectiveAt")
        try desk.record(declaration, at: "2018-04-01T16:00:00Z")
        #expect(try field(.dividend(2017, "ana", cash: 300), at: "2018-04-01T15:59:59Z") == "effectiveAt")
        try desk.record(.dividend(2017, "ana", cash: 300), at: "2018-04-01T16:00:00Z")
    }

    @Test func `groups share the pool before their members do`() throws {
        let desk = try year([("ana", 600), ("bob", 400)], groups: [(.consumer, 700_000), (.seller, 300_000)])
        _ = try close(2017, 1_000, desk)
        try desk.record(.resolution(2017, surplus: 1_000, cash: 1_000))
        for (member, base, cash) in [("ana", 600, 420), ("bob", 400, 280), ("sam", 1_000, 300)]
            as [(String, Int64, Int64)]
        {
            try desk.record(.declaration(2017, member, base: base, cash: cash))
        }
        #expect(desk.balance("liabilities:dividends-payable") == 0)
    }

    // MARK: payment

    private func declared(_ cash: Int64, _ shares: Int64) throws -> Desk {
        let desk = try year([("ana", cash + shares)])
        _ = try close(2017, cash + shares, desk)
        try desk.record(
            .resolution(2017, surplus: cash + shares, cash: cash, shares: shares), at: "2018-04-01T15:00:00Z")
        try desk.record(.declaration(2017, "ana", base: cash + shares, cash: cash, shares: shares))
        return desk
    }

    @Test func `one of 250 is paid less 22.50`() throws {
        let desk = try declared(25_000, 0)
        #expect(try desk.refusal(.dividend(2017, "ana", cash: 25_000, withheld: 2_249))?.accepted.english == "2250")
        #expect(
            try desk.record(.dividend(2017, "ana", cash: 25_000, withheld: 2_250)) == [
                "assets:bank 815 -22750", "liabilities:dividends-payable ana 25000",
                "liabilities:withholding-payable -2250",
            ])
        #expect(
            try desk.refusal(.dividend(2017, "ana", cash: 25_000, withheld: 2_250))?.accepted.english
                == "a dividend still to be paid")
        #expect(
            try desk.record(.remittance("withholding", 2_250, through: "2018-04-01")) == [
                "assets:bank 815 -2250", "liabilities:withholding-payable 2250",
            ])
    }

    @Test func `three of 60 in one calendar year are paid less 0, 3 and 9, and the next year begins anew`() throws {
        let desk = try Desk(Story(from: "2014-01-02T15:00:00Z"))
        try desk.record(.subscription("ana", shares: 100, amount: 100_000))
        for year: UInt32 in 2014...2017 {
            try desk.record(.commission(ppm: 1_000_000), at: "\(year)-03-01T15:00:00Z")
            try sell("o\(year)", "ana", 6_000, desk)
            _ = try close(year, 6_000, desk)
            try desk.record(.resolution(year, surplus: 6_000, cash: 6_000), at: "\(year + 1)-02-01T15:00:00Z")
            try desk.record(.declaration(year, "ana", base: 6_000, cash: 6_000))
        }
        for (year, withheld) in [(2014, 0), (2015, 300), (2016, 900)] as [(UInt32, Int64)] {
            try desk.record(.dividend(year, "ana", cash: 6_000, withheld: withheld), at: "2018-12-31T15:00:00Z")
        }
        try desk.record(.dividend(2017, "ana", cash: 6_000), at: "2019-01-02T15:00:00Z")
        #expect(desk.balance("liabilities:withholding-payable") == -1_200)
        #expect(desk.balance("liabilities:dividends-payable", "ana") == 0)
    }

    @Test func `shares paid as a dividend are the member's, and tax is kept from the cash`() throws {
        let desk = try declared(3_000, 22_000)
        #expect(
            try desk.record(.dividend(2017, "ana", cash: 3_000, shares: 22_000, withheld: 2_250)) == [
                "assets:bank 815 -750", "equity:member-shares ana -22000", "liabilities:dividends-payable ana 25000",
                "liabilities:withholding-payable -2250",
            ])
        #expect(desk.views.member(desk.party("ana"), try #require(desk.book))?.commonShares == 22)
        #expect(
            try desk.record(.redemption("ana", shares: 21, amount: 21_000)).contains("equity:member-shares ana 21000"))
    }

    @Test func `a cash part below the tax is refused`() throws {
        let desk = try declared(2_000, 23_000)
        let refusal = try desk.refusal(.dividend(2017, "ana", cash: 2_000, shares: 23_000, withheld: 2_000))
        #expect(refusal?.field == "cashMinor")
        #expect(refusal?.accepted.english.contains("2250") == true)
    }

    @Test func `what remains below one share is paid in cash`() throws {
        let desk = try declared(2_450, 22_550)
        #expect(
            try desk.refusal(.dividend(2017, "ana", cash: 2_450, shares: 22_550, withheld: 2_250))?.accepted.english
                == "22000")
        #expect(
            try desk.record(.dividend(2017, "ana", cash: 3_000, shares: 22_000, withheld: 2_250)) == [
                "assets:bank 815 -750", "equity:member-shares ana -22000", "liabilities:dividends-payable ana 25000",
                "liabilities:withholding-payable -2250",
            ])
        #expect(desk.views.member(desk.party("ana"), try #require(desk.book))?.commonShares == 22)
    }
}
