import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger
import Reconciliation

struct Reconcile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say("Rapproche les relevés des institutions et les livres.", "Reconciles statements and books."),
        discussion: say(
            """
            Exemples :
              grandlivre reconcile import relevé.xml --declare 815-courant
              grandlivre reconcile match
              grandlivre reconcile exceptions
              grandlivre reconcile report --institution 815 --month 2017-06
            """,
            """
            Examples:
              grandlivre reconcile import statement.xml --declare 815-current
              grandlivre reconcile match
              grandlivre reconcile exceptions
              grandlivre reconcile report --institution 815 --month 2017-06
            """),
        subcommands: [
            ReconcileDeclare.self, ReconcileImport.self, ReconcileMatch.self, ReconcileUndo.self,
            ReconcileWriteOff.self, ReconcileAssign.self, ReconcileStatus.self, ReconcileExceptions.self,
            ReconcileExplain.self, ReconcileReport.self, ReconcileSign.self,
        ])
}

/// The book and who records.
struct ReconcileScope: ParsableArguments {
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = Self.nobody

    /// Where nobody is named.
    static let nobody = "grandlivre"

    func recording(_ views: Views) throws -> Recording {
        Recording(book: try Opening.book(book, views).name, actor: actor)
    }

    /// Where one event went.
    static func tell(_ sequence: UInt64) {
        switch Invocation.current.format {
        case .table: putLine(say("inscrit à la séquence \(sequence)", "recorded at sequence \(sequence)"))
        default: putLine(JSON.object([("sequence", .count(sequence))]).line)
        }
    }
}

/// The accounts that a command is about: the one that was named, or all of the book.
enum ReconcileAccounts {
    static func named(
        _ name: String?, _ book: Book, _ views: Views
    ) throws(LedgerError) -> [(name: String, record: BankAccountRecord)] {
        guard let name else { return try Viewer.current.bankAccounts(book, views) }
        return [(name, try Viewer.current.bankAccount(named: name, book, views))]
    }
}

/// What a second person has to sign first is written to a file.
struct ReconcilePreparation: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "N’inscrit rien : écrit la proposition, que « approve » signe et « record » inscrit.",
                "Records nothing: writes the proposal, for \"approve\" to sign and \"record\" to record."),
            valueName: "file")) var prepare: String?

    /// Does what was decided, or writes it down.
    func carryOut(_ act: ReconciliationAct, _ decide: (ReconciliationAct) throws -> UInt64) throws {
        guard let prepare else { return ReconcileScope.tell(try decide(act)) }
        try StatementPage.requireNew(prepare)
        var act = act
        var lines = ""
        act.prepare = { lines += $0 + "\n" }
        _ = try decide(act)
        try StatementPage.write(lines, to: prepare)
        switch Invocation.current.format {
        case .table:
            putLine(
                say(
                    "proposition : \(prepare); une autre personne : grandlivre approve \(prepare) --key … > signée; puis grandlivre record signée",
                    "proposal: \(prepare); another person: grandlivre approve \(prepare) --key … > signed; then grandlivre record signed"
                ))
        default: putLine(JSON.object([("proposal", .text(prepare))]).line)
        }
    }
}

/// Amounts of a statement's currency.
func shown(_ minor: Int64, of currency: Currency) -> String { shown(minor, currency, Invocation.current.language) }

struct ReconcileDeclare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "declare",
        abstract: say("Déclare un compte à une institution.", "Declares an account at an institution."))

    @Argument(help: ArgumentHelp(say("Notre nom du compte : 815-courant.", "Our name for it: 815-current."))) var name:
        String
    @Option(help: ArgumentHelp(say("Numéro de l’institution : 815, 006.", "Institution number: 815, 006.")))
    var institution: String
    @Option(help: ArgumentHelp(say("Le compte, comme les relevés le nomment.", "The account as statements name it.")))
    var number: String
    @Option(help: ArgumentHelp(say("Premier jour des relevés.", "First day of statements."))) var from: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(say("Solde au début de ce jour.", "Balance at the beginning of that day."))) var opening:
        String = "0"
    @Option(help: ArgumentHelp(say("Monnaie; celle du livre par défaut.", "Currency; the book's by default.")))
    var currency: String?
    @Option(
        help: ArgumentHelp(
            say("assets:bank (par défaut) ou assets:trust-bank.", "assets:bank (default) or assets:trust-bank."),
            valueName: "account")) var ledgerAccount: String = ""
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        let store = try Opening.store(readOnly: false)
        let views = try LedgerSnapshot(store).views
        let book = try Opening.book(scope.book, views)
        guard let currency = currency.map({ Currency(utf8: $0.utf8) }) ?? book.currency else {
            throw LedgerError(
                .usage, "--currency", Text("monnaie inconnue", "unknown currency"),
                remedy: Text("un code ISO 4217, par exemple CAD", "an ISO 4217 code, for example CAD"))
        }
        try BankAccountDeclaration(
            account: name, institution: institution, number: number, currency: currency.code,
            ledgerAccount: ledgerAccount, from: try Opening.date(from, "--from"),
            openingMinor: try Opening.amount(opening, "--opening", currency)
        ).record(Recording(book: book.name, actor: scope.actor), to: store)
        switch Invocation.current.format {
        case .table: putLine(say("compte \(name) déclaré", "account \(name) declared"))
        default: putLine(JSON.object([("account", .text(name))]).line)
        }
    }
}

