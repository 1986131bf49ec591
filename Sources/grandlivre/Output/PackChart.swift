import Accounting
import Commerce
import Ledger

/// Text that a page takes as it is.
enum PageText {
    /// With a capital at the beginning.
    static func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

/// Charts as inline SVG, drawn to whole pixels with integers only.
struct PackChart {
    static let green = "#0b6e4f"
    static let orange = "#d9822b"
    static let blue = "#2f6db3"

    let currency: Currency
    let language: Language

    private static let width: Int64 = 520
    private static let height: Int64 = 230
    private static let left: Int64 = 64
    private static let steps: Int64 = 4

    /// A round step of the scale: 1, 2, 2.5 or 5 times a power of ten minor units, so that `steps` of them reach `most`.
    private static func step(_ most: Int64) -> Int64 {
        var power: Int64 = 1
        while power < Int64.max / 200 {
            for factor: Int64 in [10, 20, 25, 50] where most <= steps * power * factor / 10 && power * factor % 10 == 0
            {
                return max(1, power * factor / 10)
            }
            power *= 10
        }
        return most / steps + 1
    }

    /// Whole units of the currency, short: a scale is read, not added up.
    private func short(_ minor: Int64) -> String {
        var unit: Int64 = 1
        for _ in 0..<currency.exponent { unit *= 10 }
        let whole = minor / unit
        switch whole.magnitude {
        case 10_000_000...: return shown(count: whole / 1_000_000, language) + "\u{202F}M"
        case 10_000...: return shown(count: whole / 1_000, language) + "\u{202F}k"
        default:
            return minor % unit == 0 ? shown(count: whole, language) : shown(minor, currency, language)
        }
    }

    /// Columns side by side over labels, one series a colour; below zero where they are negative.
    func columns(_ labels: [String], _ series: [[Int64]], _ colours: [String]) -> String {
        let all = series.flatMap { $0 }
        let step = Self.step(max(1, all.map { Int64(clamping: $0.magnitude) }.max() ?? 1))
        let isNegative = all.contains { $0 < 0 }
        let top: Int64 = 10
        let bottom = Self.height - 24
        let zero = isNegative ? (top + bottom) / 2 : bottom
        let full = zero - top
        func offset(_ minor: Int64) -> Int64 {
            Int64(clamping: Int128(minor) * Int128(full) / Int128(step * Self.steps))
        }
        var out = open(Self.height)
        for line in (isNegative ? -Self.steps : 0)...Self.steps where !isNegative || line % 2 == 0 {
            let y = zero - offset(line * step)
            out +=
                "<line x1=\"\(Self.left)\" x2=\"\(Self.width)\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"\(line == 0 ? "#57606a" : "#e6eaee")\"/>"
            out += "<text x=\"\(Self.left - 8)\" y=\"\(y + 4)\" text-anchor=\"end\">\(short(line * step))</text>"
        }
        let slot = (Self.width - Self.left) / Int64(max(1, labels.count))
        let bar = max(2, (slot - 8) / Int64(max(1, series.count)))
        for (at, label) in labels.enumerated() {
            let x = Self.left + Int64(at) * slot + 4
            for (which, values) in series.enumerated() where at < values.count {
                let height = offset(values[at])
                let y = height < 0 ? zero : zero - height
                out +=
                    "<rect x=\"\(x + Int64(which) * bar)\" y=\"\(y)\" width=\"\(bar - 1)\" height=\"\(abs(height))\" fill=\"\(colours[which])\">"
                out += "<title>\(label) : \(shown(values[at], currency, language))</title></rect>"
            }
            out += "<text x=\"\(x + (slot - 8) / 2)\" y=\"\(Self.height - 6)\" text-anchor=\"middle\">\(label)</text>"
        }
        return out + "</svg>"
    }

    /// Lying bars with their names and amounts.
    func bars(_ values: [(name: String, minor: Int64)], _ colour: String) -> String {
        let most = max(1, values.map { Int64(clamping: $0.minor.magnitude) }.max() ?? 1)
        let row: Int64 = 34
        let start: Int64 = 150
        let full = Self.width - start - 100
        let height = Int64(values.count) * row + 6
        var out = open(height)
        for (at, value) in values.enumerated() {
            let y = Int64(at) * row + 4
            let length = max(1, Int64(clamping: Int128(value.minor.magnitude) * Int128(full) / Int128(most)))
            out += "<text x=\"\(start - 8)\" y=\"\(y + 17)\" text-anchor=\"end\">\(PageText.escaped(value.name))</text>"
            out +=
                "<rect x=\"\(start)\" y=\"\(y)\" width=\"\(length)\" height=\"24\" rx=\"2\" fill=\"\(value.minor < 0 ? "#b42318" : colour)\"/>"
            out += "<text x=\"\(start + length + 6)\" y=\"\(y + 17)\">\(shown(value.minor, currency, language))</text>"
        }
        return out + "</svg>"
    }

    private func open(_ height: Int64) -> String {
        "<svg viewBox=\"0 0 \(Self.width) \(height)\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">"
    }
}
