import Accounting
package import Bytes
import Events
import Index

/// A payment that an institution took back, and who bears it.
package struct ChargebackRecord: Record {
    package var sequence: UInt64 = 0
    /// The purchase, or the payment that was of none.
    package var orderSequence: UInt64 = 0
    /// A payment of no order was taken back: the cooperative bears it.
    package var isOfPayment = false
    package var institution: UInt32 = 0
    package var amountMinor: Int64 = 0
    /// The part that settled what the buyer was to get back anyway.
    package var settledMinor: Int64 = 0
    /// The sellers bear the rest; else the cooperative does.
    package var isSellers = false
    package var isReversed = false
    /// It left the bank by itself, not with its day's captures; see Settlements.
    package var isSettled = false
    /// The refund since which the sellers share what is left of it anew; 0 before any.
    var sharedSequence: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        orderSequence = reader.unsigned()
        institution = UInt32(truncatingIfNeeded: reader.unsigned())
        amountMinor = reader.int()
        settledMinor = reader.int()
        let flags = reader.unsigned()
        isSellers = flags & 1 != 0
        isReversed = flags & 2 != 0
        isOfPayment = flags & 4 != 0
        isSettled = flags & 8 != 0
        sharedSequence = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(orderSequence)
        out.unsigned(UInt64(institution))
        out.int(amountMinor)
        out.int(settledMinor)
        out.unsigned((isSellers ? 1 : 0) | (isReversed ? 2 : 0) | (isOfPayment ? 4 : 0) | (isSettled ? 8 : 0))
        if sharedSequence != 0 { out.unsigned(sharedSequence) }
    }

    /// What is somebody's loss while the chargeback stands.
    package var borneMinor: Int64 { isReversed ? 0 : amountMinor - settledMinor }

    /// Sellers bear it by what they got before this sequence.
    fileprivate var sharedBefore: UInt64 { sharedSequence == 0 ? sequence : sharedSequence + 1 }
}

extension Views {
    package func chargeback(_ name: Bytes, _ book: Book) -> ChargebackRecord? {
        record(ChargebackRecord.self, key.begin(.chargeback).u16(book.id).text(name).bytes)
    }

    fileprivate func putChargeback(_ record: ChargebackRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.chargeback).u16(book.id).text(name).bytes, record)
    }

    /// The chargebacks of an order, or of a payment of none, by sequence.
    fileprivate func chargebacks(of order: UInt64) -> [UInt64] {
        numbers(key.begin(.orderChargeback).sequence(order).bytes)
    }

    /// Those of an order that are somebody's loss, by sequence.
    fileprivate func borneChargebacks(of order: OrderRecord, _ book: Book) -> [(name: Bytes, record: ChargebackRecord)]
    {
        guard order.chargedBackMinor > 0 else { return [] }
        return chargebacks(of: order.sequence).compactMap { sequence in
            guard let name = body(ChargebackReceivedView.self, of: sequence)?.chargeback,
                let record = chargeback(name, book), record.borneMinor > 0
            else { return nil }
            return (name, record)
        }
    }

    /// What each seller bears of a chargeback; empty where none got anything.
    fileprivate func sellerParts(_ record: ChargebackRecord, _ book: Book) -> [(party: UInt32, amount: Int64)] {
        sellerParts(of: record.borneMinor, record.orderSequence, before: record.sharedBefore, book)
    }

    /// A payment of the book that was of no order: who paid how much through which institution.
    fileprivate func payment(_ sequence: UInt64, _ book: Bytes) -> (payer: Bytes, institution: Bytes, minor: Int64)? {
        guard let event = event(sequence), event.book == book else { return nil }
        switch event.body {
        case .ridePaid(let b)?: return (try? RidePaidView(b)).map { ($0.rider, $0.institution, $0.amountMinor) }
        case .giftCardSold(let b)?: return (try? GiftCardSoldView(b)).map { ($0.buyer, $0.institution, $0.amountMinor) }
        case .creditsBought(let b)?:
            return (try? CreditsBoughtView(b)).map { ($0.listener, $0.institution, $0.totalMinor) }
        case .sharesSubscribed(let b)?:
            return (try? SharesSubscribedView(b)).map { ($0.member, $0.institution, $0.amountMinor) }
        case .debtCollected(let b)?:
            return (try? DebtCollectedView(b)).map { ($0.debtor, $0.institution, $0.amountMinor) }
        default: return nil
        }
    }

    /// The refunds of an order, by sequence.
    private func refunds(of order: UInt64) -> [UInt64] { numbers(key.begin(.refund).sequence(order).bytes).sorted() }

    private func numbers(_ prefix: Bytes) -> [UInt64] {
        var found: [UInt64] = []
        let rows = index.rows(prefix: prefix)
        while rows.next() {
            var value = RecordReader(rows.value)
            found.append(value.unsigned())
        }
        return found
    }

    /// What each seller of an order got before an event, for its part of a chargeback; empty where none got anything.
    fileprivate func sellerParts(of amount: Int64, _ orderSequence: UInt64, before sequence: UInt64, _ book: Book)
        -> [(party: UInt32, amount: Int64)]
    {
        guard let event = event(orderSequence), let purchase = try? PurchasePlacedView(event.bodyBytes) else {
            return []
        }
        var refunded = [Counters](repeating: Counters(), count: purchase.lines.count)
        for at in refunds(of: orderSequence) where at < sequence {
            guard let refund = body(PurchaseRefundedView.self, of: at) else { continue }
            for encoded in refund.lines {
                guard let line = try? encoded.view(), refunded.indices.contains(Int(line.line)) else { continue }
                let known = refunded[Int(line.line)]
                refunded[Int(line.line)] = Counters(
                    known.first &+ line.amountMinor, known.second &+ line.quantity)
            }
        }
        guard
            compute(
                after, purchase, refunded: refunded, at: event.effectiveAt.map(microseconds) ?? 0,
                sequence: orderSequence, book: book)
        else { return [] }
        let bases = after.sellers.map { Swift.max(0, $0.payable) }
        guard bases.contains(where: { $0 > 0 }) else { return [] }
        let order = LargestRemainder.ranks(ofIds: after.sellers.map { partyName($0.party) })
        guard let parts = try? LargestRemainder.shares(pool: amount, bases: bases, tieBreak: order) else {
            index.fail("event \(sequence): its amount cannot be shared")
            return []
        }
        return zip(after.sellers, parts).map { ($0.party, $1) }
    }
}

