import Accounting
import Commerce
import Ledger

/// What was found and drawn: counts, the gravest lines, and which file has them all.
extension PackReport {
    private static let gravestMax = 10
    private static let itemsMax = 5

    var findingsSections: String {
        "<h2>\(say("Constats des tests d’audit", "Findings of the audit tests"))</h2>\n<p class=\"note\">"
            + say(
                "Un constat est à examiner; il n’est pas une faute. Seuils par défaut, à changer dans chaque commande « grandlivre audit ».",
                "A finding is to be looked into; it is no fault. Default thresholds, to be changed in each \"grandlivre audit\" command."
            ) + "</p>\n" + findings.sections.map(section).joined()
    }

    private func section(_ section: PackFindings.Section) -> String {
        var out = "<h3>\(section.title(language))</h3>\n"
        let file = "<a href=\"\(section.file)\">\(section.file)</a>"
        guard !section.gravest.isEmpty else {
            let nothing = PageText.escaped(section.rows(language).nothing(language))
            return out + "<p>\(nothing) <span class=\"note\">(\(file))</span></p>\n"
        }
        out += "<p class=\"counts\">"
        out += section.counts.map { "<span>\(PageText.escaped($0.label(language))) <b>\(count($0.count))</b></span>" }
            .joined(separator: " ")
        out += "</p>\n"
        let listing = (section.shown ?? section.rows)(language)
        let places = section.shown == nil ? section.gravest : Array(listing.rows.indices)
        let columns = listing.columns.filter { !$0.isHidden }
        out += filled(
            columns.map { ($0.title(language), $0.isNumber) },
            places.prefix(Self.gravestMax).map { listing.shown[$0] ?? [] })
        let total = count(section.gravest.count)
        return out + "<p class=\"note\">"
            + (section.shown != nil
                ? say("Chaque cas (\(total)) : \(file).", "Each case (\(total)): \(file).")
                : section.gravest.count > Self.gravestMax
                    ? say(
                        "Les \(Self.gravestMax) plus importants de \(total); tous : \(file).",
                        "The \(Self.gravestMax) gravest of \(total); all: \(file).")
                    : say("Aussi dans \(file).", "Also in \(file).")) + "</p>\n"
    }

    /// A table without the columns that hold nothing.
    private func filled(_ columns: [(String, isNumber: Bool)], _ rows: [[String]]) -> String {
        let kept = columns.indices.filter { at in rows.contains { at < $0.count && !$0[at].isEmpty } }
        return table(
            kept.map { columns[$0] }, rows.map { row in ("", kept.map { at in at < row.count ? row[at] : "" }) })
    }

    var samplesSection: String {
        let samples = findings.samples
        var out = "<h2>\(say("Échantillons (NCA 530)", "Samples (CAS 530)"))</h2>\n<p class=\"note\">"
        out +=
            say(
                "Unités monétaires. Seuil de signification pour les travaux : \(money(samples.materialityMinor))",
                "Monetary units. Performance materiality: \(money(samples.materialityMinor))")
            + (samples.isDefault
                ? say(
                    " (0,75 % du plus grand de : produits \(money(samples.revenueMinor)), actif \(money(samples.assetsMinor)))",
                    " (0.75% of the larger of: revenue \(money(samples.revenueMinor)), assets \(money(samples.assetsMinor)))"
                ) : "")
            + say(
                "; anomalie attendue : \(money(samples.expectedMinor)); confiance : \(samples.confidence) %. ",
                "; expected misstatement: \(money(samples.expectedMinor)); confidence: \(samples.confidence)%. ")
            + say(
                "Chaque graine se tire de la racine signée et du nom du compte : personne ne la choisit. Un compte sous le seuil n’est pas échantillonné.",
                "Each seed follows from the signed root and the account’s name: nobody chooses it. An account below the materiality is not sampled."
            ) + "</p>\n"
        guard !samples.drawn.isEmpty else {
            return out + "<p>\(say("Aucun compte n’atteint le seuil.", "No account reaches the materiality."))</p>\n"
        }
        out += table(
            [
                (say("Compte", "Account"), false), (say("Éléments", "Items"), true),
                (say("Population", "Population"), true), (say("Balance", "Trial balance"), false),
                (say("Intervalle", "Interval"), true), (say("Tirés", "Drawn"), true),
                (say("dont ≥ intervalle", "of which ≥ interval"), true), (say("Montant tiré", "Amount drawn"), true),
            ],
            samples.drawn.map { drawn in
                let (population, sample) = (drawn.population, drawn.sample)
                return (
                    "",
                    [
                        label(population.account)
                            + (population.items == .balances
                                ? say(" · soldes", " · balances") : say(" · écritures", " · postings")),
                        count(population.all.count), money(population.totalMinor),
                        population.ties ? say("concorde", "ties") : say("NE CONCORDE PAS", "DOES NOT TIE"),
                        money(sample.intervalMinor), count(sample.items.count),
                        count(sample.items.count { $0.stratum == .top }),
                        money(sample.items.reduce(0) { $0 &+ $1.item.amountMinor }),
                    ]
                )
            })
        for drawn in samples.drawn {
            let file = PackFindings.file(drawn)
            let largest = drawn.sample.items.sorted {
                ($0.item.amountMinor, $1.item.id) > ($1.item.amountMinor, $0.item.id)
            }
            out += "<h3>\(PageText.escaped(label(drawn.population.account)))</h3>\n"
            out += filled(
                [
                    (say("Élément", "Item"), false), (say("Partie", "Party"), false), (say("Date", "Date"), false),
                    (say("Montant", "Amount"), true), (say("Strate", "Stratum"), false),
                ],
                largest.prefix(Self.itemsMax).map { drawn in
                    [
                        drawn.item.id, drawn.item.party == drawn.item.id ? "" : drawn.item.party, drawn.item.day.text,
                        money(drawn.item.amountMinor),
                        drawn.stratum == .top ? say("tous", "all") : say("tirage", "drawn"),
                    ]
                })
            out += "<p class=\"note\">"
            out +=
                drawn.sample.items.count > Self.itemsMax
                ? say("Les \(Self.itemsMax) plus grands de ", "The \(Self.itemsMax) largest of ")
                    + count(drawn.sample.items.count) + say("; tous : ", "; all: ") : say("Aussi dans ", "Also in ")
            out += "<a href=\"\(file)\">\(file)</a>.</p>\n"
        }
        return out
    }
}
