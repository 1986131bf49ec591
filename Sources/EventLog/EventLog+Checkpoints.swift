import Bytes
package import LMDB

/// Signed checkpoints that the ledger keeps, in the database `format`: "checkpoint" ‖ size (8, big-endian) → the note, as text.
///
/// What a note says, its reader verifies.
extension EventLog {
    private static let prefix = Array("checkpoint".utf8)

    /// Keeps the note of a checkpoint. `merged` makes it of the one that is stored under the same size, in the transaction that writes it.
    ///
    /// It takes no `writer.lock`: nothing that a writer knows of the log changes, and whoever writes can so be signed at any time.
    package func keep(checkpoint size: UInt64, _ merged: (_ stored: [UInt8]?) -> [UInt8]) throws(LMDBError) {
        let key = Self.checkpointKey(size)
        try environment.write { transaction throws(LMDBError) in
            let stored = try transaction.get(formatDatabase, key.bytes)
            let note = merged(try stored.map { stored throws(LMDBError) in try self.note(stored, key.bytes) })
            let value = ByteBuffer(capacity: note.count + 64)
            note.withBytes { value.append($0) }
            value.appendChecksum(under: key.bytes)
            try transaction.put(formatDatabase, key.bytes, value.bytes)
        }
    }

    /// The notes of all checkpoints, by size.
    package func checkpoints(in transaction: borrowing ReadTransaction) throws(LMDBError) -> [[UInt8]] {
        var notes: [[UInt8]] = []
        let cursor = try transaction.cursor(formatDatabase)
        let first = Self.checkpointKey(0)
        var entry = try cursor.seek(atOrAfter: first.bytes)
        while let current = entry, Self.prefix.withBytes({ current.key.hasPrefix($0) }) {
            notes.append(try note(current.value, current.key))
            entry = try cursor.next()
        }
        return notes
    }

    private static func checkpointKey(_ size: UInt64) -> ByteBuffer {
        let key = ByteBuffer(capacity: 64)
        prefix.withBytes { key.append($0) }
        key.appendBigEndian(size)
        return key
    }

    private func note(_ stored: Bytes, _ key: Bytes) throws(LMDBError) -> [UInt8] {
        guard let note = stored.checked(under: key) else { throw damaged("a checkpoint") }
        return note.array
    }
}
