import Accounting
import Bytes
import Events
import Index

/// The signatures of an account's month.
package struct SignedMonthRecord: Record {
    package var preparedSequence: UInt64 = 0
    package var preparer: UInt32 = 0
    package var reviewedSequence: UInt64 = 0
    package var reviewer: UInt32 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        preparedSequence = reader.unsigned()
        preparer = UInt32(truncatingIfNeeded: reader.unsigned())
        reviewedSequence = reader.unsigned()
        reviewer = UInt32(truncatingIfNeeded: reader.unsigned())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(preparedSequence)
        out.unsigned(UInt64(preparer))
        out.unsigned(reviewedSequence)
        out.unsigned(UInt64(reviewer))
    }

    package var isReviewed: Bool { reviewedSequence != 0 }
}

extension Views {
    /// Who signed a month of an account; `month` is its last day.
    package func signedMonth(_ account: BankAccountRecord, lastDay: Int32) -> SignedMonthRecord? {
        record(SignedMonthRecord.self, key.begin(.signedMonth).sequence(account.sequence).day(lastDay).bytes)
    }
}

/// A month that is reconciled: the preparer signs the figures of both sides, then somebody else reviews them, which locks the month of the account.
enum SignedReconciliations {
    static func decide(_ body: ReconciliationSignedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views, evenClosed: true)
        let last = try lastDay(of: body.month)
        try Check.isOpen(account, last, "month")
        try Statements.isComplete(account)
        guard account.isClosed || account.throughDay >= last, fact.day > last else {
            let through = CivilDate(clampingDays: Int64(account.throughDay)).text
            throw Refusal(
                .notAllowed, "month", body.month,
                Text(
                    "le mois n’est pas fini, ou les relevés ne vont que jusqu’au \(through)",
                    "the month has not ended, or statements reach only \(through)"),
                accepted: Text("un mois entier de relevés", "a whole month of statements"))
        }
        guard body.reportSha256.count == 32 else {
            throw Refusal(
                .missing, "reportSha256", "",
                Text("l’empreinte du rapport manque", "the hash of the report is missing"),
                accepted: Text("le SHA-256 du rapport signé", "the SHA-256 of the report that is signed"))
        }
        try signer(body, last, account, fact, views)
        try figures(body, views.reconciliation(account, book, through: last))
    }

    private static func lastDay(of month: Bytes) throws(Refusal) -> Int32 {
        let first = month.count == 7 ? try? CivilDate("\(month.string)-01") : nil
        guard let first else {
            throw Refusal(
                .malformed, "month", month, Text("ce n’est pas un mois", "not a month"),
                accepted: Text("par exemple 2017-06", "for example 2017-06"))
        }
        return first.daysSinceEpoch &+ Int32(CivilDate.days(inMonth: first.month, year: first.year)) &- 1
    }

    private static func signer(
        _ body: ReconciliationSignedView, _ last: Int32, _ account: BankAccountRecord, _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        let actor = try Check.identity(fact.event.actor, "actor", views)
        let signed = views.signedMonth(account, lastDay: last)
        switch body.signer {
        case .preparer: return
        case .reviewer:
            guard let signed else {
                throw Refusal(
                    .notAllowed, "signer", "RECONCILIATION_SIGNER_REVIEWER",
                    Text("personne n’a préparé ce mois", "nobody prepared this month"),
                    accepted: Text("RECONCILIATION_SIGNER_PREPARER d’abord", "RECONCILIATION_SIGNER_PREPARER first"))
            }
            try inOrder(last, account)
            guard signed.preparer != actor,
                !Check.isSamePerson(views.event(signed.preparedSequence)?.actor ?? .none, fact.event.actor)
            else {
                throw Refusal(
                    .notAllowed, "actor", fact.event.actor,
                    Text("la personne qui prépare ne peut réviser", "who prepares cannot review"),
                    accepted: Text("une autre personne", "another person"))
            }
            let prepared = views.body(ReconciliationSignedView.self, of: signed.preparedSequence)
            guard prepared?.reportSha256 == body.reportSha256 else {
                throw Refusal(
                    .conflict, "reportSha256", "",
                    Text("ce n’est pas le rapport préparé", "not the report that was prepared"),
                    accepted: Text(
                        "le rapport signé à la séquence \(signed.preparedSequence)",
                        "the report signed at sequence \(signed.preparedSequence)"))
            }
        default:
            throw Refusal(
                .missing, "signer", "", Text("le rôle de la signature manque", "the signer's part is missing"),
                accepted: Text(
                    "RECONCILIATION_SIGNER_PREPARER ou RECONCILIATION_SIGNER_REVIEWER",
                    "RECONCILIATION_SIGNER_PREPARER or RECONCILIATION_SIGNER_REVIEWER"))
        }
    }

    /// A review locks all days before it: the months are reviewed one after the other, from the account's first.
    private static func inOrder(_ last: Int32, _ account: BankAccountRecord) throws(Refusal) {
        let next = CivilDate(clampingDays: Int64(account.lockedThrough) + 1)
        guard next.lastOfMonth.daysSinceEpoch < last else { return }
        let month = String(next.text.prefix(7))
        throw Refusal(
            .notAllowed, "month", String(CivilDate(clampingDays: Int64(last)).text.prefix(7)),
            Text("le mois \(month) n’est pas révisé", "the month \(month) is not reviewed"),
            accepted: Text(month, month))
    }

    private static func figures(_ body: ReconciliationSignedView, _ right: BankReconciliation) throws(Refusal) {
        let reason = Text("le rapprochement à la fin du mois", "the reconciliation at the month's end")
        try Check.equal(body.statementMinor, right.statementMinor, "statementMinor", reason)
        try Check.equal(body.bookMinor, right.bookMinor, "bookMinor", reason)
        try Check.equal(body.entriesOpenMinor, right.entriesOpenMinor, "entriesOpenMinor", reason)
        try Check.equal(body.itemsOpenMinor, right.itemsOpenMinor, "itemsOpenMinor", reason)
        try Check.equal(
            right.differenceMinor, 0, "bookMinor",
            Text("différence inexpliquée entre les deux côtés", "unexplained difference between the two sides"))
    }

    static func fold(_ body: ReconciliationSignedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var account = views.bankAccount(body.account, book),
            let last = try? lastDay(of: body.month)
        else { return views.noBook(fact) }
        let actor = views.intern(.identity, fact.event.actor)
        var record = views.signedMonth(account, lastDay: last) ?? SignedMonthRecord()
        if body.signer == .reviewer {
            record.reviewedSequence = fact.sequence
            record.reviewer = actor
            account.lockedThrough = last
            views.putBankAccount(account, body.account, book)
        } else {
            record.preparedSequence = fact.sequence
            record.preparer = actor
        }
        views.put(views.key.begin(.signedMonth).sequence(account.sequence).day(last).bytes, record)
        views.touch(actor, fact)
        views.touch(account.institution, fact)
    }
}
