extension AccountCode {
    /// What the chart says of one account.
    struct ChartRow {
        let name: String
        let french: String
        let english: String
        let party: PartyKind

        init(_ name: String, _ french: String, _ english: String, _ party: PartyKind = .none) {
            self.name = name
            self.french = french
            self.english = english
            self.party = party
        }
    }

    /// Name, French and English label, sub-accounts. French as Québec's accountants write it.
    var chartRow: ChartRow {
        switch self {
        case .receivable: ChartRow("assets:receivable", "Comptes clients", "Accounts receivable", .identity)
        case .inTransit: ChartRow("assets:in-transit", "Fonds en transit", "Funds in transit", .institution)
        case .bank: ChartRow("assets:bank", "Encaisse", "Cash in bank", .institution)
        case .taxRecoverable: ChartRow("assets:tax-recoverable", "Taxes à recouvrer", "Taxes recoverable")
        case .trustBank: ChartRow("assets:trust-bank", "Encaisse en fidéicommis", "Cash in trust", .institution)
        case .intercoopReceivable:
            ChartRow(
                "assets:intercoop-receivable", "À recevoir de coopératives", "Due from cooperatives", .cooperative)
        case .inventory: ChartRow("assets:inventory", "Stocks", "Inventory")
        case .currencyExchange:
            ChartRow("assets:currency-exchange", "Position de change", "Currency exchange position")
        case .platformReceivable:
            ChartRow(
                "assets:platform-receivable", "Ventes à recevoir de plateformes", "Sales due from platforms",
                .cooperative)
        case .sellerPayable:
            ChartRow("liabilities:seller-payable", "Sommes à verser aux vendeurs", "Payable to sellers", .identity)
        case .gstPayable: ChartRow("liabilities:gst-payable", "TPS à payer", "GST payable")
        case .qstPayable: ChartRow("liabilities:qst-payable", "TVQ à payer", "QST payable")
        case .hstPayable: ChartRow("liabilities:hst-payable", "TVH à payer", "HST payable")
        case .deferredCommission:
            ChartRow("liabilities:deferred-commission", "Commissions reportées", "Deferred commission")
        case .dividendsPayable:
            ChartRow("liabilities:dividends-payable", "Ristournes à payer", "Patronage dividends payable", .identity)
        case .withholdingPayable:
            ChartRow(
                "liabilities:withholding-payable", "Retenues d’impôt à la source à remettre",
                "Income tax withheld payable")
        case .communityPayable:
            ChartRow(
                "liabilities:community-payable", "Contributions à la collectivité à verser",
                "Community contributions payable")
        case .payoutsInTransit:
            ChartRow("liabilities:payouts-in-transit", "Versements en transit", "Payouts in transit", .institution)
        case .sharesToRedeem:
            ChartRow("liabilities:shares-to-redeem", "Parts à racheter", "Shares to redeem", .identity)
        case .interestPayable:
            ChartRow(
                "liabilities:interest-payable", "Intérêts à payer sur les parts privilégiées",
                "Preferred-share interest payable", .identity)
        case .suspense: ChartRow("liabilities:suspense", "Compte d’attente", "Suspense account", .institution)
        case .accountsPayable:
            ChartRow("liabilities:accounts-payable", "Comptes fournisseurs", "Accounts payable", .identity)
        case .giftCards: ChartRow("liabilities:gift-cards", "Cartes-cadeaux en circulation", "Gift cards outstanding")
        case .intercoopPayable:
            ChartRow("liabilities:intercoop-payable", "À payer à des coopératives", "Due to cooperatives", .cooperative)
        case .royaltiesPayable:
            ChartRow(
                "liabilities:royalties-payable", "Redevances à verser aux créateurs", "Royalties payable", .identity)
        case .driverPayable:
            ChartRow(
                "liabilities:driver-payable", "Sommes à verser aux chauffeurs", "Payable to drivers", .identity)
        case .membersPayable:
            ChartRow(
                "liabilities:members-payable", "Partages et dépenses à payer aux membres",
                "Shared revenue and expenses payable to members", .identity)
        case .playCredits:
            ChartRow("liabilities:play-credits", "Crédits d’écoute en circulation", "Listening credits outstanding")
        case .rideLevyPayable:
            ChartRow("liabilities:ride-levy-payable", "Redevance sur les courses à remettre", "Ride levy payable")
        case .buyerCredits:
            ChartRow("liabilities:buyer-credits", "Sommes dues aux acheteurs", "Due to buyers", .identity)
        case .memberShares: ChartRow("equity:member-shares", "Parts sociales", "Common shares", .identity)
        case .preferredShares: ChartRow("equity:preferred-shares", "Parts privilégiées", "Preferred shares", .identity)
        case .reserve: ChartRow("equity:reserve", "Réserve", "Reserve")
        case .reserveForRebates:
            ChartRow("equity:reserve-for-rebates", "Réserve pour ristournes éventuelles", "Reserve for future rebates")
        case .surplus: ChartRow("equity:surplus", "Trop-perçus ou excédents", "Surplus")
        case .deficit: ChartRow("equity:deficit", "Déficit", "Deficit")
        case .solidarityFund: ChartRow("equity:solidarity-fund", "Fonds de solidarité", "Solidarity fund")
        case .commission: ChartRow("revenue:commission", "Commissions gagnées", "Commission earned")
        case .otherRevenue: ChartRow("revenue:other", "Autres produits", "Other revenue")
        case .rides: ChartRow("revenue:rides", "Produits des courses", "Ride revenue")
        case .services: ChartRow("revenue:services", "Produits de services", "Service revenue")
        case .sales: ChartRow("revenue:sales", "Ventes de marchandises", "Sales of goods")
        case .streaming: ChartRow("revenue:streaming", "Produits d’écoute", "Streaming revenue")
        case .exchangeGains: ChartRow("revenue:exchange-gains", "Gains de change", "Exchange gains")
        case .bankFees: ChartRow("expenses:bank-fees", "Frais bancaires", "Bank fees")
        case .discounts: ChartRow("expenses:discounts", "Rabais consentis", "Discounts granted")
        case .losses: ChartRow("expenses:losses", "Pertes", "Losses")
        case .wages: ChartRow("expenses:wages", "Salaires et charges sociales", "Wages and benefits")
        case .rent: ChartRow("expenses:rent", "Loyer", "Rent")
        case .amortisation: ChartRow("expenses:amortisation", "Amortissement", "Amortisation")
        case .professionalFees: ChartRow("expenses:professional-fees", "Honoraires professionnels", "Professional fees")
        case .interest: ChartRow("expenses:interest", "Intérêts sur les dettes", "Interest on debts")
        case .otherExpenses: ChartRow("expenses:other", "Autres charges", "Other expenses")
        case .delivery: ChartRow("expenses:delivery", "Livraison", "Delivery")
        case .lockerHosting: ChartRow("expenses:locker-hosting", "Hébergement des casiers", "Locker hosting")
        case .media: ChartRow("expenses:media", "Médias partenaires", "Partner media")
        case .agreementServices:
            ChartRow("expenses:services", "Services d’autres coopératives", "Services of other cooperatives")
        case .goodsSold: ChartRow("expenses:cost-of-goods-sold", "Coût des marchandises vendues", "Cost of goods sold")
        case .stockAdjustments:
            ChartRow("expenses:stock-adjustments", "Écarts d’inventaire", "Stock adjustments")
        case .sharedWithMembers:
            ChartRow("expenses:shared-with-members", "Partages aux membres", "Shared with members")
        case .solidarity:
            ChartRow("expenses:solidarity", "Contributions à la solidarité", "Solidarity contributions")
        case .exchangeLosses: ChartRow("expenses:exchange-losses", "Pertes de change", "Exchange losses")
        case .chargebacks: ChartRow("expenses:chargebacks", "Rétrofacturations", "Chargebacks")
        case .platformCommission:
            ChartRow("expenses:platform-commission", "Commissions de plateformes", "Platform commission")
        }
    }
}
