package import Bytes
package import LMDB

extension EventLog {
    /// The head in a transaction's snapshot.
    package func head<T: Reading & ~Copyable>(in transaction: borrowing T) throws(LMDBError) -> LogHead {
        guard let stored = try transaction.get(formatDatabase, LogHead.key),
            let head = LogHead(encoded: stored)
        else {
            throw LMDBError(
                code: .corrupt, operation: "read", path: environment.path, reason: "the head record cannot be read",
                remedy: "restore a backup")
        }
        return head
    }

    /// The entry at `sequence`, or nil behind the end. Holds until the transaction ends. Throws `.corrupt` where its checksum does not hold.
    ///
    /// - Complexity: O(log n).
    package func entry<T: Reading & ~Copyable>(_ sequence: UInt64, in transaction: borrowing T) throws(LMDBError)
        -> Bytes?
    {
        try withUnsafeTemporaryBigEndian(sequence) { key throws(LMDBError) in
            guard let stored = try transaction.get(entries, key) else { return nil }
            return try checked(stored, key)
        }
    }

    /// What stands in front of the checksum.
    @inline(__always)
    private func checked(_ stored: Bytes, _ key: Bytes) throws(LMDBError) -> Bytes {
        guard let entry = stored.checked(under: key) else {
            let sequence = key.count == 8 ? "\(key.bigEndian(at: 0, as: UInt64.self))" : "?"
            throw damaged("entry \(sequence)")
        }
        return entry
    }

    /// Calls `body` with each entry from `start` on, in order, until it returns false.
    package func scan<T: Reading & ~Copyable>(
        from start: UInt64, in transaction: borrowing T, _ body: (UInt64, Bytes) -> Bool
    ) throws(LMDBError) {
        let cursor = try transaction.cursor(entries)
        var entry = try withUnsafeTemporaryBigEndian(start) { key throws(LMDBError) in try cursor.seek(atOrAfter: key) }
        while let current = entry {
            let stored = try checked(current.value, current.key)
            guard current.key.count == 8, body(current.key.bigEndian(at: 0), stored) else { return }
            entry = try cursor.next()
        }
    }

    /// The first entry recorded at `us` (microseconds since 1970) or later; the number of entries when there is none.
    ///
    /// Recorded time never falls along the log, and stands in every entry at the same place: little-endian, at byte 10.
    /// - Complexity: O(log² n).
    package func firstSequence<T: Reading & ~Copyable>(
        recordedAtOrAfter us: UInt64, in transaction: borrowing T
    ) throws(LMDBError) -> UInt64 {
        var low: UInt64 = 0
        var high = try head(in: transaction).count
        while low < high {
            let middle = low + (high - low) / 2
            guard let entry = try entry(middle, in: transaction), entry.count >= 18 else {
                throw missing("the recorded time of entry \(middle)")
            }
            if entry.littleEndian(at: 10, as: UInt64.self) < us { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func missing(_ what: String) -> LMDBError { corrupt("\(what) is missing") }

    func damaged(_ what: String) -> LMDBError { corrupt("\(what) is damaged: its checksum does not hold") }

    private func corrupt(_ reason: String) -> LMDBError {
        LMDBError(
            code: .corrupt, operation: "read", path: environment.path, reason: reason, remedy: "restore a backup")
    }
}

/// Lends the eight big-endian bytes of a number.
@inline(__always)
func withUnsafeTemporaryBigEndian<R>(_ value: UInt64, _ body: (Bytes) throws(LMDBError) -> R) throws(LMDBError) -> R {
    let stored = value.bigEndian
    let result: Result<R, LMDBError> = withUnsafeBytes(of: stored) { buffer in
        do throws(LMDBError) { return .success(try body(Bytes(buffer))) } catch { return .failure(error) }
    }
    return try result.get()
}
