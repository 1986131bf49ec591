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
        case .agreementSigned, .agreementEnded, .serviceInvoiced, .balancesNetted, .intercoopSettled,
            .solidarityContributed, .solidarityGranted:
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
        case .memberReclassified(let b): return among(b.member)
        case .roleGranted(let b): return among(b.grantee)
        case .roleRevoked(let b): return among(b.grantee)
        case .districtJoined(let b): return among(b.seller)
        case .districtLeft(let b): return among(b.seller)
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
        case .sharesTransferred(let b): return among(b.from) || among(b.to)
        case .chargebackReceived(let b) where b.paymentSequence != 0:
            return among("", b.institution) || payer(of: b.paymentSequence, views) == party
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
        case .debtCollected(let b): return among(b.debtor, b.institution)
        case .creditsBought(let b): return among(b.listener, b.institution)
        case .workPlayed(let b): return among(b.listener)
        case .campaignTouched(let b): return among(b.identity)
        case .campaignLaunched(let b): return among(b.medium)
        case .purchaseAttributed(let b): return buys(b.order, "")
        case .lockerSiteOpened(let b): return among(b.host)
        case .clientInvoiced(let b): return among(b.client)
        case .supplierInvoiced(let b): return among(b.supplier)
        case .currencyExchanged(let b): return among("", b.institution)
        default: return false
        }
    }

    /// The viewer's part of a body that speaks of others too; `nil` where nothing of it can be told apart.
    private func part(_ event: Event, _ me: String, _ party: UInt32, _ views: Views) -> Event.OneOf_Body? {
        switch event.body {
        // No figures, or figures that all whom the event concerns share: a claimant, a payee or a client with their institution. Who recorded it may still be
        // another party.
        case .orderHandedOver, .payoutSettled, .payoutReturned, .expenseApproved, .expenseRejected, .expenseReimbursed,
            .redemptionPaid, .clientInvoicePaid, .authorizationVoided, .authorizationExpired, .lockerSiteClosed,
            .workPublished, .workDownloaded, .rideAccepted, .rideStarted, .rideCancelled, .pickupReminded,
            .parcelCollected, .parcelDelivered, .pickupExpired, .stockPacked:
            return event.body
        case .parcelPrepared, .parcelTransferred, .parcelPlaced, .parcelReturned, .parcelLost, .parcelDamaged,
            .scanVoided:
            return parcelPart(event, me, party, views)
        case .stockReceived, .stockMoved, .stockPicked, .stockShipped, .stockReturned, .stockAdjusted, .stockCounted:
            return stockPart(event, me, party, views)
        case .royaltiesSplit, .licenceGranted, .licenceRevoked, .playsSettled:
            return creationPart(event, me, party, views)
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
        case .rideRefunded(var body):
            let ride = named(body.ride, event.book, views) { views.ride($0, $1) }
            if ride?.driver != party { body.platformMinor = 0 }
            if body.rider != me { body.rider = "" }
            return .rideRefunded(body)
        case .rideCompleted(var body):
            // What the platform keeps is between it and the driver.
            let ride = named(body.ride, event.book, views) { views.ride($0, $1) }
            if ride?.driver != party { body.platformMinor = 0 }
            return .rideCompleted(body)
        case .mediaCredited(let body):
            // Which order it was is the buyer's affair.
            var mine = MediaCredited()
            mine.shares = body.shares.filter { medium($0.campaign, event.book, views) == me }
            return .mediaCredited(mine)
        case .chargebackReceived(let body):
            // Sellers who bear it find their part on their statement; the whole tells of the others'.
            var mine = ChargebackReceived()
            mine.chargeback = body.chargeback
            mine.order = body.order
            mine.paymentSequence = body.paymentSequence
            return .chargebackReceived(mine)
        case .chargebackReversed(let body):
            let known = named(body.chargeback, event.book, views) { views.chargeback($0, $1) }
            if let known, known.institution == party || buyer(of: known.orderSequence, views) == party {
                return event.body
            }
            var mine = ChargebackReversed()
            mine.chargeback = body.chargeback
            return .chargebackReversed(mine)
        case .journalEntryPosted(let body):
            var mine = JournalEntryPosted()
            mine.lines = body.lines.filter { $0.party == me }
            return .journalEntryPosted(mine)
        case .correctionPosted(let body):
            var mine = CorrectionPosted()
            mine.correctedSequence = body.correctedSequence
            mine.replacement = body.replacement.filter { $0.party == me }
            return .correctionPosted(mine)
        default: return nil
        }
    }

    private func order(_ name: String, _ book: String, _ views: Views) -> OrderRecord? {
        named(name, book, views) { views.order($0, $1) }
    }

    /// What a book has under a name.
    func named<Found>(_ name: String, _ book: String, _ views: Views, _ find: (Bytes, Book) -> Found?) -> Found? {
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else { return nil }
        return Array(name.utf8).withBytes { find($0, book) }
    }

    /// Whose payment an event without an order is; `nil` for any other event.
    private func payer(of payment: UInt64, _ views: Views) -> UInt32? {
        let name: Bytes? =
            switch views.event(payment)?.body {
            case .ridePaid(let b)?: (try? RidePaidView(b))?.rider
            case .giftCardSold(let b)?: (try? GiftCardSoldView(b))?.buyer
            case .creditsBought(let b)?: (try? CreditsBoughtView(b))?.listener
            case .sharesSubscribed(let b)?: (try? SharesSubscribedView(b))?.member
            case .debtCollected(let b)?: (try? DebtCollectedView(b))?.debtor
            default: nil
            }
        return name.flatMap { views.party(.identity, $0) }
    }

    /// Who bought an order, by its purchase's sequence.
    func buyer(of order: UInt64, _ views: Views) -> UInt32? {
        guard let purchase = views.event(order), purchase.kind == .purchasePlaced,
            let body = try? PurchasePlacedView(purchase.bodyBytes)
        else {
            return nil
        }
        return views.party(.identity, body.buyer)
    }

    private func medium(_ campaign: String, _ book: String, _ views: Views) -> String? {
        named(campaign, book, views) { views.campaign($0, $1) }
            .flatMap { views.event($0) }.flatMap { try? CampaignLaunchedView($0.bodyBytes) }?.medium.string
    }

    private func lines(soldBy seller: String, of order: String, _ book: String, _ views: Views) -> Set<Int> {
        guard let record = self.order(order, book, views), let purchase = views.purchase(record) else { return [] }
        return Set(purchase.body.lines.enumerated().filter { (try? $0.1.view())?.seller.string == seller }.map(\.0))
    }
}
