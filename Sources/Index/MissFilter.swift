import Bytes

/// Says of most keys that no run has them, so that a new name or a new idempotency key costs no seeks.
///
/// A Bloom filter of about ten bits a key, four probes within one cache line; it never denies a key that is there.
final class MissFilter {
    private var words: [UInt64]
    private var keys = 0
    private let capacity: Int

    /// - Parameter keys: how many it is made for.
    init(keys: Int) {
        capacity = Swift.max(1 << 16, keys * 2)
        var lines = 1
        while lines * 512 < capacity * 10 { lines *= 2 }
        words = [UInt64](repeating: 0, count: lines * 8)
    }

    /// A full filter denies little; make a larger one.
    var isFull: Bool { keys > capacity }

    func insert(_ hash: UInt64) {
        let line = Int(truncatingIfNeeded: hash >> 32) & (words.count / 8 - 1)
        for probe in 0..<4 { words[line * 8 + word(hash, probe)] |= bit(hash, probe) }
        keys += 1
    }

    func mayContain(_ hash: UInt64) -> Bool {
        let line = Int(truncatingIfNeeded: hash >> 32) & (words.count / 8 - 1)
        for probe in 0..<4 where words[line * 8 + word(hash, probe)] & bit(hash, probe) == 0 { return false }
        return true
    }

    private func word(_ hash: UInt64, _ probe: Int) -> Int {
        probe * 2 + Int(truncatingIfNeeded: hash >> UInt64(probe * 7)) & 1
    }
    private func bit(_ hash: UInt64, _ probe: Int) -> UInt64 { 1 << (hash >> UInt64(probe * 7 + 1) & 63) }
}
