import ArgumentParser
import Ledger

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say("Crée un grand livre vide.", "Makes an empty ledger."))

    @Option(
        help: ArgumentHelp(say("Nom du journal dans ses points de contrôle.", "The log's name in its checkpoints.")))
    var origin: String = "grandlivre/ledger"

    func run() throws {
        _ = try Opening.create(origin)
        if Invocation.current.format == .json {
            putLine(JSON.object([("ledger", .text(Invocation.current.ledger)), ("origin", .text(origin))]).line)
        } else {
            putLine(
                say("Grand livre créé : \(Invocation.current.ledger)", "Ledger created: \(Invocation.current.ledger)"))
        }
    }
}
