import Bytes
import Commerce
import Crypto
import EventLog
import Events
import Fixtures
import Foundation
import Testing

@testable import Ledger

/// The file of the persons' keys: what it survives, and what it refuses.
@Suite struct KeyringTests {
    private static let ledgerKey = [UInt8](0..<32)

    /// A folder that is removed at the end.
    private final class Folder {
        let path: String
        var keys: String { path + "/persons.keys" }

        init() throws {
            path = FileManager.default.temporaryDirectory.path + "/grandlivre-keys-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: keys))) }

        func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: keys)) }

        func keyring(slotsMax: Int = Keyring.slotsMax) throws -> Keyring {
            try Keyring.openOrCreate(keys, ledgerKey: LedgerKey(KeyringTests.ledgerKey), slotsMax: slotsMax)
        }
    }

    private func data(_ name: String) -> PersonalData {
        var data = PersonalData()
        data.name = name
        return data
    }

    @Test func `a key is the same when the file is opened again, and only its owner reads the file`() throws {
        let folder = try Folder()
        var keyring: Keyring? = try folder.keyring()
        let made = try #require(try keyring?.makeKey(of: "ana"))
        keyring = nil
        let again = try folder.keyring()
        #expect(try again.key(of: "ana")?.bytes == made.bytes)
        #expect(try again.key(of: "bob") == nil && again.state(of: "bob") == .absent)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.keys)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["persons.keys"])
        #expect(throws: LedgerError.self) { _ = try again.makeKey(of: "ana") }
    }

    @Test func `sealing the same data again gives the same bytes, for one identity only`() throws {
        let keyring = Keyring(seed: [1, 2, 3])
        let key = try #require(try keyring.key(of: "ana"))
        let sealed = key.seal(data("Ana Tremblay"), of: "ana")
        #expect(sealed == key.seal(data("Ana Tremblay"), of: "ana"))
        #expect(sealed != key.seal(data("Ana Gagnon"), of: "ana"))
        #expect(key.open(sealed, of: "ana")?.name == "Ana Tremblay")
        #expect(key.open(sealed, of: "bob") == nil)
        #expect(try Keyring(seed: [1, 2, 3]).key(of: "ana")?.bytes == key.bytes)
        #expect(try Keyring(seed: [1, 2, 4]).key(of: "ana")?.bytes != key.bytes)
        #expect(try keyring.key(of: "bob")?.bytes != key.bytes)
        for at in sealed.indices {
            var torn = sealed
            torn[at] ^= 1
            #expect(key.open(torn, of: "ana") == nil)
        }
        #expect(try keyring.destroy("ana") && keyring.key(of: "ana") == nil && keyring.state(of: "ana") == .destroyed)
    }

    @Test func `a destroyed key leaves its person named and nothing else`() throws {
        let folder = try Folder()
        let keyring = try folder.keyring()
        let made = try keyring.makeKey(of: "ana")
        _ = try keyring.makeKey(of: "bob")
        let before = try folder.bytes()
        let wrapped = Array(before[(128 + 40)..<(128 + 100)])
        #expect(try keyring.destroy("ana"))
        #expect(try !keyring.destroy("ana") && !keyring.destroy("nobody"))
        let after = try folder.bytes()
        #expect(!after.contains(wrapped) && !after.contains(Array(wrapped[..<8])) && !after.contains(made.bytes))
        #expect(after[256...] == before[256...] && after[..<128] == before[..<128])
        #expect(try keyring.key(of: "ana") == nil && keyring.state(of: "ana") == .destroyed)
        #expect(try keyring.key(of: "bob") != nil)
        #expect(throws: LedgerError.self) { _ = try keyring.makeKey(of: "ana") }
    }

    @Test func `the file grows when no slot is free, and says when it is full`() throws {
        let folder = try Folder()
        var keyring: Keyring? = try folder.keyring(slotsMax: 100)
        for person in 0..<100 { _ = try keyring?.makeKey(of: "p\(person)") }
        let refusal = #expect(throws: LedgerError.self) { _ = try keyring?.makeKey(of: "p100") }
        #expect(refusal?.code == .inputOutput && refusal?.reason.english.contains("full") == true)
        #expect(try folder.bytes().count == 128 + 100 * 128)
        // A destroyed slot is nobody else's.
        try keyring?.destroy("p5")
        #expect(throws: LedgerError.self) { _ = try keyring?.makeKey(of: "p100") }
        keyring = nil
        let again = try folder.keyring()
        #expect(try again.key(of: "p99") != nil && again.key(of: "p5") == nil)
        _ = try again.makeKey(of: "p100")
    }

    @Test func `a slot that was torn is seen, wherever the write stopped`() throws {
        let folder = try Folder()
        var keyring: Keyring? = try folder.keyring()
        _ = try keyring?.makeKey(of: "ana")
        _ = try keyring?.makeKey(of: "bob")
        let held = try folder.bytes()
        try keyring?.destroy("bob")
        keyring = nil
        let destroyed = try folder.bytes()
        let slot = 256..<384
        for cut in 1..<128 {
            // The erasure reached the disk up to `cut`.
            let torn = held[..<256] + destroyed[256..<(256 + cut)] + held[(256 + cut)..<384] + held[384...]
            try folder.write(Array(torn))
            let opened = try folder.keyring()
            #expect(try opened.key(of: "ana") != nil)
            guard torn[slot] != held[slot], torn[slot] != destroyed[slot] else { continue }
            #expect(opened.damagedSlots == 1, "cut \(cut)")
            #expect(try opened.key(of: "bob") == nil)
            #expect(throws: LedgerError.self) { _ = try opened.makeKey(of: "bob") }
            #expect(try opened.destroy("bob"), "cut \(cut)")
            #expect(try folder.bytes() == destroyed, "cut \(cut)")
        }
    }

    @Test func `a slot whose person is illegible is destroyed by what it still opens to`() throws {
        let folder = try Folder()
        var keyring: Keyring? = try folder.keyring()
        _ = try keyring?.makeKey(of: "ana")
        keyring = nil
        var bytes = try folder.bytes()
        for at in (128 + 8)..<(128 + 40) { bytes[at] ^= 0xFF }
        try folder.write(bytes)
        let opened = try folder.keyring()
        #expect(opened.damagedSlots == 1)
        #expect(try !opened.destroy("bob"))
        #expect(try opened.destroy("ana"))
        #expect(try folder.bytes()[(128 + 40)..<(128 + 100)].allSatisfy { $0 == 0 })
    }

    @Test func `any changed byte is noticed`() throws {
        let folder = try Folder()
        var keyring: Keyring? = try folder.keyring()
        _ = try keyring?.makeKey(of: "ana")
        keyring = nil
        let whole = try folder.bytes()
        for at in 0..<256 {
            var bytes = whole
            bytes[at] ^= 0x10
            try folder.write(bytes)
            do {
                let opened = try folder.keyring()
                #expect(opened.damagedSlots == 1 && at >= 128, "byte \(at)")
            } catch let error as LedgerError {
                #expect(error.code == .badInput && at < 128, "byte \(at): \(error)")
            }
        }
        for count in [0, 1, 127] {
            try folder.write(Array(whole[..<count]))
            #expect(throws: LedgerError.self) { _ = try folder.keyring() }
        }
        // Slots do not change places.
        try folder.write(Array(whole[..<128] + whole[256..<384] + whole[128..<256] + whole[384...]))
        #expect(try folder.keyring().damagedSlots == 1)
    }

    @Test func `a wrong or missing ledger key is said in one line`() throws {
        let folder = try Folder()
        _ = try folder.keyring().makeKey(of: "ana")
        let wrong = #expect(throws: LedgerError.self) {
            _ = try Keyring.open(
                folder.keys, ledgerKey: LedgerKey([UInt8](repeating: 1, count: 32)), isWritable: false)
        }
        #expect(wrong?.code == .badInput)
        let keyring = try #require(try Keyring.open(folder.keys, ledgerKey: nil, isWritable: true))
        let missing = #expect(throws: LedgerError.self) { _ = try keyring.key(of: "ana") }
        #expect(missing?.code == .usage)
        #expect(try keyring.destroy("ana"))
        #expect(try Keyring.open(folder.path + "/none", ledgerKey: nil, isWritable: false) == nil)
    }

    @Test(arguments: [
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        " 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    ])
    func `a ledger key is read as digits, base64 or bytes`(text: String) throws {
        let key = try LedgerKey(text: Array(text.utf8), place: "test")
        #expect(key.bytes == SymmetricKey(data: Self.ledgerKey))
        #expect(try LedgerKey(text: Self.ledgerKey, place: "test").bytes == key.bytes)
    }

    @Test(arguments: ["", "00", "abc", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBka", String(repeating: "0", count: 66)])
    func `a key of another length is refused`(text: String) {
        let refusal = #expect(throws: LedgerError.self) { _ = try LedgerKey(text: Array(text.utf8), place: "test") }
        #expect(refusal?.code == .badInput)
    }
}

/// Erasure for real: whoever holds the ledger's key and every byte on disk reads the data before, and cannot after.
@Suite struct ErasureTests {
    private static let ledgerKey = [UInt8](repeating: 0x5A, count: 32)

    /// Every byte of every file below a folder.
    private static func everything(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        var found: [(String, [UInt8])] = []
        let files = try #require(FileManager.default.enumerator(atPath: folder))
        for case let name as String in files {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            found.append((name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))))
        }
        return found
    }

    /// Tries every place of every file as a wrapped key of the person, and every key found on every sealed text: what an attacker could do.
    private static func attack(_ folder: String, _ identity: String, _ sealed: [[UInt8]]) throws -> [PersonalData] {
        let files = try everything(folder)
        let header = try #require(files.first { $0.name.hasSuffix("persons.keys") }?.bytes)
        let wrapping = try LedgerKey(ledgerKey).derived("wrap", salt: Array(header[16..<32]))
        let person = Hex.text(KeySlot.person(identity))
        var keys: [[UInt8]] = []
        for (_, bytes) in files {
            // Sixty random bytes have some fifty-four different values; only such places are worth a trial.
            var counts = [Int](repeating: 0, count: 256)
            var different = 0
            for (at, byte) in bytes.enumerated() {
                counts[Int(byte)] += 1
                if counts[Int(byte)] == 1 { different += 1 }
                guard at >= 59 else { continue }
                if different > 40, let key = Seal.open(Array(bytes[(at - 59)...at]), wrapping, person) {
                    keys.append(key)
                }
                let leaving = Int(bytes[at - 59])
                counts[leaving] -= 1
                if counts[leaving] == 0 { different -= 1 }
            }
        }
        return keys.flatMap { key in sealed.compactMap { PersonKey(key).open($0, of: identity) } }
    }

    private func provide(
        _ data: PersonalData, _ identity: String, _ keyring: Keyring, _ shelf: Shelf, _ story: inout Story
    )
        throws -> [UInt8]
    {
        let views = try shelf.snapshot().views
        let (keyId, sealed) = try keyring.seal(data, of: identity, views)
        var body = PersonalDataProvided()
        body.identity = identity
        body.keyID = .init(keyId)
        body.sealed = .init(sealed)
        try shelf.record([story.event(.personalDataProvided(body))])
        return sealed
    }

    @Test func `whoever has the ledger key and every byte reads the data before the erasure and never after`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        let ledger = shelf.directory + "/ledger"
        let keys = Keyring.path(beside: ledger)
        defer { unlink(keys) }
        var keyring = try Keyring.openOrCreate(keys, ledgerKey: LedgerKey(Self.ledgerKey))
        var data = PersonalData()
        data.name = "Ana Tremblay"
        data.email = "ana@example.org"
        data.streetAddress = "12, rue de l’Érable"
        let first = try provide(data, "ana", keyring, shelf, &story)
        data.city = "Rimouski"
        let second = try provide(data, "ana", keyring, shelf, &story)
        var other = PersonalData()
        other.name = "Bob Gagnon"
        let bobs = try provide(other, "bob", keyring, shelf, &story)
        try shelf.record(story.yearOfThreePurchases())
        // Readable before, by the keyring and by brute force; nowhere in clear.
        var snapshot = try shelf.snapshot()
        let ana = try #require(Array("ana".utf8).withBytes { snapshot.views.party(.identity, $0) })
        #expect(try keyring.personalData(of: ana, snapshot.views) == data)
        #expect(try Self.attack(ledger, "ana", [first, second]).count == 2)
        for (name, bytes) in try Self.everything(ledger) {
            for word in ["Tremblay", "ana@example", "rable", "Rimouski"] {
                #expect(!bytes.contains(Array(word.utf8)), "\(word) stands in \(name)")
            }
        }
        let oldKeys = try Data(contentsOf: URL(fileURLWithPath: keys))
        let balances = try BalanceQuery().rows(snapshot)
        let entries = (0..<snapshot.head.count).map { snapshot.entry($0)?.array }
        let root = snapshot.head.root

        // The crash between the event and the slot: the event alone is on record, the next opening for writing applies it.
        try shelf.record([story.event(.erasure("ana"))])
        try shelf.reopen()
        snapshot = try shelf.snapshot()
        let late = try IdentityAudit(snapshot, keyring)
        #expect(late.undestroyed == ["ana"] && !late.isClean)
        #expect(try keyring.applyErasures(snapshot.views) == 1)
        #expect(try keyring.applyErasures(snapshot.views) == 0)

        #expect(try Self.attack(ledger, "ana", [first, second]).isEmpty)
        #expect(try keyring.personalData(of: ana, snapshot.views) == nil)
        #expect(throws: LedgerError.self) { _ = try keyring.seal(data, of: "ana", snapshot.views) }
        let audit = try IdentityAudit(snapshot, keyring)
        #expect(audit.isClean && audit.opened == 1 && audit.closed == 2 && audit.erasedIdentities == 1)
        // Amounts, entries and the tree under them are unchanged.
        #expect(try BalanceQuery().rows(snapshot) == balances)
        #expect(entries.indices.allSatisfy { snapshot.entry(UInt64($0))?.array == entries[$0] })
        #expect(snapshot.head.count == UInt64(entries.count) + 1 && snapshot.head.root != root)
        // The root of what was there before, proved from the entries as they stand now.
        var again = Story()
        let copy = try Shelf(&again, opening: [])
        try copy.record(
            try entries.map { try EventJSON.decode(line: $0?.withBytes { try EventJSON.encode(entry: $0) } ?? "") })
        #expect(try copy.snapshot().head.root == root)
        // Nothing opens after a rebuild either, nor in a copy of the folder taken now.
        #expect(try Rebuild.check(shelf.store) { _, _ in }.differing == [])
        #expect(try Self.attack(ledger, "ana", [first, second]).isEmpty)
        #expect(try Self.attack(ledger, "bob", [bobs]).count == 1)

        // An old copy of the keys put back: the erasure is applied again.
        // Another file stands in its place, which nobody has locked.
        try oldKeys.write(to: URL(fileURLWithPath: keys), options: .atomic)
        #expect(try Self.attack(ledger, "ana", [first, second]).count == 2)
        keyring = try #require(try Keyring.open(keys, ledgerKey: LedgerKey(Self.ledgerKey), isWritable: true))
        #expect(try keyring.applyErasures(snapshot.views) == 1)
        #expect(try Self.attack(ledger, "ana", [first, second]).isEmpty)
        #expect(try IdentityAudit(snapshot, keyring, appliedAgain: 1).isClean)
    }

    @Test func `a seed gives the same events each time`() throws {
        func root() throws -> String {
            var story = Story()
            let shelf = try Shelf(&story)
            var data = PersonalData()
            data.name = "Ana Tremblay"
            _ = try provide(data, "ana", Keyring(seed: [7]), shelf, &story)
            return try shelf.root()
        }
        #expect(try root() == root())
    }
}
