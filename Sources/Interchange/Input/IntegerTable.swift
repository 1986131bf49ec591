/// Whole numbers to small values: an open-addressing table without an object or a hash seed for each entry.
struct IntegerTable {
    // Key + 1, so that zero says "free"; keys stay under 2^63.
    private var keys: [UInt64]
    private var values: [UInt32]
    private(set) var count = 0
    private var shift: UInt64

    init(capacity: Int = 1024) {
        var bits: UInt64 = 4
        while 1 << bits < capacity * 2 { bits += 1 }
        keys = Array(repeating: 0, count: 1 << bits)
        values = Array(repeating: 0, count: 1 << bits)
        shift = 64 - bits
    }

    /// - Complexity: O(1) on average.
    subscript(_ key: UInt64) -> UInt32? {
        let slot = slot(key)
        return keys[slot] == 0 ? nil : values[slot]
    }

    /// Adds the key unless it is there; answers whether it was added.
    /// - Complexity: O(1) amortised.
    mutating func insert(_ key: UInt64, _ value: UInt32) -> Bool {
        if (count + 1) * 2 > keys.count { grow() }
        let slot = slot(key)
        guard keys[slot] == 0 else { return false }
        keys[slot] = key &+ 1
        values[slot] = value
        count += 1
        return true
    }

    /// Where the key is, or would be put.
    private func slot(_ key: UInt64) -> Int {
        // Fibonacci hashing spreads runs of neighbouring numbers.
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while keys[slot] != 0, keys[slot] != key &+ 1 { slot = (slot &+ 1) & (keys.count &- 1) }
        return slot
    }

    private mutating func grow() {
        let old = (keys, values)
        keys = Array(repeating: 0, count: old.0.count * 2)
        values = Array(repeating: 0, count: keys.count)
        shift -= 1
        for (key, value) in zip(old.0, old.1) where key != 0 {
            let slot = slot(key &- 1)
            keys[slot] = key
            values[slot] = value
        }
    }
}
