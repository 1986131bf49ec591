package import Bytes
internal import CLMDB
internal import Glibc

/// One consistent state of the environment, for reading; it never waits for the writer and never blocks it.
///
/// It ends when it goes out of scope; a long-lived one keeps the file from reusing pages. It may move between threads
/// but is used by one at a time. `Bytes` it returns hold until it ends or is renewed.
package struct ReadTransaction: ~Copyable, Reading {
    package let core: TransactionCore

    init(core: TransactionCore) { self.core = core }

    deinit {
        core.generation = 0
        mdb_txn_abort(core.handle)
    }

    package var environment: Environment { core.environment }

    /// The number of the write transaction whose result this one reads.
    package var transactionID: UInt64 { UInt64(mdb_txn_id(core.handle)) }

    @inlinable
    package func get(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bytes? {
        try core.get(database, key)
    }

    package func cursor(_ database: Database) throws(LMDBError) -> Cursor { try core.cursor(database) }

    package func count(_ database: Database) throws(LMDBError) -> Int { try core.count(database) }

    /// Moves on to the newest state. What was read before, and cursors opened before, hold no longer.
    package mutating func renew() throws(LMDBError) {
        core.generation += 1
        mdb_txn_reset(core.handle)
        try check(mdb_txn_renew(core.handle), "renew", environment)
    }
}

extension Environment {
    /// Begins reading the newest state. About 0.1 µs; nothing is pooled.
    package func read() throws(LMDBError) -> ReadTransaction {
        var handle: OpaquePointer?
        var status = mdb_txn_begin(self.handle, nil, UInt32(MDB_RDONLY), &handle)
        if status == MDB_READERS_FULL, clearStaleReaders() > 0 {
            status = mdb_txn_begin(self.handle, nil, UInt32(MDB_RDONLY), &handle)
        }
        try check(status, "read", self)
        guard let handle else { throw error(EINVAL, "read") }
        return ReadTransaction(core: TransactionCore(environment: self, handle: handle, writes: false))
    }
}
