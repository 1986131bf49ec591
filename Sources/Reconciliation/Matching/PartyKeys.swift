/// Entries or items by party and day.
struct PartyKeys {
    struct Key: Comparable {
        var party: UInt32
        var position: Int32
        var place: UInt32

        static func < (a: Key, b: Key) -> Bool {
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

    var isEmpty: Bool { keys.isEmpty }

    /// Places that are looked at for one question.
    private static let lookedAtMost = 2048

    /// Places of a party within a window that pass, by day; `nil` where they are more than a sum is looked for among.
    func places(party: UInt32, positions: ClosedRange<Int32>, _ passes: (Int) -> Bool) -> [Int]? {
        var found: [Int] = []
        var lookedAt = 0
        var at = keys.partition(before: Key(party: party, position: positions.lowerBound, place: 0))
        while at < keys.count, keys[at].party == party, keys[at].position <= positions.upperBound {
            let place = Int(keys[at].place)
            if passes(place) { found.append(place) }
            lookedAt += 1
            guard found.count <= SubsetSum.amountsMost, lookedAt <= Self.lookedAtMost else { return nil }
            at += 1
        }
        return found
    }
}
