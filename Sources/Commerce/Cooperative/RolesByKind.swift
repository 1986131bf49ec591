import Bytes
import Events
import Index

extension Roles {
    private static let administration = RoleSet(.administrator)
    private static let accounting = RoleSet(.accountant)
    private static let treasury = RoleSet(.treasurer)
    private static let money = RoleSet(.accountant, .treasurer)
    private static let people = RoleSet(.administrator, .sales)
    private static let sales = RoleSet(.sales)
    private static let selling = RoleSet(.sales, .treasurer)
    private static let warehouse = RoleSet(.warehouse)
    private static let goods = RoleSet(.warehouse, .accountant)
    private static let delivery = RoleSet(.delivery)
    private static let parcels = RoleSet(.delivery, .warehouse)
    private static let rides = RoleSet(.rides)
    private static let media = RoleSet(.media)

    /// The roles that may record a kind of event. Administration sets the rules and accounting keeps the books; neither takes money out, which is the
    /// treasury's, so that no single role prepares and pays.
    static func allowed(_ kind: EventKind) -> RoleSet {
        switch kind {
        case .cooperativeFounded, .policyAdopted, .roleGranted, .roleRevoked, .districtFormed, .agreementSigned,
            .agreementEnded, .identityErased, .signingKeyRegistered, .signingKeyRevoked:
            administration
        case .identityRegistered, .memberAdmitted, .memberWithdrew, .memberReclassified, .personalDataProvided,
            .consentGranted, .consentWithdrawn, .districtJoined, .districtLeft:
            people
        case .fiscalYearClosed, .periodLocked, .journalEntryPosted, .correctionPosted, .allocationResolved,
            .patronageDividendDeclared, .shareInterestAllocated, .serviceInvoiced, .clientInvoiced, .supplierInvoiced,
            .balancesNetted, .currencyRevalued, .revenueShared, .expenseClaimed, .contributionRecorded, .playsSettled,
            .royaltiesSplit, .solidarityContributed:
            accounting
        // A claim is decided by somebody else than who pays it.
        case .expenseApproved, .expenseRejected: RoleSet(.approver, .administrator, .accountant)
        case .redemptionAccepted, .sharesTransferred, .solidarityGranted, .viewsAttested:
            RoleSet(.administrator, .accountant)
        case .taxRemitted, .currencyExchanged, .intercoopSettled, .clientInvoicePaid: money
        case .patronageDividendPaid, .shareInterestPaid, .redemptionPaid, .expenseReimbursed, .payoutInstructed,
            .payoutSettled, .payoutReturned, .fundsSettled, .paymentRefunded, .chargebackReceived, .chargebackReversed,
            .sharesRedeemed, .rideRefunded, .debtCollected:
            treasury
        case .bankAccountDeclared, .bankAccountClosed: RoleSet(.administrator, .accountant)
        case .statementImported, .statementEntryImported: money
        case .entryMatched, .entryUnmatched, .entrySuspended, .bankFeeCharged, .exceptionWrittenOff, .exceptionAssigned:
            accounting
        // The preparer keeps the books; who reviews does not.
        case .reconciliationSigned: RoleSet(.accountant, .approver, .administrator)
        case .paymentFileIssued, .payoutsFiled: treasury
        case .sharesSubscribed: RoleSet(.administrator, .sales, .treasurer)
        case .productListed, .productRevised, .productDelisted, .purchasePlaced, .orderHandedOver, .creditsBought,
            .workPublished, .licenceGranted, .licenceRevoked, .workDownloaded, .workPlayed:
            sales
        case .purchaseCancelled, .purchaseRefunded, .paymentCaptured, .paymentFailed, .paymentAuthorized,
            .authorizationVoided, .authorizationExpired, .giftCardSold, .giftCardRedeemed:
            selling
        case .storageSiteOpened, .storageSiteClosed, .stockMoved, .stockPicked, .stockPacked, .stockShipped,
            .stockReturned, .stockCounted:
            warehouse
        case .stockReceived, .stockAdjusted: goods
        case .lockerSiteOpened, .lockerSiteClosed, .pickupReminded, .pickupExpired, .scanVoided: delivery
        case .parcelPrepared, .parcelTransferred, .parcelPlaced, .parcelCollected, .parcelDelivered, .parcelReturned,
            .parcelLost, .parcelDamaged:
            parcels
        case .rideRequested, .rideAccepted, .rideStarted, .rideCompleted, .rideCancelled, .ridePaid: rides
        case .campaignLaunched, .campaignTouched: media
        case .purchaseAttributed: RoleSet(.media, .sales)
        case .mediaCredited: RoleSet(.media, .accountant)
        }
    }
}

