import Accounting
import Commerce
import Events
import Fixtures
import Ledger
import SwiftProtobuf
import Testing

@testable import Reconciliation

/// An amount proves nothing by itself: what an entry proves, its code, its words or its names say.
@Suite("Evidence that entries carry")
struct EntryEvidenceTests {
    /// Captures of 15 000 on 1 June, and a payout of 9 600 to "sam" on the 2nd.
    private func imported(_ change: (inout StatementEntry) -> Void, keyring: Keyring? = nil) throws -> (
        Counter, MatchOutcome
    ) {
        let counter = try Counter()
        try counter.trade()
        var entry = StatementEntry(
            reference: "E1", bookingDate: try CivilDate("2017-06-02"), valueDate: try CivilDate("2017-06-02"),
            amountMinor: 14_700)
        change(&entry)
        let statement = BankStatement(
            kind: .statement, format: "",
            account: StatementAccount(institution: "815", number: "815-0042-12345", currency: "CAD"),
            identification: "june", from: try CivilDate("2017-06-01"), through: try CivilDate("2017-06-30"),
            openingMinor: 50_000, closingMinor: 50_000 + entry.amountMinor, entries: [entry])
        _ = try counter.statementImport().run([counter.file([statement], .camt)], to: counter.store)
        return (counter, try MatchRun(Counter.recording, account: "815-courant").run(counter.store))
    }

    private func views(_ counter: Counter) throws -> (LedgerSnapshot, Book, BankAccountRecord) {
        let snapshot = try LedgerSnapshot(counter.store)
        let book = try snapshot.views.named("grand-io")
        return (snapshot, book, try snapshot.views.bankAccount(named: "815-courant", book))
    }

    /// Amount, code, counterparty, text.
    private typealias Words = (amountMinor: Int64, code: String, name: String, text: String)

    private func settled(_ words: Words) throws -> Int {
        let (_, outcome) = try imported {
            ($0.amountMinor, $0.code, $0.counterparty, $0.text) = (
                words.amountMinor, words.code, words.name, words.text
            )
        }
        #expect(outcome.differenceMinor == 0 && outcome.entriesLeft == 1 - outcome.matchedEntries, "\(words)")
        return outcome.fundsSettled
    }

    @Test func `a deposit settles captures where its code or its words say so`() throws {
        for words in [
            (14_700, "PMNT/MCRD/POSP", "", ""), (14_700, "", "", "dépôt cartes 1 juin"),
            (14_700, "", "DEPOT CARTES INC", "REF 12"), (15_000, "", "", "DEPOT  CARTES"), (15_000, "", "", ""),
        ] as [Words] {
            #expect(try settled(words) == 1, "\(words)")
        }
    }

    @Test func `a stranger's deposit of the same amount settles nothing`() throws {
        for words in [
            (14_700, "", "", ""), (14_700, "PMNT/RCDT/ESCT", "LEA ROY", ""), (14_700, "", "LEA ROY", "DEPOT CARTES"),
            (15_000, "", "LEA ROY", ""), (15_000, "", "", "VIREMENT INTERAC DE LEA ROY"),
            (14_700, "", "", "REDEPOT CARTESIEN"),
        ] as [Words] {
            #expect(try settled(words) == 0, "\(words)")
        }
    }

    @Test(arguments: [
        ("", "", 0), ("SAM", "", 1), ("", "paiement à sam", 1), ("SAMUEL", "", 0), ("ROY INC", "SAM", 0),
        ("", "SAMEDI", 0),
    ])
    func `a debit carries out a payout of its amount where it names the payee`(
        _ name: String, _ text: String, _ payouts: Int
    ) throws {
        let (_, outcome) = try imported {
            ($0.amountMinor, $0.counterparty, $0.text) = (-9_600, name, text)
        }
        #expect(outcome.payoutsSettled == payouts, "\(outcome)")
    }

