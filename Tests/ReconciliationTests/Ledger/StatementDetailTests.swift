import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Glibc
import Ledger
import SwiftProtobuf
import Testing

@testable import Reconciliation

/// What statements say besides day and amount: details of batches, hours, payees; and what a person took apart.
@Suite struct StatementDetailTests {
    private static func views(_ counter: Counter) throws -> (LedgerSnapshot, Book, BankAccountRecord) {
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        return (snapshot, book, try snapshot.views.bankAccount(named: "815-courant", book))
    }

    private static func bodies(_ counter: Counter) throws -> [StatementEntry] {
        let (snapshot, _, account) = try views(counter)
        var found: [StatementEntry] = []
        var sequences: [UInt64] = []
        snapshot.views.forEachBankPart(account) { if $1.isEntry { sequences.append($0) } }
        for sequence in sequences {
            let body = try #require(snapshot.views.read(StatementEntryImportedView.self, sequence))
            found.append(
                StatementEntry(
                    reference: body.reference.string, bookingDate: try CivilDate(body.bookingDate.string),
                    valueDate: try CivilDate(body.valueDate.string), amountMinor: body.amountMinor,
                    endToEnd: body.endToEnd.string, returnCode: body.returnCode.string,
                    counterparty: body.party.string))
        }
        return found
    }

    private static func write(_ text: String, _ name: String, _ counter: Counter) throws -> String {
        let path = counter.directory + "/" + name
        guard let file = fopen(path, "wb") else { throw StatementTestError(reason: path) }
        defer { fclose(file) }
        fputs(text, file)
        return path
    }

    // MARK: notifications

