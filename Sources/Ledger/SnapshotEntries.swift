import Bytes
import Commerce
import EventLog
import Index
import LMDB

/// Entries of the log in the snapshot that the index reads, and behind them those of a batch that is not yet committed.
final class SnapshotEntries: EntrySource {
    let log: EventLog
    let reader: IndexReader
    /// Entries that have sequences from `committed` on.
    let pending = BytesList(capacity: 1 << 20)
    var committed: UInt64 = 0

    init(log: EventLog, reader: IndexReader) {
        self.log = log
        self.reader = reader
    }

    func entry(_ sequence: UInt64) -> Bytes? {
        if sequence >= committed {
            let at = sequence - committed
            return at < UInt64(pending.count) ? pending[Int(at)] : nil
        }
        do {
            return try reader.withTransaction { transaction throws(LMDBError) in
                try log.entry(sequence, in: transaction)
            }
        } catch {
            reader.fail(error.reason)
            return nil
        }
    }
}
