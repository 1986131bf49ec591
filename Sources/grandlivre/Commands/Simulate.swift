import Accounting
import ArgumentParser
import Commerce
import Ledger
import Simulation

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Écrit l’économie d’un Grand.io plausible : mêmes options, mêmes octets.",
            "Writes the economy of a plausible Grand.io: same options, same bytes."),
        discussion: say(
            "Crée le grand livre si le dossier est absent ou vide. Un exercice entier (365 jours à partir du 1er janvier) se termine par la clôture, l’affectation et les ristournes.",
            "Creates the ledger if its folder is missing or empty. A whole year (365 days from January 1) ends with the close, the allocation and the dividends."
        ))

    @Option(help: ArgumentHelp(say("Membres, de 100 à 1000000.", "Members, 100 to 1000000."))) var members = 2_000
    @Option(help: ArgumentHelp(say("Jours, de 1 à 731.", "Days, 1 to 731."))) var days = 365
    @Option(help: ArgumentHelp(say("Graine du hasard.", "Seed of chance."))) var seed: UInt64 = 1
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from = "2025-01-01"

    func run() throws {
        let options = try options()
        let store = try Opening.openOrCreate(Invocation.current.ledger, origin: "grandlivre/simulation")
        Signals.watch()
        let outcome = try Self.record(options, to: store)
        let statistics = try LedgerStatistics(LedgerSnapshot(store))
        switch Invocation.current.format {
        case .table:
            putLine(
                say(
                    "\(outcome.recorded) événements inscrits, \(outcome.repeats) déjà là; racine \(statistics.root)",
                    "\(outcome.recorded) events recorded, \(outcome.repeats) there already; root \(statistics.root)"))
        default:
            putLine(
                JSON.object([
                    ("recorded", .count(outcome.recorded)), ("repeats", .count(outcome.repeats)),
                    ("events", .count(statistics.events)), ("root", .text(statistics.root)),
                ]).line)
        }
    }

    private func options() throws -> SimulationOptions {
        guard (100...1_000_000).contains(members) else {
            throw ValidationError(say("--members : de 100 à 1000000", "--members: 100 to 1000000"))
        }
        guard (1...731).contains(days) else { throw ValidationError(say("--days : de 1 à 731", "--days: 1 to 731")) }
        let first = try Opening.date(from, "--from")
        return SimulationOptions(members: members, days: days, seed: seed, from: first)
    }

    /// Records with progress on a terminal; can be interrupted between two batches.
    static func record(_ options: SimulationOptions, to store: LedgerStore) throws -> SimulationOutcome {
        let meter = ProgressMeter()
        defer { meter.clear() }
        return try Simulation.record(
            options, to: store, proceed: { try Signals.check() },
            progress: { meter.show(done: $0, total: $1, detail: say("jour \($0)", "day \($0)")) })
    }
}
