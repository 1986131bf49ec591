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

/// What was paid of an order, or one means paid of it, and did not go back.
struct PaidAmount {
    var minor: Int64
    /// The same without the payments that are effective after the instant asked about.
    var byThenMinor: Int64
    /// The latest of those.
    var later: (us: Int64, sequence: UInt64)?

    init(_ minor: Int64 = 0) { (self.minor, byThenMinor) = (minor, minor) }

    fileprivate mutating func add(_ amount: Int64, _ us: Int64, _ sequence: UInt64, by then: Int64) {
        minor &+= amount
        guard us > then else { return byThenMinor &+= amount }
        note(us, sequence)
    }

    /// Of an amount that is counted already: what came after the instant was not there then.
    mutating func leave(_ amount: Int64, _ us: Int64, _ sequence: UInt64, by then: Int64) {
        guard us > then else { return }
        byThenMinor &-= amount
        note(us, sequence)
    }

    private mutating func note(_ us: Int64, _ sequence: UInt64) {
        if us >= later?.us ?? us { later = (us, sequence) }
    }

    /// Money went back, whenever it did: it is there no more.
    fileprivate mutating func take(_ amount: Int64) {
        minor &-= amount
        byThenMinor &-= amount
    }
}

extension Views {
    /// What was paid of an order and not given back, by whatever means; what was charged back is somebody's loss and stays paid. For rules.
    ///
    /// - Complexity: O(1) at any time after its payments; else O(events of the order).
    func paid(_ order: OrderRecord, by us: Int64) -> PaidAmount {
        var paid = PaidAmount(order.paidMinor)
        guard us < order.paidAtUs else { return paid }
        for sequence in all([.paymentCaptured, .giftCardRedeemed], of: order.sequence) {
            let amount =
                switch event(sequence)?.body {
                case .paymentCaptured(let body)?: (try? PaymentCapturedView(body))?.amountMinor
                case .giftCardRedeemed(let body)?: (try? GiftCardRedeemedView(body))?.amountMinor
                default: nil as Int64?
                }
            paid.leave(amount ?? 0, effectiveAtUs(sequence), sequence, by: us)
        }
        return paid
    }

    /// What refunds and the cancellation of an order made the buyer's again and did not go back yet. For rules.
    ///
    /// - Complexity: O(events of the order).
    func owedBack(_ order: OrderRecord, by us: Int64) -> PaidAmount {
        var owed = PaidAmount(0 &- order.dueMinor)
        var remaining = order.totalMinor
        for sequence in all([.purchaseRefunded, .purchaseCancelled], of: order.sequence) {
            // A cancellation gives back all that is left.
            var change = remaining
            if case .purchaseRefunded(let body)? = event(sequence)?.body {
                change = (try? PurchaseRefundedView(body))?.totalMinor ?? 0
            }
            remaining &-= change
            owed.leave(change, effectiveAtUs(sequence), sequence, by: us)
        }
        return owed
    }

    /// What an institution or a card paid of an order, less what was taken back and, where that is asked for, what was given back
    /// to it. For rules.
    ///
    /// - Complexity: O(events of the order).
    func paid(
        _ order: OrderRecord, through means: PaymentMeans, _ book: Book, by us: Int64, lessRefunds: Bool = true
    ) -> PaidAmount {
        var paid = PaidAmount()
        switch means {
        case .institution(let institution):
            for sequence in all([.paymentCaptured], of: order.sequence) {
                guard let body = body(PaymentCapturedView.self, of: sequence), body.institution == institution else {
                    continue
                }
                paid.add(body.amountMinor, effectiveAtUs(sequence), sequence, by: us)
            }
            for sequence in all([.chargebackReceived], of: order.sequence) {
                guard let body = body(ChargebackReceivedView.self, of: sequence), body.institution == institution,
                    let record = chargeback(body.chargeback, book), !record.isReversed
                else { continue }
                paid.take(body.amountMinor)
            }
        case .card(let card):
            for sequence in all([.giftCardRedeemed], of: order.sequence) {
                guard let body = body(GiftCardRedeemedView.self, of: sequence), body.card == card else { continue }
                paid.add(body.amountMinor, effectiveAtUs(sequence), sequence, by: us)
            }
        }
        guard lessRefunds else { return paid }
        for sequence in all([.paymentRefunded], of: order.sequence) {
            guard let body = body(PaymentRefundedView.self, of: sequence), means.received(body) else { continue }
            paid.take(body.amountMinor)
        }
        return paid
    }
}

extension Check {
    /// Money goes back where it came from: at most what came that way, and not before it came.
    static func atMost(
        _ amount: Int64, _ paid: PaidAmount, field: String = "amountMinor", _ fact: Fact, _ reason: Text,
        cause: Text = Text("le paiement", "the payment")
    ) throws(Refusal) {
        try atMost(amount, paid.minor, field, reason)
        guard amount > paid.byThenMinor, let later = paid.later else { return }
        try notBefore(fact, later.us, of: later.sequence, what: cause)
    }
}
