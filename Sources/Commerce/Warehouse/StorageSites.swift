package import Bytes
import Events
import Index

/// A place where goods stand: a warehouse, a shop's back room.
package struct StorageSiteRecord: Record {
    /// The opening's sequence: the site's number in keys.
    package var sequence: UInt64 = 0
    /// The book of the cooperative that operates it.
    package var book: UInt16 = 0
    package var openedAtUs: Int64 = 0
    package var isClosed = false

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        book = UInt16(truncatingIfNeeded: reader.unsigned())
        openedAtUs = reader.int()
        isClosed = reader.unsigned() != 0
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(book))
        out.int(openedAtUs)
        out.unsigned(isClosed ? 1 : 0)
    }
}

extension Views {
    package func storageSite(_ name: Bytes) -> StorageSiteRecord? {
        record(StorageSiteRecord.self, key.begin(.storageSite).text(name).bytes)
    }

    /// The name of a site, read from its opening.
    package func storageSiteName(_ sequence: UInt64) -> String {
        body(StorageSiteOpenedView.self, of: sequence)?.site.string ?? ""
    }

    /// What its opening calls a site for people.
    package func storageSiteLabel(_ site: StorageSiteRecord) -> String {
        body(StorageSiteOpenedView.self, of: site.sequence)?.name.string ?? ""
    }

    /// Whether any goods stand at a site.
    func holdsGoods(_ site: StorageSiteRecord) -> Bool {
        index.rows(prefix: key.begin(.stockPlace).sequence(site.sequence).bytes).next()
    }

    /// The name of the book of that number, as its founding has it; holds as long as the log is read.
    package func bookName(_ id: UInt16) -> Bytes {
        guard let founded = number(key.begin(.book).u16(id).bytes), let event = event(founded) else { return .none }
        return event.book
    }

    /// Says that an event concerns another cooperative than that of its book.
    func touchCooperative(_ id: UInt16, _ fact: Fact, _ book: Book) {
        guard id != book.id else { return }
        touch(intern(.cooperative, bookName(id)), fact)
    }
}

/// Sites are opened by the book that operates them; one name means one site in the whole ledger, for ever.
enum StorageSites {
    static let nameBytesMax = 64

    static func decide(opened body: StorageSiteOpenedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        try Check.name(body.site, "site", max: nameBytesMax)
        try Check.text(body.name, "name", max: 200)
        if let known = views.storageSite(body.site) {
            let name = views.bookName(known.book).string
            throw Refusal(
                .duplicate, "site", body.site,
                Text("lieu déjà ouvert par \(name)", "site already opened by \(name)"),
                accepted: Text("un nom de lieu nouveau dans tout le grand livre", "a site name new to the whole ledger")
            )
        }
    }

    static func fold(opened body: StorageSiteOpenedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var site = StorageSiteRecord()
        site.sequence = fact.sequence
        site.book = book.id
        site.openedAtUs = fact.effectiveAtUs
        views.put(views.key.begin(.storageSite).text(body.site).bytes, site)
    }

    static func decide(closed body: StorageSiteClosedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let site = try Check.openSite(body.site, "site", fact, views)
        guard site.book == book.id else {
            let name = views.bookName(site.book).string
            throw Refusal(
                .notAllowed, "site", body.site, Text("le lieu est à \(name)", "the site is \(name)'s"),
                accepted: Text("un lieu de \(book.name)", "a site of \(book.name)"))
        }
        guard !views.holdsGoods(site) else {
            throw Refusal(
                .notAllowed, "site", body.site, Text("il y reste des marchandises", "goods still stand there"),
                accepted: Text("un lieu vide", "an empty site"))
        }
    }

    static func fold(closed body: StorageSiteClosedView, _ fact: Fact, _ views: Views) {
        guard var site = views.storageSite(body.site) else {
            return views.index.fail("event \(fact.sequence): no such site")
        }
        site.isClosed = true
        views.put(views.key.begin(.storageSite).text(body.site).bytes, site)
    }

    /// Whether a cooperative may bring goods to a site: its own, or one whose operator stores for it under an agreement.
    static func mayStore(_ book: Book, at site: StorageSiteRecord, _ fact: Fact, _ views: Views) -> Bool {
        site.book == book.id || views.isServed(book, by: site.book, [.warehousing], fact)
    }
}

extension Check {
    static func site(_ name: Bytes, _ field: @autoclosure () -> String, _ views: Views) throws(Refusal)
        -> StorageSiteRecord
    {
        try Check.name(name, field(), max: StorageSites.nameBytesMax)
        guard let site = views.storageSite(name) else {
            throw Refusal(
                .unknown, field(), name, Text("lieu de stockage inconnu", "unknown storage site"),
                accepted: Text("un lieu ouvert par storageSiteOpened", "a site that storageSiteOpened opened"))
        }
        return site
    }

    /// A site that stands open at the time of the fact.
    static func openSite(_ name: Bytes, _ field: @autoclosure () -> String, _ fact: Fact, _ views: Views)
        throws(Refusal) -> StorageSiteRecord
    {
        let site = try Check.site(name, field(), views)
        guard !site.isClosed else {
            throw Refusal(
                .notAllowed, field(), name, Text("le lieu est fermé", "the site is closed"),
                accepted: Text("un lieu ouvert", "an open site"))
        }
        guard fact.effectiveAtUs >= site.openedAtUs else {
            throw Refusal(
                .notAllowed, field(), name,
                Text("le lieu n’est pas encore ouvert à cette date", "the site is not open yet at that time"),
                accepted: Text("un lieu ouvert à la date de l’événement", "a site open at the event's effective time"))
        }
        return site
    }

    /// An open site to which the cooperative may bring goods.
    static func siteToStore(
        _ name: Bytes, _ field: @autoclosure () -> String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> StorageSiteRecord {
        let site = try openSite(name, field(), fact, views)
        guard StorageSites.mayStore(book, at: site, fact, views) else {
            let provider = views.bookName(site.book).string
            throw Refusal(
                .notAllowed, field(), name,
                Text(
                    "aucune entente d’entreposage en vigueur avec \(provider)",
                    "no warehousing agreement in force with \(provider)"),
                accepted: Text(
                    "un lieu de \(book.name) ou d’une coopérative avec laquelle une entente d’entreposage est en vigueur",
                    "a site of \(book.name), or of a cooperative with which a warehousing agreement is in force"))
        }
        return site
    }
}
