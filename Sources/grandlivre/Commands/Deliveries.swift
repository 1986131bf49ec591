import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct DeliveriesCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: say(
            "Les promesses de livraison tenues, manquées, en retard.", "Delivery promises kept, missed, late."),
        discussion: say(
            "Une promesse compte du mois où la commande est prête; 4h ou 24h courent du paiement.",
            "A promise counts in the month in which the order is ready; 4h or 24h run from payment."))

    @Flag(help: ArgumentHelp(say("Ce qui devrait être prêt et ne l’est pas.", "What should be ready and is not.")))
    var late = false
    @Option(
        help: ArgumentHelp(
            say(
                "Avec --late : à cette heure UTC; sinon la dernière inscrite.",
                "With --late: at this UTC time; else the last recorded.")))
    var at: String?
    @Flag(help: ArgumentHelp(say("Échus, retournés, perdus, endommagés.", "Expired, returned, lost, damaged.")))
    var losses = false
    @Option(help: ArgumentHelp(say("promesse, casier, transporteur ou mois.", "promise, locker, carrier or month.")))
    var by: String = "promise"
    @Option(help: ArgumentHelp(say("Premier mois, AAAA-MM.", "First month, YYYY-MM."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier mois, AAAA-MM.", "Last month, YYYY-MM."))) var to: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        var query = DeliveryQuery(book: book.name)
        query.viewer = .current
        query.grouping = try Choice.value(
            by, "--by", among: [.promise, .site, .carrier, .month], Text("regroupement inconnu", "unknown grouping")
        ) { Self.words($0) }
        let first = try from.map { try Self.month($0, "--from") } ?? 0
        let last = try to.map { try Self.month($0, "--to") } ?? .max
        guard first <= last else {
            throw LedgerError(
                .usage, "--to « \(to ?? "") »", Text("avant --from", "before --from"),
                remedy: Text("un mois qui n’est pas avant --from", "a month that is not before --from"))
        }
        query.months = first...last
        if late {
            guard from == nil, to == nil else {
                throw LedgerError(
                    .usage, from == nil ? "--to" : "--from",
                    Text("ce qui est en retard l’est à une heure", "what is late is so at one time"),
                    remedy: Text("--at HEURE", "--at TIME"))
            }
            try printLate(query, try at.map(Self.time), book, snapshot)
        } else if losses {
            try printLosses(query, book, snapshot)
        } else {
            try printRates(query, snapshot)
        }
    }

    /// What deliveries are grouped by, as people name it; a locker is also its site.
    private static func words(_ grouping: DeliveryQuery.Grouping) -> [Text] {
        switch grouping {
        case .promise: [Text("promesse", "promise")]
        case .site: [Text("casier", "locker"), Text("lieu", "site")]
        case .carrier: [Text("transporteur", "carrier")]
        case .month: [Text("mois", "month")]
        }
    }

    private static func time(_ text: String) throws(LedgerError) -> Int64 {
        do throws(CalendarError) {
            return try InstantText.parse(text)
        } catch {
            throw LedgerError(
                .usage, "--at « \(text) »", Text("ce n’est pas une heure UTC", "not a UTC time"),
                remedy: Text("par exemple 2018-04-15T16:00:00Z", "for example 2018-04-15T16:00:00Z"))
        }
    }

    /// "2017-03": figures are kept by month, and a day would take the whole of its own.
    private static func month(_ text: String, _ option: String) throws(LedgerError) -> UInt32 {
        if text.utf8.count == 7, let day = try? CivilDate(text + "-01") { return Month.of(day: day.daysSinceEpoch) }
        throw LedgerError(
            .usage, "\(option) « \(text) »", Text("ce n’est pas un mois", "not a month"),
            remedy: Text(
                "un mois entier, AAAA-MM : par exemple 2017-06", "a whole month, YYYY-MM: for example 2017-06"))
    }

    /// The period that a table is of, above it.
    private func putTitle(_ what: Text) {
        guard Invocation.current.format == .table else { return }
        let period: Text? =
            switch (from, to) {
            case (let from?, let to?): from == to ? Text(from, from) : Text("de \(from) à \(to)", "\(from) to \(to)")
            case (let from?, nil): Text("depuis \(from)", "since \(from)")
            case (nil, let to?): Text("jusqu’à \(to)", "through \(to)")
            default: nil
            }
        let language = Invocation.current.language
        putLine(what(language) + (period.map { " · " + $0(language) } ?? ""))
    }

    /// "93.3", by whole numbers alone.
    private static func percent(_ permille: Int64) -> String { "\(permille / 10).\(permille % 10)" }

    private func printRates(_ query: DeliveryQuery, _ snapshot: LedgerSnapshot) throws {
        let title =
            switch query.grouping {
            case .promise: Text("Promesse", "Promise")
            case .site: Text("Casier", "Locker")
            case .carrier: Text("Transporteur", "Carrier")
            case .month: Text("Mois", "Month")
            }
        var listing = Listing([
            .init(key: query.grouping.rawValue, title: title),
            .init(key: "kept", title: Text("Tenues", "Kept"), isNumber: true),
            .init(key: "missed", title: Text("Manquées", "Missed"), isNumber: true),
            .init(key: "onTimePercent", title: Text("À temps (%)", "On time (%)"), isNumber: true),
        ])
        listing.nameColumns = 1
        let language = Invocation.current.language
        func cells(_ row: PromiseRow) -> [String] {
            let rate = row.onTimePermille.map { shown(decimal: Self.percent($0), language) } ?? ""
            return [
                row.name.isEmpty ? "—" : row.name, shown(count: row.kept, language), shown(count: row.missed, language),
                rate,
            ]
        }
        var (kept, missed) = (Int64(0), Int64(0))
        for row in try query.promises(snapshot) {
            kept += row.kept
            missed += row.missed
            listing.add(
                [
                    .text(row.name), .int(row.kept), .int(row.missed),
                    row.onTimePermille.map { .text(Self.percent($0)) } ?? .null,
                ], shown: cells(row))
        }
        putTitle(Text("Promesses de livraison", "Delivery promises"))
        if listing.rows.count > 1 {
            listing.total = cells(PromiseRow(name: say("Total", "Total"), kept: kept, missed: missed))
        }
        show(listing)
    }

    /// - Parameter past: a time of which the past is told; else what is late when the last event was recorded.
    private func printLate(_ query: DeliveryQuery, _ past: Int64?, _ book: Book, _ snapshot: LedgerSnapshot) throws {
        let us = past ?? snapshot.lastRecordedAtUs
        let rows = try past == nil ? query.late(at: us, snapshot) : query.late(asOf: us, snapshot)
        var listing = Listing([
            .init(key: "order", title: Text("Commande", "Order")),
            .init(key: "buyer", title: Text("Acheteur", "Buyer"), isOptional: true),
            .init(key: "promise", title: Text("Promesse", "Promise")),
            .init(key: "deadline", title: Text("Pour (heure locale)", "Due (local time)"), isNumber: true),
            .init(key: "lateSeconds", title: Text("Retard", "Late"), isNumber: true),
            .init(key: "parcels", title: Text("Colis", "Parcels"), isNumber: true),
            .init(key: "holders", title: Text("Garde", "Holder")),
        ])
        for row in rows {
            let promise = row.promise == .locker4H ? "4h" : "24h"
            let seconds = (us - row.deadlineUs) / 1_000_000
            listing.add(
                [
                    .text(row.order), .text(row.buyer), .text(promise), .time(row.deadlineUs), .int(seconds),
                    .int(row.parcels), .array(row.holders.map { .text($0) }),
                ],
                shown: [
                    row.order, row.buyer, promise, LocalTime.text(row.deadlineUs, book), LockersCommand.hours(seconds),
                    "\(row.parcels)", row.holders.joined(separator: ", "),
                ])
        }
        show(listing)
    }

    private func printLosses(_ query: DeliveryQuery, _ book: Book, _ snapshot: LedgerSnapshot) throws {
        let language = Invocation.current.language
        let currency = book.currency
        var listing = Listing([
            .init(key: "party", title: Text("Qui", "Who")),
            .init(key: "prepared", title: Text("Préparés", "Prepared"), isNumber: true, isHidden: true),
            .init(key: "expired", title: Text("Échus", "Expired"), isNumber: true),
            .init(key: "returned", title: Text("Retournés", "Returned"), isNumber: true),
            .init(key: "lost", title: Text("Perdus", "Lost"), isNumber: true),
            .init(key: "lostValue", title: Text("Valeur", "Value"), isNumber: true),
            .init(key: "damaged", title: Text("Abîmés", "Damaged"), isNumber: true),
            .init(key: "damage", title: Text("Dommages", "Damage"), isNumber: true),
        ])
        listing.nameColumns = 1
        var (prepared, lost) = (Int64(0), Int64(0))
        for row in try query.figures(snapshot) {
            prepared += row.prepared
            lost += row.lost
            guard row.hasLosses else { continue }
            listing.add(
                [
                    .text(row.party), .int(row.prepared), .int(row.expired), .int(row.returned), .int(row.lost),
                    .amount(row.lostMinor, currency), .int(row.damaged), .amount(row.damagedMinor, currency),
                ],
                shown: [
                    row.party, "\(row.expired)", "\(row.returned)", "\(row.lost)",
                    shown(row.lostMinor, currency, language), "\(row.damaged)",
                    shown(row.damagedMinor, currency, language),
                ])
        }
        putTitle(Text("Échus, retournés, perdus, endommagés", "Expired, returned, lost, damaged"))
        show(listing)
        guard Invocation.current.format == .table, prepared > 0 else { return }
        // Tenths, half-up.
        let rate = (lost * 200_000 + prepared) / (2 * prepared)
        putLine(
            say("Perdus pour 10 000 colis préparés : ", "Lost per 10,000 parcels prepared: ")
                + shown(decimal: Self.percent(rate), language))
    }
}
