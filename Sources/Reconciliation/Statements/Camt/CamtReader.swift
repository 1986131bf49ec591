import Accounting
import Commerce

/// Reads camt.052, camt.053 and camt.054, one entry at a time.
struct CamtReader {
    let markup: XMLMarkup
    let message: CamtMessage
    let source: StatementSource
    private var entryCount = 0

    /// Reads on from behind the start of the document.
    init(_ markup: XMLMarkup, _ message: CamtMessage, _ source: StatementSource) {
        self.markup = markup
        self.message = message
        self.source = source
    }

    /// All statements of the message, from behind the start of its document.
    mutating func read() throws(StatementError) -> [BankStatement] {
        var statements: [BankStatement] = []
        while let event = try markup.next() {
            guard case .start(message.statementElement, _) = event else { continue }
            guard statements.count < source.limits.statementsMax else {
                throw source.tooMany(Text("relevés", "statements"), max: source.limits.statementsMax)
            }
            statements.append(try readStatement())
        }
        guard !statements.isEmpty else {
            throw source.missing(message.statementElement, Text("un relevé", "a statement"))
        }
        return statements
    }

    private mutating func readStatement() throws(StatementError) -> BankStatement {
        var statement = CamtStatement(message, source)
        while let event = try markup.next() {
            switch event {
            case .start("Ntry", let currency):
                var entry = CamtEntry(source)
                let element = try markup.element("Ntry", currency: currency, part: "TxDtls") {
                    (detail) throws(StatementError) in
                    try entry.add(CamtDetail(detail, source))
                    guard entry.details.count + entryCount <= source.limits.entriesMax else {
                        throw source.tooMany(Text("écritures", "entries"), max: source.limits.entriesMax)
                    }
                }
                let entries = try entry.entries(element)
                try statement.add(entry, entries)
                entryCount += entries.count
                guard entryCount <= source.limits.entriesMax else {
                    throw source.tooMany(Text("écritures", "entries"), max: source.limits.entriesMax)
                }
            case .start(let name, let currency):
                try statement.add(try markup.element(name, currency: currency))
            case .end: return try statement.finished()
            case .text: break
            }
        }
        throw source.refusal(
            .malformed, line: markup.line, field: message.statementElement,
            Text("le fichier s’arrête dans un relevé", "the file stops inside a statement"),
            accepted: Text("</\(message.statementElement)>", "</\(message.statementElement)>"))
    }
}

extension StatementSource {
    /// An ISO date, or the date of an ISO date and time, as written: the institution's own day.
    func day(_ element: MarkupElement?, field: String, line: Int?) throws(StatementError) -> CivilDate? {
        guard let element else { return nil }
        let text = element.text("Dt").isEmpty ? element.text("DtTm") : element.text("Dt")
        let value = text.isEmpty ? element.text : text
        return try day(iso: value, field: field, line: element.line ?? line)
    }

    /// As `day`, from a text.
    func day(iso value: String, field: String, line: Int?) throws(StatementError) -> CivilDate {
        let head = Array(value.utf8.prefix(10))
        let rest = value.utf8.dropFirst(10).first
        let isDate = head.count == 10 && head[4] == 0x2D && head[7] == 0x2D
        let ends: [UInt8] = Array("T Z+-".utf8)
        guard isDate, rest.map({ ends.contains($0) }) ?? true else {
            return try day(nil, nil, nil, line: line, field: field, value: value, form: "2017-06-01")
        }
        return try day(
            FieldText.digits(value, 0, 4), FieldText.digits(value, 5, 2), FieldText.digits(value, 8, 2), line: line,
            field: field, value: value, form: "2017-06-01")
    }

    /// The amount of an element with its attribute Ccy.
    func amount(_ element: MarkupElement, field: String) throws(StatementError) -> CamtAmount {
        let currency = try currency(element.currency, line: element.line, field: field + "/@Ccy")
        return CamtAmount(
            minor: try amount(element.text, exponent: currency.exponent, line: element.line, field: field),
            currency: element.currency)
    }

    /// CRDT is ours, +1; DBIT −1; nil without an element.
    func sign(_ element: MarkupElement?, field: String) throws(StatementError) -> Int64? {
        guard let element else { return nil }
        switch element.text {
        case "CRDT": return 1
        case "DBIT": return -1
        default:
            throw refusal(
                .value, line: element.line, field: field, value: element.text,
                Text("n’est ni un crédit ni un débit", "is neither a credit nor a debit"),
                accepted: Text("CRDT ou DBIT", "CRDT or DBIT"))
        }
    }
}

/// An amount in minor units, without a sign, of a currency.
struct CamtAmount {
    let minor: Int64
    let currency: String
}
