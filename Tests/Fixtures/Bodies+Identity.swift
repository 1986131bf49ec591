package import Events
import Foundation
import SwiftProtobuf

extension Body {
    /// - Parameter seed: what the sealed bytes are made of; no text begins so.
    package static func personalData(_ identity: String, seed: UInt8 = 1, bytes: Int = 60, keyId: Int = 8) -> Body {
        .personalDataProvided(
            .with {
                $0.identity = identity
                $0.keyID = .init(repeating: 7, count: keyId)
                $0.sealed = .init((0..<bytes).map { UInt8(truncatingIfNeeded: $0 * 37) ^ seed | 0x80 })
            })
    }

    package static func consent(_ identity: String, to purpose: String, text: String = "v1") -> Body {
        .consentGranted(
            .with {
                $0.identity = identity
                $0.purpose = purpose
                $0.textVersion = text
            })
    }

    package static func consentWithdrawn(_ identity: String, from purpose: String) -> Body {
        .consentWithdrawn(
            .with {
                $0.identity = identity
                $0.purpose = purpose
            })
    }

    package static func erasure(_ identity: String, reason: String = "asked by the person") -> Body {
        .identityErased(
            .with {
                $0.identity = identity
                $0.reason = reason
            })
    }

    package static func signingKey(_ identity: String, _ key: [UInt8]) -> Body {
        .signingKeyRegistered(
            .with {
                $0.identity = identity
                $0.publicKey = .init(key)
            })
    }

    package static func keyRevoked(_ identity: String, _ key: [UInt8], reason: String = "lost") -> Body {
        .signingKeyRevoked(
            .with {
                $0.identity = identity
                $0.publicKey = .init(key)
                $0.reason = reason
            })
    }
}
