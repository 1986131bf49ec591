import Bytes
import Events

/// The amount of an event, which limits of roles and thresholds of approvals are compared with.
struct EventAmount {
    /// The field of the body that says it.
    let field: StaticString
    /// In minor units, never negative. More than 64 bits hold counts as the largest amount.
    let minor: Int64

    init(_ field: StaticString, _ minor: Int64) {
        self.field = field
        self.minor = minor == .min ? .max : abs(minor)
    }

    /// Whether events of the kind have an amount.
    static func hasAmount(_ kind: EventKind) -> Bool {
        switch kind {
        case .sharesSubscribed, .sharesRedeemed, .sharesTransferred, .rideRefunded, .debtCollected, .revenueShared,
            .expenseClaimed, .expenseApproved, .expenseReimbursed,
            .serviceInvoiced, .balancesNetted, .intercoopSettled, .clientInvoiced, .clientInvoicePaid,
            .currencyExchanged, .currencyRevalued, .solidarityContributed, .solidarityGranted, .purchasePlaced,
            .purchaseRefunded, .creditsBought, .playsSettled, .stockReceived, .parcelDamaged, .rideCompleted,
            .rideCancelled, .ridePaid, .mediaCredited, .paymentCaptured, .paymentFailed, .paymentRefunded,
            .fundsSettled, .payoutInstructed, .taxRemitted, .paymentAuthorized, .chargebackReceived,
            .chargebackReversed, .giftCardSold, .giftCardRedeemed, .supplierInvoiced, .shareInterestAllocated,
            .shareInterestPaid, .redemptionAccepted, .redemptionPaid, .allocationResolved, .patronageDividendDeclared,
            .patronageDividendPaid, .fiscalYearClosed, .journalEntryPosted, .correctionPosted, .purchaseCancelled,
            .orderHandedOver, .payoutSettled, .payoutReturned, .licenceGranted, .licenceRevoked, .stockShipped,
            .stockReturned, .stockAdjusted, .stockCounted, .parcelLost, .scanVoided, .entryMatched, .entryUnmatched,
            .bankFeeCharged, .exceptionWrittenOff, .paymentFileIssued:
            true
        default: false
        }
    }

    /// The amount of an event; `nil` where its kind has none or its body cannot be read. The currency is the event's own.
    static func of(_ fact: Fact, _ views: Views) -> EventAmount? {
        guard let body = fact.event.body else { return nil }
        return (try? money(body) ?? other(body, fact, views) ?? worth(body, fact, views)) ?? nil
    }

    private static func money(_ body: EventBody) throws -> EventAmount? {
        switch body {
        case .sharesSubscribed(let b): EventAmount("amountMinor", try SharesSubscribedView(b).amountMinor)
        case .sharesRedeemed(let b): EventAmount("amountMinor", try SharesRedeemedView(b).amountMinor)
        case .sharesTransferred(let b): EventAmount("amountMinor", try SharesTransferredView(b).amountMinor)
        case .rideRefunded(let b): EventAmount("totalMinor", try RideRefundedView(b).totalMinor)
        case .debtCollected(let b): EventAmount("amountMinor", try DebtCollectedView(b).amountMinor)
        case .purchasePlaced(let b): try purchase(PurchasePlacedView(b))
        case .purchaseRefunded(let b): EventAmount("totalMinor", try PurchaseRefundedView(b).totalMinor)
        case .paymentCaptured(let b): EventAmount("amountMinor", try PaymentCapturedView(b).amountMinor)
        case .paymentFailed(let b): EventAmount("amountMinor", try PaymentFailedView(b).amountMinor)
        case .paymentRefunded(let b): EventAmount("amountMinor", try PaymentRefundedView(b).amountMinor)
        case .fundsSettled(let b): try settled(FundsSettledView(b))
        case .payoutInstructed(let b): EventAmount("amountMinor", try PayoutInstructedView(b).amountMinor)
        case .taxRemitted(let b): try remitted(TaxRemittedView(b))
        case .paymentAuthorized(let b): EventAmount("amountMinor", try PaymentAuthorizedView(b).amountMinor)
        case .chargebackReceived(let b): try charged(ChargebackReceivedView(b))
        case .chargebackReversed(let b): EventAmount("amountMinor", try ChargebackReversedView(b).amountMinor)
        case .giftCardSold(let b): EventAmount("amountMinor", try GiftCardSoldView(b).amountMinor)
        case .giftCardRedeemed(let b): EventAmount("amountMinor", try GiftCardRedeemedView(b).amountMinor)
        case .supplierInvoiced(let b): EventAmount("totalMinor", try SupplierInvoicedView(b).totalMinor)
        case .creditsBought(let b): EventAmount("totalMinor", try CreditsBoughtView(b).totalMinor)
        case .playsSettled(let b): EventAmount("amountMinor", try PlaysSettledView(b).amountMinor)
        case .rideCompleted(let b): try ridden(RideCompletedView(b))
        case .rideCancelled(let b): EventAmount("feeMinor", try RideCancelledView(b).feeMinor)
        case .ridePaid(let b): EventAmount("amountMinor", try RidePaidView(b).amountMinor)
        case .stockReceived(let b): EventAmount("costMinor", try StockReceivedView(b).costMinor)
        case .parcelDamaged(let b): EventAmount("damageMinor", try ParcelDamagedView(b).damageMinor)
        case .mediaCredited(let b): EventAmount("shares", try sum(MediaCreditedView(b).shares) { $0.amountMinor })
        default: nil
        }
    }

