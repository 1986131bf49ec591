package import Bytes
package import LMDB

/// Everything that is looked up other than by sequence: sorted runs on LMDB and, over them, the rows of the tail in memory.
///
/// `put` and `add` change the overlay only. A flush freezes it, writes it as a run and drops it; meanwhile a new overlay takes what comes.
/// Without a reader the whole index lives in memory.
package final class Index {
    package let reader: IndexReader?
    private let accountSums: (total: UInt8, detail: UInt8)?
    /// Rows of these indexes are dropped where they are written.
    private let leftOut: IndexSet
    private let leavesOut: Bool
    private var active: Overlay {
        didSet {
            hot = Hot(active, frozen, filter)
            epoch &+= 1
        }
    }
    /// Raised whenever slots of the active table lose their meaning: a `RowPlace` of another epoch is stale.
    @exclusivity(unchecked) private var epoch: UInt64 = 1
    private var frozen: Overlay? { didSet { hot = Hot(active, frozen, filter) } }
    private var frozenThrough: UInt64 = 0
    private var spare: Overlay?
    /// Which keys the runs may have, where a writer asked for it.
    private var filter: RunFilter? { didSet { hot = Hot(active, frozen, filter) } }
    @exclusivity(unchecked) private var hot: Hot
    private var ownFailure: String?
    /// A sum left 64 bits, or the limit that a writer keeps to.
    package private(set) var overflow: String?
    /// Whether sums are held far from the end of 64 bits, which a writer does before it takes an event.
    package var limitsSums = false

    /// No sum over all rows of a key may reach 2^62.
    private static let sumBits: UInt64 = 62
    /// Smaller sums of one overlay are not looked at: four million overlays of them do not reach the limit.
    private static let smallSumBits: UInt64 = 40

    /// - Parameters:
    ///   - reader: the runs; without one the whole index lives in memory.
    ///   - accountSums: the indexes of totals and details that `addToAccount` feeds.
    ///   - leftOut: indexes that nobody is going to read; none of the two that `accountSums` names.
    package init(
        _ reader: IndexReader?, accountSums: (total: UInt8, detail: UInt8)? = nil, leavingOut leftOut: Set<UInt8> = []
    ) {
        self.reader = reader
        self.accountSums = accountSums
        self.leftOut = IndexSet(leftOut)
        self.leavesOut = !leftOut.isEmpty
        let active = Self.overlay(accountSums)
        self.active = active
        self.hot = Hot(active, nil, nil)
    }

    /// What every event reaches for, without counting references: the fields above keep it alive.
    private struct Hot {
        let table: Unmanaged<RowTable>
        let sums: Unmanaged<HotSums>?
        let frozen: Unmanaged<RowTable>?
        let filter: Unmanaged<RunFilter>?

        init(_ active: Overlay, _ frozen: Overlay?, _ filter: RunFilter?) {
            self.table = .passUnretained(active.table)
            self.sums = active.sums.map { .passUnretained($0) }
            self.frozen = frozen.map { .passUnretained($0.table) }
            self.filter = filter.map { .passUnretained($0) }
        }
    }

    private static func overlay(_ accountSums: (total: UInt8, detail: UInt8)?) -> Overlay {
        Overlay(sums: accountSums.map { HotSums(totalIndex: $0.total, detailIndex: $0.detail) })
    }

    /// Remembers of `unique` indexes which keys the runs have: most keys looked up there are new. For writers.
    package func filterMisses(of unique: Set<UInt8>) {
        guard reader != nil else { return }
        filter = RunFilter(unique: unique)
    }

    /// The first failure of the storage or of a fold; nothing that was read since may be believed.
    package var failure: String? { ownFailure ?? overflow ?? reader?.failure }

    package func fail(_ reason: String) {
        if ownFailure == nil { ownFailure = reason }
    }

    /// Says that amounts are too large to be counted: a writer refuses the event at hand, anybody else cannot believe the views.
    package func failSum(_ reason: String = "a sum of the views left 64 bits") {
        if overflow == nil { overflow = reason }
    }

    /// Looks at the sum over all rows of a key, of which the overlay has a large part.
    @inline(never)
    private func checkSum(_ key: Bytes) {
        if counters(key).reach(bits: Self.sumBits) { failSum("a sum of the views would leave 62 bits") }
    }

    // MARK: writing

    /// How often rows were written: a change under `Rows` that are being read is a defect, which debug builds tell.
    fileprivate var changes = 0

    @inline(__always)
    private func willChange() {
        assert(
            {
                changes &+= 1
                return true
            }())
    }

    /// Rows that wait in memory.
    package var overlayRows: Int { active.table.count }

    /// Whether rows of this index are kept.
    @inline(__always)
    package func keeps(_ index: UInt8) -> Bool { !leavesOut || !leftOut.contains(index) }

    package func put(_ key: Bytes, _ value: Bytes) {
        guard keeps(key[0]) else { return }
        willChange()
        hot.table._withUnsafeGuaranteedRef { $0.put(key, value) }
    }

    /// Takes a row away. Only indexes that say so by their first byte (`Combine`) have rows that can be taken away.
    package func remove(_ key: Bytes) {
        precondition(Combine(key: key) == .newestUntilRemoved, "rows of this index stay")
        put(key, Bytes.none)
    }

    /// Adds a row whose key nobody has and nobody looks up by itself: it is found by its prefix only.
    package func append(_ key: Bytes, _ value: Bytes) {
        guard keeps(key[0]) else { return }
        willChange()
        hot.table._withUnsafeGuaranteedRef { $0.append(key, value) }
    }

    package func add(_ key: Bytes, _ counters: Counters) {
        guard keeps(key[0]) else { return }
        willChange()
        guard let sum = hot.table._withUnsafeGuaranteedRef({ $0.add(RowKey(key), counters) }) else { return failSum() }
        if limitsSums, sum.reach(bits: Self.smallSumBits) { checkSum(key) }
    }

    /// Adds to a row that is added to again and again; `place` remembers where it stands.
    @inline(__always)
    package func add(_ place: inout RowPlace, _ counters: Counters, _ key: () -> Bytes) {
        guard !leavesOut || keeps(key()[0]) else { return }
        willChange()
        let sum = hot.table._withUnsafeGuaranteedRef { table in
            if place.epoch != epoch { place = RowPlace(slot: table.counterSlot(RowKey(key())), epoch: epoch) }
            return table.add(slot: place.slot, counters)
        }
        guard let sum else { return failSum() }
        if limitsSums, sum.reach(bits: Self.smallSumBits) { checkSum(key()) }
    }

    /// Adds to the total of an account, whose key has ten bytes, and to its part of `detail`.
    package func addToAccount(_ high: UInt64, _ low: UInt16, detail: UInt64, _ counters: Counters) {
        guard let sums = hot.sums else { preconditionFailure("this index has no account sums") }
        willChange()
        let fits = hot.table._withUnsafeGuaranteedRef { table in
            sums._withUnsafeGuaranteedRef { $0.add(high, low, detail: detail, counters, to: table) }
        }
        if !fits { failSum() }
    }

    // MARK: reading

    /// The newest value of `key`. Holds until the next change of the index.
    ///
    /// - Complexity: O(1) in the overlay, else one seek a run that has the index.
    package func value(_ key: Bytes) -> Bytes? {
        guard let value = newest(key), !key.isRemoved(value) else { return nil }
        return value
    }

    @inline(__always)
    private func newest(_ key: Bytes) -> Bytes? {
        let row = RowKey(key)
        if let value = hot.table._withUnsafeGuaranteedRef({ $0.value(row) }) { return value }
        if let frozen = hot.frozen, let value = frozen._withUnsafeGuaranteedRef({ $0.value(row) }) { return value }
        guard let reader else { return nil }
        if let filter = hot.filter, !filter._withUnsafeGuaranteedRef({ $0.mayContain(row, reader) }) { return nil }
        return reader.value(key)
    }

    /// Says that `value(key)` will be asked soon, for a key that is likely to be new.
    @inline(__always)
    package func foresee(_ key: Bytes) {
        let row = RowKey(key)
        hot.table._withUnsafeGuaranteedRef { $0.prefetchPlace(row) }
        hot.frozen?._withUnsafeGuaranteedRef { $0.prefetchPlace(row) }
        hot.filter?._withUnsafeGuaranteedRef { $0.prefetchLine(row) }
    }

    /// Says that `addToAccount` will be asked soon.
    @inline(__always)
    package func foreseeAccount(_ high: UInt64, _ low: UInt16) {
        hot.sums?._withUnsafeGuaranteedRef { $0.foresee(high, low) }
    }

    /// The sums of `key`.
    package func counters(_ key: Bytes) -> Counters {
        settle(for: key)
        var sum = active.table.counters(key) ?? Counters()
        if let older = frozen?.table.counters(key), !sum.add(older) { failSum() }
        guard let reader else { return sum }
        if let filter = hot.filter, !filter._withUnsafeGuaranteedRef({ $0.mayContain(RowKey(key), reader) }) {
            return sum
        }
        if !sum.add(reader.counters(key)) { failSum() }
        return sum
    }

    /// The combined rows whose key starts with `prefix`, from `start` on, in key order.
    package func rows(prefix: Bytes, from start: Bytes? = nil) -> Rows { Rows(self, prefix: prefix, from: start) }

    /// The tables over the runs, newest first, with all rows that begin with `prefix`.
    func tables(asked prefix: Bytes) -> [RowTable] {
        settle(for: prefix)
        return [active.table, frozen?.table].compactMap { $0 }
    }

    /// Turns account sums into rows where `key` asks for them.
    @inline(__always)
    private func settle(for key: Bytes) {
        guard let accountSums else { return }
        if key.isEmpty || key[0] == accountSums.total || key[0] == accountSums.detail {
            if !active.settle() { failSum() }
        }
    }

    func source(prefix: Bytes, from start: Bytes?) -> MergedRows {
        var sources: [RowSource] = tables(asked: prefix).map {
            prefix.isEmpty ? TableRows($0) : TableRows($0, from: start ?? prefix)
        }
        if let reader {
            sources.append(contentsOf: reader.rows(prefix: prefix, from: start) as [RowSource])
        }
        return MergedRows(sources)
    }

    // MARK: freezing

    /// Sets the overlay aside, to be written as a run while a new one fills. The one before must have been thawed.
    ///
    /// - Parameter folded: it holds the fold of the entries below.
    package func freeze(folded: UInt64) -> FrozenRows {
        precondition(frozen == nil, "an overlay is being written")
        if !active.settle() { failSum() }
        frozen = active
        frozenThrough = folded
        active = spare ?? Self.overlay(accountSums)
        spare = nil
        return FrozenRows(table: frozen?.table ?? active.table)
    }

    /// The frozen overlay has become a run: reads it from there.
    package func thaw() throws(LMDBError) {
        if let frozen {
            filter?.insert(frozen.table)
            frozen.removeAll()
            spare = frozen
        }
        frozen = nil
        try reader?.renew()
    }

    /// Entries below are in the runs or the frozen overlay; those from here on are in the overlay that fills.
    package var settledThrough: UInt64 { frozen == nil ? reader?.manifest.folded ?? 0 : frozenThrough }

    package var isFrozen: Bool { frozen != nil }

    /// Drops what came since the last freeze.
    package func dropActive() {
        willChange()
        active.removeAll()
        overflow = nil
        epoch &+= 1
    }

    /// From now on, until `unmark`, `undo` takes back what comes, at a cost that depends on that alone.
    package func mark() { if !active.mark() { failSum() } }

    /// Nothing is going to be undone.
    package func unmark() { active.table.unmark() }

    /// Goes back to the mark, which is gone then.
    package func undo() {
        willChange()
        active.undo()
        overflow = nil
        epoch &+= 1
    }

    /// Drops what has not been flushed.
    package func dropOverlay() {
        dropActive()
        frozen = nil
        frozenThrough = 0
        ownFailure = nil
    }

    /// Forgets what was kept of the runs, after another process changed them.
    package func forget() {
        filter = filter.map { RunFilter(unique: $0.unique) }
        reader?.forgetFilters()
    }
}

