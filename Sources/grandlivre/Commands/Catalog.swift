import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Index
import Ledger

struct CatalogCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: say("Les produits en vente.", "The products on sale."))

    @Argument(help: ArgumentHelp(say("Un produit.", "One product."))) var product: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Un rayon.", "One department."))) var department: String?
    @Option(help: ArgumentHelp(say("Au plus ce nombre (0 : tous).", "At most this many (0: all)."))) var limit: Int = 50
    @Flag(help: ArgumentHelp(say("Aussi les produits retirés.", "Delisted products too."))) var all = false

    func run() throws { show(try listing(Opening.snapshot())) }

    func listing(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Listing {
        let views = snapshot.views
        let book = try Opening.book(book, views, isPublic: true)
        var names: [[UInt8]] = []
        if let product {
            names = [Array(product.utf8)]
        } else {
            let rows = views.index.rows(prefix: views.key.begin(.product).u16(book.id).bytes)
            while rows.next() {
                var value = RecordReader(rows.value)
                if !all, ProductRecord(&value).isDelisted { continue }
                names.append(rows.key.dropFirst(3).array)
                // Which department it is stands in its event, read below.
                if department == nil, limit > 0, names.count == limit { break }
            }
        }
        var listing = Self.columns
        for name in names {
            guard let record = name.withBytes({ views.product($0, book) }) else {
                throw LedgerError(
                    .notFound, String(decoding: name, as: UTF8.self), Text("produit inconnu", "unknown product"),
                    remedy: Text("« grandlivre catalog » les nomme", "\"grandlivre catalog\" names them"))
            }
            guard all || product != nil || !record.isDelisted else { continue }
            guard let row = Self.row(String(decoding: name, as: UTF8.self), record, book, views) else { continue }
            if let department, row.department != department { continue }
            listing.add(row.cells)
            if limit > 0, listing.rows.count == limit { break }
        }
        try snapshot.check()
        return listing
    }

    private static var columns: Listing {
        Listing([
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "department", title: Text("Rayon", "Department")),
            .init(key: "category", title: Text("Catégorie", "Category"), isOptional: true),
            .init(key: "description", title: Text("Description", "Description")),
            .init(key: "taxClass", title: Text("Classe de taxe", "Tax class"), isHidden: true),
            .init(key: "brand", title: Text("Marque", "Brand"), isHidden: true),
            .init(key: "packageSize", title: Text("Format", "Size"), isHidden: true),
            .init(key: "seller", title: Text("Vendeur", "Seller"), isHidden: true),
            .init(key: "unitPrice", title: Text("Prix", "Price"), isNumber: true, isHidden: true),
            .init(key: "isDelisted", title: Text("Retiré", "Delisted"), isHidden: true),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
        ])
    }

    private static func row(
        _ name: String, _ record: ProductRecord, _ book: Book, _ views: Views
    ) -> (department: String, cells: [JSON])? {
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
    ) -> (department: String, cells: [JSON]) {
        (
            department.string,
            [
                .text(name), .text(department.string), .text(category.string), .text(description.string),
                .text("\(taxClass)"),
                .text(brand.string), .text(size.string), .text(seller.string),
                price.map { .amount($0, book.currency) } ?? .null,
                .bool(record.isDelisted), .count(record.sequence),
            ]
        )
    }
}
