package import Bytes
package import CLMDB

/// What a transaction and its cursors share: the C handle, and whether it still stands for the same snapshot.
package final class TransactionCore {
    package let environment: Environment
    package let handle: OpaquePointer
    package let writes: Bool
    /// Grows with each renewal; 0 when the transaction has ended.
    package var generation: UInt64 = 1

    init(environment: Environment, handle: OpaquePointer, writes: Bool) {
        self.environment = environment
        self.handle = handle
        self.writes = writes
    }

    @inlinable
    @inline(__always)
    package func get(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bytes? {
        var keyValue = TransactionCore.value(key)
        var value = MDB_val()
        let status = mdb_get(handle, database.dbi, &keyValue, &value)
        if status == 0 { return TransactionCore.bytes(value) }
        return try missing(status)
    }

    /// Nil where there is no such key; otherwise throws what went wrong.
    @inline(never)
    package func missing(_ status: CInt) throws(LMDBError) -> Bytes? {
        if status == MDB_NOTFOUND { return nil }
        throw environment.error(status, "get")
    }

    func count(_ database: Database) throws(LMDBError) -> Int {
        var statistics = MDB_stat()
        try check(mdb_stat(handle, database.dbi, &statistics), "count", environment)
        return Int(statistics.ms_entries)
    }

    func cursor(_ database: Database) throws(LMDBError) -> Cursor {
        var cursor: OpaquePointer?
        try check(mdb_cursor_open(handle, database.dbi, &cursor), "open cursor", environment)
        guard let cursor else { throw environment.error(MDB_PANIC, "open cursor") }
        return Cursor(handle: cursor, core: self)
    }
}

// The compiler lets `@inlinable package` stand in types of this module only, hence no initialisers on `MDB_val`.
extension TransactionCore {
    @inlinable
    package static func value(_ bytes: Bytes) -> MDB_val {
        MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.buffer.baseAddress))
    }

    @inlinable
    package static func bytes(_ value: MDB_val) -> Bytes {
        // LMDB sets an address whenever it reports success, also for an empty value.
        Bytes(base: UnsafeRawPointer(value.mv_data.unsafelyUnwrapped), count: value.mv_size)
    }
}
