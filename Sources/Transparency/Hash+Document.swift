import Bytes
import Crypto

extension Hash {
    /// The SHA-256 of a text in UTF-8.
    package static func document(_ text: String) -> Hash {
        Array(SHA256.hash(data: Array(text.utf8))).withBytes { Hash($0) }
    }

    /// The SHA-256 of a document whose parts `next` gives one after the other, nil at the end. Throws what `next` throws.
    ///
    /// - Complexity: O(bytes), in the memory of one part.
    package static func document<E: Error>(_ next: () throws(E) -> UnsafeRawBufferPointer?) throws(E) -> Hash {
        var hasher = SHA256()
        while let part = try next() { hasher.update(bufferPointer: part) }
        return Array(hasher.finalize()).withBytes { Hash($0) }
    }
}
