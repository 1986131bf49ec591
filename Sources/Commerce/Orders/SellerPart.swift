package import Events

/// What an event of an order changed of what a seller is owed, in minor units: price + taxes − commission − taxes on it.
package struct SellerPart: Sendable {
    /// The price before tax, with the discounts that others pay for.
    package var grossMinor: Int64 = 0
    /// Taxes that the seller remits itself.
    package var taxesMinor: Int64 = 0
    package var commissionMinor: Int64 = 0
    package var commissionTaxesMinor: Int64 = 0

    package var netMinor: Int64 { grossMinor + taxesMinor - commissionMinor - commissionTaxesMinor }

    fileprivate mutating func add(_ amounts: OrderAmounts, _ party: UInt32, sign: Int64) {
        guard let index = amounts.sellers.firstIndex(where: { $0.party == party }) else { return }
        let seller = amounts.sellers[index]
        grossMinor += sign * (seller.merchandise + seller.funded + seller.sponsored)
        taxesMinor += sign * seller.taxes
        commissionMinor += sign * seller.commission
    }

    fileprivate mutating func addCommissionTaxes(_ amounts: OrderAmounts, _ party: UInt32, sign: Int64) {
        guard let index = amounts.sellers.firstIndex(where: { $0.party == party }) else { return }
        for tax in amounts.commissionAccounts.indices {
            commissionTaxesMinor += sign * amounts.commissionTax(seller: index, tax: tax)
        }
    }
}

extension Views {
    /// A seller's part of an order's event that was folded just now; `nil` for other kinds, and where it does not make up what was posted.
    package func sellerPart(_ party: UInt32, of kind: EventKind, postedMinor: Int64) -> SellerPart? {
        var part = SellerPart()
        switch kind {
        case .purchasePlaced: part.add(after, party, sign: 1)
        case .purchaseCancelled, .purchaseRefunded:
            part.add(after, party, sign: 1)
            part.add(before, party, sign: -1)
            if part.netMinor != postedMinor {
                // The commission was earned: its taxes go back with it.
                part.addCommissionTaxes(after, party, sign: 1)
                part.addCommissionTaxes(before, party, sign: -1)
            }
        case .orderHandedOver: part.addCommissionTaxes(after, party, sign: 1)
        default: return nil
        }
        return part.netMinor == postedMinor ? part : nil
    }

    /// What each seller is owed for the order that was handed over just now, or less for what was taken back of one: gross, taxes and commission with the
    /// taxes on it, all of which stand at the hand-over. For folds that tell of each event (`LedgerSnapshot.journal`), and these two kinds only.
    package func saleParts() -> [(party: UInt32, part: SellerPart)] {
        after.sellers.map { seller in
            var part = SellerPart()
            for (amounts, sign) in [(after, 1), (before, -1)] as [(OrderAmounts, Int64)] {
                part.add(amounts, seller.party, sign: sign)
                part.addCommissionTaxes(amounts, seller.party, sign: sign)
            }
            return (seller.party, part)
        }
    }
}