    private static func other(_ body: EventBody, _ fact: Fact, _ views: Views) throws -> EventAmount? {
        switch body {
        case .revenueShared(let b): return EventAmount("amountMinor", try RevenueSharedView(b).amountMinor)
        case .expenseClaimed(let b): return EventAmount("totalMinor", try ExpenseClaimedView(b).totalMinor)
        case .expenseApproved(let b):
            let claim = try ExpenseApprovedView(b).claim
            return fact.book.flatMap { views.claim(claim, $0) }.map { EventAmount("claim", $0.totalMinor) }
        case .expenseReimbursed(let b): return EventAmount("amountMinor", try ExpenseReimbursedView(b).amountMinor)
        case .serviceInvoiced(let b): return EventAmount("totalMinor", try ServiceInvoicedView(b).totalMinor)
        case .balancesNetted(let b): return EventAmount("amountMinor", try BalancesNettedView(b).amountMinor)
        case .intercoopSettled(let b): return EventAmount("amountMinor", try IntercoopSettledView(b).amountMinor)
        case .clientInvoiced(let b): return EventAmount("bookAmountMinor", try ClientInvoicedView(b).bookAmountMinor)
        case .clientInvoicePaid(let b): return EventAmount("amountMinor", try ClientInvoicePaidView(b).amountMinor)
        case .currencyExchanged(let b):
            return try exchanged(CurrencyExchangedView(b), fact, views)
        case .currencyRevalued(let b):
            return EventAmount("bookAmountMinor", try CurrencyRevaluedView(b).bookAmountMinor)
        case .solidarityContributed(let b):
            return EventAmount("amountMinor", try SolidarityContributedView(b).amountMinor)
        case .solidarityGranted(let b): return EventAmount("amountMinor", try SolidarityGrantedView(b).amountMinor)
        case .shareInterestAllocated(let b):
            return EventAmount("amountMinor", try ShareInterestAllocatedView(b).amountMinor)
        case .shareInterestPaid(let b): return EventAmount("amountMinor", try ShareInterestPaidView(b).amountMinor)
        case .redemptionAccepted(let b): return EventAmount("amountMinor", try RedemptionAcceptedView(b).amountMinor)
        case .redemptionPaid(let b): return EventAmount("amountMinor", try RedemptionPaidView(b).amountMinor)
        case .allocationResolved(let b): return EventAmount("surplusMinor", try AllocationResolvedView(b).surplusMinor)
        case .patronageDividendDeclared(let b):
            let dividend = try PatronageDividendDeclaredView(b)
            return EventAmount("cashMinor", added(dividend.cashMinor, dividend.sharesMinor))
        case .patronageDividendPaid(let b):
            let dividend = try PatronageDividendPaidView(b)
            return EventAmount("cashMinor", added(dividend.cashMinor, dividend.sharesMinor))
        case .fiscalYearClosed(let b): return EventAmount("surplusMinor", try FiscalYearClosedView(b).surplusMinor)
        case .journalEntryPosted(let b):
            return EventAmount("lines", try sum(JournalEntryPostedView(b).lines) { $0.debitMinor })
        case .correctionPosted(let b): return try correction(CorrectionPostedView(b), fact, views)
        case .bankFeeCharged(let b):
            return EventAmount("amountMinor", Int64(clamping: try BankFeeChargedView(b).amountMinor.magnitude))
        case .exceptionWrittenOff(let b):
            return EventAmount("amountMinor", Int64(clamping: try ExceptionWrittenOffView(b).amountMinor.magnitude))
        case .paymentFileIssued(let b): return EventAmount("totalMinor", try PaymentFileIssuedView(b).totalMinor)
        case .entryMatched(let b): return try matched(EntryMatchedView(b), fact, views)
        case .entryUnmatched(let b): return try unmatched(EntryUnmatchedView(b), fact, views)
        default: return nil
        }
    }

