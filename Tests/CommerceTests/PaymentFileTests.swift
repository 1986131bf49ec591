import Bytes
import Commerce
import Events
import Fixtures
import Testing

/// Payouts in files, and dividends, interest and redemptions that are sent, settled, returned and sent again.
@Suite("Payment files")
struct PaymentFileTests {
    /// ana and bob have a dividend of 34 and 66; ana an interest of 1 502, bob a redemption of 1 000.
    private func owing() throws -> Desk {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(.allocationPolicy([(.consumer, 1_000_000)]))
        try desk.record(.subscription("ana", shares: 30, amount: 30_030, class: .preferred))
        try desk.record(.subscription("bob", shares: 2, amount: 2_000))
        try desk.sell("o1", "ana", 3_400)
        try desk.sell("o2", "bob", 6_600)
        try desk.close(2017, 10_000)
        try desk.record(.interest(2017, "ana", rate: 50_000, 1_502))
        try desk.record(.resolution(2017, surplus: 8_498, cash: 8_498))
        try desk.record(.declaration(2017, "ana", base: 3_400, cash: 2_889))
        try desk.record(.declaration(2017, "bob", base: 6_600, cash: 5_609))
        try desk.record(.redemptionAccepted("r1", "bob", shares: 1, amount: 1_000))
        return desk
    }

