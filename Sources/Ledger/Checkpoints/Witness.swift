import Bytes
import Commerce
@preconcurrency import Glibc
package import Transparency

/// A partner who signs that a log only grew since it last looked (C2SP tlog-cosignature). Needs no ledger.
///
/// It remembers the last checkpoint that it signed, under its own signature, in one file a log.
package struct Witness {
    private let signer: NoteSigner
    private let log: NoteVerifier
    private let state: String

    /// - Parameters:
    ///   - log: the key of the log that it watches.
    ///   - state: the file in which it keeps the last note that it signed.
    package init(_ signer: NoteSigner, of log: NoteVerifier, state: String) {
        self.signer = signer
        self.log = log
        self.state = state
    }

    /// Signs a checkpoint, and remembers it before giving the signature away.
    ///
    /// Throws `.no` where the log does not extend the one that was signed last, `.badInput` for a proof of other sizes, `.usage` where one is missing,
    /// `.notFound` where the witness remembers nothing and this is not said to be the first time.
    /// - Parameters:
    ///   - file: where the checkpoint comes from, for errors.
    ///   - time: seconds since 1970.
    package func cosign(
        _ checkpoint: SignedCheckpoint, _ file: String, proof: ConsistencyProof?, isFirst: Bool, at time: UInt64
    ) throws(LedgerError) -> SignedCheckpoint {
        let lock = try lock()
        defer { close(lock) }
        if let last = try remembered() {
            try decide(checkpoint.checkpoint, file, extends: last, proof)
        } else if !isFirst {
            throw LedgerError(
                .notFound, state, Text("aucune note signée n’y est gardée", "no signed note is kept there"),
                remedy: Text(
                    "--first, si ce témoin n’a encore jamais signé ce journal",
                    "--first, where this witness has never signed this log"))
        }
        var signed = checkpoint
        do throws(NoteError) {
            signed.add(try signer.sign(checkpoint.note.text, at: time))
        } catch {
            throw LedgerError(error, file)
        }
        try Array(signed.encoded.utf8).withBytes { bytes throws(LedgerError) in try WholeFile.replace(state, bytes) }
        return signed
    }

    /// What the witness signed last; a note without its own signature is not believed, as it could be an older one.
    private func remembered() throws(LedgerError) -> Checkpoint? {
        guard let bytes = try WholeFile.readIfPresent(state) else { return nil }
        do throws(NoteError) {
            let note = try SignedCheckpoint(bytes, by: log)
            guard try !note.signers([signer.verifier]).isEmpty else { throw NoteError.unsigned(signer.verifier.name) }
            return note.checkpoint
        } catch {
            throw LedgerError(error, state)
        }
    }

    /// Two at once could sign two branches of one log.
    private func lock() throws(LedgerError) -> Int32 {
        let path = state + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LedgerError(
                .cannotCreate, path, SystemReason.text(errno),
                remedy: Text("nommer un endroit où l’on peut écrire", "name a place that can be written to"))
        }
        guard flock(descriptor, LOCK_EX) == 0 else {
            close(descriptor)
            throw LedgerError(
                .busy, path, Text("verrou refusé", "not locked"), remedy: Text("réessayer", "try again"))
        }
        return descriptor
    }

    private func decide(
        _ new: Checkpoint, _ file: String, extends old: Checkpoint, _ proof: ConsistencyProof?
    ) throws(LedgerError) {
        guard new.size >= old.size else {
            throw LedgerError(
                .no, file,
                Text(
                    "plus court que celui signé avant : \(new.size)", "shorter than the one signed before: \(new.size)"),
                remedy: Text("au moins \(old.size) événements", "at least \(old.size) events"))
        }
        var path: [Hash] = []
        if old.size > 0, old.size < new.size {
            guard let proof else {
                throw LedgerError(
                    .usage, "--proof", Text("la preuve de cohérence manque", "the consistency proof is missing"),
                    remedy: Text(
                        "« grandlivre prove --from \(old.size) --to \(new.size) »",
                        "\"grandlivre prove --from \(old.size) --to \(new.size)\""))
            }
            guard proof.from == old.size, proof.to == new.size else {
                throw LedgerError(
                    .badInput, "--proof",
                    Text(
                        "la preuve va de \(proof.from) à \(proof.to)",
                        "the proof goes from \(proof.from) to \(proof.to)"),
                    remedy: Text("de \(old.size) à \(new.size)", "from \(old.size) to \(new.size)"))
            }
            path = proof.path
        }
        let extends = Proof.verifyConsistency(
            first: old.size, second: new.size, firstRoot: old.root, secondRoot: new.root, path: path)
        guard extends else {
            throw LedgerError(
                .no, file,
                Text(
                    "rien ne prouve que ce journal prolonge celui signé avant (\(old.size) événements)",
                    "nothing proves that this log extends the one signed before (\(old.size) events)"),
                remedy: Text(
                    "redemander la preuve; sinon, prévenir les autres témoins",
                    "ask for the proof again; else tell the other witnesses"))
        }
    }
}
