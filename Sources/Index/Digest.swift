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
        let waiting = ByteBuffer(capacity: 1 << 16)
        let rows = source(prefix: Bytes.none, from: nil)
        rows.isCounted = false
        // Hashed by the buffer: a call for each short field would cost more than the hashing.
        func drain() {
            hasher.update(bufferPointer: waiting.bytes.buffer)
            waiting.removeAll()
        }
        while !rows.isAtEnd {
            let key = rows.key
            guard !key.isRemoved(rows.value) else {
                rows.next()
                continue
            }
            if count > 0, key[0] != current {
                drain()
                result.append((current, count, Array(hasher.finalize())))
                hasher = SHA256()
                count = 0
            }
            current = key[0]
            count += 1
            let value = rows.value
            waiting.appendBigEndian(UInt16(key.count))
            waiting.append(key)
            waiting.appendBigEndian(UInt16(value.count))
            waiting.append(value)
            if waiting.count > 32_768 { drain() }
            rows.next()
        }
        drain()
        if count > 0 { result.append((current, count, Array(hasher.finalize()))) }
        return result
    }
}
