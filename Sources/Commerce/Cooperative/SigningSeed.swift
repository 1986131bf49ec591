import Bytes
import Crypto
package import Events

/// A person's secret key for approvals: Ed25519, made from 32 random bytes.
package struct SigningSeed {
    private let key: Curve25519.Signing.PrivateKey

    /// A new key from the machine's randomness.
    package init() { key = Curve25519.Signing.PrivateKey() }

    /// The key of a seed; `nil` where it is not 32 bytes.
    package init?(seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
        self.key = key
    }

    /// 32 bytes, to be kept secret.
    package var seed: [UInt8] { Array(key.rawRepresentation) }

    /// 32 bytes: what SigningKeyRegistered makes known.
    package var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// Signs an event as it stands, whatever approvals it has already: 64 bytes. `nil` where the machine cannot sign.
    package func approve(_ event: EventView) -> [UInt8]? {
        (try? key.signature(for: Approvals.digest(event))).map { Array($0) }
    }
}

extension Approvals {
    /// SHA-256 of "grandlivre/approval/v1\n" and the event's canonical bytes without sequence, recorded time, rules and approvals.
    static func digest(_ event: EventView) -> [UInt8] {
        var hasher = SHA256()
        let content = event.approvedContent
        hasher.update(bufferPointer: Bytes("grandlivre/approval/v1\n").buffer)
        hasher.update(bufferPointer: content.before.buffer)
        hasher.update(bufferPointer: content.after.buffer)
        return Array(hasher.finalize())
    }

    /// Whether the approval of a person that the event bears is signed by a key that the book registered for them and that is not revoked.
    static func isSigned(_ fact: Fact, by signature: Bytes, _ party: UInt32, for book: Book, _ views: Views) -> Bool {
        isSigned(fact, by: signature, views.signingKeys(party, in: book))
    }

    /// Whether one of the keys made a signature of the event.
    static func isSigned(_ fact: Fact, by signature: Bytes, _ keys: [[UInt8]]) -> Bool {
        let digest = digest(fact.event)
        let signature = signature.array
        return keys.contains { key in
            (try? Curve25519.Signing.PublicKey(rawRepresentation: key))?.isValidSignature(signature, for: digest)
                == true
        }
    }
}
