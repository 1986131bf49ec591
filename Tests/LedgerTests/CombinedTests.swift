import Accounting
import Bytes

import Commerce
import Events
import Fixtures
import Ledger
import Testing

/// Several books as one, and one book in two currencies.
@Suite("Combined statements")
struct CombinedTests {
    /// Two cooperatives and a fund: an invoice of 1 000.00 to "detail", a client's of 500.00, and the fund's policy.
    private func shelf(_ more: [(String, Body, String)] = []) throws -> Shelf {
        var story = Story(book: "grand-io", from: "2017-01-02T15:00:00Z")
        let shelf = try Shelf(&story, opening: [])
        var events: [Event] = []
        func add(_ book: String, _ body: Body, at time: String? = nil, _ approvers: [String] = [])
            throws
        {
            story.book = book
            events.append(try story.event(body, at: time).approved(by: approvers))
        }
        for book in ["grand-io", "detail", "fonds"] {
            try add(book, .founding(name: book, clock: book == "grand-io" ? .data : .machine))
            try add(book, .calendar())
            try add(book, .identity("\(book)-1"))
            try add(book, .signingKey(of: "\(book)-1"))
            try add(book, .admission("\(book)-1", [.consumer]))
        }
        try add("grand-io", .identity("acme"))
        try add("grand-io", .solidarityPolicy("fonds", ppm: 100_000))
        try add(
            "grand-io", .agreement("plateforme", client: "detail", [.period("platform", 100_000)]), at: nil,
            ["grand-io-1", "detail-1"])
        try add(
            "grand-io",
            .serviceInvoice("f1", "plateforme", from: "2017-01-01", to: "2017-01-31", [.line("platform", 1, 100_000)]),
            at: "2017-06-01T15:00:00Z")
        try add("grand-io", .clientInvoice("c1", "acme", 50_000, .exempt), at: "2017-06-02T15:00:00Z")
        try add(
            "grand-io", .clientInvoice("c2", "acme", 30_000, .zeroRated, currency: "USD", worth: 40_000, rate: "r"),
            at: "2017-06-03T15:00:00Z")
        for (book, body, time) in more { try add(book, body, at: time) }
        try shelf.record(events)
        return shelf
    }

    private func combined(_ shelf: Shelf, _ books: [String] = [], at: Moment? = nil) throws -> [String: Int64] {
        var query = CombinedQuery()
        query.books = books
        query.at = at
        let statement = try query.statement(shelf.snapshot())
        var result: [String: Int64] = [:]
        for currency in [Currency.cad, .usd] {
            let rows = statement.rows.filter { $0.currency == currency }
            #expect(rows.reduce(0) { $0 + $1.eliminationMinor } == 0)
            #expect(rows.reduce(0) { $0 + $1.combinedMinor } == 0)
        }
        for row in statement.rows where row.combinedMinor != 0 {
            result["\(row.account) \(row.currency.code)"] = row.combinedMinor
        }
        return result
    }

    private static let outside: [String: Int64] = [
        "assets:receivable CAD": 50_000, "revenue:services CAD": -90_000, "assets:receivable USD": 30_000,
        "assets:currency-exchange USD": -30_000, "assets:currency-exchange CAD": 40_000,
    ]

