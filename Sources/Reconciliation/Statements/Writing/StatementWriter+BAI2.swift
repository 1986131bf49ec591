import Accounting
import Commerce

extension StatementWriter {
    /// BAI2 in UTF-8: a group for each day that has entries, with its balances, totals and counts.
    package static func bai2(_ statements: [BankStatement]) throws(StatementError) -> [UInt8] {
        var lines: [String] = []
        var total: Int64 = 0
        var groups = 0
        let first = statements.first
        let made = statements.compactMap { $0.through }.max() ?? .first
        let sender = try field(first?.account.institution ?? "", "02")
        lines.append("01,\(sender),GRANDLIVRE,\(compact(made).dropFirst(2)),2359,1,,,2/")
        for statement in statements {
            for day in try days(statement) {
                let start = lines.count
                let sum = try group(statement, day, &lines)
                total = try added(total, sum)
                groups += 1
                lines.append("98,\(sum),1,\(lines.count - start + 1)/")
            }
        }
        lines.append("99,\(total),\(groups),\(lines.count + 1)/")
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private struct Day {
        let date: CivilDate
        var opening: Int64?
        var entries: [StatementEntry]
        var closing: Int64?
    }

    /// The statement's days in their order, each with the balances around it.
    private static func days(_ statement: BankStatement) throws(StatementError) -> [Day] {
        var days: [CivilDate: [StatementEntry]] = [:]
        for entry in statement.entries { days[entry.bookingDate, default: []].append(entry) }
        if days.isEmpty {
            let through = try required(statement.through, "through", format: "BAI2")
            return [Day(date: through, opening: statement.openingMinor, entries: [], closing: statement.closingMinor)]
        }
        var result: [Day] = []
        var balance = statement.openingMinor
        for date in days.keys.sorted() {
            var day = Day(date: date, opening: balance, entries: days[date] ?? [], closing: nil)
            if var sum = balance {
                for entry in day.entries { sum = try added(sum, entry.amountMinor) }
                day.closing = sum
                balance = sum
            }
            result.append(day)
        }
        return result
    }

    private static func added(_ a: Int64, _ b: Int64) throws(StatementError) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        guard !overflow else {
            throw refusal(
                "BAI2", field: "49", value: "", Text("la somme est trop grande", "the sum is too large"),
                accepted: Text("64 bits", "64 bits"))
        }
        return sum
    }

    /// A group of one account; the sum of all its amounts.
    private static func group(_ statement: BankStatement, _ day: Day, _ lines: inout [String]) throws(StatementError)
        -> Int64
    {
        let account = statement.account
        let modifier = statement.kind == .intraday ? "4" : "2"
        let institution = try field(account.institution, "02")
        lines.append(
            "02,GRANDLIVRE,\(institution),1,\(compact(day.date).dropFirst(2)),2359,\(account.currency),\(modifier)/")
        let start = lines.count
        var credits = (sum: Int64(0), count: 0)
        var debits = (sum: Int64(0), count: 0)
        for entry in day.entries {
            guard entry.amountMinor != .min else {
                throw refusal(
                    "BAI2", field: "16", value: "", Text("est trop grand", "is too large"),
                    accepted: Text("64 bits", "64 bits"))
            }
            if entry.amountMinor < 0 {
                debits = (try added(debits.sum, -entry.amountMinor), debits.count + 1)
            } else {
                credits = (try added(credits.sum, entry.amountMinor), credits.count + 1)
            }
        }
        var total: Int64 = 0
        var line = "03,\(try field(account.number, "03")),\(account.currency)"
        for (code, minor, count) in [
            ("010", day.opening, ""), ("015", day.closing, ""), ("100", Optional(credits.sum), "\(credits.count)"),
            ("400", Optional(debits.sum), "\(debits.count)"),
        ] {
            guard let minor else { continue }
            line += ",\(code),\(minor),\(count),"
            total = try added(total, minor)
        }
        lines.append(line + "/")
        for entry in day.entries {
            total = try added(total, abs(entry.amountMinor))
            try detail(entry, &lines)
        }
        lines.append("49,\(total),\(lines.count - start + 1)/")
        return total
    }

    private static func detail(_ entry: StatementEntry, _ lines: inout [String]) throws(StatementError) {
        let wanted: ClosedRange<Int> = entry.amountMinor < 0 ? 400...699 : 100...399
        let isType =
            entry.code.utf8.count == 3 && FieldText.digits(entry.code, 0, 3).map { wanted.contains($0) } ?? false
        let code = isType ? entry.code : entry.amountMinor < 0 ? "699" : "399"
        let funds = entry.valueDate == entry.bookingDate ? "Z" : "V,\(compact(entry.valueDate).dropFirst(2)),"
        let head =
            "16,\(code),\(abs(entry.amountMinor)),\(funds),\(try field(entry.reference, "16")),\(try field(entry.endToEnd, "16")),"
        // A slash before the end of a line, or spaces and digits behind it, could begin a record.
        let text = entry.text.map { $0 == "/" ? "-" : $0 }
        var pieces = CamtWriter.pieces(String(text), 70)
        lines.append(head + (pieces.isEmpty ? "" : pieces.removeFirst()) + "/")
        for piece in pieces { lines.append("88,\(piece)/") }
    }

    /// A field that may hold neither comma nor slash.
    private static func field(_ text: String, _ record: String) throws(StatementError) -> String {
        guard !text.contains(","), !text.contains("/") else {
            throw refusal(
                "BAI2", field: record, value: text, Text("contient « , » ou « / »", "holds \",\" or \"/\""),
                accepted: Text("un champ sans l’un ni l’autre", "a field without either"))
        }
        return text
    }
}
