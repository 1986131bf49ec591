import Commerce
package import Events

/// Records batches one behind the other: one is on its way to the log while the next is made. For programs whose every proposal must be accepted.
package final class BatchRecorder {
    private let writer: LedgerWriter
    private let name: String
    private var underWay: Submission?
    private var spare: Proposals?
    private var filled: Proposals?
    package private(set) var recorded = 0
    package private(set) var repeats = 0

    /// - Parameter name: what a refusal is said to be of, for example "import".
    package init(_ store: LedgerStore, name: String) throws(LedgerError) {
        self.writer = try LedgerWriter(store)
        self.name = name
    }

    /// Submits a batch, once the one before is durable.
    package func take(_ proposals: Proposals) throws(LedgerError) {
        guard !proposals.isEmpty else { return }
        let next = writer.submit(proposals)
        try finish()
        underWay = next
    }

    /// The same; gives an empty batch to fill meanwhile, whose memory was used before.
    package func exchange(_ proposals: Proposals) throws(LedgerError) -> Proposals {
        try take(proposals)
        let empty = spare ?? Proposals(capacity: 1 << 20)
        spare = filled
        filled = proposals
        empty.removeAll()
        return empty
    }

    /// Waits until everything taken is durable.
    package func finish() throws(LedgerError) {
        guard let submission = underWay else { return }
        underWay = nil
        let outcome = try submission.wait()
        if let first = outcome.refused.first {
            throw LedgerError(
                .badInput, name, Text(first.refusal.text(.french), first.refusal.text(.english)),
                remedy: Text(
                    "le grand livre contient autre chose sous ces clés",
                    "the ledger holds something else under these keys"))
        }
        recorded += outcome.recorded
        repeats += outcome.repeats
    }

    package func close() { writer.close() }
}
