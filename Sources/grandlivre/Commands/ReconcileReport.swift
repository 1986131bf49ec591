import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger
import Reconciliation

struct ReconcileReport: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: say(
            "Le mois d’une institution : les deux côtés, la différence et ce qui la fait.",
            "An institution's month: both sides, the difference and what makes it."),
        discussion: say(
            "Le rapport d’une institution ne contient que ses comptes. État 1 si un compte n’est pas expliqué au cent.",
            "An institution's report has its accounts only. Status 1 where an account is not explained to the cent."))

    @Option(help: ArgumentHelp(say("Numéro de l’institution : 815, 006.", "Institution number: 815, 006.")))
    var institution: String
    @Option(help: ArgumentHelp(say("Mois : 2017-06.", "Month: 2017-06."))) var month: String
    @Option(help: ArgumentHelp(say("Écrit une page HTML.", "Writes an HTML page."))) var html: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let reports = try Viewer.current.bankAccounts(book, snapshot.views).filter {
            snapshot.views.partyName($0.record.institution) == institution
        }.map { try ReconciliationReport($0.name, $0.record, book, month: month, for: .current, snapshot) }
        try snapshot.check()
        guard !reports.isEmpty else {
            throw LedgerError(
                .notFound, institution,
                Text("aucun compte n’y est déclaré", "no account is declared there"),
                remedy: Text("« grandlivre reconcile status »", "\"grandlivre reconcile status\""))
        }
        if let html { try StatementPage.write(ReconciliationPage.html(reports, book), to: html) }
        switch Invocation.current.format {
        case .table:
            guard html == nil else { break }
            for (at, report) in reports.enumerated() {
                if at > 0 { putLine("") }
                put(ReconciliationText.text(report))
            }
        case .json: putLine(JSON.array(reports.map(ReconciliationText.json)).line)
        case .csv: put(ReconciliationText.csv(reports))
        }
        if reports.contains(where: { $0.differenceMinor != 0 || !$0.isComplete }) { throw AnswerIsNo() }
    }
}

struct ReconcileSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: say(
            "Signe le rapprochement d’un mois : qui prépare, puis qui révise.",
            "Signs a month's reconciliation: the preparer, then the reviewer."),
        discussion: say(
            "Deux personnes : --actor ana --by preparer, puis --actor bob --by reviewer. La révision verrouille le mois du compte.",
            "Two persons: --actor ana --by preparer, then --actor bob --by reviewer. The review locks the account's month."
        ))

    @Option(help: ArgumentHelp(say("Le compte.", "The account."), valueName: "name")) var account: String
    @Option(help: ArgumentHelp(say("Mois : 2017-06.", "Month: 2017-06."))) var month: String
    @Option(
        help: ArgumentHelp(
            say("preparer (par défaut) ou reviewer.", "preparer (default) or reviewer."), valueName: "part")
    ) var by: String = "preparer"
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        let signer: ReconciliationSigner
        switch by {
        case "preparer", "prépare", "prepare": signer = .preparer
        case "reviewer", "révise", "revise": signer = .reviewer
        default:
            throw LedgerError(
                .usage, "--by \(by)", Text("inconnu", "unknown"),
                remedy: Text("preparer ou reviewer", "preparer or reviewer"))
        }
        let store = try Opening.store(readOnly: false)
        let snapshot = try LedgerSnapshot(store)
        let book = try Opening.book(scope.book, snapshot.views)
        let report = try ReconciliationReport(
            account, snapshot.views.bankAccount(named: account, book), book, month: month, snapshot)
        let sequence = try ReconciliationAct(
            Recording(book: book.name, actor: scope.actor), account: account, store: store
        ).sign(report, as: signer)
        ReconcileScope.tell(sequence)
    }
}

/// A month's report in words, for programs and as a page.
enum ReconciliationText {
    /// One figure of the month: its key in CSV, and what either side says of it.
    struct Line {
        var key: String
        var title: Text
        var statement: Int64?
        var books: Int64?
    }

