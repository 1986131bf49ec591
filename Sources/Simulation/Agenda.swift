/// What will happen next: deeds by time, then by the order in which they were planned.
struct Agenda<Deed> {
    private struct Entry {
        let atUs: Int64
        let number: UInt64
        let deed: Deed

        func precedes(_ other: Entry) -> Bool { (atUs, number) < (other.atUs, other.number) }
    }

    private var heap: [Entry] = []
    private var planned: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    /// When the next deed happens.
    var nextUs: Int64? { heap.first?.atUs }

    /// - Complexity: O(log deeds).
    mutating func plan(_ deed: Deed, at us: Int64) {
        planned += 1
        heap.append(Entry(atUs: us, number: planned, deed: deed))
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// - Complexity: O(log deeds).
    mutating func takeNext() -> (atUs: Int64, deed: Deed)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.atUs, first.deed) }
        heap[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { break }
            let child = left + 1 < heap.count && heap[left + 1].precedes(heap[left]) ? left + 1 : left
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return (first.atUs, first.deed)
    }
}
