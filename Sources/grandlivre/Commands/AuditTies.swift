import Accounting
import ArgumentParser
import Commerce
import Ledger

struct AuditTies: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ties",
        abstract: say(
            "Les comptes et les registres derrière eux, à la fin d’un exercice. État 1 où ils diffèrent.",
            "The accounts and the registers behind them, at a year's end. Status 1 where they differ."),
        discussion: say(
            """
            Exemple :
              grandlivre audit ties --year 2025 --book grand-io
            """,
            """
            Example:
              grandlivre audit ties --year 2025 --book grand-io
            """))

    @OptionGroup var year: AuditYear

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        let events = try period.events(snapshot)
        let rows = try TieQuery.run(period, snapshot)
        let language = Invocation.current.language
        year.putTitle(Text("Concordances", "Ties"), say("au ", "at ") + period.last.text, period, events)
        show(Self.listing(rows, language))
        guard rows.contains(where: { !$0.ties }) else { return }
        throw AnswerIsNo()
    }

    /// The comparisons, as every surface has them.
    static func listing(_ rows: [TieRow], _ language: Language) -> Listing {
        // Where all agree, the column of differences gives its room to the names.
        let hasDifference = rows.contains { $0.differenceMinor != 0 }
        var listing = Listing([
            .init(key: "tie", title: Text("Concordance", "Tie")),
            .init(key: "subject", title: Text("Sur", "About")),
            .init(key: "party", title: Text("Partie", "Party"), isOptional: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "count", title: Text("Nombre", "Count"), isNumber: true, isHidden: true),
            .init(key: "book", title: Text("Grand livre", "Ledger"), isNumber: true),
            .init(key: "register", title: Text("Registre", "Register"), isNumber: true),
            .init(key: "difference", title: Text("Écart", "Diff."), isNumber: true, isHidden: !hasDifference),
            .init(key: "ties", title: Text("Égal", "Ties")),
        ])
        listing.nothing = Text("Toutes les concordances tiennent.", "All ties hold.")
        for row in rows {
            listing.add(
                [
                    .text(row.kind.rawValue), .text(row.subject), .text(row.party), .text(row.currency.code),
                    .count(row.count), .amount(row.bookMinor, row.currency), .amount(row.registerMinor, row.currency),
                    .amount(row.differenceMinor, row.currency), .bool(row.ties),
                ],
                shown: [
                    row.kind.label(language), row.subject, row.party,
                    shown(row.bookMinor, row.currency, language), shown(row.registerMinor, row.currency, language),
                ] + (hasDifference ? [shown(row.differenceMinor, row.currency, language)] : [])
                    + [row.ties ? Text("oui", "yes")(language) : Text("NON", "NO")(language)])
        }
        return listing
    }
}
