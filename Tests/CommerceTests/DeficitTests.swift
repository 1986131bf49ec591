import Commerce
import Events
import Fixtures
import Testing

/// Loss years, deficits, and what other rule sets than the Act's bound.
@Suite("Deficits and bounds")
struct DeficitTests {
    /// A year that lost 500 without a reserve, then one that earned `surplus`.
    private func desk(_ surplus: Int64, policy: Body = .allocationPolicy([(.consumer, 1_000_000)])) throws -> Desk {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(policy)
        try desk.spend(500)
        try desk.close(2017, -500)
        #expect(desk.journal == ["equity:deficit 500", "expenses:rent -500"])
        try desk.sell("o1", "ana", surplus)
        try desk.close(2018, surplus)
        return desk
    }

    @Test func `no dividend before the deficit is covered`() throws {
        let desk = try desk(800)
        let refusal = try desk.refusal(.resolution(2018, surplus: 800, cash: 300, deficit: 499))
        #expect(refusal?.field == "surplusMinor")
        for (body, field, accepted) in [
            (.resolution(2018, surplus: 800, cash: 800), "deficitMinor", "exactly 500"),
            (.resolution(2018, surplus: 800, cash: 301, deficit: 499), "deficitMinor", "exactly 500"),
            (.resolution(2018, surplus: 800, community: 800), "deficitMinor", "exactly 500"),
            (.resolution(2018, surplus: 800, rebates: 800), "deficitMinor", "exactly 500"),
            (.resolution(2018, surplus: 800, cash: 299, deficit: 501), "deficitMinor", "at most 500"),
            (.resolution(2018, surplus: 800, cash: 801, deficit: -1), "deficitMinor", "at least 0"),
        ] as [(Body, String, String)] {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == field)
            #expect(refusal?.accepted.english == accepted)
        }
        #expect(try desk.refusal(.resolution(2018, surplus: 800, reserve: 800)) == nil)
        #expect(
            try desk.record(.resolution(2018, surplus: 800, reserve: 100, cash: 200, deficit: 500)) == [
                "equity:deficit -500", "equity:reserve -100", "equity:surplus 800",
                "liabilities:dividends-payable -200",
            ])
        #expect(desk.balance("equity:deficit") == 0)
        try desk.record(.declaration(2018, "ana", base: 800, cash: 200))
    }

    @Test func `interest on shares comes after the deficit`() throws {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(.subscription("ana", shares: 10, amount: 1_000, class: .preferred))
        try desk.spend(500)
        try desk.close(2017, -500)
        try desk.sell("o1", "ana", 800)
        try desk.close(2018, 800)
        let refusal = try desk.refusal(.interest(2018, "ana", rate: 800_000, 800))
        #expect(refusal?.field == "amountMinor" && refusal?.accepted.english == "at most 300")
        try desk.record(.interest(2018, "ana", rate: 300_000, 300))
        try desk.record(.resolution(2018, surplus: 500, deficit: 500))
    }

    @Test func `a surplus smaller than the deficit covers what it can`() throws {
        let desk = try desk(300)
        #expect(
            try desk.refusal(.resolution(2018, surplus: 300, cash: 100, deficit: 200))?.accepted.english
                == "exactly 300")
        try desk.record(.resolution(2018, surplus: 300, deficit: 300))
        #expect(desk.balance("equity:deficit") == 200)
    }

    @Test func `floors and caps are parts of what the deficit leaves`() throws {
        let policy = Body.allocationPolicy(
            [(.consumer, 1_000_000)], reserveMin: 100_000, equityToDebts: .max, dividendsMax: 450_000)
        let desk = try desk(1_500, policy: policy)
        #expect(
            try desk.refusal(
                .resolution(2018, surplus: 1_500, reserve: 549, cash: 451, deficit: 500))?.accepted.english
                == "at most 450")
        #expect(
            try desk.refusal(
                .resolution(2018, surplus: 1_500, reserve: 99, rebates: 501, cash: 400, deficit: 500))?
                .accepted.english == "at least 100")
        try desk.record(.resolution(2018, surplus: 1_500, reserve: 550, cash: 450, deficit: 500))
    }

    @Test func `a loss after a surplus comes out of the reserve, and the rest is a deficit`() throws {
        let desk = try desk(2_000)
        try desk.record(.resolution(2018, surplus: 2_000, reserve: 1_000, cash: 500, deficit: 500))
        try desk.spend(1_200)
        #expect(
            try desk.close(2019, -1_200) == ["equity:deficit 200", "equity:reserve 1000", "expenses:rent -1200"])
    }

    @Test func `under a policy that asks for a reserve, dividends wait for one`() throws {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.record(.allocationPolicy([(.consumer, 1_000_000)], needsReserve: true))
        try desk.sell("o1", "ana", 100)
        try desk.close(2017, 100)
        let refusal = try desk.refusal(.resolution(2017, surplus: 100, cash: 100))
        #expect(refusal?.field == "reserveMinor")
        #expect(refusal?.accepted.english == "at least 1")
        try desk.record(.resolution(2017, surplus: 100, reserve: 1, cash: 99))
        try desk.sell("o2", "ana", 100)
        try desk.close(2018, 100)
        try desk.record(.resolution(2018, surplus: 100, cash: 100))
    }

    @Test func `minutes are 32 bytes or none`() throws {
        let desk = try Desk()
        try desk.record(.commission(ppm: 1_000_000))
        try desk.sell("o1", "ana", 100)
        try desk.close(2017, 100)
        #expect(
            try desk.refusal(.resolution(2017, surplus: 100, reserve: 100, minutes: [1, 2]))?.field == "minutesSha256")
        try desk.record(.resolution(2017, surplus: 100, reserve: 100, minutes: Array(repeating: 7, count: 32)))
    }

    /// Ontario's HST and a split like Mondragon's: an example, not law. Nothing of the Act is wired into the program.
    @Test func `a cooperative under other rules closes its year`() throws {
        let desk = try Desk(
            opening: [
                .founding(), .calendar(), .taxes(.order, [("hst", .standard, 130_000), ("hst", .printedBook, 50_000)]),
                .commission(ppm: 1_000_000), .withholdingRule(),
                .allocationPolicy(
                    [(.consumer, 400_000), (.worker, 600_000)], reserveMin: 450_000, equityToDebts: .max,
                    communityMin: 100_000, dividendsMax: 450_000, version: "example-hst-mondragon"),
            ] + Story.people)
        try desk.record(.identity("wil"))
        try desk.record(.admission("wil", [.worker], category: .worker))
        try desk.record(
            .purchase(
                "o1", "ana", [.of("lamp", "sam", 10_000), .of("book", "sam", 10_000, .printedBook)],
                taxes: [("hst", 1_800)]))
        #expect(desk.balance("liabilities:hst-payable") == -1_800)
        try desk.record(.capture("p1", "o1", 21_800))
        try desk.record(.handOver("o1"))
        desk.count(.worker, "wil", 40_000, year: 2017)
        try desk.close(2017, 20_000)
        for (reserve, cash, community, field) in [
            (8_999, 8_999, 2_002, "reserveMinor"), (9_000, 9_001, 1_999, "dividendsCashMinor + dividendsSharesMinor"),
            (9_001, 9_000, 1_999, "communityMinor"),
        ] as [(Int64, Int64, Int64, String)] {
            let body = Body.resolution(
                2017, surplus: 20_000, reserve: reserve, cash: cash, community: community,
                rules: "example-hst-mondragon")
            #expect(try desk.refusal(body)?.field == field)
        }
        #expect(
            try desk.record(
                .resolution(
                    2017, surplus: 20_000, reserve: 9_000, cash: 9_000, community: 2_000, rules: "example-hst-mondragon"
                )) == [
                    "equity:reserve -9000", "equity:surplus 20000", "liabilities:community-payable -2000",
                    "liabilities:dividends-payable -9000",
                ])
        try desk.record(.declaration(2017, "ana", base: 20_000, cash: 3_600))
        try desk.record(.declaration(2017, "wil", base: 0, cash: 5_400))
        try desk.record(.dividend(2017, "wil", cash: 5_400), at: "2018-05-01T15:00:00Z")
        #expect(desk.balance("liabilities:dividends-payable") == 0)
        #expect(desk.balances.values.reduce(0, +) == 0)
    }
}
