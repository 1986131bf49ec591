import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Index
import Ledger

struct RidesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rides",
        abstract: say("Les courses, un reçu, les gains d’un chauffeur.", "Rides, a receipt, a driver's earnings."),
        subcommands: [RidesList.self, RidesShow.self, RidesEarnings.self], defaultSubcommand: RidesList.self)
}

struct RidesList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("Les courses.", "The rides."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Les courses d’un chauffeur.", "The rides of a driver."))) var driver: String?
    @Option(
        help: ArgumentHelp(
            say("Les courses d’un passager, partagées comprises.", "The rides of a rider, shared ones too."))
    ) var rider: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Un état : \(RideState.allCases.map(\.text.french).joined(separator: ", ")).",
                "A state: \(RideState.allCases.map(\.text.english).joined(separator: ", "))."))) var state: String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String?
    @Option(parsing: .unconditional, help: RowLimit.help, transform: { try RowLimit($0) }) var limit = RowLimit.ofList

    func run() throws {
        let snapshot = try Opening.snapshot()
        let books = try Opening.books(book, snapshot.views)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "ride", title: Text("Course", "Ride")),
            .init(key: "date", title: Text("Date", "Date"), isOptional: true),
            .init(key: "rider", title: Text("Passager", "Rider")),
            .init(key: "riders", title: Text("Pass.", "Riders"), isNumber: true, isOptional: true),
            .init(key: "driver", title: Text("Chauffeur", "Driver")),
            .init(key: "state", title: Text("État", "State")),
            .init(key: "total", title: Text("Total", "Total"), isNumber: true),
            .init(key: "due", title: Text("Dû", "Due"), isNumber: true), Listing.bookColumn(books),
        ])
        listing.limit = limit.rows
        listing.nameColumns = driver == nil && rider == nil ? 1 : 0
        for (book, rows) in try Opening.each(books, { try query($0).rows(snapshot) }) {
            add(rows, book, to: &listing, language)
        }
        show(listing)
    }

    private func query(_ book: Book) throws -> RideQuery {
        var query = RideQuery(book: book)
        query.viewer = .current
        query.driver = driver
        query.rider = rider
        (query.from, query.to) = try Opening.days(from: from, to: to)
        query.limit = limit.oneMore
        query.isInNameOrder = Invocation.current.format == .table
        if let state {
            query.state = try Choice.value(
                state, "--state", among: RideState.allCases, Text("état inconnu", "unknown state")
            ) { [$0.text] }
        }
        return query
    }

    private func add(_ rows: [RideRow], _ book: Book, to listing: inout Listing, _ language: Language) {
        for row in rows {
            let date = CivilDate(clampingDays: Int64(row.record.day)).text
            let ride = row.record
            listing.add(
                [
                    .text(row.name), .text(date), .text(row.rider), .int(ride.companions + 1), .text(row.driver),
                    .text("\(ride.state)"), .amount(row.totalMinor, book.currency),
                    .amount(row.dueMinor, book.currency), .text(book.name),
                ],
                shown: [
                    row.name, date, row.rider, "\(ride.companions + 1)", row.driver, ride.state.text(language),
                    shown(row.totalMinor, book.currency, language), shown(row.dueMinor, book.currency, language),
                    book.name,
                ])
        }
    }
}

