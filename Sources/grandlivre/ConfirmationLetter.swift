import Accounting
import Commerce
import Ledger

/// A letter that asks a party to confirm its balances: French first, then English, on one sheet.
struct ConfirmationLetter {
    let letter: Confirmation
    let period: AuditPeriod
    /// Who receives the answer: the auditor, never the cooperative (CAS 505, 7).
    let auditor: String
    let number: Int
    /// The letter's own day and the last one to reply by; a line to write on where they are not said.
    let day: CivilDate?
    let replyBy: CivilDate?

    private var languages: [Language] { [.french, .english] }

    private func title(_ language: Language) -> String {
        Text("Demande de confirmation", "Confirmation request")(language)
    }

    private func opening(_ language: Language) -> String {
        let name = period.book.legalName
        return Text(
            "\(name) a demandé à son auditeur, \(auditor), d’auditer ses états financiers au \(period.last.long(language)). Nous vous prions de comparer avec vos propres dossiers les soldes ci-dessous et d’écrire, à côté de chacun, celui que vous avez, même s’il est le même. Cette lettre n’est pas une demande de paiement.",
            "\(name) has asked its auditor, \(auditor), to audit its financial statements at \(period.last.long(language)). Please compare the balances below with your own records and write beside each the one that you have, even where it is the same. This letter is not a request for payment."
        )(language)
    }

    /// Date, addressee, and the day to reply by.
    private func heading(_ language: Language) -> [String] {
        func said(_ day: CivilDate?) -> String { day?.long(language) ?? "____________________" }
        return language == .french
            ? ["Date : \(said(day))", "À : \(letter.party)", "Réponse demandée au plus tard le : \(said(replyBy))"]
            : ["Date: \(said(day))", "To: \(letter.party)", "Please reply by: \(said(replyBy))"]
    }

    /// The client's own leave to answer, without which an institution says nothing.
    private func authorization(_ language: Language) -> String {
        let name = period.book.legalName
        return Text(
            "\(name) autorise à donner ces renseignements à \(auditor). Nom, titre, signature et date : ______________________________",
            "\(name) authorizes this information to be given to \(auditor). Name, title, signature and date: ______________________________"
        )(language)
    }

    private func closing(_ language: Language) -> String {
        letter.kind == .institution
            ? Text(
                "Indiquez aussi tout autre compte, prêt, garantie, engagement ou sûreté à cette date, et qui peut signer. Répondez directement à \(auditor), et non à la coopérative.",
                "Please also state any other account, loan, guarantee, commitment or security at that date, and who may sign. Reply directly to \(auditor), not to the cooperative."
            )(language)
            : Text(
                "Répondez directement à \(auditor), et non à la coopérative.",
                "Please reply directly to \(auditor), not to the cooperative.")(language)
    }

    /// Who owes whom, in the words of the reader.
    static func direction(_ line: Confirmation.Line, _ kind: ConfirmationKind) -> Text {
        let code = AccountCode(name: line.account)
        if line.amountMinor == 0 { return Text("aucun solde dans nos livres", "no balance in our books") }
        if code?.accountClass == .equity { return Text("que vous détenez", "that you hold") }
        if kind == .institution, line.isDebit { return Text("que vous détenez pour nous", "that you hold for us") }
        return line.isDebit
            ? Text("que vous nous devez", "that you owe us") : Text("que nous vous devons", "that we owe you")
    }

    private static func label(_ line: Confirmation.Line) -> Text {
        switch AccountCode(name: line.account) {
        case .bank where !line.isDebit && line.amountMinor > 0: return Text("Découvert", "Overdraft")
        case .sellerPayable: return Text("Sommes à vous verser", "Amounts to be paid to you")
        case .intercoopReceivable: return Text("Ce que vous nous devez", "What you owe us")
        case .intercoopPayable: return Text("Ce que nous vous devons", "What we owe you")
        default: break
        }
        let text = AccountCode(name: line.account)?.holderLabel ?? Text(line.account, line.account)
        return Text(capitalised(text.french), capitalised(text.english))
    }

    private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private func rows(_ language: Language) -> [[String]] {
        letter.lines.map { line in
            [
                "\(Self.label(line)(language)) (\(line.account))", Self.direction(line, letter.kind)(language),
                shown(line.amountMinor, line.currency, language) + " " + line.currency.code,
            ]
        }
    }

    private func heads(_ language: Language) -> [String] {
        language == .french
            ? ["Compte", "Sens", "Selon nos livres", "Selon vos dossiers"]
            : ["Account", "Direction", "By our books", "By your records"]
    }

    private func signing(_ language: Language) -> String {
        Text(
            "Nom, signature et date : ______________________________",
            "Name, signature and date: ______________________________")(language)
    }

    /// As a page that stands alone.
    var html: String {
        var out = """
            <!doctype html>
            <html lang="fr"><head><meta charset="utf-8"><title>\(StatementPage.escaped(letter.party)) · \(title(.french))</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; max-width: 48rem; margin: 2.5rem auto; padding: 0 1.5rem }
            h1 { font-size: 1.3rem } table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { padding: .3rem .5rem; text-align: left }
            th { border-bottom: 2px solid #1b1f24 } td { border-bottom: 1px solid #d8dee4 } .n { text-align: right; white-space: nowrap }
            hr { margin: 2rem 0 } @page { size: letter; margin: 18mm }
            </style></head><body>

            """
        for (place, language) in languages.enumerated() {
            if place > 0 { out += "<hr>\n" }
            out += "<section lang=\"\(language.rawValue)\"><h1>\(title(language)) \(reference)</h1>\n"
            out += "<p>" + heading(language).map { StatementPage.escaped($0) }.joined(separator: "<br>") + "</p>\n"
            out += "<p>\(StatementPage.escaped(opening(language)))</p>\n"
            out += "<p>\(StatementPage.escaped(authorization(language)))</p>\n"
            out += "<table><thead><tr>" + heads(language).map { "<th>\($0)</th>" }.joined() + "</tr></thead><tbody>\n"
            for row in rows(language) {
                out += "<tr><td>\(StatementPage.escaped(row[0]))</td><td>\(StatementPage.escaped(row[1]))</td>"
                out += "<td class=\"n\">\(row[2])</td><td>&nbsp;</td></tr>\n"
            }
            out +=
                "</tbody></table>\n<p>\(StatementPage.escaped(closing(language)))</p>\n<p>\(signing(language))</p></section>\n"
        }
        return out + "</body></html>\n"
    }

    /// As plain text, 80 columns wide.
    var text: String {
        languages.map { language in
            let lines = rows(language).map { row in
                Wrap.line("  \(row[0]), \(row[1])" + (language == .french ? " :" : ":"), indent: 2)
                    + "\n    \(row[2])    → ______________________"
            }
            return
                ([title(language) + " " + reference] + heading(language).map { Wrap.line($0) }
                + ["", Wrap.line(opening(language)), "", Wrap.line(authorization(language)), ""] + lines
                + ["", Wrap.line(closing(language)), "", signing(language)]).joined(separator: "\n") + "\n"
        }.joined(separator: "\n" + String(repeating: "─", count: 72) + "\n\n")
    }

    private var reference: String { "\(period.book.name)-\(period.year)-\(number)" }

    /// "0012-m-12.html": ids may have signs that a file's name may not.
    func fileName(_ ending: String) -> String {
        let digits = "\(number)"
        let plain = letter.party.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-")
                ? String(scalar) : "_"
        }.joined().prefix(80)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits + "-" + String(plain) + ending
    }
}
