import Transparency
import EventLog
import Bytes
package import Commerce
package import Events
import Index

/// Counts of the whole log.
package struct LedgerStatistics: Sendable {
    package let events: UInt64
    package let root: String
    package let logBytes: UInt64
    /// Events and their bytes, by kind, in the schema's order.
    package let byKind: [(kind: EventKind, events: Int64, bytes: Int64)]

    package init(_ snapshot: LedgerSnapshot) throws(LedgerError) {
        events = snapshot.head.count
        root = snapshot.head.root.hex
        logBytes = snapshot.head.entryBytes
        var kinds: [(EventKind, Int64, Int64)] = []
        let rows = snapshot.index.rows(prefix: snapshot.views.key.begin(.kindStatistics).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            guard let kind = EventKind(rawValue: Int(reader.u16())) else { continue }
            kinds.append((kind, rows.counters.first, rows.counters.second))
        }
        byKind = kinds
        try snapshot.check()
    }
}

/// All orders of a book, as placed. Amounts in minor units.
package struct OrderSummary: Sendable {
    package let orders: Int64
    package let lines: Int64
    package let merchandiseMinor: Int64
    package let totalMinor: Int64
    /// By tax name, in byte order.
    package let taxes: [(tax: String, amountMinor: Int64)]

    package init(_ book: Book, _ views: Views) {
        let counts = views.index.counters(views.key.begin(.total).u16(book.id).u8(OrderTotal.orders.rawValue).bytes)
        let amounts = views.index.counters(views.key.begin(.total).u16(book.id).u8(OrderTotal.amounts.rawValue).bytes)
        var taxes: [(String, Int64)] = []
        let rows = views.index.rows(prefix: views.key.begin(.total).u16(book.id).u8(OrderTotal.tax.rawValue).bytes)
        while rows.next() { taxes.append((rows.key.dropFirst(4).string, rows.counters.first)) }
        orders = counts.first
        lines = counts.second
        merchandiseMinor = amounts.first
        totalMinor = amounts.second
        self.taxes = taxes
    }
}
