import Bytes
import Commerce
import Events
import Fixtures
import Testing

/// What a file of payouts is made again from, and what became of its payouts.
@Suite("Files of payouts: heads and outcomes")
struct PayoutFileRuleTests {
    /// Three payouts of 100, 200 and 300 to tom at 815.
    private func instructed() throws -> Desk {
        let desk = try Desk()
        try desk.record(.supplierInvoice("f1", "tom", [("expenses:rent", 1_000)]))
        for (name, amount) in [("x1", 100), ("x2", 200), ("x3", 300)] {
            try desk.record(.payout(name, "tom", Int64(amount), "815", of: "liabilities:accounts-payable"))
        }
        return desk
    }

    private func outcome(_ desk: Desk, _ file: UInt64) -> [Int64] {
        let outcome = desk.views.outcome(ofFile: file)
        return [outcome.settled, outcome.settledMinor, outcome.returned, outcome.returnedMinor]
    }

    private func underWay(_ desk: Desk) throws -> [String] {
        let institution = Array("815".utf8).withBytes { desk.views.party(.institution, $0) } ?? 0
        return desk.views.payoutsUnderWay(at: institution, try #require(desk.book)).map(\.name)
    }

    @Test func `what settled or came back after the file was issued still completes it`() throws {
        let desk = try instructed()
        let file = try desk.sequence(of: .paymentFile(1, payouts: 3, total: 600))
        try desk.record(.payoutReturn("x1"))
        try desk.record(.payoutSettled("x2"))
        #expect(try desk.refusal(.paymentFile(2, payouts: 1, total: 300))?.field == "number")
        try desk.record(.filed(1, ["x1", "x2"]))
        #expect(outcome(desk, file) == [1, 200, 1, 100])
        try desk.record(.filed(1, ["x3"]))
        #expect(outcome(desk, file) == [1, 200, 1, 100])
        try desk.record(.payoutSettled("x3"))
        try desk.record(.payoutReturn("x2"))
        #expect(outcome(desk, file) == [1, 300, 2, 300])
        #expect(try underWay(desk) == [])
        // Sent again, it goes into the next file.
        try desk.record(.payout("x4", "tom", 100, "815", of: "liabilities:accounts-payable"))
        #expect(try underWay(desk) == ["x4"])
        try desk.record(.paymentFile(2, payouts: 1, total: 100))
        try desk.record(.filed(2, ["x4"]))
    }

    @Test func `what settled or came back before the file was issued is in none`() throws {
        let desk = try instructed()
        try desk.record(.payoutReturn("x1"))
        try desk.record(.payoutSettled("x2"))
        try desk.record(.paymentFile(1, payouts: 1, total: 300))
        #expect(try desk.refusal(.filed(1, ["x1"]))?.field == "payouts[0].payout")
        #expect(try desk.refusal(.filed(1, ["x2"]))?.field == "payouts[0].payout")
        #expect(try underWay(desk) == ["x3"])
        try desk.record(.filed(1, ["x3"]))
    }

    @Test func `the head of a file names days, accounts and a log that there are`() throws {
        let desk = try instructed()
        for (body, field) in [
            (.paymentFile(1, payouts: 1, total: 100, message: "a b"), "messageId"),
            (.paymentFile(1, payouts: 1, total: 100, message: String(repeating: "a", count: 32)), "messageId"),
            (.paymentFile(1, payouts: 1, total: 100, due: "2017-02-30"), "dueDate"),
            (.paymentFile(1, payouts: 1, total: 100, due: "2016-12-31"), "dueDate"),
            (.paymentFile(1, payouts: 1, total: 100, cash: "assets:receivable"), "ledgerAccount"),
            (.paymentFile(1, payouts: 1, total: 100, madeFrom: 1 << 40), "madeFrom"),
        ] as [(Body, String)] {
            #expect(try desk.refusal(body)?.field == field, "\(body)")
        }
        let body = Body.paymentFile(
            1, payouts: 1, total: 100, message: "170103-815-0001", due: "2017-12-31", cash: "assets:trust-bank",
            madeFrom: desk.size)
        #expect(try desk.refusal(body) == nil)
    }

    @Test func `nobody is paid by a file that is older than what they say of themselves`() throws {
        let desk = try instructed()
        try desk.record(.personalData("tom"))
        let before = desk.size
        let file = Body.paymentFile(1, payouts: 1, total: 100, madeFrom: before)
        #expect(try desk.refusal(file) == nil)
        try desk.record(.personalData("tom", seed: 2))
        try desk.record(file)
        let refusal = try desk.refusal(.filed(1, ["x1"]))
        #expect(refusal?.field == "payouts[0].payout" && refusal?.value == "tom")
    }

    @Test func `an originator has numbers and accounts as institutions give them`() throws {
        let desk = try Desk()
        for (body, field) in [
            (.originator("81"), "institution"), (.originator(id: "123456789"), "originatorId"),
            (.originator(id: "123456789a"), "originatorId"), (.originator(short: ""), "shortName"),
            (.originator(long: ""), "longName"), (.originator(centre: "815"), "dataCentre"),
            (.originator(pattern: "612"), "itemTracePattern"),
            (.originator(pattern: "61210061xFFFFNNNNNNNNN"), "itemTracePattern"),
            (.originator(transit: "2001"), "accounts[0].transit"),
            (.originator(account: "12345678901234"), "accounts[0].account"),
            (.originator(cash: []), "accounts"),
            (.originator(cash: ["assets:receivable"]), "accounts[0].ledgerAccount"),
            (.originator(cash: ["", "assets:bank"]), "accounts[1].ledgerAccount"),
            (.originator(returns: ("20010", "")), "accounts[0].returnAccount"),
        ] as [(Body, String)] {
            #expect(
                try desk.refusal(body)?.field == "paymentFiles.originators[0].\(field)", "\(body)")
        }
        #expect(
            try desk.refusal(.originator(twice: true))?.field == "paymentFiles.originators[1].institution")
        try desk.record(.originator(pattern: "612100610FFFFNNNNNNNNN", cash: ["", "assets:trust-bank"]))
        let book = try #require(desk.book)
        func known(_ institution: String, before sequence: UInt64) -> String? {
            Array(institution.utf8).withBytes {
                PaymentFileTerms.originator(of: $0, book, at: .max, knownAt: sequence)?.originatorId.string
            }
        }
        #expect(known("815", before: .max) == "1234567890")
        #expect(known("006", before: .max) == nil)
        #expect(known("815", before: desk.size - 1) == nil)
    }

    @Test func `a match of ranges is a match of their items, and is undone`() throws {
        let desk = try Desk()
        try desk.record(.bankAccount(from: "2017-01-03"), at: "2017-01-03T15:00:00Z")
        let items = try (0..<4).map { _ in try desk.sequence(of: .cash(-25), at: "2017-01-05T15:00:00Z") }
        let entry = try desk.importStatement(
            "s1", from: "2017-01-03", through: "2017-01-05", opening: 0, [("e1", -100, "2017-01-05")],
            at: "2017-01-06T15:00:00Z")[0]
        for (ranges, named, field) in [
            ([items[0]...items[2]], [], "items"), ([items[0]...items[3]], [items[0]], "itemRanges"),
            ([items[2]...items[3], items[0]...items[1]], [], "itemRanges[1]"),
            ([items[0]...items[3], items[3]...items[3]], [], "itemRanges[1]"),
            ([items[0]...(items[3] + 1)], [], "itemRanges[0]"), ([items[0]...(1 << 62)], [], "itemRanges[0]"),
            ([0...UInt64.max], [], "itemRanges[0]"),
        ] as [([ClosedRange<UInt64>], [UInt64], String)] {
            #expect(
                try desk.refusal(.match([entry], ranges: ranges, items: named))?.field == field, "\(ranges)")
        }
        let match = try desk.sequence(
            of: .match([entry], ranges: [items[0]...items[1], items[2]...items[3]]), at: "2017-01-06T15:00:00Z")
        let account = try #require(desk.bankAccount())
        #expect(desk.views.openParts(account, .item) == [])
        #expect(desk.reconciliation()?.itemsOpenMinor == 0)
        try desk.record(.unmatch(match))
        #expect(desk.views.openParts(account, .item) == items)
        #expect(desk.reconciliation()?.differenceMinor == 0)
    }
}
