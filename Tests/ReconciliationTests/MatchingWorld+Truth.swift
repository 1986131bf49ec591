import Accounting
import Reconciliation

extension MatchingWorld {
    func statement(order: [Int]? = nil) throws -> StatementItems {
        var side = StatementItems()
        for place in order ?? Array(entries.indices) {
            try side.append(entries[place].item, texts: entries[place].texts)
        }
        return side
    }

    func books(order: [Int]? = nil) throws -> BookItems {
        var side = BookItems()
        for place in order ?? Array(booked.indices) {
            try side.append(booked[place].item, references: booked[place].references)
        }
        return side
    }

    /// Every match and classification against the truth, and every truth against them.
    func judge(_ outcome: MatchingOutcome) -> Figures {
        var figures = Figures()
        var found: Set<Group> = []
        for match in outcome.matches {
            let group = Group(entries: Set(outcome.entries(of: match)), items: Set(outcome.items(of: match)))
            found.insert(group)
            if !truth.contains(group) { figures.wrong.append("\(match.rule.rawValue) \(describe(group))") }
        }
        var named: Set<UInt64> = []
        for one in outcome.classifications {
            if let known = classified[one.entry], known.kind == one.kind, known.item == one.item {
                named.insert(one.entry)
            } else {
                figures.wrong.append("\(one)")
            }
        }
        figures.matches = outcome.matches.count + outcome.classifications.count
        figures.exceptions = outcome.exceptions.count
        let undecidable = undecidable()
        for group in truth {
            figures.all += 1
            figures.found += found.contains(group) ? 1 : 0
            guard !undecidable.contains(group) else { continue }
            figures.matchable += 1
            figures.matchableFound += found.contains(group) ? 1 : 0
        }
        for entry in classified.keys {
            figures.all += 1
            figures.matchable += 1
            figures.found += named.contains(entry) ? 1 : 0
            figures.matchableFound += named.contains(entry) ? 1 : 0
        }
        return figures
    }

    private func describe(_ group: Group) -> String {
        let lines = entries.filter { group.entries.contains($0.item.identifier) }.map { "\($0.item) \($0.texts)" }
        let items = booked.filter { group.items.contains($0.item.sequence) }.map { "\($0.item)" }
        return lines.joined(separator: "; ") + " ↔ " + items.joined(separator: "; ")
    }

    /// Pairs that nobody could tell: no usable reference, and another entry or item of the same amount (and party, where it is known) within two weeks.
    func undecidable() -> Set<Group> {
        var byItem: [UInt64: Booked] = [:]
        for one in booked { byItem[one.item.sequence] = one }
        var byEntry: [UInt64: Entry] = [:]
        for one in entries { byEntry[one.item.identifier] = one }
        var itemsByAmount: [Int64: [Booked]] = [:]
        for one in booked { itemsByAmount[one.item.amountMinor, default: []].append(one) }
        var entriesByAmount: [Int64: [Entry]] = [:]
        for one in entries { entriesByAmount[one.item.amountMinor, default: []].append(one) }
        let prefixes = cutReferences()
        return truth.filter { group in
            guard group.entries.count == 1, group.items.count == 1, let first = group.entries.first,
                let sequence = group.items.first, let entry = byEntry[first], let item = byItem[sequence]
            else { return false }
            let given = Self.folded(entry.texts.endToEnd)
            let whole = item.references.map(Self.folded)
            if whole.contains(given) { return false }
            let words = entry.texts.text.split { $0 == " " || $0 == "/" }.map { Self.folded(String($0)) }
            if words.contains(where: whole.contains) { return false }
            if given.count >= 10, prefixes[given]?.count == 1 { return false }
            let party = entry.item.party
            let near = { (day: CivilDate) in
                abs(Int(day.daysSinceEpoch) - Int(item.item.day.daysSinceEpoch)) <= 14
            }
            let items = itemsByAmount[item.item.amountMinor, default: []]
            let alike = items.count {
                near($0.item.day) && (party == 0 || $0.item.party == party || $0.item.party == 0)
            }
            let others = entriesByAmount[item.item.amountMinor, default: []]
            let rivals = others.count {
                near($0.item.bookingDay) && (party == 0 || $0.item.party == party || $0.item.party == 0)
            }
            return alike > 1 || rivals > 1
        }
    }

    /// By what entries have of references: the items that have one which begins so.
    private func cutReferences() -> [String: Set<UInt64>] {
        let cut = Set(entries.map { Self.folded($0.texts.endToEnd) }.filter { (10...16).contains($0.count) })
        var found: [String: Set<UInt64>] = [:]
        for one in booked where one.item.kind == .payout {
            for reference in one.references.map(Self.folded) {
                for length in 10...max(10, min(16, reference.utf8.count)) {
                    let prefix = String(reference.prefix(length))
                    if cut.contains(prefix) { found[prefix, default: []].insert(one.item.sequence) }
                }
            }
        }
        return found
    }

    private static func folded(_ text: String) -> String {
        String(decoding: text.uppercased().utf8.filter { $0 >= 0x41 || ($0 >= 0x30 && $0 <= 0x39) }, as: UTF8.self)
    }
}
