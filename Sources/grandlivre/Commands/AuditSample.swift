import Accounting
import ArgumentParser
import Commerce
import EventLog
import Ledger
import Transparency

struct AuditSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: say(
            "Un échantillon d’un compte, rapproché de la balance (NCA 530).",
            "A sample of an account, tied to the trial balance (CAS 530)."),
        discussion: say(
            """
            Le même grand livre, les mêmes options et la même graine donnent le même
            échantillon. État 1 où la population n’explique pas le solde.

            Exemple :
              grandlivre audit sample liabilities:seller-payable --year 2025
                --materiality 5000.00 --confidence 95 --seed 2025 --out ech.json
            """,
            """
            The same ledger, the same options and the same seed give the same
            sample. Status 1 where the population does not explain the balance.

            Example:
              grandlivre audit sample liabilities:seller-payable --year 2025
                --materiality 5000.00 --confidence 95 --seed 2025 --out s.json
            """))

    @Argument(help: ArgumentHelp(say("Le compte.", "The account."))) var account: String
    @OptionGroup var year: AuditYear
    @Option(help: ArgumentHelp(say("La graine du tirage.", "The seed of the draw."))) var seed: UInt64
    @Option(
        help: ArgumentHelp(
            say(
                "postings : les écritures; balances : les soldes des parties.", "postings, or balances: of the parties."
            ),
            valueName: "items"))
    var of: String = "postings"
    @Option(
        help: ArgumentHelp(
            say("debit ou credit; par défaut celui du compte.", "debit or credit; the account's by default.")))
    var side: String?
    @Option(
        help: ArgumentHelp(say("mus : par unités monétaires; random : au hasard.", "mus: monetary units; random.")))
    var method: String = "mus"
    @Option(
        help: ArgumentHelp(
            say("Seuil de signification pour les travaux.", "Performance materiality."), valueName: "amount"))
    var materiality: String?
    @Option(
        help: ArgumentHelp(say("Anomalie attendue.", "Expected misstatement."), valueName: "amount"))
    var expected: String = "0"
    @Option(help: ArgumentHelp(say("Degré de confiance, en %.", "Confidence, in %."))) var confidence: Int = 95
    @Option(help: ArgumentHelp(say("Combien d’éléments au hasard.", "How many items at random."))) var count: Int?
    @Option(
        help: ArgumentHelp(
            say("Où écrire l’échantillon (JSON).", "Where to write the sample (JSON)."), valueName: "file"))
    var out: String?

    func run() throws {
        if let out { try StatementPage.requireNew(out) }
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        guard let items = SamplePopulation.Items(rawValue: of) else { throw unknown("--of", of, "postings, balances") }
        let side = try side.map { (text: String) throws(LedgerError) -> SamplePopulation.Side in
            guard let side = SamplePopulation.Side(rawValue: text) else {
                throw unknown("--side", text, "debit, credit")
            }
            return side
        }
        let population = try SamplePopulation(period, account: account, items, side: side, snapshot)
        let sample = try AuditSample(population, chosen(book), seed: seed)
        let json = SampleFile.json(
            sample, population, logSize: snapshot.head.count, root: snapshot.head.root.hex)
        if let out { try StatementPage.write(json.line + "\n", to: out) }
        switch Invocation.current.format {
        case .json: putLine(json.line)
        case .csv: show(listing(sample, population))
        case .table:
            head(sample, population)
            var listing = listing(sample, population)
            if let out { listing.elsewhere = (20, out) }
            show(listing)
        }
        if !population.ties { throw AnswerIsNo() }
    }

    private func chosen(_ book: Book) throws(LedgerError) -> SampleMethod {
        switch method {
        case "mus":
            guard let materiality else { throw missing("--materiality", "5000.00") }
            return .monetaryUnit(
                materialityMinor: try Opening.amount(materiality, "--materiality", book.currency),
                expectedMinor: try Opening.amount(expected, "--expected", book.currency), confidence: confidence)
        case "random":
            guard let count else { throw missing("--count", "25") }
            return .random(count: count, confidence: confidence)
        default: throw unknown("--method", method, "mus, random")
        }
    }

    private func missing(_ option: String, _ example: String) -> LedgerError {
        LedgerError(
            .usage, option, Text("l’option manque", "the option is missing"),
            remedy: Text("par exemple \(option) \(example)", "for example \(option) \(example)"))
    }

    private func unknown(_ option: String, _ text: String, _ accepted: String) -> LedgerError {
        LedgerError(
            .usage, "\(option) « \(text) »", Text("mot inconnu", "unknown word"),
            remedy: Text("accepté : \(accepted)", "accepted: \(accepted)"))
    }

    private func head(_ sample: AuditSample, _ population: SamplePopulation) {
        let language = Invocation.current.language
        func amount(_ minor: Int64) -> String { shown(minor, population.currency, language) }
        putLine(
            Wrap.line(
                say("Échantillon · ", "Sample · ") + "\(population.account) · \(population.book) \(population.year)",
                indent: 2))
        putLine(
            say("Population : ", "Population: ") + shown(count: population.all.count, language)
                + say(" éléments, ", " items, ") + amount(population.totalMinor))
        putLine(
            say("Report ", "Opening ") + amount(population.openingMinor) + say(" + débits ", " + debits ")
                + amount(population.debitsMinor) + say(" − crédits ", " − credits ") + amount(population.creditsMinor))
        putLine(
            "  = " + amount(population.closingMinor) + say("; balance de vérification ", "; trial balance ")
                + amount(population.trialBalanceMinor) + (population.ties ? "" : say(" — ÉCART", " — DIFFERENT")))
        if case .monetaryUnit(let materiality, let expected, let confidence) = sample.method {
            putLine(
                say("Seuil ", "Materiality ") + amount(materiality) + say(", anomalie attendue ", ", expected ")
                    + amount(expected) + say(", confiance \(confidence) %", ", confidence \(confidence)%"))
        }
        if sample.intervalMinor > 0 {
            putLine(
                say("Intervalle ", "Interval ") + amount(sample.intervalMinor) + say(", départ ", ", start ")
                    + amount(sample.startMinor) + say(", graine ", ", seed ") + "\(sample.seed)")
        } else {
            putLine(say("Graine ", "Seed ") + "\(sample.seed)")
        }
        let top = sample.items.filter { $0.stratum == .top }.count
        putLine(
            say("Tirés : ", "Drawn: ") + shown(count: sample.items.count, language)
                + say(", dont ", ", of which ") + shown(count: top, language)
                + say(" au-dessus de l’intervalle", " above the interval"))
    }

    private func listing(_ sample: AuditSample, _ population: SamplePopulation) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "id", title: Text("Élément", "Item")),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true, isHidden: true),
            .init(key: "party", title: Text("Partie", "Party"), isHidden: population.items == .balances),
            .init(key: "date", title: Text("Date", "Date")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "stratum", title: Text("Strate", "Stratum")),
            .init(key: "unit", title: Text("Unité tirée", "Unit hit"), isNumber: true),
        ])
        for item in sample.items {
            let (drawn, unit) = (item.item, item.unit.map { shown($0, population.currency, language) } ?? "")
            let stratum = item.stratum == .top ? say("tous", "all") : say("tirage", "drawn")
            listing.add(
                [
                    .text(drawn.id), drawn.sequence.map { .count($0) } ?? .null, .text(drawn.party),
                    .text(drawn.day.text), .amount(drawn.amountMinor, population.currency),
                    .text(item.stratum.rawValue), item.unit.map { .amount($0, population.currency) } ?? .null,
                ],
                shown: [drawn.id] + (population.items == .balances ? [] : [drawn.party])
                    + [drawn.day.text, shown(drawn.amountMinor, population.currency, language), stratum, unit])
        }
        return listing
    }
}
