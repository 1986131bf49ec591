import Bytes
package import Commerce

/// Who asks, and what they may see: every query asks it before it answers.
///
/// Competitors sit at one table: none may read another's figures, whatever is asked (DOMAIN §1). So nothing is visible to a viewer that a rule here does not show,
/// and what is hidden is answered as if it did not exist. Who somebody is, is for the surface that takes the question to prove; this says what follows from it.
package struct Viewer: Sendable, Equatable {
    package enum Scope: Sendable, Equatable {
        /// The operator of the ledger: sees all.
        case ledger
        /// An operator of one cooperative, by the name of its book.
        case cooperative(String)
        /// A member, seller, driver, creator… or, with the kind, an institution.
        case party(PartyNameKind?, String)
        /// A business district: sums over its sellers, and nothing else.
        case district(book: String, String)
    }

    package let scope: Scope

    package static let ledger = Viewer(.ledger)

    package init(_ scope: Scope) { self.scope = scope }

    /// `coop:BOOK`, `district:BOOK/NAME`, `identity:NAME`, `institution:NAME`, or a name alone: an identity, else an institution.
    package init(actor: String) throws(LedgerError) {
        func name(after prefix: String) -> String? {
            actor.hasPrefix(prefix) ? String(actor.dropFirst(prefix.count)) : nil
        }
        if let book = name(after: "coop:") {
            self.init(.cooperative(book))
        } else if let identity = name(after: "identity:") {
            self.init(.party(.identity, identity))
        } else if let institution = name(after: "institution:") {
            self.init(.party(.institution, institution))
        } else if let district = name(after: "district:") {
            let parts = district.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Self.unknown(actor) }
            self.init(.district(book: parts[0], parts[1]))
        } else {
            self.init(.party(nil, actor))
        }
    }

    package var isOperator: Bool { scope == .ledger }

    /// The party that asks; `nil` where nobody in particular does. Throws where the ledger does not know them.
    package func party(_ views: Views) throws(LedgerError) -> UInt32? {
        guard case .party(let kind, let name) = scope else { return nil }
        let found = Array(name.utf8).withBytes { name in
            kind.map { views.party($0, name) } ?? views.party(.identity, name) ?? views.party(.institution, name)
        }
        guard let found else { throw Self.unknown(name) }
        return found
    }

    // MARK: books and parties

    /// Whether the book exists for the viewer. To a person every cooperative does: that it exists is public, its figures are not.
    package func sees(book: String) -> Bool {
        switch scope {
        case .ledger, .party: true
        case .cooperative(let mine): mine == book
        case .district(let mine, _): mine == book
        }
    }

    /// Whether the viewer operates the book, and so may see all of its figures.
    package func operates(_ book: Book) -> Bool {
        switch scope {
        case .ledger: true
        case .cooperative(let mine): mine == book.name
        case .party, .district: false
        }
    }

    /// For queries over a whole book, which no single party may ask.
    package func require(operatorOf book: Book) throws(LedgerError) {
        guard operates(book) else { throw Self.refused(book.name) }
    }

    /// For queries over the whole ledger.
    package func requireOperator(_ what: String) throws(LedgerError) {
        guard isOperator else { throw Self.reserved(what) }
    }

    /// Whether the viewer may read what the ledger holds of a party in a book: their own, or as operator. An operator of one cooperative reads of its members.
    package func mayRead(_ party: UInt32, in book: Book, _ views: Views) throws(LedgerError) -> Bool {
        switch scope {
        case .ledger: true
        case .cooperative(let mine): mine == book.name && views.member(party, book) != nil
        case .party: try self.party(views) == party
        case .district: false
        }
    }

    /// Whether the viewer may know of an identity: its consents and signing keys, of which a cooperative sees those in its own book. A cooperative knows those
    /// whom it registered or ever admitted.
    package func mayRead(identity party: UInt32, _ views: Views) throws(LedgerError) -> Bool {
        switch scope {
        case .ledger: return true
        case .cooperative(let mine):
            guard let book = Array(mine.utf8).withBytes({ views.book($0) }) else { return false }
            return views.member(party, book) != nil || views.home(ofIdentity: party)?.id == book.id
        case .party: return try self.party(views) == party
        case .district: return false
        }
    }

    /// Whether the viewer may open what a person gave of themselves. A cooperative may where it registered them, or while they are its member and consent to some
    /// use of their data by it: to admit somebody unasked opens nothing.
    package func mayOpen(personalDataOf party: UInt32, _ views: Views) throws(LedgerError) -> Bool {
        guard case .cooperative(let mine) = scope else { return try mayRead(identity: party, views) }
        guard let book = Array(mine.utf8).withBytes({ views.book($0) }) else { return false }
        if views.home(ofIdentity: party)?.id == book.id { return true }
        return views.member(party, book)?.withdrewAtUs == 0
            && views.consents(party).contains { $0.book == book.id && !$0.record.isWithdrawn }
    }

    /// The person whose rows a list over a book shows: `nil` is everybody's, to whoever operates the book. Institutions and districts have none.
    package func person(in book: Book, _ views: Views) throws(LedgerError) -> UInt32? {
        if operates(book) { return nil }
        guard let own = try party(views), isIdentity(own, views) else { throw Self.refused(book.name) }
        return own
    }

    /// The name that a list over a book is narrowed to: the viewer's own or, to whoever operates the book, the one asked for; `nil` is everybody's.
    package func subject(_ named: String?, in book: Book, _ snapshot: LedgerSnapshot) throws(LedgerError) -> String? {
        let views = snapshot.views
        if let own = try person(in: book, views) {
            let name = views.partyName(own)
            if let named, named != name { throw Self.unknown(named) }
            return name
        }
        if isOperator, let named, Array(named.utf8).withBytes({ views.party(named: $0) }) == nil {
            throw LedgerError.unknown(.identity, named, for: self, views)
        }
        if case .cooperative = scope, let named {
            // Who was never seen in the book does not exist for its operator, whatever they are elsewhere.
            var query = EventQuery()
            query.viewer = self
            query.party = named
            query.limit = 1
            _ = try query.sequences(snapshot)
        }
        return named
    }

    /// An identity and an institution may bear the same name, and what is the one's is not the other's.
    private func isIdentity(_ party: UInt32, _ views: Views) -> Bool {
        Array(views.partyName(party).utf8).withBytes { views.party(.identity, $0) } == party
    }

    // MARK: answers

    /// The same answer as for what does not exist.
    package static func unknown(_ name: String) -> LedgerError {
        LedgerError(
            .notFound, name, Text("inconnu", "unknown"), remedy: Text("vérifier l’identifiant", "check the id"))
    }

    /// A question about the whole ledger: who operates one of its books may not ask it either.
    package static func reserved(_ what: String) -> LedgerError {
        LedgerError(
            .notFound, what,
            Text("réservé à qui exploite le grand livre", "for whoever operates the ledger only"),
            remedy: refused(what).remedy)
    }

    /// A question that this viewer may not ask at all.
    package static func refused(_ what: String) -> LedgerError {
        LedgerError(
            .notFound, what,
            Text("réservé à qui exploite ce livre", "for whoever operates this book only"),
            remedy: Text(
                "demander en son nom : member, statement, balances, account, orders, parcels, rides, licences, royalties, payments, log; une institution : reconcile status, exceptions, explain, report, import; un district : coop district",
                "ask in one's own name: member, statement, balances, account, orders, parcels, rides, licences, royalties, payments, log; an institution: reconcile status, exceptions, explain, report, import; a district: coop district"
            ))
    }
}
