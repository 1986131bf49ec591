import Accounting
import ArgumentParser
import Commerce
import Ledger

struct StockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: say("Les marchandises en stock.", "Goods in store."),
        discussion: say(
            "Sans sous-commande : ce que détient chaque livre, ou avec --site, ce qui se trouve à un lieu.",
            "Without a subcommand: what each book holds or, with --site, what stands at a site."),
        subcommands: [
            StockList.self, StockMovements.self, StockPicks.self, StockLow.self, StockSites.self, StockUsage.self,
        ],
        defaultSubcommand: StockList.self)
}

/// Which goods are asked for.
struct StockOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("Un seul livre.", "One book only."))) var book: String?
    @Option(help: ArgumentHelp(say("Un seul produit.", "One product only."))) var product: String?

    var query: StockQuery {
        var query = StockQuery()
        query.viewer = .current
        query.book = book
        query.product = product
        return query
    }
}

struct StockList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("Quantités et valeurs.", "Quantities and values."))

    @OptionGroup var options: StockOptions
    @Option(help: ArgumentHelp(say("Ce qui se trouve à ce lieu.", "What stands at this site."))) var site: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        var query = options.query
        if let site {
            query.site = site
            return show(Self.places(try query.places(snapshot)))
        }
        show(Self.listing(try query.stocks(snapshot)))
    }

    /// Several books may have several currencies: a table sums the units only. Where nobody left goods there are no owners to show.
    static func listing(_ rows: [StockRow]) -> Listing {
        let language = Invocation.current.language
        let isOwn = rows.allSatisfy(\.owner.isEmpty)
        func visible(_ cells: [String]) -> [String] {
            isOwn ? Array(cells.prefix(2) + cells.dropFirst(3)) : cells
        }
        var listing = Listing([
            .init(key: "book", title: Text("Livre", "Book")),
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "owner", title: Text("Déposant", "Owner"), isHidden: isOwn),
            .init(key: "onHand", title: Text("En stock", "On hand"), isNumber: true),
            .init(key: "reserved", title: Text("Réservé", "Reserved"), isNumber: true),
            .init(key: "available", title: Text("Dispo.", "Available"), isNumber: true),
            .init(key: "value", title: Text("Valeur", "Value"), isNumber: true),
            .init(key: "average", title: Text("Moyenne", "Average"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
        ])
        for row in rows {
            listing.add(
                [
                    .text(row.book), .text(row.product), .text(row.owner), .int(row.onHand), .int(row.reserved),
                    .int(row.available), .amount(row.valueMinor, row.currency),
                    row.averageMinor.map { .amount($0, row.currency) } ?? .null, .text(row.currency.code),
                ],
                shown: visible([
                    row.book, row.product, row.owner, units(row.onHand), units(row.reserved), units(row.available),
                    row.owner.isEmpty ? shown(row.valueMinor, row.currency, language) : "",
                    row.averageMinor.map { shown($0, row.currency, language) } ?? "",
                ]))
        }
        if let currency = rows.first?.currency, rows.count > 1, rows.allSatisfy({ $0.currency == currency }) {
            listing.total = visible([
                say("Total", "Total"), "", "", units(rows.reduce(0) { $0 &+ $1.onHand }),
                units(rows.reduce(0) { $0 &+ $1.reserved }), units(rows.reduce(0) { $0 &+ $1.available }),
                shown(rows.reduce(0) { $0 &+ $1.valueMinor }, currency, language), "",
            ])
        }
        return listing
    }

    private static func places(_ rows: [StockPlaceRow]) -> Listing {
        var listing = Listing([
            .init(key: "site", title: Text("Lieu", "Site")), .init(key: "book", title: Text("Livre", "Book")),
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "owner", title: Text("Déposant", "Owner")),
            .init(key: "onHand", title: Text("Sur place", "On site"), isNumber: true),
            .init(key: "picked", title: Text("Prélevé", "Picked"), isNumber: true),
            .init(key: "free", title: Text("Libre", "Free"), isNumber: true),
        ])
        for row in rows {
            listing.add(
                [
                    .text(row.site), .text(row.book), .text(row.product), .text(row.owner), .int(row.onHand),
                    .int(row.picked), .int(row.free),
                ],
                shown: [
                    row.site, row.book, row.product, row.owner, units(row.onHand), units(row.picked), units(row.free),
                ])
        }
        return listing
    }

    /// A count of units with grouped digits.
    static func units(_ count: Int64) -> String { shown(decimal: "\(count)", Invocation.current.language) }
}

struct StockLow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "low",
        abstract: say("Ce qui manque ou va manquer.", "What is out of stock, or soon will be."))

    @OptionGroup var options: StockOptions
    @Option(help: ArgumentHelp(say("Disponible : moins que ce nombre.", "Available: fewer than this."))) var below:
        Int64 = 1

    func run() throws {
        show(StockList.listing(try options.query.stocks(Opening.snapshot()).filter { $0.available < below }))
    }
}

struct StockPicks: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "picks",
        abstract: say("Ce que des commandes attendent encore.", "What orders are still waiting for."))

    @OptionGroup var options: StockOptions

    func run() throws {
        var listing = Listing([
            .init(key: "book", title: Text("Livre", "Book")),
            .init(key: "order", title: Text("Commande", "Order")),
            .init(key: "orderBook", title: Text("Prise par", "Taken by")),
            .init(key: "orderedAt", title: Text("Date", "Date")),
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "owner", title: Text("Déposant", "Owner")),
            .init(key: "toPick", title: Text("À prélever", "To pick"), isNumber: true),
            .init(key: "picked", title: Text("Prélevé", "Picked"), isNumber: true),
        ])
        let snapshot = try Opening.snapshot()
        for row in try options.query.reservations(snapshot) {
            let day = snapshot.views.allBooks.first { $0.name == row.orderBook }?.day(row.orderedAtUs) ?? 0
            listing.add(
                [
                    .text(row.book), .text(row.order), .text(row.orderBook), .time(row.orderedAtUs),
                    .text(row.product), .text(row.owner), .int(row.toPick), .int(row.picked),
                ],
                shown: [
                    row.book, row.order, row.orderBook, CivilDate(clampingDays: Int64(day)).text, row.product,
                    row.owner, StockList.units(row.toPick), StockList.units(row.picked),
                ])
        }
        show(listing)
    }
}

struct StockSites: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "sites", abstract: say("Les lieux de stockage.", "The storage sites."))

    func run() throws {
        var listing = Listing([
            .init(key: "site", title: Text("Lieu", "Site")), .init(key: "name", title: Text("Nom", "Name")),
            .init(key: "operator", title: Text("Exploitant", "Operator")),
            .init(key: "openedAt", title: Text("Ouvert le", "Opened"), isHidden: true),
            .init(key: "status", title: Text("État", "Status")),
            .init(key: "units", title: Text("Unités", "Units"), isNumber: true),
        ])
        for row in try StockQuery.sites(Opening.snapshot(), for: .current) {
            listing.add(
                [
                    .text(row.site), .text(row.name), .text(row.provider), .time(row.openedAtUs),
                    .text(row.isClosed ? "closed" : "open"), row.units.map { .int($0) } ?? .null,
                ],
                shown: [
                    row.site, row.name, row.provider, row.isClosed ? say("fermé", "closed") : say("ouvert", "open"),
                    row.units.map(StockList.units) ?? "",
                ])
        }
        show(listing)
    }
}
