extension Matcher {
    /// What is left becomes fees by their code, exceptions with their candidates, and open items.
    mutating func finished() -> MatchingOutcome {
        candidates.sort { ($0.entry, $0.item) < ($1.entry, $1.item) }
        var place = 0
        for entry in entries.rows.indices {
            let start = place
            while place < candidates.count, candidates[place].entry == UInt32(entry) { place += 1 }
            guard entryStates[entry] != .done else { continue }
            if classes[entry] == .fee, entryStates[entry] == .open, amount(entry: entry) < 0 {
                classify(.fee, entry: entry, item: nil)
            } else {
                except(entry, start..<place)
            }
        }
        for item in items.rows.indices {
            switch itemStates[item] {
            case .open, .contested, .blocked: outcome.openItems.append(items.rows[item].item.sequence)
            case .matched, .settled: break
            }
        }
        // Rules ran one after the other: everything goes back to the order of the entries.
        outcome.sort(matchPlaces: matchPlaces, classificationPlaces: classificationPlaces)
        return outcome
    }

    private mutating func except(_ entry: Int, _ range: Range<Int>) {
        var reason = MatchException.Reason(rawValue: reasons[entry]) ?? .notInBooks
        switch classes[entry] {
        case .returned, .reversal, .chargeback: reason = max(reason, .originalUnknown)
        case .ordinary, .fee: break
        }
        var sequences: [UInt64] = []
        for place in range {
            let sequence = items.rows[Int(candidates[place].item)].item.sequence
            if sequences.last != sequence { sequences.append(sequence) }
        }
        outcome.exceptions.append(
            MatchException(
                entry: entries.rows[entry].item.identifier, reason: reason, amountMinor: amount(entry: entry),
                candidates: Array(sequences.prefix(MatchException.candidatesMost))))
    }
}
