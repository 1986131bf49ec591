import Accounting
import Commerce

extension StatementWriter {
    /// OFX 1.0.2 in SGML: Windows-1252, texts without end tags.
    package static func ofx1(_ statements: [BankStatement]) throws(StatementError) -> [UInt8] {
        let header = """
            OFXHEADER:100
            DATA:OFXSGML
            VERSION:102
            SECURITY:NONE
            ENCODING:USASCII
            CHARSET:1252
            COMPRESSION:NONE
            OLDFILEUID:NONE
            NEWFILEUID:NONE


            """
        var out = MarkupText()
        out.endsTexts = false
        return try encoded(header + ofx(statements, out), .windows1252, format: "OFX 1")
    }

    /// OFX 2.1.1 in XML: UTF-8.
    package static func ofx2(_ statements: [BankStatement]) throws(StatementError) -> [UInt8] {
        let header = """
            <?xml version="1.0" encoding="UTF-8" standalone="no"?>
            <?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>

            """
        return Array((header + (try ofx(statements, MarkupText()))).utf8)
    }

    /// The types that the standard has; others become CREDIT or DEBIT.
    package static let ofxTypes: Set<String> = [
        "CREDIT", "DEBIT", "INT", "DIV", "FEE", "SRVCHG", "DEP", "ATM", "POS", "XFER", "CHECK", "PAYMENT", "CASH",
        "DIRECTDEP", "DIRECTDEBIT", "REPEATPMT", "OTHER",
    ]

    private static func ofx(_ statements: [BankStatement], _ begun: MarkupText) throws(StatementError) -> String {
        var out = begun
        let status = { (out: inout MarkupText) in
            out.open("STATUS")
            out.leaf("CODE", "0")
            out.leaf("SEVERITY", "INFO")
            out.close("STATUS")
        }
        let last = statements.compactMap { $0.through }.max() ?? .first
        out.raw("<OFX>\n<SIGNONMSGSRSV1>\n<SONRS>\n")
        status(&out)
        out.leaf("DTSERVER", compact(last) + "235959")
        out.leaf("LANGUAGE", "FRA")
        out.raw("</SONRS>\n</SIGNONMSGSRSV1>\n<BANKMSGSRSV1>\n")
        for (index, statement) in statements.enumerated() {
            out.raw("<STMTTRNRS>\n")
            out.leaf("TRNUID", "\(index + 1)")
            status(&out)
            try ofx(statement, &out)
            out.raw("</STMTTRNRS>\n")
        }
        out.raw("</BANKMSGSRSV1>\n</OFX>\n")
        return out.text
    }

    private static func ofx(_ statement: BankStatement, _ out: inout MarkupText) throws(StatementError) {
        let currency = try currency(statement, format: "OFX")
        let through = try required(statement.through, "through", format: "OFX")
        out.raw("<STMTRS>\n")
        out.leaf("CURDEF", statement.account.currency)
        out.raw("<BANKACCTFROM>\n")
        out.leaf("BANKID", try fitting(statement.account.institution, max: 9, field: "BANKID", format: "OFX"))
        out.leaf("ACCTID", try fitting(statement.account.number, max: 34, field: "ACCTID", format: "OFX"))
        out.leaf("ACCTTYPE", "CHECKING")
        out.raw("</BANKACCTFROM>\n<BANKTRANLIST>\n")
        out.leaf("DTSTART", compact(statement.from ?? through))
        out.leaf("DTEND", compact(through))
        for entry in statement.entries { try ofx(entry, currency, &out) }
        out.raw("</BANKTRANLIST>\n")
        if let closing = statement.closingMinor {
            out.raw("<LEDGERBAL>\n")
            out.leaf("BALAMT", DecimalText.format(minor: closing, currency: currency))
            out.leaf("DTASOF", compact(through))
            out.raw("</LEDGERBAL>\n")
        }
        out.raw("</STMTRS>\n")
    }

    private static func ofx(_ entry: StatementEntry, _ currency: Currency, _ out: inout MarkupText)
        throws(StatementError)
    {
        out.raw("<STMTTRN>\n")
        out.leaf("TRNTYPE", ofxTypes.contains(entry.code) ? entry.code : entry.amountMinor < 0 ? "DEBIT" : "CREDIT")
        out.leaf("DTPOSTED", compact(entry.bookingDate))
        if entry.valueDate != entry.bookingDate { out.leaf("DTAVAIL", compact(entry.valueDate)) }
        out.leaf("TRNAMT", DecimalText.format(minor: entry.amountMinor, currency: currency))
        out.leaf("FITID", try fitting(entry.reference, max: 255, field: "FITID", format: "OFX"))
        out.leaf("REFNUM", try fitting(entry.endToEnd, max: 35, field: "REFNUM", format: "OFX"))
        let name = entry.counterparty.unicodeScalars
        out.leaf("NAME", String(String.UnicodeScalarView(name.prefix(32))))
        if name.count > 32 { out.leaf("EXTDNAME", String(String.UnicodeScalarView(name.prefix(100)))) }
        out.leaf("MEMO", String(String.UnicodeScalarView(entry.text.unicodeScalars.prefix(255))))
        out.raw("</STMTTRN>\n")
    }
}
