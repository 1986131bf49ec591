package import Bytes

/// A row is one fact of a view: a key and a value.
///
/// The key's first byte names the index, the rest are big-endian fields, so that byte order is the order of the fields. The
/// first byte's two high bits say how rows of equal key combine; nothing else about a row is known here.
package enum Combine {
    /// The newest row replaces older ones: states, names.
    case newest
    /// The same, and an empty value says that there is no such row any more: what is open, due or waiting.
    case newestUntilRemoved
    /// Both counters are added: debits and credits, counts.
    case sum

    @inlinable
    package init(key: Bytes) { self = key[0] & 0x80 != 0 ? .sum : key[0] & 0x40 != 0 ? .newestUntilRemoved : .newest }
}

extension Bytes {
    /// Whether a row of this key and that value says that there is none.
    @inline(__always)
    func isRemoved(_ value: Bytes) -> Bool { value.count == 0 && self[0] & 0xC0 == 0x40 }
}

/// Two counters that add up: debits and credits, or whatever an index counts.
@frozen
package struct Counters: Equatable, Sendable {
    package var first: Int64
    package var second: Int64

    @inlinable
    package init(_ first: Int64 = 0, _ second: Int64 = 0) {
        self.first = first
        self.second = second
    }

    /// Adds; false where a sum left 64 bits. A writer refuses the event that would bring a sum near that (`Index.limitsSums`).
    @inlinable
    package mutating func add(_ other: Counters) -> Bool {
        let a = first.addingReportingOverflow(other.first)
        let b = second.addingReportingOverflow(other.second)
        first = a.partialValue
        second = b.partialValue
        return !a.overflow && !b.overflow
    }

    /// Whether one of them has a magnitude of 2 to the power of `bits` or more.
    @inlinable
    package func reach(bits: UInt64) -> Bool { (first.magnitude | second.magnitude) >> bits != 0 }
}

/// Limits of a row. A chunk of rows is one LMDB value; above 1 984 bytes a value would leave its leaf page.
package enum RowLimits {
    package static let keyBytes = 255
    package static let valueBytes = 1_600
    package static let chunkBytes = 1_984
}

extension Counters {
    /// The stored form: two zigzag varints.
    func encode(to out: ByteBuffer) {
        out.appendVarint(UInt64(bitPattern: (first << 1) ^ (first >> 63)))
        out.appendVarint(UInt64(bitPattern: (second << 1) ^ (second >> 63)))
    }

    init?(encoded: Bytes) {
        var offset = 0
        guard let a = encoded.varint(at: &offset), let b = encoded.varint(at: &offset), offset == encoded.count else {
            return nil
        }
        self.init(
            Int64(bitPattern: a >> 1) ^ -Int64(bitPattern: a & 1), Int64(bitPattern: b >> 1) ^ -Int64(bitPattern: b & 1)
        )
    }
}
