import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Index
import LMDB
import Ledger
import Testing

/// Views: the same whatever the batches, the flushes and the process that folded them.
@Suite("Views")
struct ViewsTests {
    /// Purchases, payments, hand-overs and refunds: about `orders` × 3 events.
    private static func trade(_ orders: Int, _ story: inout Story) -> [Event] {
        var events: [Event] = []
        for number in 0..<orders {
            let buyer = ["ana", "bob", "cid"][number % 3]
            let seller = number % 2 == 0 ? "sam" : "reg"
            let amount = Int64(100 + number)
            events.append(story.event(.purchase("o\(number)", buyer, [.of("milk", seller, amount, .zeroRated)])))
            events.append(story.event(.capture("p\(number)", "o\(number)", amount, number % 2 == 0 ? "815" : "006")))
            events.append(story.event(.handOver("o\(number)")))
            if number % 7 == 0 { events.append(story.event(.refund("o\(number)", "r", [(0, 50, 0)]))) }
        }
        return events
    }

    private static func shelf(_ events: [Event], batches: [Int]) throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        var start = 0
        var turn = 0
        while start < events.count {
            let end = min(events.count, start + batches[turn % batches.count])
            try shelf.record(Array(events[start..<end]))
            start = end
            turn += 1
        }
        return shelf
    }

    private static func events(_ orders: Int) -> [Event] {
        var story = Story(source: "import", from: "2017-02-01T15:00:00Z")
        return trade(orders, &story)
    }

    @Test func `batches of any size give the same root and the same digests`() throws {
        let events = Self.events(150)
        let whole = try Self.shelf(events, batches: [10_000])
        for batches in [[1, 7, 2], [64]] {
            let other = try Self.shelf(events, batches: batches)
            #expect(try other.root() == whole.root())
            #expect(try other.digests() == whole.digests())
        }
    }

    @Test func `recording everything twice records nothing twice`() throws {
        let events = Self.events(60)
        let shelf = try Self.shelf(events, batches: [50])
        let (root, digests) = (try shelf.root(), try shelf.digests())
        let again = try shelf.append(events)
        #expect(again.repeats == events.count)
        #expect(try shelf.root() == root)
        #expect(try shelf.digests() == digests)
    }

    /// 3 000 orders make more than 8 192 events, so the rows are written as runs on the way.
    @Test func `opening again reads the same from the runs and the tail`() throws {
        let events = Self.events(2_900)
        let shelf = try Self.shelf(events, batches: [1_500])
        let manifest = try #require(try shelf.snapshot().index.reader?.manifest)
        #expect(!manifest.runs.isEmpty)
        #expect(try manifest.folded < shelf.snapshot().head.count)
        let digests = try shelf.digests()
        try shelf.reopen()
        #expect(try shelf.digests() == digests)
        // Refused on top of runs, so that the overlay is folded again from the tail.
        var story = Story(source: "late", from: "2017-06-01T15:00:00Z")
        _ = try shelf.append([story.event(.identity("x")), story.event(.handOver("o0"))])
        #expect(try shelf.digests() == digests)
        // What the runs hold is found by rules: identities, orders, keys.
        #expect(try shelf.append([events[0]]).repeats == 1)
        #expect(try shelf.append([story.event(.handOver("o1"))]).refused.first?.refusal.code == .duplicate)

        let snapshot = try shelf.snapshot()
        #expect(try Rebuild.digests(snapshot.views(atSize: snapshot.head.count).index) == digests)

        let check = try Rebuild.check(shelf.store) { _, _ in }
        #expect(check.differing == [])
        #expect(check.after == digests)

        shelf.writer.close()
        let rebuilt = try Rebuild.rebuild(shelf.store) { _, _ in }
        #expect(rebuilt.differing == [])
        try shelf.reopen()
        #expect(try shelf.digests() == digests)
        try shelf.record([story.event(.identity("after"))])
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == [])
    }

    @Test func `a damaged row is reported by the check and mended by the rebuild`() throws {
        let shelf = try Self.shelf(Self.events(30), batches: [40])
        let digests = try shelf.digests()
        shelf.writer.close()
        let damaged = try shelf.snapshot()
        let book = try #require(damaged.book())
        // One cent too many on an account, written as the views' own rows are.
        damaged.wholeIndex.add(
            damaged.views.key.begin(.balance).u16(book.id).u16(AccountCode.reserve.rawValue).u16(book.currency.rawValue)
                .u32(0).bytes,
            Counters(1, 0))
        try shelf.store.log.environment.write { transaction throws(LMDBError) in
            try damaged.wholeIndex.flush(folded: damaged.head.count, to: transaction)
        }
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == ["balance"])
        #expect(try Rebuild.rebuild(shelf.store) { _, _ in }.differing == ["balance"])
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == [])
        #expect(try shelf.digests() == digests)
    }

    @Test func `the views at a size are those that were live then`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let events = Self.events(40)
        var random = Seeded(11)
        var live: [(UInt64, [ViewDigest])] = []
        var start = 0
        while start < events.count {
            let end = min(events.count, start + Int.random(in: 1...17, using: &random))
            try shelf.record(Array(events[start..<end]))
            live.append((try shelf.snapshot().head.count, try shelf.digests()))
            start = end
        }
        let snapshot = try shelf.snapshot()
        for (size, digests) in live { #expect(try Rebuild.digests(snapshot.views(atSize: size).index) == digests) }
        #expect(try snapshot.views(atSize: 0).allBooks.isEmpty)
    }

    @Test func `a reader that renews sees what was committed since, and nothing before it renews`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let reader = try shelf.snapshot()
        let size = reader.head.count
        try shelf.record([story.event(.subscription("ana"))])
        #expect(reader.head.count == size)
        #expect(reader.balance("equity:member-shares", "ana") == 0)
        try reader.renew()
        #expect(reader.head.count == size + 1)
        #expect(reader.balance("equity:member-shares", "ana") == -1_000)
    }

    @Test func `a late fact counts on its day only as known since it was recorded`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        func day(_ text: String) throws -> Int32 { try CivilDate(text).daysSinceEpoch }
        try shelf.record([
            story.event(.subscription("ana"), at: "2017-03-10T15:00:00Z"),
            story.event(.identity("x"), at: "2017-04-20T15:00:00Z"),
            // Happened in March, learned in April.
            story.event(.subscription("bob"), at: "2017-03-12T15:00:00Z"),
            // 2017-03-31 in local days, though April in UTC.
            story.event(.subscription("cid"), at: "2017-04-01T04:59:59Z"),
        ])
        let snapshot = try shelf.snapshot()
        func shares(_ member: String, _ effective: String, _ known: String? = nil) throws -> Int64 {
            snapshot.balance(
                "equity:member-shares", member, through: try day(effective), knownBy: try known.map(day) ?? .max)
        }
        #expect(try shares("ana", "2017-03-09") == 0)
        #expect(try shares("ana", "2017-03-10") == -1_000)
        #expect(try shares("ana", "2017-03-31", "2017-03-10") == -1_000)
        #expect(try shares("bob", "2017-03-31") == -1_000)
        #expect(try shares("bob", "2017-03-31", "2017-04-19") == 0)
        #expect(try shares("bob", "2017-03-31", "2017-04-20") == -1_000)
        #expect(try shares("bob", "2017-03-11") == 0)
        #expect(try shares("cid", "2017-03-31") == -1_000)
        #expect(try shares("cid", "2017-03-30") == 0)
    }
}
