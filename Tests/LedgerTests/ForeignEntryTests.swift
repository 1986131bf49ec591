import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import LMDB
import Testing

@testable import Ledger

/// Entries that this program would not have written: another version did, or a defect.
@Suite struct ForeignEntryTests {
    /// A log whose last entry was put there behind the writer's back.
    private func shelf(rules: UInt32, _ change: (inout [UInt8]) throws -> Void) throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        let size = try shelf.snapshot().head.count
        shelf.writer.close()
        let proposals = try Shelf.proposals([
            story.event(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        ])
        var bytes = proposals[0].array
        try change(&bytes)
        let entry = BytesList()
        bytes.withBytes { entry.append($0) }
        entry.buffer.writeHeader(at: 0, sequence: size, recordedAtUs: 1_600_000_000_000_000, rules: rules)
        let log = shelf.store.log
        try log.environment.write { transaction throws(LMDBError) in
            _ = try log.append(entry, lastRecordedAtUs: 1_600_000_000_000_000, to: transaction)
        }
        return shelf
    }

    @Test func `an event under rules that this program does not know is not folded`() throws {
        let shelf = try shelf(rules: Views.rulesVersion + 1) { _ in }
        let failure = #expect(throws: LedgerError.self) { try shelf.snapshot() }
        #expect(failure?.reason.english.contains("rules \(Views.rulesVersion + 1)") == true)
    }

    @Test func `a nested message that cannot be read is named, though folds pass over it`() throws {
        let flawed = try shelf(rules: Views.rulesVersion) { bytes in
            // The tag of the line's product: a wire type that does not exist.
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "milk".utf8) })
            bytes[place - 2] |= 0x07
        }
        let sequence = try flawed.store.log.head(in: flawed.store.log.environment.read()).count - 1
        let failure = #expect(throws: LedgerError.self) { try Rebuild.check(flawed.store) { _, _ in } }
        #expect(failure?.code == .inputOutput)
        #expect(failure?.reason.english.contains("event \(sequence)") == true, "\(failure as Any)")
    }

    @Test func `a check of the views says which entry is not canonical`() throws {
        let flawed = try shelf(rules: Views.rulesVersion) { bytes in
            // Not UTF-8, inside a line: the fold does not look there.
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "milk".utf8) })
            bytes[place] = 0xFF
        }
        let sequence = try flawed.snapshot().head.count - 1
        let failure = #expect(throws: LedgerError.self) { try Rebuild.check(flawed.store) { _, _ in } }
        #expect(failure?.reason.english.contains("event \(sequence) is not canonical") == true, "\(failure as Any)")
        let sound = try shelf(rules: Views.rulesVersion) { _ in }
        #expect(try Rebuild.check(sound.store) { _, _ in }.differing == [])
    }
}
