internal import Bytes
package import LMDB

extension Index {
    /// Runs of one level that make one of the next.
    static let fanIn = 8

    /// Writes the overlay as a run, says that entries below `folded` are in the runs, and advances merges.
    ///
    /// The overlay stays until the transaction has committed and `didCommit` is called. Merges advance by at most twice the run's bytes for each
    /// level, so each level's merge ends before its next inputs are complete, and no commit writes more than a small multiple of its own bytes.
    package func flush(folded: UInt64, to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard let reader else { preconditionFailure("an index in memory has nowhere to flush to") }
        var manifest = reader.manifest
        var budget = 0
        if overlay.count > 0 {
            let id = manifest.nextRun
            manifest.nextRun += 1
            var writer = RunWriter(run: id, database: reader.databases[0])
            let rows = TableRows(overlay)
            while !rows.isAtEnd {
                try writer.append(rows.key, rows.value, to: transaction)
                rows.next()
            }
            try writer.flush(to: transaction)
            manifest.runs.insert(Run(id: id, level: 0, rows: writer.rows, bytes: writer.bytes), at: 0)
            budget = 2 * Int(writer.bytes)
        }
        manifest.folded = folded
        try advanceMerges(of: &manifest, budget: budget, reader: reader, to: transaction)
        try store(manifest, reader: reader, to: transaction)
    }

    /// After the flush's transaction: the runs have what the overlay had.
    package func didCommit() throws(LMDBError) {
        keepFlushedRows()
        overlay.removeAll()
        try reader?.renew()
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
        if !job.lastKey.isEmpty, !rows.isAtEnd, job.lastKey.withBytes({ rows.key == $0 }) { rows.next() }
        while !rows.isAtEnd, writer.bytes < UInt64(budget) {
            try writer.append(rows.key, rows.value, to: transaction)
            if writer.bytes >= UInt64(budget) { job.lastKey = rows.key.array }
            rows.next()
        }
        try writer.flush(to: transaction)
        if rows.overflowed { fail("a sum of the views left 64 bits") }
        job.rows += writer.rows
        job.bytes += writer.bytes
        guard rows.isAtEnd else { return job }
        let merged = Run(id: job.output, level: job.level + 1, rows: job.rows, bytes: job.bytes)
        if let place = manifest.runs.firstIndex(where: { job.inputs.contains($0.id) }) {
            manifest.runs.insert(merged, at: place)
        }
        for input in inputs { manifest.garbage.append(Garbage(id: input.id, level: input.level)) }
        manifest.runs.removeAll { job.inputs.contains($0.id) }
        return nil
    }
}
