import Bytes

/// The record that says what the files are: magic, version, features and origin.
///
/// Stored under "format" in the database `format`, little-endian: `"GRANDLVR" (8) ‖ version (4) ‖ compatible (8) ‖
/// read-only (8) ‖ incompatible (8) ‖ origin`.
/// A program that does not know a bit of *incompatible* refuses the file, of *read-only* opens it for reading, of *compatible* goes on.
package struct LogFormat: Equatable, Sendable {
    static let magic = Array("GRANDLVR".utf8)
    static let currentVersion: UInt32 = 1

    package var version: UInt32 = currentVersion
    package var compatible: UInt64 = 0
    package var readOnly: UInt64 = 0
    package var incompatible: UInt64 = 0
    /// The log's name in checkpoints.
    package var origin: String

    package init(origin: String) { self.origin = origin }

    func encode(to out: ByteBuffer) {
        Self.magic.withBytes { out.append($0) }
        out.appendLittleEndian(version)
        out.appendLittleEndian(compatible)
        out.appendLittleEndian(readOnly)
        out.appendLittleEndian(incompatible)
        out.append(origin)
    }

    init?(encoded bytes: Bytes) {
        guard bytes.count >= 36, Self.magic.withBytes({ bytes.hasPrefix($0) }) else { return nil }
        version = bytes.littleEndian(at: 8)
        compatible = bytes.littleEndian(at: 12)
        readOnly = bytes.littleEndian(at: 20)
        incompatible = bytes.littleEndian(at: 28)
        origin = bytes.dropFirst(36).string
    }
}
