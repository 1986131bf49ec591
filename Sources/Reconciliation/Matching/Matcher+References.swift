extension Matcher {
    /// Entries whose end-to-end id is an item's reference: single items first, so that what they leave of a group can be its sum.
    mutating func matchReferences() {
        var later: [Int] = []
        for entry in entries.rows.indices where chains[entry] != 0 && entryStates[entry] == .open {
            let hits = exactItems(entry)
            guard !isPerhapsCut(entry) || !hits.contains(where: { amount(item: $0) == amount(entry: entry) }) else {
                hold(entry, .ambiguous, candidates: hits)
                continue
            }
            if !matchSingle(entry, hits, .reference) { later.append(entry) }
        }
        let takesCut = policy.rules.contains(.referencePrefix)
        // What may be a beginning waits for that rule.
        for entry in later where queries[entry] == 0 || !takesCut { decide(entry, exactItems(entry), .reference) }
    }

    /// Entries in whose text, or as whose batch, an item's reference stands.
    mutating func matchTexts() {
        var later: [Int] = []
        for entry in entries.rows.indices where chains[entry] == 0 && entryStates[entry] == .open {
            let row = entries.rows[entry]
            guard !row.text.isEmpty || !row.batch.isEmpty else { continue }
            let hits = textItems(entry)
            if hits.isEmpty || matchSingle(entry, hits, .referenceText) { continue }
            later.append(entry)
        }
        for entry in later { decide(entry, textItems(entry), .referenceText) }
    }

    /// Entries whose reference was cut off: the only item that begins so, or the only one of them that has the amount and is expected on these days.
    /// A beginning that two entries have is no evidence for either.
    mutating func matchPrefixes() {
        var claims: [(item: Int, entry: Int)] = []
        for entry in entries.rows.indices where queries[entry] != 0 && entryStates[entry] == .open {
            if let item = prefixItem(entry) ?? cutItem(entry), allows(entry, item) { claims.append((item, entry)) }
        }
        claims.sort { ($0.item, $0.entry) < ($1.item, $1.entry) }
        var start = 0
        while start < claims.count {
            var end = start + 1
            while end < claims.count, claims[end].item == claims[start].item { end += 1 }
            settle(claims[start..<end])
            start = end
        }
        for entry in entries.rows.indices
        where queries[entry] != 0 && chains[entry] != 0 && entryStates[entry] == .open {
            decide(entry, exactItems(entry), .reference)
        }
    }

    /// Of several items that begin so, the only one of the amount, where no second is near and it is expected on these days.
    private mutating func cutItem(_ entry: Int) -> Int? {
        let wanted = amount(entry: entry)
        let found = prefixes.items(Int(queries[entry]) - 1)
        guard spend(found.count) else { return nil }
        let near = widened(itemWindow(entry))
        let fitting = found.filter {
            isOpen($0) && amount(item: $0) == wanted && allows(entry, $0) && near.contains(itemPositions[$0])
        }
        guard let item = fitting.first, fitting.count == 1, itemWindow(entry).contains(itemPositions[item]) else {
            return nil
        }
        return item
    }

    private mutating func settle(_ claims: ArraySlice<(item: Int, entry: Int)>) {
        let fitting = claims.filter { isOpen($0.item) && amount(item: $0.item) == amount(entry: $0.entry) }
        if let claim = fitting.first, fitting.count == 1 {
            match(.referencePrefix, entry: claim.entry, item: claim.item)
        }
        for claim in claims where entryStates[claim.entry] == .open {
            if fitting.count > 1, amount(item: claim.item) == amount(entry: claim.entry) {
                block(claim.entry, .ambiguous, candidates: [claim.item])
            } else if !entries.rows[claim.entry].endToEnd.isEmpty, chains[claim.entry] == 0 {
                decide(claim.entry, [claim.item], .referencePrefix)
            }
        }
    }

    /// Reference rules may also take an item that another entry named and disagreed with.
    private func isOpen(_ item: Int) -> Bool {
        switch itemStates[item] {
        case .open, .contested, .blocked: true
        case .matched, .settled: false
        }
    }

    private func allows(_ entry: Int, _ item: Int) -> Bool { classes[entry].allows(items.rows[item].item.kind) }

    /// Matches where the amount, or where that leaves several the party, says which of the named items it is.
    private mutating func matchSingle(_ entry: Int, _ hits: [Int], _ rule: MatchingRule) -> Bool {
        let wanted = amount(entry: entry)
        var only: Int?
        for item in hits where amount(item: item) == wanted && isOpen(item) && allows(entry, item) {
            guard only == nil else { return matchParty(entry, hits, rule) }
            only = item
        }
        guard let only else { return false }
        match(rule, entry: entry, item: only)
        return true
    }

    private mutating func matchParty(_ entry: Int, _ hits: [Int], _ rule: MatchingRule) -> Bool {
        guard party(entry: entry) != 0 else { return false }
        let fitting = hits.filter {
            amount(item: $0) == amount(entry: entry) && isOpen($0) && allows(entry, $0)
                && party(item: $0) == party(entry: entry)
        }
        guard let item = fitting.first, fitting.count == 1 else { return false }
        match(rule, entry: entry, item: item)
        return true
    }

    /// What an entry is that names items, none of which alone has its amount (any more).
    private mutating func decide(_ entry: Int, _ hits: [Int], _ rule: MatchingRule) {
        let allowed = hits.filter { allows(entry, $0) }
        // A charge for a payment bears the payment's reference: it is not the payment.
        guard !allowed.isEmpty, entryStates[entry] == .open, !matchSingle(entry, allowed, rule) else { return }
        let open = allowed.filter(isOpen)
        let wanted = amount(entry: entry)
        guard !open.isEmpty else { return refuse(entry, closed: allowed) }
        let equal = open.filter { amount(item: $0) == wanted }
        guard equal.isEmpty else { return block(entry, .ambiguous, candidates: equal) }
        if rule != .referencePrefix, matchGroup(entry, open) { return }
        let isReversed = open.contains { amount(item: $0) == -wanted }
        block(entry, isReversed ? .signReversed : .amountDiffers, candidates: open)
        for item in open.prefix(MatchException.candidatesMost) {
            if itemStates[item] == .open { itemStates[item] = .blocked }
            if open.count == 1 { parts.append((UInt32(item), UInt32(entry))) }
        }
    }

    /// All items that an entry names belong to entries already.
    private mutating func refuse(_ entry: Int, closed: [Int]) {
        let wanted = amount(entry: entry)
        let equal = closed.filter { amount(item: $0) == wanted }
        if !equal.isEmpty { return block(entry, .duplicate, candidates: equal) }
        let isReversed = closed.contains { amount(item: $0) == -wanted }
        block(entry, isReversed ? .signReversed : .amountDiffers, candidates: closed)
    }

    /// A sum of all that share the reference, or captures among them net of fees.
    private mutating func matchGroup(_ entry: Int, _ open: [Int]) -> Bool {
        let wanted = amount(entry: entry)
        let total = open.reduce(Int64(0)) { $0 + amount(item: $1) }
        let areCaptures = open.allSatisfy { items.rows[$0].item.kind == .settlement && !items.rows[$0].item.isNet }
        let isSum =
            total == wanted
            || (areCaptures && wanted > 0
                && policy.fees.allows(feeMinor: total - wanted, grossMinor: total, captureCount: open.count))
        if isSum { match(.referenceGroup, entries: [entry], items: open) }
        return isSum
    }
}
