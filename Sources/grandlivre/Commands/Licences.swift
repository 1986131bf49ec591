import Accounting
import ArgumentParser
import Bytes
import Commerce
import Ledger

struct LicencesCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "licences",
        abstract: say(
            "Les licences d’œuvres : de qui, pour quoi, téléchargées combien de fois.",
            "Licences of works: whose, for what, downloaded how often."))

    @Option(help: ArgumentHelp(say("Celles d’un membre.", "Those that a member holds."))) var member: String?
    @Option(help: ArgumentHelp(say("Celles d’une œuvre.", "Those of a work."))) var product: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(parsing: .unconditional, help: RowLimit.help, transform: { try RowLimit($0) }) var limit = RowLimit.ofList

    func run() throws {
        let snapshot = try Opening.snapshot()
        let books = try Opening.books(book, snapshot.views)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "licence", title: Text("Licence", "Licence")),
            .init(key: "product", title: Text("Œuvre", "Work")),
            .init(key: "title", title: Text("Titre", "Title"), isHidden: true),
            .init(key: "holder", title: Text("Membre", "Holder")),
            .init(key: "order", title: Text("Commande", "Order"), isOptional: true),
            .init(key: "line", title: Text("Ligne", "Line"), isNumber: true, isHidden: true),
            .init(key: "date", title: Text("Octroi", "Granted"), isOptional: true),
            .init(key: "royalties", title: Text("Redev.", "Royalties"), isNumber: true),
            .init(key: "downloads", title: Text("Téléch.", "Downl."), isNumber: true, isOptional: true),
            .init(key: "downloadsMax", title: Text("Maximum", "Maximum"), isNumber: true, isHidden: true),
            .init(key: "status", title: Text("État", "Status")), Listing.bookColumn(books),
        ])
        listing.limit = limit.rows
        listing.nameColumns = member == nil ? 1 : 0
        for (book, rows) in try Opening.each(books, { try self.rows($0, snapshot) }) {
            add(rows, book, to: &listing, language)
        }
        show(listing)
    }

    private func rows(_ book: Book, _ snapshot: LedgerSnapshot) throws -> [LicenceRow] {
        if let product { try Works.check(product, book, snapshot.views) }
        var query = LicenceQuery(book)
        query.member = try Viewer.current.subject(member, in: book, snapshot)
        query.product = product
        query.limit = limit.oneMore
        query.isInNameOrder = Invocation.current.format == .table
        return try query.rows(snapshot)
    }

    private func add(_ rows: [LicenceRow], _ book: Book, to listing: inout Listing, _ language: Language) {
        // What creators earn of it is theirs.
        let showsRoyalties = Viewer.current.operates(book)
        for row in rows {
            let date = CivilDate(clampingDays: Int64(book.day(row.grantedAtUs))).text
            let downloads = row.downloadsMax == 0 ? "\(row.downloads)" : "\(row.downloads)/\(row.downloadsMax)"
            listing.add(
                [
                    .text(row.licence), .text(row.product), .text(row.title), .text(row.holder), .text(row.order),
                    .count(row.line), .text(date), showsRoyalties ? .amount(row.royaltiesMinor, book.currency) : .null,
                    .int(row.downloads),
                    .int(row.downloadsMax), .text(row.isRevoked ? "revoked" : "granted"), .text(book.name),
                ],
                shown: [
                    row.licence, row.product, row.holder, row.order, date,
                    showsRoyalties ? shown(row.royaltiesMinor, book.currency, language) : "", downloads,
                    row.isRevoked ? say("révoquée", "revoked") : say("en vigueur", "in force"), book.name,
                ])
        }
    }
}

/// Works as a person names them.
enum Works {
    /// Throws `notFound` for a product that is no published work.
    static func check(_ product: String, _ book: Book, _ views: Views) throws(LedgerError) {
        guard Array(product.utf8).withBytes({ views.work($0, book) }) == nil else { return }
        throw LedgerError.unknown(.work(book), product, for: .current, views)
    }
}
