extension Matcher {
    private struct Key: Comparable {
        var amountMinor: Int64
        var reference: UInt64
        var entry: UInt32

        static func < (a: Key, b: Key) -> Bool {
            (a.amountMinor, a.reference, a.entry) < (b.amountMinor, b.reference, b.entry)
        }
    }

    /// Entries that were marked as reversals and those that they take back.
    ///
    /// Where the reference is an item's, the latest entry of the same reference and opposite amount is taken: of one that was booked twice and once reversed
    /// the first remains. Where it is not, only a single entry that says the same of everything, or all entries that bear the reference.
    mutating func pairReversals() {
        let reversals = entries.rows.indices.filter { classes[$0] == .reversal && entryStates[$0] == .open }
        defer { pairUnmarked(areOurs: false) }
        guard !reversals.isEmpty else { return }
        var bearing: [UInt64: Int] = [:]
        var keys: ContiguousArray<Key> = []
        keys.reserveCapacity(entries.count)
        for entry in entries.rows.indices where classes[entry] != .reversal && classes[entry] != .returned {
            let reference = referenceHash(entry)
            keys.append(Key(amountMinor: amount(entry: entry), reference: reference, entry: UInt32(entry)))
            if chains[entry] == 0, !entries.rows[entry].endToEnd.isEmpty { bearing[reference, default: 0] += 1 }
        }
        keys.sort()
        for reversal in reversals { pair(reversal, keys, bearing[referenceHash(reversal)] ?? 0) }
    }

    /// Entries of one reference that take each other back without a mark, as in formats that have none: each with the latest before it of the opposite
    /// amount.
    ///
    /// Of a reference that is no item's, only where all its entries are of one amount: then it is that of one transaction, and not a merchant's or a
    /// customer's number. Of one that is an item's, what the reference rules left: the second of what was booked twice, and what takes it back.
    mutating func pairUnmarked(areOurs: Bool) {
        var bearing: ContiguousArray<Bearing> = []
        for entry in entries.rows.indices
        where !entries.rows[entry].endToEnd.isEmpty && (chains[entry] != 0) == areOurs && isPlain(entry) {
            guard !areOurs || entryStates[entry] != .done && classes[entry] == .ordinary else { continue }
            bearing.append(Bearing(reference: referenceHash(entry), entry: UInt32(entry)))
        }
        guard spend(bearing.count) else { return }
        bearing.sort()
        var start = 0
        while start < bearing.count {
            var end = start + 1
            while end < bearing.count, bearing[end].reference == bearing[start].reference { end += 1 }
            if end - start > 1 { cancel(bearing[start..<end].map { Int($0.entry) }) }
            start = end
        }
    }

    private struct Bearing: Comparable {
        var reference: UInt64
        var entry: UInt32

        static func < (a: Bearing, b: Bearing) -> Bool { (a.reference, a.entry) < (b.reference, b.entry) }
    }

    private func isPlain(_ entry: Int) -> Bool {
        switch classes[entry] {
        case .ordinary, .returned: true
        case .reversal, .fee, .chargeback: false
        }
    }

    /// Pairs entries of one reference and amount, in their order.
    private mutating func cancel(_ found: [Int]) {
        guard let first = found.first else { return }
        let bytes = entries.bytes(of: entries.rows[first].endToEnd)
        let isOne = found.allSatisfy {
            amount(entry: $0).magnitude == amount(entry: first).magnitude
                && entries.bytes(of: entries.rows[$0].endToEnd).elementsEqual(bytes)
        }
        guard isOne else { return }
        var waiting: [Int] = []
        for entry in found where entryStates[entry] != .done {
            if let last = waiting.last, amount(entry: last) == -amount(entry: entry),
                entryPositions[entry] - entryPositions[last] <= policy.reversalDays, isAlike(entry, last),
                chains[entry] != 0 || !isItem(entry) && !isItem(last)
            {
                match(.reversal, entries: [last, entry], items: [])
                waiting.removeLast()
            } else {
                waiting.append(entry)
            }
        }
    }

    /// Whether two entries that no mark joins are with the same party, in the same words: two strangers may use one reference.
    private func isAlike(_ a: Int, _ b: Int) -> Bool {
        // A code says of one that it comes back.
        if classes[a] == .returned || classes[b] == .returned { return true }
        let (a, b) = (entries.rows[a], entries.rows[b])
        return a.item.party == b.item.party
            && (a.item.party != 0
                || entries.bytes(of: a.counterparty).elementsEqual(entries.bytes(of: b.counterparty)))
    }

    /// Whether an item may be the entry though its reference was cut: one that begins so and has the amount. Then a return is that item's.
    private mutating func isItem(_ entry: Int) -> Bool {
        guard spend(items.count) else { return true }
        let bytes = entries.bytes(of: entries.rows[entry].endToEnd)
        return items.rows.indices.contains {
            amount(item: $0) == amount(entry: entry) && items.hasReference($0, beginningWith: bytes)
        }
    }

    private func referenceHash(_ entry: Int) -> UInt64 {
        ReferenceText.hash(entries.bytes(of: entries.rows[entry].endToEnd))
    }

    /// - Parameter bearing: how many entries, of whatever amount, bear its reference.
    private mutating func pair(_ reversal: Int, _ keys: ContiguousArray<Key>, _ bearing: Int) {
        let range = entries.rows[reversal].endToEnd
        let wanted = -amount(entry: reversal)
        let reference = range.isEmpty ? nil : referenceHash(reversal)
        var place = keys.partition(before: Key(amountMinor: wanted, reference: reference ?? 0, entry: 0))
        var found: [Int] = []
        while place < keys.count, keys[place].amountMinor == wanted {
            guard reference == nil || keys[place].reference == reference else { break }
            guard spend(1) else { return note(reversal, .tooMany) }
            let entry = Int(keys[place].entry)
            if isOriginal(entry, of: reversal) { found.append(entry) }
            place += 1
        }
        found.sort()
        guard let last = found.last else { return }
        // A reference that nothing else bears is that of one transaction.
        guard chains[reversal] != 0 || found.count == 1 || !range.isEmpty && found.count == bearing else {
            return note(reversal, .ambiguous)
        }
        match(.reversal, entries: [last, reversal], items: [])
    }

    private func isOriginal(_ entry: Int, of reversal: Int) -> Bool {
        guard entryStates[entry] != .done else { return false }
        let days = entryPositions[reversal] - entryPositions[entry]
        guard days >= 0, days <= policy.reversalDays, entry < reversal || days == 0 else { return false }
        let (a, b) = (entries.rows[entry], entries.rows[reversal])
        guard entries.bytes(of: a.endToEnd).elementsEqual(entries.bytes(of: b.endToEnd)) else { return false }
        guard chains[reversal] == 0 else { return true }
        // The institution marked it as a reversal; its words may say that, too, and differ.
        return a.item.party == b.item.party
    }
}

extension ContiguousArray where Element: Comparable {
    /// The place of the first element that is not before `value`, in an ascending array.
    func partition(before value: Element) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
