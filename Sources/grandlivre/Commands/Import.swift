import Accounting
import ArgumentParser
import Commerce
@preconcurrency import Glibc
import Interchange
import Ledger

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say("Importe les fichiers d’un autre système.", "Imports the files of another system."),
        subcommands: [ImportCompleteJourney.self, ImportLog.self])
}

struct ImportCompleteJourney: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete-journey",
        abstract: say(
            "Importe une année de « The Complete Journey », clôture et ristournes comprises.",
            "Imports a year of \"The Complete Journey\", close and dividends included."),
        discussion: say(
            "Crée le grand livre si le dossier est absent ou vide. Interrompu, il reprend; relancé, il n’inscrit rien deux fois.",
            "Creates the ledger if its folder is missing or empty. Interrupted, it resumes; run again, it records nothing twice."
        ))

    @Argument(
        help: ArgumentHelp(say("Dossier des fichiers CSV (gzip ou non).", "Folder of the CSV files (gzip or plain).")))
    var folder: String

    func run() throws {
        let outcome = try ImportRun.run(folder)
        switch Invocation.current.format {
        case .table: put(ImportRun.text(outcome))
        default: putLine(ImportRun.json(outcome).line)
        }
    }
}

enum ImportRun {
    static func run(_ folder: String) throws -> ImportOutcome {
        let store = try Opening.openOrCreate(Invocation.current.ledger, origin: "grandlivre/grand-io")
        Signals.watch()
        let meter = ProgressMeter()
        defer { meter.clear() }
        return try CompleteJourney.record(
            folder: folder, to: store, proceed: { try Signals.check() },
            progress: {
                meter.show(
                    done: $0.bytesDone, total: $0.bytesTotal, detail: say("\($0.lines) lignes", "\($0.lines) lines"))
            })
    }

    static func text(_ outcome: ImportOutcome) -> String {
        let report = outcome.report
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "item", title: Text("Importation", "Import")),
            .init(key: "value", title: Text("Nombre", "Count"), isNumber: true),
        ])
        func add(_ french: String, _ english: String, _ value: String) {
            listing.add([.text(Text(french, english)(language)), .text(value)])
        }
        func count(_ french: String, _ english: String, _ value: Int) { add(french, english, "\(value)") }
        func amount(_ french: String, _ english: String, _ value: Int64) {
            add(french, english, shown(value, .cad, language))
        }
        count("événements inscrits", "events recorded", outcome.recorded)
        count("événements déjà inscrits", "events recorded before", outcome.repeats)
        count("lignes", "lines", report.lines)
        count("  dont valeur 0", "  of value 0", report.zeroValueLines)
        count("  dont quantité 0", "  of quantity 0", report.zeroQuantityLines)
        count("commandes", "orders", report.orders)
        count("  dont total 0, sans paiement", "  of total 0, without payment", report.zeroTotalOrders)
        count("produits inscrits", "products listed", report.listedProducts)
        count(
            "produits vendus hors du catalogue", "products sold but not in the catalogue", report.unlistedProducts.count
        )
        count("ménages", "households", report.households)
        count("magasins", "stores", report.stores)
        count("campagnes", "campaigns", report.campaigns)
        count("coupons attribués", "redemptions attributed", report.redemptionsAttributed)
        count("coupons sans commande", "redemptions without an order", report.redemptionsListed.count)
        amount("marchandises", "merchandise", report.merchandiseMinor)
        amount("TPS", "GST", report.gstMinor)
        amount("TVQ", "QST", report.qstMinor)
        amount("total", "total", report.totalMinor)
        amount("excédents", "surplus", outcome.surplusMinor)
        amount("  à la réserve", "  to the reserve", outcome.reserveMinor)
        amount("  en ristournes", "  in patronage dividends", outcome.poolMinor)
        var out = listing.table(language)
        for product in report.unlistedProducts.prefix(20) {
            out +=
                say("produit hors catalogue : product-\(product)", "product not in the catalogue: product-\(product)")
                + "\n"
        }
        for redemption in report.redemptionsListed.prefix(50) {
            out +=
                say(
                    "coupon sans commande : ménage \(redemption.household), coupon \(redemption.coupon), \(redemption.date.text)",
                    "redemption without an order: household \(redemption.household), coupon \(redemption.coupon), \(redemption.date.text)"
                ) + "\n"
        }
        return out
            + say(
                "Chiffres d’illustration : aucune charge d’exploitation n’est dans ces fichiers.",
                "Illustrative figures: the files hold no operating expenses.") + "\n"
    }

    static func json(_ outcome: ImportOutcome) -> JSON {
        let report = outcome.report
        return .object([
            ("recorded", .count(outcome.recorded)), ("repeats", .count(outcome.repeats)),
            ("lines", .count(report.lines)),
            ("zeroValueLines", .count(report.zeroValueLines)), ("zeroQuantityLines", .count(report.zeroQuantityLines)),
            ("orders", .count(report.orders)), ("zeroTotalOrders", .count(report.zeroTotalOrders)),
            ("listedProducts", .count(report.listedProducts)),
            ("unlistedProducts", .array(report.unlistedProducts.map { .text("product-\($0)") })),
            ("households", .count(report.households)), ("stores", .count(report.stores)),
            ("campaigns", .count(report.campaigns)),
            ("redemptionsAttributed", .count(report.redemptionsAttributed)),
            (
                "redemptionsListed",
                .array(
                    report.redemptionsListed.map {
                        .object([
                            ("household", .text("household-\($0.household)")), ("coupon", .text("coupon-\($0.coupon)")),
                            ("campaign", .text("campaign-\($0.campaign)")), ("date", .text($0.date.text)),
                            ("reason", .text($0.reason.rawValue)),
                        ])
                    })
            ),
            ("merchandise", .amount(report.merchandiseMinor, .cad)), ("gst", .amount(report.gstMinor, .cad)),
            ("qst", .amount(report.qstMinor, .cad)), ("total", .amount(report.totalMinor, .cad)),
            ("surplus", .amount(outcome.surplusMinor, .cad)), ("reserve", .amount(outcome.reserveMinor, .cad)),
            ("pool", .amount(outcome.poolMinor, .cad)), ("illustrative", .bool(true)),
        ])
    }
}

/// Progress on a terminal: share done, rate and time left. Nothing when piped.
final class ProgressMeter {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let startedMs = ProgressMeter.nowMs
    private var shownMs: Int64 = 0

    private static var nowMs: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    func show(done: Int, total: Int, detail: String) {
        let now = Self.nowMs
        guard isTerminal, total > 0, now - shownMs > 100 else { return }
        shownMs = now
        let elapsed = max(1, now - startedMs)
        let left = done > 0 ? elapsed * Int64(total - done) / Int64(done) / 1_000 : 0
        let percent = done * 100 / total
        fputs(
            "\r\u{1B}[K"
                + say(
                    "\(percent) % · \(detail) · encore \(left) s", "\(percent) % · \(detail) · \(left) s left"), stderr)
    }

    func clear() { if isTerminal, shownMs > 0 { fputs("\r\u{1B}[K", stderr) } }
}
