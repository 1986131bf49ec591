import Accounting
import Bytes
import Events

/// Shares that pass from one member to another (C-67.2 s.124: transfers stand in the register). The board approves by the policy of approvals.
enum ShareTransfers {
    static func decide(_ body: SharesTransferredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let from = try Check.identity(body.from, "from", views)
        _ = try Check.member(body.to, "to", fact, book, views)
        guard body.from != body.to else {
            throw Refusal(
                .notAllowed, "to", body.to, Text("détient déjà ces parts", "holds these shares already"),
                accepted: Text("un autre membre", "another member"))
        }
        try Check.currency(body.currency, book)
        // The giver keeps a qualifying share, unless it has left; a common share passes at its price, a preferred one at the price paid.
        try Shares.decide(givingUp: body.shareClass, body.shares, body.amountMinor, from, fact, book, views)
    }

    static func fold(_ body: SharesTransferredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let (from, to) = (views.intern(.identity, body.from), views.intern(.identity, body.to))
        let (shares, amount) = (Int64(body.shares), body.amountMinor)
        views.addShares(body.shareClass, -shares, from, fact, book)
        views.addShares(body.shareClass, shares, to, fact, book)
        views.addShareMovement(.transferredOut, body.shareClass, from, shares: shares, amountMinor: amount, fact, book)
        views.addShareMovement(.transferredIn, body.shareClass, to, shares: shares, amountMinor: amount, fact, book)
        let account = Shares.account(body.shareClass)
        views.debit(book, account, party: from, amount)
        views.credit(book, account, party: to, amount)
        views.touch(from, fact)
        views.touch(to, fact)
    }
}
