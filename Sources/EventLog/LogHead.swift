import Bytes
package import Transparency

/// What the log is at a size: rewritten by every commit, at most about two kilobytes.
///
/// Stored: `last recorded time (8) ‖ bytes of all entries (8) ‖ frontier ‖ checksum (4)`, little-endian.
package struct LogHead: Equatable, Sendable {
    static var key: Bytes { Bytes("head" as StaticString) }

    /// Microseconds since 1970.
    package var lastRecordedAtUs: UInt64 = 0
    package var entryBytes: UInt64 = 0
    package var frontier = Frontier()

    package init() {}

    package var count: UInt64 { frontier.size }
    package var root: Hash { frontier.root }

    func encode(to out: ByteBuffer) {
        out.appendLittleEndian(lastRecordedAtUs)
        out.appendLittleEndian(entryBytes)
        frontier.encode(to: out)
        out.appendChecksum(under: Self.key)
    }

    init?(encoded stored: Bytes) {
        guard let bytes = stored.checked(under: Self.key), bytes.count >= 16,
            let frontier = Frontier(encoded: bytes.dropFirst(16))
        else { return nil }
        lastRecordedAtUs = bytes.littleEndian(at: 0)
        entryBytes = bytes.littleEndian(at: 8)
        self.frontier = frontier
    }
}
