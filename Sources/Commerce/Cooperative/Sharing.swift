import Accounting
import Bytes
import Events
import Index

/// A revenue given to members, or costs borne by them, to the cent as the rule in force says.
///
/// What is shared of a revenue is the members' from that day on, an expense of the cooperative; profit is the general meeting's to allocate (C-67.2 s.143).
package enum Sharing {
    /// The field of a sharing policy in PolicyAdopted.
    package static let policyField = 7
    static let partsMax = 200

    static func decide(shared body: RevenueSharedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.sharing, "sharing")
        if views.index.value(views.key.begin(.sharing).u16(book.id).text(body.sharing).bytes) != nil {
            throw Refusal(
                .duplicate, "sharing", body.sharing, Text("partage déjà inscrit", "sharing already recorded"),
                accepted: Text("un numéro de partage nouveau", "a new sharing id"))
        }
        try Check.id(body.rule, "rule", max: 64)
        try Check.currency(body.currency, book)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.text(body.description, "description")
        guard let policy = book.sharingRule(body.rule, at: fact.effectiveAtUs, knownAt: fact.sequence) else {
            throw Refusal(
                .unknown, "rule", body.rule,
                Text("aucune règle de ce nom en vigueur à cette date", "no rule of that name in force at that time"),
                accepted: Text("une règle de policyAdopted.sharing", "a rule of policyAdopted.sharing"))
        }
        try decide(body.amountMinor, policy.total, fact, book, views)
        let right: [(party: UInt32, member: String, amountMinor: Int64)]
        do throws(MoneyError) {
            right = try SharingRule.parts(of: body.amountMinor, policy, year: fact.year, book, views)
        } catch {
            throw Refusal(
                .wrongAmount, "amountMinor", body.amountMinor,
                Text("la règle donne plus que ce montant", "the rule gives more than the amount"),
                accepted: Text("un montant plus grand", "a larger amount"))
        }
        try decide(body.parts, right)
        guard policy.total != .expenses else { return }
        try Check.atMost(
            right.reduce(0) { $0 &+ $1.amountMinor }, max(0, views.result(book, yearOf: fact.day)), "parts",
            Text(
                "les parts dépassent les produits de l’exercice moins ses charges : la réserve ne se partage pas (C-67.2, art. 147)",
                "the parts are more than the year's revenue less its expenses: the reserve is not shared (C-67.2 s.147)"
            ))
    }

    /// Nobody shares what was not earned or spent that year, nor the same twice: the loss would fall on the reserve, which is never shared (C-67.2 s.147).
    private static func decide(
        _ amountMinor: Int64, _ total: SharedTotal, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let isCosts = total == .expenses
        let first = CivilDate(clampingDays: Int64(fact.day)).firstOfYear.daysSinceEpoch
        let sum = views.income(isCosts ? .expenses : .revenue, book, from: first, through: fact.day)
        let shared = views.shared(book, year: fact.year)
        try Check.atMost(
            amountMinor, sum - (isCosts ? shared.second : shared.first), "amountMinor",
            isCosts
                ? Text(
                    "plus que les charges de l’exercice à ce jour qui restent à partager",
                    "more than is left to share of the year's expenses so far")
                : Text(
                    "plus que les produits de l’exercice à ce jour qui restent à partager",
                    "more than is left to share of the year's revenue so far"))
    }

    /// Every part is the rule's, and none is missing.
    private static func decide(
        _ parts: Repeated<SharedPartView>, _ right: [(party: UInt32, member: String, amountMinor: Int64)]
    ) throws(Refusal) {
        var wanted = Dictionary(right.map { ($0.member, $0.amountMinor) }, uniquingKeysWith: { first, _ in first })
        for (index, encoded) in parts.enumerated() {
            guard let part = try? encoded.view() else { continue }
            guard let amount = wanted.removeValue(forKey: part.member.string) else {
                throw Refusal(
                    .notAllowed, "parts[\(index)].member", part.member,
                    Text("la règle ne lui donne rien de plus", "the rule gives them nothing more"),
                    accepted: Text(list(right), list(right)))
            }
            try Check.equal(
                part.amountMinor, amount, "parts[\(index)].amountMinor",
                Text("la part de \(part.member.string) selon la règle", "\(part.member.string)'s part by the rule"))
        }
        guard wanted.isEmpty else {
            throw Refusal(
                .missing, "parts", Int64(parts.count), Text("il manque une part", "a part is missing"),
                accepted: Text(list(right), list(right)))
        }
        guard !right.isEmpty else {
            throw Refusal(
                .notAllowed, "amountMinor", "",
                Text(
                    "la règle ne donne rien à personne : aucune contribution",
                    "the rule gives nobody anything: no patronage"),
                accepted: Text("une règle qui nomme des membres", "a rule that names members"))
        }
    }

    private static func list(_ parts: [(party: UInt32, member: String, amountMinor: Int64)]) -> String {
        let shown = parts.prefix(10).map { "\($0.member) \($0.amountMinor)" }.joined(separator: ", ")
        return parts.count > 10 ? shown + ", …" : shown
    }

    static func fold(shared body: RevenueSharedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        views.putNumber(views.key.begin(.sharing).u16(book.id).text(body.sharing).bytes, fact.sequence)
        let total = book.sharingRule(body.rule, at: fact.effectiveAtUs, knownAt: fact.sequence)?.total
        views.addCounters(
            views.sharedKey(book, fact.year), total == .expenses ? 0 : body.amountMinor,
            total == .expenses ? body.amountMinor : 0)
        for encoded in body.parts {
            guard let part = try? encoded.view() else { continue }
            let party = views.intern(.identity, part.member)
            if total == .expenses {
                views.debitSundry(book, party: party, part.amountMinor)
                views.credit(book, .otherRevenue, part.amountMinor)
            } else {
                views.debit(book, .sharedWithMembers, part.amountMinor)
                views.credit(book, .membersPayable, party: party, part.amountMinor)
            }
            views.touch(party, fact)
        }
    }
}

extension Views {
    fileprivate func sharedKey(_ book: Book, _ year: UInt16) -> Bytes {
        key.begin(.shared).u16(book.id).u16(year).bytes
    }

    /// The revenue and the costs of a year that were shared already, what stayed with the cooperative included.
    fileprivate func shared(_ book: Book, year: UInt16) -> Counters { index.counters(sharedKey(book, year)) }
}
