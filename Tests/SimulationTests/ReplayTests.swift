import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Foundation
import Ledger
import Testing
import Transparency

@testable import Simulation

/// An earlier state is what was shown then, and what explains a figure makes it, on a whole economy.
@Suite struct ReplayTests {
    private static let newYear = CivilDate(clampingDays: 20_089)

    private func withEconomy(_ body: (LedgerSnapshot) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/replay-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try LedgerStore.create(folder, origin: "test", mapBytes: 16 << 30)
        _ = try Simulation.record(SimulationOptions(members: 60, days: 20, seed: 5, from: Self.newYear), to: store)
        try body(LedgerSnapshot(store))
    }

    @Test func `what explains an account, a party or an order ends with the figure that is shown`() throws {
        try withEconomy { snapshot in
            let views = snapshot.views
            let rows = try BalanceQuery().rows(snapshot)
            struct Place: Hashable { let book, account, currency: String }
            var accounts: [Place: Int64] = [:]
            for row in rows {
                accounts[
                    Place(book: row.book, account: row.account, currency: row.currency.code), default: 0
                ] += row.balanceMinor
            }
            for name in Set(accounts.keys.map(\.account)).sorted().prefix(16) {
                let explained = try ExplanationQuery(name).explanation(snapshot)
                for figure in explained.figures {
                    let place = Place(book: figure.book, account: name, currency: figure.currency.code)
                    #expect(accounts[place] == figure.closingMinor, "\(place)")
                    #expect(figure.lines.reduce(0) { $0 + $1.amountMinor } == figure.closingMinor)
                    for line in figure.lines {
                        #expect(line.entries.reduce(0) { $0 + $1.amountMinor } == 0, "\(line.sequence)")
                    }
                }
                #expect(explained.figures.count == accounts.keys.filter { $0.account == name }.count)
            }
            for name in Set(rows.map(\.party)).filter({ !$0.isEmpty }).sorted().prefix(16) {
                guard Array(name.utf8).withBytes({ views.party(.cooperative, $0) }) == nil,
                    Array(name.utf8).withBytes({ views.party(.institution, $0) }) == nil
                else { continue }
                let explained = try ExplanationQuery("identity:" + name).explanation(snapshot)
                var statement: [String: Int64] = [:]
                for row in rows where row.party == name {
                    statement["\(row.book) \(row.account) \(row.currency.code)"] = row.balanceMinor
                }
                for figure in explained.figures {
                    guard case .account(let account) = figure.measure else { continue }
                    #expect(statement["\(figure.book) \(account) \(figure.currency.code)"] == figure.closingMinor)
                }
                #expect(explained.figures.count == statement.count, "\(name)")
            }
            var orders = 0
            for sequence in try purchases(snapshot).prefix(14) {
                guard let event = views.event(sequence),
                    let book = Array(event.book.string.utf8).withBytes({ views.book($0) })
                else { continue }
                let name = try PurchasePlacedView(event.bodyBytes).order.string
                let order = try #require(Array(name.utf8).withBytes { views.order($0, book) })
                let figure = try #require(
                    try ExplanationQuery("\(book.name)/\(name)").explanation(snapshot).figures.first)
                #expect(figure.closingMinor == order.dueMinor)
                #expect(
                    figure.measure == .due(remainingMinor: order.remainingMinor, paidMinor: order.paidMinor), "\(name)")
                orders += 1
            }
            #expect(orders > 10)
        }
    }

    private func purchases(_ snapshot: LedgerSnapshot) throws -> [UInt64] {
        var query = EventQuery()
        query.kind = .purchasePlaced
        let all = try query.sequences(snapshot)
        return stride(from: 0, to: all.count, by: max(1, all.count / 14)).map { all[$0] }
    }

    @Test func `days bound an explanation, and what stands before them is brought forward`() throws {
        try withEconomy { snapshot in
            let book = try #require(snapshot.views.allBooks.first)
            let (from, to) = (Self.newYear.adding(days: 5), Self.newYear.adding(days: 10))
            var account = AccountQuery(book: book.name, account: "assets:bank")
            account.from = from
            account.to = to
            let (forwards, rows) = try account.rows(snapshot)
            var query = ExplanationQuery("assets:bank")
            query.book = book.name
            query.from = from
            query.to = to
            let figure = try #require(
                try query.explanation(snapshot).figures.first { $0.currency == book.currency })
            #expect(figure.openingMinor == forwards.first { $0.currency == book.currency }?.balanceMinor)
            #expect(figure.closingMinor == rows.last { $0.currency == book.currency }?.balanceMinor)
        }
    }

    @Test func `an earlier state has the root, the balances and the statistics of then, and moves on event by event`()
        throws
    {
        try withEconomy { snapshot in
            let size = snapshot.head.count
            let past = try snapshot.past(atSize: size / 3)
            for at in [size / 3, size / 3 + 1, size / 2, size] {
                try past.advance(to: at)
                #expect(past.head.count == at)
                #expect(try past.head.root == snapshot.store.root(atSize: at))
                var query = BalanceQuery()
                query.at = .sequence(at - 1)
                #expect(try query.rows(snapshot) == BalanceQuery().rows(past))
                #expect(try snapshot.past(atSize: at).head == past.head)
            }
            #expect(past.head == snapshot.head)
            #expect(try LedgerStatistics(past).byKind.map(\.kind) == LedgerStatistics(snapshot).byKind.map(\.kind))
            #expect(throws: LedgerError.self) { try past.renew() }
            let middle = try #require(snapshot.views.event(size / 2)?.recordedAtUs)
            let found = try snapshot.size(at: .instant(Int64(middle)))
            #expect(found > size / 2)
            #expect(found == size || (snapshot.views.event(found)?.recordedAtUs ?? 0) > middle)
            #expect(throws: LedgerError.self) { try snapshot.size(at: .sequence(size)) }
            #expect(throws: LedgerError.self) { try snapshot.size(at: .instant(0)) }
        }
    }

    @Test func `what changed between two points is balanced and leads from the one to the other`() throws {
        try withEconomy { snapshot in
            let (first, second) = (snapshot.head.count / 2, snapshot.head.count * 3 / 4)
            let difference = try DifferenceQuery().difference(from: first, to: second, snapshot)
            #expect(difference.events == Int(second - first))
            #expect(!difference.accounts.isEmpty && !difference.parties.isEmpty)
            var sums: [String: Int64] = [:]
            for row in difference.accounts {
                #expect(row.differenceMinor != 0)
                sums["\(row.book) \(row.currency.code)", default: 0] += row.differenceMinor
            }
            #expect(sums.values.allSatisfy { $0 == 0 })
            var query = BalanceQuery()
            query.at = .sequence(second - 1)
            let after = try query.rows(snapshot)
            query.at = .sequence(first - 1)
            let before = try query.rows(snapshot)
            struct Place: Hashable { let book, account, party, currency: String }
            var expected: [Place: Int64] = [:]
            for (rows, sign) in [(after, Int64(1)), (before, -1)] {
                for row in rows {
                    let place = Place(
                        book: row.book, account: row.account, party: row.party, currency: row.currency.code)
                    expected[place, default: 0] += sign * row.balanceMinor
                }
            }
            #expect(expected.values.filter { $0 != 0 }.count == difference.accounts.count)
            for party in difference.parties {
                #expect(party.firstSequence >= first && party.lastSequence < second && party.events > 0)
            }
            for party in difference.parties.filter(\.isNew) {
                let name = Array(party.party.utf8)
                #expect(
                    try snapshot.past(atSize: first).views.partyNames().values.contains(party.party) == false, "\(name)"
                )
                break
            }
        }
    }
}
