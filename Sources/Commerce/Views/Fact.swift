import Accounting
import Bytes
package import Events

/// A proposed or recorded event with what its envelope says, ready for rules and folds.
package struct Fact {
    package let event: EventView
    package let sequence: UInt64
    package let recordedAtUs: Int64
    package let effectiveAtUs: Int64
    /// The book, once it is founded. The views keep it; a fact lives no longer than they.
    package var book: Book? { bookReference?.takeUnretainedValue() }
    let bookReference: Unmanaged<Book>?
    /// Local days of the book, in days since 1970-01-01.
    package let day: Int32
    package let recordedDay: Int32
    /// Where its row of the idempotency index goes, if that was looked up already.
    let idempotencyHash: UInt64?

    package init(
        _ event: EventView, sequence: UInt64, recordedAtUs: Int64, idempotencyHash: UInt64? = nil, views: Views
    ) {
        self.idempotencyHash = idempotencyHash
        self.event = event
        self.sequence = sequence
        self.recordedAtUs = recordedAtUs
        self.effectiveAtUs = event.effectiveAt.map(microseconds) ?? 0
        let book = views.bookReference(event.book)
        self.bookReference = book
        if let book {
            let effective = effectiveAtUs
            (self.day, self.recordedDay) = book._withUnsafeGuaranteedRef { ($0.day(effective), $0.day(recordedAtUs)) }
        } else {
            self.day = Instant.day(effectiveAtUs).daysSinceEpoch
            self.recordedDay = Instant.day(recordedAtUs).daysSinceEpoch
        }
    }
}

/// Microseconds since 1970; the envelope's rule has checked the range.
package func microseconds(_ timestamp: TimestampView) -> Int64 { timestamp.microseconds ?? 0 }
