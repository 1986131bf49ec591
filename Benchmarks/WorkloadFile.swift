import Bytes
import Events
@preconcurrency import Glibc

/// Workload W as a file that programs without our encoder append: `length (4, little-endian) ‖ entry`, over and over.
///
/// The entries are those a ledger stores, byte for byte in length; their headers' numbers are still zero, since the
/// ledger gives them when it commits.
struct WorkloadFile {
    /// Entries of the founding, which a ledger holds before the first measured event.
    let before: Int
    let events: Int
    let entryBytes: Int

    /// Writes the founding and `events` events of W, `perWrite` at a time.
    static func write(_ path: String, events: Int, perWrite: Int = 10_000) throws -> WorkloadFile {
        guard let file = fopen(path, "w") else { throw WorkloadFileError(path, "open", errno) }
        var isOpen = true
        defer { if isOpen { fclose(file) } }
        let buffer = ByteBuffer(capacity: perWrite * 400)
        var entryBytes = 0
        func add(_ batch: Proposals, _ count: Int) throws {
            buffer.removeAll()
            for index in 0..<count {
                buffer.appendLittleEndian(UInt32(batch[index].count))
                buffer.append(batch[index])
                entryBytes += batch[index].count
            }
            guard fwrite(buffer.bytes.base, 1, buffer.count, file) == buffer.count else {
                throw WorkloadFileError(path, "write", errno)
            }
        }
        var before = 0
        for batch in try Workload.founding() {
            try add(batch, batch.count)
            before += batch.count
        }
        for from in stride(from: 0, to: events, by: perWrite) {
            let count = min(perWrite, events - from)
            // An odd number of events ends with a purchase whose payment stays out.
            try add(try Workload.batch(from: from / 2, count: (count + 1) / 2), count)
        }
        isOpen = false
        guard fclose(file) == 0 else { throw WorkloadFileError(path, "write", errno) }
        return WorkloadFile(before: before, events: events, entryBytes: entryBytes)
    }
}

/// A workload file that could not be written.
struct WorkloadFileError: Error, CustomStringConvertible {
    let description: String

    init(_ path: String, _ operation: String, _ status: Int32) {
        description = "\(path): cannot \(operation): \(String(cString: strerror(status)))"
    }
}
