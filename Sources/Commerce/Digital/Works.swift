import Accounting
package import Bytes
import Events
import Index

/// A published work: what a product on sale is as a creation.
package struct WorkRecord: Record {
    /// The newest publication.
    package var sequence: UInt64 = 0
    /// A WorkKind.
    package var kind: Int = 0
    /// A licence can be granted: music, e-books, and what else bears the digital tax class.
    package var isDigital = false
    /// Downloads that a licence includes; 0 without limit.
    package var downloadsMax: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        kind = Int(reader.int())
        isDigital = reader.unsigned() != 0
        downloadsMax = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.int(Int64(kind))
        out.unsigned(isDigital ? 1 : 0)
        out.int(downloadsMax)
    }
}

/// What a row of the digitalId index names.
enum DigitalId: UInt8 {
    /// order's sequence ‖ line (4): the licence granted for it
    case line = 1
    /// licence's sequence ‖ download
    case download = 2
    /// a purchase of credits
    case credits = 3
    case play = 4
    case settlement = 5
    /// listener: its purchase of credits that was effective first
    case firstCredits = 6
    /// order's sequence ‖ line (4): what is held back from the seller's payouts until its licence is granted
    case held = 7
    /// product: its play that was effective last
    case lastPlay = 8
}

extension Views {
    /// The work that a product is; nil where none was published.
    package func work(_ product: Bytes, _ book: Book) -> WorkRecord? {
        record(WorkRecord.self, key.begin(.work).u16(book.id).text(product).bytes)
    }

    func digitalKey(_ id: DigitalId, _ book: Book) -> KeyBuilder {
        key.begin(.digitalId).u16(book.id).u8(id.rawValue)
    }
}

/// Publication of works: their codes, their creators, and the tax class that the law gives them.
enum Works {
    static func decide(published body: WorkPublishedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.product, "product")
        guard let product = views.product(body.product, book), !product.isDelisted else {
            throw Refusal(
                .unknown, "product", body.product, Text("produit inconnu ou retiré", "unknown or delisted product"),
                accepted: Text("un produit inscrit par productListed", "a product that productListed listed"))
        }
        guard body.kind != .unspecified else {
            throw Refusal(
                .missing, "kind", "", Text("la nature de l’œuvre manque", "the kind is missing"),
                accepted: Text("par exemple WORK_KIND_MUSIC", "for example WORK_KIND_MUSIC"))
        }
        // Licences were granted for what it was.
        if let known = views.work(body.product, book), known.kind != body.kind.rawValue {
            let kind = WorkKind(rawValue: known.kind) ?? .unspecified
            throw Refusal(
                .conflict, "kind", "\(body.kind)",
                Text("l’œuvre est publiée sous une autre nature", "the work is published as another kind"),
                accepted: Text("\(kind)", "\(kind)"))
        }
        try taxClass(body.kind, product)
        try isbn(body)
        try isrc(body)
        try Check.name(body.title, "title", max: 200)
        try Check.parts(body.creators.count, "creators")
        var seen: Set<String> = []
        for (index, encoded) in body.creators.enumerated() {
            guard let creator = try? encoded.view() else { continue }
            try Check.creator(creator.creator, creator.role, "creators[\(index)]", &seen, views)
        }
        guard body.downloadsMax == 0 || body.kind != .printedBook else {
            throw Refusal(
                .notAllowed, "downloadsMax", Int64(body.downloadsMax),
                Text("un livre imprimé ne se télécharge pas", "a printed book is not downloaded"),
                accepted: Text("le champ omis", "the field left out"))
        }
    }

    /// A printed book bears GST alone; music and e-books bear both taxes (DOMAIN §3).
    private static func taxClass(_ kind: WorkKind, _ product: ProductRecord) throws(Refusal) {
        let right: TaxClass
        switch kind {
        case .printedBook: right = .printedBook
        case .music, .ebook: right = .digital
        default: return
        }
        guard product.taxClass == right.rawValue else {
            let listed = TaxClass(rawValue: product.taxClass) ?? .unspecified
            throw Refusal(
                .conflict, "kind", "\(kind)",
                Text("le produit est inscrit sous \(listed)", "the product is listed as \(listed)"),
                accepted: Text("un produit de la classe \(right)", "a product of the class \(right)"))
        }
    }

    /// Without its ISBN a printed book does not get the rate of one.
    private static func isbn(_ body: WorkPublishedView) throws(Refusal) {
        guard !body.isbn.isEmpty || body.kind == .printedBook else { return }
        guard body.kind != .music else {
            throw Refusal(
                .notAllowed, "isbn", body.isbn, Text("la musique n’a pas d’ISBN", "music has no ISBN"),
                accepted: Text("isrc", "isrc"))
        }
        guard WorkCode.isISBN13(body.isbn) else {
            throw Refusal(
                body.isbn.isEmpty ? .missing : .malformed, "isbn", body.isbn,
                Text("ce n’est pas un ISBN-13 valide", "not a valid ISBN-13"),
                accepted: Text(
                    "treize chiffres dont le dernier contrôle les autres, par exemple 978-0-306-40615-7",
                    "thirteen digits, of which the last checks the others, for example 978-0-306-40615-7"))
        }
    }

    private static func isrc(_ body: WorkPublishedView) throws(Refusal) {
        guard !body.isrc.isEmpty else { return }
        guard body.kind == .music || body.kind == .other else {
            throw Refusal(
                .notAllowed, "isrc", body.isrc, Text("un livre n’a pas d’ISRC", "a book has no ISRC"),
                accepted: Text("isbn", "isbn"))
        }
        guard WorkCode.isISRC(body.isrc) else {
            throw Refusal(
                .malformed, "isrc", body.isrc, Text("ce n’est pas un ISRC", "not an ISRC"),
                accepted: Text(
                    "CC-XXX-AA-NNNNN, par exemple CA-A01-17-00001", "CC-XXX-YY-NNNNN, for example CA-A01-17-00001"))
        }
    }

    /// Publishing again replaces all that was said of the work; licences already granted keep their terms.
    static func fold(published body: WorkPublishedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var product = views.product(body.product, book) else { return views.noBook(fact) }
        product.isWork = true
        views.putProduct(product, body.product, book)
        var work = WorkRecord()
        work.sequence = fact.sequence
        work.kind = body.kind.rawValue
        work.isDigital =
            body.kind == .music || body.kind == .ebook
            || body.kind == .other && product.taxClass == TaxClass.digital.rawValue
        work.downloadsMax = Int64(body.downloadsMax)
        views.put(views.key.begin(.work).u16(book.id).text(body.product).bytes, work)
        for encoded in body.creators {
            guard let creator = try? encoded.view() else { continue }
            views.touch(views.intern(.identity, creator.creator), fact)
        }
        views.touch(product.seller, fact)
    }
}

