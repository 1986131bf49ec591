import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct SurplusRegister: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: say(
            "Le registre des parts (C-67.2, art. 124), à n’importe quel jour.",
            "The register of shares (C-67.2 s.124), as of any day."))
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(
        help: ArgumentHelp(say("Au soir de ce jour; par défaut maintenant.", "At the end of this day; now by default."))
    )
    var at: String?
    @Option(
        help: ArgumentHelp(
            say("Premier jour de la période; par défaut l’origine.", "First day of the period; the origin by default."))
    )
    var from: String?
    @Option(help: ArgumentHelp(say("Un seul détenteur.", "One holder only."))) var holder: String?
    @Flag(help: ArgumentHelp(say("Chaque mouvement, daté.", "Every movement, dated."))) var movements = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let holder = try Viewer.current.subject(holder, in: book, snapshot)
        var query = ShareRegisterQuery(book: book.name)
        query.from = try from.map { try Opening.date($0, "--from") }
        query.at = try at.map { try Opening.date($0, "--at") }
        let register = try query.register(snapshot)
        let rows = register.rows.filter { holder == nil || $0.holder == holder }
        let language = Invocation.current.language
        let isTable = Invocation.current.format == .table
        if isTable {
            putLine(
                say("Registre des parts · ", "Register of shares · ") + book.legalName
                    + (query.at.map { say(" · au ", " · at ") + $0.text } ?? ""))
        }
        if movements {
            show(Self.dated(register.movements.filter { holder == nil || $0.holder == holder }, book, language))
        } else {
            show(Self.listing(rows, book, language, isTable: isTable))
        }
        // Whether the whole agrees is the cooperative's affair.
        guard !register.agrees, Viewer.current.operates(book) else { return }
        for difference in register.differencesMinor where difference.minor != 0 {
            note(
                "grandlivre: "
                    + say(
                        "\(Label.shareClass(difference.shareClass)(language)) : le grand livre a \(shown(difference.minor, book.currency, language)) de plus que le registre (écritures manuelles)",
                        "\(Label.shareClass(difference.shareClass)(language)): the general ledger has \(shown(difference.minor, book.currency, language)) more than the register (manual entries)"
                    ))
        }
        throw AnswerIsNo()
    }

    private static func listing(_ rows: [RegisterRow], _ book: Book, _ language: Language, isTable: Bool) -> Listing {
        // Nothing due, no column: names keep their room.
        let hasDue = rows.contains { $0.dueMinor != 0 }
        var listing = Listing([
            .init(key: "holder", title: Text("Détenteur", "Holder")),
            .init(key: "lastAddress", title: Text("Adresse", "Address"), isHidden: true),
            .init(key: "class", title: Text("Parts", "Class")),
            .init(key: "subscribed", title: Text("Depuis", "Since"), isOptional: true),
            .init(key: "redeemed", title: Text("Rachetées le", "Redeemed"), isHidden: true),
            .init(key: "repaid", title: Text("Remboursées le", "Repaid"), isHidden: true),
            .init(key: "opening", title: Text("Début", "Start"), isNumber: true),
            .init(key: "issued", title: Text("Émises", "Issued"), isNumber: true),
            .init(key: "redeemedShares", title: Text("Rach.", "Redm."), isNumber: true),
            .init(key: "closing", title: Text("Fin", "End"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "due", title: Text("Dû", "Due"), isNumber: true, isHidden: !hasDue),
        ])
        (listing.nameColumns, listing.nothing) = (1, Text("Aucune part.", "No shares."))
        for row in rows {
            let counts = [row.opening, row.issued, row.redeemedShares, row.closing]
            listing.add(
                [
                    // Addresses are sealed: the key ring reads them, the ledger does not.
                    .text(row.holder), .null, .text("\(row.shareClass)"), row.subscribed.json, row.redeemed.json,
                    row.repaid.json,
                ] + counts.map { .int($0) } + [
                    .amount(row.amountMinor, book.currency), .amount(row.dueMinor, book.currency),
                ],
                shown: [row.holder, Label.shareClass(row.shareClass)(language), row.subscribed?.text ?? ""]
                    + counts.map { shown(decimal: "\($0)", language) }
                    + [row.amountMinor, row.dueMinor].prefix(hasDue ? 2 : 1).map { shown($0, book.currency, language) })
        }
        func sum(_ value: (RegisterRow) -> Int64) -> Int64 { rows.reduce(0) { $0 &+ value($1) } }
        listing.total =
            ["Total", "", ""]
            + [sum(\.opening), sum(\.issued), sum(\.redeemedShares), sum(\.closing)].map {
                shown(decimal: "\($0)", language)
            } + [sum(\.amountMinor), sum(\.dueMinor)].prefix(hasDue ? 2 : 1).map { shown($0, book.currency, language) }
        return listing
    }

    private static func dated(_ movements: [RegisterMovement], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "date", title: Text("Date", "Date")),
            .init(key: "holder", title: Text("Détenteur", "Holder")),
            .init(key: "class", title: Text("Parts", "Class")),
            .init(key: "movement", title: Text("Mouvement", "Movement")),
            .init(key: "shares", title: Text("Nombre", "Number"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        for row in movements {
            listing.add(
                [
                    .text(row.day.text), .text(row.holder), .text("\(row.shareClass)"), .text("\(row.movement)"),
                    .int(row.shares), .amount(row.amountMinor, book.currency),
                ],
                shown: [
                    row.day.text, row.holder, Label.shareClass(row.shareClass)(language),
                    Label.movement(row.movement)(language), shown(decimal: "\(row.shares)", language),
                    shown(row.amountMinor, book.currency, language),
                ])
        }
        return listing
    }
}

extension Label {
    static func shareClass(_ shareClass: ShareClass) -> Text {
        switch shareClass {
        case .common: Text("sociales", "common")
        case .preferred: Text("privilégiées", "preferred")
        default: Text("?", "?")
        }
    }

    static func movement(_ movement: ShareMovement) -> Text {
        switch movement {
        case .subscribed: Text("souscription", "subscription")
        case .transferredIn: Text("reçue d’un membre", "from a member")
        case .transferredOut: Text("cédée à un membre", "to a member")
        case .dividend: Text("ristourne en parts", "dividend in shares")
        case .redeemed: Text("rachat", "redemption")
        case .repaid: Text("remboursement", "repayment")
        }
    }
}
