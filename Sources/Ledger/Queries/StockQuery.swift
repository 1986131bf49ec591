package import Accounting
import Bytes
package import Commerce
import Events
import Index

/// What a book holds of some goods, over all sites.
package struct StockRow: Sendable {
    package let book: String
    package let currency: Currency
    package let product: String
    /// The member who owns the goods; empty: the cooperative.
    package let owner: String
    package let onHand: Int64
    package let reserved: Int64
    package let available: Int64
    package let valueMinor: Int64
    /// Half-up; `nil` where nothing is on hand, or the goods are a member's.
    package let averageMinor: Int64?
}

/// What stands of some goods at one site.
package struct StockPlaceRow: Sendable {
    package let site: String
    package let book: String
    package let product: String
    package let owner: String
    package let onHand: Int64
    package let picked: Int64
    package let free: Int64
}

/// A site, and how many units stand there.
package struct StorageSiteRow: Sendable {
    package let site: String
    package let name: String
    package let provider: String
    package let openedAtUs: Int64
    package let isClosed: Bool
    /// `nil` to whoever does not operate it.
    package let units: Int64?
}

/// Goods that an order waits for.
package struct ReservationRow: Sendable {
    package let book: String
    package let orderBook: String
    package let order: String
    package let orderedAtUs: Int64
    package let product: String
    package let owner: String
    package let toPick: Int64
    package let picked: Int64
}

