import Accounting
import Bytes
import Events
import Index

extension Expenses {
    private static func claim(
        _ name: Bytes, in states: [ClaimState], _ accepted: Text, _ fact: Fact, _ views: Views
    ) throws(Refusal) -> ClaimRecord {
        let book = try Check.book(fact)
        try Check.id(name, "claim")
        guard let record = views.claim(name, book) else {
            throw Refusal(
                .unknown, "claim", name, Text("demande inconnue", "unknown claim"),
                accepted: Text("une demande de expenseClaimed", "a claim of expenseClaimed"))
        }
        guard states.contains(record.state) else {
            throw Refusal(.notAllowed, "claim", name, word(record.state), accepted: accepted)
        }
        return record
    }

    private static func word(_ state: ClaimState) -> Text {
        switch state {
        case .claimed: Text("pas encore approuvée", "not approved yet")
        case .approved: Text("déjà approuvée", "already approved")
        case .rejected: Text("rejetée", "rejected")
        case .reimbursed: Text("déjà remboursée", "already reimbursed")
        }
    }

    private static let waiting = Text("une demande qui attend une décision", "a claim that waits for a decision")

    static func decide(approved body: ExpenseApprovedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let record = try claim(body.claim, in: [.claimed], waiting, fact, views)
        try Check.id(fact.event.actor, "actor")
        guard let event = views.event(record.claimedSequence),
            let claimed = try? ExpenseClaimedView(event.bodyBytes)
        else { return }
        for person in [claimed.member, event.actor] where Check.isSamePerson(person, fact.event.actor) {
            throw Refusal(
                .notAllowed, "actor", fact.event.actor,
                Text("la personne qui demande ne peut approuver", "who claims cannot approve"),
                accepted: Text("une autre personne que \(person.string)", "another person than \(person.string)"))
        }
        guard fact.day >= record.claimedDay else {
            let day = CivilDate(clampingDays: Int64(record.claimedDay)).text
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant la demande", "before the claim"),
                accepted: Text("le \(day) ou plus tard", "\(day) or later"))
        }
    }

    /// The claim becomes a debt: Dr expenses, taxes recoverable / Cr payable to the member.
    static func fold(approved body: ExpenseApprovedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.claim(body.claim, book),
            let claimed = views.body(ExpenseClaimedView.self, of: record.claimedSequence)
        else { return views.noBook(fact) }
        record.state = .approved
        record.decidedDay = fact.day
        record.decidedSequence = fact.sequence
        views.putClaim(record, body.claim, book)
        for encoded in claimed.lines {
            guard let line = try? encoded.view() else { continue }
            views.journal.debit(
                book: book.id, account: views.internAccount(line.account, book: book.id), party: 0,
                currency: book.currency.rawValue, amountMinor: line.amountMinor)
        }
        for encoded in claimed.taxes {
            guard let tax = try? encoded.view() else { continue }
            views.debitRecoverable(book, tax: tax.tax, tax.amountMinor, fact)
        }
        views.credit(book, .membersPayable, party: record.member, record.totalMinor)
        views.countClaims(record.member, book, approved: record.totalMinor)
        views.touch(record.member, fact)
    }

    static func decide(rejected body: ExpenseRejectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try claim(body.claim, in: [.claimed], waiting, fact, views)
        try Check.name(body.reason, "reason", max: 500)
    }

    static func fold(rejected body: ExpenseRejectedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.claim(body.claim, book) else { return views.noBook(fact) }
        record.state = .rejected
        record.decidedDay = fact.day
        record.decidedSequence = fact.sequence
        views.putClaim(record, body.claim, book)
        views.touch(record.member, fact)
    }

    static func decide(reimbursed body: ExpenseReimbursedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let record = try claim(
            body.claim, in: [.approved], Text("une demande approuvée", "an approved claim"), fact, views)
        try Check.notBefore(fact, eventAt: record.decidedSequence, Text("l’approbation", "the approval"), views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        // What was paid to the member in another way cannot be paid again.
        let owed = -views.balance(book: book, .membersPayable, party: record.member)
        try Check.atMost(
            body.amountMinor, min(record.dueMinor, owed), "amountMinor",
            Text("plus que ce qui reste à rembourser", "more than is left to reimburse"))
    }

    static func fold(reimbursed body: ExpenseReimbursedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.claim(body.claim, book) else { return views.noBook(fact) }
        let institution = views.intern(.institution, body.institution)
        record.reimbursedMinor += body.amountMinor
        if record.reimbursedMinor == record.totalMinor { record.state = .reimbursed }
        record.reimbursedDay = fact.day
        views.putClaim(record, body.claim, book)
        views.debit(book, .membersPayable, party: record.member, body.amountMinor)
        views.countClaims(record.member, book, reimbursed: body.amountMinor)
        views.credit(book, .bank, party: institution, body.amountMinor)
        views.touch(record.member, fact)
        views.touch(institution, fact)
    }
}
