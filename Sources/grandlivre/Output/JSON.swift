import Accounting
import Commerce

/// A JSON value that keeps the order of its keys. Amounts are decimal strings, times RFC 3339 UTC, keys camelCase (Docs/json.md).
indirect enum JSON {
    case null
    case bool(Bool)
    case int(Int64)
    case text(String)
    case array([JSON])
    case object([(String, JSON)])
    /// Already encoded, on one line.
    case raw(String)

    static func amount(_ minor: Int64, _ currency: Currency) -> JSON {
        .text(DecimalText.format(minor: minor, currency: currency))
    }

    static func time(_ us: Int64) -> JSON { .text(InstantText.format(us: us)) }

    static func count(_ value: some BinaryInteger) -> JSON { .int(Int64(clamping: value)) }

    /// One line.
    var line: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .int(let value): out += String(value)
        case .text(let value): Self.quote(value, to: &out)
        case .raw(let value): out += value
        case .array(let values):
            out += "["
            for (index, value) in values.enumerated() {
                if index > 0 { out += "," }
                value.write(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { out += "," }
                Self.quote(member.0, to: &out)
                out += ":"
                member.1.write(to: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }

    /// What a CSV cell shows.
    var cell: String {
        switch self {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .text(let value): value
        case .raw, .array, .object: line
        }
    }
}
