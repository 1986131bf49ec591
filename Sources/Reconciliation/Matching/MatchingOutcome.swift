/// What a run found. Everything is in the order of booking day and identifier of the (first) entry, whatever the order of the input.
package struct MatchingOutcome: Equatable, Sendable {
    /// Entries and items that are each other. Their numbers lie in the outcome's two lists.
    package struct Match: Equatable, Sendable {
        package let rule: MatchingRule
        fileprivate let firstEntry: UInt32
        fileprivate let entryCount: UInt32
        fileprivate let firstItem: UInt32
        fileprivate let itemCount: UInt32
        package let entriesMinor: Int64
        package let itemsMinor: Int64

        /// What the institution kept: items less entries. Not zero for settlements only; a reversal has no items and no fee.
        package var feeMinor: Int64 { itemCount == 0 ? 0 : itemsMinor - entriesMinor }
    }

    /// What an entry is that has no item of its own.
    package struct Classification: Equatable, Sendable {
        package enum Kind: String, Sendable {
            /// A charge that the books do not have yet.
            case fee
            /// A payout (the item) came back; its payable is open again.
            case returned
            /// A payer's institution took back a capture (the item), whole or in part.
            case chargeback
        }

        package let entry: UInt64
        package let kind: Kind
        /// Sequence of the item that came back; `nil` for fees.
        package let item: UInt64?
        package let amountMinor: Int64
    }

    package internal(set) var matches: [Match] = []
    package internal(set) var classifications: [Classification] = []
    package internal(set) var exceptions: [MatchException] = []
    /// Sequences of the items that are on no statement yet, ascending.
    package internal(set) var openItems: [UInt64] = []
    private var matchedEntries: ContiguousArray<UInt64> = []
    private var matchedItems: ContiguousArray<UInt64> = []

    init() {}

    /// Identifiers of the match's entries.
    package func entries(of match: Match) -> some RandomAccessCollection<UInt64> {
        matchedEntries[Int(match.firstEntry)..<(Int(match.firstEntry) + Int(match.entryCount))]
    }

    /// Sequences of the match's items.
    package func items(of match: Match) -> some RandomAccessCollection<UInt64> {
        matchedItems[Int(match.firstItem)..<(Int(match.firstItem) + Int(match.itemCount))]
    }

    mutating func reserve(_ count: Int) {
        matches.reserveCapacity(count)
        matchedEntries.reserveCapacity(count)
        matchedItems.reserveCapacity(count)
    }

    mutating func append(
        rule: MatchingRule, entries: some Sequence<UInt64>, items: some Sequence<UInt64>, entriesMinor: Int64,
        itemsMinor: Int64
    ) {
        let (firstEntry, firstItem) = (matchedEntries.count, matchedItems.count)
        matchedEntries.append(contentsOf: entries)
        matchedItems.append(contentsOf: items)
        matches.append(
            Match(
                rule: rule, firstEntry: UInt32(firstEntry), entryCount: UInt32(matchedEntries.count - firstEntry),
                firstItem: UInt32(firstItem), itemCount: UInt32(matchedItems.count - firstItem),
                entriesMinor: entriesMinor, itemsMinor: itemsMinor))
    }

    /// Sorts by the places that the (first) entries have in canonical order.
    mutating func sort(matchPlaces: ContiguousArray<UInt32>, classificationPlaces: ContiguousArray<UInt32>) {
        matches = Self.sorted(matches, by: matchPlaces)
        classifications = Self.sorted(classifications, by: classificationPlaces)
    }

    private static func sorted<T>(_ values: [T], by places: ContiguousArray<UInt32>) -> [T] {
        // An entry is in one match only, so that places differ; two orders cannot come of one input.
        places.indices.sorted { places[$0] < places[$1] }.map { values[$0] }
    }
}
