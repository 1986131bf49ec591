import Bytes
package import Events
import Index

/// The members admitted and gone, one day and category.
package struct MemberMovementRow: Equatable, Sendable {
    package let category: MemberCategory
    /// Local day of the book, in days since 1970-01-01.
    package let day: Int32
    package let admitted: Int64
    package let left: Int64
}

extension Views {
    /// Counts an admission or a withdrawal, for the annual report (C-67.2 s.132).
    func countMember(_ category: Int, admitted: Int64, left: Int64, _ fact: Fact, _ book: Book) {
        addCounters(
            key.begin(.memberMovement).u16(book.id).u8(UInt8(truncatingIfNeeded: category)).day(fact.day).bytes,
            admitted, left)
    }

    /// Admissions and withdrawals by category and day.
    ///
    /// - Complexity: O(days with a movement, times categories).
    package func memberMovements(_ book: Book) -> [MemberMovementRow] {
        var result: [MemberMovementRow] = []
        let rows = index.rows(prefix: key.begin(.memberMovement).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let category = MemberCategory(rawValue: Int(reader.u8())) ?? .unspecified
            result.append(
                MemberMovementRow(
                    category: category, day: reader.day(), admitted: rows.counters.first, left: rows.counters.second))
        }
        return result
    }
}
