import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct AuditCutoff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cutoff",
        abstract: say(
            "La séparation des périodes : ce qui est de part et d’autre de la fin d’un exercice.",
            "The cut-off: what lies on either side of a year's end."),
        discussion: say(
            """
            Exemple :
              grandlivre audit cutoff --year 2025 --days 5
            """,
            """
            Example:
              grandlivre audit cutoff --year 2025 --days 5
            """))

    @OptionGroup var year: AuditYear
    @Option(help: ArgumentHelp(say("Jours de part et d’autre.", "Days on either side."))) var days: Int = 5
    @Option(
        help: ArgumentHelp(
            say("Derniers et premiers événements, de chaque côté.", "Last and first events on each side.")))
    var events: Int = 5

    func run() throws {
        guard (1...366).contains(days) else {
            throw LedgerError(
                .usage, "--days « \(days) »", Text("hors limites", "out of range"),
                remedy: Text("de 1 à 366", "1 to 366"))
        }
        guard (0...1_000).contains(events) else {
            throw LedgerError(
                .usage, "--events « \(events) »", Text("hors limites", "out of range"),
                remedy: Text("de 0 à 1000", "0 to 1000"))
        }
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        let rows = try CutoffQuery.run(period, days: Int32(days), boundary: events, snapshot)
        let language = Invocation.current.language
        if Invocation.current.format == .table {
            putLine(
                say("Séparation des périodes · ", "Cut-off · ")
                    + "\(book.name) · \(period.last.text) ± \(days) " + say("jours", "days"))
        }
        show(Self.listing(rows, book, language))
    }

    /// What lies on either side of the end, as every surface has it.
    static func listing(_ rows: [CutoffRow], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "reason", title: Text("Pourquoi", "Why")),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "earlierSequence", title: Text("Avant", "Earlier"), isNumber: true),
            .init(key: "type", title: Text("Type", "Type")),
            .init(key: "effectiveAt", title: Text("Date et heure", "Date and time")),
            .init(key: "recordedAt", title: Text("Inscrit", "Recorded"), isHidden: true),
            .init(key: "subject", title: Text("Sur", "About"), isOptional: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "result", title: Text("Résultat", "Result"), isNumber: true),
        ])
        listing.nothing = Text("Aucun événement près de la fin.", "No event near the end.")
        for row in rows {
            listing.add(
                [
                    .text(row.reason.rawValue), .count(row.sequence), row.earlier.map { .count($0) } ?? .null,
                    .text(row.kind.name), .time(row.effectiveAtUs), .time(row.recordedAtUs), .text(row.subject),
                    .amount(row.amountMinor, book.currency), .amount(row.resultMinor, book.currency),
                ],
                shown: [
                    row.reason.label(language), "\(row.sequence)", row.earlier.map { "\($0)" } ?? "",
                    row.kind.label(language), Self.local(row.effectiveAtUs, book), row.subject,
                    shown(row.amountMinor, book.currency, language), shown(row.resultMinor, book.currency, language),
                ])
        }
        return listing
    }

    /// The book's own day and minute: the year ends at its midnight.
    private static func local(_ us: Int64, _ book: Book) -> String {
        let seconds = us / 1_000_000 + Int64(book.calendar.offsetSeconds(at: us))
        let minutes = ((seconds / 60) % 1_440 + 1_440) % 1_440
        let day = CivilDate(clampingDays: Int64(book.day(us)))
        let (hour, minute) = (minutes / 60, minutes % 60)
        return day.text + (hour < 10 ? " 0\(hour):" : " \(hour):") + (minute < 10 ? "0\(minute)" : "\(minute)")
    }
}
