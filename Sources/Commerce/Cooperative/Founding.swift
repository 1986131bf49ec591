import Accounting
import Bytes
import Events
import Index

/// The founding of a cooperative opens its book.
enum Founding {
    static func decide(_ body: CooperativeFoundedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        guard fact.book == nil else {
            throw Refusal(
                .duplicate, "book", fact.event.book, Text("le livre existe déjà", "the book exists already"),
                accepted: Text("un nom de livre nouveau", "a new book name"))
        }
        try Check.name(body.name, "name", max: 200)
        guard Currency(utf8: body.currency.buffer) != nil else {
            throw Refusal(
                .unknown, "currency", body.currency, Text("monnaie inconnue", "unknown currency"),
                accepted: Text("un code ISO 4217, par exemple CAD", "an ISO 4217 code, for example CAD"))
        }
        guard body.legalForm != .unspecified else {
            throw Refusal(
                .missing, "legalForm", "", Text("la forme juridique manque", "the legal form is missing"),
                accepted: Text("par exemple LEGAL_FORM_SOLIDARITY", "for example LEGAL_FORM_SOLIDARITY"))
        }
        try Check.text(body.timeZone, "timeZone", max: 64)
        try Check.positive(body.commonSharePriceMinor, "commonSharePriceMinor")
        if body.clock == .data, fact.sequence != 0 {
            throw Refusal(
                .notAllowed, "clock", "CLOCK_DATA",
                Text(
                    "seul le premier événement du journal choisit l’horloge",
                    "only the first event of the log chooses the clock"),
                accepted: Text("CLOCK_MACHINE", "CLOCK_MACHINE"))
        }
    }

    static func fold(_ body: CooperativeFoundedView, _ fact: Fact, _ views: Views) {
        let number = views.nextNumber(.book)
        guard let id = UInt16(exactly: number) else { return views.index.fail("more than 65 535 books") }
        views.putNumber(views.key.begin(.bookName).text(fact.event.book).bytes, UInt64(id))
        views.putNumber(views.key.begin(.book).u16(id).bytes, fact.sequence)
        // It may have been a member elsewhere before it had a book.
        guard let party = views.party(.identity, fact.event.book) else { return }
        for other in views.allBooks where other.id != id {
            guard var member = views.member(party, other) else { continue }
            member.isBook = true
            views.putMember(member, party, other)
        }
    }

    static func book(id: UInt16, name: String, sequence: UInt64, _ body: CooperativeFoundedView) -> Book {
        Book(
            id: id, name: name, foundedSequence: sequence, currency: Currency(utf8: body.currency.buffer) ?? .cad,
            legalName: body.name.string, commonSharePriceMinor: body.commonSharePriceMinor, legalForm: body.legalForm)
    }
}
