import Commerce
import Events
import Fixtures
import Testing

/// One allocation across groups of different units, with members of several groups, and caps by category (C-67.2 s.128.1).
@Suite("Patronage across groups")
struct PatronageGroupTests {
    /// All that is sold is surplus; ana consumes, sam sells, wil works, dot drives and consumes.
    private func desk(_ groups: [(Group, UInt32)], isCapped: Bool = true) throws -> Desk {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(.allocationPolicy(groups, isCapped: isCapped))
        for name in ["wil", "dot"] { try desk.record(.identity(name)) }
        try desk.record(.admission("wil", [.worker], category: .worker))
        try desk.record(.admission("dot", [.driver, .consumer]))
        return desk
    }

    @Test func `a member of several groups gets the sum, and hours are never added to dollars`() throws {
        let desk = try desk([(.consumer, 500_000), (.worker, 200_000), (.driver, 300_000)])
        try desk.sell("o1", "ana", 600)
        try desk.sell("o2", "dot", 400)
        desk.count(.worker, "wil", 7_500, year: 2017)
        desk.count(.worker, "tom", 2_500, year: 2017)
        desk.count(.driver, "dot", 12_345, year: 2017)
        try desk.close(2017, 1_000)
        // A quarter of the hours are tom's, who never was a member: a quarter of the workers' fifth is no dividend (C-67.2 s.128.1).
        #expect(
            try desk.refusal(.resolution(2017, surplus: 1_000, reserve: 49, cash: 951))?.accepted.english
                == "at most 950")
        try desk.record(.resolution(2017, surplus: 1_000, reserve: 50, cash: 950))
        let book = try #require(desk.book)
        let plan = try desk.views.resolvedPlan(book, year: 2017, #require(desk.views.fiscalYear(2017, book)))
        #expect(plan.shares.map(\.member) == ["ana", "dot", "wil"])
        #expect(plan.shares.map(\.baseMinor) == [600, 400 + 12_345, 0])
        #expect(plan.shares.map(\.cashMinor) == [300, 200 + 300, 150])
        #expect(plan.shares[1].groups.map(\.group) == [.consumer, .driver])
        #expect(try desk.refusal(.declaration(2017, "tom", base: 0, cash: 40))?.field == "member")
        try desk.record(.declaration(2017, "wil", base: 0, cash: 150))
        try desk.record(.declaration(2017, "dot", base: 12_745, cash: 500))
        try desk.record(.declaration(2017, "ana", base: 600, cash: 300))
        #expect(desk.balance("liabilities:dividends-payable") == 0)
    }

    @Test func `who was reclassified into a group and out again keeps what was counted there`() throws {
        let desk = try desk([(.worker, 1_000_000)])
        for name in ["ana", "bob"] {
            try desk.record(.reclassification(name, [.worker]))
            try desk.record(.contribution("h-\(name)", name, 1_000))
        }
        // Reclassified, and gone and admitted anew.
        try desk.record(.reclassification("ana", [.consumer]))
        try desk.record(.withdrawal("bob"))
        try desk.record(.admission("bob", [.consumer]))
        let book = try #require(desk.book)
        let found = desk.views.patronage(book, year: 2017, group: .worker)
        #expect(found.map(\.party) == [desk.party("ana"), desk.party("bob")])
        #expect(found.map(\.base) == [1_000, 1_000])
    }

