import Commerce
import Glibc
import Ledger
import Testing

@testable import Reconciliation

/// Every sample of other projects is imported, or refused for what is wrong in it.
@Suite(.enabled(if: SharedSamples.folder != nil, "shared/data is absent"))
struct SampleImportTests {
    private enum Answer {
        /// Entries that are recorded, of so many accounts.
        case imported(entries: Int, accounts: Int)
        /// It is for information.
        case notice
        /// An opening balance that follows nothing.
        case gap(String)
        /// What the file says wrongly.
        case refused(field: String, value: String)
    }

    private static let answers: [String: Answer] = [
        "bai2/sample1.txt": .imported(entries: 17, accounts: 1),
        // Of one account and day it has several groups, whose balances do not follow each other.
        "bai2/sample3.txt": .gap("-557.03"),
        "camt/camt053.v2.multi.statement.xml": .imported(entries: 2, accounts: 1),
        // 1.01 + 8.85 is not 4.04.
        "camt/camt053.v2.all-balance-types.xml": .refused(field: "CH2801234000123456789", value: ""),
        // Their closing balances are in another currency.
        "camt/camt053.v2.minimal.xml": .refused(field: "Bal/Amt/@Ccy", value: "SEK"),
        "camt/camt053.v4.xml": .refused(field: "Bal/Amt/@Ccy", value: "SEK"),
        "camt/camt053.v8.xml": .refused(field: "Bal/Amt/@Ccy", value: "SEK"),
        "camt/camt054.v8.xml": .notice,
        "ofx/bank_medium.ofx": .imported(entries: 3, accounts: 1),
        "ofx/checking.ofx": .imported(entries: 3, accounts: 1),
        "ofx/multiple_accounts.ofx": .imported(entries: 0, accounts: 2),
        "ofx/suncorp.ofx": .imported(entries: 1, accounts: 1),
    ]

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(SharedSamples.path("statements/" + folder)) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(folder + "/" + name) }
        }
        return names
    }

    @Test func `every sample has its answer`() {
        #expect(["bai2", "camt", "ofx"].flatMap(Self.names).sorted() == Self.answers.keys.sorted())
    }

    @Test(arguments: answers.keys.sorted())
    func `a sample is imported once, or refused for a true reason`(_ name: String) throws {
        let counter = try Counter(from: "1999-01-04T15:00:00Z")
        let path = SharedSamples.path("statements/" + name)
        let size = try counter.size
        switch try #require(Self.answers[name]) {
        case .refused(let field, let value):
            let refusal = #expect(throws: StatementError.self) {
                try counter.statementImport().run([path], to: counter.store)
            }
            #expect(
                refusal?.field.hasPrefix(field) == true && refusal?.value == value, "\(String(describing: refusal))")
            #expect(try counter.size == size)
        case .gap(let figure):
            var statements = counter.statementImport()
            statements.institution = "900"
            statements.number = try StatementFile.read(path: path).first?.account.number
            let refusal = #expect(throws: LedgerError.self) { try statements.run([path], to: counter.store) }
            #expect(refusal?.reason.english.contains(figure) == true, "\(String(describing: refusal))")
        case .notice:
            let outcome = try counter.statementImport(declare: nil).run([path], to: counter.store)
            #expect(outcome.allSatisfy { $0.state == .notRecorded } && !outcome.isEmpty)
            #expect(try counter.size == size)
        case .imported(let entries, let accounts):
            // One account of cash at an institution: each of a file's accounts is declared at one of its own.
            var numbers: [String] = []
            for statement in try StatementFile.read(path: path) where !numbers.contains(statement.account.number) {
                numbers.append(statement.account.number)
            }
            #expect(numbers.count == accounts)
            var recorded = 0
            for round in 1...2 {
                for (place, number) in numbers.enumerated() {
                    var statements = StatementImport(Counter.recording)
                    statements.declare = "sample-\(place)"
                    statements.institution = "\(900 + place)"
                    statements.number = number
                    let outcome = try statements.run([path], to: counter.store)
                    #expect(outcome.allSatisfy { $0.state == (round == 1 ? .recorded : .known) }, "\(outcome)")
                    recorded += outcome.reduce(0) { $0 + $1.recorded }
                }
            }
            #expect(recorded == entries)
        }
    }
}
