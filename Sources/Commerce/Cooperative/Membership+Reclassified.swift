import Accounting
import Bytes
package import Events
import Index

/// The categories of members that a legal form knows (C-67.2; DOMAIN §2).
///
/// A solidarity cooperative has users, workers and support members; a producers' cooperative producers, a consumers' one users, a workers' one workers;
/// a federation is used by its cooperatives. Any of them may have auxiliary members, if its by-laws say so.
package enum MemberCategories {
    package static func of(_ form: LegalForm) -> [MemberCategory] {
        switch form {
        case .solidarity: [.user, .worker, .support, .auxiliary]
        case .producers: [.producer, .auxiliary]
        case .workers: [.worker, .auxiliary]
        case .consumers, .federation: [.user, .auxiliary]
        default: []
        }
    }

    /// The category as the schema's JSON names it.
    package static func name(_ category: MemberCategory) -> String {
        "MEMBER_CATEGORY_" + "\(category)".uppercased()
    }
}

extension Membership {
    static func decide(_ category: MemberCategory, _ book: Book) throws(Refusal) {
        let known = MemberCategories.of(book.legalForm)
        guard known.contains(category) else {
            let names = known.map(MemberCategories.name).joined(separator: ", ")
            throw Refusal(
                .notAllowed, "category", MemberCategories.name(category),
                Text(
                    "la forme juridique de \(book.name) n’a pas cette catégorie (C-67.2)",
                    "the legal form of \(book.name) has no such category (C-67.2)"),
                accepted: Text(names, names))
        }
    }

    static func decide(_ groups: RepeatedEnum<Group>, _ category: MemberCategory) throws(Refusal) {
        for (index, group) in groups.enumerated() {
            guard group != .unspecified else {
                throw Refusal(
                    .missing, "groups[\(index)]", "", Text("le groupe manque", "the group is missing"),
                    accepted: Text("par exemple GROUP_CONSUMER", "for example GROUP_CONSUMER"))
            }
            guard category != .support else {
                throw Refusal(
                    .notAllowed, "groups[\(index)]", "\(group)",
                    Text("un membre de soutien n’a pas de ristourne", "a support member has no patronage"),
                    accepted: Text("aucun groupe", "no group"))
            }
        }
    }

    static func decide(reclassified body: MemberReclassifiedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let (_, member) = try Check.member(body.member, "member", fact, book, views)
        let category =
            body.category == .unspecified ? MemberCategory(rawValue: member.category) ?? .unspecified : body.category
        try decide(category, book)
        try decide(body.groups, category)
        guard category.rawValue != member.category || bits(body.groups) != member.groups else {
            throw Refusal(
                .duplicate, "groups", body.member,
                Text("rien ne change", "nothing changes"),
                accepted: Text("une autre catégorie ou d’autres groupes", "another category or other groups"))
        }
    }

    /// Bit n says group n.
    static func bits(_ groups: RepeatedEnum<Group>) -> UInt64 {
        groups.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    static func fold(reclassified body: MemberReclassifiedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        guard var member = views.member(party, book) else {
            return views.index.fail("event \(fact.sequence): no such member")
        }
        if body.category != .unspecified { member.category = body.category.rawValue }
        member.formerGroups |= member.groups
        member.groups = bits(body.groups)
        views.putMember(member, party, book)
        views.touch(party, fact)
    }
}
