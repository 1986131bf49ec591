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
        let part = try Exceptions.waiting(sequence, isEntry ? "entry" : "item", isEntry: isEntry, account, views)
        guard Currency(utf8: body.currency.buffer) == account.currency else {
            throw Refusal(
                .notAllowed, "currency", body.currency,
                Text("ce n’est pas la monnaie du compte", "not the account's currency"),
                accepted: Text(account.currency.code, account.currency.code))
        }
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
        let used = views.index.counters(views.key.begin(.writtenOff).u16(book.id).u32(fact.month).bytes).first
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
        let posted = part.isEntry ? part.amountMinor : 0 &- part.amountMinor
        views.postCash(account, posted, against: against(posted), book)
        views.agree(
            account, [(body.entry != 0 ? body.entry : body.item, part), views.ownItem(posted, fact)], by: fact.sequence)
        views.addCounters(
            views.key.begin(.writtenOff).u16(book.id).u32(fact.month).bytes,
            Int64(clamping: part.amountMinor.magnitude), 1)
        views.touch(account.institution, fact)
    }
}

extension Fact {
    /// The calendar month of the local day: year × 12 + month − 1.
    fileprivate var month: UInt32 {
        let date = CivilDate(clampingDays: Int64(day))
        return UInt32(clamping: date.year * 12 + date.month - 1)
    }
}
