import Bytes

/// Which keys of unique indexes the runs may have, so that a new key costs no seeks.
///
/// It is made by reading those indexes once, and only when as many look-ups have gone to the runs as make that worth its cost: a writer of a few
/// events never pays for it, whatever the log's length. From then on it grows with the runs.
final class RunFilter {
    /// One look-up in the runs costs about as much as reading this many rows.
    private static let rowsPerLookup: UInt64 = 64

    let unique: Set<UInt8>
    private let isUnique: [Bool]
    /// Each four times as large as the one before; the last takes what comes. None until it is worth making one.
    private var filters: [MissFilter] = [] { didSet { asked = filters.map { .passUnretained($0) } } }
    /// The same, for those who ask: nothing is counted.
    @exclusivity(unchecked) private var asked: [Unmanaged<MissFilter>] = []
    private var lookups: UInt64 = 0

    init(unique: Set<UInt8>) {
        self.unique = unique
        isUnique = (0...255).map { unique.contains(UInt8($0)) }
    }

    /// False only when no run has the key.
    @inline(__always)
    func mayContain(_ key: RowKey, _ reader: IndexReader) -> Bool {
        guard isUnique[Int(key.bytes[0])] else { return true }
        guard !asked.isEmpty else { return countLookup(reader) }
        for filter in asked where filter._withUnsafeGuaranteedRef({ $0.mayContain(key.hash) }) { return true }
        return false
    }

    @inline(__always)
    func prefetchLine(_ key: RowKey) {
        for filter in asked { filter._withUnsafeGuaranteedRef { $0.prefetchLine(key.hash) } }
    }

    private func countLookup(_ reader: IndexReader) -> Bool {
        lookups += 1
        let rows = reader.manifest.runs.reduce(UInt64(0)) { $0 + $1.rows }
        if lookups * Self.rowsPerLookup > rows { build(reader) }
        return true
    }

    /// Takes in the keys of an overlay that became a run; the reader does not see that run yet.
    func insert(_ table: RowTable) {
        guard let last = filters.last else { return }
        var batch = FilterBatch(last)
        for slot in 0..<table.count where table.isPlaced(slot: slot) {
            let key = table.key(slot: slot)
            if isUnique[Int(key[0])] { batch.insert(RowKey(key).hash) }
        }
        batch.finish()
        // A full filter denies little; those before it need not be made again.
        if last.isFull { filters.append(MissFilter(keys: last.capacity * 4)) }
    }

    private func build(_ reader: IndexReader) {
        let all = min(reader.manifest.runs.reduce(0) { $0 + Int(clamping: $1.rows) }, reader.rowsMax)
        // Unique rows are a part of all rows; the estimate only sizes the filter.
        let filter = MissFilter(keys: all / 2)
        var batch = FilterBatch(filter)
        for run in reader.manifest.runs {
            for index in unique.sorted() where run.indexes.contains(index) {
                let start = [index]
                let rows = start.withBytes { RunRows(reader, run, from: $0) }
                while !rows.isAtEnd, rows.key[0] == index {
                    batch.insert(RowKey(rows.key).hash)
                    rows.next()
                }
            }
        }
        batch.finish()
        filters = [filter]
        lookups = 0
    }
}

/// Puts hashes into a filter in small groups, so that the waits for lines of a filter larger than the cache overlap.
private struct FilterBatch {
    private let filter: MissFilter
    private var hashes: [UInt64] = []

    init(_ filter: MissFilter) {
        self.filter = filter
        hashes.reserveCapacity(32)
    }

    mutating func insert(_ hash: UInt64) {
        filter.prefetchLine(hash)
        hashes.append(hash)
        if hashes.count == 32 { finish() }
    }

    mutating func finish() {
        for hash in hashes { filter.insert(hash) }
        hashes.removeAll(keepingCapacity: true)
    }
}
