extension AccountCode {
    /// The kinds of event that keep a control account, by the schema's names; `nil` for an account that manual entries may touch.
    ///
    /// A control account agrees at all times with the register behind it: orders, parcels, shares (C-67.2 s.124), dividends, stock, taxes. Auditors tie the two
    /// together, and a manual entry on one side alone parts them (CAS 240 has every such entry tested).
    package var keptBy: String? {
        switch self {
        case .receivable: "purchasePlaced, paymentCaptured, clientInvoiced, clientInvoicePaid, ridePaid"
        case .inTransit: "paymentCaptured, fundsSettled"
        case .taxRecoverable: "supplierInvoiced, taxRemitted"
        case .intercoopReceivable, .intercoopPayable: "serviceInvoiced, balancesNetted, intercoopSettled"
        case .platformReceivable: "orderHandedOver, purchaseRefunded, payoutInstructed"
        case .inventory: "stockReceived, stockShipped, stockAdjusted"
        case .sellerPayable: "purchasePlaced, purchaseRefunded, payoutInstructed"
        case .gstPayable, .qstPayable, .hstPayable: "purchasePlaced, clientInvoiced, taxRemitted"
        case .deferredCommission: "purchasePlaced, orderHandedOver"
        case .dividendsPayable: "patronageDividendDeclared, patronageDividendPaid"
        case .withholdingPayable: "patronageDividendPaid, taxRemitted"
        case .payoutsInTransit: "payoutInstructed, payoutSettled, payoutReturned"
        case .sharesToRedeem: "redemptionAccepted, redemptionPaid"
        case .interestPayable: "shareInterestAllocated, shareInterestPaid"
        case .accountsPayable: "supplierInvoiced, payoutInstructed"
        case .giftCards: "giftCardSold, giftCardRedeemed"
        case .royaltiesPayable: "licenceGranted, playsSettled, payoutInstructed"
        case .driverPayable: "rideCompleted, payoutInstructed"
        case .membersPayable: "revenueShared, expenseApproved, payoutInstructed"
        case .playCredits: "creditsBought, playsSettled"
        case .rideLevyPayable: "rideCompleted, taxRemitted"
        case .memberShares, .preferredShares: "sharesSubscribed, redemptionAccepted"
        case .reserve: "allocationResolved, fiscalYearClosed"
        case .reserveForRebates: "allocationResolved"
        case .surplus: "fiscalYearClosed, allocationResolved"
        case .deficit: "fiscalYearClosed"
        case .solidarityFund: "solidarityContributed, solidarityGranted"
        default: nil
        }
    }

    /// Whether the account is kept by events of its own.
    package var isControl: Bool { keptBy != nil }
}
