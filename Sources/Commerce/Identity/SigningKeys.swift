package import Bytes
import Events
import Index

/// An Ed25519 key that a person signs approvals with.
package struct SigningKeyRecord: Record, Equatable {
    package var party: UInt32 = 0
    package var registeredSequence: UInt64 = 0
    /// 0 while the key is not revoked.
    package var revokedSequence: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        party = UInt32(truncatingIfNeeded: reader.unsigned())
        registeredSequence = reader.unsigned()
        revokedSequence = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(UInt64(party))
        out.unsigned(registeredSequence)
        out.unsigned(revokedSequence)
    }
}

extension Views {
    package func signingKey(_ key: Bytes) -> SigningKeyRecord? {
        guard key.count == SigningKeys.keyBytes else { return nil }
        return record(SigningKeyRecord.self, self.key.begin(.signingKey).text(key).bytes)
    }

    /// The identity that a key belongs to, revoked or not.
    package func owner(ofKey key: [UInt8]) -> UInt32? { key.withBytes { signingKey($0)?.party } }

    /// The keys of a person, revoked ones too, in the order of their registration.
    package func signingKeys(
        _ party: UInt32
    ) -> [(key: [UInt8], registeredSequence: UInt64, revokedSequence: UInt64?)] {
        var registered: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.signingKeyOf).u32(party).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u32()
            registered.append(reader.sequence())
        }
        return registered.compactMap { sequence in
            guard let publicKey = body(SigningKeyRegisteredView.self, of: sequence)?.publicKey.array,
                let record = publicKey.withBytes({ signingKey($0) })
            else { return nil }
            return (publicKey, sequence, record.revokedSequence == 0 ? nil : record.revokedSequence)
        }
    }

    /// The keys of a person that a book registered and that hold.
    func signingKeys(_ party: UInt32, in book: Book) -> [[UInt8]] {
        signingKeys(party).filter { $0.revokedSequence == nil && registrar(ofKey: $0.registeredSequence, is: book) }
            .map(\.key)
    }

    /// Whether the registration of a key stands in a book.
    package func registrar(ofKey registeredSequence: UInt64, is book: Book) -> Bool {
        event(registeredSequence).map { book.isNamed($0.book) } ?? false
    }
}