    @Test func `members 80 % of the business: at most 80 000 of 100 000, at least 20 000 to the reserve`() throws {
        let desk = try desk([(.consumer, 1_000_000)])
        try desk.sell("o1", "ana", 80_000)
        try desk.sell("o2", "tom", 20_000, status: .nonMember)
        try desk.close(2017, 100_000)
        let above = try desk.refusal(.resolution(2017, surplus: 100_000, reserve: 19_999, cash: 80_001))
        #expect(above?.accepted.english == "at most 80000")
        #expect(above?.text(.french).contains("C-67.2 art. 128.1") == true)
        #expect(
            try desk.refusal(.resolution(2017, surplus: 100_000, reserve: 19_999, cash: 80_000, community: 1))?.field
                == "reserveMinor")
        #expect(try desk.refusal(.resolution(2017, surplus: 100_000, reserve: 20_000, cash: 80_000)) == nil)
    }

    @Test func `non-members of one category do not lower the dividends of another`() throws {
        let desk = try desk([(.consumer, 500_000), (.worker, 500_000)])
        try desk.sell("o1", "ana", 50_000)
        try desk.sell("o2", "tom", 50_000, status: .nonMember)
        desk.count(.worker, "wil", 1_000, year: 2017)
        try desk.close(2017, 100_000)
        #expect(
            try desk.refusal(.resolution(2017, surplus: 100_000, reserve: 24_999, cash: 75_001))?.accepted.english
                == "at most 75000")
        try desk.record(.resolution(2017, surplus: 100_000, reserve: 25_000, cash: 70_000, shares: 5_000))
        try desk.record(.declaration(2017, "ana", base: 50_000, cash: 23_333, shares: 1_667))
        try desk.record(.declaration(2017, "wil", base: 0, cash: 46_667, shares: 3_333))
        #expect(desk.balance("liabilities:dividends-payable") == 0)
    }

    @Test func `a category's own non-members lower its own dividends, rounded down`() throws {
        let desk = try desk([(.consumer, 666_667), (.driver, 333_333)])
        try desk.sell("o1", "dot", 1_000)
        desk.count(.driver, "dot", 70, year: 2017)
        desk.count(.driver, members: 70, others: 30, year: 2017)
        try desk.close(2017, 1_000)
        // 1000 × 0.666667 = 666.667 → 666; 1000 × 0.333333 × 0.7 = 233.33 → 233.
        #expect(
            try desk.refusal(.resolution(2017, surplus: 1_000, reserve: 100, cash: 900))?.accepted.english
                == "at most 899")
        #expect(try desk.refusal(.resolution(2017, surplus: 1_000, reserve: 101, cash: 899)) == nil)
    }

    @Test func `a category whose members did nothing leaves its part to the reserve`() throws {
        let desk = try desk([(.consumer, 600_000), (.author, 400_000)])
        try desk.sell("o1", "ana", 1_000)
        try desk.close(2017, 1_000)
        #expect(
            try desk.refusal(.resolution(2017, surplus: 1_000, cash: 1_000))?.accepted.english == "at most 600")
        try desk.record(.resolution(2017, surplus: 1_000, reserve: 400, cash: 600))
        try desk.record(.declaration(2017, "ana", base: 1_000, cash: 600))
    }

    @Test func `whoever left or came during the year counts with what was done as a member`() throws {
        let desk = try desk([(.consumer, 1_000_000)])
        try desk.sell("o1", "tom", 500, status: .nonMember)
        try desk.record(.admission("tom", [.consumer]), at: "2017-07-01T15:00:00Z")
        try desk.sell("o2", "tom", 300)
        try desk.sell("o3", "bob", 200)
        try desk.record(.withdrawal("bob"), at: "2017-08-01T15:00:00Z")
        try desk.record(.withdrawal("cid"))
        try desk.record(.admission("cid", [.worker], category: .worker))
        try desk.sell("o4", "cid", 250)
        try desk.close(2017, 1_250)
        // 750 of 1250 with members: 60 %, of which cid, a worker by then, is no consumer; o4 earns no patronage.
        #expect(
            try desk.refusal(.resolution(2017, surplus: 1_250, reserve: 499, cash: 751))?.accepted.english
                == "at most 750")
        try desk.record(.resolution(2017, surplus: 1_250, reserve: 500, cash: 750))
        try desk.record(.declaration(2017, "tom", base: 300, cash: 450))
        try desk.record(.declaration(2017, "bob", base: 200, cash: 300))
        #expect(try desk.refusal(.declaration(2017, "cid", base: 250, cash: 1))?.field == "member")
        #expect(desk.balance("liabilities:dividends-payable") == 0)
    }

    @Test func `a consumer who came back as a worker keeps the dividend of the year`() throws {
        let desk = try desk([(.consumer, 1_000_000)])
        try desk.sell("o1", "bob", 100)
        try desk.record(.withdrawal("bob"))
        try desk.record(.admission("bob", [.worker], category: .worker))
        try desk.close(2017, 100)
        try desk.record(.resolution(2017, surplus: 100, cash: 100))
        try desk.record(.declaration(2017, "bob", base: 100, cash: 100))
    }

    @Test(
        arguments: [
            (.allocationPolicy([(.consumer, 1_000_000)], communityMin: 1_000_001), "allocation.communityMinPpm"),
            (.allocationPolicy([(.consumer, 1_000_000)], dividendsMax: 1_000_001), "allocation.dividendsMaxPpm"),
            (.allocationPolicy([(.consumer, 999_999)]), "allocation.groups"),
            (.allocationPolicy([(.worker, 500_000), (.worker, 500_000)]), "allocation.groups[1].group"),
            (
                .allocationPolicy([(.worker, 1_000_000)], reserveAndSharesMin: 950_000, communityMin: 50_001),
                "allocation.communityMinPpm"
            ),
        ] as [(Body, String)])
    func `a policy that cannot be kept is refused`(_ policy: Body, _ field: String) throws {
        let desk = try Desk()
        #expect(try desk.refusal(policy)?.field == field)
    }

    @Test func `every group that has patronage may share`() throws {
        let desk = try Desk()
        let all = Group.allCases.filter { $0 != .unspecified }
        let shares = all.indices.map { $0 == 0 ? UInt32(1_000_000 - 100_000 * (all.count - 1)) : 100_000 }
        #expect(all.count == 9)
        try desk.record(.allocationPolicy(Array(zip(all, shares))))
    }
}
