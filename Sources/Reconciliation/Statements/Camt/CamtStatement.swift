import Accounting
import Commerce

/// What a message says of one account, while it is read.
struct CamtStatement {
    let message: CamtMessage
    let source: StatementSource
    private var parts: [String: MarkupElement] = [:]
    private var balances: [CamtBalance] = []
    private var entries: [StatementEntry] = []
    private var pendingCount = 0
    private var totals = CamtTotals()
    private var currency = ""
    private static let partNames: Set<String> = [
        "Id", "ElctrncSeqNb", "LglSeqNb", "FrToDt", "Acct", "TxsSummry", "StmtPgntn", "RptPgntn", "NtfctnPgntn",
    ]

    /// A statement that is about to be read.
    init(_ message: CamtMessage, _ source: StatementSource) {
        self.message = message
        self.source = source
    }

    /// Takes a part that is not an entry.
    mutating func add(_ element: MarkupElement) throws(StatementError) {
        if element.name == "Bal" {
            if let balance = try CamtBalance(element, source) { balances.append(balance) }
        } else if Self.partNames.contains(element.name), parts[element.name] == nil {
            parts[element.name] = element
            if element.name == "Acct" { currency = element.text("Ccy") }
        }
    }

    /// Takes an entry and what it was split into.
    mutating func add(_ entry: CamtEntry, _ split: [StatementEntry]) throws(StatementError) {
        try adopt(entry.currency, line: entry.line, field: "Ntry/Amt/@Ccy")
        try totals.add(entry, source)
        if entry.isPending { pendingCount += 1 } else { entries += split }
    }

    /// The account's currency, where it does not say, is that of its first balance or entry; nothing else may follow.
    private mutating func adopt(_ other: String, line: Int?, field: String) throws(StatementError) {
        if currency.isEmpty { currency = balances.first?.amount.currency ?? other }
        guard other != currency else { return }
        throw source.refusal(
            .value, line: line, field: field, value: other,
            Text("n’est pas la monnaie du compte, \(currency)", "is not the currency of the account, \(currency)"),
            accepted: Text(currency, currency))
    }

    /// The statement, once its element has ended.
    mutating func finished() throws(StatementError) -> BankStatement {
        guard let account = parts["Acct"] else { throw source.missing("Acct", Text("le compte", "the account")) }
        let pagination = parts["StmtPgntn"] ?? parts["RptPgntn"] ?? parts["NtfctnPgntn"]
        let page = FieldText.number(pagination?.text("PgNb") ?? "").map { Int(clamping: min($0, 99_999)) } ?? 1
        let isLastPage = pagination?.text("LastPgInd") != "false"
        let booked = try bookedBalances(page: page, isLastPage: isLastPage)
        for balance in [booked.opening, booked.closing] {
            guard let balance else { continue }
            try adopt(balance.amount.currency, line: balance.line, field: "Bal/Amt/@Ccy")
        }
        var statement = BankStatement(
            kind: message.kind, format: message.name, account: self.account(account),
            identification: parts["Id"]?.text ?? "", entries: entries)
        statement.number = FieldText.number(parts["ElctrncSeqNb"]?.text ?? parts["LglSeqNb"]?.text ?? "")
        statement.pendingCount = pendingCount
        let days = entries.map { $0.bookingDate }
        statement.from = try day("FrDtTm", "FrDt") ?? days.min() ?? booked.closing?.day
        statement.through = try day("ToDtTm", "ToDt") ?? booked.closing?.day ?? days.max()
        statement.openingMinor = booked.opening?.signedMinor
        statement.closingMinor = booked.closing?.signedMinor
        (statement.page, statement.isLastPage) = (page, isLastPage)
        if let summary = parts["TxsSummry"], statement.page == 1, statement.isLastPage {
            try totals.check(summary, exponent: StatementAmount.exponent(of: currency), source)
        }
        return statement
    }

    private func account(_ element: MarkupElement) -> StatementAccount {
        let agent = element["Svcr", "FinInstnId"]
        let names = [
            agent?.text("ClrSysMmbId", "MmbId"), agent?.text("BICFI"), agent?.text("BIC"), agent?.text("Othr", "Id"),
        ]
        let iban = element.text("Id", "IBAN")
        return StatementAccount(
            institution: names.lazy.compactMap { $0 }.first { !$0.isEmpty } ?? "",
            number: iban.isEmpty ? element.text("Id", "Othr", "Id") : iban, currency: currency)
    }

    private func day(_ time: String, _ date: String) throws(StatementError) -> CivilDate? {
        guard let period = parts["FrToDt"], let element = period[time] ?? period[date] else { return nil }
        return try source.day(iso: element.text, field: "FrToDt/\(element.name)", line: element.line)
    }

    /// Opening: OPBD, else the previous day's closing (PRCD), else the first intermediate; closing: CLBD, else the last intermediate.
    ///
    /// A page that is not the first may repeat the statement's opening balance, one that is not the last its closing: intermediates (ITBD, or a balance
    /// of the sub-type INTM) are the page's own.
    private func bookedBalances(
        page: Int, isLastPage: Bool
    ) throws(StatementError) -> (opening: CamtBalance?, closing: CamtBalance?) {
        let intermediates = balances.filter { $0.type == "ITBD" }
        func first(_ type: String) -> CamtBalance? { balances.first { $0.type == type } }
        var opening = first("OPBD") ?? first("PRCD")
        var closing = balances.last { $0.type == "CLBD" }
        if page > 1, let own = balances.first(where: { $0.type == "OPBD" && $0.isIntermediate }) ?? intermediates.first
        {
            opening = own
        } else if opening == nil, let own = intermediates.first, closing != nil || intermediates.count > 1 {
            opening = own
        }
        if !isLastPage, let own = balances.last(where: { $0.type == "CLBD" && $0.isIntermediate }) ?? intermediates.last
        {
            closing = own
        } else if closing == nil, let own = intermediates.last, opening != nil || intermediates.count == 1 {
            closing = own
        }
        guard message.kind == .statement else { return (opening, closing) }
        guard opening != nil, closing != nil else {
            throw source.missing(
                "Bal", Text("les soldes OPBD (ou PRCD) et CLBD", "the balances OPBD (or PRCD) and CLBD"))
        }
        return (opening, closing)
    }
}

/// One balance.
struct CamtBalance {
    /// "OPBD", "CLBD"…
    let type: String
    let amount: CamtAmount
    let signedMinor: Int64
    /// Of a page, not of the statement.
    let isIntermediate: Bool
    let day: CivilDate?
    let line: Int?

    /// Nil for balances that are not of booked entries: available, forward, information.
    init?(_ element: MarkupElement, _ source: StatementSource) throws(StatementError) {
        type = element.text("Tp", "CdOrPrtry", "Cd")
        guard ["OPBD", "CLBD", "PRCD", "ITBD"].contains(type) else { return nil }
        line = element.line
        isIntermediate = element.text("Tp", "SubTp", "Cd") == "INTM"
        guard let given = element["Amt"] else {
            throw source.missing("Bal/Amt", line: line, Text("le montant", "the amount"))
        }
        amount = try source.amount(given, field: "Bal/Amt")
        guard let sign = try source.sign(element["CdtDbtInd"], field: "Bal/CdtDbtInd") else {
            throw source.missing("Bal/CdtDbtInd", line: line, Text("CRDT ou DBIT", "CRDT or DBIT"))
        }
        signedMinor = sign * amount.minor
        day = try source.day(element["Dt"], field: "Bal/Dt", line: line)
    }
}
