import Bytes
package import Commerce
import Crypto
package import Events
import Foundation

/// The persons' keys: one random key a person, wrapped by the ledger's key, in a file of slots outside LMDB (DESIGN §4).
///
///     header 128 ‖ slot 128 ‖ slot 128 ‖ …        drawn byte by byte in Docs/format.md
///
/// Destroying a key overwrites its slot and waits for the disk; that, and nothing else, erases a person. A key that LMDB held would stay in its free pages.
/// Not to be shared between threads.
package final class Keyring {
    /// What is known of a person's key.
    package enum State: Equatable, Sendable {
        case absent
        case held
        case destroyed
    }

    static let magic = Array("GRANDKEY".utf8)
    static let version: UInt32 = 1
    static let headerBytes = 128
    /// The file grows by as many slots.
    static let slotsAdded = 64
    package static let slotsMax = 1 << 22

    private let file: KeyFile?
    private let slotsMax: Int
    /// `nil` where the ledger's key was not given: keys can be destroyed then, not used.
    private let wrapping: SymmetricKey?
    /// Where keys are derived instead of drawn.
    private let seed: SymmetricKey?
    /// By place; `nil` where a slot's bytes contradict each other.
    private var slots: [KeySlot?] = []
    private var places: [[UInt8]: Int] = [:]
    private var firstFree = 0

    /// Keys in memory, derived from a seed: a simulation gives the same bytes each time. Nothing is written anywhere.
    package init(seed: [UInt8]) {
        file = nil
        wrapping = nil
        slotsMax = Self.slotsMax
        self.seed = SymmetricKey(data: seed)
    }

    private init(_ file: KeyFile, _ bytes: [UInt8], _ ledgerKey: LedgerKey?, slotsMax: Int) throws(LedgerError) {
        self.file = file
        self.slotsMax = slotsMax
        seed = nil
        guard bytes.count >= Self.headerBytes, Array(bytes[..<8]) == Self.magic else {
            throw Self.foreign(file.path, Text("ce n’est pas un fichier de clés", "not a file of keys"))
        }
        guard Self.number(bytes, 8) == Self.version, Self.number(bytes, 12) == UInt32(KeySlot.bytesCount) else {
            throw Self.foreign(
                file.path, Text("version inconnue de ce programme", "a version that this program does not know"))
        }
        guard Array(bytes[112..<128]) == Self.checksum(bytes[..<112]) else {
            throw Self.foreign(file.path, Text("l’en-tête est abîmé", "the header is damaged"))
        }
        let salt = Array(bytes[16..<32])
        if let ledgerKey {
            guard Array(bytes[32..<48]) == Self.check(ledgerKey, salt) else {
                throw LedgerError(
                    .badInput, file.path,
                    Text("ce n’est pas la clé de ce grand livre", "not the key of this ledger"),
                    remedy: Text(
                        "donner la clé avec laquelle ce fichier fut créé", "give the key that this file was made with"))
            }
        }
        wrapping = ledgerKey?.derived("wrap", salt: salt)
        load(bytes)
    }

    private func load(_ bytes: [UInt8]) {
        var at = Self.headerBytes
        while at + KeySlot.bytesCount <= bytes.count {
            let number = slots.count
            let slot = KeySlot.read(bytes[at..<(at + KeySlot.bytesCount)], at: number)
            slots.append(slot)
            // A damaged slot still names its person, if that part of it is whole.
            if let slot, slot.state != .free {
                places[slot.person] = number
            } else if slot == nil {
                let person = Array(bytes[(at + 8)..<(at + 40)])
                if places[person] == nil { places[person] = number }
            }
            at += KeySlot.bytesCount
        }
    }

    // MARK: opening

    /// The file beside the ledger's own, where no other is named.
    package static func path(beside directory: String) -> String { directory + "/persons.keys" }

    /// `nil` where there is no such file.
    ///
    /// - Complexity: O(slots).
    package static func open(
        _ path: String, ledgerKey: LedgerKey?, isWritable: Bool, slotsMax: Int = slotsMax
    ) throws(LedgerError) -> Keyring? {
        guard let file = try KeyFile.open(path, isWritable: isWritable) else { return nil }
        let bytes = try file.bytes(atMost: headerBytes + Self.slotsMax * KeySlot.bytesCount)
        return try Keyring(file, bytes, ledgerKey, slotsMax: slotsMax)
    }

    /// Opens the file for writing, made now if there is none.
    package static func openOrCreate(
        _ path: String, ledgerKey: LedgerKey, slotsMax: Int = slotsMax
    ) throws(LedgerError) -> Keyring {
        if let keyring = try open(path, ledgerKey: ledgerKey, isWritable: true, slotsMax: slotsMax) { return keyring }
        var header = [UInt8](repeating: 0, count: headerBytes)
        header.replaceSubrange(..<8, with: magic)
        withUnsafeBytes(of: version.littleEndian) { header.replaceSubrange(8..<12, with: $0) }
        withUnsafeBytes(of: UInt32(KeySlot.bytesCount).littleEndian) { header.replaceSubrange(12..<16, with: $0) }
        let salt = Array(LedgerKey.random()[..<16])
        header.replaceSubrange(16..<32, with: salt)
        header.replaceSubrange(32..<48, with: check(ledgerKey, salt))
        header.replaceSubrange(112..<128, with: checksum(header[..<112]))
        let free = min(slotsAdded, slotsMax) * KeySlot.bytesCount
        try KeyFile.create(path, header + [UInt8](repeating: 0, count: free))
        guard let made = try open(path, ledgerKey: ledgerKey, isWritable: true, slotsMax: slotsMax) else {
            throw foreign(path, Text("le fichier a disparu", "the file went away"))
        }
        return made
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        bytes[at..<(at + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: Array(bytes)).prefix(16))
    }

    /// Tells the right ledger key from a wrong one, and says nothing else of it.
    private static func check(_ key: LedgerKey, _ salt: [UInt8]) -> [UInt8] {
        Array(key.derived("check", salt: salt).withUnsafeBytes { Array($0) }.prefix(16))
    }

    private static func foreign(_ path: String, _ reason: Text) -> LedgerError {
        LedgerError(
            .badInput, path, reason,
            remedy: Text(
                "restaurer une copie de persons.keys; les effacements s’y appliqueront de nouveau",
                "restore a copy of persons.keys; erasures will be applied to it again"))
    }

    // MARK: keys

    /// Slots whose bytes contradict each other, as a write that was cut short leaves them.
    package var damagedSlots: Int { slots.reduce(0) { $0 + ($1 == nil ? 1 : 0) } }

    package func state(of identity: String) -> State {
        let person = KeySlot.person(identity)
        guard let place = places[person] else { return seed == nil ? .absent : .held }
        switch slots[place]?.state {
        case .destroyed: return .destroyed
        case .held: return .held
        default: return .absent
        }
    }

    /// The person's key; `nil` where there is none, or none any more.
    package func key(of identity: String) throws(LedgerError) -> PersonKey? {
        let person = KeySlot.person(identity)
        if let seed {
            guard places[person] == nil else { return nil }
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: seed, info: Array("grandlivre person v1\n".utf8) + person, outputByteCount: 32)
            return PersonKey(key.withUnsafeBytes { Array($0) })
        }
        guard let place = places[person], let slot = slots[place], slot.state == .held else { return nil }
        guard let wrapping else { throw LedgerKey.missing() }
        guard let bytes = Self.unwrap(slot.nonce + slot.wrapped, wrapping, person) else {
            throw Self.foreign(
                file?.path ?? "", Text("la clé de l’emplacement \(place) ne s’ouvre pas", "slot \(place) does not open")
            )
        }
        return PersonKey(bytes)
    }

    private static func unwrap(_ wrapped: [UInt8], _ wrapping: SymmetricKey, _ person: [UInt8]) -> [UInt8]? {
        Seal.open(wrapped, wrapping, Hex.text(person))
    }

    /// A new random key for a person who has none. It is on disk when this returns.
    func makeKey(of identity: String) throws(LedgerError) -> PersonKey {
        let person = KeySlot.person(identity)
        guard let file, let wrapping else { throw LedgerKey.missing() }
        guard places[person] == nil else { throw Self.gone(identity) }
        if freePlace == nil { try grow(file) }
        guard let place = freePlace else {
            throw LedgerError(
                .inputOutput, file.path,
                Text("le fichier de clés est plein (\(slots.count))", "the file of keys is full (\(slots.count))"),
                remedy: Text("au plus \(slotsMax) personnes par fichier", "at most \(slotsMax) people a file"))
        }
        let key = LedgerKey.random()
        guard
            let sealed = Seal.seal(key, wrapping, nonce: Array(LedgerKey.random()[..<12]), Hex.text(person))
        else { throw Self.foreign(file.path, Text("scellement impossible", "sealing failed")) }
        try put(.held(person, nonce: Array(sealed[..<12]), wrapped: Array(sealed[12...])), at: place)
        return PersonKey(key)
    }

    /// Writes the keys of people that a seeded keyring derives, all at once: a simulation's people can then be opened like any others. Who is destroyed
    /// stays destroyed. Throws where the file holds another key of one of them; nothing is written then.
    ///
    /// - Complexity: O(identities).
    package func adopt(_ identities: [String], of seeded: Keyring) throws(LedgerError) {
        guard let file, let wrapping else { throw LedgerKey.missing() }
        var added: [KeySlot] = []
        for identity in identities {
            guard let key = try seeded.key(of: identity), state(of: identity) != .destroyed else { continue }
            if let held = try self.key(of: identity) {
                guard held.bytes == key.bytes else {
                    throw LedgerError(
                        .badInput, file.path,
                        Text(
                            "une autre clé y est déjà pour « \(identity) »", "it holds another key of \"\(identity)\""),
                        remedy: Text("simuler dans un autre dossier", "simulate in another folder"))
                }
                continue
            }
            let person = KeySlot.person(identity)
            guard
                let sealed = Seal.seal(
                    key.bytes, wrapping, nonce: Array(LedgerKey.random()[..<12]), Hex.text(person))
            else { throw Self.foreign(file.path, Text("scellement impossible", "sealing failed")) }
            added.append(.held(person, nonce: Array(sealed[..<12]), wrapped: Array(sealed[12...])))
        }
        let first = (slots.lastIndex { $0?.state != .free } ?? -1) + 1
        guard !added.isEmpty else { return }
        guard first + added.count <= slotsMax else {
            throw LedgerError(
                .inputOutput, file.path, Text("le fichier de clés est plein", "the file of keys is full"),
                remedy: Text("au plus \(slotsMax) personnes par fichier", "at most \(slotsMax) people a file"))
        }
        let bytes = added.indices.flatMap { added[$0].bytes(at: first + $0) }
        try file.write(bytes, at: Self.headerBytes + first * KeySlot.bytesCount)
        slots = Array(slots[..<first]) + added + slots.dropFirst(first + added.count)
        for (at, slot) in added.enumerated() { places[slot.person] = first + at }
    }

    /// The first free slot; a slot that was taken is never free again.
    private var freePlace: Int? {
        while firstFree < slots.count, slots[firstFree]?.state != .free { firstFree += 1 }
        return firstFree < slots.count ? firstFree : nil
    }

    private func grow(_ file: KeyFile) throws(LedgerError) {
        let added = min(Self.slotsAdded, slotsMax - slots.count)
        guard added > 0 else { return }
        try file.write(
            [UInt8](repeating: 0, count: added * KeySlot.bytesCount),
            at: Self.headerBytes + slots.count * KeySlot.bytesCount)
        slots += [KeySlot?](repeating: KeySlot(state: .free, person: [], nonce: [], wrapped: []), count: added)
    }

    private func put(_ slot: KeySlot, at place: Int) throws(LedgerError) {
        try file?.write(slot.bytes(at: place), at: Self.headerBytes + place * KeySlot.bytesCount)
        slots[place] = slot
        places[slot.person] = place
    }

    /// Overwrites the person's key and waits for the disk. Needs no ledger key. Whether there was anything to destroy.
    @discardableResult
    package func destroy(_ identity: String) throws(LedgerError) -> Bool {
        let person = KeySlot.person(identity)
        if seed != nil {
            guard places[person] == nil else { return false }
            slots.append(.destroyed(person))
            places[person] = slots.count - 1
            return true
        }
        guard let place = places[person] ?? damagedPlace(of: person) else { return false }
        guard slots[place]?.state != .destroyed else { return false }
        try put(.destroyed(person), at: place)
        return true
    }

    /// Where a damaged slot that no longer names its person still holds their key.
    private func damagedPlace(of person: [UInt8]) -> Int? {
        guard let wrapping, let file, slots.contains(nil),
            let bytes = try? file.bytes(atMost: Self.headerBytes + slots.count * KeySlot.bytesCount)
        else { return nil }
        return slots.indices.first { place in
            let at = Self.headerBytes + place * KeySlot.bytesCount
            guard slots[place] == nil, at + 100 <= bytes.count else { return false }
            return Self.unwrap(Array(bytes[(at + 40)..<(at + 100)]), wrapping, person) != nil
        }
    }

    fileprivate static func gone(_ identity: String) -> LedgerError {
        LedgerError(
            .inputOutput, identity,
            Text(
                "la clé de cette personne manque ou est abîmée dans persons.keys",
                "this person's key is missing or damaged in persons.keys"),
            remedy: Text("restaurer une copie de persons.keys", "restore a copy of persons.keys"))
    }
}

