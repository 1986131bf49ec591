import Accounting
import Commerce
import Events
import Fixtures
import Testing

/// What reconciliation posts, posting by posting, and how both sides stand after it; credits are negative.
@Suite("Journal entries of reconciliation")
struct ReconciliationEntriesTests {
    /// The account "ops" at 815 from 3 January on, with nothing on it.
    private func declared() throws -> Desk {
        let desk = try Desk()
        try desk.record(.bankAccount(from: "2017-01-03"), at: "2017-01-03T15:00:00Z")
        return desk
    }

    /// One entry and one item of the amounts given, both of 5 January; nothing else.
    private func two(_ entry: Int64, _ item: Int64) throws -> (desk: Desk, entry: UInt64, item: UInt64) {
        let desk = try declared()
        let item = try desk.sequence(of: .cash(item), at: "2017-01-05T15:00:00Z")
        let entries = try desk.importStatement(
            "s1", from: "2017-01-03", through: "2017-01-05", opening: 0, [("e1", entry, "2017-01-05")],
            at: "2017-01-06T15:00:00Z")
        return (desk, entries[0], item)
    }

    private func open(_ desk: Desk) throws -> String {
        let both = try #require(desk.reconciliation())
        #expect(both.differenceMinor == 0)
        return "\(both.entriesOpenMinor) \(both.itemsOpenMinor)"
    }

