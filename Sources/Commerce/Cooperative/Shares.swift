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
        guard body.amountMinor % Int64(body.shares) == 0 else {
            let right = max(1, body.amountMinor / Int64(body.shares)) * Int64(body.shares)
            throw Refusal(
                .wrongAmount, "amountMinor", body.amountMinor,
                Text("le prix d’une part n’est pas un montant entier", "the price of a share is not a whole amount"),
                accepted: Text(
                    "un multiple de \(body.shares), par exemple \(right)",
                    "a multiple of \(body.shares), for example \(right)"))
        }
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
    }

    static func decide(redeemed body: SharesRedeemedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.identity(body.member, "member", views)
        try Check.currency(body.currency, book)
        try Check.institution(body.institution)
        try decide(redeeming: body.shareClass, body.shares, body.amountMinor, party, fact, book, views)
    }

    /// Shares that the cooperative takes back: those that the member may give up, and while it stays solvent.
    static func decide(
        redeeming shareClass: ShareClass, _ shares: UInt32, _ amount: Int64, _ party: UInt32, _ fact: Fact,
        _ book: Book, _ views: Views
    ) throws(Refusal) {
        try decide(givingUp: shareClass, shares, amount, party, fact, book, views)
        try Check.atMost(
            amount, views.netAssets(book), "amountMinor",
            Text(
                "le rachat dépasserait ce que l’actif a de plus que les dettes (C-67.2, art. 38)",
                "the redemption would exceed what assets are above debts (C-67.2 s.38)"))
    }

    /// Shares that leave their holder: no more than are held, on that day and ever since, at the price paid for them; who stays a
    /// member keeps the qualifying shares.
    static func decide(
        givingUp shareClass: ShareClass, _ shares: UInt32, _ amount: Int64, _ party: UInt32, _ fact: Fact,
        _ book: Book, _ views: Views
    ) throws(Refusal) {
        try decide(shareClass, shares, amount, book)
        let member = views.member(party, book) ?? MemberRecord()
        let held = member.shares(shareClass)
        try Check.atMost(
            Int64(shares), held, "shares", Text("le membre n’en détient pas autant", "the member holds fewer"))
        if let last = member.lastShareMovement(shareClass), fact.day < last {
            let day = CivilDate(clampingDays: Int64(last)).text
            throw Refusal(
                .notAllowed, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text(
                    "avant le dernier mouvement de ces parts, le \(day) : le registre ne les aurait plus",
                    "before these shares last moved, on \(day): the register would not have them"),
                accepted: Text("le \(day) ou plus tard", "\(day) or later"))
        }
        // The by-laws set how many shares qualify; no member may be left without any.
        if shareClass == .common, Int64(shares) == held,
            member.withdrewAtUs == 0 || fact.effectiveAtUs < member.withdrewAtUs
        {
            throw Refusal(
                .notAllowed, "shares", Int64(shares),
                Text(
                    "les parts de qualification ne se cèdent qu’au départ du membre",
                    "qualifying shares are given up only when the member leaves"),
                accepted: Text(
                    held > 1 ? "au plus \(held - 1), ou d’abord memberWithdrew" : "d’abord memberWithdrew",
                    held > 1 ? "at most \(held - 1), or memberWithdrew first" : "memberWithdrew first"))
        }
        let worth = -views.balance(book: book, account(shareClass), party: party)
        guard shareClass == .preferred else {
            return try Check.atMost(
                amount, worth, "amountMinor",
                Text("plus que la valeur détenue", "more than the member's shares are worth"))
        }
        // The last shares take all that is left: an amount without shares would be nobody's.
        let paid = try Check.fits("amountMinor") { () throws(MoneyError) in
            try Money.proportion(worth, Int64(shares), over: held)
        }
        try Check.equal(
            amount, paid, "amountMinor",
            Text(
                "le prix payé : \(worth) pour \(held) parts privilégiées",
                "the price paid: \(worth) for \(held) preferred shares"))
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
        views.addShares(body.shareClass, Int64(body.shares), party, fact, book)
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
        views.addShares(body.shareClass, -Int64(body.shares), party, fact, book)
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
    func addShares(_ shareClass: ShareClass, _ shares: Int64, _ party: UInt32, _ fact: Fact, _ book: Book) {
        var member = member(party, book) ?? MemberRecord()
        member.addShares(shareClass, shares, day: fact.day)
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
