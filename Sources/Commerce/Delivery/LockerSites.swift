import Accounting
package import Bytes
package import Events
import Index

/// Lockers that a partner hosts, with their compartments by size.
package struct LockerSiteRecord: Record {
    /// Sequence of the first opening: what compartments and figures are kept by, also after the site opens again.
    package var number: UInt64 = 0
    /// Sequence of the latest opening, which says kind, name and address.
    package var openedSequence: UInt64 = 0
    /// Who owns the place and is owed the hosting fee.
    package var host: UInt32 = 0
    package var isClosed = false
    package var small: UInt32 = 0
    package var medium: UInt32 = 0
    package var large: UInt32 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        number = reader.unsigned()
        openedSequence = reader.unsigned()
        host = UInt32(truncatingIfNeeded: reader.unsigned())
        isClosed = reader.unsigned() != 0
        small = UInt32(truncatingIfNeeded: reader.unsigned())
        medium = UInt32(truncatingIfNeeded: reader.unsigned())
        large = UInt32(truncatingIfNeeded: reader.unsigned())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(number)
        out.unsigned(openedSequence)
        out.unsigned(UInt64(host))
        out.unsigned(isClosed ? 1 : 0)
        for count in [small, medium, large] { out.unsigned(UInt64(count)) }
    }

    /// How many compartments of that size there are.
    package func count(_ size: CompartmentSize) -> UInt32 {
        switch size {
        case .small: small
        case .medium: medium
        case .large: large
        default: 0
        }
    }

    mutating func set(_ size: CompartmentSize, _ count: UInt32) {
        switch size {
        case .small: small = count
        case .medium: medium = count
        case .large: large = count
        default: break
        }
    }

    /// Whether a compartment is as large as a parcel of that size needs.
    func fits(_ size: CompartmentSize) -> Bool {
        CompartmentSize.allCases.contains { $0.rawValue >= size.rawValue && count($0) > 0 }
    }
}

extension Views {
    package func lockerSite(_ name: Bytes, _ book: Book) -> LockerSiteRecord? {
        record(LockerSiteRecord.self, key.begin(.lockerSite).u16(book.id).text(name).bytes)
    }

    /// The opening that gave a site its number; `nil` for 0, which is no site.
    package func lockerSite(number: UInt64) -> LockerSiteOpenedView? {
        number == 0 ? nil : body(LockerSiteOpenedView.self, of: number)
    }

    /// The parcel in a compartment, by its number.
    func parcel(in site: UInt64, _ size: Int, _ compartment: UInt32) -> UInt64? {
        number(compartmentKey(site, size, compartment))
    }

    func compartmentKey(_ site: UInt64, _ size: Int, _ compartment: UInt32) -> Bytes {
        key.begin(.compartment).sequence(site).u8(UInt8(truncatingIfNeeded: size)).u32(compartment).bytes
    }

    /// Some parcel that stands in a site.
    func anyParcel(in site: UInt64) -> UInt64? {
        let rows = index.rows(prefix: key.begin(.compartment).sequence(site).bytes)
        guard rows.next() else { return nil }
        var reader = RecordReader(rows.value)
        return reader.unsigned()
    }
}

extension Check {
    /// A locker site that is open, and was at the time of the fact.
    static func lockerSite(_ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal)
        -> LockerSiteRecord
    {
        try Check.id(name, "site")
        guard let site = views.lockerSite(name, book) else {
            throw Refusal(
                .unknown, "site", name, Text("casier inconnu", "unknown locker site"),
                accepted: Text("un site ouvert par lockerSiteOpened", "a site that lockerSiteOpened opened"))
        }
        guard !site.isClosed else {
            throw Refusal(
                .notAllowed, "site", name, Text("le site est fermé", "the site is closed"),
                accepted: Text("un site ouvert", "a site that is open"))
        }
        try Check.notBefore(
            fact, views.effectiveAtUs(site.openedSequence), of: site.openedSequence,
            what: Text("l’ouverture du site", "the opening of the site"))
        return site
    }
}

/// Opening and closing of the sites.
enum LockerSites {
    /// Compartments of one size.
    static let compartmentsMax: UInt32 = 10_000

