@testable import Reconciliation

/// Small files made by hand, and what reading says of them.
enum SampleTexts {
    static func camt(
        _ body: String, version: String = "053.001.08", prolog: String = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    ) -> String {
        let (message, element) =
            version.hasPrefix("054")
            ? ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
            : version.hasPrefix("052") ? ("BkToCstmrAcctRpt", "Rpt") : ("BkToCstmrStmt", "Stmt")
        return prolog + """
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.\(version)"><\(message)>
            <\(element)><Id>S1</Id><Acct><Id><Othr><Id>12345</Id></Othr></Id><Ccy>CAD</Ccy></Acct>
            \(body)
            </\(element)></\(message)></Document>
            """
    }

    static func balances(_ opening: String, _ closing: String, currency: String = "CAD") -> String {
        [("OPBD", opening), ("CLBD", closing)].map { type, amount in
            """
            <Bal><Tp><CdOrPrtry><Cd>\(type)</Cd></CdOrPrtry></Tp><Amt Ccy="\(currency)">\(amount)</Amt>\
            <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2017-06-01</Dt></Dt></Bal>
            """
        }.joined(separator: "\n")
    }

    static func entry(
        _ amount: String, _ indicator: String = "CRDT", status: String = "BOOK", reference: String = "",
        more: String = "",
        details: String = "", currency: String = "CAD"
    ) -> String {
        """
        <Ntry><Amt Ccy="\(currency)">\(amount)</Amt><CdtDbtInd>\(indicator)</CdtDbtInd><Sts><Cd>\(status)</Cd></Sts>\
        <BookgDt><Dt>2017-06-01</Dt></BookgDt>\(reference.isEmpty ? "" : "<AcctSvcrRef>\(reference)</AcctSvcrRef>")\
        <BkTxCd/>\(more)<NtryDtls>\(details)</NtryDtls></Ntry>
        """
    }

    static func read(_ text: String, _ reading: StatementReading = StatementReading()) throws(StatementError)
        -> [BankStatement]
    {
        try StatementFile.read(bytes: Array(text.utf8), name: "f", reading)
    }

    /// Why the bytes are refused; nil where they are not.
    static func refusal(_ bytes: [UInt8], _ reading: StatementReading = StatementReading()) -> StatementError? {
        do throws(StatementError) {
            _ = try StatementFile.read(bytes: bytes, name: "f", reading)
            return nil
        } catch { return error }
    }

    static func refusal(_ text: String) -> StatementError? { refusal(Array(text.utf8)) }
}
