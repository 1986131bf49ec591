import Accounting
import ArgumentParser
import Commerce
import Ledger

struct AuditEvaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: say(
            "Projette les erreurs d’un échantillon. État 1 au-dessus du seuil.",
            "Projects a sample's errors. Status 1 above the materiality."),
        discussion: say(
            """
            Le fichier des erreurs a les colonnes id et audited (le montant juste);
            un élément qui n’y est pas est juste. Là où est le grand livre,
            l’échantillon en est retiré; s’il est autre : 65.

            Exemple :
              grandlivre audit evaluate ech.json --errors erreurs.csv
            """,
            """
            The file of errors has the columns id and audited (the right amount);
            an item that is not in it is right. Where the ledger is, the sample is
            drawn from it again; if it is another: 65.

            Example:
              grandlivre audit evaluate s.json --errors errors.csv
            """))

    @Argument(help: ArgumentHelp(say("L’échantillon (JSON).", "The sample (JSON)."), valueName: "file")) var sample:
        String
    @Option(help: ArgumentHelp(say("Les erreurs trouvées (CSV).", "The errors found (CSV)."), valueName: "file"))
    var errors: String

    func run() throws {
        let file = try SampleFile(reading: sample)
        let currency = file.currency
        try drawAgain(file)
        var items: [String: SampleFile.Item] = [:]
        for item in file.items { items[item.id] = item }
        var found: [SampleError] = []
        for row in try CSVRows.read(errors, required: ["id", "audited"]) {
            let (id, text) = (row.cells["id"] ?? "", row.cells["audited"] ?? "")
            guard let item = items.removeValue(forKey: id) else {
                throw LedgerError(
                    .badInput, "\(errors):\(row.line) « \(id) »",
                    Text("pas dans l’échantillon, ou deux fois", "not in the sample, or twice"),
                    remedy: Text("un id de l’échantillon, une fois", "an id of the sample, once"))
            }
            guard let audited = try? Opening.decimal(text, exponent: currency.exponent),
                audited.magnitude <= UInt64(AuditSample.amountMinorMax)
            else {
                throw LedgerError(
                    .badInput, "\(errors):\(row.line) « \(text) »", Text("ce n’est pas un montant", "not an amount"),
                    remedy: Text("par exemple 125,00", "for example 125.00"))
            }
            found.append(
                SampleError(
                    id: id, bookMinor: item.amountMinor, auditedMinor: audited, isTop: item.isTop))
        }
        switch file.method {
        case .random(let count, let confidence):
            let limits = try SampleEvaluation.limits(
                found, items: file.fields.population.items, largestMinor: file.largestMinor, sampled: count,
                confidence: confidence)
            try ratio(
                found, file.items.reduce(0) { $0 + $1.amountMinor }, file.totalMinor, limits, currency)
        case .monetaryUnit(let materiality, _, let confidence):
            let (over, under) = try SampleEvaluation.project(
                found, intervalMinor: file.intervalMinor, confidence: confidence)
            show(over, under, materiality, currency)
            if max(over.upperLimitMinor, under.upperLimitMinor) > materiality { throw AnswerIsNo() }
        }
    }

    /// Without a ledger the file speaks for itself, and the reader is told.
    private func drawAgain(_ file: SampleFile) throws {
        let snapshot: LedgerSnapshot
        do throws(LedgerError) {
            snapshot = try Opening.snapshot()
        } catch  where error.code == .notFound {
            return note(
                "grandlivre: "
                    + say(
                        "sans grand livre, l’échantillon n’est pas retiré (--ledger)",
                        "without a ledger the sample is not drawn again (--ledger)"))
        }
        try file.requireDrawn(from: snapshot)
    }

    private func ratio(
        _ found: [SampleError], _ sampled: Int64, _ total: Int64, _ limits: (overMinor: Int64, underMinor: Int64),
        _ currency: Currency
    ) throws {
        let language = Invocation.current.language
        let projected = try SampleEvaluation.ratio(found, sampledMinor: sampled, totalMinor: total)
        guard Invocation.current.format == .table else {
            return putLine(
                JSON.object([
                    ("method", .text("random")), ("errors", .count(found.count)),
                    ("sampled", .amount(sampled, currency)),
                    ("population", .amount(total, currency)), ("mostLikely", .amount(projected, currency)),
                    ("upperLimit", .amount(limits.overMinor, currency)),
                    ("upperLimitUnder", .amount(limits.underMinor, currency)),
                ]).line)
        }
        putLine(
            say("Anomalie la plus probable, par le ratio : ", "Most likely misstatement, by ratio: ")
                + shown(projected, currency, language))
        for (title, minor) in [
            (Text("Limite supérieure, surévaluation", "Upper limit, overstatement"), limits.overMinor),
            (Text("Limite supérieure, sous-évaluation", "Upper limit, understatement"), limits.underMinor),
        ] {
            putLine(title(language) + (language == .french ? " : " : ": ") + shown(minor, currency, language))
        }
        putLine(
            Wrap.line(
                say(
                    "La limite prend chaque élément pour aussi grand que le plus grand : prudente, et large où ils sont inégaux.",
                    "The limit takes every item for as large as the largest: safe, and wide where they are unequal.")))
    }

    private func show(
        _ over: SampleProjection, _ under: SampleProjection, _ materiality: Int64, _ currency: Currency
    ) {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "item", title: Text("", "")),
            .init(key: "overstatement", title: Text("Surévaluation", "Overstatement"), isNumber: true),
            .init(key: "understatement", title: Text("Sous-évaluation", "Understatement"), isNumber: true),
        ])
        let lines: [(String, Text, (SampleProjection) -> Int64)] = [
            ("known", Text("Connue, éléments tous examinés", "Known, items all examined"), { $0.knownMinor }),
            ("projected", Text("Projetée", "Projected"), { $0.projectedMinor }),
            ("mostLikely", Text("Anomalie la plus probable", "Most likely misstatement"), { $0.mostLikelyMinor }),
            ("basicPrecision", Text("Précision de base", "Basic precision"), { $0.basicPrecisionMinor }),
            ("increment", Text("Ajout pour la précision", "Incremental allowance"), { $0.incrementMinor }),
            ("upperLimit", Text("Limite supérieure", "Upper limit"), { $0.upperLimitMinor }),
            ("materiality", Text("Seuil pour les travaux", "Performance materiality"), { _ in materiality }),
        ]
        for (key, title, value) in lines {
            listing.add(
                [.text(key), .amount(value(over), currency), .amount(value(under), currency)],
                shown: [
                    title(language), shown(value(over), currency, language), shown(value(under), currency, language),
                ])
        }
        grandlivre.show(listing)
    }
}
