import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Testing

/// Members by legal form, contributions, sharing, expenses: what each event does, and what is refused.
@Suite("The cooperative")
struct CooperativeTests {
    typealias Case = OrderRefusalTests.Case

    /// will works; wes works and has the rule's fixed part; h1 is 3 hours of will, h2 1 hour of wes; e1 is claimed, e2 approved, e3 reimbursed, e4 rejected.
    static let history: [Body] = [
        .identity("will"), .identity("wes"), .identity("sup"), .identity("car"),
        .admission("car", [.carrier, .creator]),
        .admission("will", [.worker], category: .worker), .admission("wes", [.worker], category: .worker),
        .admission("sup", [], category: .support),
        .contribution("h1", "will", 3_000), .contribution("h2", "wes", 1_000),
        .sharingRule("r", [.to("wes", fixed: 1_000), .kept(ppm: 333_333), .by(.worker)]),
        .sharingRule("costs", [.to("will", ppm: 500_000), .to("ana", ppm: 500_000)], total: .expenses),
        .entry([.debit("assets:bank", 30_000, party: "815"), .credit("revenue:services", 30_000)]),
        .sharing("s1", 10_000, [("wes", 2_417), ("will", 4_250)]),
        .claim("e1", "will", [("expenses:rent", 1_000)]),
        .claim("e2", "will", [("expenses:rent", 2_000)]), .claimApproved("e2"),
        .claim("e3", "will", [("expenses:rent", 3_000)]), .claimApproved("e3"), .reimbursement("e3", 3_000),
        .claim("e4", "will", [("expenses:rent", 4_000)]), .claimRejected("e4"),
        .district("old-town"), .joining("old-town", "sam"),
    ]

    private static func desk() throws -> Desk {
        let desk = try Desk()
        for body in history { try desk.record(body, by: actor(body)) }
        return desk
    }

    /// will claims, another person approves, the till records the rest.
    private static func actor(_ body: Body) -> String {
        switch body {
        case .expenseClaimed: "will"
        case .expenseApproved: "app"
        default: "till-1"
        }
    }

