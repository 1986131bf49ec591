internal import Bytes

/// A sorted sequence of rows: a run, the overlay, or both combined.
///
/// `key` and `value` hold the current row until `next` is called.
protocol RowSource: AnyObject {
    var key: Bytes { get }
    /// For rows that are summed this is the encoded form of `counters`.
    var value: Bytes { get }
    var counters: Counters { get }
    var isAtEnd: Bool { get }
    func next()
}

/// The rows of a table in key order.
final class TableRows: RowSource {
    private let table: RowTable
    private let order: [UInt32]
    private var at = 0
    private let scratch = ByteBuffer(capacity: 64)

    init(_ table: RowTable, prefix: Bytes? = nil, from start: Bytes? = nil) {
        self.table = table
        let sorted = table.sorted(prefix: prefix)
        if let start {
            let first = sorted.firstIndex { !(table.key(slot: Int($0)) < start) } ?? sorted.count
            self.order = Array(sorted[first...])
        } else {
            self.order = sorted
        }
    }

    var isAtEnd: Bool { at >= order.count }
    var key: Bytes { table.key(slot: Int(order[at])) }
    var counters: Counters { table.counters(slot: Int(order[at])) }

    var value: Bytes {
        guard Combine(key: key) == .sum else { return table.value(slot: Int(order[at])) }
        scratch.removeAll()
        counters.encode(to: scratch)
        return scratch.bytes
    }

    func next() { at += 1 }
}

/// Several sources as one: equal keys combined, newest source first.
///
/// - Complexity: O(sources) a row; there are at most some tens.
final class MergedRows: RowSource {
    private let sources: [any RowSource]
    private var current: [Int] = []
    private var sum = Counters()
    private let scratch = ByteBuffer(capacity: 64)
    /// A sum that left 64 bits: the view is damaged.
    private(set) var overflowed = false

    /// - Parameter sources: newest first.
    init(_ sources: [any RowSource]) {
        self.sources = sources
        settle()
    }

    var isAtEnd: Bool { current.isEmpty }
    var key: Bytes { sources[current[0]].key }
    var counters: Counters { sum }

    var value: Bytes {
        guard Combine(key: key) == .sum else { return sources[current[0]].value }
        if current.count == 1 { return sources[current[0]].value }
        scratch.removeAll()
        sum.encode(to: scratch)
        return scratch.bytes
    }

    func next() {
        for index in current { sources[index].next() }
        settle()
    }

    private func settle() {
        current.removeAll(keepingCapacity: true)
        for (index, source) in sources.enumerated() where !source.isAtEnd {
            guard let best = current.first else {
                current.append(index)
                continue
            }
            let order = source.key.compare(sources[best].key)
            if order < 0 {
                current.removeAll(keepingCapacity: true)
                current.append(index)
            } else if order == 0 {
                current.append(index)
            }
        }
        guard let first = current.first, Combine(key: sources[first].key) == .sum else { return }
        sum = sources[first].counters
        for index in current.dropFirst() where !sum.add(sources[index].counters) { overflowed = true }
    }
}
