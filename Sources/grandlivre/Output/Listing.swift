import Accounting
import Commerce
import Interchange
import Ledger

/// Rows that a person, a program or a spreadsheet reads: one description for the three formats.
struct Listing {
    struct Column {
        let key: String
        let title: Text
        var isNumber = false
        /// Programs get it, tables leave it out.
        var isHidden = false
        /// A table that is too wide leaves it out, the last of such columns first.
        var isOptional = false
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
    /// At most so many rows are given, the first in the order of the format; a table says that there are more.
    var limit = Int.max
    /// Where a file has all rows: how many of them a table shows, and the file.
    var elsewhere: (rows: Int, file: String)?
    /// What a table without rows says.
    var nothing = Text("Rien à montrer.", "Nothing to show.")

    init(_ columns: [Column]) { self.columns = columns }

    /// The last column of lists that may go over several books.
    static func bookColumn(_ books: [Book]) -> Column {
        Column(key: "book", title: Text("Livre", "Book"), isHidden: books.count < 2)
    }

    mutating func add(_ row: [JSON], shown: [String]? = nil) {
        rows.append(row)
        self.shown.append(shown)
    }

    var json: JSON {
        .array(rows.prefix(limit).map { row in .object(zip(columns, row).map { ($0.key, $1) }) })
    }

    var csv: String {
        rows.prefix(limit).reduce(into: ExportText.csv(columns.map(\.key))) { $0 += ExportText.csv($1.map(\.cell)) }
    }

    /// A table of at most `width` columns: texts go on in the next line, between two words; optional columns give way; dates, amounts and ids stay whole.
    func table(_ language: Language, width: Int = 80) -> String {
        guard !rows.isEmpty else { return nothing(language) + "\n" }
        let all = columns.indices.filter { !columns[$0].isHidden }
        var lines: [[String]] = [all.map { columns[$0].title(language) }]
        for row in order.prefix(min(limit, elsewhere?.rows ?? .max)) {
            lines.append(shown[row] ?? all.map { rows[row][$0].cell })
        }
        if let total { lines.append(total) }
        // A cell is one line, as wide as it looks.
        lines = lines.map { $0.map { printable($0, keepingLines: false) } }
        for at in lines.indices where lines[at].count < all.count {
            lines[at] += Array(repeating: "", count: all.count - lines[at].count)
        }
        var visible = Array(all.indices)
        var widths = fit(lines, visible, all, width, whole: 24)
        while widths == nil, let optional = visible.last(where: { columns[all[$0]].isOptional }) {
            visible.removeAll { $0 == optional }
            widths = fit(lines, visible, all, width, whole: 24)
        }
        let fitted = widths ?? fit(lines, visible, all, width, whole: 0) ?? narrowed(lines, visible, all, width)
        var out = ""
        for (index, line) in lines.enumerated() {
            if total != nil, index == lines.count - 1 { out += rule(fitted) }
            let cells = zip(visible, fitted).map { TextWrap.lines(line[$0], width: $1) }
            for part in 0..<(cells.map(\.count).max() ?? 0) {
                var text = ""
                for (place, cell) in cells.enumerated() {
                    let piece = part < cell.count ? cell[part] : ""
                    let pad = String(repeating: " ", count: max(0, fitted[place] - piece.count))
                    text +=
                        (place > 0 ? "  " : "") + (columns[all[visible[place]]].isNumber ? pad + piece : piece + pad)
                }
                while text.last == " " { text.removeLast() }
                out += text + "\n"
            }
            if index == 0 { out += rule(fitted) }
        }
        if let elsewhere, rows.count > elsewhere.rows {
            let more = Ledger.shown(count: rows.count - elsewhere.rows, language)
            out +=
                Text("… et \(more) autres : \(elsewhere.file)", "… and \(more) more: \(elsewhere.file)")(language)
                + "\n"
        }
        if rows.count > limit {
            out +=
                Text(
                    "… et d’autres (limite : \(limit)); --limit all les montre tous.",
                    "… and more (limit: \(limit)); --limit all shows them.")(language) + "\n"
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

    /// Widths that sum to `width` and split neither a word nor a text of `whole` characters; `nil` where there are none.
    private func fit(_ lines: [[String]], _ visible: [Int], _ all: [Int], _ width: Int, whole: Int) -> [Int]? {
        shrunk(lines, visible, all, width) { cells in
            max(
                cells.map { TextWrap.longestWord($0) }.max() ?? 0,
                cells.dropFirst().map { $0.count <= whole ? $0.count : 0 }.max() ?? 0)
        }
    }

    /// Where words are too long even so, they go on in the next line.
    private func narrowed(_ lines: [[String]], _ visible: [Int], _ all: [Int], _ width: Int) -> [Int] {
        shrunk(lines, visible, all, width) { _ in 10 } ?? visible.map { at in lines.map { $0[at].count }.max() ?? 0 }
    }

    private func shrunk(
        _ lines: [[String]], _ visible: [Int], _ all: [Int], _ width: Int, least: ([String]) -> Int
    ) -> [Int]? {
        let cells = visible.map { at in lines.map { $0[at] } }
        var widths = cells.map { $0.map(\.count).max() ?? 0 }
        var room = width - widths.reduce(2 * max(0, visible.count - 1), +)
        guard room < 0 else { return widths }
        // A title may take two lines; numbers themselves stay whole.
        let leasts = cells.indices.map { place in
            columns[all[visible[place]]].isNumber
                ? cells[place].dropFirst().map(\.count).max().map { max($0, TextWrap.longestWord(cells[place][0])) }
                    ?? widths[place]
                : min(widths[place], least(cells[place]))
        }
        while room < 0 {
            guard
                let widest = widths.indices.filter({ widths[$0] > leasts[$0] }).max(by: { widths[$0] < widths[$1] })
            else { return nil }
            widths[widest] -= 1
            room += 1
        }
        return widths
    }

    private func rule(_ widths: [Int]) -> String {
        widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
    }
}

/// Text in lines of a width, broken between words; a word that is longer than a line is broken after one of its parts, and nothing is left out.
enum TextWrap {
    static func longestWord(_ text: String) -> Int {
        indent(text) + (text.split(separator: " ").map(\.count).max() ?? 0)
    }

    private static func indent(_ text: String) -> Int { text.prefix(while: { $0 == " " }).count }

    /// What of a word stands in a line that it does not fit: its first parts, as of "liabilities:seller-payable", or all that fits where they are short.
    private static func head(of word: Substring, _ room: Int) -> Substring {
        let head = word.prefix(room)
        for mark in [":", "-", "/"] as [Character] {
            guard let at = head.lastIndex(of: mark) else { continue }
            let part = head[...at]
            if 2 * part.count >= room { return part }
        }
        return head
    }

    /// At least one line; all keep the indent of the first.
    static func lines(_ text: String, width: Int) -> [String] {
        guard text.count > width, width > 0 else { return [text] }
        let margin = String(repeating: " ", count: indent(text))
        var lines: [String] = []
        var line = margin
        for word in text.split(separator: " ") {
            var word = word
            let gap = line.count > margin.count ? 1 : 0
            if line.count + gap + word.count > width, gap > 0 {
                lines.append(line)
                line = margin
            }
            while margin.count + word.count > width, width > margin.count, line.count == margin.count {
                let head = head(of: word, width - margin.count)
                lines.append(margin + head)
                word = word.dropFirst(head.count)
            }
            line += (line.count > margin.count ? " " : "") + word
        }
        if line.count > margin.count { lines.append(line) }
        return lines
    }
}
