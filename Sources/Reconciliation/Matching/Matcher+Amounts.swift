extension Matcher {
    /// What besides the amount and the day has to agree.
    enum AmountEvidence {
        case party
        /// Nothing: then fewer days are allowed.
        case alone
    }

    /// Both sides by amount (and party), and how dense the open amounts lie.
    private struct Tables {
        var entries: AmountKeys
        var items: AmountKeys
        var density: AmountDensity
        /// Amounts of all items, ascending; empty where the party is known.
        var amounts: ContiguousArray<Int64>
        /// Empty where the party is not asked.
        var partyItems: PartyKeys
        var partyEntries: PartyKeys
    }

    /// Codes that say the opposite of the sign. A reference may still tell whose such an entry is; amounts may not.
    mutating func holdContradictorySigns() {
        let directions = entries.codes.map(policy.direction)
        guard directions.contains(where: { $0 != 0 }) else { return }
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .ordinary {
            let direction = directions[Int(entries.rows[entry].code)]
            if direction != 0, amount(entry: entry).signum() == -direction { hold(entry, .signReversed) }
        }
    }

    /// Entries and items of one amount within the window, where either is the other's only candidate and chance would seldom do the same.
    mutating func matchAmounts(_ evidence: AmountEvidence) {
        let tables = tables(evidence)
        for entry in entries.rows.indices where entryStates[entry] == .open {
            guard isAsked(entry, evidence) else { continue }
            let range = tables.items.range(
                amountMinor: amount(entry: entry), party: evidence == .party ? party(entry: entry) : 0,
                positions: widened(itemWindow(entry)))
            guard !range.isEmpty else { continue }
            guard spend(range.count < 64 ? range.count : 64) else {
                hold(entry, .tooMany)
                continue
            }
            consider(entry, range, evidence, tables)
        }
    }

    private func isAsked(_ entry: Int, _ evidence: AmountEvidence) -> Bool {
        evidence == .alone || party(entry: entry) != 0
    }

    private func tables(_ evidence: AmountEvidence) -> Tables {
        var entryKeys: ContiguousArray<AmountKeys.Key> = []
        var itemKeys: ContiguousArray<AmountKeys.Key> = []
        var densityKeys: ContiguousArray<AmountDensity.Key> = []
        // Held entries count as rivals: that they were refused does not make them somebody else's.
        for entry in entries.rows.indices where entryStates[entry] == .open || entryStates[entry] == .held {
            guard isAsked(entry, evidence) else { continue }
            entryKeys.append(
                .init(
                    amountMinor: amount(entry: entry), party: evidence == .party ? party(entry: entry) : 0,
                    position: entryPositions[entry], place: UInt32(entry)))
        }
        for item in items.rows.indices where itemStates[item] == .open || itemStates[item] == .contested {
            let party = evidence == .party ? party(item: item) : 0
            guard evidence == .alone || party != 0 else { continue }
            itemKeys.append(
                .init(
                    amountMinor: amount(item: item), party: party, position: itemPositions[item], place: UInt32(item)))
            densityKeys.append(
                .init(party: party, position: itemPositions[item], amountMinor: amount(item: item)))
        }
        var amounts: ContiguousArray<Int64> = []
        if evidence == .alone { amounts = ContiguousArray(items.rows.lazy.map(\.item.amountMinor)) }
        amounts.sort()
        return Tables(
            entries: AmountKeys(entryKeys), items: AmountKeys(itemKeys), density: AmountDensity(densityKeys),
            amounts: amounts, partyItems: evidence == .party ? openItemsByParty() : PartyKeys([]),
            partyEntries: evidence == .party ? openEntriesByParty() : PartyKeys([]))
    }

    /// Days on which an entry's item may have been expected.
    func itemWindow(_ entry: Int) -> ClosedRange<Int32> {
        let position = entryPositions[entry]
        return (position - policy.daysAfter)...(position + policy.daysBefore)
    }

    /// Days in which there must be no second candidate.
    func widened(_ window: ClosedRange<Int32>) -> ClosedRange<Int32> {
        (window.lowerBound - policy.daysGuard)...(window.upperBound + policy.daysGuard)
    }

    /// Days on which an item's entry may be booked.
    func entryWindow(_ item: Int) -> ClosedRange<Int32> {
        let position = itemPositions[item]
        return (position - policy.daysBefore)...(position + policy.daysAfter)
    }

    private mutating func consider(
        _ entry: Int, _ range: ArraySlice<AmountKeys.Key>, _ evidence: AmountEvidence, _ tables: Tables
    ) {
        let candidates = range.lazy.map { Int($0.place) }
        // A charge has no candidates but charges, and an entry of a known party none of another; all of its amount are rivals.
        let hasCandidate = candidates.prefix(64).contains {
            isPartyCompatible(entry, $0) && classes[entry].allows(items.rows[$0].item.kind)
        }
        guard hasCandidate else { return }
        guard let key = range.first, range.count == 1 else {
            if evidence == .party, pairInterchangeable(entry, range, tables) { return }
            if entryStates[entry] == .open { hold(entry, .ambiguous, candidates: candidates) }
            return
        }
        let item = Int(key.place)
        guard itemStates[item] == .open || itemStates[item] == .contested else { return }
        let rivals = tables.entries.range(
            amountMinor: key.amountMinor, party: key.party, positions: widened(entryWindow(item)))
        guard itemWindow(entry).contains(itemPositions[item]) else { return note(entry, .unproven, candidates: [item]) }
        guard rivals.count == 1 else {
            if itemStates[item] == .open { itemStates[item] = .contested }
            return hold(entry, .ambiguous, candidates: [item])
        }
        guard isProven(entry, item, evidence, tables) else { return hold(entry, .unproven, candidates: [item]) }
        if evidence == .party, hasOtherSum(entry: entry, item: item, tables.partyItems, tables.partyEntries) {
            return hold(entry, .ambiguous, candidates: [item])
        }
        match(evidence == .party ? .amountAndParty : .amountAlone, entry: entry, item: item)
    }

    private func isPartyCompatible(_ entry: Int, _ item: Int) -> Bool {
        party(entry: entry) == 0 || party(item: item) == 0 || party(entry: entry) == party(item: item)
    }

    private func isProven(_ entry: Int, _ item: Int, _ evidence: AmountEvidence, _ tables: Tables) -> Bool {
        guard classes[entry].allows(items.rows[item].item.kind), !isContradicted(entry, by: item) else { return false }
        guard !items.rows[item].item.isExpected || itemPositions[item] <= entryPositions[entry] else { return false }
        let near = MatchingPolicy.neighbourhood(of: amount(entry: entry))
        let width = near.upperBound - near.lowerBound
        switch evidence {
        case .party:
            let count = tables.density.count(
                party: party(entry: entry), positions: itemWindow(entry), amountsMinor: near)
            return policy.isBeyondChance(count: count, widthMinor: width, limitPpm: policy.chancePartyPpm)
        case .alone:
            // That a payout was carried out, its reference or its payee's name says; captures of one day, to the cent, may come without a word.
            guard !items.rows[item].item.isExpected || items.rows[item].item.kind != .payout else { return false }
            let narrow = policy.daysNarrow
            let position = entryPositions[entry]
            let window = (position - narrow)...(position + narrow)
            guard isPartyCompatible(entry, item), window.contains(itemPositions[item]) else { return false }
            // Somebody is named, and it is not known to be the item's party.
            let isStranger = party(entry: entry) == 0 && !entries.rows[entry].counterparty.isEmpty
            guard !(isStranger && party(item: item) != 0 && policy.unknownNameRefuses) else { return false }
            let alike =
                tables.amounts.partition(before: amount(entry: entry) + 1)
                - tables.amounts.partition(before: amount(entry: entry))
            // An amount that comes again and again is one that strangers pay too.
            let isRare = policy.isBeyondChance(
                count: alike - 1, widthMinor: Int64(tables.amounts.count), limitPpm: policy.chanceAlonePpm)
            guard isRare else { return false }
            let count = tables.density.count(party: 0, positions: window, amountsMinor: near)
            return policy.isBeyondChance(count: count, widthMinor: width, limitPpm: policy.chanceAlonePpm)
        }
    }

    /// Institutions give back the references of what we sent: another one speaks against the item, unless it is a beginning of the item's.
    func isContradicted(_ entry: Int, by item: Int) -> Bool {
        let reference = entries.rows[entry].endToEnd
        let row = items.rows[item]
        guard !reference.isEmpty, !row.references.isEmpty else { return false }
        guard row.item.kind == .payout || row.item.kind == .transfer else { return false }
        return !items.hasReference(item, beginningWith: entries.bytes(of: reference))
    }

    /// As many entries as items, alike in all that can be seen, and nothing else of that amount and party near: paired in order where the policy allows it.
    private mutating func pairInterchangeable(
        _ entry: Int, _ range: ArraySlice<AmountKeys.Key>, _ tables: Tables
    ) -> Bool {
        guard policy.interchangeable == .lowestFirst, let first = range.first, let last = range.last else {
            return false
        }
        let model = items.rows[Int(first.place)].item
        let alike = range.allSatisfy { key in
            let item = items.rows[Int(key.place)].item
            return itemStates[Int(key.place)] == .open && item.day == model.day && item.kind == model.kind
                && item.fileNumber == model.fileNumber && isOpenTo(entry, Int(key.place))
        }
        guard alike, first.position == last.position else { return false }
        let rivals = tables.entries.range(
            amountMinor: first.amountMinor, party: first.party, positions: widened(entryWindow(Int(first.place))))
        let day = entries.rows[entry].item.bookingDay
        let same = rivals.allSatisfy { key in
            let row = entries.rows[Int(key.place)]
            return entryStates[Int(key.place)] == .open && row.item.bookingDay == day
                && classes[Int(key.place)] == classes[entry] && row.endToEnd.isEmpty
        }
        guard same, rivals.count == range.count else { return false }
        for (rival, key) in zip(rivals, range) {
            match(.amountAndParty, entry: Int(rival.place), item: Int(key.place))
        }
        return true
    }

    private func isOpenTo(_ entry: Int, _ item: Int) -> Bool {
        classes[entry].allows(items.rows[item].item.kind) && !isContradicted(entry, by: item)
    }
}
