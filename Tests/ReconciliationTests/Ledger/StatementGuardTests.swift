import Accounting
import Commerce
import Events
import Fixtures
import Ledger
import Testing

@testable import Reconciliation

/// What a statement may not do: bring the same money anew, land in another's account, pass for a whole when it is half.
@Suite("Statements that are refused or left to a person")
struct StatementGuardTests {
    private func entry(_ reference: String, _ day: String, _ amount: Int64) throws -> StatementEntry {
        StatementEntry(
            reference: reference, bookingDate: try CivilDate(day), valueDate: try CivilDate(day), amountMinor: amount)
    }

    private func statement(
        _ name: String, from: String = "2017-06-01", through: String = "2017-06-30", opening: Int64 = 50_000,
        _ entries: [StatementEntry]
    ) throws -> BankStatement {
        BankStatement(
            kind: .statement, format: "",
            account: StatementAccount(institution: "815", number: "815-0042-12345", currency: "CAD"),
            identification: name, from: try CivilDate(from), through: try CivilDate(through), openingMinor: opening,
            closingMinor: entries.reduce(opening) { $0 + $1.amountMinor }, entries: entries)
    }

    private func run(
        _ statement: BankStatement, _ counter: Counter, declare: String? = nil
    ) throws -> [ImportedStatement] {
        let path = try counter.file([statement], .camt, statement.identification)
        return try counter.statementImport(declare: declare).run([path], to: counter.store)
    }

    @Test(arguments: [["B1", "B2"], ["A1", "A2"]])
    func `a covered day that comes again under other references, or of other amounts, is refused`(
        _ references: [String]
    ) throws {
        let counter = try Counter()
        let first = try statement("s1", [entry("A1", "2017-06-02", 100), entry("A2", "2017-06-30", -100)])
        _ = try run(first, counter, declare: "815-courant")
        let size = try counter.size
        let amount: Int64 = references[0] == "A1" ? 200 : 100
        let again = try statement(
            "s2", [entry(references[0], "2017-06-02", amount), entry(references[1], "2017-06-30", -amount)])
        let refusal = #expect(throws: LedgerError.self) { try run(again, counter) }
        #expect(refusal?.reason.english.contains("2017-06-02") == true, "\(String(describing: refusal))")
        #expect(try counter.size == size)
        // With the entries that are known, a late one of that day enters.
        let late = try statement("s3", first.entries + [entry("A3", "2017-06-02", 7)])
        #expect(try run(late, counter).map(\.recorded) == [1])
    }

    @Test func `late entries of a reviewed month enter once`() throws {
        let counter = try Counter()
        _ = try run(statement("s1", [entry("A1", "2017-06-02", 100)]), counter, declare: "815-courant")
        for (actor, signer) in [("ana", .preparer), ("bob", .reviewer)] as [(String, ReconciliationSigner)] {
            let (snapshot, book, account) = try views(counter)
            let report = try ReconciliationReport("815-courant", account, book, month: "2017-06", snapshot)
            _ = try ReconciliationAct(
                Recording(book: "grand-io", actor: actor), account: "815-courant", store: counter.store
            ).sign(report, as: signer)
        }
        // A pair that nets to zero, and one amount that does not.
        let late = try statement(
            "s2", from: "2017-06-20", through: "2017-07-31", opening: 50_100,
            [
                entry("L1", "2017-06-28", 5), entry("L2", "2017-06-28", -5), entry("L3", "2017-06-29", 9),
                entry("L4", "2017-07-31", 1),
            ])
        #expect(try run(late, counter).map(\.recorded) == [4])
        let size = try counter.size
        #expect(try run(late, counter).map(\.state) == [.known])
        #expect(try counter.size == size)
    }

