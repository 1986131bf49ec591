import Accounting
import Bytes
import Events
import Index

/// What an order was paid with.
enum PaymentMeans {
    case institution(Bytes)
    case card(Bytes)

    fileprivate func received(_ refund: PaymentRefundedView) -> Bool {
        switch self {
        case .institution(let name): refund.card.isEmpty && refund.institution == name
        case .card(let name): refund.card == name
        }
    }
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
    /// The earliest event of some kinds that concerns an order, by effective time. For rules.
    ///
    /// - Complexity: O(events of the order).
    func earliest(of order: OrderRecord, _ kinds: [EventKind]) -> (us: Int64, sequence: UInt64)? {
        kinds.flatMap { all($0, of: order.sequence) }.map { (us: effectiveAtUs($0), sequence: $0) }.min {
            $0.us < $1.us
        }
    }

    /// What an institution or a card paid of an order, less what went back to it or was taken back. For rules.
    ///
    /// - Complexity: O(events of the order).
    func paid(_ order: OrderRecord, through means: PaymentMeans, _ book: Book, by us: Int64) -> PaidAmount {
        var paid = PaidAmount()
        switch means {
        case .institution(let institution):
            for sequence in all(.paymentCaptured, of: order.sequence) {
                guard let body = body(PaymentCapturedView.self, of: sequence), body.institution == institution else {
                    continue
                }
                paid.add(body.amountMinor, effectiveAtUs(sequence), sequence, by: us)
            }
            for sequence in all(.chargebackReceived, of: order.sequence) {
                guard let body = body(ChargebackReceivedView.self, of: sequence), body.institution == institution,
                    let record = chargeback(body.chargeback, book), !record.isReversed
                else { continue }
                paid.take(body.amountMinor)
            }
        case .card(let card):
            for sequence in all(.giftCardRedeemed, of: order.sequence) {
                guard let body = body(GiftCardRedeemedView.self, of: sequence), body.card == card else { continue }
                paid.add(body.amountMinor, effectiveAtUs(sequence), sequence, by: us)
            }
        }
        for sequence in all(.paymentRefunded, of: order.sequence) {
            guard let body = body(PaymentRefundedView.self, of: sequence), means.received(body) else { continue }
            paid.take(body.amountMinor)
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
