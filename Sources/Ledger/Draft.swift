import Bytes
import EventLog
import Index
import Transparency

/// What one durable transaction takes in: entries that were decided, whom to answer, and perhaps an overlay to write.
///
/// The deciding thread fills it, the committing thread writes it; they never hold it at once.
final class Draft: @unchecked Sendable {
    let entries = BytesList(capacity: 1 << 20)
    /// Leaf hashes of the first entries, made while the committer was busy; it makes the others.
    private(set) var leaves: [Hash] = []
    private(set) var answers: [(submission: Submission, outcome: AppendOutcome)] = []
    /// Recorded time of the last entry, microseconds since 1970.
    var lastRecordedAtUs: UInt64 = 0
    /// An overlay that begins to be written with this transaction, and the entries that it covers.
    var frozen: (rows: FrozenRows, folded: UInt64)?

    var isEmpty: Bool { answers.isEmpty }

    func answer(_ submission: Submission, _ outcome: AppendOutcome) { answers.append((submission, outcome)) }

    var isHashed: Bool { leaves.count == entries.count }

    /// Hashes some more entries; they must not change any more.
    func hash(atMost limit: Int) {
        for index in leaves.count..<min(entries.count, leaves.count + limit) {
            leaves.append(Hash.leaf(entries[index]))
        }
    }

    /// Forgets entries from `count` on.
    func truncate(toCount count: Int) {
        entries.truncate(toCount: count)
        leaves.removeLast(max(0, leaves.count - count))
    }

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
        leaves.removeAll(keepingCapacity: true)
        answers.removeAll(keepingCapacity: true)
        frozen = nil
    }
}
