import Accounting
package import Commerce

/// A slip to read, for the member or the office. It is not the authority's form, and says so.
package enum SlipPrintout {
    /// One page of HTML that needs nothing else. An absent member's name and number stay blank.
    package static func html(
        _ slip: DividendSlip, year: Int, issuer: SlipIssuer, recipient: SlipRecipient?, language: Language = .french,
        rules: SlipRules = SlipRules()
    ) -> [UInt8] {
        let title = slip.form.name(language) + " – \(year)"
        let unofficial = Text("NON OFFICIEL", "UNOFFICIAL")(language)
        let note = Text(
            "Ce document n’est pas un feuillet fiscal : il n’en a ni la forme ni la valeur.",
            "This document is no tax slip: it has neither its form nor its effect.")
        var page = Page(language: language.rawValue, title: "\(title) (\(unofficial))")
        page.line("h1", "\(title) – \(slip.action.name(language))")
        page.line("p", unofficial)
        page.line("p", note(language))
        page.open("table")
        page.row(Text("Payeur", "Payer")(language), issuer.name)
        page.row(Text("Adresse du payeur", "Payer’s address")(language), address(issuer.address))
        page.row(Text("Bénéficiaire", "Recipient")(language), recipient?.fullName ?? "")
        page.row(
            Text("Adresse du bénéficiaire", "Recipient’s address")(language),
            recipient.map { address($0.address) } ?? "")
        page.row(Text("Membre", "Member")(language), slip.memberID)
        page.row(number(language, recipient), recipient.map(numberText) ?? "")
        let paid = paidName(slip.form, rules)
        page.row(
            Text("Case \(slip.form.boxes.paid) – \(paid.french)", "Box \(slip.form.boxes.paid) – \(paid.english)")(
                language),
            amount(slip.paidMinor, language))
        let tax = taxName(slip.form)
        page.row(
            Text("Case \(slip.form.boxes.tax) – \(tax.french)", "Box \(slip.form.boxes.tax) – \(tax.english)")(
                language),
            amount(slip.taxMinor, language))
        page.close("table")
        return page.finished()
    }

    private static func paidName(_ form: SlipForm, _ rules: SlipRules) -> Text {
        form == .t4a
            ? Text("répartitions selon l’apport commercial", "patronage allocations")
            : Text(
                "autres revenus, code \(rules.rl1SourceCode) (ristournes)",
                "other income, code \(rules.rl1SourceCode) (patronage dividends)")
    }

    private static func taxName(_ form: SlipForm) -> Text {
        form == .t4a
            ? Text("impôt sur le revenu retenu", "income tax deducted")
            : Text("impôt du Québec retenu à la source", "Québec income tax withheld at source")
    }

    private static func number(_ language: Language, _ recipient: SlipRecipient?) -> String {
        if case .organisation = recipient?.name { return Text("Numéro d’entreprise", "Business number")(language) }
        return Text("Numéro d’assurance sociale", "Social insurance number")(language)
    }

    private static func numberText(_ recipient: SlipRecipient) -> String {
        if case .organisation = recipient.name { return recipient.businessNumber }
        return recipient.socialInsuranceNumber
    }

    private static func address(_ address: SlipAddress) -> String {
        [address.line1, address.line2, address.city, address.province, address.postalCode].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }

    /// "1 234,56 $" or "$1,234.56", with spaces that do not break.
    static func amount(_ minor: Int64, _ language: Language) -> String {
        let parts = DecimalText.format(minor: minor, exponent: 2).split(separator: ".")
        let isNegative = minor < 0
        let whole = (parts.first.map(String.init) ?? "").utf8.filter { $0 != 0x2D }
        var grouped: [UInt8] = []
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append(0x2C) }
            grouped.append(digit)
        }
        let text = String(decoding: grouped, as: UTF8.self)
        let cents = parts.count > 1 ? String(parts[1]) : "00"
        let sign = isNegative ? "-" : ""
        if language == .english { return "\(sign)$\(text).\(cents)" }
        return sign + text.split(separator: ",").joined(separator: "\u{A0}") + ",\(cents)\u{A0}$"
    }
}

/// HTML as it grows; all text is escaped.
private struct Page {
    private var text: String

    init(language: String, title: String) {
        text = "<!DOCTYPE html>\n<html lang=\"\(language)\">\n<head><meta charset=\"utf-8\"><title>"
        text += Self.escaped(title) + "</title></head>\n<body>\n"
    }

    mutating func open(_ element: String) { text += "<\(element)>\n" }
    mutating func close(_ element: String) { text += "</\(element)>\n" }

    mutating func line(_ element: String, _ content: String) {
        text += "<\(element)>\(Self.escaped(content))</\(element)>\n"
    }

    mutating func row(_ name: String, _ value: String) {
        text += "<tr><th scope=\"row\">\(Self.escaped(name))</th><td>\(Self.escaped(value))</td></tr>\n"
    }

    func finished() -> [UInt8] { Array((text + "</body>\n</html>\n").utf8) }

    private static func escaped(_ content: String) -> String {
        var result = ""
        for scalar in XMLText.permitted(content).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
