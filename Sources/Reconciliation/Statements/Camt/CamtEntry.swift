import Accounting
import Commerce

/// One entry (Ntry) and the transactions that it stands for.
struct CamtEntry {
    let source: StatementSource
    private(set) var details: [CamtDetail] = []
    /// Announced only (PDNG, INFO, FUTR): counted, not kept.
    private(set) var isPending = false
    private(set) var currency = ""
    /// Signed.
    private(set) var amountMinor: Int64 = 0
    private(set) var line: Int?

    /// An entry that is about to be read.
    init(_ source: StatementSource) { self.source = source }

    /// Takes a detail, before the entry itself has ended.
    mutating func add(_ detail: CamtDetail) { details.append(detail) }

    /// The entry, or its details where it is a batch whose amounts are known.
    mutating func entries(_ element: MarkupElement) throws(StatementError) -> [StatementEntry] {
        line = element.line
        try readStatus(element)
        guard let given = element["Amt"] else {
            throw source.missing("Ntry/Amt", line: line, Text("le montant", "the amount"))
        }
        let amount = try source.amount(given, field: "Ntry/Amt")
        guard let sign = try source.sign(element["CdtDbtInd"], field: "Ntry/CdtDbtInd") else {
            throw source.missing("Ntry/CdtDbtInd", line: line, Text("CRDT ou DBIT", "CRDT or DBIT"))
        }
        currency = amount.currency
        amountMinor = sign * amount.minor
        guard !isPending else { return [] }
        let one = try entry(element)
        return try split(one, charges: CamtCharges(element.all("Chrgs"), source))
    }

    private mutating func readStatus(_ element: MarkupElement) throws(StatementError) {
        let status = element["Sts"]
        let text = status?.text("Cd").isEmpty == false ? status?.text("Cd") ?? "" : status?.text ?? ""
        switch text {
        case "BOOK": isPending = false
        case "PDNG", "INFO", "FUTR": isPending = true
        default:
            throw source.refusal(
                .value, line: status?.line ?? line, field: "Ntry/Sts", value: text,
                Text("n’est pas un état d’écriture", "is not the state of an entry"),
                accepted: Text("BOOK, PDNG ou INFO", "BOOK, PDNG or INFO"))
        }
    }

    /// The entry as one, with what its details have in common.
    private func entry(_ element: MarkupElement) throws(StatementError) -> StatementEntry {
        let value = try source.day(element["ValDt"], field: "Ntry/ValDt", line: line)
        guard let booking = try source.day(element["BookgDt"], field: "Ntry/BookgDt", line: line) ?? value else {
            throw source.missing("Ntry/BookgDt", line: line, Text("la date d’écriture", "the booking date"))
        }
        let only = details.count == 1 ? details.first : nil
        var entry = StatementEntry(
            reference: element.text("AcctSvcrRef"), bookingDate: booking, valueDate: value ?? booking,
            amountMinor: amountMinor)
        entry.bookingSecond = Self.second(element.text("BookgDt", "DtTm"))
        if entry.reference.isEmpty { entry.reference = only?.reference ?? "" }
        entry.isReversal = ["true", "1"].contains(element.text("RvslInd"))
        entry.code = CamtDetail.code(element["BkTxCd"])
        if let only { describe(&entry, only) }
        if entry.batch.isEmpty {
            entry.batch =
                element.all("NtryDtls").lazy.map { $0.text("Btch", "PmtInfId") }.first { !$0.isEmpty } ?? details.first
                .map { first in details.allSatisfy { $0.batch == first.batch } ? first.batch : "" } ?? ""
        }
        entry.text = FieldText.joined([
            only?.text ?? FieldText.joined(details.prefix(16).map { $0.text }), element.text("AddtlNtryInf"),
        ])
        return entry
    }

    /// The hour of "2017-06-01T18:30:00-04:00" as written, in seconds since midnight; nil where there is none.
    private static func second(_ text: String) -> Int? {
        guard text.utf8.dropFirst(10).first == 0x54, let hour = FieldText.digits(text, 11, 2),
            let minute = FieldText.digits(text, 14, 2), hour < 24, minute < 60
        else { return nil }
        return (hour * 60 + minute) * 60 + min(59, FieldText.digits(text, 17, 2) ?? 0)
    }

