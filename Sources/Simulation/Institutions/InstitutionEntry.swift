import Accounting
import Reconciliation

/// Why money moves, in the words of each format.
enum InstitutionPurpose {
    case deposit, payment, receipt, returned, charge

    /// ISO 20022 domain, family and subfamily; OFX TRNTYPE; MT940 (SWIFT); BAI2; and what a CSV says.
    func code(_ format: InstitutionFormat) -> String {
        switch format {
        case .camt02, .camt04, .camt08, .camt14:
            switch self {
            case .deposit: "PMNT/MCRD/SMRT"
            case .payment: "PMNT/ICDT/ESCT"
            case .receipt: "PMNT/RCDT/ESCT"
            case .returned: "PMNT/ICDT/RRTN"
            case .charge: "ACMT/MDOP/CHRG"
            }
        case .ofx1, .ofx2:
            switch self {
            case .deposit: "DEP"
            case .payment: "PAYMENT"
            case .receipt: "DIRECTDEP"
            case .returned: "CREDIT"
            case .charge: "SRVCHG"
            }
        case .mt940:
            switch self {
            case .deposit: "NCOL"
            case .payment, .receipt: "NTRF"
            case .returned: "NRTI"
            case .charge: "NCHG"
            }
        case .bai2:
            switch self {
            case .deposit: "142"
            case .payment: "495"
            case .receipt: "195"
            case .returned: "257"
            case .charge: "698"
            }
        case .csv:
            switch self {
            case .deposit: "DEPOT"
            case .payment, .receipt: "VIREMENT"
            case .returned: "RETOUR"
            case .charge: "FEES"
            }
        }
    }
}

/// What an institution books, whatever the format.
struct InstitutionEntry {
    /// One payment of a batch.
    struct Detail {
        var amountMinor: Int64
        var reference: String
        var party: String
        var item: UInt64
    }

    var day: CivilDate
    var amountMinor: Int64
    var purpose: InstitutionPurpose
    /// What it is: entries of one number are one thing.
    var truth: Int
    var isReversal = false
    /// What it gives back of ours, or its own number.
    var reference = ""
    var returnCode = ""
    var party = ""
    var text = ""
    var batch = ""
    var details: [Detail] = []
}

/// What entries are together: items of the books, a charge (no item), each other (no item), or nobody's.
struct InstitutionTruth {
    var items: [UInt64]
    var noise: NoiseKind
}
