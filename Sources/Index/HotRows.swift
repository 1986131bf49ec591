import Bytes

/// What a writer keeps in memory of the runs, so that its rules and folds rarely seek.
final class HotRows {
    static let rowBytesMax = 256 << 20

    let hot: Set<UInt8>
    let fixed: Set<UInt8>
    let unique: Set<UInt8>
    private let isHot: [Bool]
    private let isUnique: [Bool]
    private let isFixed: [Bool]
    private let rows = RowTable()
    private var filter: MissFilter

    init(hot: Set<UInt8>, fixed: Set<UInt8>, unique: Set<UInt8>, reader: IndexReader) {
        self.fixed = fixed
        self.isFixed = (0...255).map { fixed.contains(UInt8($0)) }
        self.hot = hot
        self.unique = unique
        self.isHot = (0...255).map { hot.contains(UInt8($0)) || fixed.contains(UInt8($0)) }
        self.isUnique = (0...255).map { unique.contains(UInt8($0)) }
        self.filter = MissFilter(keys: 0)
        buildFilter(reader)
    }

    /// The value of a row that never changes once written, if it is kept: no need to look for a newer one.
    @inline(__always)
    func fixedValue(_ key: Bytes) -> Bytes? { isFixed[Int(key[0])] ? rows.value(key) : nil }

    /// The newest value of `key` in the runs.
    func value(_ key: Bytes, _ reader: IndexReader) -> Bytes? {
        let index = Int(key[0])
        if isUnique[index], !filter.mayContain(key.stableHash) { return nil }
        guard isHot[index] else { return reader.value(key) }
        if let known = rows.value(key) { return known }
        guard let value = reader.value(key) else { return nil }
        if rows.byteCount > Self.rowBytesMax { rows.removeAll() }
        rows.put(key, value)
        return value
    }

    /// Takes over the rows that become a run.
    func takeOver(_ overlay: RowTable, reader: IndexReader) {
        for slot in 0..<overlay.count {
            let key = overlay.key(slot: slot)
            let index = Int(key[0])
            if isUnique[index] { filter.insert(overlay.hash(slot: slot)) }
            if isHot[index] { rows.put(key, overlay.value(slot: slot)) }
        }
        if filter.isFull { buildFilter(reader, adding: overlay) }
        if rows.byteCount > Self.rowBytesMax { rows.removeAll() }
    }

    private func buildFilter(_ reader: IndexReader, adding overlay: RowTable? = nil) {
        let all =
            min(reader.manifest.runs.reduce(0) { $0 + Int(clamping: $1.rows) }, reader.rowsMax) + (overlay?.count ?? 0)
        // Unique rows are a part of all rows; the estimate only sizes the filter.
        filter = MissFilter(keys: all / 4)
        for run in reader.manifest.runs {
            for index in unique.sorted() {
                let start = [index]
                let rows = start.withBytes { RunRows(reader, run, from: $0) }
                while !rows.isAtEnd, rows.key[0] == index {
                    filter.insert(rows.key.stableHash)
                    rows.next()
                }
            }
        }
        guard let overlay else { return }
        for slot in 0..<overlay.count where isUnique[Int(overlay.key(slot: slot)[0])] {
            filter.insert(overlay.hash(slot: slot))
        }
    }
}
