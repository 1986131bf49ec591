// Fields of protobuf messages: what the generated writers are made of. `tag` is the tag's value, field number and wire type together; it is a
// constant everywhere, so its width is decided at compile time.
extension ByteBuffer {
    @inlinable @inline(__always)
    package func appendTag(_ tag: UInt32) {
        if tag < 0x80 {
            append(UInt8(truncatingIfNeeded: tag))
        } else if tag < 0x4000 {
            appendLittleEndian(UInt16(truncatingIfNeeded: tag & 0x7F | 0x80 | (tag >> 7) << 8))
        } else {
            appendVarint(UInt64(tag))
        }
    }

    @inlinable
    package func appendField(_ tag: UInt32, varint value: UInt64) {
        appendTag(tag)
        if value < 0x80 { append(UInt8(truncatingIfNeeded: value)) } else { appendVarint(value) }
    }

    @inlinable
    package func appendField(_ tag: UInt32, fixed64 value: UInt64) {
        appendTag(tag)
        appendLittleEndian(value)
    }

    @inlinable
    package func appendField(_ tag: UInt32, fixed32 value: UInt32) {
        appendTag(tag)
        appendLittleEndian(value)
    }

    @inlinable
    package func appendField(_ tag: UInt32, bytes value: Bytes) {
        appendTag(tag)
        let count = value.count
        if count < 0x80 { append(UInt8(truncatingIfNeeded: count)) } else { appendVarint(UInt64(count)) }
        append(value)
    }

    @inlinable
    package func appendField(_ tag: UInt32, text value: String) {
        var value = value
        value.withUTF8 { appendField(tag, bytes: Bytes(UnsafeRawBufferPointer($0))) }
    }

    /// A message inside the one being written: what `body` writes, behind its length.
    @inlinable @inline(__always)
    package func appendMessage<E: Error>(_ tag: UInt32, _ body: () throws(E) -> Void) throws(E) {
        appendTag(tag)
        let start = count
        try body()
        insertVarintLength(at: start)
    }

    /// A packed repeated enum; nothing where there are no values.
    @inlinable
    package func appendField<S: Sequence>(_ tag: UInt32, packed values: S) where S.Element: RawRepresentable<Int> {
        let before = count
        appendTag(tag)
        let start = count
        for value in values { appendVarint(UInt64(bitPattern: Int64(value.rawValue))) }
        if count == start { truncate(to: before) } else { insertVarintLength(at: start) }
    }

    @inlinable
    package func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
}
