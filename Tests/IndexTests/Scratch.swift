import Foundation
import Index
import LMDB

/// An environment in a folder of its own, which goes away with it.
final class Scratch {
    let directory: String
    let environment: Environment
    let databases: [Database]
    static let viewsVersion: UInt32 = 3

    init() throws {
        directory = FileManager.default.temporaryDirectory.path + "/grandlivre-index-\(UUID().uuidString)"
        environment = try Environment.open(
            directory: directory, options: .init(mapBytes: 16 << 30, noSync: true, createDirectory: true))
        databases = try environment.databases(IndexReader.databaseNames, create: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func reader(_ manifestKey: String = "manifest") throws -> IndexReader {
        try IndexReader(
            environment.read(), databases: databases, viewsVersion: Self.viewsVersion, manifestKey: manifestKey)
    }

    func flush(_ index: Index, folded: UInt64 = 0) throws {
        try environment.write { transaction throws(LMDBError) in try index.flush(folded: folded, to: transaction) }
        try index.didCommit()
    }
}

/// Numbers that a seed decides.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