    /// What a correction reverses or puts in its place, whichever is more.
    private static func correction(
        _ body: CorrectionPostedView, _ fact: Fact, _ views: Views
    ) throws -> EventAmount {
        let replaced = try sum(body.replacement) { $0.debitMinor }
        guard body.correctedSequence < fact.sequence, let original = views.event(body.correctedSequence) else {
            return EventAmount("replacement", replaced)
        }
        let reversed =
            switch original.body {
            case .journalEntryPosted(let b)?: try sum(JournalEntryPostedView(b).lines) { $0.debitMinor }
            case .correctionPosted(let b)?: try sum(CorrectionPostedView(b).replacement) { $0.debitMinor }
            default: Int64(0)
            }
        return EventAmount("replacement", max(replaced, reversed))
    }

    /// What a person matched by hand: the largest entry or item stands for it. What a rule finds is nobody's decision, where the rules say so themselves.
    private static func matched(_ body: EntryMatchedView, _ fact: Fact, _ views: Views) throws -> EventAmount? {
        guard body.rule == .manual || fact.event.source.string != Matches.rulesSource else {
            return EventAmount("entries", 0)
        }
        guard let account = fact.book.flatMap({ views.bankAccount(body.account, $0) }) else { return nil }
        let parts = try Array(body.entries).map { try $0.view().sequence } + body.itemSequences
        let amounts = parts.compactMap { views.bankPart(account, $0)?.amountMinor.magnitude }
        return amounts.max().map { EventAmount("entries", Int64(clamping: $0)) }
    }

    /// What is taken apart: its largest entry or item.
    private static func unmatched(_ body: EntryUnmatchedView, _ fact: Fact, _ views: Views) throws -> EventAmount? {
        guard let account = fact.book.flatMap({ views.bankAccount(body.account, $0) }),
            body.matchSequence < fact.sequence,
            let resolution = views.event(body.matchSequence).flatMap(Resolution.init)
        else { return nil }
        let amounts = (resolution.entries + resolution.items).compactMap {
            views.bankPart(account, $0)?.amountMinor.magnitude
        }
        return amounts.max().map { EventAmount("matchSequence", Int64(clamping: $0)) }
    }

    private static func sum<V: WireView>(_ all: Repeated<V>, _ amount: (V) -> Int64) throws -> Int64 {
        var sum: Int64 = 0
        for encoded in all { sum = added(sum, amount(try encoded.view())) }
        return sum
    }

    /// What the buyer pays and what others pay in their place.
    static func purchase(_ body: PurchasePlacedView) throws -> EventAmount {
        var amount = body.totalMinor
        for line in body.lines {
            for encoded in try line.view().discounts {
                let discount = try encoded.view()
                if discount.funder != .seller { amount = added(amount, discount.amountMinor) }
            }
        }
        return EventAmount("totalMinor", amount)
    }

    /// What goes out and what comes back.
    private static func remitted(_ body: TaxRemittedView) -> EventAmount {
        EventAmount("amountMinor", added(Int64(clamping: body.amountMinor.magnitude), body.recoveredMinor))
    }

    /// What the riders pay and the discount, which the cooperative pays in their place.
    private static func ridden(_ body: RideCompletedView) -> EventAmount {
        EventAmount("totalMinor", added(body.totalMinor, body.discountMinor))
    }

    private static func settled(_ body: FundsSettledView) throws -> EventAmount {
        EventAmount("grossMinor", added(Int64(clamping: body.grossMinor.magnitude), body.feesMinor))
    }

    private static func charged(_ body: ChargebackReceivedView) throws -> EventAmount {
        EventAmount("amountMinor", added(body.amountMinor, body.feeMinor))
    }

    static func added(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}
