import Bytes
import Events
import Index

/// What is sold from a stock is handed over once it has left it, from its site to the buyer or to who carries it: no sale without its cost.
extension Stock {
    static func decide(
        handedOver order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard order.sellsFromStock else { return }
        if let (number, reservation) = views.reservations(order: order.sequence).first {
            let (missing, product) = (reservation.quantity, views.goods(numbered: number)?.product.string ?? "")
            throw Refusal(
                .notAllowed, "order", name,
                Text(
                    "\(missing) de « \(product) » à expédier encore",
                    "\(missing) of \"\(product)\" are still to be shipped"),
                accepted: Text(
                    "stockShipped d’abord, aussi pour qui vient chercher, ou purchaseRefunded",
                    "first stockShipped, also where the buyer comes for it, or purchaseRefunded"))
        }
        guard !views.goodsShipped(order: order.sequence).isEmpty else { return }
        let last = views.all([.stockShipped], of: order.sequence).map { ($0, views.effectiveAtUs($0)) }
            .max { $0.1 < $1.1 }
        if let last {
            try Check.notBefore(fact, last.1, of: last.0, what: Text("l’expédition", "the shipment"))
        }
    }
}

extension Views {
    /// Whether all that was shipped for an order came back.
    ///
    /// - Complexity: O(goods shipped for it).
    func hasAllBack(order: UInt64) -> Bool {
        goodsShipped(order: order).allSatisfy { number in
            stockShipped(order: order, number).first == stockReturned(order: order, number).first
        }
    }

    /// Goods of which something was shipped for an order.
    fileprivate func goodsShipped(order: UInt64) -> [UInt64] {
        var found: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.stockShipped).sequence(order).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            found.append(reader.sequence())
        }
        return found
    }
}
