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

/// From debts to files and back: who is paid, at which account, once.
@Suite struct PayoutsTests {
    private let keyring = Keyring(seed: Array("payouts".utf8))

    /// sam is owed 14 400 for two orders, reg 300 by a bill, and the institution knows us.
    private func owing() throws -> Counter {
        let counter = try Counter()
        for (order, amount) in [("o1", 10_000), ("o2", 5_000)] as [(String, Int64)] {
            try counter.record(
                .purchase(order, "bob", [.of("milk", "sam", amount, .zeroRated)]), at: "2017-06-01T15:00:00Z")
            try counter.record(.capture("pay-\(order)", order, amount), at: "2017-06-01T15:10:00Z")
            try counter.record(.handOver(order), at: "2017-06-01T16:00:00Z")
        }
        try counter.record(.supplierInvoice("f1", "reg", [("expenses:rent", 300)]), at: "2017-06-01T17:00:00Z")
        return counter
    }

    private func originator(_ counter: Counter) throws {
        try counter.record(
            .originator(pattern: "612100610FFFFNNNNNNNNN", cash: ["", "assets:trust-bank"]), at: "2017-06-01T18:00:00Z")
    }

    private func give(
        _ identity: String, name: String = "Zoé Côté", account: String = "0042", _ counter: Counter,
        at time: String = "2017-06-01T18:00:00Z"
    ) throws {
        let views = try LedgerSnapshot(counter.store).views
        let data = PersonalData.with {
            $0.name = name
            ($0.bankInstitution, $0.bankTransit, $0.bankAccount) = ("006", "10011", account)
        }
        let (keyId, sealed) = try keyring.seal(data, of: identity, views)
        try counter.record(
            .personalDataProvided(
                .with {
                    $0.identity = identity
                    $0.keyID = Data(keyId)
                    $0.sealed = Data(sealed)
                }), at: time)
    }

    private func us(_ time: String) throws -> Int64 { try InstantText.parse(time) }

    private func instruct(
        _ counter: Counter, _ accounts: [AccountCode] = Views.payoutDebts, again: Bool = false,
        at time: String = "2017-06-02T15:00:00Z", adjust: (inout PayoutDues) -> Void = { _ in }
    ) throws -> [PayoutInstruction.Line] {
        var dues = PayoutDues(accounts: accounts)
        adjust(&dues)
        var instruction = PayoutInstruction(Counter.recording, institution: "815", dues, atUs: try us(time))
        instruction.again = again
        let snapshot = try LedgerSnapshot(counter.store)
        let plan = try instruction.plan(snapshot, PayeeBook(snapshot, keyring))
        try instruction.record(plan, to: counter.store)
        return plan.lines
    }

    private func plan(
        _ counter: Counter, _ format: PaymentFileFormat = .cpa005, at time: String = "2017-06-02T16:00:00Z"
    ) throws -> (PayoutSending, PayoutSending.Plan) {
        let sending = PayoutSending(
            Counter.recording, institution: "815", format: format, dueDay: try CivilDate("2017-06-05"),
            atUs: try us(time))
        return (sending, try sending.plan(LedgerSnapshot(counter.store), keyring))
    }

    private func record(_ sending: PayoutSending, _ plan: PayoutSending.Plan, _ counter: Counter) throws {
        let writer = try LedgerWriter(counter.store)
        defer { writer.close() }
        try sending.record(plan, writer)
    }

    @discardableResult
    private func send(_ counter: Counter, _ format: PaymentFileFormat = .cpa005) throws -> PayoutFile {
        let (sending, plan) = try plan(counter, format)
        try record(sending, plan, counter)
        return plan.file
    }

    private func made(_ counter: Counter, _ number: UInt32 = 1) throws -> PayoutFile {
        let snapshot = try LedgerSnapshot(counter.store)
        return try IssuedPayoutFile(institution: "815", number: number)
            .make(snapshot.views.named("grand-io"), snapshot, keyring)
    }

