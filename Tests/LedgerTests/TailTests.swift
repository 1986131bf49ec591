import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Index
@testable import Ledger
import Testing

/// What a long tail, a refusal and a closed year must not change.
@Suite struct TailTests {
    @Test func `a refused batch after a long tail does not stop flushing`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        func some(_ count: Int) -> [Event] { (0..<count).map { _ in story.event(.identity("p\(story.events)")) } }
        func tail() throws -> UInt64 {
            let snapshot = try shelf.snapshot()
            return snapshot.head.count - (snapshot.index.reader?.manifest.folded ?? 0)
        }
        try shelf.record(some(3_300))
        try shelf.record(some(1_000))
        try shelf.record(some(5_000))
        #expect(try shelf.append([story.event(.identity("ana"))]).refused.count == 1)
        for _ in 0..<5 {
            try shelf.record(some(3_000))
            #expect(try tail() <= 8_192)
        }
        try shelf.reopen()
        #expect(try tail() <= 1_024)
    }

    @Test func `balances at a sequence after a fiscal year was closed`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record(story.yearOfThreePurchases())
        let yearEnd = YearEnd(book: "grand-io", year: 2017, source: "year-end", actor: "ana")
        _ = try shelf.writer.append(yearEnd.close(shelf.snapshot().views))
        let closed = try BalanceQuery().rows(shelf.snapshot())
        let at = try shelf.snapshot().head.count - 1
        try shelf.record([story.event(.identity("later"), at: "2018-02-01T15:00:00Z")])
        var query = BalanceQuery()
        query.at = .sequence(at)
        let rows = try query.rows(shelf.snapshot())
        #expect(rows == closed)
    }
}
