package import Accounting
import Bytes
import Events
import Index

/// What a book holds in other currencies than its own.
///
/// Every entry balances in each currency through assets:currency-exchange: its balance in a foreign currency is what the book holds of it, on the
/// other side; its balance in the book's own currency is what all of that is carried at. `currencyWorth` splits the latter by currency.
package enum ForeignCurrency {
    // MARK: rules

    /// The worth of a position stays within what amounts may be.
    static func decide(
        worth delta: Int64, _ currency: Currency, _ book: Book, _ field: String, _ views: Views
    ) throws(Refusal) {
        guard currency != book.currency, delta != 0 else { return }
        let after = views.currencyWorth(book, currency) &+ delta
        guard after.magnitude <= UInt64(Check.amountMinorMax) else {
            throw Refusal(
                .outOfRange, field, delta,
                Text("la position de change serait trop grande", "the position is too large"),
                accepted: Text("des montants plus petits", "smaller amounts"))
        }
    }

    static func decide(exchanged body: CurrencyExchangedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try AgreementReference.exchange.decide(body.exchange, "exchange", book, views)
        try Check.institution(body.institution)
        let sold = try Check.isoCurrency(body.soldCurrency, "soldCurrency")
        let bought = try Check.isoCurrency(body.boughtCurrency, "boughtCurrency")
        guard sold != bought else {
            throw Refusal(
                .conflict, "boughtCurrency", body.boughtCurrency, Text("la monnaie vendue", "the currency sold"),
                accepted: Text("une autre monnaie", "another currency"))
        }
        try Check.positive(body.soldMinor, "soldMinor")
        try Check.positive(body.boughtMinor, "boughtMinor")
        if sold == book.currency || bought == book.currency {
            try Check.equal(
                body.bookAmountMinor, 0, "bookAmountMinor",
                Text("l’un des montants est dans la monnaie du livre", "one amount is in the book's currency"))
        } else {
            try Check.positive(body.bookAmountMinor, "bookAmountMinor")
        }
        if sold != book.currency {
            let party = views.party(.institution, body.institution)
            let lowest = party.map {
                views.lowestBalance(book: book, .bank, party: $0, currency: sold.rawValue, since: fact.day)
            }
            try Check.atMost(
                body.soldMinor, lowest ?? 0, "soldMinor",
                Text(
                    "plus que ce que le livre y a dans cette monnaie, ce jour-là et depuis",
                    "more than the book has of it there, on that day and ever since"))
        }
        let (gone, come) = worths(body, sold, bought, book)
        try decide(worth: gone, sold, book, "soldMinor", views)
        try decide(worth: come, bought, book, "boughtMinor", views)
    }

    /// What the positions of the two currencies lose and gain, in the book's currency.
    private static func worths(
        _ body: CurrencyExchangedView, _ sold: Currency, _ bought: Currency, _ book: Book
    ) -> (sold: Int64, bought: Int64) {
        if bought == book.currency { return (-body.boughtMinor, 0) }
        if sold == book.currency { return (0, body.soldMinor) }
        return (-body.bookAmountMinor, body.bookAmountMinor)
    }

    static func decide(revalued body: CurrencyRevaluedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let currency = try Check.isoCurrency(body.currency)
        guard currency != book.currency else {
            throw Refusal(
                .notAllowed, "currency", body.currency,
                Text("la monnaie du livre ne se réévalue pas", "the book's own currency is not revalued"),
                accepted: Text("une monnaie étrangère", "a foreign currency"))
        }
        // An earlier one would change the worth that a later one stated.
        if let newest = views.newestRevaluation(book, currency), fact.day < newest {
            let day = CivilDate(clampingDays: Int64(newest)).text
            throw Refusal(
                .conflict, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("réévaluée depuis, le \(day)", "revalued since, on \(day)"),
                accepted: Text("le \(day) ou plus tard", "\(day) or later"))
        }
        try Check.equal(
            body.holdingMinor, views.currencyHolding(book, currency, through: fact.day), "holdingMinor",
            Text("actif moins passif dans cette monnaie, ce jour-là", "assets less liabilities in it, on that day"))
        let most = Check.amountMinorMax
        let range: ClosedRange<Int64> =
            body.holdingMinor == 0 ? 0...0 : body.holdingMinor > 0 ? 0...most : -most...0
        guard range.contains(body.bookAmountMinor) else {
            throw Refusal(
                .wrongAmount, "bookAmountMinor", body.bookAmountMinor,
                Text("la valeur n’est pas du signe de la position", "the worth has not the holding's sign"),
                accepted: Text(
                    "de \(range.lowerBound) à \(range.upperBound)", "\(range.lowerBound) to \(range.upperBound)"))
        }
        try Check.name(body.rateSource, "rateSource", max: 200)
        let gain = body.bookAmountMinor &- views.currencyWorth(book, currency, through: fact.day)
        try decide(worth: gain, currency, book, "bookAmountMinor", views)
        try Check.atMost(
            gain.magnitude > UInt64(most) ? most + 1 : 0, most, "bookAmountMinor",
            Text("l’écart est trop grand", "the difference is too large"))
    }

    /// Refuses the close of a year that leaves a holding at a worth of another day (ASPE 1651.20: monetary items at the closing rate).
    static func decide(closing book: Book, through last: Int32, _ views: Views) throws(Refusal) {
        for currency in views.foreignCurrencies(book) {
            let holding = views.currencyHolding(book, currency, through: last)
            let worth = views.currencyWorth(book, currency, through: last)
            guard holding != 0 || worth != 0 else { continue }
            let key = views.key.begin(.revaluation).u16(book.id).u16(currency.rawValue).day(last).bytes
            guard let valued = views.record(RevaluationRecord.self, key), valued.holdingMinor == holding,
                valued.worthMinor == worth
            else {
                let date = CivilDate(clampingDays: Int64(last))
                let day = date.text
                let held = DecimalText.format(minor: holding, currency: currency) + " " + currency.code
                let carried = DecimalText.format(minor: worth, currency: book.currency) + " " + book.currency.code
                throw Refusal(
                    .notAllowed, "fiscalYear", Int64(date.year),
                    Text(
                        "la position de \(held), portée à \(carried), n’est pas réévaluée au \(day)",
                        "the holding of \(held), carried at \(carried), is not revalued on \(day)"
                    ),
                    accepted: Text(
                        "d’abord un currencyRevalued de ce jour, après le dernier mouvement",
                        "a currencyRevalued of that day first, after the last movement"))
            }
        }
    }

    // MARK: folds

    /// Posts what came in of a foreign currency (or went out, where negative) against what it is worth in the book's own.
    ///
    /// The caller posts the other sides: the holding on an asset or a liability, the worth on revenue, expense or bank.
    static func move(
        _ book: Book, _ currency: Currency, holding: Int64, worth: Int64, mirroredIn other: Book? = nil, _ fact: Fact,
        _ views: Views
    ) {
        views.journal.credit(book: book.id, .currencyExchange, currency: currency.rawValue, amountMinor: holding)
        views.debit(book, .currencyExchange, worth)
        if let other {
            views.mirror(book, other, .currencyExchange, currency.rawValue, -holding, fact)
            views.mirror(book, other, .currencyExchange, book.currency.rawValue, worth, fact)
        }
        views.addWorth(book, currency, worth, fact)
        settle(book, currency, fact, views)
    }

    /// Realises the gain or the loss of a position that the event has closed.
    static func settle(_ book: Book, _ currency: Currency, _ fact: Fact, _ views: Views) {
        let before = views.balance(book: book.id, AccountCode.currencyExchange.rawValue, currency: currency.rawValue)
        var holding = before.second &- before.first
        for posting in views.journal.postings
        where posting.book == book.id && posting.account == AccountCode.currencyExchange.rawValue
            && posting.currency == currency.rawValue
        {
            holding &-= posting.amountMinor
        }
        guard holding == 0 else { return }
        value(book, currency, gain: 0 &- views.currencyWorth(book, currency), fact, views)
    }

    /// Adds to what a position is carried at; the other side is a gain or a loss.
    private static func value(_ book: Book, _ currency: Currency, gain: Int64, _ fact: Fact, _ views: Views) {
        views.debit(book, .currencyExchange, gain)
        if gain > 0 { views.credit(book, .exchangeGains, gain) }
        if gain < 0 { views.debit(book, .exchangeLosses, 0 &- gain) }
        views.addWorth(book, currency, gain, fact)
    }

    static func fold(exchanged body: CurrencyExchangedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let sold = Currency(utf8: body.soldCurrency.buffer),
            let bought = Currency(utf8: body.boughtCurrency.buffer)
        else { return views.noBook(fact) }
        AgreementReference.exchange.fold(body.exchange, fact, book, views)
        let bank = views.intern(.institution, body.institution)
        let (gone, come) = worths(body, sold, bought, book)
        views.journal.credit(
            book: book.id, .bank, party: bank, currency: sold.rawValue, amountMinor: body.soldMinor)
        views.journal.debit(
            book: book.id, .bank, party: bank, currency: bought.rawValue, amountMinor: body.boughtMinor)
        if sold != book.currency { move(book, sold, holding: -body.soldMinor, worth: gone, fact, views) }
        if bought != book.currency { move(book, bought, holding: body.boughtMinor, worth: come, fact, views) }
        views.touch(bank, fact)
    }

    static func fold(revalued body: CurrencyRevaluedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let currency = Currency(utf8: body.currency.buffer) else {
            return views.noBook(fact)
        }
        value(
            book, currency, gain: body.bookAmountMinor &- views.currencyWorth(book, currency, through: fact.day), fact,
            views)
        var record = RevaluationRecord()
        record.sequence = fact.sequence
        record.holdingMinor = body.holdingMinor
        record.worthMinor = body.bookAmountMinor
        views.put(views.key.begin(.revaluation).u16(book.id).u16(currency.rawValue).day(fact.day).bytes, record)
    }
}

