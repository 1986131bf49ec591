package import Bytes
package import LMDB

/// Reads the runs of one snapshot.
///
/// A failure of the storage (a damaged page, a row that cannot be read) does not interrupt a fold: it is kept in `failure`, reads answer
/// "nothing", and whoever drives the reader checks before it believes or commits a result.
package final class IndexReader {
    package static let levels = 8
    /// The databases that the index needs, in the order `init` takes them.
    package static let databaseNames = (0..<levels).map { "runs\($0)" } + ["views"]

    private var transaction: ReadTransaction
    let databases: [Database]
    let manifestKey: String
    package private(set) var manifest: Manifest
    package private(set) var failure: String?
    private var pools: [[CursorBox]] = Array(repeating: [], count: levels)
    private let seekKey = ByteBuffer(capacity: 300)

    var viewsDatabase: Database { databases[Self.levels] }

    /// - Parameters:
    ///   - manifestKey: which set of runs: the serving one or one being rebuilt.
    package init(
        _ transaction: consuming ReadTransaction, databases: [Database], viewsVersion: UInt32,
        manifestKey: String = "manifest"
    ) throws(LMDBError) {
        precondition(databases.count == Self.levels + 1)
        self.transaction = transaction
        self.databases = databases
        self.manifestKey = manifestKey
        self.manifest = Manifest(viewsVersion: viewsVersion)
        self.programVersion = viewsVersion
        try loadManifest()
    }

    let programVersion: UInt32

    /// Reads the same runs through a snapshot of its own, for another thread.
    package func another(_ transaction: consuming ReadTransaction) throws(LMDBError) -> IndexReader {
        try IndexReader(
            transaction, databases: databases, viewsVersion: programVersion, manifestKey: manifestKey)
    }

    private func loadManifest() throws(LMDBError) {
        let key = ByteBuffer(capacity: 64)
        key.append(manifestKey)
        guard let stored = try transaction.get(viewsDatabase, key.bytes) else {
            manifest = Manifest(viewsVersion: programVersion)
            return
        }
        if let decoded = Manifest(encoded: stored) {
            manifest = decoded
        } else {
            fail("the manifest of the views cannot be read")
        }
    }

    /// True when the stored views were made by another version of the program: they must be rebuilt.
    package var needsRebuild: Bool { manifest.viewsVersion != programVersion }

    /// Moves to the newest snapshot.
    package func renew() throws(LMDBError) {
        for level in 0..<Self.levels { pools[level].removeAll() }
        try transaction.renew()
        try loadManifest()
    }

    /// Lends the transaction, for reading the log in the same snapshot.
    package func withTransaction<R>(_ body: (borrowing ReadTransaction) throws(LMDBError) -> R) throws(LMDBError) -> R {
        try body(transaction)
    }

    package func fail(_ reason: String) {
        if failure == nil { failure = reason }
    }

    /// More rows than this are not stored, whatever a damaged manifest says: each takes three bytes of a chunk at least.
    var rowsMax: Int {
        var chunks = 0
        for level in 0..<Self.levels {
            do { chunks += try transaction.count(databases[level]) } catch { fail(error.reason) }
        }
        return chunks * (RowLimits.chunkBytes / 3)
    }

    // MARK: cursors

    func takeCursor(level: Int) -> CursorBox {
        if let box = pools[level].popLast() { return box }
        do {
            return CursorBox(try transaction.cursor(databases[level]))
        } catch {
            fail(error.reason)
            return CursorBox(nil)
        }
    }

    func returnCursor(_ box: CursorBox, level: Int) { pools[level].append(box) }

    // MARK: chunks

    /// The chunk of `run` in which `key` lies or would lie, else the run's first.
    func chunk(holding key: Bytes, in run: Run, cursor: CursorBox) -> Cursor.Entry? {
        seekKey.removeAll()
        seekKey.appendBigEndian(run.id)
        seekKey.append(key)
        let wanted = seekKey.bytes
        do {
            let found = try cursor.cursor?.seek(atOrAfter: wanted)
            if let found, found.key == wanted { return found }
            let before = found == nil ? try cursor.cursor?.last() : try cursor.cursor?.previous()
            if let before, before.key.count >= 4, before.key.bigEndian(at: 0, as: UInt32.self) == run.id {
                return before
            }
            guard let first = try cursor.cursor?.seek(atOrAfter: wanted), first.key.count >= 4,
                first.key.bigEndian(at: 0, as: UInt32.self) == run.id
            else { return nil }
            return first
        } catch {
            fail(error.reason)
            return nil
        }
    }

    func nextChunk(of run: Run, cursor: CursorBox) -> Cursor.Entry? {
        do {
            guard let entry = try cursor.cursor?.next(), entry.key.count >= 4,
                entry.key.bigEndian(at: 0, as: UInt32.self) == run.id
            else { return nil }
            return entry
        } catch {
            fail(error.reason)
            return nil
        }
    }

    // MARK: rows

    /// The newest value of `key` in the runs.
    ///
    /// - Complexity: one seek a run, newest first, until found.
    package func value(_ key: Bytes) -> Bytes? {
        for run in manifest.runs where run.indexes.contains(key[0]) {
            if let value = find(key, in: run) { return value }
        }
        return nil
    }

    /// The sum of `key` over all runs.
    package func counters(_ key: Bytes) -> Counters {
        var sum = Counters()
        for run in manifest.runs where run.indexes.contains(key[0]) {
            guard let value = find(key, in: run) else { continue }
            guard let counters = Counters(encoded: value), sum.add(counters) else {
                fail("a sum of the views cannot be read")
                return sum
            }
        }
        return sum
    }

    private func find(_ key: Bytes, in run: Run) -> Bytes? {
        let box = takeCursor(level: run.level)
        defer { returnCursor(box, level: run.level) }
        guard let entry = chunk(holding: key, in: run, cursor: box) else { return nil }
        let first = entry.key.dropFirst(4)
        let chunk = entry.value
        // `common` counts the leading bytes that the row before and the wanted key share, and that row is smaller. A row that shares
        // more with it is smaller too; one that shares less is larger, and the key is not there.
        var common = 0
        var offset = 0
        var isFirst = true
        while offset < chunk.count {
            guard let row = RowHeader(chunk, at: offset) else {
                fail("a run holds a row that cannot be read (run \(run.id))")
                return nil
            }
            offset = row.value.upperBound
            let rest = isFirst ? first : chunk[row.rest]
            let shared = isFirst ? 0 : row.shared
            isFirst = false
            if shared > common { continue }
            if shared < common { return nil }
            var at = 0
            let limit = Swift.min(rest.count, key.count - common)
            while at < limit, rest[at] == key[common + at] { at += 1 }
            if at == rest.count, common + at == key.count { return chunk[row.value] }
            if at < rest.count, common + at == key.count || rest[at] > key[common + at] { return nil }
            common += at
        }
        return nil
    }
}

/// A cursor that can be kept in a pool. `nil` after a failure.
final class CursorBox {
    var cursor: Cursor?

    init(_ cursor: consuming Cursor?) { self.cursor = cursor }
}

extension IndexReader {
    /// Whether anything is stored under this reader's manifest key.
    package func exists() throws(LMDBError) -> Bool {
        let key = ByteBuffer(capacity: 64)
        key.append(manifestKey)
        return try withTransaction { transaction throws(LMDBError) in
            try transaction.get(viewsDatabase, key.bytes) != nil
        }
    }
}
