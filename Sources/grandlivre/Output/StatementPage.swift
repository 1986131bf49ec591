import Accounting
import Commerce
@preconcurrency import Glibc
import Ledger

/// A statement as a page that stands alone: no script, no outside file.
enum StatementPage {
    static func html(_ statements: [Statement]) -> String {
        let language = Invocation.current.language
        let title = say("État de compte", "Statement of account")
        var out = """
            <!doctype html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8"><title>\(title)</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; max-width: 54rem; margin: 2.5rem auto; padding: 0 1.5rem }
            h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem }
            .who { color: #57606a; margin: .2rem 0 1.2rem }
            table { border-collapse: collapse; width: 100% } th, td { padding: .28rem .5rem; text-align: left; vertical-align: top }
            th { border-bottom: 2px solid #1b1f24; font-weight: 600 } td { border-bottom: 1px solid #d8dee4 }
            .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } tfoot td { font-weight: 600; border-bottom: 0 }
            .note { color: #57606a; font-size: .85rem } .proof { color: #57606a; font-size: .8rem; margin-top: 2rem; overflow-wrap: anywhere } section { break-after: page }
            section:last-of-type { break-after: auto } tr { break-inside: avoid } td:first-child { white-space: nowrap }
            @page { size: letter; margin: 16mm } @media print { body { margin: 0; padding: 0; font-size: 12px } }
            </style></head><body>

            """
        for statement in statements { out += section(statement, title, language) }
        return out + "</body></html>\n"
    }

    private static func section(_ statement: Statement, _ title: String, _ language: Language) -> String {
        var out = "<section><h1>\(title)</h1>\n<p class=\"who\">\(escaped(statement.legalName)) · "
        out += escaped(statement.holder) + escaped(StatementText.period(statement, language)) + "</p>\n"
        for account in statement.accounts.map(HolderAccount.init) {
            out += table(
                account.title(language), account.columns, account.rows(language), total: account.total(language),
                language)
        }
        if !statement.cards.isEmpty {
            out += table(
                StatementText.cardsTitle(statement)(language), StatementText.cardColumns,
                StatementText.cards(statement, language), total: nil, language)
        }
        if statement.accounts.contains(where: { HolderAccount($0).isSellers }) {
            out += "<p class=\"note\">\(escaped(StatementText.note(language)))</p>\n"
        }
        if !statement.results.isEmpty {
            out += table(
                StatementText.resultsTitle(statement), StatementText.resultColumns, StatementText.resultRows(statement),
                total: nil, language)
        }
        return out + "<p class=\"proof\">\(escaped(StatementText.proof(statement, language)))</p></section>\n"
    }

    private static func table(
        _ title: String, _ columns: [(title: Text, isNumber: Bool)], _ rows: [[String]], total: [String]?,
        _ language: Language
    ) -> String {
        var out = "<h2>\(escaped(title))</h2>\n<table><thead><tr>"
        for column in columns {
            out += "<th\(column.isNumber ? " class=\"n\"" : "")>\(escaped(column.title(language)))</th>"
        }
        out += "</tr></thead><tbody>\n"
        for cells in rows { out += row(cells, columns.map(\.isNumber)) }
        out += "</tbody>"
        if let total { out += "<tfoot>" + row(total, columns.map(\.isNumber)) + "</tfoot>" }
        return out + "</table>\n"
    }

    private static func row(_ cells: [String], _ isNumber: [Bool]) -> String {
        "<tr>" + zip(cells, isNumber).map { "<td\($1 ? " class=\"n\"" : "")>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }

    /// The beginning of a report's page, up to its body.
    static func opening(_ title: String) -> String {
        """
        <!doctype html>
        <html lang="\(Invocation.current.language.rawValue)"><head><meta charset="utf-8"><title>\(title)</title>
        <style>
        body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; max-width: 54rem; margin: 2.5rem auto; padding: 0 1.5rem }
        table { border-collapse: collapse; width: 100% } th, td { padding: .28rem .5rem; text-align: left; border-bottom: 1px solid #d8dee4 }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } section { break-after: page }
        section:last-of-type { break-after: auto } @page { size: letter; margin: 16mm }
        </style></head><body>

        """
    }

    /// A listing as a table of a page.
    static func table(_ listing: Listing, _ language: Language) -> String {
        let columns = listing.columns.indices.filter { !listing.columns[$0].isHidden }
        var out = "<table><thead><tr>"
        for column in columns {
            let isNumber = listing.columns[column].isNumber
            out += "<th\(isNumber ? " class=\"n\"" : "")>\(escaped(listing.columns[column].title(language)))</th>"
        }
        out += "</tr></thead><tbody>\n"
        for (values, shown) in zip(listing.rows, listing.shown) {
            out += row(shown ?? columns.map { values[$0].cell }, columns.map { listing.columns[$0].isNumber })
        }
        return out + "</tbody></table>\n"
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }

    static func write(_ text: String, to path: String) throws(LedgerError) {
        guard let file = fopen(path, "w") else { throw failed(path, errno) }
        let written = text.utf8.withContiguousStorageIfAvailable { fwrite($0.baseAddress, 1, $0.count, file) } ?? 0
        let isWhole = written == text.utf8.count
        guard fclose(file) == 0, isWhole else { throw failed(path, errno) }
    }

    /// Refuses to write over a working paper.
    static func requireNew(_ path: String) throws(LedgerError) {
        guard access(path, F_OK) != 0 else {
            throw LedgerError(
                .cannotCreate, path, Text("ce fichier existe déjà", "this file exists already"),
                remedy: Text("nommer un autre fichier ou dossier", "name another file or folder"))
        }
    }

    private static func failed(_ path: String, _ status: Int32) -> LedgerError {
        LedgerError(
            status == ENOSPC ? .inputOutput : .cannotCreate, path, SystemReason.text(status),
            remedy: Text("nommer un fichier que l’on peut écrire", "name a file that can be written"))
    }

    /// The programs that make a PDF of a page, in the order in which they are tried.
    private static let printers: [(name: String, arguments: @Sendable (String, String) -> [String])] = [
        (
            "chromium",
            { ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf=\($1)", $0] }
        ),
        ("weasyprint", { [$0, $1] }), ("wkhtmltopdf", { ["--quiet", $0, $1] }),
    ]

    static func writePDF(_ page: String, to path: String) throws(LedgerError) {
        guard let printer = printers.first(where: { isInstalled($0.name) }) else {
            throw LedgerError(
                .notFound, "--pdf", Text("aucun programme n’imprime en PDF ici", "no program here makes a PDF"),
                remedy: Text(
                    "installer chromium, weasyprint ou wkhtmltopdf; ou --html",
                    "install chromium, weasyprint or wkhtmltopdf; or --html"))
        }
        let source = path + ".html"
        try write(page, to: source)
        defer { unlink(source) }
        unlink(path)
        run(printer.name, printer.arguments(source, path))
        guard access(path, R_OK) == 0 else {
            throw LedgerError(
                .cannotCreate, path,
                Text("\(printer.name) n’a pas écrit le PDF", "\(printer.name) did not write the PDF"),
                remedy: Text("--html, puis imprimer la page", "--html, then print the page"))
        }
    }

    private static func isInstalled(_ name: String) -> Bool {
        guard let path = getenv("PATH") else { return false }
        return String(cString: path).split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// Runs a program of PATH and waits; what it says is left aside.
    private static func run(_ name: String, _ arguments: [String]) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var list: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
        defer { for text in list { free(text) } }
        list.append(nil)
        var process: pid_t = 0
        guard posix_spawnp(&process, name, &actions, nil, list, environ) == 0 else { return }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
