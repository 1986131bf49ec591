import Bytes
import Events

/// Called by Orders and Payments.
enum Promises {
    /// An order with a promise was paid in full: the promise runs.
    static func didPay(_ order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) {}
    /// Cancelled, refunded in full or handed over: nothing is due any more.
    static func didEnd(_ order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) {}
}

extension Parcels {
    /// An order with parcels is handed over once all of them are with the buyer.
    static func decide(handedOver order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {}
}
