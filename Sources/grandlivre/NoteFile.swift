import ArgumentParser
import Commerce
import Ledger
import Transparency

/// Files with signed notes, and keys as people type them.
enum NoteFile {
    /// Runs what may find a note wrong; `place` says where.
    static func reading<R>(_ place: String, _ body: () throws(NoteError) -> R) throws(LedgerError) -> R {
        do throws(NoteError) { return try body() } catch { throw LedgerError(error, place) }
    }

    static func key(_ text: String, _ option: String) throws(LedgerError) -> NoteVerifier {
        do throws(NoteError) {
            return try NoteVerifier(text: text)
        } catch {
            let error = LedgerError(error, option)
            throw LedgerError(.usage, error.place, error.reason, remedy: error.remedy)
        }
    }

    static func checkpoint(_ path: String, _ log: NoteVerifier) throws(LedgerError) -> SignedCheckpoint {
        let bytes = try WholeFile.read(path)
        return try reading(path) { () throws(NoteError) in try SignedCheckpoint(bytes, by: log) }
    }

    /// A note goes out as it is, whatever the language: it is a file that others verify.
    static func show(_ checkpoint: Checkpoint, _ note: SignedNote) {
        guard Invocation.current.format == .json else { return put(note.encoded) }
        putLine(JSON.object(fields(checkpoint) + [("note", .text(note.encoded))]).line)
    }

    static func fields(_ checkpoint: Checkpoint) -> [(String, JSON)] {
        [
            ("origin", .text(checkpoint.origin)), ("size", .count(checkpoint.size)),
            ("root", .text(checkpoint.root.hex)),
        ]
    }
}

/// Whom the reader of a note or a proof believes: a policy in a file, or a log's key and witnesses.
struct TrustOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say("Clé de vérification du journal.", "Verifier key of the log."), valueName: "verifier-key"))
    var logKey: String?
    @Option(
        help: ArgumentHelp(
            say("Clé de vérification d’un témoin (répétable).", "Verifier key of a witness (repeatable)."),
            valueName: "verifier-key"))
    var witness: [String] = []
    @Option(
        help: ArgumentHelp(
            say(
                "Combien de ces témoins doivent avoir signé; par défaut tous.",
                "How many of these witnesses must have signed; all by default."), valueName: "number"))
    var quorum: Int?
    @Option(
        help: ArgumentHelp(
            say(
                "Fichier de politique (C2SP tlog-policy), au lieu des clés.",
                "Policy file (C2SP tlog-policy), instead of keys."),
            valueName: "policyfile"))
    var policy: String?

    /// The same where nobody has to be believed; `nil` where nobody is named.
    func trustedIfNamed() throws(LedgerError) -> WitnessPolicy? {
        guard policy != nil || logKey != nil || !witness.isEmpty || quorum != nil else { return nil }
        return try trusted()
    }

    func trusted() throws(LedgerError) -> WitnessPolicy {
        if let policy {
            guard logKey == nil, witness.isEmpty, quorum == nil else {
                throw LedgerError(
                    .usage, "--policy", Text("la politique nomme déjà les clés", "the policy names the keys itself"),
                    remedy: Text("--policy seul, ou --log-key", "--policy alone, or --log-key"))
            }
            let bytes = try WholeFile.read(policy)
            return try NoteFile.reading(policy) { () throws(NoteError) in
                let read = try WitnessPolicy(text: bytes)
                guard !read.logs.isEmpty else { throw .policy(line: 0, .noLog) }
                return read
            }
        }
        guard let logKey else {
            throw LedgerError(
                .usage, "--log-key", Text("la clé du journal manque", "the log's key is missing"),
                remedy: Text("--log-key CLÉ, ou --policy FICHIER", "--log-key KEY, or --policy FILE"))
        }
        let log = try NoteFile.key(logKey, "--log-key")
        try Self.require(log, .ed25519, "--log-key")
        var keys: [NoteVerifier] = []
        for text in witness {
            let key = try NoteFile.key(text, "--witness")
            try Self.require(key, .cosignature, "--witness")
            // One key under two names is one witness.
            if !keys.contains(where: { $0.publicKey == key.publicKey }) { keys.append(key) }
        }
        let least = quorum ?? keys.count
        guard (0...keys.count).contains(least) else {
            throw LedgerError(
                .usage, "--quorum \(least)", Text("témoins nommés : \(keys.count)", "witnesses named: \(keys.count)"),
                remedy: Text("de 0 à \(keys.count)", "0 to \(keys.count)"))
        }
        return WitnessPolicy(log: log, witnesses: keys, atLeast: least)
    }

    private static func require(
        _ key: NoteVerifier, _ algorithm: NoteAlgorithm, _ option: String
    ) throws(LedgerError) {
        guard key.algorithm != algorithm else { return }
        let error = LedgerError(NoteError.policy(line: 0, .algorithm), option)
        throw LedgerError(.usage, error.place, error.reason, remedy: error.remedy)
    }

    /// What the policy says of a note, which must satisfy it.
    func judged(_ note: [UInt8], _ file: String) throws(LedgerError) -> WitnessPolicy.Answer {
        let policy = try trusted()
        let answer = try NoteFile.reading(file) { () throws(NoteError) in try policy.judge(note) }
        guard answer.isMet else {
            let names = answer.cosigned.map(\.witness.name).joined(separator: ", ")
            throw LedgerError(
                .no, file,
                Text(
                    "pas assez de témoins ont signé (\(names.isEmpty ? "aucun" : names))",
                    "not enough witnesses have signed (\(names.isEmpty ? "none" : names))"),
                remedy: Text("la faire signer par d’autres (cosign)", "have others sign it (cosign)"))
        }
        return answer
    }
}
