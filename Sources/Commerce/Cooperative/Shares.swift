import Accounting
import Bytes
import Events

/// Shares of members: subscribed through an institution, redeemed from one.
enum Shares {
    static func decide(subscribed body: SharesSubscribedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try Check.member(body.member, "member", fact, book, views)
        try Check.currency(body.currency, book)
        try Check.institution(body.institution)
        try decide(body.shareClass, body.shares, body.amountMinor, book)
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
    }

    static func decide(redeemed body: SharesRedeemedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.identity(body.member, "member", views)
        try Check.currency(body.currency, book)
        try Check.institution(body.institution)
        try decide(redeeming: body.shareClass, body.shares, body.amountMinor, party, fact, book, views)
    }

    /// Shares that leave the register: no more than are held, at what they are worth, and while the cooperative stays solvent.
    static func decide(
        redeeming shareClass: ShareClass, _ shares: UInt32, _ amount: Int64, _ party: UInt32, _ fact: Fact,
        _ book: Book, _ views: Views
    ) throws(Refusal) {
        try decide(shareClass, shares, amount, book)
        let member = views.member(party, book)
        let held = (shareClass == .preferred ? member?.preferredShares : member?.commonShares) ?? 0
        try Check.atMost(
            Int64(shares), held, "shares", Text("le membre n’en détient pas autant", "the member holds fewer"))
        let worth = -views.balance(book: book, account(shareClass), party: party)
        try Check.atMost(
            amount, worth, "amountMinor", Text("plus que la valeur détenue", "more than the member's shares are worth"))
        try Check.atMost(
            amount, views.netAssets(book), "amountMinor",
            Text(
                "le rachat dépasserait ce que l’actif a de plus que les dettes (C-67.2, art. 38)",
                "the redemption would exceed what assets are above debts (C-67.2 s.38)"))
    }

    private static func decide(
        _ shareClass: ShareClass, _ shares: UInt32, _ amount: Int64, _ book: Book
    ) throws(Refusal) {
        guard shareClass != .unspecified else {
            throw Refusal(
                .missing, "shareClass", "", Text("la catégorie de parts manque", "the share class is missing"),
                accepted: Text(
                    "SHARE_CLASS_COMMON ou SHARE_CLASS_PREFERRED", "SHARE_CLASS_COMMON or SHARE_CLASS_PREFERRED"))
        }
        guard shares > 0, shares <= 1_000_000_000 else {
            throw Refusal(
                .outOfRange, "shares", Int64(shares),
                Text("nombre de parts hors limites", "number of shares out of range"),
                accepted: Text("de 1 à 1000000000", "1 to 1000000000"))
        }
        try Check.positive(amount, "amountMinor")
        if shareClass == .common {
            let price = try Check.fits("amountMinor") { () throws(MoneyError) in
                try Money.product(book.commonSharePriceMinor, Int64(shares))
            }
            try Check.equal(
                amount, price, "amountMinor",
                Text("nombre × prix de la part sociale", "number × price of the common share"))
        }
    }

    static func account(_ shareClass: ShareClass) -> AccountCode {
        shareClass == .preferred ? .preferredShares : .memberShares
    }

    static func fold(subscribed body: SharesSubscribedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        let institution = views.intern(.institution, body.institution)
        views.addShares(body.shareClass, Int64(body.shares), party, book)
        views.addShareMovement(
            .subscribed, body.shareClass, party, shares: Int64(body.shares), amountMinor: body.amountMinor, fact, book)
        views.debit(book, .inTransit, party: institution, body.amountMinor)
        views.credit(book, account(body.shareClass), party: party, body.amountMinor)
        views.addCapture(book, institution, fact.day, body.amountMinor)
        views.touch(party, fact)
        views.touch(institution, fact)
    }

    static func fold(redeemed body: SharesRedeemedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        let institution = views.intern(.institution, body.institution)
        views.addShares(body.shareClass, -Int64(body.shares), party, book)
        views.addShareMovement(
            .redeemed, body.shareClass, party, shares: Int64(body.shares), amountMinor: body.amountMinor, fact, book)
        views.addShareMovement(
            .repaid, body.shareClass, party, shares: 0, amountMinor: body.amountMinor, fact, book)
        views.debit(book, account(body.shareClass), party: party, body.amountMinor)
        views.credit(book, .bank, party: institution, body.amountMinor)
        views.touch(party, fact)
        views.touch(institution, fact)
    }
}

extension Views {
    func addShares(_ shareClass: ShareClass, _ shares: Int64, _ party: UInt32, _ book: Book) {
        var member = member(party, book) ?? MemberRecord()
        if shareClass == .preferred { member.preferredShares += shares } else { member.commonShares += shares }
        putMember(member, party, book)
    }

    /// Postings in the book's own currency.
    func debit(_ book: Book, _ account: AccountCode, party: UInt32 = 0, _ amountMinor: Int64) {
        journal.debit(book: book.id, account, party: party, currency: book.currency.rawValue, amountMinor: amountMinor)
    }

    func credit(_ book: Book, _ account: AccountCode, party: UInt32 = 0, _ amountMinor: Int64) {
        journal.credit(book: book.id, account, party: party, currency: book.currency.rawValue, amountMinor: amountMinor)
    }

    func credit(_ book: Book, account: UInt16, party: UInt32 = 0, _ amountMinor: Int64) {
        journal.credit(
            book: book.id, account: account, party: party, currency: book.currency.rawValue, amountMinor: amountMinor)
    }
}
