import Accounting
import Commerce
import Ledger

/// Rows that a person, a program or a spreadsheet reads: one description for the three formats.
struct Listing {
    struct Column {
        let key: String
        let title: Text
        var isNumber = false
        /// Programs get it, tables leave it out.
        var isHidden = false
    }

    let columns: [Column]
    /// As JSON and CSV have them, in the columns' order.
    var rows: [[JSON]] = []
    /// As a table shows them, where that differs.
    var shown: [[String]?] = []
    /// A last row of sums, for tables.
    var total: [String]?
    /// The first so many columns are names: a table stands in the order in which a person looks for them, whatever that of the rows.
    var nameColumns = 0
    /// What a table without rows says.
    var nothing = Text("Rien à montrer.", "Nothing to show.")

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ row: [JSON], shown: [String]? = nil) {
        rows.append(row)
        self.shown.append(shown)
    }

    var json: JSON {
        .array(rows.map { row in .object(zip(columns, row).map { ($0.key, $1) }) })
    }

    var csv: String {
        var out = columns.map { Self.quoted($0.key) }.joined(separator: ",") + "\r\n"
        for row in rows { out += row.map { Self.quoted($0.cell) }.joined(separator: ",") + "\r\n" }
        return out
    }

    private static func quoted(_ cell: String) -> String {
        // A leading formula sign would run in a spreadsheet.
        let isFormula = cell.utf8.first.map { [0x3D, 0x2B, 0x40].contains($0) } ?? false
        let safe = isFormula ? "'" + cell : cell
        guard safe.contains(where: { "\",\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A table of at most `width` columns: what consists of several words gives way first, the widest column before the others; names,
    /// dates and amounts only where nothing else is left.
    func table(_ language: Language, width: Int = 80) -> String {
        guard !rows.isEmpty else { return nothing(language) + "\n" }
        let visible = columns.indices.filter { !columns[$0].isHidden }
        var lines: [[String]] = [visible.map { columns[$0].title(language) }]
        for row in order { lines.append(shown[row] ?? visible.map { rows[row][$0].cell }) }
        if let total { lines.append(total) }
        var widths = visible.indices.map { column in lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let whole = visible.indices.map { column in
            max(Self.wordsMin, lines.map { column < $0.count ? Self.unbroken($0[column]) : 0 }.max() ?? 0)
        }
        let gaps = 2 * max(0, visible.count - 1)
        for leasts in [whole, visible.map { _ in Self.wordsMin }] {
            while widths.reduce(gaps, +) > width {
                guard
                    let widest = visible.indices.filter({
                        !columns[visible[$0]].isNumber && widths[$0] > leasts[$0]
                    }).max(by: { widths[$0] < widths[$1] })
                else { break }
                widths[widest] -= 1
            }
        }
        var out = ""
        for (index, line) in lines.enumerated() {
            if total != nil, index == lines.count - 1 { out += rule(widths) }
            var text = ""
            for (column, cell) in line.enumerated() where column < widths.count {
                let cut = Self.cut(cell, to: widths[column])
                let pad = String(repeating: " ", count: max(0, widths[column] - cut.count))
                text += (column > 0 ? "  " : "") + (columns[visible[column]].isNumber ? pad + cut : cut + pad)
            }
            while text.last == " " { text.removeLast() }
            out += text + "\n"
            if index == 0 { out += rule(widths) }
        }
        return out
    }

    /// The rows as a table has them.
    private var order: [Int] {
        guard nameColumns > 0 else { return Array(rows.indices) }
        let names = rows.map { $0.prefix(nameColumns).map { NameOrder($0.cell) } }
        return rows.indices.sorted { a, b in
            for (x, y) in zip(names[a], names[b]) where x != y { return x < y }
            return a < b
        }
    }

    /// No column of words becomes narrower.
    private static let wordsMin = 8
    private static let nameMax = 20

    /// The columns that a cell needs to be read at all: a name, a date or an amount all of its own, words fewer.
    private static func unbroken(_ cell: String) -> Int {
        cell.contains(" ") || cell.count > nameMax ? 0 : cell.count
    }

    private func rule(_ widths: [Int]) -> String {
        widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
    }

    private static func cut(_ cell: String, to width: Int) -> String {
        guard cell.count > width, width > 3 else { return cell }
        let tail = (width - 1) / 2
        return String(cell.prefix(width - 1 - tail)) + "…" + String(cell.suffix(tail))
    }
}

/// Amounts as people read them: 1 234,56 in French, 1,234.56 in English.
func shown(_ minor: Int64, _ currency: Currency, _ language: Language) -> String {
    shown(decimal: DecimalText.format(minor: minor, currency: currency), language)
}

/// A decimal text ("-1234.5") with grouped digits and the language's decimal mark.
func shown(decimal plain: String, _ language: Language) -> String {
    let isNegative = plain.hasPrefix("-")
    let parts = (isNegative ? plain.dropFirst() : plain[...]).split(separator: ".")
    let digits = Array(String(parts.first ?? "0"))
    var grouped = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { grouped += language == .french ? "\u{202F}" : "," }
        grouped.append(digit)
    }
    let decimals = parts.count > 1 ? (language == .french ? "," : ".") + parts[1] : ""
    return (isNegative ? (language == .french ? "−" : "-") : "") + grouped + decimals
}
