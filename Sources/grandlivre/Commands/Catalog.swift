import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Index
import Ledger

struct CatalogCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: say("Les produits en vente.", "The products on sale."),
        discussion: say(
            """
            Un tableau est dans l’ordre des noms (casier-2 avant casier-10), JSON et CSV
            dans celui des octets.

            Exemples :
              grandlivre catalog --book grand-io --department Épicerie --limit all
              grandlivre catalog p-12 --book grand-io --format json
            """,
            """
            A table stands in the order of names (locker-2 before locker-10), JSON and
            CSV in that of bytes.

            Examples:
              grandlivre catalog --book grand-io --department Épicerie --limit all
              grandlivre catalog p-12 --book grand-io --format json
            """))

    @Argument(help: ArgumentHelp(say("Un produit.", "One product."))) var product: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Un rayon.", "One department."))) var department: String?
    @Option(parsing: .unconditional, help: RowLimit.help, transform: { try RowLimit($0) }) var limit = RowLimit.ofList
    @Flag(help: ArgumentHelp(say("Aussi les produits retirés.", "Delisted products too."))) var all = false

    func run() throws { show(try listing(Opening.snapshot())) }

    func listing(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Listing {
        let views = snapshot.views
        let book = try Opening.book(book, views, isPublic: true)
        var listing = Self.columns
        listing.limit = limit.rows
        listing.nothing = Text("Aucun produit en vente.", "No product on sale.")
        for name in try names(book, views) {
            guard listing.rows.count < limit.oneMore else { break }
            guard let record = Array(name.utf8).withBytes({ views.product($0, book) }) else {
                throw LedgerError.unknown(.product(book), name, for: .current, views)
            }
            guard all || product != nil || !record.isDelisted else { continue }
            guard let row = Self.row(name, record, book, views) else { continue }
            if let department, row.department != department { continue }
            listing.add(row.cells, shown: row.shown)
        }
        if let department, listing.rows.isEmpty, !views.departments(of: book).contains(department) {
            throw LedgerError.unknown(.department(book), department, for: .current, views)
        }
        try snapshot.check()
        return listing
    }

    /// The products to look at: for a table in the order in which a person looks for them, for programs in that of bytes.
    private func names(_ book: Book, _ views: Views) throws(LedgerError) -> [String] {
        if let product { return [product] }
        let isTable = Invocation.current.format == .table
        var names: [String] = []
        let rows = views.index.rows(prefix: views.key.begin(.product).u16(book.id).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            if !all, ProductRecord(&value).isDelisted { continue }
            names.append(rows.key.dropFirst(3).string)
            // Which department it is stands in its event, read later.
            if !isTable, department == nil, names.count == limit.oneMore { break }
        }
        return isTable ? names.map(NameOrder.init).sorted().map(\.name) : names
    }

    private static var columns: Listing {
        Listing([
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "department", title: Text("Rayon", "Department")),
            .init(key: "category", title: Text("Catégorie", "Category"), isHidden: true),
            .init(key: "description", title: Text("Description", "Description")),
            .init(key: "taxClass", title: Text("Classe de taxe", "Tax class"), isHidden: true),
            .init(key: "brand", title: Text("Marque", "Brand"), isHidden: true),
            .init(key: "packageSize", title: Text("Format", "Size"), isHidden: true),
            .init(key: "seller", title: Text("Vendeur", "Seller")),
            .init(key: "unitPrice", title: Text("Prix", "Price"), isNumber: true),
            .init(key: "isDelisted", title: Text("Retiré", "Delisted"), isHidden: true),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true, isHidden: true),
        ])
    }

    private static func row(
        _ name: String, _ record: ProductRecord, _ book: Book, _ views: Views
    ) -> (department: String, cells: [JSON], shown: [String])? {
        guard let event = views.event(record.sequence) else { return nil }
        // Both messages have the same fields; a revision replaces the listing.
        if let listed = try? ProductListedView(event.bodyBytes), event.kind == .productListed {
            return cells(
                name, record, book, listed.department, listed.category, listed.description, listed.brand,
                listed.packageSize, listed.seller,
                listed.unitPriceMinor, listed.taxClass)
        }
        guard let revised = try? ProductRevisedView(event.bodyBytes) else { return nil }
        return cells(
            name, record, book, revised.department, revised.category, revised.description, revised.brand,
            revised.packageSize, revised.seller,
            revised.unitPriceMinor, revised.taxClass)
    }

    private static func cells(
        _ name: String, _ record: ProductRecord, _ book: Book, _ department: Bytes, _ category: Bytes,
        _ description: Bytes, _ brand: Bytes,
        _ size: Bytes, _ seller: Bytes, _ price: Int64?, _ taxClass: TaxClass
    ) -> (department: String, cells: [JSON], shown: [String]) {
        (
            department.string,
            [
                .text(name), .text(department.string), .text(category.string), .text(description.string),
                .text("\(taxClass)"),
                .text(brand.string), .text(size.string), .text(seller.string),
                price.map { .amount($0, book.currency) } ?? .null,
                .bool(record.isDelisted), .count(record.sequence),
            ],
            [
                name, department.string, description.string, seller.string,
                price.map { shown($0, book.currency, Invocation.current.language) } ?? "",
            ]
        )
    }
}
