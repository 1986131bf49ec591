/// Text as other tools' formats take it.
package enum ExportText {
    /// One line: what would end it, and other control characters, become spaces.
    package static func line(_ text: String) -> String {
        // Nearly every text has none: its bytes are looked at, not its characters.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { out.append(isControl(scalar) ? " " : scalar) }
        return String(out)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// The text with some of its scalars written otherwise. Scalars, not characters: a quote with an accent on it still ends a text where bytes are read.
    static func written(_ text: String, _ other: (Unicode.Scalar) -> String?) -> String {
        guard text.unicodeScalars.contains(where: { other($0) != nil }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            if let other = other(scalar) { out += other } else { out.unicodeScalars.append(scalar) }
        }
        return out
    }

    /// One line in which none of some characters of ASCII stands.
    package static func line(_ text: String, without taken: [(Unicode.Scalar, String)]) -> String {
        written(line(text)) { scalar in taken.first { $0.0 == scalar }?.1 }
    }

    /// A text between double quotes in which a quote and a backslash follow a backslash.
    package static func quoted(_ text: String) -> String {
        "\"" + line(text, without: [("\"", "\\\""), ("\\", "\\\\")]) + "\""
    }

    /// RFC 4180. A leading sign of a formula, which a spreadsheet would run, is quoted by an apostrophe, and so is an apostrophe: a reader takes away the one
    /// that stands before such a sign, and has the cell as it was. A number may be negative.
    package static func csv(_ cells: [String]) -> String {
        cells.map { cell in
            let safe = isFormula(cell.utf8) ? "'" + cell : cell
            guard safe.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }) else {
                return safe
            }
            return "\"" + doubled(safe, "\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }

    private static func isFormula(_ cell: String.UTF8View) -> Bool {
        switch cell.first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "'"): true
        case UInt8(ascii: "-"):
            !cell.dropFirst().allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } || cell.count == 1
        default: false
        }
    }

    /// A text of SQL. No NUL stands in it.
    package static func sql(_ text: String) -> String { "'" + doubled(line(text), "'") + "'" }

    private static func doubled(_ text: String, _ quote: Unicode.Scalar) -> String {
        written(text) { $0 == quote ? "\(quote)\(quote)" : nil }
    }

    /// The text of an XML element; what XML 1.0 cannot hold becomes a space.
    package static func xml(_ text: String) -> String {
        written(line(text)) { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\u{FFFE}", "\u{FFFF}": " "
            default: nil
            }
        }
    }
}
