import Accounting
import Commerce
import EventLog
import Events
import Fixtures
import Ledger
import Testing

/// The year's end as proposals: what is proposed is accepted, and proposing it again records nothing.
@Suite("Year end")
struct YearEndTests {
    @Test func `close, resolution, declaration and payment are accepted, and repeated without effect`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record(story.yearOfThreePurchases())
        let yearEnd = YearEnd(book: "grand-io", year: 2017, source: "year-end", actor: "ana")
        let plan = AllocationPlan(reserveMinor: 19_001, dividendsCashMinor: 25_000, dividendsSharesMinor: 25_000)
        let meeting = try CivilDate("2018-04-15")
        let (resolved, paid) = (Story.us("2018-04-15T16:00:00Z"), Story.us("2018-05-01T16:00:00Z"))
        let steps: [(Views) throws -> Proposals] = [
            { try yearEnd.close($0) },
            { try yearEnd.resolve(plan, meeting: meeting, resolution: "2018-1", effectiveAtUs: resolved, $0) },
            { try yearEnd.declare(effectiveAtUs: resolved, $0) },
            { try yearEnd.pay(institution: "815", effectiveAtUs: paid, $0) },
        ]
        for step in steps {
            let outcome = try shelf.writer.append(step(shelf.snapshot().views))
            #expect(outcome.refused.map { $0.refusal.text(.english) } == [])
            #expect(outcome.repeats == 0)
        }
        let snapshot = try shelf.snapshot()
        #expect(snapshot.balance("equity:surplus") == 0)
        #expect(snapshot.balance("equity:reserve") == -19_001)
        for member in ["", "ana", "bob", "cid"] {
            #expect(snapshot.balance("liabilities:dividends-payable", member) == 0)
        }
        // Parts in shares of 14 492, 9 058 and 1 450 cents: whole shares of 10.00, the rest in cash.
        for (member, shares) in [("ana", 14_000), ("bob", 9_000), ("cid", 1_000)] as [(String, Int64)] {
            #expect(snapshot.balance("equity:member-shares", member) == -shares)
        }
        // 15 % above 100.00 of 289.84 and 181.16; cid got 29.00.
        #expect(snapshot.balance("liabilities:withholding-payable") == -(2_848 + 1_217))
        #expect(snapshot.balance("assets:bank", "815") == -(50_000 - 24_000 - 4_065))

        let root = try shelf.root()
        for step in steps {
            let again = try step(shelf.snapshot().views)
            #expect(try shelf.writer.append(again).repeats == again.count)
        }
        #expect(try shelf.root() == root)
    }

    @Test func `each step waits for the one before`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let yearEnd = YearEnd(book: "grand-io", year: 2017, source: "year-end", actor: "ana")
        let views = try shelf.snapshot().views
        let open = #expect(throws: LedgerError.self) { try yearEnd.declare(effectiveAtUs: 0, views) }
        #expect(open?.reason.english == "the fiscal year is not closed")
        let nowhere = YearEnd(book: "nowhere", year: 2017, source: "year-end", actor: "ana")
        #expect(throws: LedgerError.self) { try nowhere.close(views) }
    }
}
