import Bytes

/// A sorted sequence of rows: a run, the overlay, or both combined.
///
/// `key`, `value` and `counters` hold the current row until `next` is called. A base class with stored rows rather than a protocol: merging reads
/// keys far more often than it moves.
class RowSource {
    final var key = Bytes.none
    /// For rows that are summed this is the encoded form of `counters`.
    final var value = Bytes.none
    final var isAtEnd = true

    /// The current row of a summed index.
    var counters: Counters { Counters(encoded: value) ?? Counters() }

    func next() {}
}

/// The rows of a table in key order.
final class TableRows: RowSource {
    private let table: RowTable
    private let order: [UInt32]
    private var at: Int
    private let scratch = ByteBuffer(capacity: 64)

    init(_ table: RowTable, prefix: Bytes? = nil, from start: Bytes? = nil) {
        self.table = table
        self.order = table.sorted(prefix: prefix)
        self.at = 0
        super.init()
        if let start {
            at = order.firstIndex { !(table.key(slot: Int($0)) < start) } ?? order.count
        }
        load()
    }

    override func next() {
        at += 1
        load()
    }

    private func load() {
        isAtEnd = at >= order.count
        guard !isAtEnd else { return }
        let slot = Int(order[at])
        key = table.key(slot: slot)
        guard Combine(key: key) == .sum else {
            value = table.value(slot: slot)
            return
        }
        scratch.removeAll()
        table.counters(slot: slot).encode(to: scratch)
        value = scratch.bytes
    }
}

/// Several sources as one: equal keys combined, newest source first.
///
/// The sources stand in the order of their keys; the foremost moves on and is put back where it belongs, most often in front.
/// - Complexity: O(1) a row where neighbours come from one source, O(sources) at worst; there are at most some tens.
final class MergedRows: RowSource {
    /// Those not at their end, by key and then by age.
    private var waiting: [(source: RowSource, age: Int)] = []
    /// How many of them, from the front, have the current key.
    private var current = 0
    private var sum = Counters()
    private let scratch = ByteBuffer(capacity: 64)
    /// A sum that left 64 bits: the view is damaged.
    private(set) var overflowed = false

    /// - Parameter sources: newest first.
    init(_ sources: [RowSource]) {
        super.init()
        for (age, source) in sources.enumerated() where !source.isAtEnd { insert((source, age)) }
        settle()
    }

    override var counters: Counters { sum }

    private func insert(_ item: (source: RowSource, age: Int)) {
        var at = 0
        while at < waiting.count {
            let order = waiting[at].source.key.compare(item.source.key)
            if order > 0 || order == 0 && waiting[at].age > item.age { break }
            at += 1
        }
        waiting.insert(item, at: at)
    }

    override func next() {
        if current == 1 {
            let foremost = waiting[0]
            foremost.source.next()
            if !foremost.source.isAtEnd, waiting.count == 1 || foremost.source.key < waiting[1].source.key {
                return settle()
            }
            waiting.removeFirst()
            if !foremost.source.isAtEnd { insert(foremost) }
            return settle()
        }
        let moved = Array(waiting[0..<current])
        waiting.removeFirst(current)
        for item in moved {
            item.source.next()
            if !item.source.isAtEnd { insert(item) }
        }
        settle()
    }

    private func settle() {
        guard let first = waiting.first?.source else {
            isAtEnd = true
            current = 0
            return
        }
        isAtEnd = false
        key = first.key
        current = 1
        while current < waiting.count, waiting[current].source.key == key { current += 1 }
        value = first.value
        guard Combine(key: key) == .sum else { return }
        sum = first.counters
        guard current > 1 else { return }
        for index in 1..<current where !sum.add(waiting[index].source.counters) { overflowed = true }
        scratch.removeAll()
        sum.encode(to: scratch)
        value = scratch.bytes
    }
}
