extension Matcher {
    /// Deposits that are several items of their party, in exactly one way.
    mutating func matchSubsets() {
        let keys = openItemsByParty()
        var fits: [(whole: Int, parts: [Int])] = []
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .ordinary {
            guard party(entry: entry) != 0 else { continue }
            let near = keys.places(party: party(entry: entry), positions: widened(itemWindow(entry))) { item in
                classes[entry].allows(items.rows[item].item.kind) && !isContradicted(entry, by: item)
            }
            guard let near else {
                note(entry, .tooMany)
                continue
            }
            guard near.count >= 2 else { continue }
            switch search(near.map { amount(item: $0) }, amount(entry: entry)) {
            case .one(let members):
                let chosen = members.map { near[$0] }
                let window = itemWindow(entry)
                if chosen.allSatisfy({ window.contains(itemPositions[$0]) }) {
                    fits.append((entry, chosen))
                } else {
                    note(entry, .unproven, candidates: chosen)
                }
            case .none: break
            case .several: hold(entry, .ambiguous, candidates: near)
            case .tooMany: note(entry, .tooMany)
            }
        }
        for (entry, members) in uncontested(fits, count: items.count) {
            match(.subset, entries: [entry], items: members.sorted())
        }
        for (entry, members) in fits where entryStates[entry] == .open { hold(entry, .ambiguous, candidates: members) }
    }

    /// Items that the institution booked in several entries: all that bear its reference, or those of its party in exactly one way.
    mutating func matchSplits() {
        matchParts()
        let keys = openEntriesByParty()
        guard !keys.isEmpty else { return }
        var fits: [(whole: Int, parts: [Int])] = []
        for item in items.rows.indices where itemStates[item] == .open && party(item: item) != 0 {
            let near = keys.places(party: party(item: item), positions: widened(entryWindow(item))) { entry in
                classes[entry].allows(items.rows[item].item.kind) && !isContradicted(entry, by: item)
                    && (amount(entry: entry) < 0) == (amount(item: item) < 0)
            }
            guard let near, near.count >= 2 else { continue }
            switch search(near.map { amount(entry: $0) }, amount(item: item)) {
            case .one(let members):
                let chosen = members.map { near[$0] }
                let window = entryWindow(item)
                if chosen.allSatisfy({ window.contains(entryPositions[$0]) }) { fits.append((item, chosen)) }
            case .none, .tooMany: break
            case .several: for entry in near { note(entry, .ambiguous, candidates: [item]) }
            }
        }
        for (item, members) in uncontested(fits, count: entries.count) {
            match(.split, entries: members.sorted(), items: [item])
        }
        for (item, members) in fits where itemStates[item] == .open {
            for entry in members where entryStates[entry] == .open { hold(entry, .ambiguous, candidates: [item]) }
        }
    }

    func openItemsByParty() -> PartyKeys {
        var keys: ContiguousArray<PartyKeys.Key> = []
        for item in items.rows.indices where itemStates[item] == .open && party(item: item) != 0 {
            keys.append(.init(party: party(item: item), position: itemPositions[item], place: UInt32(item)))
        }
        return PartyKeys(keys)
    }

    func openEntriesByParty() -> PartyKeys {
        var keys: ContiguousArray<PartyKeys.Key> = []
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .ordinary {
            guard party(entry: entry) != 0 else { continue }
            keys.append(.init(party: party(entry: entry), position: entryPositions[entry], place: UInt32(entry)))
        }
        return PartyKeys(keys)
    }

    /// Whether a sum of others of the party explains a pair as well: then neither is proven. Where there are too many to look, nothing is proven either.
    mutating func hasOtherSum(entry: Int, item: Int, _ openItems: PartyKeys, _ openEntries: PartyKeys) -> Bool {
        let otherItems = openItems.places(party: party(item: item), positions: itemWindow(entry)) {
            $0 != item && itemStates[$0] == .open
        }
        let otherEntries = openEntries.places(party: party(entry: entry), positions: entryWindow(item)) {
            $0 != entry && entryStates[$0] != .done
        }
        guard let otherItems, let otherEntries else { return true }
        let total = amount(entry: entry)
        return isSum(otherItems.map { amount(item: $0) }, total) || isSum(otherEntries.map { amount(entry: $0) }, total)
    }

    private mutating func isSum(_ amounts: [Int64], _ totalMinor: Int64) -> Bool {
        guard amounts.count >= 2 else { return false }
        guard amounts.count <= policy.subsetCandidatesMost, spend(4 << ((amounts.count + 1) / 2)) else { return true }
        return SubsetSum.find(amounts, totalMinor: totalMinor, sizeLeast: 2) != .none
    }

    /// All entries that bear an item's reference, none of which is its amount, where their sum is.
    private mutating func matchParts() {
        parts.sort { ($0.item, $0.entry) < ($1.item, $1.entry) }
        var start = 0
        while start < parts.count {
            var end = start + 1
            while end < parts.count, parts[end].item == parts[start].item { end += 1 }
            let item = Int(parts[start].item)
            let bearing = parts[start..<end].map { Int($0.entry) }
            let total = bearing.reduce(Int64(0)) { $0 + amount(entry: $1) }
            if bearing.count > 1, itemStates[item] == .blocked, total == amount(item: item) {
                match(.split, entries: bearing, items: [item])
            }
            start = end
        }
    }

    private enum Search {
        case none
        case one([Int])
        case several
        case tooMany
    }

    /// The only sum, where chance would seldom make it; a sum that chance may have made is one of several.
    private mutating func search(_ amounts: [Int64], _ totalMinor: Int64) -> Search {
        let most = policy.subsetCandidatesMost
        guard amounts.count <= most, spend(4 << ((amounts.count + 1) / 2)) else { return .tooMany }
        switch SubsetSum.find(amounts, totalMinor: totalMinor, sizeLeast: 2) {
        case .none: return .none
        case .several: return .several
        case .tooMany: return .tooMany
        case .one(let members):
            let isProven = SubsetSum.isBeyondChance(amounts, size: members.count, limitPpm: policy.chanceSumPpm)
            return isProven ? .one(members) : .several
        }
    }

    /// Those whose parts no other wants.
    private func uncontested(_ fits: [(whole: Int, parts: [Int])], count: Int) -> [(whole: Int, parts: [Int])] {
        guard !fits.isEmpty else { return [] }
        var wanted = ContiguousArray<UInt8>(repeating: 0, count: count)
        for fit in fits {
            for part in fit.parts { wanted[part] = min(2, wanted[part] + 1) }
        }
        return fits.filter { fit in fit.parts.allSatisfy { wanted[$0] == 1 } }
    }
}
