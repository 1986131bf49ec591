package import Bytes
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension EventView {
    /// The two parts of the entry that an approval signs: all but sequence, recorded time, rules and the approvals themselves.
    ///
    /// Hold as long as the entry.
    package var approvedContent: (before: Bytes, after: Bytes) {
        let start = EventHeader.isPresent(in: encoded) ? EventHeader.size : 0
        let from = approvals.region.base - encoded.base
        return (encoded[start..<from], encoded[(from + approvals.region.count)..<encoded.count])
    }
}

extension Event {
    /// Adds a person's signature (64 bytes).
    package mutating func approve(by approver: String, _ signature: [UInt8]) {
        var approval = Approval()
        approval.approver = approver
        approval.signature = Data(signature)
        approvals.append(approval)
    }
}
