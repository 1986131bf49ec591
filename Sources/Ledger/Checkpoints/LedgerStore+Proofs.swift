import Bytes
import Commerce
import EventLog
import LMDB
package import Transparency

/// What the ledger proves of its own log.
extension LedgerStore {
    /// How many events are recorded.
    package func size() throws(LedgerError) -> UInt64 {
        try reading { transaction throws(LMDBError) in try log.head(in: transaction).count }
    }

    package func root(atSize size: UInt64) throws(LedgerError) -> Hash {
        try reading { transaction throws(LMDBError) in try log.root(atSize: size, in: transaction) }
    }

    /// The proof that the event at `sequence` stands in the log: to the newest checkpoint that covers it, or to that of a size.
    ///
    /// Throws `.notFound` for an event or a checkpoint that is not there. O(log n), and at most 255 entries hashed a level.
    package func proof(of sequence: UInt64, size: UInt64? = nil) throws(LedgerError) -> InclusionProof {
        let entry = try reading { transaction throws(LMDBError) in try log.entry(sequence, in: transaction)?.array }
        guard let entry else { throw Self.noEvent(sequence, of: try self.size()) }
        if let size, size <= sequence {
            throw LedgerError(
                .usage, "--size \(size)", Text("l’événement \(sequence) vient après", "event \(sequence) comes later"),
                remedy: Text("plus que \(sequence)", "more than \(sequence)"))
        }
        let (checkpoint, note) = try checkpoint(size: size, covering: sequence)
        let path = try reading { transaction throws(LMDBError) in
            try log.inclusionProof(sequence, size: checkpoint.size, in: transaction)
        }
        return InclusionProof(sequence: sequence, entry: entry, path: path, checkpoint: note.encoded)
    }

    package static func noEvent(_ sequence: UInt64, of size: UInt64) -> LedgerError {
        LedgerError(
            .notFound, "\(sequence)", Text("aucun événement de cette séquence", "no event of that sequence"),
            remedy: size == 0
                ? Text("le journal est vide", "the log is empty")
                : Text("de 0 à \(size - 1)", "0 to \(size - 1)"))
    }

    /// The proof that the log of `second` events extends that of `first`; `second` is the newest checkpoint's size where it is not said.
    ///
    /// Checkpoints that the ledger keeps of the two sizes go with it. Throws `.notFound` for a size beyond the log.
    package func proof(from first: UInt64, to second: UInt64?) throws(LedgerError) -> ConsistencyProof {
        let size = try self.size()
        let kept = try checkpoints()
        let second = second ?? kept.last?.checkpoint.size ?? size
        guard first <= second, second <= size else {
            throw LedgerError(
                .notFound, "--from \(first) --to \(second)",
                Text("le journal compte \(size) événements", "the log has \(size) events"),
                remedy: Text("0 ≤ from ≤ to ≤ \(size)", "0 ≤ from ≤ to ≤ \(size)"))
        }
        func note(_ size: UInt64) throws(LedgerError) -> String? {
            guard kept.contains(where: { $0.checkpoint.size == size }) else { return nil }
            return try checkpoint(size: size).note.encoded
        }
        let path = try reading { transaction throws(LMDBError) in
            try log.consistencyProof(from: first, to: second, in: transaction)
        }
        return ConsistencyProof(
            from: first, to: second, fromRoot: try root(atSize: first), toRoot: try root(atSize: second), path: path,
            fromCheckpoint: try note(first), checkpoint: try note(second))
    }
}
