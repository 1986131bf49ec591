/// Amounts as people and files write them: "1234.56". Inside, amounts are integers of the minor unit.
package enum DecimalText {
    /// `minor` with exactly the decimals of its currency: 123456 CAD is "1234.56", 5 JPY is "5".
    package static func format(minor: Int64, currency: Currency) -> String {
        format(minor: minor, exponent: currency.exponent)
    }

    /// `minor` with exactly `exponent` decimals, from 0 to 18.
    package static func format(minor: Int64, exponent: Int) -> String {
        let exponent = max(0, min(exponent, 18))
        var digits = Array("\(minor.magnitude)".utf8)
        if digits.count <= exponent {
            digits.insert(contentsOf: repeatElement(0x30, count: exponent + 1 - digits.count), at: 0)
        }
        if exponent > 0 { digits.insert(0x2E, at: digits.count - exponent) }
        if minor < 0 { digits.insert(0x2D, at: 0) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The minor units that `text` says. See `parse(utf8:exponent:)`.
    package static func parse(_ text: String, currency: Currency) throws(MoneyError) -> Int64 {
        try parse(utf8: text.utf8, exponent: currency.exponent)
    }

    /// The minor units that decimal text says, with at most `exponent` decimals: "12", "12.5" and "12.50" with two.
    ///
    /// Accepted: an optional "-", digits, and optionally "." with at least one digit more. Nothing else: no "+", no
    /// spaces, no grouping, no decimal comma. Throws `MoneyError`: `malformed`, `tooPrecise` (even where the decimals
    /// beyond the currency's are zeros), `overflow`.
    @inlinable
    package static func parse(utf8 text: some Collection<UInt8>, exponent: Int) throws(MoneyError) -> Int64 {
        var negative = false
        var magnitude: UInt64 = 0
        var digits = 0
        var decimals = -1
        var isFirst = true
        for byte in text {
            let wasFirst = isFirst
            isFirst = false
            switch byte {
            case 0x30...0x39:
                if decimals >= 0 {
                    decimals += 1
                    guard decimals <= exponent else { throw refusal(.tooPrecise, text, exponent) }
                }
                digits += 1
                magnitude = try appended(magnitude, UInt64(byte &- 0x30))
            case 0x2D where wasFirst:
                negative = true
            case 0x2E where decimals < 0 && digits > 0:
                decimals = 0
            default:
                throw refusal(.malformed, text, exponent)
            }
        }
        guard digits > 0, decimals != 0 else { throw refusal(.malformed, text, exponent) }
        var missing = exponent - max(decimals, 0)
        while missing > 0 {
            magnitude = try appended(magnitude, 0)
            missing -= 1
        }
        guard magnitude <= (negative ? Int64.min.magnitude : Int64.max.magnitude) else {
            throw MoneyError.overflow("decimal")
        }
        return negative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(truncatingIfNeeded: magnitude)
    }

    @inlinable
    static func appended(_ magnitude: UInt64, _ digit: UInt64) throws(MoneyError) -> UInt64 {
        let (tenfold, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tenfold.addingReportingOverflow(digit)
        guard !tooLarge, !carried else { throw MoneyError.overflow("decimal") }
        return sum
    }

    @usableFromInline
    static func refusal(_ code: MoneyError.Code, _ text: some Collection<UInt8>, _ exponent: Int) -> MoneyError {
        // A hostile file may hold a line of any length: the message quotes its beginning only.
        let quoted = String(decoding: text.prefix(40), as: UTF8.self)
        let decimals = exponent == 0 ? "no decimals" : "at most \(exponent) decimals"
        return MoneyError(
            code: code, place: "decimal",
            reason: code == .tooPrecise
                ? "\"\(quoted)\" has more decimals than the currency" : "\"\(quoted)\" is not a decimal number",
            accepted: "digits with \(decimals), such as \"\(format(minor: 1250, exponent: exponent))\"")
    }
}
