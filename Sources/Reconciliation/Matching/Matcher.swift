import Accounting

/// The state of one run. Entries and items are known by their place in canonical order; each rule is an extension in a file of its own.
struct Matcher {
    enum EntryState: UInt8 {
        case open
        /// It has candidates that were refused: no other amount rule may explain it, or that would be a guess.
        case held
        /// A reference says what it is, and something disagrees: only rules that go by that reference may take it.
        case blocked
        case done
    }

    enum ItemState: UInt8 {
        case open
        /// Several entries may be it: no sum may use it.
        case contested
        /// An entry names it and disagrees.
        case blocked
        case matched
        /// By an earlier run.
        case settled
    }

    let entries: StatementItems
    let items: BookItems
    let policy: MatchingPolicy
    let index: ReferenceIndex
    /// In business days.
    let entryPositions: ContiguousArray<Int32>
    let itemPositions: ContiguousArray<Int32>
    let classes: ContiguousArray<EntryClass>

    var entryStates: ContiguousArray<EntryState>
    var itemStates: ContiguousArray<ItemState>
    /// The reason so far, raw; 0 for none.
    var reasons: ContiguousArray<UInt8>
    /// Entry and candidate item, as they were met.
    var candidates: ContiguousArray<(entry: UInt32, item: UInt32)> = []
    /// Entries whose reference is an item's while their amount is not: parts of it, perhaps.
    var parts: ContiguousArray<(item: UInt32, entry: UInt32)> = []
    /// By entry: the chain of its end-to-end id in the index; 0 where no item has it.
    var chains: ContiguousArray<UInt32>
    /// Chains of more items than the policy takes for evidence.
    var commonChains: Set<UInt32> = []
    /// By entry: its query for a reference that was cut off, plus one; 0 for none.
    var queries: ContiguousArray<UInt32>
    var prefixes = PrefixIndex()
    /// Items that came back in this run.
    var returnedItems: Set<Int> = []
    var outcome = MatchingOutcome()
    /// The first entry of each match, and the entry of each classification.
    var matchPlaces: ContiguousArray<UInt32> = []
    var classificationPlaces: ContiguousArray<UInt32> = []
    private var workLeft: Int

    init(entries: StatementItems, items: BookItems, policy: MatchingPolicy, calendar: BusinessCalendar) {
        self.entries = entries
        self.items = items
        let policy = policy.bounded()
        self.policy = policy
        index = ReferenceIndex(items)
        var days = DayPositions(calendar)
        entryPositions = ContiguousArray(entries.rows.lazy.map { days.position($0.item.bookingDay) })
        itemPositions = ContiguousArray(items.rows.lazy.map { days.position($0.item.day) })
        // Few codes come again and again.
        let codes = entries.codes
        let ordinary = codes.map { policy.entryClass(code: $0, returnCode: "", isReversal: false) }
        classes = ContiguousArray(
            entries.rows.lazy.map { row in
                if row.returnCode != 0 { return .returned }
                return row.item.isReversal ? .reversal : ordinary[Int(row.code)]
            })
        entryStates = ContiguousArray(repeating: .open, count: entries.count)
        itemStates = ContiguousArray(items.rows.lazy.map { $0.item.isSettled ? .settled : .open })
        reasons = ContiguousArray(repeating: 0, count: entries.count)
        chains = ContiguousArray(repeating: 0, count: entries.count)
        queries = ContiguousArray(repeating: 0, count: entries.count)
        workLeft = policy.workMost
        outcome.reserve(min(entries.count, items.count))
        for entry in entries.rows.indices where entries.rows[entry].item.amountMinor == 0 {
            block(entry, .noAmount)
        }
    }

    func amount(entry: Int) -> Int64 { entries.rows[entry].item.amountMinor }
    func amount(item: Int) -> Int64 { items.rows[item].item.amountMinor }
    func party(entry: Int) -> UInt32 { entries.rows[entry].item.party }
    func party(item: Int) -> UInt32 { items.rows[item].item.party }

    /// Takes steps from what the run may do; false where they are not left. What is spent depends on the input alone, not on time.
    mutating func spend(_ steps: Int) -> Bool {
        guard steps <= workLeft else {
            // The first search that is not reached is the last: otherwise each would walk its way before it finds out.
            workLeft = 0
            return false
        }
        workLeft -= steps
        return true
    }

    var hasWorkLeft: Bool { workLeft > 0 }

    // MARK: Deciding

    mutating func match(_ rule: MatchingRule, entry: Int, item: Int) {
        entryStates[entry] = .done
        itemStates[item] = .matched
        matchPlaces.append(UInt32(entry))
        outcome.append(
            rule: rule, entries: CollectionOfOne(entries.rows[entry].item.identifier),
            items: CollectionOfOne(items.rows[item].item.sequence), entriesMinor: amount(entry: entry),
            itemsMinor: amount(item: item))
    }

    /// Entries and items in canonical order.
    mutating func match(_ rule: MatchingRule, entries matched: [Int], items found: [Int]) {
        for entry in matched { entryStates[entry] = .done }
        for item in found { itemStates[item] = .matched }
        matchPlaces.append(UInt32(matched.first ?? 0))
        outcome.append(
            rule: rule, entries: matched.lazy.map { [entries] in entries.rows[$0].item.identifier },
            items: found.lazy.map { [items] in items.rows[$0].item.sequence },
            entriesMinor: matched.reduce(0) { $0 + amount(entry: $1) },
            itemsMinor: found.reduce(0) { $0 + amount(item: $1) })
    }

    mutating func classify(_ kind: MatchingOutcome.Classification.Kind, entry: Int, item: Int?) {
        entryStates[entry] = .done
        classificationPlaces.append(UInt32(entry))
        outcome.classifications.append(
            .init(
                entry: entries.rows[entry].item.identifier, kind: kind,
                item: item.map { items.rows[$0].item.sequence }, amountMinor: amount(entry: entry)))
    }

    // MARK: Not deciding

    /// Remembers why, where nothing weightier is known.
    mutating func note(_ entry: Int, _ reason: MatchException.Reason, candidates found: some Sequence<Int> = []) {
        reasons[entry] = max(reasons[entry], reason.rawValue)
        for item in found.prefix(MatchException.candidatesMost) {
            candidates.append((UInt32(entry), UInt32(item)))
        }
    }

    /// No amount rule may take it any more.
    mutating func hold(_ entry: Int, _ reason: MatchException.Reason, candidates found: some Sequence<Int> = []) {
        note(entry, reason, candidates: found)
        if entryStates[entry] == .open { entryStates[entry] = .held }
    }

    /// Only a rule that goes by its reference may take it.
    mutating func block(_ entry: Int, _ reason: MatchException.Reason, candidates found: some Sequence<Int> = []) {
        note(entry, reason, candidates: found)
        entryStates[entry] = .blocked
    }
}

/// Positions of days, which come in runs.
private struct DayPositions {
    private let calendar: BusinessCalendar
    private var last: (day: CivilDate, position: Int32)

    init(_ calendar: BusinessCalendar) {
        self.calendar = calendar
        last = (.first, calendar.position(.first))
    }

    mutating func position(_ day: CivilDate) -> Int32 {
        if day != last.day { last = (day, calendar.position(day)) }
        return last.position
    }
}
