import Accounting
import ArgumentParser
import Commerce
import Events
@preconcurrency import Glibc
import Interchange
import Ledger

struct ParcelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parcels",
        abstract: say("Les colis : où ils sont, leur garde, leur export.", "Parcels: where they are, custody, export."),
        subcommands: [ParcelsList.self, ParcelsShow.self, ParcelsExport.self], defaultSubcommand: ParcelsList.self)
}

struct ParcelsList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("Où est chaque colis.", "Where each parcel is."))

    @Option(help: ArgumentHelp(say("Ceux d’une commande.", "Those of an order."))) var order: String?
    @Option(
        help: ArgumentHelp(say("Ceux que quelqu’un a et doit remettre.", "Those that somebody has and must pass on.")))
    var holder: String?
    @Option(help: ArgumentHelp(say("Ceux qui attendent à un site.", "Those that wait at a site."))) var site: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Un état : \(ParcelState.allCases.map(\.text.french).joined(separator: ", ")).",
                "One state: \(ParcelState.allCases.map(\.text.english).joined(separator: ", ")).")))
    var state: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(parsing: .unconditional, help: RowLimit.help, transform: { try RowLimit($0) }) var limit = RowLimit.ofList

    func run() throws {
        let snapshot = try Opening.snapshot()
        let books = try Opening.books(book, snapshot.views)
        var listing = Listing(Self.columns + [Listing.bookColumn(books)])
        listing.limit = limit.rows
        listing.nameColumns = 1
        for (book, rows) in try Opening.each(books, { try query($0).rows(snapshot) }) { add(rows, book, to: &listing) }
        show(listing)
    }

    private func query(_ book: Book) throws -> ParcelQuery {
        var query = ParcelQuery(book: book.name)
        query.viewer = .current
        query.order = order
        query.holder = holder
        query.site = site
        query.state = try state.map(Self.state)
        query.limit = limit.oneMore
        query.isInNameOrder = Invocation.current.format == .table
        return query
    }

    private func add(_ rows: [ParcelRow], _ book: Book, to listing: inout Listing) {
        let language = Invocation.current.language
        for row in rows {
            let at = LocalTime.text(row.lastAtUs, book)
            listing.add(
                [
                    .text(row.parcel), .text(row.order), .text("\(row.state)"), .text(row.holder), .text(row.site),
                    ParcelText.compartment(row.compartmentSize, row.compartment).map { .text($0) } ?? .null,
                    .text("\(row.size)"), row.isWhole ? .amount(row.valueMinor, book.currency) : .null,
                    row.isWhole ? .amount(row.damagedMinor, book.currency) : .null, .text(row.retailer),
                    .text(row.buyer),
                    row.readyAtUs.map { .time($0) } ?? .null, row.expiresAtUs.map { .time($0) } ?? .null,
                    .time(row.lastAtUs), .text(book.name),
                ],
                shown: [
                    row.parcel, row.order, row.state.text(language), row.holder,
                    ParcelText.place(row.site, row.compartmentSize, row.compartment), at, book.name,
                ])
        }
    }

    static func state(_ text: String) throws(LedgerError) -> ParcelState {
        try Choice.value(text, "--state", among: ParcelState.allCases, Text("état inconnu", "unknown state")) {
            [$0.text]
        }
    }

    private static var columns: [Listing.Column] {
        [
            .init(key: "parcel", title: Text("Colis", "Parcel")),
            .init(key: "order", title: Text("Commande", "Order"), isOptional: true),
            .init(key: "state", title: Text("État", "State")), .init(key: "holder", title: Text("Garde", "Holder")),
            .init(key: "site", title: Text("Casier", "Locker")),
            .init(key: "compartment", title: Text("Compartiment", "Compartment"), isHidden: true),
            .init(key: "size", title: Text("Grandeur", "Size"), isHidden: true),
            .init(key: "value", title: Text("Valeur", "Value"), isNumber: true, isHidden: true),
            .init(key: "damage", title: Text("Dommages", "Damage"), isNumber: true, isHidden: true),
            .init(key: "retailer", title: Text("Détaillant", "Retailer"), isHidden: true),
            .init(key: "buyer", title: Text("Acheteur", "Buyer"), isHidden: true),
            .init(key: "readyAt", title: Text("Prêt", "Ready"), isHidden: true),
            .init(key: "expiresAt", title: Text("Échéance", "Expires"), isHidden: true),
            .init(key: "lastAt", title: Text("Depuis (heure locale)", "Since (local time)"), isNumber: true),
        ]
    }
}

