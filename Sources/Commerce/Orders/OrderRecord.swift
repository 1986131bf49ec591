package import Bytes
import Events
import Index

/// An order as it stands; what was bought is read from its purchase, by sequence.
package struct OrderRecord: Record {
    /// The purchase's sequence.
    package var sequence: UInt64 = 0
    package var buyer: UInt32 = 0
    package var isCancelled = false
    package var isHandedOver = false
    package var hasRefunds = false
    package var buyerIsMember = false
    /// The buyer was a member of the consumer group, so the purchase counts for its patronage dividend once it is handed over.
    package var earnsPatronage = false
    /// A seller is a cooperative with a book in the ledger, which may have the sale, too; see SellerBooks.
    var sellsForBooks = false
    /// A line was reserved from a stock.
    var sellsFromStock = false
    /// A line is a work whose split sheet was in force: what its seller is owed is its creators'.
    var sharesRoyalties = false
    package var lines: Int64 = 0
    /// As placed.
    package var merchandiseMinor: Int64 = 0
    package var totalMinor: Int64 = 0
    /// What remains after refunds and cancellation: what the buyer owes in all.
    package var remainingMinor: Int64 = 0
    /// Captured less paid back.
    package var paidMinor: Int64 = 0
    /// Local day of the purchase.
    package var day: Int32 = 0

    /// The purchase's DeliveryMode.
    package var deliveryMode: Int = 0
    /// When the latest of its payments was effective; 0 before any. A promise counts from here.
    package var paidAtUs: Int64 = 0
    /// It has been paid in full, whatever went back since.
    package var wasPaid = false
    /// Taken back by institutions and borne by sellers or the cooperative: paid as far as the buyer is concerned. A refund takes from it
    /// first, and gives back the rest.
    package var chargedBackMinor: Int64 = 0
    /// When its hand-over was effective, microseconds; nothing is said where it is not handed over.
    var handedOverAtUs: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        buyer = UInt32(truncatingIfNeeded: reader.unsigned())
        let flags = reader.unsigned()
        isCancelled = flags & 1 != 0
        isHandedOver = flags & 2 != 0
        hasRefunds = flags & 4 != 0
        buyerIsMember = flags & 8 != 0
        earnsPatronage = flags & 16 != 0
        wasPaid = flags & 32 != 0
        sellsForBooks = flags & 64 != 0
        sellsFromStock = flags & 128 != 0
        sharesRoyalties = flags & 256 != 0
        lines = reader.int()
        merchandiseMinor = reader.int()
        totalMinor = reader.int()
        remainingMinor = reader.int()
        paidMinor = reader.int()
        day = Int32(truncatingIfNeeded: reader.int())
        deliveryMode = Int(reader.int())
        paidAtUs = reader.int()
        chargedBackMinor = reader.int()
        handedOverAtUs = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(buyer))
        out.unsigned(
            (isCancelled ? 1 : 0) | (isHandedOver ? 2 : 0) | (hasRefunds ? 4 : 0) | (buyerIsMember ? 8 : 0)
                | (earnsPatronage ? 16 : 0) | (wasPaid ? 32 : 0) | (sellsForBooks ? 64 : 0)
                | (sellsFromStock ? 128 : 0) | (sharesRoyalties ? 256 : 0))
        out.int(lines)
        out.int(merchandiseMinor)
        out.int(totalMinor)
        out.int(remainingMinor)
        out.int(paidMinor)
        out.int(Int64(day))
        // Until it is paid, its row ends here.
        guard deliveryMode != 0 || paidAtUs != 0 || chargedBackMinor != 0 || handedOverAtUs != 0 else { return }
        out.int(Int64(deliveryMode))
        out.int(paidAtUs)
        guard chargedBackMinor != 0 || handedOverAtUs != 0 else { return }
        out.int(chargedBackMinor)
        out.int(handedOverAtUs)
    }

    /// What is still to be paid; negative when money is to go back.
    package var dueMinor: Int64 { remainingMinor &- paidMinor }

    package var isPaid: Bool { dueMinor <= 0 }

    /// How far an order has come, as programs read it.
    package enum Status: String, Sendable {
        case placed, paid, handedOver, refunded, cancelled
    }

    package var status: Status {
        if isCancelled { return .cancelled }
        if isHandedOver { return hasRefunds ? .refunded : .handedOver }
        return isPaid ? .paid : .placed
    }

    /// Institutions took back all that the buyer was to pay: nobody has paid for the goods.
    package var isChargedBackWhole: Bool { chargedBackMinor > 0 && chargedBackMinor >= remainingMinor }

    /// Ready in a locker within 4 or 24 hours of payment.
    package var hasPromise: Bool {
        deliveryMode == DeliveryMode.locker4H.rawValue || deliveryMode == DeliveryMode.locker24H.rawValue
    }
}

extension Views {
    package func order(_ name: Bytes, _ book: Book) -> OrderRecord? {
        record(OrderRecord.self, key.begin(.order).u16(book.id).text(name).bytes)
    }

    /// The names of a book's orders in byte order, the first so many.
    ///
    /// - Complexity: O(orders).
    package func orderNames(_ book: Book, limit: Int = .max) -> [[UInt8]] {
        var names: [[UInt8]] = []
        let rows = index.rows(prefix: key.begin(.order).u16(book.id).bytes)
        while names.count < limit, rows.next() { names.append(rows.key.dropFirst(3).array) }
        return names
    }

    func putOrder(_ record: OrderRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.order).u16(book.id).text(name).bytes, record)
    }
}

extension Check {
    static func order(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) -> OrderRecord {
        try Check.id(name, "order")
        guard let order = views.order(name, book) else {
            throw Refusal(
                .unknown, "order", name, Text("commande inconnue", "unknown order"),
                accepted: Text("une commande de purchasePlaced", "an order of purchasePlaced"))
        }
        return order
    }

    /// Nothing happens to an order before its purchase.
    static func notBefore(_ fact: Fact, _ order: OrderRecord, _ views: Views) throws(Refusal) {
        // A later day says enough: nothing is read from the log.
        guard fact.day <= order.day else { return }
        try notBefore(fact, eventAt: order.sequence, Text("l’achat", "the purchase"), views)
    }

    /// What waits for payment does not come before it.
    static func notBeforePayment(_ fact: Fact, _ order: OrderRecord, _ views: Views) throws(Refusal) {
        guard fact.effectiveAtUs < order.paidAtUs, let paid = views.paid(order, by: fact.effectiveAtUs).later else {
            return
        }
        try notBefore(fact, paid.us, of: paid.sequence, what: Text("le paiement", "the payment"))
    }

    /// Nothing that follows the hand-over of an order comes before it.
    static func notBeforeHandOver(_ fact: Fact, _ order: OrderRecord, _ views: Views) throws(Refusal) {
        guard fact.effectiveAtUs < order.handedOverAtUs else { return }
        try notBeforeHandOver(fact, order.sequence, views)
    }

    /// - Complexity: O(events of the order).
    static func notBeforeHandOver(_ fact: Fact, _ order: UInt64, _ views: Views) throws(Refusal) {
        let handedOver = views.all([.orderHandedOver], of: order).first ?? order
        try notBefore(
            fact, eventAt: handedOver, Text("la remise de la commande", "the hand-over of the order"), views)
    }

    static func open(_ order: OrderRecord, _ name: Bytes) throws(Refusal) {
        guard !order.isCancelled else {
            throw Refusal(
                .notAllowed, "order", name, Text("la commande est annulée", "the order is cancelled"),
                accepted: Text("une commande en cours", "an order that stands"))
        }
    }
}
