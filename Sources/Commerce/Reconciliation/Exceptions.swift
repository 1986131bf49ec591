import Accounting
import Bytes
import Events
import Index

/// What is done with entries and items that nothing matches: suspense, fees, write-offs, an owner.
enum Exceptions {
    // MARK: suspense

    static func decide(suspended body: EntrySuspendedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let (account, part) = try entry(body.account, body.entry, fact, views)
        try Check.name(body.reason, "reason", max: 500)
        try notBefore(part, account, fact)
    }

    static func fold(suspended body: EntrySuspendedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = views.bankAccount(body.account, book),
            let part = views.bankPart(account, body.entry)
        else { return views.noBook(fact) }
        views.postSuspense(account, part.amountMinor, book)
        views.agree(account, [(body.entry, part), views.ownItem(part.amountMinor, fact)], by: fact.sequence)
        views.suspend(account, body.entry, by: fact.sequence)
        views.touch(account.institution, fact)
    }

    // MARK: fees

    static func decide(charged body: BankFeeChargedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let (account, part) = try entry(body.account, body.entry, fact, views)
        guard Currency(utf8: body.currency.buffer) == account.currency else {
            throw Refusal(
                .notAllowed, "currency", body.currency,
                Text("ce n’est pas la monnaie du compte", "not the account's currency"),
                accepted: Text(account.currency.code, account.currency.code))
        }
        try Check.currency(posting: account, try Check.book(fact))
        try Check.equal(
            body.amountMinor, 0 &- part.amountMinor, "amountMinor",
            Text("la ligne du relevé, de signe contraire", "the entry with the other sign"))
        try notBefore(part, account, fact)
    }

    static func fold(charged body: BankFeeChargedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = views.bankAccount(body.account, book),
            let part = views.bankPart(account, body.entry)
        else { return views.noBook(fact) }
        views.postCash(account, part.amountMinor, against: .bankFees, book)
        views.agree(account, [(body.entry, part), views.ownItem(part.amountMinor, fact)], by: fact.sequence)
        views.touch(account.institution, fact)
    }

    // MARK: owners

    static func decide(assigned body: ExceptionAssignedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        _ = try Check.identity(body.owner, "owner", views)
        try Check.text(body.note, "note")
        let sequence = try one(body.entry, body.item)
        _ = try Matches.open(
            sequence, body.entry != 0 ? "entry" : "item", isEntry: body.entry != 0, account, views)
    }

    static func fold(assigned body: ExceptionAssignedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = views.bankAccount(body.account, book) else {
            return views.noBook(fact)
        }
        let owner = views.intern(.identity, body.owner)
        let sequence = body.entry != 0 ? body.entry : body.item
        views.putNumber(
            views.key.begin(.exceptionOwner).sequence(account.sequence).sequence(sequence).bytes, UInt64(owner))
        views.touch(owner, fact)
    }

    // MARK: what they share

    /// An entry that waits, not in suspense.
    private static func entry(
        _ name: Bytes, _ sequence: UInt64, _ fact: Fact, _ views: Views
    ) throws(Refusal) -> (account: BankAccountRecord, part: BankPartRecord) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(name, book, views)
        return (account, try waiting(sequence, "entry", isEntry: true, account, views))
    }

    static func waiting(
        _ sequence: UInt64, _ field: String, isEntry: Bool, _ account: BankAccountRecord, _ views: Views
    ) throws(Refusal) -> BankPartRecord {
        let part = try Matches.open(sequence, field, isEntry: isEntry, account, views)
        guard part.resolution == 0 else {
            throw Refusal(
                .notAllowed, field, "\(sequence)", Text("déjà en suspens", "in suspense already"),
                accepted: Text(
                    "l’apparier, ou défaire d’abord la séquence \(part.resolution)",
                    "match it, or first undo sequence \(part.resolution)"))
        }
        return part
    }

    static func notBefore(_ part: BankPartRecord, _ account: BankAccountRecord, _ fact: Fact) throws(Refusal) {
        guard fact.day >= part.day else {
            let day = CivilDate(clampingDays: Int64(part.day)).text
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant ce qui est traité (\(day))", "before what is dealt with (\(day))"),
                accepted: Text("à partir du \(day)", "from \(day) on"))
        }
        try Check.isOpen(account, fact.day, "effectiveAt")
    }

    /// Exactly one of an entry and an item. Sequence 0 is the founding of a cooperative, and neither.
    static func one(_ entry: UInt64, _ item: UInt64) throws(Refusal) -> UInt64 {
        guard (entry == 0) != (item == 0) else {
            throw Refusal(
                .malformed, "entry", "\(entry)", Text("une ligne ou une écriture", "an entry or an item"),
                accepted: Text("exactement l’un des deux", "exactly one of the two"))
        }
        return entry != 0 ? entry : item
    }
}

extension Views {
    /// Who answers for an exception; `nil`: nobody yet.
    package func exceptionOwner(_ account: BankAccountRecord, _ sequence: UInt64) -> UInt32? {
        number(key.begin(.exceptionOwner).sequence(account.sequence).sequence(sequence).bytes).map {
            UInt32(truncatingIfNeeded: $0)
        }
    }
}
