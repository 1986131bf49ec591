import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
@testable import Ledger
import Testing

/// Duties, cut-off, ties, confirmations, related parties and subsequent events: each finds what was planted, and not its clean neighbour.
@Suite("Audit lists")
struct AuditListsTests {
    private func event(_ story: inout Story, _ body: Body, at time: String, by actor: String) -> Event {
        var event = story.event(body, at: time)
        event.actor = actor
        return event
    }

    private func period(_ snapshot: LedgerSnapshot, _ year: UInt16 = 2017) throws -> AuditPeriod {
        try AuditPeriod(book: "grand-io", year: year, snapshot.views)
    }

    @Test func `who records a debt and pays it is found, two people are not`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let (day, later) = ("2017-02-01T17:00:00Z", "2017-02-02T17:00:00Z")
        func invoice(_ name: String, _ supplier: String) -> Body {
            .supplierInvoice(name, supplier, [("expenses:rent", 10_000)], total: 10_000)
        }
        func pay(_ name: String, _ payee: String) -> Body {
            .payout(name, payee, 10_000, of: "liabilities:accounts-payable")
        }
        let first = try shelf.record([event(&story, invoice("f-1", "tom"), at: day, by: "eva")])[0]
        let second = try shelf.record([event(&story, pay("v-1", "tom"), at: later, by: "eva")])[0]
        try shelf.record([
            event(&story, invoice("f-2", "sam"), at: day, by: "eva"),
            event(&story, pay("v-2", "sam"), at: later, by: "guy"),
        ])
        let snapshot = try shelf.snapshot()
        let found = try DutyTests.run(period(snapshot), services: ["till-1"], snapshot)
        #expect(found.map(\.rule) == [.recordsAndPays] && found.first?.sequences == [first, second])
        #expect(found.first?.actor == "eva" && found.first?.subject == "tom" && found.first?.amountMinor == 10_000)
        #expect(try DutyTests.run(period(snapshot), services: ["till-1", "eva"], snapshot).isEmpty)
        #expect(try DutyTests.run(period(snapshot, 2018), services: ["till-1"], snapshot).isEmpty)
    }

    @Test func `who settles their own payout, takes the payee in or pays themselves is found`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([event(&story, .identity("zoe"), at: "2017-02-01T15:00:00Z", by: "eva")])
        try shelf.record([
            event(
                &story, .supplierInvoice("f-1", "zoe", [("expenses:rent", 9_000)], total: 9_000),
                at: "2017-02-01T16:00:00Z", by: "kim"),
            event(
                &story, .payout("v-1", "zoe", 4_000, of: "liabilities:accounts-payable"),
                at: "2017-02-02T16:00:00Z", by: "eva"),
            event(&story, .payoutSettled("v-1"), at: "2017-02-03T16:00:00Z", by: "eva"),
            event(
                &story, .payout("v-2", "zoe", 5_000, of: "liabilities:accounts-payable"),
                at: "2017-02-04T16:00:00Z", by: "zoe"),
            event(&story, .payoutSettled("v-2"), at: "2017-02-05T16:00:00Z", by: "guy"),
        ])
        let snapshot = try shelf.snapshot()
        let found = try DutyTests.run(period(snapshot), services: ["till-1"], snapshot)
        #expect(found.map(\.rule) == [.createsAndPays, .recordsAndReconciles, .paysSelf])
        #expect(found.map(\.actor) == ["eva", "eva", "zoe"])
    }

    @Test func `two roles that conflict are found, two that do not are not`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record(
            ([
                .grant("ana", .administrator), .grant("bob", .accountant), .grant("bob", .treasurer),
                .grant("cid", .sales), .grant("cid", .media), .grant("sam", .auditor), .grant("tom", .treasurer),
            ] as [Body]).map { body in
                var event = story.event(body)
                event.actor = "ana"
                return event
            })
        let snapshot = try shelf.snapshot()
        let found = try DutyTests.run(period(snapshot), services: [], snapshot)
        #expect(found.filter { $0.rule == .conflictingRoles }.map(\.actor) == ["bob"])
    }

    /// Bought before midnight: o-ana handed over before, o-bob after, o-cid never; o-ana refunded after.
    private func atMidnight() throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        func buy(_ order: String, _ buyer: String, _ at: String) throws {
            try shelf.record([
                story.event(.purchase(order, buyer, [.of("milk", "sam", 4_000, .zeroRated)]), at: at),
                story.event(.capture("p-\(order)", order, 4_000)),
            ])
        }
        try buy("o-ana", "ana", "2017-12-30T17:00:00Z")
        try shelf.record([story.event(.handOver("o-ana"), at: "2017-12-30T18:00:00Z")])
        try buy("o-bob", "bob", "2017-12-31T17:00:00Z")
        try buy("o-cid", "cid", "2018-01-01T04:00:00Z")
        // 05:00 UTC is midnight of these books.
        try buy("o-new", "cid", "2018-01-01T06:00:00Z")
        try shelf.record([
            story.event(.handOver("o-bob"), at: "2018-01-02T17:00:00Z"),
            story.event(
                .refund("o-ana", "r-1", [(0, 4_000, 1)], total: 4_000), at: "2018-01-03T17:00:00Z"),
            // Of the old year, known in the new one.
            story.event(AuditTestsTests.rent(777), at: "2017-12-29T17:00:00Z"),
        ])
        return shelf
    }

    @Test func `cut-off finds what straddles midnight and leaves the rest`() throws {
        let shelf = try atMidnight()
        let snapshot = try shelf.snapshot()
        let rows = try CutoffQuery.run(period(snapshot), days: 5, boundary: 2, snapshot)
        func subjects(_ reason: CutoffReason) -> [String] { rows.filter { $0.reason == reason }.map(\.subject) }
        #expect(subjects(.handedOverAfter) == ["o-bob"] && subjects(.notHandedOver) == ["o-cid"])
        #expect(subjects(.refundedAfter) == ["o-ana"])
        let late = rows.filter { $0.reason == .straddles }
        #expect(late.map(\.kind) == [.journalEntryPosted] && late.first?.resultMinor == -777)
        #expect(
            rows.filter { $0.reason == .boundary }.map(\.kind) == [
                .purchasePlaced, .paymentCaptured, .purchasePlaced, .paymentCaptured,
            ])
        let after = rows.first { $0.reason == .handedOverAfter }
        #expect(after?.resultMinor == 160 && after?.earlier != nil)
        #expect(try CutoffQuery.run(period(snapshot, 2019), days: 5, boundary: 2, snapshot).isEmpty)
    }

    @Test func `subsequent events are what the new year says of the old one`() throws {
        let shelf = try atMidnight()
        let snapshot = try shelf.snapshot()
        let rows = try SubsequentEvents.rows(period(snapshot), to: nil, leastMinor: 0, snapshot)
        #expect(rows.map(\.reason) == [.recordedLate, .takesBack])
        #expect(rows.last?.earlier != nil && rows.allSatisfy(\.reason.mayAdjust))
        #expect(
            try SubsequentEvents.rows(period(snapshot), to: CivilDate("2018-01-02"), leastMinor: 0, snapshot).isEmpty)
        let large = try SubsequentEvents.rows(period(snapshot), to: nil, leastMinor: 4_000, snapshot)
        #expect(large.filter { $0.reason == .large }.map(\.kind) == [.purchasePlaced, .paymentCaptured])
    }

    private func closedYear() throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([
            story.event(.subscription("ana", shares: 3, amount: 3_000)),
            story.event(.subscription("bob", shares: 2, amount: 2_000)),
            story.event(.transfer(of: 1, "ana", to: "bob", amount: 1_000)),
            story.event(.redemption("bob", shares: 1, amount: 1_000)),
        ])
        try shelf.record(story.yearOfThreePurchases())
        let end = YearEnd(book: "grand-io", year: 2017, source: "year-end", actor: "ana")
        let (allocated, paid) = (Story.us("2018-04-15T16:00:00Z"), Story.us("2018-05-01T16:00:00Z"))
        let plan = AllocationPlan(reserveMinor: 30_000, dividendsCashMinor: 39_001)
        let steps: [(Views) throws -> Proposals] = [
            { try end.close($0) },
            {
                try end.resolve(
                    plan, meeting: CivilDate("2018-04-15"), resolution: "2018-1", effectiveAtUs: allocated, $0)
            },
            { try end.declare(effectiveAtUs: allocated, $0) },
            { try end.pay(institution: "815", effectiveAtUs: paid, $0) },
        ]
        for step in steps {
            let outcome = try shelf.writer.append(step(shelf.snapshot().views))
            #expect(outcome.refused.map { $0.refusal.text(.english) } == [])
        }
        return shelf
    }

    @Test func `accounts tie to what stands behind them through a whole year`() throws {
        let shelf = try closedYear()
        let snapshot = try shelf.snapshot()
        let rows = try TieQuery.run(period(snapshot), snapshot)
        #expect(rows.filter { !$0.ties }.map { "\($0.kind) \($0.subject)" } == [])
        func row(_ kind: TieKind, _ subject: String) -> TieRow? {
            rows.first { $0.kind == kind && $0.subject == subject }
        }
        #expect(row(.shares, "equity:member-shares 2017-12-31")?.bookMinor == 4_000)
        #expect(row(.shares, "equity:member-shares 2017-12-31")?.count == 2)
        #expect(row(.resolution, "equity:reserve")?.registerMinor == 30_000)
        #expect(row(.dividend, "patronageDividendDeclared")?.registerMinor == 39_001)
        #expect(row(.dividend, "patronageDividendPaid")?.count == 3)
        #expect(row(.taxReturn, "gst 2017-T4") != nil && row(.trialBalance, "CAD")?.bookMinor == 0)
    }

    @Test func `gift cards and captures are compared as they stood at the year's end, whatever came since`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([
            story.event(.giftCard("g-1", "ana", 5_000), at: "2017-12-20T17:00:00Z"),
            story.event(.purchase("o-1", "ana", [.of("milk", "sam", 4_000, .zeroRated)]), at: "2017-12-21T17:00:00Z"),
            story.event(.redeem("g-1", "p-1", "o-1", 1_000)),
            story.event(.capture("p-2", "o-1", 3_000), at: "2017-12-28T17:00:00Z"),
        ])
        try shelf.record([
            story.event(.settlement("815", day: "2017-12-20", gross: 5_000), at: "2018-01-03T17:00:00Z"),
            story.event(.purchase("o-2", "bob", [.of("milk", "sam", 2_000, .zeroRated)]), at: "2018-01-04T17:00:00Z"),
            story.event(.redeem("g-1", "p-3", "o-2", 2_000)),
            story.event(.giftCard("g-2", "bob", 7_000, "006"), at: "2018-01-05T17:00:00Z"),
        ])
        let snapshot = try shelf.snapshot()
        let rows = try TieQuery.run(period(snapshot), snapshot)
        #expect(rows.filter { !$0.ties }.map { "\($0.kind) \($0.subject)" } == [])
        let cards = try #require(rows.first { $0.kind == .giftCards })
        #expect(cards.bookMinor == 4_000 && cards.registerMinor == 4_000 && cards.count == 1)
        let transit = rows.filter { $0.kind == .inTransit }
        #expect(transit.map(\.subject) == ["assets:in-transit 815"])
        #expect(transit.map(\.bookMinor) == [8_000] && transit.map(\.registerMinor) == [8_000])
        let later = try TieQuery.run(period(snapshot, 2018), snapshot)
        #expect(later.first { $0.kind == .giftCards }?.registerMinor == 9_000)
        #expect(later.filter { !$0.ties }.isEmpty)
    }

    @Test func `dividends are computed from the log, whatever the stored patronage says`() throws {
        let shelf = try closedYear()
        let snapshot = try shelf.snapshot()
        let views = snapshot.views
        let book = try #require(snapshot.book())
        let bob = try #require(Array("bob".utf8).withBytes { views.party(.identity, $0) })
        // A damaged row: as if bob had bought for a thousand dollars more.
        views.index.add(
            views.key.begin(.patronage).u16(book.id).u16(2017).u8(UInt8(Group.consumer.rawValue)).u32(bob).bytes,
            Counters(100_000, 0))
        let dividends = try TieQuery.run(period(snapshot), snapshot).filter { $0.kind == .dividend }
        #expect(dividends.count == 4 && dividends.allSatisfy(\.ties), "\(dividends)")
        #expect(dividends.first { $0.subject == "baseMinor" }?.registerMinor == 69_001)
    }

    @Test func `a stored balance that the log does not say is found, with its party`() throws {
        let shelf = try closedYear()
        let snapshot = try shelf.snapshot()
        let views = snapshot.views
        let book = try #require(snapshot.book())
        let bob = try #require(Array("bob".utf8).withBytes { views.party(.identity, $0) })
        // A row of movements as a damaged index would have it: one dollar on bob's shares.
        let (code, currency, day) = (AccountCode.memberShares.rawValue, book.currency.rawValue, Int32(17_200))
        views.index.add(
            views.key.begin(.movement).u16(book.id).u16(code).u16(currency).u32(bob).day(day).day(day).bytes,
            Counters(0, 100))
        let rows = try TieQuery.run(period(snapshot), snapshot)
        let wrong = rows.filter { !$0.ties }
        #expect(
            wrong.map { "\($0.kind) \($0.subject) \($0.party)" } == [
                "trialBalance CAD ", "subLedger equity:member-shares bob", "shares equity:member-shares 2017-12-31 ",
            ])
        #expect(wrong.map(\.differenceMinor) == [-100, -100, 100])
    }

    @Test func `letters say each balance, and what was answered decides what is left to do`() throws {
        let shelf = try closedYear()
        let snapshot = try shelf.snapshot()
        let letters = try Confirmations.all(
            period(snapshot), kinds: Set(ConfirmationKind.allCases), leastMinor: 1, snapshot)
        #expect(letters.map(\.party) == ["ana", "bob", "815"])
        #expect(letters.first?.lines.map(\.account) == ["equity:member-shares"])
        #expect(letters.first?.lines.first?.amountMinor == 2_000 && letters.first?.lines.first?.isDebit == false)
        func reply(_ party: String, _ account: String, _ amount: Int64?, _ work: String = "") -> ConfirmationReply {
            ConfirmationReply(
                party: party, account: account, currency: .cad, amountMinor: amount, date: "", alternative: work)
        }
        let shares = "equity:member-shares"
        let outcomes = try ConfirmationOutcome.all(
            letters,
            [reply("ana", shares, 2_000), reply("bob", shares, 1_500), reply("815", "assets:bank", nil, "relevé lu")])
        #expect(outcomes.map(\.status) == [.agrees, .differs, .alternative, .noReply])
        #expect(outcomes[1].differenceMinor == 500 && !outcomes[1].status.isDone && outcomes[2].status.isDone)
        let explained = try ConfirmationOutcome.all(letters, [reply("bob", shares, 1_500, "en route")])
        #expect(explained[1].status == .explained)
        for replies in [[reply("cid", shares, 1)], [reply("ana", shares, 1), reply("ana", shares, 1)]] {
            #expect(throws: LedgerError.self) { _ = try ConfirmationOutcome.all(letters, replies) }
        }
        // An account in two currencies is two lines, each with its reply.
        let bank = "assets:bank"
        let both = Confirmation(
            party: "815", kind: .institution,
            lines: [Currency.cad, .usd].map {
                Confirmation.Line(account: bank, currency: $0, amountMinor: 500, isDebit: true)
            })
        let two = [Currency.cad, .usd].map {
            ConfirmationReply(
                party: "815", account: bank, currency: $0, amountMinor: $0 == .cad ? 500 : 400, date: "",
                alternative: "")
        }
        #expect(try ConfirmationOutcome.all([both], two).map(\.status) == [.agrees, .differs])
        #expect(throws: LedgerError.self) { _ = try ConfirmationOutcome.all([letters[0]], [two[1]]) }
        let few = try Confirmations.all(period(snapshot), kinds: [.member], leastMinor: 2_001, snapshot)
        #expect(few.isEmpty)
    }

    @Test func `related parties are those with a role or named, nobody else`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record(story.yearOfThreePurchases())
        try shelf.record([story.event(.grant("bob", .administrator))])
        let snapshot = try shelf.snapshot()
        let rows = try RelatedParties.rows(period(snapshot), named: ["cid"], snapshot)
        #expect(Set(rows.map(\.party)) == ["bob", "cid"])
        let bought = rows.first { $0.party == "bob" && $0.kind == .purchasePlaced }
        #expect(bought?.debitsMinor == 25_000 && bought?.count == 1)
        #expect(bought?.reasons == [.role(.administrator)])
        #expect(throws: LedgerError.self) { _ = try RelatedParties.rows(period(snapshot), named: ["zzz"], snapshot) }
    }
}
