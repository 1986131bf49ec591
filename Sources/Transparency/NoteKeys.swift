import Crypto

/// The algorithms of C2SP signed-note that the ledger uses.
package enum NoteAlgorithm: UInt8, Sendable {
    /// Ed25519 over the note's text.
    case ed25519 = 0x01
    /// Ed25519 over a time and the note's text, by a witness (C2SP tlog-cosignature).
    case cosignature = 0x04
}

/// A public key of a note: `name+<8 hex key id>+<base64(algorithm ‖ public key)>` (C2SP signed-note).
package struct NoteVerifier: Hashable, Sendable {
    package let name: String
    package let algorithm: NoteAlgorithm
    /// Ed25519, 32 bytes.
    package let publicKey: [UInt8]

    /// Throws `.malformed` for a name that no key may have, or a key that is not 32 bytes.
    package init(name: String, algorithm: NoteAlgorithm, publicKey: [UInt8]) throws(NoteError) {
        guard Self.isName(name) else { throw .malformed(.keyName) }
        guard publicKey.count == 32 else { throw .malformed(.publicKey) }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
    }

    /// Throws `.malformed` for what is no verifier key, or whose key id is another key's.
    package init(text: String) throws(NoteError) {
        // The encoded key may hold a + itself.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed(.verifierKey) }
        guard let bytes = Base64.decode(parts[2]), let first = bytes.first,
            let algorithm = NoteAlgorithm(rawValue: first)
        else { throw .malformed(.verifierKey) }
        try self.init(name: String(parts[0]), algorithm: algorithm, publicKey: Array(bytes.dropFirst()))
        guard parts[1] == Self.hex(id) else { throw .malformed(.keyId(Self.hex(id))) }
    }

    package var text: String {
        "\(name)+\(Self.hex(id))+\(Base64.encode([algorithm.rawValue] + publicKey))"
    }

    /// First 4 bytes, big-endian, of SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key).
    package var id: UInt32 {
        var hasher = SHA256()
        hasher.update(data: Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey)
        return hasher.finalize().prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Whether the signature is this key's over a note's text. Of a cosignature: 8 bytes of time, then 64 of signature.
    package func isValid(_ signature: [UInt8], over text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        switch algorithm {
        case .ed25519: return key.isValidSignature(signature, for: Array(text.utf8))
        case .cosignature:
            guard let time = Self.time(of: signature) else { return false }
            return key.isValidSignature(signature.dropFirst(8), for: Self.cosigned(text, at: time))
        }
    }

    /// Seconds since 1970 at which a witness says that it saw the note; `nil` where the bytes are no cosignature.
    package static func time(of signature: [UInt8]) -> UInt64? {
        guard signature.count == 72 else { return nil }
        return signature.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func cosigned(_ text: String, at time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }

    /// Whether a key may bear the name: not empty, no space, no plus sign, and no control character, which no note may have.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace }
    }

    private static func hex(_ id: UInt32) -> String {
        let text = String(id, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}

/// A secret key of a note.
package struct NoteSigner: Sendable {
    package let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    /// - Parameter seed: 32 bytes.
    package init(name: String, algorithm: NoteAlgorithm, seed: [UInt8]) throws(NoteError) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw .malformed(.secretKey)
        }
        self.key = key
        verifier = try NoteVerifier(name: name, algorithm: algorithm, publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// Signs a note's text.
    ///
    /// - Parameter time: seconds since 1970; what a cosignature says, and an Ed25519 signature does not.
    package func sign(_ text: String, at time: UInt64) throws(NoteError) -> NoteSignature {
        let signed = verifier.algorithm == .ed25519 ? Array(text.utf8) : NoteVerifier.cosigned(text, at: time)
        guard let made = try? key.signature(for: signed) else { throw .malformed(.secretKey) }
        let prefix =
            verifier.algorithm == .ed25519 ? [] : (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) }
        return NoteSignature(name: verifier.name, keyId: verifier.id, bytes: prefix + Array(made))
    }
}
