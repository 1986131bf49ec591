import Crypto
import CryptoExtras
package import Events
import Foundation

/// A person's own key: what seals their data, and nothing else.
package struct PersonKey: Sendable {
    let key: SymmetricKey

    init(_ bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

    var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// The first 8 bytes of the key's SHA-256, as PersonalDataProvided names it.
    package var id: [UInt8] { Array(SHA256.hash(data: bytes).prefix(8)) }

    /// Nonce, ciphertext, tag. The same data under the same key gives the same bytes, so that a retry repeats its event: the nonce is derived from both.
    ///
    /// - Parameter identity: authenticated with the data; sealed data that is moved to another identity does not open.
    package func seal(_ data: PersonalData, of identity: String) -> [UInt8] {
        let clear = data.clear
        let nonceKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Array("grandlivre nonce v1".utf8), outputByteCount: 32)
        // Some bytes in a thousand million are text by chance, which the rule would take for data in clear; the next nonce then.
        for attempt in UInt8.min...UInt8.max {
            var mac = HMAC<SHA256>(key: nonceKey)
            mac.update(data: [attempt] + Array(identity.utf8) + [0] + clear)
            let nonce = Array(mac.finalize().prefix(12))
            guard let sealed = Seal.seal(clear, key, nonce: nonce, identity) else { continue }
            if String(validating: sealed, as: UTF8.self) == nil { return sealed }
        }
        return []
    }

    package func open(_ sealed: [UInt8], of identity: String) -> PersonalData? {
        guard sealed.count >= 28, let clear = Seal.open(sealed, key, identity) else { return nil }
        return PersonalData(clear: clear)
    }
}

/// AES-256-GCM-SIV (RFC 8452) on arrays. A nonce that comes twice gives away only that the two texts are equal.
enum Seal {
    static func seal(_ clear: [UInt8], _ key: SymmetricKey, nonce: [UInt8], _ with: String) -> [UInt8]? {
        guard
            let box = try? AES.GCM._SIV.seal(
                clear, using: key, nonce: AES.GCM._SIV.Nonce(data: nonce), authenticating: Array(with.utf8))
        else { return nil }
        return Array(box.combined)
    }

    static func open(_ sealed: [UInt8], _ key: SymmetricKey, _ with: String) -> [UInt8]? {
        guard let box = try? AES.GCM._SIV.SealedBox(combined: sealed),
            let clear = try? AES.GCM._SIV.open(box, using: key, authenticating: Array(with.utf8))
        else { return nil }
        return Array(clear)
    }
}
