import Commerce
import Events
import Fixtures
import Testing

/// Who may do what, and what a second person signs.
@Suite("Roles and approvals")
struct RolesTests {
    /// ana is the administrator, luc accounts, tre pays up to 500.00, app approves; people buy and sell.
    private func guarded() throws -> Desk {
        let desk = try Desk()
        try desk.record(.sponsorship("tom", 100), by: "tom")
        for name in ["luc", "tre", "app", "aud"] { try desk.record(.identity(name)) }
        try desk.record(.listing("bread", .zeroRated, price: 1_000))
        try desk.record(.grant("ana", .administrator))
        try desk.record(.grant("luc", .accountant), by: "ana")
        try desk.record(.grant("tre", .treasurer, limit: 50_000), by: "ana")
        try desk.record(.grant("app", .approver, limit: 80_000), by: "ana")
        try desk.record(.grant("aud", .auditor), by: "ana")
        try desk.record(.grant("bob", .sales), by: "ana")
        return desk
    }

    private static let rent: Body = .entry([.debit("expenses:rent", 5), .credit("liabilities:accrued", 5)])

    @Test func `a book without roles takes events from anybody`() throws {
        let desk = try Desk()
        #expect(try desk.refusal(Self.rent, by: "nobody") == nil)
        #expect(try desk.refusal(Self.rent, by: "") == nil)
    }

    @Test func `the first role is an administrator's without limit`() throws {
        let desk = try Desk()
        #expect(try desk.refusal(.grant("ana", .treasurer))?.field == "role")
        #expect(try desk.refusal(.grant("ana", .administrator, limit: 5))?.field == "limitMinor")
        try desk.record(.grant("ana", .administrator))
        #expect(try desk.refusal(.grant("bob", .sales))?.field == "actor")
        #expect(try desk.refusal(.grant("bob", .sales), by: "ana") == nil)
    }

    @Test func `from the first grant on, a kind needs a role that allows it`() throws {
        let desk = try guarded()
        #expect(try desk.refusal(Self.rent, by: "luc") == nil)
        for stranger in ["ana", "tre", "app", "aud", "tom", "nobody", ""] {
            let refusal = try #require(try desk.refusal(Self.rent, by: stranger), "\(stranger)")
            #expect(refusal.field == "actor" && refusal.accepted.english == "ROLE_ACCOUNTANT")
        }
        #expect(try desk.refusal(.identity("new"), by: "bob") == nil)
        #expect(try desk.refusal(.grant("tom", .sales), by: "luc")?.accepted.english == "ROLE_ADMINISTRATOR")
        #expect(try desk.refusal(.commission(ppm: 1), by: "ana") == nil)
    }

    @Test func `nobody gives themselves a discount or a price`() throws {
        let desk = try guarded()
        let milk = PurchaseLine.of("bread", "sam", 1_000, .zeroRated)
        for line in [
            milk.sponsored(.medium, "tom", 5), milk.sponsored(.cooperative, "", 5), milk.sponsored(.seller, "", 5),
        ] {
            let purchase = Body.purchase("o1", "cid", [milk, line])
            let refusal = try #require(try desk.refusal(purchase, by: "cid"))
            #expect(refusal.field == "lines[1].discounts[0].amountMinor")
            #expect(refusal.accepted.english == "a purchase recorded by ROLE_SALES")
            #expect(try desk.refusal(purchase, by: "bob") == nil)
        }
    }

