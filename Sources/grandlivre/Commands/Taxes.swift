import Accounting
import ArgumentParser
import Commerce
import Ledger

struct Taxes: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say(
            "La déclaration de taxes d’une période : TPS, TVQ, TVH, redevance.",
            "The tax return of a period: GST, QST, HST, levy."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String?
    @Option(help: ArgumentHelp(say("Une année entière.", "A whole year."))) var year: Int?
    @Option(help: ArgumentHelp(say("Un trimestre de l’année, de 1 à 4.", "A quarter of the year, 1 to 4.")))
    var quarter: Int?

    func run() throws {
        let (from, to) = try period()
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let rows = try TaxReturn(book: book.name, from: from, to: to).rows(snapshot)
        if Invocation.current.format == .table {
            printTable(rows, from, to, book)
        } else {
            show(listing(rows, from, to, book))
        }
    }

    private func period() throws(LedgerError) -> (from: CivilDate, to: CivilDate) {
        if let year {
            guard from == nil, to == nil else {
                throw mistake("--year", "sans --from ni --to", "without --from or --to")
            }
            guard (1...4).contains(quarter ?? 1) else { throw mistake("--quarter", "de 1 à 4", "1 to 4") }
            let first = quarter.map { $0 * 3 - 2 } ?? 1
            let last = quarter.map { $0 * 3 } ?? 12
            guard (1900...9998).contains(year) else {
                throw LedgerError(
                    .usage, "--year « \(year) »", Text("exercice hors limites", "fiscal year out of range"),
                    remedy: Text("1900 à 9998", "1900 to 9998"))
            }
            let days = last == 6 || last == 9 ? "30" : "31"
            return (
                try Opening.date("\(year)-\(two(first))-01", "--year"),
                try Opening.date("\(year)-\(two(last))-\(days)", "--year")
            )
        }
        guard quarter == nil else { throw mistake("--quarter", "avec --year", "with --year") }
        guard let from, let to else {
            throw mistake("--from, --to", "les deux, ou --year", "both, or --year")
        }
        let first = try Opening.date(from, "--from")
        let last = try Opening.date(to, "--to")
        guard first <= last else { throw mistake("--to", "\(first.text) ou plus tard", "\(first.text) or later") }
        return (first, last)
    }

    private func two(_ month: Int) -> String { month < 10 ? "0\(month)" : "\(month)" }

    private func mistake(_ option: String, _ french: String, _ english: String) -> LedgerError {
        LedgerError(
            .usage, option, Text("la période n’est pas claire", "the period is not clear"),
            remedy: Text(french, english))
    }

    /// A figure of the return, with the sign that it has in the sum below it.
    private struct Line: Sendable {
        let key: String
        let title: Text
        let amount: @Sendable (TaxReturnRow) -> Int64
    }

    /// The lines of the return by parts, each of which adds up: the account, the credits for tax paid, what is left to remit.
    private static let parts: [[Line]] = [
        [
            Line(key: "opening", title: Text("Dû au début", "Owed at the start")) { $0.openingMinor },
            Line(key: "deemedSupply", title: Text("  Fournisseur réputé", "  As deemed supplier")) {
                $0.deemedSupplyMinor
            },
            Line(key: "commission", title: Text("  Commissions", "  Commissions")) { $0.commissionMinor },
            Line(key: "sales", title: Text("  Ventes sur un marché", "  Sales on a market")) { $0.salesMinor },
            Line(key: "ownServices", title: Text("  Services propres", "  Own services")) { $0.ownServicesMinor },
            Line(key: "collected", title: Text("Perçu", "Collected")) { $0.collectedMinor },
            Line(key: "adjusted", title: Text("Redressements (remboursements)", "Adjustments (refunds)")) {
                -$0.adjustedMinor
            },
            Line(key: "manual", title: Text("Écritures manuelles", "Manual entries")) { $0.manualMinor },
            Line(key: "remitted", title: Text("Remis dans la période", "Remitted in the period")) {
                -$0.remittedMinor
            },
            Line(key: "closing", title: Text("Au compte à la fin", "On the account at the end")) { $0.closingMinor },
        ],
        [
            Line(key: "recoverableOpening", title: Text("CTI et RTI au début", "ITCs and ITRs at the start")) {
                $0.recoverableOpeningMinor
            },
            Line(key: "recoverable", title: Text("CTI et RTI de la période", "ITCs and ITRs of the period")) {
                $0.recoverableMinor
            },
            Line(key: "recovered", title: Text("Réclamés dans la période", "Claimed in the period")) {
                -$0.recoveredMinor
            },
            Line(key: "recoverableClosing", title: Text("CTI et RTI à la fin", "ITCs and ITRs at the end")) {
                $0.recoverableClosingMinor
            },
        ],
        [
            Line(key: "netOwed", title: Text("Net dû à la fin", "Net owed at the end")) { $0.netOwedMinor },
            Line(key: "remittedSince", title: Text("Remis depuis, CTI et RTI déduits", "Remitted since, less ITCs")) {
                -$0.remittedSinceMinor
            },
            Line(key: "outstanding", title: Text("Reste à remettre", "Still to remit")) { $0.outstandingMinor },
        ],
        [Line(key: "net", title: Text("Taxe nette de la période", "Net tax of the period")) { $0.netMinor }],
    ]

    /// The keys for programs in their order, which only grows at its end.
    private static let keys = [
        "opening", "deemedSupply", "commission", "ownServices", "collected", "adjusted", "manual", "recoverable", "net",
        "remitted", "closing", "recovered", "recoverableClosing",
    ]
    private static let laterKeys = ["recoverableOpening", "netOwed", "remittedSince", "outstanding", "sales"]

    /// One row a tax, for programs.
    private func listing(_ rows: [TaxReturnRow], _ from: CivilDate, _ to: CivilDate, _ book: Book) -> Listing {
        func columns(_ keys: [String]) -> [Listing.Column] {
            keys.map { .init(key: $0, title: Text($0, $0), isNumber: true) }
        }
        let lines = Dictionary(uniqueKeysWithValues: Self.parts.joined().map { ($0.key, $0.amount) })
        func cells(_ keys: [String], _ row: TaxReturnRow) -> [JSON] {
            keys.map { key in
                let minor = lines[key].map { $0(row) } ?? 0
                // For programs, credits reduce what is owed and a claim of them is no reduction.
                return .amount(key == "recoverable" || key == "recovered" ? -minor : minor, book.currency)
            }
        }
        var listing = Listing(
            ["tax", "account", "from", "to"].map { .init(key: $0, title: Text($0, $0)) } + columns(Self.keys)
                + [.init(key: "isTied", title: Text("isTied", "isTied"))] + columns(Self.laterKeys))
        for row in rows {
            listing.add(
                [.text(row.tax), .text(row.account), .text(from.text), .text(to.text)] + cells(Self.keys, row)
                    + [.bool(row.isTied)] + cells(Self.laterKeys, row))
        }
        return listing
    }

    /// One column a tax, as a return is read.
    private func printTable(_ rows: [TaxReturnRow], _ from: CivilDate, _ to: CivilDate, _ book: Book) {
        let language = Invocation.current.language
        putLine(say("Déclaration de taxes · ", "Tax return · ") + "\(book.name) · \(from.text) – \(to.text)")
        var table = Listing(
            [.init(key: "line", title: Text("Ligne", "Line"))]
                + rows.map { .init(key: $0.tax, title: Text.tax($0.tax), isNumber: true) })
        for (place, part) in Self.parts.enumerated() {
            if place > 0 { table.add([], shown: [""]) }
            for line in part {
                table.add(
                    [.text(line.title(language))]
                        + rows.map { .text(shown(line.amount($0), book.currency, language)) })
            }
        }
        put(table.table(language))
        for row in rows where !row.isTied {
            putLine(
                say("Les mouvements n’expliquent pas ", "The movements do not explain ")
                    + Balances.label(row.account, language))
        }
    }
}
