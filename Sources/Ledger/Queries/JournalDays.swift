package import Accounting
import Bytes
package import Commerce
import EventLog
import Index
import LMDB

extension LedgerSnapshot {
    /// The first and the last effective day on which something was posted in a book; nil where nothing was.
    ///
    /// - Complexity: O(movements of the book).
    package func postedDays(_ book: Book) throws(LedgerError) -> ClosedRange<CivilDate>? {
        var first = Int32.max
        var last = Int32.min
        let rows = views.index.rows(prefix: views.key.begin(.movement).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16(), reader.u16(), reader.u32())
            let day = reader.day()
            first = min(first, day)
            last = max(last, day)
        }
        try check()
        guard first <= last else { return nil }
        return CivilDate(clampingDays: Int64(first))...CivilDate(clampingDays: Int64(last))
    }

    /// The first event recorded at `us` (microseconds since 1970) or later; the number of events when there is none.
    package func firstSequence(recordedAtOrAfter us: Int64) throws(LedgerError) -> UInt64 {
        guard let reader = index.reader else { return 0 }
        do throws(LMDBError) {
            return try reader.withTransaction { transaction throws(LMDBError) in
                try store.log.firstSequence(recordedAtOrAfter: UInt64(max(0, us)), in: transaction)
            }
        } catch {
            throw LedgerError(error, store.directory)
        }
    }
}
