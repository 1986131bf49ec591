import Events

/// Erasure: the key is destroyed outside the log; the log says that it was, and takes no more personal data (DESIGN §4).
///
/// The events, their hashes and every amount stay as they are, and amounts may still be recorded for the pseudonym: what was bought must still be delivered,
/// refunded and reported.
enum Erasures {
    static func decide(erased body: IdentityErasedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        let party = try Check.present(body.identity, "identity", views)
        try Check.speaks(for: body.identity, party, "identity", fact, views)
        try Check.name(body.reason, "reason", max: 500)
        try Check.pseudonymous(body.reason, "reason")
    }

    static func fold(erased body: IdentityErasedView, _ fact: Fact, _ views: Views) {
        let party = views.intern(.identity, body.identity)
        var record = views.identity(party) ?? IdentityRecord()
        record.erasedSequence = fact.sequence
        record.erasedAtUs = fact.effectiveAtUs
        views.putIdentity(record, party)
        SigningKeys.revokeAll(party, fact, views)
        views.touch(party, fact)
    }
}
