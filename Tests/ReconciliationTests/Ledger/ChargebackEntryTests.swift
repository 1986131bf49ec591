import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Ledger
import SwiftProtobuf
import Testing

@testable import Reconciliation

/// What institutions take back becomes chargebacks of the books, where the entry says of which order.
@Suite struct ChargebackEntryTests {
    private typealias Line = (reference: String, day: String, amount: Int64, code: String, ours: String, text: String)

    /// A statement of June with these entries.
    private static func statement(_ lines: [Line]) throws -> BankStatement {
        var statement = try Counter.june(.camt)
        statement.entries = try lines.map { line in
            let day = try CivilDate(line.day)
            return StatementEntry(
                reference: line.reference, bookingDate: day, valueDate: day, amountMinor: line.amount, code: line.code,
                endToEnd: line.ours, text: line.text)
        }
        statement.closingMinor = lines.reduce(50_000) { $0 + $1.amount }
        return statement
    }

    private static func run(_ counter: Counter) throws -> MatchOutcome {
        try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
    }

    private static func opened(_ lines: [Line]) throws -> Counter {
        let counter = try Counter()
        try counter.trade()
        // Captures of the day of the chargeback: what is taken out then is not all that the day settles.
        try counter.record(
            .purchase("order-77", "ana", [.of("milk", "sam", 8_000, .zeroRated)]), at: "2017-06-08T15:00:00Z")
        try counter.record(.capture("pay-77", "order-77", 8_000), at: "2017-06-08T15:10:00Z")
        _ = try counter.statementImport().run([counter.file([statement(lines)], .camt)], to: counter.store)
        return counter
    }

    private static let deposit: Line = ("R1", "2017-06-02", 14_700, "PMNT/MCRD/POSP", "", "")