extension Views {
    /// The last day on which a book revalued a currency.
    ///
    /// - Complexity: O(revaluations of the currency).
    func newestRevaluation(_ book: Book, _ currency: Currency) -> Int32? {
        var newest: Int32?
        let rows = index.rows(prefix: key.begin(.revaluation).u16(book.id).u16(currency.rawValue).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16())
            newest = reader.day()
        }
        return newest
    }
}

/// The newest revaluation of a currency on a day.
struct RevaluationRecord: Record {
    var sequence: UInt64 = 0
    /// In minor units of the foreign currency.
    var holdingMinor: Int64 = 0
    /// In minor units of the book's own: what it was carried at from then on.
    var worthMinor: Int64 = 0

    init() {}

    init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        holdingMinor = reader.int()
        worthMinor = reader.int()
    }

    func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.int(holdingMinor)
        out.int(worthMinor)
    }
}

extension Views {
    /// What a book holds of a foreign currency, assets less liabilities, in minor units: now, or by effective day.
    package func currencyHolding(_ book: Book, _ currency: Currency, through day: Int32 = .max) -> Int64 {
        let account = AccountCode.currencyExchange.rawValue
        let sums =
            day == .max
            ? balance(book: book.id, account, currency: currency.rawValue)
            : balance(book: book, account, party: 0, currency: currency.rawValue, through: day)
        return sums.second &- sums.first
    }

