import Accounting
import ArgumentParser
import Bytes
import Commerce
import Ledger

struct RoyaltiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "royalties",
        abstract: say("Les redevances des créateurs.", "The royalties of creators."),
        subcommands: [RoyaltiesDue.self, RoyaltiesSplitCommand.self, RoyaltiesPlays.self],
        defaultSubcommand: RoyaltiesDue.self)
}

struct RoyaltiesDue: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "due",
        abstract: say(
            "Gagné, payé et dû, par créateur et par œuvre.", "Earned, paid and due, by creator and by work."))

    @Option(help: ArgumentHelp(say("Un créateur.", "One creator."))) var creator: String?
    @Option(help: ArgumentHelp(say("Une œuvre.", "One work."))) var product: String?
    @Option(
        help: ArgumentHelp(
            say("Gagné et payé dans l’année, dû à sa fin.", "Earned and paid in the year, due at its end.")))
    var year: UInt16?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        if let product { try Works.check(product, book, snapshot.views) }
        var query = RoyaltyQuery(book)
        query.creator = try Viewer.current.subject(creator, in: book, snapshot)
        query.product = product
        query.year = year
        let rows = try query.rows(snapshot)
        let language = Invocation.current.language
        func money(_ minor: Int64) -> String { shown(minor, book.currency, language) }
        var listing = Listing([
            .init(key: "creator", title: Text("Créateur", "Creator")),
            .init(key: "product", title: Text("Œuvre", "Work")),
            .init(key: "earned", title: Text("Gagné", "Earned"), isNumber: true),
            .init(key: "paid", title: Text("Payé", "Paid"), isNumber: true),
            .init(key: "due", title: Text("Dû", "Due"), isNumber: true),
        ])
        listing.nameColumns = 2
        for row in rows {
            listing.add(
                [
                    .text(row.creator), .text(row.product), .amount(row.earnedMinor, book.currency),
                    .amount(row.paidMinor, book.currency), .amount(row.dueMinor, book.currency),
                ],
                shown: [row.creator, row.product, money(row.earnedMinor), money(row.paidMinor), money(row.dueMinor)])
        }
        listing.total = [
            say("Total", "Total"), "", money(rows.reduce(0) { $0 &+ $1.earnedMinor }),
            money(rows.reduce(0) { $0 &+ $1.paidMinor }), money(rows.reduce(0) { $0 &+ $1.dueMinor }),
        ]
        show(listing)
    }
}

struct RoyaltiesSplitCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: say("Le partage d’une œuvre et son histoire.", "The split sheets of a work, all of them."))

    @Argument(help: ArgumentHelp(say("Une œuvre.", "One work."))) var product: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let book = try Opening.book(book, views)
        try Works.check(product, book, views)
        let own = try Viewer.current.subject(nil, in: book, snapshot)
        let name = Array(product.utf8)
        let sheets = name.withBytes { views.splits($0, book) }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "from", title: Text("À partir du", "From")),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "creator", title: Text("Créateur", "Creator")),
            .init(key: "role", title: Text("Rôle", "Role")),
            .init(key: "sharePpm", title: Text("Part", "Share"), isNumber: true),
            .init(key: "status", title: Text("État", "Status")),
        ])
        for (index, sheet) in sheets.enumerated() {
            let isLast = index == sheets.count - 1
            let status = isLast ? say("en vigueur", "in force") : say("remplacé", "replaced")
            for part in views.splitSheet(sheet.sequence)?.parts ?? [] where own == nil || part.creator == own {
                let share = shown(decimal: RatePpm(part.sharePpm).percentText, language) + say(" %", "%")
                listing.add(
                    [
                        .time(sheet.fromUs), .count(sheet.sequence), .text(part.creator), .text(part.role),
                        .count(part.sharePpm), .text(isLast ? "inForce" : "replaced"),
                    ],
                    shown: [
                        InstantText.format(us: sheet.fromUs), "\(sheet.sequence)", part.creator,
                        Label.creatorRole(part.role)(language), share,
                        status,
                    ])
            }
        }
        try snapshot.check()
        show(listing)
    }
}

struct RoyaltiesPlays: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "plays",
        abstract: say(
            "Ce que playsSettled doit dire d’une œuvre : écoutes non réglées.",
            "What playsSettled has to say of a work: plays not settled."))

    @Argument(help: ArgumentHelp(say("Une œuvre.", "One work."))) var product: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Works.check(product, book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let plays = Array(product.utf8).withBytes { snapshot.views.unsettledPlays($0, book) }
        try snapshot.check()
        var listing = Listing([
            .init(key: "product", title: Text("Œuvre", "Work")),
            .init(key: "microcredits", title: Text("Microcrédits", "Microcredits"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        listing.add(
            [.text(product), .int(plays.microcredits), .amount(plays.amountMinor, book.currency)],
            shown: [
                product, "\(plays.microcredits)", shown(plays.amountMinor, book.currency, Invocation.current.language),
            ])
        show(listing)
    }
}
