// Public, as the compiler inlines across rooms only what comes from a public import.
public import CMemory

/// What is stored carries a CRC-32C behind it: a byte that the disk changed is told, not believed.
///
/// The checksum covers the key as well, so that a value found under another key is not believed either. It guards against accidents; against people
/// there are the tree and its signed checkpoints.
extension Bytes {
    /// Bytes of a stored checksum.
    @inlinable package static var checksumBytes: Int { 4 }

    /// CRC-32C (Castagnoli) of what came before and these bytes.
    @inlinable @inline(__always)
    package func checksum(after before: UInt32 = 0) -> UInt32 { memory_crc32c(before, base, count) }

    /// The bytes in front of the checksum; `nil` where it does not hold.
    ///
    /// - Complexity: O(count), about 9 bytes a nanosecond.
    @inlinable
    package func checked(under key: Bytes) -> Bytes? {
        let length = count &- Bytes.checksumBytes
        guard length >= 0 else { return nil }
        let content = self[0..<length]
        let stored: UInt32 = littleEndian(at: length)
        return content.checksum(after: key.checksum()) == stored ? content : nil
    }
}

extension ByteBuffer {
    /// Ends a value that is going to be stored under `key`: everything that was written, and its checksum.
    @inlinable
    package func appendChecksum(under key: Bytes) {
        appendLittleEndian(bytes.checksum(after: key.checksum()))
    }
}