    /// Both sides from opening to closing, then what makes them differ.
    static func lines(_ report: ReconciliationReport) -> [Line] {
        let (statement, books) = (report.statement, report.books)
        return [
            Line(
                key: "opening", title: Text("Solde d’ouverture", "Opening balance"), statement: statement.openingMinor,
                books: books.openingMinor),
            Line(key: "in", title: Text("+ entrées", "+ in"), statement: statement.inMinor, books: books.inMinor),
            Line(key: "out", title: Text("− sorties", "− out"), statement: statement.outMinor, books: books.outMinor),
            Line(
                key: "closing", title: Text("Solde de fermeture", "Closing balance"),
                statement: statement.closingMinor, books: books.closingMinor),
            Line(
                key: "entriesOpen", title: Text("− lignes absentes des livres", "− entries not in the books"),
                statement: report.entriesOpenMinor),
            Line(
                key: "itemsOpen", title: Text("+ écritures absentes du relevé", "+ items not on the statement"),
                statement: report.itemsOpenMinor),
            Line(
                key: "reconciled", title: Text("Solde rapproché", "Reconciled balance"),
                statement: report.reconciledMinor, books: books.closingMinor),
            Line(
                key: "difference", title: Text("Différence inexpliquée", "Unexplained difference"),
                statement: report.differenceMinor),
        ]
    }

    /// What the reader must know of the figures; empty where they are whole.
    static func notes(_ report: ReconciliationReport) -> [Text] {
        var notes: [Text] = []
        if !report.isComplete {
            notes.append(
                Text(
                    "Les relevés ne vont que jusqu’au \(report.through.text).",
                    "Statements reach only \(report.through.text)."))
        }
        if !report.isClosingSaid {
            notes.append(
                Text(
                    "L’institution n’a dit aucun solde après le \(report.said.text) : la fermeture est calculée des lignes.",
                    "The institution said no balance after \(report.said.text): the closing is reckoned from entries."))
        }
        return notes
    }

    static func signatures(_ report: ReconciliationReport, _ language: Language) -> String {
        let prepared = report.preparer.map { Text("Préparé par \($0)", "Prepared by \($0)") }
        let reviewed = report.reviewer.map { Text("révisé par \($0)", "reviewed by \($0)") }
        return (prepared ?? Text("Pas encore préparé", "Not prepared yet"))(language) + "; "
            + (reviewed ?? Text("pas encore révisé", "not reviewed yet"))(language) + "."
    }

    static func head(_ report: ReconciliationReport) -> String {
        "\(report.account) · \(report.institution) · \(report.month) · \(report.currency.code)"
    }

    static func text(_ report: ReconciliationReport) -> String {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "item", title: Text(head(report), head(report))),
            .init(key: "statement", title: Text("Relevé", "Statement"), isNumber: true),
            .init(key: "books", title: Text("Livres", "Books"), isNumber: true),
        ])
        for line in lines(report) {
            let amounts = [line.statement, line.books].map { $0.map { shown($0, of: report.currency) } ?? "" }
            listing.add([.text(line.title(language))] + amounts.map { .text($0) })
        }
        var out = listing.table(language)
        for note in notes(report) { out += note(language) + "\n" }
        if !report.open.isEmpty { out += "\n" + ReconcileExceptions.listing(report.open).table(language) }
        return out + signatures(report, language) + "\n"
    }

    static func json(_ report: ReconciliationReport) -> JSON {
        func amount(_ minor: Int64) -> JSON { .amount(minor, report.currency) }
        return .object([
            ("account", .text(report.account)), ("institution", .text(report.institution)),
            ("month", .text(report.month)), ("currency", .text(report.currency.code)),
            ("through", .text(report.through.text)), ("closingReckoned", .bool(!report.isClosingSaid)),
            ("opening", amount(report.statement.openingMinor)),
            ("in", amount(report.statement.inMinor)), ("out", amount(report.statement.outMinor)),
            ("entries", .count(report.statement.count)), ("closing", amount(report.statement.closingMinor)),
            ("entriesOpen", amount(report.entriesOpenMinor)), ("itemsOpen", amount(report.itemsOpenMinor)),
            ("booksOpening", amount(report.books.openingMinor)), ("booksIn", amount(report.books.inMinor)),
            ("booksOut", amount(report.books.outMinor)), ("books", amount(report.books.closingMinor)),
            ("difference", amount(report.differenceMinor)),
            ("exceptions", ReconcileExceptions.listing(report.open).json),
            ("preparer", report.preparer.map { .text($0) } ?? .null),
            ("reviewer", report.reviewer.map { .text($0) } ?? .null),
            ("sha256", .text(report.sha256.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) })),
        ])
    }

    /// One row a figure of a side, then one a part that is open, how far statements reach, and who signed.
    static func csv(_ reports: [ReconciliationReport]) -> String {
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account")), .init(key: "month", title: Text("Mois", "Month")),
            .init(key: "side", title: Text("Côté", "Side")), .init(key: "item", title: Text("Poste", "Item")),
            .init(key: "amount", title: Text("Montant", "Amount")), .init(key: "day", title: Text("Jour", "Day")),
            .init(key: "sequence", title: Text("Séq.", "Seq.")), .init(key: "by", title: Text("Par", "By")),
        ])
        for report in reports {
            func add(
                _ side: String, _ item: String, _ amountMinor: Int64?, _ day: CivilDate, _ sequence: UInt64? = nil,
                by: String = ""
            ) {
                listing.add([
                    .text(report.account), .text(report.month), .text(side), .text(item),
                    amountMinor.map { .amount($0, report.currency) } ?? .text(""), .text(day.text),
                    sequence.map { .count($0) } ?? .text(""), .text(by),
                ])
            }
            for line in lines(report) {
                if let minor = line.statement { add("statement", line.key, minor, report.last) }
                if let minor = line.books { add("books", line.key, minor, report.last) }
            }
            for part in report.open {
                add(part.isEntry ? "statement" : "books", "open", part.amountMinor, part.day, part.sequence)
            }
            add("statement", "through", nil, report.through)
            add("statement", "said", nil, report.said)
            if let preparer = report.preparer { add("", "preparer", nil, report.last, by: preparer) }
            if let reviewer = report.reviewer { add("", "reviewer", nil, report.last, by: reviewer) }
        }
        return listing.csv
    }
}