    private func describe(_ entry: inout StatementEntry, _ detail: CamtDetail) {
        entry.endToEnd = detail.endToEnd
        entry.batch = detail.batch.isEmpty ? entry.batch : detail.batch
        entry.returnCode = detail.returnCode
        entry.code = detail.code.isEmpty ? entry.code : detail.code
        entry.text = detail.text
        // Roles are those of the first payment: what comes back still names its payee as creditor.
        let isBack = entry.isReversal || !detail.returnCode.isEmpty
        let (payer, payee) =
            entry.amountMinor >= 0 ? (detail.debtor, detail.creditor) : (detail.creditor, detail.debtor)
        entry.counterparty = isBack ? (payee.isEmpty ? payer : payee) : payer
    }

    /// Details with amounts of their own become entries, the charges that were kept another; their sum is the entry's amount.
    private func split(_ one: StatementEntry, charges: CamtCharges) throws(StatementError) -> [StatementEntry] {
        var total: Int64 = 0
        var magnitudes: Int64 = 0
        var fees = charges.currency == currency ? charges.minor : 0
        let ownFees = charges.currency.isEmpty
        for detail in details {
            // Without an amount of its own, or with one of another currency, a batch stays one entry.
            guard let amount = detail.amount, amount.currency == currency else { return [one] }
            let sign = detail.sign ?? amountMinor.signum()
            total = try source.sum(total, sign * amount.minor, line: line, field: "Ntry/NtryDtls/TxDtls/Amt")
            magnitudes = try source.sum(magnitudes, amount.minor, line: line, field: "Ntry/NtryDtls/TxDtls/Amt")
            if ownFees, detail.charges.currency == currency {
                fees = try source.sum(fees, detail.charges.minor, line: line, field: "Chrgs")
            }
        }
        if details.count < 2, fees == 0 || total == amountMinor { return [one] }
        let net = try source.sum(total, fees, line: line, field: "Chrgs")
        if total == amountMinor { return parts(one, fees: 0, sign: nil) }
        if fees != 0, net == amountMinor { return parts(one, fees: fees, sign: nil) }
        // Some institutions give every detail of a debit as CRDT, from the payee's side.
        if Int64(magnitudes) == amountMinor.magnitude { return parts(one, fees: 0, sign: amountMinor.signum()) }
        guard details.count > 1, source.reading.checksTotals else { return [one] }
        let scale = StatementAmount.exponent(of: currency)
        let (sum, whole) = (
            StatementAmount.text(total, exponent: scale), StatementAmount.text(amountMinor, exponent: scale)
        )
        throw source.refusal(
            .total, line: line, field: "Ntry/NtryDtls", value: sum.french,
            Text(
                "(somme des détails) n’est pas le montant de l’écriture, \(whole.french)",
                "(sum of the details) is not the amount of the entry, \(whole.english)"),
            accepted: Text(whole.french, whole.english))
    }

    private func parts(_ one: StatementEntry, fees: Int64, sign: Int64?) -> [StatementEntry] {
        var result: [StatementEntry] = []
        result.reserveCapacity(details.count + 1)
        for detail in details {
            var part = one
            part.amountMinor = (sign ?? detail.sign ?? amountMinor.signum()) * (detail.amount?.minor ?? 0)
            describe(&part, detail)
            if part.text.isEmpty { part.text = details.count == 1 ? one.text : "" }
            part.reference = one.reference.isEmpty ? "" : "\(one.reference)/\(result.count + 1)"
            result.append(part)
        }
        if fees != 0 {
            var part = one
            part.amountMinor = fees
            (part.code, part.endToEnd, part.returnCode, part.counterparty, part.text) = ("CHRG", "", "", "", "")
            part.isReversal = false
            part.reference = one.reference.isEmpty ? "" : "\(one.reference)/\(result.count + 1)"
            result.append(part)
        }
        return result
    }
}
