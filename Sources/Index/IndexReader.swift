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
    let seekKey = ByteBuffer(capacity: 300)
    /// Chunks that were found undamaged, by their address and run: a run never changes, and when its pages serve another that has another number.
    private var verified = [UInt64](repeating: 0, count: verifiedMax)
    private static let verifiedMax = 1 << 14

    /// What look-ups found in this snapshot: rules and folds ask for the same rows again and again.
    private let found = RowTable()
    private let prefixes = RowTable()

    /// Which keys each run may have, for a writer; see `RunFilters`.
    package private(set) var filters: RunFilters?
    /// What decides whether a run is asked, in the order of the manifest's runs.
    @exclusivity(unchecked) private var gates: [Gate] = []
    /// The filters of those runs, which the gates borrow.
    private var gateFilters: [UInt32: KeyFilter] = [:]
    /// Seeks in vain in runs without a filter.
    private var vain: [UInt32: UInt64] = [:]

    var viewsDatabase: Database { databases[Self.levels] }

    /// - Parameters:
    ///   - manifestKey: which set of runs: the serving one or one being rebuilt.
    ///   - isReplaced: whether the runs are going to be replaced, so that a manifest that cannot be read is no failure.
    package init(
        _ transaction: consuming ReadTransaction, databases: [Database], viewsVersion: UInt32,
        manifestKey: String = "manifest", isReplaced: Bool = false
    ) throws(LMDBError) {
        precondition(databases.count == Self.levels + 1)
        self.transaction = transaction
        self.databases = databases
        self.manifestKey = manifestKey
        self.manifest = Manifest(viewsVersion: viewsVersion)
        self.programVersion = viewsVersion
        self.isReplaced = isReplaced
        try loadManifest()
    }

    let programVersion: UInt32
    private let isReplaced: Bool

    /// Reads the same runs through a snapshot of its own, for another thread.
    package func another(_ transaction: consuming ReadTransaction) throws(LMDBError) -> IndexReader {
        let other = try IndexReader(
            transaction, databases: databases, viewsVersion: programVersion, manifestKey: manifestKey)
        if let filters { other.filter(by: filters) }
        return other
    }

    private func loadManifest() throws(LMDBError) {
        let key = ByteBuffer(capacity: 64)
        key.append(manifestKey)
        defer { setGates() }
        guard let stored = try transaction.get(viewsDatabase, key.bytes) else {
            manifest = Manifest(viewsVersion: programVersion)
            return
        }
        if let decoded = Manifest(encoded: stored) {
            manifest = decoded
        } else if isReplaced {
            manifest = Manifest(viewsVersion: ~programVersion)
        } else {
            fail("the manifest of the views cannot be read")
        }
    }

    /// True when the stored views were made by another version of the program: they must be rebuilt.
    package var needsRebuild: Bool { manifest.viewsVersion != programVersion }

    /// Moves to the newest snapshot.
    package func renew() throws(LMDBError) {
        for level in 0..<Self.levels { pools[level].removeAll() }
        found.removeAll()
        prefixes.removeAll()
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

    // MARK: filters

    /// Asks runs only for keys that these filters do not deny them. For writers.
    package func filter(by filters: RunFilters) {
        self.filters = filters
        setGates()
    }

    /// After a commit and `renew`: the filters of the runs that it finished serve.
    func publishFilters() {
        guard let filters else { return }
        filters.publish(manifest)
        setGates()
    }

    func forgetFilters() {
        filters?.forget()
        vain.removeAll()
        setGates()
    }

    private func setGates() {
        gateFilters = filters?.serving ?? [:]
        gates = manifest.runs.map { Gate($0, gateFilters[$0.id]) }
    }

    /// A run, as it is asked or not. The filters keep the words alive.
    private struct Gate {
        let indexes: IndexSet
        let words: UnsafePointer<UInt64>?
        let wordCount: UInt64

        init(_ run: Run, _ filter: KeyFilter?) {
            indexes = run.indexes
            words = filter.map { UnsafePointer($0.words) }
            wordCount = filter?.wordCount ?? 0
        }

        @inline(__always)
        func mayAnswer(_ question: Question) -> Bool {
            guard indexes.contains(question.index) else { return false }
            guard question.bits != 0, let words else { return true }
            return words[KeyFilter.place(question.hash, of: wordCount)] & question.bits == question.bits
        }
    }

    /// What is asked of each run, computed once.
    private struct Question {
        let index: UInt8
        let hash: UInt64
        /// What the word of a run that may answer has; 0 where filters do not know.
        var bits: UInt64 = 0

        init(_ index: UInt8, _ hash: UInt64?) {
            self.index = index
            self.hash = hash ?? 0
            bits = hash.map { KeyFilter.bits($0) } ?? 0
        }
    }

    /// A key, of which rows are asked by the whole of it.
    @inline(__always)
    private func question(_ key: Bytes, _ row: RowKey) -> Question {
        guard let asked = filters?.asked else { return Question(key[0], nil) }
        return asked.points.contains(key[0]) ? Question(key[0], row.hash) : question(key)
    }

    /// A prefix.
    private func question(_ prefix: Bytes) -> Question {
        Question(prefix[0], filters?.asked.prefix(of: prefix).map { RowKey($0).hash })
    }

    /// The place of the next run, from that place on, that may answer; behind the last one when there is none.
    @inline(__always)
    private func nextRun(from place: Int, asked question: Question) -> Int {
        gates.withUnsafeBufferPointer { gates in
            var place = place
            while place < gates.count, !gates[place].mayAnswer(question) { place &+= 1 }
            return place
        }
    }

    /// One seek in vain costs about as much as reading this many rows.
    private static let rowsPerSeek: UInt64 = 64
    /// Larger runs are not read for a filter: nobody is to wait for that.
    private static let readRowsMax: UInt64 = 1 << 24

    @inline(__always)
    private func countVain(_ place: Int) {
        if filters != nil, gates[place].words == nil { readForFilter(place) }
    }

    /// Reads a run of before this writer for its filter, when that is worth it.
    @inline(never)
    private func readForFilter(_ place: Int) {
        let run = manifest.runs[place]
        guard let filters, run.rows <= Self.readRowsMax else { return }
        let count = (vain[run.id] ?? 0) + 1
        vain[run.id] = count
        guard count * Self.rowsPerSeek > run.rows else { return }
        // Where there is no room it is not read again soon.
        vain[run.id] = 0
        guard let builder = filters.builder(reading: run) else { return }
        for index in UInt8.min...UInt8.max where run.indexes.contains(index) && filters.asked.indexes.contains(index) {
            let start = [index]
            let rows = start.withBytes { RunRows(self, run, from: $0) }
            while !rows.isAtEnd, rows.key[0] == index {
                builder.insert(rows.key)
                rows.next()
            }
        }
        guard failure == nil, let filter = filters.adopt(builder, of: run.id) else { return }
        gateFilters[run.id] = filter
        gates[place] = Gate(run, filter)
        vain[run.id] = nil
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

    /// The rows of a chunk of `run`; a chunk whose checksum does not hold is a failure and has none.
    @inline(__always)
    func rows(of chunk: Cursor.Entry, _ run: Run) -> Bytes? {
        let address = UInt64(UInt(bitPattern: chunk.value.base))
        let place = address ^ UInt64(run.id) << 44
        let slot = Int(truncatingIfNeeded: place >> 5 ^ place >> 44) & (Self.verifiedMax - 1)
        if verified[slot] == place { return chunk.value.prefix(chunk.value.count &- Bytes.checksumBytes) }
        guard let rows = chunk.value.checked(under: chunk.key) else {
            fail("a chunk is damaged: its checksum does not hold (run \(run.id))")
            return nil
        }
        verified[slot] = place
        return rows
    }

    /// The chunk of `run` in which `key` lies or would lie; `nil` behind the run's last key.
    func chunk(holding key: Bytes, in run: Run, cursor: CursorBox) -> Bytes? {
        seekKey.removeAll()
        seekKey.appendBigEndian(run.id)
        seekKey.append(key)
        do {
            guard let found = try cursor.cursor?.seek(atOrAfter: seekKey.bytes), found.key.count >= 4,
                found.key.bigEndian(at: 0, as: UInt32.self) == run.id
            else { return nil }
            return rows(of: found, run)
        } catch {
            fail(error.reason)
            return nil
        }
    }

    func nextChunk(of run: Run, cursor: CursorBox) -> Bytes? {
        do {
            guard let entry = try cursor.cursor?.next(), entry.key.count >= 4,
                entry.key.bigEndian(at: 0, as: UInt32.self) == run.id
            else { return nil }
            return rows(of: entry, run)
        } catch {
            fail(error.reason)
            return nil
        }
    }

    // MARK: rows

    /// The newest value of `key` in the runs.
    ///
    /// - Complexity: one seek a run that may have it, newest first, until found; O(1) when it was asked before.
    package func value(_ key: Bytes) -> Bytes? {
        let row = RowKey(key)
        let question = question(key, row)
        var place = nextRun(from: 0, asked: question)
        guard place < gates.count else { return nil }
        if let known = found.value(row) { return Remembered(known).value }
        var value: Bytes?
        while place < gates.count {
            value = find(key, inRunAt: place)
            if value != nil { break }
            place = nextRun(from: place &+ 1, asked: question)
        }
        remember(row, Remembered(value))
        return value
    }

    /// The sum of `key` over all runs.
    ///
    /// - Complexity: one seek a run that may have it; O(1) when it was asked before.
    package func counters(_ key: Bytes) -> Counters {
        let row = RowKey(key)
        let question = question(key, row)
        var sum = Counters()
        var place = nextRun(from: 0, asked: question)
        guard place < gates.count else { return sum }
        if let known = found.value(row) { return Remembered(known).counters }
        while place < gates.count {
            if let value = find(key, inRunAt: place) {
                guard let counters = Counters(encoded: value), sum.add(counters) else {
                    fail("a sum of the views cannot be read")
                    return sum
                }
            }
            place = nextRun(from: place &+ 1, asked: question)
        }
        remember(row, Remembered(sum))
        return sum
    }

    private func remember(_ row: RowKey, _ what: Remembered) {
        if found.count >= Self.rememberedMax { found.removeAll() }
        what.withBytes { found.put(row, $0) }
    }

    /// The rows of each run that has some under `prefix`, from `start` on; newest run first.
    ///
    /// - Complexity: one seek a run that may have some; one for each run that has some when the prefix was asked before.
    func rows(prefix: Bytes, from start: Bytes?) -> [RunRows] {
        guard !prefix.isEmpty else { return manifest.runs.map { RunRows(self, $0, from: start ?? prefix) } }
        let row = RowKey(prefix)
        let question = question(prefix)
        var place = nextRun(from: 0, asked: question)
        guard place < gates.count else { return [] }
        let known = prefixes.value(row).map { Remembered($0).first }
        var having: UInt64 = 0
        var sources: [RunRows] = []
        while place < gates.count {
            // Runs are few; the bits of those that are not stand for "perhaps".
            let bit: UInt64 = place < 64 ? 1 << UInt64(place) : 0
            if known.map({ bit == 0 || $0 & bit != 0 }) ?? true {
                let rows = RunRows(self, manifest.runs[place], from: start ?? prefix)
                if start != nil || (!rows.isAtEnd && rows.key.hasPrefix(prefix)) {
                    having |= bit
                    sources.append(rows)
                } else {
                    countVain(place)
                }
            }
            place = nextRun(from: place &+ 1, asked: question)
        }
        if known == nil, start == nil {
            if prefixes.count >= Self.rememberedMax { prefixes.removeAll() }
            Remembered(first: having, second: 0).withBytes { prefixes.put(row, $0) }
        }
        return sources
    }

    /// Answers that are kept of each kind.
    private static let rememberedMax = 1 << 16

    private func find(_ key: Bytes, inRunAt place: Int) -> Bytes? {
        let value = find(key, in: manifest.runs[place])
        if value == nil { countVain(place) }
        return value
    }

    private func find(_ key: Bytes, in run: Run) -> Bytes? {
        let box = takeCursor(level: run.level)
        defer { returnCursor(box, level: run.level) }
        guard let chunk = chunk(holding: key, in: run, cursor: box) else { return nil }
        return row(key, in: chunk, of: run)
    }

    /// Walks a chunk to the row of `key`.
    ///
    /// `common` counts the leading bytes that the row before and the wanted key share, and that row is smaller. A row that shares more with it is
    /// smaller too; one that shares less is larger, and the key is not there. So most rows are passed by looking at one byte.
    private func row(_ key: Bytes, in chunk: Bytes, of run: Run) -> Bytes? {
        let base = chunk.base
        let end = chunk.count
        var common = 0
        var at = 0
        while at &+ 3 <= end {
            let shared = Int(base.load(fromByteOffset: at, as: UInt8.self))
            let rest = Int(base.load(fromByteOffset: at &+ 1, as: UInt8.self))
            var length = Int(base.load(fromByteOffset: at &+ 2, as: UInt8.self))
            at &+= 3
            if length >= 0x80 {
                guard at < end else { break }
                length = length & 0x7F | Int(base.load(fromByteOffset: at, as: UInt8.self)) << 7
                at &+= 1
            }
            let next = at &+ rest &+ length
            guard next <= end else { break }
            if shared > common {
                at = next
                continue
            }
            if shared < common { return nil }
            let limit = Swift.min(rest, key.count &- common)
            var same = 0
            while same < limit,
                base.load(fromByteOffset: at &+ same, as: UInt8.self)
                    == key.base.load(fromByteOffset: common &+ same, as: UInt8.self)
            { same &+= 1 }
            if same == rest, common &+ same == key.count { return chunk[at &+ rest..<next] }
            if same < rest {
                if common &+ same == key.count { return nil }
                if base.load(fromByteOffset: at &+ same, as: UInt8.self) > key[common &+ same] { return nil }
            }
            common &+= same
            at = next
        }
        if at != end { fail("a run holds a row that cannot be read (run \(run.id))") }
        return nil
    }
}

/// A cursor that can be kept in a pool. `nil` after a failure.
final class CursorBox {
    var cursor: Cursor?

    init(_ cursor: consuming Cursor?) { self.cursor = cursor }
}

extension IndexReader {
    /// Every run of which chunks are stored, whatever the manifest says.
    ///
    /// - Complexity: O(runs), a seek each.
    func storedRuns() throws(LMDBError) -> [Garbage] {
        var found: [Garbage] = []
        let from = ByteBuffer(capacity: 64)
        for level in 0..<Self.levels {
            let cursor = try transaction.cursor(databases[level])
            var entry = try cursor.next()
            while let key = entry?.key {
                guard key.count >= 4, key.bigEndian(at: 0, as: UInt32.self) < .max - 1 else {
                    throw LMDBError(
                        code: .corrupt, operation: "read", path: "", reason: "a chunk of the views has no run",
                        remedy: "restore a backup")
                }
                let id: UInt32 = key.bigEndian(at: 0)
                found.append(Garbage(id: id, level: level))
                from.removeAll()
                from.appendBigEndian(id + 1)
                entry = try cursor.seek(atOrAfter: from.bytes)
            }
        }
        return found
    }

    /// Whether anything is stored under this reader's manifest key.
    package func exists() throws(LMDBError) -> Bool {
        let key = ByteBuffer(capacity: 64)
        key.append(manifestKey)
        return try withTransaction { transaction throws(LMDBError) in
            try transaction.get(viewsDatabase, key.bytes) != nil
        }
    }
}

/// An answer of the runs, as a row of a table: sums, or where a value lies in the snapshot.
private struct Remembered {
    var first: UInt64
    var second: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    init(_ stored: Bytes) {
        first = stored.base.loadUnaligned(as: UInt64.self)
        second = stored.base.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    init(_ value: Bytes?) {
        first = value.map { UInt64(UInt(bitPattern: $0.base)) } ?? 0
        second = UInt64(value?.count ?? 0)
    }

    init(_ counters: Counters) {
        first = UInt64(bitPattern: counters.first)
        second = UInt64(bitPattern: counters.second)
    }

    var value: Bytes? {
        UnsafeRawPointer(bitPattern: UInt(first)).map { Bytes(base: $0, count: Int(second)) }
    }

    var counters: Counters { Counters(Int64(bitPattern: first), Int64(bitPattern: second)) }

    func withBytes(_ body: (Bytes) -> Void) {
        withUnsafeBytes(of: self) { raw in
            if let base = raw.baseAddress { body(Bytes(base: base, count: raw.count)) }
        }
    }
}