struct ParcelsShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("La chaîne de garde d’un colis.", "A parcel's chain of custody."))

    @Argument(help: ArgumentHelp(say("Le colis.", "The parcel."))) var parcel: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        func query(_ book: Book) -> CustodyQuery {
            var query = CustodyQuery(book: book.name, parcel: parcel)
            query.viewer = .current
            return query
        }
        let book = try Opening.book(book, snapshot.views) { book in
            _ = try query(book).chain(snapshot)
            return true
        }
        let (row, links) = try query(book).chain(snapshot)
        let language = Invocation.current.language
        let currency = book.currency
        var listing = Self.columns
        for link in links {
            listing.add(
                [
                    .count(link.sequence), .time(link.atUs), .text(lowerFirst(link.kind.name)), .text(link.from),
                    .text(link.to), .text(link.site),
                    ParcelText.compartment(link.compartmentSize, link.compartment).map { .text($0) } ?? .null,
                    .amount(link.carrierFeeMinor, currency), .amount(link.hostingFeeMinor, currency),
                    .amount(link.owedMinor, currency), link.voidedBy.map { .count($0) } ?? .null,
                ],
                shown: [
                    "\(link.sequence)", LocalTime.text(link.atUs, book),
                    ParcelText.event(link.kind)(language)
                        + (link.voidedBy == nil ? "" : say(" (ann.)", " (void)")),
                    link.from == link.to ? "" : link.from, link.to,
                    ParcelText.place(link.site, link.compartmentSize, link.compartment),
                ])
        }
        if Invocation.current.format == .json {
            putLine(Self.json(row, listing, book).line)
            return
        }
        if Invocation.current.format == .table {
            putLine(
                "\(row.parcel) · " + (row.order.isEmpty ? "" : "\(row.order) · ") + "\(row.state.text(language)) · "
                    + say("garde : ", "held by ")
                    + row.holder)
            // Its worth is the affair of whoever sold or bought it.
            if row.isWhole {
                putLine(
                    say("Valeur ", "Value ") + shown(row.valueMinor, currency, language)
                        + (row.damagedMinor == 0
                            ? "" : say(" · dommages ", " · damage ") + shown(row.damagedMinor, currency, language))
                        + (row.expiresAtUs.map {
                            say(" · à ramasser d’ici ", " · pick up by ") + LocalTime.text($0, book)
                        }
                            ?? ""))
            }
        }
        show(listing)
    }

    private static func json(_ row: ParcelRow, _ chain: Listing, _ book: Book) -> JSON {
        .object([
            ("parcel", .text(row.parcel)), ("book", .text(book.name)), ("order", .text(row.order)),
            ("state", .text("\(row.state)")), ("holder", .text(row.holder)), ("retailer", .text(row.retailer)),
            ("buyer", .text(row.buyer)), ("site", .text(row.site)), ("size", .text("\(row.size)")),
            ("value", row.isWhole ? .amount(row.valueMinor, book.currency) : .null),
            ("damage", row.isWhole ? .amount(row.damagedMinor, book.currency) : .null),
            ("currency", .text(book.currency.code)), ("readyAt", row.readyAtUs.map { .time($0) } ?? .null),
            ("expiresAt", row.expiresAtUs.map { .time($0) } ?? .null), ("custody", chain.json),
        ])
    }

    private static var columns: Listing {
        Listing([
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "at", title: Text("Heure locale", "Local time"), isNumber: true),
            .init(key: "event", title: Text("Fait", "Event")),
            .init(key: "from", title: Text("De", "From"), isOptional: true),
            .init(key: "to", title: Text("À", "To")), .init(key: "site", title: Text("Casier", "Locker")),
            .init(key: "compartment", title: Text("Compartiment", "Compartment"), isHidden: true),
            .init(key: "carrierFee", title: Text("Livraison", "Carrier fee"), isNumber: true, isHidden: true),
            .init(key: "hostingFee", title: Text("Hébergement", "Hosting fee"), isNumber: true, isHidden: true),
            .init(key: "owed", title: Text("Dû au détaillant", "Owed to retailer"), isNumber: true, isHidden: true),
            .init(key: "voidedBy", title: Text("Annulé par", "Voided by"), isNumber: true, isHidden: true),
        ])
    }
}