/// The parts of a fare, as a receipt names them.
struct RidesShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Le reçu d’une course.", "The receipt of a ride."))

    @Argument(help: ArgumentHelp(say("Une course.", "One ride."))) var ride: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let book = try Opening.book(book, views) { book in
            _ = try RideQuery.ride(ride, book, for: .current, snapshot)
            return true
        }
        let row = try RideQuery.ride(ride, book, for: .current, snapshot)
        let own = try Viewer.current.person(in: book, views)
        // What the platform keeps is between it and the driver; what each rider pays is their own affair.
        let isDriver = own == nil || own == row.record.driver
        let request = views.event(row.record.sequence).flatMap { try? RideRequestedView($0.bodyBytes) }
        let end = row.record.endSequence == 0 ? nil : views.event(row.record.endSequence)
        let fare = row.record.state == .completed ? end.flatMap { try? RideCompletedView($0.bodyBytes) } : nil
        let riders = views.riders(row.record).filter { own == nil || $0 == own }.map {
            (name: views.partyName($0), due: views.rideDue(row.record, $0))
        }
        try snapshot.check()
        guard Invocation.current.format == .table else {
            putLine(
                json(row, book, request, fare, riders.map { ($0.name, $0.due.first, $0.due.second) }, isDriver).line)
            return
        }
        let language = Invocation.current.language
        putLine(
            "\(row.name) · \(CivilDate(clampingDays: Int64(row.record.day)).text) · \(row.record.state.text(language))")
        putLine(
            say("Trajet ", "Trip ") + "\(request?.fromZone.string ?? "") → \(request?.toZone.string ?? "")"
                + (row.driver.isEmpty ? "" : say(" · chauffeur ", " · driver ") + row.driver))
        guard row.record.totalMinor != 0 || fare != nil else { return }
        var receipt = Listing([
            .init(key: "item", title: Text("Élément", "Item")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        func add(_ french: String, _ english: String, _ minor: Int64) {
            let amount = shown(minor, book.currency, language)
            receipt.add([.text(say(french, english)), .text(amount)])
        }
        if let fare {
            let kilometres = shown(decimal: decimal(fare.distanceMeters, 1_000), language)
            add("Prise en charge", "Base fare", fare.baseMinor)
            add("Distance (\(kilometres) km)", "Distance (\(kilometres) km)", fare.distanceFareMinor)
            add(
                "Durée (\(fare.durationSeconds / 60) min)", "Time (\(fare.durationSeconds / 60) min)",
                fare.timeFareMinor)
            if fare.discountMinor != 0 { add("Rabais", "Discount", -fare.discountMinor) }
            if fare.levyMinor != 0 { add("Redevance", "Ride levy", fare.levyMinor) }
            for tax in taxes(fare) {
                let label = Text.tax(tax.tax)
                add(label.french, label.english, tax.minor)
            }
            if fare.tipMinor != 0 { add("Pourboire", "Tip", fare.tipMinor) }
        } else {
            add("Frais d’annulation", "Cancellation fee", row.record.totalMinor)
        }
        receipt.total = ["Total", shown(row.record.totalMinor, book.currency, language)]
        put(receipt.table(language))
        if !riders.isEmpty { putLine("") }
        var people = Listing([
            .init(key: "rider", title: Text("Passager", "Rider")),
            .init(key: "owed", title: Text("Part", "Share"), isNumber: true),
            .init(key: "paid", title: Text("Payé", "Paid"), isNumber: true),
        ])
        for rider in riders {
            people.add([
                .text(rider.name), .text(shown(rider.due.first, book.currency, language)),
                .text(shown(rider.due.second, book.currency, language)),
            ])
        }
        if !riders.isEmpty { put(people.table(language)) }
        guard let fare else { return }
        if isDriver {
            putLine(
                say("Part de la plateforme ", "Platform share ") + shown(fare.platformMinor, book.currency, language)
                    + say(" · au chauffeur ", " · to the driver ")
                    + shown(driverMinor(fare), book.currency, language))
        }
        if !fare.salesRecord.isEmpty {
            putLine(say("Numéro de facture WEB-SRM ", "WEB-SRM bill number ") + fare.salesRecord.string)
        }
    }

    private func driverMinor(_ fare: RideCompletedView) -> Int64 {
        fare.baseMinor &+ fare.distanceFareMinor &+ fare.timeFareMinor &- fare.platformMinor &+ fare.tipMinor
    }

    private func taxes(_ fare: RideCompletedView) -> [(tax: String, minor: Int64)] {
        fare.taxes.compactMap { encoded in (try? encoded.view()).map { ($0.tax.string, $0.amountMinor) } }
    }

    private func json(
        _ row: RideRow, _ book: Book, _ request: RideRequestedView?, _ fare: RideCompletedView?,
        _ riders: [(name: String, owed: Int64, paid: Int64)], _ isDriver: Bool
    ) -> JSON {
        func amount(_ minor: Int64?) -> JSON { minor.map { .amount($0, book.currency) } ?? .null }
        return .object([
            ("ride", .text(row.name)), ("book", .text(book.name)),
            ("date", .text(CivilDate(clampingDays: Int64(row.record.day)).text)),
            ("requestedAt", .time(row.record.requestedAtUs)), ("state", .text("\(row.record.state)")),
            ("fromZone", .text(request?.fromZone.string ?? "")), ("toZone", .text(request?.toZone.string ?? "")),
            ("driver", row.driver.isEmpty ? .null : .text(row.driver)), ("currency", .text(book.currency.code)),
            ("base", amount(fare?.baseMinor)), ("distanceMeters", fare.map { .int($0.distanceMeters) } ?? .null),
            ("distanceFare", amount(fare?.distanceFareMinor)),
            ("durationSeconds", fare.map { .int($0.durationSeconds) } ?? .null),
            ("timeFare", amount(fare?.timeFareMinor)), ("discount", amount(fare?.discountMinor)),
            ("levy", amount(fare?.levyMinor)),
            (
                "taxes",
                .array(
                    (fare.map(taxes) ?? []).map {
                        .object([("tax", .text($0.tax)), ("amount", .amount($0.minor, book.currency))])
                    })
            ),
            ("tip", amount(fare?.tipMinor)), ("total", .amount(row.record.totalMinor, book.currency)),
            ("platform", amount(isDriver ? fare?.platformMinor : nil)),
            ("driverPart", amount(isDriver ? fare.map(driverMinor) : nil)),
            ("salesRecord", fare.flatMap { $0.salesRecord.isEmpty ? nil : .text($0.salesRecord.string) } ?? .null),
            (
                "riders",
                .array(
                    riders.map {
                        .object([
                            ("rider", .text($0.name)), ("owed", .amount($0.owed, book.currency)),
                            ("paid", .amount($0.paid, book.currency)),
                        ])
                    })
            ),
        ])
    }
}

/// A count of thousandths with one decimal.
private func decimal(_ value: Int64, _ unit: Int64) -> String { "\(value / unit).\(value % unit * 10 / unit)" }

struct RidesEarnings: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "earnings", abstract: say("Les gains d’un chauffeur.", "A driver's earnings."))

    @Argument(help: ArgumentHelp(say("Un chauffeur.", "A driver."))) var driver: String
    @Option(help: ArgumentHelp(say("L’année.", "The year."))) var year: UInt16
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views) { book in
            _ = try DriverEarnings(driver, year: year, book, snapshot)
            return true
        }
        _ = try Viewer.current.subject(driver, in: book, snapshot)
        let earnings = try DriverEarnings(driver, year: year, book, snapshot)
        let amounts: [(key: String, title: Text, minor: Int64)] = [
            ("fares", Text("Prix des courses", "Fares"), earnings.faresMinor),
            ("platform", Text("Part de la plateforme", "Platform share"), -earnings.platformMinor),
            ("tips", Text("Pourboires", "Tips"), earnings.tipsMinor),
            ("cancellationFees", Text("Frais d’annulation", "Cancellation fees"), earnings.cancellationFeesMinor),
            ("earned", Text("Gains", "Earnings"), earnings.earnedMinor),
            ("payable", Text("À verser maintenant", "Payable now"), earnings.payableMinor),
        ]
        if Invocation.current.format == .json {
            putLine(
                JSON.object(
                    [
                        ("driver", .text(driver)), ("year", .count(year)), ("rides", .int(earnings.rides)),
                        ("meters", .int(earnings.meters)),
                    ] + amounts.map { ($0.key, .amount($0.minor, book.currency)) }
                ).line)
            return
        }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "item", title: Text("\(driver) · \(year)", "\(driver) · \(year)")),
            .init(key: "value", title: Text(book.currency.code, book.currency.code), isNumber: true),
        ])
        let counts = [
            ("rides", Text("Courses", "Rides"), earnings.rides),
            ("meters", Text("Kilomètres", "Kilometres"), earnings.meters),
        ]
        for (key, title, count) in counts {
            let text = key == "meters" ? decimal(count, 1_000) : "\(count)"
            listing.add([.text(key), .int(count)], shown: [title(language), shown(decimal: text, language)])
        }
        for line in amounts {
            listing.add(
                [.text(line.key), .amount(line.minor, book.currency)],
                shown: [line.title(language), shown(line.minor, book.currency, language)])
        }
        show(listing)
    }
}
