import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Foundation
import Ledger
import SwiftProtobuf
import Testing

@testable import Reconciliation

/// Slips of dividends that a ledger paid, and the platform report of what it sold.
@Suite struct SlipFiguresTests {
    /// Two fiscal years. That of 2017 pays bob and cid in the last local hour of 2018 and ana in January 2019; that of 2018 pays ana and bob in May 2019.
    private final class TwoYears {
        let counter: Counter

        init(sending payout: String? = nil) throws {
            counter = try Counter()
            try counter.record(.commission(ppm: 1_000_000), at: "2017-01-03T15:00:00Z")
            try sell([("ana", 40_000), ("bob", 25_000), ("cid", 20_000)], "2017")
            try end(2017, AllocationPlan(reserveMinor: 35_000, dividendsCashMinor: 50_000))
            try sell([("ana", 30_000), ("bob", 30_000)], "2018")
            for (member, paid, tax) in [("bob", 14_706, 706), ("cid", 11_765, 265)] as [(String, Int64, Int64)] {
                try counter.record(.dividend(2017, member, cash: paid, withheld: tax), at: "2019-01-01T04:30:00Z")
            }
            try propose { try $0.close($1) }(2018)
            let late = Body.dividend(2017, "ana", cash: 23_529, withheld: 2_029)
            try counter.record(payout.map { late.sent(as: $0) } ?? late, at: "2019-01-15T15:00:00Z")
        }

        private func sell(_ purchases: [(String, Int64)], _ year: String) throws {
            for (buyer, amount) in purchases {
                let order = "o-\(year)-\(buyer)"
                try counter.record(
                    .purchase(order, buyer, [.of("milk", "sam", amount, .zeroRated)]), at: "\(year)-06-01T15:00:00Z")
                try counter.record(.capture("p-\(order)", order, amount), at: "\(year)-06-01T15:01:00Z")
                try counter.record(.handOver(order), at: "\(year)-06-01T15:02:00Z")
            }
        }

        private func propose(_ make: @escaping (YearEnd, Views) throws -> Proposals) -> (UInt16) throws -> Void {
            { year in
                let end = YearEnd(book: "grand-io", year: year, source: "year-end", actor: "ana")
                let proposals = try make(end, LedgerSnapshot(self.counter.store).views)
                let writer = try LedgerWriter(self.counter.store)
                defer { writer.close() }
                if let refused = try writer.append(proposals).refused.first { throw refused.refusal }
            }
        }

        private func end(_ year: UInt16, _ plan: AllocationPlan) throws {
            if year == 2017 { try propose { try $0.close($1) }(year) }
            let meeting = try CivilDate("\(year + 1)-04-15")
            let at = Story.us("\(year + 1)-04-15T16:00:00Z")
            try propose { try $0.resolve(plan, meeting: meeting, resolution: "1", effectiveAtUs: at, $1) }(year)
            try propose { try $0.declare(effectiveAtUs: at, $1) }(year)
        }

        /// What comes in May 2019, after the slips of January were made.
        func pay2018() throws {
            try end(2018, AllocationPlan(reserveMinor: 20_000, dividendsCashMinor: 40_000))
            let at = Story.us("2019-05-01T16:00:00Z")
            try propose { try $0.pay(institution: "815", effectiveAtUs: at, $1) }(2018)
        }

        func figures(_ year: Int, only: String? = nil) throws -> SlipFigures {
            let snapshot = try LedgerSnapshot(counter.store)
            let party = only.flatMap { name in Array(name.utf8).withBytes { snapshot.views.party(.identity, $0) } }
            return try SlipFigures(snapshot.views.named("grand-io"), year: year, only: party, snapshot)
        }
    }

    private func said(_ figures: SlipFigures) -> [String] {
        figures.members.map { "\($0.member) \($0.paidMinor) \($0.withheldMinor)" }
    }

