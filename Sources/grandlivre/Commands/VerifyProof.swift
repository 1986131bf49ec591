import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger
import Transparency

/// Asks no ledger.
struct VerifyProof: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "verify-proof",
        abstract: say(
            "Vérifie un fichier de « prove », sans grand livre.", "Verifies a file of \"prove\", without a ledger."),
        discussion: say(
            "État 1 si la preuve ne tient pas. La clé du journal vient d’ailleurs que de la preuve : de l’exploitant, d’un témoin, d’une assemblée.",
            "Status 1 where the proof does not hold. The log's key comes from elsewhere than the proof: the operator, a witness, a meeting."
        ))
    @Argument(help: ArgumentHelp(say("Fichier de la preuve.", "File of the proof."))) var file: String
    @OptionGroup var trust: TrustOptions
    @Option(
        help: ArgumentHelp(
            say(
                "Point de contrôle gardé d’avant, que le journal doit prolonger.",
                "Checkpoint kept from before, which the log must extend."), valueName: "checkpointfile"))
    var old: String?

    func run() throws {
        switch try ProofDocument(file: file) {
        case .inclusion(let proof): try inclusion(proof)
        case .consistency(let proof): try consistency(proof)
        case .member(let proof): try member(proof)
        }
    }

    private func inclusion(_ proof: InclusionProof) throws {
        guard old == nil else {
            throw LedgerError(
                .usage, "--old", Text("la preuve est celle d’un événement", "the proof is of an event"),
                remedy: Text("sans --old", "without --old"))
        }
        let checkpoint = try trust.judged(Array(proof.checkpoint.utf8), file).checkpoint.checkpoint
        guard proof.holds(under: checkpoint) else { throw broken }
        let event = try? proof.entry.withBytes { try EventJSON.encode(entry: $0) }
        guard Invocation.current.format == .table else {
            return putLine(
                JSON.object(
                    [("holds", .bool(true)), ("sequence", .count(proof.sequence))] + NoteFile.fields(checkpoint)
                        + [("event", event.map { .raw($0) } ?? .null)]
                ).line)
        }
        putLine(
            say(
                "Prouvé : l’événement \(proof.sequence) est au journal \(checkpoint.origin)",
                "Proved: event \(proof.sequence) is in the log \(checkpoint.origin)"))
        tell(checkpoint)
        if let event { putLine(event) }
    }

    private func consistency(_ proof: ConsistencyProof) throws {
        guard let note = proof.checkpoint else {
            throw LedgerError(
                .no, file, Text("sans point de contrôle signé", "without a signed checkpoint"),
                remedy: Text(
                    "une preuve jusqu’à un point de contrôle (checkpoint list)",
                    "a proof up to a checkpoint (checkpoint list)"))
        }
        let checkpoint = try trust.judged(Array(note.utf8), file).checkpoint.checkpoint
        guard proof.holds(under: checkpoint) else { throw broken }
        let policy = try trust.trusted()
        // What the file itself says of the older log, and what its reader has kept of it.
        var isCompared = false
        if let inside = proof.fromCheckpoint {
            let answer = try NoteFile.reading(file) { () throws(NoteError) in try policy.judge(Array(inside.utf8)) }
            guard proof.starts(at: answer.checkpoint.checkpoint) else { throw broken }
            isCompared = true
        }
        if let old {
            let bytes = try WholeFile.read(old)
            let kept = try NoteFile.reading(old) { () throws(NoteError) in try policy.judge(bytes) }
            guard proof.starts(at: kept.checkpoint.checkpoint), kept.checkpoint.checkpoint.origin == checkpoint.origin
            else {
                throw LedgerError(
                    .no, old,
                    Text(
                        "la preuve part d’un autre journal ou d’une autre taille (\(proof.from))",
                        "the proof starts from another log or another size (\(proof.from))"),
                    remedy: Text(
                        "« grandlivre prove --from \(kept.checkpoint.checkpoint.size) »",
                        "\"grandlivre prove --from \(kept.checkpoint.checkpoint.size)\""))
            }
            isCompared = true
        }
        guard Invocation.current.format == .table else {
            return putLine(
                JSON.object(
                    [
                        ("holds", .bool(true)), ("from", .count(proof.from)), ("fromRoot", .text(proof.fromRoot.hex)),
                        ("isOldSigned", .bool(isCompared)),
                    ] + NoteFile.fields(checkpoint)
                ).line)
        }
        let language = Invocation.current.language
        let (from, to) = (shown(count: proof.from, language), shown(count: proof.to, language))
        putLine(
            say(
                "Prouvé : le journal de \(to) événements prolonge celui de \(from)",
                "Proved: the log of \(to) events extends that of \(from)"))
        putLine(say("Racine de l’ancien : ", "Root of the older: ") + proof.fromRoot.hex)
        tell(checkpoint)
        if !isCompared {
            putLine(
                say(
                    "À comparer : la racine de l’ancien n’est signée nulle part ici (--old).",
                    "To be compared: the root of the older is signed nowhere here (--old)."))
        }
    }

    private func member(_ proof: MemberProof) throws {
        guard old == nil else {
            throw LedgerError(
                .usage, "--old", Text("la preuve est celle d’un membre", "the proof is of a member"),
                remedy: Text("sans --old", "without --old"))
        }
        let checkpoint = try trust.judged(Array(proof.checkpoint.utf8), file).checkpoint.checkpoint
        let verdict: MemberVerdict
        do throws(MemberProof.Fault) {
            verdict = try proof.verdict(under: checkpoint)
        } catch {
            throw LedgerError(.no, file, error.text, remedy: broken.remedy)
        }
        MemberVerdictText.put(verdict, of: proof, under: checkpoint)
        if Invocation.current.format == .table { tell(checkpoint) }
    }

    private func tell(_ checkpoint: Checkpoint) {
        putLine(say("Événements : ", "Events: ") + shown(count: checkpoint.size, Invocation.current.language))
        putLine(say("Racine : ", "Root: ") + checkpoint.root.hex)
    }

    private var broken: LedgerError {
        LedgerError(
            .no, file, Text("la preuve ne tient pas", "the proof does not hold"),
            remedy: Text(
                "redemander la preuve; sinon, prévenir les témoins", "ask for the proof again; else tell the witnesses")
        )
    }
}
