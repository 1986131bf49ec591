import Events

/// Called by Orders.
extension Stock {
    /// Whether the lines whose product is sold from a stock can be reserved there.
    static func decide(placed body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {}
    static func didPlace(_ order: OrderRecord, _ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) {
    }
    static func didCancel(_ order: OrderRecord, _ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views)
    {}
    static func didRefund(
        _ order: OrderRecord, _ purchase: PurchasePlacedView, _ refund: PurchaseRefundedView, _ fact: Fact,
        _ book: Book,
        _ views: Views
    ) {}
}
