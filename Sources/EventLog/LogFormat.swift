import Bytes

/// The record that says what the files are: magic, version, features and origin.
///
/// Stored under "format" in the database `format`, little-endian: `"GRANDLVR" (8) ‖ version (4) ‖ compatible (8) ‖
/// read-only (8) ‖ incompatible (8) ‖ checksum (4) ‖ origin`. The checksum is over the key and all other fields; a version above ours is believed without it,
/// as it may count it in another way.
/// A program that does not know a bit of *incompatible* refuses the file, of *read-only* opens it for reading, of *compatible* goes on.
package struct LogFormat: Equatable, Sendable {
    static let magic = Array("GRANDLVR".utf8)
    static let currentVersion: UInt32 = 1
    static var key: Bytes { Bytes("format" as StaticString) }

    package var version: UInt32 = currentVersion
    package var compatible: UInt64 = 0
    package var readOnly: UInt64 = 0
    package var incompatible: UInt64 = 0
    /// The log's name in checkpoints.
    package var origin: String
    /// Whether the checksum holds.
    private(set) var isSound = true

    package init(origin: String) { self.origin = origin }

    func encode(to out: ByteBuffer) {
        Self.magic.withBytes { out.append($0) }
        out.appendLittleEndian(version)
        out.appendLittleEndian(compatible)
        out.appendLittleEndian(readOnly)
        out.appendLittleEndian(incompatible)
        let fields = out.bytes
        var origin = origin
        let checksum = origin.withUTF8 { utf8 in
            Bytes(UnsafeRawBufferPointer(utf8)).checksum(after: fields.checksum(after: Self.key.checksum()))
        }
        out.appendLittleEndian(checksum)
        out.append(origin)
    }

    init?(encoded bytes: Bytes) {
        guard bytes.count >= 40, Self.magic.withBytes({ bytes.hasPrefix($0) }) else { return nil }
        version = bytes.littleEndian(at: 8)
        compatible = bytes.littleEndian(at: 12)
        readOnly = bytes.littleEndian(at: 20)
        incompatible = bytes.littleEndian(at: 28)
        origin = bytes.dropFirst(40).string
        let checksum = bytes.dropFirst(40).checksum(after: bytes[0..<36].checksum(after: Self.key.checksum()))
        isSound = version > Self.currentVersion || checksum == bytes.littleEndian(at: 36)
    }

    /// Whether the record is this version's, but for what a disk changed: its magic, or its checksum with our version in it.
    static func isOurs(_ stored: Bytes) -> Bool {
        guard stored.count >= 40, magic.withBytes({ stored.hasPrefix($0) }) else { return true }
        let fields = ByteBuffer(capacity: 64)
        fields.append(stored[0..<8])
        fields.appendLittleEndian(currentVersion)
        fields.append(stored[12..<36])
        let checksum = stored.dropFirst(40).checksum(after: fields.bytes.checksum(after: key.checksum()))
        return stored.littleEndian(at: 8, as: UInt32.self) == currentVersion || checksum == stored.littleEndian(at: 36)
    }
}
