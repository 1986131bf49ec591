import Bytes

/// Walks once over the canonical encoding of one message.
///
/// The generated readers ask for the fields in ascending order; whatever is not asked for by the end is refused, so
/// order, repetition and unknown fields need no check of their own on the good path.
struct WireReader {
    let start: UnsafeRawPointer
    var at: UnsafeRawPointer
    let end: UnsafeRawPointer
    let message: UInt16

    @inline(__always)
    init(_ bytes: Bytes, message: UInt16) {
        self.start = bytes.base
        self.at = bytes.base
        self.end = bytes.base + bytes.count
        self.message = message
    }

    /// An absent string or byte field.
    @inline(__always) var nothing: Bytes { Bytes(base: end, count: 0) }

    @inline(never)
    func refusal(_ code: WireError.Code, _ number: UInt32) -> WireError {
        WireError(code, message: message, number: number, offset: at - start)
    }

    // MARK: Tags

    /// Takes the one-byte tag if it is next.
    @inline(__always)
    mutating func takes(_ tag: UInt8) -> Bool {
        guard at < end, at.load(as: UInt8.self) == tag else { return false }
        at += 1
        return true
    }

    /// Takes the two-byte tag if it is next; `tag` as the bytes lie, low byte first.
    @inline(__always)
    mutating func takes(wide tag: UInt16) -> Bool {
        guard end - at >= 2, UInt16(littleEndian: at.loadUnaligned(as: UInt16.self)) == tag else { return false }
        at += 2
        return true
    }

    /// The number of the length-delimited field that is next, if its tag takes one or two bytes; 0 otherwise.
    @inline(__always)
    var upcomingNumber: UInt32 {
        guard at < end else { return 0 }
        let low = UInt32(at.load(as: UInt8.self))
        guard low & 7 == 2 else { return 0 }
        guard low >= 0x80 else { return low >> 3 }
        guard end - at >= 2 else { return 0 }
        let high = UInt32(at.load(fromByteOffset: 1, as: UInt8.self))
        guard high < 0x80, high > 0 else { return 0 }
        return (low & 0x7F) >> 3 | high << 4
    }

    /// Steps over the tag that `upcomingNumber` has read.
    @inline(__always)
    mutating func skipTag(of number: UInt32) { at += number < 16 ? 1 : 2 }

    // MARK: Values

    /// A base-128 integer in its shortest form.
    @inline(__always)
    mutating func varint(_ number: UInt32) throws(WireError) -> UInt64 {
        guard at < end else { throw refusal(.truncated, number) }
        let first = at.load(as: UInt8.self)
        guard first >= 0x80 else {
            at += 1
            return UInt64(first)
        }
        // Amounts and lengths of two bytes are common enough to be read here.
        if end - at >= 2 {
            let second = at.load(fromByteOffset: 1, as: UInt8.self)
            if second < 0x80, second > 0 {
                at += 2
                return UInt64(first & 0x7F) | UInt64(second) << 7
            }
        }
        return try longVarint(number)
    }

    @inline(never)
    mutating func longVarint(_ number: UInt32) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var next = at
        while true {
            guard next < end else { throw refusal(.truncated, number) }
            let byte = next.load(as: UInt8.self)
            next += 1
            // The tenth byte has room for one bit only.
            if shift == 63, byte > 1 { throw refusal(.varint, number) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte != 0 else { throw refusal(.varint, number) }
                at = next
                return value
            }
            shift += 7
        }
    }

    @inline(__always)
    mutating func uint64(_ number: UInt32) throws(WireError) -> UInt64 { try varint(number) }

    @inline(__always)
    mutating func int64(_ number: UInt32) throws(WireError) -> Int64 { Int64(bitPattern: try varint(number)) }

    @inline(__always)
    mutating func uint32(_ number: UInt32) throws(WireError) -> UInt32 {
        guard let value = UInt32(exactly: try varint(number)) else { throw refusal(.varint, number) }
        return value
    }

    @inline(__always)
    mutating func int32(_ number: UInt32) throws(WireError) -> Int32 {
        guard let value = Int32(exactly: try int64(number)) else { throw refusal(.varint, number) }
        return value
    }

    @inline(__always)
    mutating func sint32(_ number: UInt32) throws(WireError) -> Int32 {
        let value = try uint32(number)
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }

    @inline(__always)
    mutating func sint64(_ number: UInt32) throws(WireError) -> Int64 {
        let value = try varint(number)
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @inline(__always)
    mutating func bool(_ number: UInt32) throws(WireError) -> Bool {
        let value = try varint(number)
        guard value <= 1 else { throw refusal(.varint, number) }
        return value == 1
    }

    @inline(__always)
    mutating func fixed64(_ number: UInt32) throws(WireError) -> UInt64 {
        guard end - at >= 8 else { throw refusal(.truncated, number) }
        defer { at += 8 }
        return UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    mutating func fixed32(_ number: UInt32) throws(WireError) -> UInt32 {
        guard end - at >= 4 else { throw refusal(.truncated, number) }
        defer { at += 4 }
        return UInt32(littleEndian: at.loadUnaligned(as: UInt32.self))
    }

    /// The bytes of a length-delimited field.
    @inline(__always)
    mutating func payload(_ number: UInt32) throws(WireError) -> Bytes {
        let length = try varint(number)
        guard length <= UInt64(end - at) else { throw refusal(.truncated, number) }
        let bytes = Bytes(base: at, count: Int(truncatingIfNeeded: length))
        at += bytes.count
        return bytes
    }

    /// A text.
    @inline(__always)
    mutating func text(_ number: UInt32) throws(WireError) -> Bytes {
        let bytes = try payload(number)
        guard isUTF8(bytes) else { throw refusal(.text, number) }
        return bytes
    }

    /// Refuses a field without presence that says what its absence says.
    @inline(__always)
    func notDefault(_ isOther: Bool, _ number: UInt32) throws(WireError) {
        guard isOther else { throw refusal(.defaultValue, number) }
    }

    /// A message inside this one.
    @inline(__always)
    mutating func message<View: WireView>(_ number: UInt32, as type: View.Type) throws(WireError) -> View {
        let bytes = try payload(number)
        do throws(WireError) {
            return try View(bytes)
        } catch {
            throw error.shifted(by: bytes.base - start)
        }
    }

    // MARK: End

    /// Refuses whatever was not taken.
    @inline(__always)
    mutating func finish() throws(WireError) {
        guard at == end else { throw refuseRest() }
    }

    /// Says why the next field was not taken.
    @inline(never)
    private mutating func refuseRest() -> WireError {
        let tagAt = at
        let tag: UInt64
        do throws(WireError) { tag = try varint(0) } catch { return error }
        at = tagAt
        let number = UInt32(truncatingIfNeeded: tag >> 3)
        guard tag <= UInt64(UInt32.max) else { return refusal(.varint, 0) }
        guard let field = wireMessages[Int(message)].fields.first(where: { $0.number == number }) else {
            return refusal(.unknownField, number)
        }
        return refusal(field.wireType == UInt8(tag & 7) ? .order : .wireType, number)
    }
}
