import Accounting
import ArgumentParser
import Commerce
import Ledger

struct AccountCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: say("Les mouvements d’un compte, jour par jour.", "The movements of an account, day by day."),
        discussion: say(
            """
            Exemple :
              grandlivre account liabilities:seller-payable --book grand-io
                --party detaillant-1 --from 2025-01-15
            """,
            """
            Example:
              grandlivre account liabilities:seller-payable --book grand-io
                --party detaillant-1 --from 2025-01-15
            """))

    @Argument(
        help: ArgumentHelp(
            say("Compte, par exemple liabilities:seller-payable.", "Account, for example liabilities:seller-payable.")))
    var account: String
    @Option(
        help: ArgumentHelp(say("Un membre, un vendeur ou une institution.", "A member, a seller or an institution.")))
    var party: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        var query = AccountQuery(book: book.name, account: account)
        query.party = party
        query.viewer = .current
        (query.from, query.to) = try Opening.days(from: from, to: to)
        let (forwards, rows) = try query.rows(snapshot)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "date", title: Text("Date", "Date")),
            .init(key: "recordedDate", title: Text("Inscrit le", "Recorded")),
            .init(key: "party", title: Text("Partie", "Party")),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "debits", title: Text("Débits", "Debits"), isNumber: true),
            .init(key: "credits", title: Text("Crédits", "Credits"), isNumber: true),
            .init(key: "balance", title: Text("Solde", "Balance"), isNumber: true),
        ])
        guard Invocation.current.format != .table else {
            // A table a currency: amounts of two are never in one column.
            var currencies = forwards.map(\.currency)
            for row in rows where !currencies.contains(row.currency) { currencies.append(row.currency) }
            for currency in currencies.isEmpty ? [book.currency] : currencies {
                var part = listing
                for row in rows where row.currency == currency { add(row, to: &part) }
                let forward = forwards.first { $0.currency == currency }?.balanceMinor
                let isOwn = currency == book.currency
                putLine(
                    Wrap.line(
                        Balances.label(account, language) + " · " + book.name
                            + (isOwn ? "" : " · " + currency.code), indent: 2))
                if let from = query.from {
                    putLine(
                        say("Report au \(from.text) : ", "Brought forward at \(from.text): ")
                            + shown(forward ?? 0, currency, language))
                }
                show(part)
            }
            return
        }
        for row in rows { add(row, to: &listing) }
        show(listing)
    }

    private func add(_ row: MovementRow, to listing: inout Listing) {
        let language = Invocation.current.language
        do {
            listing.add(
                [
                    .text(row.day.text), .text(row.recordedDay.text), .text(row.party), .text(row.currency.code),
                    .amount(row.debitsMinor, row.currency), .amount(row.creditsMinor, row.currency),
                    .amount(row.balanceMinor, row.currency),
                ],
                shown: [
                    row.day.text, row.recordedDay.text, row.party, shown(row.debitsMinor, row.currency, language),
                    shown(row.creditsMinor, row.currency, language), shown(row.balanceMinor, row.currency, language),
                ])
        }
    }
}
