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
    /// Bills of suppliers.
    case suppliers
    /// What members are owed for their work and their expenses.
    case members

    /// The transaction code of CPA Standard 005: 250 dividend, 280 interest, 450 miscellaneous, 460 accounts payable.
    package var transactionCode: String {
        switch self {
        case .sellers, .creators, .drivers, .suppliers: "460"
        case .refund, .redemption, .members: "450"
        case .dividend: "250"
        case .interest: "280"
        }
    }

    /// The category purpose of a batch (ISO 20022, external code list).
    package var categoryCode: String {
        switch self {
        case .sellers, .creators, .drivers, .suppliers: "SUPP"
        case .refund, .members: "OTHR"
        case .dividend: "DIVI"
        case .interest: "INTE"
        case .redemption: "SECU"
        }
    }

    /// The purpose of a payment (ISO 20022, external code list).
    package var purposeCode: String {
        switch self {
        case .sellers, .drivers, .suppliers: "SUPP"
        case .members: "OTHR"
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
        case .suppliers: "SUP"
        case .members: "MEM"
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
        case .suppliers: Text("factures de fournisseurs", "suppliers' bills")
        case .members: Text("versement aux membres", "payout to members")
        }
    }

    /// Its place among all, from 1: names a part of a file in matching.
    var part: UInt8 { UInt8(clamping: (Self.allCases.firstIndex(of: self) ?? 0) + 1) }

    /// What the payee reads on their statement: at most 15 characters, which is what CPA 005 carries.
    var remittance: String {
        switch self {
        case .sellers: "Ventes"
        case .creators: "Redevances"
        case .drivers: "Courses"
        case .refund: "Remboursement"
        case .dividend: "Ristourne"
        case .interest: "Intérêts"
        case .redemption: "Rachat de parts"
        case .suppliers: "Facture"
        case .members: "Coopérative"
        }
    }
}
