import Events

/// Called by Orders.
enum Repatriation {
    static func didPlace(_ order: OrderRecord, _ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) {
    }
}