    @Test func `what books owe and sell each other is left out, what others owe stays`() throws {
        let shelf = try shelf()
        #expect(try combined(shelf) == Self.outside)
        #expect(try combined(shelf, ["detail", "grand-io", "detail"]) == Self.outside)
        // A book that is left out is an outsider.
        #expect(
            try combined(shelf, ["detail"]) == [
                "expenses:services CAD": 100_000, "liabilities:intercoop-payable CAD": -100_000,
            ])
        #expect(try combined(shelf, at: .day(CivilDate(clampingDays: 17_317))) == [:])
        #expect(throws: LedgerError.self) { try combined(shelf, ["nobody"]) }
    }

    @Test func `a year closed on one side changes what stands where, never the whole`() throws {
        let closing: [(String, Body, String)] = [
            ("grand-io", .revaluation("USD", holding: 30_000, worth: 40_000), "2017-12-31T20:00:00Z"),
            ("grand-io", .close(2017, surplus: 190_000), "2018-01-01T04:59:59Z"),
        ]
        var closed = Self.outside
        closed["revenue:services CAD"] = nil
        closed["equity:surplus CAD"] = -90_000
        // The provider has closed 1 000.00 of revenue into its surplus; the client's expense is still open.
        #expect(try combined(shelf(closing)) == closed)
        let both = closing + [("detail", .close(2017, surplus: -100_000), "2018-01-01T04:59:59Z")]
        var all = closed
        all["equity:surplus CAD"] = -190_000
        all["equity:deficit CAD"] = 100_000
        #expect(try combined(shelf(both)) == all)
        // 10 % of 1 900.00 to the fund: no expense of the whole, but set aside in its equity.
        let given = closing + [("grand-io", .contribution("s1", to: "fonds", 2017, 19_000), "2018-03-01T15:00:00Z")]
        var solidary = closed
        solidary["equity:surplus CAD"] = -90_000 + 19_000
        solidary["equity:solidarity-fund CAD"] = -19_000
        #expect(try combined(shelf(given)) == solidary)
    }

    @Test func `movements of two currencies never run into one balance`() throws {
        let snapshot = try shelf().snapshot()
        for party in [nil, "acme"] {
            var query = AccountQuery(book: "grand-io", account: "assets:receivable")
            query.party = party
            let (none, rows) = try query.rows(snapshot)
            #expect(none.isEmpty)
            #expect(rows.map(\.currency) == [.cad, .usd])
            #expect(rows.map(\.balanceMinor) == [50_000, 30_000])
            query.from = CivilDate(clampingDays: 17_400)
            let (forwards, later) = try query.rows(snapshot)
            #expect(later.isEmpty)
            #expect(forwards.map(\.currency) == [.cad, .usd])
            #expect(forwards.map(\.balanceMinor) == [50_000, 30_000])
        }
    }

    @Test func `an identity of a cooperative's name does not hide what the cooperative owes`() throws {
        let snapshot = try shelf([("detail", .identity("detail"), "2017-07-01T15:00:00Z")]).snapshot()
        var query = AccountQuery(book: "grand-io", account: "assets:intercoop-receivable")
        query.party = "detail"
        #expect(try query.rows(snapshot).rows.map(\.balanceMinor) == [100_000])
    }

    @Test func `debts have an age, oldest invoices taken as paid first`() throws {
        let snapshot = try shelf([
            ("detail", .settlement("v1", to: "grand-io", 30_000), "2017-07-01T15:00:00Z")
        ]).snapshot()
        let views = snapshot.views
        let provider = try #require(snapshot.book("grand-io"))
        let client = try #require(snapshot.book("detail"))
        func ages(_ date: String) throws -> [Int64] {
            let day = try CivilDate(date)
            return AgreementQuery.ages(client, owing: provider, on: day, views).flatMap(\.byAgeMinor)
        }
        #expect(try ages("2017-05-31") == [])
        #expect(try ages("2017-06-30") == [100_000, 0, 0, 0])
        #expect(try ages("2017-07-02") == [0, 70_000, 0, 0])
        #expect(try ages("2017-08-20") == [0, 0, 70_000, 0])
        #expect(try ages("2018-08-20") == [0, 0, 0, 70_000])
        #expect(AgreementQuery.ages(provider, owing: client, on: .last, views).isEmpty)
        let row = try AgreementQuery.find("plateforme", provider: nil, snapshot)
        #expect(row.client.name == "detail" && AgreementQuery.invoices(row, views).map(\.invoice) == ["f1"])
        #expect(AgreementQuery.fees(row, views).map(\.fee) == ["platform"])
        #expect(throws: LedgerError.self) { try AgreementQuery.find("x", provider: nil, snapshot) }
    }
}
