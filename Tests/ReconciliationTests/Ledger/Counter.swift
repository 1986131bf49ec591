import Accounting
import Commerce
import EventLog
import Events
import Fixtures
import Glibc
import Ledger
import SwiftProtobuf

@testable import Reconciliation

/// A small cooperative with captures and payouts of June 2017, and the files that its institution sends, in a folder that goes when nobody holds it any more.
final class Counter {
    enum Format: String, CaseIterable, Sendable {
        case camt, ofx1, ofx2, mt940, bai2, csv

        /// Whether a file says that an entry is a return, and of which payout.
        var hasReturns: Bool { self == .camt || self == .csv }

        var feeCode: String {
            switch self {
            case .camt, .csv: "ACMT/MDOP/CHRG"
            case .ofx1, .ofx2: "FEE"
            case .mt940: "NCHG"
            case .bai2: "698"
            }
        }

        func code(_ amount: Int64) -> String {
            switch self {
            case .camt, .csv: ""
            case .ofx1, .ofx2: amount > 0 ? "CREDIT" : "DEBIT"
            case .mt940: "NTRF"
            case .bai2: amount > 0 ? "142" : "451"
            }
        }
    }

    let directory: String
    let store: LedgerStore
    private var story: Story
    static let recording = Recording(book: "grand-io", actor: "ana")
    static let mapping: CSVMapping = {
        var mapping = CSVMapping()
        (mapping.institution, mapping.account) = ("815", "815-0042-12345")
        mapping.columns = [
            .date: [.name("date")], .amount: [.name("amount")], .balance: [.name("balance")],
            .reference: [.name("reference")], .endToEnd: [.name("ours")], .code: [.name("code")],
            .returnCode: [.name("return")], .description: [.name("text")], .valueDate: [.name("value")],
        ]
        return mapping
    }()

    init(from founded: String = "2017-01-02T15:00:00Z") throws {
        story = Story(from: founded)
        var template = Array("/tmp/grandlivre-counter.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StatementTestError(reason: "no temporary directory") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        store = try LedgerStore.create(directory + "/ledger", origin: "example.org/test", mapBytes: 1 << 30)
        try record((Story.opening + Story.people).map { story.event($0) })
        try record([story.event(Self.policy)])
    }

    deinit { _ = system("rm -rf \(directory)") }

    private static let policy = Body.policyAdopted(
        .with {
            $0.reconciliation = .with {
                $0.windowDays = 5
                $0.feeMaxPpm = 30_000
                $0.feeMaxMinor = 100
                $0.writeOffMaxMinor = 2_000
                $0.writeOffMonthMaxMinor = 3_000
                $0.settlementTexts = [.with { $0.text = "Dépôt cartes" }]
            }
        })

    func record(_ events: [Event]) throws {
        let proposals = Proposals()
        for event in events { try proposals.append(event) }
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        if let first = try writer.append(proposals).refused.first { throw first.refusal }
    }

    func record(_ body: Body, at time: String) throws { try record([story.event(body, at: time)]) }

    /// Two orders of 1 June that one deposit settles, and a payout of 2 June.
    func trade() throws {
        for (order, amount) in [("o1", 10_000), ("o2", 5_000)] as [(String, Int64)] {
            try record(
                .purchase(order, "bob", [.of("milk", "sam", amount, .zeroRated)]), at: "2017-06-01T15:00:00Z")
            try record(.capture("pay-\(order)", order, amount), at: "2017-06-01T15:10:00Z")
            try record(.handOver(order), at: "2017-06-01T16:00:00Z")
        }
        try record(.payout("PAYOUT-0001", "sam", 9_600), at: "2017-06-02T15:00:00Z")
    }

    /// What the institution says of June.
    static func june(_ format: Format) throws -> BankStatement {
        func entry(_ reference: String, _ day: String, _ amount: Int64) throws -> StatementEntry {
            var entry = StatementEntry(
                reference: reference, bookingDate: try CivilDate(day), valueDate: try CivilDate(day),
                amountMinor: amount)
            entry.code = format.code(amount)
            return entry
        }
        var entries = [
            try entry("R1", "2017-06-02", 14_700), try entry("R2", "2017-06-05", -9_600),
            try entry("R4", "2017-06-07", -250), try entry("R5", "2017-06-12", 1_234),
        ]
        entries[0].text = "DEPOT CARTES 2017-06-01"
        entries[1].endToEnd = "PAYOUT-0001"
        entries[2].code = format.feeCode
        if format.hasReturns {
            var back = try entry("R3", "2017-06-06", 9_600)
            (back.endToEnd, back.returnCode) = ("PAYOUT-0001", "905")
            entries.insert(back, at: 2)
        }
        let closing = entries.reduce(Int64(50_000)) { $0 + $1.amountMinor }
        return BankStatement(
            kind: .statement, format: "",
            account: StatementAccount(institution: "815", number: "815-0042-12345", currency: "CAD"),
            identification: "2017-06", from: try CivilDate("2017-06-01"), through: try CivilDate("2017-06-30"),
            openingMinor: 50_000, closingMinor: closing, entries: entries)
    }

    /// The statements in a file of the format.
    func file(_ statements: [BankStatement], _ format: Format, _ name: String = "june") throws -> String {
        let bytes =
            switch format {
            case .camt: try StatementWriter.camt053(statements)
            case .ofx1: try StatementWriter.ofx1(statements)
            case .ofx2: try StatementWriter.ofx2(statements)
            case .mt940: try StatementWriter.mt940(statements)
            case .bai2: try StatementWriter.bai2(statements)
            case .csv: try StatementWriter.csv(statements, mapping: Self.mapping)
            }
        let path = directory + "/" + name + "." + format.rawValue
        guard let file = fopen(path, "wb") else { throw StatementTestError(reason: path) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw StatementTestError(reason: path) }
        return path
    }

    func statementImport(_ format: Format = .camt, declare: String? = "815-courant") -> StatementImport {
        var statements = StatementImport(Self.recording)
        statements.declare = declare
        if format == .csv { statements.mapping = Self.mapping }
        return statements
    }

    var size: UInt64 { get throws { try LedgerSnapshot(store).head.count } }
}

struct StatementTestError: Error {
    let reason: String
}
