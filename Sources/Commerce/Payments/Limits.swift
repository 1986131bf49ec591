import Accounting
import Bytes
import Events
import Index

/// Limits that a cooperative sets itself: a member's credit, what an institution captures in a day, the size of a payout. 0 is none.
///
/// Where no limit was ever adopted, asking costs one test of a bit.
enum Limits {
    /// Field of LimitPolicy in PolicyAdopted.
    static let policyField = 10

    /// What an institution takes in on a local day, less what it paid back that day.
    static func capture(
        _ amount: Int64, _ institution: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard let limits = book.limits(fact), limits.institutionDailyMinor > 0 else { return }
        let party = views.party(.institution, institution) ?? 0
        let captured = views.index.counters(views.captureKey(book, party, fact.day)).first
        try Check.atMost(
            amount, limits.institutionDailyMinor &- captured, "amountMinor",
            Text(
                "limite de l’institution pour la journée : \(limits.institutionDailyMinor), dont \(captured) déjà encaissés",
                "the institution's limit for the day: \(limits.institutionDailyMinor), of which \(captured) captured"))
    }
}

extension Book {
    /// The limits in force when the fact is recorded, or effective if that is later: they bind the hand that records, and no earlier date escapes them.
    @inline(__always)
    func limits(_ fact: Fact) -> LimitPolicyView? {
        guard hasPolicy(Limits.policyField) else { return nil }
        return policy(
            LimitPolicyView.self, Limits.policyField, at: max(fact.effectiveAtUs, fact.recordedAtUs),
            knownAt: fact.sequence)
    }
}

extension LimitPolicyView {
    /// What a buyer would owe the book in all with `amount` more.
    func credit(
        _ buyer: UInt32, _ amount: Int64, _ field: @autoclosure () -> String, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard memberCreditMinor > 0 else { return }
        let owed = views.balance(book: book, .receivable, party: buyer)
        try Check.atMost(
            amount, memberCreditMinor &- owed, field(),
            Text(
                "limite de crédit : \(memberCreditMinor), dont \(owed) déjà dus",
                "the limit of credit: \(memberCreditMinor), of which \(owed) is owed already"))
    }

    func payout(_ amount: Int64) throws(Refusal) {
        guard payoutMinor > 0 else { return }
        try Check.atMost(
            amount, payoutMinor, "amountMinor",
            Text("plus que la limite d’un versement", "more than the limit of a payout"))
    }
}

extension Policies {
    static func decide(limits policy: LimitPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.notNegative(policy.memberCreditMinor, "limits.memberCreditMinor")
        try Check.notNegative(policy.institutionDailyMinor, "limits.institutionDailyMinor")
        try Check.notNegative(policy.payoutMinor, "limits.payoutMinor")
    }
}
