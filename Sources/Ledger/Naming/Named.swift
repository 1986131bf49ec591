import Accounting
import Bytes
package import Commerce
import Events
import Index

/// The kinds of things that a person names to a command.
package enum Named {
    case book
    /// Whoever has an account: an identity, an institution or a cooperative.
    case party
    case identity
    case driver
    /// Of the chart or, where a book is given, of its own.
    case account(Book?)
    case product(Book)
    case department(Book)
    case work(Book)
    case order(Book?)
    case parcel(Book)
    case ride(Book)
    case lockerSite(Book)
    case storageSite
    /// A product of which some was ever in store; in any book where none is given.
    case stocked(Book?)
    case district(Book)
    case sharing(Book)
    case agreement([String])
}

extension LedgerError {
    /// The answer to a name that the ledger has never seen: what it is not, and which name is near.
    ///
    /// What is hidden from a viewer is answered as if it did not exist; so names are proposed only of what they may see.
    ///
    /// - Complexity: O(names of that kind).
    package static func unknown(_ named: Named, _ name: String, for viewer: Viewer, _ views: Views) -> LedgerError {
        let near = NearName.find(name, among: named.names(for: viewer, views))
        return LedgerError(.notFound, name, named.reason, remedy: near.map(didYouMean) ?? named.remedy(viewer, views))
    }

    /// "did you mean … ?", in both languages.
    package static func didYouMean(_ name: String) -> Text {
        Text("vouliez-vous dire « \(name) » ?", "did you mean \"\(name)\"?")
    }
}

extension Viewer {
    /// The identity of that name.
    package func identity(_ name: String, _ views: Views) throws(LedgerError) -> UInt32 {
        guard let party = Array(name.utf8).withBytes({ views.party(.identity, $0) }) else {
            throw LedgerError.unknown(.identity, name, for: self, views)
        }
        return party
    }
}

extension Named {
    fileprivate var reason: Text {
        switch self {
        case .book: Text("aucun livre de ce nom", "no book of that name")
        case .party: Text("partie inconnue", "unknown party")
        case .identity: Text("identité inconnue", "unknown identity")
        case .driver: Text("chauffeur inconnu", "unknown driver")
        case .account: Text("compte inconnu", "unknown account")
        case .product: Text("produit inconnu", "unknown product")
        case .department: Text("rayon inconnu", "unknown department")
        case .work: Text("œuvre inconnue", "unknown work")
        case .order: Text("commande inconnue", "unknown order")
        case .parcel: Text("colis inconnu", "unknown parcel")
        case .ride: Text("course inconnue", "unknown ride")
        case .lockerSite: Text("site inconnu", "unknown site")
        case .storageSite: Text("lieu de stockage inconnu", "unknown storage site")
        case .stocked: Text("jamais eu en stock", "never in stock")
        case .district: Text("aucun district de ce nom", "no district of that name")
        case .sharing: Text("aucune règle de ce nom en vigueur", "no rule of that name in force")
        case .agreement: Text("aucune entente de ce nom", "no agreement of that name")
        }
    }

    fileprivate func remedy(_ viewer: Viewer, _ views: Views) -> Text {
        switch self {
        case .book:
            let books = views.allBooks.map(\.name).filter(viewer.sees).joined(separator: ", ")
            return books.isEmpty
                ? Text("inscrire un cooperativeFounded", "record a cooperativeFounded")
                : Text("livres : \(books)", "books: \(books)")
        case .account: return Self.told(by: "balances --all")
        case .product: return Self.told(by: "catalog")
        case .department: return Self.told(by: "catalog --limit all")
        case .work: return Text("un produit publié par workPublished", "a product that workPublished published")
        case .ride: return Self.told(by: "rides")
        case .lockerSite: return Self.told(by: "lockers --all")
        case .storageSite: return Self.told(by: "stock sites")
        case .stocked:
            return Text("« grandlivre stock » nomme ce qui l’est", "\"grandlivre stock\" names what is")
        case .sharing: return Self.told(by: "coop show")
        case .agreement: return Self.told(by: "agreement list")
        case .district:
            let districts = names(for: viewer, views).joined(separator: ", ")
            return districts.isEmpty
                ? Text("inscrire un districtFormed", "record a districtFormed")
                : Text("districts : \(districts)", "districts: \(districts)")
        case .driver: return Text("une identité enregistrée", "a registered identity")
        case .party, .identity, .order, .parcel: return Text("vérifier l’identifiant", "check the id")
        }
    }

