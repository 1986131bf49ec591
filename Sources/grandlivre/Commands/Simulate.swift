import EventLog
import Accounting
import ArgumentParser
import Commerce
@preconcurrency import Glibc
import Ledger
import Simulation

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Écrit l’économie d’un Grand.io plausible : mêmes options, mêmes octets.",
            "Writes the economy of a plausible Grand.io: same options, same bytes."),
        discussion: say(
            "Crée le grand livre si le dossier est absent ou vide. Un exercice entier (365 jours à partir du 1er janvier) se termine par la clôture, l’affectation et les ristournes. Les données personnelles sont scellées; sans --ledger-key, la clé, tirée de la graine, va dans simulation.key du même dossier : elle ne protège personne.",
            "Creates the ledger if its folder is missing or empty. A whole year (365 days from January 1) ends with the close, the allocation and the dividends. Personal data is sealed; without --ledger-key the key, drawn from the seed, goes to simulation.key in the same folder: it protects nobody."
        ))

    @Option(help: ArgumentHelp(say("Membres, de 100 à 1000000.", "Members, 100 to 1000000."))) var members = 2_000
    @Option(help: ArgumentHelp(say("Jours, de 1 à 731.", "Days, 1 to 731."))) var days = 365
    @Option(help: ArgumentHelp(say("Graine du hasard.", "Seed of chance."))) var seed: UInt64 = 1
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from = "2025-01-01"
    @Option(
        help: ArgumentHelp(
            say(
                "Y écrit aussi les relevés des institutions, dans chaque format, et la vérité.",
                "Also writes the institutions' statements there, in each format, and the truth."), valueName: "folder"))
    var statements: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Le bruit des relevés : usual (par défaut), hostile ou none.",
                "Noise of statements: usual (default), hostile or none.")))
    var noise: String?

    func run() throws {
        let options = try options()
        let noise = try institutionNoise()
        let store = try Opening.openOrCreate(Invocation.current.ledger, origin: "grandlivre/simulation")
        Signals.watch()
        let keys = try SimulationKeys(
            seed: seed, directory: Invocation.current.ledger, isNew: LedgerSnapshot(store).head.count == 0)
        let outcome = try Self.record(options, to: store, keys: keys.keyring)
        let snapshot = try LedgerSnapshot(store)
        let statistics = try LedgerStatistics(snapshot)
        var written: [InstitutionStatements.Written] = []
        if let statements {
            written = try InstitutionStatements(snapshot, seed: seed, noise: noise).write(
                to: statements, proceed: { try Signals.check() })
        }
        switch Invocation.current.format {
        case .table:
            let language = Invocation.current.language
            let recorded = shown(count: outcome.recorded, language)
            let repeats = shown(count: outcome.repeats, language)
            putLine(
                say(
                    "\(recorded) événements inscrits, \(repeats) déjà là; racine \(statistics.root)",
                    "\(recorded) events recorded, \(repeats) there already; root \(statistics.root)"))
            putLine(
                say(
                    "Données personnelles : --ledger-key \(keys.path)",
                    "Personal data: --ledger-key \(keys.path)"))
            if let statements { show(written, in: statements) }
        default:
            putLine(
                JSON.object(
                    [
                        ("recorded", .count(outcome.recorded)), ("repeats", .count(outcome.repeats)),
                        ("events", .count(statistics.events)), ("root", .text(statistics.root)),
                        ("ledgerKey", .text(keys.path)),
                    ] + (statements == nil ? [] : [("statements", .array(written.map(Self.json)))])
                ).line)
        }
    }

    private func institutionNoise() throws -> InstitutionNoise {
        guard let noise else { return .usual }
        guard statements != nil, let known = InstitutionNoise(rawValue: noise) else {
            throw ValidationError(
                say(
                    "--noise : usual, hostile ou none, avec --statements",
                    "--noise: usual, hostile or none, with --statements"))
        }
        return known
    }

    private static func json(_ one: InstitutionStatements.Written) -> JSON {
        .object([
            ("book", .text(one.book)), ("account", .text(one.account)), ("institution", .text(one.institution)),
            ("currency", .text(one.currency)), ("months", .count(one.months)), ("entries", .count(one.entries)),
            ("closing", .amount(one.closingMinor, Currency(utf8: one.currency.utf8) ?? .cad)),
        ])
    }

    private func show(_ written: [InstitutionStatements.Written], in folder: String) {
        let language = Invocation.current.language
        let entries = shown(count: written.reduce(0) { $0 + $1.entries }, language)
        let accounts = shown(count: written.count, language)
        let formats = shown(count: InstitutionFormat.allCases.count, language)
        putLine(
            say(
                "Relevés : \(entries) lignes de \(accounts) comptes, en \(formats) formats, dans \(folder)",
                "Statements: \(entries) entries of \(accounts) accounts, in \(formats) formats, in \(folder)"))
    }

    private func options() throws -> SimulationOptions {
        guard (100...1_000_000).contains(members) else {
            throw ValidationError(say("--members : de 100 à 1000000", "--members: 100 to 1000000"))
        }
        guard (1...731).contains(days) else { throw ValidationError(say("--days : de 1 à 731", "--days: 1 to 731")) }
        let first = try Opening.date(from, "--from")
        return SimulationOptions(
            members: members, days: days, seed: seed, from: first, hasBankAccounts: statements != nil)
    }

    /// Records with progress on a terminal; can be interrupted between two batches.
    static func record(
        _ options: SimulationOptions, to store: LedgerStore, keys: Keyring
    ) throws -> SimulationOutcome {
        let meter = ProgressMeter()
        defer { meter.clear() }
        return try Simulation.record(
            options, to: store, keys: keys, proceed: { try Signals.check() },
            progress: { meter.show(done: $0, total: $1, detail: say("jour \($0)", "day \($0)")) })
    }
}

/// Where the people of a simulation have their keys: in the file of any ledger, under the key that was named or one that the seed gives.
struct SimulationKeys {
    /// The file of the ledger's key, for messages.
    let path: String
    let keyring: Keyring

    /// - Parameter isNew: nothing is in the ledger yet.
    init(seed: UInt64, directory: String, isNew: Bool) throws {
        let file = Invocation.environment("GRANDLIVRE_KEYS") ?? Keyring.path(beside: directory)
        if let key = try Opening.ledgerKey() {
            path = Invocation.current.ledgerKeyFile ?? "GRANDLIVRE_LEDGER_KEY"
            keyring = try Keyring.openOrCreate(file, ledgerKey: key)
            return
        }
        path = directory + "/simulation.key"
        guard isNew || access(path, F_OK) == 0 else {
            throw LedgerError(
                .badInput, directory,
                Text("ce grand livre n’est pas celui d’une simulation", "this ledger is not a simulation's"),
                remedy: Text("simuler dans un dossier neuf", "simulate in a new folder"))
        }
        if access(path, F_OK) != 0 {
            // Keys that are there already are somebody's: a new ledger key would not open them.
            guard access(file, F_OK) != 0 else { throw LedgerKey.missing() }
            try IdentityNewKey.store(LedgerKey.ofSimulation(seed: seed), in: path)
        }
        keyring = try Keyring.openOrCreate(file, ledgerKey: LedgerKey(file: path))
    }
}