    static let cases: [Case] = [
        // Categories and groups.
        Case(
            "a producer in a solidarity cooperative", .admission("tom", [], category: .producer), "category",
            "MEMBER_CATEGORY_USER, MEMBER_CATEGORY_WORKER, MEMBER_CATEGORY_SUPPORT, MEMBER_CATEGORY_AUXILIARY"),
        Case("reclassifying nobody", .reclassification("tom", []), "member", "a member that memberAdmitted admitted"),
        Case(
            "reclassifying to the same", .reclassification("ana", [.consumer], category: .user), "groups",
            "another category or other groups"),
        Case(
            "a support member with groups", .reclassification("ana", [.consumer], category: .support), "groups[0]",
            "no group"),
        Case("a group for a support member", .reclassification("sup", [.consumer]), "groups[0]", "no group"),
        Case(
            "a category of another form", .reclassification("ana", [], category: .producer), "category",
            "MEMBER_CATEGORY_USER, MEMBER_CATEGORY_WORKER, MEMBER_CATEGORY_SUPPORT, MEMBER_CATEGORY_AUXILIARY"),
        // Roles.
        Case("a role of nobody", .grant("eve", .sales), "grantee", "an identity that identityRegistered made known"),
        Case("no role", .grant("ana", .unspecified), "role", "for example ROLE_TREASURER"),
        Case("revoking what nobody has", .revocation("ana", .sales), "role", "a role of roleGranted that holds"),
        // Contributions.
        Case("a contribution twice", .contribution("h1", "will", 1), "contribution", "a new contribution id"),
        Case(
            "a contribution of a non-member", .contribution("h", "tom", 1), "member",
            "a member that memberAdmitted admitted"),
        Case("hours outside the group", .contribution("h", "ana", 1), "group", "a group of ana"),
        Case(
            "purchases as a contribution", .contribution("h", "ana", 1, group: .consumer), "group",
            "GROUP_WORKER, GROUP_AUTHOR or GROUP_DEPOSITOR"),
        Case(
            "hours on a group that deliveries measure in money", .contribution("h", "car", 1, group: .carrier), "group",
            "GROUP_WORKER, GROUP_AUTHOR or GROUP_DEPOSITOR"),
        Case(
            "plays on a group that royalties measure in money", .contribution("h", "car", 1, group: .creator), "group",
            "GROUP_WORKER, GROUP_AUTHOR or GROUP_DEPOSITOR"),
        Case("another unit", .contribution("h", "will", 1, unit: "jour"), "unit", "heure"),
        Case(
            "nothing contributed", .contribution("h", "will", 0), "quantityThousandths", "-3000 to 1000000000, not 0"),
        Case(
            "more taken back than was given", .contribution("h", "wes", -1_001), "quantityThousandths",
            "-1000 to 1000000000, not 0"),
        Case(
            "work of another year", .contribution("h", "will", 1, on: "2016-12-31"), "workDate",
            "from 2017-01-01 to 2017-01-02"),
        Case(
            "work of tomorrow", .contribution("h", "will", 1, on: "2017-01-03"), "workDate",
            "from 2017-01-01 to 2017-01-02"),
        // Sharing rules.
        Case(
            "profit by a rule", .sharingRule("p", [.to("will", ppm: 1)], total: .profit), "sharing.total",
            "an allocation policy with its groups, then allocationResolved and patronageDividendDeclared"),
        Case("a rule without name", .sharingRule("", [.kept()]), "sharing.rule", "1 to 64 bytes"),
        Case("a rule of nothing", .sharingRule("x", []), "sharing.parts", "1 to 200"),
        Case(
            "more than 100 %", .sharingRule("x", [.to("will", ppm: 600_000), .kept(ppm: 400_001)]), "sharing.parts",
            "a sum of at most 1000000"),
        Case(
            "two rests", .sharingRule("x", [.kept(), .by(.worker)]), "sharing.parts[1]", "fixedMinor or sharePpm"),
        Case(
            "a part of a non-member", .sharingRule("x", [.to("tom", ppm: 1)]), "sharing.parts[0].member",
            "a member that memberAdmitted admitted"),
        // Sharing.
        Case("a sharing twice", .sharing("s1", 10_000, []), "sharing", "a new sharing id"),
        Case(
            "an unknown rule", .sharing("s", 10_000, [], rule: "nix"), "rule", "a rule of policyAdopted.sharing"),
        Case("a part too large", .sharing("s", 10_000, [("wes", 2_418)]), "parts[0].amountMinor", "2417"),
        Case(
            "a part missing", .sharing("s", 10_000, [("wes", 2_417)]), "parts", "wes 2417, will 4250"),
        Case(
            "a part too many", .sharing("s", 10_000, [("ana", 1)]), "parts[0].member", "wes 2417, will 4250"),
        Case("less than the fixed part", .sharing("s", 1_499, []), "amountMinor", "a larger amount"),
        Case(
            "more than was earned", .sharing("s", 20_001, []), "amountMinor", "at most 20000"),
        Case(
            "costs that were not spent", .sharing("s", 5_001, [], rule: "costs"), "amountMinor", "at most 5000"),
        Case("nothing to share", .sharing("s", 0, []), "amountMinor", "1 to 1000000000000000 minor units"),
        // Expenses.
        Case("a claim twice", .claim("e1", "will", [("expenses:rent", 1)]), "claim", "a new claim id"),
        Case(
            "a claim of a non-member", .claim("e", "tom", [("expenses:rent", 1)]), "member",
            "a member that memberAdmitted admitted"),
        Case(
            "a claim on no expense", .claim("e", "will", [("assets:bank", 1)]), "lines[0].account",
            "for example expenses:rent"),
        Case("a claim without lines", .claim("e", "will", []), "lines", "1 to 100"),
        Case(
            "another total", .claim("e", "will", [("expenses:rent", 5)], total: 6), "totalMinor", "5"),
        Case(
            "a tax that nobody levies", .claim("e", "will", [("expenses:rent", 5)], taxes: [("hst", 1)]),
            "taxes[0].tax",
            "a tax of a policy in force that day, for example gst; any other is part of the amount"),
        Case(
            "more tax than its rate gives", .claim("e", "will", [("expenses:rent", 1)], taxes: [("gst", 100_000)]),
            "taxes[0].amountMinor", "at most 1"),
        Case(
            "a levy as a tax that is recovered", .claim("e", "will", [("expenses:rent", 5)], taxes: [("ride-levy", 1)]),
            "taxes[0].tax",
            "a tax of a policy in force that day, for example gst; any other is part of the amount"),
        Case(
            "a payout of what a claim waits for",
            .payout("p", "will", 6_251, of: "liabilities:members-payable"), "amountMinor", "at most 4250"),
        Case(
            "an expense of tomorrow", .claim("e", "will", [("expenses:rent", 5)], incurred: "2017-01-03"),
            "incurredDate", "at the latest 2017-01-02"),
        Case("approving nothing", .claimApproved("e"), "claim", "a claim of expenseClaimed"),
        Case("approving twice", .claimApproved("e2"), "claim", "a claim that waits for a decision"),
        Case("rejecting what was approved", .claimRejected("e2"), "claim", "a claim that waits for a decision"),
        Case("rejecting without reason", .claimRejected("e1", reason: ""), "reason", "1 to 500 bytes"),
        Case("paying what nobody approved", .reimbursement("e1", 1), "claim", "an approved claim"),
        Case("paying too much", .reimbursement("e2", 2_001), "amountMinor", "at most 2000"),
        Case("paying twice", .reimbursement("e3", 1), "claim", "an approved claim"),
        // Districts.
        Case("a district twice", .district("old-town"), "district", "a new district"),
        Case("joining nowhere", .joining("nix", "reg"), "district", "a district of districtFormed"),
        Case("joining without selling", .joining("old-town", "ana"), "seller", "a member of the seller group"),
        Case("joining twice", .joining("old-town", "sam"), "seller", "a seller who is in none"),
        Case("leaving without being in", .leaving("old-town", "reg"), "seller", "a seller of districtJoined"),
    ]

