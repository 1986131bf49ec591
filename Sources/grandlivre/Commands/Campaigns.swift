import Accounting
import ArgumentParser
import Commerce
import Ledger

struct CampaignsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaigns",
        abstract: say("Les campagnes des médias partenaires.", "The campaigns of partner media."),
        subcommands: [CampaignsList.self, CampaignsRepatriated.self], defaultSubcommand: CampaignsList.self)
}

struct CampaignsList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say(
            "Chaque campagne : ce qu’elle a amené, ce qui est dû à son média.",
            "Each campaign: what it brought, what its medium is owed."))

    @Option(help: ArgumentHelp(say("Celles d’un média.", "Those of one medium."))) var medium: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        var query = CampaignQuery(book)
        query.medium = try Viewer.current.subject(medium, in: book, snapshot)
        let rows = try query.rows(snapshot)
        let language = Invocation.current.language
        func money(_ minor: Int64) -> String { shown(minor, book.currency, language) }
        var listing = Listing([
            .init(key: "campaign", title: Text("Campagne", "Campaign")),
            .init(key: "kind", title: Text("Genre", "Kind"), isHidden: true),
            .init(key: "medium", title: Text("Média", "Medium")),
            .init(key: "launchedAt", title: Text("Lancée", "Launched"), isHidden: true),
            .init(key: "startDate", title: Text("Du", "From")),
            .init(key: "endDate", title: Text("Au", "To"), isOptional: true),
            .init(key: "touches", title: Text("Contacts", "Touches"), isNumber: true, isOptional: true),
            .init(key: "redemptions", title: Text("Coupons", "Redeemed"), isNumber: true, isOptional: true),
            .init(key: "purchases", title: Text("Achats", "Orders"), isNumber: true),
            .init(key: "owed", title: Text("Crédité", "Owed"), isNumber: true),
            .init(key: "paid", title: Text("Payé", "Paid"), isNumber: true),
        ])
        listing.nameColumns = 1
        for row in rows {
            listing.add(
                [
                    .text(row.campaign), .text(row.kind), .text(row.medium), .time(row.launchedAtUs),
                    .text(row.startDate), .text(row.endDate), .int(row.touches), .int(row.redemptions),
                    .int(row.purchases), .amount(row.owedMinor, book.currency), .amount(row.paidMinor, book.currency),
                ],
                shown: [
                    row.campaign, row.medium, row.startDate, row.endDate, "\(row.touches)", "\(row.redemptions)",
                    "\(row.purchases)", money(row.owedMinor), money(row.paidMinor),
                ])
        }
        listing.total = [
            say("Total", "Total"), "", "", "", "\(rows.reduce(0) { $0 &+ $1.touches })",
            "\(rows.reduce(0) { $0 &+ $1.redemptions })", "\(rows.reduce(0) { $0 &+ $1.purchases })",
            money(rows.reduce(0) { $0 &+ $1.owedMinor }), money(rows.reduce(0) { $0 &+ $1.paidMinor }),
        ]
        show(listing)
    }
}

struct CampaignsRepatriated: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "repatriated",
        abstract: say(
            "Les achats rapatriés, par mois et catégorie.", "Purchases brought home to Québec, by month and category."))

    @Option(help: ArgumentHelp(say("Une année.", "One year."))) var year: UInt16?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let repatriated = try Repatriated(book, year: year, snapshot)
        let language = Invocation.current.language
        func money(_ minor: Int64) -> String { shown(minor, book.currency, language) }
        func percent(_ ppm: Int64?) -> String {
            guard let ppm else { return "" }
            return shown(decimal: Self.percentText(ppm), language) + say(" %", "%")
        }
        var listing = Listing([
            .init(key: "month", title: Text("Mois", "Month")),
            .init(key: "department", title: Text("Rayon", "Department")),
            .init(key: "category", title: Text("Catégorie", "Category")),
            .init(key: "lines", title: Text("Lignes", "Lines"), isNumber: true, isOptional: true),
            .init(key: "placed", title: Text("Achats", "Placed"), isNumber: true),
            .init(key: "takenBack", title: Text("Repris", "Taken back"), isNumber: true, isOptional: true),
            .init(key: "kept", title: Text("Rapatrié", "Repatriated"), isNumber: true),
            .init(key: "sharePpm", title: Text("Part", "Share"), isNumber: true),
        ])
        listing.nameColumns = 3
        for row in repatriated.rows {
            let month = "\(row.year)-" + (row.month < 10 ? "0" : "") + "\(row.month)"
            let share = repatriated.sharePpm(row.keptMinor, of: [row.year])
            listing.add(
                [
                    .text(month), .text(row.department), .text(row.category), .int(row.lines),
                    .amount(row.placedMinor, book.currency), .amount(row.takenBackMinor, book.currency),
                    .amount(row.keptMinor, book.currency), share.map { .int($0) } ?? .null,
                ],
                shown: [
                    month, row.department, row.category, "\(row.lines)", money(row.placedMinor),
                    money(row.takenBackMinor), money(row.keptMinor), percent(share),
                ])
        }
        let kept = repatriated.rows.reduce(0) { $0 &+ $1.keptMinor }
        listing.total = [
            say("Total", "Total"), "", "", "\(repatriated.rows.reduce(0) { $0 &+ $1.lines })",
            money(repatriated.rows.reduce(0) { $0 &+ $1.placedMinor }),
            money(repatriated.rows.reduce(0) { $0 &+ $1.takenBackMinor }), money(kept),
            percent(repatriated.sharePpm(kept, of: Set(repatriated.rows.map(\.year)))),
        ]
        show(listing)
    }

    /// Parts per million as a percentage with two decimals, half-up: 123 456 is 12.35.
    private static func percentText(_ ppm: Int64) -> String {
        let hundredths = Money.quotientHalfUp(Int128(ppm), by: 100)
        let digits = "\(hundredths.magnitude)"
        let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        return (hundredths < 0 ? "-" : "") + padded.dropLast(2) + "." + padded.suffix(2)
    }
}
