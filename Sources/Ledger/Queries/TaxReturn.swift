package import Accounting
import Bytes
import Commerce
import Events
import Index

/// One tax of a book over a period, as a return declares it. Amounts in minor units; owed is positive.
///
/// opening + collected − adjusted + manual − remitted = closing: the return ties to the account of the tax. Beside it stand the input tax credits and
/// refunds; both together, less what was remitted for the period after its end, are what is still to be remitted.
package struct TaxReturnRow: Equatable, Sendable {
    package let tax: String
    package let account: String
    /// Owed at the end of the day before the period.
    package let openingMinor: Int64
    /// Charged to buyers where the cooperative is deemed supplier.
    package let deemedSupplyMinor: Int64
    /// Charged to registered sellers on the commission.
    package let commissionMinor: Int64
    /// Charged to buyers by a cooperative that sells on another's market.
    package let salesMinor: Int64
    /// Charged on the cooperative's own services: rides, invoices.
    package let ownServicesMinor: Int64
    /// Given back by refunds and cancellations, on supplies and commissions.
    package let adjustedMinor: Int64
    /// By manual entries and corrections.
    package let manualMinor: Int64
    /// Sent to the authority, what was recovered in the same return included.
    package let remittedMinor: Int64
    package let closingMinor: Int64
    /// To be recovered at the end of the day before the period.
    package let recoverableOpeningMinor: Int64
    /// Paid to suppliers in the period, to be recovered.
    package let recoverableMinor: Int64
    /// Recovered by returns recorded in the period.
    package let recoveredMinor: Int64
    /// To be recovered at the end of the period.
    package let recoverableClosingMinor: Int64
    /// Remitted after the period for it or an earlier one, less what was recovered with it.
    package let remittedSinceMinor: Int64

    /// Owed at the end of the period, less what is to be recovered.
    package var netOwedMinor: Int64 { closingMinor - recoverableClosingMinor }

    /// What no return has settled yet; negative where the authority owes it.
    package var outstandingMinor: Int64 { netOwedMinor - remittedSinceMinor }

    package var collectedMinor: Int64 { deemedSupplyMinor + commissionMinor + salesMinor + ownServicesMinor }

    /// What the return of the period asks for; negative where the authority pays.
    package var netMinor: Int64 { collectedMinor - adjustedMinor + manualMinor - recoverableMinor }

    /// Whether the movements explain the account.
    package var isTied: Bool {
        openingMinor + collectedMinor - adjustedMinor + manualMinor - remittedMinor == closingMinor
    }
}

/// The return of a period: every tax that the book ever levied, in the order of its policies, and the ride levy.
package struct TaxReturn {
    package let book: String
    package let from: CivilDate
    package let to: CivilDate

    package init(book: String, from: CivilDate, to: CivilDate) {
        self.book = book
        self.from = from
        self.to = to
    }

    /// - Complexity: O(movement rows of the tax accounts).
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [TaxReturnRow] {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, book, for: .ledger, views)
        }
        let rows = book.taxNames.map { row($0.tax, $0.account, book, views) }
        try snapshot.check()
        guard !rows.isEmpty else {
            throw LedgerError(
                .notFound, self.book,
                Text("aucune taxe : nulle politique de taxes adoptée", "no tax: no tax policy was adopted"),
                remedy: Text("inscrire une policyAdopted avec taxes", "record a policyAdopted with taxes"))
        }
        return rows
    }

    private func row(_ tax: String, _ account: UInt16, _ book: Book, _ views: Views) -> TaxReturnRow {
        let first = from.daysSinceEpoch
        let last = to.daysSinceEpoch
        var sums = [Category: Int64]()
        for (kind, isElsewhere, counters) in views.taxMovements(book, account, from: first, through: last) {
            sums[Category(kind, isElsewhere), default: 0] += counters.second - counters.first
        }
        let name = Array(tax.utf8)
        let before = name.withBytes { views.taxDue($0, account, book, through: first - 1) }
        let after = name.withBytes { views.taxDue($0, account, book, through: last) }
        let credits = name.withBytes { views.recoverable($0, book, from: first, through: last) }
        let since = views.remitted(account, book, after: last)
        return TaxReturnRow(
            tax: tax, account: views.accountName(account, book: book.id), openingMinor: before.owedMinor,
            deemedSupplyMinor: sums[.deemedSupply] ?? 0, commissionMinor: sums[.commission] ?? 0,
            salesMinor: sums[.sales] ?? 0, ownServicesMinor: sums[.ownServices] ?? 0,
            adjustedMinor: -(sums[.adjusted] ?? 0),
            manualMinor: sums[.manual] ?? 0, remittedMinor: -(sums[.remitted] ?? 0), closingMinor: after.owedMinor,
            recoverableOpeningMinor: before.recoverableMinor, recoverableMinor: credits.first,
            recoveredMinor: credits.second, recoverableClosingMinor: after.recoverableMinor,
            remittedSinceMinor: since.first - since.second)
    }

    private enum Category {
        case deemedSupply, commission, sales, ownServices, adjusted, manual, remitted

        init(_ kind: EventKind, _ isElsewhere: Bool) {
            switch kind {
            case .orderHandedOver where isElsewhere: self = .sales
            case .purchasePlaced: self = .deemedSupply
            case .orderHandedOver: self = .commission
            case .purchaseRefunded, .purchaseCancelled: self = .adjusted
            case .taxRemitted: self = .remitted
            case .journalEntryPosted, .correctionPosted: self = .manual
            default: self = .ownServices
            }
        }
    }
}
