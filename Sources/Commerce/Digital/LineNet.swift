import Accounting
import Bytes
import Events
import Index

extension Views {
    /// What the seller is owed for one line as it now stands, commission taken off, without the taxes that the seller remits.
    ///
    /// The seller's lines share what it is owed for them all by largest remainder, ties to the earlier line, so that the lines of an
    /// order sum to what it put on seller-payable. Uses `after`.
    ///
    /// - Complexity: O(lines of the order).
    func sellerNet(
        line: UInt32, of purchase: PurchasePlacedView, _ order: OrderRecord, at us: Int64, _ book: Book
    ) throws(MoneyError) -> Int64 {
        guard let chosen = try? purchase.lines[Int(line)], let party = party(.identity, chosen.seller) else { return 0 }
        let refunded = refunded(order)
        try after.compute(purchase, refunded: refunded, at: us, sequence: order.sequence, book: book, views: self)
        guard let seller = after.sellers.first(where: { $0.party == party }) else { return 0 }
        let pool = seller.payable - seller.taxes
        guard pool > 0 else { return 0 }
        var weights: [Int64] = []
        for (index, encoded) in purchase.lines.enumerated() {
            guard let other = try? encoded.view(), other.seller == chosen.seller else {
                weights.append(0)
                continue
            }
            weights.append(try weight(other, index < refunded.count ? refunded[index] : Counters()))
        }
        return try LargestRemainder.shares(pool: pool, bases: weights, tieBreak: Array(weights.indices))[Int(line)]
    }

    /// What a seller receives for a line before commission: what remains of its price, and of the discounts that somebody else pays
    /// through the cooperative.
    private func weight(_ line: PurchaseLineView, _ back: Counters) throws(MoneyError) -> Int64 {
        let left = line.amountMinor - back.first
        let (part, whole) =
            line.amountMinor != 0 ? (left, line.amountMinor) : (line.quantity - back.second, line.quantity)
        var sum = left
        for encoded in line.discounts {
            guard whole != 0, let discount = try? encoded.view(),
                discount.funder == .cooperative || !discount.funderParty.isEmpty
            else { continue }
            sum = try Money.sum(sum, Money.proportion(discount.amountMinor, part, over: whole))
        }
        return max(0, sum)
    }
}
