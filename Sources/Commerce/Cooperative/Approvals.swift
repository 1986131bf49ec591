import Accounting
import Bytes
import Events
import Index

/// Approvals: a second person signs exactly what is to be recorded.
///
/// Whoever prepares does not approve (Canadian Auditing Standard 240, segregation of duties): the approver is neither the actor nor the preparer that
/// the event names. The policy in force when the event is recorded says what needs a signature; a backdated event does not escape it.
package enum Approvals {
    /// The field of an approval policy in PolicyAdopted.
    static let policyField = 6
    static let approvalsMax = 16

    /// The event's approvals must hold, and there must be one where the policy asks for it.
    static func decide(_ fact: Fact, _ book: Book?, _ views: Views) throws(Refusal) {
        let given = fact.event.approvals
        if given.isEmpty {
            if let book { try decideWithout(fact, book, views) }
            return
        }
        guard given.count <= approvalsMax else {
            throw Refusal(
                .outOfRange, "approvals", Int64(given.count), Text("trop de signatures", "too many signatures"),
                accepted: Text("au plus \(approvalsMax)", "at most \(approvalsMax)"))
        }
        let digest = digest(fact.event)
        let prepared = people(fact, views)
        var seen: Set<UInt32> = []
        for (index, encoded) in given.enumerated() {
            guard let approval = try? encoded.view() else { continue }
            let party = try decide(approval, "approvals[\(index)]", digest, prepared.others, fact, book, views)
            guard seen.insert(party).inserted else {
                throw Refusal(
                    .duplicate, "approvals[\(index)].approver", approval.approver,
                    Text("a déjà signé", "has signed already"),
                    accepted: Text("chaque personne une fois", "each person once"))
            }
        }
        if let named = prepared.approver, !seen.contains(views.party(.identity, named) ?? 0) {
            throw Refusal(
                .conflict, "approvals", named,
                Text(
                    "la personne nommée comme approbatrice n’a pas signé", "the approver that is named has not signed"),
                accepted: Text("la signature de \(named.string)", "the signature of \(named.string)"))
        }
    }

    private static func decide(
        _ approval: ApprovalView, _ place: String, _ digest: [UInt8], _ others: [Bytes], _ fact: Fact, _ book: Book?,
        _ views: Views
    ) throws(Refusal) -> UInt32 {
        let party = try Check.identity(approval.approver, "\(place).approver", views)
        for other in [fact.event.actor] + others where Check.isSamePerson(other, approval.approver) {
            throw Refusal(
                .notAllowed, "\(place).approver", approval.approver,
                Text("la personne qui prépare ne peut approuver", "who prepares cannot approve"),
                accepted: Text(
                    "une autre personne que \(other.string)", "another person than \(other.string)"))
        }
        // Who may sign an agreement, the rule of agreements says for each of the two books.
        if let book, book.hasRoles, fact.event.kind != .agreementSigned {
            try Roles.decide(approver: party, approval.approver, place, fact, book, views)
        }
        guard isSigned(digest, approval.signature, by: party, views) else {
            throw Refusal(
                .notAllowed, "\(place).signature", SigningKeys.hex(approval.signature.prefix(8)),
                Text(
                    "ce n’est pas une signature de cet événement par une clé en vigueur de cette personne",
                    "not a signature of this event by a key that this person holds"),
                accepted: Text(
                    "la signature de « grandlivre approve » par une clé de signingKeyRegistered",
                    "the signature of \"grandlivre approve\" by a key of signingKeyRegistered"))
        }
        return party
    }

    /// An event without approvals: the policy in force must not ask for one.
    private static func decideWithout(_ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        guard let kind = fact.event.kind,
            let policy = book.policy(
                ApprovalPolicyView.self, policyField, at: max(fact.effectiveAtUs, fact.recordedAtUs),
                knownAt: fact.sequence)
        else { return }
        for encoded in policy.rules {
            guard let rule = try? encoded.view(), kinds[rule.kind.string] == kind else { continue }
            let amount = EventAmount.of(fact, views)
            guard rule.thresholdMinor <= 0 || (amount?.minor ?? .max) >= rule.thresholdMinor else { return }
            throw Refusal(
                .missing, "approvals", amount.map { "\($0.minor)" } ?? "",
                rule.thresholdMinor > 0
                    ? Text(
                        "à partir de \(rule.thresholdMinor), une autre personne approuve",
                        "from \(rule.thresholdMinor) on another person approves")
                    : Text("une autre personne approuve", "another person approves"),
                accepted: Text(
                    "la signature d’une autre personne (« grandlivre approve »)",
                    "the signature of another person (\"grandlivre approve\")"))
        }
    }

    /// Who has prepared what the event says besides its actor, and whom it names as its approver.
    private static func people(_ fact: Fact, _ views: Views) -> (others: [Bytes], approver: Bytes?) {
        switch fact.event.body {
        case .journalEntryPosted(let bytes)?:
            guard let body = try? JournalEntryPostedView(bytes) else { break }
            return ([body.preparer], body.approver)
        case .correctionPosted(let bytes)?:
            guard let body = try? CorrectionPostedView(bytes) else { break }
            return ([body.preparer], body.approver)
        case .expenseApproved(let bytes)?:
            guard let body = try? ExpenseApprovedView(bytes), let book = fact.book,
                let claim = views.claim(body.claim, book),
                let claimed = views.body(ExpenseClaimedView.self, of: claim.claimedSequence)
            else { break }
            return ([claimed.member], nil)
        default: break
        }
        return ([], nil)
    }
}

extension Check {
    /// Names are compared as a person reads them: without regard to case.
    static func isSamePerson(_ a: Bytes, _ b: Bytes) -> Bool {
        a == b || !a.isEmpty && a.string.lowercased() == b.string.lowercased()
    }
}

extension Approvals {
    /// Kinds by their name in the schema's JSON: "payoutInstructed".
    static let kinds = [String: EventKind](
        EventKind.allCases.map { ($0.name.prefix(1).lowercased() + $0.name.dropFirst(), $0) },
        uniquingKeysWith: { first, _ in first })
}

extension Policies {
    static func decide(approvals policy: ApprovalPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal)
    {
        var seen: Set<EventKind> = []
        for (index, encoded) in policy.rules.enumerated() {
            guard let rule = try? encoded.view() else { continue }
            let place = "approvals.rules[\(index)]"
            guard let kind = Approvals.kinds[rule.kind.string], kind != .cooperativeFounded else {
                throw Refusal(
                    .unknown, "\(place).kind", rule.kind,
                    Text("aucune sorte d’événement de ce nom", "no kind of event of that name"),
                    accepted: Text("par exemple payoutInstructed", "for example payoutInstructed"))
            }
            guard seen.insert(kind).inserted else {
                throw Refusal(
                    .duplicate, "\(place).kind", rule.kind, Text("sorte répétée", "the same kind twice"),
                    accepted: Text("chaque sorte une fois", "each kind once"))
            }
            try Check.notNegative(rule.thresholdMinor, "\(place).thresholdMinor")
            guard rule.thresholdMinor == 0 || EventAmount.hasAmount(kind) else {
                throw Refusal(
                    .notAllowed, "\(place).thresholdMinor", rule.thresholdMinor,
                    Text("cette sorte d’événement n’a pas de montant", "this kind of event has no amount"),
                    accepted: Text("0 : chaque événement", "0: every event"))
            }
        }
    }
}
