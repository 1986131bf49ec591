import Bytes

/// A sorted sequence of rows: a run, the overlay, or both combined.
///
/// `key`, `value` and `counters` hold the current row until `next` is called. A base class with stored rows rather than a protocol: merging reads
/// keys far more often than it moves.
class RowSource {
    @exclusivity(unchecked) final var key = Bytes.none
    /// For rows that are summed this is the encoded form of `counters`.
    @exclusivity(unchecked) final var value = Bytes.none
    @exclusivity(unchecked) final var isAtEnd = true

    /// The current row of a summed index.
    var counters: Counters { Counters(encoded: value) ?? Counters() }

    func next() {}
}

/// The rows of a table in key order, all of them or those of one index.
final class TableRows: RowSource {
    private let table: RowTable
    /// Of one index: the block that is being read. The table may change meanwhile; the next block is found by the key of the last row of this one.
    @exclusivity(unchecked) private var block: ArraySlice<RowItem> = []
    private let index: UInt8?
    /// Of all indexes: the slots in order.
    private let order: [UInt32]
    @exclusivity(unchecked) private var at = 0
    private let scratch = ByteBuffer(capacity: 64)
    private static let ahead = 12

    /// All rows. Remembers nothing in the table, which another thread may be reading.
    init(_ table: RowTable) {
        self.table = table
        self.order = table.sorted()
        self.index = nil
        super.init()
        load()
    }

    /// Those of the index that `start` begins with, from `start` on.
    init(_ table: RowTable, from start: Bytes) {
        self.table = table
        self.order = []
        self.index = start[0]
        super.init()
        block = table.block(start[0], notBefore: start)
        at = block.startIndex
        load()
    }

    override func next() {
        at += 1
        load()
    }

    private func load() {
        let slot: Int
        if let index {
            if at == block.endIndex, let last = block.last { turn(index, after: last) }
            isAtEnd = at >= block.endIndex
            guard !isAtEnd else { return }
            slot = Int(block[at].slot)
        } else {
            isAtEnd = at >= order.count
            guard !isAtEnd else { return }
            slot = Int(order[at])
            // Rows lie in the order in which they came: the next ones are somewhere else in memory.
            if at &+ Self.ahead < order.count { table.prefetchRow(slot: order[at &+ Self.ahead]) }
        }
        key = table.key(slot: slot)
        guard Combine(key: key) == .sum else {
            value = table.value(slot: slot)
            return
        }
        scratch.removeAll()
        table.counters(slot: slot).encode(to: scratch)
        value = scratch.bytes
    }

    /// Goes on to the block that follows.
    private func turn(_ index: UInt8, after last: RowItem) {
        // The smallest key behind another is that key and a zero byte.
        scratch.removeAll()
        scratch.append(table.key(slot: Int(last.slot)))
        scratch.append(UInt8(0))
        block = table.block(index, notBefore: scratch.bytes)
        at = block.startIndex
        for item in block { table.prefetchRow(slot: item.slot) }
    }
}

/// Several sources as one: equal keys combined, newest source first.
///
/// The sources stand in the order of their keys, which are compared by their first sixteen bytes as numbers; the foremost moves on and is put back where
/// it belongs, most often in front.
/// - Complexity: O(1) a row where neighbours come from one source, O(sources) at worst; there are at most some tens.
final class MergedRows: RowSource {
    private struct Head {
        var high: UInt64
        var low: UInt64
        var age: Int
        var source: Unmanaged<RowSource>
    }

    /// Keeps the sources alive; `heads` borrows them.
    private let sources: [RowSource]
    /// Those not at their end, by key and then by age.
    private let heads: UnsafeMutablePointer<Head>
    @exclusivity(unchecked) private var waiting = 0
    /// How many of them, from the front, have the current key.
    @exclusivity(unchecked) private var current = 0
    @exclusivity(unchecked) private var sum = Counters()
    private let scratch = ByteBuffer(capacity: 64)
    /// A sum that left 64 bits: the view is damaged.
    @exclusivity(unchecked) private(set) var overflowed = false

    /// - Parameter sources: newest first.
    init(_ sources: [RowSource]) {
        self.sources = sources
        heads = .allocate(capacity: Swift.max(1, sources.count))
        super.init()
        for (age, source) in sources.enumerated() where !source.isAtEnd {
            var head = Head(high: 0, low: 0, age: age, source: .passUnretained(source))
            Self.read(&head)
            insert(head, from: 0)
            waiting += 1
        }
        settle()
    }

    deinit { heads.deallocate() }

    override var counters: Counters { sum }

    @inline(__always)
    private static func read(_ head: inout Head) {
        let words = head.source._withUnsafeGuaranteedRef { RowKey.words($0.key) }
        head.high = UInt64(bigEndian: words.0)
        head.low = UInt64(bigEndian: words.1)
    }

    /// Whether `a` stands before `b`.
    @inline(__always)
    private static func precedes(_ a: Head, _ b: Head) -> Bool {
        if a.high != b.high { return a.high < b.high }
        if a.low != b.low { return a.low < b.low }
        let order = a.source._withUnsafeGuaranteedRef { first in
            b.source._withUnsafeGuaranteedRef { first.key.compare($0.key) }
        }
        return order != 0 ? order < 0 : a.age < b.age
    }

    /// Puts `head` where it belongs among the `waiting` heads behind `from`, which is free.
    @inline(__always)
    private func insert(_ head: Head, from: Int) {
        var at = from
        while at < waiting, Self.precedes(heads[at], head) { at &+= 1 }
        var last = waiting
        while last > at {
            heads[last] = heads[last &- 1]
            last &-= 1
        }
        heads[at] = head
    }

    override func next() {
        // The last of those with the current key first, so that the places in front stay theirs.
        var moved = current
        while moved > 0 {
            moved &-= 1
            advance(at: moved)
        }
        settle()
    }

    /// Moves the source at `place` on and behind those that now precede it.
    @inline(__always)
    private func advance(at place: Int) {
        var head = heads[place]
        head.source._withUnsafeGuaranteedRef { $0.next() }
        var at = place
        guard head.source._withUnsafeGuaranteedRef({ !$0.isAtEnd }) else {
            waiting &-= 1
            while at < waiting {
                heads[at] = heads[at &+ 1]
                at &+= 1
            }
            return
        }
        Self.read(&head)
        while at &+ 1 < waiting, Self.precedes(heads[at &+ 1], head) {
            heads[at] = heads[at &+ 1]
            at &+= 1
        }
        heads[at] = head
    }

    private func settle() {
        guard waiting > 0 else {
            isAtEnd = true
            current = 0
            return
        }
        isAtEnd = false
        let first = heads[0]
        first.source._withUnsafeGuaranteedRef {
            key = $0.key
            value = $0.value
        }
        current = 1
        while current < waiting, heads[current].high == first.high, heads[current].low == first.low,
            heads[current].source._withUnsafeGuaranteedRef({ $0.key == key })
        {
            current &+= 1
        }
        guard Combine(key: key) == .sum else { return }
        guard current > 1 || isCounted else { return }
        sum = first.source._withUnsafeGuaranteedRef { $0.counters }
        guard current > 1 else { return }
        for index in 1..<current {
            let part = heads[index].source._withUnsafeGuaranteedRef { $0.counters }
            if !sum.add(part) { overflowed = true }
        }
        scratch.removeAll()
        sum.encode(to: scratch)
        value = scratch.bytes
    }

    /// Whether `counters` is asked for; a merge only moves encoded sums that nothing is added to.
    @exclusivity(unchecked) var isCounted = true
}
