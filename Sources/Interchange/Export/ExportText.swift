/// Text as other tools' formats take it.
enum ExportText {
    /// One line: what would end it, and other control characters, become spaces.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { out.append(isControl(scalar) ? " " : scalar) }
        return String(out)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || [0x2028, 0x2029].contains(scalar.value)
    }

    /// One line in which none of some characters stands.
    static func line(_ text: String, without taken: [(Character, Character)]) -> String {
        var out = line(text)
        for (character, other) in taken where out.contains(character) {
            out = String(out.map { $0 == character ? other : $0 })
        }
        return out
    }

    /// RFC 4180. A leading sign of a formula, which a spreadsheet would run, is quoted by an apostrophe.
    static func csv(_ cells: [String]) -> String {
        cells.map { cell in
            let isFormula = cell.utf8.first.map { [0x3D, 0x2B, 0x40].contains($0) } ?? false
            let safe = isFormula ? "'" + cell : cell
            guard safe.utf8.contains(where: { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }) else { return safe }
            return "\"" + doubled(safe, "\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }

    /// A text of SQL. No NUL stands in it.
    static func sql(_ text: String) -> String { "'" + doubled(line(text), "'") + "'" }

    private static func doubled(_ text: String, _ quote: Character) -> String {
        guard text.contains(quote) else { return text }
        return text.split(separator: quote, omittingEmptySubsequences: false).joined(separator: "\(quote)\(quote)")
    }

    /// The text of an XML element; what XML 1.0 cannot hold becomes a space.
    static func xml(_ text: String) -> String {
        var out = ""
        for scalar in line(text).unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\u{FFFE}", "\u{FFFF}": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
