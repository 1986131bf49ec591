import Bytes
import EventLog
import Glibc
import LMDB
import Transparency

/// A directory of its own for one test, removed with everything in it.
final class Scratch {
    let path: String

    init() {
        var template = Array("/tmp/log-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return "/nonexistent" }
            return String(cString: start)
        }
    }

    deinit {
        for name in ["data.mdb", "lock.mdb", "writer.lock"] { unlink(path + "/" + name) }
        rmdir(path)
    }

    func create(_ databases: [String] = []) throws(LMDBError) -> EventLog {
        try EventLog.create(
            directory: path, origin: "grandlivre/test", databases: databases, options: .init(mapBytes: 1 << 30))
    }

    func open(_ databases: [String] = [], readOnly: Bool = false) throws(LMDBError) -> EventLog {
        try EventLog.open(
            directory: path, databases: databases, options: .init(mapBytes: 1 << 30), readOnly: readOnly)
    }

    func refusal(_ body: () throws(LMDBError) -> EventLog) -> LMDBError.Code? {
        do throws(LMDBError) {
            _ = try body()
            return nil
        } catch { return error.code }
    }
}

/// Deterministic entries that begin as events do: sequence and recorded time, then `count` bytes more.
enum Sample {
    static func recordedAtUs(_ sequence: UInt64) -> UInt64 { 1_000_000 + sequence / 3 * 10 }

    static func entry(_ sequence: UInt64) -> [UInt8] {
        let out = ByteBuffer()
        out.append(0x09 as UInt8)
        out.appendLittleEndian(sequence)
        out.append(0x11 as UInt8)
        out.appendLittleEndian(recordedAtUs(sequence))
        for index in 0..<sequence % 50 { out.append(UInt8(truncatingIfNeeded: sequence &* 31 &+ index)) }
        return out.bytes.array
    }

    static func append(_ range: Range<UInt64>, to log: EventLog) throws(LMDBError) -> LogHead {
        let batch = BytesList()
        for sequence in range { entry(sequence).withBytes { batch.append($0) } }
        return try log.environment.write { transaction throws(LMDBError) in
            try log.append(batch, lastRecordedAtUs: recordedAtUs(range.upperBound - 1), to: transaction)
        }
    }

    /// Roots of sizes 0 to `count`, by the frontier that has tests of its own.
    static func roots(_ count: UInt64) -> [Hash] {
        var frontier = Frontier()
        var roots = [frontier.root]
        for sequence in 0..<count {
            frontier.append(entry(sequence).withBytes { Hash.leaf($0) })
            roots.append(frontier.root)
        }
        return roots
    }
}