    /// What that is carried at, in minor units of the book's own currency.
    ///
    /// - Complexity: O(days on which it changed).
    package func currencyWorth(_ book: Book, _ currency: Currency, through day: Int32 = .max) -> Int64 {
        var worth: Int64 = 0
        let rows = index.rows(prefix: key.begin(.currencyWorth).u16(book.id).u16(currency.rawValue).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16())
            guard reader.day() <= day else { break }
            worth &+= rows.counters.first &- rows.counters.second
        }
        return worth
    }

    func addWorth(_ book: Book, _ currency: Currency, _ worth: Int64, _ fact: Fact) {
        guard worth != 0 else { return }
        addCounters(
            key.begin(.currencyWorth).u16(book.id).u16(currency.rawValue).day(fact.day).bytes, max(0, worth),
            max(0, 0 &- worth))
    }

    /// The foreign currencies that a book ever held, by number.
    package func foreignCurrencies(_ book: Book) -> [Currency] {
        currencies(book, AccountCode.currencyExchange.rawValue).filter { $0 != book.currency }
    }

    /// The currencies in which an account has postings, by number.
    ///
    /// - Complexity: a seek a currency.
    package func currencies(_ book: Book, _ account: UInt16) -> [Currency] {
        var found: [Currency] = []
        let prefix = key.begin(.balance).u16(book.id).u16(account).bytes.array
        prefix.withBytes { prefix in
            var next: UInt16 = 0
            while true {
                let start = key.begin(.balance).u16(book.id).u16(account).u16(next).bytes.array
                let currency: UInt16? = start.withBytes { start in
                    let rows = index.rows(prefix: prefix, from: start)
                    guard rows.next() else { return nil }
                    var reader = KeyReader(rows.key)
                    _ = (reader.u16(), reader.u16())
                    return reader.u16()
                }
                guard let currency else { return }
                found.append(Currency(rawValue: currency))
                guard currency < .max else { return }
                next = currency + 1
            }
        }
        return found
    }
}
