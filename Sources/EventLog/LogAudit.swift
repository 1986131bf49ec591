package import Bytes
package import LMDB
package import Transparency

/// Checks a log entry by entry, and tells all that is wrong with it instead of ending at the first.
///
/// One thread at a time: `take` as the entries are wanted, then `finish`.
package final class LogAudit {
    /// Something that is wrong.
    package struct Finding: Equatable, Sendable {
        package enum Code: String, Sendable {
            /// A checksum does not hold.
            case checksum
            /// Entries from `sequence` up to, not including, `expected` are missing.
            case gap
            /// An entry was recorded before the one in front of it: `found` and `expected` are microseconds since 1970.
            case time
            /// An entry is not what the ledger writes; `reason` says why.
            case form
            /// A stored node of the tree is missing, or is not the hash of the entries below it.
            case node
            /// The entries give another root than the head has.
            case root
            /// Another figure of the head; `reason` names it.
            case head
            /// A record that nobody writes.
            case unknown
        }

        package let code: Code
        package let database: String
        package let key: [UInt8]
        package let sequence: UInt64?
        package let found: UInt64
        package let expected: UInt64
        package let reason: String

        init(
            _ code: Code, _ database: String = "entries", key: [UInt8] = [], sequence: UInt64? = nil, found: UInt64 = 0,
            expected: UInt64 = 0, reason: String = ""
        ) {
            self.code = code
            self.database = database
            self.key = key
            self.sequence = sequence
            self.found = found
            self.expected = expected
            self.reason = reason
        }
    }

    /// More are counted, not told.
    package static let findingsMax = 100

    private let log: EventLog
    private let transaction: ReadTransaction
    private let flaw: (UInt64, Bytes) -> String?
    package private(set) var findings: [Finding] = []
    /// Entries that were read, and nodes of the tree and values that were compared.
    package private(set) var entries: UInt64 = 0
    package private(set) var nodes: UInt64 = 0
    package private(set) var values: UInt64 = 0
    /// The stored notes of checkpoints: "checkpoint" ‖ size (8) → note.
    package private(set) var checkpoints: [(size: UInt64, note: [UInt8])] = []
    private var next: UInt64 = 0
    private var frontier = Frontier()
    private var lastUs: UInt64 = 0
    private var entryBytes: UInt64 = 0
    private let key = ByteBuffer(capacity: 64)

    /// - Parameters:
    ///   - transaction: the snapshot that is checked.
    ///   - flaw: what is wrong with the bytes of an entry, or nil.
    package init(
        _ log: EventLog, _ transaction: consuming ReadTransaction, flaw: @escaping (UInt64, Bytes) -> String?
    ) {
        self.log = log
        self.transaction = transaction
        self.flaw = flaw
    }

    /// The root of the entries that were taken.
    package var root: Hash { frontier.root }

    private func find(_ finding: Finding) {
        if findings.count < Self.findingsMax { findings.append(finding) }
    }

    /// Checks the entries up to `end`, not including it.
    ///
    /// - Complexity: O(entries and their bytes).
    package func take(through end: UInt64) throws(LMDBError) {
        guard next < end else { return }
        let cursor = try transaction.cursor(log.entries)
        var entry = try withUnsafeTemporaryBigEndian(next) { key throws(LMDBError) in
            try cursor.seek(atOrAfter: key)
        }
        while next < end {
            guard let current = entry, current.key.count == 8 else {
                find(Finding(.gap, sequence: next, expected: end))
                next = end
                return
            }
            let sequence: UInt64 = current.key.bigEndian(at: 0)
            if sequence > next { find(Finding(.gap, sequence: next, expected: sequence)) }
            next = sequence
            guard sequence < end else { return }
            try take(current, sequence)
            next += 1
            entry = try cursor.next()
        }
    }

    private func take(_ stored: Cursor.Entry, _ sequence: UInt64) throws(LMDBError) {
        entries += 1
        values += 1
        let isSound = stored.value.checked(under: stored.key) != nil
        if !isSound { find(Finding(.checksum, key: stored.key.array, sequence: sequence)) }
        let entry = stored.value.prefix(max(0, stored.value.count - Bytes.checksumBytes))
        entryBytes += UInt64(entry.count)
        // What the disk changed is told once.
        if isSound {
            if let reason = flaw(sequence, entry) { find(Finding(.form, sequence: sequence, reason: reason)) }
            if entry.count >= 18 {
                let us: UInt64 = entry.littleEndian(at: 10)
                if us < lastUs { find(Finding(.time, sequence: sequence, found: us, expected: lastUs)) }
                lastUs = max(lastUs, us)
            }
        }
        var complete: [(Int, Hash)] = []
        frontier.append(Hash.leaf(entry)) { level, root in
            if level % 8 == 0 { complete.append((level, root)) }
        }
        for (level, root) in complete { try compare(level, sequence >> UInt64(level), root) }
    }

    private func compare(_ level: Int, _ index: UInt64, _ root: Hash) throws(LMDBError) {
        key.removeAll()
        key.append(UInt8(level))
        key.appendBigEndian(index)
        nodes += 1
        let stored = try transaction.get(log.tree, key.bytes)
        // A checksum that does not hold is told by the reading of all values.
        guard let value = stored?.checked(under: key.bytes) else {
            if stored == nil { find(Finding(.node, "tree", key: key.bytes.array, reason: "missing")) }
            return
        }
        guard value.count == 32, Hash(value) == root else {
            find(Finding(.node, "tree", key: key.bytes.array))
            return
        }
    }

    /// After all entries: the head, the tree's other nodes, and the values of the databases of the log.
    package func finish() throws(LMDBError) {
        let head = try log.head(in: transaction)
        try take(through: head.count)
        if head.root != frontier.root {
            find(Finding(.root, "format", reason: "\(frontier.root.hex) ≠ \(head.root.hex)"))
        }
        compare("count", try UInt64(transaction.count(log.entries)), head.count)
        compare("entryBytes", entryBytes, head.entryBytes)
        if findings.isEmpty || lastUs > head.lastRecordedAtUs {
            compare("lastRecordedAtUs", lastUs, head.lastRecordedAtUs)
        }
        try readNodes()
        try readRecords()
    }

    private func compare(_ name: String, _ counted: UInt64, _ stored: UInt64) {
        if counted != stored {
            find(Finding(.head, "format", key: Array("head".utf8), found: stored, expected: counted, reason: name))
        }
    }

    private func readNodes() throws(LMDBError) {
        let cursor = try transaction.cursor(log.tree)
        var stored: UInt64 = 0
        while let node = try cursor.next() {
            stored += 1
            values += 1
            if node.value.checked(under: node.key) == nil { find(Finding(.checksum, "tree", key: node.key.array)) }
        }
        if stored > nodes { find(Finding(.unknown, "tree", found: stored, expected: nodes)) }
    }

    private func readRecords() throws(LMDBError) {
        let checkpoint = Bytes("checkpoint" as StaticString)
        let cursor = try transaction.cursor(log.formatDatabase)
        while let record = try cursor.next() {
            values += 1
            let key = record.key
            if key == LogFormat.key {
                if LogFormat(encoded: record.value)?.isSound != true {
                    find(Finding(.checksum, "format", key: key.array))
                }
            } else if key == LogHead.key {
                if LogHead(encoded: record.value) == nil { find(Finding(.checksum, "format", key: key.array)) }
            } else if key.hasPrefix(checkpoint), key.count == checkpoint.count + 8 {
                guard let note = record.value.checked(under: key) else {
                    find(Finding(.checksum, "format", key: key.array))
                    continue
                }
                checkpoints.append((key.bigEndian(at: checkpoint.count), note.array))
            } else {
                find(Finding(.unknown, "format", key: key.array))
            }
        }
    }
}

extension EventLog {
    /// What the databases of a log promise to a walk over their pages: entries and nodes are only ever added, entries have the numbers 0, 1, 2, …
    package static var pageOptions: PageWalk.Options {
        var options = PageWalk.Options()
        options.grown = ["entries", "tree"]
        options.consecutive = ["entries"]
        return options
    }

    /// The names of the databases of every log.
    package static var databaseNames: [String] { names }

    /// Whether the `format` record was written by this version and changed since: a version above ours is otherwise believed without its checksum.
    package static func isDamagedFormat(in directory: String) -> Bool {
        do throws(LMDBError) {
            let environment = try Environment.open(
                directory: directory, options: Environment.Options(maxDatabases: 64, readOnly: true))
            let database = try environment.databases(["format"], create: false)[0]
            let reading = try environment.read()
            guard let stored = try reading.get(database, LogFormat.key) else { return true }
            return LogFormat.isOurs(stored)
        } catch { return true }
    }
}
