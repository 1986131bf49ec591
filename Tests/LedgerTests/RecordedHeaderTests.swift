import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Ledger
import SwiftProtobuf
import Testing

/// Copies of another log's entries: the same bytes and root, or a refusal.
@Suite struct RecordedHeaderTests {
    private func entries(_ snapshot: LedgerSnapshot) throws -> [Event] {
        try (0..<snapshot.head.count).map { try Event(serializedBytes: #require(snapshot.entry($0)).array) }
    }

    private func headers(_ events: [Event]) -> [RecordedHeader] {
        events.map { RecordedHeader(sequence: $0.sequence, recordedAtUs: $0.recordedAtUs, rules: $0.rules) }
    }

    private func copied() throws -> (events: [Event], root: String) {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record(story.yearOfThreePurchases())
        return (try entries(shelf.snapshot()), try shelf.root())
    }

    private func empty() throws -> Shelf {
        var story = Story()
        return try Shelf(&story, opening: [])
    }

    @Test func `copies of all entries, whatever their batches, give the same root and views`() throws {
        let (events, root) = try copied()
        for size in [1, 7, events.count] {
            let shelf = try empty()
            for start in stride(from: 0, to: events.count, by: size) {
                let part = Array(events[start..<min(start + size, events.count)])
                var options = AppendOptions()
                options.recorded = headers(part)
                let outcome = try shelf.append(part, options)
                #expect(outcome.refused.isEmpty && outcome.recorded == part.count)
            }
            #expect(try shelf.root() == root)
            #expect(try shelf.snapshot().balance("assets:in-transit", "815") == 69_001)
        }
    }

    @Test(
        arguments: [
            ("sequence", { RecordedHeader(sequence: $0.sequence + 1, recordedAtUs: $0.recordedAtUs, rules: $0.rules) }),
            (
                "recordedAtUs",
                { RecordedHeader(sequence: $0.sequence, recordedAtUs: $0.recordedAtUs + 1, rules: $0.rules) }
            ),
            ("recordedAtUs", { RecordedHeader(sequence: $0.sequence, recordedAtUs: 0, rules: $0.rules) }),
            ("recordedAtUs", { RecordedHeader(sequence: $0.sequence, recordedAtUs: .max, rules: $0.rules) }),
            ("rules", { RecordedHeader(sequence: $0.sequence, recordedAtUs: $0.recordedAtUs, rules: 0) }),
            ("rules", { RecordedHeader(sequence: $0.sequence, recordedAtUs: $0.recordedAtUs, rules: 99) }),
        ] as [(String, @Sendable (RecordedHeader) -> RecordedHeader)])
    func `a header that no log has at that place is refused, and nothing is recorded`(
        _ field: String, _ change: @Sendable (RecordedHeader) -> RecordedHeader
    ) throws {
        let (events, _) = try copied()
        let shelf = try empty()
        var options = AppendOptions()
        options.recorded = headers(events)
        options.recorded[5] = change(options.recorded[5])
        let outcome = try shelf.append(events, options)
        #expect(outcome.refused.first?.position == 5 && outcome.refused.first?.refusal.field == field)
        #expect(try shelf.snapshot().head.count == 0)
    }

    @Test func `a copy that a rule or an earlier event contradicts is refused`() throws {
        var (events, _) = try copied()
        let shelf = try empty()
        var options = AppendOptions()
        options.recorded = headers(events)
        events[6].key = events[5].key
        #expect(try shelf.append(events, options).refused.contains { $0.position == 6 && $0.refusal.field == "key" })
        events = try copied().events
        // A purchase by nobody.
        let at = try #require(
            events.firstIndex { if case .purchasePlaced = $0.body { true } else { false } })
        events[at].purchasePlaced.buyer = "nobody"
        #expect(try shelf.append(events, options).refused.contains { $0.position == at })
        #expect(try shelf.snapshot().head.count == 0)
    }
}
