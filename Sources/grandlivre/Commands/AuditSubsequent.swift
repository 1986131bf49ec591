import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct AuditSubsequent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subsequent",
        abstract: say(
            "Les événements postérieurs à un exercice (NCA 560).", "The events after a year's end (CAS 560)."),
        discussion: say(
            """
            Exemple :
              grandlivre audit subsequent --year 2025 --to 2026-03-31
                --least 10000.00
            """,
            """
            Example:
              grandlivre audit subsequent --year 2025 --to 2026-03-31
                --least 10000.00
            """))

    @OptionGroup var year: AuditYear
    @Option(help: ArgumentHelp(say("Jusqu’au jour du rapport.", "To the day of the report."))) var to: String?
    @Option(
        help: ArgumentHelp(
            say("Tout événement de ce montant, de quelque type.", "Any event of that amount, of any type."),
            valueName: "amount"))
    var least: String = "0"

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        let to = try to.map { try Opening.date($0, "--to") }
        if let to, to <= period.last {
            throw LedgerError(
                .usage, "--to « \(to.text) »", Text("pas après la fin de l’exercice", "not after the year's end"),
                remedy: Text("après le \(period.last.text)", "after \(period.last.text)"))
        }
        let rows = try SubsequentEvents.rows(
            period, to: to,
            leastMinor: try Opening.amount(least, "--least", book.currency), snapshot)
        let language = Invocation.current.language
        if Invocation.current.format == .table {
            putLine(
                say("Événements postérieurs · ", "Subsequent events · ")
                    + "\(book.name) · " + say("après le ", "after ") + period.last.text)
        }
        if Invocation.current.format == .table, !rows.isEmpty {
            let amounts = rows.map { ($0.reason.label(language), $0.amountMinor) }
            putLine(AuditCutoff.subtotals(amounts, book, language) + "\n")
        }
        show(Self.listing(rows, book, language))
    }

    /// The events, as every surface has them.
    static func listing(_ rows: [SubsequentRow], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "reason", title: Text("Pourquoi", "Why")),
            .init(key: "mayAdjust", title: Text("Modifie", "Adjusts")),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "earlierSequence", title: Text("Sur", "On"), isNumber: true),
            .init(key: "type", title: Text("Type", "Type")),
            .init(key: "date", title: Text("Date", "Date")),
            .init(key: "recordedDate", title: Text("Inscrit", "Recorded"), isHidden: true),
            .init(key: "actor", title: Text("Auteur", "Actor"), isOptional: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        listing.nothing = Text("Aucun événement postérieur.", "No subsequent event.")
        for row in rows {
            listing.add(
                [
                    .text(row.reason.rawValue), .bool(row.reason.mayAdjust), .count(row.sequence),
                    row.earlier.map { .count($0) } ?? .null, .text(row.kind.name), .text(row.day.text),
                    .text(row.recordedDay.text), .text(row.actor), .amount(row.amountMinor, book.currency),
                ],
                shown: [
                    row.reason.label(language),
                    row.reason.mayAdjust ? Text("peut-être", "maybe")(language) : Text("non", "no")(language),
                    "\(row.sequence)", row.earlier.map { "\($0)" } ?? "", row.kind.label(language), row.day.text,
                    row.actor, shown(row.amountMinor, book.currency, language),
                ])
        }
        return listing
    }
}
