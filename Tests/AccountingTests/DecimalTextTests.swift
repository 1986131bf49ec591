import Accounting
import Testing

@Suite struct DecimalTextTests {
    static let kwd = Currency(rawValue: 414)
    static let jpy = Currency(rawValue: 392)

    @Test func amountsPrintWithTheDecimalsOfTheirCurrency() {
        #expect(DecimalText.format(minor: 123_456, currency: .cad) == "1234.56")
        #expect(DecimalText.format(minor: 5, currency: .cad) == "0.05")
        #expect(DecimalText.format(minor: -5, currency: .cad) == "-0.05")
        #expect(DecimalText.format(minor: 0, currency: .cad) == "0.00")
        #expect(DecimalText.format(minor: 500, currency: Self.jpy) == "500")
        #expect(DecimalText.format(minor: 1234, currency: Self.kwd) == "1.234")
        #expect(DecimalText.format(minor: .min, currency: .cad) == "-92233720368547758.08")
    }

    @Test(arguments: [
        ("12.5", 1250), ("12.50", 1250), ("12", 1200), ("0.07", 7), ("-3.1", -310), ("-0.00", 0), ("007", 700),
        ("92233720368547758.07", Int64.max), ("-92233720368547758.08", Int64.min),
    ])
    func decimalTextIsRead(text: String, minor: Int64) throws {
        #expect(try DecimalText.parse(text, currency: .cad) == minor)
    }

    @Test(arguments: [
        "", "-", ".", ".5", "5.", "1.2.3", "+5", " 5", "5 ", "1,50", "1e3", "--5", "5-", "٣", "0x1", "-.5",
    ])
    func textOfAnotherFormIsRefused(text: String) {
        #expect(code(text, .cad) == .malformed)
    }

    @Test func moreDecimalsThanTheCurrencyHasAreRefused() {
        #expect(code("12.345", .cad) == .tooPrecise)
        #expect(code("12.500", .cad) == .tooPrecise)
        #expect(code("5.0", Self.jpy) == .tooPrecise)
        #expect(code("1.2345", Self.kwd) == .tooPrecise)
    }

    @Test(arguments: [
        "92233720368547758.08", "-92233720368547758.09", "99999999999999999999999999", "184467440737095517",
    ])
    func textBeyond64BitsIsRefused(text: String) {
        #expect(code(text, .cad) == .overflow)
    }

    @Test func everyAmountReadsBackAsItWasPrinted() throws {
        var random = Seeded(7)
        for _ in 0..<5_000 {
            let amount = random.amount()
            for currency in [Currency.cad, Self.jpy, Self.kwd] {
                #expect(
                    try DecimalText.parse(DecimalText.format(minor: amount, currency: currency), currency: currency)
                        == amount)
            }
        }
    }

    @Test func currenciesAreFoundByCodeAndNumber() throws {
        #expect(try Currency(code: "CAD") == .cad)
        #expect(try Currency(code: "USD") == .usd)
        #expect(try Currency(code: "EUR") == .eur)
        #expect(Currency.cad.code == "CAD" && Currency.cad.exponent == 2 && Currency.all.contains(.cad))
        #expect(try Currency(code: "JPY").exponent == 0)
        #expect(try Currency(code: "KWD").exponent == 3)
        #expect(!Currency.all.contains(Currency(rawValue: 1)) && !Currency.all.contains(Currency(rawValue: .max)))
        for text in ["", "cad", "CA", "CADX", "XXX", "ZZZ", "AAA"] {
            #expect(throws: MoneyError.self) { try Currency(code: text) }
        }
    }

    @Test func everyListedCurrencyReadsBackByItsCode() throws {
        #expect(Currency.all.count > 150)
        #expect(Set(Currency.all).count == Currency.all.count)
        for currency in Currency.all {
            #expect(try Currency(code: currency.code) == currency)
            #expect((0...4).contains(currency.exponent))
        }
    }

    private func code(_ text: String, _ currency: Currency) -> MoneyError.Code? {
        do throws(MoneyError) {
            _ = try DecimalText.parse(text, currency: currency)
            return nil
        } catch {
            return error.code
        }
    }
}
