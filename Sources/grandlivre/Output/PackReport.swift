import Accounting
import Commerce
import EventLog
import Events
import Interchange
import Ledger
import Transparency

/// The report of an audit pack: a page that stands alone, charts drawn here, no script, no outside file.
struct PackReport {
    private static let dividendsMax = 15

    private let content: AuditPack.Content
    let findings: PackFindings
    let language: Language
    private let currency: Currency

    init(_ content: AuditPack.Content, _ findings: PackFindings, _ language: Language) {
        self.content = content
        self.findings = findings
        self.language = language
        currency = content.book.currency
    }

    func say(_ french: String, _ english: String) -> String { Text(french, english)(language) }

    func money(_ minor: Int64) -> String { shown(minor, currency, language) }

    func count(_ number: some BinaryInteger) -> String { shown(count: number, language) }

    var html: String {
        let title = say("Dossier d’audit", "Audit pack")
        let name = PageText.escaped(content.book.legalName)
        return """
            <!doctype html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(title) · \(name) · \(content.year)</title>
            <style>\(Self.style)</style></head><body>
            <header><p class="kind">\(title)</p><h1>\(name)</h1>
            <p class="who">\(say("Exercice", "Fiscal year")) \(content.year) · \(currency.code)</p></header>
            \(summary)\(signed)\(charts)\(trialBalance)\(controls)\(allocation)\(findingsSections)\(samplesSection)\(views)\(kinds)
            </body></html>

            """
    }

    private static let style = """

        body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 70rem; margin: 2.5rem auto; padding: 0 2rem }
        h1 { font-size: 1.7rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2.6rem 0 .6rem } h3 { font-size: 1rem; margin: 1.6rem 0 .4rem } a { color: #0b6e4f }
        .counts span { display: inline-block; border: 1px solid #d8dee4; border-radius: 1rem; padding: 0 .7rem; margin: 0 .2rem .3rem 0; font-size: .88rem } p { margin: .4rem 0 }
        .kind { color: #0b6e4f; font-weight: 600; margin: 0 } .who, .note { color: #57606a } .note { font-size: .88rem; max-width: 52rem }
        .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1rem; margin: 1.6rem 0 }
        .tiles div { border: 1px solid #d8dee4; border-radius: 8px; padding: .7rem 1rem }
        .tiles b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; white-space: nowrap } .tiles span { color: #57606a; font-size: .85rem }
        table { border-collapse: collapse; width: 100% } th, td { padding: .26rem .5rem; text-align: left; vertical-align: top }
        th { border-bottom: 2px solid #1b1f24; font-weight: 600; font-size: .88rem } td { border-bottom: 1px solid #e6eaee }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } tr.class td { font-weight: 600; background: #f6f8fa }
        tr.total td { font-weight: 600; border-top: 2px solid #1b1f24; border-bottom: 0 } code { font-size: .82rem; overflow-wrap: anywhere }
        dl { display: grid; grid-template-columns: 16rem 1fr; gap: .3rem 1rem; margin: 0 } dt { color: #57606a } dd { margin: 0; overflow-wrap: anywhere }
        .charts { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem 2rem } figure { margin: 0 } figcaption { font-weight: 600; margin-bottom: .4rem }
        svg { width: 100%; height: auto; display: block } svg text { font: 11px system-ui, sans-serif; fill: #57606a }
        .key { font-size: .85rem; color: #57606a } .key i { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px; margin: 0 .35rem 0 .9rem; vertical-align: -1px }
        .key i:first-child { margin-left: 0 } @media (max-width: 50rem) { .charts { grid-template-columns: 1fr } .tiles { grid-template-columns: 1fr 1fr } }
        @page { size: letter; margin: 14mm } @media print { body { margin: 0; padding: 0; font-size: 11px } figure, tr { break-inside: avoid } }

        """

    // MARK: what it is

    private var summary: String {
        let record = content.allocation.record
        let dividends = record.plan.dividendsMinor
        let tiles = [
            (
                money(record.surplusMinor),
                record.surplusMinor < 0
                    ? say("déficit de l’exercice", "deficit of the year")
                    : say("excédents de l’exercice", "surplus of the year")
            ),
            (money(dividends), say("ristournes attribuées", "dividends resolved")),
            (count(content.figures.entries), say("écritures", "entries")),
            (count(content.trust.checkpoint.size), say("événements au journal", "events in the log")),
        ]
        return "<div class=\"tiles\">"
            + tiles.map { "<div><b>\($0.0)</b><span>\($0.1)</span></div>" }.joined() + "</div>\n"
    }

