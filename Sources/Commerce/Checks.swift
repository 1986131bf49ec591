import Accounting
import Bytes
import Events

/// Checks that several slices share. Each refuses with the field it was told, whose name is made only then: no event pays for a sentence that nobody reads.
enum Check {
    static let nameBytesMax = 128
    /// Ten trillion minor units: sums of many such amounts stay far within 64 bits.
    static let amountMinorMax: Int64 = 1_000_000_000_000_000

    /// An id, of whatever kind: visible ASCII and Latin letters with their accents, À to ž.
    ///
    /// Two ids that look the same are the same: no space of any kind, no sign that nobody sees, and each letter one character, never a letter and a
    /// mark, so that an id is its own NFC.
    static func id(_ value: Bytes, _ field: @autoclosure () -> String, max: Int = nameBytesMax) throws(Refusal) {
        guard !value.isEmpty, value.count <= max else { return try name(value, field(), max: max) }
        var at = 0
        while at < value.count {
            let byte = value[at]
            if byte > 0x20, byte < 0x7F {
                at &+= 1
            } else if at + 1 < value.count, isAccented(byte, value[at + 1]) {
                at &+= 2
            } else {
                throw Refusal(
                    .malformed, field(), value,
                    Text("espace ou signe à l’octet \(at)", "a space or a sign at byte \(at)"),
                    accepted: Text(
                        "lettres, accentuées ou non, chiffres et ponctuation ASCII, sans espace",
                        "letters, accented or not, digits and ASCII punctuation, no space"))
            }
        }
    }

    /// U+00C0 to U+017E in UTF-8, without × and ÷, which are no letters, and ŉ, which is two.
    @inline(__always)
    private static func isAccented(_ lead: UInt8, _ next: UInt8) -> Bool {
        switch lead {
        case 0xC3: next != 0x97 && next != 0xB7
        case 0xC4: true
        case 0xC5: next != 0x89 && next != 0xBF
        default: false
        }
    }

    /// Text for people that must be there.
    static func name(_ value: Bytes, _ field: @autoclosure () -> String, max: Int = nameBytesMax) throws(Refusal) {
        guard !value.isEmpty else {
            throw Refusal(
                .missing, field(), "", Text("le champ est vide", "the field is empty"),
                accepted: Text("de 1 à \(max) octets", "1 to \(max) bytes"))
        }
        try text(value, field(), max: max)
    }

    /// Text that may be absent; no control characters, which terminals would obey.
    static func text(_ value: Bytes, _ field: @autoclosure () -> String, max: Int = 500) throws(Refusal) {
        guard value.count <= max else {
            throw Refusal(
                .outOfRange, field(), value.prefix(40), Text("\(value.count) octets", "\(value.count) bytes"),
                accepted: Text("au plus \(max) octets", "at most \(max) bytes"))
        }
        for index in 0..<value.count where isControl(value[index], at: index, in: value) {
            throw Refusal(
                .malformed, field(), "",
                Text("caractère de commande à l’octet \(index)", "control character at byte \(index)"),
                accepted: Text("du texte imprimable", "printable text"))
        }
    }

    /// C0 and C1 controls, the marks that turn the direction of text and those that end a line: terminals obey them, people do not see them.
    @inline(__always)
    private static func isControl(_ byte: UInt8, at index: Int, in text: Bytes) -> Bool {
        if byte < 0x20 || byte == 0x7F { return true }
        guard byte == 0xC2 || byte == 0xE2 else { return false }
        if byte == 0xC2 { return index + 1 < text.count && (0x80...0x9F).contains(text[index + 1]) }
        guard index + 2 < text.count else { return false }
        return text[index + 1] == 0x80
            && ((0xA8...0xAE).contains(text[index + 2]) || text[index + 2] == 0x8E || text[index + 2] == 0x8F)
            || text[index + 1] == 0x81 && (0xA6...0xA9).contains(text[index + 2])
    }

    static func positive(_ amount: Int64, _ field: @autoclosure () -> String) throws(Refusal) {
        guard amount > 0, amount <= amountMinorMax else { throw amountRefusal(amount, field(), least: 1) }
    }

    static func notNegative(_ amount: Int64, _ field: @autoclosure () -> String) throws(Refusal) {
        guard amount >= 0, amount <= amountMinorMax else { throw amountRefusal(amount, field(), least: 0) }
    }

    private static func amountRefusal(_ amount: Int64, _ field: @autoclosure () -> String, least: Int64) -> Refusal {
        Refusal(
            .outOfRange, field(), amount, Text("montant hors limites", "amount out of range"),
            accepted: Text(
                "de \(least) à \(amountMinorMax) unités mineures", "\(least) to \(amountMinorMax) minor units"))
    }

    static func equal(_ amount: Int64, _ right: Int64, _ field: @autoclosure () -> String, _ reason: Text)
        throws(Refusal)
    {
        guard amount == right else {
            throw Refusal(.wrongAmount, field(), amount, reason, accepted: Text("\(right)", "\(right)"))
        }
    }

    static func atMost(_ amount: Int64, _ most: Int64, _ field: @autoclosure () -> String, _ reason: Text)
        throws(Refusal)
    {
        guard amount <= most else {
            throw Refusal(
                .wrongAmount, field(), amount, reason,
                accepted: Text("au plus \(Swift.max(0, most))", "at most \(Swift.max(0, most))"))
        }
    }

