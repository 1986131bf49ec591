import Accounting
import Commerce
import Events
import Fixtures
import Index
import Testing

/// What reconciliation refuses, with the field and what would be accepted; nothing is left behind.
@Suite("Refusals of reconciliation")
struct ReconciliationRefusalTests {
    /// The account "ops" at 815 from 3 January on with 100, a statement through 10 January of e1 +500 and e2 −150, and items of 500 and 70.
    private struct Counter {
        let desk: Desk
        let entries: [UInt64]
        let items: [UInt64]
    }

    private func counter() throws -> Counter {
        let desk = try Desk()
        try desk.record(.bankAccount(from: "2017-01-03", opening: 100), at: "2017-01-03T15:00:00Z")
        let items = [
            try desk.sequence(of: .cash(500), at: "2017-01-05T15:00:00Z"), try desk.sequence(of: .cash(70)),
        ]
        let entries = try desk.importStatement(
            "s1", from: "2017-01-03", through: "2017-01-10", opening: 100,
            [("e1", 500, "2017-01-05"), ("e2", -150, "2017-01-06")], at: "2017-01-11T15:00:00Z", number: 7)
        return Counter(desk: desk, entries: entries, items: items)
    }

    private func check(_ desk: Desk, _ cases: [(Body, String, String?)], line: Int = #line) throws {
        let before = desk.views.index.digests().map(\.digest)
        for (body, field, accepted) in cases {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == field, "\(body), line \(line)")
            if let accepted { #expect(refusal?.accepted.english == accepted, "\(body)") }
        }
        #expect(desk.views.index.digests().map(\.digest) == before)
    }

