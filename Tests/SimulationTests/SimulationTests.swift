import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Foundation
import Ledger
import Testing

@testable import Simulation

@Suite("Simulation")
struct SimulationTests {
    private static let newYear = CivilDate(clampingDays: 20_089)

    /// All proposals' bytes, without a ledger.
    private func told(_ options: SimulationOptions) throws -> [[UInt8]] {
        var all: [[UInt8]] = []
        let simulation = try Simulation(options) { batch in
            for index in 0..<batch.count { all.append(batch[index].array) }
            batch.removeAll()
            return batch
        }
        try simulation.run()
        return all
    }

    @Test("the same options tell the same bytes, another seed tells others")
    func deterministic() throws {
        #expect(Self.newYear.text == "2025-01-01")
        let options = SimulationOptions(members: 100, days: 4, seed: 7, from: Self.newYear)
        let first = try told(options)
        #expect(try told(options) == first)
        var other = options
        other.seed = 8
        #expect(try told(other) != first)
    }

    @Test("a month with offices, deliveries, rides and music is accepted, event by event, and the books balance")
    func accepted() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/simulation-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try LedgerStore.create(folder, origin: "test", mapBytes: 16 << 30)
        let outcome = try Simulation.record(
            SimulationOptions(members: 100, days: 33, seed: 3, from: Self.newYear), to: store)
        #expect(outcome.repeats == 0)
        #expect(outcome.closedYear == nil)
        let again = try Simulation.record(
            SimulationOptions(members: 100, days: 33, seed: 3, from: Self.newYear), to: store)
        #expect(again.recorded == 0)
        #expect(again.repeats == outcome.recorded)
        let snapshot = try LedgerSnapshot(store)
        var sums: [String: Int64] = [:]
        for row in try BalanceQuery().rows(snapshot) {
            sums["\(row.book) \(row.currency.code)", default: 0] += row.balanceMinor
        }
        #expect(sums.count >= 3)
        #expect(sums.values.allSatisfy { $0 == 0 })
        let kinds = try LedgerStatistics(snapshot).byKind.map(\.kind)
        for kind in [EventKind.parcelCollected, .rideCompleted, .workPlayed, .stockShipped, .fundsSettled] {
            #expect(kinds.contains(kind), "\(kind)")
        }
        #expect(try Rebuild.check(store) { _, _ in }.differing.isEmpty)
    }

    @Test(
        "a year: every book's taxes are remitted quarter by quarter, and roles, netting, sharing and solidarity are told"
    )
    func year() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/simulation-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try LedgerStore.create(folder, origin: "test", mapBytes: 16 << 30)
        let options = SimulationOptions(members: 40, days: 365, seed: 5, from: Self.newYear)
        let outcome = try Simulation.record(options, to: store)
        #expect(outcome.closedYear == 2025)
        let snapshot = try LedgerSnapshot(store)
        for book in Books.all {
            let rows = try (1...4).flatMap { quarter in
                let last = try CivilDate(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"][quarter - 1])
                let first = try #require(CivilDate(year: 2025, month: quarter * 3 - 2, day: 1))
                return try TaxReturn(book: book.description, from: first, to: last).rows(snapshot)
            }
            #expect(rows.count >= 8)
            for row in rows {
                #expect(row.isTied && row.outstandingMinor == 0, "\(book) \(row)")
            }
        }
        let kinds = try LedgerStatistics(snapshot).byKind.map(\.kind)
        for kind in [EventKind.roleGranted, .balancesNetted, .revenueShared, .solidarityContributed, .taxRemitted] {
            #expect(kinds.contains(kind), "\(kind)")
        }
    }

    @Test("people's data opens with the simulation's keys, and that of the erased does not, also after a second run")
    func people() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/simulation-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try LedgerStore.create(folder, origin: "test", mapBytes: 16 << 30)
        let key = try LedgerKey(LedgerKey.ofSimulation(seed: 9))
        let options = SimulationOptions(members: 300, days: 60, seed: 9, from: Self.newYear)
        for run in 0..<2 {
            let keys = try Keyring.openOrCreate(folder + "/persons.keys", ledgerKey: key)
            let outcome = try Simulation.record(options, to: store, keys: keys)
            #expect((outcome.recorded == 0) == (run == 1))
            let audit = try IdentityAudit(LedgerSnapshot(store), keys)
            #expect(audit.isClean && audit.opened > 300 && audit.erasedIdentities > 0 && audit.closed > 0)
            let views = try LedgerSnapshot(store).views
            let party = try #require(Array("m-2".utf8).withBytes { views.party(.identity, $0) })
            let data = try #require(try keys.personalData(of: party, views))
            #expect(data.email.hasSuffix("@example.org") && data.postalCode.count == 7)
        }
        // A statement is folded anew without what balances are not made of: a consent that was withdrawn is no hindrance.
        let snapshot = try LedgerSnapshot(store)
        let market = try #require(Array("grand-io".utf8).withBytes { snapshot.views.book($0) })
        let statements = try StatementQuery.statements(
            of: "m-1", in: [market], from: CivilDate(clampingDays: 0), to: CivilDate(clampingDays: 30_000), snapshot)
        #expect(!statements.isEmpty)
        // Another seed's keys are not taken into the same file, and nothing of them is written.
        let keys = try Keyring.openOrCreate(folder + "/persons.keys", ledgerKey: key)
        #expect(throws: LedgerError.self) { try keys.adopt(["new", "m-2"], of: Keyring(seed: [1])) }
        #expect(keys.state(of: "new") == .absent)
    }

    @Test("the agenda gives deeds by time, then in the order of planning", arguments: 0..<50 as Range<UInt64>)
    func agenda(seed: UInt64) {
        var chance = Chance(seed: seed)
        var agenda = Agenda<Int>()
        var planned: [(Int64, Int)] = []
        var taken: [(Int64, Int)] = []
        for number in 0..<300 {
            let us = Int64(chance.below(40))
            agenda.plan(number, at: us)
            planned.append((us, number))
        }
        while let next = agenda.takeNext() { taken.append((next.atUs, next.deed)) }
        #expect(taken.map(\.1) == planned.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1), "seed \(seed)")
    }

    @Test("chance stays within its bounds")
    func bounds() {
        var chance = Chance(seed: 1)
        for _ in 0..<5_000 {
            #expect((0..<7).contains(chance.below(7)))
            #expect((-3...3).contains(chance.within(-3...3)))
            #expect((0..<3).contains(chance.weighted([1, 0, 5])))
            #expect(chance.weighted([1, 0, 5]) != 1)
        }
        #expect(chance.below(0) == 0)
    }
}