/// What people may record themselves, without a role: what concerns nobody but them. Never that money came in: that is for those who took it to say.
enum SelfService {
    /// How long after the fact people still record it themselves: clocks differ, and networks are slow.
    static let lateMaxUs: Int64 = 5 * 60_000_000

    /// The person that the event concerns; `nil` where the kind is no self-service.
    static func person(_ fact: Fact, _ book: Book, _ views: Views) -> Bytes? {
        switch fact.event.body {
        case .purchasePlaced(let b)?: (try? PurchasePlacedView(b))?.buyer
        case .purchaseCancelled(let b)?: (try? PurchaseCancelledView(b)).flatMap { canceller($0.order, book, views) }
        case .rideRequested(let b)?: (try? RideRequestedView(b))?.rider
        case .rideAccepted(let b)?: (try? RideAcceptedView(b))?.driver
        case .rideStarted(let b)?: (try? RideStartedView(b)).flatMap { driver($0.ride, book, views) }
        // A discount comes out of the cooperative's revenue, not of the driver's.
        case .rideCompleted(let b)?:
            (try? RideCompletedView(b)).flatMap { $0.discountMinor == 0 ? driver($0.ride, book, views) : nil }
        // A driver who calls off answers for it to whoever runs the rides.
        case .rideCancelled(let b)?: (try? RideCancelledView(b)).flatMap { rider(cancelling: $0, book, views) }
        case .workPlayed(let b)?: (try? WorkPlayedView(b))?.listener
        case .identityRegistered(let b)?: (try? IdentityRegisteredView(b))?.identity
        case .personalDataProvided(let b)?: (try? PersonalDataProvidedView(b))?.identity
        case .consentGranted(let b)?: (try? ConsentGrantedView(b))?.identity
        case .identityErased(let b)?: (try? IdentityErasedView(b))?.identity
        case .consentWithdrawn(let b)?: (try? ConsentWithdrawnView(b))?.identity
        case .signingKeyRegistered(let b)?: (try? SigningKeyRegisteredView(b))?.identity
        case .signingKeyRevoked(let b)?: (try? SigningKeyRevokedView(b))?.identity
        case .memberWithdrew(let b)?: (try? MemberWithdrewView(b))?.member
        case .expenseClaimed(let b)?: (try? ExpenseClaimedView(b))?.member
        default: nil
        }
    }

    /// What goes beyond the person's own affairs. `accepted` ends before the roles that may.
    struct Excess {
        let field: String
        let value: String
        let reason: Text
        let accepted: Text
    }

    /// Nobody gives themselves a price, nobody puts others in debt: companions did not ask for the ride, and a tip is its riders' to give.
    static func excess(_ fact: Fact, _ book: Book, _ views: Views) -> Excess? {
        switch fact.event.body {
        case .purchasePlaced(let b)?: return (try? PurchasePlacedView(b)).flatMap { favour($0, book, views) }
        case .rideRequested(let b)?:
            guard let companions = try? RideRequestedView(b).companions, companions.count > 0,
                let companion = try? companions[0]
            else { return nil }
            return Excess(
                field: "companions[0].rider", value: companion.rider.prefix(140).string,
                reason: Text("personne n’engage autrui", "nobody commits others"),
                accepted: Text(
                    "aucun compagnon, ou une demande inscrite par", "no companion, or a request recorded by"))
        case .rideCompleted(let b)?:
            guard let tip = try? RideCompletedView(b).tipMinor, tip != 0 else { return nil }
            return Excess(
                field: "tipMinor", value: "\(tip)",
                reason: Text("personne ne s’accorde un pourboire", "nobody gives themselves a tip"),
                accepted: Text("0, ou une fin de course inscrite par", "0, or an end of the ride recorded by"))
        default: return nil
        }
    }

