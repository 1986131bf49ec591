import Bytes
import Events
import Index

/// What a seller sold and took back in some time. Amounts in minor units before tax.
struct SellerFigures {
    /// Orders and sales as placed.
    var orders: Int64 = 0
    var sales: Int64 = 0
    /// By refunds and cancellations, on the day of each.
    var refunds: Int64 = 0
    var hasRefunds = false

    /// One seller's figures by what `bucket` makes of the local day; a day of which it makes nothing is left out.
    ///
    /// - Complexity: O(events of the seller × their lines).
    static func of(
        _ party: UInt32, _ book: Book, _ views: Views, by bucket: (Int32) -> Int32?
    ) -> [Int32: SellerFigures] {
        var sequences: [UInt64] = []
        let rows = views.index.rows(prefix: views.key.begin(.partyEvents).u32(party).bytes)
        while rows.next() {
            var keys = KeyReader(rows.key)
            _ = keys.u32()
            sequences.append(keys.sequence())
        }
        let seller = Array(views.partyName(party).utf8)
        var found: [Int32: SellerFigures] = [:]
        seller.withBytes { seller in
            for sequence in sequences {
                guard let event = views.event(sequence) else { return }
                guard Array(book.name.utf8).withBytes({ $0 == event.book }) else { continue }
                let day = book.day(event.effectiveAt.map(microseconds) ?? 0)
                guard let place = bucket(day) else { continue }
                add(event, of: seller, to: &found[place, default: SellerFigures()], book, views)
            }
        }
        return found
    }

    private static func add(
        _ event: EventView, of seller: Bytes, to figures: inout SellerFigures, _ book: Book, _ views: Views
    ) {
        switch event.body {
        case .purchasePlaced(let bytes)?:
            guard let body = try? PurchasePlacedView(bytes) else { return }
            var isSeller = false
            for encoded in body.lines {
                guard let line = try? encoded.view(), line.seller == seller else { continue }
                isSeller = true
                figures.sales &+= line.amountMinor
            }
            if isSeller { figures.orders += 1 }
        case .purchaseCancelled(let bytes)?:
            guard let body = try? PurchaseCancelledView(bytes), let order = views.order(body.order, book),
                let purchase = views.purchase(order)
            else { return }
            let refunded = views.refunded(order)
            for (index, encoded) in purchase.body.lines.enumerated() {
                guard let line = try? encoded.view(), line.seller == seller else { continue }
                let back = index < refunded.count ? refunded[index].first : 0
                figures.refunds &+= line.amountMinor &- back
                figures.hasRefunds = true
            }
        case .purchaseRefunded(let bytes)?:
            guard let body = try? PurchaseRefundedView(bytes), let order = views.order(body.order, book),
                let purchase = views.purchase(order)
            else { return }
            for encoded in body.lines {
                guard let refund = try? encoded.view(), Int(refund.line) < purchase.body.lines.count,
                    let line = try? purchase.body.lines[Int(refund.line)], line.seller == seller
                else { continue }
                figures.refunds &+= refund.amountMinor
                figures.hasRefunds = true
            }
        default: break
        }
    }
}
