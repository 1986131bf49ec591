import Accounting
import Bytes
import Events
import Index

/// What a debtor pays through an institution: a sponsor its discounts, a member a shared expense, a holder a lost parcel; a seller, a driver or a
/// creator what a refund took back after the payout.
enum DebtsCollected {
    static func decide(_ body: DebtCollectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.payment(body.payment, book, views)
        let debtor = try Check.identity(body.debtor, "debtor", views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        let account = try Payouts.account(
            body.account, absent: .receivable, of: Payouts.debts,
            Text("un encaissement ne règle pas ce compte", "a collection does not settle that account"))
        try Check.atMost(
            body.amountMinor, max(0, owed(account, debtor, book, views)), "amountMinor",
            account == .receivable
                ? Text(
                    "plus que ce qui est dû hors commandes, courses et factures",
                    "more than is owed beside orders, rides and invoices")
                : Text("plus que le solde débiteur de ce compte", "more than the debit balance of that account"))
        if account == .receivable { try Check.wasOwed(body.amountMinor, by: debtor, fact, book, views) }
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
        guard account == .sellerPayable else { return }
        let mirrored = SellerBooks.mirrored(body.amountMinor, from: debtor, book, views)
        try SellerBooks.isOpen(debtor, mirrored: mirrored, fact, book, views)
    }

    /// What the party owes there. What a seller still gets for orders not handed over is set off.
    private static func owed(_ account: AccountCode, _ debtor: UInt32, _ book: Book, _ views: Views) -> Int64 {
        account == .receivable ? views.sundry(debtor, book) : views.balance(book: book, account, party: debtor)
    }

    static func fold(_ body: DebtCollectedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let debtor = views.intern(.identity, body.debtor)
        let institution = views.intern(.institution, body.institution)
        views.putNumber(views.key.begin(.payment).u16(book.id).text(body.payment).bytes, fact.sequence)
        views.debit(book, .inTransit, party: institution, body.amountMinor)
        let account = body.account.isEmpty ? .receivable : AccountCode(name: body.account.string) ?? .receivable
        views.credit(book, account, party: debtor, body.amountMinor)
        if account == .receivable { views.countSundry(book, debtor, owed: 0, collected: body.amountMinor) }
        if account == .sellerPayable {
            SellerBooks.didCollect(body.amountMinor, debtor, institution, fact, book, views)
        }
        views.addCapture(book, institution, fact.day, body.amountMinor)
        views.touch(debtor, fact)
        views.touch(institution, fact)
    }
}
