import Transparency
import EventLog
import ArgumentParser
import Commerce
import Interchange
import Ledger

@main
struct GrandLivre: ParsableCommand {
    @Argument var command: String
    @Argument var folder: String
    @Argument var ledger: String

    func run() throws {
        if command == "import" {
            let store = try LedgerStore.create(ledger, origin: "grandlivre/test")
            let outcome = try CompleteJourney.record(folder: folder, to: store)
            print(outcome)
        } else {
            let snapshot = try LedgerSnapshot(LedgerStore.open(ledger, readOnly: true))
            print(snapshot.head.count, snapshot.head.root.hex, snapshot.head.entryBytes)
        }
    }
}
