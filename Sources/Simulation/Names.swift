import Bytes

/// Composes ids such as "o-1234" without strings. An id holds until 32 more were composed.
final class Names {
    private let ring: [ByteBuffer] = (0..<32).map { _ in ByteBuffer(capacity: 64) }
    private var next = 0

    func callAsFunction(_ prefix: StaticString, _ number: Int) -> Bytes {
        let text = ring[next]
        next = (next + 1) & 31
        text.removeAll()
        text.append(prefix)
        append(number, to: text)
        return text.bytes
    }

    func callAsFunction(_ prefix: StaticString, _ number: Int, _ infix: StaticString, _ second: Int) -> Bytes {
        let text = ring[next]
        next = (next + 1) & 31
        text.removeAll()
        text.append(prefix)
        append(number, to: text)
        text.append(infix)
        append(second, to: text)
        return text.bytes
    }

    private func append(_ number: Int, to text: ByteBuffer) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(0x30 + number / divisor % 10))
            divisor /= 10
        }
    }
}