    @Test(arguments: [
        ("PMNT/MCRD/CHBK", "pay-o2", ""), ("PMNT/MCRD/CHBK", "o2", ""), ("PMNT/MCRD/CHBK", "", "DISPUTE pay-o2 4853"),
        ("PMNT/IDDT/UPDD", "pay-o2", ""),
    ])
    func `an entry that names an order or its payment is its chargeback, and both sides agree`(
        _ code: String, _ ours: String, _ text: String
    ) throws {
        let counter = try Self.opened([
            Self.deposit, ("C1", "2017-06-08", -5_000, code, ours, text),
            ("R2", "2017-06-09", 8_000, "PMNT/MCRD/POSP", "", ""),
        ])
        let outcome = try Self.run(counter)
        #expect(outcome.chargebacks == 1 && outcome.fundsSettled == 3 && outcome.entriesLeft == 0, "\(outcome)")
        #expect(outcome.itemsLeft == 0 && outcome.differenceMinor == 0)
        let size = try counter.size
        #expect(try Self.run(counter).chargebacks == 0)
        #expect(try counter.size == size)
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        let known = snapshot.views.chargebacks(book)
        #expect(known.count == 1 && known[0].record.amountMinor == 5_000 && known[0].record.isSettled)
        let body = try #require(snapshot.views.read(ChargebackReceivedView.self, known[0].record.sequence))
        #expect(body.order.string == "o2" && body.institution.string == "815" && body.reason.string == code)
        let event = try #require(snapshot.views.event(known[0].record.sequence))
        #expect(
            event.cause?.sequence.flatMap { snapshot.views.event($0)?.kind } == .statementEntryImported)
        let transit = Array("815".utf8).withBytes { snapshot.views.party(.institution, $0) } ?? 0
        #expect(snapshot.views.balance(book: book, .inTransit, party: transit) == 0)
        #expect(snapshot.views.balance(book: book, .chargebacks) == 5_000)
    }

    @Test func `a run that dies after the chargeback goes on to the same end`() throws {
        struct Killed: Error {}
        let lines: [Line] = [Self.deposit, ("C1", "2017-06-08", -5_000, "PMNT/MCRD/CHBK", "pay-o2", "")]
        let whole = try Self.opened(lines)
        _ = try Self.run(whole)
        let counter = try Self.opened(lines)
        for stop in 1...6 {
            var calls = 0
            _ = try? MatchRun(Counter.recording, account: "815-courant").run(counter.store) {
                calls += 1
                if calls > stop { throw Killed() }
            }
        }
        #expect(try counter.size == whole.size)
    }

    @Test func `what names nothing, or more than the institution captured, waits for a person and says what to do`()
        throws
    {
        let counter = try Self.opened([
            Self.deposit, ("C1", "2017-06-08", -5_000, "PMNT/MCRD/CHBK", "", "no reference"),
            ("C2", "2017-06-08", -9_000, "PMNT/MCRD/CHBK", "pay-o2", ""),
        ])
        let outcome = try Self.run(counter)
        #expect(outcome.chargebacks == 0 && outcome.entriesLeft == 2 && outcome.differenceMinor == 0, "\(outcome)")
        let size = try counter.size
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        let account = try snapshot.views.bankAccount(named: "815-courant", book)
        let open = snapshot.views.openParts(account, .entry)
        for entry in open {
            let explanation = try EntryExplanation(entry, book, snapshot)
            #expect(explanation.remedy?.english.contains("chargebackReceived") == true)
            #expect(explanation.reason?.english.hasPrefix("chargeback") == true)
        }
        _ = try Self.run(counter)
        #expect(try counter.size == size)
        // The person knows which order it was: the entry is its, and only its.
        try counter.record(.chargeback("cb-9", "o2", 5_000), at: "2017-06-08T18:00:00Z")
        let after = try Self.run(counter)
        #expect(after.entriesLeft == 1 && after.entriesLeftMinor == -9_000 && after.differenceMinor == 0, "\(after)")
    }

    @Test func `between two equal chargebacks nothing is guessed`() throws {
        let counter = try Self.opened([
            Self.deposit, ("C1", "2017-06-08", -5_000, "PMNT/MCRD/CHBK", "", ""),
            ("C2", "2017-06-08", -5_000, "PMNT/MCRD/CHBK", "", ""),
        ])
        try counter.record(.chargeback("cb-9", "o2", 5_000), at: "2017-06-08T18:00:00Z")
        #expect(try Self.run(counter).entriesLeft == 2)
    }

    @Test func `a chargeback leaves the bank by itself once, whole, on its day`() throws {
        let counter = try Self.opened([Self.deposit])
        try counter.record(.chargeback("cb-1", "o2", 5_000, fee: 15), at: "2017-06-08T18:00:00Z")
        let cause = try counter.size - 1
        func settle(_ gross: Int64, day: String = "2017-06-08", fees: Int64 = 0, at time: String) -> String? {
            var event = Event.settling(gross, day, fees, at: time)
            event.cause = .with { $0.sequence = cause }
            do {
                try counter.record([event])
                return nil
            } catch let refusal as Refusal {
                return refusal.field
            } catch { return "\(error)" }
        }
        #expect(settle(-5_000, at: "2017-06-09T15:00:00Z") == "grossMinor")
        #expect(settle(-5_015, day: "2017-06-01", at: "2017-06-09T15:00:01Z") == "cause")
        #expect(settle(-5_015, fees: 1, at: "2017-06-09T15:00:02Z") == "feesMinor")
        #expect(settle(-5_015, at: "2017-06-09T15:00:03Z") == nil)
        #expect(settle(-5_015, at: "2017-06-09T15:00:04Z") == "cause")
    }
}

extension Event {
    fileprivate static func settling(_ gross: Int64, _ day: String, _ fees: Int64, at time: String) -> Event {
        .with {
            let us = Story.us(time)
            $0.effectiveAt = .with { $0.seconds = us / 1_000_000 }
            $0.book = "grand-io"
            $0.source = "treasury"
            $0.key = time
            $0.actor = "ana"
            $0.body = .settlement("815", day: day, gross: gross, fees: fees)
        }
    }
}
