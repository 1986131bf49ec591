/// Which logs are believed, and which witnesses must have co-signed (C2SP tlog-policy): any set of them that the quorum accepts.
///
///     log <verifier key> [<url>]
///     witness <name> <verifier key> [<url>]
///     group <name> <number|any|all> <name>…
///     quorum <name|none>
///
/// A name stands for the witness or group of an earlier line, and is a member once at most, so that nobody counts twice.
package struct WitnessPolicy: Equatable, Sendable {
    package let logs: [NoteVerifier]
    package let witnesses: [NoteVerifier]
    private let quorum: Quorum

    private indirect enum Quorum: Equatable, Sendable {
        case witness(Int)
        case group(atLeast: Int, [Quorum])

        func isMet(by signers: Set<Int>) -> Bool {
            switch self {
            case .witness(let number): signers.contains(number)
            case .group(let least, let members): members.count { $0.isMet(by: signers) } >= least
            }
        }
    }

    /// One log, and at least so many of these witnesses.
    package init(log: NoteVerifier, witnesses: [NoteVerifier], atLeast: Int) {
        logs = [log]
        self.witnesses = witnesses
        quorum = .group(atLeast: atLeast, witnesses.indices.map { .witness($0) })
    }

    /// Reads a policy. Throws `.policy` with the line.
    package init(text bytes: [UInt8]) throws(NoteError) {
        guard let text = String(validating: bytes, as: UTF8.self),
            bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x09 })
        else { throw .policy(line: 0, .notText) }
        var reader = PolicyReader()
        var quorum: Quorum?
        for (at, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 }.map { String($0) ?? "" }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            do throws(PolicyFault) {
                switch (first, words.count) {
                case ("log", 2...3): try reader.log(words[1])
                case ("witness", 3...4): try reader.witness(words[1], words[2])
                case ("group", 4...): try reader.group(words[1], words[2], Array(words[3...]))
                case ("quorum", 2) where quorum == nil:
                    quorum = words[1] == "none" ? .group(atLeast: 0, []) : try reader.named(words[1])
                default: throw first == "quorum" && quorum != nil ? PolicyFault.quorum : PolicyFault.line
                }
            } catch {
                throw .policy(line: at + 1, error)
            }
        }
        guard let quorum else { throw .policy(line: 0, .quorum) }
        logs = reader.logs
        witnesses = reader.witnesses
        self.quorum = quorum
    }

    private struct PolicyReader {
        var logs: [NoteVerifier] = []
        var witnesses: [NoteVerifier] = []
        /// By UTF-8: names are bytes, and two that only look alike are two.
        private var names: [[UInt8]: Quorum] = [:]
        private var members: Set<[UInt8]> = []

        private func key(
            _ text: String, _ algorithm: NoteAlgorithm, among others: [NoteVerifier]
        ) throws(PolicyFault) -> NoteVerifier {
            guard let key = try? NoteVerifier(text: text) else { throw .key }
            guard key.algorithm == algorithm else { throw .algorithm }
            guard !others.contains(where: { $0.publicKey == key.publicKey }) else { throw .duplicateKey }
            return key
        }

        mutating func log(_ text: String) throws(PolicyFault) {
            logs.append(try key(text, .ed25519, among: logs))
        }

        mutating func witness(_ name: String, _ text: String) throws(PolicyFault) {
            witnesses.append(try key(text, .cosignature, among: witnesses))
            try define(name, .witness(witnesses.count - 1))
        }

        mutating func group(_ name: String, _ threshold: String, _ names: [String]) throws(PolicyFault) {
            var group: [Quorum] = []
            for member in names {
                group.append(try named(member))
                guard members.insert(Array(member.utf8)).inserted else { throw .repeatedMember(member) }
            }
            let number: Int? =
                switch threshold {
                case "all": group.count
                case "any": 1
                default: Int(threshold).flatMap { "\($0)" == threshold ? $0 : nil }
                }
            guard let number, (1...group.count).contains(number) else {
                throw .threshold(threshold)
            }
            try define(name, .group(atLeast: number, group))
        }

        func named(_ name: String) throws(PolicyFault) -> Quorum {
            guard let found = names[Array(name.utf8)] else { throw .unknownName(name) }
            return found
        }

        private mutating func define(_ name: String, _ quorum: Quorum) throws(PolicyFault) {
            guard name != "none", names.updateValue(quorum, forKey: Array(name.utf8)) == nil else {
                throw .duplicateName(name)
            }
        }
    }

    /// What a policy says of a checkpoint that one of its logs signed.
    package struct Answer: Equatable, Sendable {
        package let checkpoint: SignedCheckpoint
        package let log: NoteVerifier
        /// The witnesses that co-signed, and when, in seconds since 1970.
        package let cosigned: [Cosigned]
        package let isMet: Bool
    }

    package struct Cosigned: Equatable, Sendable {
        package let witness: NoteVerifier
        package let time: UInt64
    }

    /// Reads a checkpoint that one of the logs signed, and counts its witnesses.
    ///
    /// Throws `.malformed`; `.unsigned` where no log of the policy signed; `.otherLog`; `.badSignature` where the signature of a key of the policy does not hold.
    package func judge(_ note: [UInt8]) throws(NoteError) -> Answer {
        let read = try SignedNote(note)
        let signed = try read.verified(by: logs).map(\.key)
        let origin = try Checkpoint(text: read.text).origin
        guard let first = signed.first else { throw .unsigned(logs.map(\.name).joined(separator: ", ")) }
        let log = signed.first { $0.name == origin } ?? first
        let checkpoint = try SignedCheckpoint(note, by: log)
        let found = try checkpoint.note.verified(by: witnesses)
        let cosigned = found.map { key, signature in
            Cosigned(witness: key, time: NoteVerifier.time(of: signature.bytes) ?? 0)
        }
        let signers = Set(witnesses.indices.filter { number in found.contains { $0.key == witnesses[number] } })
        return Answer(checkpoint: checkpoint, log: log, cosigned: cosigned, isMet: quorum.isMet(by: signers))
    }
}
