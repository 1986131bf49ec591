import Accounting
import Commerce
import EventLog
import Foundation
import Ledger
import Reconciliation
import Testing

@testable import Simulation

@Suite("Institutions of a simulation")
struct InstitutionTests {
    private static let newYear = CivilDate(clampingDays: 20_089)

    /// A ledger of a few weeks with accounts at institutions, in a folder that goes when nobody holds it any more.
    private final class Weeks {
        let folder = FileManager.default.temporaryDirectory.path + "/institutions-\(UUID().uuidString)"
        let store: LedgerStore

        init(days: Int, seed: UInt64) throws {
            store = try LedgerStore.create(folder, origin: "test", mapBytes: 16 << 30)
            let options = SimulationOptions(
                members: 100, days: days, seed: seed, from: InstitutionTests.newYear, hasBankAccounts: true)
            _ = try Simulation.record(options, to: store)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func statements(seed: UInt64 = 1, _ noise: InstitutionNoise) throws -> InstitutionStatements {
            try InstitutionStatements(LedgerSnapshot(store), seed: seed, noise: noise)
        }
    }

    private func files(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
            if !isFolder.boolValue { found[path] = FileManager.default.contents(atPath: folder + "/" + path) }
        }
        return found
    }

    @Test("same seed, same bytes in every format; another seed, another noise; nothing of it in the log")
    func deterministic() throws {
        let weeks = try Weeks(days: 36, seed: 3)
        let size = try LedgerSnapshot(weeks.store).head.count
        var written: [[String: Data]] = []
        var months = 0
        for (number, seed) in ([1, 1, 2] as [UInt64]).enumerated() {
            let folder = weeks.folder + "/statements-\(number)"
            months = try weeks.statements(seed: seed, .hostile).write(to: folder).reduce(0) { $0 + $1.months }
            written.append(try files(folder))
        }
        #expect(written[0] == written[1])
        #expect(written[0] != written[2])
        // A file for each month of the nine accounts and the truth, in nine formats, and the columns of the CSV files.
        #expect(months >= 18 && written[2].count == 9 * (months + 1) + 9, "\(months) \(written[2].count)")
        #expect(try LedgerSnapshot(weeks.store).head.count == size)
    }

    @Test(
        "entries lead from opening to closing, and what is one thing has one sum", arguments: InstitutionNoise.allCases)
    func consistent(_ noise: InstitutionNoise) throws {
        let weeks = try Weeks(days: 40, seed: 4)
        let statements = try weeks.statements(noise)
        var entries = 0
        for book in statements.accounts {
            var items: [UInt64: Int64] = [:]
            for movement in book.account.movements where movement.item != 0 {
                items[movement.item] = movement.amountMinor
            }
            var sums = [Int64](repeating: 0, count: book.truths.count)
            for entry in book.entries { sums[entry.truth] += entry.amountMinor }
            var told: Set<UInt64> = []
            for (truth, sum) in zip(book.truths, sums) {
                switch truth.noise {
                case .charge, .lateCharge: #expect(sum < 0 && truth.items.isEmpty)
                case .stranger: #expect(truth.items.isEmpty)
                default:
                    #expect(sum == truth.items.reduce(0) { $0 + (items[$1] ?? 0) }, "\(truth)")
                    for item in truth.items { #expect(told.insert(item).inserted) }
                }
            }
            // Nothing that moved is missing.
            #expect(told == Set(items.keys))
            for format in InstitutionFormat.allCases {
                var balance = book.account.record.openingMinor
                for month in statements.months(book) {
                    let statement = statements.statement(book, month, format)
                    #expect(statement.openingMinor == balance)
                    balance += statement.entries.reduce(0) { $0 + $1.amountMinor }
                    #expect(statement.closingMinor == balance)
                }
            }
            entries += book.entries.count
        }
        #expect(entries > 100)
    }

    @Test(
        "without noise only what equal amounts leave open is not matched, and it is the same money on both sides",
        arguments: [InstitutionFormat.camt08, .ofx1])
    func quiet(_ format: InstitutionFormat) throws {
        let weeks = try Weeks(days: 40, seed: 5)
        let folder = weeks.folder + "/statements"
        let written = try weeks.statements(.none).write(to: folder)
        var (entries, left) = (0, 0)
        for one in written {
            let recording = Recording(book: one.book, actor: "simulation")
            let path = "\(folder)/\(format.rawValue)/\(one.book)"
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix(one.account) }
            let imported = try StatementImport(recording).run(names.sorted().map { path + "/" + $0 }, to: weeks.store)
            #expect(imported.count == one.months && imported.allSatisfy { $0.state == .recorded })
            let outcome = try MatchRun(recording, account: one.account).run(weeks.store)
            #expect(outcome.differenceMinor == 0 && outcome.entriesLeftMinor == outcome.itemsLeftMinor, "\(outcome)")
            entries += imported.reduce(0) { $0 + $1.entries }
            left += outcome.entriesLeft
        }
        // Two rides of one price: which of them a weekend's deposit has, no figure says, and nothing is guessed.
        #expect(entries > 100 && left <= 2, "\(left) of \(entries)")
    }
}
