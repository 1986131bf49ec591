package import Accounting
import Bytes
import Commerce
package import Events
import Index

/// One movement of some goods. Amounts in minor units of the book.
package struct StockMovementRow: Sendable {
    package let sequence: UInt64
    package let day: CivilDate
    package let kind: EventKind
    package let site: String
    package let owner: String
    package let change: Int64
    package let valueMinor: Int64
    package let onHandAfter: Int64
    package let valueAfterMinor: Int64
}

/// The movements of a product of one book, in the order in which the ledger learned of them.
package struct StockHistory {
    package let book: String
    package let product: String
    /// The member who owns the goods; `nil`: those of all owners, one after the other.
    package var owner: String?
    package var site: String?
    package var from: CivilDate?
    package var to: CivilDate?

    package init(book: String, product: String) {
        self.book = book
        self.product = product
    }

    /// - Complexity: O(goods of the book + movements of the product).
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [StockMovementRow] {
        let views = snapshot.views
        let book = try StockQuery.book(book, views)
        let wanted = try site.map { name throws(LedgerError) in try StockQuery.site(name, views).sequence }
        let stocks = stocks(book, views)
        guard !stocks.isEmpty else {
            try snapshot.check()
            throw LedgerError.unknown(.stocked(book), product, for: .ledger, views)
        }
        var found: [StockMovementRow] = []
        for (owner, number) in stocks {
            let rows = views.index.rows(prefix: views.key.begin(.stockMovement).sequence(number).bytes)
            while rows.next() {
                var reader = KeyReader(rows.key)
                _ = reader.sequence()
                let sequence = reader.sequence()
                var value = RecordReader(rows.value)
                let movement = StockMovementRecord(&value)
                guard wanted == nil || movement.site == wanted, let event = views.event(sequence),
                    let kind = event.kind
                else { continue }
                let day = CivilDate(clampingDays: Int64(book.day(event.effectiveAt?.microseconds ?? 0)))
                if let from, day < from { continue }
                if let to, day > to { continue }
                found.append(
                    StockMovementRow(
                        sequence: sequence, day: day, kind: kind, site: views.storageSiteName(movement.site),
                        owner: owner, change: movement.change, valueMinor: movement.valueMinor,
                        onHandAfter: movement.onHandAfter, valueAfterMinor: movement.valueAfterMinor))
            }
        }
        try snapshot.check()
        return found
    }

    private func stocks(_ book: Book, _ views: Views) -> [(owner: String, number: UInt64)] {
        var found: [(owner: String, number: UInt64)] = []
        let rows = views.index.rows(prefix: views.key.begin(.stock).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let owner = views.partyName(reader.u32())
            guard reader.rest.string == product, self.owner == nil || owner == self.owner else { continue }
            var value = RecordReader(rows.value)
            found.append((owner, StockRecord(&value).number))
        }
        return found
    }
}
