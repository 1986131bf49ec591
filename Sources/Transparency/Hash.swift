package import Bytes
import Crypto

/// A SHA-256 hash: 32 bytes.
@frozen
package struct Hash: Hashable, Sendable {
    /// The bytes as four big-endian words.
    package let words: (UInt64, UInt64, UInt64, UInt64)

    package init(_ words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The hash that stands at `offset`; the 32 bytes must be there.
    package init(_ bytes: Bytes, at offset: Int = 0) {
        words = (
            bytes.bigEndian(at: offset), bytes.bigEndian(at: offset + 8), bytes.bigEndian(at: offset + 16),
            bytes.bigEndian(at: offset + 24)
        )
    }

    package static func == (a: Hash, b: Hash) -> Bool { a.words == b.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    package func append(to out: ByteBuffer) {
        out.appendBigEndian(words.0)
        out.appendBigEndian(words.1)
        out.appendBigEndian(words.2)
        out.appendBigEndian(words.3)
    }

    package var bytes: [UInt8] {
        let out = ByteBuffer(capacity: 64)
        append(to: out)
        return out.bytes.array
    }

    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package init?(hex: String) {
        let nibbles = hex.utf8.map { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x61 + 10
            case 0x41...0x46: byte - 0x41 + 10
            default: nil
            }
        }
        guard nibbles.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = nibbles[index], let low = nibbles[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes.withBytes { Hash($0) }
    }

    // MARK: RFC 6962 §2.1

    /// The root of the tree over no entries: the hash of nothing.
    package static let emptyRoot = Hash(digest: SHA256.hash(data: [UInt8]()))

    /// H(0x00 ‖ entry).
    package static func leaf(_ entry: Bytes) -> Hash {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(0x00)) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: entry.buffer)
        return Hash(digest: hasher.finalize())
    }

    /// H(0x01 ‖ left ‖ right).
    package static func node(_ left: Hash, _ right: Hash) -> Hash {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(0x01)) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: (left.bigEndianWords, right.bigEndianWords)) { hasher.update(bufferPointer: $0) }
        return Hash(digest: hasher.finalize())
    }

    private init(digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { Hash(Bytes($0)) }
    }

    private var bigEndianWords: (UInt64, UInt64, UInt64, UInt64) {
        (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }
}
