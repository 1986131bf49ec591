import Events

enum Authorizations {
    static func decide(authorized body: PaymentAuthorizedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(authorized body: PaymentAuthorizedView, _ fact: Fact, _ views: Views) {}
    static func decide(voided body: AuthorizationVoidedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(voided body: AuthorizationVoidedView, _ fact: Fact, _ views: Views) {}
    static func decide(expired body: AuthorizationExpiredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(expired body: AuthorizationExpiredView, _ fact: Fact, _ views: Views) {}
}

enum Chargebacks {
    static func decide(received body: ChargebackReceivedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(received body: ChargebackReceivedView, _ fact: Fact, _ views: Views) {}
    static func decide(reversed body: ChargebackReversedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(reversed body: ChargebackReversedView, _ fact: Fact, _ views: Views) {}
}

enum GiftCards {
    static func decide(sold body: GiftCardSoldView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(sold body: GiftCardSoldView, _ fact: Fact, _ views: Views) {}
    static func decide(redeemed body: GiftCardRedeemedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(redeemed body: GiftCardRedeemedView, _ fact: Fact, _ views: Views) {}
}

enum ReturnedPayouts {
    static func decide(returned body: PayoutReturnedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(returned body: PayoutReturnedView, _ fact: Fact, _ views: Views) {}
}

enum SupplierInvoices {
    static func decide(invoiced body: SupplierInvoicedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(invoiced body: SupplierInvoicedView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(limits policy: LimitPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        throw .pending
    }
}

extension Policies {
    static func decide(chargebacks policy: ChargebackPolicyView, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        throw .pending
    }
}
