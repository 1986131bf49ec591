import Accounting
import Bytes
import Events
package import Index

/// One member's patronage dividend of a year.
package struct DividendRecord: Record {
    package var declaredSequence: UInt64 = 0
    package var baseMinor: Int64 = 0
    package var cashMinor: Int64 = 0
    package var sharesMinor: Int64 = 0
    package var isPaid = false
    package var paidSequence: UInt64 = 0
    package var withheldMinor: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        declaredSequence = reader.unsigned()
        baseMinor = reader.int()
        cashMinor = reader.int()
        sharesMinor = reader.int()
        isPaid = reader.unsigned() != 0
        paidSequence = reader.unsigned()
        withheldMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(declaredSequence)
        out.int(baseMinor)
        out.int(cashMinor)
        out.int(sharesMinor)
        out.unsigned(isPaid ? 1 : 0)
        out.unsigned(paidSequence)
        out.int(withheldMinor)
    }
}

extension DividendRecord {
    /// What is paid of a declared dividend: shares are whole, a remainder below one share is paid in cash.
    package func payment(_ book: Book) -> (cashMinor: Int64, sharesMinor: Int64) {
        let remainder = sharesMinor % max(1, book.commonSharePriceMinor)
        return (cashMinor + remainder, sharesMinor - remainder)
    }
}

extension Views {
    package func dividend(_ party: UInt32, year: UInt16, _ book: Book) -> DividendRecord? {
        record(DividendRecord.self, key.begin(.dividend).u16(book.id).u16(year).u32(party).bytes)
    }

    /// Dividends paid to a member in a calendar year, and the tax withheld from them.
    package func withholding(_ party: UInt32, calendarYear: UInt16, _ book: Book) -> Counters {
        index.counters(key.begin(.withholding).u16(book.id).u16(calendarYear).u32(party).bytes)
    }
}

