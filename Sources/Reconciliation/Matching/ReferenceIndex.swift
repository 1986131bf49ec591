/// Finds the items that have a reference. A hash only says where to look: bytes are compared.
struct ReferenceIndex {
    /// Places in `items.references` plus one; zero is empty.
    private var slots: ContiguousArray<UInt32>
    /// The other half of the hash, so that most comparisons of bytes are spared.
    private var tags: ContiguousArray<UInt32>
    /// The next reference with the same bytes, plus one.
    private var next: ContiguousArray<UInt32>
    /// The item of each reference.
    private var owners: ContiguousArray<UInt32>
    private let mask: Int

    /// - Complexity: O(references).
    init(_ items: BookItems) {
        let count = items.references.count
        var capacity = 16
        while capacity < count * 2 { capacity *= 2 }
        mask = capacity - 1
        slots = ContiguousArray(repeating: 0, count: capacity)
        tags = ContiguousArray(repeating: 0, count: capacity)
        next = ContiguousArray(repeating: 0, count: count)
        owners = ContiguousArray(repeating: 0, count: count)
        // Backwards, so that each chain begins with the lowest item.
        for item in items.rows.indices.reversed() {
            for place in items.rows[item].references.reversed() { insert(place, of: item, items) }
        }
    }

    private mutating func insert(_ place: Int, of item: Int, _ items: BookItems) {
        let bytes = items.bytes[items.references[place].range]
        let hash = ReferenceText.hash(bytes)
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        owners[place] = UInt32(item)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let head = Int(slots[slot]) - 1
            if tags[slot] == tag, items.bytes[items.references[head].range].elementsEqual(bytes) {
                next[place] = slots[slot]
                break
            }
            slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(place + 1)
        tags[slot] = tag
    }

    /// The chain of the items that have this reference; 0 where none has.
    func chain(_ bytes: ArraySlice<UInt8>, in items: BookItems) -> UInt32 {
        let hash = ReferenceText.hash(bytes)
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let head = Int(slots[slot]) - 1
            if tags[slot] == tag, items.bytes[items.references[head].range].elementsEqual(bytes) { return slots[slot] }
            slot = (slot + 1) & mask
        }
        return 0
    }

    /// Appends the items of a chain, ascending, each once. False where they are more than `most`; then none is given.
    func collect(_ chain: UInt32, most: Int, into found: inout [Int]) -> Bool {
        let start = found.count
        var link = chain
        while link != 0 {
            let owner = Int(owners[Int(link) - 1])
            if found.count == start || found[found.count - 1] != owner {
                guard found.count - start < most else {
                    found.removeSubrange(start...)
                    return false
                }
                found.append(owner)
            }
            link = next[Int(link) - 1]
        }
        return true
    }
}