/// The report as a page that stands alone.
enum ReconciliationPage {
    static func html(_ reports: [ReconciliationReport], _ book: Book) -> String {
        let language = Invocation.current.language
        let title = say("Rapprochement bancaire", "Bank reconciliation")
        var out = StatementPage.opening(title)
        for report in reports {
            out +=
                "<section><h1>\(title)</h1>\n<p>\(escaped(book.name)) · \(escaped(ReconciliationText.head(report)))</p>\n"
            out += "<table><thead><tr><th></th>"
            for side in [say("Relevé", "Statement"), say("Livres", "Books")] { out += "<th class=\"n\">\(side)</th>" }
            out += "</tr></thead><tbody>\n"
            for line in ReconciliationText.lines(report) {
                out += "<tr><td>\(line.title(language))</td>"
                for minor in [line.statement, line.books] {
                    out += "<td class=\"n\">\(minor.map { shown($0, of: report.currency) } ?? "")</td>"
                }
                out += "</tr>\n"
            }
            out += "</tbody></table>\n"
            for note in ReconciliationText.notes(report) { out += "<p>\(note(language))</p>\n" }
            if !report.open.isEmpty { out += exceptions(report, language) }
            out += "<p>\(escaped(ReconciliationText.signatures(report, language)))</p></section>\n"
        }
        return out + "</body></html>\n"
    }

    private static func exceptions(_ report: ReconciliationReport, _ language: Language) -> String {
        let words = [
            Text("Séq.", "Seq."), Text("Côté", "Side"), Text("Jour", "Day"), Text("Référence", "Reference"),
            Text("Montant", "Amount"), Text("Âge", "Age"), Text("Responsable", "Owner"),
        ]
        var out = "<h2>\(say("Écarts", "Exceptions"))</h2>\n<table><thead><tr>"
        for word in words { out += "<th>\(word(language))</th>" }
        out += "</tr></thead><tbody>\n"
        for part in report.open {
            let side = part.isEntry ? say("relevé", "statement") : say("livres", "books")
            out += "<tr><td>\(part.sequence)</td><td>\(side)</td><td>\(part.day.text)</td>"
            out +=
                "<td>\(escaped(part.reference))</td><td class=\"n\">\(shown(part.amountMinor, of: report.currency))</td>"
            out += "<td>\(part.bucket.rawValue)</td><td>\(escaped(part.owner))</td></tr>\n"
        }
        return out + "</tbody></table>\n"
    }

    private static func escaped(_ text: String) -> String { StatementPage.escaped(text) }
}
