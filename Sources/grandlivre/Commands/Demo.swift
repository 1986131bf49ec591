import EventLog
import Accounting
import ArgumentParser
import Commerce
@preconcurrency import Glibc
import Ledger
import Simulation

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Simule un exercice et montre catalogue, soldes, affectation et un état de compte.",
            "Simulates a year and shows catalogue, balances, allocation and a statement of account."),
        discussion: say(
            "Sans --ledger, le grand livre va dans ./ledger-demo, refait à chaque fois.",
            "Without --ledger the ledger goes to ./ledger-demo, made anew each time."))

    @Option(help: ArgumentHelp(say("Membres.", "Members."))) var members = 2_000

    func run() throws {
        let directory = Invocation.current.ledger == "./ledger" ? "./ledger-demo" : Invocation.current.ledger
        if directory == "./ledger-demo" { Self.remove(directory) }
        let store = try Opening.openOrCreate(directory, origin: "grandlivre/demo")
        Signals.watch()
        let options = SimulationOptions(members: members, days: 365, seed: 1, from: try Opening.date("2025-01-01", ""))
        let keys = try SimulationKeys(seed: 1, directory: directory, isNew: LedgerSnapshot(store).head.count == 0)
        let outcome = try Simulate.record(options, to: store, keys: keys.keyring)
        let snapshot = try LedgerSnapshot(store)
        let book = try Opening.book("grand-io", snapshot.views)
        title("Simulation", "Simulation")
        putLine(
            say(
                "\(shown(count: outcome.recorded, .french)) événements inscrits",
                "\(shown(count: outcome.recorded, .english)) events recorded"))
        title("Catalogue (extrait)", "Catalogue (extract)")
        try catalogue(snapshot)
        title("Balance de vérification", "Trial balance")
        var balances = BalanceQuery()
        balances.book = book.name
        put(Balances.table(try balances.rows(snapshot), withParties: false))
        if let year = outcome.closedYear { try allocation(year, book, snapshot) }
        try snapshot.check()
        let statistics = try LedgerStatistics(snapshot)
        title("Et maintenant", "What to try next")
        putLine(
            say(
                "\(statistics.events) événements; racine \(statistics.root)",
                "\(statistics.events) events; root \(statistics.root)"))
        for command in [
            "log --limit 5", "deliveries --book grand-io", "stock --book libraires", "rides --book covoit --limit 5",
            "royalties --book grand-io", "taxes --book grand-io --year 2025", "statement detaillant-1",
            "--ledger-key \(keys.path) member export m-1",
            "rebuild --check",
        ] {
            putLine("  .build/release/grandlivre --ledger \(directory) \(command)")
        }
    }

    /// The year's allocation, the largest dividends, and the statement of who got the first of them.
    private func allocation(_ year: UInt16, _ book: Book, _ snapshot: LedgerSnapshot) throws {
        let language = Invocation.current.language
        guard let record = snapshot.views.fiscalYear(year, book), record.isResolved else { return }
        title("Affectation des excédents", "Allocation of the surplus")
        put(PlanText.table(record.plan, surplus: record.surplusMinor, book, language))
        let shares = try YearEnd(book: book.name, year: year, source: "demo", actor: "demo").shares(snapshot.views)
        put(PlanText.shares(shares.sorted { $0.cashMinor > $1.cashMinor }, limit: 5, book, language))
        guard let member = shares.last(where: { $0.member.hasPrefix("m-") })?.member else { return }
        title("Un état de compte", "A statement of account")
        let statements = try StatementQuery.statements(
            of: member, in: [book], from: CivilDate(clampingDays: -700_000), to: CivilDate(clampingDays: 2_900_000),
            snapshot)
        for statement in statements { put(StatementText.text(statement)) }
    }

    private func title(_ french: String, _ english: String) { putLine("\n── " + say(french, english) + " ──") }

    private func catalogue(_ snapshot: LedgerSnapshot) throws {
        var query = try CatalogCommand.parse(["--limit", "6"])
        query.book = "grand-io"
        put(try query.listing(snapshot).table(Invocation.current.language))
    }

    private static func remove(_ directory: String) {
        for file in ["data.mdb", "lock.mdb", "writer.lock", "persons.keys", "simulation.key"] {
            unlink(directory + "/" + file)
        }
        rmdir(directory)
    }
}

/// The machine's clock, for the effective time of what a person records now.
enum Clock {
    static var nowUs: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
