internal import Bytes
package import LMDB
import Transparency

/// The append-only log of opaque entries and its Merkle tree, on LMDB.
///
///     entries   sequence (8, big-endian) → entry, always appended
///     tree      level (1) ‖ index (8, big-endian) → root of a complete subtree, for levels 8, 16, 24, …
///     format    "format" → LogFormat, "head" → LogHead
///
/// Every value ends with its checksum (`Bytes.checked`), which is no part of the entry.
/// Leaf hashes are not stored: at most 255 entries are hashed again where one is asked for. A lone event so writes its
/// entry and the head.
package final class EventLog: Sendable {
    package static let entryBytesMax = 65_535

    package let environment: Environment
    package let format: LogFormat
    /// The databases that the caller named, in its order.
    package let extraDatabases: [Database]
    let entries: Database
    let tree: Database
    let formatDatabase: Database

    static let names = ["format", "entries", "tree"]

    init(environment: Environment, format: LogFormat, databases: [Database]) {
        self.environment = environment
        self.format = format
        self.formatDatabase = databases[0]
        self.entries = databases[1]
        self.tree = databases[2]
        self.extraDatabases = Array(databases.dropFirst(3))
    }

    /// Makes an empty log in `directory`, which is created if missing. Throws `.exists` when there is one already, and
    /// `.foreignFile` when there is an LMDB file of another program.
    package static func create(
        directory: String, origin: String, databases: [String], options: Environment.Options
    ) throws(LMDBError) -> EventLog {
        var options = options
        options.createDirectory = true
        options.maxDatabases = names.count + databases.count + 2
        let environment = try Environment.open(directory: directory, options: options)
        let present = try environment.databaseNames()
        guard present.allSatisfy((names + databases).contains) else { throw foreign(directory) }
        let format = LogFormat(origin: origin)
        let opened = try environment.databases(names + databases, create: true) {
            (transaction, opened) throws(LMDBError) in
            guard try transaction.get(opened[0], LogFormat.key) == nil else {
                throw LMDBError(
                    code: .exists, operation: "create", path: directory, reason: "there is a ledger already",
                    remedy: "name an empty directory")
            }
            let value = ByteBuffer(capacity: 256)
            format.encode(to: value)
            try transaction.put(opened[0], LogFormat.key, value.bytes)
            value.removeAll()
            LogHead().encode(to: value)
            try transaction.put(opened[0], LogHead.key, value.bytes)
        }
        return EventLog(environment: environment, format: format, databases: opened)
    }

    /// Opens the log in `directory`.
    ///
    /// Throws `.notFound` when nothing was made there yet, `.foreignFile` for another program's LMDB file,
    /// `.newerFile` for a version or a feature that this program does not know, `.corrupt` when the entries and the
    /// head disagree, and what `Environment.open` throws.
    package static func open(
        directory: String, databases: [String], options: Environment.Options, readOnly: Bool
    ) throws(LMDBError) -> EventLog {
        var options = options
        options.readOnly = readOnly
        options.maxDatabases = names.count + databases.count + 2
        let environment = try Environment.open(directory: directory, options: options)
        // The format is asked before the other databases: a newer version may have others.
        let format = try self.format(of: environment, directory, readOnly: readOnly)
        let opened: [Database]
        do {
            opened = try environment.databases(names + databases, create: false)
        } catch {
            guard error.code == .notFound else { throw error }
            throw LMDBError(
                code: .corrupt, operation: "open", path: directory, reason: error.reason, remedy: "restore a backup")
        }
        let log = EventLog(environment: environment, format: format, databases: opened)
        let reading = try environment.read()
        let head = try log.head(in: reading)
        let stored = try reading.count(log.entries)
        guard head.count == UInt64(stored) else {
            throw LMDBError(
                code: .corrupt, operation: "open", path: directory,
                reason: "it has \(stored) entries, and its head counts \(head.count)", remedy: "restore a backup")
        }
        return log
    }

    /// Reads and judges the `format` record.
    private static func format(
        of environment: Environment, _ directory: String, readOnly: Bool
    ) throws(LMDBError) -> LogFormat {
        let present = try environment.databaseNames()
        guard !present.isEmpty else {
            throw LMDBError(
                code: .notFound, operation: "open", path: directory, reason: "its making was never finished",
                remedy: "create the ledger again")
        }
        guard present.contains(names[0]) else { throw foreign(directory) }
        let database = try environment.databases([names[0]], create: false)[0]
        let reading = try environment.read()
        guard let stored = try reading.get(database, LogFormat.key), let format = LogFormat(encoded: stored) else {
            throw foreign(directory)
        }
        guard format.isSound else {
            throw LMDBError(
                code: .corrupt, operation: "open", path: directory,
                reason: "the format record is damaged: its checksum does not hold", remedy: "restore a backup")
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
        return format
    }

    private static func foreign(_ directory: String) -> LMDBError {
        LMDBError(
            code: .foreignFile, operation: "open", path: directory, reason: "an LMDB file of another program",
            remedy: "name the directory of a ledger")
    }
}