    @Test func `what a match caused is taken back with it, and the rules leave the entry to a person`() throws {
        for isDeposit in [true, false] {
            let (counter, outcome) = try imported {
                ($0.amountMinor, $0.text) = isDeposit ? (14_700, "DEPOT CARTES") : (-9_600, "SAM")
            }
            #expect(outcome.matches == 1)
            func balances() throws -> [Int64] {
                let (snapshot, book, account) = try views(counter)
                let atInstitution: [AccountCode] = [.bank, .inTransit, .payoutsInTransit]
                return atInstitution.map {
                    snapshot.views.balance(book: book, $0, party: account.institution)
                } + [snapshot.views.balance(book: book, .bankFees)]
            }
            let after = try balances()
            #expect(after == (isDeposit ? [64_700, 0, -9_600, 300] : [40_400, 15_000, 0, 0]))
            let act = ReconciliationAct(Counter.recording, account: "815-courant", store: counter.store)
            let match = try counter.size - 1
            _ = try act.undo(match, reason: "un autre dépôt", takesBackCaused: true)
            #expect(try balances() == [50_000, 15_000, -9_600, 0])
            let (snapshot, book, account) = try views(counter)
            #expect(snapshot.views.unsettledCaptures(account, book).map(\.amountMinor) == [15_000])
            #expect(snapshot.views.payoutsUnderWay(account, book).map(\.name) == ["PAYOUT-0001"])
            let again = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
            #expect(again.matches == 0 && again.entriesLeft == 1 && again.itemsLeft == 0 && again.differenceMinor == 0)
            let entry = try #require(snapshot.views.openParts(account, .entry).first)
            let explained = try EntryExplanation(entry, book, snapshot)
            #expect(explained.reason?.english.contains("undid") == true, "\(String(describing: explained.reason))")
            // Nothing is left to take back; by hand the same may be said again.
            #expect(throws: Refusal.self) { try act.undo(match, reason: "encore", takesBackCaused: true) }
            _ = try act.prove(
                entry, captures: isDeposit ? [CivilDate("2017-06-01")] : [], payouts: isDeposit ? [] : ["PAYOUT-0001"],
                reason: "vu avec l’institution")
            #expect(try balances() == after)
            let last = try MatchRun(Counter.recording, account: "815-courant").run(counter.store)
            #expect(last.matches == 0 && last.entriesLeft == 0 && last.itemsLeft == 0 && last.differenceMinor == 0)
        }
    }

    @Test func `what a person says an entry proves has its amount, or nothing is recorded`() throws {
        let (counter, _) = try imported { ($0.amountMinor, $0.counterparty) = (15_001, "LEA ROY") }
        let (snapshot, book, account) = try views(counter)
        let entry = try #require(snapshot.views.openParts(account, .entry).first)
        let act = ReconciliationAct(Counter.recording, account: "815-courant", store: counter.store)
        let size = try counter.size
        #expect(throws: LedgerError.self) {
            try act.prove(entry, captures: [CivilDate("2017-06-01")], payouts: [], reason: "?")
        }
        #expect(throws: LedgerError.self) {
            try act.prove(entry, captures: [CivilDate("2017-06-02")], payouts: [], reason: "?")
        }
        #expect(throws: Refusal.self) { try act.prove(entry, captures: [], payouts: ["PAYOUT-0001"], reason: "?") }
        #expect(throws: LedgerError.self) { try act.prove(0, captures: [], payouts: ["PAYOUT-0001"], reason: "?") }
        #expect(try counter.size == size)
        #expect(snapshot.views.unsettledCaptures(account, book).count == 1)
    }

    @Test func `a charge beyond the policy's limit is for a person`() throws {
        for (limit, fees) in [(0, 1), (500, 1), (499, 0)] as [(Int64, Int)] {
            let counter = try Counter()
            try counter.record(
                .policyAdopted(.with { $0.reconciliation = .with { $0.chargeMaxMinor = limit } }),
                at: "2017-01-02T16:00:00Z")
            let fee = StatementEntry(
                reference: "F1", bookingDate: try CivilDate("2017-06-02"), valueDate: try CivilDate("2017-06-02"),
                amountMinor: -500, code: "ACMT/MDOP/CHRG")
            let statement = BankStatement(
                kind: .statement, format: "",
                account: StatementAccount(institution: "815", number: "815-0042-12345", currency: "CAD"),
                identification: "june", from: try CivilDate("2017-06-01"), through: try CivilDate("2017-06-30"),
                openingMinor: 50_000, closingMinor: 49_500, entries: [fee])
            _ = try counter.statementImport().run([counter.file([statement], .camt)], to: counter.store)
            #expect(try MatchRun(Counter.recording, account: "815-courant").run(counter.store).fees == fees)
        }
    }
}