    @Test(arguments: cases)
    func `is refused`(_ given: Case) throws {
        let desk = try Self.desk()
        let before = desk.balances
        let refusal = try #require(try desk.refusal(given.body, by: Self.actor(given.body)), "it would be recorded")
        #expect(refusal.field == given.field)
        #expect(refusal.accepted.english == given.accepted)
        for language in Language.allCases {
            #expect(!refusal.accepted(language).isEmpty && !refusal.reason(language).isEmpty)
        }
        #expect(desk.balances == before)
    }

    @Test(arguments: [
        (LegalForm.producers, MemberCategory.producer), (.workers, .worker), (.consumers, .user), (.federation, .user),
        (.solidarity, .worker), (.producers, .auxiliary),
    ])
    func `a legal form has its categories`(_ form: LegalForm, _ category: MemberCategory) throws {
        let desk = try Desk(opening: [.founding(form: form), .identity("ana")])
        #expect(try desk.refusal(.admission("ana", [], category: category)) == nil)
        let other: MemberCategory = form == .producers ? .worker : .producer
        #expect(try desk.refusal(.admission("ana", [], category: other))?.field == "category")
    }

    @Test func `a member changes its groups without leaving, and nothing before is restated`() throws {
        let desk = try Self.desk()
        try desk.record(.reclassification("ana", [.consumer, .seller]))
        try desk.record(.reclassification("will", [], category: .support))
        let book = try #require(desk.book)
        let ana = try #require(desk.views.member(desk.party("ana"), book))
        #expect(ana.isIn(.seller) && ana.category == MemberCategory.user.rawValue && ana.withdrewAtUs == 0)
        #expect(desk.views.member(desk.party("will"), book)?.groups == 0)
        #expect(desk.views.patronage(of: desk.party("will"), .worker, year: 2017, book) == 3_000)
        #expect(try desk.refusal(.contribution("h", "will", 1))?.field == "group")
    }