/// Declaration and payment of patronage dividends.
enum Dividends {
    static func decide(declared body: PatronageDividendDeclaredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let (year, record) = try Allocations.closedYear(body.fiscalYear, book, views)
        guard record.isResolved else {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year), Text("aucune résolution", "no resolution"),
                accepted: Text("un exercice affecté par allocationResolved", "a year that allocationResolved allocated")
            )
        }
        try Check.notBefore(
            fact, eventAt: record.resolvedSequence, Text("la résolution de l’assemblée", "the meeting's resolution"),
            views)
        try Check.currency(body.currency, book)
        let party = try Check.identity(body.member, "member", views)
        if views.dividend(party, year: year, book) != nil {
            throw Refusal(
                .duplicate, "member", body.member, Text("ristourne déjà déclarée", "dividend already declared"),
                accepted: Text("une ristourne par membre et par exercice", "one dividend a member and year"))
        }
        let plan = try Check.fits("cashMinor") { () throws(MoneyError) in
            try views.resolvedPlan(book, year: year, record)
        }
        guard let share = plan.share(of: party), share.cashMinor + share.sharesMinor > 0 else {
            throw Refusal(
                .notAllowed, "member", body.member,
                Text("aucune opération donnant droit à ristourne", "no business that earns a dividend"),
                accepted: Text("un membre qui a fait affaire dans l’exercice", "a member who did business in the year"))
        }
        // Each part equals the resolution's exact sharing, so all of them sum to it.
        try Check.equal(
            body.baseMinor, share.baseMinor, "baseMinor",
            Text("volume d’affaires du membre", "the member's patronage base"))
        try Check.equal(
            body.cashMinor, share.cashMinor, "cashMinor",
            Text("part de la résolution, plus forts restes", "part of the resolution, largest remainder"))
        try Check.equal(
            body.sharesMinor, share.sharesMinor, "sharesMinor",
            Text("part de la résolution, plus forts restes", "part of the resolution, largest remainder"))
    }

    static func fold(declared body: PatronageDividendDeclaredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let year = UInt16(exactly: body.fiscalYear) else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        var record = DividendRecord()
        record.declaredSequence = fact.sequence
        record.baseMinor = body.baseMinor
        record.cashMinor = body.cashMinor
        record.sharesMinor = body.sharesMinor
        views.put(views.key.begin(.dividend).u16(book.id).u16(year).u32(party).bytes, record)
        views.addCounters(views.key.begin(.declared).u16(book.id).u16(year).bytes, body.cashMinor, body.sharesMinor)
        views.debit(book, .dividendsPayable, body.cashMinor + body.sharesMinor)
        views.credit(book, .dividendsPayable, party: party, body.cashMinor + body.sharesMinor)
        views.touch(party, fact)
    }

    static func decide(paid body: PatronageDividendPaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        guard let year = UInt16(exactly: body.fiscalYear) else {
            throw Refusal(
                .outOfRange, "fiscalYear", Int64(body.fiscalYear),
                Text("exercice hors limites", "fiscal year out of range"),
                accepted: Text("un exercice affecté", "an allocated year"))
        }
        try Check.currency(body.currency, book)
        try Check.institution(body.institution)
        let party = try Check.identity(body.member, "member", views)
        guard let dividend = views.dividend(party, year: year, book) else {
            throw Refusal(
                .unknown, "member", body.member, Text("aucune ristourne déclarée", "no dividend declared"),
                accepted: Text("un membre de patronageDividendDeclared", "a member of patronageDividendDeclared"))
        }
        guard !dividend.isPaid else {
            throw Refusal(
                .duplicate, "member", body.member, Text("ristourne déjà versée", "dividend already paid"),
                accepted: Text("une ristourne à verser", "a dividend still to be paid"))
        }
        try Check.notBefore(
            fact, eventAt: dividend.declaredSequence,
            Text("la déclaration de la ristourne", "the dividend was declared"),
            views)
        let payment = dividend.payment(book)
        try Check.equal(
            body.sharesMinor, payment.sharesMinor, "sharesMinor",
            Text("parts entières de la ristourne déclarée", "whole shares of the dividend declared"))
        try Check.equal(
            body.cashMinor, payment.cashMinor, "cashMinor",
            Text(
                "ristourne déclarée en argent, et le reste sous une part",
                "dividend declared in cash, and what remains below one share"))
        let withheld = try withheld(body, party, fact, book, views)
        try Check.equal(
            body.withheldMinor, withheld, "withheldMinor",
            Text("retenue d’impôt à la source (LIR 135(3))", "income tax withheld (ITA 135(3))"))
        try Payouts.decide(sending: body.payout, body.cashMinor - withheld, book, views)
    }

    private static func withheld(
        _ body: PatronageDividendPaidView, _ party: UInt32, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> Int64 {
        guard let rule = book.withholdingRule(at: fact.effectiveAtUs) else { return 0 }
        let paid = views.withholding(party, calendarYear: fact.year, book).first
        do throws(MoneyError) {
            return try rule.withheldMinor(
                cashMinor: body.cashMinor, sharesMinor: body.sharesMinor, paidBeforeMinor: paid)
        } catch {
            throw Refusal(
                .wrongAmount, "cashMinor", body.cashMinor,
                Text(
                    "la part en argent ne couvre pas la retenue (LIR 135(3))",
                    "the cash part does not cover the tax withheld (ITA 135(3))"),
                accepted: Text(error.accepted, error.accepted))
        }
    }

    static func fold(paid body: PatronageDividendPaidView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let year = UInt16(exactly: body.fiscalYear) else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        let institution = views.intern(.institution, body.institution)
        guard var record = views.dividend(party, year: year, book) else {
            return views.index.fail("event \(fact.sequence): no such dividend")
        }
        record.isPaid = true
        record.paidSequence = fact.sequence
        record.withheldMinor = body.withheldMinor
        views.put(views.key.begin(.dividend).u16(book.id).u16(year).u32(party).bytes, record)
        views.addCounters(
            views.key.begin(.withholding).u16(book.id).u16(fact.year).u32(party).bytes,
            body.cashMinor + body.sharesMinor,
            body.withheldMinor)
        views.debit(book, .dividendsPayable, party: party, body.cashMinor + body.sharesMinor)
        Payouts.pay(
            body.payout, body.cashMinor - body.withheldMinor, .dividendsPayable, to: party, from: institution, fact,
            book, views)
        views.credit(book, .withholdingPayable, body.withheldMinor)
        if body.sharesMinor > 0 {
            views.credit(book, .memberShares, party: party, body.sharesMinor)
            let shares = body.sharesMinor / max(1, book.commonSharePriceMinor)
            views.addShares(.common, shares, party, fact, book)
            views.addShareMovement(
                .dividend, .common, party, shares: shares, amountMinor: body.sharesMinor, fact, book)
        }
        views.touch(party, fact)
        views.touch(institution, fact)
    }
}
