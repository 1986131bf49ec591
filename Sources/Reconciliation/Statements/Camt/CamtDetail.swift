import Accounting
import Commerce

/// One transaction of an entry (TxDtls).
struct CamtDetail {
    /// Its amount without a sign, where it has one.
    let amount: CamtAmount?
    let sign: Int64?
    let endToEnd: String
    let batch: String
    let reference: String
    let code: String
    let returnCode: String
    let debtor: String
    let creditor: String
    let text: String
    let charges: CamtCharges

    /// Takes what a TxDtls says.
    init(_ element: MarkupElement, _ source: StatementSource) throws(StatementError) {
        // Version 02 has no Amt here, and the later ones keep AmtDtls beside it.
        if let given = element["Amt"] ?? element["AmtDtls", "TxAmt", "Amt"] {
            amount = try source.amount(given, field: "Ntry/NtryDtls/TxDtls/Amt")
        } else {
            amount = nil
        }
        sign = try source.sign(element["CdtDbtInd"], field: "Ntry/NtryDtls/TxDtls/CdtDbtInd")
        let given = element.text("Refs", "EndToEndId")
        endToEnd = given.isEmpty || given == "NOTPROVIDED" ? element.text("Refs", "ChqNb") : given
        batch = element.text("Refs", "PmtInfId")
        reference = element.text("Refs", "AcctSvcrRef")
        code = Self.code(element["BkTxCd"])
        let reason = element.text("RtrInf", "Rsn", "Cd")
        returnCode = reason.isEmpty ? element.text("RtrInf", "Rsn", "Prtry") : reason
        debtor = Self.party(element, "Dbtr")
        creditor = Self.party(element, "Cdtr")
        var texts = element["RmtInf"]?.all("Ustrd").map { $0.text } ?? []
        for structured in element["RmtInf"]?.all("Strd") ?? [] {
            texts.append(structured.text("CdtrRefInf", "Ref"))
            texts += structured.all("AddtlRmtInf").map { $0.text }
        }
        texts += element["RtrInf"]?.all("AddtlInf").map { $0.text } ?? []
        texts.append(element.text("AddtlTxInf"))
        text = FieldText.joined(texts)
        charges = try CamtCharges(element.all("Chrgs"), source)
    }

    /// A party's name: since version 08 one level further in.
    private static func party(_ element: MarkupElement, _ role: String) -> String {
        guard let parties = element["RltdPties"] else { return "" }
        for party in [parties[role], parties["Ultmt" + role]] {
            guard let party else { continue }
            let name = party.text("Nm").isEmpty ? party.text("Pty", "Nm") : party.text("Nm")
            if !name.isEmpty { return name }
        }
        return ""
    }
}

extension CamtDetail {
    /// "PMNT/RCDT/ESCT" of the standard's domains, or the institution's own code.
    static func code(_ element: MarkupElement?) -> String {
        guard let element else { return "" }
        let domain = element.text("Domn", "Cd")
        guard !domain.isEmpty else { return element.text("Prtry", "Cd") }
        return [domain, element.text("Domn", "Fmly", "Cd"), element.text("Domn", "Fmly", "SubFmlyCd")]
            .joined(separator: "/")
    }
}

/// What the institution kept of an amount, or added to it.
struct CamtCharges {
    /// Signed: a charge is negative.
    private(set) var minor: Int64 = 0
    private(set) var currency = ""

    /// Sums what was included; charges of a second currency cannot be.
    init(_ elements: [MarkupElement], _ source: StatementSource) throws(StatementError) {
        for element in elements {
            let records = element.all("Rcrd")
            for record in records where record.text("ChrgInclInd") != "false" { try add(record, "Amt", source) }
            guard records.isEmpty else { continue }
            try add(element, element["Amt"] == nil ? "TtlChrgsAndTaxAmt" : "Amt", source)
        }
    }

    private mutating func add(
        _ element: MarkupElement, _ name: String, _ source: StatementSource
    ) throws(StatementError) {
        guard let given = element[name] else { return }
        let amount = try source.amount(given, field: "Chrgs/\(name)")
        let sign = try source.sign(element["CdtDbtInd"], field: "Chrgs/CdtDbtInd") ?? -1
        guard currency.isEmpty || currency == amount.currency else { return }
        currency = amount.currency
        minor = try source.sum(minor, sign * amount.minor, line: element.line, field: "Chrgs")
    }
}
