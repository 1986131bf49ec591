import Bytes
import Commerce
package import Events

/// How much of an event a viewer sees.
package enum Disclosure {
    case whole
    /// What concerns the viewer: other parties' figures, and what was said of them, are taken out.
    case part(Event)
}

extension Viewer {
    /// What the viewer sees of an event that concerns them; `EventQuery` finds those that do.
    ///
    /// A kind that is not named here shows its time and type only: a new kind must say who owns its figures before anybody but the operator reads them.
    package func disclosure(
        of sequence: UInt64, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> Disclosure {
        guard !isOperator, let entry = snapshot.entry(sequence) else { return .whole }
        let event: Event
        do throws(EventJSON.Failure) {
            event = try EventJSON.message(entry: entry)
        } catch {
            throw LedgerError.damaged(snapshot.store.directory, error.reason)
        }
        if case .cooperative(let book) = scope {
            return event.book == book || isBilateral(event) ? .whole : .part(envelope(event))
        }
        guard let party = try party(snapshot.views) else { return .part(envelope(event)) }
        let name = snapshot.views.partyName(party)
        if isOwn(event, name, party, snapshot.views) { return .whole }
        var part = envelope(event)
        part.body = self.part(event, name, party, snapshot.views)
        return .part(part)
    }

    /// Time, book and place. The rest of the envelope is the recorder's: a key often names whom it is about.
    private func envelope(_ event: Event) -> Event {
        var part = Event()
        if event.hasSequence { part.sequence = event.sequence }
        if event.hasRecordedAtUs { part.recordedAtUs = event.recordedAtUs }
        if event.hasEffectiveAt { part.effectiveAt = event.effectiveAt }
        part.book = event.book
        return part
    }

    /// Between two cooperatives, whose figures both have in their books.
    private func isBilateral(_ event: Event) -> Bool {
        switch event.body {
        case .agreementSigned, .agreementEnded, .serviceInvoiced, .intercoopSettled, .solidarityContributed,
            .solidarityGranted:
            true
        default: false
        }
    }

    /// Whether all that the event says is the viewer's own affair.
    private func isOwn(_ event: Event, _ me: String, _ party: UInt32, _ views: Views) -> Bool {
        let isInstitution = Array(me.utf8).withBytes { views.party(.institution, $0) } == party
        // An institution and a person may bear the same name.
        func among(_ person: String, _ institution: String = "") -> Bool {
            me == (isInstitution ? institution : person)
        }
        func buys(_ order: String, _ institution: String) -> Bool {
            among("", institution) || self.order(order, event.book, views)?.buyer == party
        }
        switch event.body {
        case .identityRegistered(let b): return among(b.identity)
        case .personalDataProvided(let b): return among(b.identity)
        case .consentGranted(let b): return among(b.identity)
        case .consentWithdrawn(let b): return among(b.identity)
        case .identityErased(let b): return among(b.identity)
        case .signingKeyRegistered(let b): return among(b.identity)
        case .signingKeyRevoked(let b): return among(b.identity)
        case .memberAdmitted(let b): return among(b.member)
        case .memberWithdrew(let b): return among(b.member)
        case .sharesSubscribed(let b): return among(b.member, b.institution)
        case .sharesRedeemed(let b): return among(b.member, b.institution)
        case .redemptionAccepted(let b): return among(b.member)
        case .shareInterestAllocated(let b): return among(b.member)
        case .shareInterestPaid(let b): return among(b.member, b.institution)
        case .patronageDividendDeclared(let b): return among(b.member)
        case .patronageDividendPaid(let b): return among(b.member, b.institution)
        case .contributionRecorded(let b): return among(b.member)
        case .expenseClaimed(let b): return among(b.member)
        case .purchasePlaced(let b): return among(b.buyer)
        case .purchaseCancelled(let b): return buys(b.order, "")
        case .purchaseRefunded(let b): return buys(b.order, "")
        case .paymentAuthorized(let b): return buys(b.order, b.institution)
        case .paymentCaptured(let b): return buys(b.order, b.institution)
        case .paymentFailed(let b): return buys(b.order, b.institution)
        case .paymentRefunded(let b): return buys(b.order, b.institution)
        case .chargebackReceived(let b): return buys(b.order, b.institution)
        case .giftCardSold(let b): return among(b.buyer, b.institution)
        case .giftCardRedeemed(let b): return buys(b.order, "")
        case .fundsSettled(let b): return among("", b.institution)
        case .taxRemitted(let b): return among("", b.institution)
        case .payoutInstructed(let b): return among(b.payee, b.institution)
        // The catalogue is public.
        case .productListed, .productRevised, .productDelisted: return true
        case .rideRequested(let b): return among(b.rider) && b.companions.isEmpty
        case .rideAccepted(let b): return among(b.driver)
        case .ridePaid(let b): return among(b.rider, b.institution)
        case .creditsBought(let b): return among(b.listener, b.institution)
        case .workPlayed(let b): return among(b.listener)
        case .campaignTouched(let b): return among(b.identity)
        default: return false
        }
    }

    /// The viewer's part of a body that speaks of others too; `nil` where nothing of it can be told apart.
    private func part(_ event: Event, _ me: String, _ party: UInt32, _ views: Views) -> Event.OneOf_Body? {
        switch event.body {
        // No figures, or figures that all whom the event concerns share: rider and driver are one contract. Who recorded it may still be another party.
        case .orderHandedOver, .payoutSettled, .payoutReturned, .rideStarted, .rideCompleted, .rideCancelled,
            .parcelPlaced, .pickupReminded, .parcelCollected, .parcelDelivered, .pickupExpired:
            return event.body
        case .purchasePlaced(let body):
            var mine = PurchasePlaced()
            mine.order = body.order
            mine.currency = body.currency
            mine.lines = body.lines.filter { $0.seller == me }
            mine.deliveryMode = body.deliveryMode
            return .purchasePlaced(mine)
        case .purchaseCancelled(let body):
            var mine = PurchaseCancelled()
            mine.order = body.order
            return .purchaseCancelled(mine)
        case .purchaseRefunded(let body):
            let sold = lines(soldBy: me, of: body.order, event.book, views)
            var mine = PurchaseRefunded()
            mine.order = body.order
            mine.refund = body.refund
            mine.lines = body.lines.filter { sold.contains(Int($0.line)) }
            return .purchaseRefunded(mine)
        case .revenueShared(let body):
            var mine = RevenueShared()
            mine.sharing = body.sharing
            mine.rule = body.rule
            mine.currency = body.currency
            mine.parts = body.parts.filter { $0.member == me }
            return .revenueShared(mine)
        case .rideRequested(let body):
            guard body.rider == me || body.companions.contains(where: { $0.rider == me }) else { return nil }
            var mine = RideRequested()
            mine.ride = body.ride
            mine.fromZone = body.fromZone
            mine.toZone = body.toZone
            return .rideRequested(mine)
        default: return nil
        }
    }

    private func order(_ name: String, _ book: String, _ views: Views) -> OrderRecord? {
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else { return nil }
        return Array(name.utf8).withBytes { views.order($0, book) }
    }

    private func lines(soldBy seller: String, of order: String, _ book: String, _ views: Views) -> Set<Int> {
        guard let record = self.order(order, book, views), let purchase = views.purchase(record) else { return [] }
        return Set(purchase.body.lines.enumerated().filter { (try? $0.1.view())?.seller.string == seller }.map(\.0))
    }
}
