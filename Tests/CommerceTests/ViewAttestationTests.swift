import Events
import Fixtures
import SwiftProtobuf
import Testing

@testable import Commerce

/// What may be said of the views: in form; whether it is true, a fold says.
@Suite struct ViewAttestationTests {
    private func body(_ change: (inout ViewsAttested) -> Void = { _ in }) -> Body {
        .viewsAttested(
            .with { body in
                body.throughSequence = 2
                body.version = 4
                body.views = ["balance", "member"].map { name in
                    .with {
                        $0.view = name
                        $0.digest = .init(repeating: 7, count: 32)
                        $0.rows = 9
                    }
                }
                change(&body)
            })
    }

    @Test func `it posts nothing and changes no view but those of the log itself`() throws {
        let desk = try Desk()
        #expect(try desk.record(body()).isEmpty)
        #expect(try desk.record(body { $0.throughSequence = desk.size - 1 }).isEmpty)
    }

    @Test func `what no audit could compare is refused`() throws {
        let desk = try Desk()
        let size = desk.size
        for (change, field) in [
            ({ $0.throughSequence = size }, "throughSequence"), ({ $0.version = 0 }, "version"),
            ({ $0.views = [] }, "views"), ({ $0.views = Array(repeating: $0.views[0], count: 257) }, "views"),
            ({ $0.views[0].view = "" }, "views[0].view"), ({ $0.views[1].view = "a b" }, "views[1].view"),
            ({ $0.views.reverse() }, "views[1].view"), ({ $0.views[1].view = "balance" }, "views[1].view"),
            ({ $0.views[1].digest = .init(repeating: 7, count: 31) }, "views[1].digest"),
        ] as [((inout ViewsAttested) -> Void, String)] {
            let before = desk.rowDigests
            let refusal = try #require(try desk.refusal(body(change)), "\(field)")
            #expect(refusal.field == field && !refusal.accepted.french.isEmpty, "\(refusal.text(.english))")
            #expect(desk.rowDigests == before)
        }
    }
}
