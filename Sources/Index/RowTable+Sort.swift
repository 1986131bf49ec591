import Bytes

extension RowTable {
    /// Fewer rows are sorted faster by comparing.
    private static let radixMin = 128

    /// The slots in key order, all of them or those of one index.
    ///
    /// Rows are dealt out by their first byte, the index, and then sorted by those bytes that differ within it, last byte first.
    /// - Complexity: O(n · differing bytes), at most sixteen.
    func sorted(index: UInt8? = nil) -> [UInt32] {
        var counts = [Int](repeating: 0, count: 256)
        for slot in 0..<count { counts[Int(firstByte(slot))] += 1 }
        if let index {
            for other in 0..<256 where other != Int(index) { counts[other] = 0 }
        }
        let total = counts.reduce(0, +)
        guard total > 0 else { return [] }
        let items = UnsafeMutablePointer<RowItem>.allocate(capacity: total)
        let scratch = UnsafeMutablePointer<RowItem>.allocate(capacity: total)
        defer {
            items.deallocate()
            scratch.deallocate()
        }
        var starts = [Int](repeating: 0, count: 256)
        for byte in 1..<256 { starts[byte] = starts[byte - 1] + counts[byte - 1] }
        var next = starts
        for slot in 0..<count {
            let byte = firstByte(slot)
            if let index, byte != index { continue }
            items[next[Int(byte)]] = item(UInt32(truncatingIfNeeded: slot))
            next[Int(byte)] += 1
        }
        for byte in 0..<256 where counts[byte] > 1 { sort(items + starts[byte], scratch, counts[byte]) }
        return [UInt32](unsafeUninitializedCapacity: total) { buffer, filled in
            for index in 0..<total { buffer[index] = items[index].slot }
            filled = total
        }
    }

    @inline(__always)
    private func firstByte(_ slot: Int) -> UInt8 { UInt8(truncatingIfNeeded: slots[slot].key.0.littleEndian) }

    private func sort(_ items: UnsafeMutablePointer<RowItem>, _ scratch: UnsafeMutablePointer<RowItem>, _ count: Int) {
        guard count >= Self.radixMin else { return compareSort(items, 0..<count) }
        var differsHigh: UInt64 = 0
        var differsLow: UInt64 = 0
        for index in 1..<count {
            differsHigh |= items[index].high ^ items[0].high
            differsLow |= items[index].low ^ items[0].low
        }
        var from = items
        var to = scratch
        for digit in 0..<16 {
            let shift = UInt64(digit & 7) * 8
            guard (digit < 8 ? differsLow : differsHigh) >> shift & 0xFF != 0 else { continue }
            withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
                places.initialize(repeating: 0)
                if digit < 8 {
                    for index in 0..<count { places[Int(from[index].low >> shift & 0xFF)] &+= 1 }
                } else {
                    for index in 0..<count { places[Int(from[index].high >> shift & 0xFF)] &+= 1 }
                }
                var start = 0
                for value in 0..<256 {
                    let here = places[value]
                    places[value] = start
                    start &+= here
                }
                for index in 0..<count {
                    let item = from[index]
                    let value = Int((digit < 8 ? item.low : item.high) >> shift & 0xFF)
                    to[places[value]] = item
                    places[value] &+= 1
                }
            }
            swap(&from, &to)
        }
        if from != items { items.update(from: from, count: count) }
        sortTies(items, count)
    }

    /// Rows that agree in their first sixteen bytes are told apart by the rest.
    private func sortTies(_ items: UnsafeMutablePointer<RowItem>, _ count: Int) {
        var start = 0
        while start < count {
            var end = start &+ 1
            while end < count, items[end].high == items[start].high, items[end].low == items[start].low { end &+= 1 }
            if end - start > 1 { compareSort(items, start..<end) }
            start = end
        }
    }

    private func compareSort(_ items: UnsafeMutablePointer<RowItem>, _ range: Range<Int>) {
        var part = UnsafeMutableBufferPointer(start: items + range.lowerBound, count: range.count)
        part.sort { a, b in
            if a.high != b.high { return a.high < b.high }
            if a.low != b.low { return a.low < b.low }
            return key(slot: Int(a.slot)) < key(slot: Int(b.slot))
        }
    }
}
