import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Ledger
import Testing

/// Who sees a transfer of shares, and which cooperative may open what a person gave of themselves.
@Suite("Personal data and who may open it")
struct PersonalDataViewerTests {
    @Test func `both members see the transfer of their shares whole, nobody else does`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([
            story.event(.subscription("ana", shares: 5, amount: 5_000)), story.event(.subscription("bob")),
            story.event(.transfer(of: 2, "ana", to: "bob", amount: 2_000)),
        ])
        let snapshot = try shelf.snapshot()
        func isWhole(_ actor: String) throws -> Bool {
            if case .whole = try Viewer(actor: actor).disclosure(of: snapshot.head.count - 1, snapshot) {
                true
            } else {
                false
            }
        }
        #expect(try isWhole("ana") && isWhole("bob") && !isWhole("sam"))
    }

    @Test func `to admit somebody unasked opens nothing; their consent does, until it or the membership ends`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        func mayOpen(_ actor: String) throws -> Bool {
            let views = try shelf.snapshot().views
            let ana = try #require(Array("ana".utf8).withBytes { views.party(.identity, $0) })
            return try Viewer(actor: actor).mayOpen(personalDataOf: ana, views)
        }
        func record(_ body: Body, by actor: String = "till-1") throws {
            story.book = "boreal"
            var event = story.event(body)
            event.actor = actor
            try shelf.record([event])
        }
        try record(.founding(name: "Boréal", clock: .machine))
        #expect(try mayOpen("coop:grand-io") && mayOpen("ana") && !mayOpen("bob") && !mayOpen("coop:boreal"))
        try record(.admission("ana", [.consumer]))
        #expect(try !mayOpen("coop:boreal"))
        try record(.consent("ana", to: "delivery"), by: "ana")
        #expect(try mayOpen("coop:boreal"))
        try record(.consentWithdrawn("ana", from: "delivery"), by: "ana")
        #expect(try !mayOpen("coop:boreal"))
        try record(.consent("ana", to: "delivery"), by: "ana")
        try record(.withdrawal("ana"))
        #expect(try !mayOpen("coop:boreal"))
    }
}