    /// Two payouts that the statement books as one debit of 96.00, and one of them that came back in a deposit.
    private static func batch() throws -> (Counter, statement: String, notice: String) {
        let counter = try Counter()
        try counter.trade()
        try counter.record(.payout("PAYOUT-0002", "sam", 4_800), at: "2017-06-02T15:30:00Z")
        var statement = try Counter.june(.camt)
        let day = try CivilDate("2017-06-05")
        statement.entries = [
            StatementEntry(reference: "LOT7", bookingDate: day, valueDate: day, amountMinor: -14_400, batch: "0007")
        ]
        statement.closingMinor = 50_000 - 14_400
        let details = [("PAYOUT-0001", "96.00"), ("PAYOUT-0002", "48.00")].map {
            """
            <TxDtls><Refs><EndToEndId>\($0.0)</EndToEndId></Refs><Amt Ccy="CAD">\($0.1)</Amt>
            <CdtDbtInd>DBIT</CdtDbtInd></TxDtls>
            """
        }.joined()
        let notice = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
            <GrpHdr><MsgId>n</MsgId><CreDtTm>2017-06-05T10:00:00</CreDtTm></GrpHdr><Ntfctn><Id>n1</Id>
            <Acct><Id><Othr><Id>815-0042-12345</Id></Othr></Id><Ccy>CAD</Ccy></Acct>
            <Ntry><Amt Ccy="CAD">144.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
            <BookgDt><Dt>2017-06-05</Dt></BookgDt><AcctSvcrRef>LOT7</AcctSvcrRef><BkTxCd/>
            <NtryDtls>\(details)</NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>

            """
        return (counter, try counter.file([statement], .camt), try write(notice, "notice.xml", counter))
    }

    @Test func `a notification given with the statement takes its batch apart, and nothing enters twice`() throws {
        let (counter, statement, notice) = try Self.batch()
        let size = try counter.size
        // Alone it records nothing.
        let alone = try counter.statementImport(declare: nil).run([notice], to: counter.store)
        #expect(alone.map(\.state) == [.notRecorded] && alone[0].entries == 2)
        #expect(try counter.size == size)
        let both = try counter.statementImport().run([notice, statement], to: counter.store)
        #expect(both.map(\.state) == [.recorded, .known] && both[0].recorded == 2)
        let entries = try Self.bodies(counter)
        #expect(entries.map(\.reference) == ["LOT7/1", "LOT7/2"] && entries.map(\.amountMinor) == [-9_600, -4_800])
        #expect(entries.map(\.endToEnd) == ["PAYOUT-0001", "PAYOUT-0002"])
        // Of whom the reference speaks.
        #expect(entries.map(\.counterparty) == ["sam", "sam"])
        let recorded = try counter.size
        for files in [[statement], [notice], [statement, notice]] {
            #expect(
                try counter.statementImport().run(files, to: counter.store).allSatisfy { $0.state == .known },
                "\(files)")
        }
        #expect(try counter.size == recorded)
        let outcome = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        #expect(outcome.payoutsSettled == 2 && outcome.entriesLeft == 0 && outcome.differenceMinor == 0, "\(outcome)")
    }

    @Test func `a batch that is in the books as one stays one`() throws {
        let (counter, statement, notice) = try Self.batch()
        _ = try counter.statementImport().run([statement], to: counter.store)
        let size = try counter.size
        let again = try counter.statementImport().run([notice, statement], to: counter.store)
        #expect(again.first?.state == .known)
        #expect(try counter.size == size)
        #expect(try Self.bodies(counter).map(\.reference) == ["LOT7"])
    }

    // MARK: hours

    @Test func `an entry behind the cut-off counts for the next business day, and its dates stay the institution's`()
        throws
    {
        let counter = try Counter()
        try counter.record(
            .policyAdopted(
                .with {
                    $0.reconciliation = .with {
                        $0.windowDays = 5
                        $0.cutOffMinutes = 17 * 60
                    }
                }), at: "2017-05-01T15:00:00Z")
        var june = try Counter.june(.camt)
        let friday = try CivilDate("2017-06-09")
        june.entries = (1...5).map {
            StatementEntry(reference: "T\($0)", bookingDate: friday, valueDate: friday, amountMinor: Int64(1_000 + $0))
        }
        june.closingMinor = june.entries.reduce(50_000) { $0 + $1.amountMinor }
        let path = try counter.file([june], .camt)
        // Before the cut-off, at it, at noon, late, and one without an hour.
        var text = String(decoding: SharedSamples.bytes(path), as: UTF8.self)
        for (entry, hour) in [(1, "16:59:59"), (2, "17:00:00-04:00"), (3, "12:00:00"), (4, "23:30:00Z")] {
            let range = try #require(text.firstRange(of: "<BookgDt><Dt>2017-06-09</Dt></BookgDt>"), "\(entry)")
            text.replaceSubrange(range, with: "<BookgDt><DtTm>2017-06-09T\(hour)</DtTm></BookgDt>")
        }
        _ = try counter.statementImport().run([Self.write(text, "hours.xml", counter)], to: counter.store)
        let (snapshot, book, account) = try Self.views(counter)
        let monday = try CivilDate("2017-06-12")
        let open = ExceptionList.open("815-courant", account, book, on: monday, snapshot)
        #expect(open.map(\.reference) == ["T1", "T2", "T3", "T4", "T5"])
        #expect(open.map(\.age) == [1, 0, 1, 0, 1] && open.allSatisfy { $0.day == friday })
        let entries = try Self.bodies(counter)
        #expect(entries.allSatisfy { $0.bookingDate == friday && $0.valueDate == friday })
        let scene = try MatchScene(account, book, snapshot.views, open.map(\.sequence))
        #expect(
            (0..<scene.entries.count).map { scene.entries[$0].bookingDay.text } == [
                "2017-06-09", "2017-06-12", "2017-06-09", "2017-06-12", "2017-06-09",
            ])
        let size = try counter.size
        #expect(try counter.statementImport().run([path], to: counter.store).allSatisfy { $0.state == .known })
        #expect(try counter.size == size)
    }

    // MARK: undone

    @Test func `what a person took apart the rules do not do again`() throws {
        let counter = try Counter()
        try counter.trade()
        _ = try counter.statementImport().run([counter.file([Counter.june(.camt)], .camt)], to: counter.store)
        let run = MatchRun(Counter.recording, account: "815-courant")
        #expect(try run.run(counter.store).entriesLeft == 1)
        let act = ReconciliationAct(Counter.recording, account: "815-courant", store: counter.store)
        let (snapshot, book, account) = try Self.views(counter)
        var resolutions: Set<UInt64> = []
        var feeEntry: UInt64 = 0
        snapshot.views.forEachBankPart(account) { sequence, part in
            guard part.isEntry, part.resolution != 0 else { return }
            resolutions.insert(part.resolution)
            if part.amountMinor == -250 { feeEntry = sequence }
        }
        #expect(resolutions.count == 4)
        for resolution in resolutions.sorted() { _ = try act.undo(resolution, reason: "not the same") }
        let size = try counter.size
        for _ in 1...2 {
            let again = try run.run(counter.store)
            #expect(again.entriesLeft == 5 && again.matches == 0 && again.fees == 0, "\(again)")
            #expect(again.differenceMinor == 0)
        }
        #expect(try counter.size == size)
        let explained = try EntryExplanation(feeEntry, book, LedgerSnapshot(counter.store))
        #expect(explained.reason?.english.contains("undid") == true, "\(String(describing: explained.reason))")
        // By hand it is matched again.
        let open = try Self.views(counter)
        let entry = try #require(open.0.views.openParts(open.2, .entry).first)
        let item = try #require(
            open.0.views.openParts(open.2, .item).first {
                open.0.views.bankPart(open.2, $0)?.amountMinor == open.0.views.bankPart(open.2, entry)?.amountMinor
            })
        #expect(try act.match(entries: [entry], items: [item], reason: "after all") > 0)
        #expect(try run.run(counter.store).entriesLeft == 4)
    }

    // MARK: months

    @Test func `months are reviewed one after the other`() throws {
        let counter = try Counter()
        var statement = try Counter.june(.camt)
        statement.entries = []
        (statement.through, statement.closingMinor) = (try CivilDate("2017-07-31"), 50_000)
        _ = try counter.statementImport().run([counter.file([statement], .camt)], to: counter.store)
        func sign(_ month: String, _ actor: String, _ signer: ReconciliationSigner) throws {
            let (snapshot, book, account) = try Self.views(counter)
            let report = try ReconciliationReport("815-courant", account, book, month: month, snapshot)
            let recording = Recording(book: "grand-io", actor: actor)
            _ = try ReconciliationAct(recording, account: "815-courant", store: counter.store).sign(report, as: signer)
        }
        try sign("2017-07", "ana", .preparer)
        let refusal = #expect(throws: Refusal.self) { try sign("2017-07", "bob", .reviewer) }
        #expect(refusal?.field == "month" && refusal?.accepted.english == "2017-06")
        try sign("2017-06", "ana", .preparer)
        try sign("2017-06", "bob", .reviewer)
        try sign("2017-07", "bob", .reviewer)
    }
}
