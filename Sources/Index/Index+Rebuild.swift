import Bytes
package import LMDB

extension Index {
    /// Makes this index's runs the serving ones, in one transaction; those they replace become garbage.
    ///
    /// This index was built under a manifest key of its own beside `serving`.
    package func replace(_ serving: IndexReader, to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard let reader else { preconditionFailure("an index in memory serves nobody") }
        var manifest = reader.manifest
        manifest.garbage += try serving.storedRuns()
        try Compactor(reader).store(manifest, reader: serving, to: transaction)
        let key = ByteBuffer(capacity: 64)
        key.append(reader.manifestKey)
        _ = try transaction.delete(reader.viewsDatabase, key.bytes)
    }

    /// Starts an empty set of runs behind those of `serving`. Numbers go on, so that runs are always appended.
    package func begin(behind serving: IndexReader, to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard let reader else { preconditionFailure("an index in memory has no runs") }
        var manifest = Manifest(viewsVersion: reader.programVersion)
        manifest.nextRun = try serving.storedRuns().reduce(serving.manifest.nextRun) { Swift.max($0, $1.id + 1) }
        try Compactor(reader).store(manifest, reader: reader, to: transaction)
    }

    /// Deletes all chunks of runs that `serving` does not name, after an interrupted rebuild. Where its manifest cannot be read, the next rebuild deletes them.
    package static func discardRebuild(
        _ abandoned: IndexReader, beside serving: IndexReader, to transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        let key = ByteBuffer(capacity: 64)
        key.append(abandoned.manifestKey)
        let named = serving.manifest.storedRuns
        let compactor = Compactor(abandoned)
        for run in try abandoned.storedRuns() where serving.failure == nil && !named.contains(run) {
            while try compactor.deleteRun(run, limit: 4_096, reader: abandoned, in: transaction) == 4_096 {}
        }
        _ = try transaction.delete(abandoned.viewsDatabase, key.bytes)
    }
}
