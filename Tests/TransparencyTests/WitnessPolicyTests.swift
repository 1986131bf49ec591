import Bytes
import Testing

@testable import Transparency

/// Policies as C2SP tlog-policy says them, and what they say of a checkpoint.
@Suite("Witness policies")
struct WitnessPolicyTests {
    private static let origin = "grand-io.example/log"

    private func key(_ number: UInt8) throws -> NoteSigner {
        try NoteSigner(
            name: "witness-\(number)", algorithm: .cosignature, seed: [UInt8](repeating: number, count: 32))
    }

    private func log(_ number: UInt8 = 200, name: String = origin) throws -> NoteSigner {
        try NoteSigner(name: name, algorithm: .ed25519, seed: [UInt8](repeating: number, count: 32))
    }

    private func note(by witnesses: [UInt8], log: NoteSigner? = nil) throws -> [UInt8] {
        let log = try log ?? self.log()
        var signed = try SignedCheckpoint(Checkpoint(origin: Self.origin, size: 3, root: .emptyRoot), by: log)
        for number in witnesses {
            signed.add(try key(number).sign(signed.note.text, at: 1_700_000_000 + UInt64(number)))
        }
        return Array(signed.encoded.utf8)
    }

    private func policy(_ lines: String) throws -> WitnessPolicy { try WitnessPolicy(text: Array(lines.utf8)) }

    /// The example of the specification: two of three, and one of three others.
    private func specified() throws -> WitnessPolicy {
        var lines = "# our log\n\n\tlog \(try log().verifier.text) https://log.example/\n"
        for number in 1...3 { lines += "witness X\(number) \(try key(UInt8(number)).verifier.text)\n" }
        lines += "group X-witnesses 2 X1 X2  X3\n"
        for number in 1...3 { lines += "witness Y\(number) \(try key(UInt8(number + 3)).verifier.text) \n" }
        return try policy(
            lines + "group Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n")
    }

    @Test func `the specification's example counts each of the 64 sets of witnesses as it says`() throws {
        let policy = try specified()
        for set in 0..<64 {
            let signers = (1...6).filter { set >> ($0 - 1) & 1 == 1 }.map(UInt8.init)
            let answer = try policy.judge(note(by: signers))
            let isMet = signers.count { $0 <= 3 } >= 2 && signers.contains { $0 > 3 }
            #expect(answer.isMet == isMet, "\(signers)")
            #expect(answer.cosigned.map(\.witness.name) == signers.map { "witness-\($0)" })
            #expect(answer.cosigned.map(\.time) == signers.map { 1_700_000_000 + UInt64($0) })
        }
    }

    @Test(arguments: 0...4)
    func `n of these witnesses is n of them`(least: Int) throws {
        let witnesses = try (1...4).map { try key(UInt8($0)).verifier }
        let policy = WitnessPolicy(log: try log().verifier, witnesses: witnesses, atLeast: least)
        for count in 0...4 {
            // A witness that nobody named does not count.
            let signers = (0..<count).map { UInt8($0 + 1) } + [9]
            #expect(try policy.judge(note(by: signers)).isMet == (count >= least))
        }
    }

    @Test func `a checkpoint of another log, or under another log's name, is refused`() throws {
        let policy = try specified()
        #expect(throws: NoteError.unsigned(Self.origin)) { try policy.judge(note(by: [1, 2, 4], log: log(7))) }
        let other = WitnessPolicy(log: try log(7, name: "other").verifier, witnesses: [], atLeast: 0)
        #expect(throws: NoteError.otherLog(origin: Self.origin, key: "other")) {
            try other.judge(note(by: [], log: log(7, name: "other")))
        }
    }

    @Test func `a bad signature of a named witness rejects the note, of another it is ignored`() throws {
        let policy = try specified()
        var signed = try SignedCheckpoint(note(by: [1, 2, 4]), by: log().verifier)
        let good = try key(5).sign(signed.note.text, at: 1)
        let bad = NoteSignature(name: good.name, keyId: good.keyId, bytes: [UInt8](repeating: 1, count: 72))
        signed.add(NoteSignature(name: "nobody", keyId: good.keyId, bytes: bad.bytes))
        #expect(try policy.judge(Array(signed.encoded.utf8)).isMet)
        signed.add(bad)
        #expect(throws: NoteError.badSignature("witness-5")) { try policy.judge(Array(signed.encoded.utf8)) }
    }

    @Test func `a policy without witnesses asks for the log alone, and several logs are all believed`() throws {
        let both = try policy("log \(log().verifier.text)\nlog \(log(7).verifier.text)\nquorum none")
        #expect(try both.judge(note(by: [])).isMet && both.judge(note(by: [], log: log(7))).isMet)
        // A key that moved: both names are signed, the one of the origin counts.
        let renamed = try policy("log \(log(7, name: "old").verifier.text)\nlog \(log().verifier.text)\nquorum none\n")
        var twice = try SignedCheckpoint(note(by: []), by: log().verifier)
        twice.add(try log(7, name: "old").sign(twice.note.text, at: 0))
        #expect(try renamed.judge(Array(twice.encoded.utf8)).log == log().verifier)
    }

    @Test func `what no policy says is refused with its line`() throws {
        let a = try key(1).verifier.text
        let b = try key(2).verifier.text
        let log = try log().verifier.text
        let twin = try NoteSigner(name: "twin", algorithm: .cosignature, seed: [UInt8](repeating: 1, count: 32))
            .verifier.text
        let cases: [(String, Int, PolicyFault)] = [
            ("", 0, .quorum), ("quorum none\nquorum none\n", 2, .quorum), ("quorum a\n", 1, .unknownName("a")),
            ("quorum\n", 1, .line), ("quorum none a\n", 1, .line), ("logs \(log)\n", 1, .line),
            ("log \(a)\nquorum none\n", 1, .algorithm), ("witness w \(log)\n", 1, .algorithm),
            ("log x\n", 1, .key), ("log \(log)\n\nlog \(log)\n", 3, .duplicateKey),
            ("witness w \(a)\nwitness v \(twin)\n", 2, .duplicateKey),
            ("witness w \(a)\nwitness w \(b)\n", 2, .duplicateName("w")),
            ("witness none \(a)\n", 1, .duplicateName("none")),
            ("witness w \(a)\ngroup w 1 w\n", 2, .duplicateName("w")),
            ("witness w \(a)\ngroup g 1 w w\n", 2, .repeatedMember("w")),
            ("witness w \(a)\ngroup g 1 w\ngroup h 1 w\n", 3, .repeatedMember("w")),
            ("witness w \(a)\ngroup g 1 none\n", 2, .unknownName("none")),
            ("group g 1 g\n", 1, .unknownName("g")),
            ("witness w \(a)\ngroup g 0 w\n", 2, .threshold("0")),
            ("witness w \(a)\ngroup g 2 w\n", 2, .threshold("2")),
            ("witness w \(a)\ngroup g 01 w\n", 2, .threshold("01")), ("witness w \(a)\ngroup g any\n", 2, .line),
            ("quorum none\r\n", 0, .notText), ("quorum none\u{7F}\n", 0, .notText),
        ]
        for (text, line, fault) in cases {
            #expect(throws: NoteError.policy(line: line, fault), "\(text)") { try policy(text) }
        }
        // Names are bytes: K and the Kelvin sign, é in one sign or two.
        _ = try policy("witness K \(a)\nwitness \u{212A} \(b)\nquorum \u{212A}\n")
        #expect(throws: NoteError.policy(line: 2, .unknownName("e\u{301}"))) {
            try policy("witness \u{E9} \(a)\nquorum e\u{301}\n")
        }
    }
}
