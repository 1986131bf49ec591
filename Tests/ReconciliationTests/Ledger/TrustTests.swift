import Accounting
import Commerce
import Events
import Fixtures
import Ledger
import Testing

@testable import Reconciliation

/// Funds held for others, day by day, against what lies in trust: by hand.
@Suite struct TrustTests {
    private static func report(_ counter: Counter, for viewer: Viewer = .ledger) throws -> TrustReport {
        let snapshot = try LedgerSnapshot(counter.store)
        return try TrustQuery.report(
            snapshot.views.named("grand-io"), from: CivilDate("2017-06-01"), through: CivilDate("2017-06-30"),
            for: viewer, snapshot)
    }

    private static func holders(_ report: TrustReport) -> [String] {
        report.holders.map { "\($0.holder) \($0.account) \($0.amountMinor)" }
    }

    /// June: two orders settle into trust, a payout leaves, the commission and a little more is transferred out; then an order that is paid late, one that
    /// is cancelled, and a gift card.
    private static func month() throws -> Counter {
        let counter = try Counter()
        try counter.record(
            .bankAccount("815-fiducie", from: "2017-06-01", ledger: "assets:trust-bank"), at: "2017-06-01T12:00:00Z")
        try counter.trade()
        for (body, time) in [
            (.settlement("815", day: "2017-06-01", gross: 15_000, fees: 300), "2017-06-02T16:00:00Z"),
            (.payoutSettled("PAYOUT-0001"), "2017-06-05T15:00:00Z"),
            (
                .entry([
                    .debit("assets:bank", 400, party: "815"), .credit("assets:trust-bank", 400, party: "815"),
                ]), "2017-06-06T15:00:00Z"
            ),
            (.purchase("o3", "bob", [.of("milk", "sam", 1_000, .zeroRated)]), "2017-06-07T15:00:00Z"),
            (.capture("pay-o3a", "o3", 500), "2017-06-08T15:00:00Z"),
            (.capture("pay-o3b", "o3", 500), "2017-06-09T15:00:00Z"),
            (.purchase("o4", "bob", [.of("milk", "sam", 200, .zeroRated)]), "2017-06-12T15:00:00Z"),
            (.capture("pay-o4", "o4", 200), "2017-06-12T15:05:00Z"), (.cancellation("o4"), "2017-06-13T15:00:00Z"),
            (.payBack("back-o4", "o4", 200), "2017-06-14T15:00:00Z"),
            (.giftCard("card-1", "ana", 300), "2017-06-15T15:00:00Z"),
        ] as [(Body, String)] { try counter.record(body, at: time) }
        return counter
    }

