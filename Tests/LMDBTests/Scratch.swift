import Bytes
import Foundation
import LMDB
import Testing

/// A folder of its own, which goes away with it.
final class Scratch {
    let directory: String
    var file: String { directory + "/data.mdb" }

    init() { directory = FileManager.default.temporaryDirectory.path + "/grandlivre-lmdb-\(UUID().uuidString)" }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func open(
        mapBytes: Int = 16 << 30, maxReaders: Int = 510, readOnly: Bool = false, noSync: Bool = false,
        create: Bool = true
    ) throws -> Environment {
        try Environment.open(
            directory: directory,
            options: .init(
                mapBytes: mapBytes, maxReaders: maxReaders, readOnly: readOnly, noSync: noSync, createDirectory: create)
        )
    }

    var fileBytes: Int { (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? -1 }

    func truncate(to bytes: Int) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: file))
        try handle.truncate(atOffset: UInt64(bytes))
        try handle.close()
    }

    func patch(_ bytes: [UInt8], at offset: Int) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: file))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }
}

extension Environment {
    func put(_ database: Database, _ key: String, _ value: [UInt8]) throws {
        try write { transaction throws(LMDBError) in try transaction.put(database, key, value) }
    }

    func value(_ database: Database, _ key: String) throws -> [UInt8]? {
        let reading = try read()
        return try Array(key.utf8).withBytes { (key) throws(LMDBError) in try reading.get(database, key)?.array }
    }
}

extension WriteTransaction {
    func put(_ database: Database, _ key: String, _ value: [UInt8], append: Bool = false) throws(LMDBError) {
        try Array(key.utf8).withBytes { (key) throws(LMDBError) in
            try value.withBytes { (value) throws(LMDBError) in try put(database, key, value, append: append) }
        }
    }
}

/// The error that `body` throws, or nil.
func failure(_ body: () throws -> Void) -> LMDBError? {
    do {
        try body()
        return nil
    } catch { return error as? LMDBError }
}
