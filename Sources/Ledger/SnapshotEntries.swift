import Bytes
import Commerce
import EventLog
import Index
import LMDB

/// Entries of the log in the snapshot that the index reads, and behind them those of drafts that are not yet in it.
final class SnapshotEntries: EntrySource {
    let log: EventLog
    let reader: IndexReader
    /// Entries below are read from the snapshot.
    var committed: UInt64 = 0
    /// On their way to the disk; its entries follow `committed`.
    var inFlight: BytesList?
    /// Not handed over yet; its entries follow those in flight.
    var open: BytesList?

    init(log: EventLog, reader: IndexReader) {
        self.log = log
        self.reader = reader
    }

    var count: UInt64 { committed + UInt64(inFlight?.count ?? 0) + UInt64(open?.count ?? 0) }

    func entry(_ sequence: UInt64) -> Bytes? {
        if sequence >= committed { return waiting(Int(sequence - committed)) }
        do {
            return try reader.withTransaction { transaction throws(LMDBError) in
                try log.entry(sequence, in: transaction)
            }
        } catch {
            reader.fail(error.reason)
            return nil
        }
    }

    private func waiting(_ at: Int) -> Bytes? {
        var at = at
        if let inFlight {
            if at < inFlight.count { return inFlight[at] }
            at -= inFlight.count
        }
        guard let open, at < open.count else { return nil }
        return open[at]
    }

    /// Calls `body` with each entry of the range, in order, until it returns false.
    ///
    /// - Complexity: O(entries); a cursor reads what is committed.
    func scan(_ range: Range<UInt64>, _ body: (UInt64, Bytes) -> Bool) {
        var next = range.lowerBound
        var goesOn = true
        let end = min(range.upperBound, committed)
        if next < end {
            do {
                try reader.withTransaction { transaction throws(LMDBError) in
                    try log.scan(from: next, in: transaction) { sequence, entry in
                        guard sequence < end, sequence == next else { return false }
                        goesOn = body(sequence, entry)
                        next += 1
                        return goesOn && next < end
                    }
                }
            } catch {
                return reader.fail(error.reason)
            }
            guard next == end || !goesOn else { return reader.fail("event \(next) cannot be read from the log") }
        }
        while goesOn, next < range.upperBound {
            guard let entry = entry(next) else { return reader.fail("event \(next) cannot be read from the log") }
            goesOn = body(next, entry)
            next += 1
        }
    }
}
