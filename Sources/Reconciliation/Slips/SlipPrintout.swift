import Accounting
package import Commerce
import Ledger

/// Slips to read, for the member or the office. They are not the authority's form, and say so.
package enum SlipPrintout {
    /// What the office's first page says beside the slips. Amounts in cents.
    package struct Summary: Equatable, Sendable {
        package var members: Int
        package var cashMinor: Int64
        package var sharesMinor: Int64
        package var belowThresholds: Int
        /// All slips that stand.
        package var standing: SlipSummary
        /// Credited to liabilities:withholding-payable in the year.
        package var withheldMinor: Int64
        /// Came back and was not sent again.
        package var returnedMinor: Int64
        /// The log that the figures were drawn from.
        package var logSize: UInt64
        package var root: String

        package init(_ figures: SlipFigures, _ slips: DividendSlips, _ form: SlipForm, logSize: UInt64, root: String)
            throws(StatementError)
        {
            members = figures.members.count
            (cashMinor, sharesMinor) = (figures.cashMinor, figures.sharesMinor)
            belowThresholds = members - slips.slips(form).count
            standing = try slips.summary(form)
            withheldMinor = form == .t4a ? figures.withheldMinor : 0
            returnedMinor = figures.returnedMinor
            (self.logSize, self.root) = (logSize, root)
        }
    }

    /// One page of HTML that needs nothing else. An absent member's name and number stay blank.
    package static func html(
        _ slip: DividendSlip, year: Int, issuer: SlipIssuer, recipient: SlipRecipient?, language: Language = .french,
        rules: SlipRules = SlipRules()
    ) -> [UInt8] {
        html(
            [slip], year: year, issuer: issuer, recipients: recipient.map { [slip.memberID: $0] } ?? [:], summary: nil,
            language: language, rules: rules)
    }

    /// A sheet of paper for each slip, after one with the summary where there is one.
    package static func html(
        _ slips: [DividendSlip], year: Int, issuer: SlipIssuer, recipients: [String: SlipRecipient], summary: Summary?,
        language: Language, rules: SlipRules
    ) -> [UInt8] {
        let unofficial = Text("NON OFFICIEL", "UNOFFICIAL")(language)
        let form = slips.first?.form.title(language) ?? Text("Feuillets", "Slips")(language)
        var page = SlipPage(language: language.rawValue, title: "\(form) – \(year) (\(unofficial))")
        if let summary { write(summary, year, issuer, slips, form, unofficial, language, &page) }
        for slip in slips {
            write(slip, year, issuer, recipients[slip.memberID], unofficial, rules, language, &page)
        }
        return page.finished()
    }

    private static func write(
        _ slip: DividendSlip, _ year: Int, _ issuer: SlipIssuer, _ recipient: SlipRecipient?, _ unofficial: String,
        _ rules: SlipRules, _ language: Language, _ page: inout SlipPage
    ) {
        let note = Text(
            "Ce document n’est pas un feuillet fiscal : il n’en a ni la forme ni la valeur.",
            "This document is no tax slip: it has neither its form nor its effect.")
        page.open("section")
        page.head("\(slip.form.title(language)) – \(year)", slip.action.name(language), unofficial, note(language))
        page.open("dl")
        page.party(Text("Payeur", "Payer")(language), issuer.name, lines(issuer.address))
        page.party(
            Text("Bénéficiaire", "Recipient")(language), recipient?.fullName ?? "",
            recipient.map { lines($0.address) } ?? [])
        page.close("dl")
        page.open("table")
        page.row(Text("Membre", "Member")(language), slip.memberID)
        page.row(number(language, recipient), recipient.map(numberText) ?? "")
        let paid = paidName(slip.form, rules)
        page.amount(
            Text("Case \(slip.form.boxes.paid) – \(paid.french)", "Box \(slip.form.boxes.paid) – \(paid.english)")(
                language),
            amount(slip.paidMinor, language))
        let tax = taxName(slip.form)
        page.amount(
            Text("Case \(slip.form.boxes.tax) – \(tax.french)", "Box \(slip.form.boxes.tax) – \(tax.english)")(
                language),
            amount(slip.taxMinor, language))
        page.close("table")
        page.close("section")
    }

    private static func write(
        _ summary: Summary, _ year: Int, _ issuer: SlipIssuer, _ slips: [DividendSlip], _ form: String,
        _ unofficial: String, _ language: Language, _ page: inout SlipPage
    ) {
        let note = Text(
            "Sommaire de travail : ce n’est pas le sommaire que l’autorité demande.",
            "A working summary: it is not the one that the authority asks for.")
        page.open("section")
        page.head(
            Text("Sommaire – \(form) – \(year)", "Summary – \(form) – \(year)")(language), "", unofficial,
            note(language))
        page.open("dl")
        page.party(Text("Payeur", "Payer")(language), issuer.name, lines(issuer.address))
        page.close("dl")
        page.open("table")
        func row(_ name: Text, _ value: String) { page.amount(name(language), value) }
        row(
            Text("Membres à qui une ristourne fut versée", "Members who were paid a dividend"),
            shown(count: summary.members, language))
        row(
            Text("Versé en argent, retenues comprises", "Paid in cash, tax withheld included"),
            amount(summary.cashMinor, language))
        row(Text("Versé en parts", "Paid in shares"), amount(summary.sharesMinor, language))
        row(
            Text("Membres sans feuillet, sous les seuils", "Members without a slip, below the thresholds"),
            shown(count: summary.belowThresholds, language))
        row(Text("Feuillets de l’année", "Slips of the year"), shown(count: summary.standing.count, language))
        row(
            Text("Ristournes sur les feuillets", "Dividends on the slips"), amount(summary.standing.paidMinor, language)
        )
        row(Text("Impôt sur les feuillets", "Tax on the slips"), amount(summary.standing.taxMinor, language))
        row(
            Text("Retenues aux livres pour cette case", "Withheld by the books for that box"),
            amount(summary.withheldMinor, language))
        row(Text("Écart", "Difference"), amount(summary.standing.taxMinor &- summary.withheldMinor, language))
        for action in SlipAction.allCases {
            let count = slips.reduce(0) { $0 + ($1.action == action ? 1 : 0) }
            row(
                Text("Dans cet envoi : \(action.plural.french)", "In this sending: \(action.plural.english)"),
                shown(count: count, language))
        }
        if summary.returnedMinor > 0 {
            row(
                Text("Revenu, pas encore renvoyé (reste au feuillet)", "Came back, not sent again (stays on the slip)"),
                amount(summary.returnedMinor, language))
        }
        page.close("table")
        let size = shown(count: summary.logSize, language)
        page.line(
            "p",
            Text(
                "Tiré du journal à \(size) événements, racine \(summary.root).",
                "Drawn from the log at \(size) events, root \(summary.root).")(language))
        page.close("section")
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

    /// As on an envelope: "Québec (QC) G1K 1A1".
    private static func lines(_ address: SlipAddress) -> [String] {
        let province = address.province.isEmpty ? "" : "(\(address.provinceCode))"
        let place = [address.city, province, address.postalCode].filter { !$0.isEmpty }.joined(separator: " ")
        return [address.line1, address.line2, place].filter { !$0.isEmpty }
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
private struct SlipPage {
    private var text: String

    /// Sheets of letter paper, one a section; the warning is printed even where backgrounds are not.
    private static let style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; max-width: 44rem; margin: 2.5rem auto; padding: 0 1.5rem }
        section { margin: 0 0 4rem; break-after: page } section:last-of-type { break-after: auto }
        header { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; justify-content: space-between; align-items: baseline; border-bottom: 2px solid #1b1f24; padding-bottom: .5rem }
        h1 { font-size: 1.5rem; margin: 0 } .action { color: #57606a; font-weight: 400 }
        .unofficial { border: 2px solid #b42318; color: #b42318; font-weight: 700; letter-spacing: .06em; padding: .1rem .6rem }
        .note { color: #57606a; font-size: .85rem; margin: .6rem 0 1.4rem }
        dl { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; margin: 0 0 1.4rem } dt { color: #57606a; font-size: .85rem } dd { margin: 0 }
        table { border-collapse: collapse; width: 100% } th, td { padding: .4rem .5rem; text-align: left; border-bottom: 1px solid #d8dee4; vertical-align: top }
        th { font-weight: 400 } td { font-weight: 600; text-align: right; overflow-wrap: anywhere } .n { font-variant-numeric: tabular-nums; white-space: nowrap }
        p { color: #57606a; font-size: .8rem; overflow-wrap: anywhere }
        @page { size: letter; margin: 16mm } @media print { body { margin: 0; padding: 0; max-width: none; font-size: 13px } section { margin: 0 } }
        """

    init(language: String, title: String) {
        text = "<!DOCTYPE html>\n<html lang=\"\(language)\">\n<head><meta charset=\"utf-8\"><title>"
        text += Self.escaped(title) + "</title>\n<style>\n" + Self.style + "\n</style></head>\n<body>\n"
    }

    mutating func open(_ element: String) { text += "<\(element)>\n" }
    mutating func close(_ element: String) { text += "</\(element)>\n" }

    mutating func line(_ element: String, _ content: String) {
        text += "<\(element)>\(Self.escaped(content))</\(element)>\n"
    }

    mutating func head(_ title: String, _ action: String, _ unofficial: String, _ note: String) {
        let action = action.isEmpty ? "" : " <span class=\"action\">\(Self.escaped(action))</span>"
        text += "<header><h1>\(Self.escaped(title))\(action)</h1>"
        text += "<span class=\"unofficial\">\(Self.escaped(unofficial))</span></header>\n"
        text += "<div class=\"note\">\(Self.escaped(note))</div>\n"
    }

    mutating func party(_ title: String, _ name: String, _ lines: [String]) {
        let content = ([name] + lines).filter { !$0.isEmpty }.map(Self.escaped)
        text += "<div><dt>\(Self.escaped(title))</dt><dd>\(content.joined(separator: "<br>"))</dd></div>\n"
    }

    mutating func row(_ name: String, _ value: String) {
        text += "<tr><th scope=\"row\">\(Self.escaped(name))</th><td>\(Self.escaped(value))</td></tr>\n"
    }

    mutating func amount(_ name: String, _ value: String) {
        text += "<tr><th scope=\"row\">\(Self.escaped(name))</th><td class=\"n\">\(Self.escaped(value))</td></tr>\n"
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
