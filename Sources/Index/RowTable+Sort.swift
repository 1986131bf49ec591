import Bytes

/// What `RowTable.ordered` remembers: the table as it was, how often it has been asked since, and the order once that was worth making.
struct RowOrder {
    var count = -1
    var generation: UInt32 = 0
    var questions = 0
    var slots: [UInt32] = []
}

/// The rows of one index: those in key order, and those that came since.
struct RowList {
    /// How many wait before they are sorted in.
    static let freshMax = 48

    var sorted: [UInt32] = []
    var fresh: [UInt32] = []
    /// How often the index was asked by prefix since the program began; see `RowTable.ordered`.
    var questions = 0

    mutating func removeAll() {
        sorted.removeAll(keepingCapacity: true)
        fresh.removeAll(keepingCapacity: true)
    }

    /// Forgets the rows from a slot on.
    mutating func removeAll(from slot: Int) {
        sorted.removeAll { $0 >= slot }
        fresh.removeAll { $0 >= slot }
    }
}

extension RowTable {
    /// The slots of a followed index whose key starts with `prefix`, in key order.
    ///
    /// - Complexity: O(rows found + log rows of the index); one insertion costs O(rows of the index / `RowList.freshMax`).
    private func followed(prefix: Bytes) -> [UInt32] {
        let place = Int(prefix[0])
        if lists[place].fresh.count > RowList.freshMax { settle(place) }
        var found: [UInt32] = []
        let sorted = lists[place].sorted
        var at = firstPlace(in: sorted, notBefore: prefix)
        while at < sorted.count, key(slot: Int(sorted[at])).hasPrefix(prefix) {
            found.append(sorted[at])
            at += 1
        }
        let ordered = found.count
        for slot in lists[place].fresh where key(slot: Int(slot)).hasPrefix(prefix) { found.append(slot) }
        if found.count > ordered { found.sort { key(slot: Int($0)) < key(slot: Int($1)) } }
        return found
    }

    /// Sorts in what came since.
    private func settle(_ place: Int) {
        var fresh = lists[place].fresh
        fresh.sort { key(slot: Int($0)) < key(slot: Int($1)) }
        let sorted = lists[place].sorted
        var merged: [UInt32] = []
        merged.reserveCapacity(sorted.count + fresh.count)
        var at = 0
        for slot in fresh {
            let key = key(slot: Int(slot))
            while at < sorted.count, self.key(slot: Int(sorted[at])) < key {
                merged.append(sorted[at])
                at += 1
            }
            merged.append(slot)
        }
        merged.append(contentsOf: sorted[at...])
        lists[place].sorted = merged
        lists[place].fresh.removeAll(keepingCapacity: true)
    }

    /// Whether an index was asked often enough while rows came for its rows to be kept in order.
    private func isFollowed(_ index: UInt8, hasChanged: Bool) -> Bool {
        if followed.contains(index) { return true }
        guard hasChanged else { return false }
        if lists.isEmpty { lists = Array(repeating: RowList(), count: 256) }
        lists[Int(index)].questions += 1
        guard lists[Int(index)].questions > Self.questionsWorthSorting else { return false }
        follow(index)
        return true
    }

    /// The slots in key order and the place of the first one at or after `start`; those that follow may have another prefix.
    ///
    /// A table that is asked again and again without taking new rows is sorted as a whole, once: then a question costs a binary search.
    /// An index that is asked again and again while the table takes new rows is kept in order by itself.
    /// - Complexity: O(rows) the first times, then O(log rows) and the rows found.
    func ordered(prefix: Bytes, from start: Bytes?) -> (slots: [UInt32], at: Int) {
        let hasChanged = order.count != count || order.generation != generation
        if hasChanged { order = RowOrder(count: count, generation: generation) }
        if !prefix.isEmpty, isFollowed(prefix[0], hasChanged: hasChanged) {
            let slots = followed(prefix: prefix)
            return (slots, firstPlace(in: slots, notBefore: start ?? prefix))
        }
        order.questions += 1
        if order.questions == Self.questionsWorthSorting { order.slots = sorted() }
        let slots = order.slots.isEmpty ? sorted(prefix: prefix) : order.slots
        return (slots, firstPlace(in: slots, notBefore: start ?? prefix))
    }

    private static let questionsWorthSorting = 8

    private func firstPlace(in slots: [UInt32], notBefore start: Bytes) -> Int {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if key(slot: Int(slots[middle])) < start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A row's first sixteen key bytes as numbers that sort as they do.
    private struct Item {
        var high: UInt64
        var low: UInt64
        var slot: UInt32
    }

    /// Fewer rows are sorted faster by comparing.
    private static let radixMin = 128

    /// The slots in key order, all of them or those whose key starts with `prefix`.
    ///
    /// Rows are dealt out by their first byte, the index, and then sorted by those bytes that differ within it, last byte first.
    /// - Complexity: O(n · differing bytes), at most sixteen.
    func sorted(prefix: Bytes? = nil) -> [UInt32] {
        var counts = [Int](repeating: 0, count: 256)
        var wanted: [UInt32] = []
        if let prefix {
            for index in 0..<count where key(slot: index).hasPrefix(prefix) {
                wanted.append(UInt32(index))
                counts[Int(key(slot: index)[0])] += 1
            }
        } else {
            for index in 0..<count { counts[Int(firstByte(index))] += 1 }
        }
        let total = prefix == nil ? count : wanted.count
        guard total > 0 else { return [] }
        let items = UnsafeMutablePointer<Item>.allocate(capacity: total)
        let scratch = UnsafeMutablePointer<Item>.allocate(capacity: total)
        defer {
            items.deallocate()
            scratch.deallocate()
        }
        var starts = [Int](repeating: 0, count: 256)
        for byte in 1..<256 { starts[byte] = starts[byte - 1] + counts[byte - 1] }
        var next = starts
        func deal(_ index: Int) {
            let byte = Int(firstByte(index))
            items[next[byte]] = Item(
                high: UInt64(bigEndian: slots[index].key.0), low: UInt64(bigEndian: slots[index].key.1),
                slot: UInt32(index))
            next[byte] += 1
        }
        if prefix == nil { for index in 0..<total { deal(index) } } else { for index in wanted { deal(Int(index)) } }
        for byte in 0..<256 where counts[byte] > 1 { sort(items + starts[byte], scratch, counts[byte]) }
        return [UInt32](unsafeUninitializedCapacity: total) { buffer, filled in
            for index in 0..<total { buffer[index] = items[index].slot }
            filled = total
        }
    }

    @inline(__always)
    private func firstByte(_ slot: Int) -> UInt8 { UInt8(truncatingIfNeeded: slots[slot].key.0.littleEndian) }

    private func sort(_ items: UnsafeMutablePointer<Item>, _ scratch: UnsafeMutablePointer<Item>, _ count: Int) {
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
    private func sortTies(_ items: UnsafeMutablePointer<Item>, _ count: Int) {
        var start = 0
        while start < count {
            var end = start &+ 1
            while end < count, items[end].high == items[start].high, items[end].low == items[start].low { end &+= 1 }
            if end - start > 1 { compareSort(items, start..<end) }
            start = end
        }
    }

    private func compareSort(_ items: UnsafeMutablePointer<Item>, _ range: Range<Int>) {
        var part = UnsafeMutableBufferPointer(start: items + range.lowerBound, count: range.count)
        part.sort { a, b in
            if a.high != b.high { return a.high < b.high }
            if a.low != b.low { return a.low < b.low }
            return key(slot: Int(a.slot)) < key(slot: Int(b.slot))
        }
    }
}
