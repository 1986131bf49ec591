import Accounting
import ArgumentParser
import Commerce
import Interchange
import Ledger

struct Export: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Le grand livre dans la forme d’autres outils.", "The ledger in the form of other tools."),
        discussion: say(
            """
            jsonl      le journal, que « import jsonl » reprend à la même racine
            hledger, ledger, beancount   un livre, une écriture par événement
            csv        les imputations, pour un tableur
            parties    qui est au grand livre, sans données personnelles
            sqlite     événements, journal et vues, en SQL; --out FICHIER.db les charge
            ads        Audit Data Standards de l’AICPA, dans un dossier
            saf-t      Standard Audit File for Tax de l’OCDE, en XML

            Les jours sont ceux des événements; pour jsonl, ceux de l’inscription.

            Exemples :
              grandlivre export jsonl --out journal.jsonl
              grandlivre export hledger --book grand-io --opening
                --from 2025-02-01 --to 2025-02-28 --out fevrier.journal
              grandlivre export sqlite --out grand-livre.db
            """,
            """
            jsonl      the log, which "import jsonl" takes to the same root
            hledger, ledger, beancount   one book, an entry an event
            csv        the postings, for a spreadsheet
            parties    who is in the ledger, without personal data
            sqlite     events, journal and views, as SQL; --out FILE.db loads them
            ads        the AICPA's Audit Data Standards, into a folder
            saf-t      the OECD's Standard Audit File for Tax, as XML

            Days are the events' own; for jsonl those on which they were recorded.

            Examples:
              grandlivre export jsonl --out log.jsonl
              grandlivre export hledger --book grand-io --opening
                --from 2025-02-01 --to 2025-02-28 --out february.journal
              grandlivre export sqlite --out ledger.db
            """))

    /// What an export makes.
    enum Form: String, CaseIterable {
        case jsonl, hledger, ledger, beancount, csv, parties, sqlite, ads
        case saft = "saf-t"

        /// The tool of plain-text accounting that reads it.
        var tool: PlainTextTool? { PlainTextTool(rawValue: rawValue) }
    }

    @Argument(help: ArgumentHelp(say("La forme, nommée ci-dessus.", "The form, named above."), valueName: "form"))
    var formName: String
    @Option(help: ArgumentHelp(say("Un livre.", "One book."))) var book: String?
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String?
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Fichier (ads : dossier) à écrire; sinon la sortie standard.",
                "File (ads: folder) to write; else standard output.")))
    var out: String?
    @Flag(
        help: ArgumentHelp(
            say(
                "hledger, ledger, beancount : soldes d’ouverture et soldes de fermeture vérifiés.",
                "hledger, ledger, beancount: opening balances, and closing balances asserted.")))
    var opening = false

    /// `run` has refused a name that is none.
    private var form: Form { Form(rawValue: formName) ?? .jsonl }

    func run() throws {
        _ = try Form.named(formName)
        let days = try days()
        guard !opening || form.tool != nil else {
            throw LedgerError(
                .usage, "--opening", Text("ne va pas avec \(form.rawValue)", "does not go with \(form.rawValue)"),
                remedy: Text(
                    "l’omettre, ou exporter vers hledger, ledger ou beancount",
                    "leave it out, or export to hledger, ledger or beancount"))
        }
        guard form != .parties || (from == nil && to == nil) else {
            throw LedgerError(
                .usage, "--from, --to", Text("parties n’a pas de jours", "parties has no days"),
                remedy: Text("les omettre", "leave them out"))
        }
        guard form == .ads else {
            let snapshot = try Opening.snapshot()
            try check(snapshot)
            let file = try file()
            let count = try write(snapshot, days, to: file)
            try file.finish()
            if let out { tell(count, out) }
            return
        }
        guard let out else {
            throw LedgerError(
                .usage, "ads", Text("plusieurs fichiers", "several files"),
                remedy: Text("nommer leur dossier avec --out", "name their folder with --out"))
        }
        let snapshot = try Opening.snapshot()
        tell(try AuditDataStandard(journal(snapshot, days), Invocation.current.language).write(folder: out), out)
    }

    private func file() throws(LedgerError) -> ExportFile {
        guard let out else { return ExportFile(sink: put) }
        // The one file that was asked for, not the script that makes it.
        let isDatabase = form == .sqlite && [".db", ".sqlite", ".sqlite3"].contains { out.hasSuffix($0) }
        return try isDatabase ? ExportFile(database: out) : ExportFile(out)
    }

    private func days() throws(LedgerError) -> (from: CivilDate?, to: CivilDate?) {
        let (first, last) = try Opening.days(from: from, to: to)
        if let first, let last, last < first {
            throw LedgerError(
                .usage, "--to « \(last.text) »",
                Text("c’est avant --from \(first.text)", "this is before --from \(first.text)"),
                remedy: Text("nommer un jour plus tard", "name a later day"))
        }
        return (first, last)
    }

    /// What cannot be answered is refused before a file is made.
    private func check(_ snapshot: LedgerSnapshot) throws {
        if form == .jsonl || form == .parties, book == nil { return }
        _ = try books(snapshot)
    }

    private func write(
        _ snapshot: LedgerSnapshot, _ days: (from: CivilDate?, to: CivilDate?), to file: ExportFile
    ) throws -> Int {
        let language = Invocation.current.language
        switch form {
        case .jsonl: return try log(days).write(snapshot, to: file)
        case .csv: return try JournalCSV.write(journal(snapshot, days), language, to: file)
        case .parties:
            return try PartyList.write(parties, books(snapshot), snapshot, to: file)
        case .sqlite: return try SQLDump(journal(snapshot, days), log(days), parties).write(to: file)
        case .saft:
            return try StandardAuditFile(
                journal(snapshot, days), language, version: Self.programVersion
            ).write(to: file)
        case .hledger, .ledger, .beancount, .ads:
            guard let tool = form.tool else { return 0 }
            var export = PlainTextExport(tool, try journal(snapshot, days), language)
            export.withOpening = opening
            return try export.write(to: file)
        }
    }

    /// "0.3.0": the same in both languages.
    private static var programVersion: String {
        GrandLivre.configuration.version.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }

    private func log(_ days: (from: CivilDate?, to: CivilDate?)) -> LogExport {
        var log = LogExport()
        log.book = book
        log.viewer = .current
        // A script for SQL has all events of the book; its days are those of the journal.
        if form == .jsonl { (log.from, log.to) = days }
        return log
    }

    private var parties: PartyQuery {
        var query = PartyQuery()
        query.viewer = .current
        query.book = book
        return query
    }

    /// Whole books are for whoever operates them; of the postings a party may have its own.
    private func journal(_ snapshot: LedgerSnapshot, _ days: (from: CivilDate?, to: CivilDate?)) throws -> BookJournal {
        BookJournal(
            snapshot, try books(snapshot), from: days.from, to: days.to,
            party: form == .csv ? try Viewer.current.party(snapshot.views) : nil)
    }

    /// The book that was named, else, where the form takes several, all that whoever asks may export.
    private func books(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [Book] {
        let views = snapshot.views
        let viewer = Viewer.current
        var books: [Book]
        switch form {
        case .csv, .parties, .sqlite, .jsonl:
            books = try book == nil ? viewer.books(views) : [Opening.book(book, views)]
        case .hledger, .ledger, .beancount, .ads, .saft:
            books = [try Opening.book(book, views)]
        }
        if form == .csv, try viewer.party(views) != nil { return books }
        if form == .jsonl { return books }
        for book in books { try viewer.require(operatorOf: book) }
        return books
    }

    private func tell(_ count: Int, _ path: String) {
        if Invocation.current.format == .table {
            let number = shown(count: count, Invocation.current.language)
            let things =
                switch form {
                case .jsonl, .sqlite: say("\(number) événements", "\(number) events")
                case .parties: say("\(number) lignes", "\(number) rows")
                default: say("\(number) écritures", "\(number) entries")
                }
            putLine(say("\(path) : \(things)", "\(path): \(things)"))
        } else {
            putLine(
                JSON.object([("form", .text(form.rawValue)), ("path", .text(path)), ("count", .count(count))]).line)
        }
    }
}

extension Export.Form {
    /// Throws `usage` with all forms where the text is none of them.
    static func named(_ text: String) throws(LedgerError) -> Self {
        if let form = Self(rawValue: text) { return form }
        let all = allCases.map(\.rawValue)
        throw LedgerError(
            .usage, "« \(text) »", Text("forme inconnue", "unknown form"),
            remedy: NearName.find(text, among: all).map(LedgerError.didYouMean)
                ?? Text("une de : \(all.joined(separator: ", "))", "one of: \(all.joined(separator: ", "))"))
    }
}
