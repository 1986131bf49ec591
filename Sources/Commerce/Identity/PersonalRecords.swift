import Bytes
import Events

/// Personal data, sealed under the person's own key (DESIGN §4). The ledger keeps it and cannot read it.
enum PersonalRecords {
    static let keyIdBytes = 8
    /// Nonce and tag of AES-256-GCM-SIV.
    static let sealBytes = 12 + 16
    /// Names and addresses are short; a document does not belong here.
    static let sealedBytesMax = 8_192

    static func decide(provided body: PersonalDataProvidedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        let party = try Check.present(body.identity, "identity", views)
        try Check.speaks(for: body.identity, party, "identity", fact, views)
        guard body.keyId.count == keyIdBytes else {
            throw Refusal(
                .malformed, "keyId", Int64(body.keyId.count), Text("ce nombre d’octets", "that many bytes"),
                accepted: Text(
                    "\(keyIdBytes) octets : le début du SHA-256 de la clé",
                    "\(keyIdBytes) bytes: the beginning of the key's SHA-256"))
        }
        guard body.sealed.count > sealBytes, body.sealed.count <= sealedBytesMax else {
            throw Refusal(
                .outOfRange, "sealed", Int64(body.sealed.count), Text("ce nombre d’octets", "that many bytes"),
                accepted: Text(
                    "nonce (12 octets), texte chiffré, étiquette (16 octets) : de \(sealBytes + 1) à \(sealedBytesMax)",
                    "nonce (12 bytes), ciphertext, tag (16 bytes): \(sealBytes + 1) to \(sealedBytesMax)"))
        }
        // Sealed bytes are not text. Whoever forgets to seal sends text, or a message of texts, and that would stay for ever.
        guard String(validating: body.sealed.buffer, as: UTF8.self) == nil else {
            throw Refusal(
                .notAllowed, "sealed", "",
                Text("c’est du texte en clair, non scellé", "this is text in clear, not sealed"),
                accepted: Text(
                    "AES-256-GCM-SIV sous la clé de la personne; « grandlivre identity provide » le fait",
                    "AES-256-GCM-SIV under the person's key; \"grandlivre identity provide\" does it"))
        }
    }

    static func fold(provided body: PersonalDataProvidedView, _ fact: Fact, _ views: Views) {
        let party = views.intern(.identity, body.identity)
        var record = views.identity(party) ?? IdentityRecord()
        record.dataSequence = fact.sequence
        record.dataCount += 1
        views.putIdentity(record, party)
        views.touch(party, fact)
    }
}
