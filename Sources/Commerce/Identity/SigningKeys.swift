import Bytes
import Crypto
import Events
import Index

/// Whose a signing key is, and from when to when.
struct SigningKeyRecord: Record {
    var party: UInt32 = 0
    var registeredSequence: UInt64 = 0
    /// 0 while it holds.
    var revokedSequence: UInt64 = 0

    init() {}

    init(_ reader: inout RecordReader) {
        party = UInt32(truncatingIfNeeded: reader.unsigned())
        registeredSequence = reader.unsigned()
        revokedSequence = reader.unsigned()
    }

    func write(_ out: RecordWriter) {
        out.unsigned(UInt64(party))
        out.unsigned(registeredSequence)
        out.unsigned(revokedSequence)
    }
}

/// The keys that people sign approvals with (Ed25519). A key belongs to one identity for ever, also after it was revoked.
enum SigningKeys {
    /// Bytes of a public key.
    static let size = 32
    /// Keys of one identity that hold at a time: a signature is compared with each of them.
    static let keysMax = 16

    static func decide(registered body: SigningKeyRegisteredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        let party = try Check.identity(body.identity, "identity", views)
        try decide(body.publicKey)
        guard views.signingKeys(party).count(where: { $0.revokedSequence == nil }) < keysMax else {
            throw Refusal(
                .outOfRange, "identity", body.identity,
                Text("a déjà \(keysMax) clés en vigueur", "has \(keysMax) keys that hold already"),
                accepted: Text("en révoquer une d’abord", "revoke one of them first"))
        }
        if views.signingKey(body.publicKey) != nil {
            throw Refusal(
                .duplicate, "publicKey", hex(body.publicKey),
                Text("cette clé a déjà été enregistrée", "this key was registered before"),
                accepted: Text("une clé nouvelle, qui n’a jamais servi", "a new key that nobody ever used"))
        }
    }

    /// 32 bytes that are no point of small order: under such a key anybody could sign.
    private static func decide(_ key: Bytes) throws(Refusal) {
        guard key.count == size, (try? Curve25519.Signing.PublicKey(rawRepresentation: key.array)) != nil else {
            throw Refusal(
                .malformed, "publicKey", hex(key), Text("\(key.count) octets", "\(key.count) bytes"),
                accepted: Text("une clé publique Ed25519 : 32 octets", "an Ed25519 public key: 32 bytes"))
        }
        guard !isOfSmallOrder(key.array) else {
            throw Refusal(
                .malformed, "publicKey", hex(key),
                Text(
                    "un point d’ordre petit : n’importe qui pourrait signer",
                    "a point of small order: anybody could sign"),
                accepted: Text("la clé publique d’une clé secrète aléatoire", "the public key of a random secret key"))
        }
    }

    /// The encodings of the eight points of small order, their non-canonical forms included; the sign bit does not count.
    private static func isOfSmallOrder(_ key: [UInt8]) -> Bool {
        var key = key
        key[31] &= 0x7F
        let middle = key[1..<31]
        if key[31] == 0, middle.allSatisfy({ $0 == 0 }), key[0] <= 1 { return true }
        if key[31] == 0x7F, middle.allSatisfy({ $0 == 0xFF }), key[0] >= 0xEC, key[0] <= 0xEE { return true }
        return key == orderEight.0 || key == orderEight.1
    }

    private static let orderEight: ([UInt8], [UInt8]) = (
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF,
            0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20,
            0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ]
    )

    static func hex(_ bytes: Bytes) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.prefix(64).array.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func fold(registered body: SigningKeyRegisteredView, _ fact: Fact, _ views: Views) {
        var record = SigningKeyRecord()
        record.party = views.intern(.identity, body.identity)
        record.registeredSequence = fact.sequence
        views.put(views.key.begin(.signingKey).text(body.publicKey).bytes, record)
        views.index.put(views.key.begin(.partyKeys).u32(record.party).sequence(fact.sequence).bytes, body.publicKey)
        views.touch(record.party, fact)
    }

    static func decide(revoked body: SigningKeyRevokedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.book(fact)
        let party = try Check.identity(body.identity, "identity", views)
        try Check.name(body.reason, "reason", max: 500)
        guard body.publicKey.count == size, let record = views.signingKey(body.publicKey), record.party == party else {
            throw Refusal(
                .unknown, "publicKey", hex(body.publicKey),
                Text("ce n’est pas une clé de cette identité", "not a key of this identity"),
                accepted: Text("une clé de signingKeyRegistered", "a key of signingKeyRegistered"))
        }
        guard record.revokedSequence == 0 else {
            throw Refusal(
                .duplicate, "publicKey", hex(body.publicKey),
                Text(
                    "déjà révoquée par l’événement \(record.revokedSequence)",
                    "already revoked by event \(record.revokedSequence)"),
                accepted: Text("une clé en vigueur", "a key that holds"))
        }
    }

    static func fold(revoked body: SigningKeyRevokedView, _ fact: Fact, _ views: Views) {
        guard var record = views.signingKey(body.publicKey) else {
            return views.index.fail("event \(fact.sequence): no such key")
        }
        record.revokedSequence = fact.sequence
        views.put(views.key.begin(.signingKey).text(body.publicKey).bytes, record)
        views.touch(record.party, fact)
    }
}

extension Views {
    func signingKey(_ key: Bytes) -> SigningKeyRecord? {
        record(SigningKeyRecord.self, self.key.begin(.signingKey).text(key).bytes)
    }

    /// Every key that an identity ever had, oldest first; one without `revokedSequence` holds.
    ///
    /// - Complexity: O(keys of the party).
    package func signingKeys(_ party: UInt32) -> [(key: [UInt8], registeredSequence: UInt64, revokedSequence: UInt64?)]
    {
        var keys: [[UInt8]] = []
        let rows = index.rows(prefix: key.begin(.partyKeys).u32(party).bytes)
        while rows.next() { keys.append(rows.value.array) }
        return keys.compactMap { key in
            guard let record = key.withBytes({ signingKey($0) }) else { return nil }
            return (key, record.registeredSequence, record.revokedSequence == 0 ? nil : record.revokedSequence)
        }
    }

    /// The identity that a key belongs to, revoked or not.
    package func owner(ofKey key: [UInt8]) -> UInt32? {
        key.count == SigningKeys.size ? key.withBytes { signingKey($0)?.party } : nil
    }
}
