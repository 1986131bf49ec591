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
        let events = try period.events(snapshot)
        let rows = try CutoffQuery.run(period, days: Int32(days), boundary: self.events, snapshot)
        let language = Invocation.current.language
        year.putTitle(
            Text("Séparation des périodes", "Cut-off"), "\(period.last.text) ± \(days) " + say("jours", "days"), period,
            events)
        if Invocation.current.format == .table, !rows.isEmpty {
            putLine(Self.subtotals(rows.map { ($0.reason.label(language), $0.amountMinor) }, book, language) + "\n")
        }
        show(Self.listing(rows, book, language))
    }

    /// One line a reason, in the order in which they come first: how many rows, and the sum of their amounts.
    static func subtotals(_ rows: [(label: String, amountMinor: Int64)], _ book: Book, _ language: Language) -> String {
        var labels: [String] = []
        for row in rows where !labels.contains(row.label) { labels.append(row.label) }
        return labels.map { label in
            let mine = rows.filter { $0.label == label }
            let sum = mine.reduce(Int64(0)) { $0 &+ $1.amountMinor }
            return label + (language == .french ? " : " : ": ") + shown(count: mine.count, language) + " · "
                + shown(sum, book.currency, language)
        }.joined(separator: "\n")
    }

    /// What lies on either side of the end, as every surface has it.
    static func listing(_ rows: [CutoffRow], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "reason", title: Text("Pourquoi", "Why")),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "earlierSequence", title: Text("Séq. d’origine", "Origin"), isNumber: true),
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
                    row.kind.label(language), Self.local(row.effectiveAtUs, book.calendar), row.subject,
                    shown(row.amountMinor, book.currency, language), shown(row.resultMinor, book.currency, language),
                ])
        }
        return listing
    }

    /// The book's own day and minute: the year ends at its midnight.
    static func local(_ us: Int64, _ calendar: BookCalendar) -> String {
        let seconds = us / 1_000_000 + Int64(calendar.offsetSeconds(at: us))
        let minutes = ((seconds / 60) % 1_440 + 1_440) % 1_440
        let day = calendar.day(at: us)
        let (hour, minute) = (minutes / 60, minutes % 60)
        return day.text + (hour < 10 ? " 0\(hour):" : " \(hour):") + (minute < 10 ? "0\(minute)" : "\(minute)")
    }
}
