import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct AuditRelated: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "related",
        abstract: say(
            "Les parties liées et leurs opérations d’un exercice (NCA 550).",
            "Related parties and their transactions of a year (CAS 550)."),
        discussion: say(
            """
            Exemple :
              grandlivre audit related --year 2025 --party m-12
            """,
            """
            Example:
              grandlivre audit related --year 2025 --party m-12
            """))

    @OptionGroup var year: AuditYear
    @Option(help: ArgumentHelp(say("Une partie de plus; se répète.", "One party more; may be repeated."))) var party:
        [String] = []

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        let events = try period.events(snapshot)
        let rows = try RelatedParties.rows(period, named: party, snapshot)
        let language = Invocation.current.language
        year.putTitle(
            Text("Parties liées", "Related parties"), "\(period.first.text) – \(period.last.text)", period, events)
        show(Self.listing(rows, book, language))
    }

    /// The transactions, as every surface has them.
    static func listing(_ rows: [RelatedRow], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "party", title: Text("Partie", "Party")),
            .init(key: "reasons", title: Text("Lien", "Why")),
            .init(key: "type", title: Text("Type", "Type")),
            .init(key: "count", title: Text("Nombre", "Count"), isNumber: true),
            .init(key: "debits", title: Text("Débits", "Debits"), isNumber: true),
            .init(key: "credits", title: Text("Crédits", "Credits"), isNumber: true),
            .init(key: "firstSequence", title: Text("Première", "First"), isNumber: true, isOptional: true),
            .init(key: "lastSequence", title: Text("Dernière", "Last"), isNumber: true, isOptional: true),
        ])
        listing.nothing = Text("Aucune opération avec une partie liée.", "No transaction with a related party.")
        for row in rows {
            listing.add(
                [
                    .text(row.party), .array(row.reasons.map { .text($0.name) }), .text(row.kind.name),
                    .count(row.count), .amount(row.debitsMinor, book.currency),
                    .amount(row.creditsMinor, book.currency),
                    .count(row.firstSequence), .count(row.lastSequence),
                ],
                shown: [
                    row.party, row.reasons.map { $0.label(language) }.joined(separator: ", "),
                    row.kind.label(language), shown(count: row.count, language),
                    shown(row.debitsMinor, book.currency, language), shown(row.creditsMinor, book.currency, language),
                    "\(row.firstSequence)", "\(row.lastSequence)",
                ])
        }
        return listing
    }
}
