import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Glibc
import LMDB
import Ledger
import Testing

/// Recorded time: the machine's in service, the data's in a historical import.
@Suite("Clock")
struct ClockTests {
    private func recordedUs(_ shelf: Shelf) throws -> [Int64] {
        let snapshot = try shelf.snapshot()
        return try (0..<snapshot.head.count).map { sequence in
            Int64(EventHeader.recordedAtUs(of: try #require(snapshot.entry(sequence))))
        }
    }

    private func machineUs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    @Test func `the data's clock records the latest effective time seen`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: [])
        try shelf.record([
            story.event(.founding(clock: .data), at: "2017-01-01T05:00:00Z"),
            story.event(.identity("x"), at: "2017-03-01T05:00:00Z"),
            story.event(.identity("y"), at: "2017-02-01T05:00:00Z"),
        ])
        try shelf.reopen()
        try shelf.record([story.event(.identity("z"), at: "2017-02-15T05:00:00Z")])
        try shelf.record([story.event(.identity("w"), at: "2024-02-15T05:00:00Z")])
        let times = [
            "2017-01-01T05:00:00Z", "2017-03-01T05:00:00Z", "2017-03-01T05:00:00Z", "2017-03-01T05:00:00Z",
            "2024-02-15T05:00:00Z",
        ]
        #expect(try recordedUs(shelf) == times.map(Story.us))
    }

    @Test func `data does not drive the clock past the machine's`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: [])
        try shelf.record([story.event(.founding(clock: .data), at: "2017-01-01T05:00:00Z")])
        let outcome = try shelf.append([story.event(.identity("x"), at: "9999-12-31T00:00:00Z")])
        #expect(outcome.refused.first?.refusal.field == "effectiveAt")
        try shelf.record([story.event(.identity("y"), at: "2017-01-02T05:00:00Z")])
        #expect(try recordedUs(shelf).last == Story.us("2017-01-02T05:00:00Z"))
    }

    @Test func `a refused batch does not move the data's clock`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: [])
        try shelf.record([story.event(.founding(clock: .data), at: "2017-01-01T05:00:00Z")])
        _ = try shelf.append([
            story.event(.identity("x"), at: "2018-01-01T05:00:00Z"),
            story.event(.handOver("nothing"), at: "2018-01-01T05:00:00Z"),
        ])
        try shelf.record([story.event(.identity("x"), at: "2017-01-02T05:00:00Z")])
        #expect(try recordedUs(shelf).last == Story.us("2017-01-02T05:00:00Z"))
    }

    @Test func `the machine's clock records when the log took the event`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: [])
        let before = machineUs()
        try shelf.record([
            story.event(.founding(clock: .machine), at: "2017-01-01T05:00:00Z"), story.event(.identity("x")),
        ])
        let after = machineUs()
        #expect(try recordedUs(shelf).allSatisfy { $0 >= before && $0 <= after })
    }

    @Test func `by the machine's clock nothing happens more than a day ahead`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: [])
        try shelf.record([story.event(.founding(clock: .machine), at: "2017-01-01T05:00:00Z")])
        let ahead = InstantText.format(us: machineUs() + 2 * 86_400_000_000)
        #expect(
            try shelf.append([story.event(.identity("x"), at: ahead)]).refused.map(\.refusal.field) == ["effectiveAt"])
        let soon = InstantText.format(us: machineUs() + 3_600_000_000)
        #expect(try shelf.append([story.event(.identity("x"), at: soon)]).refused.isEmpty)
    }

    /// A log whose last event was recorded `aheadUs` after the machine's present time.
    private func shelf(aheadUs: Int64, _ story: inout Story) throws -> Shelf {
        let shelf = try Shelf(&story, opening: [])
        shelf.writer.close()
        let proposals = try Shelf.proposals([story.event(.founding(clock: .machine))])
        let recorded = UInt64(machineUs() + aheadUs)
        let entry = BytesList()
        entry.append(proposals[0])
        entry.buffer.writeHeader(at: 0, sequence: 0, recordedAtUs: recorded, rules: Views.rulesVersion)
        let log = shelf.store.log
        try log.environment.write { transaction throws(LMDBError) in
            _ = try log.append(entry, lastRecordedAtUs: recorded, to: transaction)
        }
        try shelf.reopen()
        return shelf
    }

    @Test func `a clock that stands far behind the log refuses writes with the reason`() throws {
        var story = Story()
        let shelf = try shelf(aheadUs: 3_600_000_000, &story)
        let failure = #expect(throws: LedgerError.self) { try shelf.append([story.event(.identity("x"))]) }
        #expect(failure?.code == .inputOutput)
        #expect(failure?.reason.english.hasPrefix("the clock is behind: ") == true)
        #expect(failure?.remedy.french == "régler l’horloge de la machine")
    }

    @Test func `a clock a little behind records the last time again`() throws {
        var story = Story()
        let shelf = try shelf(aheadUs: 4_000_000, &story)
        try shelf.record([story.event(.identity("x"))])
        let times = try recordedUs(shelf)
        #expect(times.count == 2)
        #expect(times[0] <= times[1])
    }
}
