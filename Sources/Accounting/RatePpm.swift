/// A rate in parts per million: 99 750 is 9.975 %.
@frozen
package struct RatePpm: Hashable, Comparable, Sendable {
    package let ppm: UInt32

    @inlinable
    package init(_ ppm: UInt32) { self.ppm = ppm }

    /// 100 %.
    package static let one = RatePpm(1_000_000)

    @inlinable
    package static func < (a: RatePpm, b: RatePpm) -> Bool { a.ppm < b.ppm }

    /// This rate of `minor`, half-up to the minor unit by magnitude. Throws `MoneyError` with code `overflow`.
    @inlinable
    package func applied(to minor: Int64) throws(MoneyError) -> Int64 {
        // Amounts below some nine billion fit 64 bits on the way; division of 128 bits is several times slower.
        let (product, overflow) = minor.multipliedReportingOverflow(by: Int64(ppm))
        guard !overflow, product.magnitude <= UInt64(Int64.max) - 500_000 else { return try appliedWide(to: minor) }
        return (product < 0 ? product - 500_000 : product + 500_000) / 1_000_000
    }

    @usableFromInline
    func appliedWide(to minor: Int64) throws(MoneyError) -> Int64 {
        try Money.narrowed(Money.quotientHalfUp(Int128(minor) * Int128(ppm), by: 1_000_000), "rate")
    }

    /// The least amount that is at least this rate of `minor`, for the most that a tax may be. Never negative input.
    package func ceiling(of minor: Int64) throws(MoneyError) -> Int64 {
        let product = Int128(minor) * Int128(ppm)
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 1_000_000)
        return try Money.narrowed(remainder > 0 ? quotient + 1 : quotient, "rate")
    }

    /// The rate in percent with the decimals that it has: "9.975", "5", "0.0001".
    package var percentText: String {
        let whole = ppm / 10_000
        var rest = ppm % 10_000
        guard rest != 0 else { return "\(whole)" }
        var width = 4
        while rest % 10 == 0 {
            rest /= 10
            width -= 1
        }
        let digits = "\(rest)"
        return "\(whole)." + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
