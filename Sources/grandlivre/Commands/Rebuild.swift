import ArgumentParser
import Commerce
import Ledger
import Transparency

struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: say("Refait toutes les vues à partir du journal.", "Folds all views again from the log."),
        discussion: say(
            "Les vues neuves remplacent les anciennes en une transaction. Avec --check, rien ne change : état 1 si une vue diffère.",
            "The new views replace the old ones in one transaction. With --check nothing changes: status 1 when a view differs."
        ))

    @Flag(help: ArgumentHelp(say("Compare seulement.", "Compares only."))) var check = false

    func run() throws {
        let meter = ProgressMeter()
        let report =
            check
            ? try Ledger.Rebuild.check(Opening.store(readOnly: true)) {
                meter.show(done: Int($0), total: Int($1), detail: say("\($0) événements", "\($0) events"))
            }
            : try Ledger.Rebuild.rebuild(Opening.store(readOnly: false)) {
                meter.show(done: Int($0), total: Int($1), detail: say("\($0) événements", "\($0) events"))
            }
        meter.clear()
        var listing = Listing([
            .init(key: "view", title: Text("Vue", "View")),
            .init(key: "rows", title: Text("Rangées", "Rows"), isNumber: true),
            .init(key: "digest", title: Text("Empreinte SHA-256", "SHA-256 digest")),
            .init(key: "equal", title: Text("Égale", "Equal")),
        ])
        let differing = report.differing
        for view in report.after {
            let hex = view.digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
            let isEqual = !differing.contains(view.view)
            listing.add(
                [.text(view.view), .count(view.rows), .text(hex), .bool(isEqual)],
                shown: [
                    view.view, "\(view.rows)", String(hex.prefix(24)) + "…",
                    isEqual ? say("oui", "yes") : say("NON", "NO"),
                ])
        }
        show(listing)
        for name in differing where !report.after.contains(where: { $0.view == name }) {
            note("grandlivre: " + say("vue de trop : \(name)", "a view too many: \(name)"))
        }
        guard differing.isEmpty else {
            note(
                "grandlivre: "
                    + say(
                        "\(differing.count) vues diffèrent d’un calcul neuf : \(differing.joined(separator: ", "))",
                        "\(differing.count) views differ from a fresh fold: \(differing.joined(separator: ", "))"))
            if check { throw AnswerIsNo() }
            return
        }
    }
}
