import Accounting
import Testing

@Suite struct MoneyTests {
    @Test func sumsThatDoNotFitAreRefused() throws {
        #expect(try Money.sum(.max - 1, 1) == .max)
        #expect(try Money.difference(.min + 1, 1) == .min)
        #expect(try Money.product(-3, 7) == -21)
        #expect(throws: MoneyError.overflow("sum")) { try Money.sum(.max, 1) }
        #expect(throws: MoneyError.overflow("difference")) { try Money.difference(.min, 1) }
        #expect(throws: MoneyError.overflow("product")) { try Money.product(.min, -1) }
    }

    @Test func aTotalOverflowsOnlyAsAWhole() throws {
        #expect(try Money.total([.max, .max, .min, .min, 2]) == 0)
        #expect(throws: MoneyError.overflow("total")) { try Money.total([.max, 1]) }
    }

    @Test(arguments: [
        (7, 2, 4), (-7, 2, -4), (7, -2, -4), (-7, -2, 4), (5, 4, 1), (6, 4, 2), (-5, 4, -1), (1, 2, 1), (-1, 2, -1),
        (1, 3, 0), (2, 3, 1), (0, 5, 0), (5, 3, 2), (4, 3, 1),
    ])
    func halfUpRoundsTheMagnitude(value: Int, divisor: Int, expected: Int) {
        #expect(Money.quotientHalfUp(Int128(value), by: Int128(divisor)) == Int128(expected))
    }

    /// DOMAIN, taxes: the specified amount of a dividend is A·(B+D)/(C+D) (ETA s.233).
    @Test func theAdjustmentOnADividendFollowsTheExciseTaxAct() throws {
        #expect(try Money.proportion(100_00, 84_000_00, over: 104_000_00) == 80_77)
        #expect(throws: MoneyError.self) { try Money.proportion(1, 1, over: 0) }
        #expect(throws: MoneyError.overflow("proportion")) { try Money.proportion(.max, 2, over: 1) }
    }

    @Test func aRateAgreesWithExactArithmetic() throws {
        var random = Seeded(20_170_101)
        for _ in 0..<20_000 {
            let amount = random.amount()
            let rate = RatePpm(UInt32.random(in: 0...1_000_000, using: &random))
            let exact = Int128(amount.magnitude) * Int128(rate.ppm)
            let rounded = (exact + 500_000) / 1_000_000
            #expect(try Int128(rate.applied(to: amount)) == (amount < 0 ? -rounded : rounded), "\(amount) \(rate)")
        }
        #expect(throws: MoneyError.overflow("rate")) { try RatePpm(2_000_000).applied(to: .max) }
        #expect(try RatePpm.one.applied(to: .min) == .min)
    }

    @Test(arguments: [(99_750, "9.975"), (50_000, "5"), (1, "0.0001"), (0, "0"), (1_000_000, "100"), (1_010, "0.101")])
    func aRatePrintsInPercent(ppm: UInt32, text: String) {
        #expect(RatePpm(ppm).percentText == text)
    }
}
