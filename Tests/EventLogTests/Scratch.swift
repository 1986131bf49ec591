import Bytes
import EventLog
import Foundation
import LMDB
import Transparency

/// A folder of its own, which goes away with it.
final class Scratch {
    let directory: String
    var file: String { directory + "/data.mdb" }

    init() { directory = FileManager.default.temporaryDirectory.path + "/grandlivre-log-\(UUID().uuidString)" }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func create(origin: String = "tests/log", extra: [String] = []) throws -> EventLog {
        try EventLog.create(
            directory: directory, origin: origin, databases: extra, options: .init(mapBytes: 16 << 30, noSync: true))
    }

    func open(readOnly: Bool = false, extra: [String] = []) throws -> EventLog {
        try EventLog.open(
            directory: directory, databases: extra, options: .init(mapBytes: 16 << 30, noSync: true), readOnly: readOnly
        )
    }
}

extension EventLog {
    @discardableResult
    func append(_ entries: [[UInt8]], at us: UInt64 = 0) throws -> LogHead {
        let batch = BytesList()
        for entry in entries { entry.withBytes { batch.append($0) } }
        return try environment.write { transaction throws(LMDBError) in
            try append(batch, lastRecordedAtUs: us, to: transaction)
        }
    }

    func head() throws -> LogHead { try head(in: environment.read()) }
}

/// Entries of lengths from none to a few hundred bytes, and the root of each size, kept apart from the log.
struct Sample {
    private(set) var entries: [[UInt8]] = []
    private(set) var roots: [Hash] = [.emptyRoot]

    init(count: Int) {
        var frontier = Frontier()
        for number in 0..<count {
            let entry = (0..<(number * 37 % 300)).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
            entries.append(entry)
            frontier.append(entry.withBytes { Hash.leaf($0) })
            roots.append(frontier.root)
        }
    }

    func leaf(_ index: Int) -> Hash { entries[index].withBytes { Hash.leaf($0) } }
}

/// The error that `body` throws, or nil.
func failure(_ body: () throws -> Void) -> LMDBError? {
    do {
        try body()
        return nil
    } catch { return error as? LMDBError }
}
