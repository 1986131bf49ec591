import Accounting
import Bytes
package import Commerce
import Events
import Index

/// Purchases of a month and category that would have been made outside Québec. Amounts before tax, in minor units of the book.
package struct RepatriationRow: Equatable, Sendable {
    package let year: Int
    package let month: Int
    package let department: String
    package let category: String
    /// As placed.
    package let lines: Int64
    package let placedMinor: Int64
    /// Cancelled or refunded since.
    package let takenBackMinor: Int64

    package var keptMinor: Int64 { placedMinor - takenBackMinor }
}

/// The repatriated purchases of a book (*achats rapatriés*): what brought them home is measured by month of the purchase and category.
package struct Repatriated: Sendable {
    /// By month, then department and category in byte order.
    package let rows: [RepatriationRow]
    /// All purchases of the years shown, after refunds and cancellations, by year.
    package let allMinor: [Int: Int64]

    /// - Complexity: O(months × categories + repatriated lines).
    package init(_ book: Book, year: UInt16? = nil, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let views = snapshot.views
        let back = Self.takenBack(book, views)
        var found: [RepatriationRow] = []
        let rows = views.index.rows(prefix: views.key.begin(.repatriated).u16(book.id).bytes)
        while rows.next() {
            let key = rows.key.array
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let month = Int(reader.u32())
            if let year, month / 12 != Int(year) { continue }
            let names = reader.rest.array.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
            found.append(
                RepatriationRow(
                    year: month / 12, month: month % 12 + 1,
                    department: String(decoding: names.first ?? [], as: UTF8.self),
                    category: String(decoding: names.dropFirst().first ?? [], as: UTF8.self),
                    lines: rows.counters.second, placedMinor: rows.counters.first, takenBackMinor: back[key] ?? 0))
        }
        self.rows = found
        var all: [Int: Int64] = [:]
        for row in found where all[row.year] == nil {
            all[row.year] = views.business(book, year: UInt16(clamping: row.year)).total
        }
        allMinor = all
        try snapshot.check()
    }

    /// By row: what was cancelled or refunded of its lines.
    private static func takenBack(_ book: Book, _ views: Views) -> [[UInt8]: Int64] {
        var result: [[UInt8]: Int64] = [:]
        for line in views.repatriatedLines(book) {
            guard let event = views.event(line.order), let purchase = try? PurchasePlacedView(event.bodyBytes),
                let order = views.order(purchase.order, book), order.isCancelled || order.hasRefunds,
                let bought = try? purchase.lines[Int(line.line)], let category = views.category(listing: line.listing)
            else { continue }
            let month = UInt32(clamping: CivilDate(clampingDays: Int64(order.day)).monthNumber)
            let back = order.isCancelled ? bought.amountMinor : views.takenBack(order, line: line.line)
            result[views.repatriatedKey(month, category, book).array, default: 0] += back
        }
        return result
    }

    /// What the rows kept, of all purchases of their years; `nil` where there were none.
    package func sharePpm(_ keptMinor: Int64, of years: Set<Int>) -> Int64? {
        let all = years.reduce(0) { $0 + (allMinor[$1] ?? 0) }
        guard all > 0 else { return nil }
        return try? Money.proportion(1_000_000, keptMinor, over: all)
    }
}
