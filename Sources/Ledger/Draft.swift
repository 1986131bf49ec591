import Bytes
import EventLog
import Index

/// What one durable transaction takes in: entries that were decided, whom to answer, and perhaps an overlay to write.
///
/// The deciding thread fills it, the committing thread writes it; they never hold it at once.
final class Draft: @unchecked Sendable {
    let entries = BytesList(capacity: 1 << 20)
    private(set) var answers: [(submission: Submission, outcome: AppendOutcome)] = []
    /// Recorded time of the last entry, microseconds since 1970.
    var lastRecordedAtUs: UInt64 = 0
    /// An overlay that begins to be written with this transaction, and the entries that it covers.
    var frozen: (rows: FrozenRows, folded: UInt64)?

    var isEmpty: Bool { answers.isEmpty }

    func answer(_ submission: Submission, _ outcome: AppendOutcome) { answers.append((submission, outcome)) }

    /// Tells every caller; `size` is the log's after the transaction.
    func succeed(size: UInt64) {
        for (submission, outcome) in answers {
            var outcome = outcome
            outcome.size = size
            submission.finish(.success(outcome))
        }
    }

    func fail(_ error: LedgerError) {
        for (submission, _) in answers { submission.finish(.failure(error)) }
    }

    func removeAll() {
        entries.removeAll()
        answers.removeAll(keepingCapacity: true)
        frozen = nil
    }
}