    private func slips(_ figures: SlipFigures) throws -> DividendSlips {
        let slips = try DividendSlips(year: figures.year, members: figures.dividends)
        try slips.tie(federalWithheldMinor: figures.withheldMinor)
        return slips
    }

    private func sending(
        _ form: SlipForm, _ slips: DividendSlips, since previous: SlipRegister? = nil, numbers: [String: String] = [:]
    ) -> SlipSending {
        SlipSending(
            form, slips, book: "grand-io", since: previous, settings: SlipSettings(), recipients: [:], numbers: numbers)
    }

    /// The table that a sending leaves, in a file, as the next one reads it.
    private func register(_ sending: SlipSending, _ counter: Counter, alter: (String) -> String = { $0 }) throws
        -> SlipRegister
    {
        let table = try #require(sending.files(summary: nil, language: .french).files.first)
        #expect(table.name == "\(sending.form.rawValue)-\(sending.year).csv")
        let path = counter.directory + "/" + table.name
        try alter(String(decoding: table.bytes, as: UTF8.self)).write(toFile: path, atomically: true, encoding: .utf8)
        return try SlipRegister(path: path, form: sending.form, year: sending.year, book: "grand-io")
    }

    @Test func `a dividend belongs to the local year of its payment, and the slips tie to the account`() throws {
        let years = try TwoYears()
        let first = try years.figures(2018)
        #expect(said(first) == ["bob 14706 706", "cid 11765 265"])
        #expect(first.withheldMinor == 971 && first.cashMinor == 26_471 && first.sharesMinor == 0)
        #expect(said(try years.figures(2019)) == ["ana 23529 2029"])
        #expect(try slips(first).t4a.map(\.memberID) == ["bob", "cid"])
        #expect(said(try years.figures(2018, only: "cid")) == ["cid 11765 265"])
        // One cent beside the account is found out.
        var wrong = first
        wrong.members[0].withheldMinor += 1
        #expect(throws: StatementError.self) { try slips(wrong) }
        // Nothing was paid in 2017, and nothing to tom ever: each says what there is.
        let none = #expect(throws: LedgerError.self) { try years.figures(2017) }
        #expect(none?.code == .notFound && none?.remedy.english == "years that have some: 2018, 2019")
        #expect(throws: LedgerError.self) { try years.figures(2018, only: "tom") }
        // The tax that was sent to the authority changes nothing of what was withheld.
        try years.counter.record(
            .taxRemitted(
                .with {
                    $0.tax = "withholding"
                    $0.institution = "815"
                    $0.amountMinor = 971
                    $0.currency = "CAD"
                    $0.periodEndDate = "2018-12-31"
                }), at: "2019-01-16T15:00:00Z")
        #expect(try years.figures(2018).withheldMinor == 971)
    }

