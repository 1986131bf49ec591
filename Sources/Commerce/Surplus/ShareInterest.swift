import Accounting
import Bytes
import Events
import Index

/// One member's interest on preferred shares of a year.
package struct ShareInterestRecord: Record {
    package var allocatedSequence: UInt64 = 0
    package var ratePpm: Int64 = 0
    package var amountMinor: Int64 = 0
    package var paidMinor: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        allocatedSequence = reader.unsigned()
        ratePpm = reader.int()
        amountMinor = reader.int()
        paidMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(allocatedSequence)
        out.int(ratePpm)
        out.int(amountMinor)
        out.int(paidMinor)
    }

    package var dueMinor: Int64 { amountMinor &- paidMinor }
}

extension Views {
    package func shareInterest(_ party: UInt32, year: UInt16, _ book: Book) -> ShareInterestRecord? {
        record(ShareInterestRecord.self, key.begin(.shareInterest).u16(book.id).u16(year).u32(party).bytes)
    }

    /// What a member's preferred shares were worth at a year's end, in minor units.
    package func preferredSharesMinor(_ party: UInt32, _ record: FiscalYearRecord, _ book: Book) -> Int64 {
        let sums = balance(
            book: book, AccountCode.preferredShares.rawValue, party: party, currency: book.currency.rawValue,
            through: record.lastDay)
        return max(0, sums.second &- sums.first)
    }
}

/// Interest on preferred shares: allocated after the close and before the meeting's resolution, whose surplus is less by it
/// (C-67.2 s.143); paid later.
enum ShareInterest {
    static func decide(allocated body: ShareInterestAllocatedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let (year, record) = try Allocations.closedYear(body.fiscalYear, book, views)
        guard !record.isResolved else {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year),
                Text(
                    "les excédents sont déjà affectés; l’intérêt vient avant (C-67.2, art. 143)",
                    "the surplus is already allocated; interest comes first (C-67.2 s.143)"),
                accepted: Text("un exercice clos, non affecté", "a year that is closed, not yet allocated"))
        }
        try Check.currency(body.currency, book)
        let party = try Check.identity(body.member, "member", views)
        if views.shareInterest(party, year: year, book) != nil {
            throw Refusal(
                .duplicate, "member", body.member,
                Text("intérêt déjà attribué pour l’exercice", "interest already allocated for the year"),
                accepted: Text("un seul intérêt par membre et par exercice", "one interest a member and year"))
        }
        guard (1...1_000_000).contains(body.ratePpm) else {
            throw Refusal(
                .outOfRange, "ratePpm", Int64(body.ratePpm), Text("taux hors limites", "rate out of range"),
                accepted: Text("de 1 à 1000000 parties par million", "1 to 1000000 parts per million"))
        }
        let held = views.preferredSharesMinor(party, record, book)
        guard held > 0 else {
            throw Refusal(
                .notAllowed, "member", body.member,
                Text(
                    "aucune part privilégiée à la fin de l’exercice", "held no preferred shares at the year's end"),
                accepted: Text("un détenteur de parts privilégiées", "a holder of preferred shares"))
        }
        let right = try Check.fits("amountMinor") { () throws(MoneyError) in
            try RatePpm(body.ratePpm).applied(to: held)
        }
        try Check.equal(
            body.amountMinor, right, "amountMinor",
            Text(
                "taux × parts privilégiées détenues à la fin de l’exercice (\(held))",
                "rate × preferred shares held at the year's end (\(held))"))
        try Check.positive(body.amountMinor, "amountMinor")
        let deficit = max(0, views.balance(book: book, .deficit))
        try Check.atMost(
            body.amountMinor, max(0, views.allocatable(book, record) - deficit), "amountMinor",
            Text(
                "plus que les excédents de l’exercice, les déficits antérieurs comblés (C-67.2, art. 143 et 147)",
                "more than the surplus of the year once earlier deficits are covered (C-67.2 s.143, s.147)"))
    }

    static func fold(allocated body: ShareInterestAllocatedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let year = UInt16(exactly: body.fiscalYear),
            var closed = views.fiscalYear(year, book)
        else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        closed.interestMinor &+= body.amountMinor
        closed.interestAtUs = max(closed.interestAtUs, fact.effectiveAtUs)
        if closed.interestAtUs == fact.effectiveAtUs { closed.interestSequence = fact.sequence }
        views.put(views.key.begin(.fiscalYear).u16(book.id).u16(year).bytes, closed)
        var record = ShareInterestRecord()
        record.allocatedSequence = fact.sequence
        record.ratePpm = Int64(body.ratePpm)
        record.amountMinor = body.amountMinor
        views.put(views.key.begin(.shareInterest).u16(book.id).u16(year).u32(party).bytes, record)
        views.debit(book, .surplus, body.amountMinor)
        views.credit(book, .interestPayable, party: party, body.amountMinor)
        views.touch(party, fact)
    }

    static func decide(paid body: ShareInterestPaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let (year, _) = try Allocations.closedYear(body.fiscalYear, book, views)
        let party = try Check.identity(body.member, "member", views)
        try Check.currency(body.currency, book)
        try Check.institution(body.institution)
        guard let record = views.shareInterest(party, year: year, book) else {
            throw Refusal(
                .unknown, "member", body.member,
                Text("aucun intérêt attribué pour l’exercice", "no interest allocated for the year"),
                accepted: Text("un membre de shareInterestAllocated", "a member of shareInterestAllocated"))
        }
        guard record.dueMinor > 0 else {
            throw Refusal(
                .duplicate, "member", body.member, Text("intérêt déjà versé", "interest already paid"),
                accepted: Text("un intérêt à verser", "an interest still to be paid"))
        }
        try Check.notBefore(
            fact, eventAt: record.allocatedSequence, Text("l’attribution de l’intérêt", "the interest was allocated"),
            views)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.atMost(
            body.amountMinor, record.dueMinor, "amountMinor",
            Text("plus que l’intérêt dû", "more than the interest due")
        )
        try Payouts.decide(sending: body.payout, body.amountMinor, book, views)
    }

    static func fold(paid body: ShareInterestPaidView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let year = UInt16(exactly: body.fiscalYear) else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        let institution = views.intern(.institution, body.institution)
        guard var record = views.shareInterest(party, year: year, book) else {
            return views.index.fail("event \(fact.sequence): no such interest")
        }
        record.paidMinor &+= body.amountMinor
        views.put(views.key.begin(.shareInterest).u16(book.id).u16(year).u32(party).bytes, record)
        views.debit(book, .interestPayable, party: party, body.amountMinor)
        Payouts.pay(
            body.payout, body.amountMinor, .interestPayable, to: party, from: institution, fact, book, views)
        views.touch(party, fact)
        views.touch(institution, fact)
    }
}
