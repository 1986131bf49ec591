import Commerce
import EventLog
import Events
import Fixtures
import Ledger
import Testing

/// Whether a book has roles is kept in memory: it must be what the log says, whatever was refused, reopened or rebuilt.
@Suite("Roles in a ledger")
struct RolesTests {
    @Test func `a grant of a refused batch leaves the book open`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let refused = try shelf.append([story.event(.grant("ana", .administrator)), story.event(.identity("ana"))])
        #expect(refused.refused.map(\.position) == [1])
        try shelf.record([story.event(.identity("new"))])
        #expect(try shelf.snapshot().book()?.hasRoles == false)
    }

    @Test func `a grant holds within its batch, and after the ledger was opened again`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let batch = [story.event(.grant("ana", .administrator)), story.event(.identity("new"))]
        let outcome = try shelf.append(batch)
        #expect(outcome.refused.map(\.refusal.field) == ["actor"])
        try shelf.record([batch[0]])
        try shelf.reopen()
        #expect(try shelf.append([story.event(.identity("new"))]).refused.map(\.refusal.field) == ["actor"])
        try shelf.record([story.event(.identity("new"), by: "ana")])
        #expect(try shelf.snapshot().book()?.hasRoles == true)
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == [])
    }

    @Test func `an approval policy guards a book that is read anew`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([story.event(.approvalRules([("identityRegistered", 0)]))])
        #expect(try shelf.append([story.event(.identity("new"))]).refused.map(\.refusal.field) == ["approvals"])
        try shelf.reopen()
        #expect(try shelf.append([story.event(.identity("new"))]).refused.map(\.refusal.field) == ["approvals"])
        let seed = SigningSeed()
        try shelf.record([story.event(.signingKey("ana", seed.publicKey))])
        let signed = try story.event(.identity("new"), by: "till-1", approvedBy: [("ana", seed)])
        try shelf.record([signed])
        // The same fact again is a repeat, whatever became of the key.
        try shelf.record([story.event(.signingKeyRevoked("ana", seed.publicKey))])
        #expect(try shelf.append([signed]).receipts.map { $0?.isRepeat } == [true])
    }
}
