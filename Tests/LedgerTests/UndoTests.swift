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

/// What was refused leaves nothing in memory or on disk.
@Suite("Undo")
struct UndoTests {
    /// Events that anybody may record, and one that nobody may.
    private struct Trade {
        var random: Seeded
        var story = Story()
        private var members = ["ana", "bob", "cid"]
        private var orders: [(name: String, buyer: String)] = []

        init(seed: UInt64) { random = Seeded(seed) }

        mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

        mutating func next() -> [Event] {
            let name = "n\(story.events)"
            switch below(6) {
            case 0:
                members.append(name)
                return [story.event(.identity(name)), story.event(.admission(name, [.consumer]))]
            case 1: return [story.event(.commission(ppm: UInt32(below(90_000))))]
            case 2: return [story.event(.listing(name, .zeroRated))]
            default:
                let buyer = members[below(members.count)]
                return [
                    story.event(.purchase(name, buyer, [.of("milk", "sam", 1_000, .zeroRated)])),
                    story.event(.capture("p\(name)", name, 1_000)), story.event(.handOver(name)),
                ]
            }
        }

        mutating func wrong() -> Event { story.event(.identity("ana")) }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `refused batches, however many, leave what the accepted ones alone leave`(seed: UInt64) throws {
        var trade = Trade(seed: seed)
        let shelf = try Shelf(&trade.story)
        var accepted: [[Event]] = []
        for _ in 0..<60 {
            let before = trade
            var batch: [Event] = []
            for _ in 0..<1 + trade.below(12) { batch += trade.next() }
            let isWrong = trade.below(3) > 0
            let isPartial = isWrong && trade.below(4) == 0
            let good = batch
            if isWrong { batch.insert(trade.wrong(), at: trade.below(batch.count + 1)) }
            let outcome = try shelf.append(batch, AppendOptions(isPartial: isPartial))
            #expect(outcome.refused.count == (isWrong ? 1 : 0), "seed \(seed)")
            if !isWrong || isPartial {
                accepted.append(good)
            } else {
                // Nobody knows the names of a refused batch; its keys are free.
                let random = trade.random
                trade = before
                trade.random = random
            }
        }
        let live = try shelf.digests()
        var story = Story()
        let quiet = try Shelf(&story)
        for batch in accepted { try quiet.record(batch) }
        #expect(try quiet.digests() == live, "seed \(seed)")
        #expect(try quiet.root() == shelf.root(), "seed \(seed)")
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == [], "seed \(seed)")
    }

    @Test func `a batch of entries that are too much together is refused whole, by the limit of its book`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let before = (try shelf.digests(), try shelf.root())
        let most: Int64 = 1_000_000_000_000_000
        let entries = (0...1_153).map { _ in
            story.event(.entry([.debit("expenses:rent", most), .credit("assets:bank", most, party: "815")]))
        }
        let outcome = try shelf.append(entries)
        #expect(outcome.refused.map(\.position) == [1_153])
        #expect(outcome.refused.map(\.refusal.field) == ["book"])
        #expect(try shelf.digests() == before.0)
        #expect(try shelf.root() == before.1)
        #expect(try shelf.append(Array(entries.dropLast())).recorded == 1_153)
    }

    /// No rule lets a sum come near 62 bits; an entry that a program without that rule wrote stands for one that forgot it.
    @Test func `an event with which a sum would leave its limits is refused, and the ledger goes on`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: Story.opening + [.identity("wes"), .admission("wes", [.worker])])
        let (size, most) = (try shelf.snapshot().head.count, Int64(1_000_000_000))
        shelf.writer.close()
        let proposals = try Shelf.proposals([story.event(.contribution("h0", "wes", (1 << 62) - 2 * most))])
        let entry = BytesList()
        entry.append(proposals[0])
        let recordedAtUs = UInt64(story.nowUs)
        entry.buffer.writeHeader(at: 0, sequence: size, recordedAtUs: recordedAtUs, rules: Views.rulesVersion)
        let log = shelf.store.log
        try log.environment.write { transaction throws(LMDBError) in
            _ = try log.append(entry, lastRecordedAtUs: recordedAtUs, to: transaction)
        }
        try shelf.reopen()
        let before = (try shelf.digests(), try shelf.root())
        let batch = [
            story.event(.identity("y")), story.event(.contribution("h1", "wes", most)),
            story.event(.contribution("h2", "wes", most)), story.event(.identity("w")),
        ]
        for _ in 0..<3 {
            let outcome = try shelf.append(batch)
            #expect(outcome.refused.map(\.position) == [2])
            #expect(outcome.refused.map(\.refusal.field) == ["event"])
            #expect(outcome.refused.map(\.refusal.code) == [.outOfRange])
            #expect(outcome.refused.map(\.refusal.value) == [batch[2].key])
            #expect(outcome.receipts == [nil, nil, nil, nil])
            #expect(try shelf.digests() == before.0)
            #expect(try shelf.root() == before.1)
        }
        #expect(try shelf.append(batch, AppendOptions(isPartial: true)).recorded == 3)
        try shelf.reopen()
        #expect(try shelf.append([batch[2]]).refused.map(\.refusal.field) == ["event"])
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == [])
    }
}
