import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct StockMovements: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "movements",
        abstract: say("L’histoire d’un produit en stock.", "The history of a product in store."))

    @Argument(help: ArgumentHelp(say("Le produit.", "The product."))) var product: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(
        help: ArgumentHelp(
            say(
                "Le membre déposant; vide : la coopérative elle-même.",
                "The member who owns the goods; empty: the cooperative itself.")))
    var owner: String?
    @Option(help: ArgumentHelp(say("Un seul lieu.", "One site only."))) var site: String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        var query = StockHistory(book: book.name, product: product)
        if let owner, !owner.isEmpty { _ = try Viewer.current.subject(owner, in: book, snapshot) }
        // To who operates the book, no name is the cooperative's own goods and nobody is left out.
        query.owner = Viewer.current.operates(book) ? owner : try Viewer.current.subject(owner, in: book, snapshot)
        query.site = site
        (query.from, query.to) = try Opening.days(from: from, to: to)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "date", title: Text("Date", "Date")),
            .init(key: "movement", title: Text("Mouvement", "Movement")),
            .init(key: "site", title: Text("Lieu", "Site")),
            .init(key: "owner", title: Text("Déposant", "Owner"), isHidden: true),
            .init(key: "change", title: Text("Écart", "Change"), isNumber: true),
            .init(key: "value", title: Text("Valeur", "Value"), isNumber: true),
            .init(key: "onHandAfter", title: Text("En stock", "On hand"), isNumber: true),
            .init(key: "valueAfter", title: Text("Valeur du stock", "Stock value"), isNumber: true, isOptional: true),
        ])
        for row in try query.rows(snapshot) {
            listing.add(
                [
                    .count(row.sequence), .text(row.day.text), .text(lowerFirst(row.kind.name)), .text(row.site),
                    .text(row.owner), .int(row.change), .amount(row.valueMinor, book.currency), .int(row.onHandAfter),
                    .amount(row.valueAfterMinor, book.currency),
                ],
                shown: [
                    "\(row.sequence)", row.day.text, Self.label(row.kind)(language), row.site,
                    (row.change > 0 ? "+" : "") + StockList.units(row.change),
                    shown(row.valueMinor, book.currency, language), StockList.units(row.onHandAfter),
                    shown(row.valueAfterMinor, book.currency, language),
                ])
        }
        show(listing)
    }

    private static func label(_ kind: EventKind) -> Text {
        switch kind {
        case .stockReceived: Text("réception", "receipt")
        case .stockMoved: Text("transfert", "move")
        case .stockShipped: Text("expédition", "shipment")
        case .stockReturned: Text("retour", "return")
        case .stockAdjusted: Text("correction", "adjustment")
        case .stockCounted: Text("inventaire", "count")
        default: Text(lowerFirst(kind.name), lowerFirst(kind.name))
        }
    }
}

struct StockUsage: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: say(
            "Ce qu’une coopérative a utilisé d’un entrepôt.", "What a cooperative used of a warehouse."),
        discussion: say(
            "Une unité sur place à la fin d’un jour est une unité-jour : le jour d’arrivée compte, celui du départ non.",
            "A unit on site at the end of a day is one unit-day: the day of arrival counts, that of departure does not."
        ))

    @Option(help: ArgumentHelp(say("Le livre à qui sont les marchandises.", "The book that owns the goods.")))
    var owner: String
    @Option(help: ArgumentHelp(say("Un lieu.", "One site."))) var site: String?
    @Option(help: ArgumentHelp(say("Tous les lieux de ce livre.", "All sites of this book."))) var `operator`: String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String

    func validate() throws {
        guard (site == nil) != (`operator` == nil) else {
            throw ValidationError(
                say(
                    "nommer un lieu (--site) ou un exploitant (--operator)",
                    "name a site (--site) or an operator (--operator)"))
        }
    }

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let book = try StockQuery.book(owner, views)
        let first = try Opening.date(from, "--from").daysSinceEpoch
        let last = try Opening.date(to, "--to").daysSinceEpoch
        let usage: StorageUsage
        if let site {
            let site = try StockQuery.site(site, views)
            try Self.check(book, views.book(number: site.book))
            usage = views.storageUsage(owner: book, site: site, from: first, to: last)
        } else {
            let provider = try StockQuery.book(`operator` ?? "", views)
            try Self.check(book, provider)
            usage = views.storageUsage(owner: book, operator: provider, from: first, to: last)
        }
        try snapshot.check()
        show(Self.listing(usage))
    }

    /// For the two cooperatives between whom it is billed.
    private static func check(_ owner: Book, _ provider: Book?) throws(LedgerError) {
        guard Viewer.current.operates(owner) || provider.map(Viewer.current.operates) == true else {
            throw Viewer.refused(owner.name)
        }
    }

    private static func listing(_ usage: StorageUsage) -> Listing {
        var listing = Listing([
            .init(key: "measure", title: Text("Mesure", "Measure")),
            .init(key: "units", title: Text("Unités", "Units"), isNumber: true),
            .init(key: "times", title: Text("Fois", "Times"), isNumber: true),
        ])
        func add(_ key: String, _ label: Text, _ units: Int64, _ times: Int64?) {
            listing.add(
                [.text(key), .int(units), times.map { .int($0) } ?? .null],
                shown: [
                    label(Invocation.current.language), StockList.units(units), times.map(StockList.units) ?? "",
                ])
        }
        add("unitDays", Text("unités-jours entreposées", "unit-days stored"), usage.unitDays, nil)
        add("unitsAtEnd", Text("unités à la fin", "units at the end"), usage.unitsAtEnd, nil)
        for measure in StorageMeasure.allCases where measure != .stored {
            let (units, times) = usage.handled(measure)
            add("\(measure)", label(measure), units, times)
        }
        return listing
    }

    private static func label(_ measure: StorageMeasure) -> Text {
        switch measure {
        case .stored: Text("entrées et sorties", "in and out")
        case .received: Text("reçues (réceptions)", "received (receipts)")
        case .picked: Text("prélevées (lignes)", "picked (lines)")
        case .packed: Text("emballées (colis)", "packed (parcels)")
        case .shipped: Text("expédiées (lignes)", "shipped (lines)")
        case .returned: Text("retournées (lignes)", "returned (lines)")
        case .moved: Text("transférées (transferts)", "moved (moves)")
        }
    }
}
