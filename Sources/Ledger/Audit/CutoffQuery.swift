import Accounting
import Bytes
package import Commerce
package import Events

/// Why an event near a year's end is looked at.
package enum CutoffReason: String, CaseIterable, Sendable {
    /// The last events of the year and the first of the next, around midnight.
    case boundary
    /// Of one year by its effective day, of the other by the day it was recorded.
    case straddles
    /// Bought before the end, handed over after it: no commission is earned yet at the end.
    case handedOverAfter
    /// Bought before the end and not handed over in the days looked at.
    case notHandedOver
    /// Taken back after the end, bought before it.
    case refundedAfter
    /// Invoiced after the end: which year is it of?
    case invoicedAfter
    /// Paid before the end, on the bank's side after it.
    case settledAfter

    package var label: Text {
        switch self {
        case .boundary: Text("Minuit", "Midnight")
        case .straddles: Text("À cheval", "Straddles")
        case .handedOverAfter: Text("Remise après", "Handed over after")
        case .notHandedOver: Text("Non remise", "Not handed over")
        case .refundedAfter: Text("Remboursée après", "Refunded after")
        case .invoicedAfter: Text("Facturée après", "Invoiced after")
        case .settledAfter: Text("Réglée après", "Settled after")
        }
    }
}

/// One event near a year's end. Amounts in minor units of the book's currency.
package struct CutoffRow: Sendable {
    package let reason: CutoffReason
    package let sequence: UInt64
    /// The event of before the end that it belongs to.
    package let earlier: UInt64?
    package let kind: EventKind
    package let effectiveAtUs: Int64
    package let recordedAtUs: Int64
    package let amountMinor: Int64
    package let subject: String
    /// The revenue and expenses that it put into its year, revenue less expenses.
    package let resultMinor: Int64
}

