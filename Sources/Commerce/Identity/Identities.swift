import Bytes
import Events

/// One pseudonymous identity for all cooperatives.
enum Identities {
    static func decide(_ body: IdentityRegisteredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        try Check.id(body.identity, "identity")
        try Check.pseudonymous(body.identity, "identity")
        if let party = views.party(.identity, body.identity) {
            throw Refusal(
                .duplicate, "identity", body.identity,
                Text("identité déjà enregistrée (partie \(party))", "identity already registered (party \(party))"),
                accepted: Text("une identité nouvelle", "a new identity"))
        }
    }

    static func fold(_ body: IdentityRegisteredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.identity)
        views.putNumber(views.key.begin(.identityHome).u32(party).bytes, UInt64(book.id))
        views.touch(party, fact)
    }
}

extension Views {
    /// The book that registered an identity; `nil` for a party that is none.
    package func home(ofIdentity party: UInt32) -> Book? {
        number(key.begin(.identityHome).u32(party).bytes).flatMap { book(number: UInt16(truncatingIfNeeded: $0)) }
    }
}

extension Check {
    /// Text that stands in clear for ever: an e-mail address in it would outlive every erasure.
    static func pseudonymous(_ text: Bytes, _ field: @autoclosure () -> String) throws(Refusal) {
        for index in 0..<text.count where text[index] == 0x40 {
            // The value is not repeated: refusals are printed and kept in files of rejects.
            throw Refusal(
                .notAllowed, field(), "",
                Text(
                    "« @ » : une adresse en clair ne s’effacerait jamais",
                    "\"@\": an address in clear could never be erased"),
                accepted: Text(
                    "un pseudonyme; les données personnelles se scellent dans personalDataProvided",
                    "a pseudonym; personal data is sealed in personalDataProvided"))
        }
    }

    /// A short word of a vocabulary, such as a purpose: too narrow to carry personal data.
    static func token(_ text: Bytes, _ field: @autoclosure () -> String, max: Int) throws(Refusal) {
        try Check.id(text, field(), max: max)
        for index in 0..<text.count {
            let byte = text[index]
            let isLetter = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
            guard isLetter || byte == 0x2D || byte == 0x2E else {
                throw Refusal(
                    .malformed, field(), text,
                    Text("octet \(index) hors du vocabulaire", "byte \(index) is outside the vocabulary"),
                    accepted: Text("a–z, 0–9, « - » et « . »", "a–z, 0–9, \"-\" and \".\""))
            }
        }
    }

    /// Who speaks for a person: they themselves in any book, else the cooperative that registered their identity. No other says in their name what they gave,
    /// agreed to or want forgotten (P-39.1 s.12, 14, 28).
    static func speaks(
        for name: Bytes, _ party: UInt32, _ field: @autoclosure () -> String, _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        guard fact.event.actor != name, let home = views.home(ofIdentity: party), home.id != fact.book?.id else {
            return
        }
        throw Refusal(
            .notAllowed, field(), name,
            Text(
                "ce livre ne parle pas pour cette personne, enregistrée par \(home.name)",
                "this book does not speak for this person, whom \(home.name) registered"),
            accepted: Text(
                "la personne elle-même comme actor, ou le livre \(home.name)",
                "the person as actor, or the book \(home.name)"))
    }

    /// An identity whose key was not destroyed.
    static func present(
        _ name: Bytes, _ field: @autoclosure () -> String, _ views: Views
    ) throws(Refusal) -> UInt32 {
        let party = try Check.identity(name, field(), views)
        if let erased = views.identity(party)?.erasedSequence, erased > 0 {
            throw Refusal(
                .notAllowed, field(), name,
                Text("identité effacée par l’événement \(erased)", "identity erased by event \(erased)"),
                accepted: Text("une identité qui n’est pas effacée", "an identity that is not erased"))
        }
        return party
    }
}
