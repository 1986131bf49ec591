import Accounting
import Bytes
import Events
import Index

/// A day's captures arrive in the bank, less fees.
enum Settlements {
    static func decide(_ body: FundsSettledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.institution(body.institution)
        let day = try Check.date(body.captureDate, "captureDate")
        guard day.daysSinceEpoch <= fact.day else {
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant le jour des encaissements", "before the day of the captures"),
                accepted: Text("à partir du \(day.text)", "from \(day.text) on"))
        }
        _ = try Check.date(body.valueDate, "valueDate")
        try Check.currency(body.currency, book)
        try Check.notNegative(body.feesMinor, "feesMinor")
        try Check.atMost(
            body.feesMinor, Int64(clamping: body.grossMinor.magnitude), "feesMinor",
            Text("les frais dépassent le brut", "the fees exceed the gross"))
        guard let institution = views.party(.institution, body.institution) else {
            throw Refusal(
                .unknown, "institution", body.institution,
                Text("rien n’est en transit là", "nothing is in transit there"),
                accepted: Text("une institution qui a encaissé", "an institution that captured payments"))
        }
        let captures = views.index.counters(views.captureKey(book, institution, day.daysSinceEpoch))
        if let chargeback = chargeback(fact, views) {
            return try decide(
                body, day.daysSinceEpoch, of: chargeback, openMinor: captures.first &- captures.second, fact, book,
                views)
        }
        // A day on which more was paid back than captured is settled from the bank: its gross is negative.
        let open = captures.first - captures.second
        guard body.grossMinor != 0,
            open > 0 ? (1...open).contains(body.grossMinor) : (open...0).contains(body.grossMinor)
        else {
            let range =
                open == 0
                ? Text("rien : tout est réglé", "nothing: all is settled")
                : open > 0 ? Text("de 1 à \(open)", "1 to \(open)") : Text("de \(open) à -1", "\(open) to -1")
            throw Refusal(
                .wrongAmount, "grossMinor", body.grossMinor,
                Text("plus que les encaissements du jour non réglés", "more than the day's unsettled captures"),
                accepted: range)
        }
    }

    /// The chargeback that caused the settlement: its institution took it out of the bank by itself, not off its day's captures.
    private static func chargeback(_ fact: Fact, _ views: Views) -> ChargebackReceivedView? {
        guard let cause = fact.event.cause?.sequence, cause < fact.sequence, let event = views.event(cause),
            event.kind == .chargebackReceived
        else { return nil }
        return try? ChargebackReceivedView(event.bodyBytes)
    }

    /// A chargeback leaves by itself once, whole, and only while its day is not settled without it.
    private static func decide(
        _ body: FundsSettledView, _ day: Int32, of chargeback: ChargebackReceivedView, openMinor: Int64, _ fact: Fact,
        _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard let record = views.chargeback(chargeback.chargeback, book), chargeback.institution == body.institution,
            book.day(views.effectiveAtUs(record.sequence)) == day
        else {
            throw Refusal(
                .conflict, "cause", chargeback.chargeback,
                Text(
                    "la rétrofacturation est d’une autre institution ou d’un autre jour",
                    "the chargeback is another institution's or another day's"),
                accepted: Text("son institution et son jour", "its institution and its day"))
        }
        guard !record.isSettled, openMinor != 0 else {
            throw Refusal(
                .duplicate, "cause", chargeback.chargeback,
                Text("la rétrofacturation est déjà réglée", "the chargeback is settled already"),
                accepted: Text("une rétrofacturation qui ne l’est pas", "a chargeback that is not"))
        }
        try Check.equal(
            body.grossMinor, 0 &- (chargeback.amountMinor &+ chargeback.feeMinor), "grossMinor",
            Text(
                "la rétrofacturation et ses frais, de signe contraire", "the chargeback and its fee with the other sign"
            ))
        try Check.equal(
            body.feesMinor, 0, "feesMinor",
            Text("les frais sont dans la rétrofacturation", "the fee is in the chargeback"))
    }

    static func fold(_ body: FundsSettledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let institution = views.intern(.institution, body.institution)
        guard let day = try? CivilDate.parse(utf8: body.captureDate.buffer) else {
            return views.index.fail("event \(fact.sequence): its date cannot be read")
        }
        views.addCounters(views.captureKey(book, institution, day.daysSinceEpoch), 0, body.grossMinor)
        views.debit(
            book, views.cash(book, at: institution, forOthers: true), party: institution,
            body.grossMinor - body.feesMinor)
        views.debit(book, .bankFees, body.feesMinor)
        views.credit(book, .inTransit, party: institution, body.grossMinor)
        if let chargeback = chargeback(fact, views) { Chargebacks.didSettle(chargeback.chargeback, book, views) }
        views.touch(institution, fact)
    }
}
