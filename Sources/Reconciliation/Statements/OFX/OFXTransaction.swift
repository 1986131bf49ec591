import Accounting
import Commerce

/// One transaction of OFX (STMTTRN).
enum OFXTransaction {
    /// The entry that it is.
    static func entry(
        _ element: MarkupElement, _ currency: Currency, _ source: StatementSource
    ) throws(StatementError) -> StatementEntry {
        let line = element.line
        if !element.text("CORRECTFITID").isEmpty {
            throw source.refusal(
                .value, line: line, field: "STMTTRN/CORRECTFITID", value: element.text("CORRECTFITID"),
                Text("corrige une écriture déjà transmise", "corrects an entry that was sent before"),
                accepted: Text(
                    "un relevé sans correction ; contre-passez à la main",
                    "a statement without corrections; reverse by hand"))
        }
        let other = element.text("CURRENCY", "CURSYM")
        guard other.isEmpty || other == currency.code else {
            throw source.refusal(
                .value, line: line, field: "STMTTRN/CURRENCY/CURSYM", value: other,
                Text(
                    "n’est pas la monnaie du compte, \(currency.code)",
                    "is not the account's currency, \(currency.code)"),
                accepted: Text(currency.code, currency.code))
        }
        guard let booking = try day(element["DTPOSTED"], source) else {
            throw source.missing("STMTTRN/DTPOSTED", line: line, Text("la date d’écriture", "the booking date"))
        }
        var entry = StatementEntry(
            reference: element.text("FITID"), bookingDate: booking,
            valueDate: try day(element["DTAVAIL"], source) ?? booking,
            amountMinor: try source.amount(
                element.text("TRNAMT"), exponent: currency.exponent, line: element["TRNAMT"]?.line ?? line,
                field: "STMTTRN/TRNAMT", isSigned: true))
        entry.code = element.text("TRNTYPE")
        let cheque = element.text("CHECKNUM")
        let reference = element.text("REFNUM")
        entry.endToEnd = reference.isEmpty ? (cheque.allSatisfy { $0 == "0" } ? "" : cheque) : reference
        let names = [element.text("EXTDNAME"), element.text("PAYEE", "NAME"), element.text("NAME")]
        entry.counterparty = names.first { !$0.isEmpty } ?? ""
        entry.text = element.text("MEMO")
        return entry
    }

    /// The day of "20130525225731.258[-5:EST]" as it is written: the institution's own.
    static func day(_ element: MarkupElement?, _ source: StatementSource) throws(StatementError) -> CivilDate? {
        guard let element, !element.text.isEmpty else { return nil }
        let text = element.text
        // Behind the day a time, a fraction, a zone; none of them changes it.
        let isTime = text.utf8.dropFirst(8).prefix(6).allSatisfy {
            (0x30...0x39).contains($0) || $0 == 0x5B || $0 == 0x2E
        }
        return try source.day(
            isTime ? FieldText.digits(text, 0, 4) : nil, FieldText.digits(text, 4, 2), FieldText.digits(text, 6, 2),
            line: element.line, field: element.name, value: text, form: "20170601")
    }
}
