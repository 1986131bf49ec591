import Accounting

/// The statement's side of a run: entries in compact rows, their texts in one buffer.
package struct StatementItems: Sendable {
    struct Row: Sendable {
        var item: StatementItem
        /// Comparable forms (`ReferenceText`).
        var endToEnd: TextRange
        var batch: TextRange
        var counterparty: TextRange
        /// As the statement has it.
        var text: TextRange
        /// Places in `codes`.
        var code: UInt32
        var returnCode: UInt32
    }

    private(set) var rows: ContiguousArray<Row> = []
    private(set) var bytes: [UInt8] = []
    /// Each code once; the first is the empty one.
    private(set) var codes: [String] = [""]
    private var codePlaces: [String: UInt32] = ["": 0]

    package init() {}

    package var count: Int { rows.count }

    package subscript(_ index: Int) -> StatementItem { rows[index].item }

    package mutating func reserve(_ count: Int) {
        rows.reserveCapacity(count)
        bytes.reserveCapacity(count * 64)
    }

    /// Throws where a limit is passed.
    package mutating func append(_ item: StatementItem, texts: StatementTexts = StatementTexts()) throws(StatementError)
    {
        try MatchingLimits.check(amountMinor: item.amountMinor, count: rows.count, bytes: bytes.count, field: "entries")
        try MatchingLimits.check(text: texts.endToEnd, field: "entries.endToEnd")
        try MatchingLimits.check(text: texts.batch, field: "entries.batch")
        try MatchingLimits.check(text: texts.counterparty, field: "entries.counterparty")
        try MatchingLimits.check(text: texts.text, field: "entries.text")
        let endToEnd = appendReference(texts.endToEnd)
        let batch = appendReference(texts.batch)
        let counterparty = appendReference(texts.counterparty)
        let start = bytes.count
        bytes.append(contentsOf: texts.text.utf8)
        let text = TextRange(offset: UInt32(start), count: UInt32(bytes.count - start))
        rows.append(
            Row(
                item: item, endToEnd: endToEnd, batch: batch, counterparty: counterparty, text: text,
                code: place(of: texts.code), returnCode: place(of: texts.returnCode)))
    }

    /// Adds an entry as the importers give it.
    package mutating func append(
        _ entry: StatementEntry, identifier: UInt64, party: UInt32
    ) throws(StatementError) {
        try append(
            StatementItem(
                identifier: identifier, amountMinor: entry.amountMinor, bookingDay: entry.bookingDate,
                valueDay: entry.valueDate, party: party, isReversal: entry.isReversal),
            texts: StatementTexts(
                endToEnd: entry.endToEnd, batch: entry.batch, counterparty: entry.counterparty, text: entry.text,
                code: entry.code, returnCode: entry.returnCode))
    }

    private mutating func appendReference(_ text: String) -> TextRange {
        let offset = bytes.count
        let count = ReferenceText.append(text, to: &bytes)
        return TextRange(offset: UInt32(offset), count: UInt32(count))
    }

    private mutating func place(of code: String) -> UInt32 {
        if let place = codePlaces[code] { return place }
        let place = UInt32(codes.count)
        codes.append(code)
        codePlaces[code] = place
        return place
    }

    /// Rows by booking day, then identifier, whatever the order they came in. Throws where an identifier stands twice.
    func ordered() throws(StatementError) -> StatementItems {
        var copy = self
        let identifiers = ContiguousArray(rows.lazy.map(\.item.identifier)).sorted()
        for (identifier, next) in zip(identifiers, identifiers.dropFirst()) where identifier == next {
            throw MatchingLimits.duplicate("entries.identifier", identifier)
        }
        let isAscending = zip(rows, rows.dropFirst()).allSatisfy { Self.precedes($0.item, $1.item) }
        if !isAscending { copy.rows.sort { Self.precedes($0.item, $1.item) } }
        return copy
    }

    private static func precedes(_ a: StatementItem, _ b: StatementItem) -> Bool {
        a.bookingDay != b.bookingDay ? a.bookingDay < b.bookingDay : a.identifier < b.identifier
    }

    func bytes(of range: TextRange) -> ArraySlice<UInt8> { bytes[range.range] }
}