struct ReconcileImport: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say(
            "Importe des relevés : camt, OFX, MT940, BAI2, CSV.", "Imports statements: camt, OFX, MT940, BAI2, CSV."),
        discussion: say(
            """
            Ce que le fichier dit décide du format, jamais son nom. Relancé, interrompu ou chevauché, rien n’entre deux fois.
            Un avis (camt.054) ou un relevé du jour (camt.052) donné avec le relevé en détaille les lots; seul, il n’inscrit rien.
            « calculé » : le fichier ne dit pas le solde de fermeture; --closing le donne, et il est vérifié.
            """,
            """
            What the file says decides its format, never its name. Run again, interrupted or overlapping, nothing enters twice.
            A notification (camt.054) or account of the day (camt.052) that is given with the statement details its batches; alone, it records nothing.
            "reckoned": the file does not say the closing balance; --closing gives it, and it is checked.
            """
        ))

    @Argument(help: ArgumentHelp(say("Fichiers.", "Files."))) var files: [String]
    @Option(
        help: ArgumentHelp(
            say("Déclare sous ce nom le compte du fichier.", "Declares the file's account under this name."),
            valueName: "name")) var declare: String?
    @Option(
        help: ArgumentHelp(
            say("Numéro de l’institution, pour --declare.", "Institution number, for --declare."))) var institution:
        String?
    @Option(
        help: ArgumentHelp(
            say(
                "assets:bank ou assets:trust-bank, pour --declare.", "assets:bank or assets:trust-bank, for --declare."),
            valueName: "account")) var ledgerAccount: String = ""
    @Option(
        help: ArgumentHelp(
            say("De plusieurs comptes, seulement celui-là.", "Of several accounts, only this one."),
            valueName: "account-number")) var number: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            say(
                "Solde à la fin du relevé dont le fichier ne le dit pas.",
                "Balance at the end of the statement whose file does not say it."), valueName: "amount"))
    var closing: String?
    @Option(
        help: ArgumentHelp(
            say("Correspondance des colonnes d’un CSV.", "Mapping of a CSV's columns."), valueName: "file"))
    var mapping: String?
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        // Which accounts there are, the cooperative says.
        if declare != nil { try Viewer.current.requireOperator("--declare") }
        let store = try Opening.store(readOnly: false)
        let views = try LedgerSnapshot(store).views
        var recording = try scope.recording(views)
        // An institution signs with its own name what it brings.
        if let own = try Viewer.current.party(views) {
            guard scope.actor == ReconcileScope.nobody else {
                throw LedgerError(
                    .usage, "--actor", Text("--as dit déjà qui l’inscrit", "--as says already who records it"),
                    remedy: Text("sans --actor", "without --actor"))
            }
            recording.actor = views.partyName(own)
        }
        var statements = StatementImport(recording)
        statements.recordedBefore = { show(Self.listing($0)) }
        statements.viewer = .current
        statements.mapping = try mapping.map(CSVMapping.init(path:))
        statements.declare = declare
        statements.institution = institution
        statements.ledgerAccount = ledgerAccount
        statements.number = number
        statements.closing = closing.map { text in { currency in try Opening.amount(text, "--closing", currency) } }
        // Who brings files of its own institution is not shown our payees' names.
        if Viewer.current.isOperator, try Opening.ledgerKey() != nil { statements.keyring = try PayoutScope.keyring() }
        Signals.watch()
        show(Self.listing(try statements.run(files, to: store, proceed: { try Signals.check() })))
    }

    static func listing(_ statements: [ImportedStatement]) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "file", title: Text("Fichier", "File"), isHidden: true),
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "statement", title: Text("Relevé", "Statement"), isOptional: true),
            .init(key: "format", title: Text("Format", "Format"), isOptional: true),
            .init(key: "from", title: Text("Du", "From"), isHidden: true),
            .init(key: "through", title: Text("Jusqu’au", "Through")),
            .init(key: "opening", title: Text("Ouverture", "Opening"), isNumber: true, isOptional: true),
            .init(key: "closing", title: Text("Fermeture", "Closing"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "entries", title: Text("Lignes", "Entries"), isNumber: true),
            .init(key: "recorded", title: Text("Inscrites", "Recorded"), isNumber: true),
            .init(key: "state", title: Text("État", "State")),
            .init(key: "closingReckoned", title: Text("Fermeture calculée", "Closing reckoned"), isHidden: true),
        ])
        listing.nothing = Text("Aucun relevé dans ces fichiers.", "No statement in these files.")
        for one in statements {
            let state =
                switch one.state {
                case .recorded where one.isClosingReckoned: Text("inscrit, calculé", "recorded, reckoned")
                case .recorded: Text("inscrit", "recorded")
                case .known: Text("connu", "known")
                case .notRecorded: Text("avis", "notice")
                }
            let (from, through) = (one.from?.text ?? "", one.through?.text ?? "")
            listing.add(
                [
                    .text(one.file), .text(one.account), .text(one.statement), .text(one.format), .text(from),
                    .text(through), .amount(one.openingMinor, one.currency), .amount(one.closingMinor, one.currency),
                    .text(one.currency.code), .count(one.entries), .count(one.recorded), .text(one.state.rawValue),
                    .bool(one.isClosingReckoned),
                ],
                shown: [
                    one.account, one.statement, one.format, through, shown(one.openingMinor, of: one.currency),
                    shown(one.closingMinor, of: one.currency), shown(count: one.entries, language),
                    shown(count: one.recorded, language), state(language),
                ])
        }
        return listing
    }
}
