import Bytes

/// Sums that most events add to: an account's total, and the part of it that belongs to one detail (a day).
///
/// Both are rows in the end; until somebody reads them, or a flush writes them, an account is one place in memory, found by its number.
final class HotSums {
    struct Entry {
        /// The ten bytes that total and detail keys share, as numbers.
        var high: UInt64
        var low: UInt16
        var detail: UInt64
        var total: Counters
        var part: Counters
    }

    /// First bytes of the keys of totals and of details.
    let totalIndex: UInt8
    let detailIndex: UInt8
    @exclusivity(unchecked) private var entries: UnsafeMutablePointer<Entry>
    @exclusivity(unchecked) private var capacity = 1 << 10
    @exclusivity(unchecked) private(set) var count = 0
    @exclusivity(unchecked) private var positions: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private var mask = (1 << 11) - 1
    private let key = ByteBuffer(capacity: 64)

    init(totalIndex: UInt8, detailIndex: UInt8) {
        self.totalIndex = totalIndex
        self.detailIndex = detailIndex
        entries = TableMemory.allocate(Entry.self, capacity: capacity)
        positions = TableMemory.allocate(UInt32.self, capacity: mask + 1)
        positions.initialize(repeating: .max, count: mask + 1)
    }

    deinit {
        TableMemory.deallocate(entries)
        TableMemory.deallocate(positions)
    }

    @inline(__always)
    private func place(_ high: UInt64, _ low: UInt16) -> Int {
        let mixed = (high ^ UInt64(low) &* 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: mixed.high ^ mixed.low) & mask
    }

    @inline(__always)
    func foresee(_ high: UInt64, _ low: UInt16) { prefetch(positions + place(high, low)) }

    /// Adds to an account; false when a sum left 64 bits. A change of detail moves the part it had to `table`.
    func add(_ high: UInt64, _ low: UInt16, detail: UInt64, _ counters: Counters, to table: RowTable) -> Bool {
        var at = place(high, low)
        while positions[at] != .max {
            let index = Int(positions[at])
            if entries[index].high == high, entries[index].low == low {
                var fits = true
                if entries[index].detail != detail {
                    fits = settlePart(entries[index], table)
                    entries[index].detail = detail
                    entries[index].part = Counters()
                }
                return entries[index].part.add(counters) && entries[index].total.add(counters) && fits
            }
            at = (at &+ 1) & mask
        }
        if count == capacity { grow() }
        entries[count] = Entry(high: high, low: low, detail: detail, total: counters, part: counters)
        positions[at] = UInt32(count)
        count += 1
        if count * 2 > mask { growPositions() }
        return true
    }

    private func grow() {
        let larger = TableMemory.allocate(Entry.self, capacity: capacity * 2)
        larger.update(from: entries, count: count)
        TableMemory.deallocate(entries)
        entries = larger
        capacity *= 2
    }

    private func growPositions() {
        TableMemory.deallocate(positions)
        mask = mask * 2 + 1
        positions = TableMemory.allocate(UInt32.self, capacity: mask + 1)
        positions.initialize(repeating: .max, count: mask + 1)
        for index in 0..<count {
            var at = place(entries[index].high, entries[index].low)
            while positions[at] != .max { at = (at &+ 1) & mask }
            positions[at] = UInt32(index)
        }
    }

    private func begin(_ index: UInt8, _ entry: Entry) {
        key.removeAll()
        key.append(index)
        key.appendBigEndian(entry.high)
        key.appendBigEndian(entry.low)
    }

    private func settlePart(_ entry: Entry, _ table: RowTable) -> Bool {
        begin(detailIndex, entry)
        key.appendBigEndian(entry.detail)
        return table.add(key.bytes, entry.part) != nil
    }

    /// Turns everything into rows of `table`; false when a sum left 64 bits.
    func settle(_ table: RowTable) -> Bool {
        var fits = true
        for index in 0..<count {
            begin(totalIndex, entries[index])
            fits = table.add(key.bytes, entries[index].total) != nil && fits
            fits = settlePart(entries[index], table) && fits
        }
        removeAll()
        return fits
    }

    func removeAll() {
        count = 0
        positions.update(repeating: .max, count: mask + 1)
    }
}