    private static func told(by command: String) -> Text {
        Text("« grandlivre \(command) » les nomme", "\"grandlivre \(command)\" names them")
    }

    /// The names of that kind that the viewer may know.
    fileprivate func names(for viewer: Viewer, _ views: Views) -> [String] {
        switch self {
        case .book: return views.allBooks.map(\.name).filter(viewer.sees)
        case .product(let book): return Self.names(.product, book, views)
        case .department(let book): return Array(views.departments(of: book))
        case .account(let book):
            let own = book.map { viewer.operates($0) ? views.accountNames($0) : [] } ?? []
            return AccountCode.allCases.map(\.name) + own
        case .agreement(let names): return names
        default: break
        }
        guard viewer.isOperator else { return [] }
        switch self {
        case .party: return PartyNameKind.allCases.flatMap { Self.names($0, views) }
        case .identity, .driver: return Self.names(.identity, views)
        case .work(let book): return Self.names(.work, book, views)
        case .order(let book): return book.map { Self.names(.order, $0, views) } ?? []
        case .parcel(let book): return Self.names(.parcelName, book, views)
        case .ride(let book): return Self.names(.ride, book, views)
        case .lockerSite(let book): return Self.names(.lockerSite, book, views)
        case .storageSite: return Self.names(views.index.rows(prefix: views.key.begin(.storageSite).bytes), after: 1)
        case .stocked(let book):
            let books = book.map { [$0] } ?? views.allBooks
            return books.flatMap { book in
                Self.names(views.index.rows(prefix: views.key.begin(.stock).u16(book.id).bytes), after: 7)
            }
        case .district(let book): return views.districts(book)
        case .sharing(let book): return Self.names(.sharing, book, views)
        default: return []
        }
    }

    private static func names(_ index: IndexByte, _ book: Book, _ views: Views) -> [String] {
        names(views.index.rows(prefix: views.key.begin(index).u16(book.id).bytes), after: 3)
    }

    private static func names(_ kind: PartyNameKind, _ views: Views) -> [String] {
        names(views.index.rows(prefix: views.key.begin(.partyName).u8(kind.rawValue).bytes), after: 2)
    }

    /// What follows the first bytes of each key.
    private static func names(_ rows: Rows, after count: Int) -> [String] {
        var names: [String] = []
        while rows.next() { names.append(rows.key.dropFirst(count).string) }
        return names
    }
}

extension Views {
    /// The names of the accounts that a book has of its own, besides those of the chart.
    package func accountNames(_ book: Book) -> [String] {
        var names: [String] = []
        let rows = index.rows(prefix: key.begin(.accountName).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(3).string) }
        return names
    }

    /// The departments of a book's products, as they are listed now.
    ///
    /// - Complexity: O(products).
    package func departments(of book: Book) -> Set<String> {
        var events: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.product).u16(book.id).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            events.append(ProductRecord(&value).sequence)
        }
        var departments: Set<String> = []
        for sequence in events {
            guard let event = event(sequence) else { continue }
            if event.kind == .productListed, let listed = try? ProductListedView(event.bodyBytes) {
                departments.insert(listed.department.string)
            } else if let revised = try? ProductRevisedView(event.bodyBytes) {
                departments.insert(revised.department.string)
            }
        }
        departments.remove("")
        return departments
    }
}
