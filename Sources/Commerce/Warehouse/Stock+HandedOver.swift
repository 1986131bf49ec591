import Bytes
import Events
import Index

/// What is sold from a stock is handed over once it has left it, from its site to the buyer or to who carries it: no sale without its cost.
extension Stock {
    static func decide(
        handedOver order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard order.sellsFromStock else { return }
        for number in views.goodsAwaited(order: order.sequence) {
            guard let goods = views.goods(numbered: number), let purchase = views.purchase(order) else { return }
            let missing = awaited(number, goods, order, purchase.body, views)
            guard missing <= 0 else {
                let product = goods.product.string
                throw Refusal(
                    .notAllowed, "order", name,
                    Text(
                        "\(missing) de « \(product) » à expédier encore",
                        "\(missing) of \"\(product)\" are still to be shipped"),
                    accepted: Text(
                        "stockShipped d’abord, aussi pour qui vient chercher, ou purchaseRefunded",
                        "first stockShipped, also where the buyer comes for it, or purchaseRefunded"))
            }
        }
        guard !views.goodsShipped(order: order.sequence).isEmpty else { return }
        let last = views.all([.stockShipped], of: order.sequence).map { ($0, views.effectiveAtUs($0)) }
            .max { $0.1 < $1.1 }
        if let last {
            try Check.notBefore(fact, last.1, of: last.0, what: Text("l’expédition", "the shipment"))
        }
    }

    /// Units that the buyer keeps and does not have: bought less refunded, less what was shipped and did not come back. Of a line of which nothing
    /// is left to pay, none is awaited.
    private static func awaited(
        _ number: UInt64, _ goods: Goods, _ order: OrderRecord, _ purchase: PurchasePlacedView, _ views: Views
    ) -> Int64 {
        var kept: Int64 = 0
        for (index, line) in lines(of: goods, order, purchase, views) {
            let back = views.refundedLine(order, index)
            if line.amountMinor > 0, back.first >= line.amountMinor { continue }
            kept &+= line.quantity &- back.second
        }
        let shipped = views.stockShipped(order: order.sequence, number).first
        return kept &- (shipped &- views.stockReturned(order: order.sequence, number).first)
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
    fileprivate func goodsShipped(order: UInt64) -> [UInt64] { goods(counted: .stockShipped, order: order) }

    /// Goods that an order may still wait for: what is reserved for it, and what came back.
    fileprivate func goodsAwaited(order: UInt64) -> [UInt64] {
        reservations(order: order).map(\.number) + goods(counted: .stockReturned, order: order)
    }

    /// The numbers of the goods that an index counts for an order.
    private func goods(counted byte: IndexByte, order: UInt64) -> [UInt64] {
        var found: [UInt64] = []
        let rows = index.rows(prefix: key.begin(byte).sequence(order).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            found.append(reader.sequence())
        }
        return found
    }
}
