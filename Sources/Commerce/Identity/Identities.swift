import Events

/// One pseudonymous identity for all cooperatives.
enum Identities {
    static func decide(_ body: IdentityRegisteredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        try Check.name(body.identity, "identity")
        if let party = views.party(.identity, body.identity) {
            throw Refusal(
                .duplicate, "identity", body.identity,
                Text("identité déjà enregistrée (partie \(party))", "identity already registered (party \(party))"),
                accepted: Text("une identité nouvelle", "a new identity"))
        }
    }

    static func fold(_ body: IdentityRegisteredView, _ fact: Fact, _ views: Views) {
        views.touch(views.intern(.identity, body.identity), fact)
    }
}
