import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Ledger
import Testing

@testable import Reconciliation

/// Statements to signed months: files become events once, what is proven is matched, the rest is listed, and both sides agree to the cent.
@Suite struct ReconciliationTests {
    private func views(_ counter: Counter) throws -> (Views, Book, BankAccountRecord) {
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        return (snapshot.views, book, try snapshot.views.bankAccount(named: "815-courant", book))
    }

    @Test(arguments: Counter.Format.allCases)
    func `a month of statements in each format is matched and signed with no difference`(_ format: Counter.Format)
        throws
    {
        let counter = try Counter()
        try counter.trade()
        let path = try counter.file([Counter.june(format)], format)
        let imported = try counter.statementImport(format).run([path], to: counter.store)
        #expect(imported.allSatisfy { $0.state == .recorded })
        #expect(imported.reduce(0) { $0 + $1.recorded } == (format.hasReturns ? 5 : 4))
        // Again, and matched again: nothing new.
        let size = try counter.size
        let again = try counter.statementImport(format).run([path], to: counter.store)
        #expect(again.allSatisfy { $0.state == .known } && again.count == imported.count)
        #expect(try counter.size == size)

        let run = MatchRun(Counter.recording, account: "815-courant")
        let outcome = try run.run(counter.store)
        #expect(outcome.differenceMinor == 0)
        #expect(outcome.fundsSettled == 1 && outcome.payoutsSettled == 1 && outcome.fees == 1, "\(outcome)")
        #expect(outcome.payoutsReturned == (format.hasReturns ? 1 : 0))
        #expect(outcome.entriesLeft == 1 && outcome.itemsLeft == 0 && outcome.entriesLeftMinor == 1_234)
        let matched = try counter.size
        _ = try run.run(counter.store)
        #expect(try counter.size == matched)

        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        #expect(snapshot.views.balance(book: book, .bankFees) == 550)
        #expect(
            snapshot.views.balance(
                book: book, .inTransit,
                party: Array("815".utf8).withBytes { snapshot.views.party(.institution, $0) } ?? 0) == 0)
        let account = try snapshot.views.bankAccount(named: "815-courant", book)
        let report = try ReconciliationReport("815-courant", account, book, month: "2017-06", snapshot)
        // BAI2 has groups only of days with entries, CSV no days but theirs.
        if format == .bai2 || format == .csv { return #expect(report.differenceMinor == 0 && !report.isComplete) }
        #expect(report.isComplete && report.differenceMinor == 0 && report.open.map(\.amountMinor) == [1_234])
        #expect(report.statement.openingMinor == 50_000)
        for (actor, signer) in [("ana", .preparer), ("bob", .reviewer)] as [(String, ReconciliationSigner)] {
            let act = ReconciliationAct(
                Recording(book: "grand-io", actor: actor), account: "815-courant", store: counter.store)
            _ = try act.sign(report, as: signer)
        }
        let signed = try views(counter)
        #expect(signed.2.lockedThrough == report.last.daysSinceEpoch)
    }

    @Test func `overlapping statements and files out of order bring each entry once`() throws {
        let counter = try Counter()
        let whole = try Counter.june(.camt)
        func part(_ range: Range<Int>, _ from: String, _ through: String, _ opening: Int64) throws -> BankStatement {
            var part = whole
            part.identification = from
            part.entries = Array(whole.entries[range])
            (part.from, part.through) = (try CivilDate(from), try CivilDate(through))
            part.openingMinor = opening
            part.closingMinor = part.entries.reduce(opening) { $0 + $1.amountMinor }
            return part
        }
        let parts = [
            try part(0..<2, "2017-06-01", "2017-06-05", 50_000), try part(1..<3, "2017-06-05", "2017-06-06", 64_700),
            try part(3..<5, "2017-06-07", "2017-06-30", 64_700),
        ]
        let files = try parts.enumerated().map { try counter.file([$0.element], .camt, "part\($0.offset)") }
        let outcome = try counter.statementImport().run(files.reversed(), to: counter.store)
        #expect(outcome.map(\.recorded) == [2, 1, 2] && outcome.allSatisfy { $0.state == .recorded })
        let size = try counter.size
        // The whole month says nothing new.
        let all = try counter.statementImport().run(
            files + [counter.file([whole], .camt)], to: counter.store)
        #expect(all.allSatisfy { $0.state == .known })
        #expect(try counter.size == size)
        let (_, _, account) = try views(counter)
        #expect(account.closingMinor == whole.closingMinor && account.pendingEntries == 0)
    }

