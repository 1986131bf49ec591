import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// Clients abroad, two currencies in one book, and what they are worth.
@Suite("Foreign currency")
struct ForeignCurrencyTests {
    /// 1 000.00 USD at 1.3500, zero-rated.
    private static let invoice = Body.clientInvoice(
        "u1", "acme", 100_000, .zeroRated, currency: "USD", worth: 135_000, rate: "Banque du Canada, 2017-03-01")

    private func invoiced() throws -> Desk {
        let desk = try Federation.desk(["soutien"])
        try desk.record(in: "soutien", Self.invoice, at: "2017-03-01T15:00:00Z")
        return desk
    }

    private func paid() throws -> Desk {
        let desk = try invoiced()
        try desk.record(in: "soutien", .clientPayment("u1", 100_000, currency: "USD"))
        return desk
    }

    private func position(_ desk: Desk) throws -> (holding: Int64, worth: Int64) {
        let book = try #require(desk.book("soutien"))
        return (desk.views.currencyHolding(book, .usd), desk.views.currencyWorth(book, .usd))
    }

    @Test func `an invoice in the book's currency bears its taxes`() throws {
        let desk = try Federation.desk(["soutien"])
        let body = Body.clientInvoice("c1", "acme", 10_000, taxes: [("gst", 500), ("qst", 998)])
        #expect(
            try desk.record(in: "soutien", body) == [
                "soutien assets:receivable acme 11498 CAD", "soutien liabilities:gst-payable -500 CAD",
                "soutien liabilities:qst-payable -998 CAD", "soutien revenue:services -10000 CAD",
            ])
        #expect(try desk.refusal(in: "soutien", body)?.field == "invoice")
    }

    @Test func `revenue abroad stands in the book's currency, the claim in the client's`() throws {
        let desk = try Federation.desk(["soutien"])
        #expect(
            try desk.record(in: "soutien", Self.invoice) == [
                "soutien assets:currency-exchange -100000 USD", "soutien assets:currency-exchange 135000 CAD",
                "soutien assets:receivable acme 100000 USD", "soutien revenue:services -135000 CAD",
            ])
        #expect(
            try desk.record(in: "soutien", .clientPayment("u1", 60_000, currency: "USD")) == [
                "soutien assets:bank 815 60000 USD", "soutien assets:receivable acme -60000 USD",
            ])
        #expect(try position(desk) == (100_000, 135_000))
    }

    @Test func `an invoice abroad that is not whole is refused with its field`() throws {
        let desk = try invoiced()
        func field(_ body: Body) throws -> String? { try desk.refusal(in: "soutien", body)?.field }
        func usd(_ amount: Int64 = 100, _ taxClass: TaxClass = .zeroRated, worth: Int64 = 135, rate: String = "r")
            -> Body
        {
            .clientInvoice("u2", "acme", amount, taxClass, currency: "USD", worth: worth, rate: rate)
        }
        #expect(try field(usd()) == nil)
        #expect(try field(usd(0)) == "amountMinor")
        #expect(try field(usd(100, .unspecified)) == "taxClass")
        #expect(try field(usd(100, .standard)) == "currency")
        #expect(try field(usd(worth: 0)) == "bookAmountMinor")
        #expect(try field(usd(rate: "")) == "rateSource")
        #expect(try field(.clientInvoice("u2", "nobody", 100, .zeroRated)) == "client")
        #expect(
            try field(.clientInvoice("u2", "acme", 100, .zeroRated, currency: "ZZZ", worth: 1, rate: "r")) == "currency"
        )
        #expect(try field(.clientInvoice("u2", "acme", 100, .zeroRated, worth: 99)) == "bookAmountMinor")
        #expect(try field(.clientInvoice("u2", "acme", 100, taxes: [("gst", 5)])) == "taxes")
        #expect(try field(.clientInvoice("u2", "acme", 100, .zeroRated, taxes: [("gst", 5)])) == "taxes[0].amountMinor")
        #expect(try field(.clientInvoice("", "acme", 100, .zeroRated)) == "invoice")
        #expect(try field(.clientPayment("u2", 1)) == "invoice")
        #expect(try field(.clientPayment("u1", 1)) == "currency")
        #expect(try field(.clientPayment("u1", 100_001, currency: "USD")) == "amountMinor")
        #expect(try field(.clientPayment("u1", 1, currency: "USD", institution: "")) == "institution")
    }

    @Test func `selling all of a currency realises the gain, selling more than there is is refused`() throws {
        let desk = try paid()
        #expect(
            try desk.refusal(in: "soutien", .exchange("x1", sold: 100_001, "USD", bought: 1, "CAD"))?.field
                == "soldMinor")
        #expect(
            try desk.refusal(
                in: "soutien", .exchange("x1", sold: 1, "USD", bought: 1, "CAD", institution: "006"))?.field
                == "soldMinor")
        #expect(
            try desk.refusal(in: "soutien", .exchange("x1", sold: 1, "USD", bought: 1, "USD"))?.field
                == "boughtCurrency")
        #expect(
            try desk.refusal(in: "soutien", .exchange("x1", sold: 1, "USD", bought: 0, "CAD"))?.field == "boughtMinor")
        #expect(
            try desk.refusal(in: "soutien", .exchange("x1", sold: 1, "USD", bought: 1, "CAD", worth: 1))?.field
                == "bookAmountMinor")
        #expect(
            try desk.refusal(in: "soutien", .exchange("x1", sold: 1, "USD", bought: 1, "EUR"))?.field
                == "bookAmountMinor")
        #expect(
            try desk.record(in: "soutien", .exchange("x1", sold: 40_000, "USD", bought: 55_000, "CAD")) == [
                "soutien assets:bank 815 -40000 USD", "soutien assets:bank 815 55000 CAD",
                "soutien assets:currency-exchange -55000 CAD", "soutien assets:currency-exchange 40000 USD",
            ])
        #expect(try position(desk) == (60_000, 80_000))
        #expect(try desk.refusal(in: "soutien", .exchange("x1", sold: 1, "USD", bought: 1, "CAD"))?.field == "exchange")
        #expect(
            try desk.record(in: "soutien", .exchange("x2", sold: 60_000, "USD", bought: 81_500, "CAD")) == [
                "soutien assets:bank 815 -60000 USD", "soutien assets:bank 815 81500 CAD",
                "soutien assets:currency-exchange -80000 CAD", "soutien assets:currency-exchange 60000 USD",
                "soutien revenue:exchange-gains -1500 CAD",
            ])
        #expect(try position(desk) == (0, 0))
        #expect(desk.balancesOfAll.keys.allSatisfy { !$0.contains("currency-exchange") && !$0.hasSuffix("USD") })
    }

    @Test func `a currency is not sold before it came, nor what was sold since`() throws {
        let desk = try invoiced()
        try desk.record(in: "soutien", .clientPayment("u1", 100_000, currency: "USD"), at: "2017-03-20T15:00:00Z")
        let early = Body.exchange("x1", sold: 100_000, "USD", bought: 135_000, "CAD")
        let refusal = try #require(try desk.refusal(in: "soutien", early, at: "2017-02-01T15:00:00Z"))
        #expect(refusal.field == "soldMinor" && refusal.accepted.english == "at most 0")
        try desk.record(
            in: "soutien", .exchange("x1", sold: 60_000, "USD", bought: 81_000, "CAD"), at: "2017-12-20T15:00:00Z")
        let between = Body.exchange("x2", sold: 40_001, "USD", bought: 54_000, "CAD")
        #expect(
            try desk.refusal(in: "soutien", between, at: "2017-12-10T15:00:00Z")?.accepted.english == "at most 40000")
    }

    @Test func `selling below what it is carried at is a loss`() throws {
        let desk = try paid()
        #expect(
            try desk.record(in: "soutien", .exchange("x1", sold: 100_000, "USD", bought: 130_000, "CAD")).contains(
                "soutien expenses:exchange-losses 5000 CAD"))
    }

    @Test func `one foreign currency becomes another at the worth that the event states`() throws {
        let desk = try paid()
        #expect(
            try desk.record(
                in: "soutien", .exchange("x1", sold: 100_000, "USD", bought: 90_000, "EUR", worth: 136_000)) == [
                    "soutien assets:bank 815 -100000 USD", "soutien assets:bank 815 90000 EUR",
                    "soutien assets:currency-exchange -90000 EUR", "soutien assets:currency-exchange 1000 CAD",
                    "soutien assets:currency-exchange 100000 USD", "soutien revenue:exchange-gains -1000 CAD",
                ])
        let book = try #require(desk.book("soutien"))
        #expect(desk.views.currencyWorth(book, .eur) == 136_000)
        #expect(desk.views.currencyHolding(book, .eur) == 90_000)
    }

    @Test func `a revaluation carries the holding at the day's worth`() throws {
        let desk = try invoiced()
        func field(_ body: Body) throws -> String? {
            try desk.refusal(in: "soutien", body, at: "2017-12-31T20:00:00Z")?.field
        }
        #expect(try field(.revaluation("USD", holding: 99_999, worth: 1)) == "holdingMinor")
        #expect(try field(.revaluation("USD", holding: 100_000, worth: -1)) == "bookAmountMinor")
        #expect(try field(.revaluation("USD", holding: 100_000, worth: 1, rate: "")) == "rateSource")
        #expect(try field(.revaluation("CAD", holding: 0, worth: 0)) == "currency")
        #expect(try field(.revaluation("EUR", holding: 0, worth: 1)) == "bookAmountMinor")
        #expect(
            try desk.record(
                in: "soutien", .revaluation("USD", holding: 100_000, worth: 125_450), at: "2017-12-31T20:00:00Z") == [
                    "soutien assets:currency-exchange -9550 CAD", "soutien expenses:exchange-losses 9550 CAD",
                ])
        #expect(try position(desk) == (100_000, 125_450))
        // An earlier day's worth is not stated any more.
        #expect(
            try desk.refusal(
                in: "soutien", .revaluation("USD", holding: 100_000, worth: 100_000), at: "2017-12-30T20:00:00Z")?.field
                == "effectiveAt")
    }

    @Test
    func `a year does not close over a holding that is not revalued on its last day, and keeps no foreign revenue`()
        throws
    {
        let desk = try invoiced()
        let end = "2018-01-01T04:59:59Z"
        #expect(try desk.refusal(in: "soutien", .close(2017, surplus: 135_000), at: end)?.field == "fiscalYear")
        try desk.record(
            in: "soutien", .revaluation("USD", holding: 100_000, worth: 125_450), at: "2017-12-31T20:00:00Z")
        #expect(try desk.refusal(in: "soutien", .close(2017, surplus: 135_000), at: end)?.field == "surplusMinor")
        try desk.record(in: "soutien", .close(2017, surplus: 125_450), at: end)
        let left = desk.balancesOfAll.filter { $0.key.contains("revenue:") || $0.key.contains("expenses:") }
        #expect(left.isEmpty)
        #expect(desk.balancesOfAll["soutien equity:surplus CAD"] == -125_450)
        #expect(desk.balancesOfAll["soutien assets:currency-exchange CAD"] == 125_450)
        // The next year begins with that worth: sold for it, nothing is gained.
        try desk.record(in: "soutien", .clientPayment("u1", 100_000, currency: "USD"), at: "2018-02-01T15:00:00Z")
        let entry = try desk.record(in: "soutien", .exchange("x1", sold: 100_000, "USD", bought: 125_450, "CAD"))
        #expect(!entry.contains { $0.contains("exchange-") && !$0.contains("currency-exchange") })
    }

    /// 1 000 last days of random revaluations and exchanges at any rates: the year closes over a position exactly where the last word on it is a revaluation.
    @Test(arguments: 0..<10)
    func `a year closes over no worth but that of its last revaluation`(block: Int) throws {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            var random = Seeded(seed)
            let desk = try paid()
            var (holding, worth): (Int64, Int64) = (100_000, 135_000)
            var stated: (Int64, Int64)?
            for step in 0..<5 {
                let at = "2017-12-31T20:0\(step):00Z"
                let amount = Int64.random(in: 1...2, using: &random) * 50_000
                let other = Int64.random(in: 1...3, using: &random) * 50_000
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    worth = holding == 0 ? 0 : other
                    stated = (holding, worth)
                    try desk.record(in: "soutien", .revaluation("USD", holding: holding, worth: worth), at: at)
                case 1 where amount <= holding:
                    try desk.record(
                        in: "soutien", .exchange("x\(step)", sold: amount, "USD", bought: other, "CAD"), at: at)
                    holding -= amount
                    worth = holding == 0 ? 0 : worth - other
                default:
                    try desk.record(
                        in: "soutien", .exchange("x\(step)", sold: other, "CAD", bought: amount, "USD"), at: at)
                    holding += amount
                    worth += other
                }
                let isValued = holding == 0 && worth == 0 || stated.map { $0 == (holding, worth) } ?? false
                let refusal = try desk.refusal(
                    in: "soutien", .close(2017, surplus: -99_999_999), at: "2018-01-01T04:59:59Z")
                try #require(
                    refusal?.field == (isValued ? "surplusMinor" : "fiscalYear"), "seed \(seed), step \(step)")
            }
        }
    }

    @Test func `a trade at any rate after the revaluation asks for another`() throws {
        let desk = try paid()
        func field() throws -> String? {
            try desk.refusal(in: "soutien", .close(2017, surplus: 0), at: "2018-01-01T04:59:59Z")?.field
        }
        try desk.record(
            in: "soutien", .revaluation("USD", holding: 100_000, worth: 140_000), at: "2017-12-31T20:00:00Z")
        #expect(try field() == "surplusMinor")
        try desk.record(in: "soutien", .exchange("x1", sold: 50_000, "USD", bought: 1, "CAD"))
        try desk.record(in: "soutien", .exchange("x2", sold: 5_000_000, "CAD", bought: 50_000, "USD"))
        #expect(try field() == "fiscalYear")
        try desk.record(in: "soutien", .revaluation("USD", holding: 100_000, worth: 140_000))
        #expect(try field() == "surplusMinor")
    }

    // MARK: manual entries

    @Test func `a manual entry balances in each currency, its worth written out`() throws {
        let desk = try Federation.desk(["soutien"])
        func refused(_ lines: [EntryLine]) throws -> String? {
            try desk.refusal(in: "soutien", .entry(lines))?.field
        }
        let opening: [EntryLine] = [
            EntryLine.debit("assets:bank", 20_000, party: "815").inCurrency("USD"),
            EntryLine.credit("assets:currency-exchange", 20_000).inCurrency("USD"),
            .debit("assets:currency-exchange", 26_000), .credit("equity:reserve", 26_000),
        ]
        #expect(try refused([opening[0], .credit("equity:reserve", 20_000)]) == "lines")
        #expect(
            try refused([opening[0], EntryLine.credit("equity:reserve", 20_000).inCurrency("USD")])
                == "lines[1].currency")
        #expect(
            try refused([opening[0], EntryLine.credit("revenue:other", 20_000).inCurrency("USD")])
                == "lines[1].currency")
        #expect(
            try refused([opening[0], EntryLine.credit("expenses:rent", 20_000).inCurrency("USD")])
                == "lines[1].currency")
        #expect(
            try refused([opening[0], EntryLine.credit("assets:bank", 20_000, party: "815").inCurrency("QQQ")])
                == "lines[1].currency")
        #expect(try refused(Array(opening.prefix(2))) == "lines")
        #expect(try refused(Array(opening.suffix(2))) == "lines")
        #expect(try refused(opening + opening.prefix(2).map { $0.inCurrency("EUR") }) == "lines")
        try desk.record(in: "soutien", .entry(opening))
        #expect(try position(desk) == (20_000, 26_000))
        // Rent abroad, paid in full from there: what is left of the worth is a loss.
        #expect(
            try desk.record(
                in: "soutien",
                .entry([
                    .debit("expenses:rent", 25_500), .credit("assets:currency-exchange", 25_500),
                    EntryLine.debit("assets:currency-exchange", 20_000).inCurrency("USD"),
                    EntryLine.credit("assets:bank", 20_000, party: "815").inCurrency("USD"),
                ])) == [
                    "soutien assets:bank 815 -20000 USD", "soutien assets:currency-exchange -26000 CAD",
                    "soutien assets:currency-exchange 20000 USD", "soutien expenses:exchange-losses 500 CAD",
                    "soutien expenses:rent 25500 CAD",
                ])
        #expect(try position(desk) == (0, 0))
    }

    @Test func `a correction takes back both sides of a position`() throws {
        let desk = try Federation.desk(["soutien"])
        func lines(_ worth: Int64) -> [EntryLine] {
            [
                EntryLine.debit("assets:bank", 20_000, party: "815").inCurrency("USD"),
                EntryLine.credit("assets:currency-exchange", 20_000).inCurrency("USD"),
                .debit("assets:currency-exchange", worth), .credit("equity:preferred-shares", worth, party: "acme"),
            ]
        }
        try desk.record(in: "soutien", .entry(lines(26_000)))
        try desk.record(in: "soutien", .correction(of: desk.size - 1, lines(26_300)))
        #expect(try position(desk) == (20_000, 26_300))
        try desk.record(in: "soutien", .correction(of: desk.size - 1, []))
        #expect(try position(desk) == (0, 0))
        #expect(desk.balancesOfAll.isEmpty)
    }

    @Test func `two cooperatives of different currencies owe each other in the agreement's`() throws {
        let desk = try Federation.desk(["nord", "sud"], currencies: ["sud": "USD"])
        try desk.sign("hote", "nord", "sud", kind: .hosting, [.period("host", 10_000, .zeroRated)])
        func invoice(worth: Int64 = 0, clientWorth: Int64 = 7_700, rate: String = "r") -> Body {
            .serviceInvoice(
                "h1", "hote", from: "2017-01-01", to: "2017-01-31", [.line("host", 1, 10_000)], worth: worth,
                clientWorth: clientWorth, rate: rate)
        }
        #expect(try desk.refusal(in: "nord", invoice(clientWorth: 0))?.field == "clientBookAmountMinor")
        #expect(try desk.refusal(in: "nord", invoice(worth: 9_999))?.field == "bookAmountMinor")
        #expect(try desk.refusal(in: "nord", invoice(rate: ""))?.field == "rateSource")
        #expect(
            try desk.record(in: "nord", invoice()) == [
                "nord assets:intercoop-receivable sud 10000 CAD", "nord revenue:services -10000 CAD",
                "sud assets:currency-exchange -7700 USD", "sud assets:currency-exchange 10000 CAD",
                "sud expenses:services 7700 USD", "sud liabilities:intercoop-payable nord -10000 CAD",
            ])
        try desk.requireMirrors()
        // In the client's currency, it is the provider who converts.
        try desk.sign("appui", "nord", "sud", kind: .support, [.unit("hour", 5_000, .zeroRated)], currency: "USD")
        #expect(
            try desk.record(
                in: "nord",
                .serviceInvoice(
                    "h3", "appui", from: "2017-01-01", to: "2017-01-31", [.line("hour", 2, 10_000)], currency: "USD",
                    worth: 13_500, rate: "r")) == [
                    "nord assets:currency-exchange -10000 USD", "nord assets:currency-exchange 13500 CAD",
                    "nord assets:intercoop-receivable sud 10000 USD", "nord revenue:services -13500 CAD",
                    "sud expenses:services 10000 USD", "sud liabilities:intercoop-payable nord -10000 USD",
                ])
        try desk.requireMirrors()
        try desk.sign("taxee", "nord", "sud", kind: .hosting, [.period("host", 10_000)])
        let taxed = Body.serviceInvoice(
            "h2", "taxee", from: "2017-01-01", to: "2017-01-31", [.line("host", 1, 10_000)],
            taxes: [("gst", 500), ("qst", 998)], clientWorth: 8_000, rate: "r")
        #expect(try desk.refusal(in: "nord", taxed)?.field == "currency")
    }
}
