import Accounting
import Bytes
import Events
import Index

/// What an order was paid with.
enum PaymentMeans {
    case institution(Bytes)
    case card(Bytes)
}

/// What one means paid of an order and did not get back.
struct PaidAmount {
    var minor: Int64 = 0
    /// The same without the payments that are effective after the instant asked about.
    var byThenMinor: Int64 = 0
    /// The latest of those.
    var later: (us: Int64, sequence: UInt64)?

    fileprivate mutating func add(_ amount: Int64, _ us: Int64, _ sequence: UInt64, by then: Int64) {
        minor &+= amount
        guard us > then else { return byThenMinor &+= amount }
        if us >= later?.us ?? us { later = (us, sequence) }
    }

    /// Money went back, whenever it did: it is there no more.
    fileprivate mutating func take(_ amount: Int64) {
        minor &-= amount
        byThenMinor &-= amount
    }
}

extension Views {
    /// The events of an order, by sequence and kind, in the order of the log.
    ///
    /// - Complexity: O(events of the order).
    private func events(of order: OrderRecord) -> [(sequence: UInt64, kind: EventKind)] {
        var found: [(UInt64, EventKind)] = []
        let rows = index.rows(prefix: key.begin(.orderEvents).sequence(order.sequence).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(6))
            let sequence = reader.sequence()
            var value = RecordReader(rows.value)
            if let kind = EventKind(rawValue: Int(value.unsigned())) { found.append((sequence, kind)) }
        }
        return found
    }

    /// The earliest event of some kinds that concerns an order, by effective time. For rules.
    ///
    /// - Complexity: O(events of the order).
    func earliest(of order: OrderRecord, _ kinds: [EventKind]) -> (us: Int64, sequence: UInt64)? {
        events(of: order).filter { kinds.contains($0.kind) }.map { (effectiveAtUs(of: $0.sequence), $0.sequence) }.min {
            $0.0 < $1.0
        }
    }

    /// What an institution or a card paid of an order, less what went back to it or was taken back. For rules.
    ///
    /// - Complexity: O(events of the order).
    func paid(_ order: OrderRecord, through means: PaymentMeans, _ book: Book, by us: Int64) -> PaidAmount {
        var paid = PaidAmount()
        for (sequence, kind) in events(of: order) {
            switch (kind, means) {
            case (.paymentCaptured, .institution(let institution)):
                guard let body = body(PaymentCapturedView.self, of: sequence), body.institution == institution else {
                    continue
                }
                paid.add(body.amountMinor, effectiveAtUs(of: sequence), sequence, by: us)
            case (.giftCardRedeemed, .card(let card)):
                guard let body = body(GiftCardRedeemedView.self, of: sequence), body.card == card else { continue }
                paid.add(body.amountMinor, effectiveAtUs(of: sequence), sequence, by: us)
            case (.paymentRefunded, .institution(let institution)):
                guard let body = body(PaymentRefundedView.self, of: sequence), body.institution == institution else {
                    continue
                }
                paid.take(body.amountMinor)
            case (.paymentRefunded, .card(let card)):
                guard let body = body(PaymentRefundedView.self, of: sequence), body.card == card else { continue }
                paid.take(body.amountMinor)
            case (.chargebackReceived, .institution(let institution)):
                guard let body = body(ChargebackReceivedView.self, of: sequence), body.institution == institution,
                    let record = chargeback(body.chargeback, book), !record.isReversed
                else { continue }
                paid.take(body.amountMinor)
            default: continue
            }
        }
        return paid
    }
}

extension Check {
    /// Money goes back where it came from: at most what came that way, and not before it came.
    static func atMost(_ amount: Int64, _ paid: PaidAmount, _ fact: Fact, _ reason: Text) throws(Refusal) {
        try atMost(amount, paid.minor, "amountMinor", reason)
        guard amount > paid.byThenMinor, let later = paid.later else { return }
        try notBefore(fact, later.us, of: later.sequence, what: Text("le paiement", "the payment"))
    }
}