    private func file(_ bytes: [UInt8], _ name: String, _ counter: Counter) throws -> String {
        let path = counter.directory + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func returns(_ path: String, _ counter: Counter) throws -> [PayoutReturns.Line] {
        try PayoutReturns(Counter.recording, atUs: us("2017-06-09T15:00:00Z")).run([path], to: counter.store).lines
    }

    @Test func `nobody is paid without an account, and a debt is instructed once`() throws {
        let counter = try owing()
        let size = try counter.size
        let left = try instruct(counter)
        #expect(left.map(\.due.payee) == ["sam", "reg"] && left.map(\.amountMinor) == [14_400, 300])
        #expect(left.allSatisfy { $0.left?.english == "no bank account" && $0.payout.isEmpty })
        #expect(try counter.size == size)
        try give("sam", counter)
        try give("reg", name: "", counter)
        let some = try instruct(counter)
        #expect(some.map { $0.left?.english } == [nil, "no name"])
        #expect(some[0].payout.utf8.count == 14 && CPA005.crossReference(of: some[0].payout) == some[0].payout)
        let after = try counter.size
        #expect(try instruct(counter).map(\.due.payee) == ["reg"])
        #expect(try counter.size == after)
        // Below the minimum, of somebody else, of another account: nothing.
        try give("reg", counter, at: "2017-06-01T19:00:00Z")
        #expect(try instruct(counter) { $0.minimumMinor = 301 }.isEmpty)
        #expect(try instruct(counter) { $0.payee = "sam" }.isEmpty)
        #expect(try instruct(counter, [.sellerPayable]).isEmpty)
        #expect(throws: LedgerError.self) { try instruct(counter) { $0.payee = "nobody" } }
        #expect(try instruct(counter).map(\.due.payee) == ["reg"])
    }

    @Test func `a limit refuses the whole instruction and names the payee`() throws {
        let counter = try owing()
        try give("sam", counter)
        try give("reg", counter)
        try counter.record(
            .policyAdopted(.with { $0.limits.payoutMinor = 10_000 }), at: "2017-06-01T18:30:00Z")
        let size = try counter.size
        let refusal = #expect(throws: Refusal.self) { try instruct(counter) }
        #expect(refusal?.field == "sam, amountMinor")
        #expect(try counter.size == size)
    }

    @Test(arguments: [PaymentFileFormat.cpa005, .pain001])
    func `a file is made again from the log alone, byte for byte`(_ format: PaymentFileFormat) throws {
        let counter = try owing()
        try give("sam", counter)
        try give("reg", counter)
        _ = try instruct(counter)
        let unknown = #expect(throws: LedgerError.self) { try plan(counter, format) }
        #expect(unknown?.code == .notFound)
        try originator(counter)
        let size = try counter.size
        let sent = try send(counter, format)
        #expect(try counter.size == size + 2 && sent.payouts == 2 && sent.totalMinor == 14_700)
        #expect(try made(counter).bytes == sent.bytes)
        // Whatever is said later, of us or of the payees.
        try counter.record(.originator(id: "9999999999"), at: "2017-06-01T18:00:00Z")
        try give("sam", account: "77", counter, at: "2017-06-03T15:00:00Z")
        #expect(try made(counter).bytes == sent.bytes)
        let nothing = #expect(throws: LedgerError.self) { try plan(counter, format) }
        #expect(nothing?.code == .no && nothing?.remedy.english.contains("--number 1") == true)
        #expect(throws: LedgerError.self) { try made(counter, 2) }
        // Who is erased is in no file that is made from now on.
        try counter.record(
            .identityErased(
                .with {
                    $0.identity = "sam"
                    $0.reason = "asked"
                }), at: "2017-06-04T15:00:00Z")
        let erased = #expect(throws: LedgerError.self) { try made(counter) }
        #expect(erased?.reason.english.contains("sam") == true)
    }

    @Test func `a prepared file is refused once a payee is somewhere else, and nothing of it is recorded`() throws {
        let counter = try owing()
        try originator(counter)
        try give("sam", counter)
        _ = try instruct(counter, [.sellerPayable])
        let (sending, prepared) = try plan(counter)
        try give("sam", account: "77", counter, at: "2017-06-02T15:30:00Z")
        let size = try counter.size
        let refusal = #expect(throws: Refusal.self) { try record(sending, prepared, counter) }
        #expect(refusal?.field == "payouts[0].payout" && refusal?.value == "sam")
        #expect(try counter.size == size)
        // Prepared again it goes, with the new account.
        let sent = try send(counter)
        #expect(String(decoding: sent.bytes, as: UTF8.self).contains("00061001177 "))
        // The first preparation is too late now, too.
        #expect(throws: Refusal.self) { try record(sending, prepared, counter) }
    }

    @Test func `payouts without details stay behind, and are sent once they have them`() throws {
        let counter = try owing()
        try originator(counter)
        try give("sam", counter)
        _ = try instruct(counter)
        try counter.record(
            .payout("bill", "reg", 300, of: "liabilities:accounts-payable"), at: "2017-06-02T15:00:00Z")
        let (sending, first) = try plan(counter)
        #expect(first.left.map(\.payout) == ["bill"] && first.file.payouts == 1)
        try record(sending, first, counter)
        #expect(throws: LedgerError.self) { try plan(counter) }
        try give("reg", counter, at: "2017-06-02T17:00:00Z")
        let second = try send(counter)
        #expect(second.number == 2 && second.payouts == 1)
        let standing = try PayoutStanding.all(
            nil, number: nil, on: CivilDate("2017-06-07"),
            LedgerSnapshot(counter.store).views.named("grand-io"), LedgerSnapshot(counter.store))
        #expect(standing.map(\.number) == [1, 2] && standing.map(\.underWayMinor) == [14_400, 300])
        #expect(standing.map(\.age) == [2, 2])
    }

    @Test func `what a format cannot carry stays behind, with the reason, and keeps nobody else`() throws {
        let counter = try owing()
        try originator(counter)
        try give("sam", counter)
        try give("reg", name: "王小明", counter)
        _ = try instruct(counter) { $0.payee = "sam" }
        for name in ["bill-1", "numéro-2"] {
            try counter.record(
                .payout(name, "reg", 100, of: "liabilities:accounts-payable"), at: "2017-06-02T15:00:00Z")
        }
        let left = try plan(counter).1.left
        #expect(
            left.map { "\($0.payee): \($0.reason.english)" }.sorted() == [
                "reg: a name without a Latin letter", "reg: its id cannot travel as it is",
            ])
        #expect(try send(counter).payouts == 1)
    }

