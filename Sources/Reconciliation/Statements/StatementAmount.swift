import Accounting
import Commerce

/// Amounts as institutions write them: digits, "." or "," before the decimals, zeros beyond the currency's digits.
enum StatementAmount {
    /// Why a text is no amount.
    enum Trouble: Error {
        case malformed
        case tooPrecise
        case tooLarge

        func reason(exponent: Int) -> Text {
            switch self {
            case .malformed: Text("n’est pas un montant", "is not an amount")
            case .tooPrecise:
                Text(
                    "a plus de décimales que la monnaie (\(exponent))",
                    "has more decimals than the currency (\(exponent))")
            case .tooLarge: Text("dépasse 64 bits d’unités mineures", "does not fit 64 bits of minor units")
            }
        }
    }

    /// The minor units that a decimal says.
    ///
    /// "8.850" is 885 cents: zeros beyond the currency's digits say nothing new; any other digit there is refused, never rounded. "100," (MT940) and
    /// ".5" count as written. A sign only where the format has one.
    static func minor(
        _ text: some Collection<UInt8>, exponent: Int, isSigned: Bool
    ) throws(Trouble) -> Int64 {
        var magnitude: Int64 = 0
        var isNegative = false
        var digits = 0
        var decimals = -1
        var isFirst = true
        for byte in text {
            defer { isFirst = false }
            switch byte {
            case 0x30...0x39:
                digits += 1
                if decimals >= 0 {
                    decimals += 1
                    if decimals > exponent {
                        guard byte == 0x30 else { throw .tooPrecise }
                        continue
                    }
                }
                magnitude = try appended(magnitude, Int64(byte) - 0x30)
            case 0x2D where isFirst && isSigned: isNegative = true
            case 0x2B where isFirst && isSigned: break
            case 0x2E, 0x2C:
                guard decimals < 0 else { throw .malformed }
                decimals = 0
            default: throw .malformed
            }
        }
        guard digits > 0 else { throw .malformed }
        for _ in 0..<max(0, exponent - max(0, decimals)) { magnitude = try appended(magnitude, 0) }
        return isNegative ? -magnitude : magnitude
    }

    private static func appended(_ magnitude: Int64, _ digit: Int64) throws(Trouble) -> Int64 {
        let (tenfold, isTooLarge) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tenfold.addingReportingOverflow(digit)
        guard !isTooLarge, !carried else { throw .tooLarge }
        return sum
    }

    /// Digits behind the decimal sign of a currency; 2 where the file names none.
    static func exponent(of currency: String) -> Int { Currency(utf8: currency.utf8)?.exponent ?? 2 }

    /// "1250,50", as French texts write it.
    static func french(_ minor: Int64, exponent: Int) -> String {
        String(DecimalText.format(minor: minor, exponent: exponent).map { $0 == "." ? "," : $0 })
    }

    /// Both languages.
    static func text(_ minor: Int64, exponent: Int) -> Text {
        Text(french(minor, exponent: exponent), DecimalText.format(minor: minor, exponent: exponent))
    }
}