/// Goods in store, read where they lie. Conditions that are not given are met by all.
package struct StockQuery {
    package var book: String?
    package var site: String?
    package var product: String?
    /// Only the viewer's goods are found, and to the operator of a site what stands there.
    package var viewer = Viewer.ledger

    package init() {}

    /// The books that are asked about, of those that exist for the viewer.
    private func books(_ views: Views) throws(LedgerError) -> [Book] {
        guard let book else { return views.allBooks.filter { viewer.sees(book: $0.name) } }
        return [try Self.book(book, views, viewer)]
    }

    /// Whether goods of a book, of an owner (0: the cooperative), are the viewer's to see.
    private func shows(_ book: Book, _ owner: UInt32, _ own: UInt32?) -> Bool {
        viewer.operates(book) || own != nil && owner == own
    }

    /// The person that asks; nobody in particular for operators. Throws where goods are not the viewer's to ask about.
    private func own(_ views: Views) throws(LedgerError) -> UInt32? {
        if case .district = viewer.scope { throw Viewer.refused("stock") }
        return try viewer.party(views)
    }

    /// What each book holds of each of its goods.
    ///
    /// - Complexity: O(goods of the book, or of all books).
    package func stocks(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [StockRow] {
        let views = snapshot.views
        let books = try books(views)
        let own = try own(views)
        let names = views.partyNames()
        var found: [StockRow] = []
        for book in books {
            let rows = views.index.rows(prefix: views.key.begin(.stock).u16(book.id).bytes)
            while rows.next() {
                var reader = KeyReader(rows.key)
                _ = reader.u16()
                let owner = reader.u32()
                guard product == nil || reader.rest.string == product, shows(book, owner, own) else { continue }
                var value = RecordReader(rows.value)
                let stock = StockRecord(&value)
                found.append(
                    StockRow(
                        book: book.name, currency: book.currency, product: reader.rest.string,
                        owner: names[owner] ?? "", onHand: stock.onHand, reserved: stock.reserved,
                        available: stock.available, valueMinor: stock.valueMinor,
                        averageMinor: owner == 0 ? stock.averageMinor : nil))
            }
        }
        try snapshot.check()
        if let product, found.isEmpty {
            throw LedgerError.unknown(.stocked(book == nil ? nil : books.first), product, for: viewer, views)
        }
        return found.sorted {
            ($0.book, $0.product, $0.owner) < ($1.book, $1.product, $1.owner)
        }
    }

    /// What stands at each site.
    ///
    /// - Complexity: O(goods at the site, or at all sites).
    package func places(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [StockPlaceRow] {
        let views = snapshot.views
        _ = try books(views)
        let own = try own(views)
        let all = views.storageSites
        let sites = site == nil ? all : all.filter { $0.name == site }
        if let site, sites.isEmpty { throw LedgerError.unknown(.storageSite, site, for: viewer, views) }
        var found: [StockPlaceRow] = []
        for (name, site) in sites {
            for (number, place) in Self.goods(at: site, views) {
                guard let goods = views.goods(numbered: number), let holder = views.book(number: goods.book),
                    shows(holder, goods.owner, own) || views.book(number: site.book).map(viewer.operates) == true
                else { continue }
                let row = StockPlaceRow(
                    site: name, book: views.bookName(goods.book).string, product: goods.product.string,
                    owner: views.partyName(goods.owner), onHand: place.onHand, picked: place.picked, free: place.free)
                guard book == nil || row.book == book, product == nil || row.product == product else { continue }
                found.append(row)
            }
        }
        try snapshot.check()
        if product != nil, found.isEmpty { _ = try stocks(snapshot) }
        return found.sorted {
            ($0.site, $0.book, $0.product, $0.owner) < ($1.site, $1.book, $1.product, $1.owner)
        }
    }

    /// Every site of the ledger, by name: where they are is public, how much stands there is not.
    ///
    /// - Complexity: O(goods at all sites).
    package static func sites(
        _ snapshot: LedgerSnapshot, for viewer: Viewer = .ledger
    ) throws(LedgerError) -> [StorageSiteRow] {
        let views = snapshot.views
        if case .district = viewer.scope { throw Viewer.refused("stock") }
        _ = try viewer.party(views)
        var found: [StorageSiteRow] = []
        for (name, site) in views.storageSites {
            found.append(
                StorageSiteRow(
                    site: name, name: views.storageSiteLabel(site), provider: views.bookName(site.book).string,
                    openedAtUs: site.openedAtUs, isClosed: site.isClosed,
                    units: views.book(number: site.book).map(viewer.operates) == true
                        ? goods(at: site, views).reduce(0) { $0 &+ $1.place.onHand } : nil))
        }
        try snapshot.check()
        return found
    }

    /// What is reserved for orders and has not been shipped, oldest order first.
    ///
    /// - Complexity: O(goods reserved in the ledger).
    package func reservations(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [ReservationRow] {
        let views = snapshot.views
        _ = try books(views)
        let own = try own(views)
        var open: [(order: UInt64, number: UInt64, held: ReservationRecord)] = []
        let rows = views.index.rows(prefix: views.key.begin(.reservation).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            let order = reader.sequence()
            var value = RecordReader(rows.value)
            open.append((order, reader.sequence(), ReservationRecord(&value)))
        }
        var found: [ReservationRow] = []
        for (order, number, held) in open {
            guard let event = views.event(order), let purchase = try? PurchasePlacedView(event.bodyBytes),
                let goods = views.goods(numbered: number), let holder = views.book(number: goods.book),
                shows(holder, goods.owner, own)
            else { continue }
            let row = ReservationRow(
                book: views.bookName(goods.book).string, orderBook: event.book.string, order: purchase.order.string,
                orderedAtUs: event.effectiveAt?.microseconds ?? 0, product: goods.product.string,
                owner: views.partyName(goods.owner), toPick: held.unpicked, picked: held.picked)
            guard book == nil || row.book == book, product == nil || row.product == product else { continue }
            found.append(row)
        }
        try snapshot.check()
        if product != nil, found.isEmpty { _ = try stocks(snapshot) }
        return found
    }

    private static func goods(
        at site: StorageSiteRecord, _ views: Views
    ) -> [(number: UInt64, place: StockPlaceRecord)] {
        var found: [(number: UInt64, place: StockPlaceRecord)] = []
        let rows = views.index.rows(prefix: views.key.begin(.stockPlace).sequence(site.sequence).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            var value = RecordReader(rows.value)
            found.append((reader.sequence(), StockPlaceRecord(&value)))
        }
        return found
    }

    package static func book(
        _ name: String, _ views: Views, _ viewer: Viewer = .ledger
    ) throws(LedgerError) -> Book {
        guard viewer.sees(book: name), let book = Array(name.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, name, for: viewer, views)
        }
        return book
    }

    package static func site(_ name: String, _ views: Views) throws(LedgerError) -> StorageSiteRecord {
        guard let site = Array(name.utf8).withBytes({ views.storageSite($0) }) else {
            throw LedgerError.unknown(.storageSite, name, for: .ledger, views)
        }
        return site
    }
}