/// Chargebacks: an institution takes a payment back. The buyer is not asked again: the sale stands, and the sellers or the cooperative bear the loss.
///
/// What the buyer is to get back anyway by a refund or a cancellation, before it or since, is settled by the chargeback first: whichever comes first, the
/// figures are the same. What the buyer got back already is taken twice, and is a loss like the rest. Of a payment without an order the cooperative bears it.
enum Chargebacks {
    /// Field of ChargebackPolicy in PolicyAdopted.
    static let policyField = 13

    static func decide(received body: ChargebackReceivedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.chargeback, "chargeback")
        if views.chargeback(body.chargeback, book) != nil {
            throw Refusal(
                .duplicate, "chargeback", body.chargeback,
                Text("rétrofacturation déjà inscrite", "chargeback already recorded"),
                accepted: Text("un numéro nouveau", "a new chargeback id"))
        }
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.notNegative(body.feeMinor, "feeMinor")
        try Check.currency(body.currency, book)
        try Check.text(body.reason, "reason")
        guard body.paymentSequence == 0 else { return try decide(ofPayment: body, fact, book, views) }
        let order = try Check.order(body.order, book, views)
        try SellerBooks.areOpen(order.sequence, fact, views)
        // An institution does take back what was refunded already: that is a fact, and somebody's loss.
        try Check.atMost(
            body.amountMinor,
            views.paid(
                order, through: .institution(body.institution), book, by: fact.effectiveAtUs, lessRefunds: false),
            fact,
            Text(
                "plus que ce que l’institution a encaissé pour la commande et n’a pas repris",
                "more than the institution captured for the order and did not take back"))
    }

    /// A payment that was of no order.
    private static func decide(
        ofPayment body: ChargebackReceivedView, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard body.order.isEmpty else {
            throw Refusal(
                .conflict, "order", body.order,
                Text("la commande ou le paiement, non les deux", "the order or the payment, not both"),
                accepted: Text("order ou paymentSequence", "order or paymentSequence"))
        }
        let sequence = body.paymentSequence
        guard sequence < fact.sequence, let payment = views.payment(sequence, fact.event.book) else {
            throw Refusal(
                .unknown, "paymentSequence", "\(sequence)",
                Text("ce n’est pas un paiement hors commande de ce livre", "not a payment of this book beside orders"),
                accepted: Text(
                    "la séquence d’un ridePaid, giftCardSold, creditsBought, sharesSubscribed ou debtCollected",
                    "the sequence of a ridePaid, giftCardSold, creditsBought, sharesSubscribed or debtCollected"))
        }
        guard body.institution == payment.institution else {
            throw Refusal(
                .conflict, "institution", body.institution,
                Text("le paiement est venu d’une autre institution", "the payment came by another institution"),
                accepted: Text(payment.institution.string, payment.institution.string))
        }
        try Check.notBefore(fact, eventAt: sequence, Text("le paiement", "the payment"), views)
        var left = payment.minor
        for known in views.chargebacks(of: sequence) {
            guard let earlier = views.body(ChargebackReceivedView.self, of: known),
                views.chargeback(earlier.chargeback, book)?.isReversed == false
            else { continue }
            left -= earlier.amountMinor
        }
        try Check.atMost(
            body.amountMinor, left, "amountMinor",
            Text("plus que ce qui n’est pas encore repris du paiement", "more than is left of the payment to take back")
        )
    }

    /// The cooperative bears it: Dr chargebacks, bank fees / Cr in transit.
    private static func fold(ofPayment body: ChargebackReceivedView, _ fact: Fact, _ book: Book, _ views: Views) {
        guard let payment = views.payment(body.paymentSequence, fact.event.book) else {
            return views.index.fail("event \(fact.sequence): no such payment")
        }
        var record = ChargebackRecord()
        record.sequence = fact.sequence
        record.orderSequence = body.paymentSequence
        record.isOfPayment = true
        record.institution = views.intern(.institution, body.institution)
        record.amountMinor = body.amountMinor
        views.putChargeback(record, body.chargeback, book)
        take(record, body, fact, book, views)
        views.touch(views.intern(.identity, payment.payer), fact)
        views.touch(record.institution, fact)
    }

    /// The loss, the fee and the money that leaves with them.
    private static func take(
        _ record: ChargebackRecord, _ body: ChargebackReceivedView, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        views.putNumber(
            views.key.begin(.orderChargeback).sequence(record.orderSequence).sequence(fact.sequence).bytes,
            fact.sequence)
        bear(record, 1, fact, book, views)
        views.debit(book, .bankFees, body.feeMinor)
        views.credit(book, .inTransit, party: record.institution, body.amountMinor + body.feeMinor)
        views.addCapture(book, record.institution, fact.day, -(body.amountMinor + body.feeMinor))
    }

    static func fold(received body: ChargebackReceivedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard body.paymentSequence == 0 else { return fold(ofPayment: body, fact, book, views) }
        guard var order = views.order(body.order, book) else { return views.noBook(fact) }
        var record = ChargebackRecord()
        record.sequence = fact.sequence
        record.orderSequence = order.sequence
        record.institution = views.intern(.institution, body.institution)
        record.amountMinor = body.amountMinor
        record.settledMinor = min(body.amountMinor, max(0, -order.dueMinor))
        let bearer = book.policy(
            ChargebackPolicyView.self, policyField, at: fact.effectiveAtUs, knownAt: fact.sequence)?.bearer
        // Of a cancelled order no seller got anything: the money went back twice.
        record.isSellers =
            bearer == .seller && !order.isCancelled
            && !views.sellerParts(record, book).isEmpty
        order.paidMinor -= record.settledMinor
        order.chargedBackMinor += record.borneMinor
        views.putOrder(order, body.order, book)
        views.putChargeback(record, body.chargeback, book)
        views.debit(book, .receivable, party: order.buyer, record.settledMinor)
        take(record, body, fact, book, views)
        RoyaltiesOfOrder.follow(order, fact, book, views)
        touch(record, order.buyer, fact, views)
    }

    /// It left the bank by itself.
    static func didSettle(_ name: Bytes, _ book: Book, _ views: Views) {
        guard var record = views.chargeback(name, book) else { return }
        record.isSettled = true
        views.putChargeback(record, name, book)
    }

    static func decide(reversed body: ChargebackReversedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.chargeback, "chargeback")
        guard let record = views.chargeback(body.chargeback, book) else {
            throw Refusal(
                .unknown, "chargeback", body.chargeback, Text("rétrofacturation inconnue", "unknown chargeback"),
                accepted: Text("un numéro de chargebackReceived", "a chargeback that chargebackReceived recorded"))
        }
        try Check.notBefore(fact, eventAt: record.sequence, Text("la rétrofacturation", "the chargeback"), views)
        try SellerBooks.areOpen(record.orderSequence, fact, views)
        guard !record.isReversed else {
            throw Refusal(
                .duplicate, "chargeback", body.chargeback, Text("déjà renversée", "already reversed"),
                accepted: Text("une rétrofacturation qui ne l’est pas", "a chargeback that is not"))
        }
        let institution = views.partyName(record.institution)
        guard body.institution.string == institution else {
            throw Refusal(
                .conflict, "institution", body.institution,
                Text("la rétrofacturation est d’une autre institution", "the chargeback is another institution's"),
                accepted: Text(institution, institution))
        }
        try Check.equal(
            body.amountMinor, record.amountMinor, "amountMinor",
            Text("le montant de la rétrofacturation", "the amount of the chargeback"))
        try Check.currency(body.currency, book)
    }

    static func fold(reversed body: ChargebackReversedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.chargeback(body.chargeback, book) else {
            return views.noBook(fact)
        }
        views.debit(book, .inTransit, party: record.institution, body.amountMinor)
        views.addCapture(book, record.institution, fact.day, body.amountMinor)
        bear(record, -1, fact, book, views)
        let borne = record.borneMinor
        record.isReversed = true
        views.putChargeback(record, body.chargeback, book)
        guard !record.isOfPayment else {
            if let payer = views.payment(record.orderSequence, fact.event.book)?.payer {
                views.touch(views.intern(.identity, payer), fact)
            }
            return views.touch(record.institution, fact)
        }
        guard let purchase = views.body(PurchasePlacedView.self, of: record.orderSequence),
            var order = views.order(purchase.order, book)
        else { return views.noBook(fact) }
        views.credit(book, .receivable, party: order.buyer, record.settledMinor)
        order.paidMinor += record.settledMinor
        order.chargedBackMinor -= borne
        views.putOrder(order, purchase.order, book)
        RoyaltiesOfOrder.follow(order, fact, book, views)
        touch(record, order.buyer, fact, views)
    }

    /// What lessens the loss of a chargeback does not come before it.
    static func decide(givesBack order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        for (_, record) in views.borneChargebacks(of: order, book) {
            try Check.notBefore(fact, eventAt: record.sequence, Text("la rétrofacturation", "the chargeback"), views)
        }
    }

    /// Goods are refunded, or the order is cancelled: what the buyer is to get back now, institutions gave it back already. Who bore that is made
    /// whole, the earliest chargeback first, and the sellers bear what is left of them by what they have since.
    static func didGiveBack(_ order: inout OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) {
        var left = max(0, -order.dueMinor)
        for (name, known) in views.borneChargebacks(of: order, book) {
            var record = known
            let settled = min(left, record.borneMinor)
            left -= settled
            bear(record, -1, fact, book, views)
            record.settledMinor += settled
            record.sharedSequence = fact.sequence
            record.isSellers = record.isSellers && !order.isCancelled && !views.sellerParts(record, book).isEmpty
            bear(record, 1, fact, book, views)
            views.putChargeback(record, name, book)
            views.debit(book, .receivable, party: order.buyer, settled)
            order.paidMinor -= settled
            order.chargedBackMinor -= settled
        }
        views.putOrder(order, name, book)
    }

    /// Debits (sign 1) or credits (sign -1) whoever bears the chargeback.
    private static func bear(_ record: ChargebackRecord, _ sign: Int64, _ fact: Fact, _ book: Book, _ views: Views) {
        guard record.borneMinor > 0 else { return }
        guard record.isSellers else { return views.debit(book, .chargebacks, sign * record.borneMinor) }
        for part in views.sellerParts(record, book) {
            views.debit(book, .sellerPayable, party: part.party, sign * part.amount)
            SellerBooks.didBear(sign * part.amount, part.party, record.orderSequence, fact, book, views)
            views.touch(part.party, fact)
        }
    }

    /// What a seller bears of the order's chargebacks that stand.
    static func borne(by seller: UInt32, of order: OrderRecord, _ book: Book, _ views: Views) -> Int64 {
        views.borneChargebacks(of: order, book).filter(\.record.isSellers)
            .flatMap { views.sellerParts($0.record, book) }
            .reduce(0) { $1.party == seller ? $0 &+ $1.amount : $0 }
    }

    /// Whether the sellers bear all that was charged back of the order.
    static func areSellers(_ order: OrderRecord, _ book: Book, _ views: Views) -> Bool {
        views.borneChargebacks(of: order, book).allSatisfy(\.record.isSellers)
    }

    private static func touch(_ record: ChargebackRecord, _ buyer: UInt32, _ fact: Fact, _ views: Views) {
        views.touch(buyer, fact)
        views.touch(record.institution, fact)
        views.touchOrder(record.orderSequence, fact)
    }
}

extension Policies {
    static func decide(chargebacks policy: ChargebackPolicyView, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        guard policy.bearer != .unspecified else {
            throw Refusal(
                .missing, "chargebacks.bearer", "",
                Text("qui supporte la perte manque", "who bears the loss is missing"),
                accepted: Text("par exemple CHARGEBACK_BEARER_SELLER", "for example CHARGEBACK_BEARER_SELLER"))
        }
    }
}
