import Accounting
import Bytes
import Events
import Index

/// Debts as they stood when a payout left: nothing is paid before it is owed, however late both are recorded.
enum Debts {
    /// A change that is effective after the payout, by its time.
    private struct Change {
        let us: Int64
        let sequence: UInt64
        /// Positive: the debt grew.
        let minor: Int64
    }

    /// How many of the payee's newest events are looked at: more than anybody has within the hours that facts are late by.
    private static let eventsMax = 1_000

    /// Whether a debt that stands now stood already when the payout was effective, and ever since.
    static func decide(
        _ amount: Int64, _ account: AccountCode, _ payee: UInt32, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        // Changes are of the whole debt, and claims may have been approved since.
        var left =
            views.payable(account, payee, book) + (account == .membersPayable ? views.claimsDue(payee, book) : 0)
        let later = later(account, payee, fact, book, views)
        for change in later.sorted(by: { ($0.us, $0.sequence) > ($1.us, $1.sequence) }) {
            left -= change.minor
            guard left < amount else { continue }
            try Check.notBefore(fact, change.us, of: change.sequence, what: Text("ce qu’il paie", "what it pays"))
        }
    }

    /// How the debt changed after the fact's time: a seller's to the second, any other by days and, on the payout's own day, by bills and payouts.
    private static func later(
        _ account: AccountCode, _ payee: UInt32, _ fact: Fact, _ book: Book, _ views: Views
    ) -> [Change] {
        let events = laterEvents(payee, fact, views)
        let isSellers = account == .sellerPayable
        var changes = events.compactMap { event -> Change? in
            guard isSellers || book.day(event.us) == fact.day,
                let minor = change(event.sequence, account, payee, book, views)
            else { return nil }
            return Change(us: event.us, sequence: event.sequence, minor: minor)
        }
        guard !isSellers else { return changes }
        let prefix = views.key.begin(.movement).u16(book.id).u16(account.rawValue).u16(book.currency.rawValue)
            .u32(payee).bytes.array
        let start = views.key.day(fact.day + 1).bytes.array
        prefix.withBytes { prefix in
            start.withBytes { start in
                let rows = views.index.rows(prefix: prefix, from: start)
                while rows.next() {
                    var reader = KeyReader(rows.key.dropFirst(10))
                    let day = reader.day()
                    guard let event = events.first(where: { book.day($0.us) == day }) else { continue }
                    changes.append(
                        Change(
                            us: event.us, sequence: event.sequence,
                            minor: rows.counters.second &- rows.counters.first))
                }
            }
        }
        return changes
    }

    /// A party's events, in whatever book, that are effective after the fact, the newest first.
    static func laterEvents(_ payee: UInt32, _ fact: Fact, _ views: Views) -> [(us: Int64, sequence: UInt64)] {
        var found: [(Int64, UInt64)] = []
        for sequence in views.latestEvents(ofParty: payee, limit: eventsMax) {
            guard let entry = views.entries.entry(sequence), let event = try? EventView(entry) else { continue }
            // No effective time lies further ahead of its recording.
            guard Int64(clamping: EventHeader.recordedAtUs(of: entry)) + Envelope.aheadMaxUs >= fact.effectiveAtUs
            else {
                break
            }
            let us = event.effectiveAt.map(microseconds) ?? 0
            if us > fact.effectiveAtUs { found.append((us, sequence)) }
        }
        return found
    }

    private static func change(
        _ sequence: UInt64, _ account: AccountCode, _ payee: UInt32, _ book: Book, _ views: Views
    ) -> Int64? {
        guard let event = views.event(sequence), Array(book.name.utf8).withBytes({ event.book == $0 }) else {
            return nil
        }
        switch event.kind {
        case .orderHandedOver where account == .sellerPayable:
            guard let body = views.body(OrderHandedOverView.self, of: sequence),
                let order = views.order(body.order, book)
            else { return nil }
            return views.released(order, to: payee, book)
        case .supplierInvoiced where account == .accountsPayable:
            return views.body(SupplierInvoicedView.self, of: sequence)?.totalMinor
        case .payoutInstructed:
            guard let body = views.body(PayoutInstructedView.self, of: sequence),
                (body.account.isEmpty ? AccountCode.sellerPayable.name : body.account.string) == account.name
            else { return nil }
            return -body.amountMinor
        case .debtCollected:
            guard let body = views.body(DebtCollectedView.self, of: sequence),
                (body.account.isEmpty ? AccountCode.receivable.name : body.account.string) == account.name
            else { return nil }
            return body.amountMinor
        default: return nil
        }
    }
}

extension Views {
    /// What the hand-over of an order made payable to a seller.
    fileprivate func released(_ order: OrderRecord, to seller: UInt32, _ book: Book) -> Int64? {
        guard let purchase = purchase(order),
            compute(
                after, purchase.body, refunded: refunded(order), at: purchase.atUs, sequence: order.sequence, book: book
            ), let index = after.sellers.firstIndex(where: { $0.party == seller })
        else { return nil }
        let taxes = after.commissionAccounts.indices.reduce(0) { $0 + after.commissionTax(seller: index, tax: $1) }
        let payable = after.sellers[index].payable - taxes
        let royalties = (try? royaltyLines(order, book)) ?? []
        return royalties.reduce(payable) { $1.isDigital && $1.seller == seller ? $0 - $1.netMinor : $0 }
    }
}
