import Bytes
import EventLog
import Transparency

extension LedgerSnapshot {
    /// When the log took its newest event, in microseconds since 1970.
    package var lastRecordedAtUs: Int64 { Int64(clamping: head.lastRecordedAtUs) }

    /// A UUID of a recorded event (RFC 9562, version 8): the first 122 bits of its leaf's hash, so that whoever has the
    /// entry can compute it, and no two ledgers give it to different events.
    package func eventUUID(_ sequence: UInt64) -> String? {
        guard let entry = entry(sequence) else { return nil }
        var digits = Array(Hash.leaf(entry).hex.utf8.prefix(32))
        digits[12] = 0x38
        let variant = digits[16]
        // The two high bits of this digit are 10: 8, 9, a or b.
        let value = variant >= 0x61 ? variant - 0x61 + 10 : variant - 0x30
        digits[16] = Array("89ab".utf8)[Int(value & 3)]
        let text = String(decoding: digits, as: UTF8.self)
        var parts: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
