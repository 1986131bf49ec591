import Accounting
import Commerce

extension StatementWriter {
    /// A CSV with the columns of `mapping`, in its encoding (UTF-8 where it names none).
    package static func csv(_ statements: [BankStatement], mapping: CSVMapping) throws(StatementError) -> [UInt8] {
        let columns = try places(mapping)
        let width = (columns.map { $0.place }.max() ?? 0) + 1
        var rows: [[String]] = []
        for row in 0..<mapping.headerRows {
            var header = [String](repeating: "", count: width)
            if row == 0 { for column in columns { header[column.place] = column.name } }
            // An empty line would not count as a row.
            if row > 0 { header[0] = "-" }
            rows.append(header)
        }
        for statement in statements {
            let currency = try currency(statement, format: "CSV")
            var balance = statement.openingMinor ?? 0
            var body: [[String]] = []
            for entry in statement.entries {
                balance = balance.addingReportingOverflow(entry.amountMinor).partialValue
                var row = [String](repeating: "", count: width)
                for (role, place, _) in columns {
                    row[place] = value(role, entry, statement, balance, currency, mapping)
                }
                body.append(row)
            }
            rows += mapping.isNewestFirst ? body.reversed() : body
        }
        let delimiter = String(UnicodeScalar(mapping.delimiter))
        let text = rows.map { $0.map { quoted($0, mapping.delimiter) }.joined(separator: delimiter) + "\r\n" }.joined()
        return try encoded(text, mapping.encoding ?? .utf8, format: "CSV")
    }

    /// Where each role's first column stands: by number, or named ones in the free places in the order of the roles.
    private static func places(
        _ mapping: CSVMapping
    ) throws(StatementError) -> [(role: CSVMapping.Role, place: Int, name: String)] {
        var result: [(role: CSVMapping.Role, place: Int, name: String)] = []
        var taken: Set<Int> = []
        for role in CSVMapping.Role.allCases {
            guard case .number(let number)? = mapping.columns[role]?.first, (1...1000).contains(number) else {
                continue
            }
            result.append((role, number - 1, role.rawValue))
            taken.insert(number - 1)
        }
        var next = 0
        for role in CSVMapping.Role.allCases {
            guard case .name(let name)? = mapping.columns[role]?.first else { continue }
            while taken.contains(next) { next += 1 }
            taken.insert(next)
            result.append((role, next, name))
        }
        return result
    }

    private static func value(
        _ role: CSVMapping.Role, _ entry: StatementEntry, _ statement: BankStatement, _ balance: Int64,
        _ currency: Currency, _ mapping: CSVMapping
    ) -> String {
        func decimal(_ minor: Int64) -> String {
            let text = DecimalText.format(minor: minor, currency: currency)
            return mapping.decimal == 0x2C ? String(text.map { $0 == "." ? "," : $0 }) : text
        }
        switch role {
        case .date: return day(entry.bookingDate, mapping.dateFormat)
        case .valueDate: return day(entry.valueDate, mapping.dateFormat)
        case .amount: return decimal(mapping.isInverted ? 0 &- entry.amountMinor : entry.amountMinor)
        case .debit: return entry.amountMinor < 0 ? decimal(0 &- entry.amountMinor) : ""
        case .credit: return entry.amountMinor < 0 ? "" : decimal(entry.amountMinor)
        case .balance: return decimal(balance)
        case .description: return entry.text
        case .reference: return entry.reference
        case .counterparty: return entry.counterparty
        case .code: return entry.code
        case .batch: return entry.batch
        case .endToEnd: return entry.endToEnd
        case .returnCode: return entry.returnCode
        case .account: return statement.account.number
        }
    }

    private static func day(_ day: CivilDate, _ form: String) -> String {
        let (year, month, dayOfMonth) = day.components
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = "\(value)"
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text = ""
        var rest = form[...]
        while let first = rest.first {
            let count = rest.prefix { $0 == first }.count
            switch first {
            case "Y": text += count >= 4 ? padded(year, 4) : padded(year % 100, 2)
            case "M": text += padded(month, count)
            case "D": text += padded(dayOfMonth, count)
            default: text += rest.prefix(count)
            }
            rest = rest.dropFirst(count)
        }
        return text
    }

    private static func quoted(_ text: String, _ delimiter: UInt8) -> String {
        guard text.utf8.contains(where: { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            return text
        }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