    @Test func `a gap and an undeclared account are refused with the figures, and nothing is recorded`() throws {
        let counter = try Counter()
        let size = try counter.size
        let june = try counter.file([Counter.june(.camt)], .camt)
        let undeclared = #expect(throws: LedgerError.self) {
            try counter.statementImport(declare: nil).run([june], to: counter.store)
        }
        #expect(
            undeclared?.remedy.french.contains(
                "--number \"815-0042-12345\" --currency CAD --from 2017-06-01 --opening 500,00") == true)
        #expect(try counter.size == size)
        _ = try counter.statementImport().run([june], to: counter.store)
        var july = try Counter.june(.camt)
        july.identification = "2017-07"
        (july.from, july.through) = (try CivilDate("2017-07-01"), try CivilDate("2017-07-31"))
        july.entries = []
        (july.openingMinor, july.closingMinor) = (65_000, 65_000)
        let before = try counter.size
        let gap = #expect(throws: LedgerError.self) {
            try counter.statementImport().run([counter.file([july], .camt, "july")], to: counter.store)
        }
        #expect(
            gap?.reason.english.contains("650.00") == true && gap?.reason.english.contains("656.84") == true,
            "\(gap?.reason.english ?? "")")
        #expect(try counter.size == before)
    }

    @Test func `an import and a run that end between two batches go on and record everything once`() throws {
        struct Killed: Error {}
        let whole = try Counter()
        try whole.trade()
        let path = try whole.file([Counter.june(.camt)], .camt)
        _ = try whole.statementImport().run([path], to: whole.store)
        _ = try MatchRun(Counter.recording, account: "815-courant").run(whole.store)
        let counter = try Counter()
        try counter.trade()
        for stop in 1...6 {
            var calls = 0
            _ = try? counter.statementImport().run([path], to: counter.store) {
                calls += 1
                if calls > stop { throw Killed() }
            }
        }
        for stop in 1...4 {
            var calls = 0
            _ = try? MatchRun(Counter.recording, account: "815-courant").run(counter.store) {
                calls += 1
                if calls > stop { throw Killed() }
            }
        }
        #expect(try counter.size == whole.size)
        let (_, _, account) = try views(counter)
        let kinds = try LedgerSnapshot(counter.store).views.openParts(account, .entry)
        #expect(kinds.count == 1)
    }

    @Test func `what is settled and not yet matched is matched by its cause`() throws {
        let counter = try Counter()
        try counter.trade()
        _ = try counter.statementImport().run([counter.file([Counter.june(.camt)], .camt)], to: counter.store)
        let (views, book, account) = try views(counter)
        let entry = try #require(views.openParts(account, .entry).first)
        // As a run that died after its first batch leaves it.
        let batch = EventBatch(book, actor: "ana")
        try batch.add(
            key: ["815-courant", "\(entry)", "settled", "group", "2017-06-01"],
            atUs: book.openNoonUs(account.fromDay + 1),
            cause: entry
        ) { event in
            event.fundsSettled {
                $0.institution("815")
                $0.captureDate("2017-06-01")
                $0.grossMinor(15_000)
                $0.feesMinor(300)
                $0.valueDate("2017-06-02")
                $0.currency("CAD")
            }
        }
        let writer = try LedgerWriter(counter.store)
        try batch.record(writer)
        writer.close()
        let outcome = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        #expect(outcome.fundsSettled == 0 && outcome.entriesLeft == 1 && outcome.differenceMinor == 0, "\(outcome)")
    }

    @Test func `a person matches, gives up and takes back, and suspense takes what is old`() throws {
        let counter = try Counter()
        try counter.trade()
        _ = try counter.statementImport().run([counter.file([Counter.june(.camt)], .camt)], to: counter.store)
        let outcome = try MatchRun(Counter.recording, account: "815-courant", suspendAfter: 5).run(counter.store)
        #expect(outcome.suspended == 1 && outcome.entriesLeft == 1 && outcome.differenceMinor == 0)
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        let account = try snapshot.views.bankAccount(named: "815-courant", book)
        let open = ExceptionList.open("815-courant", account, book, on: nil, snapshot)
        #expect(open.count == 1 && open[0].isSuspended && open[0].age == 14 && open[0].bucket == .sixToThirty)
        let act = ReconciliationAct(Counter.recording, account: "815-courant", store: counter.store)
        _ = try act.assign(entry: open[0].sequence, item: 0, owner: "bob", note: "")
        let suspension = try #require(snapshot.views.suspension(account, open[0].sequence))
        _ = try act.undo(suspension, reason: "found")
        let off = try act.writeOff(entry: open[0].sequence, item: 0, reason: "nobody claims it")
        #expect(off > 0)
        let explanation = try EntryExplanation(open[0].sequence, book, LedgerSnapshot(counter.store))
        #expect(explanation.resolution == off && explanation.resolutionKind == .exceptionWrittenOff)
        #expect(explanation.entry.owner == "bob")
        #expect(try MatchRun(Counter.recording, account: "815-courant").run(counter.store).entriesLeft == 0)
        _ = try act.undo(off, reason: "claimed")
        let again = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        #expect(again.entriesLeft == 1 && again.differenceMinor == 0)
    }

    @Test(
        .enabled(if: SharedSamples.folder != nil, "shared/data is absent"),
        arguments: [
            ("camt/camt053.v2.multi.statement.xml", "", 2), ("ofx/bank_medium.ofx", "", 3), ("ofx/checking.ofx", "", 3),
            ("ofx/suncorp.ofx", "", 1), ("ofx/multiple_accounts.ofx", "9100", 0),
            ("bai2/sample1.txt", "10200123456", 17),
        ])
    func `samples of other projects are imported, and their account declared`(
        _ name: String, _ number: String, _ count: Int
    )
        throws
    {
        let counter = try Counter(from: "1999-01-04T15:00:00Z")
        var statements = StatementImport(Counter.recording)
        statements.declare = "sample"
        statements.institution = "999"
        if !number.isEmpty { statements.number = number }
        let path = SharedSamples.path("statements/" + name)
        let imported = try statements.run([path], to: counter.store)
        #expect(imported.reduce(0) { $0 + $1.recorded } == count)
        #expect(imported.allSatisfy { $0.state == .recorded })
        let size = try counter.size
        #expect(try statements.run([path], to: counter.store).allSatisfy { $0.state == .known })
        #expect(try counter.size == size)
    }
}
