import Events
import Transparency
import EventLog
import ArgumentParser
import Accounting
import Bytes
import Commerce
import Index
import Interchange
import Ledger

@main
struct GrandLivre: ParsableCommand {
    @Argument var command: String
    @Argument var folder: String
    @Argument var ledger: String

    func run() throws {
        if command == "import" {
            let store = try (try? LedgerStore.open(ledger, readOnly: false)) ?? (LedgerStore.create(ledger, origin: "grandlivre/test"))
            let outcome = try CompleteJourney.record(folder: folder, to: store)
            print(outcome.recorded, outcome.repeats, outcome.surplusMinor, outcome.reserveMinor, outcome.poolMinor)
        } else if command == "check" {
            let report = try Rebuild.check(LedgerStore.open(ledger, readOnly: true)) { _, _ in }
            print(report.differing, report.after.map { "\($0.view) \($0.rows)" })
        } else {
            let snapshot = try LedgerSnapshot(LedgerStore.open(ledger, readOnly: true))
            print(snapshot.head.count, snapshot.head.root.hex, snapshot.head.entryBytes)
            let book = Array("grand-io".utf8).withBytes { snapshot.views.book($0) }!
            let p = snapshot.views.patronage(book, year: 2017, group: .consumer)
            print(p.count, p.prefix(3), p.prefix(20).map { snapshot.views.partyName($0.party) }, p.filter { snapshot.views.partyName($0.party) == "" })
            print(snapshot.index.failure ?? "-")
        }
    }
}
