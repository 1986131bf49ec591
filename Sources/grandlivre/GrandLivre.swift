import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
import Index
import Interchange
import Ledger
import Transparency

@main
struct GrandLivre: ParsableCommand {
    @Option var ledger: String
    @Option var format: String = "json"
    @Option var year: Int = 2017
    @Flag var summary = false
    @Flag var check = false
    @Argument var command: [String]

    func run() throws {
        switch command[0] {
        case "import":
            let store = try (try? LedgerStore.open(ledger, readOnly: false)) ?? (LedgerStore.create(ledger, origin: "grandlivre/test"))
            let outcome = try CompleteJourney.record(folder: command[2], to: store)
            print(outcome.recorded, outcome.repeats, outcome.surplusMinor, outcome.reserveMinor, outcome.poolMinor)
        case "rebuild":
            let report = try Rebuild.check(LedgerStore.open(ledger, readOnly: true)) { _, _ in }
            print(report.differing, report.after.map { "\($0.view) \($0.rows)" })
        default:
            let snapshot = try LedgerSnapshot(LedgerStore.open(ledger, readOnly: true))
            let views = snapshot.views
            func money(_ v: Int64) -> String { "\"" + DecimalText.format(minor: v, currency: .cad) + "\"" }
            switch command[0] {
            case "stats":
                var types: [String] = []
                let rows = snapshot.index.rows(prefix: views.key.begin(.kindStatistics).bytes)
                while rows.next() {
                    var r = KeyReader(rows.key)
                    if let kind = EventKind(rawValue: Int(r.u16())) { types.append("\"\(kind.name.prefix(1).lowercased() + kind.name.dropFirst())\": \(rows.counters.first)") }
                }
                print("{\"events\": \(snapshot.head.count), \"root\": \"\(snapshot.head.root.hex)\", \"logBytes\": \(snapshot.head.entryBytes), \"byType\": {\(types.joined(separator: ", "))}}")
            case "balances":
                var out: [String] = []
                let rows = snapshot.index.rows(prefix: views.key.begin(.balance).bytes)
                var all: [(UInt16, UInt16, UInt32, Counters)] = []
                while rows.next() {
                    var r = KeyReader(rows.key)
                    let b = r.u16(); let a = r.u16(); _ = r.u16(); all.append((b, a, r.u32(), rows.counters))
                }
                for (b, a, p, c) in all {
                    out.append("{\"book\": \"grand-io\", \"account\": \"\(views.accountName(a, book: b))\", \"class\": \"\(views.accountClass(a, book: b)!.name)\", \"party\": \"\(views.partyName(p))\", \"currency\": \"CAD\", \"debits\": \(money(c.first)), \"credits\": \(money(c.second)), \"balance\": \(money(c.first - c.second))}")
                }
                print("[" + out.joined(separator: ",\n") + "]")
            case "orders":
                let o = snapshot.index.counters(views.key.begin(.total).u16(1).u8(1).bytes)
                let m = snapshot.index.counters(views.key.begin(.total).u16(1).u8(2).bytes)
                let g = snapshot.index.counters(views.key.begin(.total).u16(1).u8(3).text("gst").bytes)
                let q = snapshot.index.counters(views.key.begin(.total).u16(1).u8(3).text("qst").bytes)
                print("{\"orders\": \(o.first), \"lines\": \(o.second), \"merchandise\": \(money(m.first)), \"gst\": \(money(g.first)), \"qst\": \(money(q.first)), \"total\": \(money(m.second))}")
            default:
                let book = Array("grand-io".utf8).withBytes { views.book($0) }!
                let record = views.fiscalYear(UInt16(year), book)!
                var out: [String] = []
                for p in views.patronage(book, year: UInt16(year), group: .consumer) {
                    let d = views.dividend(p.party, year: UInt16(year), book)
                    out.append("{\"member\": \"\(views.partyName(p.party))\", \"base\": \(money(p.base)), \"dividend\": \(money((d?.cashMinor ?? 0) + (d?.sharesMinor ?? 0))), \"withheld\": \(money(d?.withheldMinor ?? 0)), \"paid\": \(money(d?.isPaid == true ? d!.cashMinor - d!.withheldMinor : 0))}")
                }
                print("{\"surplus\": \(money(record.surplusMinor)), \"reserve\": \(money(record.plan.reserveMinor)), \"pool\": \(money(record.plan.dividendsCashMinor)), \"dividends\": [\(out.joined(separator: ",\n"))]}")
            }
        }
    }
}
