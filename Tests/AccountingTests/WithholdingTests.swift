import Accounting
import Testing

@Suite struct WithholdingTests {
    static let rule = WithholdingRule(rate: RatePpm(150_000), exemptMinor: 100_00)

    @Test func onePaymentIsTaxedAboveTheExemptAmount() throws {
        #expect(try Self.rule.withheldMinor(paymentMinor: 250_00, paidBeforeMinor: 0) == 22_50)
        #expect(try Self.rule.withheldMinor(paymentMinor: 100_00, paidBeforeMinor: 0) == 0)
        #expect(try Self.rule.withheldMinor(paymentMinor: 100_03, paidBeforeMinor: 0) == 0)
        #expect(try Self.rule.withheldMinor(paymentMinor: 100_04, paidBeforeMinor: 0) == 1)
    }

    @Test func theExemptAmountIsSpentOnceAYear() throws {
        var paidBefore: Int64 = 0
        var withheld: [Int64] = []
        for _ in 0..<3 {
            withheld.append(try Self.rule.withheldMinor(paymentMinor: 60_00, paidBeforeMinor: paidBefore))
            paidBefore += 60_00
        }
        #expect(withheld == [0, 3_00, 9_00])
    }

    @Test func cashBelowTheTaxIsRefused() throws {
        let refusal = #expect(throws: MoneyError.self) {
            try Self.rule.withheldMinor(cashMinor: 20_00, sharesMinor: 230_00, paidBeforeMinor: 0)
        }
        #expect(refusal?.code == .cashBelowWithholding)
        #expect(refusal?.accepted == "at least 2250 in cash")
        let withheld = try Self.rule.withheldMinor(cashMinor: 30_00, sharesMinor: 220_00, paidBeforeMinor: 0)
        #expect(30_00 - withheld == 7_50)
        #expect(try Self.rule.withheldMinor(cashMinor: 22_50, sharesMinor: 227_50, paidBeforeMinor: 0) == 22_50)
    }

    @Test func negativeAmountsAreRefused() {
        #expect(throws: MoneyError.self) { try Self.rule.withheldMinor(paymentMinor: -1, paidBeforeMinor: 0) }
        #expect(throws: MoneyError.self) { try Self.rule.withheldMinor(paymentMinor: 1, paidBeforeMinor: -1) }
        #expect(throws: MoneyError.self) {
            try Self.rule.withheldMinor(cashMinor: -1, sharesMinor: 2, paidBeforeMinor: 0)
        }
        #expect(throws: MoneyError.overflow("sum")) {
            try Self.rule.withheldMinor(paymentMinor: .max, paidBeforeMinor: 1)
        }
    }
}
