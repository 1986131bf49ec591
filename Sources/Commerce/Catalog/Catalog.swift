import Index
import Accounting
package import Bytes
import Events

/// A product on sale, or once on sale.
package struct ProductRecord: Record {
    /// The listing or its latest revision.
    package var sequence: UInt64 = 0
    package var isDelisted = false
    package var taxClass: Int = 0
    /// 0 when any seller may sell it.
    package var seller: UInt32 = 0
    /// The book whose stock is sold; 0 where none is kept.
    package var stockBook: UInt16 = 0
    /// It was published as a work, which creators may share.
    var isWork = false

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        let flags = reader.unsigned()
        isDelisted = flags & 1 != 0
        isWork = flags & 2 != 0
        taxClass = Int(reader.int())
        seller = UInt32(truncatingIfNeeded: reader.unsigned())
        stockBook = UInt16(truncatingIfNeeded: reader.unsigned())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned((isDelisted ? 1 : 0) | (isWork ? 2 : 0))
        out.int(Int64(taxClass))
        out.unsigned(UInt64(seller))
        // Most products are sold from no stock of ours: their rows end here.
        if stockBook != 0 { out.unsigned(UInt64(stockBook)) }
    }
}

extension Views {
    package func product(_ name: Bytes, _ book: Book) -> ProductRecord? {
        let key = key.begin(.product).u16(book.id).text(name).bytes
        if let known = directory.product(key) {
            didSee(known)
            return known
        }
        let found = record(ProductRecord.self, key)
        if let found {
            didSee(found)
            directory.set(found, product: key)
        }
        return found
    }

    private func didSee(_ product: ProductRecord) {
        if product.stockBook != 0 { sawStock = true }
        if product.isWork { sawWork = true }
    }

    func putProduct(_ record: ProductRecord, _ name: Bytes, _ book: Book) {
        let key = key.begin(.product).u16(book.id).text(name).bytes
        put(key, record)
        directory.set(record, product: key)
    }
}

/// Listing, revising and delisting products.
enum Catalog {
    static func decide(listed body: ProductListedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.product, "product")
        if let known = views.product(body.product, book), !known.isDelisted {
            throw Refusal(
                .duplicate, "product", body.product, Text("produit déjà inscrit", "product already listed"),
                accepted: Text("productRevised pour le modifier", "productRevised to change it"))
        }
        try decide(
            body.seller, body.taxClass, body.unitPriceMinor,
            [body.department, body.category, body.description, body.brand, body.packageSize], fact, book, views)
        try Stock.decide(sold: body.stockBook, body.seller, fact, book, views)
    }

    static func decide(revised body: ProductRevisedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try listed(body.product, book, views)
        try decide(
            body.seller, body.taxClass, body.unitPriceMinor,
            [body.department, body.category, body.description, body.brand, body.packageSize], fact, book, views)
        try Stock.decide(sold: body.stockBook, body.seller, fact, book, views)
    }

    static func decide(delisted body: ProductDelistedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try listed(body.product, book, views)
        try Check.text(body.reason, "reason")
    }

    private static func listed(_ product: Bytes, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(product, "product")
        guard let known = views.product(product, book), !known.isDelisted else {
            throw Refusal(
                .unknown, "product", product, Text("produit inconnu ou retiré", "unknown or delisted product"),
                accepted: Text("un produit inscrit par productListed", "a product that productListed listed"))
        }
    }

    private static func decide(
        _ seller: Bytes, _ taxClass: TaxClass, _ price: Int64?, _ texts: [Bytes], _ fact: Fact, _ book: Book,
        _ views: Views
    ) throws(Refusal) {
        guard taxClass != .unspecified else {
            throw Refusal(
                .missing, "taxClass", "", Text("la classe de taxe manque", "the tax class is missing"),
                accepted: Text("par exemple TAX_CLASS_STANDARD", "for example TAX_CLASS_STANDARD"))
        }
        if !seller.isEmpty { _ = try Check.member(seller, "seller", fact, book, views) }
        if let price { try Check.notNegative(price, "unitPriceMinor") }
        for (text, field) in zip(texts, ["department", "category", "description", "brand", "packageSize"]) {
            try Check.text(text, field)
        }
    }

    static func fold(listed body: ProductListedView, _ fact: Fact, _ views: Views) {
        put(body.product, body.seller, body.taxClass, body.stockBook, fact, views)
    }

    static func fold(revised body: ProductRevisedView, _ fact: Fact, _ views: Views) {
        put(body.product, body.seller, body.taxClass, body.stockBook, fact, views)
    }

    private static func put(
        _ product: Bytes, _ seller: Bytes, _ taxClass: TaxClass, _ stockBook: Bytes, _ fact: Fact, _ views: Views
    ) {
        guard let book = fact.book else { return views.noBook(fact) }
        var record = ProductRecord()
        record.isWork = views.product(product, book)?.isWork == true
        record.sequence = fact.sequence
        record.taxClass = taxClass.rawValue
        if !seller.isEmpty {
            record.seller = views.intern(.identity, seller)
            views.touch(record.seller, fact)
        }
        if !stockBook.isEmpty {
            record.stockBook = views.book(stockBook)?.id ?? 0
            book.sellsFromStock = true
            views.addCounters(views.key.begin(.stockedListings).u16(book.id).bytes, 1, 0)
        }
        views.putProduct(record, product, book)
    }

    static func fold(delisted body: ProductDelistedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard var record = views.product(body.product, book) else {
            return views.index.fail("event \(fact.sequence): no such product")
        }
        record.isDelisted = true
        views.putProduct(record, body.product, book)
        views.touch(record.seller, fact)
    }
}
