import Accounting
import ArgumentParser
import Commerce
import EventLog
import Events
import Ledger

struct Diff: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say("Ce qui a changé entre deux points du journal.", "What changed between two points of the log."),
        discussion: say(
            """
            Un point : une séquence, une date ou un instant d’inscription; avant le
            premier événement, rien encore. Sans le second, jusqu’au dernier.

            Exemples :
              grandlivre diff 100 200 --book grand-io
              grandlivre diff 2025-01-31 2025-02-28
            """,
            """
            A point: a sequence, a date or an instant of recording; before the first
            event, nothing yet. Without the second, up to the newest event.

            Examples:
              grandlivre diff 100 200 --book grand-io
              grandlivre diff 2025-01-31 2025-02-28
            """))

    @Argument(help: ArgumentHelp(say("Avant.", "Before."), valueName: "before")) var before: String
    @Argument(help: ArgumentHelp(say("Après.", "After."), valueName: "after")) var after: String?
    @Option(help: ArgumentHelp(say("Un seul livre.", "One book only."))) var book: String?
    @Flag(help: ArgumentHelp(say("Montre aussi les sous-comptes.", "Shows the sub-accounts too."))) var parties = false

    func run() throws {
        try Viewer.current.requireOperator("diff")
        let snapshot = try Opening.snapshot()
        func size(_ point: String, _ name: String) throws -> UInt64 {
            try snapshot.size(at: Opening.point(point, name), mayBeEmpty: true)
        }
        let first = try size(before, "before")
        let second = try after.map { try size($0, "after") } ?? snapshot.head.count
        guard first <= second else {
            throw LedgerError(
                .usage, after ?? "", Text("avant \(before)", "before \(before)"),
                remedy: Text("le plus ancien d’abord", "the older first"))
        }
        var query = DifferenceQuery()
        query.book = book
        let difference = try query.difference(from: first, to: second, snapshot)
        switch Invocation.current.format {
        case .table: putTables(difference)
        case .json: putLine(Self.json(difference).line)
        case .csv: put(Self.listing(difference).csv)
        }
    }

    private func putTables(_ difference: LedgerDifference) {
        let language = Invocation.current.language
        putLine(
            say("Événements ", "Events ")
                + (difference.to > difference.from
                    ? "\(difference.from)–\(difference.to - 1)" : say("(aucun)", "(none)")))
        var kinds = Listing([
            .init(key: "type", title: Text("Fait", "Fact")),
            .init(key: "count", title: Text("Nombre", "Count"), isNumber: true),
        ])
        for kind in difference.kinds {
            kinds.add([.text(kind.kind.label(language)), .text(shown(count: kind.count, language))])
        }
        kinds.total = [say("Total", "Total"), shown(count: difference.events, language)]
        put(kinds.table(language))
        putLine("")
        putAccounts(difference)
        var listing = Listing([
            .init(key: "party", title: Text("Partie", "Party")), .init(key: "isNew", title: Text("État", "State")),
            .init(key: "events", title: Text("Événements", "Events"), isNumber: true),
            .init(key: "first", title: Text("Premier", "First"), isNumber: true),
            .init(key: "last", title: Text("Dernier", "Last"), isNumber: true),
        ])
        listing.nothing = Text("Aucune partie concernée.", "No party concerned.")
        listing.nameColumns = 1
        for party in difference.parties {
            listing.add(
                [
                    .text(party.party), .text(party.isNew ? say("nouvelle", "new") : say("concernée", "concerned")),
                    .count(party.events), .count(party.firstSequence), .count(party.lastSequence),
                ])
        }
        put(listing.table(language))
    }

    /// A table a book and currency, its accounts with all their parties or, asked for, party by party.
    private func putAccounts(_ difference: LedgerDifference) {
        let language = Invocation.current.language
        var groups: [(book: String, currency: Currency)] = []
        for row in difference.accounts where !groups.contains(where: { $0 == (row.book, row.currency) }) {
            groups.append((row.book, row.currency))
        }
        if groups.isEmpty { putLine(say("Aucun solde n’a changé.", "No balance changed.") + "\n") }
        for group in groups {
            var listing = Listing([
                .init(key: "account", title: Text("Compte", "Account")),
                .init(key: "before", title: Text("Avant", "Before"), isNumber: true),
                .init(key: "after", title: Text("Après", "After"), isNumber: true),
                .init(key: "difference", title: Text("Écart", "Difference"), isNumber: true),
            ])
            let rows = difference.accounts.filter { ($0.book, $0.currency) == group }
            var accounts: [String] = []
            for row in rows where accounts.last != row.account { accounts.append(row.account) }
            func add(_ name: String, _ rows: [LedgerDifference.AccountChange]) {
                let sums = rows.reduce((Int64(0), Int64(0), Int64(0))) {
                    ($0.0 &+ $1.beforeMinor, $0.1 &+ $1.afterMinor, $0.2 &+ $1.differenceMinor)
                }
                listing.add(
                    [JSON.text(name)]
                        + [sums.0, sums.1, sums.2].map { JSON.text(shown($0, group.currency, language)) })
            }
            for account in accounts {
                let mine = rows.filter { $0.account == account }
                if parties {
                    for row in mine { add(account + (row.party.isEmpty ? "" : " · " + row.party), [row]) }
                } else {
                    add(account, mine)
                }
            }
            putLine("\(group.book) · \(group.currency.code)")
            put(listing.table(language))
            putLine("")
        }
    }

    private static func json(_ difference: LedgerDifference) -> JSON {
        .object([
            ("from", .count(difference.from)), ("to", .count(difference.to)),
            (
                "events",
                .array(
                    difference.kinds.map { .object([("type", .text($0.kind.name)), ("count", .count($0.count))]) })
            ),
            ("accounts", listing(difference).json),
            (
                "parties",
                .array(
                    difference.parties.map {
                        .object([
                            ("party", .text($0.party)), ("isNew", .bool($0.isNew)), ("events", .count($0.events)),
                            ("firstSequence", .count($0.firstSequence)), ("lastSequence", .count($0.lastSequence)),
                        ])
                    })
            ),
        ])
    }

    /// CSV has the accounts: a spreadsheet is one table.
    private static func listing(_ difference: LedgerDifference) -> Listing {
        var listing = Listing(
            ["book", "account", "party", "currency", "before", "after", "difference"].map {
                .init(key: $0, title: Text($0, $0))
            })
        for row in difference.accounts {
            listing.add([
                .text(row.book), .text(row.account), .text(row.party), .text(row.currency.code),
                .amount(row.beforeMinor, row.currency), .amount(row.afterMinor, row.currency),
                .amount(row.differenceMinor, row.currency),
            ])
        }
        return listing
    }
}
