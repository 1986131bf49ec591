import Commerce
import Events
import Fixtures
import SwiftProtobuf
import Testing

/// The fund that cooperatives feed from their surplus, and that helps them alone.
@Suite("Solidarity fund")
struct SolidarityTests {
    /// A support firm with a surplus of 1 234.57 in 2017 that gives 2 %, a second that gives nothing yet, and the fund.
    private func closed() throws -> Desk {
        let desk = try Federation.desk(["soutien", "fonds", "autre"])
        try desk.record(in: "soutien", .solidarityPolicy("fonds", ppm: 20_000))
        try desk.record(
            in: "soutien", .clientInvoice("c1", "acme", 123_457, .exempt), at: "2017-06-01T15:00:00Z")
        try desk.record(in: "soutien", .close(2017, surplus: 123_457), at: "2018-01-01T04:59:59Z")
        try desk.record(in: "fonds", .lock(through: "2017-12-31"), at: "2018-01-05T15:00:00Z")
        return desk
    }

    @Test func `a policy names a fund with its own book`() throws {
        let desk = try Federation.desk(["soutien", "fonds", "sud"], currencies: ["sud": "USD"])
        func field(_ fund: String, _ ppm: UInt32) throws -> String? {
            try desk.refusal(in: "soutien", .solidarityPolicy(fund, ppm: ppm))?.field
        }
        #expect(try field("soutien", 1) == "solidarity.fundBook")
        #expect(try field("nobody", 1) == "solidarity.fundBook")
        #expect(try field("sud", 1) == "solidarity.fundBook")
        #expect(try field("fonds", 1_000_001) == "solidarity.contributionPpm")
        #expect(try field("fonds", 1_000_000) == nil)
    }

    @Test func `a contribution is the policy's part of a closed year, once, an expense of the running year`() throws {
        let desk = try closed()
        func field(_ body: Body, in book: String = "soutien") throws -> String? {
            try desk.refusal(in: book, body)?.field
        }
        #expect(try field(.contribution("s1", to: "fonds", 2016, 2_469)) == "fiscalYear")
        #expect(try field(.contribution("s1", to: "autre", 2017, 2_469)) == "fundBook")
        #expect(try field(.contribution("s1", to: "fonds", 2017, 2_469), in: "autre") == "fundBook")
        #expect(try field(.contribution("s1", to: "fonds", 2017, 2_468)) == "amountMinor")
        #expect(try field(.contribution("s1", to: "fonds", 2017, 2_469, currency: "USD")) == "currency")
        #expect(try field(.contribution("", to: "fonds", 2017, 2_469)) == "contribution")
        #expect(
            try desk.record(in: "soutien", .contribution("s1", to: "fonds", 2017, 2_469)) == [
                "fonds assets:intercoop-receivable soutien 2469 CAD", "fonds equity:solidarity-fund -2469 CAD",
                "soutien expenses:solidarity 2469 CAD", "soutien liabilities:intercoop-payable fonds -2469 CAD",
            ])
        #expect(try field(.contribution("s2", to: "fonds", 2017, 2_469)) == "fiscalYear")
        #expect(try field(.contribution("s1", to: "fonds", 2017, 2_469)) == "contribution")
        try desk.requireMirrors()
    }

    @Test func `a year without a surplus gives nothing`() throws {
        let desk = try Federation.desk(["soutien", "fonds"])
        try desk.record(in: "soutien", .solidarityPolicy("fonds", ppm: 20_000))
        try desk.record(in: "soutien", .close(2017, surplus: 0), at: "2018-01-01T04:59:59Z")
        #expect(
            try desk.refusal(in: "soutien", .contribution("s1", to: "fonds", 2017, 0), at: "2018-02-01T15:00:00Z")?
                .field == "fiscalYear")
    }

    @Test func `the fund helps contributors only, and no more than it has`() throws {
        let desk = try closed()
        try desk.record(in: "soutien", .contribution("s1", to: "fonds", 2017, 2_469))
        func field(_ body: Body, in book: String = "fonds") throws -> String? {
            try desk.refusal(in: book, body)?.field
        }
        #expect(try field(.grant("g1", to: "autre", 100)) == "beneficiaryBook")
        #expect(try field(.grant("g1", to: "815", 100)) == "beneficiaryBook")
        #expect(try field(.grant("g1", to: "fonds", 100)) == "beneficiaryBook")
        #expect(try field(.grant("g1", to: "fonds", 100), in: "soutien") == "beneficiaryBook")
        #expect(try field(.grant("g1", to: "soutien", 2_470)) == "amountMinor")
        #expect(try field(.grant("g1", to: "soutien", 0)) == "amountMinor")
        #expect(try field(.grant("g1", to: "soutien", 1, currency: "USD")) == "currency")
        for without in ["purpose", "resolution"] {
            guard case .solidarityGranted(var body) = Body.grant("g1", to: "soutien", 1) else { continue }
            if without == "purpose" { body.purpose = "" } else { body.resolution = "" }
            #expect(try field(.solidarityGranted(body)) == without)
        }
        #expect(
            try desk.record(in: "fonds", .grant("g1", to: "soutien", 2_000)) == [
                "fonds equity:solidarity-fund 2000 CAD", "fonds liabilities:intercoop-payable soutien -2000 CAD",
                "soutien assets:intercoop-receivable fonds 2000 CAD", "soutien revenue:other -2000 CAD",
            ])
        #expect(try field(.grant("g1", to: "soutien", 1)) == "grant")
        #expect(try field(.grant("g2", to: "soutien", 470)) == "amountMinor")
        try desk.requireMirrors()
    }

    @Test func `nothing is granted before its beneficiary fed the fund, nor before the fund had it`() throws {
        let desk = try closed()
        try desk.record(in: "soutien", .contribution("s1", to: "fonds", 2017, 2_469), at: "2018-02-01T15:00:00Z")
        let early = try desk.refusal(in: "fonds", .grant("g1", to: "soutien", 1), at: "2018-02-01T14:59:59Z")
        #expect(early?.field == "effectiveAt" && early?.accepted.english == "2018-02-01T15:00:00Z or later")
        try desk.record(in: "fonds", .grant("g1", to: "soutien", 2_000), at: "2018-03-01T15:00:00Z")
        // What is gone in March cannot have been given in February.
        #expect(try desk.refusal(in: "fonds", .grant("g2", to: "soutien", 469), at: "2018-02-02T15:00:00Z") == nil)
        #expect(try desk.refusal(in: "fonds", .grant("g2", to: "soutien", 470))?.field == "amountMinor")
    }

    @Test func `no manual entry takes from the fund`() throws {
        let desk = try closed()
        let give = [EntryLine.debit("assets:bank", 500, party: "815"), .credit("equity:solidarity-fund", 500)]
        try desk.record(in: "fonds", .entry(give))
        let entry = desk.size - 1
        #expect(
            try desk.refusal(
                in: "fonds", .entry([.debit("equity:solidarity-fund", 1), .credit("assets:bank", 1, party: "815")]))?
                .field == "lines[0].account")
        #expect(try desk.refusal(in: "fonds", .correction(of: entry, []))?.field == "replacement")
        #expect(try desk.refusal(in: "fonds", .correction(of: entry, give)) == nil)
    }
}