// MARK: what the log says of people

extension Keyring {
    /// Destroys the keys of all that the log says are erased: after a crash between the event and its slot, and after an old file of keys was put back.
    /// How many had to be destroyed.
    ///
    /// - Complexity: O(identities with personal data).
    @discardableResult
    package func applyErasures(_ views: Views) throws(LedgerError) -> Int {
        var destroyed = 0
        for (party, record) in views.identityRecords() where record.isErased {
            if try destroy(views.partyName(party)) { destroyed += 1 }
        }
        return destroyed
    }

    /// Personal data as PersonalDataProvided carries it; the person's key is made now if they never had one.
    package func seal(
        _ data: PersonalData, of identity: String, _ views: Views
    ) throws(LedgerError) -> (keyId: [UInt8], sealed: [UInt8]) {
        let party = Array(identity.utf8).withBytes { views.party(.identity, $0) }
        let record = party.flatMap { views.identity($0) }
        if record?.isErased == true || state(of: identity) == .destroyed {
            throw LedgerError(
                .badInput, identity, Text("identité effacée", "identity erased"),
                remedy: Text("plus aucune donnée personnelle n’y entre", "it takes no more personal data"))
        }
        // Whoever opens it later prints it on a terminal.
        for (field, value) in data.fields where value.unicodeScalars.contains(where: \.isControl) {
            throw LedgerError(
                .badInput, field, Text("caractère de commande", "control character"),
                remedy: Text("du texte imprimable, sur une ligne", "printable text on one line"))
        }
        try Self.checkAccount(data)
        let key: PersonKey
        if let known = try self.key(of: identity) {
            key = known
        } else {
            // A second key beside a lost one would leave the earlier data closed for ever, and nobody would notice.
            guard record?.dataCount ?? 0 == 0 else { throw Self.gone(identity) }
            key = try makeKey(of: identity)
        }
        return (key.id, key.seal(data, of: identity))
    }

