internal import Bytes
package import LMDB

/// Writes overlays as runs and merges runs, in the write transactions of whoever owns it.
///
/// It reads through a snapshot of its own, so that it may work on another thread than the index whose overlay it writes.
package final class Compactor {
    /// Runs of one level that make one of the next.
    static let fanIn = 8
    /// How many times the bytes that events bring to a level its merge writes.
    private static let mergeFactor: UInt64 = 4
    /// More keys of a run are not believed.
    private static let keysMax: UInt64 = 1 << 40

    package let reader: IndexReader
    /// A sum left 64 bits: the views are damaged.
    package private(set) var failure: String?

    package init(_ reader: IndexReader) { self.reader = reader }

    /// An overlay on its way into a run.
    private struct Flush {
        let rows: TableRows
        let folded: UInt64
        let count: UInt64
        var written: UInt64 = 0
        var bytes: UInt64 = 0
        var indexes = IndexSet()
    }

    private var current: Flush?
    /// Bytes of a run for each event that it folds, as measured by the last flush.
    private var bytesPerEvent: UInt64 = 128

    /// Takes a frozen overlay, whose rows `step` and `flush` write; when they are written, entries below `folded` are in the runs.
    package func begin(_ rows: FrozenRows, folded: UInt64) {
        precondition(current == nil, "an overlay is being written")
        current = Flush(
            rows: TableRows(rows.table), folded: folded, count: UInt64(rows.rows))
    }

    /// Writes the whole frozen overlay and advances merges.
    package func flush(
        _ rows: FrozenRows, folded: UInt64, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        begin(rows, folded: folded)
        _ = try step(.max, of: 1, to: transaction)
    }

    /// Writes a slice of the frozen overlay and advances merges: of the overlay twice the share that `events` are of the
    /// `of` that fill one, so that a run ends before the next overlay is full; of each level's merge four times the bytes that they bring, so that it ends
    /// within a quarter of the time until its next inputs are complete: runs that are being merged are still asked. No commit writes more than a small
    /// multiple of its own bytes. True when the overlay is in the runs, once the transaction has committed.
    package func step(
        _ events: UInt64, of full: UInt64, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> Bool {
        var manifest = reader.manifest
        reader.filters?.abandonFinished()
        var isFinished = false
        var budget = events == .max ? 0 : Int(clamping: events * Self.mergeFactor * bytesPerEvent)
        if var flush = current {
            let share = events >= full ? flush.count : 1 + 2 * flush.count * events / full
            let before = flush.bytes
            try write(&flush, share, of: &manifest, to: transaction)
            isFinished = flush.rows.isAtEnd
            if events == .max { budget = Int(clamping: Self.mergeFactor * (flush.bytes - before)) }
            current = isFinished ? nil : flush
            if isFinished { finish(flush, &manifest) }
        }
        try advanceMerges(of: &manifest, budget: budget, reader: reader, to: transaction)
        if manifest != reader.manifest { try store(manifest, reader: reader, to: transaction) }
        return isFinished
    }

    private func write(
        _ flush: inout Flush, _ share: UInt64, of manifest: inout Manifest, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        if flush.written == 0, !flush.rows.isAtEnd {
            // What a writer that ended in the middle of a run left behind.
            if manifest.unfinishedRun != 0 { manifest.garbage.append(Garbage(id: manifest.unfinishedRun, level: 0)) }
            manifest.unfinishedRun = manifest.nextRun
            manifest.nextRun += 1
            _ = reader.filters?.begin(manifest.unfinishedRun)
        }
        var writer = RunWriter(run: manifest.unfinishedRun, database: reader.databases[0])
        let builder = reader.filters?.builder(of: manifest.unfinishedRun)
        while !flush.rows.isAtEnd, writer.rows < share {
            try writer.append(flush.rows.key, flush.rows.value, to: transaction)
            builder?.insert(flush.rows.key)
            flush.rows.next()
        }
        try writer.flush(to: transaction)
        flush.written += writer.rows
        flush.bytes += writer.bytes
        flush.indexes.formUnion(writer.indexes)
    }

    private func finish(_ flush: Flush, _ manifest: inout Manifest) {
        if flush.written > 0 {
            reader.filters?.finish(manifest.unfinishedRun)
            manifest.runs.insert(
                Run(
                    id: manifest.unfinishedRun, level: 0, rows: flush.written, bytes: flush.bytes,
                    indexes: flush.indexes), at: 0)
        }
        let events = Swift.max(1, flush.folded - Swift.min(flush.folded, manifest.folded))
        bytesPerEvent = Swift.min(4_096, 1 + flush.bytes / events)
        manifest.unfinishedRun = 0
        manifest.folded = flush.folded
    }

    /// After the transaction: sees what it wrote.
    package func didCommit() throws(LMDBError) {
        try reader.renew()
        reader.publishFilters()
    }

    func store(_ manifest: Manifest, reader: IndexReader, to transaction: borrowing WriteTransaction) throws(LMDBError)
    {
        let key = ByteBuffer(capacity: 64)
        key.append(reader.manifestKey)
        let value = ByteBuffer(capacity: 1024)
        manifest.encode(to: value)
        try transaction.put(reader.viewsDatabase, key.bytes, value.bytes)
    }

    private func advanceMerges(
        of manifest: inout Manifest, budget: Int, reader: IndexReader, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        var unfinished: [MergeJob] = []
        for job in manifest.jobs {
            if let rest = try advance(job, of: &manifest, budget: budget, reader: reader, to: transaction) {
                unfinished.append(rest)
            }
        }
        manifest.jobs = unfinished
        // Replaced runs are still read by older snapshots; LMDB keeps their pages for those.
        var chunks = 64 + budget / RowLimits.chunkBytes
        while chunks > 0, let oldest = manifest.garbage.first {
            let deleted = try deleteRun(oldest, limit: chunks, reader: reader, in: transaction)
            if deleted < chunks { manifest.garbage.removeFirst() }
            chunks -= Swift.max(deleted, 1)
        }
        // A new job reads its inputs from the next flush on: what this transaction wrote is not in the reader's snapshot yet.
        startMerges(of: &manifest)
    }

    func deleteRun(
        _ run: Garbage, limit: Int, reader: IndexReader, in transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> Int {
        let from = ByteBuffer(capacity: 64)
        from.appendBigEndian(run.id)
        let below = ByteBuffer(capacity: 64)
        below.appendBigEndian(run.id + 1)
        return try transaction.deleteRange(
            reader.databases[run.level], from: from.bytes, below: below.bytes, limit: limit)
    }

    /// A level that has gathered enough runs, all older than any that arrive later, starts to merge them.
    private func startMerges(of manifest: inout Manifest) {
        for level in 0..<IndexReader.levels - 1 where !manifest.jobs.contains(where: { $0.level == level }) {
            let gathered = manifest.runs.filter { $0.level == level }
            guard gathered.count >= Self.fanIn else { continue }
            manifest.jobs.append(
                MergeJob(level: level, inputs: gathered.suffix(Self.fanIn).map(\.id), output: manifest.nextRun))
            manifest.nextRun += 1
        }
    }

    /// Merges at most `budget` bytes; the rest of the job, or `nil` when it is done and the manifest names its output.
    private func advance(
        _ job: MergeJob, of manifest: inout Manifest, budget: Int, reader: IndexReader,
        to transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> MergeJob? {
        var job = job
        let inputs = manifest.runs.filter { job.inputs.contains($0.id) }
        var writer = RunWriter(run: job.output, database: reader.databases[job.level + 1])
        let rows = job.lastKey.withBytes { last in
            MergedRows(inputs.map { RunRows(reader, $0, from: last) })
        }
        rows.isCounted = false
        if !job.lastKey.isEmpty, !rows.isAtEnd, job.lastKey.withBytes({ rows.key == $0 }) { rows.next() }
        // Behind the oldest run there is nothing that a removed row could still hide.
        let isOldest = inputs.last.map { $0.id == manifest.runs.last?.id } ?? false
        let builder = job.lastKey.isEmpty ? beginFilter(of: job, inputs) : reader.filters?.builder(of: job.output)
        if let last = try rows.move(
            to: &writer, builder, bytes: UInt64(budget), dropsRemoved: isOldest, transaction)
        {
            job.lastKey = last
        }
        try writer.flush(to: transaction)
        if rows.overflowed { failure = "a sum of the views left 64 bits" }
        job.rows += writer.rows
        job.bytes += writer.bytes
        job.indexes.formUnion(writer.indexes)
        guard rows.isAtEnd else { return job }
        let merged = Run(id: job.output, level: job.level + 1, rows: job.rows, bytes: job.bytes, indexes: job.indexes)
        if let place = manifest.runs.firstIndex(where: { job.inputs.contains($0.id) }) {
            manifest.runs.insert(merged, at: place)
        }
        for input in inputs { manifest.garbage.append(Garbage(id: input.id, level: input.level)) }
        manifest.runs.removeAll { job.inputs.contains($0.id) }
        reader.filters?.finish(job.output)
        return nil
    }

    /// A merge has at most the keys of its inputs; of a run without a filter half the rows are taken for keys.
    private func beginFilter(of job: MergeJob, _ inputs: [Run]) -> KeyFilterBuilder? {
        guard let filters = reader.filters else { return nil }
        let keys = inputs.reduce(0) { $0 + (filters.keys(of: $1.id) ?? Int(min($1.rows / 2, Self.keysMax))) }
        return filters.begin(job.output, keys: keys)
    }
}

extension MergedRows {
    /// Writes rows until the writer has that many bytes or there are no more; the key of the last one if there may be more.
    fileprivate func move(
        to writer: inout RunWriter, _ builder: KeyFilterBuilder?, bytes: UInt64, dropsRemoved: Bool,
        _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> [UInt8]? {
        while !isAtEnd, writer.bytes < bytes {
            if dropsRemoved, key.isRemoved(value) {
                next()
                continue
            }
            try writer.append(key, value, to: transaction)
            builder?.insert(key)
            if writer.bytes >= bytes {
                let last = key.array
                next()
                return last
            }
            next()
        }
        return nil
    }
}
