import Bytes
package import Commerce
import Events

/// What a viewer sees of an order.
package enum OrderSight: Equatable, Sendable {
    /// The buyer, and whoever operates the book.
    case whole
    /// A seller: these lines, by their positions, and nothing of the others, of the buyer, of taxes or totals.
    case lines([Int])
    case hidden
}

extension Viewer {
    /// - Complexity: O(lines) for a seller.
    package func sight(of order: OrderRecord, in book: Book, _ views: Views) throws(LedgerError) -> OrderSight {
        if operates(book) { return .whole }
        guard let party = try party(views) else { return .hidden }
        if order.buyer == party { return .whole }
        guard let purchase = views.purchase(order) else { return .hidden }
        var mine: [Int] = []
        for (position, encoded) in purchase.body.lines.enumerated() {
            guard let line = try? encoded.view(), views.party(.identity, line.seller) == party else { continue }
            mine.append(position)
        }
        return mine.isEmpty ? .hidden : .lines(mine)
    }
}