    /// An event is not effective before the one that it follows from. Only effective times count: either may be recorded late.
    static func notBefore(_ fact: Fact, _ cause: Int64, of sequence: UInt64, what: Text) throws(Refusal) {
        guard fact.effectiveAtUs < cause else { return }
        let at = InstantText.format(us: cause)
        throw Refusal(
            .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
            Text(
                "avant \(what.french) (séquence \(sequence), \(at))",
                "before \(what.english) (sequence \(sequence), \(at))"),
            accepted: Text("\(at) ou plus tard", "\(at) or later"))
    }

    static func book(_ fact: Fact) throws(Refusal) -> Book {
        guard let book = fact.book else {
            throw Refusal(
                .unknown, "book", fact.event.book, Text("aucune coopérative de ce nom", "no cooperative of that name"),
                accepted: Text("le livre d’un cooperativeFounded", "the book of a cooperativeFounded"))
        }
        return book
    }

    static func currency(_ code: Bytes, _ book: Book, _ field: @autoclosure () -> String = "currency") throws(Refusal) {
        guard book.isCurrency(code) else {
            throw Refusal(
                .notAllowed, field(), code, Text("ce n’est pas la monnaie du livre", "not the currency of the book"),
                accepted: Text(book.currency.code, book.currency.code))
        }
    }

    static func date(_ text: Bytes, _ field: @autoclosure () -> String) throws(Refusal) -> CivilDate {
        do {
            return try CivilDate.parse(utf8: text.buffer)
        } catch {
            throw Refusal(
                text.isEmpty ? .missing : .malformed, field(), text,
                text.isEmpty
                    ? Text("la date manque", "the date is missing") : Text("ce n’est pas une date", "not a date"),
                accepted: Text("une date ISO 8601, par exemple 2017-06-30", "an ISO 8601 date, for example 2017-06-30"))
        }
    }

    static func identity(_ name: Bytes, _ field: @autoclosure () -> String, _ views: Views) throws(Refusal) -> UInt32 {
        try Check.id(name, field())
        guard let party = views.party(.identity, name) else {
            throw Refusal(
                .unknown, field(), name, Text("identité inconnue", "unknown identity"),
                accepted: Text(
                    "une identité enregistrée par identityRegistered", "an identity that identityRegistered made known")
            )
        }
        return party
    }

    /// A member on the day of the fact.
    static func member(
        _ name: Bytes, _ field: @autoclosure () -> String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> (party: UInt32, record: MemberRecord) {
        let party = try identity(name, field(), views)
        guard let record = views.member(party, book) else {
            throw Refusal(
                .unknown, field(), name, Text("n’est pas membre de \(book.name)", "not a member of \(book.name)"),
                accepted: Text("un membre admis par memberAdmitted", "a member that memberAdmitted admitted"))
        }
        guard record.isActive(at: fact.effectiveAtUs) else {
            throw Refusal(
                .notAllowed, field(), name,
                Text("n’est pas membre à cette date", "not a member at that time"),
                accepted: Text("un membre à la date de l’événement", "a member at the event's effective time"))
        }
        return (party, record)
    }

    /// The book of a cooperative that is founded.
    static func cooperative(_ name: Bytes, _ field: @autoclosure () -> String, _ views: Views) throws(Refusal) -> Book {
        try Check.id(name, field(), max: 64)
        guard let book = views.book(name) else {
            throw Refusal(
                .unknown, field(), name, Text("aucune coopérative de ce nom", "no cooperative of that name"),
                accepted: Text("le livre d’un cooperativeFounded", "the book of a cooperativeFounded"))
        }
        return book
    }

    static func institution(_ name: Bytes, _ field: @autoclosure () -> String = "institution") throws(Refusal) {
        try Check.id(name, field(), max: 32)
    }

    /// Nothing happens in a book before its cooperative is founded.
    static func notBeforeFounding(_ fact: Fact, _ book: Book) throws(Refusal) {
        try notBefore(
            fact, book.foundedAtUs, of: book.foundedSequence,
            what: Text("la fondation de \(book.name)", "the founding of \(book.name)"))
    }

    /// The same for an event that stands in the log.
    static func notBefore(_ fact: Fact, eventAt sequence: UInt64, _ what: Text, _ views: Views) throws(Refusal) {
        try notBefore(fact, views.effectiveAtUs(sequence), of: sequence, what: what)
    }

    static func fits<R>(_ field: @autoclosure () -> String, _ body: () throws(MoneyError) -> R) throws(Refusal) -> R {
        do throws(MoneyError) {
            return try body()
        } catch {
            throw Refusal(
                .outOfRange, field(), "", Text("le calcul dépasse 64 bits", "the result does not fit 64 bits"),
                accepted: Text("des montants plus petits", "smaller amounts"))
        }
    }

    /// Two people of the book answer for an entry: who prepared it, and who approved it, who is neither that nor the one who records it.
    static func people(
        _ preparer: Bytes, _ approver: Bytes, _ reason: Bytes, _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        try name(reason, "reason", max: 500)
        _ = try identity(preparer, "preparer", views)
        _ = try identity(approver, "approver", views)
        guard !isSamePerson(preparer, approver) else {
            throw Refusal(
                .notAllowed, "approver", approver,
                Text("la personne qui prépare ne peut approuver", "who prepares cannot approve"),
                accepted: Text("une autre personne que preparer", "another person than the preparer"))
        }
        guard !isSamePerson(fact.event.actor, approver) else {
            throw Refusal(
                .notAllowed, "approver", approver,
                Text("la personne qui inscrit ne peut approuver", "who records cannot approve"),
                accepted: Text("une autre personne que actor", "another person than the actor"))
        }
    }
}
