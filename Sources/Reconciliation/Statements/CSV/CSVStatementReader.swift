import Accounting
import Commerce

/// Reads a CSV by a mapping: one statement for each account, in the order in which the accounts first come.
///
/// With a balance column the opening balance is the first balance less the first amount, and every row must continue the one before; without it both balances are nil.
struct CSVStatementReader {
    private let mapping: CSVMapping
    private let source: StatementSource
    private let currency: Currency
    private var rows: CSVRows
    private var columns: [CSVMapping.Role: [Int]] = [:]
    private var statements: [BankStatement] = []
    private var indices: [String: Int] = [:]
    private var balances: [Int64?] = []

    /// Reads UTF-8.
    init(_ bytes: [UInt8], _ mapping: CSVMapping, _ source: StatementSource) throws(StatementError) {
        self.mapping = mapping
        self.source = source
        self.currency = try source.currency(mapping.currency, field: "currency")
        self.rows = CSVRows(bytes, delimiter: mapping.delimiter, source)
    }

    /// A statement for each account.
    mutating func read() throws(StatementError) -> [BankStatement] {
        try readHeader()
        var count = 0
        while let fields = try rows.next() {
            if fields.allSatisfy({ $0.isEmpty }) { continue }
            count += 1
            guard count <= source.limits.entriesMax else {
                throw source.tooMany(Text("écritures", "entries"), max: source.limits.entriesMax, line: rows.line)
            }
            try add(fields)
        }
        for index in statements.indices {
            let days = statements[index].entries.map { $0.bookingDate }
            statements[index].from = days.min()
            statements[index].through = days.max()
            statements[index].identification = [days.min(), days.max()].compactMap { $0?.text }.joined(separator: "/")
        }
        guard !statements.isEmpty else {
            throw source.missing("CSV", Text("au moins une écriture", "at least one entry"))
        }
        return statements
    }

