import Bytes
import Testing

@testable import Transparency

/// The examples that the C2SP specifications print.
@Suite("Specifications")
struct SpecificationTests {
    private static let poem =
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        + "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    private static let sofa =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        + "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        + "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"

    @Test func `signed-note: text with an empty line, and its signature`() throws {
        let note = try SignedNote(Array(Self.poem.utf8))
        #expect(note.encoded == Self.poem && note.text.hasSuffix("sole:\n\ned è subito sera.\n"))
        #expect(note.signatures.map(\.name) == ["quasimodo.example/salvatore"])
        #expect(note.signatures.map(\.keyId) == [0x367B_A04B] && note.signatures.map(\.bytes.count) == [64])
    }

    @Test func `tlog-cosignature: the checkpoint, the witness's time, and the bytes that it signs`() throws {
        let note = try SignedNote(Array(Self.sofa.utf8))
        let checkpoint = try Checkpoint(text: note.text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa" && checkpoint.size == 20_852_163)
        #expect(checkpoint.root.hex == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
        #expect(checkpoint.text == note.text && note.encoded == Self.sofa)
        let witness = try #require(note.signatures.last)
        #expect(NoteVerifier.time(of: witness.bytes) == 1_679_315_147)
        let signed =
            "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        #expect(NoteVerifier.cosigned(note.text, at: 1_679_315_147) == Array(signed.utf8))
    }

    @Test func `tlog-tiles: the tiles of 70 000 entries`() {
        let widths = (0..<3).map { level in Tile.hashes(level: level, size: 70_000) }
        #expect(widths == [273 * 256 + 112, 256 + 17, 1] && Tile.hashes(level: 3, size: 70_000) == 0)
        #expect(Tile.path(level: 0, number: 273, width: 112) == "tile/0/273.p/112")
        #expect(Tile.path(level: 1, number: 1, width: 17) == "tile/1/001.p/17")
        #expect(Tile.path(level: 2, number: 0, width: 1) == "tile/2/000.p/1")
    }

    /// As golang.org/x/mod/sumdb/note and a seed of bytes 1 to 32 give them: key, key id and signature are those of RFC 8032's algorithm, which has one answer.
    @Test func `a key's text and id depend on name and algorithm`() throws {
        let seed = (1...32).map(UInt8.init)
        let log = try NoteSigner(name: "example.org/log", algorithm: .ed25519, seed: seed).verifier
        let witness = try NoteSigner(name: "example.org/log", algorithm: .cosignature, seed: seed).verifier
        #expect(
            log.text == "example.org/log+964baf2e+AXm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"
                && witness.text == "example.org/log+cf57755d+BHm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk")
    }

    @Test func `sixteen signatures and more are taken, and none twice by one key`() throws {
        var note = try SignedNote(Array(Self.sofa.utf8))
        for number in 0..<16 {
            note.add(NoteSignature(name: "w\(number)", keyId: 7, bytes: [UInt8](repeating: 1, count: 5_000)))
            note.add(NoteSignature(name: "w\(number)", keyId: 7, bytes: [UInt8](repeating: 2, count: 5_000)))
        }
        let read = try SignedNote(Array(note.encoded.utf8))
        #expect(read == note && read.signatures.count == 18)
    }
}
