internal import Bytes

/// A sorted run in the database of its level.
package struct Run: Equatable, Sendable {
    package let id: UInt32
    package let level: Int
    package let rows: UInt64
    package let bytes: UInt64
    /// The indexes it has rows of; others need not be looked for in it.
    package let indexes: IndexSet
}

/// A merge under way: its inputs become `output` on the next level.
struct MergeJob: Equatable {
    let level: Int
    let inputs: [UInt32]
    let output: UInt32
    var rows: UInt64 = 0
    var bytes: UInt64 = 0
    var indexes = IndexSet()
    /// The last key written; the next slice goes on behind it.
    var lastKey: [UInt8] = []
}

/// A run that no longer counts and whose chunks are being deleted.
struct Garbage: Equatable {
    let id: UInt32
    let level: Int
}

/// Which runs count, up to which sequence, and what is under way. One small record, swapped whole.
///
/// Stored little-endian: `layout (4) ‖ views version (4) ‖ folded (8) ‖ next run (4) ‖ unfinished run (4) ‖ runs ‖ jobs ‖ garbage`,
/// each list a count (4) and its items; then the checksum (4).
package struct Manifest: Equatable {
    static let layout: UInt32 = 3

    /// Version of the views' rows; another version than the program's asks for a rebuild.
    package var viewsVersion: UInt32
    /// Entries 0 ..< folded are in the runs.
    package var folded: UInt64 = 0
    var nextRun: UInt32 = 1
    /// Newest first.
    package var runs: [Run] = []
    var jobs: [MergeJob] = []
    var garbage: [Garbage] = []
    /// The run that is being written from a frozen overlay, slice by slice; 0 when none is. A crash leaves it behind as garbage.
    var unfinishedRun: UInt32 = 0

    package init(viewsVersion: UInt32) { self.viewsVersion = viewsVersion }

    /// Every run of which chunks may be stored.
    var storedRuns: [Garbage] {
        runs.map { Garbage(id: $0.id, level: $0.level) } + jobs.map { Garbage(id: $0.output, level: $0.level + 1) }
            + garbage + [Garbage(id: unfinishedRun, level: 0)]
    }

    func encode(to out: ByteBuffer) {
        out.appendLittleEndian(Self.layout)
        out.appendLittleEndian(viewsVersion)
        out.appendLittleEndian(folded)
        out.appendLittleEndian(nextRun)
        out.appendLittleEndian(unfinishedRun)
        out.appendLittleEndian(UInt32(runs.count))
        for run in runs {
            out.appendLittleEndian(run.id)
            out.appendLittleEndian(UInt32(run.level))
            out.appendLittleEndian(run.rows)
            out.appendLittleEndian(run.bytes)
            encode(run.indexes, to: out)
        }
        out.appendLittleEndian(UInt32(jobs.count))
        for job in jobs {
            out.appendLittleEndian(UInt32(job.level))
            out.appendLittleEndian(job.output)
            out.appendLittleEndian(job.rows)
            out.appendLittleEndian(job.bytes)
            encode(job.indexes, to: out)
            out.appendLittleEndian(UInt32(job.inputs.count))
            for input in job.inputs { out.appendLittleEndian(input) }
            out.appendLittleEndian(UInt32(job.lastKey.count))
            job.lastKey.withBytes { out.append($0) }
        }
        out.appendLittleEndian(UInt32(garbage.count))
        for run in garbage {
            out.appendLittleEndian(run.id)
            out.appendLittleEndian(UInt32(run.level))
        }
        out.appendChecksum(under: Bytes.none)
    }

    private func encode(_ indexes: IndexSet, to out: ByteBuffer) {
        out.appendLittleEndian(indexes.words.0)
        out.appendLittleEndian(indexes.words.1)
        out.appendLittleEndian(indexes.words.2)
        out.appendLittleEndian(indexes.words.3)
    }

    init?(encoded stored: Bytes) {
        guard let bytes = stored.checked(under: Bytes.none) else { return nil }
        var reader = FixedReader(bytes)
        guard reader.u32() == Self.layout else { return nil }
        viewsVersion = reader.u32()
        folded = reader.u64()
        nextRun = reader.u32()
        unfinishedRun = reader.u32()
        for _ in 0..<reader.count() {
            let id = reader.u32()
            let level = Int(reader.u32())
            runs.append(
                Run(id: id, level: level, rows: reader.u64(), bytes: reader.u64(), indexes: reader.indexes()))
        }
        for _ in 0..<reader.count() {
            let level = Int(reader.u32())
            let output = reader.u32()
            let rows = reader.u64()
            let size = reader.u64()
            let indexes = reader.indexes()
            var inputs: [UInt32] = []
            for _ in 0..<reader.count() { inputs.append(reader.u32()) }
            var job = MergeJob(level: level, inputs: inputs, output: output)
            job.rows = rows
            job.bytes = size
            job.indexes = indexes
            job.lastKey = reader.take(reader.count())
            jobs.append(job)
        }
        for _ in 0..<reader.count() { garbage.append(Garbage(id: reader.u32(), level: Int(reader.u32()))) }
        guard reader.isComplete, isPossible else { return nil }
    }

    /// What every manifest that was written keeps to; a damaged one must not lead to a database or a number that does not exist.
    private var isPossible: Bool {
        let sizeMax: UInt64 = 1 << 48
        return nextRun < .max && unfinishedRun < nextRun
            && runs.allSatisfy {
                (0..<IndexReader.levels).contains($0.level) && $0.id < nextRun && $0.rows < sizeMax
                    && $0.bytes < sizeMax
            }
            && jobs.allSatisfy {
                (0..<IndexReader.levels - 1).contains($0.level) && $0.output < nextRun && $0.rows < sizeMax
                    && $0.bytes < sizeMax
                    && $0.lastKey.count <= RowLimits.keyBytes
            }
            && garbage.allSatisfy { (0..<IndexReader.levels).contains($0.level) && $0.id < nextRun }
    }
}

/// Reads fixed-width fields with a sticky failure, so that a damaged record is one check at the end.
private struct FixedReader {
    private let bytes: Bytes
    private var offset = 0
    private var failed = false

    init(_ bytes: Bytes) { self.bytes = bytes }

    var isComplete: Bool { !failed && offset == bytes.count }

    private mutating func next<T: FixedWidthInteger>(_: T.Type) -> T {
        guard !failed, offset + MemoryLayout<T>.size <= bytes.count else {
            failed = true
            return 0
        }
        defer { offset += MemoryLayout<T>.size }
        return bytes.littleEndian(at: offset)
    }

    mutating func u32() -> UInt32 { next(UInt32.self) }
    mutating func u64() -> UInt64 { next(UInt64.self) }
    mutating func indexes() -> IndexSet { IndexSet(words: (u64(), u64(), u64(), u64())) }

    /// A count of items, each of at least a byte.
    mutating func count() -> Int {
        let value = Int(u32())
        guard value <= bytes.count - offset else {
            failed = true
            return 0
        }
        return value
    }

    mutating func take(_ length: Int) -> [UInt8] {
        guard !failed, offset + length <= bytes.count else {
            failed = true
            return []
        }
        defer { offset += length }
        return bytes[offset..<offset + length].array
    }
}