    /// The first thing in a purchase that a buyer would grant themselves: a place of supply, a discount, a price of their own or below the
    /// listed one.
    private static func favour(_ body: PurchasePlacedView, _ book: Book, _ views: Views) -> Excess? {
        guard body.jurisdiction.isEmpty else {
            return Excess(
                field: "jurisdiction", value: body.jurisdiction.prefix(140).string,
                reason: Text("personne ne choisit ses taxes", "nobody chooses their taxes"),
                accepted: Text("le champ omis, ou", "the field left out, or"))
        }
        for (index, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            func favour(_ field: String, _ value: String, _ right: Text?) -> Excess {
                Excess(
                    field: "lines[\(index)].\(field)", value: value,
                    reason: Text(
                        "personne ne s’accorde un prix ni un rabais", "nobody gives themselves a price or a discount"),
                    accepted: right.map { Text("\($0.french), ou", "\($0.english), or") }
                        ?? Text("un achat inscrit par", "a purchase recorded by"))
            }
            for (at, encoded) in line.discounts.enumerated() {
                guard let discount = try? encoded.view() else { continue }
                return favour("discounts[\(at)].amountMinor", "\(discount.amountMinor)", nil)
            }
            // A product that is not listed has its own refusal.
            guard let product = views.product(line.product, book) else { continue }
            guard let price = listedPrice(product, views) else {
                return favour(
                    "product", line.product.prefix(140).string,
                    Text("un produit dont le prix est inscrit", "a product with a listed price"))
            }
            guard line.quantity > 0 else {
                return favour("quantity", "\(line.quantity)", Text("1 ou plus", "1 or more"))
            }
            let (listed, overflow) = price.multipliedReportingOverflow(by: line.quantity)
            guard !overflow, line.amountMinor >= listed else {
                let least = overflow ? Int64.max : listed
                return favour("amountMinor", "\(line.amountMinor)", Text("\(least) ou plus", "\(least) or more"))
            }
        }
        return nil
    }

    /// What one unit costs by the listing or its latest revision; `nil` where neither says.
    private static func listedPrice(_ product: ProductRecord, _ views: Views) -> Int64? {
        guard let body = views.event(product.sequence)?.body else { return nil }
        return switch body {
        case .productListed(let b): (try? ProductListedView(b))?.unitPriceMinor
        case .productRevised(let b): (try? ProductRevisedView(b))?.unitPriceMinor
        default: nil
        }
    }

    /// The buyer. Until when an order is cancelled, its own rule says for everybody.
    private static func canceller(_ name: Bytes, _ book: Book, _ views: Views) -> Bytes? {
        views.order(name, book).flatMap { views.purchase($0)?.body.buyer }
    }

    /// Who accepted the ride, as the acceptance names them; `nil` until somebody does.
    private static func driver(_ ride: Bytes, _ book: Book, _ views: Views) -> Bytes? {
        guard let driver = views.ride(ride, book)?.driver, driver != 0 else { return nil }
        return views.index.value(views.key.begin(.party).u32(driver).bytes)?.dropFirst(1)
    }

    /// Who asked for the ride, where the cancellation is said to be theirs: nobody else's act is recorded without a role.
    private static func rider(cancelling body: RideCancelledView, _ book: Book, _ views: Views) -> Bytes? {
        guard body.by == .rider, let ride = views.ride(body.ride, book) else { return nil }
        return views.body(RideRequestedView.self, of: ride.sequence)?.rider
    }
}
