package import Bytes
package import CLMDB

/// A place in a database that moves in key order. It must not be used after its transaction has ended
/// (`.transactionEnded` is thrown).
package struct Cursor: ~Copyable {
    /// One key and its value; they hold as long as what the transaction returns.
    @frozen
    package struct Entry {
        package let key: Bytes
        package let value: Bytes

        @inlinable
        init(key: Bytes, value: Bytes) {
            self.key = key
            self.value = value
        }
    }

    package let handle: OpaquePointer
    package let core: TransactionCore
    package let generation: UInt64

    init(handle: OpaquePointer, core: TransactionCore) {
        self.handle = handle
        self.core = core
        self.generation = core.generation
    }

    deinit {
        // A write transaction frees its cursors when it ends.
        if !core.writes || core.generation != 0 { mdb_cursor_close(handle) }
    }

    /// The first entry whose key is not below `key`.
    @inlinable
    package func seek(atOrAfter key: Bytes) throws(LMDBError) -> Entry? {
        try move(MDB_SET_RANGE, TransactionCore.value(key))
    }

    /// The last entry whose key is below `key`.
    @inlinable
    package func seek(before key: Bytes) throws(LMDBError) -> Entry? {
        try move(MDB_SET_RANGE, TransactionCore.value(key)) == nil ? try last() : try previous()
    }

    /// The entry of exactly this key.
    @inlinable
    package func seek(_ key: Bytes) throws(LMDBError) -> Entry? { try move(MDB_SET_KEY, TransactionCore.value(key)) }

    @inlinable
    package func first() throws(LMDBError) -> Entry? { try move(MDB_FIRST) }

    @inlinable
    package func last() throws(LMDBError) -> Entry? { try move(MDB_LAST) }

    /// The entry after the current one; the first when the cursor is new.
    @inlinable
    package func next() throws(LMDBError) -> Entry? { try move(MDB_NEXT) }

    /// The entry before the current one; the last when the cursor is new.
    @inlinable
    package func previous() throws(LMDBError) -> Entry? { try move(MDB_PREV) }

    // What is rare stays out of line: inlined, the making of an error costs a scan a quarter of its speed.
    @inlinable
    @inline(__always)
    package func move(_ operation: MDB_cursor_op, _ sought: MDB_val = MDB_val()) throws(LMDBError) -> Entry? {
        guard generation == core.generation else { return try stopped(MDB_BAD_TXN) }
        var key = sought
        var value = MDB_val()
        let status = mdb_cursor_get(handle, &key, &value, operation)
        guard status == 0 else { return try stopped(status) }
        return Entry(key: TransactionCore.bytes(key), value: TransactionCore.bytes(value))
    }

    /// Nil behind the last entry and before the first; otherwise throws what went wrong.
    @inline(never)
    package func stopped(_ status: CInt) throws(LMDBError) -> Entry? {
        if status == MDB_NOTFOUND { return nil }
        guard generation != core.generation else { throw core.environment.error(status, "seek") }
        throw LMDBError(
            code: .transactionEnded, operation: "seek", path: core.environment.path,
            reason: "the cursor's transaction has ended or moved on", remedy: "open a new cursor")
    }
}
