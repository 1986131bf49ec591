import Accounting
import ArgumentParser
import Commerce
import EventLog
import Events
import Ledger

struct AgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement",
        abstract: say(
            "Les ententes entre coopératives : tarifs, factures, dettes, compensation.",
            "Agreements between cooperatives: fees, invoices, debts, netting."),
        subcommands: [AgreementList.self, AgreementShow.self, AgreementBill.self, AgreementNetting.self])

    /// The day that ages and states are told of: the one asked for, else that of the newest event.
    static func day(_ text: String?, _ book: Book, _ snapshot: LedgerSnapshot) throws(LedgerError) -> CivilDate {
        if let text { return try Opening.date(text, "--at") }
        return CivilDate(clampingDays: Int64(book.day(Int64(clamping: snapshot.head.lastRecordedAtUs))))
    }

    static func label(_ kind: AgreementKind) -> Text {
        switch kind {
        case .platform: Text("plateforme", "platform")
        case .warehousing: Text("entreposage", "warehousing")
        case .support: Text("soutien", "support")
        case .operator: Text("exploitation", "operator")
        case .carriage: Text("transport", "carriage")
        case .hosting: Text("hébergement", "hosting")
        default: Text("autre", "other")
        }
    }

    static func label(_ state: AgreementState) -> Text {
        switch state {
        case .toCome: Text("à venir", "to come")
        case .inForce: Text("en vigueur", "in force")
        case .ended: Text("terminée", "ended")
        }
    }

    static func text(_ day: Int32) -> String { day == .max ? "" : CivilDate(clampingDays: Int64(day)).text }
}

struct AgreementList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("Les ententes et leur état.", "The agreements and where they stand."))

    @Option(help: ArgumentHelp(say("Le livre du prestataire.", "The provider's book."))) var book: String?
    @Option(help: ArgumentHelp(say("Le livre du client.", "The client's book."))) var client: String?
    @Option(help: ArgumentHelp(say("État à cette date.", "As they stand on this date."))) var at: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let provider = try book.map { try Opening.book($0, snapshot.views, isPublic: true) }
        let client = try client.map { try Opening.book($0, snapshot.views, isPublic: true) }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "provider", title: Text("Livre", "Book")),
            .init(key: "agreement", title: Text("Entente", "Agreement")),
            .init(key: "client", title: Text("Client", "Client")),
            .init(key: "kind", title: Text("Nature", "Kind")),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "startDate", title: Text("Début", "Start")),
            .init(key: "endDate", title: Text("Fin", "End")),
            .init(key: "state", title: Text("État", "State")),
        ])
        listing.nameColumns = 2
        for row in try AgreementQuery.list(
            provider: provider, client: client, for: .current, snapshot)
        {
            let state = row.record.state(
                on: try AgreementCommand.day(at, row.provider, snapshot).daysSinceEpoch)
            let start = AgreementCommand.text(row.record.startDay)
            let end = AgreementCommand.text(row.record.lastDay)
            listing.add(
                [
                    .text(row.provider.name), .text(row.agreement), .text(row.client.name), .text("\(row.kind)"),
                    .text(row.currency.code), .text(start), end.isEmpty ? .null : .text(end), .text(state.rawValue),
                ],
                shown: [
                    row.provider.name, row.agreement, row.client.name, AgreementCommand.label(row.kind)(language),
                    start,
                    end, AgreementCommand.label(state)(language),
                ])
        }
        show(listing)
    }
}

