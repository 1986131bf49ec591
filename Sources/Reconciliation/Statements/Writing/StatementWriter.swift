import Accounting
import Commerce

/// Writes statements as institutions do, for simulation and tests: what each format can carry comes back when it is read.
///
/// What a format has no place for is left out; a reference or an identifier that does not fit its field is refused, as it would come back as another.
/// There is no clock: a file says that it was made at the end of its last day.
package enum StatementWriter {
    /// What all writers say about a statement that they cannot write.
    static func refusal(_ format: String, field: String, value: String, _ reason: Text, accepted: Text)
        -> StatementError
    {
        StatementError(
            code: .value, file: format, field: field, value: StatementError.quoted(value), reason: reason,
            accepted: accepted)
    }

    /// `text` if it has at most `max` characters; refused otherwise.
    static func fitting(_ text: String, max: Int, field: String, format: String) throws(StatementError) -> String {
        guard text.unicodeScalars.count <= max else {
            throw refusal(
                format, field: field, value: text, Text("est trop long", "is too long"),
                accepted: Text("au plus \(max) caractères", "at most \(max) characters"))
        }
        return text
    }

    /// The value, which the format cannot do without.
    static func required<T>(_ value: T?, _ field: String, format: String) throws(StatementError) -> T {
        guard let value else {
            throw refusal(
                format, field: field, value: "", Text("manque", "is missing"), accepted: Text("une valeur", "a value"))
        }
        return value
    }

    /// The currency of the account.
    static func currency(_ statement: BankStatement, format: String) throws(StatementError) -> Currency {
        guard let currency = Currency(utf8: statement.account.currency.utf8) else {
            throw refusal(
                format, field: "currency", value: statement.account.currency,
                Text("n’est pas une monnaie d’ISO 4217", "is not a currency of ISO 4217"), accepted: Text("CAD", "CAD"))
        }
        return currency
    }

    /// "20170601".
    static func compact(_ day: CivilDate) -> String { day.text.filter { $0 != "-" } }

    /// An amount without its sign.
    static func unsigned(_ minor: Int64, _ currency: Currency) -> String {
        let text = DecimalText.format(minor: minor, currency: currency)
        return text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    /// The text in a single-byte encoding; refused where the encoding lacks a character.
    static func encoded(_ text: String, _ encoding: TextEncoding, format: String) throws(StatementError) -> [UInt8] {
        switch encoding {
        case .utf8: return Array(text.utf8)
        case .utf16LittleEndian:
            return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case .utf16BigEndian:
            return [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        case .latin1, .windows1252: break
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 || (0xA0...0xFF).contains(scalar.value) {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if encoding == .windows1252,
                let index = TextEncoding.windowsTable.firstIndex(where: { UInt32($0) == scalar.value && $0 != 0 })
            {
                bytes.append(UInt8(0x80 + index))
            } else {
                throw refusal(
                    format, field: encoding.rawValue, value: String(scalar),
                    Text("n’existe pas dans cet encodage", "does not exist in this encoding"),
                    accepted: Text("UTF-8", "UTF-8"))
            }
        }
        return bytes
    }
}

/// Tags and texts of XML or SGML, one behind the other.
struct MarkupText {
    private(set) var text = ""
    /// SGML leaves out the end tags of elements with a text.
    var endsTexts = true

    /// A start tag.
    mutating func open(_ name: String) { text += "<\(name)>" }
    /// An end tag.
    mutating func close(_ name: String) { text += "</\(name)>\n" }
    /// Text that is markup already.
    mutating func raw(_ part: String) { text += part }

    /// An element with a text; nothing where the text is empty.
    mutating func leaf(_ name: String, _ value: String, attributes: String = "") {
        guard !value.isEmpty else { return }
        text += "<\(name)\(attributes)>"
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x26 && $0 != 0x3C && $0 != 0x3E }
        if isPlain { text += value }
        for scalar in isPlain ? "".unicodeScalars : value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
            }
        }
        text += endsTexts ? "</\(name)>\n" : "\n"
    }

    /// An element around what `content` writes.
    mutating func element(
        _ name: String, _ content: (inout MarkupText) throws(StatementError) -> Void
    ) throws(StatementError) {
        open(name)
        try content(&self)
        close(name)
    }
}
