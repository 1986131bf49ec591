import Bytes
import Events
import Index

/// Folds: what a recorded fact does to the views. A fold cannot refuse and reads nothing but the views and earlier events.
package enum Folds {
    package static func fold(_ fact: Fact, _ views: Views) {
        views.beginEvent(fact)
        defer { views.directory.endEvent() }
        apply(fact, views)
        views.post(fact)
        views.countKind(fact)
        Idempotency.fold(fact, views)
        views.setDecided(nil)
    }

    private static func apply(_ fact: Fact, _ views: Views) {
        guard let body = fact.event.body else { return views.index.fail("event \(fact.sequence) says nothing") }
        func read<V: WireView>(_ bytes: Bytes, _ fold: (V, Fact, Views) -> Void) {
            do throws(WireError) {
                fold(try V(bytes), fact, views)
            } catch {
                views.index.fail("event \(fact.sequence) cannot be read: \(error)")
            }
        }
        switch body {
        case .cooperativeFounded(let b): read(b, Founding.fold)
        case .policyAdopted(let b): read(b, Policies.fold)
        case .memberAdmitted(let b): read(b, Membership.fold(admitted:_:_:))
        case .memberWithdrew(let b): read(b, Membership.fold(withdrew:_:_:))
        case .sharesSubscribed(let b): read(b, Shares.fold(subscribed:_:_:))
        case .sharesRedeemed(let b): read(b, Shares.fold(redeemed:_:_:))
        case .identityRegistered(let b): read(b, Identities.fold)
        case .productListed(let b): read(b, Catalog.fold(listed:_:_:))
        case .productRevised(let b): read(b, Catalog.fold(revised:_:_:))
        case .productDelisted(let b): read(b, Catalog.fold(delisted:_:_:))
        case .purchasePlaced(let b): read(b, Orders.fold(placed:_:_:))
        case .purchaseCancelled(let b): read(b, Orders.fold(cancelled:_:_:))
        case .purchaseRefunded(let b): read(b, Orders.fold(refunded:_:_:))
        case .orderHandedOver(let b): read(b, Orders.fold(handedOver:_:_:))
        case .campaignLaunched(let b): read(b, Campaigns.fold(launched:_:_:))
        case .purchaseAttributed(let b): read(b, Campaigns.fold(attributed:_:_:))
        case .paymentCaptured(let b): read(b, Payments.fold(captured:_:_:))
        case .paymentFailed(let b): read(b, Payments.fold(failed:_:_:))
        case .paymentRefunded(let b): read(b, Payments.fold(refunded:_:_:))
        case .fundsSettled(let b): read(b, Settlements.fold)
        case .payoutInstructed(let b): read(b, Payouts.fold(instructed:_:_:))
        case .payoutSettled(let b): read(b, Payouts.fold(settled:_:_:))
        case .taxRemitted(let b): read(b, TaxRemittances.fold)
        case .allocationResolved(let b): read(b, Allocations.fold)
        case .patronageDividendDeclared(let b): read(b, Dividends.fold(declared:_:_:))
        case .patronageDividendPaid(let b): read(b, Dividends.fold(paid:_:_:))
        case .fiscalYearClosed(let b): read(b, FiscalYears.fold)
        case .periodLocked(let b): read(b, PeriodLocks.fold)
        case .journalEntryPosted(let b): read(b, ManualEntries.fold(posted:_:_:))
        case .correctionPosted(let b): read(b, ManualEntries.fold(corrected:_:_:))
        }
    }
}
