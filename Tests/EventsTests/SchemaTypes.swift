import SwiftProtobuf

@testable import Events

/// A message of the schemas as both sides know it.
struct SchemaType {
    let view: any WireView.Type
    let message: any SwiftProtobuf.Message.Type

    var name: String { message.protoMessageName.split(separator: ".").last.map(String.init) ?? "" }

    static var all: [SchemaType] {
        [
            SchemaType(view: EventView.self, message: Event.self),
            SchemaType(view: CauseView.self, message: Cause.self),
            SchemaType(view: TimestampView.self, message: Google_Protobuf_Timestamp.self),
            SchemaType(view: CooperativeFoundedView.self, message: CooperativeFounded.self),
            SchemaType(view: PolicyAdoptedView.self, message: PolicyAdopted.self),
            SchemaType(view: TaxPolicyView.self, message: TaxPolicy.self),
            SchemaType(view: TaxRateView.self, message: TaxRate.self),
            SchemaType(view: CommissionPolicyView.self, message: CommissionPolicy.self),
            SchemaType(view: AllocationPolicyView.self, message: AllocationPolicy.self),
            SchemaType(view: GroupPatronageView.self, message: GroupPatronage.self),
            SchemaType(view: CalendarPolicyView.self, message: CalendarPolicy.self),
            SchemaType(view: UtcOffsetView.self, message: UtcOffset.self),
            SchemaType(view: WithholdingPolicyView.self, message: WithholdingPolicy.self),
            SchemaType(view: MemberAdmittedView.self, message: MemberAdmitted.self),
            SchemaType(view: TaxRegistrationView.self, message: TaxRegistration.self),
            SchemaType(view: MemberWithdrewView.self, message: MemberWithdrew.self),
            SchemaType(view: SharesSubscribedView.self, message: SharesSubscribed.self),
            SchemaType(view: SharesRedeemedView.self, message: SharesRedeemed.self),
            SchemaType(view: IdentityRegisteredView.self, message: IdentityRegistered.self),
            SchemaType(view: ProductListedView.self, message: ProductListed.self),
            SchemaType(view: ProductRevisedView.self, message: ProductRevised.self),
            SchemaType(view: ProductDelistedView.self, message: ProductDelisted.self),
            SchemaType(view: PurchasePlacedView.self, message: PurchasePlaced.self),
            SchemaType(view: PurchaseLineView.self, message: PurchaseLine.self),
            SchemaType(view: DiscountView.self, message: Discount.self),
            SchemaType(view: TaxAmountView.self, message: TaxAmount.self),
            SchemaType(view: PurchaseCancelledView.self, message: PurchaseCancelled.self),
            SchemaType(view: PurchaseRefundedView.self, message: PurchaseRefunded.self),
            SchemaType(view: RefundLineView.self, message: RefundLine.self),
            SchemaType(view: OrderHandedOverView.self, message: OrderHandedOver.self),
            SchemaType(view: CampaignLaunchedView.self, message: CampaignLaunched.self),
            SchemaType(view: PurchaseAttributedView.self, message: PurchaseAttributed.self),
            SchemaType(view: PaymentCapturedView.self, message: PaymentCaptured.self),
            SchemaType(view: PaymentFailedView.self, message: PaymentFailed.self),
            SchemaType(view: PaymentRefundedView.self, message: PaymentRefunded.self),
            SchemaType(view: FundsSettledView.self, message: FundsSettled.self),
            SchemaType(view: PayoutInstructedView.self, message: PayoutInstructed.self),
            SchemaType(view: PayoutSettledView.self, message: PayoutSettled.self),
            SchemaType(view: TaxRemittedView.self, message: TaxRemitted.self),
            SchemaType(view: AllocationResolvedView.self, message: AllocationResolved.self),
            SchemaType(view: PatronageDividendDeclaredView.self, message: PatronageDividendDeclared.self),
            SchemaType(view: PatronageDividendPaidView.self, message: PatronageDividendPaid.self),
            SchemaType(view: FiscalYearClosedView.self, message: FiscalYearClosed.self),
            SchemaType(view: PeriodLockedView.self, message: PeriodLocked.self),
            SchemaType(view: EntryLineView.self, message: EntryLine.self),
            SchemaType(view: JournalEntryPostedView.self, message: JournalEntryPosted.self),
            SchemaType(view: CorrectionPostedView.self, message: CorrectionPosted.self),
        ]
    }
}