extension Check {
    /// A work that is published.
    static func work(
        _ product: Bytes, _ field: @autoclosure () -> String, _ book: Book, _ views: Views
    ) throws(Refusal) -> WorkRecord {
        try id(product, field())
        guard let work = views.work(product, book) else {
            throw Refusal(
                .unknown, field(), product, Text("œuvre inconnue", "unknown work"),
                accepted: Text("un produit publié par workPublished", "a product that workPublished published"))
        }
        return work
    }

    /// An id that the book has not used: `known` is what its row says.
    static func unused(_ known: Bytes?, _ id: Bytes, _ field: @autoclosure () -> String) throws(Refusal) {
        guard known != nil else { return }
        throw Refusal(
            .duplicate, field(), id, Text("identifiant déjà inscrit", "id already recorded"),
            accepted: Text("un identifiant nouveau", "a new id"))
    }

    /// How many creators a publication, and parts a split sheet, may name.
    static func parts(_ count: Int, _ field: @autoclosure () -> String) throws(Refusal) {
        // Fewer than the bits that say which part earns patronage.
        let most = 60
        guard count > 0, count <= most else {
            throw Refusal(
                count == 0 ? .missing : .outOfRange, field(), Int64(count),
                Text("nombre de créateurs hors limites", "number of creators out of range"),
                accepted: Text("de 1 à \(most)", "1 to \(most)"))
        }
    }

    /// A known identity in a role that it does not have yet.
    static func creator(
        _ creator: Bytes, _ role: Bytes, _ place: @autoclosure () -> String, _ seen: inout Set<String>, _ views: Views
    ) throws(Refusal) {
        _ = try identity(creator, "\(place()).creator", views)
        try name(role, "\(place()).role", max: 64)
        guard seen.insert(creator.string + "\0" + role.string).inserted else {
            throw Refusal(
                .duplicate, place(), creator, Text("déjà nommé dans ce rôle", "named in that role already"),
                accepted: Text("chaque personne une fois par rôle", "each person once a role"))
        }
    }
}
