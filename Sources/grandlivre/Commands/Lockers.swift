import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct LockersCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "lockers",
        abstract: say("Les casiers : places libres et occupées.", "The lockers: free and occupied compartments."))

    @Flag(help: ArgumentHelp(say("Aussi les sites fermés.", "Closed sites too."))) var all = false
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        var query = LockerQuery(book: book.name)
        query.isWhole = all
        query.viewer = .current
        let language = Invocation.current.language
        var listing = Self.columns
        listing.nameColumns = 1
        let rows = try query.rows(snapshot)
        for row in rows {
            let sizes: [JSON] = row.sizes.map {
                .object(
                    [("size", .text("\($0.size)"))]
                        + (row.isOwn
                            ? [("count", .count($0.count)), ("occupied", .count($0.occupied))]
                            : [("free", .count($0.count - $0.occupied))]))
            }
            let dwell = row.isOwn && row.collected > 0 ? row.dwellSeconds / row.collected : nil
            listing.add(
                [
                    .text(row.site), .text(row.name), .text("\(row.kind)"),
                    row.isOwn ? .text(row.host) : .null, .bool(row.isClosed),
                    .array(sizes), row.isOwn ? .int(row.count) : .null, row.isOwn ? .int(row.occupied) : .null,
                    .int(row.count - row.occupied), row.isOwn ? .int(row.placedToday) : .null,
                    row.isOwn ? .int(row.collectedToday) : .null, dwell.map { .int($0) } ?? .null,
                    row.isOwn ? .text(row.day.text) : .null,
                ],
                shown: [
                    row.site, Self.kind(row.kind)(language) + (row.isClosed ? say(" (fermé)", " (closed)") : ""),
                    row.isOwn
                        ? row.sizes.map { "\(ParcelText.letter($0.size)) \($0.occupied)/\($0.count)" }
                            .joined(separator: " ") : "",
                    "\(row.count - row.occupied)", row.isOwn ? "\(row.placedToday)" : "",
                    row.isOwn ? "\(row.collectedToday)" : "",
                    dwell.map(Self.hours) ?? "", row.day.text,
                ])
        }
        if Invocation.current.format == .table, let day = rows.first(where: \.isOwn)?.day {
            putLine(say("Déposés et ramassés le ", "Placed and collected on ") + day.text)
        }
        show(listing)
    }

    /// "26:05": hours and minutes.
    static func hours(_ seconds: Int64) -> String {
        let minutes = seconds / 60
        return "\(minutes / 60):" + (minutes % 60 < 10 ? "0" : "") + "\(minutes % 60)"
    }

    private static func kind(_ kind: LockerSiteKind) -> Text {
        switch kind {
        case .caisse: Text("caisse", "caisse")
        case .branch: Text("succursale", "branch")
        case .metroStation: Text("métro", "metro")
        case .busShelter: Text("abribus", "shelter")
        case .store: Text("magasin", "store")
        default: Text("?", "?")
        }
    }

    private static var columns: Listing {
        Listing([
            .init(key: "site", title: Text("Casier", "Locker")),
            .init(key: "name", title: Text("Nom", "Name"), isHidden: true),
            .init(key: "kind", title: Text("Lieu", "Place")),
            .init(key: "host", title: Text("Hôte", "Host"), isHidden: true),
            .init(key: "isClosed", title: Text("Fermé", "Closed"), isHidden: true),
            // A figure: it is never cut.
            .init(key: "compartments", title: Text("Occupés", "Occupied"), isNumber: true),
            .init(key: "count", title: Text("Compartiments", "Compartments"), isNumber: true, isHidden: true),
            .init(key: "occupied", title: Text("Occupés", "Occupied"), isNumber: true, isHidden: true),
            .init(key: "free", title: Text("Libres", "Free"), isNumber: true, isOptional: true),
            .init(key: "placedToday", title: Text("Déposés", "Placed"), isNumber: true),
            .init(key: "collectedToday", title: Text("Ramassés", "Collected"), isNumber: true),
            .init(key: "dwellSeconds", title: Text("Séjour", "Dwell"), isNumber: true, isOptional: true),
            .init(key: "day", title: Text("Jour", "Day"), isHidden: true),
        ])
    }
}
