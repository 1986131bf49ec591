// Public, as the compiler inlines across rooms only what comes from a public import.
public import Bytes
import SwiftProtobuf

/// Events to be recorded, encoded one behind the other, their headers still zero.
///
/// Holds its memory from batch to batch: after the first batches, adding an event allocates nothing.
@usableFromInline
package final class Proposals {
    /// The entries; the ledger writes their headers in place when it commits.
    @usableFromInline package let entries: BytesList

    package init(capacity: Int = 1 << 16) {
        self.entries = BytesList(capacity: capacity)
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// Bytes of all entries together.
    package var byteCount: Int { entries.buffer.count }

    /// Entry `index`, header included. Holds until the next append.
    @inlinable
    package subscript(_ index: Int) -> Bytes { entries[index] }

    /// Adds the event that `body` writes; the header is already there, so it begins with `effectiveAt`.
    ///
    /// Fields go in ascending order, which is the order of the writer's methods; debug builds check it.
    ///
    /// - Throws: `tooLarge` when the entry is over 65 535 bytes; nothing is added then.
    @inlinable
    package func append(_ body: (EventWriter) -> Void) throws(ProposalError) {
        let start = begin()
        body(EventWriter(entries.buffer))
        try end(from: start)
    }

    /// The same for a `body` that can fail: nothing is added then.
    @inlinable
    package func append(throwing body: (EventWriter) throws -> Void) throws {
        let start = begin()
        do {
            try body(EventWriter(entries.buffer))
        } catch {
            entries.buffer.truncate(to: start)
            throw error
        }
        try end(from: start)
    }

    /// Adds a message. Its sequence, recorded time and rules are left aside: they are the ledger's to say.
    ///
    /// - Throws: `tooLarge`, or `notCanonical` where the message holds what the schema does not know.
    package func append(_ message: Event) throws(ProposalError) {
        var message = message
        message.sequence = 0
        message.recordedAtUs = 0
        message.rules = 0
        let encoded: [UInt8]
        do { encoded = try message.serializedBytes() } catch {
            throw ProposalError(.notCanonical, "the event cannot be encoded: \(error)")
        }
        try encoded.withBytes { (bytes) throws(ProposalError) in
            do throws(WireError) { try EventView(bytes).validate() } catch {
                throw ProposalError(.notCanonical, "\(error)")
            }
            try append(encoded: bytes)
        }
    }

    /// Adds an entry that is encoded already, header included.
    package func append(encoded entry: Bytes) throws(ProposalError) {
        guard EventHeader.isPresent(in: entry) else {
            throw ProposalError(
                .notCanonical,
                "the entry does not begin with sequence, recorded_at_us and rules; all three are expected")
        }
        let start = entries.buffer.count
        entries.buffer.append(entry)
        entries.buffer.writeHeader(at: start, sequence: 0, recordedAtUs: 0, rules: 0)
        try end(from: start)
    }

    package func removeAll() { entries.removeAll() }

    /// Keeps the first `count` events.
    package func truncate(toCount count: Int) { entries.truncate(toCount: count) }

    @usableFromInline
    func begin() -> Int {
        let start = entries.buffer.count
        entries.buffer.appendHeader()
        return start
    }

    @usableFromInline
    func end(from start: Int) throws(ProposalError) {
        let size = entries.buffer.count - start
        guard size <= EventHeader.entrySizeMax else {
            entries.buffer.truncate(to: start)
            throw ProposalError(
                .tooLarge, "the event takes \(size) bytes; at most \(EventHeader.entrySizeMax) fit into an entry")
        }
        assert(
            Self.isCanonical(entries.buffer.bytes(start..<entries.buffer.count)),
            "an event was written with its fields out of order or with text that is not UTF-8")
        entries.endItem()
    }

    private static func isCanonical(_ entry: Bytes) -> Bool {
        do throws(WireError) {
            try EventView(entry).validate()
            return true
        } catch {
            return false
        }
    }
}
