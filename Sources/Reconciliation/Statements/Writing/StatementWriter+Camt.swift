import Accounting
import Commerce

extension StatementWriter {
    /// The versions of camt.053 that are written.
    package enum CamtVersion: String, CaseIterable, Sendable {
        case v02 = "02"
        case v04 = "04"
        case v08 = "08"
        case v14 = "14"
    }

    /// A message camt.053, valid against its schema; that of version 14, which is not at hand, has the same elements as version 08 where we write them.
    ///
    /// Entries "B/1", "B/2"… one after the other, of the same days, sign and batch, become one entry "B" with details, as an institution books a batch.
    package static func camt053(
        _ statements: [BankStatement], version: CamtVersion = .v08
    ) throws(StatementError) -> [UInt8] {
        var writer = CamtWriter(version: version)
        return Array(try writer.message(statements).utf8)
    }
}

extension StatementWriter.CamtVersion {
    /// From version 08 on, codes and parties stand one level deeper.
    fileprivate var isNewer: Bool { self == .v08 || self == .v14 }
}

/// Writes one message.
struct CamtWriter {
    let version: StatementWriter.CamtVersion
    private var out = MarkupText()
    private var format: String { "camt.053.001." + version.rawValue }

    /// Writes one message of a version.
    init(version: StatementWriter.CamtVersion) { self.version = version }

    /// The whole message.
    mutating func message(_ statements: [BankStatement]) throws(StatementError) -> String {
        guard let first = statements.first else {
            throw StatementWriter.refusal(
                format, field: "Stmt", value: "", Text("manque", "is missing"),
                accepted: Text("au moins un relevé", "at least one statement"))
        }
        out.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        out.raw("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:\(format)\">\n<BkToCstmrStmt>\n<GrpHdr>\n")
        out.leaf("MsgId", try identification(first))
        out.leaf("CreDtTm", moment(first))
        out.raw("</GrpHdr>\n")
        for statement in statements { try write(statement) }
        out.raw("</BkToCstmrStmt>\n</Document>\n")
        return out.text
    }

    private func identification(_ statement: BankStatement) throws(StatementError) -> String {
        let given = statement.identification
        return try fitting(given.isEmpty ? "1" : given, 35, "Id")
    }

    private func fitting(_ text: String, _ max: Int, _ field: String) throws(StatementError) -> String {
        try StatementWriter.fitting(text, max: max, field: field, format: format)
    }

    private func moment(_ statement: BankStatement) -> String {
        (statement.through ?? statement.entries.last?.bookingDate ?? .first).text + "T23:59:59"
    }

    private mutating func write(_ statement: BankStatement) throws(StatementError) {
        let currency = try StatementWriter.currency(statement, format: format)
        let through = try StatementWriter.required(
            statement.through ?? statement.entries.map { $0.bookingDate }.max(), "through", format: format)
        let opening = try StatementWriter.required(statement.openingMinor, "openingMinor", format: format)
        let closing = try StatementWriter.required(statement.closingMinor, "closingMinor", format: format)
        out.raw("<Stmt>\n")
        out.leaf("Id", try identification(statement))
        if let number = statement.number { out.leaf("ElctrncSeqNb", "\(number)") }
        out.leaf("CreDtTm", moment(statement))
        if let from = statement.from {
            out.open("FrToDt")
            out.leaf("FrDtTm", from.text + "T00:00:00")
            out.leaf("ToDtTm", through.text + "T23:59:59")
            out.close("FrToDt")
        }
        try writeAccount(statement.account)
        balance("OPBD", opening, statement.from ?? through, currency)
        balance("CLBD", closing, through, currency)
        try writeTotals(statement, currency)
        var index = 0
        while index < statement.entries.count {
            let end = Self.endOfBatch(statement.entries, from: index)
            try writeEntry(statement.entries[index..<end], currency)
            index = end
        }
        out.raw("</Stmt>\n")
    }

