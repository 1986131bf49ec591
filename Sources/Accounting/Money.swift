/// Arithmetic on amounts of money: integers of a currency's minor unit, never rounded but where a rule says half-up,
/// never wrapped.
///
/// Half-up rounds the magnitude: half a cent counts as one, on either side of zero, so that a refund takes back exactly
/// what the charge was.
package enum Money {
    /// `a + b` in minor units. Throws `MoneyError` with code `overflow`.
    @inlinable
    package static func sum(_ a: Int64, _ b: Int64) throws(MoneyError) -> Int64 {
        let (result, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw MoneyError.overflow("sum") }
        return result
    }

    /// `a - b` in minor units. Throws `MoneyError` with code `overflow`.
    @inlinable
    package static func difference(_ a: Int64, _ b: Int64) throws(MoneyError) -> Int64 {
        let (result, overflow) = a.subtractingReportingOverflow(b)
        guard !overflow else { throw MoneyError.overflow("difference") }
        return result
    }

    /// `amountMinor` times a count, for example unit price by quantity. Throws `MoneyError` with code `overflow`.
    @inlinable
    package static func product(_ amountMinor: Int64, _ count: Int64) throws(MoneyError) -> Int64 {
        let (result, overflow) = amountMinor.multipliedReportingOverflow(by: count)
        guard !overflow else { throw MoneyError.overflow("product") }
        return result
    }

    /// The sum of `amounts` in minor units. Throws `MoneyError` with code `overflow` only where the whole does not fit:
    /// the order of the amounts never matters.
    package static func total(_ amounts: some Sequence<Int64>) throws(MoneyError) -> Int64 {
        var total: Int128 = 0
        for amount in amounts { total += Int128(amount) }
        return try narrowed(total, "total")
    }

    /// `amountMinor × numerator ÷ denominator`, half-up, with nothing lost in between.
    ///
    /// Throws `MoneyError` with code `overflow`, or `divisionByZero`.
    package static func proportion(
        _ amountMinor: Int64, _ numerator: Int64, over denominator: Int64
    ) throws(MoneyError) -> Int64 {
        guard denominator != 0 else {
            throw MoneyError(
                code: .divisionByZero, place: "denominator", reason: "a proportion over 0 has no value",
                accepted: "a denominator other than 0")
        }
        return try narrowed(
            quotientHalfUp(Int128(amountMinor) * Int128(numerator), by: Int128(denominator)), "proportion")
    }

    /// `value ÷ divisor`, half-up by magnitude. The divisor is not 0, and twice its magnitude fits.
    package static func quotientHalfUp(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        guard remainder.magnitude * 2 >= divisor.magnitude else { return quotient }
        return (value < 0) == (divisor < 0) ? quotient + 1 : quotient - 1
    }

    /// `value` as an amount. Throws `MoneyError` with code `overflow`.
    package static func narrowed(_ value: Int128, _ place: StaticString) throws(MoneyError) -> Int64 {
        guard let amount = Int64(exactly: value) else { throw MoneyError.overflow(place) }
        return amount
    }
}
