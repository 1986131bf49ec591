import Events

enum Agreements {
    static func decide(signed body: AgreementSignedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(signed body: AgreementSignedView, _ fact: Fact, _ views: Views) {}
    static func decide(ended body: AgreementEndedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(ended body: AgreementEndedView, _ fact: Fact, _ views: Views) {}
}

enum ServiceInvoices {
    static func decide(invoiced body: ServiceInvoicedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(invoiced body: ServiceInvoicedView, _ fact: Fact, _ views: Views) {}
}

enum Intercoop {
    static func decide(netted body: BalancesNettedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(netted body: BalancesNettedView, _ fact: Fact, _ views: Views) {}
    static func decide(settled body: IntercoopSettledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(settled body: IntercoopSettledView, _ fact: Fact, _ views: Views) {}
}

enum ClientInvoices {
    static func decide(invoiced body: ClientInvoicedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(invoiced body: ClientInvoicedView, _ fact: Fact, _ views: Views) {}
    static func decide(paid body: ClientInvoicePaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(paid body: ClientInvoicePaidView, _ fact: Fact, _ views: Views) {}
}

enum ForeignCurrency {
    static func decide(exchanged body: CurrencyExchangedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(exchanged body: CurrencyExchangedView, _ fact: Fact, _ views: Views) {}
    static func decide(revalued body: CurrencyRevaluedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(revalued body: CurrencyRevaluedView, _ fact: Fact, _ views: Views) {}
}

enum SolidarityFund {
    static func decide(contributed body: SolidarityContributedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(contributed body: SolidarityContributedView, _ fact: Fact, _ views: Views) {}
    static func decide(granted body: SolidarityGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(granted body: SolidarityGrantedView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(solidarity policy: SolidarityPolicyView, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        throw .pending
    }
}
