package import Accounting
import Bytes
package import Events
import Index

/// The arithmetic of invoices: what a fee comes to, and the taxes on it. Amounts in minor units.
package enum Billing {
    /// What a quantity comes to: price × quantity, whole periods included, or a percentage half-up. Throws `MoneyError` with code `overflow`.
    package static func amount(_ fee: AgreementFeeView, quantity: Int64) throws(MoneyError) -> Int64 {
        switch fee.basis {
        case .percent: try RatePpm(fee.ratePpm).applied(to: quantity)
        default: try Money.product(fee.priceMinor, quantity)
        }
    }

    /// How many whole periods of a fee two days and those between cover, each to the day before the same day of a later month.
    static func periods(_ fee: AgreementFeeView, _ from: CivilDate, _ to: CivilDate) -> Int64 {
        guard let next = to.adding(days: 1), from < next else { return 0 }
        var months = (next.year - from.year) * 12 + next.month - from.month
        if next.day < min(from.day, CivilDate.days(inMonth: next.month, year: next.year)) { months -= 1 }
        return Int64(months / max(1, Int(fee.periodMonths)))
    }

    /// The last day of a fee's period.
    static func periodEnd(_ fee: AgreementFeeView, _ from: CivilDate) -> CivilDate? {
        let months = from.year * 12 + from.month - 1 + max(1, Int(fee.periodMonths))
        let (year, month) = (months / 12, months % 12 + 1)
        let day = min(from.day, CivilDate.days(inMonth: month, year: year))
        return CivilDate(year: year, month: month, day: day)?.adding(days: -1)
    }

    /// The days' part of the price of a period that is not whole, half-up.
    static func stub(_ fee: AgreementFeeView, _ from: CivilDate, _ to: CivilDate) throws(MoneyError) -> Int64 {
        guard let end = periodEnd(fee, from), to < end else { return fee.priceMinor }
        let first = from.daysSinceEpoch
        return try Money.proportion(
            fee.priceMinor, Int64(to.daysSinceEpoch - first + 1), over: Int64(end.daysSinceEpoch - first + 1))
    }

    /// A line as taxes see it.
    struct Line {
        let taxClass: Int
        let amountMinor: Int64
    }

    /// One tax of the table on the lines: by band on their sum, or line by line, as the policy says.
    static func tax(_ index: Int, _ table: TaxTable, _ lines: [Line]) throws(MoneyError) -> Int64 {
        var total: Int64 = 0
        if table.basis == .line {
            let rates = table.taxes[index].rates
            for line in lines where rates.indices.contains(line.taxClass) && rates[line.taxClass] > 0 {
                total = try Money.sum(total, RatePpm(rates[line.taxClass]).applied(to: line.amountMinor))
            }
            return total
        }
        for band in table.bands[index] {
            var base: Int64 = 0
            for line in lines where line.taxClass < 8 && band.classes & 1 << UInt8(line.taxClass) != 0 {
                base = try Money.sum(base, line.amountMinor)
            }
            total = try Money.sum(total, band.rate.applied(to: base))
        }
        return total
    }

    /// Every tax of the table on the lines, in the table's order.
    static func taxes(_ table: TaxTable, _ lines: [Line]) throws(MoneyError) -> [Int64] {
        var amounts: [Int64] = []
        for index in table.taxes.indices { amounts.append(try tax(index, table, lines)) }
        return amounts
    }

    /// Refuses taxes on an invoice whose currency is not that of every book it posts in: the law wants them in the books' own (ETA s.159).
    static func decideUntaxed(_ taxes: [Int64], _ table: TaxTable, _ currency: Currency) throws(Refusal) {
        guard let at = taxes.firstIndex(where: { $0 != 0 }) else { return }
        throw Refusal(
            .notAllowed, "currency", currency.code,
            Text(
                "une fourniture taxable (\(table.name(at))) se facture dans la monnaie du livre",
                "a taxable supply (\(table.name(at))) is invoiced in the currency of the book"),
            accepted: Text(
                "la monnaie du livre, ou une classe sans taxe, par exemple TAX_CLASS_ZERO_RATED",
                "the book's currency, or a class without tax, for example TAX_CLASS_ZERO_RATED"))
    }

    /// What an invoice is worth in a book: its own amount in the book's currency, otherwise as the event says by a published rate.
    static func decideWorth(
        _ worth: Int64, _ field: String, of amount: Int64, _ currency: Currency, _ book: Book, isNeeded: Bool
    ) throws(Refusal) {
        if book.currency == currency {
            guard isNeeded || worth != 0 else { return }
            try Check.equal(
                worth, amount, field,
                Text("le montant est dans la monnaie du livre", "the amount is in the book's currency")
            )
        } else {
            try Check.positive(worth, field)
        }
    }

    /// A published rate stands where another currency does.
    static func decideRate(_ source: Bytes, isForeign: Bool) throws(Refusal) {
        if isForeign {
            try Check.name(source, "rateSource", max: 200)
        } else {
            try Check.text(source, "rateSource", max: 200)
        }
    }
}

extension Views {
    /// Credits the taxes that an invoice bears to the book that remits them.
    func creditTaxes(_ taxes: Repeated<TaxAmountView>, _ book: Book, _ fact: Fact) -> Int64 {
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        var sum: Int64 = 0
        for encoded in taxes {
            guard let tax = try? encoded.view(), let index = table.index(of: tax.tax) else { continue }
            credit(book, account: table.taxes[index].account, tax.amountMinor)
            sum &+= tax.amountMinor
        }
        return sum
    }
}
