package import Bytes
internal import LMDB

extension IndexReader {
    /// Reads every value of the views' databases, also of runs that do not count, and tells `found` of those whose checksum does not hold and of records that
    /// nobody writes. Returns how many values there are.
    ///
    /// - Complexity: O(bytes of the runs).
    package func auditValues(_ found: (_ database: String, _ key: Bytes, _ isUnknown: Bool) -> Void) -> UInt64 {
        var values: UInt64 = 0
        do throws(LMDBError) {
            for level in 0..<Self.levels {
                try withTransaction { transaction throws(LMDBError) in
                    let cursor = try transaction.cursor(databases[level])
                    while let chunk = try cursor.next() {
                        values += 1
                        if chunk.value.checked(under: chunk.key) == nil {
                            found(Self.databaseNames[level], chunk.key, false)
                        }
                    }
                }
            }
            try withTransaction { transaction throws(LMDBError) in
                let cursor = try transaction.cursor(viewsDatabase)
                while let record = try cursor.next() {
                    values += 1
                    if !(record.key == "manifest" || record.key == "rebuild") {
                        found("views", record.key, true)
                    } else if Manifest(encoded: record.value) == nil {
                        found("views", record.key, false)
                    }
                }
            }
        } catch {
            fail(error.reason)
        }
        return values
    }
}
