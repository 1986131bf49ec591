import Accounting
import Commerce

/// The books' side of a run: items in compact rows, their references in one buffer.
package struct BookItems: Sendable {
    struct Row: Sendable {
        var item: BookItem
        var firstReference: UInt32
        var referenceCount: UInt32

        var references: Range<Int> { Int(firstReference)..<(Int(firstReference) + Int(referenceCount)) }
    }

    private(set) var rows: ContiguousArray<Row> = []
    private(set) var references: ContiguousArray<TextRange> = []
    private(set) var bytes: [UInt8] = []

    package init() {}

    package var count: Int { rows.count }

    package subscript(_ index: Int) -> BookItem { rows[index].item }

    package mutating func reserve(_ count: Int) {
        rows.reserveCapacity(count)
        references.reserveCapacity(count)
        bytes.reserveCapacity(count * 24)
    }

    /// Adds an item with all that we gave as its references: payout id, end-to-end id, cross reference, event key, and those that it shares with others
    /// (payment information id, acquirer's batch). Throws where a limit is passed.
    package mutating func append(_ item: BookItem, references given: [String] = []) throws(StatementError) {
        try MatchingLimits.check(amountMinor: item.amountMinor, count: rows.count, bytes: bytes.count, field: "items")
        guard given.count <= MatchingLimits.referencesMost else {
            throw MatchingLimits.refusal(
                .limit, "items.references", "\(given.count)",
                Text("il y a trop de références", "there are too many references"),
                Text("au plus \(MatchingLimits.referencesMost)", "at most \(MatchingLimits.referencesMost)"))
        }
        for text in given { try MatchingLimits.check(text: text, field: "items.references") }
        let first = references.count
        for text in given {
            let offset = bytes.count
            let count = ReferenceText.append(text, to: &bytes)
            if count > 0 { references.append(TextRange(offset: UInt32(offset), count: UInt32(count))) }
        }
        rows.append(
            Row(item: item, firstReference: UInt32(first), referenceCount: UInt32(references.count - first)))
    }

    /// Rows in ascending order of sequence, whatever the order they came in. Throws where a sequence stands twice.
    func ordered() throws(StatementError) -> BookItems {
        var copy = self
        let isAscending = zip(rows, rows.dropFirst()).allSatisfy { $0.item.sequence < $1.item.sequence }
        guard !isAscending else { return copy }
        copy.rows.sort { $0.item.sequence < $1.item.sequence }
        for (row, next) in zip(copy.rows, copy.rows.dropFirst()) where row.item.sequence == next.item.sequence {
            throw MatchingLimits.duplicate("items.sequence", row.item.sequence)
        }
        return copy
    }

    /// Whether one of the item's references begins with these bytes.
    func hasReference(_ index: Int, beginningWith prefix: ArraySlice<UInt8>) -> Bool {
        rows[index].references.contains { bytes[references[$0].range].starts(with: prefix) }
    }
}
