import Accounting
import Commerce

/// An account of a group while it is read: balances and totals of 03, details of 16.
struct BAI2Account {
    let source: StatementSource
    var control = BAI2Control()
    private let group: BAI2Group
    private let number: String
    private let currencyCode: String
    private let currency: Currency
    private let line: Int
    private var balances: [String: Int64] = [:]
    /// Totals of credits (100) and debits (400), with their counts where they are given.
    private var totals: [(code: String, minor: Int64, count: UInt64?)] = []
    private var entries: [StatementEntry] = []

    /// 03: account, currency, then type, amount, count, funds, again and again.
    init(_ record: BAI2Record, _ group: BAI2Group, _ source: StatementSource) throws(StatementError) {
        self.source = source
        self.group = group
        self.line = record.line
        control.records = record.count
        let fields = record.fields.map { FieldText.clean($0) }
        number = fields.first ?? ""
        guard !number.isEmpty else { throw source.missing("03", line: record.line, Text("le compte", "the account")) }
        let given = fields.count > 1 ? fields[1] : ""
        // The standard's own default is the dollar of the United States.
        currencyCode = !given.isEmpty ? given : group.currency.isEmpty ? "USD" : group.currency
        currency = try source.currency(currencyCode, line: record.line, field: "03/currency")
        var at = 2
        while at < fields.count {
            let code = fields[at]
            let amount = at + 1 < fields.count ? fields[at + 1] : ""
            let count = at + 2 < fields.count ? fields[at + 2] : ""
            var end = at + 3
            _ = try BAI2Funds(fields, at: &end, line: record.line, source)
            at = end
            guard !code.isEmpty, !amount.isEmpty else { continue }
            let minor = try source.amount(amount, exponent: 0, line: record.line, field: "03/\(code)", isSigned: true)
            control.minor = try source.sum(control.minor, minor, line: record.line, field: "03")
            if code == "100" || code == "400" { totals.append((code, minor, FieldText.number(count))) }
            if code == "010" || code == "015" { balances[code] = minor }
        }
    }

    /// 16: type, amount, funds, the bank's reference, ours, text.
    mutating func add(_ record: BAI2Record) throws(StatementError) {
        control.records += record.count
        let fields = record.fields
        let code = fields.first.map { FieldText.clean($0) } ?? ""
        let amount = fields.count > 1 ? FieldText.clean(fields[1]) : ""
        let minor =
            amount.isEmpty
            ? 0 : try source.amount(amount, exponent: 0, line: record.line, field: "16/amount", isSigned: true)
        control.minor = try source.sum(control.minor, minor, line: record.line, field: "16/amount")
        // 890 tells something and moves nothing.
        if code == "890" { return }
        let sign = try Self.sign(code, record.line, source)
        var at = 2
        let funds = try BAI2Funds(fields, at: &at, line: record.line, source)
        func field(_ index: Int) -> String { index < fields.count ? FieldText.clean(fields[index]) : "" }
        // The text is the last field: its commas are its own.
        let text = at + 2 < fields.count ? fields[(at + 2)...].joined(separator: ",") : ""
        entries.append(
            StatementEntry(
                reference: field(at), bookingDate: group.day, valueDate: funds.valueDate ?? group.day,
                amountMinor: sign * minor, code: code, endToEnd: field(at + 1), text: FieldText.clean(text)))
    }

    /// Credits are 100 to 399 and 920 to 959, debits 400 to 699 and 960 to 999.
    private static func sign(_ code: String, _ line: Int, _ source: StatementSource) throws(StatementError) -> Int64 {
        switch code.utf8.count == 3 ? FieldText.digits(code, 0, 3) : nil {
        case .some(100...399), .some(920...959): return 1
        case .some(400...699), .some(960...999): return -1
        default:
            throw source.refusal(
                .value, line: line, field: "16/type", value: code,
                Text("n’est pas un type de mouvement", "is not a type of movement"),
                accepted: Text(
                    "100 à 399 pour un crédit, 400 à 699 pour un débit",
                    "100 to 399 for a credit, 400 to 699 for a debit"))
        }
    }

    /// The statement, once its record 49 has come.
    func finished() throws(StatementError) -> BankStatement {
        try checkTotals()
        var statement = BankStatement(
            kind: group.kind, format: "BAI2",
            account: StatementAccount(institution: group.institution, number: number, currency: currencyCode),
            identification: group.day.text, from: group.day, through: group.day, entries: entries)
        statement.openingMinor = balances["010"]
        statement.closingMinor = balances["015"]
        return statement
    }

    /// Totals of credits and debits, where the institution gives details at all.
    private func checkTotals() throws(StatementError) {
        guard source.reading.checksTotals, !entries.isEmpty else { return }
        for (code, said, count) in totals {
            var minor: Int64 = 0
            var found: UInt64 = 0
            for entry in entries where (entry.amountMinor < 0) == (code == "400") {
                minor = try source.sum(minor, abs(entry.amountMinor), line: line, field: "03/\(code)")
                found += 1
            }
            let sum = StatementAmount.text(minor, exponent: currency.exponent)
            guard said.magnitude == minor.magnitude else {
                throw source.refusal(
                    .total, line: line, field: "03/\(code)", value: "\(said)",
                    Text(
                        "n’est pas le total des mouvements, \(sum.french)",
                        "is not the total of the movements, \(sum.english)"),
                    accepted: Text("\(minor)", "\(minor)"))
            }
            guard count == nil || count == found else {
                throw source.refusal(
                    .total, line: line, field: "03/\(code)", value: "\(count ?? 0)",
                    Text("n’est pas le nombre des mouvements, \(found)", "is not the number of movements, \(found)"),
                    accepted: Text("\(found)", "\(found)"))
            }
        }
    }
}

/// When the money can be used: nothing, Z, 0, 1, 2; V with day and hour; S with three amounts; D with days and amounts.
struct BAI2Funds {
    /// Only V names a day.
    private(set) var valueDate: CivilDate?

    /// Reads the funds type at `at`, which moves behind it.
    init(_ fields: [String], at: inout Int, line: Int, _ source: StatementSource) throws(StatementError) {
        guard at < fields.count else { return }
        let type = FieldText.clean(fields[at])
        at += 1
        switch type {
        case "", "Z", "0", "1", "2": break
        case "V":
            let day = at < fields.count ? FieldText.clean(fields[at]) : ""
            if !day.isEmpty { valueDate = try source.day(sixDigits: day, line: line, field: "V") }
            at += 2
        case "S": at += 3
        case "D":
            let count = at < fields.count ? FieldText.number(FieldText.clean(fields[at])) : nil
            guard let count, count <= 99 else { throw refusal(type, line, source) }
            at += 1 + 2 * Int(count)
        default: throw refusal(type, line, source)
        }
    }

    private func refusal(_ type: String, _ line: Int, _ source: StatementSource) -> StatementError {
        source.refusal(
            .value, line: line, field: "funds", value: type,
            Text("n’est pas un type de fonds", "is not a funds type"),
            accepted: Text("Z, 0, 1, 2, V, S, D ou rien", "Z, 0, 1, 2, V, S, D or nothing"))
    }
}
