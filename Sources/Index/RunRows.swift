internal import Bytes
internal import LMDB

/// The rows of one run from a key on, read where they lie.
final class RunRows: RowSource {
    private let reader: IndexReader
    private let run: Run
    private var cursor: CursorBox
    @exclusivity(unchecked) private var chunk = Bytes.none
    @exclusivity(unchecked) private var offset = 0
    private let keyBuffer = ByteBuffer(capacity: 300)

    /// The rows of `run` with key ≥ `start`.
    init(_ reader: IndexReader, _ run: Run, from start: Bytes) {
        self.reader = reader
        self.run = run
        self.cursor = reader.takeCursor(level: run.level)
        super.init()
        seek(start)
    }

    deinit { reader.returnCursor(cursor, level: run.level) }

    /// Moves to the first row with key ≥ `start`.
    func seek(_ start: Bytes) {
        isAtEnd = true
        guard let rows = reader.chunk(holding: start, in: run, cursor: cursor) else { return }
        open(rows)
        while !isAtEnd, key < start { next() }
    }

    /// The sums of the current row; what cannot be read is a failure, and counts as nothing.
    override var counters: Counters {
        if let counters = Counters(encoded: value) { return counters }
        reader.fail("a sum of the views cannot be read (run \(run.id))")
        return Counters()
    }

    private func fail(_ reason: String) {
        reader.fail(reason)
        isAtEnd = true
    }

    private func open(_ rows: Bytes) {
        keyBuffer.removeAll()
        chunk = rows
        offset = 0
        isAtEnd = false
        decode()
    }

    override func next() {
        guard offset >= chunk.count else { return decode() }
        guard let rows = reader.nextChunk(of: run, cursor: cursor) else {
            isAtEnd = true
            return
        }
        open(rows)
    }

    private func decode() {
        guard let row = RowHeader(chunk, at: offset), row.shared <= keyBuffer.count,
            row.shared + row.rest.count > 0, row.shared + row.rest.count <= RowLimits.keyBytes
        else { return fail("a run holds a row that cannot be read (run \(run.id))") }
        keyBuffer.truncate(to: row.shared)
        keyBuffer.append(chunk[row.rest])
        key = keyBuffer.bytes
        value = chunk[row.value]
        offset = row.value.upperBound
    }
}

/// Where the parts of a row lie in its chunk.
struct RowHeader {
    let shared: Int
    let rest: Range<Int>
    let value: Range<Int>

    @inline(__always)
    init?(_ chunk: Bytes, at offset: Int) {
        guard offset + 3 <= chunk.count else { return nil }
        shared = Int(chunk[offset])
        let restCount = Int(chunk[offset + 1])
        var at = offset + 2
        var valueCount = Int(chunk[at])
        at += 1
        if valueCount >= 0x80 {
            guard at < chunk.count, chunk[at] < 0x80 else { return nil }
            valueCount = valueCount & 0x7F | Int(chunk[at]) << 7
            at += 1
        }
        guard valueCount <= RowLimits.valueBytes, at + restCount + valueCount <= chunk.count else { return nil }
        rest = at..<at + restCount
        value = at + restCount..<at + restCount + valueCount
    }
}
