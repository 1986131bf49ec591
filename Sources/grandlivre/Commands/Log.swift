import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
@preconcurrency import Glibc
import Ledger

struct Log: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say("Les événements du journal.", "The events of the log."),
        discussion: say(
            """
            JSON : un événement par ligne, tel que record le prend.
            --type prend le nom du schéma ou celui du tableau.

            Exemples :
              grandlivre log --party m-12 --reverse --limit 20
              grandlivre log --type PurchasePlaced --format json
            """,
            """
            JSON: one event a line, as record takes it.
            --type takes the schema's name or the table's.

            Examples:
              grandlivre log --party m-12 --reverse --limit 20
              grandlivre log --type PurchasePlaced --format json
            """))

    @Option(help: ArgumentHelp(say("Première séquence.", "First sequence."))) var from: UInt64 = 0
    @Option(help: ArgumentHelp(say("Dernière séquence.", "Last sequence."))) var to: UInt64?
    @Option(help: ArgumentHelp(say("Un type, par exemple PurchasePlaced.", "One type, for example PurchasePlaced.")))
    var type: String?
    @Option(
        help: ArgumentHelp(say("Un membre, un vendeur ou une institution.", "A member, a seller or an institution.")))
    var party: String?
    @Option(help: ArgumentHelp(say("Une commande : LIVRE/ID ou ID.", "One order: BOOK/ID or ID."))) var order: String?
    @Option(parsing: .unconditional, help: RowLimit.helpWithoutDefault, transform: { try RowLimit($0) }) var limit:
        RowLimit?
    @Flag(help: ArgumentHelp(say("Les derniers d’abord.", "Newest first."))) var reverse = false
    @Flag(help: ArgumentHelp(say("Attend et montre la suite.", "Waits and shows what follows."))) var follow = false

    func run() throws {
        var query = EventQuery()
        query.viewer = .current
        query.from = from
        query.to = to ?? .max
        query.party = party
        query.isReversed = reverse
        if let limit { query.limit = limit.rows }
        if let type {
            query.kind = try EventTable.kind(type)
        }
        if let order {
            let parts = order.split(separator: "/", maxSplits: 1)
            query.book = parts.count == 2 ? String(parts[0]) : nil
            query.order = parts.last.map(String.init) ?? order
        }
        let snapshot = try Opening.snapshot()
        try printEvents(query.sequences(snapshot), snapshot, withHeader: true)
        guard follow else { return }
        Signals.watch()
        var next = snapshot.head.count
        while true {
            fflush(stdout)
            usleep(100_000)
            if Signals.isInterrupted { return }
            try snapshot.renew()
            guard snapshot.head.count > next else { continue }
            query.from = next
            query.isReversed = false
            next = snapshot.head.count
            try printEvents(query.sequences(snapshot), snapshot, withHeader: false)
        }
    }

    private func printEvents(_ sequences: [UInt64], _ snapshot: LedgerSnapshot, withHeader: Bool) throws {
        switch Invocation.current.format {
        case .json:
            for sequence in sequences {
                guard let entry = snapshot.entry(sequence) else { continue }
                switch try Viewer.current.disclosure(of: sequence, snapshot) {
                case .whole: putLine(try EventJSON.encode(entry: entry))
                case .part(let event):
                    let kind = snapshot.views.event(sequence)?.kind?.name ?? "?"
                    putLine(try EventJSON.encode(redacted: event, type: lowerFirst(kind)))
                }
            }
        case .csv, .table:
            let isOfAllBooks = !(order ?? "").contains("/") && snapshot.views.allBooks.count > 1
            let listing = try EventTable.listing(sequences, snapshot, namesBook: isOfAllBooks)
            if Invocation.current.format == .csv {
                put(listing.csv)
            } else {
                put(listing.table(Invocation.current.language))
            }
        }
        try snapshot.check()
    }
}

/// Events as a short table: when, what, who recorded it, under which key.
enum EventTable {
    /// The kind of that name, as the schema or a person calls it.
    static func kind(_ text: String) throws(LedgerError) -> EventKind {
        let folded = NameOrder.folded(text)
        let found = EventKind.allCases.first { kind in
            [kind.name, kind.label.french, kind.label.english].contains { NameOrder.folded($0) == folded }
        }
        if let found { return found }
        let names = EventKind.allCases.map(\.name)
        let labels = EventKind.allCases.map { $0.label(Invocation.current.language) }
        let near = NearName.find(text, among: names) ?? NearName.find(text, among: labels)
        throw LedgerError(
            .usage, "--type « \(text) »", Text("type inconnu", "unknown type"),
            remedy: near.map(LedgerError.didYouMean)
                ?? Text("un de : \(labels.joined(separator: ", "))", "one of: \(labels.joined(separator: ", "))"))
    }

    /// - Parameter namesBook: a table says in which book each stands.
    static func listing(
        _ sequences: [UInt64], _ snapshot: LedgerSnapshot, namesBook: Bool = false
    ) throws(LedgerError) -> Listing {
        var listing = Listing([
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "effectiveAt", title: Text("Survenu", "Effective")),
            .init(key: "type", title: Text("Fait", "Fact")),
            .init(key: "key", title: Text("Clé", "Key")),
            .init(key: "book", title: Text("Livre", "Book"), isHidden: !namesBook),
            .init(key: "source", title: Text("Source", "Source"), isHidden: true),
            .init(key: "actor", title: Text("Auteur", "Actor"), isHidden: true),
        ])
        for sequence in sequences {
            guard let event = snapshot.views.event(sequence) else { continue }
            let at = event.effectiveAt.map { InstantText.format(us: microseconds($0)) } ?? ""
            let kind = event.kind?.name ?? "?"
            let label = event.kind?.label(Invocation.current.language) ?? "?"
            if case .part = try Viewer.current.disclosure(of: sequence, snapshot) {
                listing.add(
                    [
                        .count(sequence), .text(at), .text(kind), .text(""), .text(event.book.string), .text(""),
                        .text(""),
                    ],
                    shown: ["\(sequence)", Self.toTheSecond(at), label, "", event.book.string])
                continue
            }
            listing.add(
                [
                    .count(sequence), .text(at), .text(kind), .text(event.key.string), .text(event.book.string),
                    .text(event.source.string), .text(event.actor.string),
                ],
                shown: ["\(sequence)", Self.toTheSecond(at), label, event.key.string, event.book.string])
        }
        try snapshot.check()
        return listing
    }

    /// "2026-01-01T04:59:59.999999Z" as "2026-01-01T04:59:59Z": a table that cuts a time in its middle would say less.
    private static func toTheSecond(_ time: String) -> String {
        guard let point = time.firstIndex(of: ".") else { return time }
        return String(time[..<point]) + "Z"
    }
}