/// Where a summed row stands in the overlay of one index, for those who add to it again and again.
package struct RowPlace {
    fileprivate var slot = 0
    /// 0 is no index's epoch.
    fileprivate var epoch: UInt64 = 0

    package init() {}

    fileprivate init(slot: Int, epoch: UInt64) {
        self.slot = slot
        self.epoch = epoch
    }
}

/// An overlay that nobody changes any more, on its way to another thread.
package struct FrozenRows: @unchecked Sendable {
    let table: RowTable

    package var rows: Int { table.count }
}

/// Combined rows in key order. The index must not change while they are read.
package final class Rows {
    private let index: Index
    private let source: MergedRows
    private let prefix = ByteBuffer(capacity: 64)
    private var started = false
    private let changes: Int

    init(_ index: Index, prefix: Bytes, from start: Bytes?) {
        self.index = index
        self.changes = index.changes
        self.source = index.source(prefix: prefix, from: start)
        self.prefix.append(prefix)
    }

    /// Moves to the next row; false at the end.
    package func next() -> Bool {
        assert(changes == index.changes, "the index changed while its rows were read")
        if started { source.next() }
        started = true
        // Those behind the prefix are nobody's business, and there may be many.
        while !source.isAtEnd, source.key.hasPrefix(prefix.bytes), source.key.isRemoved(source.value) { source.next() }
        if source.overflowed { index.fail("a sum of the views left 64 bits") }
        guard !source.isAtEnd else { return false }
        return source.key.hasPrefix(prefix.bytes)
    }

    /// The current row. Holds until `next`.
    package var key: Bytes { source.key }
    package var value: Bytes { source.value }
    package var counters: Counters { source.counters }
}
