import Accounting
import ArgumentParser
import Commerce
import Events
@preconcurrency import Glibc
import Ledger

struct StatementCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: say("Ce que reçoit un titulaire de compte.", "What an account holder receives."),
        discussion: say(
            """
            Membre, vendeur, créateur, chauffeur, institution ou coopérative : chacun de ses comptes, événement par événement.
            D’une coopérative, coop:LIVRE : ce qu’elle et les autres se doivent, ce qu’un marché lui doit de ses ventes, et le résultat de ses exercices.
            Un nom seul est d’abord une identité, puis une institution, puis un livre : celui d’une coopérative qui vend sur un marché y montre son compte de vendeur.
            --html et --pdf écrivent un fichier à remettre; le PDF passe par Chromium, WeasyPrint ou wkhtmltopdf, s’il est installé.
            """,
            """
            Member, seller, creator, driver, institution or cooperative: each of their accounts, event by event.
            Of a cooperative, coop:BOOK: what it and others owe each other, what a market owes it for its sales, and the result of its years.
            A name alone is an identity first, then an institution, then a book: that of a cooperative which sells on a market shows its seller's account there.
            --html and --pdf write a file to hand out; the PDF is made by Chromium, WeasyPrint or wkhtmltopdf where one is installed.
            """))

    @Argument(help: ArgumentHelp(say("Le titulaire.", "The account holder."))) var holder: String
    @Option(help: ArgumentHelp(say("Un seul livre.", "One book only."))) var book: String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String?
    @Option(help: ArgumentHelp(say("Écrit une page HTML.", "Writes an HTML page."))) var html: String?
    @Option(help: ArgumentHelp(say("Écrit un PDF.", "Writes a PDF."))) var pdf: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let statements = try statements(snapshot)
        if let html { try StatementPage.write(StatementPage.html(statements), to: html) }
        if let pdf { try StatementPage.writePDF(StatementPage.html(statements), to: pdf) }
        guard html == nil, pdf == nil else { return }
        switch Invocation.current.format {
        case .table:
            for statement in statements { put(StatementText.text(statement)) }
            guard statements.isEmpty else { return }
            putLine(
                say(
                    "\(holder) : aucun compte" + (book.map { " dans le livre \($0)." } ?? "."),
                    "\(holder): no account" + (book.map { " in the book \($0)." } ?? ".")))
        case .json: putLine(JSON.array(statements.map(StatementText.json)).line)
        case .csv: put(StatementText.csv(statements))
        }
    }

    /// Days before and after every movement: no bound was given.
    static let earliest = CivilDate(clampingDays: -700_000)
    static let latest = CivilDate(clampingDays: 2_900_000)

    /// The books in which the holder has an account.
    private func statements(_ snapshot: LedgerSnapshot) throws -> [Statement] {
        let views = snapshot.views
        let books = try book.map { [try Opening.book($0, views, isPublic: true)] } ?? views.allBooks
        let days = try Opening.days(from: from, to: to)
        let (first, last) = (days.from ?? Self.earliest, days.to ?? Self.latest)
        guard first <= last else {
            throw LedgerError(
                .usage, "--to \(last.text)", Text("avant --from", "before --from"),
                remedy: Text("\(first.text) ou plus tard", "\(first.text) or later"))
        }
        let all = try StatementQuery.statements(of: holder, in: books, from: first, to: last, for: .current, snapshot)
        let kept = all.filter { !$0.isEmpty }
        guard !kept.isEmpty else {
            if case .cooperative = Viewer.current.scope { throw Viewer.unknown(holder) }
            return []
        }
        return kept
    }
}

/// How an account reads to its holder: what they owe, are owed or hold, always as positive numbers, in columns that a table and a page share.
struct HolderAccount {
    let account: Statement.Account
    let isOwedToHolder: Bool

    init(_ account: Statement.Account) {
        self.account = account
        isOwedToHolder = AccountClass(ofAccount: account.name) != .assets
    }

    func amount(_ minor: Int64) -> Int64 { isOwedToHolder ? 0 &- minor : minor }

    func title(_ language: Language) -> String {
        let text =
            AccountClass(ofAccount: account.name) == .equity
            ? Text("Ce que vous détenez", "What you hold")
            : isOwedToHolder
                ? Text("Ce qui vous est dû", "What you are owed") : Text("Ce que vous devez", "What you owe")
        let name = account.code?.holderLabel(language) ?? account.name
        return text(language) + " · " + name + " (\(account.currency.code))"
    }

    /// A seller reads what each order is made of.
    var isSellers: Bool { account.code == .sellerPayable }

    var columns: [(title: Text, isNumber: Bool)] {
        let sales = [
            (Text("Ventes", "Gross"), true), (Text("Taxes", "Taxes"), true), (Text("Commission", "Commission"), true),
        ]
        return [(Text("Date", "Date"), false), (Text("Description", "Description"), false)]
            + (isSellers ? sales : [(Text("Référence", "Reference"), false)])
            + [(isSellers ? Text("Net", "Net") : Text("Montant", "Amount"), true), (Text("Solde", "Balance"), true)]
    }

