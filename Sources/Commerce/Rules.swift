import Accounting
import Bytes
import Events

/// Rules: whether a fact may be recorded, given the views. One line a kind; the rule itself stands in its slice.
package enum Rules {
    package static func decide(_ fact: Fact, _ views: Views) throws(Refusal) {
        views.setDecided(nil)
        views.directory.beginEvent(fact.event.encoded)
        defer { views.directory.endEvent() }
        try Envelope.decide(fact, views)
        guard let body = fact.event.body else {
            throw Refusal(
                .missing, "body", "", Text("l’événement ne dit rien", "the event says nothing"),
                accepted: Text("un corps, par exemple purchasePlaced", "a body, for example purchasePlaced"))
        }
        switch body {
        case .cooperativeFounded(let b): try Founding.decide(read(b), fact, views)
        case .policyAdopted(let b): try Policies.decide(read(b), fact, views)
        case .memberAdmitted(let b): try Membership.decide(admitted: read(b), fact, views)
        case .memberWithdrew(let b): try Membership.decide(withdrew: read(b), fact, views)
        case .sharesSubscribed(let b): try Shares.decide(subscribed: read(b), fact, views)
        case .sharesRedeemed(let b): try Shares.decide(redeemed: read(b), fact, views)
        case .identityRegistered(let b): try Identities.decide(read(b), fact, views)
        case .productListed(let b): try Catalog.decide(listed: read(b), fact, views)
        case .productRevised(let b): try Catalog.decide(revised: read(b), fact, views)
        case .productDelisted(let b): try Catalog.decide(delisted: read(b), fact, views)
        case .purchasePlaced(let b): try Orders.decide(placed: read(b), fact, views)
        case .purchaseCancelled(let b): try Orders.decide(cancelled: read(b), fact, views)
        case .purchaseRefunded(let b): try Orders.decide(refunded: read(b), fact, views)
        case .orderHandedOver(let b): try Orders.decide(handedOver: read(b), fact, views)
        case .campaignLaunched(let b): try Campaigns.decide(launched: read(b), fact, views)
        case .purchaseAttributed(let b): try Campaigns.decide(attributed: read(b), fact, views)
        case .paymentCaptured(let b): try Payments.decide(captured: read(b), fact, views)
        case .paymentFailed(let b): try Payments.decide(failed: read(b), fact, views)
        case .paymentRefunded(let b): try Payments.decide(refunded: read(b), fact, views)
        case .fundsSettled(let b): try Settlements.decide(read(b), fact, views)
        case .payoutInstructed(let b): try Payouts.decide(instructed: read(b), fact, views)
        case .payoutSettled(let b): try Payouts.decide(settled: read(b), fact, views)
        case .taxRemitted(let b): try TaxRemittances.decide(read(b), fact, views)
        case .allocationResolved(let b): try Allocations.decide(read(b), fact, views)
        case .patronageDividendDeclared(let b): try Dividends.decide(declared: read(b), fact, views)
        case .patronageDividendPaid(let b): try Dividends.decide(paid: read(b), fact, views)
        case .fiscalYearClosed(let b): try FiscalYears.decide(read(b), fact, views)
        case .periodLocked(let b): try PeriodLocks.decide(read(b), fact, views)
        case .journalEntryPosted(let b): try ManualEntries.decide(posted: read(b), fact, views)
        case .correctionPosted(let b): try ManualEntries.decide(corrected: read(b), fact, views)
        }
        views.setDecided(fact)
    }

    /// Reads a body; the append has checked its form, so this refuses only what slipped past that check.
    private static func read<V: WireView>(_ bytes: Bytes) throws(Refusal) -> V {
        do {
            return try V(bytes)
        } catch {
            throw Refusal(
                .malformed, "body", "",
                Text("le corps n’est pas canonique : \(error)", "the body is not canonical: \(error)"),
                accepted: Text("l’encodage canonique du schéma", "the schema's canonical encoding"))
        }
    }
}
