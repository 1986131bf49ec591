import Bytes
import SwiftProtobuf
import Testing

@testable import Events

/// What an approval signs is the event without header and approvals, byte for byte.
@Suite("Approved content")
struct ApprovedContentTests {
    private func content(_ event: Event) throws -> [UInt8] {
        let proposals = Proposals()
        try proposals.append(event)
        let parts = try EventView(proposals[0]).approvedContent
        return parts.before.array + parts.after.array
    }

    @Test(arguments: 0...3)
    func `approvals do not change what is signed`(approvals: Int) throws {
        var event = try EventJSON.decode(
            line:
                #"{"effectiveAt":"2017-03-01T15:00:00Z","book":"b","source":"s","key":"k","actor":"ana","payoutSettled":{"payout":"x"}}"#
        )
        // The encoding of the message that holds nothing else.
        let plain: [UInt8] = try event.serializedBytes()
        for n in 0..<approvals { event.approve(by: "person-\(n)", [UInt8](repeating: UInt8(n), count: 64)) }
        #expect(try content(event) == plain)
        event.actor = "bob"
        #expect(try content(event) != plain)
    }

    @Test func `the recorded header does not change what is signed`() throws {
        let proposals = Proposals()
        try proposals.append { writer in
            writer.book("b")
            writer.payoutSettled { $0.payout("x") }
        }
        let before = try EventView(proposals[0]).approvedContent
        let plain = before.before.array + before.after.array
        proposals.entries.buffer.writeHeader(at: 0, sequence: 7, recordedAtUs: 9, rules: 1)
        let after = try EventView(proposals[0]).approvedContent
        #expect(after.before.array + after.after.array == plain)
    }
}