    @Test func `who buys without a role pays the listed price, and the taxes of the place`() throws {
        let desk = try guarded()
        try desk.record(
            .taxes(of: "CA-AB", [("gst", .standard, 50_000)]), by: "ana")
        func refusal(_ line: PurchaseLine, in place: String = "", by actor: String = "cid") throws -> Refusal? {
            guard case .purchasePlaced(var body) = Body.purchase("o1", "cid", [line]) else { return nil }
            body.jurisdiction = place
            return try desk.refusal(.purchasePlaced(body), by: actor)
        }
        let bread = PurchaseLine.of("bread", "sam", 2_000, quantity: 2, .zeroRated)
        #expect(try refusal(bread) == nil)
        let dear = PurchaseLine.of("bread", "sam", 1_000, quantity: Int64.max / 999, .zeroRated)
        for (line, place, field, accepted) in [
            (.of("milk", "sam", 0, .zeroRated), "", "lines[0].product", "a product with a listed price, or ROLE_SALES"),
            (.of("milk", "sam", 9_999, .zeroRated), "", "lines[0].product", nil),
            (
                .of("bread", "sam", 1_999, quantity: 2, .zeroRated), "", "lines[0].amountMinor",
                "2000 or more, or ROLE_SALES"
            ),
            (.of("bread", "sam", 0, quantity: 0, .zeroRated), "", "lines[0].quantity", "1 or more, or ROLE_SALES"),
            (dear, "", "lines[0].amountMinor", nil),
            (bread, "CA-AB", "jurisdiction", "the field left out, or ROLE_SALES"),
        ] as [(PurchaseLine, String, String, String?)] {
            let refused = try #require(try refusal(line, in: place), "\(line) \(place)")
            #expect(refused.field == field && accepted ?? refused.accepted.english == refused.accepted.english)
            if line.quantity < 10 { #expect(try refusal(line, in: place, by: "bob") == nil) }
        }
    }

    @Test func `what people record without a role is of the moment`() throws {
        let desk = try guarded()
        let purchase = Body.purchase("o1", "cid", [.of("bread", "sam", 1_000, .zeroRated)])
        try desk.record(.identity("new"), by: "bob", at: "2017-01-03T15:05:00Z")
        #expect(try desk.refusal(purchase, by: "cid", at: "2017-01-03T15:00:00Z") == nil)
        let refusal = try #require(try desk.refusal(purchase, by: "cid", at: "2017-01-03T14:59:59Z"))
        #expect(refusal.field == "effectiveAt")
        #expect(refusal.accepted.english == "2017-01-03T15:00:00Z or later, or ROLE_SALES")
        #expect(try desk.refusal(purchase, by: "bob", at: "2017-01-03T14:59:59Z") == nil)
        #expect(try desk.refusal(.withdrawal("cid"), by: "cid", at: "2017-01-03T14:59:59Z")?.field == "effectiveAt")
    }

    @Test func `people record what concerns them alone`() throws {
        let desk = try guarded()
        let purchase = Body.purchase("o1", "cid", [.of("bread", "sam", 1_000, .zeroRated)])
        #expect(try desk.refusal(purchase, by: "bob") == nil)
        #expect(try desk.refusal(purchase, by: "sam")?.field == "actor")
        try desk.record(purchase, by: "cid")
        #expect(try desk.refusal(.cancellation("o1"), by: "cid") == nil)
        #expect(try desk.refusal(.cancellation("o1"), by: "sam")?.field == "actor")
        #expect(try desk.refusal(.withdrawal("cid"), by: "cid") == nil)
        #expect(try desk.refusal(.withdrawal("cid"), by: "sam")?.field == "actor")
        #expect(try desk.refusal(.claim("c", "cid", [("expenses:rent", 5)]), by: "cid") == nil)
        #expect(try desk.refusal(.identity("new"), by: "new") == nil)
    }

    @Test func `a driver starts and ends the ride they accepted, a rider calls theirs off`() throws {
        let desk = try guarded()
        try desk.record(.identity("dan"), by: "bob")
        try desk.record(.admission("dan", [.driver], category: .worker), by: "bob")
        let shared = Body.rideRequest("r1", "cid", with: ["app"])
        let refusal = try #require(try desk.refusal(shared, by: "cid"))
        #expect(refusal.field == "companions[0].rider" && refusal.value == "app")
        #expect(refusal.accepted.english == "no companion, or a request recorded by ROLE_RIDES")
        #expect(try desk.refusal(.rideRequest("r1", "cid"), by: "cid") == nil)
        try desk.record(.grant("tre", .rides), by: "ana")
        try desk.record(shared, by: "tre")
        #expect(try desk.refusal(.rideStart("r1"), by: "dan")?.field == "actor")
        try desk.record(.rideAcceptance("r1", "dan"), by: "dan")
        // Not the rider's word that a driver called off, and no other rider's.
        #expect(try desk.refusal(.rideCancellation("r1", by: .rider), by: "cid") == nil)
        #expect(try desk.refusal(.rideCancellation("r1", by: .driver), by: "cid")?.field == "actor")
        #expect(try desk.refusal(.rideCancellation("r1", by: .rider), by: "app")?.field == "actor")
        #expect(try desk.refusal(.rideCancellation("r1", by: .rider), by: "dan")?.field == "actor")
        #expect(try desk.refusal(.rideStart("r1"), by: "cid")?.field == "actor")
        try desk.record(.rideStart("r1"), by: "dan")
        let fare = Body.rideCompletion("r1", base: 1_000, levy: 0, taxes: [], platform: 0)
        #expect(try desk.refusal(fare, by: "cid")?.field == "actor")
        #expect(try desk.refusal(fare, by: "dan")?.field != "actor")
        let tipped = Body.rideCompletion("r1", base: 1_000, levy: 0, taxes: [], tip: 300_000_000, platform: 0)
        #expect(try desk.refusal(tipped, by: "dan")?.field == "tipMinor")
        #expect(try desk.refusal(tipped, by: "tre")?.field != "tipMinor")
        #expect(try desk.refusal(.rideStart("nix"), by: "dan")?.field == "actor")
    }

    @Test func `a limit says what is allowed, and the widest role counts`() throws {
        let desk = try guarded()
        try desk.record(.purchase("o1", "cid", [.of("milk", "sam", 100_000, .zeroRated)]), by: "bob")
        try desk.record(.capture("p1", "o1", 100_000), by: "bob")
        try desk.record(.handOver("o1"), by: "bob")
        let refusal = try #require(try desk.refusal(.payout("x1", "sam", 50_001), by: "tre"))
        #expect(refusal.field == "amountMinor" && refusal.accepted.english == "at most 50000")
        #expect(try desk.refusal(.payout("x1", "sam", 50_000), by: "tre") == nil)
        // A capture is the sales' and the treasury's: bob has no limit.
        try desk.record(.grant("bob", .treasurer, limit: 10), by: "ana")
        #expect(try desk.refusal(.payBack("b1", "o1", 11), by: "bob")?.field == "amountMinor")
        try desk.record(.grant("bob", .treasurer), by: "ana")
        #expect(try desk.refusal(.payout("x2", "sam", 50_001), by: "bob") == nil)
    }

    @Test func `a revoked role holds no more, and the last administrator stays`() throws {
        let desk = try guarded()
        try desk.record(.revocation("luc", .accountant), by: "ana")
        #expect(try desk.refusal(Self.rent, by: "luc")?.field == "actor")
        #expect(try desk.refusal(.revocation("luc", .accountant), by: "ana")?.field == "role")
        #expect(try desk.refusal(.revocation("ana", .administrator), by: "ana")?.field == "grantee")
        try desk.record(.grant("cid", .administrator), by: "ana")
        try desk.record(.revocation("ana", .administrator), by: "cid")
        #expect(try desk.refusal(.commission(ppm: 1), by: "ana")?.field == "actor")
        #expect(try desk.refusal(.grant("cid", .administrator), by: "cid")?.field == "grantee")
        // A book that is read anew knows it still.
        desk.views.forget()
        #expect(try desk.refusal(Self.rent, by: "luc")?.field == "actor")
        #expect(try desk.refusal(.grant("luc", .accountant), by: "cid") == nil)
        let book = try #require(desk.book)
        #expect(desk.views.roles(book).count { !$0.record.isActive } == 2)
    }

    // MARK: approvals

    private static let keys = (ana: SigningSeed(), app: SigningSeed(), luc: SigningSeed())

    /// Payouts from 100.00 on need a signature; ana, app and luc have keys.
    private func signing() throws -> Desk {
        let desk = try guarded()
        for (name, seed) in [("ana", Self.keys.ana), ("app", Self.keys.app), ("luc", Self.keys.luc)] {
            try desk.record(.signingKey(name, seed.publicKey), by: name)
        }
        try desk.record(.approvalRules([("payoutInstructed", 10_000), ("journalEntryPosted", 0)]), by: "ana")
        try desk.record(.purchase("o1", "cid", [.of("milk", "sam", 200_000, .zeroRated)]), by: "bob")
        try desk.record(.capture("p1", "o1", 200_000), by: "bob")
        try desk.record(.handOver("o1"), by: "bob")
        return desk
    }

    @Test func `a kind that needs approval is refused without a signature, from its threshold on`() throws {
        let desk = try signing()
        #expect(try desk.refusal(.payout("x1", "sam", 9_999), by: "tre") == nil)
        #expect(try desk.refusal(.payout("x1", "sam", 10_000), by: "tre")?.field == "approvals")
        #expect(
            try desk.refusal(.payout("x1", "sam", 10_000), by: "tre", approvedBy: [("app", Self.keys.app)]) == nil)
        #expect(try desk.refusal(Self.rent, by: "luc")?.field == "approvals")
        // Backdating does not escape the policy.
        #expect(
            try desk.refusal(.payout("x1", "sam", 10_000), by: "tre", at: "2017-01-02T15:01:30Z")?.field == "approvals")
    }

    @Test func `only the approver's own key over exactly this event counts`() throws {
        let desk = try signing()
        let payout = Body.payout("x1", "sam", 10_000)
        func field(_ signers: [(String, SigningSeed)], by actor: String = "tre") throws -> String? {
            try desk.refusal(payout, by: actor, approvedBy: signers)?.field
        }
        #expect(try field([("app", Self.keys.ana)]) == "approvals[0].signature")
        #expect(try field([("nobody", Self.keys.app)]) == "approvals[0].approver")
        // luc may not approve; cid has no role; tre prepared.
        #expect(try field([("luc", Self.keys.luc)]) == "approvals[0].approver")
        #expect(try field([("tre", Self.keys.app)]) == "approvals[0].approver")
        #expect(try field([("app", Self.keys.app), ("app", Self.keys.app)]) == "approvals[1].approver")
        #expect(try field([("app", Self.keys.app), ("ana", Self.keys.ana)]) == nil)
        var event = try desk.story.event(payout, by: "tre", approvedBy: [("app", Self.keys.app)])
        #expect(try desk.refusal(event) == nil)
        event.payoutInstructed.payee = "reg"
        #expect(try desk.refusal(event)?.field == "approvals[0].signature")
        event.payoutInstructed.payee = "sam"
        event.key += "x"
        #expect(try desk.refusal(event)?.field == "approvals[0].signature")
    }

    @Test func `an approver's limit holds, and a revoked key signs nothing`() throws {
        let desk = try signing()
        try desk.record(.grant("tre", .treasurer), by: "ana")
        let payout = Body.payout("x1", "sam", 80_001)
        #expect(
            try desk.refusal(payout, by: "tre", approvedBy: [("app", Self.keys.app)])?.accepted.english
                == "at most 80000")
        #expect(try desk.refusal(payout, by: "tre", approvedBy: [("ana", Self.keys.ana)]) == nil)
        try desk.record(.signingKeyRevoked("ana", Self.keys.ana.publicKey), by: "ana")
        #expect(
            try desk.refusal(payout, by: "tre", approvedBy: [("ana", Self.keys.ana)])?.field == "approvals[0].signature"
        )
        #expect(try desk.refusal(.signingKey("ana", Self.keys.ana.publicKey), by: "ana")?.code == .duplicate)
        let keys = desk.views.signingKeys(desk.party("ana"))
        #expect(keys.count == 1 && keys[0].key == Self.keys.ana.publicKey && keys[0].revokedSequence != nil)
    }

    @Test func `who prepares an entry cannot sign it, and the approver it names must`() throws {
        let desk = try signing()
        let lines: [EntryLine] = [.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]
        let signers = [("app", Self.keys.app)]
        #expect(
            try desk.refusal(.entry(lines, preparer: "app", approver: "ana"), by: "luc", approvedBy: signers)?.field
                == "approvals[0].approver")
        #expect(
            try desk.refusal(.entry(lines, preparer: "luc", approver: "ana"), by: "luc", approvedBy: signers)?.field
                == "approvals")
        try desk.record(.entry(lines, preparer: "luc", approver: "app"), by: "luc", approvedBy: signers)
    }

    @Test func `who keeps the books takes no money out alone`() throws {
        let desk = try guarded()
        try desk.record(.grant("luc", .approver), by: "ana")
        for (name, seed) in [("app", Self.keys.app), ("luc", Self.keys.luc)] {
            try desk.record(.signingKey(name, seed.publicKey), by: name)
        }
        let lines: [EntryLine] = [.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]
        func field(_ body: Body, _ signers: [(String, SigningSeed)] = []) throws -> String? {
            try desk.refusal(body, by: "luc", approvedBy: signers)?.field
        }
        let rent = Body.entry(lines, preparer: "luc", approver: "app")
        #expect(try field(.entry(lines, preparer: "ghost", approver: "luc")) == "approvals")
        #expect(try field(.entry(lines, preparer: "app", approver: "luc"), [("luc", Self.keys.luc)]) != nil)
        #expect(try field(rent) == "approvals")
        #expect(try field(rent, [("app", Self.keys.app)]) == nil)
        for account in ["assets:cash", "assets:bank:petty", "assets:trust-bank"] {
            let party = account == "assets:trust-bank" ? "815" : ""
            let body = Body.entry(
                [.debit("expenses:rent", 5), .credit(account, 5, party: party)], preparer: "luc", approver: "app")
            #expect(try field(body) == "approvals", "\(account)")
        }
        let entry = desk.size
        try desk.record(rent, by: "luc", approvedBy: [("app", Self.keys.app)])
        // Another account of the same payment moves none; another amount does, and so does no payment at all.
        func mend(_ lines: [EntryLine]) -> Body { .correction(of: entry, lines, preparer: "luc", approver: "app") }
        #expect(try field(mend([.debit("expenses:wages", 5), lines[1]])) == nil)
        #expect(try field(mend([.debit("expenses:rent", 6), .credit("assets:bank", 6, party: "815")])) == "approvals")
        #expect(try field(mend([lines[0], .credit("assets:bank", 5, party: "006")])) == "approvals")
        #expect(try field(mend([])) == "approvals")
        // Without roles nobody signs, but the approver is somebody else even so.
        let open = try Desk()
        #expect(try open.refusal(.entry(lines), by: "bob")?.accepted.english == "another person than the actor")
        #expect(try open.refusal(.entry(lines), by: "ana") == nil)
    }

    @Test func `a signature that is given must be good in a book that asks for none`() throws {
        let desk = try Desk()
        let tax = Body.commission(ppm: 1)
        func field(_ seed: SigningSeed) throws -> String? {
            try desk.refusal(tax, by: "x", approvedBy: [("bob", seed)])?.field
        }
        #expect(try field(Self.keys.app) == "approvals[0].signature")
        try desk.record(.signingKey("bob", Self.keys.app.publicKey))
        #expect(try field(Self.keys.app) == nil)
        #expect(try field(Self.keys.ana) == "approvals[0].signature")
    }

    @Test func `whom an approval policy binds does not lift it alone`() throws {
        let desk = try Desk()
        try desk.record(.signingKey("bob", Self.keys.app.publicKey))
        // A policy that asks for nothing binds nobody.
        try desk.record(.approvalRules([]))
        try desk.record(.approvalRules([("payoutInstructed", 1)]), by: "ana")
        for lifting in [Body.approvalRules([]), .approvalRules([("taxRemitted", 0)]), .grant("ana", .administrator)] {
            let refusal = try #require(try desk.refusal(lifting, by: "ana"))
            #expect(refusal.field == "approvals" && refusal.code == .missing)
            #expect(try desk.refusal(lifting, by: "bob", approvedBy: [("bob", Self.keys.app)])?.code == .notAllowed)
            #expect(try desk.refusal(lifting, by: "ana", approvedBy: [("bob", Self.keys.app)]) == nil)
        }
        #expect(try desk.refusal(.commission(ppm: 1), by: "ana") == nil)
        // Where there are roles, the administrator adopts policies.
        try desk.record(.grant("ana", .administrator), by: "ana", approvedBy: [("bob", Self.keys.app)])
        #expect(try desk.refusal(.approvalRules([]), by: "ana") == nil)
        #expect(try desk.refusal(.approvalRules([]), by: "bob")?.field == "actor")
    }

    @Test func `who recorded a claim for another does not approve it`() throws {
        let desk = try guarded()
        try desk.record(.grant("luc", .approver), by: "ana")
        try desk.record(.claim("c", "cid", [("expenses:rent", 5)]), by: "luc")
        #expect(try desk.refusal(.claimApproved("c"), by: "luc")?.accepted.english == "another person than luc")
        #expect(try desk.refusal(.claimApproved("c"), by: "ana") == nil)
    }

    @Test func `keys are 32 bytes of nobody else and no point of small order`() throws {
        let desk = try Desk()
        func field(_ identity: String, _ key: [UInt8]) throws -> String? {
            try desk.refusal(.signingKey(identity, key))?.field
        }
        #expect(try field("eve", Self.keys.ana.publicKey) == "identity")
        #expect(try field("ana", [1, 2, 3]) == "publicKey")
        #expect(try field("ana", [1] + [UInt8](repeating: 0, count: 31)) == "publicKey")
        for n in 0..<16 {
            try desk.record(.signingKey("cid", SigningSeed().publicKey))
            #expect(desk.views.signingKeys(desk.party("cid")).count == n + 1)
        }
        #expect(try field("cid", SigningSeed().publicKey) == "identity")
        #expect(try field("ana", [0xEC] + [UInt8](repeating: 0xFF, count: 31)) == "publicKey")
        try desk.record(.signingKey("ana", Self.keys.ana.publicKey))
        #expect(try field("bob", Self.keys.ana.publicKey) == "publicKey")
        #expect(try desk.refusal(.signingKeyRevoked("bob", Self.keys.ana.publicKey))?.field == "publicKey")
        let long = String(repeating: "x", count: 501)
        #expect(try desk.refusal(.signingKeyRevoked("ana", Self.keys.ana.publicKey, reason: long))?.field == "reason")
        #expect(try desk.refusal(.signingKeyRevoked("ana", Self.keys.ana.publicKey, reason: ""))?.field == "reason")
        try desk.record(.signingKeyRevoked("ana", Self.keys.ana.publicKey))
        #expect(try desk.refusal(.signingKeyRevoked("ana", Self.keys.ana.publicKey))?.code == .duplicate)
    }

    @Test func `an approval policy names kinds that exist, once, and thresholds where there are amounts`() throws {
        let desk = try Desk()
        func field(_ rules: [(String, Int64)]) throws -> String? { try desk.refusal(.approvalRules(rules))?.field }
        #expect(try field([("PayoutInstructed", 0)]) == "approvals.rules[0].kind")
        #expect(try field([("cooperativeFounded", 0)]) == "approvals.rules[0].kind")
        #expect(try field([("taxRemitted", 0), ("taxRemitted", 1)]) == "approvals.rules[1].kind")
        #expect(try field([("taxRemitted", -1)]) == "approvals.rules[0].thresholdMinor")
        #expect(try field([("stockMoved", 1)]) == "approvals.rules[0].thresholdMinor")
        #expect(try field([("stockMoved", 0), ("taxRemitted", 1)]) == nil)
    }
}
