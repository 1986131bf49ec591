import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import EventLog
import Interchange
import Ledger

struct CoopFound: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "found",
        abstract: say(
            "Fonde une coopérative : règles, premiers membres et rôles, d’un seul coup.",
            "Founds a cooperative: rules, first members and roles, all at once."),
        discussion: say(
            """
            --founders nomme chaque personne : IDENTITÉ[:CATÉGORIE[:GROUPE+GROUPE[:RÔLE+RÔLE]]], séparées par des virgules; par exemple
            ana:utilisateur:consommateur:administration,bob:travailleur::trésorerie. Le fichier, s’il y en a un, est un objet JSON : book, name, form, founders, rules, sharePrice, institution, commissionPpm, clock; une option l’emporte.
            Le grand livre est créé si le dossier est absent ou vide. Rien n’est demandé; le lot est inscrit en entier ou pas du tout.
            """,
            """
            --founders names each person: IDENTITY[:CATEGORY[:GROUP+GROUP[:ROLE+ROLE]]], separated by commas; for example
            ana:user:consumer:administrator,bob:worker::treasurer. The file, if any, is a JSON object: book, name, form, founders, rules, sharePrice,
            institution, commissionPpm, clock; an option counts more.
            The ledger is made if its folder is missing or empty. Nothing is asked; the batch is recorded whole or not at all.
            """))

    @Argument(help: ArgumentHelp(say("Fichier JSON de la coopérative.", "JSON file of the cooperative."))) var file:
        String?
    @Option(
        help: ArgumentHelp(say("Nom du livre, par exemple livres-coop.", "Name of the book, for example books-coop.")))
    var book: String?
    @Option(help: ArgumentHelp(say("Dénomination.", "Legal name."))) var name: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Forme : solidarité, consommateurs, producteurs, travail, fédération.",
                "Form: solidarity, consumers, producers, workers, federation."))) var form: String?
    @Option(help: ArgumentHelp(say("Les personnes qui fondent.", "The founders."))) var founders: String?
    @Option(
        help: ArgumentHelp(
            say("Les règles : quebec, example-hst-mondragon.", "The rules: quebec, example-hst-mondragon.")))
    var rules: String?
    @Option(help: ArgumentHelp(say("Prix d’une part sociale.", "Price of a common share."))) var sharePrice: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Institution par laquelle chaque membre paie une part.",
                "Institution through which each member pays a share.")))
    var institution: String?
    @Option(help: ArgumentHelp(say("Commission en millionièmes.", "Commission in parts per million.")))
    var commissionPpm: UInt32?
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String?
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String =
        "coop-found"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?
    @Option(help: ArgumentHelp(say("Horloge du journal : machine ou data.", "Clock of the log: machine or data.")))
    var clock: String?

    func run() throws {
        var charter = try file.map { try Charter(file: $0) } ?? Charter()
        charter.take(
            book: book, name: name, form: form, founders: founders, rules: rules, sharePrice: sharePrice,
            institution: institution, commissionPpm: commissionPpm, clock: clock)
        let cooperative = try charter.cooperative()
        let store = try Opening.openOrCreate(Invocation.current.ledger, origin: "grandlivre/\(cooperative.book)")
        let snapshot = try LedgerSnapshot(store)
        // With a time of its own the same command may run again; without one it is another founding.
        if at == nil, Array(cooperative.book.utf8).withBytes({ snapshot.views.book($0) }) != nil {
            throw LedgerError(
                .badInput, cooperative.book, Text("le livre existe déjà", "the book exists already"),
                remedy: Text("un nom de livre nouveau", "a new book name"))
        }
        var act = ActOptions()
        act.at = at
        let proposals = try cooperative.proposals(
            effectiveAtUs: act.effectiveAtUs(snapshot), source: source, actor: actor, snapshot.views)
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let outcome = try writer.append(proposals)
        if let refused = outcome.refused.first { throw refused.refusal }
        if Invocation.current.format == .table {
            putLine(
                cooperative.name
                    + (outcome.repeats == 0
                        ? say(" est fondée : ", " is founded: ")
                        : say(" était déjà fondée : ", " was founded already: ")) + cooperative.book
                    + say(
                        " · événements : \(outcome.recorded), déjà inscrits : \(outcome.repeats)",
                        " · events: \(outcome.recorded), recorded before: \(outcome.repeats)"))
        } else {
            putLine(
                JSON.object([
                    ("book", .text(cooperative.book)), ("recorded", .count(outcome.recorded)),
                    ("repeats", .count(outcome.repeats)),
                ]).line)
        }
    }
}

/// What is said of a cooperative to be founded, in a file and then in options, which count more.
struct Charter {
    private var values: [String: String] = [:]

    init() {}

