import Accounting
import Commerce

extension StatementWriter {
    /// MT940 in UTF-8, one message for each statement; `:86:` in the form "/EREF/…/REMI/…".
    package static func mt940(_ statements: [BankStatement], isEnveloped: Bool = false) throws(StatementError)
        -> [UInt8]
    {
        var text = ""
        for statement in statements {
            if isEnveloped {
                text += "{1:F01XXXXCAMMAXXX0000000000}{2:O9400000000000XXXXCAMMAXXX00000000000000000000N}{4:\r\n"
            }
            text += try mt940(statement)
            text += isEnveloped ? "-}{5:}\r\n" : "-\r\n"
        }
        return Array(text.utf8)
    }

    private static func mt940(_ statement: BankStatement) throws(StatementError) -> String {
        let currency = try currency(statement, format: "MT940")
        let through = try required(statement.through, "through", format: "MT940")
        let opening = try required(statement.openingMinor, "openingMinor", format: "MT940")
        let closing = try required(statement.closingMinor, "closingMinor", format: "MT940")
        let account = statement.account
        let place = account.institution.isEmpty ? account.number : account.institution + "/" + account.number
        guard (statement.number ?? 1) <= 99_999 else {
            throw refusal(
                "MT940", field: ":28C:", value: "\(statement.number ?? 0)", Text("est trop grand", "is too large"),
                accepted: Text("99999", "99999"))
        }
        var text = ":20:\(try fitting(statement.identification, max: 16, field: ":20:", format: "MT940"))\r\n"
        text += ":25:\(try fitting(place, max: 35, field: ":25:", format: "MT940"))\r\n"
        if let number = statement.number { text += ":28C:\(number)/\(statement.page)\r\n" }
        text += ":60F:" + balance(opening, statement.from ?? through, currency)
        for entry in statement.entries { text += try mt940(entry, currency) }
        return text + ":62F:" + balance(closing, through, currency)
    }

    private static func balance(_ minor: Int64, _ day: CivilDate, _ currency: Currency) -> String {
        "\(minor < 0 ? "D" : "C")\(compact(day).dropFirst(2))\(currency.code)\(decimal(minor, currency))\r\n"
    }

    /// "1234,56"; without decimals "1234,".
    private static func decimal(_ minor: Int64, _ currency: Currency) -> String {
        let text = unsigned(minor, currency).map { $0 == "." ? "," : $0 }
        return String(text) + (currency.exponent == 0 ? "," : "")
    }

    private static func mt940(_ entry: StatementEntry, _ currency: Currency) throws(StatementError) -> String {
        let isCredit = (entry.amountMinor >= 0) != entry.isReversal
        let reference = try fitting(entry.reference, max: 16, field: ":61:", format: "MT940")
        let ours = entry.endToEnd
        let isShort = (1...16).contains(ours.unicodeScalars.count) && !ours.contains("//") && ours.last != "/"
        let code = entry.code.utf8
        let isCode = code.count == 4 && code.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        var text = ":61:\(compact(entry.valueDate).dropFirst(2))\(compact(entry.bookingDate).dropFirst(4))"
        text += (entry.isReversal ? "R" : "") + (isCredit ? "C" : "D") + decimal(entry.amountMinor, currency)
        text += (isCode ? entry.code : "NMSC") + (isShort ? ours : "NONREF")
        text += reference.isEmpty ? "\r\n" : "//\(reference)\r\n"
        var details = ""
        for (mark, value) in [
            ("/EREF/", isShort ? "" : ours), ("/PREF/", entry.batch), ("/RTRN/", entry.returnCode),
            ("/ORDP//NAME/", entry.counterparty), ("/REMI/", entry.text),
        ] where !value.isEmpty { details += mark + value }
        guard !details.isEmpty else { return text }
        return text + ":86:" + wrapped(details)
    }

    /// Lines of 65 characters. A line that would begin a tag or a block begins with a full stop instead, which a text can bear.
    private static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            var line = String(String.UnicodeScalarView(rest.prefix(65)))
            rest = rest.dropFirst(65)
            let isDangerous = line.hasPrefix(":") || line.hasPrefix("{") || line == "-" || line.hasPrefix("-}")
            if !lines.isEmpty, isDangerous {
                line = "." + line.dropFirst()
            }
            lines.append(line)
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