    static func decide(opened body: LockerSiteOpenedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.site, "site")
        if let site = views.lockerSite(body.site, book), !site.isClosed {
            throw Refusal(
                .duplicate, "site", body.site, Text("site déjà ouvert", "site already open"),
                accepted: Text("un site nouveau ou fermé", "a new site, or one that is closed"))
        }
        _ = try Check.identity(body.host, "host", views)
        guard body.kind != .unspecified else {
            throw Refusal(
                .missing, "kind", "", Text("le genre de lieu manque", "the kind of place is missing"),
                accepted: Text("par exemple LOCKER_SITE_KIND_CAISSE", "for example LOCKER_SITE_KIND_CAISSE"))
        }
        try Check.text(body.name, "name")
        try compartments(body)
        guard body.postalCode.isEmpty || isPostalCode(body.postalCode) else {
            throw Refusal(
                .malformed, "postalCode", body.postalCode,
                Text("ce n’est pas un code postal canadien", "not a Canadian postal code"),
                accepted: Text("par exemple H2X 1Y4, ou rien", "for example H2X 1Y4, or nothing"))
        }
    }

    private static func compartments(_ body: LockerSiteOpenedView) throws(Refusal) {
        guard !body.compartments.isEmpty else {
            throw Refusal(
                .missing, "compartments", "", Text("aucun compartiment", "no compartment"),
                accepted: Text("au moins une grandeur", "at least one size"))
        }
        var seen: [CompartmentSize] = []
        for (index, encoded) in body.compartments.enumerated() {
            guard let row = try? encoded.view() else { continue }
            guard row.size != .unspecified, !seen.contains(row.size) else {
                throw Refusal(
                    .duplicate, "compartments[\(index)].size", "\(row.size)",
                    Text("grandeur absente ou répétée", "a size missing, or twice"),
                    accepted: Text(
                        "SMALL, MEDIUM et LARGE, chacune une fois au plus", "SMALL, MEDIUM and LARGE, each once at most"
                    ))
            }
            seen.append(row.size)
            guard row.count > 0, row.count <= compartmentsMax else {
                throw Refusal(
                    .outOfRange, "compartments[\(index)].count", Int64(row.count),
                    Text("nombre de compartiments hors limites", "number of compartments out of range"),
                    accepted: Text("de 1 à \(compartmentsMax)", "1 to \(compartmentsMax)"))
            }
        }
    }

    /// Letters that Canada Post does not use are left out; one space or none in the middle.
    static func isPostalCode(_ code: Bytes) -> Bool {
        let letters = Array(code.array.filter { $0 != 0x20 })
        guard letters.count == 6, code.count == 6 || code.count == 7 && code[3] == 0x20 else { return false }
        for (index, letter) in letters.enumerated() {
            if index % 2 == 1 {
                guard (0x30...0x39).contains(letter) else { return false }
                continue
            }
            let unused: StaticString = index == 0 ? "DFIOQUWZ" : "DFIOQU"
            guard (0x41...0x5A).contains(letter), !Bytes(unused).array.contains(letter) else { return false }
        }
        return true
    }

    static func fold(opened body: LockerSiteOpenedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var site = LockerSiteRecord()
        site.number = views.lockerSite(body.site, book)?.number ?? fact.sequence
        site.openedSequence = fact.sequence
        site.host = views.intern(.identity, body.host)
        for encoded in body.compartments {
            guard let row = try? encoded.view() else { continue }
            site.set(row.size, row.count)
        }
        views.put(views.key.begin(.lockerSite).u16(book.id).text(body.site).bytes, site)
        views.touch(site.host, fact)
    }

    static func decide(closed body: LockerSiteClosedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let site = try Check.lockerSite(body.site, fact, book, views)
        try Check.text(body.reason, "reason")
        if let parcel = views.anyParcel(in: site.number) {
            let name = views.parcelName(parcel)
            throw Refusal(
                .notAllowed, "site", body.site,
                Text("le colis \(name) s’y trouve encore", "parcel \(name) is still in it"),
                accepted: Text("un site dont tous les compartiments sont vides", "a site with every compartment empty"))
        }
    }

    static func fold(closed body: LockerSiteClosedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var site = views.lockerSite(body.site, book) else { return views.noBook(fact) }
        site.isClosed = true
        views.put(views.key.begin(.lockerSite).u16(book.id).text(body.site).bytes, site)
        views.touch(site.host, fact)
    }
}
