/// Income tax withheld from patronage dividends when they are paid (ITA 135(3)).
package struct WithholdingRule: Hashable, Sendable {
    package let rate: RatePpm
    /// Paid free of withholding per member and calendar year, in minor units.
    package let exemptMinor: Int64

    package init(rate: RatePpm, exemptMinor: Int64) {
        self.rate = rate
        self.exemptMinor = exemptMinor
    }

    /// The tax on one payment, in minor units: the rate on the part of the payment that lies above the year's exempt
    /// amount, half-up.
    ///
    /// `paymentMinor` counts cash and shares; `paidBeforeMinor` is what the member was paid earlier in the same calendar
    /// year. Throws `MoneyError`: `outOfRange` where an amount is negative, `overflow`.
    package func withheldMinor(paymentMinor: Int64, paidBeforeMinor: Int64) throws(MoneyError) -> Int64 {
        try Self.requireNotNegative(paymentMinor, "paymentMinor")
        try Self.requireNotNegative(paidBeforeMinor, "paidBeforeMinor")
        let paidWithThis = try Money.sum(paidBeforeMinor, paymentMinor)
        let above = max(0, try Money.difference(paidWithThis, exemptMinor))
        return try rate.applied(to: min(paymentMinor, above))
    }

    /// The tax on a payment of cash and shares; the tax is cash, so a cash part below it is refused.
    ///
    /// Throws `MoneyError`: code `cashBelowWithholding` names the least cash, otherwise as
    /// `withheldMinor(paymentMinor:paidBeforeMinor:)`.
    package func withheldMinor(
        cashMinor: Int64, sharesMinor: Int64, paidBeforeMinor: Int64
    ) throws(MoneyError) -> Int64 {
        try Self.requireNotNegative(cashMinor, "cashMinor")
        try Self.requireNotNegative(sharesMinor, "sharesMinor")
        let withheld = try withheldMinor(
            paymentMinor: Money.sum(cashMinor, sharesMinor), paidBeforeMinor: paidBeforeMinor)
        guard cashMinor >= withheld else {
            throw MoneyError(
                code: .cashBelowWithholding, place: "cashMinor",
                reason: "the cash part \(cashMinor) does not cover the \(withheld) to withhold (ITA 135(3))",
                accepted: "at least \(withheld) in cash")
        }
        return withheld
    }

    private static func requireNotNegative(_ amountMinor: Int64, _ place: String) throws(MoneyError) {
        guard amountMinor >= 0 else {
            throw MoneyError(
                code: .outOfRange, place: place, reason: "\(amountMinor) is negative", accepted: "at least 0")
        }
    }
}

extension MoneyError.Code {
    /// A dividend's cash part is less than the income tax to withhold from it.
    package static let cashBelowWithholding = Self(rawValue: "cash-below-withholding")
}
