import Accounting
package import Bytes
import Events
import Index

/// Purchases that the buyers say they would have made outside Québec: what brings purchases home (*rapatrier*) is measured in.
enum Repatriation {
    /// Counts the lines that say so, by local month and category. Called on every purchase: where no line says so, nothing is read but the
    /// last bytes of each.
    static func didPlace(_ order: OrderRecord, _ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) {
        for (index, encoded) in body.lines.enumerated() where mayBeRepatriated(encoded.bytes) {
            guard let line = try? encoded.view(), line.repatriated, let product = views.product(line.product, book),
                let category = views.category(listing: product.sequence)
            else { continue }
            let month = UInt32(clamping: CivilDate(clampingDays: Int64(order.day)).monthNumber)
            views.addCounters(views.repatriatedKey(month, category, book), line.amountMinor, 1)
            views.putNumber(
                views.mediaKey(.repatriatedLine, book).sequence(order.sequence).u32(UInt32(clamping: index)).bytes,
                product.sequence)
        }
    }

    /// The field is the line's last: its tag and the value 1 end the message.
    private static func mayBeRepatriated(_ line: Bytes) -> Bool {
        line.count >= 2 && line[line.count - 1] == 1 && line[line.count - 2] == 8 << 3
    }
}

extension CivilDate {
    /// Months since the year 0; what the repatriated index counts by.
    package var monthNumber: Int { year * 12 + month - 1 }
}

extension Views {
    /// Department and category, by the ProductListed or ProductRevised that stood when the line was bought.
    package func category(listing sequence: UInt64) -> (department: Bytes, category: Bytes)? {
        guard let event = event(sequence) else { return nil }
        if event.kind == .productRevised {
            return body(ProductRevisedView.self, of: sequence).map { ($0.department, $0.category) }
        }
        return body(ProductListedView.self, of: sequence).map { ($0.department, $0.category) }
    }

    package func repatriatedKey(_ month: UInt32, _ category: (department: Bytes, category: Bytes), _ book: Book)
        -> Bytes
    {
        key.begin(.repatriated).u16(book.id).u32(month).text(category.department.cut(to: 96)).u8(0)
            .text(category.category.cut(to: 96)).bytes
    }

    /// The amount refunded of one line so far.
    package func takenBack(_ order: OrderRecord, line: UInt32) -> Int64 { refundedLine(order, line).first }

    /// The lines that were bought here instead of outside Québec: the order's sequence, the line, the product's listing.
    ///
    /// - Complexity: O(such lines of the book).
    package func repatriatedLines(_ book: Book) -> [(order: UInt64, line: UInt32, listing: UInt64)] {
        var result: [(UInt64, UInt32, UInt64)] = []
        let rows = index.rows(prefix: mediaKey(.repatriatedLine, book).bytes)
        while rows.next() {
            var key = KeyReader(rows.key.dropFirst(3))
            var value = RecordReader(rows.value)
            result.append((key.sequence(), key.u32(), value.unsigned()))
        }
        return result
    }
}

extension Bytes {
    /// At most `most` bytes of a text, whole characters.
    package func cut(to most: Int) -> Bytes {
        guard count > most else { return self }
        var end = most
        while end > 0, self[end] & 0xC0 == 0x80 { end -= 1 }
        return prefix(end)
    }
}
