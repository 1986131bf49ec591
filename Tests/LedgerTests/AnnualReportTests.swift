import Accounting
import Commerce
import Events
import Fixtures
import Ledger
import Testing

/// The register of shares, the annual report and the interest step, read from a ledger.
@Suite("Annual report")
struct AnnualReportTests {
    private static let yearEnd = YearEnd(book: "grand-io", year: 2017, source: "year-end", actor: "ana")

    private func day(_ text: String) throws -> CivilDate { try CivilDate(text) }

    /// Three purchases of 690.01 in all and one of a non-member; shares come and go; cid leaves.
    private func shelf() throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([
            story.event(.allocationPolicy([(.consumer, 700_000), (.seller, 300_000)], equityToDebts: .max)),
            story.event(.subscription("ana", shares: 20, amount: 20_000, class: .preferred)),
            story.event(.subscription("cid", shares: 3, amount: 3_000)),
        ])
        try shelf.record(story.yearOfThreePurchases())
        try shelf.record([
            story.event(.purchase("o-tom", "tom", [.of("milk", "sam", 10_000, .zeroRated)], status: .nonMember)),
            story.event(.capture("p-tom", "o-tom", 10_000)), story.event(.handOver("o-tom")),
            story.event(.entry([.debit("expenses:rent", 9_001), .credit("assets:bank", 9_001, party: "815")])),
            story.event(.withdrawal("cid"), at: "2017-06-01T15:00:00Z"),
            story.event(.redemptionAccepted("r1", "cid", shares: 3, amount: 3_000), at: "2017-07-01T15:00:00Z"),
            story.event(.redemptionPaid("r1", 1_000), at: "2017-08-01T15:00:00Z"),
        ])
        return shelf
    }

    private func endYear(_ shelf: Shelf) throws {
        let (allocated, paid) = (Story.us("2018-04-15T16:00:00Z"), Story.us("2018-05-01T16:00:00Z"))
        let plan = AllocationPlan(reserveMinor: 19_000, dividendsCashMinor: 40_000, dividendsSharesMinor: 10_000)
        let end = Self.yearEnd
        let meeting = try day("2018-04-15")
        let steps: [(Views) throws -> Proposals] = [
            { try end.close($0) },
            { try end.allocateInterest(RatePpm(50_000), effectiveAtUs: allocated, $0) },
            {
                try end.resolve(
                    plan, meeting: meeting, resolution: "2018-1", minutesSha256: Array(repeating: 9, count: 32),
                    effectiveAtUs: allocated, $0)
            },
            { try end.declare(effectiveAtUs: allocated, $0) },
            { try end.pay(institution: "815", effectiveAtUs: paid, $0) },
            { try end.payInterest(institution: "815", effectiveAtUs: paid, $0) },
        ]
        for (at, step) in steps.enumerated() {
            let outcome = try shelf.writer.append(step(shelf.snapshot().views))
            #expect(outcome.refused.map { $0.refusal.text(.english) } == [], "step \(at)")
            #expect(outcome.repeats == 0)
        }
    }

    @Test func `the report says what the year was`() throws {
        let shelf = try shelf()
        try endYear(shelf)
        let report = try AnnualReport(book: "grand-io", year: 2017, shelf.snapshot())
        func values(_ section: ReportSection.Name, _ item: String) -> [ReportValue?] {
            report.sections.first { $0.name == section }?.rows.first { $0.item == item }?.values ?? []
        }
        #expect(report.isResolved)
        #expect(report.sections.map(\.name) == ReportSection.Name.allCases)
        #expect(values(.members, "user") == [.count(0), .count(5), .count(1), .count(4)])
        #expect(values(.shares, "common") == [.count(0), .count(3), .count(3), .count(0), .amountMinor(0)])
        #expect(values(.shares, "preferred") == [.count(0), .count(20), .count(0), .count(20), .amountMinor(20_000)])
        #expect(values(.income, "revenue:commission") == [.amountMinor(79_001)])
        #expect(values(.income, "expenses:rent") == [.amountMinor(9_001)])
        #expect(values(.income, "surplus") == [.amountMinor(70_000)])
        #expect(values(.income, "interest") == [.amountMinor(1_000)])
        #expect(values(.allocation, "allocatable") == [.amountMinor(69_000)])
        #expect(values(.reserve, "closing") == [.amountMinor(0)])
        #expect(values(.reserve, "afterAllocation") == [.amountMinor(19_000)])
        #expect(values(.payments, "declared") == [.count(4), .amountMinor(50_000)])
        #expect(values(.payments, "interestPaid") == [nil, .amountMinor(1_000)])
        #expect(
            values(.business, "consumer") == [
                .count(3), .amountMinor(69_001), .amountMinor(69_001), .amountMinor(10_000),
            ])
        #expect(
            values(.business, "seller") == [.count(1), .amountMinor(79_001), .amountMinor(79_001), .amountMinor(0)])
        // 0.7 × 69001 ÷ 79001 of the surplus may go to consumers, 0.3 to sellers: their parts of 500.00 by those caps.
        let caps: [Int64] = [69_000 * 7 * 69_001 / (10 * 79_001), 20_700]
        let pools = Market.share(50_000, caps)
        for (item, pool) in zip(["consumer", "seller"], pools) {
            guard case .amountMinor(let cash)? = values(.dividends, item)[2],
                case .amountMinor(let shares)? = values(.dividends, item)[3]
            else {
                Issue.record("no dividends of \(item)")
                continue
            }
            #expect(cash + shares == pool)
        }
    }

    @Test func `the interest step records nothing the second time`() throws {
        let shelf = try shelf()
        try endYear(shelf)
        let again = try Self.yearEnd.allocateInterest(
            RatePpm(50_000), effectiveAtUs: Story.us("2018-04-15T16:00:00Z"), shelf.snapshot().views)
        #expect(again.count == 1)
        #expect(try shelf.writer.append(again).repeats == 1)
        let paid = try Self.yearEnd.payInterest(
            institution: "815", effectiveAtUs: Story.us("2018-05-02T16:00:00Z"), shelf.snapshot().views)
        #expect(paid.count == 0)
    }

    @Test func `the register rolls forward as of any day and agrees with the accounts`() throws {
        let shelf = try shelf()
        try endYear(shelf)
        let snapshot = try shelf.snapshot()
        var query = ShareRegisterQuery(book: "grand-io")
        for text in ["2016-12-31", "2017-01-02", "2017-06-30", "2017-07-01", "2017-12-31", "2018-05-01"] {
            query.at = try day(text)
            for from in [nil, "2017-07-01"] {
                query.from = try from.map(day)
                #expect(try query.register(snapshot).agrees, "\(text)")
            }
        }
        query.at = try day("2017-07-01")
        query.from = try day("2017-07-01")
        let july = try query.register(snapshot)
        let cid = try #require(july.rows.first { $0.holder == "cid" })
        #expect((cid.opening, cid.issued, cid.redeemedShares, cid.closing) == (3, 0, 3, 0))
        #expect(cid.dueMinor == 3_000 && cid.amountMinor == 0)
        #expect(cid.subscribed?.text == "2017-01-02" && cid.redeemed?.text == "2017-07-01" && cid.repaid == nil)
        #expect(july.movements.map(\.movement) == [.redeemed])
        query.at = nil
        query.from = nil
        let now = try query.register(snapshot)
        #expect(now.rows.first { $0.holder == "cid" }?.dueMinor == 2_000)
        #expect(now.movements.contains { $0.movement == .dividend && $0.holder == "sam" })
        for row in now.rows {
            let account = row.shareClass == .common ? "equity:member-shares" : "equity:preferred-shares"
            #expect(snapshot.balance(account, row.holder) == -row.amountMinor)
        }
    }

    @Test func `a manual entry on the shares shows as a difference`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([
            story.event(
                .entry([.debit("assets:bank", 500, party: "815"), .credit("equity:member-shares", 500, party: "ana")]))
        ])
        let register = try ShareRegisterQuery(book: "grand-io").register(shelf.snapshot())
        #expect(!register.agrees)
        #expect(register.differencesMinor.map(\.minor) == [500, 0])
    }

    @Test func `an open year has no report`() throws {
        let shelf = try shelf()
        let snapshot = try shelf.snapshot()
        let refused = #expect(throws: LedgerError.self) { try AnnualReport(book: "grand-io", year: 2017, snapshot) }
        #expect(refused?.code == .notFound)
        #expect(throws: LedgerError.self) { try ShareRegisterQuery(book: "nowhere").register(snapshot) }
    }
}
