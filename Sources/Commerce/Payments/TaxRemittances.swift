import Accounting
import Bytes
import Events
import Index

/// Taxes sent to the authority, less the tax recoverable that the same return claims; or paid back by it, where more was given back than charged.
enum TaxRemittances {
    static func decide(_ body: TaxRemittedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.institution(body.institution)
        try Check.currency(body.currency, book)
        try Check.notNegative(body.recoveredMinor, "recoveredMinor")
        // Where more is recovered than owed, the authority pays: nothing need be owed.
        if body.recoveredMinor == 0, body.amountMinor == 0 { try Check.positive(body.amountMinor, "amountMinor") }
        let end = try Check.date(body.periodEndDate, "periodEndDate")
        let days = book.day(book.foundedAtUs)...max(fact.day, book.day(book.foundedAtUs))
        guard days.contains(end.daysSinceEpoch) else {
            let (first, last) = (
                CivilDate(clampingDays: Int64(days.lowerBound)), CivilDate(clampingDays: Int64(days.upperBound))
            )
            throw Refusal(
                .outOfRange, "periodEndDate", body.periodEndDate,
                Text(
                    "la période ne finit pas entre la fondation et le jour de la remise",
                    "the period does not end between the founding and the day of the remittance"),
                accepted: Text("du \(first.text) au \(last.text)", "\(first.text) to \(last.text)"))
        }
        guard book.owes(tax: body.tax), let account = account(body.tax, book, views) else {
            throw Refusal(
                .unknown, "tax", body.tax, Text("le livre ne doit pas cette taxe", "the book owes no such tax"),
                accepted: Text(
                    "une taxe d’une politique adoptée, par exemple gst, ou withholding pour les retenues",
                    "a tax of an adopted policy, for example gst, or withholding for the tax withheld"))
        }
        let refundable = body.amountMinor < 0 ? views.taxRefundable(account, book, through: end.daysSinceEpoch) : 0
        guard body.amountMinor >= -refundable else {
            throw Refusal(
                .outOfRange, "amountMinor", body.amountMinor,
                Text(
                    "plus que ce que l’autorité doit à la fin de la période et qu’aucune remise n’a réglé",
                    "more than the authority owes at the period's end and no remittance has settled"),
                accepted: Text("au moins \(-refundable)", "at least \(-refundable)"))
        }
        try Check.atMost(
            body.amountMinor, max(0, views.taxOwed(account, book, through: end.daysSinceEpoch)), "amountMinor",
            Text("plus que la taxe à payer à la fin de la période", "more than the tax payable at the period's end"))
        if body.recoveredMinor > 0 {
            let paid = views.recoverable(body.tax, book, through: end.daysSinceEpoch).first
            let claimed = views.recoverable(body.tax, book, through: .max).second
            try Check.atMost(
                body.recoveredMinor, paid &- claimed, "recoveredMinor",
                Text(
                    "plus que la taxe à recouvrer à la fin de la période",
                    "more than the tax recoverable at the period's end"))
        }
    }

    private static func account(_ tax: Bytes, _ book: Book, _ views: Views) -> UInt16? {
        let name = Array("liabilities:".utf8) + tax.array + Array("-payable".utf8)
        return name.withBytes { views.account($0, book: book.id) }
    }

    static func fold(_ body: TaxRemittedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = account(body.tax, book, views) else { return views.noBook(fact) }
        let institution = views.intern(.institution, body.institution)
        views.credit(book, account: account, -body.amountMinor)
        views.credit(book, .bank, party: institution, body.amountMinor - body.recoveredMinor)
        if body.recoveredMinor > 0 { views.claimRecoverable(book, tax: body.tax, body.recoveredMinor, fact) }
        views.countRemittance(book, account, body, fact)
        views.touch(institution, fact)
    }
}