    /// Every row as the columns show it: the opening balance where there is one, then the lines.
    func rows(_ language: Language) -> [[String]] {
        let opening = amount(account.openingMinor)
        let first = opening == 0 ? [] : [balance(say("Solde d’ouverture", "Opening balance"), opening, language)]
        return first
            + account.lines.map { line in
                let kind = line.detail?.text ?? account.code?.holderLabel(line.kind) ?? line.kind.label
                return head(line.day.text, kind(language), line.reference)
                    + parts(line.part.map { [$0] } ?? [], language)
                    + [money(amount(line.amountMinor), language), money(amount(line.balanceMinor), language)]
            }
    }

    /// The closing balance, under the sums of what the sales are made of.
    func total(_ language: Language) -> [String] {
        balance(
            say("Solde de clôture", "Closing balance"), amount(account.closingMinor), language,
            account.lines.compactMap(\.part))
    }

    private func balance(
        _ text: String, _ minor: Int64, _ language: Language, _ sums: [SellerPart] = []
    ) -> [String] {
        head("", text, "") + parts(sums, language) + ["", money(minor, language)]
    }

    /// A seller's reference stands behind its description: five amounts leave no column for it.
    private func head(_ day: String, _ text: String, _ reference: String) -> [String] {
        isSellers ? [day, reference.isEmpty ? text : text + " " + reference] : [day, text, reference]
    }

    private func parts(_ all: [SellerPart], _ language: Language) -> [String] {
        guard isSellers else { return [] }
        let sums = [
            all.reduce(0) { $0 + $1.grossMinor }, all.reduce(0) { $0 + $1.taxesMinor },
            all.reduce(0) { $0 - $1.commissionMinor - $1.commissionTaxesMinor },
        ]
        return sums.map { $0 == 0 ? "" : money($0, language) }
    }

    private func money(_ minor: Int64, _ language: Language) -> String { shown(minor, account.currency, language) }
}

/// A statement as text, JSON and CSV.
enum StatementText {
    static func text(_ statement: Statement) -> String {
        let language = Invocation.current.language
        var out = say("ÉTAT DE COMPTE", "STATEMENT OF ACCOUNT") + " · \(statement.legalName)\n"
        out += say("Titulaire : ", "Holder: ") + statement.holder + period(statement, language) + "\n"
        for account in statement.accounts.map(HolderAccount.init) {
            out += table(
                account.title(language), account.columns, account.rows(language), total: account.total(language),
                language)
        }
        if !statement.results.isEmpty {
            out += table(resultsTitle(statement), resultColumns, resultRows(statement), language)
        }
        if !statement.cards.isEmpty {
            out += table(cardsTitle(statement)(language), cardColumns, cards(statement, language), language)
        }
        if statement.accounts.contains(where: { HolderAccount($0).isSellers }) { out += "\n" + note(language) + "\n" }
        return out + "\n" + proof(statement, language) + "\n\n"
    }

    private static func table(
        _ title: String, _ columns: [(title: Text, isNumber: Bool)], _ rows: [[String]], total: [String]? = nil,
        _ language: Language
    ) -> String {
        var listing = Listing(columns.map { .init(key: $0.title.english, title: $0.title, isNumber: $0.isNumber) })
        for row in rows { listing.add(row.map { .text($0) }) }
        listing.total = total
        return "\n" + title + "\n" + listing.table(language)
    }

    static func cardsTitle(_ statement: Statement) -> Text {
        Text("Vos cartes-cadeaux (\(statement.currency.code))", "Your gift cards (\(statement.currency.code))")
    }

    static let cardColumns: [(title: Text, isNumber: Bool)] = [
        (Text("Carte", "Card"), false), (Text("Vendue", "Sold for"), true),
        (Text("Reste aujourd’hui", "Left now"), true),
    ]

    static func cards(_ statement: Statement, _ language: Language) -> [[String]] {
        statement.cards.map {
            [
                $0.card, shown($0.soldMinor, statement.currency, language),
                shown($0.balanceMinor, statement.currency, language),
            ]
        }
    }

    /// What the columns of a seller mean.
    static func note(_ language: Language) -> String {
        language == .french
            ? "Taxes : celles que vous remettez vous-même. Commission : avec ses taxes."
            : "Taxes: those that you remit yourself. Commission: with its taxes."
    }

    static func resultsTitle(_ statement: Statement) -> String {
        say("Résultat des exercices", "Result of the years") + " (\(statement.currency.code))"
    }

    static let resultColumns: [(title: Text, isNumber: Bool)] = [
        (Text("Exercice", "Fiscal year"), false), (Text("Produits", "Revenue"), true),
        (Text("Charges", "Expenses"), true), (Text("Excédent ou déficit", "Surplus or deficit"), true),
    ]

    /// A year, its revenue, its expenses and what remains, as people read them.
    static func resultRows(_ statement: Statement) -> [[String]] {
        let language = Invocation.current.language
        return statement.results.map { result in
            [result.year.map { "\($0)" } ?? say("non clos", "not closed")]
                + [result.revenueMinor, result.expensesMinor, result.surplusMinor].map {
                    shown($0, statement.currency, language)
                }
        }
    }

