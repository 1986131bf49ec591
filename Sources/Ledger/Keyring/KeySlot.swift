import Crypto
import Foundation

/// One person's place in the file: 128 bytes, aligned, so that a write of one is one write of the disk (Docs/format.md).
///
///     state 1 ‖ zero 7 ‖ person 32 ‖ nonce 12 ‖ wrapped key 48 ‖ zero 12 ‖ checksum 16
struct KeySlot: Equatable {
    static let bytesCount = 128

    enum State: UInt8 {
        case free = 0
        case held = 1
        /// The key was overwritten; the person stays named, so that no key is ever made for them again.
        case destroyed = 2
    }

    var state: State
    /// SHA-256 of the person's identity.
    var person: [UInt8]
    var nonce: [UInt8]
    /// The person's key under the ledger's, tag included.
    var wrapped: [UInt8]

    static func person(_ identity: String) -> [UInt8] {
        Array(SHA256.hash(data: Array("grandlivre person\n".utf8) + Array(identity.utf8)))
    }

    static func held(_ person: [UInt8], nonce: [UInt8], wrapped: [UInt8]) -> KeySlot {
        KeySlot(state: .held, person: person, nonce: nonce, wrapped: wrapped)
    }

    static func destroyed(_ person: [UInt8]) -> KeySlot {
        KeySlot(
            state: .destroyed, person: person, nonce: Array(repeating: 0, count: 12),
            wrapped: Array(repeating: 0, count: 48))
    }

    /// As they stand on disk at place `number`.
    func bytes(at number: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.bytesCount)
        bytes[0] = state.rawValue
        bytes.replaceSubrange(8..<40, with: person)
        bytes.replaceSubrange(40..<52, with: nonce)
        bytes.replaceSubrange(52..<100, with: wrapped)
        bytes.replaceSubrange(112..<128, with: Self.checksum(bytes[..<112], number))
        return bytes
    }

    /// What stands at a place: `nil` where its bytes contradict each other, as after a torn write.
    static func read(_ bytes: ArraySlice<UInt8>, at number: Int) -> KeySlot? {
        guard bytes.count == bytesCount else { return nil }
        let start = bytes.startIndex
        if bytes.allSatisfy({ $0 == 0 }) {
            return KeySlot(state: .free, person: [], nonce: [], wrapped: [])
        }
        guard Array(bytes[(start + 112)...]) == checksum(bytes[..<(start + 112)], number),
            let state = State(rawValue: bytes[start]), state != .free
        else { return nil }
        return KeySlot(
            state: state, person: Array(bytes[(start + 8)..<(start + 40)]),
            nonce: Array(bytes[(start + 40)..<(start + 52)]), wrapped: Array(bytes[(start + 52)..<(start + 100)]))
    }

    /// The number is hashed too: a slot copied to another place is none.
    private static func checksum(_ bytes: ArraySlice<UInt8>, _ number: Int) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) })
        hash.update(data: Array(bytes))
        return Array(hash.finalize().prefix(16))
    }
}
