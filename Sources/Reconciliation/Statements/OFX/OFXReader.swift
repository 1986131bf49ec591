import Accounting
import Commerce

/// Reads OFX: statements of bank accounts and credit cards, from SGML or XML.
///
/// LEDGERBAL is the closing balance where its day is that of DTEND: a later balance holds movements that the file does not. The opening balance is the
/// closing less the entries, for OFX has none; both are nil where they cannot be known.
struct OFXReader {
    let markup: any Markup
    let source: StatementSource
    private let format: String
    private var institution = ""
    private var statements: [BankStatement] = []
    private var entryCount = 0

    /// Reads on from behind the start of the root.
    init(_ markup: any Markup, format: String, _ source: StatementSource) {
        self.markup = markup
        self.format = format
        self.source = source
    }

    /// Reads OFX 1, header and all.
    static func read(sgml bytes: [UInt8], _ source: StatementSource) throws(StatementError) -> [BankStatement] {
        let declared = try OFXHeader(bytes, source).encoding
        let text = try TextEncoding.decoded(bytes, declared: declared, source: source)
        let header = try OFXHeader(text, source)
        let markup = SGMLMarkup(text, from: header.length, line: header.line, source)
        guard case .start("OFX", _) = try markup.next() else {
            throw source.missing("OFX", line: header.line, Text("la balise <OFX>", "the tag <OFX>"))
        }
        var reader = OFXReader(markup, format: header.format, source)
        return try reader.read()
    }

    /// The statements, from behind the start of the root.
    mutating func read() throws(StatementError) -> [BankStatement] {
        var depth = 1
        while depth > 0, let event = try markup.next() {
            switch event {
            case .start("FI", _):
                let element = try markup.element("FI", currency: "")
                let identification = element.text("FID")
                institution = identification.isEmpty ? element.text("ORG") : identification
            case .start("STMTRS", _), .start("CCSTMTRS", _):
                guard statements.count < source.limits.statementsMax else {
                    throw source.tooMany(Text("relevés", "statements"), max: source.limits.statementsMax)
                }
                try readStatement(isCard: event == .start("CCSTMTRS", currency: ""))
            case .start: depth += 1
            case .end: depth -= 1
            case .text: break
            }
        }
        guard depth == 0 else {
            throw source.refusal(
                .malformed, line: markup.line, field: "OFX",
                Text("le fichier s’arrête avant la fin", "the file stops before its end"),
                accepted: Text("</OFX>", "</OFX>"))
        }
        guard !statements.isEmpty else {
            throw source.missing("STMTRS", Text("un relevé de compte ou de carte", "a statement of account or card"))
        }
        return statements
    }

    private mutating func readStatement(isCard: Bool) throws(StatementError) {
        let name = isCard ? "CCSTMTRS" : "STMTRS"
        var transactions: [MarkupElement] = []
        var entries: [StatementEntry] = []
        var currency: Currency?
        // CURDEF comes first in the standard; only a file that puts it last keeps its transactions waiting.
        let line = markup.line
        let element = try statementElement(name) { (part, code) throws(StatementError) in
            if currency == nil, !code.isEmpty {
                currency = try source.currency(code, line: part.line, field: "CURDEF")
            }
            guard entryCount + entries.count + transactions.count < source.limits.entriesMax else {
                throw source.tooMany(Text("écritures", "entries"), max: source.limits.entriesMax, line: part.line)
            }
            if let currency {
                entries.append(try OFXTransaction.entry(part, currency, source))
            } else {
                transactions.append(part)
            }
        }
        let code = element.text("CURDEF")
        let known = try source.currency(code, line: line, field: "CURDEF")
        for part in transactions { entries.append(try OFXTransaction.entry(part, known, source)) }
        entryCount += entries.count
        statements.append(try statement(element, known, code, entries, isCard: isCard))
    }

    /// The statement without its transactions, which go to `take` with the currency that stood before them.
    private func statementElement(
        _ name: String, take: (MarkupElement, String) throws(StatementError) -> Void
    ) throws(StatementError) -> MarkupElement {
        var whole = MarkupElement(name: name, currency: "", line: markup.line)
        var code = ""
        while let event = try markup.next() {
            switch event {
            case .start(let child, _):
                let element = try markup.element(child, currency: "", part: "STMTTRN") {
                    (part) throws(StatementError) in try take(part, code)
                }
                if child == "CURDEF" { code = element.text }
                guard whole.children.count < source.limits.elementsMax else {
                    throw source.tooMany(Text("éléments", "elements"), max: source.limits.elementsMax)
                }
                whole.children.append(element)
            case .end: return whole
            case .text: break
            }
        }
        throw source.refusal(
            .malformed, line: markup.line, field: name,
            Text("le fichier s’arrête dans un relevé", "the file stops inside a statement"),
            accepted: Text("</\(name)>", "</\(name)>"))
    }

    private func statement(
        _ element: MarkupElement, _ currency: Currency, _ code: String, _ entries: [StatementEntry], isCard: Bool
    ) throws(StatementError) -> BankStatement {
        guard let account = element[isCard ? "CCACCTFROM" : "BANKACCTFROM"], !account.text("ACCTID").isEmpty else {
            throw source.missing("ACCTID", line: element.line, Text("le numéro du compte", "the account's number"))
        }
        let bank = account.text("BANKID")
        let list = element["BANKTRANLIST"]
        let from = try OFXTransaction.day(list?["DTSTART"], source)
        let end = try OFXTransaction.day(list?["DTEND"], source)
        var statement = BankStatement(
            kind: .statement, format: format,
            account: StatementAccount(
                institution: bank.isEmpty ? institution : bank, number: account.text("ACCTID"), currency: code),
            identification: "", entries: entries)
        if let balance = element["LEDGERBAL"] {
            let asOf = try OFXTransaction.day(balance["DTASOF"], source)
            let minor = try source.amount(
                balance.text("BALAMT"), exponent: currency.exponent, line: balance.line, field: "LEDGERBAL/BALAMT",
                isSigned: true)
            if list == nil || asOf == nil || asOf == end { statement.closingMinor = minor }
            statement.through = end ?? asOf
            if list != nil, statement.closingMinor != nil {
                var total: Int64 = 0
                for entry in entries { total = try source.sum(total, entry.amountMinor, field: "TRNAMT") }
                statement.openingMinor = try source.difference(minor, total, field: "LEDGERBAL/BALAMT")
            }
        }
        let days = entries.map { $0.bookingDate }
        statement.from = from ?? days.min() ?? statement.through
        statement.through = statement.through ?? end ?? days.max()
        // The standard has no name for a statement: its days are.
        statement.identification = [statement.from?.text, statement.through?.text].compactMap { $0 }
            .joined(separator: "/")
        return statement
    }
}
