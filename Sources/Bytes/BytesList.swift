/// Byte strings one behind the other in one buffer: a batch of entries without an allocation for each.
@usableFromInline
package final class BytesList {
    @usableFromInline package let buffer: ByteBuffer
    @exclusivity(unchecked) @usableFromInline var ends: [Int] = []

    package init(capacity: Int = 1 << 16) {
        self.buffer = ByteBuffer(capacity: capacity)
    }

    @inlinable
    package var count: Int { ends.count }
    @inlinable
    package var isEmpty: Bool { ends.isEmpty }

    /// Where item `index` lies in the buffer.
    @inlinable
    package func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Item `index`. Holds until the next append.
    @inlinable
    package subscript(_ index: Int) -> Bytes { buffer.bytes(range(index)) }

    @inlinable
    package func append(_ bytes: Bytes) {
        buffer.append(bytes)
        ends.append(buffer.count)
    }

    /// Ends an item whose bytes were written straight into the buffer.
    @inlinable
    package func endItem() { ends.append(buffer.count) }

    package func removeAll() {
        buffer.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    /// Keeps the first `count` items.
    package func truncate(toCount count: Int) {
        precondition(count <= ends.count)
        ends.removeLast(ends.count - count)
        buffer.truncate(to: ends.last ?? 0)
    }
}
