import Bytes
import Commerce
import EventLog
import Events
import Foundation
import LMDB
import Testing
import Transparency

@testable import Ledger

/// A published log is the log: every tile is what the tree, hashed anew from plain entries, says, and there is no other file.
@Suite("Published tiles")
struct TileTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/grandlivre-tiles-\(UUID().uuidString)"

    private func entry(_ sequence: UInt64) -> [UInt8] { Array("entry \(sequence)".utf8) }

    /// The files that tlog-tiles asks for, by their paths.
    private func expected(_ size: UInt64) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var hashes = (0..<size).map { entry($0).withBytes { Hash.leaf($0) } }
        var level = 0
        while !hashes.isEmpty {
            for (number, start) in stride(from: 0, to: hashes.count, by: 256).enumerated() {
                let part = hashes[start..<min(start + 256, hashes.count)]
                let path = place(number) + (part.count < 256 ? ".p/\(part.count)" : "")
                files["tile/\(level)/\(path)"] = part.flatMap(\.bytes)
                guard level == 0 else { continue }
                files["tile/entries/\(path)"] = part.indices.flatMap { at in
                    let entry = entry(UInt64(at))
                    return [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
                }
            }
            hashes = stride(from: 0, to: hashes.count / 256 * 256, by: 256).map { root(Array(hashes[$0..<($0 + 256)])) }
            level += 1
        }
        return files
    }

    private func root(_ hashes: [Hash]) -> Hash {
        hashes.count == 1
            ? hashes[0]
            : root(stride(from: 0, to: hashes.count, by: 2).map { Hash.node(hashes[$0], hashes[$0 + 1]) })
    }

    private func place(_ number: Int) -> String {
        let digits = String(number % 1_000)
        let last = String(repeating: "0", count: 3 - digits.count) + digits
        return number < 1_000 ? last : "x" + place(number / 1_000) + "/" + last
    }

    private func published() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            files[path] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
        }
        return files
    }

    private func store() throws -> LedgerStore {
        try LedgerStore.create(folder + "-ledger", origin: "example.org/tiles", mapBytes: 16 << 30, noSync: true)
    }

    private func append(_ range: Range<UInt64>, to store: LedgerStore) throws {
        let batch = BytesList()
        for sequence in range { entry(sequence).withBytes { batch.append($0) } }
        _ = try store.log.environment.write { transaction throws(LMDBError) in
            try store.log.append(batch, lastRecordedAtUs: 1, to: transaction)
        }
    }

    private func remove() {
        for path in [folder, folder + "-ledger"] { try? FileManager.default.removeItem(atPath: path) }
    }

    private func publish(_ store: LedgerStore, hasEntries: Bool = true) throws -> (files: Int, note: [UInt8]) {
        let key = try NoteSigner(
            name: "example.org/tiles", algorithm: .ed25519, seed: [UInt8](repeating: 1, count: 32))
        let signed = try store.signCheckpoint(key)
        let files = try TileWriter(store, directory: folder, hasEntries: hasEntries).publish(
            signed.checkpoint, signed.note)
        return (files, Array(signed.encoded.utf8))
    }

    @Test(arguments: [0, 1, 255, 256, 257, 512, 65_536 + 256 + 3] as [UInt64])
    func `the files are those that the tree has`(size: UInt64) throws {
        defer { remove() }
        let store = try store()
        try append(0..<size, to: store)
        let (count, note) = try publish(store)
        var expected = expected(size)
        expected["checkpoint"] = note
        let found = try published()
        #expect(Set(found.keys) == Set(expected.keys))
        #expect(found == expected && count == expected.count)
    }

    @Test func `a grown log writes what is new, and what a reader of the older checkpoint needs stays`() throws {
        defer { remove() }
        let store = try store()
        var all: [String: [UInt8]] = [:]
        var size: UInt64 = 0
        for next in [1, 255, 256, 300, 300, 513, 1_024] as [UInt64] {
            try append(size..<next, to: store)
            let (count, note) = try publish(store)
            let expected = expected(next)
            let full = (size / 256) * 2
            #expect(count == expected.count - Int(full) + 1)
            all.merge(expected) { $1 }
            all["checkpoint"] = note
            #expect(try published() == all, "\(next)")
            size = next
        }
    }

    @Test func `hashes alone, where entries are not for everybody`() throws {
        defer { remove() }
        let store = try store()
        try append(0..<300, to: store)
        _ = try publish(store, hasEntries: false)
        let found = try published().filter { $0.key != "checkpoint" }
        #expect(found == expected(300).filter { !$0.key.hasPrefix("tile/entries") })
    }

    @Test func `what was cut short is written again, and another log's folder is left alone`() throws {
        defer { remove() }
        let store = try store()
        try append(0..<300, to: store)
        _ = try publish(store)
        // No checkpoint yet, and a tile with nothing in it.
        try FileManager.default.removeItem(atPath: folder + "/checkpoint")
        try Data().write(to: URL(fileURLWithPath: folder + "/tile/0/000"))
        let note = try publish(store).note
        var expected = expected(300)
        expected["checkpoint"] = note
        #expect(try published() == expected)
        let key = try NoteSigner(name: "other", algorithm: .ed25519, seed: [UInt8](repeating: 1, count: 32))
        for (origin, size) in [("other", 1), ("example.org/tiles", 1), ("example.org/tiles", 301)] as [(String, UInt64)]
        {
            let foreign = try SignedCheckpoint(Checkpoint(origin: origin, size: size, root: .emptyRoot), by: key)
            try Data(foreign.encoded.utf8).write(to: URL(fileURLWithPath: folder + "/checkpoint"))
            let before = try published()
            do {
                _ = try publish(store)
                Issue.record("published over \(origin) \(size)")
            } catch let error as LedgerError {
                #expect(error.code == .no)
            }
            #expect(try published() == before)
        }
    }
}
