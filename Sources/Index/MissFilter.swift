import Bytes

/// Says of most keys that no run has them, so that a new name or a new idempotency key costs no seeks.
///
/// A Bloom filter of at least sixteen bits a key, seven probes within one cache line; it never denies a key that is there.
final class MissFilter {
    private let words: UnsafeMutablePointer<UInt64>
    private let lineMask: Int
    private var keys = 0
    let capacity: Int

    /// - Parameter keys: how many it is made for.
    init(keys: Int) {
        capacity = Swift.max(1 << 16, keys)
        var lines = 1
        while lines * 512 < capacity * 16 { lines *= 2 }
        lineMask = lines - 1
        words = TableMemory.allocate(UInt64.self, capacity: lines * 8)
        words.initialize(repeating: 0, count: lines * 8)
    }

    deinit { TableMemory.deallocate(words) }

    /// A full filter denies little; make a larger one.
    var isFull: Bool { keys > capacity }

    @inline(__always)
    private func line(_ hash: UInt64) -> UnsafeMutablePointer<UInt64> {
        words + (Int(truncatingIfNeeded: hash >> 20) & lineMask) * 8
    }

    /// Nine bits for each probe: a word of the line and a bit of the word.
    @inline(__always)
    private func probes(_ hash: UInt64) -> UInt64 { hash &* 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    func prefetchLine(_ hash: UInt64) { prefetch(line(hash)) }

    func insert(_ hash: UInt64) {
        let line = line(hash)
        var probes = probes(hash)
        for _ in 0..<7 {
            line[Int(truncatingIfNeeded: probes >> 6 & 7)] |= 1 << (probes & 63)
            probes >>= 9
        }
        keys += 1
    }

    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let line = line(hash)
        var probes = probes(hash)
        for _ in 0..<7 {
            if line[Int(truncatingIfNeeded: probes >> 6 & 7)] & (1 << (probes & 63)) == 0 { return false }
            probes >>= 9
        }
        return true
    }
}
