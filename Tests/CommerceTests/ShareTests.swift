import Commerce
import Events
import Fixtures
import Testing

/// Interest on preferred shares, redemption, and the register of shares.
@Suite("Interest and redemption")
struct ShareTests {
    /// A surplus of 10 000; ana holds 300.30 of preferred shares at the year's end, bob two common shares.
    private func desk() throws -> Desk {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(.allocationPolicy([(.consumer, 1_000_000)]))
        try desk.record(.subscription("ana", shares: 30, amount: 30_030, class: .preferred))
        try desk.record(.subscription("bob", shares: 2, amount: 2_000))
        try desk.sell("o1", "ana", 10_000)
        try desk.close(2017, 10_000)
        return desk
    }

    // MARK: interest

    @Test func `nobody leaves before their admission, nor before what they did as a member`() throws {
        let desk = try Desk()
        func field(_ member: String, _ time: String) throws -> String? {
            try desk.refusal(.withdrawal(member), at: time)?.field
        }
        try desk.record(.identity("new"), at: "2017-02-01T15:00:00Z")
        try desk.record(.admission("new", [.consumer]), at: "2017-02-02T15:00:00Z")
        #expect(try field("new", "2017-02-02T14:59:59Z") == "effectiveAt")
        #expect(try field("new", "2017-02-02T15:00:00Z") == nil)
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]), at: "2017-03-01T15:00:00Z")
        try desk.record(.subscription("bob", shares: 1, amount: 1_000), at: "2017-03-02T15:00:00Z")
        for (member, time) in [("ana", "2017-03-01T15"), ("sam", "2017-03-01T15"), ("bob", "2017-03-02T15")] {
            #expect(try field(member, "2017-02-15T15:00:00Z") == "effectiveAt", "\(member)")
            #expect(try field(member, "\(time):00:00Z") == nil, "\(member)")
        }
        // A payment is not what only a member does.
        try desk.record(.capture("p1", "o1", 1_000), at: "2017-03-05T15:00:00Z")
        #expect(try field("ana", "2017-03-02T15:00:00Z") == nil)
        // Nothing happens before the founding but what a policy says.
        #expect(try field("cid", "2017-01-02T15:00:59Z") == "effectiveAt")
        #expect(try desk.refusal(.commission(ppm: 1), at: "2016-01-01T15:00:00Z") == nil)
    }

    @Test func `interest comes off the surplus before the meeting shares it`() throws {
        let desk = try desk()
        try desk.record(.subscription("ana", shares: 10, amount: 10_000, class: .preferred))
        for (body, field, accepted) in [
            (.interest(2016, "ana", rate: 50_000, 1_502), "fiscalYear", "a year that fiscalYearClosed closed"),
            (.interest(2017, "ana", rate: 0, 0), "ratePpm", "1 to 1000000 parts per million"),
            (.interest(2017, "ana", rate: 1_000_001, 30_030), "ratePpm", "1 to 1000000 parts per million"),
            (.interest(2017, "bob", rate: 50_000, 100), "member", "a holder of preferred shares"),
            (.interest(2017, "ana", rate: 50_000, 1_501), "amountMinor", "1502"),
            (.interest(2017, "ana", rate: 400_000, 12_012), "amountMinor", "at most 10000"),
            (.interest(2017, "ana", rate: 1, 0), "amountMinor", "1 to 1000000000000000 minor units"),
        ] as [(Body, String, String)] {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == field)
            #expect(refusal?.accepted.english == accepted)
        }
        // 5 % of 300.30, what ana held at the year's end: 15.015 → 15.02.
        #expect(
            try desk.record(.interest(2017, "ana", rate: 50_000, 1_502)) == [
                "equity:surplus 1502", "liabilities:interest-payable ana -1502",
            ])
        #expect(try desk.refusal(.interest(2017, "ana", rate: 50_000, 1_502))?.field == "member")
        #expect(
            try desk.refusal(.resolution(2017, surplus: 10_000, cash: 10_000))?.accepted.english == "8498")
        try desk.record(.resolution(2017, surplus: 8_498, cash: 8_498))
        #expect(try desk.refusal(.interest(2017, "bob", rate: 1, 1))?.field == "fiscalYear")
        #expect(desk.balance("equity:surplus") == 0)
        #expect(try desk.refusal(.interestPaid(2017, "bob", 1))?.field == "member")
        #expect(try desk.refusal(.interestPaid(2017, "ana", 1_503))?.accepted.english == "at most 1502")
        try desk.record(.interestPaid(2017, "ana", 1_000))
        #expect(
            try desk.record(.interestPaid(2017, "ana", 502)) == [
                "assets:bank 815 -502", "liabilities:interest-payable ana 502",
            ])
        #expect(try desk.refusal(.interestPaid(2017, "ana", 1))?.accepted.english == "an interest still to be paid")
    }

    @Test func `the interest of one year leaves another's surplus alone`() throws {
        let desk = try desk()
        try desk.sell("o2", "bob", 500)
        try desk.close(2018, 500)
        try desk.record(.interest(2017, "ana", rate: 50_000, 1_502))
        try desk.record(.resolution(2018, surplus: 500, cash: 500))
        try desk.record(.resolution(2017, surplus: 8_498, cash: 8_498))
        #expect(desk.balance("equity:surplus") == 0)
    }

    // MARK: transfers

    @Test func `shares pass from member to member, the qualifying one stays, and the register shows both`() throws {
        let desk = try desk()
        for (body, field, accepted) in [
            (.transfer(of: 1, "eve", to: "ana", amount: 1_000), "from", nil),
            (.transfer(of: 1, "bob", to: "tom", amount: 1_000), "to", nil),
            (.transfer(of: 1, "bob", to: "bob", amount: 1_000), "to", "another member"),
            (.transfer(of: 2, "bob", to: "cid", amount: 2_000), "shares", "at most 1, or memberWithdrew first"),
            (.transfer(of: 3, "bob", to: "cid", amount: 3_000), "shares", "at most 2"),
            (.transfer(of: 1, "bob", to: "cid", amount: 999), "amountMinor", "1000"),
            (.transfer(of: 10, "ana", to: "cid", amount: 10_000, class: .preferred), "amountMinor", "10010"),
        ] as [(Body, String, String?)] {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == field)
            if let accepted { #expect(refusal?.accepted.english == accepted) }
        }
        #expect(
            try desk.record(.transfer(of: 1, "bob", to: "cid", amount: 1_000)) == [
                "equity:member-shares bob 1000", "equity:member-shares cid -1000",
            ])
        #expect(
            try desk.record(.transfer(of: 10, "ana", to: "bob", amount: 10_010, class: .preferred)) == [
                "equity:preferred-shares ana 10010", "equity:preferred-shares bob -10010",
            ])
        let book = try #require(desk.book)
        let moved = desk.views.shareMovements(book).filter { $0.day > 17_500 }
        #expect(
            moved.map { "\(desk.views.partyName($0.party)) \($0.shareClass) \($0.movement) \($0.shares)" } == [
                "ana preferred transferredOut 10", "bob common transferredOut 1", "bob preferred transferredIn 10",
                "cid common transferredIn 1",
            ])
        // The board approves where its policy asks for it.
        try desk.record(.approvalRules([("sharesTransferred", 0)]))
        #expect(
            try desk.refusal(.transfer(of: 1, "ana", to: "cid", amount: 1_001, class: .preferred))?.field == "approvals"
        )
    }

    // MARK: redemption

    @Test func `a redemption leaves the register at once and is a debt until it is paid`() throws {
        let desk = try desk()
        #expect(
            try desk.record(.redemptionAccepted("r1", "bob", shares: 1, amount: 1_000)) == [
                "equity:member-shares bob 1000", "liabilities:shares-to-redeem bob -1000",
            ])
        #expect(desk.views.member(desk.party("bob"), try #require(desk.book))?.commonShares == 1)
        for (body, field, accepted) in [
            (.redemptionAccepted("r1", "bob", shares: 1, amount: 1_000), "redemption", "a new redemption id"),
            (.redemptionAccepted("r2", "bob", shares: 2, amount: 2_000), "shares", "at most 1"),
            (.redemptionAccepted("r2", "bob", shares: 1, amount: 1_000), "shares", "memberWithdrew first"),
            (.redemptionAccepted("r2", "ana", shares: 31, amount: 1, class: .preferred), "shares", "at most 30"),
            (.redemptionAccepted("r2", "ana", shares: 29, amount: 29_028, class: .preferred), "amountMinor", "29029"),
            (.redemptionAccepted("r2", "ana", shares: 30, amount: 30_000, class: .preferred), "amountMinor", "30030"),
            (.redemption("ana", shares: 1, amount: 1, class: .preferred), "amountMinor", "1001"),
            (.redemption("bob", shares: 1, amount: 1_000), "shares", "memberWithdrew first"),
            (.redemptionPaid("r2", 1), "redemption", "a redemption that redemptionAccepted accepted"),
            (.redemptionPaid("r1", 1_001), "amountMinor", "at most 1000"),
        ] as [(Body, String, String)] {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == field)
            #expect(refusal?.accepted.english == accepted)
        }
        try desk.record(.redemptionPaid("r1", 400))
        #expect(
            try desk.record(.redemptionPaid("r1", 600)) == [
                "assets:bank 815 -600", "liabilities:shares-to-redeem bob 600",
            ])
        #expect(try desk.refusal(.redemptionPaid("r1", 1))?.accepted.english == "a redemption still to be paid")
        try desk.record(.withdrawal("bob"))
        try desk.record(.redemptionAccepted("r3", "bob", shares: 1, amount: 1_000))
        try desk.record(.redemptionAccepted("r4", "ana", shares: 30, amount: 30_030, class: .preferred))
    }

    @Test func `a redemption that would leave fewer assets than debts is refused`() throws {
        let desk = try Desk()
        try desk.record(.subscription("bob", shares: 3, amount: 3_000))
        try desk.spend(1_500)
        let refusal = try desk.refusal(.redemptionAccepted("r1", "bob", shares: 2, amount: 2_000))
        #expect(refusal?.accepted.english == "at most 1500")
        #expect(refusal?.text(.french).contains("art. 38") == true)
        #expect(try desk.refusal(.redemption("bob", shares: 2, amount: 2_000))?.field == "amountMinor")
        try desk.record(.redemptionAccepted("r1", "bob", shares: 1, amount: 1_000))
        #expect(
            try desk.refusal(.redemptionAccepted("r2", "bob", shares: 1, amount: 1_000))?.accepted.english
                == "at most 500")
    }

    @Test func `preferred shares go back at the price paid, whatever they cost when`() throws {
        let desk = try desk()
        #expect(
            try desk.refusal(.subscription("ana", shares: 3, amount: 1_000, class: .preferred))?.accepted.english
                == "a multiple of 3, for example 999")
        try desk.record(.subscription("ana", shares: 3, amount: 1_500, class: .preferred))
        // 315.30 for 33 shares: 95.5454… for ten, 219.7545… → 219.75 for the rest.
        #expect(
            try desk.refusal(.redemption("ana", shares: 10, amount: 10_010, class: .preferred))?.accepted.english
                == "9555")
        try desk.record(.redemption("ana", shares: 10, amount: 9_555, class: .preferred))
        try desk.record(.redemptionAccepted("r1", "ana", shares: 23, amount: 21_975, class: .preferred))
        #expect(desk.balance("equity:preferred-shares", "ana") == 0)
    }

    @Test func `shares never leave before the day they came`() throws {
        let desk = try desk()
        try desk.record(.subscription("bob", shares: 4, amount: 4_000), at: "2018-03-10T15:00:00Z")
        for body in [
            Body.redemption("bob", shares: 3, amount: 3_000),
            .redemptionAccepted("r1", "bob", shares: 3, amount: 3_000),
        ] {
            let refusal = try desk.refusal(body, at: "2018-03-09T15:00:00Z")
            #expect(refusal?.field == "effectiveAt")
            #expect(refusal?.accepted.english == "2018-03-10 or later")
            #expect(refusal?.text(.french).contains("le 2018-03-10 ou plus tard") == true)
        }
        // Another class moves for itself; on the day itself they may go.
        try desk.record(.redemption("ana", shares: 1, amount: 1_001, class: .preferred), at: "2018-03-09T15:00:00Z")
        try desk.record(.redemption("bob", shares: 3, amount: 3_000), at: "2018-03-10T14:00:00Z")
        // What came late may be dated earlier, and still goes only after what left.
        try desk.record(.subscription("bob", shares: 1, amount: 1_000), at: "2018-02-01T15:00:00Z")
        #expect(try desk.refusal(.redemption("bob", shares: 1, amount: 1_000), at: "2018-03-09T15:00:00Z") != nil)
        // Who was let in again keeps a share, also against a day outside the two memberships.
        try desk.record(.withdrawal("bob"), at: "2018-03-20T15:00:00Z")
        try desk.record(.admission("bob", [.consumer]), at: "2018-03-25T15:00:00Z")
        #expect(
            try desk.refusal(.redemption("bob", shares: 4, amount: 4_000), at: "2018-03-22T15:00:00Z")?.field
                == "shares")
    }

    @Test func `a redemption is not paid while assets are below debts`() throws {
        let desk = try desk()
        try desk.record(.redemptionAccepted("r1", "bob", shares: 1, amount: 1_000))
        let book = try #require(desk.book)
        try desk.spend(desk.views.netAssets(book) + 1)
        let refusal = try desk.refusal(.redemptionPaid("r1", 1))
        #expect(refusal?.field == "amountMinor")
        #expect(refusal?.reason.english == "assets are 1 below debts: no redemption is paid (C-67.2 s.38)")
        try desk.sell("o2", "ana", 1)
        try desk.record(.redemptionPaid("r1", 1_000))
    }

    @Test func `a member whose identity was erased is owed the same`() throws {
        let desk = try desk()
        try desk.record(.resolution(2017, surplus: 10_000, reserve: 2_000, cash: 8_000))
        try desk.record(.withdrawal("ana"))
        try desk.record(.erasure("ana"))
        try desk.record(.declaration(2017, "ana", base: 10_000, cash: 8_000))
        try desk.record(.dividend(2017, "ana", cash: 8_000))
        try desk.record(.redemptionAccepted("r1", "ana", shares: 30, amount: 30_030, class: .preferred))
        #expect(
            try desk.record(.redemptionPaid("r1", 30_030)) == [
                "assets:bank 815 -30030", "liabilities:shares-to-redeem ana 30030",
            ])
    }

    @Test func `the register counts what the accounts say`() throws {
        let desk = try desk()
        try desk.record(.redemptionAccepted("r1", "bob", shares: 1, amount: 1_000))
        try desk.record(.redemption("ana", shares: 10, amount: 10_010, class: .preferred))
        let book = try #require(desk.book)
        let rows = desk.views.shareMovements(book)
        #expect(rows.map(\.movement) == [.subscribed, .redeemed, .repaid, .subscribed, .redeemed])
        #expect(rows.map(\.shares) == [30, 10, 0, 2, 1])
        #expect(rows.map(\.amountMinor) == [30_030, 10_010, 10_010, 2_000, 1_000])
    }
}
