import Bytes

/// Composes names such as `product-1095275` in one buffer: a fixed prefix, then what changes.
final class NameText {
    private let text: ByteBuffer
    private let prefixCount: Int

    init(_ prefix: StaticString) {
        text = ByteBuffer(capacity: 128)
        text.append(prefix)
        prefixCount = text.count
    }

    /// The prefix and `rest`. Holds until the next call.
    func callAsFunction(_ rest: Bytes) -> Bytes {
        text.truncate(to: prefixCount)
        text.append(rest)
        return text.bytes
    }

    /// The prefix, `rest` and one more part behind a hyphen. Holds until the next call.
    func callAsFunction(_ rest: Bytes, _ more: Bytes) -> Bytes {
        text.truncate(to: prefixCount)
        text.append(rest)
        text.append(0x2D as UInt8)
        text.append(more)
        return text.bytes
    }
}