/// The separation of periods at a year's end (CAS 330; DOMAIN §8): what lies a few days on either side of midnight.
package struct CutoffQuery {
    private let period: AuditPeriod
    private let days: Int32
    private let boundary: Int
    private let views: Views
    private var rows: [CutoffRow] = []
    /// Orders placed in the days before the end, with their sequence and amount; payments on their way.
    private var orders: [String: Row] = [:]
    private var handedOver: Set<String> = []
    private var payouts: [String: UInt64] = [:]
    private var before: [Row] = []
    private var after: [Row] = []

    private struct Row {
        let entry: AuditEntry
        let effectiveAtUs: Int64
        let recordedAtUs: Int64
        let subject: String
    }

    /// - Parameter boundary: how many events on either side of midnight are shown whatever they are.
    /// - Complexity: O(events), in memory O(those near the end).
    package static func run(
        _ period: AuditPeriod, days: Int32, boundary: Int, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [CutoffRow] {
        let box = Box(CutoffQuery(period: period, days: days, boundary: boundary, views: snapshot.views))
        try snapshot.entries(of: period.book) { entry, event in box.query.see(entry, event) }
        box.query.finish()
        try snapshot.check()
        let order = Dictionary(uniqueKeysWithValues: CutoffReason.allCases.enumerated().map { ($1, $0) })
        return box.query.rows.sorted {
            (order[$0.reason] ?? 0, $0.effectiveAtUs, $0.sequence) < (
                order[$1.reason] ?? 0, $1.effectiveAtUs, $1.sequence
            )
        }
    }

    private final class Box {
        var query: CutoffQuery
        init(_ query: CutoffQuery) { self.query = query }
    }

    private init(period: AuditPeriod, days: Int32, boundary: Int, views: Views) {
        self.period = period
        self.days = days
        self.boundary = boundary
        self.views = views
    }

    private var last: Int32 { period.last.daysSinceEpoch }

    private func isNear(_ day: Int32) -> Bool { day > last - days && day <= last + days }

    private mutating func see(_ entry: AuditEntry, _ event: EventView) {
        let row = Row(
            entry: entry, effectiveAtUs: event.effectiveAt.map(microseconds) ?? 0,
            recordedAtUs: Int64(clamping: event.recordedAtUs ?? 0), subject: (try? Self.subject(event)) ?? "")
        let subject = row.subject
        let isBefore = entry.day <= last
        // The close itself is no fact of either year.
        if isNear(entry.day), entry.kind != .fiscalYearClosed {
            if isBefore { before.append(row) } else { after.append(row) }
        }
        if isNear(entry.day) || isNear(entry.recordedDay), isBefore != (entry.recordedDay <= last),
            entry.kind != .fiscalYearClosed
        {
            add(.straddles, row)
        }
        let isAfter = !isBefore && isNear(entry.day)
        switch entry.kind {
        case .purchasePlaced: if isBefore { orders[subject] = row }
        case .orderHandedOver:
            guard let order = orders[subject] else { break }
            if isBefore || isAfter { handedOver.insert(subject) }
            if isAfter { add(.handedOverAfter, row, order.entry.sequence) }
        case .purchaseCancelled, .purchaseRefunded, .chargebackReceived:
            guard let order = orders[subject] else { break }
            if entry.kind == .purchaseCancelled { handedOver.insert(subject) }
            if isAfter { add(.refundedAfter, row, order.entry.sequence) }
        case .supplierInvoiced, .serviceInvoiced, .clientInvoiced, .expenseApproved:
            if isAfter { add(.invoicedAfter, row) }
        case .payoutInstructed: if isBefore { payouts[subject] = entry.sequence }
        case .payoutSettled, .payoutReturned:
            if isAfter, let payout = payouts[subject] { add(.settledAfter, row, payout) }
        case .fundsSettled:
            if isAfter, let captured = try? CivilDate(subject), captured.daysSinceEpoch <= last {
                add(.settledAfter, row)
            }
        default: break
        }
    }

    private mutating func finish() {
        for (order, row) in orders where isNear(row.entry.day) && !handedOver.contains(order) {
            add(.notHandedOver, row)
        }
        before.sort { ($0.effectiveAtUs, $0.entry.sequence) < ($1.effectiveAtUs, $1.entry.sequence) }
        after.sort { ($0.effectiveAtUs, $0.entry.sequence) < ($1.effectiveAtUs, $1.entry.sequence) }
        for row in before.suffix(boundary) + after.prefix(boundary) { add(.boundary, row) }
    }

    private mutating func add(_ reason: CutoffReason, _ row: Row, _ earlier: UInt64? = nil) {
        let result = row.entry.lines.reduce(Int64(0)) { sum, line in
            switch views.accountClass(line.account, book: period.book.id) {
            case .revenue, .expenses: line.currency == period.book.currency.rawValue ? sum &- line.amountMinor : sum
            default: sum
            }
        }
        rows.append(
            CutoffRow(
                reason: reason, sequence: row.entry.sequence, earlier: earlier, kind: row.entry.kind,
                effectiveAtUs: row.effectiveAtUs, recordedAtUs: row.recordedAtUs,
                amountMinor: row.entry.debitsMinor(period.book), subject: row.subject, resultMinor: result))
    }

    /// What the event is about, as the comparison needs it; of a settlement, the day of its captures.
    private static func subject(_ event: EventView) throws -> String {
        switch event.body {
        case .purchasePlaced(let b)?: try PurchasePlacedView(b).order.string
        case .orderHandedOver(let b)?: try OrderHandedOverView(b).order.string
        case .purchaseCancelled(let b)?: try PurchaseCancelledView(b).order.string
        case .purchaseRefunded(let b)?: try PurchaseRefundedView(b).order.string
        case .chargebackReceived(let b)?: try ChargebackReceivedView(b).order.string
        case .supplierInvoiced(let b)?: try SupplierInvoicedView(b).invoice.string
        case .serviceInvoiced(let b)?: try ServiceInvoicedView(b).invoice.string
        case .clientInvoiced(let b)?: try ClientInvoicedView(b).invoice.string
        case .expenseApproved(let b)?: try ExpenseApprovedView(b).claim.string
        case .payoutInstructed(let b)?: try PayoutInstructedView(b).payout.string
        case .payoutSettled(let b)?: try PayoutSettledView(b).payout.string
        case .payoutReturned(let b)?: try PayoutReturnedView(b).payout.string
        case .fundsSettled(let b)?: try FundsSettledView(b).captureDate.string
        default: ""
        }
    }
}