    /// A JSON object of texts and numbers.
    init(file: String) throws {
        let reader = try LineReader(file)
        var text = ""
        while let line = try reader.next() {
            switch line {
            case .success(let line): text += line + "\n"
            case .failure(let refusal): throw refusal
            }
        }
        do throws(FlatJSON.Failure) {
            values = try FlatJSON.object(text)
        } catch {
            throw LedgerError(
                .badInput, file,
                Text("ce n’est pas un objet JSON : \(error.reason)", "not a JSON object: \(error.reason)"),
                remedy: Text(
                    "par exemple {\"book\": \"livres-coop\", \"name\": \"Livres coop\", \"form\": \"solidarity\"}",
                    "for example {\"book\": \"books-coop\", \"name\": \"Books coop\", \"form\": \"solidarity\"}"))
        }
        // As the options are written, too.
        for (key, option) in [("sharePrice", "share-price"), ("commissionPpm", "commission-ppm")] {
            if let value = values.removeValue(forKey: option) { values[key] = value }
        }
        for key in values.keys.sorted() where !Self.keys.contains(key) {
            throw LedgerError(
                .badInput, "\(file) « \(key) »", Text("nom inconnu", "unknown name"),
                remedy: Text(Self.keys.joined(separator: ", "), Self.keys.joined(separator: ", ")))
        }
    }

    private static let keys = [
        "book", "name", "form", "founders", "rules", "sharePrice", "institution", "commissionPpm", "clock",
    ]

    mutating func take(
        book: String?, name: String?, form: String?, founders: String?, rules: String?, sharePrice: String?,
        institution: String?, commissionPpm: UInt32?, clock: String?
    ) {
        let given = [
            book, name, form, founders, rules, sharePrice, institution, commissionPpm.map { "\($0)" }, clock,
        ]
        for (key, value) in zip(Self.keys, given) { if let value { values[key] = value } }
    }

    private func need(_ key: String, _ example: String) throws(LedgerError) -> String {
        guard let value = values[key], !value.isEmpty else {
            throw LedgerError(
                .usage, "--\(key)", Text("manque", "is missing"),
                remedy: Text("par exemple --\(key) \(example)", "for example --\(key) \(example)"))
        }
        return value
    }

    private func wrong(_ option: String, _ value: String, _ accepted: [String]) -> LedgerError {
        let all = accepted.joined(separator: ", ")
        return LedgerError(
            .usage, "--\(option) « \(value) »", Text("valeur inconnue", "unknown value"), remedy: Text(all, all))
    }

    func cooperative() throws(LedgerError) -> NewCooperative {
        let book = try need("book", "livres-coop")
        let formName = try need("form", "solidarity")
        let form = try Choice.value(
            formName, "--form", among: LegalForm.allCases.filter { $0 != .unspecified },
            Text("forme inconnue", "unknown form")
        ) { form in
            let short = Label.shortForm(form)
            // "de solidarité" is said of a cooperative; alone it is "solidarité".
            return [
                Text(short.french.replacing("de ", with: ""), "\(form)"), short, Label.form(form),
            ]
        }
        var result = NewCooperative(book: book, name: values["name"] ?? book, form: form)
        let ruleName = values["rules"] ?? RuleSet.quebec.name
        guard let rules = RuleSet.named(ruleName) else { throw wrong("rules", ruleName, RuleSet.all.map(\.name)) }
        result.rules = rules
        result.institution = values["institution"]
        if let price = values["sharePrice"] {
            result.sharePriceMinor = try Opening.amount(price, "--share-price", .cad)
        }
        if let text = values["commissionPpm"] {
            guard let ppm = UInt32(text) else { throw wrong("commission-ppm", text, ["0…1000000"]) }
            result.terms.commission = RatePpm(ppm)
        }
        if let clock = values["clock"] {
            switch clock {
            case "machine": result.clock = .machine
            case "data": result.clock = .data
            default: throw wrong("clock", clock, ["machine", "data"])
            }
        }
        result.founders = try founders(form)
        return result
    }

    private func founders(_ form: LegalForm) throws(LedgerError) -> [Founder] {
        var founders: [Founder] = []
        // A cooperative is persons who associate: nobody founds none.
        for text in try need("founders", "ana:user:consumer:administrator,bob").split(separator: ",") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            func choices<T: CaseIterable>(
                _ at: Int, _ type: T.Type, _ label: (T) -> Text
            ) throws(LedgerError) -> [T] {
                guard at < parts.count else { return [] }
                var result: [T] = []
                for name in parts[at].split(separator: "+") {
                    result.append(
                        try Choice.value(
                            String(name), "--founders", among: T.allCases.filter { "\($0)" != "unspecified" },
                            Text("valeur inconnue", "unknown value")
                        ) { [label($0)] })
                }
                return result
            }
            let category =
                try choices(1, MemberCategory.self, Label.category).first ?? MemberCategories.of(form).first ?? .user
            founders.append(
                Founder(
                    identity: parts[0], category: category, groups: try choices(2, Group.self, Label.group),
                    roles: try choices(3, Role.self, Label.role)))
        }
        guard !founders.isEmpty else { throw wrong("founders", values["founders"] ?? "", ["ana,bob"]) }
        return founders
    }
}