    @Test func `an account is declared once for an institution, a ledger account and a currency`() throws {
        let desk = try counter().desk
        try check(
            desk,
            [
                (.bankAccount("", from: "2017-01-11"), "account", nil),
                (.bankAccount(from: "2017-01-11"), "account", "a new name"),
                (.bankAccount("b", "", from: "2017-01-11"), "institution", nil),
                (.bankAccount("b", from: "2017-01-11"), "institution", nil),
                (.bankAccount("b", "006", from: "2017-01-11", number: ""), "number", nil),
                (.bankAccount("b", "006", from: "2017-01-11", currency: "?"), "currency", nil),
                (.bankAccount("b", "006", from: "2017-01-11", ledger: "assets:in-transit"), "ledgerAccount", nil),
                (.bankAccount("b", "006", from: "2017-01-11", ledger: "bank"), "ledgerAccount", nil),
                (.bankAccount("b", "006", from: ""), "fromDate", nil),
                (.bankAccount("b", "006", from: "2017-01-12"), "effectiveAt", "from 2017-01-12 on"),
                (.bankAccount("b", "006", from: "2017-01-11", opening: .max), "openingMinor", nil),
            ])
        try desk.record(.cash(5, "006"))
        try check(desk, [(.bankAccount("b", "006", from: "2017-01-11", opening: 5), "fromDate", "2017-01-12 or later")])
        #expect(
            try desk.refusal(.bankAccount("b", "006", from: "2017-01-12", opening: 5), at: "2017-01-12T15:00:00Z")
                == nil)
        #expect(
            try desk.refusal(.bankAccount("b", "815", from: "2017-01-11", ledger: "assets:trust-bank")) == nil)
    }

    @Test func `a statement continues where the last one ended`() throws {
        let desk = try counter().desk
        func field(_ body: Body, bytes: Int = 32, at time: String? = nil) throws -> String {
            var copy = desk.story
            let refusal = try desk.refusal(copy.proven(body, at: time, bytes: bytes))
            return refusal.map { "\($0.field) \($0.accepted.english)" } ?? ""
        }
        func next(
            _ account: String = "ops", from: String = "2017-01-11", through: String = "2017-01-12",
            opening: Int64 = 450, closing: Int64 = 460, entries: UInt32 = 1, known: UInt32 = 0, knownMinor: Int64 = 0,
            number: UInt64 = 8, currency: String = "CAD", name: String = "s2", format: String = "MT940"
        ) -> Body {
            .bankStatement(
                name, account, from: from, through: through, opening: opening, closing: closing, entries: entries,
                known: known, knownMinor: knownMinor, number: number, currency: currency, format: format)
        }
        #expect(try field(next()) == "")
        #expect(try field(next(), bytes: 0) == "evidence the SHA-256 of the statement")
        #expect(try field(next("nat")).hasPrefix("account"))
        #expect(try field(next(name: "")).hasPrefix("statement"))
        #expect(try field(next(format: "")).hasPrefix("format"))
        #expect(try field(next(currency: "USD")) == "currency CAD")
        #expect(try field(next(number: 9)) == "number 8")
        #expect(try field(next(number: 7)) == "number 8")
        #expect(try field(next(number: 0)) == "")
        #expect(try field(next(opening: 449)) == "openingMinor 450")
        #expect(try field(next(opening: 451)) == "openingMinor 450")
        #expect(try field(next(from: "2017-01-13")).hasPrefix("throughDate"))
        #expect(try field(next(from: "2017-01-02")) == "fromDate from 2017-01-03 on")
        #expect(try field(next(from: "2017-01-05", through: "2017-01-09")) == "throughDate 2017-01-10 or later")
        #expect(try field(next(from: "x")).hasPrefix("fromDate"))
        #expect(try field(next(entries: 0)) == "closingMinor 450")
        #expect(try field(next(closing: 450, entries: 0)) == "")
        #expect(try field(next(opening: .min)).hasPrefix("openingMinor"))
        // It overlaps: e2 is known.
        let overlap = next(from: "2017-01-06", opening: 600, closing: 460, entries: 2, known: 1, knownMinor: -150)
        #expect(try field(overlap) == "")
        #expect(
            try field(next(from: "2017-01-06", opening: 450, closing: 460, entries: 2, known: 1, knownMinor: -150))
                == "openingMinor 600")
        #expect(try field(next(opening: 600, knownMinor: -150)) == "knownMinor 0")
        #expect(try field(next(known: 2)) == "knownEntries at most 1")
        try desk.record(desk.story.proven(overlap))
        #expect(try field(next(opening: 460)) == "account the rest of the statement first")
        try check(
            desk,
            [
                (.bankEntry("e3", 11, of: "s2", on: "2017-01-12"), "amountMinor", "10"),
                (.bankEntry("e2", 10, of: "s2", on: "2017-01-12"), "reference", "a new reference"),
                (.bankEntry("", 10, of: "s2", on: "2017-01-12"), "reference", nil),
                (.bankEntry("e3", 10, of: "s1", on: "2017-01-12"), "statement", nil),
                (.bankEntry("e3", 10, of: "s2", on: "2017-01-13"), "bookingDate", "2017-01-06 to 2017-01-12"),
                (.bankEntry("e3", 10, of: "s2", on: "2017-01-05"), "bookingDate", nil),
                (.bankEntry("e3", 10, of: "s2", on: "x"), "bookingDate", nil),
                (.bankEntry("e3", 10, of: "s2", on: "2017-01-12", value: ""), "valueDate", nil),
                (.bankEntry("e3", 0, of: "s2", on: "2017-01-12"), "amountMinor", nil),
                (.bankEntry("e3", .min, of: "s2", on: "2017-01-12"), "amountMinor", nil),
                (.bankEntry("e3", 10, of: "s2", on: "2017-01-12", currency: "USD"), "currency", "CAD"),
                (.bankEntry("e3", 10, of: "s2", on: "2017-01-12", party: "eve"), "party", nil),
                (.bankEntry("e3", 10, of: "s2", on: "2017-01-12", text: 31), "textSha256", nil),
                (.bankEntry("e3", 10, "nat", of: "s2", on: "2017-01-12"), "account", nil),
            ])
        try desk.record(.bankEntry("e3", 10, of: "s2", on: "2017-01-12", value: "2017-02-01", party: "ana", text: 32))
        #expect(desk.reconciliation()?.statementMinor == 460)
        try check(
            desk,
            [
                (.bankEntry("e4", 10, of: "s2", on: "2017-01-12"), "statement", "a new statement first")
            ])
        #expect(try field(next(opening: 460, closing: 460, entries: 0, number: 9)) == "")
    }

    @Test func `before the first statement there is no entry`() throws {
        let desk = try Desk()
        try desk.record(.bankAccount(from: "2017-01-03"), at: "2017-01-03T15:00:00Z")
        #expect(try desk.refusal(.bankEntry("e1", 1, of: "", on: "2017-01-03"))?.field == "statement")
        var copy = desk.story
        let known = Body.bankStatement(
            "s1", from: "2017-01-03", through: "2017-01-03", opening: 0, closing: 0, entries: 1, known: 1)
        #expect(try desk.refusal(copy.proven(known))?.field == "knownEntries")
    }

    @Test func `only what waits on both sides with equal sums is matched`() throws {
        let counter = try counter()
        let desk = counter.desk
        let (entry, out, item, other) = (counter.entries[0], counter.entries[1], counter.items[0], counter.items[1])
        try check(
            desk,
            [
                (.match([entry], [item], .unspecified), "rule", nil),
                (.match([entry], [item], .manual), "reason", nil),
                (.match([entry], [item], .amount, "nat"), "account", nil),
                (.match([entry], [other]), "items", "500"),
                (.match([entry], []), "items", nil), (.match([], []), "items", nil),
                (.match([item], [item]), "entries[0].sequence", nil),
                (.match([entry], [entry]), "items[0].sequence", nil),
                (.match([entry], [item, item]), "items[1].sequence", "each once"),
                (.match([.max], [item]), "entries[0].sequence", nil),
                (.match([entry, out], [], .reversal), "items", "350"),
                (.unmatch(entry), "matchSequence", nil), (.unmatch(.max), "matchSequence", nil),
                (.unmatch(0), "matchSequence", nil),
            ])
        #expect(try desk.refusal(.match([entry], [item]), at: "2017-01-04T15:00:00Z")?.field == "effectiveAt")
        #expect(try desk.refusal(.match([entry], [item], .manual, reason: "telephone")) == nil)
        let match = try desk.sequence(of: .match([entry], [item]))
        try check(
            desk,
            [
                (.match([entry], [item]), "entries[0].sequence", "what is not matched"),
                (.match([out], [item]), "items[0].sequence", nil),
                (.suspend(entry), "entry", nil), (.bankFee(entry, -500), "entry", nil),
                (.assign(entry: entry, to: "ana"), "entry", nil),
                (.unmatch(match, reason: ""), "reason", nil), (.unmatch(match, "nat"), "account", nil),
            ])
        #expect(try desk.refusal(.unmatch(match), at: "2017-01-10T15:00:00Z")?.field == "effectiveAt")
        try desk.record(.unmatch(match))
        try check(desk, [(.unmatch(match), "matchSequence", nil), (.unmatch(desk.size - 1), "matchSequence", nil)])
        try desk.record(.match([entry], [item]))
        // The first match stays undone.
        try check(desk, [(.unmatch(match), "matchSequence", nil)])
        #expect(try desk.refusal(.unmatch(desk.size - 1)) == nil)
    }

    @Test func `exceptions are dealt with once, wholly, and not before they were there`() throws {
        let counter = try counter()
        let desk = counter.desk
        let (entry, out, item) = (counter.entries[0], counter.entries[1], counter.items[1])
        try desk.record(.reconciliationRule(one: 1_000, month: 10_000))
        try check(
            desk,
            [
                (.suspend(item), "entry", nil), (.suspend(entry, reason: ""), "reason", nil),
                (.suspend(entry, "nat"), "account", nil),
                (.bankFee(out, 149), "amountMinor", "150"), (.bankFee(out, -150), "amountMinor", "150"),
                (.bankFee(out, 150, currency: "USD"), "currency", "CAD"), (.bankFee(item, -70), "entry", nil),
                (.writeOff(500), "entry", "exactly one of the two"),
                (.writeOff(entry: entry, item: item, 500), "entry", "exactly one of the two"),
                (.writeOff(entry: entry, 499), "amountMinor", "500"),
                (.writeOff(item: item, -70), "amountMinor", "70"),
                (.writeOff(item: entry, 500), "item", nil), (.writeOff(entry: item, 70), "entry", nil),
                (.writeOff(item: item, 70, reason: ""), "reason", nil),
                (.writeOff(item: item, 70, currency: "USD"), "currency", "CAD"),
                (.assign(to: "ana"), "entry", nil), (.assign(entry: entry, to: "eve"), "owner", nil),
                (.assign(entry: item, to: "ana"), "entry", nil), (.assign(item: entry, to: "ana"), "item", nil),
            ])
        let early = "2017-01-04T15:00:00Z"
        for body: Body in [.suspend(entry), .bankFee(out, 150)] {
            #expect(try desk.refusal(body, at: early)?.field == "effectiveAt")
        }
        #expect(try desk.refusal(.writeOff(item: item, 70), at: early) != nil)
        try desk.record(.suspend(entry))
        try check(
            desk,
            [
                (.suspend(entry), "entry", nil), (.bankFee(entry, -500), "entry", nil),
            ])
        #expect(try desk.refusal(.assign(entry: entry, to: "ana")) == nil)
    }

    @Test func `a policy of reconciliation has sensible terms`() throws {
        let desk = try Desk()
        try check(
            desk,
            [
                (.reconciliationRule(rules: [.manual]), "reconciliation.rules", nil),
                (.reconciliationRule(window: 61), "reconciliation.windowDays", nil),
                (.reconciliationRule(one: -1), "reconciliation.writeOffMaxMinor", nil),
                (.reconciliationRule(month: -1), "reconciliation.writeOffMonthMaxMinor", nil),
            ])
    }

    @Test func `above the threshold a second person signs a manual match, a write-off and a fee`() throws {
        let counter = try counter()
        let desk = counter.desk
        let (entry, out, item) = (counter.entries[0], counter.entries[1], counter.items[0])
        try desk.record(.reconciliationRule(one: 1_000, month: 10_000))
        try desk.record(.approvalRules([("entryMatched", 500), ("exceptionWrittenOff", 70), ("bankFeeCharged", 150)]))
        for (body, amount) in [
            (.match([entry], [item], .manual, reason: "telephone"), "500"),
            (.writeOff(item: counter.items[1], 70), "70"),
            (.bankFee(out, 150), "150"),
        ] as [(Body, String)] {
            let refusal = try desk.refusal(body)
            #expect(refusal?.field == "approvals" && refusal?.value == amount, "\(body)")
        }
        // What a rule finds is nobody's decision, where the rules themselves say so.
        var story = desk.story
        var event = story.event(.match([entry], [item], .reference))
        #expect(try desk.refusal(event)?.field == "approvals")
        event.source = "reconciliation"
        #expect(try desk.refusal(event) == nil)
    }

    // MARK: signing

    @Test func `a month is prepared, then reviewed by another person, and locked`() throws {
        let counter = try counter()
        let desk = counter.desk
        let (entry, out, item, other) = (counter.entries[0], counter.entries[1], counter.items[0], counter.items[1])
        let match = try desk.sequence(of: .match([entry], [item]))
        let suspended = try desk.sequence(of: .suspend(out))
        func sign(
            _ signer: ReconciliationSigner, statement: Int64 = 450, book: Int64 = 520, entries: Int64 = 0,
            items: Int64 = 70, month: String = "2017-01", report: UInt8 = 1
        ) -> Body {
            .signature(
                month, signer, statement: statement, book: book, entries: entries, items: items, report: report)
        }
        func field(_ body: Body, by person: String = "ana", at time: String = "2017-02-02T15:00:00Z") throws -> String?
        {
            try desk.refusal(body, by: person, at: time)?.field
        }
        #expect(try field(sign(.preparer)) == "month")
        try desk.importStatement(
            "s2", from: "2017-01-11", through: "2017-02-01", opening: 450, [("e3", 20, "2017-02-01")],
            at: "2017-02-01T15:00:00Z")
        #expect(try field(sign(.preparer), at: "2017-01-31T15:00:00Z") == "month")
        #expect(try field(sign(.preparer, month: "2017-02")) == "month")
        #expect(try field(sign(.preparer, month: "2017-1")) == "month")
        #expect(try field(sign(.preparer, report: 0)) == "reportSha256")
        #expect(try field(sign(.unspecified)) == "signer")
        #expect(try field(sign(.preparer, statement: 451)) == "statementMinor")
        #expect(try field(sign(.preparer, book: 521)) == "bookMinor")
        #expect(try field(sign(.preparer, entries: 1)) == "entriesOpenMinor")
        #expect(try field(sign(.preparer, items: 71)) == "itemsOpenMinor")
        #expect(try field(sign(.preparer), by: "eve") == "actor")
        #expect(try field(sign(.reviewer), by: "bob") == "signer")
        try desk.record(sign(.preparer), by: "ana", at: "2017-02-02T15:00:00Z")
        #expect(try field(sign(.reviewer)) == "actor")
        #expect(try field(sign(.reviewer, report: 2), by: "bob") == "reportSha256")
        try desk.record(sign(.reviewer), by: "bob", at: "2017-02-02T15:00:00Z")
        let account = try #require(desk.bankAccount())
        let end = try CivilDate("2017-01-31").daysSinceEpoch
        #expect(account.lockedThrough == end)
        let signed = desk.views.signedMonth(account, lastDay: end)
        #expect(signed?.preparer == desk.party("ana") && signed?.reviewer == desk.party("bob"))
        // Nothing of January changes.
        #expect(try field(sign(.preparer)) == "month")
        #expect(try field(.unmatch(match)) == "matchSequence")
        #expect(try field(.unmatch(suspended)) == "matchSequence")
        // Nor do the books there, elsewhere they do.
        for amount in [5, -5] as [Int64] {
            let refusal = try desk.refusal(.cash(amount), by: "ana", at: "2017-01-31T15:00:00Z")
            #expect(refusal?.code == .locked && refusal?.field == "effectiveAt", "\(String(describing: refusal))")
        }
        for elsewhere in [Body.cash(5, "006"), .cash(5, "815", "assets:trust-bank")] {
            #expect(try field(elsewhere, at: "2017-01-31T15:00:00Z") == nil)
        }
        try desk.record(.reconciliationRule(one: 1_000, month: 1_000))
        #expect(try field(.writeOff(item: other, 70), at: "2017-01-31T15:00:00Z") == "effectiveAt")
        // What was open then is dealt with later, and counts from then on.
        func january() -> String {
            desk.reconciliation(through: end).map {
                "\($0.statementMinor) \($0.bookMinor) \($0.entriesOpenMinor) \($0.itemsOpenMinor)"
            } ?? ""
        }
        #expect(january() == "450 520 0 70")
        let back = try desk.sequence(of: .cash(-150), at: "2017-02-03T15:00:00Z")
        try desk.record(.match([out], [back]))
        try desk.record(.writeOff(item: other, 70))
        #expect(january() == "450 520 0 70")
        #expect(desk.reconciliation()?.itemsOpenMinor == 0)
        #expect(desk.reconciliation()?.entriesOpenMinor == 20)
        // The institution books into January afterwards: it counts from February on.
        try desk.importStatement(
            "s3", from: "2017-01-20", through: "2017-02-05", opening: 470, [("e4", 5, "2017-01-25")],
            at: "2017-02-06T15:00:00Z")
        #expect(january() == "450 520 0 70")
        #expect(desk.reconciliation()?.differenceMinor == 0)
    }

    @Test func `an account at zero is closed, its last month is signed, and another takes its place`() throws {
        let counter = try counter()
        let desk = counter.desk
        try check(desk, [(.bankAccountClosed(), "account", nil), (.bankAccountClosed(reason: ""), "reason", nil)])
        try desk.record(.reconciliationRule(one: 1_000, month: 10_000))
        try desk.record(.match([counter.entries[0]], [counter.items[0]]))
        try desk.record(.bankFee(counter.entries[1], 150))
        try desk.record(.writeOff(item: counter.items[1], 70))
        try check(desk, [(.bankAccountClosed(), "account", "0")])
        let out = try desk.sequence(of: .cash(-450), at: "2017-01-12T15:00:00Z")
        let last = try desk.importStatement(
            "s2", from: "2017-01-11", through: "2017-01-12", opening: 450, [("e9", -450, "2017-01-12")], number: 8)
        try check(desk, [(.bankAccountClosed(), "account", nil)])
        try desk.record(.match(last, [out]))
        #expect(try desk.refusal(.bankAccountClosed(), at: "2017-01-11T15:00:00Z")?.field == "effectiveAt")
        #expect(try desk.record(.bankAccountClosed()) == [])
        try check(
            desk,
            [
                (.bankAccountClosed(), "account", nil), (.suspend(last[0]), "account", nil),
                (.bankAccount("new", from: "2017-01-12"), "fromDate", "2017-01-13 or later"),
                (.bankAccount("ops", from: "2017-01-13"), "account", nil),
            ])
        try desk.record(.bankAccount("new", from: "2017-01-13"), at: "2017-01-13T15:00:00Z")
        try desk.record(.cash(40))
        #expect(desk.reconciliation("new")?.itemsOpenMinor == 40)
        #expect(desk.reconciliation("new")?.differenceMinor == 0)
        #expect(desk.reconciliation("ops")?.differenceMinor == 0)
        try desk.record(
            .signature("2017-01", .preparer, statement: 0, book: 0), by: "ana", at: "2017-02-02T15:00:00Z")
        try desk.record(.signature("2017-01", .reviewer, statement: 0, book: 0), by: "bob")
    }
}
