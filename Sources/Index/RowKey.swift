package import Bytes

/// A key as the table compares it: its first 24 bytes as three words, and a hash of it all.
///
/// Nearly every key of the ledger has at most 24 bytes, so nearly every comparison is three words and a length.
package struct RowKey {
    /// Bytes of a key that are compared as words.
    package static let inlineBytes = 24

    package let bytes: Bytes
    /// The key's bytes as they lie in memory, zero behind its end.
    package let words: (UInt64, UInt64, UInt64)
    /// The same on every machine.
    package let hash: UInt64

    @inline(__always)
    package init(_ key: Bytes) {
        bytes = key
        words = Self.words(key)
        if key.count <= Self.inlineBytes {
            let first = mix(
                words.0.littleEndian ^ 0xA076_1D64_78BD_642F,
                words.1.littleEndian ^ 0xE703_7ED1_A0B4_28DB ^ UInt64(truncatingIfNeeded: key.count))
            hash = mix(first ^ 0x8EBC_6AF0_9C88_C6E3, words.2.littleEndian ^ 0x5895_65B1_F2C5_1D5B)
        } else {
            hash = key.stableHash
        }
    }

    /// Reads no byte outside the key.
    @inline(__always)
    static func words(_ key: Bytes) -> (UInt64, UInt64, UInt64) {
        let count = key.count
        if count >= 24 { return (word(key, 0), word(key, 8), word(key, 16)) }
        if count >= 16 { return (word(key, 0), word(key, 8), tail(key, count - 16)) }
        if count >= 8 { return (word(key, 0), tail(key, count - 8), 0) }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(key[index]) << UInt64(index * 8) }
        return (value.littleEndian, 0, 0)
    }

    @inline(__always)
    private static func word(_ key: Bytes, _ offset: Int) -> UInt64 {
        key.base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The last `count` bytes, fewer than eight, of a key that has eight at least.
    @inline(__always)
    private static func tail(_ key: Bytes, _ count: Int) -> UInt64 {
        guard count > 0 else { return 0 }
        let last = UInt64(littleEndian: key.base.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self))
        return (last >> UInt64((8 - count) * 8)).littleEndian
    }
}

@inline(__always)
private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
}