    @Test func `a dividend paid later in the year amends one slip and adds another, and nothing is sent twice`() throws
    {
        let years = try TwoYears()
        let january = try slips(years.figures(2019))
        let before = try register(
            sending(.rl1, january, numbers: ["ana": "100000001"]), years.counter)
        #expect(before.slips == january.rl1 && before.numbers == ["ana": "100000001"])
        try years.pay2018()
        let may = try slips(years.figures(2019))
        #expect(said(try years.figures(2019)) == ["ana 43529 5029", "bob 20000 1500"])
        let next = sending(
            .rl1, may, since: before, numbers: ["ana": "100000002", "bob": "100000003"])
        #expect(next.changes.map(\.memberID) == ["ana", "bob"])
        #expect(next.changes.map(\.action) == [.amended, .original])
        #expect(next.numbers["ana"] == RL1.Number(current: "100000002", previous: "100000001"))
        let files = try next.files(summary: nil, language: .french).files
        #expect(
            files.map(\.name) == [
                "rl1-2019.csv", "rl1-2019-changes.csv", "rl1-2019.html", "rl1-2019-original.xml",
                "rl1-2019-amended.xml", "rl1-2019-gaps.csv",
            ])
        #expect(try next.files(summary: nil, language: .french).files == files)
        // What stands afterwards is what the next sending starts from.
        let after = try register(next, years.counter)
        #expect(after.numbers == ["ana": "100000002", "bob": "100000003"])
        let last = sending(.rl1, may, since: after)
        #expect(last.changes.isEmpty && last.numbers["ana"]?.current == "100000002")
        // The same number again is none of its own.
        #expect(sending(.rl1, may, since: before, numbers: ["ana": "100000001"]).numbers["ana"]?.current == "")
    }

    @Test func `who no longer has a slip is cancelled under the number that it had`() throws {
        let years = try TwoYears()
        let now = try slips(years.figures(2018))
        let sent = sending(.rl1, now, numbers: ["bob": "100000001", "cid": "100000002"])
        let before = try register(sent, years.counter) { text in
            text.replacing(",cid,", with: ",tom,")
        }
        let due = sending(.rl1, now, since: before, numbers: ["cid": "100000003"])
        #expect(due.changes.map { "\($0.memberID) \($0.action.rawValue)" } == ["cid original", "tom cancelled"])
        #expect(due.numbers["tom"] == RL1.Number(current: "", previous: "100000002"))
        let cancelled = try #require(
            due.files(summary: nil, language: .english).files.first { $0.name == "rl1-2018-cancelled.xml" })
        // Without a name the slip is listed, not written.
        #expect(String(decoding: cancelled.bytes, as: UTF8.self).contains("<NbReleves>0</NbReleves>"))
    }

    @Test func `a table of another form, year or book, or one that does not add up, is refused with its line`() throws {
        let years = try TwoYears()
        let sent = try sending(.t4a, slips(years.figures(2018)))
        for (old, new, line) in [
            ("T4A,original,2018,bob", "relevé 1,original,2018,bob", 2), ("original,2018,cid", "original,2017,cid", 3),
            (",,grand-io\nT4A,original,2018,cid", ",,uniqc\nT4A,original,2018,cid", 2), ("147.06", "147.6x", 2),
            ("original,2018,cid", "modifié,2018,cid", 3), ("147.06", "147.05", nil),
            ("total,,2018,2", "total,,2018,3", nil),
            ("T4A,original,2018,cid", "T4A,original,2018,bob", 3), ("membre", "membres", 1), ("117.65", "117.65,", 3),
        ] as [(String, String, Int?)] {
            let error = #expect(throws: StatementError.self, "\(new)") {
                try register(sent, years.counter) { $0.replacing(old, with: new) }
            }
            #expect(error?.line == line, "\(new): \(String(describing: error))")
        }
        #expect(try register(sent, years.counter).slips == sent.slips.t4a)
    }

    @Test func `a dividend that came back stays on the slip, and is said beside it`() throws {
        let years = try TwoYears(sending: "D-ana")
        try years.counter.record(.payoutReturn("D-ana", "905"), at: "2019-01-20T15:00:00Z")
        let figures = try years.figures(2019)
        #expect(said(figures) == ["ana 23529 2029"] && figures.returnedMinor == 21_500)
        _ = try slips(figures)
        // Sent again, it is no second dividend.
        try years.counter.record(
            .payout("D-ana-2", "ana", 21_500, of: "liabilities:dividends-payable"), at: "2019-01-21T15:00:00Z")
        #expect(said(try years.figures(2019)) == ["ana 23529 2029"])
        #expect(try years.figures(2019).returnedMinor == 0)
    }

    @Test func `what was paid without tax has a slip above the threshold only, and an erased member keeps theirs`()
        throws
    {
        let years = try TwoYears()
        try years.counter.record(
            .policyAdopted(
                .with {
                    $0.withholding = .with {
                        $0.ratePpm = 150_000
                        $0.exemptMinor = 100_000_00
                    }
                }), at: "2019-02-01T15:00:00Z")
        try years.pay2018()
        let figures = try years.figures(2019)
        #expect(said(figures) == ["ana 43529 2029", "bob 20000 0"])
        let all = try slips(figures)
        #expect(all.t4a.map(\.memberID) == ["ana"] && all.rl1.map(\.memberID) == ["ana", "bob"])
        try years.counter.record(.erasure("ana"), at: "2019-06-01T15:00:00Z")
        #expect(said(try years.figures(2019)) == said(figures))
        let gaps = try sending(.t4a, all).files(summary: nil, language: .french).gaps
        #expect(gaps.contains(SlipGap(.missing, memberID: "ana", field: "RCPNT_NM")))
        // The payer's number is missing once, not on every slip.
        #expect(gaps.filter { $0.field == "bn" }.map(\.memberID) == [""])
    }

    // MARK: the platform

    @Test func `a sale counts by quarter when it is handed over, and what comes back on its own day`() throws {
        let counter = try Counter()
        try counter.trade()
        let lamp = Body.purchase(
            "o3", "bob", [.of("lamp", "reg", 10_000)], taxes: [("gst", 500), ("qst", 998)])
        try counter.record(lamp, at: "2017-06-30T15:00:00Z")
        try counter.record(.capture("pay-o3", "o3", 11_498), at: "2017-06-30T15:10:00Z")
        // An order that nobody got yet, one taken back before that, and one of the last local hour of the year.
        for (order, amount) in [("o4", 7_000), ("o5", 8_000), ("o6", 2_000)] as [(String, Int64)] {
            try counter.record(
                .purchase(order, "bob", [.of("milk", "sam", amount, .zeroRated)]), at: "2017-09-01T15:00:00Z")
            try counter.record(.capture("pay-\(order)", order, amount), at: "2017-09-01T15:10:00Z")
        }
        try counter.record(.refund("o5", "r5", [(0, 8_000, 1)], total: 8_000), at: "2017-09-02T15:00:00Z")
        try counter.record(.handOver("o3"), at: "2017-09-03T15:00:00Z")
        try counter.record(.refund("o1", "r1", [(0, 1_000, 0)], total: 1_000), at: "2017-10-05T15:00:00Z")
        try counter.record(.handOver("o6"), at: "2018-01-01T04:30:00Z")

        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        let sellers = try PlatformFigures.sellers(book, year: 2017, snapshot)
        #expect(sellers.map(\.sellerID) == ["reg", "sam"])
        let (reg, sam) = (try #require(sellers.first), try #require(sellers.last))
        #expect(
            sam.quarters == [
                PlatformQuarter(),
                PlatformQuarter(considerationMinor: 14_400, activities: 2, feesMinor: 600),
                PlatformQuarter(),
                PlatformQuarter(considerationMinor: -960 + 1_920, activities: 1, feesMinor: -40 + 80),
            ])
        // 100.00 and the taxes that it remits itself, less the commission of 4.00 and the taxes on that.
        #expect(
            reg.quarters[2]
                == PlatformQuarter(considerationMinor: 11_038, activities: 1, feesMinor: 400, taxesMinor: 60))
        #expect(reg.gstNumber != "" && reg.qstNumber != "" && sam.gstNumber == "")
        // What is owed to them and was paid out, but for the order that was not handed over.
        let payable = snapshot.views.payable(
            Array("sam".utf8).withBytes { snapshot.views.party(.identity, $0) } ?? 0, book)
        #expect(try payable == sam.total(place: "").considerationMinor - 9_600)
        let party = Array("reg".utf8).withBytes { snapshot.views.party(.identity, $0) }
        #expect(try PlatformFigures.sellers(book, year: 2017, only: party, snapshot) == [reg])
        #expect(try PlatformFigures.sellers(book, year: 2016, snapshot).isEmpty)
    }
}
