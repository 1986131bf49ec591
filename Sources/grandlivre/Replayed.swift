import Commerce
import Ledger

/// The earlier state that a command of `replay` reads in the place of the ledger. The command runs where it was made, on one thread.
final class Replayed: @unchecked Sendable {
    @TaskLocal static var current: Replayed?

    let snapshot: LedgerSnapshot
    /// Whether what is printed is kept in `held` instead.
    var isHeld = false
    var held = ""

    init(_ snapshot: LedgerSnapshot) { self.snapshot = snapshot }

    /// What writes, or asks for the log itself, does not go back in time.
    static func refuse() throws(LedgerError) {
        guard current != nil else { return }
        throw LedgerError(
            .usage, "replay", Text("cette commande ne lit pas les vues", "this command does not read the views"),
            remedy: Text(
                "une commande qui lit : balances, orders, statement…", "one that reads: balances, orders, statement…"))
    }
}
