import Bytes
package import LMDB

extension Index {
    /// Makes this index's runs the serving ones, in one transaction; those they replace become garbage.
    ///
    /// This index was built under a manifest key of its own beside `serving`.
    package func replace(_ serving: IndexReader, to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard let reader else { preconditionFailure("an index in memory serves nobody") }
        var manifest = reader.manifest
        for run in serving.manifest.runs { manifest.garbage.append(Garbage(id: run.id, level: run.level)) }
        for job in serving.manifest.jobs { manifest.garbage.append(Garbage(id: job.output, level: job.level + 1)) }
        manifest.garbage += serving.manifest.garbage
        if serving.manifest.unfinishedRun != 0 {
            manifest.garbage.append(Garbage(id: serving.manifest.unfinishedRun, level: 0))
        }
        try Compactor(reader).store(manifest, reader: serving, to: transaction)
        let key = ByteBuffer(capacity: 64)
        key.append(reader.manifestKey)
        _ = try transaction.delete(reader.viewsDatabase, key.bytes)
    }

    /// Starts an empty set of runs behind those of `serving`. Numbers go on, so that runs are always appended.
    package func begin(behind serving: IndexReader, to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard let reader else { preconditionFailure("an index in memory has no runs") }
        var manifest = Manifest(viewsVersion: reader.programVersion)
        manifest.nextRun = serving.manifest.nextRun
        try Compactor(reader).store(manifest, reader: reader, to: transaction)
    }

    /// Deletes all chunks of runs that no manifest needs, after an interrupted rebuild.
    ///
    /// Returns false when nothing was left behind.
    package static func discardRebuild(
        _ abandoned: IndexReader, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        let key = ByteBuffer(capacity: 64)
        key.append(abandoned.manifestKey)
        let manifest = abandoned.manifest
        var left = manifest.runs.map { Garbage(id: $0.id, level: $0.level) } + manifest.garbage
        left += manifest.jobs.map { Garbage(id: $0.output, level: $0.level + 1) }
        if manifest.unfinishedRun != 0 { left.append(Garbage(id: manifest.unfinishedRun, level: 0)) }
        let compactor = Compactor(abandoned)
        for run in left {
            while try compactor.deleteRun(run, limit: 4_096, reader: abandoned, in: transaction) == 4_096 {}
        }
        _ = try transaction.delete(abandoned.viewsDatabase, key.bytes)
    }
}