    private mutating func writeAccount(_ account: StatementAccount) throws(StatementError) {
        let number = Array(account.number.utf8)
        let isIBAN =
            (5...34).contains(number.count) && number.prefix(2).allSatisfy { (0x41...0x5A).contains($0) }
            && number.dropFirst(2).prefix(2).allSatisfy { (0x30...0x39).contains($0) }
            && number.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0) }
        out.raw("<Acct>\n<Id>")
        if isIBAN {
            out.leaf("IBAN", account.number)
        } else {
            out.open("Othr")
            out.leaf("Id", try fitting(account.number, 34, "Acct/Id"))
            out.close("Othr")
        }
        out.close("Id")
        out.leaf("Ccy", account.currency)
        if !account.institution.isEmpty {
            out.raw("<Svcr><FinInstnId><ClrSysMmbId>")
            out.leaf("MmbId", try fitting(account.institution, 35, "Svcr"))
            out.raw("</ClrSysMmbId></FinInstnId></Svcr>\n")
        }
        out.close("Acct")
    }

    private mutating func amount(_ minor: Int64, _ currency: Currency) {
        out.leaf("Amt", StatementWriter.unsigned(minor, currency), attributes: " Ccy=\"\(currency.code)\"")
    }

    private mutating func balance(_ type: String, _ minor: Int64, _ day: CivilDate, _ currency: Currency) {
        out.raw("<Bal><Tp><CdOrPrtry><Cd>\(type)</Cd></CdOrPrtry></Tp>\n")
        amount(minor, currency)
        out.leaf("CdtDbtInd", minor < 0 ? "DBIT" : "CRDT")
        out.raw("<Dt><Dt>\(day.text)</Dt></Dt></Bal>\n")
    }

    private mutating func writeTotals(_ statement: BankStatement, _ currency: Currency) throws(StatementError) {
        var counts = (credits: 0, debits: 0)
        var sums = (credits: Int128(0), debits: Int128(0))
        var index = 0
        while index < statement.entries.count {
            let end = Self.endOfBatch(statement.entries, from: index)
            var total = Int128(0)
            for entry in statement.entries[index..<end] { total += Int128(entry.amountMinor) }
            if total < 0 {
                counts.debits += 1
                sums.debits -= total
            } else {
                counts.credits += 1
                sums.credits += total
            }
            index = end
        }
        out.raw("<TxsSummry><TtlNtries>")
        out.leaf("NbOfNtries", "\(counts.credits + counts.debits)")
        out.raw("</TtlNtries>\n")
        for (name, count, sum) in [
            ("TtlCdtNtries", counts.credits, sums.credits), ("TtlDbtNtries", counts.debits, sums.debits),
        ] {
            guard let minor = Int64(exactly: sum) else {
                throw StatementWriter.refusal(
                    format, field: name, value: "\(sum)", Text("est trop grand", "is too large"),
                    accepted: Text("64 bits", "64 bits"))
            }
            out.open(name)
            out.leaf("NbOfNtries", "\(count)")
            out.leaf("Sum", StatementWriter.unsigned(minor, currency))
            out.close(name)
        }
        out.raw("</TxsSummry>\n")
    }

    /// Behind the last detail of the batch that begins at `start`.
    static func endOfBatch(_ entries: [StatementEntry], from start: Int) -> Int {
        let first = entries[start]
        guard first.reference.hasSuffix("/1"), !first.isReversal else { return start + 1 }
        let stem = String(first.reference.dropLast(1))
        var end = start + 1
        while end < entries.count, entries[end].reference == stem + "\(end - start + 1)",
            entries[end].bookingDate == first.bookingDate, entries[end].valueDate == first.valueDate,
            entries[end].amountMinor.signum() == first.amountMinor.signum(), entries[end].batch == first.batch,
            !entries[end].isReversal
        {
            end += 1
        }
        return end
    }

    private mutating func writeEntry(_ entries: ArraySlice<StatementEntry>, _ currency: Currency) throws(StatementError)
    {
        guard let first = entries.first else { return }
        let isBatch = entries.count > 1
        var total: Int64 = 0
        for entry in entries {
            let (sum, overflow) = total.addingReportingOverflow(entry.amountMinor)
            guard !overflow else {
                throw StatementWriter.refusal(
                    format, field: "Ntry/Amt", value: first.reference, Text("est trop grand", "is too large"),
                    accepted: Text("64 bits", "64 bits"))
            }
            total = sum
        }
        out.raw("<Ntry>\n")
        amount(total, currency)
        out.leaf("CdtDbtInd", total < 0 ? "DBIT" : "CRDT")
        if first.isReversal { out.leaf("RvslInd", "true") }
        out.raw(version.isNewer ? "<Sts><Cd>BOOK</Cd></Sts>\n" : "<Sts>BOOK</Sts>\n")
        out.raw(
            "<BookgDt><Dt>\(first.bookingDate.text)</Dt></BookgDt><ValDt><Dt>\(first.valueDate.text)</Dt></ValDt>\n")
        let reference = isBatch ? String(first.reference.dropLast(2)) : first.reference
        out.leaf("AcctSvcrRef", try fitting(reference, 35, "AcctSvcrRef"))
        try writeCode(first.code)
        out.raw("<NtryDtls>\n")
        for entry in entries { try writeDetail(entry, currency, isBatch: isBatch) }
        out.raw("</NtryDtls>\n</Ntry>\n")
    }

    private mutating func writeCode(_ code: String) throws(StatementError) {
        let parts = code.split(separator: "/", omittingEmptySubsequences: false)
        out.open("BkTxCd")
        if parts.count == 3, parts.allSatisfy({ (1...4).contains($0.utf8.count) }) {
            out.raw("<Domn>")
            out.leaf("Cd", String(parts[0]))
            out.raw("<Fmly>")
            out.leaf("Cd", String(parts[1]))
            out.leaf("SubFmlyCd", String(parts[2]))
            out.raw("</Fmly></Domn>")
        } else if !code.isEmpty {
            out.raw("<Prtry>")
            out.leaf("Cd", try fitting(code, 35, "BkTxCd"))
            out.raw("</Prtry>")
        }
        out.close("BkTxCd")
    }

    private mutating func writeDetail(_ entry: StatementEntry, _ currency: Currency, isBatch: Bool)
        throws(StatementError)
    {
        out.raw("<TxDtls>\n")
        if !entry.batch.isEmpty || !entry.endToEnd.isEmpty {
            out.open("Refs")
            out.leaf("PmtInfId", try fitting(entry.batch, 35, "PmtInfId"))
            out.leaf("EndToEndId", try fitting(entry.endToEnd, 35, "EndToEndId"))
            out.close("Refs")
        }
        if version != .v02 {
            // Version 04 wants the amount in every detail.
            amount(entry.amountMinor, currency)
            out.leaf("CdtDbtInd", entry.amountMinor < 0 ? "DBIT" : "CRDT")
        } else if isBatch {
            out.raw("<AmtDtls><TxAmt>")
            amount(entry.amountMinor, currency)
            out.raw("</TxAmt></AmtDtls>\n")
        }
        if isBatch { try writeCode(entry.code) }
        writeParty(entry)
        if !entry.text.isEmpty {
            out.open("RmtInf")
            for part in Self.pieces(entry.text, 140) { out.leaf("Ustrd", part) }
            out.close("RmtInf")
        }
        if !entry.returnCode.isEmpty {
            let isISO = entry.returnCode.utf8.count == 4
            out.raw("<RtrInf><Rsn>")
            out.leaf(isISO ? "Cd" : "Prtry", try fitting(entry.returnCode, 35, "RtrInf"))
            out.raw("</Rsn></RtrInf>\n")
        }
        out.raw("</TxDtls>\n")
    }

    private mutating func writeParty(_ entry: StatementEntry) {
        guard !entry.counterparty.isEmpty else { return }
        let isBack = entry.isReversal || !entry.returnCode.isEmpty
        let role = (entry.amountMinor >= 0) != isBack ? "Dbtr" : "Cdtr"
        out.raw("<RltdPties><\(role)>" + (version.isNewer ? "<Pty>" : ""))
        out.leaf("Nm", String(String.UnicodeScalarView(entry.counterparty.unicodeScalars.prefix(140))))
        out.raw((version.isNewer ? "</Pty>" : "") + "</\(role)></RltdPties>\n")
    }

    /// Parts of at most `max` characters, cut at spaces where there are any.
    static func pieces(_ text: String, _ max: Int) -> [String] {
        var result: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while rest.count > max {
            let head = rest.prefix(max + 1)
            let cut = head.lastIndex(of: " ").flatMap { $0 > rest.startIndex ? $0 : nil }
            let end = cut ?? rest.startIndex + max
            result.append(String(String.UnicodeScalarView(rest[..<end])))
            rest = rest[(cut == nil ? end : end + 1)...]
        }
        if !rest.isEmpty { result.append(String(String.UnicodeScalarView(rest))) }
        return result
    }
}
