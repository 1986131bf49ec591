package import Bytes
internal import CLMDB

/// The one transaction that changes the environment, inside `Environment.write`.
///
/// `Bytes` it returns hold until the next change or the end, whichever comes first.
package struct WriteTransaction: ~Copyable, Reading {
    package let core: TransactionCore

    init(core: TransactionCore) { self.core = core }

    package var environment: Environment { core.environment }

    /// The number of this transaction; readers report it once it is committed.
    package var transactionID: UInt64 { UInt64(mdb_txn_id(core.handle)) }

    @inlinable
    package func get(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bytes? {
        try core.get(database, key)
    }

    package func cursor(_ database: Database) throws(LMDBError) -> Cursor { try core.cursor(database) }

    package func count(_ database: Database) throws(LMDBError) -> Int { try core.count(database) }

    /// Sets the value of `key`. With `append` the key must be above every other (`.badKey` otherwise), and pages fill.
    @inlinable
    package func put(_ database: Database, _ key: Bytes, _ value: Bytes, append: Bool = false) throws(LMDBError) {
        var keyValue = TransactionCore.value(key)
        var data = TransactionCore.value(value)
        let status = mdb_put(core.handle, database.dbi, &keyValue, &data, append ? UInt32(MDB_APPEND) : 0)
        if status != 0 { throw core.environment.error(status, "put") }
    }

    /// Makes room for a value of `count` bytes, to be written in place before the next change.
    @inlinable
    package func reserve(
        _ database: Database, _ key: Bytes, count: Int, append: Bool = false
    ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
        var keyValue = TransactionCore.value(key)
        var data = MDB_val(mv_size: count, mv_data: nil)
        let flags = UInt32(MDB_RESERVE) | (append ? UInt32(MDB_APPEND) : 0)
        let status = mdb_put(core.handle, database.dbi, &keyValue, &data, flags)
        if status != 0 { throw core.environment.error(status, "put") }
        return UnsafeMutableRawBufferPointer(start: data.mv_data, count: data.mv_size)
    }

    /// Removes `key`; false when it was not there.
    @discardableResult
    package func delete(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bool {
        var keyValue = TransactionCore.value(key)
        let status = mdb_del(core.handle, database.dbi, &keyValue, nil)
        if status == MDB_NOTFOUND { return false }
        try check(status, "delete", core.environment)
        return true
    }

    /// Removes at most `limit` entries from `from` up to, not including, `below`. How many were removed.
    @discardableResult
    package func deleteRange(
        _ database: Database, from: Bytes, below: Bytes, limit: Int = .max
    ) throws(LMDBError) -> Int {
        let cursor = try cursor(database)
        var deleted = 0
        var entry = try cursor.seek(atOrAfter: from)
        while let found = entry, deleted < limit, found.key < below {
            try check(mdb_cursor_del(cursor.handle, 0), "delete", core.environment)
            deleted += 1
            // After a deletion the cursor stands before what followed.
            entry = try cursor.next()
        }
        return deleted
    }

    /// Removes everything from a database. O(pages).
    package func clear(_ database: Database) throws(LMDBError) {
        try check(mdb_drop(core.handle, database.dbi, 0), "clear", core.environment)
    }
}
