import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Ledger
import SwiftProtobuf
import Testing

/// Recording: idempotency, atomic and partial batches, causes, limits.
@Suite("Record")
struct RecordTests {
    @Test func `what was recorded reads back with its sequence, its time and its rules`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let event = story.event(
            .purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]), at: "2017-03-01T15:00:00Z")
        let sequence = try #require(try shelf.record([event]).first)
        let snapshot = try shelf.snapshot()
        let entry = try #require(snapshot.entry(sequence))
        var expected = event
        expected.sequence = sequence
        expected.recordedAtUs = UInt64(Story.us("2017-03-01T15:00:00Z"))
        expected.rules = Views.rulesVersion
        #expect(try Event(serializedBytes: entry.array) == expected)
        #expect(snapshot.head.count == sequence + 1)
        #expect(snapshot.balance("assets:receivable", "ana") == 1_000)
    }

    @Test func `the same content answers with the first receipt whatever rules say today`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let purchase = story.event(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        let first = try shelf.record([purchase])
        try shelf.record([story.event(.delisting("milk")), story.event(.withdrawal("ana"))])
        try shelf.record([story.event(.lock(through: "2017-02-01"), at: "2017-02-02T15:00:00Z")])
        let again = try shelf.append([purchase])
        #expect(again.receipts.map { $0?.sequence } == first)
        #expect(again.receipts.allSatisfy { $0?.isRepeat == true })
        #expect(again.recorded == 0)
        #expect(again.repeats == 1)
    }

    @Test func `other content under the same key is refused`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([story.event(.identity("new"), key: "k")])
        let outcome = try shelf.append([story.event(.identity("other"), key: "k")])
        #expect(outcome.receipts == [nil])
        #expect(outcome.refused.map(\.refusal.code) == [.conflict])
        #expect(outcome.refused.first?.refusal.accepted.english == "the same content, or another key")
    }

    @Test func `a repeat within one batch takes one sequence`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let event = story.event(.identity("new"), key: "k")
        let sequences = try shelf.record([event, event])
        #expect(sequences.count == 2)
        #expect(Set(sequences).count == 1)
    }

    @Test func `keys are told apart by their source`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        var other = Story(source: "other")
        let sequences = try shelf.record([story.event(.identity("x"), key: "k"), other.event(.identity("y"), key: "k")])
        #expect(Set(sequences).count == 2)
    }

    @Test func `one refusal refuses the whole batch and memory is undone`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let before = try shelf.digests()
        let root = try shelf.root()
        let outcome = try shelf.append([
            story.event(.identity("new")), story.event(.admission("new", [.consumer])),
            story.event(.purchase("o1", "new", [.of("milk", "sam", 1_000, .zeroRated)]), key: "order"),
            story.event(.capture("p1", "o1", 1_001)), story.event(.handOver("o1")),
        ])
        #expect(outcome.receipts == [nil, nil, nil, nil, nil])
        #expect(outcome.refused.map(\.position) == [3, 4])
        #expect(outcome.refused.map(\.refusal.field) == ["amountMinor", "order"])
        #expect(try shelf.digests() == before)
        #expect(try shelf.root() == root)
        // Neither the identity nor the key was kept.
        let sequences = try shelf.record([
            story.event(.identity("new")), story.event(.listing("tea", .zeroRated), key: "order"),
        ])
        #expect(
            sequences == [
                UInt64(Story.opening.count + Story.people.count), UInt64(Story.opening.count + Story.people.count) + 1,
            ])
    }

    @Test func `a policy of a refused batch is forgotten`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        _ = try shelf.append([
            story.event(.commission(ppm: 500_000)), story.event(.lock(through: "2017-01-02")),
            story.event(.identity("ana")),
        ])
        try shelf.record([story.event(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))])
        #expect(try shelf.snapshot().balance("liabilities:deferred-commission") == -40)
    }

    @Test func `a partial batch lets the good lines through`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let outcome = try shelf.append(
            [story.event(.identity("x")), story.event(.identity("ana")), story.event(.admission("x", [.consumer]))],
            AppendOptions(isPartial: true))
        let first = UInt64(Story.opening.count + Story.people.count)
        #expect(outcome.receipts.map { $0?.sequence } == [first, nil, first + 1])
        #expect(outcome.refused.map(\.position) == [1])
        #expect(outcome.size == first + 2)
    }

    @Test func `a refusal in a group commit leaves the other callers alone`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        var batches: [(Proposals, isWrong: Bool)] = []
        for caller in 0..<60 {
            let isWrong = caller % 3 == 1
            var events = [story.event(.identity("c\(caller)")), story.event(.admission("c\(caller)", [.consumer]))]
            if isWrong { events.append(story.event(.handOver("nothing"))) }
            // The caller after a refused one counts on nothing of it.
            if caller % 3 == 2 { events.append(story.event(.identity("c\(caller - 1)"))) }
            batches.append((try Shelf.proposals(events), isWrong))
        }
        // The last one buys for everybody: what was accepted before a refusal of the same group is still known after it.
        let purchases = (0..<60).filter { $0 % 3 != 1 }.map { caller in
            story.event(.purchase("o\(caller)", "c\(caller)", [.of("milk", "sam", 100, .zeroRated)]))
        }
        batches.append((try Shelf.proposals(purchases), false))
        // Handed over without waiting, so that many share a commit.
        let submissions = batches.map { shelf.writer.submit($0.0) }
        for (submission, batch) in zip(submissions, batches) {
            let outcome = try submission.wait()
            #expect(outcome.refused.isEmpty != batch.isWrong)
            #expect(outcome.recorded == (batch.isWrong ? 0 : outcome.receipts.count))
        }
        let snapshot = try shelf.snapshot()
        #expect(snapshot.head.count == UInt64(Story.opening.count + Story.people.count + 20 * 2 + 20 * 3 + 40))
        let live = Rebuild.digests(snapshot.wholeIndex)
        #expect(try Rebuild.digests(snapshot.views(atSize: snapshot.head.count).index) == live)
    }

    @Test func `callers of several threads all get their receipts`() async throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let writer = shelf.writer
        let batches: [[Event]] = (0..<40).map { caller in (0..<5).map { story.event(.identity("t\(caller)-\($0)")) } }
        let sequences = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for batch in batches {
                group.addTask { try writer.append(Shelf.proposals(batch)).receipts.compactMap { $0?.sequence } }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let first = UInt64(Story.opening.count + Story.people.count)
        #expect(sequences.sorted() == Array(first..<first + 200))
        withExtendedLifetime(shelf) {}
    }

    @Test func `a cause names an earlier event of its batch by source and key`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let purchase = story.event(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]), key: "order-1")
        var capture = story.event(.capture("p1", "o1", 1_000))
        capture.cause.source = "till"
        capture.cause.key = "order-1"
        var early = capture
        early.key = "early"
        #expect(try shelf.append([early, purchase]).refused.map(\.refusal.field) == ["cause"])
        #expect(try shelf.record([purchase, capture]).count == 2)
    }

    // MARK: expectations

    @Test func `an append is refused when its subject has moved`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let sequences = try shelf.record([
            story.event(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)])),
            story.event(.purchase("o2", "bob", [.of("milk", "sam", 1_000, .zeroRated)])),
            story.event(.identity("last")),
        ])
        func outcome(_ subject: Ledger::Expectation.Subject, _ sequence: UInt64) throws -> AppendOutcome {
            try shelf.append(
                [story.event(.identity("n\(story.events)"))],
                AppendOptions(expectations: [Ledger::Expectation(subject, sequence: sequence)]))
        }
        for (subject, newest) in [
            (.party("ana"), sequences[0]), (.party("bob"), sequences[1]), (.party("sam"), sequences[1]),
            (.order(book: "grand-io", "o1"), sequences[0]), (.log, sequences[2]),
        ] as [(Ledger::Expectation.Subject, UInt64)] {
            let refused = try #require(try outcome(subject, newest - 1).refused.first)
            #expect(refused.refusal.code == .moved)
            #expect(refused.refusal.accepted.english == "\(newest), after reading again")
        }
        #expect(try outcome(.log, sequences[2]).refused.isEmpty)
        // Whoever expects what the log never had speaks of another log.
        for (subject, newest) in [
            (.party("ana"), sequences[0] + 1), (.party("nobody"), 1), (.order(book: "grand-io", "nothing"), 1),
            (.log, 1_000_000),
        ] as [(Ledger::Expectation.Subject, UInt64)] {
            #expect(try outcome(subject, newest).refused.first?.refusal.code == .moved)
        }
        for (subject, newest) in [
            (.party("ana"), sequences[0]), (.party("sam"), sequences[1]),
            (.order(book: "grand-io", "o1"), sequences[0]),
            (.party("nobody"), 0), (.order(book: "grand-io", "nothing"), 0), (.order(book: "nowhere", "o1"), 0),
        ] as [(Ledger::Expectation.Subject, UInt64)] {
            #expect(try outcome(subject, newest).refused.isEmpty)
        }
    }

    // MARK: limits

    @Test func `a batch of 65 537 events is refused whole`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let proposals = Proposals()
        let event = try story.event(.identity("x")).serializedBytes() as [UInt8]
        let one = Proposals()
        try one.append(Event(serializedBytes: event))
        for _ in 0...65_536 { try proposals.append(encoded: one[0]) }
        let outcome = try shelf.writer.append(proposals)
        #expect(outcome.refused.map(\.refusal.field) == ["batch"])
        proposals.truncate(toCount: 65_536)
        #expect(try shelf.writer.append(proposals).refused.isEmpty)
    }

    @Test func `an entry of 65 535 bytes is taken, one more is not proposed`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        // Lines fill the entry, and the key what is left below a line.
        func event(lines: Int, keyBytes: Int) -> Event {
            var story = Story(from: "2017-02-01T15:00:00Z")
            let line = PurchaseLine.of("milk", "sam", 1_000, .zeroRated)
            return story.event(
                .purchase("o1", "ana", Array(repeating: line, count: lines)),
                key: String(repeating: "k", count: keyBytes))
        }
        func size(_ lines: Int) throws -> Int { try Shelf.proposals([event(lines: lines, keyBytes: 1)]).byteCount }
        let lineBytes = try size(2_001) - size(2_000)
        let lines = try 2_000 + (65_535 - size(2_000)) / lineBytes
        let keyBytes = try 1 + 65_535 - size(lines)
        #expect(try shelf.append([event(lines: lines, keyBytes: keyBytes)]).refused.isEmpty)
        let snapshot = try shelf.snapshot()
        #expect(snapshot.entry(snapshot.head.count - 1)?.count == 65_535)
        let failure = #expect(throws: ProposalError.self) {
            try Shelf.proposals([event(lines: lines, keyBytes: keyBytes + 1)])
        }
        #expect(failure?.code == .tooLarge)
    }

    @Test func `what is not the canonical encoding is refused`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let one = try Shelf.proposals([story.event(.identity("x"))])
        var bytes = one[0].array
        bytes.append(contentsOf: [0xF8, 0x7F, 0x01])
        let proposals = Proposals()
        bytes.withBytes { proposals.entries.append($0) }
        #expect(try shelf.writer.append(proposals).refused.map(\.refusal.code) == [.malformed])
    }

    @Test func `a closed writer says so`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        shelf.writer.close()
        let failure = #expect(throws: LedgerError.self) { try shelf.append([story.event(.identity("x"))]) }
        #expect(failure?.reason.english == "the writer is closed")
    }
}
