import Accounting
import Testing

@Suite struct TaxesTests {
    static let gst = RatePpm(50_000)
    static let qst = RatePpm(99_750)

    @Test(arguments: [(100_00, 5_00, 9_98), (10_10, 51, 1_01), (0, 0, 0), (-10_10, -51, -1_01)])
    func bothTaxesAreOnThePriceBeforeTaxHalfUp(base: Int64, gst: Int64, qst: Int64) throws {
        #expect(try Taxes.amount(on: base, rate: Self.gst) == gst)
        #expect(try Taxes.amount(on: base, rate: Self.qst) == qst)
    }

    @Test func aHundredDollarsCostAHundredAndFourteenNinetyEight() throws {
        let taxes = try Money.sum(Taxes.amount(on: 100_00, rate: Self.gst), Taxes.amount(on: 100_00, rate: Self.qst))
        #expect(try Money.sum(100_00, taxes) == 114_98)
    }

    @Test func theCombinedRateIsNotTheSumOfTheTaxes() throws {
        #expect(try Taxes.amount(on: 10_10, rate: RatePpm(149_750)) == 1_51)
    }

    @Test func theBasisDecidesWhereTaxIsRounded() throws {
        let lines: [Int64] = [1_10, 1_10, 1_10]
        #expect(try Taxes.amount(onLines: lines, rate: Self.gst, basis: .line) == 18)
        #expect(try Taxes.amount(onLines: lines, rate: Self.gst, basis: .order) == 17)
        #expect(try Taxes.amount(onLines: [], rate: Self.gst, basis: .line) == 0)
    }
}