    @Test func `every day's held funds stand against trust and what is in transit to it`() throws {
        let report = try Self.report(Self.month())
        #expect(report.hasTrustAccount && report.days.count == 30)
        // Day: held, trust, in transit.
        let expected: [(Int, Int64, Int64, Int64)] = [
            (1, 14_400, 0, 15_000), (2, 14_400, 14_700, 0), (4, 14_400, 14_700, 0), (5, 4_800, 5_100, 0),
            (6, 4_800, 4_700, 0),
            // Nothing is held of what nobody has paid; what came in first is the seller's.
            (7, 4_800, 4_700, 0), (8, 5_300, 4_700, 500), (9, 5_760, 4_700, 1_000),
            // A cancelled order's money is the buyer's until it goes back.
            (12, 5_952, 4_700, 1_200), (13, 5_960, 4_700, 1_200), (14, 5_760, 4_700, 1_000),
            (15, 6_060, 4_700, 1_300), (30, 6_060, 4_700, 1_300),
        ]
        for (day, held, trust, transit) in expected {
            let found = report.days[day - 1]
            #expect(found.day.day == day)
            #expect(
                [found.heldMinor, found.trustMinor, found.inTransitMinor] == [held, trust, transit], "\(day): \(found)")
        }
        let short = report.days.filter { ($0.differenceMinor ?? 0) < 0 }.map(\.day.day)
        #expect(report.shortDays.map(\.day.day) == short)
        #expect(short == [6, 7, 8, 9, 10, 11, 12, 13, 14] + Array(15...30), "\(short)")
        #expect(report.shortSince?.text == "2017-06-06")
        #expect(Self.holders(report) == ["sam sellerPayable 5760", " giftCards 300"])
        #expect(report.places.map { "\($0.institution) \($0.trustMinor) \($0.inTransitMinor)" } == ["815 4700 1300"])
        #expect(report.holders.reduce(0) { $0 + $1.amountMinor } == report.days.last?.heldMinor)
    }

    @Test func `a payout under way is held until the institution has paid it`() throws {
        let counter = try Self.month()
        let snapshot = try LedgerSnapshot(counter.store)
        let day = try CivilDate("2017-06-04")
        let report = try TrustQuery.report(snapshot.views.named("grand-io"), from: day, through: day, snapshot)
        #expect(Self.holders(report) == ["sam sellerPayable 4800", "sam payoutsInTransit 9600"])
        #expect(report.shortSince == nil && report.days.count == 1 && report.days[0].differenceMinor == 300)
    }

    @Test func `what one holder owes covers nobody else's funds`() throws {
        let counter = try Self.month()
        // A chargeback that the sellers bear leaves sam owing; reg's funds stay whole.
        try counter.record(.chargebackRule(.seller), at: "2017-06-16T12:00:00Z")
        for (body, time) in [
            (.purchase("o5", "bob", [.of("milk", "reg", 1_000, .zeroRated)]), "2017-06-16T15:00:00Z"),
            (.capture("pay-o5", "o5", 1_000), "2017-06-16T15:05:00Z"),
            (.payout("PAYOUT-0002", "sam", 4_800), "2017-06-16T16:00:00Z"),
            (.chargeback("cb-1", "o1", 10_000), "2017-06-17T15:00:00Z"),
        ] as [(Body, String)] { try counter.record(body, at: time) }
        let report = try Self.report(counter)
        #expect(
            Self.holders(report) == ["reg sellerPayable 960", "sam payoutsInTransit 4800", " giftCards 300"])
        #expect(report.days.last?.heldMinor == 6_060)
    }

    @Test func `a holder sees its own funds only`() throws {
        let counter = try Self.month()
        let own = try Self.report(counter, for: Viewer(actor: "sam"))
        #expect(own.holders.map(\.holder) == ["sam"] && own.places.isEmpty && own.shortSince == nil)
        #expect(own.days.allSatisfy { $0.trustMinor == nil && $0.inTransitMinor == nil && !$0.isShort })
        #expect(own.days.last?.heldMinor == 5_760)
        #expect(try Self.report(counter, for: Viewer(actor: "ana")).holders.isEmpty)
        #expect(throws: LedgerError.self) { try Self.report(counter, for: Viewer(actor: "institution:815")) }
        #expect(throws: LedgerError.self) { try Self.report(counter, for: Viewer(actor: "nobody")) }
    }

    @Test func `a standing shortfall is an exception with an age, where a trust account is declared`() throws {
        let counter = try Self.month()
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        let found = try #require(try TrustShortfall.standing(book, on: CivilDate("2017-06-08"), snapshot))
        #expect(found.since.text == "2017-06-06" && found.amountMinor == -100 && found.age == 2)
        #expect(try TrustShortfall.standing(book, on: CivilDate("2017-06-05"), snapshot) == nil)
        let other = try Counter()
        try other.trade()
        let without = try LedgerSnapshot(other.store)
        #expect(
            try TrustShortfall.standing(without.views.named("grand-io"), on: CivilDate("2017-06-05"), without) == nil)
        let report = try Self.report(other)
        #expect(!report.hasTrustAccount && report.days[29].heldMinor == 14_400 && report.days[29].trustMinor == 0)
    }
}
