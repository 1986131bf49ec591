import Accounting
import Bytes
import Events
import Index

/// Exceptions that are given up by decision, within the policy's limits: for each, and for all of a calendar month.
enum WriteOffs {
    /// The other side of what a write-off posts to the bank: what comes in is revenue, what goes is a loss.
    static func against(_ amountMinor: Int64) -> AccountCode { amountMinor > 0 ? .otherRevenue : .losses }

    static func decide(_ body: ExceptionWrittenOffView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        try Check.name(body.reason, "reason", max: 500)
        let sequence = try Exceptions.one(body.entry, body.item)
        let isEntry = body.entry != 0
        let part = try Matches.open(sequence, isEntry ? "entry" : "item", isEntry: isEntry, account, views)
        if part.suspension != 0 {
            try Check.notBefore(fact, eventAt: part.suspension, Text("la mise en suspens", "the suspension"), views)
        }
        guard Currency(utf8: body.currency.buffer) == account.currency else {
            throw Refusal(
                .notAllowed, "currency", body.currency,
                Text("ce n’est pas la monnaie du compte", "not the account's currency"),
                accepted: Text(account.currency.code, account.currency.code))
        }
        try Check.currency(posting: account, book)
        try Check.equal(
            body.amountMinor, part.amountMinor, "amountMinor",
            Text("le montant de ce qui est radié", "the amount of what is written off"))
        try Exceptions.notBefore(part, account, fact)
        try limits(part, fact, book, views)
    }

    private static func limits(
        _ part: BankPartRecord, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard
            let policy = book.policy(
                ReconciliationPolicyView.self, ReconciliationTerms.policyField, at: fact.effectiveAtUs,
                knownAt: fact.sequence)
        else {
            throw Refusal(
                .notAllowed, "amountMinor", part.amountMinor,
                Text("aucune politique ne permet de radier", "no policy allows write-offs"),
                accepted: Text(
                    "une politique reconciliation avec writeOffMaxMinor",
                    "a reconciliation policy with writeOffMaxMinor"))
        }
        let amount = Int64(clamping: part.amountMinor.magnitude)
        try Check.atMost(
            amount, policy.writeOffMaxMinor, "amountMinor",
            Text("plus que la limite d’une radiation", "more than the limit of a write-off"))
        let used = views.index.counters(views.key.begin(.writtenOff).u16(book.id).u32(month(fact.day)).bytes).first
        try Check.atMost(
            amount, policy.writeOffMonthMaxMinor - used, "amountMinor",
            Text(
                "plus que la limite du mois, dont \(used) déjà", "more than the month's limit, of which \(used) is used"
            ))
    }

    static func fold(_ body: ExceptionWrittenOffView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = views.bankAccount(body.account, book),
            let part = views.bankPart(account, body.entry != 0 ? body.entry : body.item)
        else { return views.noBook(fact) }
        let sequence = body.entry != 0 ? body.entry : body.item
        let posted = part.isEntry ? part.amountMinor : 0 &- part.amountMinor
        if part.suspension != 0 {
            // The bank has it already.
            views.postFromSuspense(account, posted, to: against(posted), book)
            views.endSuspension(account, sequence)
            views.resolve(account, sequence, part, by: fact.sequence)
        } else {
            views.postCash(account, posted, against: against(posted), book)
            views.agree(account, [(sequence, part), views.ownItem(posted, fact)], by: fact.sequence)
        }
        count(part, on: fact.day, sign: 1, book, views)
        views.touch(account.institution, fact)
    }

    /// Counts what is written off, or what is taken back with `sign` −1, in the month of the write-off.
    static func count(_ part: BankPartRecord, on day: Int32, sign: Int64, _ book: Book, _ views: Views) {
        views.addCounters(
            views.key.begin(.writtenOff).u16(book.id).u32(month(day)).bytes,
            sign &* Int64(clamping: part.amountMinor.magnitude), sign)
    }

    /// The calendar month of a day: year × 12 + month − 1.
    private static func month(_ day: Int32) -> UInt32 {
        let date = CivilDate(clampingDays: Int64(day))
        return UInt32(clamping: date.year * 12 + date.month - 1)
    }
}
