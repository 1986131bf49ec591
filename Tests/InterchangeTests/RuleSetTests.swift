import Accounting
import Commerce
import Events
import Foundation
import Interchange
import Ledger
import Testing

/// A cooperative is founded in one batch, by each rule set that there is.
@Suite("Rule sets")
struct RuleSetTests {
    private func founded(_ change: (inout NewCooperative) -> Void) throws -> (LedgerSnapshot, AppendOutcome, String) {
        let folder = FileManager.default.temporaryDirectory.path + "/grandlivre-rules-\(UUID().uuidString)"
        let store = try LedgerStore.create(folder, origin: "example.org/rules", mapBytes: 1 << 30)
        var cooperative = NewCooperative(book: "b", name: "B", form: .solidarity)
        cooperative.clock = .data
        change(&cooperative)
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let outcome = try writer.append(
            cooperative.proposals(
                effectiveAtUs: 1_735_830_000_000_000, source: "test", actor: nil, LedgerSnapshot(store).views))
        return (try LedgerSnapshot(store), outcome, folder)
    }

    @Test(arguments: ["quebec", "example-hst-mondragon"])
    func `every rule set is recorded whole`(_ name: String) throws {
        let rules = try #require(RuleSet.named(name))
        let (snapshot, outcome, folder) = try founded { $0.rules = rules }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.refused.isEmpty)
        let book = try #require(snapshot.views.allBooks.first)
        #expect(
            snapshot.views.policies(book, at: .max).map(\.name) == [
                "allocation", "calendar", "commission", "taxes", "withholding",
            ])
        #expect(rules.summary.french != rules.summary.english)
    }

    @Test func `founders are members with shares, and the administrator's role is the first`() throws {
        let (snapshot, outcome, folder) = try founded { new in
            new.institution = "815"
            new.founders = [
                Founder(identity: "bob", category: .worker, groups: [.worker], roles: [.accountant]),
                Founder(identity: "ana", category: .user, groups: [.consumer], roles: [.sales, .administrator]),
            ]
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.refused.isEmpty && outcome.recorded == 15)
        let book = try #require(snapshot.views.allBooks.first)
        let summary = CooperativeSummary(book, at: .max, snapshot.views)
        #expect(summary.members == 2 && summary.commonShares == 2)
        #expect(snapshot.views.roles(book).count == 3 && book.hasRoles)
    }

    @Test func `roles without an administrator are refused`() throws {
        let (_, outcome, folder) = try founded {
            $0.founders = [Founder(identity: "bob", category: .worker, groups: [], roles: [.accountant])]
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.refused.map(\.refusal.field) == ["role"])
    }
}
