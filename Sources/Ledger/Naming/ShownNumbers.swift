package import Accounting
package import Commerce

/// Amounts as people read them: 1 234,56 in French, 1,234.56 in English.
package func shown(_ minor: Int64, _ currency: Currency, _ language: Language) -> String {
    shown(decimal: DecimalText.format(minor: minor, currency: currency), language)
}

/// A count as people read it: 1 234 in French, 1,234 in English.
package func shown(count: some BinaryInteger, _ language: Language) -> String { shown(decimal: "\(count)", language) }

/// A decimal text ("-1234.5") with grouped digits and the language's decimal mark.
package func shown(decimal plain: String, _ language: Language) -> String {
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