    @Test func `a dividend in a file is sent, settled, returned and sent again by somebody`() throws {
        let desk = try owing()
        #expect(
            try desk.record(.dividend(2017, "ana", cash: 2_889).sent(as: "d1")) == [
                "liabilities:dividends-payable ana 2889", "liabilities:payouts-in-transit 815 -2889",
            ])
        #expect(try desk.refusal(.dividend(2017, "bob", cash: 5_609).sent(as: "d1"))?.field == "payout")
        try desk.record(.dividend(2017, "bob", cash: 5_609).sent(as: "d2"))
        #expect(try desk.record(.paymentFile(1, payouts: 2, total: 8_498)) == [])
        #expect(try desk.record(.filed(1, ["d1", "d2"])) == [])
        #expect(
            try desk.record(.payoutSettled("d1")) == [
                "assets:bank 815 -2889", "liabilities:payouts-in-transit 815 2889",
            ])
        #expect(
            try desk.record(.payoutReturn("d2")) == [
                "liabilities:dividends-payable bob -5609", "liabilities:payouts-in-transit 815 5609",
            ])
        // Nothing sends it again by itself: the dividend is paid, the debt is open.
        #expect(try desk.refusal(.dividend(2017, "bob", cash: 5_609).sent(as: "d3"))?.field == "member")
        #expect(try desk.refusal(.payout("d2", "bob", 1, of: "liabilities:dividends-payable"))?.field == "payout")
        #expect(try desk.refusal(.payout("d3", "ana", 1, of: "liabilities:dividends-payable"))?.field == "account")
        #expect(
            try desk.refusal(.payout("d3", "bob", 5_610, of: "liabilities:dividends-payable"))?.accepted.english
                == "at most 5609")
        try desk.record(.payout("d3", "bob", 5_000, of: "liabilities:dividends-payable"))
        #expect(
            try desk.refusal(.payout("d4", "bob", 610, of: "liabilities:dividends-payable"))?.accepted.english
                == "at most 609")
        try desk.record(.payout("d4", "bob", 609, of: "liabilities:dividends-payable"))
        #expect(try desk.refusal(.payout("d5", "bob", 1, of: "liabilities:dividends-payable"))?.field == "account")
        #expect(desk.balance("liabilities:dividends-payable", "bob") == 0)
        // A settled one comes back to the bank, and again.
        try desk.record(.payoutSettled("d3"))
        #expect(
            try desk.record(.payoutReturn("d3")) == [
                "assets:bank 815 5000", "liabilities:dividends-payable bob -5000",
            ])
        try desk.record(.payout("d6", "bob", 5_000, of: "liabilities:dividends-payable"))
    }

    @Test func `interest and redemptions are sent the same way`() throws {
        let desk = try owing()
        #expect(
            try desk.record(.interestPaid(2017, "ana", 502).sent(as: "i1")) == [
                "liabilities:interest-payable ana 502", "liabilities:payouts-in-transit 815 -502",
            ])
        // What the institution paid already needs no payout.
        #expect(
            try desk.record(.interestPaid(2017, "ana", 1_000)) == [
                "assets:bank 815 -1000", "liabilities:interest-payable ana 1000",
            ])
        #expect(
            try desk.record(.redemptionPaid("r1", 1_000).sent(as: "r1")) == [
                "liabilities:payouts-in-transit 815 -1000", "liabilities:shares-to-redeem bob 1000",
            ])
        try desk.record(.payoutReturn("i1"))
        try desk.record(.payoutReturn("r1"))
        #expect(desk.balance("liabilities:interest-payable", "ana") == -502)
        #expect(desk.balance("liabilities:shares-to-redeem", "bob") == -1_000)
        #expect(desk.balance("liabilities:payouts-in-transit", "815") == 0)
        try desk.record(.payout("i2", "ana", 502, of: "liabilities:interest-payable"))
        try desk.record(.payout("r2", "bob", 1_000, of: "liabilities:shares-to-redeem"))
        #expect(desk.balances.values.reduce(0, +) == 0)
        // A collection takes in none of these.
        #expect(
            try desk.refusal(
                .collection("p9", "ana", 1, of: "liabilities:dividends-payable"))?.field == "account")
    }

    /// Three payouts of 100, 200 and 300 at 815 and one of 50 at 006.
    private func instructed() throws -> Desk {
        let desk = try Desk()
        try desk.record(.supplierInvoice("f1", "tom", [("expenses:rent", 1_000)]))
        for (name, amount, institution) in [
            ("x1", 100, "815"), ("x2", 200, "815"), ("x3", 300, "815"), ("y1", 50, "006"),
        ] {
            try desk.record(
                .payout(name, "tom", Int64(amount), institution, of: "liabilities:accounts-payable"))
        }
        return desk
    }

    @Test func `files are numbered without a gap for each institution, and have what they promise`() throws {
        let desk = try instructed()
        let first = Body.paymentFile(1, payouts: 2, total: 300)
        for (body, field, accepted) in [
            (.paymentFile(2, payouts: 1, total: 100), "number", "1"),
            (.paymentFile(0, payouts: 1, total: 100), "number", "1"),
            (.paymentFile(1, "", payouts: 1, total: 100), "institution", nil),
            (.paymentFile(1, payouts: 0, total: 100), "payouts", nil),
            (.paymentFile(1, payouts: 1, total: 0), "totalMinor", nil),
            (.paymentFile(1, payouts: 1, total: 1, format: .unspecified), "format", nil),
            (.paymentFile(1, payouts: 1, total: 1, currency: "USD"), "currency", "CAD"),
            (.paymentFile(1, payouts: 1, total: 1, hash: 31), "fileSha256", nil),
            (.filed(1, ["x1"]), "number", nil),
        ] as [(Body, String, String?)] {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == field, "\(body)")
            if let accepted { #expect(refusal?.accepted.english == accepted) }
        }
        try desk.record(first)
        #expect(try desk.refusal(.paymentFile(2, payouts: 1, total: 100))?.field == "number")
        for (body, field) in [
            (.filed(2, ["x1"]), "number"), (.filed(1, ["x1"], "006"), "number"), (.filed(1, []), "payouts"),
            (.filed(1, ["x2", "x1"]), "payouts[1].payout"), (.filed(1, ["x1", "x1"]), "payouts[1].payout"),
            (.filed(1, ["x9"]), "payouts[0].payout"), (.filed(1, ["y1"]), "payouts[0].payout"),
            (.filed(1, ["x1", "x2", "x3"]), "payouts"), (.filed(1, ["x1", "x3"]), "payouts"),
        ] as [(Body, String)] {
            #expect(try desk.refusal(body)?.field == field, "\(body)")
        }
        try desk.record(.filed(1, ["x1"]))
        #expect(try desk.refusal(.filed(1, ["x1"]))?.field == "payouts[0].payout")
        #expect(try desk.refusal(.filed(1, ["x3"]))?.accepted.english == "300")
        try desk.record(.filed(1, ["x2"]))
        #expect(try desk.refusal(.filed(1, ["x3"]))?.field == "payouts")
        // In one file only, ever.
        try desk.record(.paymentFile(2, payouts: 1, total: 300, format: .pain001))
        #expect(try desk.refusal(.filed(2, ["x1"]))?.field == "payouts[0].payout")
        try desk.record(.payoutReturn("x1"))
        #expect(try desk.refusal(.filed(2, ["x1"]))?.field == "payouts[0].payout")
        try desk.record(.filed(2, ["x3"]))
        // The other institution counts for itself.
        #expect(try desk.refusal(.paymentFile(1, "006", payouts: 1, total: 50)) == nil)
        try desk.record(.payoutSettled("x3"))
        try desk.record(.paymentFile(3, payouts: 1, total: 300))
        #expect(try desk.refusal(.filed(3, ["x3"]))?.field == "payouts[0].payout")
    }

    @Test func `the number after 9999 is 1`() throws {
        let desk = try Desk()
        try desk.record(.supplierInvoice("f1", "tom", [("expenses:rent", 20_000)]))
        try desk.record(.payout("x1", "tom", 1, of: "liabilities:accounts-payable"))
        try desk.record(.paymentFile(1, payouts: 1, total: 1))
        try desk.record(.filed(1, ["x1"]))
        // As if 9 998 others had followed.
        let book = try #require(desk.book)
        let institution = Array("815".utf8).withBytes { desk.views.party(.institution, $0) } ?? 0
        desk.views.putNumber(
            desk.views.key.begin(.lastPaymentFile).u16(book.id).u32(institution).bytes, 9_999)
        #expect(try desk.refusal(.paymentFile(10_000, payouts: 1, total: 1))?.accepted.english == "1")
        try desk.record(.paymentFile(1, payouts: 1, total: 1))
        #expect(try desk.refusal(.filed(1, ["x1"]))?.field == "payouts[0].payout")
        try desk.record(.payout("x", "tom", 1, of: "liabilities:accounts-payable"))
        try desk.record(.filed(1, ["x"]))
    }

    @Test func `a file above the threshold is signed by a second person`() throws {
        let desk = try instructed()
        try desk.record(.approvalRules([("paymentFileIssued", 300)]))
        let refusal = try desk.refusal(.paymentFile(1, payouts: 2, total: 300))
        #expect(refusal?.field == "approvals" && refusal?.value == "300")
        #expect(try desk.refusal(.paymentFile(1, payouts: 1, total: 299)) == nil)
    }
}
