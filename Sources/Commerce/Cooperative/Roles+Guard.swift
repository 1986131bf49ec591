import Accounting
import Bytes
import Events
import Index

extension Roles {
    /// Called for every event, before its own rule: the actor's role and the approvals that the kind and its amount need.
    ///
    /// A book without roles and without an approval policy pays for three tests.
    @inline(__always)
    static func decide(_ fact: Fact, _ views: Views) throws(Refusal) {
        let isGuarded = fact.bookReference.map { $0._withUnsafeGuaranteedRef { $0.isGuarded } } ?? false
        guard
            isGuarded || !fact.event.approvals.isEmpty || Approvals.postsElsewhere(fact.event.bodyField)
        else { return }
        try decideGuarded(fact, views)
    }

    @inline(never)
    private static func decideGuarded(_ fact: Fact, _ views: Views) throws(Refusal) {
        if let book = fact.book, book.hasRoles { try decide(actor: fact, book, views) }
        try Approvals.decide(fact, fact.book, views)
    }

    /// The actor is the person concerned, or has a role that allows the kind and its amount.
    private static func decide(actor fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        let actor = fact.event.actor
        // A body that is missing has its own refusal.
        guard let kind = fact.event.kind else { return }
        let allowed = allowed(kind)
        if !actor.isEmpty, let person = SelfService.person(fact, book, views), person == actor {
            let earliest = fact.recordedAtUs - SelfService.lateMaxUs
            let excess = SelfService.excess(fact, book, views)
            guard excess != nil || fact.effectiveAtUs < earliest else { return }
            let party = views.party(.identity, actor) ?? 0
            guard !allowed.roles.contains(where: { views.role(party, $0, book)?.isActive == true }) else { return }
            let names = allowed.roles.map(name).joined(separator: ", ")
            guard let excess else {
                let at = InstantText.format(us: earliest)
                throw Refusal(
                    .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                    Text(
                        "personne n’antidate ce qui s’inscrit sans rôle : les prix et les règles sont ceux du moment",
                        "nobody backdates what is recorded without a role: prices and rules are those of the moment"),
                    accepted: Text("\(at) ou plus tard, ou \(names)", "\(at) or later, or \(names)"))
            }
            throw Refusal(
                .notAllowed, excess.field, excess.value, excess.reason,
                accepted: Text(
                    "\(excess.accepted.french) \(names)", "\(excess.accepted.english) \(names)"))
        }
        guard !actor.isEmpty, let party = views.party(.identity, actor) else {
            throw refusal(actor, allowed, Text("n’a aucun rôle dans ce livre", "has no role in this book"))
        }
        var most: Int64?
        for role in Role.allCases where allowed.contains(role) {
            guard let held = views.role(party, role, book), held.isActive else { continue }
            guard let limit = held.limitMinor else { return }
            most = max(most ?? 0, limit)
        }
        guard let most else {
            throw refusal(
                actor, allowed,
                Text("aucun rôle de cette personne ne le permet", "no role of this person allows it"))
        }
        guard let amount = EventAmount.of(fact, views), amount.minor > most else { return }
        throw Refusal(
            .outOfRange, "\(amount.field)", amount.minor,
            Text("plus que la limite du rôle de \(actor.string)", "more than the limit of \(actor.string)'s role"),
            accepted: Text("au plus \(most)", "at most \(most)"))
    }

    private static func refusal(_ actor: Bytes, _ allowed: RoleSet, _ reason: Text) -> Refusal {
        let names = allowed.roles.map(name).joined(separator: ", ")
        return Refusal(
            .notAllowed, "actor", actor, reason,
            accepted: names.isEmpty ? Text("personne", "nobody") : Text(names, names))
    }

    /// An approver has the approver's or the administrator's role, up to the amount.
    static func decide(
        approver party: UInt32, _ approver: Bytes, _ place: String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        var most: Int64?
        for role in [Role.approver, .administrator] {
            guard let held = views.role(party, role, book), held.isActive else { continue }
            guard let limit = held.limitMinor else { return }
            most = max(most ?? 0, limit)
        }
        guard let most else {
            throw Refusal(
                .notAllowed, "\(place).approver", approver,
                Text("n’a pas le rôle d’approuver", "does not have the role to approve"),
                accepted: Text("ROLE_APPROVER ou ROLE_ADMINISTRATOR", "ROLE_APPROVER or ROLE_ADMINISTRATOR"))
        }
        guard let amount = EventAmount.of(fact, views), amount.minor > most else { return }
        throw Refusal(
            .outOfRange, "\(place).approver", approver,
            Text("\(amount.minor) dépasse la limite de son rôle", "\(amount.minor) is more than the limit of the role"),
            accepted: Text("au plus \(most)", "at most \(most)"))
    }
}

/// A set of roles.
struct RoleSet {
    private let bits: UInt32

    init(_ roles: Role...) { bits = roles.reduce(0) { $0 | 1 << UInt32($1.rawValue & 31) } }

    func contains(_ role: Role) -> Bool { bits & 1 << UInt32(role.rawValue & 31) != 0 }

    var roles: [Role] { Role.allCases.filter { $0 != .unspecified && contains($0) } }
}
