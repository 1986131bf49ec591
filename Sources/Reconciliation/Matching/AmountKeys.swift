/// Entries or items by amount, party and day, so that those within a window lie side by side.
struct AmountKeys {
    struct Key: Comparable {
        var amountMinor: Int64
        var party: UInt32
        var position: Int32
        var place: UInt32

        static func < (a: Key, b: Key) -> Bool {
            if a.amountMinor != b.amountMinor { return a.amountMinor < b.amountMinor }
            if a.party != b.party { return a.party < b.party }
            return a.position != b.position ? a.position < b.position : a.place < b.place
        }
    }

    private let keys: ContiguousArray<Key>

    init(_ keys: ContiguousArray<Key>) {
        var keys = keys
        keys.sort()
        self.keys = keys
    }

    /// Places within a window of days, by day, then place.
    /// - Complexity: O(log n).
    func range(amountMinor: Int64, party: UInt32, positions: ClosedRange<Int32>) -> ArraySlice<Key> {
        let first = Key(amountMinor: amountMinor, party: party, position: positions.lowerBound, place: 0)
        let last = Key(amountMinor: amountMinor, party: party, position: positions.upperBound, place: .max)
        let low = keys.partition(before: first)
        return keys[low..<max(low, keys.partition(before: last))]
    }
}

/// Open amounts by party and day, to count how many are near to one.
struct AmountDensity {
    struct Key: Comparable {
        var party: UInt32
        var position: Int32
        var amountMinor: Int64

        static func < (a: Key, b: Key) -> Bool {
            if a.party != b.party { return a.party < b.party }
            return a.position != b.position ? a.position < b.position : a.amountMinor < b.amountMinor
        }
    }

    private let keys: ContiguousArray<Key>

    init(_ keys: ContiguousArray<Key>) {
        var keys = keys
        keys.sort()
        self.keys = keys
    }

    /// - Complexity: O(days · log n).
    func count(party: UInt32, positions: ClosedRange<Int32>, amountsMinor: ClosedRange<Int64>) -> Int {
        var total = 0
        for position in positions {
            let low = keys.partition(
                before: Key(party: party, position: position, amountMinor: amountsMinor.lowerBound))
            let high = keys.partition(
                before: Key(party: party, position: position, amountMinor: amountsMinor.upperBound + 1))
            total += high - low
        }
        return total
    }
}
