package import Accounting
package import Events

extension AccountCode {
    /// What the account is to whom it names: the chart speaks from the book's side, a statement from the holder's.
    package var holderLabel: Text {
        switch self {
        case .receivable: Text("vos achats et autres sommes à payer", "your purchases and other amounts to pay")
        case .intercoopReceivable: Text("à payer à cette coopérative", "due to this cooperative")
        case .intercoopPayable: Text("à recevoir de cette coopérative", "due from this cooperative")
        case .platformReceivable: Text("nos ventes chez vous", "our sales with you")
        case .inTransit: Text("encaissements à nous régler", "captures to settle with us")
        case .bank: Text("notre encaisse chez vous", "our cash with you")
        case .trustBank: Text("notre encaisse en fidéicommis chez vous", "our cash in trust with you")
        case .payoutsInTransit: Text("versements que vous exécutez", "payouts that you carry out")
        case .sellerPayable: Text("vos ventes", "your sales")
        case .accountsPayable: Text("vos factures et services", "your invoices and services")
        case .royaltiesPayable: Text("vos redevances", "your royalties")
        case .driverPayable: Text("vos courses", "your rides")
        case .membersPayable: Text("vos partages et dépenses", "your shares of revenue and expenses")
        case .buyerCredits: Text("vos crédits", "your credits")
        case .dividendsPayable: Text("vos ristournes", "your patronage dividends")
        case .interestPayable: Text("intérêts sur vos parts privilégiées", "interest on your preferred shares")
        case .sharesToRedeem: Text("vos parts à racheter", "your shares to be redeemed")
        case .memberShares: Text("vos parts sociales", "your common shares")
        case .preferredShares: Text("vos parts privilégiées", "your preferred shares")
        default: Text(frenchLabel, englishLabel)
        }
    }

    /// What a line of a statement is called to whom it is drawn for.
    package func holderLabel(_ kind: EventKind) -> Text {
        switch (self, kind) {
        case (.sellerPayable, .purchasePlaced): Text("Vente", "Sale")
        case (.sellerPayable, .purchaseCancelled): Text("Vente annulée", "Sale cancelled")
        case (.sellerPayable, .purchaseRefunded): Text("Retour de l’acheteur", "Return")
        case (.sellerPayable, .orderHandedOver): Text("Taxes sur la commission", "Taxes on commission")
        case (.memberShares, .patronageDividendPaid): Text("Parts émises en ristourne", "Shares issued as a dividend")
        case (_, .payoutInstructed): Text("Versement", "Payout")
        default: kind.label
        }
    }
}
