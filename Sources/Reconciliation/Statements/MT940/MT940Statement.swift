import Accounting
import Commerce

/// One message MT940 while it is read.
struct MT940Statement {
    let source: StatementSource
    private var identification = ""
    private var account = ""
    private var number: UInt64?
    private var page = 1
    private var opening: MT940Balance?
    private var closing: MT940Balance?
    private var isLastPage = true
    private var entries: [StatementEntry] = []
    /// The currency of :60:, which comes before the entries.
    private var exponent = 2
    private var isEntryOpen = false

    /// A message that has just begun.
    init(_ source: StatementSource) { self.source = source }

    var entryCount: Int { entries.count }

    /// Takes a field with its lines.
    mutating func add(_ tag: String, _ lines: [ArraySlice<UInt8>], line: Int) throws(StatementError) {
        let text = FieldText.clean(lines.first ?? [])
        switch tag {
        case "20": identification = text
        case "25", "25P": account = text
        case "28", "28C":
            let parts = text.split(separator: "/", maxSplits: 1)
            number = parts.first.flatMap { FieldText.number($0) }
            if parts.count == 2, let given = FieldText.number(parts[1]), given < 100_000 { page = Int(max(1, given)) }
        case "60F", "60M":
            guard opening == nil else { throw twice(tag, line) }
            opening = try MT940Balance(text, tag: tag, line: line, source)
            exponent = opening?.currency.exponent ?? 2
        case "62F", "62M":
            guard closing == nil else { throw twice(tag, line) }
            let given = try MT940Balance(text, tag: tag, line: line, source)
            guard opening == nil || opening?.currency == given.currency else {
                throw source.refusal(
                    .value, line: line, field: ":\(tag):", value: given.currency.code,
                    Text("n’est pas la monnaie du solde d’ouverture", "is not the currency of the opening balance"),
                    accepted: Text(opening?.currency.code ?? "", opening?.currency.code ?? ""))
            }
            closing = given
            isLastPage = tag == "62F"
        case "61":
            guard opening != nil else {
                throw source.missing(
                    ":60F:", line: line, Text("le solde d’ouverture avant :61:", "the opening balance before :61:"))
            }
            let supplement = FieldText.joined(lines.dropFirst().map { FieldText.clean($0) })
            var entry = try MT940Line(text, line: line, exponent: exponent, source).entry
            entry.text = supplement
            entries.append(entry)
        case "86":
            // Behind the closing balance :86: speaks of the whole statement.
            if isEntryOpen, let last = entries.indices.last {
                MT940Details(lines).describe(&entries[last])
            }
        default: break
        }
        isEntryOpen = tag == "61"
    }

    private func twice(_ tag: String, _ line: Int) -> StatementError {
        source.refusal(
            .malformed, line: line, field: ":\(tag):", Text("vient deux fois", "comes twice"),
            accepted: Text("une fois par relevé", "once for each statement"))
    }

    /// The statement, once its message has ended.
    func finished() throws(StatementError) -> BankStatement {
        guard let opening else { throw source.missing(":60F:", Text("le solde d’ouverture", "the opening balance")) }
        guard let closing else { throw source.missing(":62F:", Text("le solde de clôture", "the closing balance")) }
        guard !account.isEmpty else { throw source.missing(":25:", Text("le compte", "the account")) }
        let parts = account.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let days = entries.map { $0.bookingDate }
        return BankStatement(
            kind: .statement, format: "MT940",
            account: StatementAccount(
                institution: parts.count == 2 ? String(parts[0]) : "", number: String(parts.last ?? ""),
                currency: closing.currency.code),
            identification: identification, number: number, from: days.min() ?? closing.day, through: closing.day,
            openingMinor: opening.signedMinor, closingMinor: closing.signedMinor, entries: entries, page: page,
            isLastPage: isLastPage)
    }
}

/// "C170601CAD1234,56".
struct MT940Balance {
    let day: CivilDate
    let currency: Currency
    let signedMinor: Int64

    /// Reads a field :60: or :62:.
    init(_ text: String, tag: String, line: Int, _ source: StatementSource) throws(StatementError) {
        let field = ":\(tag):"
        let bytes = Array(text.utf8)
        guard bytes.count >= 11, bytes[0] == 0x43 || bytes[0] == 0x44 else {
            throw source.refusal(
                .value, line: line, field: field, value: text, Text("n’est pas un solde", "is not a balance"),
                accepted: Text("C170601CAD1234,56", "C170601CAD1234,56"))
        }
        day = try source.day(sixDigits: text, from: 1, line: line, field: field)
        currency = try source.currency(String(decoding: bytes[7..<10], as: UTF8.self), line: line, field: field)
        let minor = try source.amount(
            String(decoding: bytes[10...], as: UTF8.self), exponent: currency.exponent, line: line, field: field)
        signedMinor = bytes[0] == 0x43 ? minor : -minor
    }
}

extension StatementSource {
    /// A day of "170601": years 80 to 99 are of the last century.
    func day(
        sixDigits text: some StringProtocol, from: Int = 0, line: Int, field: String
    ) throws(StatementError) -> CivilDate {
        let year = FieldText.digits(text, from, 2).map { $0 < 80 ? 2000 + $0 : 1900 + $0 }
        return try day(
            year, FieldText.digits(text, from + 2, 2), FieldText.digits(text, from + 4, 2), line: line, field: field,
            value: String(text), form: "170601")
    }
}
