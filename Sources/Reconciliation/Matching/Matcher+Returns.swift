extension Matcher {
    /// Money that came back: which payout was returned, which capture was charged back. Only a reference says it; a payout of the same amount to the same
    /// party may be another, which an earlier run closed.
    mutating func classifyReturns() {
        for entry in entries.rows.indices where entryStates[entry] == .open {
            switch classes[entry] {
            case .returned: identify(entry, as: .returned, own: .returned)
            case .chargeback: identify(entry, as: .chargeback, own: .chargeback)
            case .ordinary, .fee, .reversal: break
            }
        }
    }

    private mutating func identify(
        _ entry: Int, as kind: MatchingOutcome.Classification.Kind, own: BookItem.Kind
    ) {
        var named = exactItems(entry)
        if named.isEmpty, let item = prefixItem(entry) { named = [item] }
        if named.isEmpty { named = textItems(entry) }
        guard !named.isEmpty else { return }
        // Where the books have the return itself, `reference` matches it.
        let booked = named.contains {
            items.rows[$0].item.kind == own && itemStates[$0] == .open
                && amount(item: $0) == amount(entry: entry)
        }
        guard !booked else { return }
        let originals = named.filter { isOriginal($0, of: entry, kind) }
        if let item = originals.first, originals.count == 1 {
            guard returnedItems.insert(item).inserted else { return block(entry, .duplicate, candidates: originals) }
            classify(kind, entry: entry, item: item)
        } else {
            block(
                entry, originals.isEmpty ? .amountDiffers : .ambiguous,
                candidates: originals.isEmpty ? named : originals)
        }
    }

    /// A return gives back the whole payout, a chargeback up to the whole capture.
    private func isOriginal(_ item: Int, of entry: Int, _ kind: MatchingOutcome.Classification.Kind) -> Bool {
        let (booked, expected) = (amount(entry: entry), amount(item: item))
        switch (kind, items.rows[item].item.kind) {
        case (.returned, .payout), (.returned, .transfer), (.returned, .other): return booked == -expected
        case (.chargeback, .settlement), (.chargeback, .other):
            return booked < 0 && expected > 0 && booked >= -expected
        default: return false
        }
    }
}
