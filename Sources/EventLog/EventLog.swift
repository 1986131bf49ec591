package import Bytes
package import LMDB
import Transparency

/// The append-only log of opaque entries and its Merkle tree, on LMDB.
///
///     entries   sequence (8, big-endian) → entry, always appended
///     tree      level (1) ‖ index (8, big-endian) → root of a complete subtree, for levels 8, 16, 24, …
///     format    "format" → LogFormat, "head" → LogHead
///
/// Leaf hashes are not stored: at most 255 entries are hashed again where one is asked for. A lone event so writes its entry and the head.
package final class EventLog: Sendable {
    package static let entryBytesMax = 65_535

    package let environment: Environment
    package let format: LogFormat
    /// The databases that the caller named, in its order.
    package let extraDatabases: [Database]
    let entries: Database
    let tree: Database
    let formatDatabase: Database

    private static let names = ["entries", "tree", "format"]

    init(environment: Environment, format: LogFormat, databases: [Database]) {
        self.environment = environment
        self.format = format
        self.entries = databases[0]
        self.tree = databases[1]
        self.formatDatabase = databases[2]
        self.extraDatabases = Array(databases.dropFirst(3))
    }

    /// Makes an empty log in `directory`, which is created if missing. Throws `exists` when there is one already.
    package static func create(
        directory: String, origin: String, databases: [String], options: Environment.Options
    ) throws(LMDBError) -> EventLog {
        var options = options
        options.createDirectory = true
        options.maxDatabases = names.count + databases.count + 2
        let environment = try Environment.open(directory: directory, options: options)
        let opened = try environment.databases(names + databases, create: true)
        let format = LogFormat(origin: origin)
        try environment.write { transaction throws(LMDBError) in
            guard try transaction.get(opened[2], Bytes("format" as StaticString)) == nil else {
                throw LMDBError(
                    code: .exists, operation: "create", path: directory, reason: "there is a ledger already",
                    remedy: "name an empty directory")
            }
            let value = ByteBuffer(capacity: 256)
            format.encode(to: value)
            try transaction.put(opened[2], Bytes("format" as StaticString), value.bytes)
            value.removeAll()
            LogHead().encode(to: value)
            try transaction.put(opened[2], Bytes("head" as StaticString), value.bytes)
        }
        return EventLog(environment: environment, format: format, databases: opened)
    }

    /// Opens the log in `directory`.
    package static func open(
        directory: String, databases: [String], options: Environment.Options, readOnly: Bool
    ) throws(LMDBError) -> EventLog {
        var options = options
        options.readOnly = readOnly
        options.maxDatabases = names.count + databases.count + 2
        let environment = try Environment.open(directory: directory, options: options)
        let opened: [Database]
        do {
            opened = try environment.databases(names + databases, create: false)
        } catch {
            guard error.code == .notFound else { throw error }
            throw foreign(directory)
        }
        let reading = try environment.read()
        guard let stored = try reading.get(opened[2], Bytes("format" as StaticString)), let format = LogFormat(encoded: stored) else {
            throw foreign(directory)
        }
        guard format.version <= LogFormat.currentVersion, format.incompatible == 0 else {
            throw LMDBError(
                code: .newerFile, operation: "open", path: directory,
                reason: "format version \(format.version), features \(format.incompatible)",
                remedy: "use a program that knows version \(format.version)")
        }
        guard readOnly || format.readOnly == 0 else {
            throw LMDBError(
                code: .newerFile, operation: "open", path: directory,
                reason: "a newer program asks others to read only (features \(format.readOnly))",
                remedy: "write with that program")
        }
        return EventLog(environment: environment, format: format, databases: opened)
    }

    private static func foreign(_ directory: String) -> LMDBError {
        LMDBError(
            code: .foreignFile, operation: "open", path: directory, reason: "an LMDB file of another program",
            remedy: "name the directory of a ledger")
    }

    // MARK: reading

    /// The head in a transaction's snapshot.
    package func head<T: Reading & ~Copyable>(in transaction: borrowing T) throws(LMDBError) -> LogHead {
        guard let stored = try transaction.get(formatDatabase, Bytes("head" as StaticString)), let head = LogHead(encoded: stored)
        else {
            throw LMDBError(
                code: .corrupt, operation: "read", path: environment.path, reason: "the head record cannot be read",
                remedy: "restore a backup")
        }
        return head
    }

    /// The entry at `sequence`, or nil behind the end. Holds until the transaction ends.
    ///
    /// - Complexity: O(log n).
    package func entry<T: Reading & ~Copyable>(_ sequence: UInt64, in transaction: borrowing T) throws(LMDBError) -> Bytes? {
        try withUnsafeTemporaryBigEndian(sequence) { key throws(LMDBError) in try transaction.get(entries, key) }
    }

    /// Calls `body` with each entry from `start` on, in order, until it returns false.
    package func scan<T: Reading & ~Copyable>(
        from start: UInt64, in transaction: borrowing T, _ body: (UInt64, Bytes) -> Bool
    ) throws(LMDBError) {
        let cursor = try transaction.cursor(entries)
        var entry = try withUnsafeTemporaryBigEndian(start) { key throws(LMDBError) in try cursor.seek(atOrAfter: key) }
        while let current = entry {
            guard current.key.count == 8, body(current.key.bigEndian(at: 0), current.value) else { return }
            entry = try cursor.next()
        }
    }

    // MARK: appending

    /// Appends entries in a write transaction: the entries, the complete subtrees, the new head.
    ///
    /// - Parameter last: recorded time of the last of them, microseconds since 1970.
    package func append(
        _ batch: BytesList, lastRecordedAtUs last: UInt64, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> LogHead {
        var head = try head(in: transaction)
        let key = ByteBuffer(capacity: 64)
        let value = ByteBuffer(capacity: 64)
        for index in 0..<batch.count {
            let entry = batch[index]
            let sequence = head.count
            key.removeAll()
            key.appendBigEndian(sequence)
            try transaction.put(entries, key.bytes, entry, append: true)
            head.entryBytes += UInt64(entry.count)
            var complete: [(Int, Hash)] = []
            head.frontier.append(Hash.leaf(entry)) { level, root in
                if level % 8 == 0 { complete.append((level, root)) }
            }
            for (level, root) in complete {
                key.removeAll()
                key.append(UInt8(level))
                key.appendBigEndian(sequence >> UInt64(level))
                value.removeAll()
                root.append(to: value)
                try transaction.put(tree, key.bytes, value.bytes)
            }
        }
        head.lastRecordedAtUs = max(head.lastRecordedAtUs, last)
        let record = ByteBuffer(capacity: 2_200)
        head.encode(to: record)
        try transaction.put(formatDatabase, Bytes("head" as StaticString), record.bytes)
        return head
    }
}

/// Lends the eight big-endian bytes of a number.
@inline(__always)
func withUnsafeTemporaryBigEndian<R>(_ value: UInt64, _ body: (Bytes) throws(LMDBError) -> R) throws(LMDBError) -> R {
    let stored = value.bigEndian
    let result: Result<R, LMDBError> = withUnsafeBytes(of: stored) { buffer in
        do throws(LMDBError) { return .success(try body(Bytes(buffer))) } catch { return .failure(error) }
    }
    return try result.get()
}
