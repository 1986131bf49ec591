/// Growable bytes that are written from the front and reused, so that a hot path allocates only until it has grown.
@usableFromInline
package final class ByteBuffer {
    // Nothing borrows these fields across a call, so the run-time exclusivity check, which costs more than a write,
    // has nothing to find.
    @exclusivity(unchecked) @usableFromInline package internal(set) var base: UnsafeMutableRawPointer
    @exclusivity(unchecked) @usableFromInline package internal(set) var capacity: Int
    @exclusivity(unchecked) @usableFromInline package internal(set) var count: Int

    package init(capacity: Int = 4096) {
        self.capacity = Swift.max(capacity, 64)
        self.base = UnsafeMutableRawPointer(TableMemory.allocate(UInt8.self, capacity: self.capacity))
        self.count = 0
    }

    deinit { TableMemory.deallocate(base) }

    /// All that was written. Holds until the next write.
    @inlinable
    package var bytes: Bytes { Bytes(base: UnsafeRawPointer(base), count: count) }

    /// A part of what was written. Holds until the next write.
    @inlinable
    package func bytes(_ range: Range<Int>) -> Bytes { bytes[range] }

    @inlinable
    package func removeAll() { count = 0 }

    /// Forgets everything from `length` on.
    @inlinable
    package func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        count = length
    }

    @inlinable @inline(__always)
    package func reserve(_ more: Int) {
        guard more > capacity &- count else { return }
        grow(more)
    }

    @usableFromInline @inline(never)
    func grow(_ more: Int) {
        let larger = Swift.max(capacity * 2, count + more)
        let moved = UnsafeMutableRawPointer(TableMemory.allocate(UInt8.self, capacity: larger))
        moved.copyMemory(from: base, byteCount: count)
        TableMemory.deallocate(base)
        base = moved
        capacity = larger
    }

    @inlinable
    package func append(_ bytes: Bytes) {
        reserve(bytes.count)
        copyBytes(to: base + count, from: bytes.base, bytes.count)
        count += bytes.count
    }

    @inlinable
    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(Bytes(UnsafeRawBufferPointer($0))) }
    }

    @inlinable
    package func append(_ text: StaticString) {
        append(Bytes(base: UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount))
    }

    @inlinable
    package func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    @inlinable
    package func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        (base + count).storeBytes(of: value.bigEndian, as: T.self)
        count += MemoryLayout<T>.size
    }

    @inlinable
    package func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        (base + count).storeBytes(of: value.littleEndian, as: T.self)
        count += MemoryLayout<T>.size
    }

    /// Overwrites a little-endian integer that was written before.
    @inlinable
    package func storeLittleEndian<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count)
        (base + offset).storeBytes(of: value.littleEndian, as: T.self)
    }

    /// A protobuf base-128 integer in its shortest form.
    @inlinable
    package func appendVarint(_ value: UInt64) {
        reserve(10)
        var rest = value
        var at = count
        while rest >= 0x80 {
            base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: at, as: UInt8.self)
            rest >>= 7
            at &+= 1
        }
        base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: at, as: UInt8.self)
        count = at &+ 1
    }
}

/// `memcpy`; names and identifiers, which are short, are moved by two overlapping words without a call.
@inlinable @inline(__always)
func copyBytes(to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, _ count: Int) {
    if count > 16 || count < 4 {
        target.copyMemory(from: source, byteCount: count)
    } else if count >= 8 {
        let first = source.loadUnaligned(as: UInt64.self)
        let last = source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        target.storeBytes(of: first, as: UInt64.self)
        target.storeBytes(of: last, toByteOffset: count &- 8, as: UInt64.self)
    } else {
        let first = source.loadUnaligned(as: UInt32.self)
        let last = source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
        target.storeBytes(of: first, as: UInt32.self)
        target.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
    }
}

extension ByteBuffer {
    /// Overwrites bytes that were written before.
    package func overwrite(at offset: Int, with bytes: Bytes) {
        precondition(offset >= 0 && offset + bytes.count <= count)
        (base + offset).copyMemory(from: bytes.base, byteCount: bytes.count)
    }
}