    @Test func `a return of CPA 005 waits for the statement that shows the payment, and is recorded once`() throws {
        let counter = try owing()
        try originator(counter)
        try give("sam", counter)
        let payout = try #require(try instruct(counter, [.sellerPayable]).first?.payout)
        let sent = try send(counter)
        try counter.record(.bankAccount("815-courant", from: "2017-06-01"), at: "2017-06-01T12:00:00Z")
        let items = try CPA005.read(sent.bytes)
        func back(_ change: (inout CPA005.Item) -> Void) throws -> String {
            var file = items
            change(&file.items[0])
            let bytes = try CPA005.writeReturns(
                of: file, [(file.items[0], "905")], number: 7, day: CivilDate("2017-06-06"))
            return try self.file(bytes, "returns.txt", counter)
        }
        let size = try counter.size
        #expect(try returns(back { $0.crossReference = "V-000000000000" }, counter).map(\.state) == [.unknownReference])
        let other = try returns(back { $0.amountMinor += 1 }, counter)
        #expect(other.map(\.state) == [.otherAmount] && other[0].amountMinor == 14_401)
        #expect(try returns(back { _ in }, counter).map(\.state) == [.notSettled])
        #expect(try counter.size == size)
        try counter.record(
            .payoutSettled(.with { $0.payout = payout }), at: "2017-06-05T15:00:00Z")
        let lines = try returns(back { _ in }, counter)
        #expect(lines.map(\.state) == [.returned] && lines[0].code == "905" && lines[0].payee == "sam")
        #expect(try returns(back { _ in }, counter).map(\.state) == [.known])
        #expect(try counter.size == size + 2)
        // Nothing sends it again by itself: not to the same account.
        #expect(
            try instruct(counter, [.sellerPayable]).map { $0.left?.english } == ["came back (905), details unchanged"])
        let again = try #require(try instruct(counter, [.sellerPayable], again: true).first)
        #expect(again.payout != payout && again.amountMinor == 14_400)
        // A file of payments is no file of returns.
        let payments = try file(sent.bytes, "payments.txt", counter)
        #expect(throws: StatementError.self) { try returns(payments, counter) }
    }

    @Test func `a report says what was rejected: one payment, or the whole message`() throws {
        let counter = try owing()
        try originator(counter)
        try give("sam", counter)
        try give("reg", counter)
        let payouts = try instruct(counter).map(\.payout)
        try send(counter, .pain001)
        try counter.record(.bankAccount("815-courant", from: "2017-06-01"), at: "2017-06-01T12:00:00Z")
        func report(_ message: String, _ group: String, _ payment: String) throws -> String {
            let text = """
                <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId>
                <CreDtTm>2017-06-02T20:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>\(message)</OrgnlMsgId>
                <OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>\(group)</OrgnlGrpInfAndSts>\(payment)</CstmrPmtStsRpt></Document>
                """
            return try file(Array(text.utf8), "report.xml", counter)
        }
        func payment(_ payout: String, _ status: String) -> String {
            """
            <OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>\(payout)</OrgnlEndToEndId>
            <TxSts>\(status)</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
            """
        }
        let message = "170602-815-0001"
        let run = PayoutReturns(Counter.recording, atUs: try us("2017-06-09T15:00:00Z"))
        let accepted = try run.run([report(message, "", payment(payouts[0], "ACSP"))], to: counter.store)
        #expect(accepted.accepted == 1 && accepted.lines.isEmpty)
        #expect(
            try returns(report("other", "", payment(payouts[0], "RJCT")), counter).map(\.state) == [.otherFile])
        let one = try returns(report(message, "", payment(payouts[1], "RJCT")), counter)
        #expect(one.map(\.state) == [.returned] && one[0].code == "905")
        let all = try returns(report(message, "<GrpSts>RJCT</GrpSts>", ""), counter)
        #expect(Set(all.map(\.payout)) == Set(payouts))
        #expect(all.filter { $0.state == .returned }.map(\.payout) == [payouts[0]])
        #expect(all.filter { $0.state == .known }.map(\.payout) == [payouts[1]])
        #expect(
            try returns(report("nothing", "<GrpSts>RJCT</GrpSts>", ""), counter).map(\.state) == [.unknownReference])
        let views = try LedgerSnapshot(counter.store).views
        let book = try views.named("grand-io")
        #expect(
            views.balance(
                book: book, .payoutsInTransit,
                party: Array("815".utf8).withBytes { views.party(.institution, $0) } ?? 0) == 0)
    }

    @Test func `one entry for a file of more payouts than an event can name matches them all, and is undone`() throws {
        let counter = try Counter()
        let count = Matches.partsMax + 3
        try counter.record(
            .supplierInvoice("f1", "reg", [("expenses:rent", Int64(count))]), at: "2017-06-01T17:00:00Z")
        try originator(counter)
        try give("reg", counter)
        for start in stride(from: 0, to: count, by: 2_000) {
            var story = Story(from: "2017-06-02T15:00:00Z")
            try counter.record(
                (start..<min(count, start + 2_000)).map { place in
                    var event = story.event(
                        .payout("P-\(100_000 + place)", "reg", 1, of: "liabilities:accounts-payable"),
                        at: "2017-06-02T15:00:00Z")
                    event.key = "payout-\(place)"
                    return event
                })
        }
        #expect(try send(counter).payouts == count)
        var june = try Counter.june(.camt)
        var entry = june.entries[0]
        (entry.amountMinor, entry.batch, entry.code) = (Int64(-count), "0001", "PMNT/ICDT/OTHR")
        june.entries = [entry]
        (june.openingMinor, june.closingMinor) = (50_000, 50_000 - Int64(count))
        _ = try counter.statementImport().run([counter.file([june], .camt)], to: counter.store)
        let outcome = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
        #expect(outcome.payoutsSettled == count && outcome.matches == 1 && outcome.matchedEntries == 1)
        #expect(outcome.entriesLeft == 0 && outcome.itemsLeft == 0 && outcome.differenceMinor == 0)
        let snapshot = try LedgerSnapshot(counter.store)
        let match = snapshot.head.count - 1
        let body = try #require(snapshot.views.read(EntryMatchedView.self, match))
        #expect(body.items.isEmpty && body.itemRanges.count == 1 && body.itemSequences.count == count)
        try counter.record(.unmatch(match, "815-courant"), at: "2017-06-30T20:00:00Z")
        let book = try LedgerSnapshot(counter.store).views.named("grand-io")
        let views = try LedgerSnapshot(counter.store).views
        let account = try views.bankAccount(named: "815-courant", book)
        #expect(views.openParts(account, .item).count == count)
        #expect(views.reconciliation(account, book, through: .max).differenceMinor == 0)
    }
}