    private var signed: String {
        let checkpoint = content.trust.checkpoint
        var rows = [
            (say("Journal", "Log"), PageText.escaped(checkpoint.origin)),
            (say("Événements", "Events"), count(checkpoint.size)),
            (say("Racine (SHA-256)", "Root (SHA-256)"), "<code>\(checkpoint.root.hex)</code>"),
            (
                say("Signé par", "Signed by"),
                content.trust.note.signatures.map { PageText.escaped($0.name) }.joined(separator: ", ")
            ),
        ]
        if let key = content.trust.logKey {
            rows.append((say("Clé de vérification", "Verifier key"), "<code>\(PageText.escaped(key.text))</code>"))
        }
        rows.append(
            (
                say("Points de contrôle antérieurs (événements)", "Earlier checkpoints (events)"),
                content.earlier.isEmpty
                    ? say("aucun n’est gardé", "none is kept")
                    : content.earlier.map { count($0.size) }.joined(separator: ", ")
            ))
        rows.append(
            (
                say("Événements de ce livre", "Events of this book"),
                count(content.ownCount)
                    + say(
                        "; le journal est celui de toute la fédération, sous pseudonymes",
                        "; the log is the whole federation's, under pseudonyms")
            ))
        return "<h2>\(say("Ce qui est signé", "What is signed"))</h2>\n<dl>"
            + rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined(separator: "\n") + "</dl>\n<p class=\"note\">"
            + say(
                "Cette page ne prouve rien par elle-même : « python3 verify.py --key CLÉ » recalcule empreintes, racine, signature, balance et affectation des fichiers joints.",
                "This page proves nothing by itself: \"python3 verify.py --key KEY\" computes hashes, root, signature, trial balance and allocation again from the files beside it."
            ) + "</p>\n"
    }

    // MARK: charts

    private var charts: String {
        let figures = content.figures
        let months = (1...12).map { Self.month($0, language) }
        var balance = figures.openingCashMinor
        let cash = figures.months.map { month -> Int64 in
            balance &+= month.cashMinor
            return balance
        }
        let chart = PackChart(currency: currency, language: language)
        var out = "<h2>\(say("L’exercice en images", "The year in pictures"))</h2>\n<div class=\"charts\">"
        out += figure(
            say("Produits et charges, par mois", "Revenue and expenses by month"),
            [(say("produits", "revenue"), PackChart.green), (say("charges", "expenses"), PackChart.orange)],
            chart.columns(
                months, [figures.months.map(\.revenueMinor), figures.months.map(\.expensesMinor)],
                [PackChart.green, PackChart.orange]))
        out += figure(
            say("Encaisse à la fin du mois", "Cash at the month’s end"), [],
            chart.columns(months, [cash], [PackChart.blue]))
        out += figure(
            say("Balance au 31 décembre, par classe", "Balance at December 31, by class"), [],
            chart.bars(classes, PackChart.blue))
        let parts = planParts.filter { $0.minor != 0 }
        if !parts.isEmpty {
            out += figure(
                say("Affectation des excédents", "Allocation of the surplus"), [],
                chart.bars(parts.map { ($0.name, $0.minor) }, PackChart.green))
        }
        let groups = content.allocation.groups.map {
            (PageText.capital(Label.group($0.group)(language)), $0.cashMinor &+ $0.sharesMinor)
        }
        if groups.contains(where: { $0.1 != 0 }) {
            out += figure(
                say("Ristournes, par groupe", "Dividends by group"), [], chart.bars(groups, PackChart.orange))
        }
        return out + "</div>\n"
    }

    private func figure(_ title: String, _ key: [(String, String)], _ svg: String) -> String {
        let keys = key.map { "<i style=\"background:\($0.1)\"></i>\($0.0)" }.joined()
        return "<figure><figcaption>\(title)</figcaption>\(svg)"
            + (keys.isEmpty ? "" : "<p class=\"key\">\(keys)</p>") + "</figure>\n"
    }

    private var classes: [(String, Int64)] {
        AccountClass.allCases.filter { $0 != .revenue && $0 != .expenses }.map { wanted in
            let sum = content.figures.accounts.filter {
                AccountClass(ofAccount: $0.key.account) == wanted && $0.key.currency == currency
            }.reduce(Int64(0)) { $0 &+ $1.value.closingMinor }
            return (Text(wanted.frenchLabel, wanted.englishLabel)(language), wanted == .assets ? sum : 0 &- sum)
        }
    }

    private var planParts: [(name: String, minor: Int64)] {
        let plan = content.allocation.record.plan
        return [
            (say("Déficits antérieurs", "Earlier deficits"), plan.deficitMinor),
            (say("Réserve", "Reserve"), plan.reserveMinor),
            (say("Réserve pour ristournes", "Reserve for rebates"), plan.reserveForRebatesMinor),
            (say("Ristournes en argent", "Dividends in cash"), plan.dividendsCashMinor),
            (say("Ristournes en parts", "Dividends in shares"), plan.dividendsSharesMinor),
            (say("Collectivité", "Community"), plan.communityMinor),
        ]
    }

