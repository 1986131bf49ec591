import Accounting
import Bytes
import Events
import Index

/// Listening on credits until the work is owned (stream-to-own, DOMAIN §7): credits are bought, plays spend them, settlements turn what
/// plays brought into royalties and revenue.
///
/// Credits are worth what was paid for them: a play takes its part of what the listener's credits cost, in millionths of a minor unit, so
/// that a new price never makes the credits in circulation worth more or less than the liability.
enum Streaming {
    /// Field of StreamingPolicy in PolicyAdopted.
    static let policyField = 11
    static let creditsMax: Int64 = 1_000_000
    /// Minor units that one purchase of credits costs at most, and the sums that a listener or a work may reach in millionths of one.
    static let amountMinorMax: Int64 = 1_000_000_000
    static let valueMax: Int64 = 4_000_000_000_000_000_000

    static func decide(bought body: CreditsBoughtView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.name(body.purchase, "purchase")
        try Check.unused(
            views.index.value(views.digitalKey(.credits, book).text(body.purchase).bytes), body.purchase, "purchase")
        let listener = try Check.identity(body.listener, "listener", views)
        try Check.institution(body.institution)
        try Check.currency(body.currency, book)
        let policy = try policy(fact, book)
        let most = min(creditsMax, amountMinorMax / policy.creditPriceMinor)
        guard body.credits > 0, body.credits <= most else {
            throw Refusal(
                .outOfRange, "credits", body.credits, Text("nombre de crédits hors limites", "credits out of range"),
                accepted: Text("de 1 à \(most)", "1 to \(most)"))
        }
        let amount = body.credits * policy.creditPriceMinor
        try Check.equal(
            body.amountMinor, amount, "amountMinor",
            Text("crédits × prix du crédit en vigueur", "credits × price of a credit in force"))
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        let taxes = table.taxes.map { digitalTax($0, on: amount) }
        try Orders.decide(taxes: body.taxes, table) { taxes[$0] }
        try Check.equal(
            body.totalMinor, taxes.reduce(amount, +), "totalMinor",
            Text("crédits et taxes", "credits and taxes"))
        try Limits.capture(body.totalMinor, body.institution, fact, book, views)
        let value = views.listening(listener, .value, book)
        try Check.atMost(
            amount, (valueMax - value.first) / 1_000_000, "amountMinor",
            Text("trop de crédits pour un auditeur", "too many credits for one listener"))
    }

    /// The amounts of one purchase are small: the tax cannot overflow.
    private static func digitalTax(_ tax: TaxTable.Tax, on amount: Int64) -> Int64 {
        (try? RatePpm(tax.rates[TaxClass.digital.rawValue]).applied(to: amount)) ?? 0
    }

    static func fold(bought body: CreditsBoughtView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let listener = views.intern(.identity, body.listener)
        let institution = views.intern(.institution, body.institution)
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        views.debit(book, .inTransit, party: institution, body.totalMinor)
        views.credit(book, .playCredits, body.amountMinor)
        for tax in table.taxes { views.credit(book, account: tax.account, digitalTax(tax, on: body.amountMinor)) }
        views.addCapture(book, institution, fact.day, body.totalMinor)
        views.addListening(listener, .credits, book, body.credits * 1_000_000, 0)
        views.addListening(listener, .value, book, body.amountMinor * 1_000_000, 0)
        views.putNumber(views.digitalKey(.credits, book).text(body.purchase).bytes, fact.sequence)
        let first = views.number(views.digitalKey(.firstCredits, book).u32(listener).bytes)
        if first.map({ fact.effectiveAtUs < views.effectiveAtUs($0) }) ?? true {
            views.putNumber(views.digitalKey(.firstCredits, book).u32(listener).bytes, fact.sequence)
        }
        views.touch(listener, fact)
        views.touch(institution, fact)
    }

    /// The streaming policy in force at the fact.
    static func policy(_ fact: Fact, _ book: Book) throws(Refusal) -> StreamingPolicyView {
        guard let policy = inForce(fact, book) else {
            throw Refusal(
                .missing, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("aucune politique d’écoute en vigueur", "no streaming policy in force"),
                accepted: Text("après policyAdopted.streaming", "after policyAdopted.streaming"))
        }
        return policy
    }

    static func inForce(_ fact: Fact, _ book: Book) -> StreamingPolicyView? {
        book.policy(StreamingPolicyView.self, policyField, at: fact.effectiveAtUs, knownAt: fact.sequence)
    }
}

extension Policies {
    static func decide(streaming policy: StreamingPolicyView, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        func range(_ value: Int64, _ most: Int64, _ field: String) throws(Refusal) {
            guard value >= 1, value <= most else {
                throw Refusal(
                    .outOfRange, "streaming.\(field)", value, Text("valeur hors limites", "value out of range"),
                    accepted: Text("de 1 à \(most)", "1 to \(most)"))
            }
        }
        try range(policy.firstPlayMicrocredits, 1_000_000, "firstPlayMicrocredits")
        // Each play costs twice the one before: twenty plays cost a million times the first.
        try range(Int64(policy.playsToOwn), 20, "playsToOwn")
        try range(policy.creditPriceMinor, 1_000_000, "creditPriceMinor")
        try rate(policy.creatorsPpm, "streaming.creatorsPpm")
    }
}

/// What a row of the listening index counts of a listener.
enum Listening: UInt8 {
    /// microcredits bought, spent
    case credits = 0
    /// their value in millionths of a minor unit: bought, spent
    case value = 1
    /// of one work: plays, 1 once owned
    case work = 2
}

extension Views {
    func listening(_ listener: UInt32, _ what: Listening, _ book: Book, product: Bytes = Bytes.none) -> Counters {
        index.counters(listeningKey(listener, what, book, product))
    }

    func addListening(
        _ listener: UInt32, _ what: Listening, _ book: Book, product: Bytes = Bytes.none, _ first: Int64,
        _ second: Int64
    ) {
        addCounters(listeningKey(listener, what, book, product), first, second)
    }

    private func listeningKey(_ listener: UInt32, _ what: Listening, _ book: Book, _ product: Bytes) -> Bytes {
        key.begin(.listening).u16(book.id).u32(listener).u8(what.rawValue).text(product).bytes
    }
}
