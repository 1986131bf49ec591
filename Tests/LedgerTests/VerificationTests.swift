import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import FoundationEssentials
import Glibc
import Index
import LMDB
import SwiftProtobuf
import Testing
import Transparency

@testable import Ledger

/// What is damaged is found, by the check that is for it, where it is.
@Suite("Verification")
struct VerificationTests {
    /// A ledger with full subtrees, a run and a tail; closed.
    private func shelf() throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        var events: [Event] = []
        for number in 0..<300 {
            events.append(story.event(.identity("p\(number)")))
            events.append(story.event(.admission("p\(number)", [.consumer])))
            events.append(story.event(.purchase("o\(number)", "p\(number)", [.of("milk", "sam", 1_000, .zeroRated)])))
            events.append(story.event(.capture("c\(number)", "o\(number)", 1_000)))
        }
        try shelf.record(events)
        try shelf.reopen()
        try shelf.record([story.event(.identity("last"))])
        shelf.writer.close()
        return shelf
    }

    private func verify(_ shelf: Shelf) throws -> Verification { try Verification.run(shelf.store.directory) }

    private func change(_ database: String, _ key: [UInt8], _ shelf: Shelf, _ body: ([UInt8]?) -> [UInt8]?) throws {
        let database = try shelf.store.log.environment.databases([database], create: false)[0]
        try shelf.store.log.environment.write { transaction throws(LMDBError) in
            try key.withBytes { (key) throws(LMDBError) in
                guard let value = body(try transaction.get(database, key)?.array) else {
                    _ = try transaction.delete(database, key)
                    return
                }
                try value.withBytes { (value) throws(LMDBError) in try transaction.put(database, key, value) }
            }
        }
    }

    private func key(_ sequence: UInt64) -> [UInt8] { withUnsafeBytes(of: sequence.bigEndian) { Array($0) } }

    /// A value with the checksum that belongs to it: what a careless or a dishonest hand would write.
    private func sealed(_ content: [UInt8], _ key: [UInt8]) -> [UInt8] {
        let out = ByteBuffer(capacity: content.count + 4)
        content.withBytes { out.append($0) }
        key.withBytes { out.appendChecksum(under: $0) }
        return out.bytes.array
    }

    @Test func `a sound ledger has no finding and every check looked at something`() throws {
        let shelf = try shelf()
        let verification = try verify(shelf)
        #expect(verification.findings.isEmpty)
        let size = try LedgerSnapshot(shelf.store).head.count
        #expect(verification.size == size)
        #expect(try verification.root == LedgerSnapshot(shelf.store).head.root.hex)
        let mayBeEmpty: [Verification.Check] = [.checkpoints, .signatures, .attestations, .personalData, .freePages]
        for outcome in verification.outcomes where !mayBeEmpty.contains(outcome.check) {
            #expect(outcome.count > 0, "\(outcome.check)")
            #expect(outcome.omitted == nil)
        }
        #expect(verification.outcomes.first { $0.check == .sequences }?.count == size)
    }

    @Test(arguments: [0, 1, 255, 256, 700, 1_100] as [UInt64])
    func `a changed byte of an entry names its sequence`(sequence: UInt64) throws {
        let shelf = try shelf()
        try change("entries", key(sequence), shelf) {
            $0.map { $0.dropLast(5) + [$0[$0.count - 5] ^ 1] + $0.suffix(4) }
        }
        let verification = try verify(shelf)
        #expect(verification.findings.contains { $0.check == .checksums && $0.sequence == sequence })
        #expect(verification.found(.root) == 1)
    }

    @Test func `an entry that is not canonical is named although its checksum holds`() throws {
        let shelf = try shelf()
        let key = key(500)
        // Another sequence in it; a field that nobody knows behind it.
        let others: [([UInt8]) -> [UInt8]] = [{ [9, 1] + $0.dropFirst(2) }, { $0 + [0xFA, 0x3F, 1, 0] }]
        for other in others {
            var sound: [UInt8] = []
            try change("entries", key, shelf) { stored in
                sound = stored ?? []
                return sealed(other(sound.dropLast(4)), key)
            }
            let verification = try verify(shelf)
            #expect(verification.findings.contains { $0.check == .entries && $0.sequence == 500 })
            #expect(verification.findings.contains { $0.check == .root })
            try change("entries", key, shelf) { _ in sound }
        }
        #expect(try verify(shelf).isSound)
    }

    @Test func `an entry that was altered with care is found by the root`() throws {
        let shelf = try shelf()
        let key = key(501)
        try change("entries", key, shelf) { stored in
            var entry = Array((stored ?? []).dropLast(4))
            // A microsecond later.
            entry[10] ^= 1
            return sealed(entry, key)
        }
        let checks = try Set(verify(shelf).findings.map(\.check))
        #expect(checks.contains(.root) && checks.contains(.tree))
    }

    @Test func `an entry recorded before the one in front of it is named`() throws {
        let shelf = try shelf()
        let key = key(900)
        try change("entries", key, shelf) { stored in
            var entry = Array((stored ?? []).dropLast(4))
            for index in 10..<18 { entry[index] = 0 }
            entry[10] = 1
            return sealed(entry, key)
        }
        #expect(try verify(shelf).findings.contains { $0.check == .recordedTimes && $0.sequence == 900 })
    }

    @Test func `a missing entry is named, and one too many`() throws {
        let shelf = try shelf()
        try change("entries", key(600), shelf) { _ in nil }
        #expect(try verify(shelf).findings.contains { $0.sequence == 600 && $0.check == .keys })
    }

    @Test func `nodes of the tree, the head and unknown records are checked`() throws {
        let shelf = try shelf()
        func check(_ database: String, _ key: [UInt8], _ check: Verification.Check, _ body: ([UInt8]?) -> [UInt8]?)
            throws
        {
            var sound: [UInt8]?
            try change(database, key, shelf) {
                sound = $0
                return body($0)
            }
            let found = try verify(shelf).findings
            #expect(found.contains { $0.check == check }, "\(database): \(found)")
            try change(database, key, shelf) { _ in sound }
        }
        let node: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0, 1]
        try check("tree", node, .tree) { $0.map { sealed([$0[0] ^ 1] + $0.dropFirst().dropLast(4), node) } }
        try check("tree", node, .checksums) { $0.map { [$0[0] ^ 1] + $0.dropFirst() } }
        try check("tree", node, .tree) { _ in nil }
        try check("tree", [8, 0, 0, 0, 0, 0, 0, 9, 1], .records) { _ in sealed([1], [8, 0, 0, 0, 0, 0, 0, 9, 1]) }
        try check("format", Array("hello".utf8), .records) { _ in [1, 2, 3, 4, 5] }
        try check("format", Array("head".utf8), .records) { $0.map { [$0[0] ^ 1] + $0.dropFirst() } }
        try check("views", Array("other".utf8), .records) { _ in [1, 2, 3, 4, 5] }
        try check("views", Array("manifest".utf8), .checksums) { $0.map { [$0[0] ^ 1] + $0.dropFirst() } }
        #expect(try verify(shelf).isSound)
    }

    @Test func `a chunk of the views is checked, also against a fresh fold`() throws {
        let shelf = try shelf()
        let runs = shelf.store.indexDatabases[0]
        var keys: [[UInt8]] = []
        do {
            let reading = try shelf.store.log.environment.read()
            let cursor = try reading.cursor(runs)
            while let entry = try cursor.next() { keys.append(entry.key.array) }
        }
        try #require(keys.count > 2)
        var sound: [UInt8] = []
        try change("runs0", keys[1], shelf) {
            sound = $0 ?? []
            return sound.map { ~$0 }
        }
        #expect(
            try verify(shelf).findings.contains {
                $0.check == .checksums && $0.database == "runs0" && $0.key == keys[1]
            })
        // A whole chunk gone: nothing that is there is wrong, but the views are not what the log gives.
        try change("runs0", keys[1], shelf) { _ in nil }
        let checks = try Set(verify(shelf).findings.map(\.check))
        #expect(!checks.isDisjoint(with: [.views, .idempotency, .parties]))
        try change("runs0", keys[1], shelf) { _ in sound }
        #expect(try verify(shelf).isSound)
    }

    @Test func `a kept checkpoint has the log's root at its size`() throws {
        let shelf = try shelf()
        let signer = try NoteSigner(
            name: shelf.store.log.format.origin, algorithm: .ed25519, seed: Array(repeating: 7, count: 32))
        func keep(_ size: UInt64, _ root: Hash) throws {
            let checkpoint = Checkpoint(origin: shelf.store.log.format.origin, size: size, root: root)
            let note = try SignedCheckpoint(checkpoint, by: signer).encoded
            try shelf.store.log.keep(checkpoint: size) { _ in Array(note.utf8) }
        }
        try keep(700, try shelf.store.root(atSize: 700))
        #expect(try verify(shelf).outcomes.allSatisfy { $0.findings == 0 })
        try keep(256, try shelf.store.root(atSize: 255))
        let outcome = try #require(try verify(shelf).outcomes.first { $0.check == .checkpoints })
        #expect(outcome.findings == 1)
    }

    @Test func `signatures under kept checkpoints are checked by the keys that are named, and the others counted`()
        throws
    {
        let shelf = try shelf()
        let origin = shelf.store.log.format.origin
        func signer(_ name: String, _ algorithm: NoteAlgorithm, _ seed: UInt8) throws -> NoteSigner {
            try NoteSigner(name: name, algorithm: algorithm, seed: Array(repeating: seed, count: 32))
        }
        let (log, witness) = (try signer(origin, .ed25519, 7), try signer("caisse.example", .cosignature, 8))
        func keep(_ size: UInt64, _ change: (inout SignedNote) throws -> Void) throws {
            let checkpoint = Checkpoint(origin: origin, size: size, root: try shelf.store.root(atSize: size))
            var note = try SignedCheckpoint(checkpoint, by: log).note
            try change(&note)
            try shelf.store.log.keep(checkpoint: size) { _ in Array(note.encoded.utf8) }
        }
        func verify(_ policy: WitnessPolicy?) throws -> (Verification, Verification.Outcome) {
            var options = Verification.Options()
            options.policy = policy
            let verification = try Verification.run(shelf.store.directory, options)
            return (verification, try #require(verification.outcomes.first { $0.check == .signatures }))
        }
        let byLog = WitnessPolicy(log: log.verifier, witnesses: [], atLeast: 0)
        let byBoth = WitnessPolicy(log: log.verifier, witnesses: [witness.verifier], atLeast: 1)
        try keep(256) { $0.add(try witness.sign($0.text, at: 1_700_000_000)) }
        try keep(700) { _ in }
        var (verification, outcome) = try verify(nil)
        #expect(verification.isSound && outcome.count == 0)
        #expect(outcome.omitted?.english.hasPrefix("3 without a key named") == true)
        (verification, outcome) = try verify(byLog)
        #expect(verification.isSound && outcome.count == 2 && outcome.omitted == nil)
        #expect(outcome.remark?.english == "1 without a key named; signed as asked up to 700 events")
        (verification, outcome) = try verify(byBoth)
        #expect(verification.isSound && outcome.count == 3)
        #expect(outcome.remark?.english == "0 without a key named; signed as asked up to 256 events")
        // Another key under the log's name: it signed nothing.
        let other = WitnessPolicy(log: try signer(origin, .ed25519, 9).verifier, witnesses: [], atLeast: 0)
        (verification, outcome) = try verify(other)
        #expect(outcome.count == 0 && outcome.findings == 1 && !verification.isSound)
        #expect(outcome.remark?.english == "3 without a key named")
        // A witness's signature over something else.
        try keep(512) { $0.add(try witness.sign("another\n", at: 1_700_000_000)) }
        #expect(try verify(byLog).0.isSound)
        (verification, outcome) = try verify(byBoth)
        #expect(outcome.count == 5 && outcome.findings == 1)
        let reason = try #require(verification.findings.first).reason
        #expect(reason.english == "checkpoint 512: the signature of caisse.example does not hold")
    }

    /// A ledger whose views were attested after each of some more events, the first time with a digest that no fold gives.
    private func attested(_ times: Int) throws -> (shelf: Shelf, sequences: [UInt64]) {
        var story = Story()
        let shelf = try Shelf(&story)
        var sequences: [UInt64] = []
        for time in 0..<times {
            try shelf.record([story.event(.identity("q\(time)"))])
            let report = try Rebuild.check(shelf.store) { _, _ in }
            let body = ViewsAttested.with { body in
                body.throughSequence = report.size - 1
                body.version = Views.version
                body.views = report.after.sorted { $0.view < $1.view }.map { view in
                    .with {
                        $0.view = view.view
                        $0.digest = .init(
                            time == 0 && view.view == "party" ? [UInt8](repeating: 7, count: 32) : view.digest)
                        $0.rows = view.rows
                    }
                }
            }
            // The first is recorded after others.
            if time == 0 { try shelf.record([story.event(.identity("between"))]) }
            sequences += try shelf.record([story.event(.viewsAttested(body))])
        }
        return (shelf, sequences)
    }

    @Test func `attested views are compared with the fresh fold where it passes their size`() throws {
        let (shelf, sequences) = try attested(2)
        let size = sequences[0] - 1
        let verification = try verify(shelf)
        let outcome = try #require(verification.outcomes.first { $0.check == .attestations })
        #expect(outcome.count == 2 && outcome.findings == 1 && outcome.remark == nil)
        let finding = try #require(verification.findings.first)
        #expect(verification.findings.count == 1 && finding.sequence == sequences[0])
        let fresh = try #require(
            try Rebuild.digests(shelf.snapshot().views(atSize: size).index).first { $0.view == "party" })
        let hex = fresh.digest.withBytes { Hash($0).hex }
        #expect(
            finding.reason.english
                == "view party: attested \(String(repeating: "07", count: 32)) (\(fresh.rows) rows), fresh fold \(hex) (\(fresh.rows) rows)"
        )
    }

    @Test func `of many attestations the newest are compared, of another version none; both are said`() throws {
        let (shelf, sequences) = try attested(8)
        var story = Story(source: "audit", from: "2017-01-03T15:00:00Z")
        try shelf.record([
            story.event(
                .viewsAttested(
                    .with {
                        $0.version = Views.version + 1
                        $0.views = [.with { ($0.view, $0.digest) = ("party", .init(repeating: 1, count: 32)) }]
                    }))
        ])
        let verification = try verify(shelf)
        let outcome = try #require(verification.outcomes.first { $0.check == .attestations })
        #expect(verification.isSound && outcome.count < 8 && outcome.count >= 4)
        #expect(
            outcome.remark?.english
                == "1 of another version of the views, not compared; \(8 - outcome.count) older ones, not compared (--all-attestations)"
        )
        var options = Verification.Options()
        options.comparesAllAttestations = true
        let whole = try Verification.run(shelf.store.directory, options)
        #expect(whole.outcomes.first { $0.check == .attestations }?.count == 8)
        #expect(whole.findings.map(\.sequence) == [sequences[0]])
    }

    @Test func `nothing to verify is an error and not damage`() throws {
        #expect(throws: LedgerError.self) { try Verification.run("/nonexistent/ledger") }
    }
}
