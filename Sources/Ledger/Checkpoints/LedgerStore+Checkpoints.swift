import Bytes
import Commerce
package import EventLog
import LMDB
package import Transparency

/// Checkpoints of a ledger: its root at a size, signed by the ledger's own key and by witnesses.
extension LedgerStore {
    /// Signs the root of all that is recorded, and keeps it. The signer's name must be the ledger's origin.
    ///
    /// - Parameter head: what somebody looked at already, which others may have added to since.
    /// Throws `.inputOutput` where the log no longer extends the newest checkpoint that it keeps: a ledger that was rewritten is not signed.
    package func signCheckpoint(_ signer: NoteSigner, at head: LogHead? = nil) throws(LedgerError) -> SignedCheckpoint {
        guard signer.verifier.name == log.format.origin, signer.verifier.algorithm == .ed25519 else {
            throw LedgerError(
                .badInput, signer.verifier.name,
                Text("ce n’est pas l’origine de ce grand livre", "not the origin of this ledger"),
                remedy: Text("signer au nom de \(log.format.origin)", "sign in the name of \(log.format.origin)"))
        }
        if let last = try checkpoints().last { try require(last.checkpoint) }
        let newest = try reading { transaction throws(LMDBError) in try log.head(in: transaction) }
        let head = head ?? newest
        let checkpoint = Checkpoint(origin: log.format.origin, size: head.count, root: head.root)
        let signed: SignedCheckpoint
        do throws(NoteError) {
            signed = try SignedCheckpoint(checkpoint, by: signer)
        } catch {
            throw LedgerError(error, Self.place(head.count))
        }
        return try keep(signed)
    }

    /// Keeps a checkpoint of this log, for example one that came back with signatures of witnesses; signatures that the ledger has of the same text stay under it.
    ///
    /// Throws `.no` for a root that this log never had at that size.
    package func keep(_ signed: SignedCheckpoint) throws(LedgerError) -> SignedCheckpoint {
        let checkpoint = signed.checkpoint
        guard checkpoint.origin == log.format.origin, try isOurs(checkpoint) else {
            throw LedgerError(
                .no, Self.place(checkpoint.size),
                Text(
                    "ce n’est pas la racine de ce grand livre à cette taille",
                    "not the root of this ledger at that size"),
                remedy: Text("un point de contrôle de \(log.format.origin)", "a checkpoint of \(log.format.origin)"))
        }
        var kept = signed.note
        try storage { () throws(LMDBError) in
            try log.keep(checkpoint: checkpoint.size) { stored in
                if let stored, let earlier = try? SignedNote(stored), earlier.text == kept.text {
                    let new = kept.signatures
                    kept = earlier
                    for signature in new { kept.add(signature) }
                }
                return Array(kept.encoded.utf8)
            }
        }
        return signed.with(kept)
    }

    /// All checkpoints that the ledger keeps, by size, as they stand; nothing is verified.
    package func checkpoints() throws(LedgerError) -> [(checkpoint: Checkpoint, note: SignedNote)] {
        let notes = try reading { transaction throws(LMDBError) in try log.checkpoints(in: transaction) }
        var read: [(Checkpoint, SignedNote)] = []
        for stored in notes {
            guard let note = try? SignedNote(stored), let checkpoint = try? Checkpoint(text: note.text) else {
                throw LedgerError.damaged(directory, "a checkpoint that is none")
            }
            read.append((checkpoint, note))
        }
        return read
    }

    /// The kept checkpoint of exactly that size; of the newest that has more than `sequence`; else the newest. Throws `.notFound`.
    ///
    /// It is one that the log still has: throws `.inputOutput` where entries below it were changed.
    package func checkpoint(
        size: UInt64? = nil, covering sequence: UInt64? = nil
    ) throws(LedgerError) -> (checkpoint: Checkpoint, note: SignedNote) {
        let all = try checkpoints()
        let found = all.last { kept in
            size.map { $0 == kept.checkpoint.size } ?? true && sequence.map { $0 < kept.checkpoint.size } ?? true
        }
        guard let found else {
            throw LedgerError(
                .notFound, size.map { Self.place($0) } ?? "checkpoint",
                all.isEmpty
                    ? Text("aucun point de contrôle n’est signé", "no checkpoint is signed")
                    : size != nil
                        ? Text("aucun point de contrôle de cette taille", "no checkpoint of that size")
                        : Text("aucun point de contrôle ne le couvre", "no checkpoint covers it"),
                remedy: all.isEmpty || size == nil
                    ? Text("« grandlivre checkpoint sign --key FICHIER »", "\"grandlivre checkpoint sign --key FILE\"")
                    : Text("« grandlivre checkpoint list »", "\"grandlivre checkpoint list\""))
        }
        try require(found.checkpoint)
        return found
    }

    /// A checkpoint that the ledger keeps must be its own still.
    private func require(_ kept: Checkpoint) throws(LedgerError) {
        guard try isOurs(kept) else {
            throw LedgerError(
                .inputOutput, Self.place(kept.size),
                Text(
                    "le journal ne prolonge plus ce qu’il avait signé : il a été réécrit",
                    "the log no longer extends what it had signed: it was rewritten"),
                remedy: Text("restaurer une copie, prévenir les témoins", "restore a copy, tell the witnesses"))
        }
    }

    private func isOurs(_ checkpoint: Checkpoint) throws(LedgerError) -> Bool {
        try reading { transaction throws(LMDBError) in
            guard checkpoint.size <= (try log.head(in: transaction).count) else { return false }
            return try log.root(atSize: checkpoint.size, in: transaction) == checkpoint.root
        }
    }

    private static func place(_ size: UInt64) -> String { "checkpoint \(size)" }

    /// Reads the log in a snapshot of its own.
    func reading<R>(_ body: (borrowing ReadTransaction) throws(LMDBError) -> R) throws(LedgerError) -> R {
        try storage { () throws(LMDBError) in try body(try log.environment.read()) }
    }

    /// What the storage says, as an error of the ledger.
    private func storage<R>(_ body: () throws(LMDBError) -> R) throws(LedgerError) -> R {
        do throws(LMDBError) {
            return try body()
        } catch {
            throw LedgerError(error, directory)
        }
    }
}