    private mutating func readHeader() throws(StatementError) {
        var names: [String] = []
        for row in 0..<mapping.headerRows {
            let fields = try rows.next() ?? []
            if row == 0 { names = fields }
        }
        for (role, given) in mapping.columns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            var found: [Int] = []
            for column in given {
                switch column {
                case .number(let number): found.append(number &- 1)
                case .name(let name):
                    guard let index = names.firstIndex(of: name) else {
                        throw source.refusal(
                            .value, line: 1, field: role.rawValue, value: name,
                            Text("n’est pas une colonne du fichier", "is not a column of the file"),
                            accepted: Text(
                                StatementError.quoted(names.joined(separator: ", ")),
                                StatementError.quoted(names.joined(separator: ", "))))
                    }
                    found.append(index)
                }
            }
            columns[role] = found
        }
    }

    private func value(_ role: CSVMapping.Role, _ fields: [String]) -> String {
        let indices = columns[role] ?? []
        guard indices.count != 1 else { return fields.indices.contains(indices[0]) ? fields[indices[0]] : "" }
        return FieldText.joined(indices.map { fields.indices.contains($0) ? fields[$0] : "" })
    }

    private mutating func add(_ fields: [String]) throws(StatementError) {
        let booking = try day(value(.date, fields), "date")
        let given = value(.valueDate, fields)
        var entry = StatementEntry(
            reference: value(.reference, fields), bookingDate: booking,
            valueDate: given.isEmpty ? booking : try day(given, "value-date"), amountMinor: try amount(fields))
        entry.code = value(.code, fields)
        entry.endToEnd = value(.endToEnd, fields)
        entry.batch = value(.batch, fields)
        entry.returnCode = value(.returnCode, fields)
        entry.counterparty = value(.counterparty, fields)
        entry.text = value(.description, fields)
        let number = columns[.account] == nil ? mapping.account : value(.account, fields)
        guard !number.isEmpty else {
            throw source.missing("account-column", line: rows.line, Text("le compte", "the account"))
        }
        let index = try statement(number)
        try follow(value(.balance, fields), entry.amountMinor, index)
        statements[index].entries.append(entry)
    }

    private mutating func statement(_ number: String) throws(StatementError) -> Int {
        if let index = indices[number] { return index }
        guard statements.count < source.limits.statementsMax else {
            throw source.tooMany(Text("relevés", "statements"), max: source.limits.statementsMax)
        }
        indices[number] = statements.count
        balances.append(nil)
        statements.append(
            BankStatement(
                kind: .statement, format: "CSV",
                account: StatementAccount(
                    institution: mapping.institution, number: number, currency: mapping.currency),
                identification: "", entries: []))
        return statements.count - 1
    }

    /// Checks a balance against that of the row before it in time, and keeps the first and the last.
    private mutating func follow(_ text: String, _ amount: Int64, _ index: Int) throws(StatementError) {
        guard columns[.balance] != nil else { return }
        let balance = try decimal(text, "balance")
        let before = try source.difference(balance, amount, line: rows.line, field: "balance")
        let expected = mapping.isNewestFirst ? balance : before
        if let known = balances[index], known != expected, source.reading.checksTotals {
            let (k, b, a) = (figure(known), figure(balance), figure(amount))
            throw source.refusal(
                .total, line: rows.line, field: "balance", value: b.french,
                Text(
                    "(montant \(a.french)) ne suit pas le solde \(k.french) de la ligne d’à côté",
                    "(amount \(a.english)) does not continue the balance \(k.english) of the row beside it"),
                accepted: Text("des soldes qui se suivent", "balances that continue"))
        }
        balances[index] = mapping.isNewestFirst ? before : balance
        if statements[index].entries.isEmpty {
            statements[index].openingMinor = before
            statements[index].closingMinor = balance
        } else if mapping.isNewestFirst {
            statements[index].openingMinor = before
        } else {
            statements[index].closingMinor = balance
        }
    }

    private func figure(_ minor: Int64) -> Text { StatementAmount.text(minor, exponent: currency.exponent) }

    private func amount(_ fields: [String]) throws(StatementError) -> Int64 {
        if columns[.amount] != nil {
            let minor = try decimal(value(.amount, fields), "amount")
            return mapping.isInverted ? -minor : minor
        }
        let (debit, credit) = (value(.debit, fields), value(.credit, fields))
        guard debit.isEmpty != credit.isEmpty else {
            // Some fill the other column with zero.
            let (d, c) = (try decimal(debit, "debit"), try decimal(credit, "credit"))
            guard d == 0 || c == 0 else {
                throw source.refusal(
                    .value, line: rows.line, field: "debit", value: debit,
                    Text("et un crédit sur la même ligne", "and a credit on one row"),
                    accepted: Text("l’un ou l’autre", "one or the other"))
            }
            return c - abs(d)
        }
        return debit.isEmpty ? try decimal(credit, "credit") : -abs(try decimal(debit, "debit"))
    }

    /// An amount with the mapping's decimal sign; spaces, apostrophes and the other sign part thousands.
    private func decimal(_ text: String, _ field: String) throws(StatementError) -> Int64 {
        var digits: [UInt8] = []
        var isInParentheses = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\u{A0}", "\u{202F}", "'", "’", "$": continue
            case "(" where digits.isEmpty: isInParentheses = true
            case ")" where isInParentheses: continue
            case "\u{2212}": digits.append(0x2D)
            default:
                let other: UInt8 = mapping.decimal == 0x2C ? 0x2E : 0x2C
                guard scalar.isASCII else { digits.append(0x3F); continue }
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                if byte == other {
                    guard digits.contains(where: { $0 != 0x2D }), !digits.contains(mapping.decimal) else {
                        digits.append(0x3F)
                        continue
                    }
                } else {
                    digits.append(byte)
                }
            }
        }
        let clean = String(decoding: digits, as: UTF8.self)
        let minor = try source.amount(
            clean.contains("?") ? text : clean, exponent: currency.exponent, line: rows.line, field: field,
            isSigned: true)
        return isInParentheses ? -minor : minor
    }

    /// A day of the mapping's form.
    private func day(_ text: String, _ field: String) throws(StatementError) -> CivilDate {
        var parts: [Character: Int] = [:]
        var widths: [Character: Int] = [:]
        var isRight = text.unicodeScalars.count == mapping.dateFormat.unicodeScalars.count
        for (form, scalar) in zip(mapping.dateFormat, text.unicodeScalars) {
            if form == "Y" || form == "M" || form == "D" {
                guard (0x30...0x39).contains(scalar.value) else {
                    isRight = false
                    break
                }
                widths[form, default: 0] += 1
                guard widths[form, default: 0] <= 4 else { break }
                parts[form] = parts[form, default: 0] * 10 + Int(scalar.value) - 0x30
            } else if form.unicodeScalars.first != scalar {
                isRight = false
            }
        }
        let year = parts["Y"].map { widths["Y"] == 2 ? ($0 < 80 ? 2000 + $0 : 1900 + $0) : $0 }
        return try source.day(
            isRight ? year : nil, parts["M"], parts["D"], line: rows.line, field: field, value: text,
            form: mapping.dateFormat)
    }
}
