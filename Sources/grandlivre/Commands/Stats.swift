import Events
import ArgumentParser
import Commerce
import Ledger

struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say("Ce que contient le journal, et sa racine.", "What the log holds, and its root."))

    func run() throws {
        let statistics = try LedgerStatistics(Opening.snapshot())
        if Invocation.current.format == .json {
            let kinds = statistics.byKind.map { (lowerFirst($0.kind.name), JSON.int($0.events)) }
            putLine(
                JSON.object([
                    ("events", .count(statistics.events)), ("root", .text(statistics.root)),
                    ("logBytes", .count(statistics.logBytes)),
                    ("byType", .object(kinds)),
                ]).line)
            return
        }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "type", title: Text("Type", "Type")),
            .init(key: "events", title: Text("Événements", "Events"), isNumber: true),
            .init(key: "bytes", title: Text("Octets", "Bytes"), isNumber: true),
        ])
        for row in statistics.byKind {
            listing.add(
                [.text(row.kind.name), .int(row.events), .int(row.bytes)],
                shown: [row.kind.label(language)] + [row.events, row.bytes].map { shown(count: $0, language) })
        }
        listing.total = [
            "Total", shown(count: statistics.events, language),
            shown(count: statistics.logBytes, language),
        ]
        show(listing)
        if Invocation.current.format == .table { putLine(say("Racine : ", "Root: ") + statistics.root) }
    }
}

/// "PurchasePlaced" as JSON names it: "purchasePlaced".
func lowerFirst(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
