import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// The parts of the federation (DOMAIN §1) as they contract with each other, from the first event to the books.
@Suite("The federation at work")
struct FederationStoriesTests {
    private func book(_ desk: Desk, _ name: String) -> [String: Int64] {
        desk.balancesOfAll.filter { $0.key.hasPrefix(name + " ") }
    }

    @Test func `Grand io runs the marketplace of a retailers' cooperative, bills it and is paid`() throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        try desk.sign(
            "plateforme", "grand-io", "detail", [.period("platform", 50_000), .percent("sales", ppm: 15_000)])
        // January: 500.00 and 1.5 % of 84 321.50 = 1 264.82; GST 88.24, QST 176.04 (on 1 764.82).
        try desk.record(
            in: "grand-io",
            .serviceInvoice(
                "2017-01", "plateforme", from: "2017-01-01", to: "2017-01-31",
                [.line("platform", 1, 50_000), .line("sales", 8_432_150, 126_482)],
                taxes: [("gst", 8_824), ("qst", 17_604)]), at: "2017-02-01T15:00:00Z")
        try desk.record(in: "detail", .settlement("v1", to: "grand-io", 202_910), at: "2017-02-20T15:00:00Z")
        #expect(
            book(desk, "grand-io") == [
                "grand-io assets:bank 006 CAD": 202_910, "grand-io liabilities:gst-payable CAD": -8_824,
                "grand-io liabilities:qst-payable CAD": -17_604, "grand-io revenue:services CAD": -176_482,
            ])
        #expect(
            book(desk, "detail") == [
                "detail assets:bank 815 CAD": -202_910, "detail assets:tax-recoverable CAD": 26_428,
                "detail expenses:services CAD": 176_482,
            ])
        try desk.requireMirrors()
    }

    @Test func `a booksellers' cooperative stores at a warehouse operator that buys its catalogue work`() throws {
        let desk = try Federation.desk(["entrepot", "libraires"])
        try desk.sign(
            "stockage", "entrepot", "libraires", kind: .warehousing, to: "2017-12-31",
            [.unit("storage-day", 2), .unit("pick", 85), .period("desk", 12_000)])
        try desk.sign("catalogue", "libraires", "entrepot", kind: .support, [.unit("record", 150)])
        // 31 000 title-days at 0.02, 412 picks at 0.85, the desk: 620.00 + 350.20 + 120.00 = 1 090.20; taxes 54.51 and 108.75.
        try desk.record(
            in: "entrepot",
            .serviceInvoice(
                "E-1", "stockage", from: "2017-01-01", to: "2017-01-31",
                [.line("storage-day", 31_000, 62_000), .line("pick", 412, 35_020), .line("desk", 1, 12_000)],
                taxes: [("gst", 5_451), ("qst", 10_875)]), at: "2017-02-01T15:00:00Z")
        // 200 records at 1.50: 300.00, taxes 15.00 and 29.93.
        try desk.record(
            in: "libraires",
            .serviceInvoice(
                "L-1", "catalogue", from: "2017-01-01", to: "2017-01-31", [.line("record", 200, 30_000)],
                taxes: [("gst", 1_500), ("qst", 2_993)]), at: "2017-02-02T15:00:00Z")
        try desk.record(in: "libraires", .netting("C-1", with: "entrepot", 34_493), at: "2017-02-28T15:00:00Z")
        try desk.record(
            in: "libraires", .settlement("V-1", to: "entrepot", 125_346 - 34_493), at: "2017-03-01T15:00:00Z")
        #expect(!desk.balancesOfAll.keys.contains { $0.contains("intercoop") })
        #expect(desk.balancesOfAll["libraires assets:bank 815 CAD"] == -90_853)
        #expect(desk.balancesOfAll["entrepot revenue:services CAD"] == -109_020)
        #expect(desk.balancesOfAll["libraires assets:tax-recoverable CAD"] == 16_326)
        // The goods are the booksellers': the warehouse has fees in its book, no stock.
        #expect(!desk.balancesOfAll.keys.contains { $0.hasPrefix("entrepot assets:inventory") })
    }

    @Test func `an operator contracts with a drivers' cooperative and employs others`() throws {
        let desk = try Federation.desk(["chauffeurs", "taxelco"])
        // Opening balances, by two persons.
        try desk.record(
            in: "taxelco",
            .entry(
                [
                    .debit("assets:bank", 2_000_000, party: "815"), .debit("assets:vehicles", 4_800_000),
                    .credit("equity:preferred-shares", 6_800_000, party: "acme"),
                ], reason: "opening balances at 2017-01-01"))
        try desk.sign(
            "course", "chauffeurs", "taxelco", kind: .carriage, [.percent("fares", ppm: 700_000), .unit("shift", 500)])
        // 70 % of 45 000.00 of fares and 120 shifts: 31 500.00 + 600.00; taxes 1 605.00 and 3 201.98.
        try desk.record(
            in: "chauffeurs",
            .serviceInvoice(
                "T-1", "course", from: "2017-01-01", to: "2017-01-31",
                [.line("fares", 4_500_000, 3_150_000), .line("shift", 120, 60_000)],
                taxes: [("gst", 160_500), ("qst", 320_198)]), at: "2017-02-01T15:00:00Z")
        try desk.record(
            in: "taxelco",
            .entry(
                [
                    .debit("expenses:wages", 1_200_000), .credit("assets:bank", 940_000, party: "815"),
                    .credit("liabilities:source-deductions", 260_000),
                ], reason: "wages of January, twelve employed drivers"))
        try desk.record(
            in: "taxelco",
            .entry(
                [.debit("expenses:rent", 180_000), .credit("assets:bank", 180_000, party: "815")],
                reason: "rent of the garage"))
        try desk.record(
            in: "taxelco",
            .entry(
                [.debit("expenses:amortisation", 80_000), .credit("assets:vehicles:amortisation", 80_000)],
                reason: "vehicles, five years"))
        try desk.record(in: "taxelco", .settlement("P-1", to: "chauffeurs", 500_000), at: "2017-02-15T15:00:00Z")
        let expenses = desk.balancesOfAll.filter { $0.key.hasPrefix("taxelco expenses:") }
        #expect(
            expenses == [
                "taxelco expenses:amortisation CAD": 80_000, "taxelco expenses:rent CAD": 180_000,
                "taxelco expenses:services CAD": 3_210_000, "taxelco expenses:wages CAD": 1_200_000,
            ])
        #expect(desk.balancesOfAll["taxelco liabilities:intercoop-payable chauffeurs CAD"] == -3_190_698)
        #expect(desk.balancesOfAll["taxelco assets:bank 815 CAD"] == 380_000)
        try desk.requireMirrors()
    }

    @Test func `a support firm bills abroad in dollars of its client, and gives to the solidarity fund`() throws {
        let desk = try Federation.desk(["soutien", "fonds"])
        try desk.record(in: "soutien", .solidarityPolicy("fonds", ppm: 100_000))
        let march = "Banque du Canada, 2017-03-01"
        try desk.record(
            in: "soutien",
            .clientInvoice("S-1", "acme", 250_000, .zeroRated, currency: "USD", worth: 332_500, rate: march),
            at: "2017-03-01T15:00:00Z")
        try desk.record(in: "soutien", .clientPayment("S-1", 250_000, currency: "USD"), at: "2017-04-03T15:00:00Z")
        try desk.record(
            in: "soutien", .exchange("X-1", sold: 150_000, "USD", bought: 201_300, "CAD"), at: "2017-04-10T15:00:00Z")
        // 1 000.00 USD left, carried at 1 312.00, worth 1 254.50 at the year's end.
        try desk.record(
            in: "soutien", .revaluation("USD", holding: 100_000, worth: 125_450), at: "2017-12-31T21:00:00Z")
        #expect(desk.balancesOfAll["soutien expenses:exchange-losses CAD"] == 5_750)
        try desk.record(in: "soutien", .close(2017, surplus: 326_750), at: "2018-01-01T04:59:59Z")
        try desk.record(in: "soutien", .contribution("2017", to: "fonds", 2017, 32_675), at: "2018-05-01T15:00:00Z")
        try desk.record(in: "soutien", .settlement("V-1", to: "fonds", 32_675), at: "2018-05-02T15:00:00Z")
        try desk.record(in: "fonds", .grant("A-1", to: "soutien", 20_000), at: "2018-09-01T15:00:00Z")
        try desk.record(
            in: "fonds", .settlement("V-1", to: "soutien", 20_000, from: "006", at: "815"), at: "2018-09-02T15:00:00Z")
        #expect(
            desk.balancesOfAll == [
                "soutien assets:bank 815 USD": 100_000, "soutien assets:currency-exchange USD": -100_000,
                "soutien assets:currency-exchange CAD": 125_450,
                "soutien assets:bank 815 CAD": 201_300 - 32_675 + 20_000, "soutien equity:surplus CAD": -326_750,
                "soutien expenses:solidarity CAD": 32_675, "soutien revenue:other CAD": -20_000,
                "fonds assets:bank 006 CAD": 12_675, "fonds equity:solidarity-fund CAD": -12_675,
            ])
        // The meeting allocates the whole surplus: the contribution took nothing from it (C-67.2 s.143).
        let book = try #require(desk.book("soutien"))
        let year = try #require(desk.views.fiscalYear(2017, book))
        #expect(desk.views.allocatable(book, year) == 326_750)
    }

    @Test func `Uniqc has its own book and invoices the identities that the others use`() throws {
        let desk = try Federation.desk(["uniqc", "grand-io", "taxelco"])
        for client in ["grand-io", "taxelco"] {
            try desk.sign("identite-\(client)", "uniqc", client, kind: .hosting, [.unit("identity", 12)])
        }
        for (client, identities, amount, gst, qst) in [
            ("grand-io", 41_250, 495_000, 24_750, 49_376), ("taxelco", 1_111, 13_332, 667, 1_330),
        ] as [(String, Int64, Int64, Int64, Int64)] {
            try desk.record(
                in: "uniqc",
                .serviceInvoice(
                    "U-\(client)", "identite-\(client)", from: "2017-01-01", to: "2017-03-31",
                    [.line("identity", identities, amount)], taxes: [("gst", gst), ("qst", qst)]),
                at: "2017-04-01T15:00:00Z")
        }
        #expect(desk.balancesOfAll["uniqc revenue:services CAD"] == -508_332)
        #expect(desk.balancesOfAll["uniqc assets:intercoop-receivable grand-io CAD"] == 569_126)
        #expect(desk.balancesOfAll["taxelco expenses:services CAD"] == 13_332)
        try desk.requireMirrors()
    }
}
