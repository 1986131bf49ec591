import Accounting
import Bytes
import Events
import Index

/// What a sundry debtor pays through an institution: a sponsor its discounts, a member a shared expense, a holder a lost parcel.
enum DebtsCollected {
    static func decide(_ body: DebtCollectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.payment(body.payment, book, views)
        let debtor = try Check.identity(body.debtor, "debtor", views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        try Check.atMost(
            body.amountMinor, max(0, views.sundry(debtor, book)), "amountMinor",
            Text(
                "plus que ce qui est dû hors commandes, courses et factures",
                "more than is owed beside orders, rides and invoices"))
        try Check.wasOwed(body.amountMinor, by: debtor, fact, book, views)
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
    }

    static func fold(_ body: DebtCollectedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let debtor = views.intern(.identity, body.debtor)
        let institution = views.intern(.institution, body.institution)
        views.putNumber(views.key.begin(.payment).u16(book.id).text(body.payment).bytes, fact.sequence)
        views.debit(book, .inTransit, party: institution, body.amountMinor)
        views.credit(book, .receivable, party: debtor, body.amountMinor)
        views.countSundry(book, debtor, owed: 0, collected: body.amountMinor)
        views.addCapture(book, institution, fact.day, body.amountMinor)
        views.touch(debtor, fact)
        views.touch(institution, fact)
    }
}
