import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
import SwiftProtobuf
import Testing

/// Books of the federation's tests: a platform, a retailers' cooperative and a fund, each with two members of its own.
enum Federation {
    static let taxes: [(String, TaxClass, UInt32)] = [
        ("gst", .standard, 50_000), ("gst", .printedBook, 50_000), ("qst", .standard, 99_750),
    ]

    /// A desk with the books named; "x-1" and "x-2" are members of book x, "acme" a client of nobody's.
    static func desk(
        _ books: [String], currencies: [String: String] = [:], from: String = "2017-01-01T15:00:00Z"
    ) throws -> Desk {
        let desk = try Desk(Story(book: books[0], from: from), opening: [])
        for (at, book) in books.enumerated() {
            try desk.record(
                in: book,
                .founding(name: book, currency: currencies[book] ?? "CAD", clock: at == 0 ? .data : .machine))
            try desk.record(in: book, .calendar())
            try desk.record(in: book, .taxes(.order, taxes))
            try desk.record(in: book, .allocationRule())
            for person in ["\(book)-1", "\(book)-2"] {
                try desk.record(in: book, .identity(person))
                try desk.record(in: book, .signingKey(of: person))
                try desk.record(in: book, .admission(person, [.consumer]))
            }
        }
        // Clients of nobody's, and who prepares and approves entries.
        for person in ["acme", "ana", "bob", "cid"] { try desk.record(in: books[0], .identity(person)) }
        return desk
    }

    /// The agreement of the tests: 0.25 each, 2 % and 500.00 a period, for the year.
    static let fees: [AgreementFee] = [
        .unit("pick", 25), .percent("sales", ppm: 20_000), .period("platform", 50_000),
    ]
}

extension Desk {
    /// Signs an agreement of the first book with the second.
    @discardableResult
    func sign(
        _ name: String, _ provider: String, _ client: String, kind: AgreementKind = .platform,
        from: String = "2017-01-01", to: String = "", _ fees: [AgreementFee] = Federation.fees,
        currency: String = "CAD", at time: String? = nil
    ) throws -> [String] {
        try record(
            in: provider, .agreement(name, client: client, kind: kind, from: from, to: to, fees, currency: currency),
            at: time, approvedBy: ["\(provider)-1", "\(client)-1"])
    }

    /// In every currency, what one book is owed by another is what that other owes it.
    func requireMirrors() throws {
        let balances = balancesOfAll
        for (key, minor) in balances {
            let parts = key.split(separator: " ").map(String.init)
            guard parts.count == 4 else { continue }
            let mirrored: String
            switch parts[1] {
            case "assets:intercoop-receivable": mirrored = "liabilities:intercoop-payable"
            case "liabilities:intercoop-payable": mirrored = "assets:intercoop-receivable"
            default: continue
            }
            try #require(balances["\(parts[2]) \(mirrored) \(parts[0]) \(parts[3])"] == -minor, "\(key)")
        }
    }
}

@Suite("Agreements between cooperatives")
struct AgreementsTests {
    @Test("a platform's percentage is measured on what its client sold in the days, less what was taken back in them")
    func platformSales() throws {
        let desk = try Federation.desk(["grand-io", "detail", "fonds"])
        try desk.sign("plateforme", "grand-io", "detail", [.percent("sales", ppm: 20_000), .unit("orders", 25)])
        try desk.record(in: "grand-io", .identity("detail"))
        try desk.record(in: "grand-io", .admission("detail", [.seller]))
        try desk.record(in: "grand-io", .identity("other"))
        try desk.record(in: "grand-io", .admission("other", [.seller]))
        try desk.record(in: "grand-io", .listing("novel", seller: "detail", .zeroRated))
        try desk.record(in: "grand-io", .listing("globe", seller: "other", .zeroRated))
        func buy(_ order: String, _ amount: Int64, at time: String) throws {
            try desk.record(
                in: "grand-io",
                .purchase(
                    order, "grand-io-1",
                    [
                        .of("novel", "detail", amount, quantity: 1, .zeroRated),
                        .of("globe", "other", 5_000, quantity: 1, .zeroRated),
                    ]), at: time)
        }
        try buy("o1", 10_000, at: "2017-02-01T15:00:00Z")
        try buy("o2", 4_000, at: "2017-02-28T15:00:00Z")
        try buy("o3", 7_000, at: "2017-03-01T15:00:00Z")
        try desk.record(in: "grand-io", .cancellation("o2"), at: "2017-03-02T15:00:00Z")
        let provider = try #require(desk.book("grand-io"))
        func bill(_ from: String, _ to: String, _ given: [String: Int64] = [:]) throws -> [Int64] {
            try Billing.propose(
                "plateforme", provider, from: CivilDate(from), to: CivilDate(to), quantities: given,
                at: desk.story.nowUs, desk.views
            ).lines.map(\.quantity)
        }
        #expect(try bill("2017-02-01", "2017-02-28") == [14_000, 2])
        #expect(try bill("2017-03-01", "2017-03-31") == [3_000, 1])
        #expect(try bill("2017-04-01", "2017-04-30") == [])
        #expect(try bill("2017-03-01", "2017-03-31", ["sales": 9, "orders": 0]) == [9])
    }

