import Accounting
import Bytes
import Events
import Index

/// A line whose sale is its creators': the product had a split sheet at the purchase.
struct RoyaltyLine {
    let line: UInt32
    let product: Bytes
    let seller: UInt32
    let split: UInt64
    /// A licence can be granted for it.
    let isDigital: Bool
    /// What the seller is owed for it as it now stands.
    let netMinor: Int64
}

extension Views {
    /// The lines of an order that creators share. Uses `after`.
    ///
    /// - Complexity: a look-up a line where creators share one of them; else a test.
    func royaltyLines(_ order: OrderRecord, _ book: Book) throws(MoneyError) -> [RoyaltyLine] {
        guard order.sharesRoyalties, let purchase = purchase(order) else { return [] }
        var nets: [Int64]?
        var found: [RoyaltyLine] = []
        for (index, encoded) in purchase.body.lines.enumerated() {
            guard let line = try? encoded.view(), let work = work(line.product, book),
                let split = split(line.product, at: purchase.atUs, knownAt: order.sequence, book),
                let seller = party(.identity, line.seller)
            else { continue }
            let all = if let nets { nets } else { try sellerNets(purchase.body, order, at: purchase.atUs, book) }
            nets = all
            found.append(
                RoyaltyLine(
                    line: UInt32(index), product: line.product, seller: seller, split: split,
                    isDigital: work.isDigital, netMinor: all[index]))
        }
        return found
    }

    /// What each line's seller is owed for it as it now stands, commission taken off, without the taxes that the seller remits.
    ///
    /// A seller's lines share what it is owed for them all by largest remainder, ties to the earlier line, so that the lines of an
    /// order sum to what it put on seller-payable. Uses `after`.
    ///
    /// - Complexity: O(lines of the order × its sellers).
    func sellerNets(
        _ purchase: PurchasePlacedView, _ order: OrderRecord, at us: Int64, _ book: Book
    ) throws(MoneyError) -> [Int64] {
        let refunded = refunded(order)
        try after.compute(purchase, refunded: refunded, at: us, sequence: order.sequence, book: book, views: self)
        var sellers: [UInt32] = []
        var weights: [Int64] = []
        for (index, encoded) in purchase.lines.enumerated() {
            guard let line = try? encoded.view(), let seller = party(.identity, line.seller) else {
                sellers.append(0)
                weights.append(0)
                continue
            }
            sellers.append(seller)
            weights.append(try weight(line, index < refunded.count ? refunded[index] : Counters()))
        }
        var nets = [Int64](repeating: 0, count: weights.count)
        for seller in after.sellers where seller.payable > seller.taxes {
            let own = weights.indices.filter { sellers[$0] == seller.party }
            let parts = try LargestRemainder.shares(
                pool: seller.payable - seller.taxes, bases: own.map { weights[$0] }, tieBreak: Array(own.indices))
            for (index, part) in zip(own, parts) { nets[index] = part }
        }
        return nets
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
