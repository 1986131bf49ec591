import Bytes
import Events

/// Who approves an agreement. `Approvals.decide` has checked the signature of every approval that is given; here stands only whose they are.
enum AgreementApprovals {
    /// The names of those who approve an event, each once.
    static func approvers(of fact: Fact) -> [Bytes] {
        var names: [Bytes] = []
        for encoded in fact.event.approvals {
            guard let approval = try? encoded.view(), !names.contains(approval.approver) else { continue }
            names.append(approval.approver)
        }
        return names
    }

    /// One approver of each cooperative. They are two persons: each signs once, by one key, and a key counts for the cooperative that registered it.
    static func decide(_ fact: Fact, _ provider: Book, _ client: Book, _ views: Views) throws(Refusal) {
        let names = approvers(of: fact)
        let ofProvider = names.filter { speaks($0, for: provider, fact, views) }
        let ofClient = names.filter { speaks($0, for: client, fact, views) }
        for (book, people) in [(provider, ofProvider), (client, ofClient)] where people.isEmpty {
            throw Refusal(
                .missing, "approvals", Int64(names.count),
                Text("personne n’approuve pour \(book.name)", "nobody approves for \(book.name)"),
                accepted: Text(
                    "l’approbation \(speaker(provider).french) et \(speaker(client).french)",
                    "the approval of \(speaker(provider).english) and of \(speaker(client).english)"))
        }
        for (at, name) in names.enumerated() where !ofProvider.contains(name) && !ofClient.contains(name) {
            throw Refusal(
                .notAllowed, "approvals[\(at)].approver", name,
                Text(
                    "ne lie ni \(provider.name) ni \(client.name)", "binds neither \(provider.name) nor \(client.name)"),
                accepted: Text(
                    "la signature de qui lie l’une des deux, par une clé qu’elle a inscrite",
                    "the signature of somebody who binds one of the two, by a key that it registered"))
        }
    }

    private static func speaker(_ book: Book) -> Text {
        book.hasRoles
            ? Text("d’une personne à l’administration de \(book.name)", "an administrator of \(book.name)")
            : Text("d’un membre de \(book.name)", "a member of \(book.name)")
    }

    /// Whether a person may bind a cooperative at the time of the event, and did by a key that it registered: its administrators, or any member where the
    /// book has no roles.
    private static func speaks(_ name: Bytes, for book: Book, _ fact: Fact, _ views: Views) -> Bool {
        guard !name.isEmpty, let party = views.party(.identity, name),
            let approval = fact.event.approvals.lazy.compactMap({ try? $0.view() }).first(where: { $0.approver == name }
            ),
            Approvals.isSigned(fact, by: approval.signature, party, for: book, views)
        else { return false }
        if book.hasRoles { return views.role(party, .administrator, book)?.isActive == true }
        return views.member(party, book)?.isActive(at: fact.effectiveAtUs) == true
    }
}
