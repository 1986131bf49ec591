import Bytes
import Crypto

extension Index {
    /// The SHA-256 of the combined rows of each index, in key order: over `key length (2) ‖ key ‖ value length (2) ‖ value`, big-endian.
    ///
    /// It depends on the log alone: not on batches, runs or merges. O(rows).
    package func digests() -> [(index: UInt8, rows: UInt64, digest: [UInt8])] {
        var result: [(UInt8, UInt64, [UInt8])] = []
        var hasher = SHA256()
        var current: UInt8 = 0
        var count: UInt64 = 0
        let lengths = ByteBuffer(capacity: 64)
        let rows = source(prefix: Bytes.none, from: nil)
        while !rows.isAtEnd {
            let key = rows.key
            if count > 0, key[0] != current {
                result.append((current, count, Array(hasher.finalize())))
                hasher = SHA256()
                count = 0
            }
            current = key[0]
            count += 1
            let value = rows.value
            lengths.removeAll()
            lengths.appendBigEndian(UInt16(key.count))
            hasher.update(bufferPointer: lengths.bytes.buffer)
            hasher.update(bufferPointer: key.buffer)
            lengths.removeAll()
            lengths.appendBigEndian(UInt16(value.count))
            hasher.update(bufferPointer: lengths.bytes.buffer)
            hasher.update(bufferPointer: value.buffer)
            rows.next()
        }
        if count > 0 { result.append((current, count, Array(hasher.finalize()))) }
        return result
    }
}