    @Test func `a revenue is shared to the cent and owed to members`() throws {
        let desk = try Desk()
        for body in Self.history.prefix(13) { try desk.record(body) }
        // The members, their hours, two rules and an income of 300.00 come before.
        // 100.00: 10.00 fixed, 33.33 kept, the rest of 56.67 by hours 3 : 1.
        #expect(
            try desk.record(.sharing("s1", 10_000, [("wes", 2_417), ("will", 4_250)])) == [
                "expenses:shared-with-members 6667", "liabilities:members-payable wes -2417",
                "liabilities:members-payable will -4250",
            ])
    }

    @Test func `a revenue is shared once, in its own year and no sooner than it is earned`() throws {
        let desk = try Self.desk()
        let all = [("wes", Int64(4_083)), ("will", Int64(9_250))]
        #expect(try desk.refusal(.sharing("s2", 20_000, all)) == nil)
        // A year later it is no longer that year's.
        #expect(try desk.refusal(.sharing("s2", 1, all), at: "2018-01-05T15:00:00Z")?.accepted.english == "at most 0")
        try desk.record(.sharing("s2", 20_000, all))
        // What stayed with the cooperative was shared, too: nobody shares it again.
        #expect(try desk.refusal(.sharing("s3", 1, []))?.accepted.english == "at most 0")
        try desk.record(.entry([.debit("assets:bank", 5, party: "815"), .credit("revenue:rent-of-rooms", 5)]))
        #expect(try desk.refusal(.sharing("s3", 6, []))?.accepted.english == "at most 5")
        // Before it was earned there was nothing.
        try desk.record(
            .entry([.debit("assets:bank", 7, party: "815"), .credit("revenue:rent-of-rooms", 7)]),
            at: "2017-03-01T15:00:00Z")
        #expect(
            try desk.refusal(.sharing("s3", 6, []), at: "2017-02-01T15:00:00Z")?.accepted.english == "at most 5")
        #expect(try desk.refusal(.sharing("s3", 6, []), at: "2017-01-01T15:00:00Z")?.field == "effectiveAt")
    }

    @Test func `what the year cost is not shared: the reserve is nobody's`() throws {
        let desk = try Self.desk()
        // 300.00 came in, 50.00 were claimed and 66.67 shared: 183.33 are left, of which s2 gives 133.33.
        let all = [("wes", Int64(4_083)), ("will", Int64(9_250))]
        let rent: [EntryLine] = [.debit("expenses:rent", 5_001), .credit("assets:bank", 5_001, party: "815")]
        try desk.record(.entry(rent), at: "2017-03-05T15:00:00Z")
        // Whatever the day: the year has cost it.
        for day in ["2017-03-02", "2017-03-06"] {
            let refusal = try desk.refusal(.sharing("s2", 20_000, all), at: "\(day)T15:00:00Z")
            #expect(refusal?.field == "parts" && refusal?.accepted.english == "at most 13332")
        }
        try desk.record(.entry([.debit("assets:bank", 1, party: "815"), .credit("revenue:services", 1)]))
        try desk.record(.sharing("s2", 20_000, all))
        // Costs are shared all the same: members pay them.
        #expect(
            try desk.refusal(.sharing("s3", 1_000, [("ana", 500), ("will", 500)], rule: "costs")) == nil)
    }

    @Test func `members claim for themselves`() throws {
        let desk = try Self.desk()
        for actor in ["", "wes", "WILL"] {
            #expect(try desk.refusal(.claim("e9", "will", [("expenses:rent", 9)]), by: actor)?.field == "actor")
        }
        #expect(try desk.refusal(.claim("e9", "will", [("expenses:rent", 9)]), by: "will") == nil)
    }

    @Test func `shared costs are owed by members`() throws {
        let desk = try Self.desk()
        #expect(
            try desk.record(.sharing("s2", 1_001, [("ana", 500), ("will", 501)], rule: "costs")) == [
                "assets:receivable ana 500", "assets:receivable will 501", "revenue:other -1001",
            ])
    }

    @Test func `a rule holds from its effective time on, and no later one restates`() throws {
        let desk = try Self.desk()
        try desk.record(.sharingRule("r", [.to("ana", ppm: 1_000_000)]), at: "2017-03-01T15:00:00Z")
        #expect(
            try desk.refusal(.sharing("s2", 10_000, [("wes", 2_417), ("will", 4_250)]), at: "2017-02-28T15:00:00Z")
                == nil)
        #expect(try desk.refusal(.sharing("s2", 10_000, [("ana", 10_000)]), at: "2017-03-01T15:00:00Z") == nil)
    }

    @Test func `a claim is nothing until another person approves it`() throws {
        let desk = try Self.desk()
        #expect(
            try desk.record(
                .claim("e9", "will", [("expenses:rent", 900), ("expenses:office", 100)], taxes: [("gst", 50)]),
                by: "will")
                == [])
        #expect(try desk.refusal(.claimApproved("e9"), by: "WILL")?.field == "actor")
        #expect(
            try desk.record(.claimApproved("e9"), by: "app") == [
                "assets:tax-recoverable 50", "expenses:office 100", "expenses:rent 900",
                "liabilities:members-payable will -1050",
            ])
        let early = try #require(try desk.refusal(.reimbursement("e9", 1_000), at: "2017-01-02T15:01:00Z"))
        #expect(early.field == "effectiveAt" && early.reason.english.hasPrefix("before the approval"))
        #expect(
            try desk.record(.reimbursement("e9", 1_000)) == [
                "assets:bank 815 -1000", "liabilities:members-payable will 1000",
            ])
        let book = try #require(desk.book)
        let open = desk.views.claims(book, openOnly: true)
        #expect(open.map(\.name) == ["e1", "e2", "e9"])
        #expect(open.map(\.record.dueMinor) == [0, 2_000, 50])
        #expect(open[0].record.ageDays(on: open[0].record.claimedDay + 3) == 3)
        try desk.record(.reimbursement("e9", 50))
        #expect(desk.views.claims(book, openOnly: true).map(\.name) == ["e1", "e2"])
        #expect(desk.views.claims(book, openOnly: false).count == 5)
    }

    // MARK: districts

    /// Six sellers in a district since December; s1 to s5 sell in January and February, s6 in January alone.
    private func market(_ sellers: Int = 6) throws -> Desk {
        let desk = try Desk()
        try desk.record(.district("d"))
        for n in 1...sellers {
            try desk.record(.identity("s\(n)"))
            try desk.record(.admission("s\(n)", [.seller]))
            try desk.record(.joining("d", "s\(n)"))
        }
        for month in ["02", "03"] {
            for n in 1...sellers where month == "02" || n < 6 {
                let order = "o\(month)\(n)"
                try desk.record(
                    .purchase(order, "ana", [.of("milk", "s\(n)", 1_000 * Int64(n), .zeroRated)]),
                    at: "2017-\(month)-10T15:00:00Z")
                try desk.record(.capture("p\(order)", order, 1_000 * Int64(n)))
            }
        }
        return desk
    }

    private func months(_ desk: Desk) throws -> [DistrictMonth] {
        let book = try #require(desk.book)
        return try #require(Array("d".utf8).withBytes { DistrictReport.months(of: $0, book, desk.views) })
    }

    @Test func `a district sees sums of at least five sellers, once the month is over`() throws {
        let desk = try market()
        // March is not over: only January, in whose midst they joined, and February.
        var months = try months(desk)
        #expect(months.map(\.sellers) == [0, 6])
        #expect(months[1].orders == 6 && months[1].salesMinor == 21_000 && months[1].refundsMinor == nil)
        try desk.record(.listing("tick"), at: "2017-04-01T15:00:00Z")
        months = try self.months(desk)
        #expect(months[2].sellers == 6 && months[2].orders == 5 && months[2].salesMinor == 15_000)
    }

    @Test func `four sellers show nothing`() throws {
        let desk = try market(4)
        try desk.record(.listing("tick"), at: "2017-04-01T15:00:00Z")
        #expect(try months(desk).allSatisfy { $0.orders == nil && $0.salesMinor == nil && $0.refundsMinor == nil })
    }

    @Test func `refunds of fewer than five sellers are withheld`() throws {
        let desk = try market()
        for n in 1...5 {
            try desk.record(.refund("o03\(n)", "r", [(0, 10, 0)]), at: "2017-03-20T15:00:00Z")
            if n == 4 {
                let copy = try market()
                for k in 1...4 { try copy.record(.refund("o03\(k)", "r", [(0, 10, 0)]), at: "2017-03-20T15:00:00Z") }
                try copy.record(.listing("tick"), at: "2017-04-01T15:00:00Z")
                #expect(try months(copy)[2].refundsMinor == nil)
            }
        }
        try desk.record(.listing("tick"), at: "2017-04-01T15:00:00Z")
        #expect(try months(desk)[2].refundsMinor == 50)
    }

    @Test func `who comes or goes within a month does not count in it`() throws {
        let desk = try market()
        try desk.record(.leaving("d", "s1"), at: "2017-03-15T15:00:00Z")
        try desk.record(.listing("tick"), at: "2017-05-01T15:00:00Z")
        let months = try months(desk)
        // Without s1 only four sold in March.
        #expect(months.map(\.sellers) == [0, 6, 5, 5])
        #expect(months[1].salesMinor == 21_000 && months[2].salesMinor == nil)
        // Nobody is put into a month that is over, nor taken from it.
        #expect(try desk.refusal(.joining("d", "s1"), at: "2017-04-30T15:00:00Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.leaving("d", "s2"), at: "2017-04-30T15:00:00Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.joining("d", "s1"), at: "2017-05-01T15:00:00Z") == nil)
    }
}
