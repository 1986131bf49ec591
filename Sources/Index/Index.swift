package import Bytes
internal import LMDB

/// Everything that is looked up other than by sequence: sorted runs on LMDB and, over them, the rows of the tail in memory.
///
/// `put` and `add` change the overlay only; `flush` makes it a run. Without a reader the whole index lives in memory.
package final class Index {
    package let reader: IndexReader?
    private let table = RowTable()
    private let hotSums: HotSums?
    /// The rows over the runs, all of them.
    var overlay: RowTable {
        if let hotSums, hotSums.count > 0, !hotSums.settle(table) { fail("a sum of the views left 64 bits") }
        return table
    }
    /// What a writer keeps of the runs: newest rows of hot indexes, and which keys of unique indexes the runs may have.
    private var hotRows: HotRows?
    private var ownFailure: String?

    /// - Parameters:
    ///   - reader: the runs; without one the whole index lives in memory.
    ///   - accountSums: the indexes of totals and details that `addToAccount` feeds.
    package init(_ reader: IndexReader?, accountSums: (total: UInt8, detail: UInt8)? = nil) {
        self.reader = reader
        self.hotSums = accountSums.map { HotSums(totalIndex: $0.total, detailIndex: $0.detail) }
    }

    /// Adds to the total of an account, whose key has ten bytes, and to its part of `detail`.
    package func addToAccount(_ high: UInt64, _ low: UInt16, detail: UInt64, _ counters: Counters) {
        guard let hotSums else { preconditionFailure("this index has no account sums") }
        if !hotSums.add(high, low, detail: detail, counters, to: table) { fail("a sum of the views left 64 bits") }
    }

    /// Adds a row whose key nobody has and nobody looks up by itself: it is found by its prefix only.
    package func append(_ key: Bytes, _ value: Bytes) { table.append(key, value) }

    /// Keeps rows of `hot` and `fixed` indexes once they were read, and knows of `unique` indexes which keys are new. For writers.
    ///
    /// A row of a `fixed` index never changes once it is written.
    ///
    /// - Complexity: O(rows of the unique indexes), once.
    package func keepHot(_ hot: Set<UInt8>, fixed: Set<UInt8>, unique: Set<UInt8>) {
        guard let reader else { return }
        hotRows = HotRows(hot: hot, fixed: fixed, unique: unique, reader: reader)
    }

    /// Forgets what was kept, after another process changed the runs.
    package func forget() {
        guard let reader else { return }
        hotRows = hotRows.map { HotRows(hot: $0.hot, fixed: $0.fixed, unique: $0.unique, reader: reader) }
    }

    /// The overlay is about to become part of the runs.
    func keepFlushedRows() {
        guard let hotRows, let reader else { return }
        hotRows.takeOver(overlay, reader: reader)
    }

    /// The first failure of the storage or of a fold; nothing that was read since may be believed.
    package var failure: String? { ownFailure ?? reader?.failure }

    package func fail(_ reason: String) {
        if ownFailure == nil { ownFailure = reason }
    }

    /// Rows that wait in memory.
    package var overlayRows: Int { table.count }
    package var overlayBytes: Int { table.byteCount }

    /// Drops what has not been flushed.
    package func dropOverlay() {
        hotSums?.removeAll()
        table.removeAll()
        ownFailure = nil
    }

    /// The newest value of `key`. Holds until the next change of the index.
    ///
    /// - Complexity: O(1) in the overlay, else one seek a run.
    package func value(_ key: Bytes) -> Bytes? {
        if let value = hotRows?.fixedValue(key) ?? table.value(key) { return value }
        guard let reader else { return nil }
        guard let hotRows else { return reader.value(key) }
        return hotRows.value(key, reader)
    }

    /// The sums of `key`.
    package func counters(_ key: Bytes) -> Counters {
        var sum = overlay.counters(key) ?? Counters()
        if let reader, !sum.add(reader.counters(key)) { fail("a sum of the views left 64 bits") }
        return sum
    }

    package func put(_ key: Bytes, _ value: Bytes) { table.put(key, value) }

    package func add(_ key: Bytes, _ counters: Counters) {
        if !table.add(key, counters) { fail("a sum of the views left 64 bits") }
    }

    /// The combined rows whose key starts with `prefix`, from `start` on, in key order.
    package func rows(prefix: Bytes, from start: Bytes? = nil) -> Rows { Rows(self, prefix: prefix, from: start) }

    func source(prefix: Bytes, from start: Bytes?) -> RowSource {
        var sources: [RowSource] = [TableRows(overlay, prefix: prefix, from: start)]
        if let reader {
            for run in reader.manifest.runs { sources.append(RunRows(reader, run, from: start ?? prefix)) }
        }
        return MergedRows(sources)
    }
}

/// Combined rows in key order. The index must not change while they are read.
package final class Rows {
    private let index: Index
    private let source: RowSource
    private let prefix: [UInt8]
    private var started = false

    init(_ index: Index, prefix: Bytes, from start: Bytes?) {
        self.index = index
        self.prefix = prefix.array
        self.source = index.source(prefix: prefix, from: start)
    }

    /// Moves to the next row; false at the end.
    package func next() -> Bool {
        if started { source.next() }
        started = true
        if let merged = source as? MergedRows, merged.overflowed { index.fail("a sum of the views left 64 bits") }
        guard !source.isAtEnd else { return false }
        return prefix.withBytes { source.key.hasPrefix($0) }
    }

    /// The current row. Holds until `next`.
    package var key: Bytes { source.key }
    package var value: Bytes { source.value }
    package var counters: Counters { source.counters }
}
