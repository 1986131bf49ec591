import Accounting
import ArgumentParser
import Commerce
@preconcurrency import Glibc
import Interchange
import Ledger

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Importe un échantillon et montre catalogue, soldes et affectation.",
            "Imports a sample and shows catalogue, balances and allocation."),
        discussion: say(
            "Sans --ledger, le grand livre va dans ./ledger-demo, refait à chaque fois.",
            "Without --ledger the ledger goes to ./ledger-demo, made anew each time."))

    @Argument(help: ArgumentHelp(say("Dossier de l’échantillon.", "Folder of the sample."))) var folder: String =
        "Docs/sample/complete-journey"

    func run() throws {
        let directory = Invocation.current.ledger == "./ledger" ? "./ledger-demo" : Invocation.current.ledger
        if directory == "./ledger-demo" { Self.remove(directory) }
        let store = try Opening.openOrCreate(directory, origin: "grandlivre/demo")
        let outcome = try CompleteJourney.record(folder: folder, to: store)
        let language = Invocation.current.language
        let snapshot = try LedgerSnapshot(store)
        title("Importation", "Import")
        put(ImportRun.text(outcome))
        title("Catalogue (extrait)", "Catalogue (extract)")
        try catalogue(snapshot)
        title("Balance de vérification", "Trial balance")
        put(Balances.table(try BalanceQuery().rows(snapshot), withParties: false))
        title("Affectation des excédents", "Allocation of the surplus")
        let book = try Opening.book(nil, snapshot.views)
        if let record = snapshot.views.fiscalYear(2017, book) {
            put(PlanText.table(record.plan, surplus: record.surplusMinor, book, language))
            let end = YearEnd(book: book.name, year: 2017, source: "demo", actor: "demo")
            put(
                PlanText.shares(
                    try end.shares(snapshot.views).sorted { $0.cashMinor > $1.cashMinor }, limit: 5, book, language))
        }
        try snapshot.check()
        let statistics = try LedgerStatistics(snapshot)
        title("Et maintenant", "What to try next")
        putLine(
            say(
                "\(statistics.events) événements; racine \(statistics.root)",
                "\(statistics.events) events; root \(statistics.root)"))
        for command in [
            "log --limit 5", "orders --limit 5", "account assets:in-transit --party 815", "surplus show --year 2017",
            "balances --at 2017-06-30",
            "rebuild --check",
        ] {
            putLine("  .build/release/grandlivre --ledger \(directory) \(command)")
        }
    }

    private func title(_ french: String, _ english: String) { putLine("\n── " + say(french, english) + " ──") }

    private func catalogue(_ snapshot: LedgerSnapshot) throws {
        var query = try CatalogCommand.parse(["--limit", "6"])
        query.book = nil
        put(try query.listing(snapshot).table(Invocation.current.language))
    }

    private static func remove(_ directory: String) {
        for file in ["data.mdb", "lock.mdb", "writer.lock"] { unlink(directory + "/" + file) }
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
