internal import CLMDB

/// What a transaction and its cursors share: the C handle, and whether it still stands for the same snapshot.
final class TransactionCore {
    let environment: Environment
    let handle: OpaquePointer
    let writes: Bool
    /// Grows with each renewal; 0 when the transaction has ended.
    var generation: UInt64 = 1

    init(environment: Environment, handle: OpaquePointer, writes: Bool) {
        self.environment = environment
        self.handle = handle
        self.writes = writes
    }

    func get(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bytes? {
        var keyValue = MDB_val(key)
        var value = MDB_val()
        let status = mdb_get(handle, database.dbi, &keyValue, &value)
        if status == 0 { return Bytes(value) }
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

internal import Bytes

extension MDB_val {
    init(_ bytes: Bytes) {
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.buffer.baseAddress))
    }
}

extension Bytes {
    init(_ value: MDB_val) {
        self.init(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
    }
}
