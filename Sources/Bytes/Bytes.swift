/// Borrowed bytes: a place in memory that somebody else keeps alive.
///
/// Whoever hands out `Bytes` says for how long they hold: bytes read from a transaction hold until it ends, bytes of a
/// batch as long as the batch. Every access is bounds-checked; copying is explicit (`array`, `string`).
@frozen
@usableFromInline
package struct Bytes {
    @usableFromInline package let base: UnsafeRawPointer
    @usableFromInline package let count: Int

    @inlinable
    package init(base: UnsafeRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    @inlinable
    package init(_ buffer: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; any readable one will do for zero bytes.
        self.base = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
        self.count = buffer.count
    }

    @inlinable package var isEmpty: Bool { count == 0 }

    @inlinable
    package var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    @inlinable
    package subscript(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The bytes of `range`, borrowed from the same place.
    @inlinable
    package subscript(_ range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return Bytes(base: base + range.lowerBound, count: range.count)
    }

    @inlinable
    package func dropFirst(_ n: Int) -> Bytes { self[n..<count] }

    @inlinable
    package func prefix(_ n: Int) -> Bytes { self[0..<Swift.min(n, count)] }

    /// A copy that outlives the lender.
    package var array: [UInt8] { [UInt8](buffer) }

    /// The bytes as text; what is not UTF-8 is repaired.
    package var string: String { String(decoding: buffer, as: UTF8.self) }
}

extension Bytes: Equatable {
    @inlinable
    package static func == (a: Bytes, b: Bytes) -> Bool {
        a.count == b.count && compareMemory(a.base, b.base, a.count) == 0
    }

    @inlinable
    package static func == (a: Bytes, b: StaticString) -> Bool {
        a.count == b.utf8CodeUnitCount
            && compareMemory(a.base, UnsafeRawPointer(b.utf8Start), a.count) == 0
    }

    @inlinable
    package func hasPrefix(_ other: Bytes) -> Bool {
        count >= other.count && compareMemory(base, other.base, other.count) == 0
    }
}

extension Bytes: Comparable {
    /// Byte order: the order of keys in the ledger.
    @inlinable
    package static func < (a: Bytes, b: Bytes) -> Bool { a.compare(b) < 0 }

    @inlinable
    package func compare(_ other: Bytes) -> Int {
        let order = compareMemory(base, other.base, Swift.min(count, other.count))
        return order != 0 ? order : count - other.count
    }
}

extension Bytes: Hashable {
    @inlinable
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes: buffer) }
}

/// `memcmp`, without importing the C library into every room.
@inlinable
package func compareMemory(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Int {
    var i = 0
    while i &+ 8 <= count {
        let x = a.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        let y = b.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        if x != y { return x.bigEndian < y.bigEndian ? -1 : 1 }
        i &+= 8
    }
    while i < count {
        let x = a.load(fromByteOffset: i, as: UInt8.self)
        let y = b.load(fromByteOffset: i, as: UInt8.self)
        if x != y { return x < y ? -1 : 1 }
        i &+= 1
    }
    return 0
}

extension Bytes {
    /// Big-endian integers, as keys store them.
    @inlinable
    package func bigEndian<T: FixedWidthInteger>(at offset: Int, as type: T.Type = T.self) -> T {
        precondition(offset >= 0 && offset &+ MemoryLayout<T>.size <= count)
        return T(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// Little-endian integers, as protobuf's fixed-width fields store them.
    @inlinable
    package func littleEndian<T: FixedWidthInteger>(at offset: Int, as type: T.Type = T.self) -> T {
        precondition(offset >= 0 && offset &+ MemoryLayout<T>.size <= count)
        return T(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// A 64-bit hash that is the same on every machine. Not for secrets: whoever relies on it must bear collisions.
    @inlinable
    package var stableHash: UInt64 { stableHash(seed: 0x9E37_79B9_7F4A_7C15) }

    @inlinable
    package func stableHash(seed: UInt64) -> UInt64 {
        @inline(__always)
        func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let product = a.multipliedFullWidth(by: b)
            return product.high ^ product.low
        }
        var h = seed ^ mix(UInt64(truncatingIfNeeded: count) ^ 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)
        var i = 0
        while i &+ 8 <= count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: i, as: UInt64.self))
            h = mix(h ^ word, 0x8EBC_6AF0_9C88_C6E3)
            i &+= 8
        }
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        while i < count {
            rest |= UInt64(base.load(fromByteOffset: i, as: UInt8.self)) << shift
            shift &+= 8
            i &+= 1
        }
        h = mix(h ^ rest, 0x5895_65B1_F2C5_1D5B)
        return mix(h ^ 0x1D8E_4E27_C47D_124F, 0xEB44_ACCA_B455_D165)
    }
}

extension Array where Element == UInt8 {
    /// Lends the array's bytes to `body`; they hold until it returns.
    @inlinable
    package func withBytes<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
        // The standard library's closures lose the thrown type; the result carries it across.
        let result: Result<R, E> = self.withUnsafeBytes { buffer in
            do throws(E) { return .success(try body(Bytes(buffer))) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

extension Bytes {
    /// A base-128 integer at `offset`, which moves behind it; `nil` when it is cut off or longer than 64 bits.
    @inlinable
    package func varint(at offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < count, shift < 64 {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            offset &+= 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return shift == 63 && byte > 1 ? nil : value }
            shift &+= 7
        }
        return nil
    }
}

extension Bytes {
    /// The bytes of a literal: they hold for ever.
    package init(_ text: StaticString) {
        self.init(base: UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
    }

    /// Zero bytes.
    package static var none: Bytes { Bytes(UnsafeRawBufferPointer(start: nil, count: 0)) }
}
