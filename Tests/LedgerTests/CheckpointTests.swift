import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Foundation
import SwiftProtobuf
import Testing
import Transparency

@testable import Ledger

/// Checkpoints of a ledger, proofs to them, witnesses and published tiles.
@Suite("Checkpoints")
struct CheckpointTests {
    private static let origin = "example.org/test"

    private func signer(_ number: UInt8 = 1, name: String = origin) throws -> NoteSigner {
        try NoteSigner(name: name, algorithm: .ed25519, seed: [UInt8](repeating: number, count: 32))
    }

    private func witness(_ number: UInt8, state: String) throws -> Witness {
        try Witness(witnessKey(number), of: signer().verifier, state: state)
    }

    private func witnessKey(_ number: UInt8) throws -> NoteSigner {
        try NoteSigner(
            name: "witness-\(number)", algorithm: .cosignature, seed: [UInt8](repeating: number, count: 32))
    }

    /// What a body throws, as a code.
    private func code(_ body: () throws -> Void) throws -> LedgerError.Code? {
        do {
            try body()
            return nil
        } catch let error as LedgerError {
            #expect(
                !error.reason.french.isEmpty && error.reason.french != error.reason.english || error.code == .notFound)
            #expect(!error.remedy.french.isEmpty)
            return error.code
        }
    }

    /// A ledger with checkpoints of 19 events, of one more, and of 300.
    private func signed() throws -> (shelf: Shelf, sizes: [UInt64]) {
        var story = Story()
        let shelf = try Shelf(&story)
        var sizes = [try shelf.store.signCheckpoint(signer()).checkpoint.size]
        try shelf.record([story.event(.identity("one"))])
        sizes.append(try shelf.store.signCheckpoint(signer()).checkpoint.size)
        try shelf.record((0..<280).map { story.event(.identity("p\($0)")) })
        sizes.append(try shelf.store.signCheckpoint(signer()).checkpoint.size)
        try shelf.record([story.event(.identity("unsigned"))])
        return (shelf, sizes)
    }

    @Test func `what was signed is kept, listed by size, and is the log's root`() throws {
        let (shelf, sizes) = try signed()
        let kept = try shelf.store.checkpoints()
        #expect(kept.map(\.checkpoint.size) == sizes && sizes == sizes.sorted())
        for (checkpoint, note) in kept {
            let root = try shelf.store.root(atSize: checkpoint.size)
            #expect(checkpoint.origin == Self.origin && checkpoint.root == root)
            #expect(try SignedCheckpoint(Array(note.encoded.utf8), by: signer().verifier).checkpoint == checkpoint)
        }
        #expect(try shelf.store.checkpoint().checkpoint.size == sizes[2])
        #expect(try shelf.store.checkpoint(covering: sizes[0] - 1).checkpoint.size == sizes[2])
        #expect(try shelf.store.checkpoint(size: sizes[0]).checkpoint.size == sizes[0])
        #expect(try code { _ = try shelf.store.checkpoint(size: 5) } == .notFound)
        #expect(try code { _ = try shelf.store.checkpoint(covering: sizes[2]) } == .notFound)
        // The same again is the same note; the ledger is the same, too.
        let digests = try shelf.digests()
        let size = try shelf.store.signCheckpoint(signer())
        #expect(try shelf.store.signCheckpoint(signer()) == size)
        #expect(try shelf.store.checkpoints().count == 4)
        try shelf.reopen()
        #expect(try shelf.digests() == digests && Rebuild.check(shelf.store) { _, _ in }.differing.isEmpty)
    }

    @Test func `an empty log is signed, too`() throws {
        var story = Story()
        let shelf = try Shelf(&story, opening: [])
        let signed = try shelf.store.signCheckpoint(signer())
        #expect(signed.checkpoint.size == 0 && signed.checkpoint.root == .emptyRoot)
        #expect(try code { _ = try shelf.store.proof(of: 0) } == .notFound)
    }

    @Test func `a key of another name, or a witness's, does not sign for the log`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        for key in [try signer(name: "other"), try witnessKey(2)] {
            #expect(try code { _ = try shelf.store.signCheckpoint(key) } == .badInput)
        }
        #expect(try shelf.store.checkpoints().isEmpty)
    }

    @Test func `a checkpoint comes back with signatures, and none that the ledger has is lost`() throws {
        let (shelf, sizes) = try signed()
        let note = try shelf.store.checkpoint(size: sizes[1]).note
        func cosigned(_ number: UInt8, at time: UInt64) throws -> SignedCheckpoint {
            var signed = try SignedCheckpoint(Array(note.encoded.utf8), by: signer().verifier)
            signed.add(try witnessKey(number).sign(note.text, at: time))
            return signed
        }
        _ = try shelf.store.keep(cosigned(2, at: 100))
        let both = try shelf.store.keep(cosigned(3, at: 101))
        #expect(both.note.signatures.map(\.name) == [Self.origin, "witness-2", "witness-3"])
        // Signed again later: the newer signature takes the place of the older.
        _ = try shelf.store.keep(cosigned(2, at: 200))
        let kept = try shelf.store.checkpoint(size: sizes[1]).note
        #expect(kept.signatures.map(\.name) == [Self.origin, "witness-2", "witness-3"])
        #expect(NoteVerifier.time(of: kept.signatures[1].bytes) == 200)
        #expect(try shelf.store.checkpoints().count == 3)
        // Not ours: another root, a size that the log has not, another origin.
        for (checkpoint, key) in [
            (Checkpoint(origin: Self.origin, size: 5, root: .emptyRoot), try signer()),
            (Checkpoint(origin: Self.origin, size: 5_000, root: .emptyRoot), try signer()),
            (Checkpoint(origin: "other", size: 5, root: try shelf.store.root(atSize: 5)), try signer(name: "other")),
        ] {
            #expect(try code { _ = try shelf.store.keep(SignedCheckpoint(checkpoint, by: key)) } == .no)
        }
        #expect(try shelf.store.checkpoints().count == 3)
    }

    @Test func `a log that no longer extends what it signed is neither signed nor proved`() throws {
        let (shelf, sizes) = try signed()
        let forged = Checkpoint(origin: Self.origin, size: sizes[2] + 1, root: .emptyRoot)
        let note = Array(try SignedCheckpoint(forged, by: signer()).encoded.utf8)
        try shelf.store.log.keep(checkpoint: forged.size) { _ in note }
        #expect(try code { _ = try shelf.store.signCheckpoint(signer()) } == .inputOutput)
        #expect(try code { _ = try shelf.store.proof(of: 3) } == .inputOutput)
        #expect(try shelf.store.proof(of: 3, size: sizes[2]).sequence == 3)
        // What is no note at all is damage.
        try shelf.store.log.keep(checkpoint: 7) { _ in Array("x".utf8) }
        #expect(try code { _ = try shelf.store.checkpoints() } == .inputOutput)
    }

    // MARK: proofs

    /// The file with one value changed; every value in turn.
    private func tampered(_ line: String) throws -> [(field: String, line: String)] {
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        func text(_ fields: [String: Any]) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
        }
        func flipped(_ base64: String) -> String {
            var bytes = Base64.decode(base64) ?? []
            bytes[bytes.count / 2] ^= 0x10
            return Base64.encode(bytes)
        }
        var all: [(String, String)] = []
        for (name, value) in fields {
            var other = fields
            other[name] = nil
            if name != "fromCheckpoint" { all.append((name + " left out", try text(other))) }
            switch value {
            case let number as Int:
                for wrong in [number + 1, number - 1] {
                    other[name] = wrong
                    all.append((name, try text(other)))
                }
            case let path as [String]:
                for at in path.indices {
                    var changed = path
                    changed[at] = flipped(path[at])
                    other[name] = changed
                    all.append(("path[\(at)]", try text(other)))
                    changed.remove(at: at)
                    other[name] = changed
                    all.append(("path[\(at)] left out", try text(other)))
                }
                other[name] = path + [path.first ?? Base64.encode(Hash.emptyRoot.bytes)]
                all.append(("path, longer", try text(other)))
            case let string as String where name.lowercased().contains("checkpoint"):
                var lines = string.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                lines[1] += "1"
                other[name] = lines.joined(separator: "\n")
                all.append((name + " size", try text(other)))
                other[name] = string.replacing(Self.origin, with: "example.org/tset")
                all.append((name + " origin", try text(other)))
                other[name] = ""
                all.append((name + " empty", try text(other)))
            case let string as String:
                other[name] = name == "proof" ? string + "2" : flipped(string)
                all.append((name, try text(other)))
            default: Issue.record("a value that nobody changes: \(name)")
            }
        }
        return all
    }

    private func isProved(_ line: String) throws -> Bool {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try line.write(to: file, atomically: true, encoding: .utf8)
        let policy = WitnessPolicy(log: try signer().verifier, witnesses: [], atLeast: 0)
        do {
            switch try ProofDocument(file: file.path) {
            case .inclusion(let proof):
                return try proof.holds(under: policy.judge(Array(proof.checkpoint.utf8)).checkpoint.checkpoint)
            case .consistency(let proof):
                guard let note = proof.checkpoint else { return false }
                if let old = proof.fromCheckpoint {
                    guard try proof.starts(at: policy.judge(Array(old.utf8)).checkpoint.checkpoint) else {
                        return false
                    }
                }
                return try proof.holds(under: policy.judge(Array(note.utf8)).checkpoint.checkpoint)
            case .member: return false
            }
        } catch let error as LedgerError {
            #expect(error.code == .badInput, "\(error.text(.french))")
            return false
        } catch is NoteError {
            return false
        }
    }

    @Test func `every event is proved to every checkpoint that covers it, and a changed file is not believed`() throws {
        let (shelf, sizes) = try signed()
        for size in sizes {
            for sequence in stride(from: 0, to: size, by: 23) {
                let proof = try shelf.store.proof(of: sequence, size: size)
                let snapshot = try shelf.snapshot()
                #expect(proof.entry == snapshot.entry(sequence)?.array)
                #expect(try isProved(ProofDocument.inclusion(proof).line), "\(sequence) of \(size)")
            }
        }
        for sequence in [0, 7, sizes[2] - 1] {
            let line = ProofDocument.inclusion(try shelf.store.proof(of: sequence)).line
            for (field, line) in try tampered(line) {
                #expect(try !isProved(line), "\(field) of \(sequence)")
            }
        }
        #expect(try code { _ = try shelf.store.proof(of: 5_000) } == .notFound)
        // Recorded, and not signed yet; or behind the checkpoint that was asked for.
        #expect(try code { _ = try shelf.store.proof(of: sizes[2]) } == .notFound)
        #expect(try code { _ = try shelf.store.proof(of: sizes[0], size: sizes[0]) } == .usage)
    }

    @Test func `each checkpoint is proved to extend each earlier one, and a changed file is not believed`() throws {
        let (shelf, sizes) = try signed()
        for to in sizes {
            for from in (sizes + [0, 1, 16]).filter({ $0 <= to }) {
                let proof = try shelf.store.proof(from: from, to: to)
                #expect((proof.fromCheckpoint != nil) == sizes.contains(from))
                let line = ProofDocument.consistency(proof).line
                #expect(try isProved(line), "\(from) to \(to)")
                for (field, line) in try tampered(line) { #expect(try !isProved(line), "\(field): \(from) to \(to)") }
            }
        }
        #expect(try shelf.store.proof(from: 3, to: nil).to == sizes[2])
        #expect(try shelf.store.proof(from: 3, to: sizes[2] + 1).checkpoint == nil)
        #expect(try code { _ = try shelf.store.proof(from: 4, to: 3) } == .notFound)
        #expect(try code { _ = try shelf.store.proof(from: 3, to: 5_000) } == .notFound)
    }

    // MARK: witnesses

    @Test func `a witness signs what extends the log that it signed last, and nothing else`() throws {
        let (shelf, sizes) = try signed()
        let state = shelf.directory + "/state"
        defer { for name in [state, state + ".lock"] { try? FileManager.default.removeItem(atPath: name) } }
        let witness = try witness(4, state: state)
        func note(_ size: UInt64) throws -> SignedCheckpoint {
            try SignedCheckpoint(Array(shelf.store.checkpoint(size: size).note.encoded.utf8), by: signer().verifier)
        }
        func sign(
            _ checkpoint: SignedCheckpoint, _ proof: ConsistencyProof? = nil, first: Bool = false
        ) throws -> LedgerError.Code? {
            try code {
                let signed = try witness.cosign(checkpoint, "note", proof: proof, isFirst: first, at: 1_700_000_000)
                #expect(try signed.signers([witnessKey(4).verifier]).count == 1)
            }
        }
        #expect(try sign(note(sizes[1])) == .notFound)
        #expect(try sign(note(sizes[1]), first: true) == nil)
        let before = try Data(contentsOf: URL(fileURLWithPath: state))
        // The same again needs no proof; an older one is not signed.
        #expect(try sign(note(sizes[1])) == nil)
        #expect(try sign(note(sizes[0])) == .no)
        let proof = try shelf.store.proof(from: sizes[1], to: sizes[2])
        #expect(try sign(note(sizes[2])) == .usage)
        #expect(try sign(note(sizes[2]), shelf.store.proof(from: sizes[0], to: sizes[2])) == .badInput)
        // Another branch: the same size, then a larger one, each signed by the log itself.
        for size in [sizes[1], sizes[2]] {
            let forked = try SignedCheckpoint(
                Checkpoint(origin: Self.origin, size: size, root: Hash.node(.emptyRoot, .emptyRoot)), by: signer())
            #expect(try sign(forked, proof) == .no)
            #expect(try sign(forked, proof, first: true) == .no)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: state)) == before)
        #expect(try sign(note(sizes[2]), proof) == nil)
        #expect(try sign(note(sizes[1])) == .no)
        // What the witness itself did not sign is no memory of its own.
        try before.write(to: URL(fileURLWithPath: state))
        #expect(try sign(note(sizes[2]), proof) == nil)
        try Data(note(sizes[0]).encoded.utf8).write(to: URL(fileURLWithPath: state))
        #expect(try sign(note(sizes[2]), proof) == .no)
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: state))
        #expect(try sign(note(sizes[2]), proof) == .badInput)
    }

    // MARK: views

    @Test func `the digests of a fresh fold are recorded once a sequence, and a later fold finds them`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let report = try Rebuild.check(shelf.store) { _, _ in }
        let proposals = try ViewAttestation.proposals(
            report, book: "grand-io", source: "audit", actor: "till-1", effectiveAtUs: story.nowUs)
        let outcome = try shelf.writer.append(proposals)
        let sequence = try #require(outcome.receipts.first ?? nil).sequence
        #expect(sequence == report.size)
        let snapshot = try shelf.snapshot()
        let event = try Event(serializedBytes: #require(snapshot.entry(sequence)).array)
        guard case .viewsAttested(let body)? = event.body else { throw ShelfError(reason: "another event") }
        #expect(body.throughSequence == report.size - 1 && body.version == Views.version)
        let digests = Rebuild.digests(try snapshot.views(atSize: body.throughSequence + 1).index)
        #expect(body.views.count == digests.count)
        for view in body.views {
            let found = digests.first { $0.view == view.view }
            #expect(found?.digest == Array(view.digest) && found?.rows == view.rows, "\(view.view)")
        }
        #expect(try shelf.writer.append(proposals).repeats == 1)
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing.isEmpty)
        // Views that differ are not attested.
        let wrong = RebuildReport(size: report.size, before: [], after: report.after)
        let refused = try code {
            _ = try ViewAttestation.proposals(wrong, book: "b", source: "s", actor: "a", effectiveAtUs: 0)
        }
        #expect(refused == .no)
    }
}
