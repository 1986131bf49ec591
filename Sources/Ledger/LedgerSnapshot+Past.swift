package import Accounting
import Bytes
package import Commerce
import EventLog
import Events
import Index
import Transparency

/// A point of the log, as a person names it: what was recorded by then.
package enum LogPoint: Equatable, Sendable {
    /// Including the event of that sequence.
    case sequence(UInt64)
    /// Microseconds since 1970, included.
    case instant(Int64)
    /// The end of that day where the first book is kept.
    case day(CivilDate)
}

/// The ledger as it stood: every query that takes a snapshot answers as it would have then.
extension LedgerSnapshot {
    /// The ledger when it had `size` events, folded anew from the first; root and last recorded time are computed from the entries, too.
    ///
    /// - Complexity: O(size), in memory O(rows).
    package func past(atSize size: UInt64) throws(LedgerError) -> LedgerSnapshot {
        let past = LedgerSnapshot(past: self)
        try past.advance(to: min(size, head.count))
        return past
    }

    /// Moves an earlier state on, event by event. Only for what `past(atSize:)` gave.
    ///
    /// - Parameter told: called after each event, while `views.journal` holds its postings.
    /// - Complexity: O(events between).
    package func advance(to size: UInt64, told: ((Fact) -> Void)? = nil) throws(LedgerError) {
        let first = head.count
        guard size > first else { return }
        entries.committed = size
        var moved = head
        entries.scan(first..<size) { _, entry in
            moved.frontier.append(Hash.leaf(entry))
            moved.entryBytes += UInt64(entry.count)
            return true
        }
        Self.fold(first..<size, entries, views, told: told)
        moved.lastRecordedAtUs = views.event(size - 1)?.recordedAtUs ?? 0
        setHead(moved)
        if let failure = entries.reader.failure { throw LedgerError.damaged(store.directory, failure) }
        try check()
    }

    /// How many events were recorded by a point. Throws `.notFound` for a sequence that the log has not, and for a time before its first event.
    ///
    /// - Parameter mayBeEmpty: a time before the first event is the empty ledger: 0.
    /// - Complexity: O(log events): recorded times never decrease.
    package func size(at point: LogPoint, mayBeEmpty: Bool = false) throws(LedgerError) -> UInt64 {
        let us: Int64
        switch point {
        case .sequence(let sequence):
            guard sequence < head.count else { throw LedgerStore.noEvent(sequence, of: head.count) }
            return sequence + 1
        case .instant(let instant): us = instant
        case .day(let day): us = (views.allBooks.first?.calendar ?? .utc).lastInstantUs(of: day)
        }
        var (low, high) = (UInt64(0), head.count)
        while low < high {
            let middle = low + (high - low) / 2
            guard let event = views.event(middle) else { break }
            if Int64(clamping: event.recordedAtUs ?? 0) <= us { low = middle + 1 } else { high = middle }
        }
        try check()
        guard low > 0 || mayBeEmpty else {
            let first = views.event(0).map { InstantText.format(us: Int64(clamping: $0.recordedAtUs ?? 0)) }
            throw LedgerError(
                .notFound, InstantText.format(us: us),
                Text("rien n’était encore inscrit", "nothing was recorded yet"),
                remedy: first.map { Text("\($0) ou plus tard", "\($0) or later") }
                    ?? Text("le journal est vide", "the log is empty"))
        }
        return low
    }

    /// Why an earlier state cannot be moved to the newest.
    static var hasNoNewer: LedgerError {
        LedgerError(
            .usage, "replay",
            Text("un état passé n’a pas de suite à attendre", "an earlier state has nothing to wait for"),
            remedy: Text("sans --follow", "without --follow"))
    }
}
