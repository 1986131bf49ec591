package import Accounting
import Bytes
package import Commerce
package import Events

/// Why an event after a year's end bears on the year (CAS 560, 7).
package enum SubsequentReason: String, CaseIterable, Sendable {
    /// Dated in the year, recorded after its end.
    case recordedLate
    /// Corrects an entry of the year.
    case corrects
    /// Takes back what was bought in the year.
    case takesBack
    /// A payment of the year came back.
    case paymentReturned
    /// Closes, allocates or pays out the year's surplus.
    case yearEnd
    /// Changes the cooperative: members who leave, shares redeemed, agreements, policies, roles.
    case changes
    /// Large, of any kind.
    case large

    package var label: Text {
        switch self {
        case .recordedLate: Text("Inscrit après la fin", "Recorded late")
        case .corrects: Text("Corrige l’exercice", "Corrects the year")
        case .takesBack: Text("Reprend un achat", "Takes back")
        case .paymentReturned: Text("Versement retourné", "Payment returned")
        case .yearEnd: Text("Fin d’exercice", "Year end")
        case .changes: Text("Changement", "Change")
        case .large: Text("Gros montant", "Large amount")
        }
    }

    /// Whether it may say what was so at the end already, and so change the year's figures (CAS 560, 2(a)).
    package var mayAdjust: Bool {
        switch self {
        case .recordedLate, .corrects, .takesBack, .paymentReturned: true
        case .yearEnd, .changes, .large: false
        }
    }
}

/// One event after a year's end. Amounts in minor units of the book's currency.
package struct SubsequentRow: Sendable {
    package let reason: SubsequentReason
    package let sequence: UInt64
    package let kind: EventKind
    package let day: CivilDate
    package let recordedDay: CivilDate
    package let actor: String
    package let amountMinor: Int64
    /// The event of the year that it bears on.
    package let earlier: UInt64?
}

/// What happened from a year's end to a day.
package enum SubsequentEvents {
    private static let changes: Set<EventKind> = [
        .memberWithdrew, .redemptionAccepted, .sharesRedeemed, .agreementSigned, .agreementEnded, .policyAdopted,
        .roleGranted, .roleRevoked, .solidarityGranted, .solidarityContributed, .lockerSiteClosed, .storageSiteClosed,
        .parcelLost,
    ]
    private static let yearEnd: Set<EventKind> = [.fiscalYearClosed, .allocationResolved, .shareInterestAllocated]

    /// - Parameters:
    ///   - to: last day, by the day an event was recorded.
    ///   - leastMinor: events of any kind of that amount and more are shown; 0: none for their amount alone.
    /// - Complexity: O(events).
    package static func rows(_ period: AuditPeriod, to: CivilDate?, leastMinor: Int64, _ snapshot: LedgerSnapshot)
        throws(LedgerError) -> [SubsequentRow]
    {
        let (book, last) = (period.book, period.last.daysSinceEpoch)
        let until = to?.daysSinceEpoch ?? .max
        let gathered = Gathered()
        try snapshot.entries(of: book) { entry, event in
            gathered.amounts[entry.sequence] = entry.recordedDay > last ? entry.debitsMinor(book) : nil
            _ = event
        }
        let name = Array(book.name.utf8)
        try snapshot.events { sequence, event in
            guard event.book.array == name, let kind = EventKind(rawValue: event.bodyField) else { return }
            let day = book.day(event.effectiveAt.map(microseconds) ?? 0)
            let recordedDay = book.day(Int64(clamping: event.recordedAtUs ?? 0))
            let isOfYear = period.contains(day)
            if isOfYear { gathered.remember(event, sequence) }
            guard recordedDay > last, recordedDay <= until else { return }
            let amount = gathered.amounts[sequence]
            var reason: SubsequentReason?
            var earlier: UInt64?
            if kind == .fiscalYearClosed || yearEnd.contains(kind) {
                reason = .yearEnd
            } else if let corrected = gathered.corrected(event, period, snapshot.views) {
                (reason, earlier) = (.corrects, corrected)
            } else if isOfYear {
                reason = amount == nil ? nil : .recordedLate
            } else if let order = gathered.takenBack(event) {
                (reason, earlier) = (.takesBack, order)
            } else if let payout = gathered.returned(event) {
                (reason, earlier) = (.paymentReturned, payout)
            } else if changes.contains(kind) {
                reason = .changes
            } else if leastMinor > 0, amount ?? 0 >= leastMinor {
                reason = .large
            }
            guard let reason else { return }
            gathered.rows.append(
                SubsequentRow(
                    reason: reason, sequence: sequence, kind: kind, day: CivilDate(clampingDays: Int64(day)),
                    recordedDay: CivilDate(clampingDays: Int64(recordedDay)), actor: event.actor.string,
                    amountMinor: amount ?? 0, earlier: earlier))
        }
        try snapshot.check()
        let order = Dictionary(uniqueKeysWithValues: SubsequentReason.allCases.enumerated().map { ($1, $0) })
        return gathered.rows.sorted { (order[$0.reason] ?? 0, $0.sequence) < (order[$1.reason] ?? 0, $1.sequence) }
    }

    private final class Gathered {
        var amounts: [UInt64: Int64] = [:]
        var rows: [SubsequentRow] = []
        private var orders: [String: UInt64] = [:]
        private var payouts: [String: UInt64] = [:]

        func remember(_ event: EventView, _ sequence: UInt64) {
            switch event.body {
            case .purchasePlaced(let b)?:
                if let body = try? PurchasePlacedView(b) { orders[body.order.string] = sequence }
            case .payoutInstructed(let b)?:
                if let body = try? PayoutInstructedView(b) { payouts[body.payout.string] = sequence }
            default: break
            }
        }

        func takenBack(_ event: EventView) -> UInt64? {
            switch event.body {
            case .purchaseRefunded(let b)?: (try? PurchaseRefundedView(b)).flatMap { orders[$0.order.string] }
            case .purchaseCancelled(let b)?: (try? PurchaseCancelledView(b)).flatMap { orders[$0.order.string] }
            case .chargebackReceived(let b)?: (try? ChargebackReceivedView(b)).flatMap { orders[$0.order.string] }
            default: nil
            }
        }

        func returned(_ event: EventView) -> UInt64? {
            guard case .payoutReturned(let b)? = event.body, let body = try? PayoutReturnedView(b) else { return nil }
            return payouts[body.payout.string]
        }

        func corrected(_ event: EventView, _ period: AuditPeriod, _ views: Views) -> UInt64? {
            guard case .correctionPosted(let b)? = event.body, let body = try? CorrectionPostedView(b),
                period.contains(period.book.day(views.effectiveAtUs(body.correctedSequence)))
            else { return nil }
            return body.correctedSequence
        }
    }
}
