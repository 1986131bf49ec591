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

    /// The event's approvals must hold, and each book whose money it moves must have those that its own policy asks for.
    static func decide(_ fact: Fact, _ book: Book?, _ views: Views) throws(Refusal) {
        let given = fact.event.approvals
        let other = counterpart(fact, views)
        guard !given.isEmpty else {
            if let missing = book.flatMap({ demand(fact, $0, views) }) ?? other.flatMap({ demand(fact, $0, views) }) {
                throw missing
            }
            return
        }
        guard given.count <= approvalsMax else {
            throw Refusal(
                .outOfRange, "approvals", Int64(given.count), Text("trop de signatures", "too many signatures"),
                accepted: Text("au plus \(approvalsMax)", "at most \(approvalsMax)"))
        }
        let books = [book, other].compactMap { $0 }
        let prepared = people(fact, views)
        // Whom each approval counts for, by its signer.
        var seen: [UInt32: [UInt16]] = [:]
        for (index, encoded) in given.enumerated() {
            guard let approval = try? encoded.view() else { continue }
            let counted = try decide(approval, "approvals[\(index)]", prepared.others, fact, books, views)
            guard seen.updateValue(counted.books, forKey: counted.party) == nil else {
                throw Refusal(
                    .duplicate, "approvals[\(index)].approver", approval.approver,
                    Text("a déjà signé", "has signed already"),
                    accepted: Text("chaque personne une fois", "each person once"))
            }
        }
        if let named = prepared.approver, seen[views.party(.identity, named) ?? 0] == nil {
            throw Refusal(
                .conflict, "approvals", named,
                Text(
                    "la personne nommée comme approbatrice n’a pas signé", "the approver that is named has not signed"),
                accepted: Text("la signature de \(named.string)", "the signature of \(named.string)"))
        }
        for book in books where !seen.values.contains(where: { $0.contains(book.id) }) {
            if let missing = demand(fact, book, views) { throw missing }
        }
    }

    /// Whether somebody who may has approved the event for a book, whatever its policy asks for.
    static func isApproved(_ fact: Fact, for book: Book, _ views: Views) -> Bool {
        fact.event.approvals.contains { encoded in
            guard let approval = try? encoded.view(), let party = views.party(.identity, approval.approver) else {
                return false
            }
            return obstacle(party, approval.approver, "approvals", fact, book, views) == nil
                && isSigned(fact, by: approval.signature, party, for: book, views)
        }
    }

    /// Kinds that post in another cooperative's book besides their own.
    @inline(__always)
    static func postsElsewhere(_ bodyField: Int) -> Bool {
        (EventKind.serviceInvoiced.rawValue...EventKind.intercoopSettled.rawValue).contains(bodyField)
            || (EventKind.solidarityContributed.rawValue...EventKind.solidarityGranted.rawValue).contains(bodyField)
    }

    /// The other book that the event binds or whose money it moves, where there is one; what it names wrongly, its own rule refuses.
    private static func counterpart(_ fact: Fact, _ views: Views) -> Book? {
        switch fact.event.body {
        case .agreementSigned(let bytes)?:
            return (try? AgreementSignedView(bytes)).flatMap { views.book($0.clientBook) }
        case .serviceInvoiced(let bytes)?:
            guard let body = try? ServiceInvoicedView(bytes), let book = fact.book else { return nil }
            return views.agreement(body.agreement, book).flatMap { views.book(number: $0.client) }
        case .balancesNetted(let bytes)?:
            return (try? BalancesNettedView(bytes)).flatMap { views.book($0.counterpartBook) }
        case .intercoopSettled(let bytes)?:
            return (try? IntercoopSettledView(bytes)).flatMap { views.book($0.counterpartBook) }
        case .solidarityContributed(let bytes)?:
            return (try? SolidarityContributedView(bytes)).flatMap { views.book($0.fundBook) }
        case .solidarityGranted(let bytes)?:
            return (try? SolidarityGrantedView(bytes)).flatMap { views.book($0.beneficiaryBook) }
        default: return nil
        }
    }

    /// The signer of an approval and the books that it counts for: at least one.
    private static func decide(
        _ approval: ApprovalView, _ place: String, _ others: [Bytes], _ fact: Fact, _ books: [Book], _ views: Views
    ) throws(Refusal) -> (party: UInt32, books: [UInt16]) {
        let party = try Check.identity(approval.approver, "\(place).approver", views)
        for other in [fact.event.actor] + others where Check.isSamePerson(other, approval.approver) {
            throw Refusal(
                .notAllowed, "\(place).approver", approval.approver,
                Text("la personne qui prépare ne peut approuver", "who prepares cannot approve"),
                accepted: Text(
                    "une autre personne que \(other.string)", "another person than \(other.string)"))
        }
        // Who may sign an agreement, its own rule says for each of the two books.
        guard fact.event.kind != .agreementSigned else {
            return (party, books.filter { isSigned(fact, by: approval.signature, party, for: $0, views) }.map(\.id))
        }
        // A sponsor signs what it takes upon itself, without a role, by a key that no other book says is its own.
        if Sponsorships.sponsor(fact) == approval.approver {
            try Sponsorships.decide(signature: approval, party, place, fact, views)
            return (party, books.map(\.id))
        }
        let obstacles = books.map { obstacle(party, approval.approver, place, fact, $0, views) }
        let speaksFor = zip(books, obstacles).filter { $1 == nil }.map(\.0)
        if speaksFor.isEmpty, let refusal = obstacles.compactMap({ $0 }).first { throw refusal }
        let counted = speaksFor.filter { isSigned(fact, by: approval.signature, party, for: $0, views) }
        guard !counted.isEmpty else {
            let names = speaksFor.map(\.name).joined(separator: ", ")
            throw Refusal(
                .notAllowed, "\(place).signature", SigningKeys.hex(approval.signature.prefix(8)),
                Text(
                    "ce n’est pas une signature de cet événement par une clé en vigueur de cette personne, inscrite par \(names)",
                    "not a signature of this event by a key of this person that holds and that \(names) registered"),
                accepted: Text(
                    "la signature de « grandlivre approve » par une clé de signingKeyRegistered dans ce livre",
                    "the signature of \"grandlivre approve\" by a key of signingKeyRegistered in that book"))
        }
        return (party, counted.map(\.id))
    }

    /// Why a person may not approve for a book: without the role where the book has roles; where another book has none, not a member of it.
    private static func obstacle(
        _ party: UInt32, _ approver: Bytes, _ place: String, _ fact: Fact, _ book: Book, _ views: Views
    ) -> Refusal? {
        if book.hasRoles {
            do throws(Refusal) {
                try Roles.decide(approver: party, approver, place, fact, book, views)
                return nil
            } catch {
                return error
            }
        }
        if book.id == fact.book?.id || views.member(party, book)?.isActive(at: fact.effectiveAtUs) == true {
            return nil
        }
        return Refusal(
            .notAllowed, "\(place).approver", approver,
            Text("n’est pas membre de \(book.name)", "not a member of \(book.name)"),
            accepted: Text("un membre de \(book.name)", "a member of \(book.name)"))
    }

    /// The refusal of an event that a book's policy in force wants approved, as long as nobody has; `nil` where it asks for nothing.
    private static func demand(_ fact: Fact, _ book: Book, _ views: Views) -> Refusal? {
        let accepted = Text(
            "la signature d’une autre personne (« grandlivre approve ») pour \(book.name)",
            "the signature of another person (\"grandlivre approve\") for \(book.name)")
        // Accounting takes no money out: whoever keeps the books there has somebody else sign what changes the bank or the till.
        if book.hasRoles, ManualEntries.movesMoney(fact, views) {
            return Refusal(
                .missing, "approvals", "",
                Text(
                    "l’écriture change la banque ou la caisse : une autre personne l’approuve",
                    "the entry changes the bank or the till: another person approves it"),
                accepted: accepted)
        }
        guard let kind = fact.event.kind,
            let policy = book.policy(
                ApprovalPolicyView.self, policyField, at: max(fact.effectiveAtUs, fact.recordedAtUs),
                knownAt: fact.sequence)
        else { return nil }
        // Whom a policy binds does not lift it alone: not by another policy, nor by a first role.
        if !book.hasRoles, !policy.rules.isEmpty, changesApprovals(fact) {
            return Refusal(
                .missing, "approvals", "",
                Text(
                    "une politique d’approbation est en vigueur : une autre personne approuve ce qui la change",
                    "an approval policy is in force: another person approves what changes it"),
                accepted: accepted)
        }
        for encoded in policy.rules {
            guard let rule = try? encoded.view(), kinds[rule.kind.string] == kind else { continue }
            let amount = EventAmount.of(fact, views)
            guard rule.thresholdMinor <= 0 || (amount?.minor ?? .max) >= rule.thresholdMinor else { return nil }
            return Refusal(
                .missing, "approvals", amount.map { "\($0.minor)" } ?? "",
                rule.thresholdMinor > 0
                    ? Text(
                        "à partir de \(rule.thresholdMinor), une autre personne approuve",
                        "from \(rule.thresholdMinor) on another person approves")
                    : Text("une autre personne approuve", "another person approves"),
                accepted: accepted)
        }
        return nil
    }

    /// Whether the event says anew who approves what: another approval policy, or a role, whose first one opens the rules to its holder.
    private static func changesApprovals(_ fact: Fact) -> Bool {
        switch fact.event.body {
        case .policyAdopted(let bytes)?: (try? PolicyAdoptedView(bytes))?.policyField == policyField
        case .roleGranted?: true
        default: false
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
