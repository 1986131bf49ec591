package import Bytes
package import LMDB

/// Writes rows, which must come in ascending key order, as the chunks of one run.
///
/// A chunk is an LMDB value of at most 1 984 bytes, the last four its checksum, under `run (4 bytes) ‖ key of its last row`, so that one seek at or after
/// a key finds the chunk in which it lies. Each row in it is `shared (1) ‖ rest (1) ‖ value length (varint) ‖ rest of the key ‖ value`, where `shared` counts the leading
/// bytes it has in common with the row before; the first row of a chunk shares none.
package struct RunWriter: ~Copyable {
    private let database: Database
    private let run: UInt32
    private let chunk = ByteBuffer(capacity: RowLimits.chunkBytes + 64)
    private let chunkKey = ByteBuffer(capacity: 300)
    private let lastKey = ByteBuffer(capacity: 300)
    package private(set) var rows: UInt64 = 0
    package private(set) var bytes: UInt64 = 0
    private(set) var indexes = IndexSet()

    package init(run: UInt32, database: Database) {
        self.run = run
        self.database = database
    }

    package mutating func append(_ key: Bytes, _ value: Bytes, to transaction: borrowing WriteTransaction)
        throws(LMDBError)
    {
        var shared = 0
        if chunk.count > 0 {
            shared = lastKey.bytes.sharedPrefix(key)
            if chunk.count + 4 + key.count - shared + value.count > RowLimits.chunkBytes - Bytes.checksumBytes {
                try flush(to: transaction)
                shared = 0
            }
        }
        chunk.append(UInt8(truncatingIfNeeded: shared))
        chunk.append(UInt8(truncatingIfNeeded: key.count &- shared))
        chunk.appendVarint(UInt64(value.count))
        chunk.append(key.dropFirst(shared))
        chunk.append(value)
        lastKey.removeAll()
        lastKey.append(key)
        rows += 1
        indexes.insert(key[0])
    }

    /// Writes what is pending; call it before the transaction ends.
    package mutating func flush(to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard chunk.count > 0 else { return }
        chunkKey.removeAll()
        chunkKey.appendBigEndian(run)
        chunkKey.append(lastKey.bytes)
        chunk.appendChecksum(under: chunkKey.bytes)
        try transaction.put(database, chunkKey.bytes, chunk.bytes, append: true)
        bytes += UInt64(chunk.count + chunkKey.count)
        chunk.removeAll()
    }
}

extension Bytes {
    /// How many leading bytes two keys have in common.
    @inline(__always)
    fileprivate func sharedPrefix(_ other: Bytes) -> Int {
        let limit = Swift.min(count, other.count)
        var at = 0
        while at &+ 8 <= limit {
            let differs =
                base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                ^ other.base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            if differs != 0 { return at &+ differs.littleEndian.trailingZeroBitCount / 8 }
            at &+= 8
        }
        while at < limit, self[at] == other[at] { at &+= 1 }
        return at
    }
}
