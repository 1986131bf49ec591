import Bytes

/// A row of a table as it is sorted: its first sixteen key bytes as numbers that sort as they do, and its slot.
struct RowItem {
    var high: UInt64
    var low: UInt64
    var slot: UInt32
}

/// The rows of one index of a table in key order: blocks of a few rows, so that a new one moves few others.
struct RowList {
    /// A fuller block is split in two.
    static let blockMax = 128

    /// None is empty.
    var blocks: [[RowItem]] = []
    /// Rows that came since the last question, in the order in which they came.
    var fresh: [UInt32] = []
    /// How often the index was asked by prefix since the table was last emptied.
    var questions = 0

    mutating func removeAll() {
        blocks.removeAll(keepingCapacity: true)
        fresh.removeAll(keepingCapacity: true)
        questions = 0
    }

    /// Forgets the rows from a slot on.
    mutating func removeAll(from slot: Int) {
        for block in blocks.indices { blocks[block].removeAll { $0.slot >= slot } }
        blocks.removeAll(where: \.isEmpty)
        fresh.removeAll { $0 >= slot }
    }
}

/// A place between two rows of a list.
struct RowListPlace {
    var block: Int
    var at: Int
}

extension RowTable {
    @inline(__always)
    func item(_ slot: UInt32) -> RowItem {
        let key = slots[Int(slot)].key
        return RowItem(high: UInt64(bigEndian: key.0), low: UInt64(bigEndian: key.1), slot: slot)
    }

    /// Whether the row's key comes before `key`, whose first words are `high` and `low`.
    @inline(__always)
    private func precedes(_ item: RowItem, _ high: UInt64, _ low: UInt64, _ key: Bytes) -> Bool {
        if item.high != high { return item.high < high }
        if item.low != low { return item.low < low }
        return self.key(slot: Int(item.slot)) < key
    }

    /// Sorts in what came since the last question.
    ///
    /// - Complexity: O(log rows of the index + `RowList.blockMax`) a row; O(1) for one behind all others.
    private func settleList(_ index: Int) {
        guard !lists[index].fresh.isEmpty else { return }
        let fresh = lists[index].fresh
        lists[index].fresh.removeAll(keepingCapacity: true)
        for slot in fresh { insert(slot, in: index) }
    }

    private func insert(_ slot: UInt32, in index: Int) {
        let new = item(slot)
        let key = key(slot: Int(slot))
        guard let last = lists[index].blocks.last?.last else { return lists[index].blocks.append([new]) }
        var place = RowListPlace(block: lists[index].blocks.count - 1, at: lists[index].blocks.last?.count ?? 0)
        if !precedes(last, new.high, new.low, key) {
            place = self.place(in: index, notBefore: key)
        }
        lists[index].blocks[place.block].insert(new, at: place.at)
        let count = lists[index].blocks[place.block].count
        guard count > RowList.blockMax else { return }
        // Rows that come in order fill their blocks; the others split theirs in the middle.
        let cut = place.at == count - 1 ? count - 1 : count / 2
        let upper = Array(lists[index].blocks[place.block][cut...])
        lists[index].blocks[place.block].removeSubrange(cut...)
        lists[index].blocks.insert(upper, at: place.block + 1)
    }

    /// The place before the first row whose key is not before `key`; at the end of the last block when there is none.
    private func place(in index: Int, notBefore key: Bytes) -> RowListPlace {
        let words = RowKey.words(key)
        let high = UInt64(bigEndian: words.0)
        let low = UInt64(bigEndian: words.1)
        // The first block whose last row is not before the key.
        var from = 0
        var to = lists[index].blocks.count
        while from < to {
            let middle = (from &+ to) / 2
            let block = lists[index].blocks[middle]
            if precedes(block[block.count &- 1], high, low, key) { from = middle &+ 1 } else { to = middle }
        }
        guard from < lists[index].blocks.count else {
            return RowListPlace(block: max(0, from - 1), at: lists[index].blocks.last?.count ?? 0)
        }
        let block = lists[index].blocks[from]
        var low0 = 0
        var high0 = block.count
        while low0 < high0 {
            let middle = (low0 &+ high0) / 2
            if precedes(block[middle], high, low, key) { low0 = middle &+ 1 } else { high0 = middle }
        }
        return RowListPlace(block: from, at: low0)
    }

    /// The rows of one block from the first key that is not before `key` on, in key order; none at the end of the index.
    ///
    /// From the first question on, the index is kept in order while rows come.
    /// - Complexity: O(rows of the table) at the first question, then O(log rows of the index) and what came since.
    func block(_ index: UInt8, notBefore key: Bytes) -> ArraySlice<RowItem> {
        ask(index)
        let place = place(in: Int(index), notBefore: key)
        guard place.block < lists[Int(index)].blocks.count else { return [] }
        return lists[Int(index)].blocks[place.block][place.at...]
    }

    /// The slots of the last rows under `prefix` that come before `end`, the last one first.
    ///
    /// - Complexity: that of `block`, and O(limit).
    func last(under prefix: Bytes, before end: Bytes, limit: Int) -> [UInt32] {
        ask(prefix[0])
        let index = Int(prefix[0])
        var place = place(in: index, notBefore: end)
        var found: [UInt32] = []
        while found.count < limit, place.block < lists[index].blocks.count {
            guard place.at > 0 else {
                guard place.block > 0 else { break }
                place.block -= 1
                place.at = lists[index].blocks[place.block].count
                continue
            }
            place.at -= 1
            let slot = lists[index].blocks[place.block][place.at].slot
            guard key(slot: Int(slot)).hasPrefix(prefix) else { break }
            found.append(slot)
        }
        return found
    }

    private func ask(_ index: UInt8) {
        follow(index)
        lists[Int(index)].questions += 1
        settleList(Int(index))
    }

    /// Keeps the rows of an index in order from now on.
    private func follow(_ index: UInt8) {
        guard !followed.contains(index) else { return }
        if lists.isEmpty { lists = Array(repeating: RowList(), count: 256) }
        followed.insert(index)
        let sorted = self.sorted(index: index)
        var blocks: [[RowItem]] = []
        blocks.reserveCapacity(sorted.count / RowList.blockMax + 1)
        var at = 0
        while at < sorted.count {
            let end = min(sorted.count, at + RowList.blockMax)
            blocks.append(sorted[at..<end].map { item($0) })
            at = end
        }
        lists[Int(index)].blocks = blocks
    }

    /// The rows are gone: goes on keeping those indexes in order that were asked more than now and then.
    func emptyLists() {
        guard !lists.isEmpty else { return }
        var kept = IndexSet()
        for index in 0..<256 {
            if lists[index].questions >= Self.questionsWorthFollowing { kept.insert(UInt8(index)) }
            lists[index].removeAll()
        }
        followed = kept
    }

    private static let questionsWorthFollowing = 8
}
