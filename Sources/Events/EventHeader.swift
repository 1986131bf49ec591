package import Bytes

/// The fixed beginning of every stored entry: what the ledger assigns when it commits.
///
/// ```
///  0  09  sequence, 8 bytes, little-endian
///  9  11  recorded_at_us, 8 bytes, little-endian: microseconds since 1970-01-01T00:00:00Z
/// 18  1D  rules, 4 bytes, little-endian
/// 23      content: what the proposer says
/// ```
///
/// A retry is told from a conflict by the content alone (DESIGN §4).
package enum EventHeader {
    /// Bytes before the content.
    package static let size = 23
    /// The largest entry: an entry bundle measures entries in two bytes (C2SP tiles).
    package static let entrySizeMax = 65_535

    static let sequenceTag: UInt8 = 0x09
    static let recordedAtTag: UInt8 = 0x11
    static let rulesTag: UInt8 = 0x1D
    static let sequenceOffset = 1
    static let recordedAtOffset = 10
    static let rulesOffset = 19

    /// Whether the bytes begin with the three tags of the header.
    package static func isPresent(in entry: Bytes) -> Bool {
        entry.count >= size && entry[0] == sequenceTag && entry[sequenceOffset + 8] == recordedAtTag
            && entry[recordedAtOffset + 8] == rulesTag
    }

    /// Bytes 23 and on. The entry must have its header (`isPresent`).
    package static func content(of entry: Bytes) -> Bytes { entry.dropFirst(size) }

    /// The entry's position in the log. The entry must have its header.
    package static func sequence(of entry: Bytes) -> UInt64 { entry.littleEndian(at: sequenceOffset) }

    /// Microseconds since 1970-01-01T00:00:00Z. The entry must have its header.
    package static func recordedAtUs(of entry: Bytes) -> UInt64 { entry.littleEndian(at: recordedAtOffset) }

    /// Version of the posting rules. The entry must have its header.
    package static func rules(of entry: Bytes) -> UInt32 { entry.littleEndian(at: rulesOffset) }
}

extension ByteBuffer {
    /// Begins an entry: a header of zeros, for `writeHeader` to fill in.
    package func appendHeader() {
        append(EventHeader.sequenceTag)
        appendLittleEndian(0 as UInt64)
        append(EventHeader.recordedAtTag)
        appendLittleEndian(0 as UInt64)
        append(EventHeader.rulesTag)
        appendLittleEndian(0 as UInt32)
    }

    /// Fills in the header of the entry that begins at `offset`.
    package func writeHeader(at offset: Int, sequence: UInt64, recordedAtUs: UInt64, rules: UInt32) {
        storeLittleEndian(sequence, at: offset + EventHeader.sequenceOffset)
        storeLittleEndian(recordedAtUs, at: offset + EventHeader.recordedAtOffset)
        storeLittleEndian(rules, at: offset + EventHeader.rulesOffset)
    }
}
