import Accounting
import Bytes
import Events
import Index

/// Manual entries in several currencies: each balances by itself, and what one is worth in another is written out on assets:currency-exchange.
enum EntryCurrency {
    /// What an entry adds to the position of one foreign currency.
    struct Position {
        /// The one foreign currency on assets:currency-exchange.
        var currency: Currency?
        /// Debits less credits on it in the book's own currency, in minor units.
        var worthMinor: Int64 = 0
        var hasOwn = false
        /// Whether two foreign currencies stand there.
        var isMixed = false
    }

    /// The currency of a line: any on what is held or owed, the book's own on what is earned, spent or the members'.
    static func decide(_ line: EntryLineView, _ place: String, _ book: Book) throws(Refusal) -> Currency {
        let currency = try Check.isoCurrency(line.currency, "\(place).currency")
        for mirrored in ["assets:intercoop-receivable", "liabilities:intercoop-payable"] as [StaticString]
        where line.account.hasPrefix(Bytes(mirrored)) {
            throw Refusal(
                .notAllowed, "\(place).account", line.account,
                Text(
                    "ce compte a son miroir dans un autre livre", "this account has its mirror in another book"),
                accepted: Text(
                    "un serviceInvoiced, un balancesNetted ou un intercoopSettled",
                    "a serviceInvoiced, a balancesNetted or an intercoopSettled"))
        }
        guard currency != book.currency else { return currency }
        switch AccountClass(ofAccount: line.account.string) {
        case .assets, .liabilities: return currency
        default:
            throw Refusal(
                .notAllowed, "\(place).currency", line.currency,
                Text(
                    "produits, charges et avoir sont dans la monnaie du livre",
                    "revenue, expenses and equity are in the book's currency"),
                accepted: Text(
                    "\(book.currency.code), par assets:currency-exchange",
                    "\(book.currency.code), through assets:currency-exchange"))
        }
    }

    static func position(_ lines: Repeated<EntryLineView>, _ book: Book) -> Position {
        var position = Position()
        for encoded in lines {
            guard let line = try? encoded.view(), line.account == "assets:currency-exchange",
                let currency = Currency(utf8: line.currency.buffer)
            else { continue }
            if currency == book.currency {
                position.hasOwn = true
                position.worthMinor &+= line.debitMinor &- line.creditMinor
            } else {
                position.isMixed = position.isMixed || position.currency.map { $0 != currency } ?? false
                position.currency = currency
            }
        }
        return position
    }

    /// A position has two sides: the foreign currency, and its worth in the book's own.
    static func decide(_ position: Position, _ field: String, _ book: Book, _ views: Views) throws(Refusal) {
        guard position.hasOwn || position.currency != nil else { return }
        guard let currency = position.currency, position.hasOwn, !position.isMixed else {
            throw Refusal(
                .notAllowed, field, "assets:currency-exchange",
                Text(
                    "la position de change veut une monnaie étrangère et sa valeur dans celle du livre",
                    "the exchange position takes one foreign currency and its worth in the book's own"),
                accepted: Text(
                    "une écriture par monnaie étrangère, avec les deux côtés",
                    "an entry a foreign currency, with both sides"))
        }
        try ForeignCurrency.decide(worth: position.worthMinor, currency, book, field, views)
    }

    static func fold(
        _ entries: [(lines: Repeated<EntryLineView>, sign: Int64)], _ fact: Fact, _ book: Book, _ views: Views
    ) {
        var touched: [Currency] = []
        for (lines, sign) in entries {
            let position = position(lines, book)
            guard let currency = position.currency else { continue }
            views.addWorth(book, currency, sign &* position.worthMinor, fact)
            if !touched.contains(currency) { touched.append(currency) }
        }
        for currency in touched { ForeignCurrency.settle(book, currency, fact, views) }
    }
}