    @Test func `declaring an account posts what the institution says beyond the books to suspense`() throws {
        let desk = try Desk()
        try desk.record(.cash(1_000))
        let refusal = try desk.refusal(.bankAccount(from: "2017-01-03", opening: 1_250), at: "2017-01-04T15:00:00Z")
        #expect(refusal?.field == "effectiveAt" && refusal?.accepted.english == "on 2017-01-03")
        #expect(
            try desk.record(.bankAccount(from: "2017-01-03", opening: 1_250), at: "2017-01-03T15:00:00Z") == [
                "assets:bank 815 250", "liabilities:suspense 815 -250",
            ])
        #expect(try open(desk) == "0 0")
        // What both agree on may be declared later.
        try desk.record(.cash(70, "006"))
        #expect(
            try desk.record(.bankAccount("nat", "006", from: "2017-01-04", opening: 70), at: "2017-02-01T15:00:00Z")
                == [])
        #expect(desk.reconciliation("nat")?.differenceMinor == 0)
    }

    @Test func `a match posts nothing`() throws {
        let (desk, entry, item) = try two(500, 500)
        #expect(try open(desk) == "500 500")
        #expect(try desk.record(.match([entry], [item])) == [])
        #expect(try open(desk) == "0 0")
        #expect(desk.reconciliation()?.statementMinor == 500)
        #expect(desk.reconciliation()?.bookMinor == 500)
    }

    @Test func `one entry is many items, and two entries cancel`() throws {
        let (desk, entry, item) = try two(500, 300)
        let other = try desk.sequence(of: .cash(200))
        try desk.record(.match([entry], [item, other], .group))
        #expect(try open(desk) == "0 0")
        let pair = try desk.importStatement(
            "s2", from: "2017-01-06", through: "2017-01-08", opening: 500,
            [("e2", 90, "2017-01-07"), ("e3", -90, "2017-01-08")], at: "2017-01-09T15:00:00Z")
        #expect(try desk.record(.match(pair, [], .reversal)) == [])
        #expect(try open(desk) == "0 0")
    }

    @Test func `an entry in suspense leaves it when it is matched, and stands there again when that is undone`() throws
    {
        let (desk, entry, item) = try two(500, 500)
        #expect(
            try desk.record(.suspend(entry)) == ["assets:bank 815 500", "liabilities:suspense 815 -500"])
        #expect(try open(desk) == "0 500")
        let account = try #require(desk.bankAccount())
        #expect(desk.views.openParts(account, .suspended) == [entry])
        let match = desk.size
        #expect(
            try desk.record(.match([entry], [item])) == ["assets:bank 815 -500", "liabilities:suspense 815 500"])
        #expect(try open(desk) == "0 0")
        #expect(desk.balance("assets:bank", "815") == 500 && desk.balance("liabilities:suspense", "815") == 0)
        #expect(
            try desk.record(.unmatch(match)) == ["assets:bank 815 500", "liabilities:suspense 815 -500"])
        #expect(try open(desk) == "0 500")
        #expect(desk.views.openParts(account, .suspended) == [entry])
        // The suspension itself is undone, too.
        #expect(
            try desk.record(.unmatch(match - 1)) == ["assets:bank 815 -500", "liabilities:suspense 815 500"])
        #expect(try open(desk) == "500 500")
        #expect(try desk.refusal(.unmatch(match - 1))?.field == "matchSequence")
    }

    @Test func `an entry in suspense and one that is not are matched together`() throws {
        let (desk, entry, item) = try two(500, 700)
        try desk.record(.suspend(entry))
        let more = try desk.importStatement(
            "s2", from: "2017-01-06", through: "2017-01-08", opening: 500, [("e2", 200, "2017-01-07")],
            at: "2017-01-09T15:00:00Z")
        #expect(
            try desk.record(.match([entry] + more, [item], .parts)) == [
                "assets:bank 815 -500", "liabilities:suspense 815 500",
            ])
        #expect(try open(desk) == "0 0")
        for day in Int32(17_166)...17_180 { #expect(desk.reconciliation(through: day)?.differenceMinor == 0) }
    }

    @Test func `a fee is an expense, and one given back lessens it`() throws {
        let (desk, entry, _) = try two(-150, 500)
        #expect(
            try desk.record(.bankFee(entry, 150)) == ["assets:bank 815 -150", "expenses:bank-fees 150"])
        #expect(try open(desk) == "0 500")
        #expect(
            try desk.record(.unmatch(desk.size - 1)) == ["assets:bank 815 150", "expenses:bank-fees -150"])
        #expect(try open(desk) == "-150 500")
        let (other, back, _) = try two(150, 500)
        #expect(
            try other.record(.bankFee(back, -150)) == ["assets:bank 815 150", "expenses:bank-fees -150"])
    }

    @Test func `a write-off is revenue or a loss, from the bank, from suspense, or off the books`() throws {
        let (desk, entry, item) = try two(500, 70)
        try desk.record(.reconciliationRule(one: 500, month: 1_000))
        #expect(
            try desk.record(.writeOff(entry: entry, 500)) == ["assets:bank 815 500", "revenue:other -500"])
        let first = desk.size - 1
        #expect(try open(desk) == "0 70")
        // 500 of the month's 1 000 are used.
        #expect(
            try desk.record(.writeOff(item: item, 70)) == ["assets:bank 815 -70", "expenses:losses 70"])
        #expect(try open(desk) == "0 0")
        #expect(
            try desk.record(.unmatch(first)) == ["assets:bank 815 -500", "revenue:other 500"])
        #expect(try open(desk) == "500 0")
        try desk.record(.suspend(entry))
        #expect(
            try desk.record(.writeOff(entry: entry, 500)) == ["liabilities:suspense 815 500", "revenue:other -500"])
        #expect(try open(desk) == "0 0")
        #expect(
            try desk.record(.unmatch(desk.size - 1)) == ["liabilities:suspense 815 -500", "revenue:other 500"])
        #expect(desk.views.openParts(try #require(desk.bankAccount()), .suspended) == [entry])
        let (lost, out, gone) = try two(-30, -40)
        try lost.record(.reconciliationRule(one: 500, month: 1_000))
        #expect(
            try lost.record(.writeOff(entry: out, -30)) == ["assets:bank 815 -30", "expenses:losses 30"])
        #expect(
            try lost.record(.writeOff(item: gone, -40)) == ["assets:bank 815 40", "revenue:other -40"])
    }

    @Test func `write-offs have a limit each and one a month, which undoing gives back`() throws {
        let (desk, entry, item) = try two(500, 301)
        #expect(try desk.refusal(.writeOff(item: item, 301))?.code == .notAllowed)
        try desk.record(.reconciliationRule(one: 300, month: 700))
        #expect(try desk.refusal(.writeOff(item: item, 301))?.accepted.english == "at most 300")
        try desk.record(.reconciliationRule(one: 500, month: 700))
        try desk.record(.writeOff(item: item, 301))
        let refusal = try desk.refusal(.writeOff(entry: entry, 500))
        #expect(refusal?.field == "amountMinor" && refusal?.accepted.english == "at most 399")
        // Another month has its own.
        #expect(try desk.refusal(.writeOff(entry: entry, 500), at: "2017-02-01T15:00:00Z") == nil)
        try desk.record(.unmatch(desk.size - 1))
        #expect(try desk.refusal(.writeOff(entry: entry, 500)) == nil)
    }

    @Test func `who answers for an exception is kept`() throws {
        let (desk, entry, item) = try two(500, 70)
        #expect(try desk.record(.assign(entry: entry, to: "ana")) == [])
        try desk.record(.assign(item: item, to: "bob"))
        try desk.record(.assign(item: item, to: "cid"))
        let account = try #require(desk.bankAccount())
        #expect(desk.views.exceptionOwner(account, entry) == desk.party("ana"))
        #expect(desk.views.exceptionOwner(account, item) == desk.party("cid"))
    }

    // MARK: trust

    @Test func `what is held for others lands in trust, and leaves from there`() throws {
        let desk = try Desk()
        try desk.record(.bankAccount(from: "2017-01-03"), at: "2017-01-03T15:00:00Z")
        try desk.record(.bankAccount("trust", from: "2017-01-03", ledger: "assets:trust-bank"))
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 10_000, .zeroRated)]), at: "2017-03-01T15:00:00Z")
        try desk.record(.capture("p1", "o1", 10_000))
        try desk.record(.handOver("o1"))
        #expect(
            try desk.record(.settlement("815", day: "2017-03-01", gross: 10_000, fees: 250)) == [
                "assets:in-transit 815 -10000", "assets:trust-bank 815 9750", "expenses:bank-fees 250",
            ])
        let settled = desk.size - 1
        try desk.record(.payout("x1", "sam", 9_000))
        #expect(
            try desk.record(.payoutSettled("x1")) == [
                "assets:trust-bank 815 -9000", "liabilities:payouts-in-transit 815 9000",
            ])
        let paid = desk.size - 1
        let account = try #require(desk.bankAccount("trust"))
        #expect(desk.views.openParts(account, .item) == [settled, paid])
        #expect(desk.views.openParts(try #require(desk.bankAccount()), .item) == [])
        // A return lands where it left from.
        #expect(
            try desk.record(.payoutReturn("x1")) == [
                "assets:trust-bank 815 9000", "liabilities:seller-payable sam -9000",
            ])
        #expect(desk.reconciliation("trust")?.bookMinor == 9_750)
        #expect(desk.reconciliation("trust")?.differenceMinor == 0)
        // Suppliers are paid from what is the cooperative's own.
        try desk.record(.supplierInvoice("f1", "tom", [("expenses:rent", 100)]))
        try desk.record(.payout("x2", "tom", 100, of: "liabilities:accounts-payable"))
        #expect(
            try desk.record(.payoutSettled("x2")) == [
                "assets:bank 815 -100", "liabilities:payouts-in-transit 815 100",
            ])
    }

    @Test func `a payout that left before there was a trust account comes back to the bank`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        try desk.record(.capture("p1", "o1", 1_000))
        try desk.record(.handOver("o1"))
        try desk.record(.payout("x1", "sam", 900))
        try desk.record(.payoutSettled("x1"))
        try desk.record(
            .bankAccount("trust", from: "2017-01-04", ledger: "assets:trust-bank"), at: "2017-01-04T15:00:00Z")
        #expect(
            try desk.record(.payoutReturn("x1")) == ["assets:bank 815 900", "liabilities:seller-payable sam -900"])
    }
}