/// Keys for approvals. A key belongs to one identity for ever and counts in the book that registered it: a cooperative answers for whose keys it says they are,
/// and for no other's. A revoked one signs nothing from then on.
package enum SigningKeys {
    static let keyBytes = 32
    /// Keys of one identity that hold at a time in one book: a signature is compared with each of them.
    static let keysMax = 16

    static func decide(registered body: SigningKeyRegisteredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.present(body.identity, "identity", views)
        try shape(body.publicKey)
        guard views.signingKeys(party, in: book).count < keysMax else {
            throw Refusal(
                .outOfRange, "identity", body.identity,
                Text(
                    "a déjà \(keysMax) clés en vigueur dans ce livre",
                    "has \(keysMax) keys that hold in this book already"),
                accepted: Text("en révoquer une d’abord", "revoke one of them first"))
        }
        guard !isWeak(body.publicKey) else {
            throw Refusal(
                .notAllowed, "publicKey", hex(body.publicKey),
                Text("une signature de cette clé ne prouverait rien", "a signature of this key would prove nothing"),
                accepted: Text("une clé publique Ed25519 tirée au hasard", "a random Ed25519 public key"))
        }
        if let known = views.signingKey(body.publicKey) {
            throw Refusal(
                .duplicate, "publicKey", hex(body.publicKey),
                Text(
                    "clé déjà enregistrée par l’événement \(known.registeredSequence)",
                    "key already registered by event \(known.registeredSequence)"),
                accepted: Text("une clé nouvelle : une clé n’a qu’un titulaire", "a new key: a key has one holder only")
            )
        }
    }

    static func fold(registered body: SigningKeyRegisteredView, _ fact: Fact, _ views: Views) {
        let party = views.intern(.identity, body.identity)
        var record = SigningKeyRecord()
        record.party = party
        record.registeredSequence = fact.sequence
        views.put(views.key.begin(.signingKey).text(body.publicKey).bytes, record)
        views.index.put(views.key.begin(.signingKeyOf).u32(party).sequence(fact.sequence).bytes, Bytes.none)
        views.touch(party, fact)
    }

    static func decide(revoked body: SigningKeyRevokedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.identity(body.identity, "identity", views)
        try shape(body.publicKey)
        try Check.name(body.reason, "reason", max: 500)
        try Check.pseudonymous(body.reason, "reason")
        guard let known = views.signingKey(body.publicKey), known.party == party else {
            throw Refusal(
                .unknown, "publicKey", hex(body.publicKey),
                Text("ce n’est pas une clé de cette identité", "not a key of this identity"),
                accepted: Text("une clé de signingKeyRegistered", "a key of signingKeyRegistered"))
        }
        guard views.registrar(ofKey: known.registeredSequence, is: book) else {
            let registrar = views.event(known.registeredSequence)?.book.string ?? ""
            throw Refusal(
                .notAllowed, "publicKey", hex(body.publicKey),
                Text("clé inscrite par \(registrar)", "key registered by \(registrar)"),
                accepted: Text(
                    "dans le livre \(registrar), où seul elle sert",
                    "in the book \(registrar), the only one where it counts"))
        }
        guard known.revokedSequence == 0 else {
            throw Refusal(
                .duplicate, "publicKey", hex(body.publicKey),
                Text(
                    "clé déjà révoquée par l’événement \(known.revokedSequence)",
                    "key already revoked by event \(known.revokedSequence)"),
                accepted: Text("une clé en vigueur", "a key in force"))
        }
    }

    static func fold(revoked body: SigningKeyRevokedView, _ fact: Fact, _ views: Views) {
        revoke(body.publicKey, fact, views)
        views.touch(views.intern(.identity, body.identity), fact)
    }

    /// Nobody holds the keys of an erased identity any more.
    static func revokeAll(_ party: UInt32, _ fact: Fact, _ views: Views) {
        for known in views.signingKeys(party) where known.revokedSequence == nil {
            known.key.withBytes { revoke($0, fact, views) }
        }
    }

    private static func revoke(_ key: Bytes, _ fact: Fact, _ views: Views) {
        guard var record = views.signingKey(key) else {
            return views.index.fail("event \(fact.sequence): no such signing key")
        }
        record.revokedSequence = fact.sequence
        views.put(views.key.begin(.signingKey).text(key).bytes, record)
    }

    private static func shape(_ key: Bytes) throws(Refusal) {
        guard key.count == keyBytes else {
            throw Refusal(
                .malformed, "publicKey", Int64(key.count), Text("ce nombre d’octets", "that many bytes"),
                accepted: Text("une clé publique Ed25519 : 32 octets", "an Ed25519 public key: 32 bytes"))
        }
    }

    static func hex(_ key: Bytes) -> String {
        key.buffer.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Whether the bytes are no canonical coordinate, or a point of small order, under which anybody can sign anything (RFC 8032 §5.1.7, RFC 7748 §7).
    private static func isWeak(_ key: Bytes) -> Bool {
        var y = key.array
        // The highest bit is the sign of x.
        y[31] &= 0x7F
        // p = 2²⁵⁵ − 19: only these reach it.
        let isAboveField = y[31] == 0x7F && y[1..<31].allSatisfy { $0 == 0xFF } && y[0] >= 0xED
        let isMinusOne = y[31] == 0x7F && y[1..<31].allSatisfy { $0 == 0xFF } && y[0] == 0xEC
        let isZeroOrOne = y[0] <= 1 && y[1...].allSatisfy { $0 == 0 }
        return isAboveField || isMinusOne || isZeroOrOne || orderEight.contains(y)
    }

    /// The y of the points of order eight, little-endian.
    private static let orderEight: [[UInt8]] = [
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}