struct ParcelsExport: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("Les événements des colis, en EPCIS 2.0.", "The parcels' events, as EPCIS 2.0."))

    @Flag(help: ArgumentHelp(say("Document EPCIS 2.0 (JSON-LD).", "An EPCIS 2.0 document (JSON-LD)."))) var epcis =
        false
    @Argument(help: ArgumentHelp(say("Le fichier; sinon la sortie.", "The file; else standard output."))) var file:
        String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        guard epcis else {
            throw LedgerError(
                .usage, "parcels export", Text("le format manque", "the format is missing"),
                remedy: Text("--epcis", "--epcis"))
        }
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let export = EPCISExport(snapshot, book)
        guard let path = file else {
            try export.write { put($0) }
            return
        }
        guard let handle = fopen(path, "we") else {
            throw LedgerError(
                .cannotCreate, path, SystemReason.text(errno),
                remedy: Text("nommer un fichier où l’on peut écrire", "name a file that can be written"))
        }
        defer { fclose(handle) }
        let count = try export.write { fputs($0, handle) }
        guard fflush(handle) == 0, ferror(handle) == 0 else {
            throw LedgerError(
                .inputOutput, path, Text("écriture incomplète", "not written completely"),
                remedy: Text("libérer de l’espace", "free some space"))
        }
        note(say("\(count) événements dans \(path)", "\(count) events in \(path)"))
    }
}

/// Words about parcels for people.
enum ParcelText {
    /// "S12": the twelfth small compartment, as programs read it in every language.
    static func compartment(_ size: CompartmentSize, _ number: UInt32) -> String? {
        guard number != 0 else { return nil }
        switch size {
        case .small: return "S\(number)"
        case .medium: return "M\(number)"
        default: return "L\(number)"
        }
    }

    static func letter(_ size: CompartmentSize) -> String {
        switch size {
        case .small: say("P", "S")
        case .medium: "M"
        case .large: say("G", "L")
        default: "?"
        }
    }

    static func place(_ site: String, _ size: CompartmentSize, _ number: UInt32) -> String {
        number == 0 ? site : site + " " + letter(size) + "\(number)"
    }

    static func event(_ kind: EventKind) -> Text {
        switch kind {
        case .parcelPrepared: Text("préparé", "prepared")
        case .parcelTransferred: Text("remis", "handed over")
        case .parcelPlaced: Text("déposé", "placed")
        case .pickupReminded: Text("rappel", "reminder")
        case .parcelCollected: Text("ramassé", "collected")
        case .parcelDelivered: Text("livré", "delivered")
        case .pickupExpired: Text("échu", "expired")
        case .parcelReturned: Text("retourné", "returned")
        case .parcelLost: Text("perdu", "lost")
        case .parcelDamaged: Text("endommagé", "damaged")
        case .scanVoided: Text("annulation", "void")
        default: Text("?", "?")
        }
    }
}

/// Times as the people of a book read them.
enum LocalTime {
    /// "2017-03-12 09:30" on the book's clocks.
    static func text(_ us: Int64, _ book: Book) -> String {
        let local = us + Int64(book.calendar.offsetSeconds(at: us)) * 1_000_000
        return InstantText.format(us: local).prefix(16).split(separator: "T").joined(separator: " ")
    }
}
