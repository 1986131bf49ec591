package import Commerce

/// Why we pay. It decides the codes that the formats carry and the batch that a payment is in.
package enum PaymentPurpose: String, CaseIterable, Sendable {
    /// What sellers of the marketplace earned.
    case sellers
    /// Royalties of authors and musicians.
    case creators
    /// Earnings of drivers.
    case drivers
    case refund
    /// Patronage dividends; CPA has no code of their own, so they go as dividends.
    case dividend
    /// On preferred shares.
    case interest
    /// Shares that are bought back.
    case redemption

    /// The transaction code of CPA Standard 005: 250 dividend, 280 interest, 450 miscellaneous, 460 accounts payable.
    package var transactionCode: String {
        switch self {
        case .sellers, .creators, .drivers: "460"
        case .refund, .redemption: "450"
        case .dividend: "250"
        case .interest: "280"
        }
    }

    /// The category purpose of a batch (ISO 20022, external code list).
    package var categoryCode: String {
        switch self {
        case .sellers, .creators, .drivers: "SUPP"
        case .refund: "OTHR"
        case .dividend: "DIVI"
        case .interest: "INTE"
        case .redemption: "SECU"
        }
    }

    /// The purpose of a payment (ISO 20022, external code list).
    package var purposeCode: String {
        switch self {
        case .sellers, .drivers: "SUPP"
        case .creators: "ROYA"
        case .refund: "REFU"
        case .dividend: "DIVD"
        case .interest: "INTE"
        case .redemption: "SECU"
        }
    }

    /// Ends the id of the batch; two purposes never share one.
    package var batchSuffix: String {
        switch self {
        case .sellers: "SEL"
        case .creators: "CRE"
        case .drivers: "DRI"
        case .refund: "REF"
        case .dividend: "DIV"
        case .interest: "INT"
        case .redemption: "RED"
        }
    }

    /// For people.
    package var name: Text {
        switch self {
        case .sellers: Text("versement aux vendeurs", "payout to sellers")
        case .creators: Text("redevances aux créateurs", "royalties to creators")
        case .drivers: Text("versement aux chauffeurs", "payout to drivers")
        case .refund: Text("remboursement", "refund")
        case .dividend: Text("ristourne", "patronage dividend")
        case .interest: Text("intérêts sur parts privilégiées", "interest on preferred shares")
        case .redemption: Text("rachat de parts", "share redemption")
        }
    }
}
