/// On what a sales tax is computed and rounded: once on the order's taxable total, or on each line.
package enum TaxBasis: Sendable {
    case order
    case line
}

/// Sales taxes: each is a rate on the price before tax, half-up to the minor unit, never on another tax
/// (ETA s.165, T-0.1 s.16 and s.25).
package enum Taxes {
    /// One tax on one base. Both in minor units. Throws `MoneyError` with code `overflow`.
    @inlinable
    package static func amount(on baseMinor: Int64, rate: RatePpm) throws(MoneyError) -> Int64 {
        try rate.applied(to: baseMinor)
    }

    /// One tax on the taxable lines of an order, in minor units. Throws `MoneyError` with code `overflow`.
    package static func amount(
        onLines linesMinor: some Sequence<Int64>, rate: RatePpm, basis: TaxBasis
    ) throws(MoneyError) -> Int64 {
        switch basis {
        case .order:
            return try rate.applied(to: Money.total(linesMinor))
        case .line:
            var total: Int64 = 0
            for line in linesMinor { total = try Money.sum(total, rate.applied(to: line)) }
            return total
        }
    }
}
