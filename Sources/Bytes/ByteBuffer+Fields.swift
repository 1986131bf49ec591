// Fields of protobuf messages: what the generated writers are made of. `tag` is the tag's value, field number and wire type together; it is a
// constant everywhere, so its width is decided at compile time.
extension ByteBuffer {
    /// Stores a tag and steps behind it; room was made before.
    @inlinable @inline(__always)
    static func put(tag: UInt32, at place: inout UnsafeMutableRawPointer) {
        if tag < 0x80 {
            place.storeBytes(of: UInt8(truncatingIfNeeded: tag), as: UInt8.self)
            place += 1
        } else if tag < 0x4000 {
            let bytes = UInt16(truncatingIfNeeded: tag & 0x7F | 0x80 | (tag >> 7) << 8)
            place.storeBytes(of: bytes.littleEndian, as: UInt16.self)
            place += 2
        } else {
            put(varint: UInt64(tag), at: &place)
        }
    }

    /// Stores an integer in its shortest form and steps behind it; room was made before.
    @inlinable @inline(__always)
    static func put(varint value: UInt64, at place: inout UnsafeMutableRawPointer) {
        var rest = value
        while rest >= 0x80 {
            place.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            place += 1
            rest >>= 7
        }
        place.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        place += 1
    }

    /// Bytes of the longest tag and the longest integer together.
    @inlinable static var fieldSizeMax: Int { 15 }

    @inlinable
    package func appendField(_ tag: UInt32, varint value: UInt64) {
        reserve(Self.fieldSizeMax)
        var place = base + count
        Self.put(tag: tag, at: &place)
        Self.put(varint: value, at: &place)
        count = place - base
    }

    @inlinable
    package func appendField(_ tag: UInt32, fixed64 value: UInt64) {
        reserve(Self.fieldSizeMax)
        var place = base + count
        Self.put(tag: tag, at: &place)
        place.storeBytes(of: value.littleEndian, as: UInt64.self)
        count = place - base + 8
    }

    @inlinable
    package func appendField(_ tag: UInt32, fixed32 value: UInt32) {
        reserve(Self.fieldSizeMax)
        var place = base + count
        Self.put(tag: tag, at: &place)
        place.storeBytes(of: value.littleEndian, as: UInt32.self)
        count = place - base + 4
    }

    @inlinable
    package func appendField(_ tag: UInt32, bytes value: Bytes) {
        reserve(Self.fieldSizeMax + value.count)
        var place = base + count
        Self.put(tag: tag, at: &place)
        Self.put(varint: UInt64(value.count), at: &place)
        copyBytes(to: place, from: value.base, value.count)
        count = place - base + value.count
    }

    @inlinable
    package func appendField(_ tag: UInt32, text value: String) {
        var value = value
        value.withUTF8 { appendField(tag, bytes: Bytes(UnsafeRawBufferPointer($0))) }
    }

    /// A message inside the one being written: what `body` writes, behind its length.
    @inlinable @inline(__always)
    package func appendMessage<E: Error>(_ tag: UInt32, _ body: () throws(E) -> Void) throws(E) {
        let start = beginMessage(tag)
        try body()
        endMessage(from: start)
    }

    /// Begins a message inside the one being written; its length takes one byte until `endMessage` knows better.
    @inlinable @inline(__always)
    package func beginMessage(_ tag: UInt32) -> Int {
        reserve(Self.fieldSizeMax)
        var place = base + count
        Self.put(tag: tag, at: &place)
        count = place - base + 1
        return count
    }

    /// Ends the message that began at `start`.
    @inlinable @inline(__always)
    package func endMessage(from start: Int) {
        precondition(start > 0 && start <= count)
        let length = count &- start
        if length < 0x80 {
            base.storeBytes(of: UInt8(truncatingIfNeeded: length), toByteOffset: start &- 1, as: UInt8.self)
        } else {
            widenLength(from: start)
        }
    }

    /// Makes room for a length of more than one byte.
    @usableFromInline @inline(never)
    func widenLength(from start: Int) {
        var width = 1
        while (count - start) >> (7 * width) > 0 { width += 1 }
        let length = count - start
        reserve(width - 1)
        // From here on nothing may grow the buffer: what lies behind `count` would stay behind.
        (base + start + width - 1).copyMemory(from: base + start, byteCount: length)
        var place = base + start - 1
        Self.put(varint: UInt64(length), at: &place)
        count = place - base + length
    }

    /// A packed repeated enum; nothing where there are no values.
    @inlinable
    package func appendField<S: Sequence>(_ tag: UInt32, packed values: S) where S.Element: RawRepresentable<Int> {
        let before = count
        let start = beginMessage(tag)
        for value in values { appendVarint(UInt64(bitPattern: Int64(value.rawValue))) }
        if count == start { truncate(to: before) } else { endMessage(from: start) }
    }

    @inlinable
    package func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
}