    /// Who is paid at a wrong account is not paid: the account is whole and of the form that institutions take, or is left out.
    private static func checkAccount(_ data: PersonalData) throws(LedgerError) {
        let parts: [(field: String, value: String, widths: ClosedRange<Int>)] = [
            ("bankInstitution", data.bankInstitution, 3...3), ("bankTransit", data.bankTransit, 5...5),
            ("bankAccount", data.bankAccount, 1...12),
        ]
        guard parts.contains(where: { !$0.value.isEmpty }) else { return }
        for part in parts {
            let count = part.value.utf8.count
            guard part.widths.contains(count), part.value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                let wanted =
                    part.widths.count == 1
                    ? "\(part.widths.upperBound)" : "\(part.widths.lowerBound)–\(part.widths.upperBound)"
                // What was given is personal; how long it is, is not.
                throw LedgerError(
                    .badInput, part.field,
                    Text("compte bancaire incomplet ou mal formé", "bank account incomplete or malformed"),
                    remedy: Text(
                        "\(wanted) chiffres; institution, transit et compte ensemble",
                        "\(wanted) digits; institution, transit and account together"))
            }
        }
    }

    /// What a person gave last; `nil` where they gave nothing or are erased.
    ///
    /// - Parameter sequence: what they gave last before it, where that is not the newest; `nil`: the newest.
    package func personalData(
        of party: UInt32, _ views: Views, at sequence: UInt64? = nil
    ) throws(LedgerError) -> PersonalData? {
        guard let record = views.identity(party), !record.isErased, record.dataSequence > 0,
            let event = views.event(sequence ?? record.dataSequence),
            let body = try? PersonalDataProvidedView(event.bodyBytes)
        else { return nil }
        let identity = views.partyName(party)
        guard let key = try key(of: identity), let data = key.open(body.sealed.array, of: identity) else {
            throw Self.gone(identity)
        }
        return data
    }
}