    @Test func `an account's number is that of an institution, and --declare names one account`() throws {
        let counter = try Counter()
        var other = try statement("s2", [entry("B1", "2017-06-03", 50)])
        other.account.institution = "006"
        _ = try run(statement("s1", [entry("A1", "2017-06-02", 100)]), counter, declare: "815-courant")
        let size = try counter.size
        let known = #expect(throws: LedgerError.self) {
            try run(statement("s3", [entry("A1", "2017-06-02", 100)]), counter, declare: "autre")
        }
        #expect(known?.code == .usage && known?.reason.english.contains("815-courant") == true)
        #expect(try counter.size == size)
        let first = try run(other, counter, declare: "006-courant").first
        #expect(first?.account == "006-courant" && first?.recorded == 1)
        var third = other
        (third.account.institution, third.account.number) = ("815", "815-0099-12345")
        var fourth = third
        fourth.account.number = "815-0098-12345"
        let before = try counter.size
        let path = try counter.file([third, fourth], .camt, "two")
        let two = #expect(throws: LedgerError.self) {
            try counter.statementImport(declare: "deux").run([path], to: counter.store)
        }
        #expect(two?.code == .usage && two?.reason.english.contains("815-0098-12345") == true)
        #expect(try counter.size == before)
        var unknown = counter.statementImport(declare: nil)
        unknown.number = "12"
        let missing = #expect(throws: LedgerError.self) { try unknown.run([path], to: counter.store) }
        #expect(missing?.code == .notFound)
    }

    @Test func `a half statement is not matched`() throws {
        let counter = try Counter()
        try counter.trade()
        _ = try counter.statementImport().run([counter.file([Counter.june(.camt)], .camt)], to: counter.store)
        // As somebody records it without our reader.
        let (snapshot, book, account) = try views(counter)
        let batch = EventBatch(book, actor: "ana")
        try batch.add(
            source: "statement:815", key: ["half"], atUs: book.openNoonUs(account.throughDay + 31),
            evidence: Array(repeating: 1, count: 32)
        ) { event in
            event.statementImported {
                $0.account("815-courant")
                $0.statement("half")
                $0.fromDate("2017-07-01")
                $0.throughDate("2017-07-31")
                $0.openingMinor(account.closingMinor)
                $0.closingMinor(account.closingMinor + 5)
                $0.currency("CAD")
                $0.format("MT940")
                $0.entries(2)
            }
        }
        let writer = try LedgerWriter(counter.store)
        try batch.record(writer)
        writer.close()
        try snapshot.check()
        let refusal = #expect(throws: LedgerError.self) {
            try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        }
        #expect(refusal?.code == .badInput && refusal?.reason.english.contains("2 entries") == true)
    }

    @Test func `a statement too long for a batch enters in parts that continue each other, once`() throws {
        let counter = try Counter()
        let long = try statement("s1", (1...7).map { try entry("E\($0)", "2017-06-0\($0)", Int64($0)) })
        var statements = counter.statementImport()
        statements.partMost = 3
        let path = try counter.file([long], .camt, "s1")
        let before = try counter.size
        #expect(try statements.run([path], to: counter.store).map(\.recorded) == [7])
        // The account, three parts and seven entries.
        #expect(try counter.size == before + 11)
        let (snapshot, _, account) = try views(counter)
        #expect(
            account.closingMinor == 50_028 && account.pendingEntries == 0 && account.saidThrough == account.throughDay)
        #expect(snapshot.views.openParts(account, .entry).count == 7)
        #expect(try statements.run([path], to: counter.store).map(\.state) == [.known])
        #expect(try counter.size == before + 11)
    }

    @Test func `a statement with one entry that is refused is not recorded at all, nor the account that it declares`()
        throws
    {
        let counter = try Counter()
        try counter.trade()
        let size = try counter.size
        let huge = Int64(2_000_000_000_000_000)
        let entries = try (0..<20).map { try entry("E\($0)", "2017-06-10", $0 == 18 ? huge : 1) }
        let refusal = #expect(throws: LedgerError.self) {
            try run(statement("s1", entries + [entry("E20", "2017-06-10", -huge)]), counter, declare: "815-courant")
        }
        #expect(
            refusal?.code == .badInput && refusal?.place.hasSuffix("s1.camt, E18") == true,
            "\(String(describing: refusal))")
        #expect(try counter.size == size)
    }

    @Test func `a balance that a file does not say is given by hand and checked, or said to be reckoned`() throws {
        let counter = try Counter()
        _ = try run(statement("s1", [entry("A1", "2017-06-02", 100)]), counter, declare: "815-courant")
        var july = try statement(
            "s2", from: "2017-07-01", through: "2017-07-31", opening: 50_100, [entry("B1", "2017-07-02", 25)])
        (july.openingMinor, july.closingMinor) = (nil, nil)
        let path = try counter.file([july], .ofx1, "july")
        let size = try counter.size
        var given = counter.statementImport(.ofx1, declare: nil)
        given.closing = { _ in 50_126 }
        let refusal = #expect(throws: LedgerError.self) { try given.run([path], to: counter.store) }
        #expect(refusal?.reason.english.contains("0.01") == true, "\(String(describing: refusal))")
        #expect(try counter.size == size)
        let june = try counter.file([statement("s1", [entry("A1", "2017-06-02", 100)])], .camt, "s1")
        #expect(throws: LedgerError.self) { try given.run([june], to: counter.store) }
        let reckoned = try counter.statementImport(.ofx1, declare: nil).run([path], to: counter.store)
        #expect(reckoned.map(\.isClosingReckoned) == [true] && reckoned.map(\.closingMinor) == [50_125])
        func report(_ month: String) throws -> ReconciliationReport {
            let (snapshot, book, account) = try views(counter)
            return try ReconciliationReport("815-courant", account, book, month: month, snapshot)
        }
        #expect(try report("2017-06").isClosingSaid && !report("2017-07").isClosingSaid)
        // The next one that says its balances confirms it.
        _ = try run(
            statement("s3", from: "2017-08-01", through: "2017-08-31", opening: 50_125, [entry("C1", "2017-08-02", 1)]),
            counter)
        #expect(try report("2017-07").isClosingSaid)
    }

    @Test func `one return of a payout is recorded, the second is for a person`() throws {
        let counter = try Counter()
        try counter.trade()
        var june = try Counter.june(.camt)
        var again = try #require(june.entries.first { $0.returnCode == "905" })
        again.reference = "R3b"
        june.entries.append(again)
        june.closingMinor = june.closingMinor.map { $0 + again.amountMinor }
        _ = try counter.statementImport().run([counter.file([june], .camt)], to: counter.store)
        let outcome = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        #expect(outcome.payoutsReturned == 1 && outcome.differenceMinor == 0)
        let (snapshot, _, account) = try views(counter)
        let left = snapshot.views.openParts(account, .entry).compactMap { snapshot.views.bankPart(account, $0) }
        #expect(left.contains { $0.amountMinor == again.amountMinor })
    }

    @Test func `an amount beyond what sums may hold is for a person, and stops nothing`() throws {
        let counter = try Counter()
        try counter.trade()
        var june = try Counter.june(.camt)
        let huge = MatchingLimits.amountMinorMost + 1
        june.entries += [try entry("H1", "2017-06-13", huge), try entry("H2", "2017-06-14", -huge)]
        _ = try counter.statementImport().run([counter.file([june], .camt)], to: counter.store)
        let outcome = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        #expect(outcome.payoutsSettled == 1 && outcome.entriesLeft == 3 && outcome.differenceMinor == 0)
    }

    @Test func `what is expected beyond the window is an exception`() throws {
        let counter = try Counter()
        try counter.trade()
        _ = try run(statement("s1", [entry("A1", "2017-06-30", -1)]), counter, declare: "815-courant")
        let (snapshot, book, account) = try views(counter)
        let expected = ExceptionList.open("815-courant", account, book, on: nil, snapshot).filter(\.isExpected)
        #expect(expected.map(\.amountMinor) == [15_000, -9_600])
        #expect(expected.map(\.what) == ["FundsSettled", "PayoutSettled"])
        #expect(AccountStanding("815-courant", account, book, snapshot).overdueCount == 2)
        let early = ExceptionList.open(
            "815-courant", account, book, on: try CivilDate("2017-06-06"), snapshot)
        #expect(early.filter(\.isExpected).isEmpty)
    }

    private func views(_ counter: Counter) throws -> (LedgerSnapshot, Book, BankAccountRecord) {
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        return (snapshot, book, try snapshot.views.bankAccount(named: "815-courant", book))
    }
}
