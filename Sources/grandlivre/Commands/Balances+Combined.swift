import Accounting
import Commerce
import Ledger

/// The combined statement of several books.
extension Balances {
    static func listing(_ statement: CombinedQuery.Statement) -> Listing {
        var listing = Listing(
            ["currency", "account", "class", "column", "balance"].map {
                Listing.Column(key: $0, title: Text($0, $0))
            })
        for row in statement.rows {
            let columns = zip(statement.books, row.booksMinor).map { ($0, $1) }
            for (column, minor) in columns + [("eliminations", row.eliminationMinor), ("combined", row.combinedMinor)] {
                listing.add([
                    .text(row.currency.code), .text(row.account), .text(row.accountClass.name), .text(column),
                    .amount(minor, row.currency),
                ])
            }
        }
        return listing
    }

    /// A table a currency: for each account each book's balance, their sum, what is eliminated, and the combined balance.
    static func table(_ statement: CombinedQuery.Statement) -> String {
        let language = Invocation.current.language
        var currencies: [Currency] = []
        for row in statement.rows where currencies.last != row.currency { currencies.append(row.currency) }
        var out = ""
        for currency in currencies {
            let title =
                say("États combinés", "Combined statement") + " · " + statement.books.joined(separator: " + ")
                + " · \(currency.code)"
            out +=
                TextWrap.lines(title, width: 80).joined(separator: "\n") + "\n"
                + say("débits positifs, crédits négatifs\n", "debits positive, credits negative\n")
            out += table(statement.rows.filter { $0.currency == currency }, statement.books, currency, language)
        }
        return out.isEmpty ? say("aucun solde", "no balance") + "\n" : out
    }

    private static func table(_ rows: [CombinedRow], _ books: [String], _ currency: Currency, _ language: Language)
        -> String
    {
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "books", title: Text("Livres", "Books"), isNumber: true),
            .init(key: "eliminations", title: Text("Éliminations", "Eliminations"), isNumber: true),
            .init(key: "combined", title: Text("Combiné", "Combined"), isNumber: true),
        ])
        func text(_ minor: Int64) -> String { minor == 0 ? "" : shown(minor, currency, language) }
        var sums: (books: Int64, eliminations: Int64, combined: Int64) = (0, 0, 0)
        for accountClass in AccountClass.allCases {
            let ofClass = rows.filter { $0.accountClass == accountClass }
            guard !ofClass.isEmpty else { continue }
            listing.add([
                .text(language == .french ? accountClass.frenchLabel : accountClass.englishLabel), .text(""), .text(""),
                .text(""),
            ])
            for row in ofClass {
                listing.add([
                    .text("  " + label(row.account, language)), .text(text(row.sumMinor)),
                    .text(text(row.eliminationMinor)), .text(shown(row.combinedMinor, currency, language)),
                ])
                for (book, minor) in zip(books, row.booksMinor) where minor != 0 {
                    listing.add([.text("    " + book), .text(text(minor)), .text(""), .text("")])
                }
                sums.books &+= row.sumMinor
                sums.eliminations &+= row.eliminationMinor
                sums.combined &+= row.combinedMinor
            }
        }
        listing.total = [
            say("Débits moins crédits", "Debits less credits"), shown(sums.books, currency, language),
            shown(sums.eliminations, currency, language), shown(sums.combined, currency, language),
        ]
        return listing.table(language)
    }
}
