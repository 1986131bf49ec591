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
    /// the first remains. Where it is not, only a single entry that says the same of everything.
    mutating func pairReversals() {
        let reversals = entries.rows.indices.filter { classes[$0] == .reversal && entryStates[$0] == .open }
        guard !reversals.isEmpty else { return }
        var keys: ContiguousArray<Key> = []
        keys.reserveCapacity(entries.count)
        for entry in entries.rows.indices where classes[entry] != .reversal && classes[entry] != .returned {
            keys.append(
                Key(
                    amountMinor: amount(entry: entry), reference: referenceHash(entry), entry: UInt32(entry)))
        }
        keys.sort()
        for reversal in reversals { pair(reversal, keys) }
    }

    private func referenceHash(_ entry: Int) -> UInt64 {
        ReferenceText.hash(entries.bytes(of: entries.rows[entry].endToEnd))
    }

    private mutating func pair(_ reversal: Int, _ keys: ContiguousArray<Key>) {
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
        guard chains[reversal] != 0 || found.count == 1 else { return note(reversal, .ambiguous) }
        match(.reversal, entries: [last, reversal], items: [])
    }

    private func isOriginal(_ entry: Int, of reversal: Int) -> Bool {
        guard entryStates[entry] != .done else { return false }
        let days = entryPositions[reversal] - entryPositions[entry]
        guard days >= 0, days <= policy.reversalDays, entry < reversal || days == 0 else { return false }
        let (a, b) = (entries.rows[entry], entries.rows[reversal])
        guard entries.bytes(of: a.endToEnd).elementsEqual(entries.bytes(of: b.endToEnd)) else { return false }
        guard chains[reversal] == 0 else { return true }
        return a.item.party == b.item.party
            && entries.bytes(of: a.counterparty).elementsEqual(entries.bytes(of: b.counterparty))
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
