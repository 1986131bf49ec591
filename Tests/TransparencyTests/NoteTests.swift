import Bytes
import Testing

@testable import Transparency

/// Signed notes and checkpoints, as C2SP signed-note, tlog-checkpoint and tlog-cosignature say them.
@Suite("Signed notes")
struct NoteTests {
    /// The example of golang.org/x/mod/sumdb/note.
    private static let neumannKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let neumann =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        + "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    private func signer(_ name: String, _ byte: UInt8, _ algorithm: NoteAlgorithm = .ed25519) throws -> NoteSigner {
        try NoteSigner(name: name, algorithm: algorithm, seed: [UInt8](repeating: byte, count: 32))
    }

    @Test func `a note that somebody else's program signed verifies, and no altered one does`() throws {
        let key = try NoteVerifier(text: Self.neumannKey)
        #expect(key.name == "PeterNeumann" && key.text == Self.neumannKey)
        let bytes = Array(Self.neumann.utf8)
        let note = try SignedNote(bytes)
        #expect(note.encoded == Self.neumann)
        #expect(try note.verified(by: [key]).map(\.key) == [key])
        for place in bytes.indices {
            var altered = bytes
            altered[place] ^= 1
            let isTaken = (try? SignedNote(altered).verified(by: [key]))?.isEmpty == false
            #expect(!isTaken, "byte \(place)")
        }
    }

    @Test(arguments: [
        "", "\n", "text\n", "text\n\n", "text\n\n\u{2014} a AAAAAAE=", "\n\u{2014} a AAAAAAE=\n",
        "text\n\n- a AAAAAAE=\n",
        "text\n\n\u{2014} a AAAA\n", "text\n\n\u{2014}  AAAAAAE=\n", "text\n\n\u{2014} a+b AAAAAAE=\n",
        "te\u{7}xt\n\n\u{2014} a AAAAAAE=\n", "text\n\n\u{2014} a AAAAAAE\n", "text\n\n\u{2014} a AAAAAAF=\n",
    ])
    func `what is no note is refused`(text: String) {
        #expect(throws: NoteError.self) { try SignedNote(Array(text.utf8)) }
    }

    @Test func `keys with another's id, a short key or no name are refused`() throws {
        let key = try signer("log", 7).verifier
        #expect(try NoteVerifier(text: key.text) == key)
        for text in [
            "", "log", key.text.replacing("log+", with: "lag+"), key.text + "A", key.text.dropLast(4) + "====",
            "+00000000+AQ==",
        ] {
            #expect(throws: NoteError.self, "\(text)") { try NoteVerifier(text: text) }
        }
    }

    @Test func `a known key's bad signature rejects the note, an unknown one is ignored`() throws {
        let log = try signer("grand-io.example/log", 1)
        let other = try signer("witness", 2, .cosignature)
        let checkpoint = Checkpoint(origin: "grand-io.example/log", size: 9, root: .emptyRoot, extensions: ["more"])
        var signed = try SignedCheckpoint(checkpoint, by: log)
        signed.add(try other.sign(checkpoint.text, at: 1_700_000_000))
        let read = try SignedCheckpoint(Array(signed.encoded.utf8), by: log.verifier)
        #expect(read == signed && read.checkpoint == checkpoint)
        #expect(try read.signers([other.verifier]) == [other.verifier])
        let signature = try #require(read.note.signatures.last)
        #expect(NoteVerifier.time(of: signature.bytes) == 1_700_000_000)
        // The time is signed, too.
        var later = signature.bytes
        later[7] ^= 1
        signed.add(NoteSignature(name: signature.name, keyId: signature.keyId, bytes: later))
        #expect(throws: NoteError.badSignature("witness")) { try signed.signers([other.verifier]) }
        // A bad one beside a good one, in either order: the note is no better for the good one.
        let bad = NoteSignature(name: signature.name, keyId: signature.keyId, bytes: later)
        for both in [[signature, bad], [bad, signature]] {
            let note = SignedNote(text: checkpoint.text, signatures: both)
            #expect(throws: NoteError.badSignature("witness")) { try note.verified(by: [other.verifier]) }
        }
        let twice = SignedNote(text: checkpoint.text, signatures: [signature, signature])
        #expect(try twice.verified(by: [other.verifier]).count == 1)
        #expect(try signed.signers([signer("witness", 3, .cosignature).verifier]).isEmpty)
        #expect(throws: NoteError.unsigned("else")) {
            try SignedCheckpoint(Array(signed.encoded.utf8), by: signer("else", 1).verifier)
        }
    }

    @Test(arguments: ["a\n1\n", "a\n01\nB\n", "a\n+1\nB\n", "a\n1\nAAAA\n", "a\n1\nB\n\n", "\n1\nB\n", "a\n1\nB"])
    func `what is no checkpoint is refused`(text: String) {
        let root = Base64.encode(Hash.emptyRoot.bytes)
        #expect(throws: NoteError.self) { try Checkpoint(text: text.replacing("B", with: root)) }
    }

    @Test func `base64 has one text for some bytes`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 151 + count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy" && Base64.encode(Array("fooba".utf8)) == "Zm9vYmE=")
        for text in ["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AA\n=", "AAAA====", "AA-_"] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }

    @Test func `tiles lie where file servers look for them`() {
        #expect(Tile.path(level: 0, number: 1_234_067) == "tile/0/x001/x234/067")
        #expect(Tile.path(level: 2, number: 0, width: 3) == "tile/2/000.p/3")
        #expect(Tile.entriesPath(number: 1_000) == "tile/entries/x001/000")
        #expect(Tile.hashes(level: 1, size: 513) == 2)
    }

    @Test func `a proof file holds for its entry and no other`() throws {
        let log = try signer("log", 1)
        var frontier = Frontier()
        let entries = (0..<7).map { [UInt8($0), 1] }
        for entry in entries { frontier.append(entry.withBytes { Hash.leaf($0) }) }
        let tree = RecursiveTree(entries: entries)
        let signed = try SignedCheckpoint(Checkpoint(origin: "log", size: 7, root: frontier.root), by: log)
        for index in 0..<7 {
            let path = Proof.inclusion(tree, index: UInt64(index), size: 7)
            let file = ProofFile(index: UInt64(index), path: path, extra: [1, 2], checkpoint: signed.encoded)
            let read = try ProofFile(file.text)
            #expect(read == file)
            for other in 0..<7 {
                let isProved = try entries[other].withBytes { entry throws(NoteError) in
                    try read.verify(entry, by: log.verifier)
                }
                #expect(isProved == (other == index))
            }
        }
        for text in ["", "x", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx"] {
            #expect(throws: NoteError.self) { try ProofFile(text) }
        }
    }
}