    static func period(_ statement: Statement, _ language: Language) -> String {
        let days = statement.accounts.flatMap { $0.lines.map(\.day) } + statement.results.map(\.day)
        // What was asked for; else from the first movement to the last.
        let isFrom = statement.from > StatementCommand.earliest
        let isTo = statement.to < StatementCommand.latest
        guard let first = isFrom ? statement.from : days.min(), let last = isTo ? statement.to : days.max(),
            first <= last
        else { return "" }
        return language == .french ? " · du \(first.text) au \(last.text)" : " · \(first.text) to \(last.text)"
    }

    /// What lets the holder check the statement against a published checkpoint.
    static func proof(_ statement: Statement, _ language: Language) -> String {
        language == .french
            ? "Tiré d’un journal de \(statement.size) événements, racine\n\(statement.root)"
            : "Drawn from a log of \(statement.size) events, root\n\(statement.root)"
    }

    static func json(_ statement: Statement) -> JSON {
        var fields: [(String, JSON)] = [
            ("book", .text(statement.book)), ("holder", .text(statement.holder)),
            (
                "accounts",
                .array(
                    statement.accounts.map { account in
                        .object([
                            ("account", .text(account.name)), ("currency", .text(account.currency.code)),
                            ("opening", .amount(account.openingMinor, account.currency)),
                            (
                                "lines",
                                .array(
                                    account.lines.map { line in
                                        .object(
                                            [
                                                ("date", .text(line.day.text)), ("sequence", .count(line.sequence)),
                                                ("type", .text(line.kind.name)), ("reference", .text(line.reference)),
                                                ("amount", .amount(line.amountMinor, account.currency)),
                                                ("balance", .amount(line.balanceMinor, account.currency)),
                                            ]
                                                + parts(line.part).map {
                                                    ($0, $1.map { .amount($0, account.currency) } ?? .null)
                                                } + [("detail", line.detail.map { .text("\($0)") } ?? .null)])
                                    })
                            ), ("closing", .amount(account.closingMinor, account.currency)),
                        ])
                    })
            ),
            (
                "cards",
                .array(
                    statement.cards.map {
                        .object([
                            ("card", .text($0.card)), ("sold", .amount($0.soldMinor, statement.currency)),
                            ("balance", .amount($0.balanceMinor, statement.currency)),
                        ])
                    })
            ),
        ]
        if !statement.results.isEmpty {
            fields.append(("results", .array(statement.results.map { json($0, statement.currency) })))
        }
        return .object(fields + [("logSize", .count(statement.size)), ("root", .text(statement.root))])
    }

    private static func json(_ result: Statement.Result, _ currency: Currency) -> JSON {
        .object([
            ("fiscalYear", result.year.map { .int(Int64($0)) } ?? .null), ("date", .text(result.day.text)),
            ("currency", .text(currency.code)), ("revenue", .amount(result.revenueMinor, currency)),
            ("expenses", .amount(result.expensesMinor, currency)), ("surplus", .amount(result.surplusMinor, currency)),
        ])
    }

    /// What an amount of a seller's is made of, by key; empty columns for any other.
    private static func parts(_ part: SellerPart?) -> [(String, Int64?)] {
        [
            ("gross", part?.grossMinor), ("taxes", part?.taxesMinor), ("commission", part?.commissionMinor),
            ("commissionTaxes", part?.commissionTaxesMinor),
        ]
    }

    static func csv(_ statements: [Statement]) -> String {
        var listing = Listing(
            (["book", "holder", "account", "currency", "date", "sequence", "type", "reference", "amount", "balance"]
                + parts(nil).map(\.0) + ["detail"]).map { Listing.Column(key: $0, title: Text($0, $0)) })
        for statement in statements {
            for account in statement.accounts {
                for line in account.lines {
                    let cells: [JSON] = [
                        .text(statement.book), .text(statement.holder), .text(account.name),
                        .text(account.currency.code),
                        .text(line.day.text), .count(line.sequence), .text(line.kind.name), .text(line.reference),
                        .amount(line.amountMinor, account.currency), .amount(line.balanceMinor, account.currency),
                    ]
                    listing.add(
                        cells + parts(line.part).map { $0.1.map { .amount($0, account.currency) } ?? .null }
                            + [line.detail.map { .text("\($0)") } ?? .null])
                }
            }
        }
        for statement in statements {
            for result in statement.results {
                let cells: [JSON] = [
                    .text(statement.book), .text(statement.holder), .text("result"), .text(statement.currency.code),
                    .text(result.day.text), .count(result.sequence),
                    .text(result.year == nil ? "" : EventKind.fiscalYearClosed.name),
                    .text(result.year.map { "\($0)" } ?? ""), .amount(result.surplusMinor, statement.currency),
                    .text(""),
                ]
                listing.add(cells + parts(nil).map { _ in .null } + [.null])
            }
        }
        return listing.csv
    }
}