    private func signed() throws -> Desk {
        let desk = try Federation.desk(["grand-io", "detail", "fonds"])
        try desk.sign("plateforme", "grand-io", "detail")
        return desk
    }

    private func record(_ desk: Desk) throws -> AgreementRecord {
        let book = try #require(desk.book("grand-io"))
        return try #require(Array("plateforme".utf8).withBytes { desk.views.agreement($0, book) })
    }

    @Test func `an agreement stands with its provider and with its client`() throws {
        let desk = try signed()
        let provider = try #require(desk.book("grand-io"))
        let client = try #require(desk.book("detail"))
        #expect(desk.postings.isEmpty)
        #expect(try record(desk).state(on: provider.day(Story.us("2017-06-01T15:00:00Z"))) == .inForce)
        #expect(try record(desk).state(on: provider.day(Story.us("2016-12-31T15:00:00Z"))) == .toCome)
        #expect(desk.views.agreements(ofProvider: provider).map(\.name) == ["plateforme"])
        #expect(desk.views.agreements(ofClient: client).map(\.name) == ["plateforme"])
        #expect(desk.views.agreements(ofClient: provider).isEmpty)
    }

    @Test(arguments: [
        ([], "approvals"), (["grand-io-1"], "approvals"), (["detail-1", "detail-2"], "approvals"),
        (["grand-io-1", "grand-io-2"], "approvals"), (["grand-io-1", "fonds-1"], "approvals"),
        (["grand-io-1", "till-1"], "approvals[1].approver"),
    ])
    func `both cooperatives sign`(approvers: [String], field: String) throws {
        let desk = try Federation.desk(["grand-io", "detail", "fonds"])
        let body = Body.agreement("plateforme", client: "detail", Federation.fees)
        #expect(try desk.refusal(in: "grand-io", body, approvedBy: approvers)?.field == field)
        #expect(try desk.refusal(in: "grand-io", body, approvedBy: ["grand-io-2", "detail-1"]) == nil)
    }

    @Test func `one person who is a member of both signs for the one that registered the key, never for both`() throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        try desk.record(in: "detail", .admission("grand-io-1", [.consumer]))
        try desk.record(in: "detail", .admission("grand-io-2", [.consumer]))
        let body = Body.agreement("plateforme", client: "detail", Federation.fees)
        #expect(try desk.refusal(in: "grand-io", body, approvedBy: ["grand-io-1"])?.field == "approvals")
        #expect(try desk.refusal(in: "grand-io", body, approvedBy: ["grand-io-1", "grand-io-2"])?.field == "approvals")
        // Her other key, which detail registered.
        let other = SigningSeed()
        try desk.record(in: "detail", .signingKey("grand-io-1", other.publicKey))
        desk.story.book = "grand-io"
        var event = try desk.story.event(body).approved(by: ["grand-io-2"])
        let proposals = Proposals()
        try proposals.append(event)
        event.approve(by: "grand-io-1", try #require(other.approve(try EventView(proposals[0]))))
        #expect(try desk.refusal(event) == nil)
    }

    @Test func `whose signature binds neither cooperative does not stand under their agreement`() throws {
        let desk = try Federation.desk(["grand-io", "detail", "fonds"])
        let body = Body.agreement("plateforme", client: "detail", Federation.fees)
        let signers = ["grand-io-1", "detail-1", "fonds-1"]
        #expect(try desk.refusal(in: "grand-io", body, approvedBy: signers)?.field == "approvals[2].approver")
    }