struct AgreementShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say(
            "Une entente : tarifs, factures, ce qui est dû dans les deux sens.",
            "An agreement: fees, invoices, what is owed both ways."))

    @Argument(help: ArgumentHelp(say("L’entente.", "The agreement."))) var agreement: String
    @Option(
        help: ArgumentHelp(
            say("Le livre du prestataire, s’il y en a plusieurs.", "The provider's book, where there are several.")))
    var book: String?
    @Option(help: ArgumentHelp(say("Âge des dettes à cette date.", "Ages of the debts on this date."))) var at: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let provider = try book.map { try Opening.book($0, views, isPublic: true) }
        let row = try AgreementQuery.find(agreement, provider: provider, for: .current, snapshot)
        let day = try AgreementCommand.day(at, row.provider, snapshot)
        let fees = fees(AgreementQuery.fees(row, views), row)
        let invoices = invoices(AgreementQuery.invoices(row, views), row)
        let debts = debts(row, day, views)
        try snapshot.check()
        let language = Invocation.current.language
        let state = row.record.state(on: day.daysSinceEpoch)
        guard Invocation.current.format == .table else {
            putLine(
                JSON.object([
                    ("agreement", .text(row.agreement)), ("provider", .text(row.provider.name)),
                    ("client", .text(row.client.name)), ("kind", .text("\(row.kind)")),
                    ("currency", .text(row.currency.code)),
                    ("startDate", .text(AgreementCommand.text(row.record.startDay))),
                    (
                        "endDate",
                        row.record.lastDay == .max ? .null : .text(AgreementCommand.text(row.record.lastDay))
                    ),
                    ("state", .text(state.rawValue)), ("date", .text(day.text)), ("fees", fees.json),
                    ("invoices", invoices.json), ("debts", debts.json),
                ]).line)
            return
        }
        let end = AgreementCommand.text(row.record.lastDay)
        putLine(
            "\(row.agreement) · \(row.provider.name) → \(row.client.name) · "
                + AgreementCommand.label(row.kind)(language) + " · " + AgreementCommand.label(state)(language))
        putLine(
            say("Du ", "From ") + AgreementCommand.text(row.record.startDay)
                + (end.isEmpty ? "" : say(" au ", " to ") + end) + " · \(row.currency.code)")
        putLine("")
        put(fees.table(language))
        putLine("")
        put(invoices.rows.isEmpty ? say("aucune facture\n", "no invoice\n") : invoices.table(language))
        putLine("")
        putLine(say("Dettes au \(day.text), par âge en jours", "Debts on \(day.text), by age in days"))
        put(debts.rows.isEmpty ? say("rien n’est dû\n", "nothing is owed\n") : debts.table(language))
    }

    private func fees(_ rows: [AgreementFeeRow], _ agreement: AgreementRow) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "fromDate", title: Text("Dès le", "From")),
            .init(key: "fee", title: Text("Tarif", "Fee")),
            .init(key: "basis", title: Text("Base", "Basis")),
            .init(key: "price", title: Text("Prix ou taux", "Price or rate"), isNumber: true),
            .init(key: "ratePpm", title: Text("Taux", "Rate"), isHidden: true),
            .init(key: "taxClass", title: Text("Classe", "Class")),
            .init(key: "sequence", title: Text("Événement", "Event"), isNumber: true, isOptional: true),
        ])
        for row in rows {
            let basis: Text =
                switch row.basis {
                case .percent: Text("pourcentage", "percentage")
                case .period: Text("par période", "a period")
                default: Text("l’unité", "each")
                }
            let isPercent = row.basis == .percent
            let percent = RatePpm(row.ratePpm).percentText
            listing.add(
                [
                    .text(row.firstDay.text), .text(row.fee), .text("\(row.basis)"),
                    isPercent ? .null : .amount(row.priceMinor, agreement.currency),
                    isPercent ? .count(row.ratePpm) : .null,
                    .text("\(row.taxClass)"), .count(row.sequence),
                ],
                shown: [
                    row.firstDay.text, Label.fee(row.fee)(language), basis(language),
                    isPercent
                        ? shown(decimal: percent, language) + say(" %", "%")
                        : shown(row.priceMinor, agreement.currency, language),
                    Label.taxClass(row.taxClass)(language), "\(row.sequence)",
                ])
        }
        return listing
    }

    private func invoices(_ rows: [ServiceInvoiceRow], _ agreement: AgreementRow) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "invoice", title: Text("Facture", "Invoice")),
            .init(key: "fromDate", title: Text("Du", "From")),
            .init(key: "toDate", title: Text("Au", "To")),
            .init(key: "net", title: Text("Avant taxes", "Before tax"), isNumber: true),
            .init(key: "total", title: Text("Total", "Total"), isNumber: true),
            .init(key: "sequence", title: Text("Événement", "Event"), isNumber: true, isOptional: true),
        ])
        for row in rows {
            listing.add(
                [
                    .text(row.invoice), .text(row.from), .text(row.to), .amount(row.netMinor, agreement.currency),
                    .amount(row.totalMinor, agreement.currency), .count(row.sequence),
                ],
                shown: [
                    row.invoice, row.from, row.to, shown(row.netMinor, agreement.currency, language),
                    shown(row.totalMinor, agreement.currency, language), "\(row.sequence)",
                ])
        }
        return listing
    }

    private func debts(_ row: AgreementRow, _ day: CivilDate, _ views: Views) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "debtor", title: Text("Débiteur", "Debtor")),
            .init(key: "creditor", title: Text("Créancier", "Creditor")),
            .init(key: "currency", title: Text("Mon.", "Cur."), isOptional: true),
            .init(key: "upTo30", title: Text("0–30", "0–30"), isNumber: true),
            .init(key: "upTo60", title: Text("31–60", "31–60"), isNumber: true),
            .init(key: "upTo90", title: Text("61–90", "61–90"), isNumber: true),
            .init(key: "older", title: Text("> 90", "> 90"), isNumber: true),
            .init(key: "total", title: Text("Dû", "Owed"), isNumber: true),
        ])
        for (debtor, creditor) in [(row.client, row.provider), (row.provider, row.client)] {
            for ages in AgreementQuery.ages(debtor, owing: creditor, on: day, views) {
                let amounts = ages.byAgeMinor + [ages.totalMinor]
                listing.add(
                    [.text(debtor.name), .text(creditor.name), .text(ages.currency.code)]
                        + amounts.map { .amount($0, ages.currency) },
                    shown: [debtor.name, creditor.name, ages.currency.code]
                        + amounts.map { shown($0, ages.currency, language) })
            }
        }
        return listing
    }
}
