// Public, as the compiler inlines across rooms only what comes from a public import.
public import Bytes
public import SwiftProtobuf

/// A message read where its bytes lie. Holds as long as the bytes do.
@usableFromInline
package protocol WireView {
    /// Reads all fields of one message in one pass, without allocating.
    ///
    /// Messages inside a repeated field or a oneof are framed but not read; `validate` reads them too.
    init(_ bytes: Bytes) throws(WireError)

    /// The bytes that were read.
    var encoded: Bytes { get }

    /// Reads every message inside this one.
    ///
    /// Passes exactly when the bytes are the canonical encoding of a message whose fields and enum values the schema
    /// knows.
    func validate() throws(WireError)

    /// Encodes the fields that were read; the bytes equal `encoded`.
    func write(to out: ByteBuffer) throws(WireError)
}

extension WireView {
    /// Reads a message inside this one to its leaves.
    func validate<Nested: WireView>(_ bytes: Bytes, as type: Nested.Type) throws(WireError) {
        do throws(WireError) {
            try Nested(bytes).validate()
        } catch {
            throw error.shifted(by: bytes.base - encoded.base)
        }
    }
}

/// The bytes of a message that has not been read yet.
@frozen @usableFromInline
package struct Encoded<View: WireView> {
    @usableFromInline package let bytes: Bytes

    @inlinable
    package init(_ bytes: Bytes) { self.bytes = bytes }

    /// Reads the message.
    @inlinable
    package func view() throws(WireError) -> View { try View(bytes) }
}

/// The messages of a repeated field, framed but not read.
@frozen @usableFromInline
package struct Repeated<View: WireView>: Sequence {
    /// Tags, lengths and messages, one behind the other.
    @usableFromInline let region: Bytes
    /// Bytes of each tag.
    @usableFromInline let tagWidth: Int
    @usableFromInline package let count: Int

    @inlinable
    init(region: Bytes, tagWidth: Int, count: Int) {
        self.region = region
        self.tagWidth = tagWidth
        self.count = count
    }

    @inlinable package var isEmpty: Bool { count == 0 }
    @inlinable package var underestimatedCount: Int { count }

    @inlinable
    package func makeIterator() -> Iterator { Iterator(at: region.base, left: count, tagWidth: tagWidth) }

    /// Message `index`, read.
    ///
    /// - Complexity: O(index).
    @inlinable
    package subscript(index: Int) -> View {
        get throws(WireError) {
            precondition(index >= 0 && index < count, "no such element")
            var iterator = makeIterator()
            for _ in 0..<index { _ = iterator.next() }
            return try View(iterator.next()?.bytes ?? region)
        }
    }

    @frozen @usableFromInline
    package struct Iterator: IteratorProtocol {
        @usableFromInline var at: UnsafeRawPointer
        @usableFromInline var left: Int
        @usableFromInline let tagWidth: Int

        @inlinable
        init(at: UnsafeRawPointer, left: Int, tagWidth: Int) {
            self.at = at
            self.left = left
            self.tagWidth = tagWidth
        }

        // The enclosing reader has checked tags and lengths.
        @inlinable
        package mutating func next() -> Encoded<View>? {
            guard left > 0 else { return nil }
            left &-= 1
            at += tagWidth
            var length = 0
            var shift = 0
            while true {
                let byte = at.load(as: UInt8.self)
                at += 1
                length |= Int(byte & 0x7F) &<< shift
                if byte < 0x80 { break }
                shift &+= 7
            }
            let bytes = Bytes(base: at, count: length)
            at += length
            return Encoded(bytes)
        }
    }
}

/// The values of a packed repeated enum, all known to the schema.
@frozen @usableFromInline
package struct RepeatedEnum<Value: SwiftProtobuf.Enum>: Sequence {
    @usableFromInline let region: Bytes
    @usableFromInline package let count: Int

    @inlinable
    init(region: Bytes, count: Int) {
        self.region = region
        self.count = count
    }

    @inlinable package var isEmpty: Bool { count == 0 }
    @inlinable package var underestimatedCount: Int { count }

    @inlinable
    package func makeIterator() -> Iterator { Iterator(at: region.base, left: count) }

    @frozen @usableFromInline
    package struct Iterator: IteratorProtocol {
        @usableFromInline var at: UnsafeRawPointer
        @usableFromInline var left: Int

        @inlinable
        init(at: UnsafeRawPointer, left: Int) {
            self.at = at
            self.left = left
        }

        // The enclosing reader has checked every value.
        @inlinable
        package mutating func next() -> Value? {
            guard left > 0 else { return nil }
            left &-= 1
            var raw: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = at.load(as: UInt8.self)
                at += 1
                raw |= UInt64(byte & 0x7F) &<< shift
                if byte < 0x80 { break }
                shift &+= 7
            }
            return Value(rawValue: Int(Int64(bitPattern: raw)))
        }
    }
}