    private static func month(_ number: Int, _ language: Language) -> String {
        let french = [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.",
        ]
        let english = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return (language == .french ? french : english)[number - 1]
    }

    // MARK: tables

    func table(_ columns: [(String, isNumber: Bool)], _ rows: [(kind: String, cells: [String])]) -> String {
        var out = "<table><thead><tr>"
        for column in columns { out += "<th\(column.isNumber ? " class=\"n\"" : "")>\(column.0)</th>" }
        out += "</tr></thead><tbody>\n"
        for row in rows {
            out += row.kind.isEmpty ? "<tr>" : "<tr class=\"\(row.kind)\">"
            for (column, cell) in zip(columns, row.cells) {
                out += "<td\(column.isNumber ? " class=\"n\"" : "")>\(PageText.escaped(cell))</td>"
            }
            out += "</tr>\n"
        }
        return out + "</tbody></table>\n"
    }

    func label(_ account: String) -> String {
        guard let code = AccountCode(name: account) else { return account }
        return Text(code.frenchLabel, code.englishLabel)(language)
    }

    private var trialBalance: String {
        let columns: [(String, isNumber: Bool)] = [
            (say("Compte", "Account"), false), (say("Ouverture", "Opening"), true), (say("Débits", "Debits"), true),
            (say("Crédits", "Credits"), true), (say("Avant clôture", "Before closing"), true),
            (say("Clôture", "Closing entries"), true), (say("Solde", "Balance"), true),
        ]
        var rows: [(kind: String, cells: [String])] = []
        var last: AccountClass?
        var totals: [Currency: [Int64]] = [:]
        for (place, sums) in content.figures.trialBalance {
            let accountClass = AccountClass(ofAccount: place.account)
            if let accountClass, accountClass != last {
                let name = Text(accountClass.frenchLabel, accountClass.englishLabel)(language)
                rows.append(("class", [name, "", "", "", "", "", ""]))
                last = accountClass
            }
            let amounts = [
                sums.openingMinor, sums.debitsMinor, sums.creditsMinor, sums.beforeClosingMinor,
                sums.closingEntriesMinor, sums.closingMinor,
            ]
            let name = label(place.account) + (place.currency == currency ? "" : " (\(place.currency.code))")
            rows.append(("", [name] + amounts.map { $0 == 0 ? "" : shown($0, place.currency, language) }))
            let before = totals[place.currency] ?? [Int64](repeating: 0, count: 6)
            totals[place.currency] = zip(before, amounts).map { $0 &+ $1 }
        }
        for (currency, sums) in totals.sorted(by: { $0.key.code < $1.key.code }) {
            rows.append(("total", ["Total \(currency.code)"] + sums.map { shown($0, currency, language) }))
        }
        return
            "<h2>\(say("Balance de vérification au 31 décembre \(content.year)", "Trial balance at December 31, \(content.year)"))</h2>\n"
            + table(columns, rows) + "<p class=\"note\">"
            + say(
                "Débits positifs, crédits négatifs. Les mouvements n’ont pas les écritures de clôture.",
                "Debits positive, credits negative. Movements are without the closing entries.") + "</p>\n"
    }

    private var controls: String {
        var rows: [(kind: String, cells: [String])] = []
        let parts = content.figures.subledgers
        for place in Set(parts.map(\.part.place)).sorted() {
            let own = parts.filter { $0.part.place == place }
            guard own.contains(where: { !$0.part.party.isEmpty }) else { continue }
            let sum = own.reduce(Int64(0)) { $0 &+ $1.balanceMinor }
            let largest = own.filter { !$0.part.party.isEmpty }.max { abs($0.balanceMinor) < abs($1.balanceMinor) }
            rows.append(
                (
                    "",
                    [
                        label(place.account), count(own.count { !$0.part.party.isEmpty }),
                        largest?.part.party ?? "",
                        largest.map { shown($0.balanceMinor, place.currency, language) } ?? "",
                        shown(sum, place.currency, language),
                    ]
                ))
        }
        guard !rows.isEmpty else { return "" }
        return "<h2>\(say("Auxiliaires des comptes de contrôle", "Sub-ledgers of control accounts"))</h2>\n"
            + table(
                [
                    (say("Compte", "Account"), false), (say("Parties", "Parties"), true),
                    (say("La plus grande", "The largest"), false), (say("Son solde", "Its balance"), true),
                    (say("Somme = compte", "Sum = account"), true),
                ], rows)
            + "<p class=\"note\">\(say("Chaque solde par partie : subledgers.csv.", "Each balance by party: subledgers.csv."))</p>\n"
    }

    private var allocation: String {
        let allocation = content.allocation
        var out = "<h2>\(say("Affectation des excédents", "Allocation of the surplus"))</h2>\n"
        guard allocation.record.isResolved else {
            return out + "<p>\(say("Aucune résolution n’est inscrite.", "No resolution is recorded."))</p>\n"
        }
        var rows: [(kind: String, cells: [String])] = [
            ("", [say("Excédents de l’exercice", "Surplus of the year"), money(allocation.record.surplusMinor)])
        ]
        if allocation.record.interestMinor != 0 {
            rows.append(
                (
                    "",
                    [
                        say("Intérêt sur parts privilégiées", "Interest on preferred shares"),
                        money(0 &- allocation.record.interestMinor),
                    ]
                ))
        }
        for part in planParts where part.minor != 0 { rows.append(("", [part.name, money(part.minor)])) }
        out += table(
            [
                (
                    say("Résolution", "Resolution")
                        + " (\(say("événement", "event")) \(allocation.record.resolvedSequence))", false
                ), (say("Montant", "Amount"), true),
            ], rows)
        out += "<h2>\(say("Groupes et ristournes", "Groups and dividends"))</h2>\n"
        out += table(
            [
                (say("Groupe", "Group"), false), (say("Part", "Share"), true),
                (say("Affaires des membres", "Members’ business"), true),
                (say("Affaires de tous", "All business"), true),
                (say("Plafond", "Cap"), true), (say("En argent", "In cash"), true),
                (say("En parts", "In shares"), true),
            ],
            allocation.groups.map { group in
                let unit = group.group.isInMoney ? currency.exponent : 3
                func business(_ amount: Int64) -> String {
                    shown(decimal: DecimalText.format(minor: amount, exponent: unit), language)
                }
                return (
                    "",
                    [
                        PageText.capital(Label.group(group.group)(language)),
                        shown(decimal: RatePpm(group.sharePpm).percentText, language) + say("\u{202F}%", "%"),
                        business(group.membersBusiness), business(group.totalBusiness),
                        group.capMinor.map(money) ?? "", money(group.cashMinor), money(group.sharesMinor),
                    ]
                )
            })
        let largest = allocation.dividends.sorted {
            ($0.share.cashMinor + $0.share.sharesMinor, $1.share.member)
                > ($1.share.cashMinor + $1.share.sharesMinor, $0.share.member)
        }
        out += "<h2>\(say("Les plus grandes ristournes", "The largest dividends"))</h2>\n"
        out += table(
            [
                (say("Membre", "Member"), false), (say("Volume d’affaires", "Patronage base"), true),
                (say("En argent", "In cash"), true), (say("En parts", "In shares"), true),
                (say("Déclarée par", "Declared by"), true), (say("Versée par", "Paid by"), true),
            ],
            largest.prefix(Self.dividendsMax).map { dividend in
                let record = dividend.record
                return (
                    "",
                    [
                        dividend.share.member, money(dividend.share.baseMinor), money(dividend.share.cashMinor),
                        money(dividend.share.sharesMinor), record.map { "\($0.declaredSequence)" } ?? "",
                        record.flatMap { $0.isPaid ? "\($0.paidSequence)" : nil } ?? "",
                    ]
                )
            })
        let total = count(allocation.dividends.count)
        return out
            + "<p class=\"note\">\(say("Toutes (\(total)) : dividends.csv; les bases : bases.csv.", "All (\(total)): dividends.csv; the bases: bases.csv."))</p>\n"
    }

    private var views: String {
        let text =
            content.attested.map {
                say(
                    "L’événement \(count($0.sequence)) énonce les empreintes de \($0.views) vues (views.csv) : qui rejoue le journal trouve les mêmes.",
                    "Event \(count($0.sequence)) states the digests of \($0.views) views (views.csv): whoever folds the log again finds the same."
                )
            }
            ?? say(
                "Aucune n’est au journal; « grandlivre checkpoint attest-views » les inscrit.",
                "None is in the log; \"grandlivre checkpoint attest-views\" records them.")
        return "<h2>\(say("Empreintes des vues", "Digests of views"))</h2>\n<p>\(text)</p>\n"
    }

    private var kinds: String {
        let half = (content.kinds.count + 1) / 2
        let rows = (0..<half).map { at -> (kind: String, cells: [String]) in
            let pair = [at, at + half].map { at -> [String] in
                guard at < content.kinds.count else { return ["", ""] }
                let each = content.kinds[at]
                return [each.kind.label(language), count(each.count)]
            }
            return ("", pair[0] + pair[1])
        }
        let columns: [(String, isNumber: Bool)] = [
            (say("Sorte", "Kind"), false), (say("Nombre", "Number"), true),
        ]
        return "<h2>\(say("Événements du journal", "Events of the log"))</h2>\n" + table(columns + columns, rows)
    }
}