    @Test func `where a book has roles, its administrators alone bind the cooperative`() throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        let body = Body.agreement("plateforme", client: "detail", Federation.fees)
        func refusal(_ approvers: String...) throws -> Refusal? {
            try desk.refusal(in: "grand-io", body, approvedBy: approvers)
        }
        try desk.record(in: "detail", .grant("detail-1", .administrator))
        #expect(try refusal("grand-io-1", "detail-2")?.field == "approvals")
        #expect(
            try refusal("grand-io-1", "detail-2")?.accepted.english
                == "the approval of a member of grand-io and of an administrator of detail")
        #expect(try refusal("grand-io-2", "detail-1") == nil)
        // The provider's too: who holds another role, or none, does not speak for it; the client's people need no role there.
        for (person, role) in [
            ("till-1", Role.administrator), ("grand-io-1", .administrator), ("grand-io-2", .approver),
        ] {
            if person == "till-1" { try desk.record(in: "grand-io", .identity(person)) }
            try desk.record(in: "grand-io", .grant(person, role))
        }
        #expect(try refusal("grand-io-2", "detail-1")?.field == "approvals")
        #expect(try refusal("grand-io-1", "detail-1") == nil)
        try desk.record(in: "grand-io", .revocation("grand-io-1", .administrator))
        #expect(try refusal("grand-io-1", "detail-1")?.field == "approvals")
    }

    /// grand-io bills detail and owes it something, too; each may ask for approvals.
    private func billed(asking books: [String]) throws -> (desk: Desk, deeds: [Body]) {
        let desk = try signed()
        try desk.sign("retour", "detail", "grand-io")
        for (name, provider) in [("plateforme", "grand-io"), ("retour", "detail")] {
            try desk.record(
                in: provider,
                .serviceInvoice(
                    "f-\(name)", name, from: "2017-01-01", to: "2017-01-31", [.line("platform", 1, 50_000)],
                    taxes: [("gst", 2_500), ("qst", 4_988)]))
        }
        let kinds = [("serviceInvoiced", Int64(0)), ("balancesNetted", 5), ("intercoopSettled", 5)]
        for book in books { try desk.record(in: book, .approvalRules(kinds)) }
        return (
            desk,
            [
                .serviceInvoice(
                    "f3", "plateforme", from: "2017-02-01", to: "2017-02-28", [.line("platform", 1, 50_000)],
                    taxes: [("gst", 2_500), ("qst", 4_988)]), .netting("n1", with: "detail", 10),
                .settlement("s1", to: "detail", 10),
            ]
        )
    }

    @Test(arguments: [[], ["grand-io"], ["detail"], ["grand-io", "detail"]])
    func `each book whose money an event moves has the approval that it asks for`(asking: [String]) throws {
        let (desk, deeds) = try billed(asking: asking)
        for (signers, speaksFor) in [
            ([], []), (["grand-io-1"], ["grand-io"]), (["detail-1"], ["detail"]),
            (["grand-io-2", "detail-2"], ["grand-io", "detail"]),
        ] as [([String], [String])] {
            for deed in deeds {
                let refusal = try desk.refusal(in: "grand-io", deed, approvedBy: signers)
                let missing = asking.first { !speaksFor.contains($0) }
                #expect(refusal?.field == missing.map { _ in "approvals" }, "\(signers)")
                guard let missing else { continue }
                #expect(refusal?.accepted.english.hasSuffix("for \(missing)") == true)
            }
        }
        // A key that neither of the two registered counts for neither.
        for deed in deeds {
            #expect(
                try desk.refusal(in: "grand-io", deed, approvedBy: ["fonds-1"])?.field == "approvals[0].signature")
        }
    }

    @Test func `what the ledger counts bounds an invoice, what it cannot count the client approves`() throws {
        let desk = try signed()
        func refusal(
            _ line: InvoiceLine, by approvers: [String], _ from: String = "2017-02-01", _ to: String = "2017-02-28"
        )
            throws -> Refusal?
        {
            let taxes = [
                ("gst", Market.halfUp(line.amountMinor, ppm: 50_000)),
                ("qst", Market.halfUp(line.amountMinor, ppm: 99_750)),
            ]
            return try desk.refusal(
                in: "grand-io", .serviceInvoice("f1", "plateforme", from: from, to: to, [line], taxes: taxes),
                approvedBy: approvers)
        }
        // Nothing counts a platform's picks, nor the sales of a client that is no seller yet.
        for line in [InvoiceLine.line("pick", 4, 100), .line("sales", 10_000, 200)] {
            #expect(try refusal(line, by: [])?.field == "approvals")
            #expect(try refusal(line, by: ["grand-io-2"])?.field == "approvals")
            #expect(try refusal(line, by: ["detail-2"]) == nil)
        }
        try desk.record(in: "grand-io", .identity("detail"))
        try desk.record(in: "grand-io", .admission("detail", [.seller]))
        try desk.record(in: "grand-io", .listing("novel", seller: "detail", .zeroRated))
        try desk.record(
            in: "grand-io", .purchase("o1", "grand-io-1", [.of("novel", "detail", 10_000, .zeroRated)]),
            at: "2017-02-03T15:00:00Z")
        let more = try #require(try refusal(.line("sales", 10_050, 201), by: []))
        #expect(more.field == "lines[0].quantity" && more.accepted.english.hasPrefix("at most 10000, or "))
        #expect(try refusal(.line("sales", 10_050, 201), by: ["detail-1"]) == nil)
        #expect(try refusal(.line("sales", 10_000, 200), by: []) == nil)
    }

    @Test func `a fee by the period is for whole months, once they have ended`() throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        let quarter = AgreementFee.with {
            $0 = .period("desk", 100, .exempt)
            $0.periodMonths = 3
        }
        try desk.sign("bureau", "grand-io", "detail", kind: .hosting, [.period("month", 50, .exempt), quarter])
        func refusal(_ from: String, _ to: String, _ fee: String = "month", at time: String? = nil) throws -> Refusal? {
            try desk.refusal(
                in: "grand-io",
                .serviceInvoice("f1", "bureau", from: from, to: to, [.line(fee, 1, fee == "month" ? 50 : 100)]),
                at: time,
                approvedBy: [])
        }
        for (from, to, accepted) in [
            ("2017-02-01", "2017-02-01", "2017-02-28"), ("2017-02-01", "2017-02-27", "2017-02-28"),
            ("2017-01-15", "2017-02-13", "2017-02-14"), ("2017-01-31", "2017-02-26", "2017-02-27"),
        ] {
            let short = try #require(try refusal(from, to), "\(from)")
            #expect(short.field == "toDate" && short.accepted.english == "\(accepted) or later")
            #expect(try refusal(from, accepted) == nil)
        }
        #expect(try refusal("2017-02-01", "2017-03-31", "desk")?.accepted.english == "2017-04-30 or later")
        #expect(try refusal("2017-02-01", "2017-04-30", "desk") == nil)
        let early = try #require(try refusal("2017-02-01", "2017-02-28", at: "2017-02-27T20:00:00Z"))
        #expect(early.field == "toDate" && early.accepted.english == "at the latest 2017-02-27")
        #expect(try refusal("2017-02-01", "2017-02-28", at: "2017-02-28T20:00:00Z") == nil)
        for (fee, months) in [(AgreementFee.unit("x", 1), UInt32(1)), (.period("x", 1), 121)] {
            var bad = fee
            bad.periodMonths = months
            #expect(
                try desk.refusal(
                    in: "grand-io", .agreement("b", client: "detail", [bad]), approvedBy: ["grand-io-1", "detail-1"])?
                    .field == "fees[0].periodMonths")
        }
    }

    @Test func `a fee by the period counts the whole ones, and a part at the end as the client signs it`() throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        let fee = AgreementFee.period("month", 3_100, .exempt)
        try desk.sign("bureau", "grand-io", "detail", kind: .hosting, to: "2017-05-10", [fee])
        func refusal(
            _ from: String, _ to: String, _ quantity: Int64, _ amount: Int64, by approvers: [String] = []
        ) throws -> Refusal? {
            try desk.refusal(
                in: "grand-io",
                .serviceInvoice("f1", "bureau", from: from, to: to, [.line("month", quantity, amount)]),
                at: "2017-06-01T15:00:00Z", approvedBy: approvers)
        }
        #expect(try refusal("2017-02-01", "2017-04-30", 1, 3_100)?.accepted.english == "3")
        #expect(try refusal("2017-02-01", "2017-04-30", 3, 3_100)?.accepted.english == "9300")
        #expect(try refusal("2017-02-01", "2017-04-30", 3, 9_300) == nil)
        #expect(try refusal("2017-01-31", "2017-03-30", 2, 6_200) == nil)
        // Not at the end of the agreement; then not as the client signs it.
        #expect(try refusal("2017-05-01", "2017-05-09", 1, 900, by: ["detail-1"])?.field == "toDate")
        #expect(try refusal("2017-05-01", "2017-05-10", 1, 1_000)?.field == "approvals")
        #expect(try refusal("2017-05-01", "2017-05-10", 1, 1_000, by: ["grand-io-1"])?.field == "approvals")
        #expect(
            try refusal("2017-05-01", "2017-05-10", 1, 3_101, by: ["detail-1"])?.accepted.english == "at most 3100")
        #expect(try refusal("2017-05-01", "2017-05-10", 2, 1_000, by: ["detail-1"])?.field == "lines[0].quantity")
        #expect(try refusal("2017-05-01", "2017-05-10", 1, 1_000, by: ["detail-1"]) == nil)
        let provider = try #require(desk.book("grand-io"))
        func bill(_ from: String, _ to: String) throws -> [Int64] {
            try Billing.propose(
                "bureau", provider, from: CivilDate(from), to: CivilDate(to), quantities: [:], at: desk.story.nowUs,
                desk.views
            ).lines.flatMap { [$0.quantity, $0.amountMinor] }
        }
        #expect(try bill("2017-02-01", "2017-04-30") == [3, 9_300])
        #expect(try bill("2017-05-01", "2017-05-10") == [1, 1_000])
    }

    @Test func `no cooperative signs for another by a key that it says is somebody else's`() throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        let body = Body.agreement("plateforme", client: "detail", Federation.fees)
        let forged = SigningSeed()
        try desk.record(in: "grand-io", .signingKey("detail-1", forged.publicKey))
        desk.story.book = "grand-io"
        var event = try desk.story.event(body).approved(by: ["grand-io-1"])
        let proposals = Proposals()
        try proposals.append(event)
        event.approve(by: "detail-1", try #require(forged.approve(try EventView(proposals[0]))))
        let refusal = try #require(try desk.refusal(event))
        #expect(refusal.field == "approvals" && refusal.reason.english == "nobody approves for detail")
        #expect(try desk.refusal(in: "grand-io", body, approvedBy: ["grand-io-1", "detail-1"]) == nil)
    }

    @Test func `where the other book has roles, its approvers approve for it, and nobody without a role in either`()
        throws
    {
        let (desk, deeds) = try billed(asking: ["detail"])
        // detail's own policy: its first role needs another's signature, too.
        #expect(try desk.refusal(in: "detail", .grant("detail-1", .administrator))?.field == "approvals")
        try desk.record(in: "detail", .grant("detail-1", .administrator), approvedBy: ["detail-2"])
        for deed in deeds {
            #expect(
                try desk.refusal(in: "grand-io", deed, approvedBy: ["detail-2"])?.field == "approvals[0].signature")
            #expect(try desk.refusal(in: "grand-io", deed, approvedBy: ["grand-io-1"])?.field == "approvals")
            #expect(try desk.refusal(in: "grand-io", deed, approvedBy: ["detail-1"]) == nil)
        }
        try desk.record(in: "grand-io", .identity("till-1"))
        try desk.record(in: "grand-io", .grant("till-1", .administrator))
        try desk.record(in: "grand-io", .grant("till-1", .accountant))
        #expect(
            try desk.refusal(in: "grand-io", deeds[0], approvedBy: ["detail-2"])?.field == "approvals[0].approver")
        #expect(try desk.refusal(in: "grand-io", deeds[0], approvedBy: ["detail-1"]) == nil)
    }

    private static let badAgreements: [(Body, String)] = [
        (.agreement("", client: "detail", Federation.fees), "agreement"),
        (.agreement("a", client: "nobody", Federation.fees), "clientBook"),
        (.agreement("a", client: "grand-io", Federation.fees), "clientBook"),
        (.agreement("a", client: "detail", kind: .unspecified, Federation.fees), "kind"),
        (.agreement("a", client: "detail", from: "soon", Federation.fees), "startDate"),
        (.agreement("a", client: "detail", from: "2017-02-01", to: "2017-01-31", Federation.fees), "endDate"),
        (.agreement("a", client: "detail", Federation.fees, currency: "XXQ"), "currency"),
        (.agreement("a", client: "detail", []), "fees"),
        (.agreement("a", client: "detail", [.unit("pick", 25), .unit("pick", 30)]), "fees[1].fee"),
        (.agreement("a", client: "detail", [.unit("", 25)]), "fees[0].fee"),
        (.agreement("a", client: "detail", [.unit("pick", 0)]), "fees[0].priceMinor"),
        (.agreement("a", client: "detail", [.percent("sales", ppm: 0)]), "fees[0].ratePpm"),
        (.agreement("a", client: "detail", [.percent("sales", ppm: 1_000_001)]), "fees[0].ratePpm"),
        (.agreement("a", client: "detail", [.unit("pick", 25, .unspecified)]), "fees[0].taxClass"),
        (
            .agreement(
                "a", client: "detail",
                [
                    AgreementFee.with {
                        $0.fee = "x"; $0.taxClass = .standard
                    }
                ]), "fees[0].basis"
        ),
    ]

    @Test(arguments: badAgreements.indices)
    func `an agreement that is not whole is refused with its field`(at: Int) throws {
        let desk = try Federation.desk(["grand-io", "detail"])
        let size = desk.size
        let (body, field) = Self.badAgreements[at]
        #expect(
            try desk.refusal(in: "grand-io", body, approvedBy: ["grand-io-1", "detail-1"])?.field == field)
        #expect(desk.size == size)
    }

    @Test func `a new version changes the fees from its day on, never what is invoiced`() throws {
        let desk = try signed()
        func version(
            _ from: String, client: String = "detail", _ kind: AgreementKind = .platform, _ currency: String = "CAD"
        )
            -> Body
        { .agreement("plateforme", client: client, kind: kind, from: from, [.unit("pick", 30)], currency: currency) }
        func field(_ body: Body) throws -> String? {
            try desk.refusal(in: "grand-io", body, approvedBy: ["grand-io-1", "detail-1"])?.field
        }
        #expect(try field(version("2017-01-01")) == "startDate")
        #expect(try field(version("2017-06-01", client: "fonds")) == "clientBook")
        #expect(try field(version("2017-06-01", .support)) == "kind")
        #expect(try field(version("2017-06-01", .platform, "USD")) == "currency")
        try desk.record(
            in: "grand-io",
            .serviceInvoice(
                "f1", "plateforme", from: "2017-01-01", to: "2017-06-15", [.line("pick", 4, 100)],
                taxes: [("gst", 5), ("qst", 10)]))
        #expect(try field(version("2017-06-15")) == "startDate")
        try desk.sign("plateforme", "grand-io", "detail", from: "2017-07-01", [.unit("pick", 30)])
        func invoice(_ from: String, _ to: String, _ amount: Int64, _ gst: Int64, _ qst: Int64) -> Body {
            .serviceInvoice(
                "f2", "plateforme", from: from, to: to, [.line("pick", 4, amount)], taxes: [("gst", gst), ("qst", qst)])
        }
        #expect(try desk.refusal(in: "grand-io", invoice("2017-06-16", "2017-07-01", 100, 5, 10))?.field == "toDate")
        #expect(try desk.refusal(in: "grand-io", invoice("2017-06-16", "2017-06-30", 100, 5, 10)) == nil)
        #expect(
            try desk.refusal(in: "grand-io", invoice("2017-07-01", "2017-07-31", 100, 5, 10))?.field
                == "lines[0].amountMinor")
        #expect(try desk.refusal(in: "grand-io", invoice("2017-07-01", "2017-07-31", 120, 6, 12)) == nil)
    }

    @Test func `what has ended is not invoiced beyond, nor signed again`() throws {
        let desk = try signed()
        try desk.record(
            in: "grand-io",
            .serviceInvoice(
                "f1", "plateforme", from: "2017-01-01", to: "2017-02-15", [.line("pick", 4, 100)],
                taxes: [("gst", 5), ("qst", 10)]))
        #expect(
            try desk.refusal(in: "grand-io", .agreementEnd("plateforme"), at: "2017-02-14T15:00:00Z")?.field
                == "effectiveAt")
        #expect(try desk.refusal(in: "grand-io", .agreementEnd("other"))?.field == "agreement")
        #expect(try desk.refusal(in: "detail", .agreementEnd("plateforme"))?.field == "agreement")
        try desk.record(in: "grand-io", .agreementEnd("plateforme"), at: "2017-02-28T15:00:00Z")
        #expect(try record(desk).state(on: try record(desk).lastDay + 1) == .ended)
        #expect(try desk.refusal(in: "grand-io", .agreementEnd("plateforme"))?.code == .duplicate)
        func invoice(_ to: String) -> Body {
            .serviceInvoice(
                "f2", "plateforme", from: "2017-02-16", to: to, [.line("pick", 4, 100)],
                taxes: [("gst", 5), ("qst", 10)])
        }
        #expect(try desk.refusal(in: "grand-io", invoice("2017-03-01"))?.field == "toDate")
        #expect(try desk.refusal(in: "grand-io", invoice("2017-02-28")) == nil)
        let again = Body.agreement("plateforme", client: "detail", from: "2017-06-01", Federation.fees)
        #expect(try desk.refusal(in: "grand-io", again, approvedBy: ["grand-io-1", "detail-1"])?.code == .duplicate)
    }

    // MARK: invoices

    /// 1 200 picks, 2 % of 12 345.67 and the platform's fee: 300.00 + 246.91 + 500.00 = 1 046.91; GST 52.35, QST 104.43.
    private static let lines: [InvoiceLine] = [
        .line("pick", 1_200, 30_000), .line("sales", 1_234_567, 24_691), .line("platform", 1, 50_000),
    ]
    private static let taxes: [(String, Int64)] = [("gst", 5_235), ("qst", 10_443)]

    private func invoice(
        _ name: String = "f1", from: String = "2017-01-01", to: String = "2017-01-31",
        _ lines: [InvoiceLine] = AgreementsTests.lines, taxes: [(String, Int64)] = AgreementsTests.taxes,
        total: Int64? = nil, currency: String = "CAD"
    ) -> Body {
        .serviceInvoice(
            name, "plateforme", from: from, to: to, lines, taxes: taxes, total: total, currency: currency)
    }

    @Test func `an invoice is one event in two books`() throws {
        let desk = try signed()
        #expect(
            try desk.record(in: "grand-io", invoice()) == [
                "detail assets:tax-recoverable 15678 CAD", "detail expenses:services 104691 CAD",
                "detail liabilities:intercoop-payable grand-io -120369 CAD",
                "grand-io assets:intercoop-receivable detail 120369 CAD", "grand-io liabilities:gst-payable -5235 CAD",
                "grand-io liabilities:qst-payable -10443 CAD", "grand-io revenue:services -104691 CAD",
            ])
        try desk.requireMirrors()
        let provider = try #require(desk.book("grand-io"))
        let client = try #require(desk.book("detail"))
        #expect(client.turnoverMinor == 120_369)
        #expect(desk.views.owed(by: client, to: provider, 124) == 120_369)
        #expect(desk.views.owed(by: provider, to: client, 124) == 0)
        for name in ["grand-io", "detail"] {
            let party = try #require(Array(name.utf8).withBytes { desk.views.party(.cooperative, $0) })
            #expect(desk.views.newestEvent(ofParty: party) == desk.size - 1)
        }
    }

    @Test func `the client claims the tax of an invoice in its own return, the provider none of it`() throws {
        let desk = try signed()
        try desk.record(in: "grand-io", invoice())
        func most(_ book: String, _ tax: String) throws -> String? {
            try desk.refusal(in: book, .remittance(tax, 0, recovered: 1_000_000, through: "2017-01-31"))?.accepted
                .english
        }
        #expect(try most("grand-io", "gst") == "at most 0")
        #expect(try most("detail", "gst") == "at most 5235")
        #expect(try most("detail", "qst") == "at most 10443")
        #expect(
            try desk.record(in: "detail", .remittance("gst", 0, recovered: 5_235, through: "2017-01-31")) == [
                "detail assets:bank 815 5235 CAD", "detail assets:tax-recoverable -5235 CAD",
            ])
        #expect(try most("detail", "gst") == "at most 0")
        #expect(desk.balancesOfAll["detail assets:tax-recoverable CAD"] == 10_443)
    }

    @Test func `an invoice that is not the agreement's is refused with its field`() throws {
        let desk = try signed()
        try desk.record(in: "grand-io", invoice(), at: "2017-02-01T15:00:00Z")
        let february = ("2017-02-01", "2017-02-28")
        func refused(_ lines: [InvoiceLine], taxes: [(String, Int64)] = [], total: Int64? = nil) throws -> String? {
            try desk.refusal(
                in: "grand-io",
                invoice("f2", from: february.0, to: february.1, lines, taxes: taxes, total: total))?.field
        }
        let digest = desk.balancesOfAll
        #expect(try desk.refusal(in: "grand-io", invoice())?.field == "invoice")
        #expect(try desk.refusal(in: "grand-io", invoice("f2", to: "2017-01-01"))?.field == "lines[0].fee")
        #expect(
            try desk.refusal(in: "grand-io", invoice("f2", from: "2017-01-31", to: "2017-02-27"))?.field
                == "lines[0].fee")
        #expect(
            try desk.refusal(in: "grand-io", invoice("f2", from: "2016-12-31", to: "2017-02-27"))?.field == "fromDate")
        #expect(
            try desk.refusal(in: "grand-io", invoice("f2", from: "2017-02-02", to: "2017-02-01"))?.field == "toDate")
        #expect(try desk.refusal(in: "grand-io", invoice("f2", from: "2017-02-01", to: "x"))?.field == "toDate")
        #expect(
            try desk.refusal(in: "grand-io", invoice("f2", from: "2017-02-01", currency: "USD"))?.field == "currency")
        #expect(try desk.refusal(in: "detail", invoice("f2", from: "2017-02-01"))?.field == "agreement")
        #expect(try refused([]) == "lines")
        #expect(try refused([.line("storage", 1, 1)]) == "lines[0].fee")
        #expect(try refused([.line("pick", 4, 100), .line("pick", 4, 100)]) == "lines[1].fee")
        #expect(try refused([.line("pick", 0, 0)]) == "lines[0].quantity")
        #expect(try refused([.line("pick", -4, -100)]) == "lines[0].quantity")
        #expect(try refused([.line("pick", .max, 100)]) == "lines[0].quantity")
        #expect(try refused([.line("platform", 2, 100_000)]) == "lines[0].quantity")
        #expect(try refused([.line("pick", 4, 101)]) == "lines[0].amountMinor")
        #expect(try refused([.line("sales", 1, 0)]) == "lines")
        #expect(try refused([.line("pick", 4, 100)]) == "taxes")
        #expect(try refused([.line("pick", 4, 100)], taxes: [("gst", 5), ("qst", 11)]) == "taxes[1].amountMinor")
        #expect(try refused([.line("pick", 4, 100)], taxes: [("gst", 5), ("qst", 10)], total: 116) == "totalMinor")
        #expect(try refused([.line("pick", 4, 100)], taxes: [("gst", 5), ("qst", 10)], total: 115) == nil)
        #expect(desk.balancesOfAll == digest)
    }

    @Test func `another fee of the same days, and days between two invoices, are open`() throws {
        let desk = try signed()
        func pick(_ name: String, _ from: String, _ to: String) -> Body {
            invoice(name, from: from, to: to, [.line("pick", 4, 100)], taxes: [("gst", 5), ("qst", 10)])
        }
        try desk.record(in: "grand-io", pick("f1", "2017-01-01", "2017-01-31"))
        try desk.record(in: "grand-io", pick("f3", "2017-03-01", "2017-03-31"))
        #expect(try desk.refusal(in: "grand-io", pick("f2", "2017-01-15", "2017-03-15"))?.field == "lines[0].fee")
        #expect(try desk.refusal(in: "grand-io", pick("f2", "2017-02-01", "2017-03-01"))?.field == "lines[0].fee")
        try desk.record(in: "grand-io", pick("f2", "2017-02-01", "2017-02-28"))
        try desk.record(
            in: "grand-io",
            invoice("f4", [.line("platform", 1, 50_000)], taxes: [("gst", 2_500), ("qst", 4_988)]))
    }

    @Test func `neither book takes an invoice in its locked period`() throws {
        for locked in ["grand-io", "detail"] {
            let desk = try signed()
            try desk.record(in: locked, .lock(through: "2017-01-31"), at: "2017-02-10T15:00:00Z")
            let refusal = try desk.refusal(in: "grand-io", invoice(), at: "2017-01-31T15:00:00Z")
            #expect(refusal?.code == .locked && refusal?.field == "effectiveAt")
            #expect(refusal?.accepted.english.contains("2017-02-01") == true)
            #expect(try desk.refusal(in: "grand-io", invoice(), at: "2017-02-01T15:00:00Z") == nil)
        }
    }

    // MARK: netting and settlement

    @Test func `what both owe is set off in both books, never more than the smaller debt`() throws {
        let desk = try signed()
        try desk.record(in: "grand-io", invoice())
        try desk.sign("vitrine", "detail", "grand-io", kind: .support, [.unit("hour", 8_000, .exempt)])
        try desk.record(
            in: "detail",
            .serviceInvoice("d1", "vitrine", from: "2017-01-01", to: "2017-01-31", [.line("hour", 5, 40_000)]))
        #expect(try desk.refusal(in: "detail", .netting("n1", with: "grand-io", 40_001))?.field == "amountMinor")
        #expect(try desk.refusal(in: "detail", .netting("n1", with: "grand-io", 0))?.field == "amountMinor")
        #expect(try desk.refusal(in: "detail", .netting("n1", with: "detail", 1))?.field == "counterpartBook")
        #expect(try desk.refusal(in: "detail", .netting("n1", with: "fonds", 1))?.field == "amountMinor")
        #expect(
            try desk.refusal(in: "detail", .netting("n1", with: "grand-io", 1, currency: "USD"))?.field == "amountMinor"
        )
        #expect(
            try desk.record(in: "detail", .netting("n1", with: "grand-io", 40_000)) == [
                "detail assets:intercoop-receivable grand-io -40000 CAD",
                "detail liabilities:intercoop-payable grand-io 40000 CAD",
                "grand-io assets:intercoop-receivable detail -40000 CAD",
                "grand-io liabilities:intercoop-payable detail 40000 CAD",
            ])
        #expect(try desk.refusal(in: "detail", .netting("n1", with: "grand-io", 1))?.field == "netting")
        try desk.requireMirrors()
        #expect(try desk.refusal(in: "detail", .settlement("s1", to: "grand-io", 80_370))?.field == "amountMinor")
        #expect(try desk.refusal(in: "grand-io", .settlement("s1", to: "detail", 1))?.field == "amountMinor")
        #expect(try desk.refusal(in: "detail", .settlement("s1", to: "grand-io", 1, from: ""))?.field == "institution")
        #expect(
            try desk.refusal(in: "detail", .settlement("s1", to: "grand-io", 1, at: ""))?.field
                == "counterpartInstitution")
        #expect(
            try desk.record(in: "detail", .settlement("s1", to: "grand-io", 80_369)) == [
                "detail assets:bank 815 -80369 CAD", "detail liabilities:intercoop-payable grand-io 80369 CAD",
                "grand-io assets:bank 006 80369 CAD", "grand-io assets:intercoop-receivable detail -80369 CAD",
            ])
        #expect(try desk.refusal(in: "detail", .settlement("s1", to: "grand-io", 1))?.field == "settlement")
        #expect(try desk.refusal(in: "detail", .settlement("s2", to: "grand-io", 1))?.field == "amountMinor")
        try desk.requireMirrors()
    }

    @Test func `nothing is paid or set off before it was owed, nor before a book was founded`() throws {
        let desk = try signed()
        try desk.record(in: "grand-io", invoice(), at: "2017-02-01T15:00:00Z")
        let total = Self.taxes.reduce(Self.lines.reduce(0) { $0 + $1.amountMinor }) { $0 + $1.1 }
        func settle(_ amount: Int64, _ time: String) throws -> Refusal? {
            try desk.refusal(in: "detail", .settlement("s1", to: "grand-io", amount), at: time)
        }
        let early = try settle(1, "2017-02-01T14:59:59Z")
        #expect(early?.field == "effectiveAt" && early?.accepted.english == "2017-02-01T15:00:00Z or later")
        #expect(try settle(total, "2017-02-01T15:00:00Z") == nil)
        try desk.record(in: "detail", .settlement("s0", to: "grand-io", total - 5), at: "2017-03-01T15:00:00Z")
        #expect(try settle(5, "2017-02-02T15:00:00Z") == nil)
        #expect(try settle(6, "2017-03-02T15:00:00Z")?.field == "amountMinor")
        try desk.record(in: "detail", .clientInvoice("c1", "acme", 100, .exempt), at: "2017-03-01T15:00:00Z")
        #expect(
            try desk.refusal(in: "detail", .clientPayment("c1", 100), at: "2017-03-01T14:59:59Z")?.field
                == "effectiveAt")
        #expect(try desk.refusal(in: "detail", .clientPayment("c1", 100), at: "2017-03-01T15:00:00Z") == nil)
        #expect(try settle(1, "2016-12-01T15:00:00Z")?.reason.english.contains("founding") == true)
    }

    @Test func `a manual entry never touches what has a mirror in another book`() throws {
        let desk = try signed()
        for account in ["assets:intercoop-receivable", "liabilities:intercoop-payable"] {
            let body = Body.entry([.debit(account, 100, party: "detail"), .credit("assets:bank", 100, party: "815")])
            #expect(try desk.refusal(in: "grand-io", body)?.field == "lines[0].account")
        }
    }
}
