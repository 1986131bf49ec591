/// Growable bytes that are written from the front and reused, so that a hot path allocates only until it has grown.
package final class ByteBuffer {
    @usableFromInline package private(set) var base: UnsafeMutableRawPointer
    @usableFromInline package private(set) var capacity: Int
    package private(set) var count: Int

    package init(capacity: Int = 4096) {
        self.capacity = Swift.max(capacity, 64)
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
        self.count = 0
    }

    deinit { base.deallocate() }

    /// All that was written. Holds until the next write.
    package var bytes: Bytes { Bytes(base: UnsafeRawPointer(base), count: count) }

    /// A part of what was written. Holds until the next write.
    package func bytes(_ range: Range<Int>) -> Bytes { bytes[range] }

    package func removeAll() { count = 0 }

    /// Forgets everything from `length` on.
    package func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        count = length
    }

    @usableFromInline
    package func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = Swift.max(capacity * 2, count + more)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    package func append(_ bytes: Bytes) {
        reserve(bytes.count)
        (base + count).copyMemory(from: bytes.base, byteCount: bytes.count)
        count += bytes.count
    }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(Bytes(UnsafeRawBufferPointer($0))) }
    }

    package func append(_ text: StaticString) {
        append(Bytes(base: UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount))
    }

    package func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        (base + count).storeBytes(of: value.bigEndian, as: T.self)
        count += MemoryLayout<T>.size
    }

    package func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        (base + count).storeBytes(of: value.littleEndian, as: T.self)
        count += MemoryLayout<T>.size
    }

    /// Overwrites a little-endian integer that was written before.
    package func storeLittleEndian<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count)
        (base + offset).storeBytes(of: value.littleEndian, as: T.self)
    }

    /// A protobuf base-128 integer in its shortest form.
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

    /// Puts a varint of `length` in front of the last `length` bytes: a length-delimited field is written first and
    /// measured afterwards.
    package func insertVarintLength(at offset: Int) {
        let length = count - offset
        var width = 1
        var rest = UInt64(length)
        while rest >= 0x80 {
            rest >>= 7
            width += 1
        }
        reserve(width)
        (base + offset + width).copyMemory(from: base + offset, byteCount: length)
        rest = UInt64(length)
        var at = offset
        while rest >= 0x80 {
            base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: at, as: UInt8.self)
            rest >>= 7
            at += 1
        }
        base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: at, as: UInt8.self)
        count += width
    }
}

extension ByteBuffer {
    /// Overwrites bytes that were written before.
    package func overwrite(at offset: Int, with bytes: Bytes) {
        precondition(offset >= 0 && offset + bytes.count <= count)
        (base + offset).copyMemory(from: bytes.base, byteCount: bytes.count)
    }
}
