import Commerce
package import Events
import Glibc

/// One caller's batch on its way to the log.
package final class Submission: @unchecked Sendable {
    // Handed over whole: the caller keeps its hands off `proposals` until `wait` returns.
    let proposals: Proposals
    let options: AppendOptions
    private let done = Gate()
    private var result: Result<AppendOutcome, LedgerError>?

    init(_ proposals: Proposals, _ options: AppendOptions) {
        self.proposals = proposals
        self.options = options
    }

    func finish(_ result: Result<AppendOutcome, LedgerError>) {
        done.withLock { self.result = result }
        done.signal()
    }

    /// Waits until the batch is durable or refused. Throws `LedgerError` when the ledger could not be written.
    package func wait() throws(LedgerError) -> AppendOutcome {
        try done.wait { self.result }.get()
    }
}

/// The only writer of a ledger. Callers of any thread share commits: whatever waits when one begins goes into it (group commit).
///
/// The writer runs on a thread of its own, because a sync would stall a pool of two.
package final class LedgerWriter: @unchecked Sendable {
    private let gate = Gate()
    private var waiting: [Submission] = []
    private var isClosing = false
    private var opened: Result<Void, LedgerError>?
    private var isDone = false
    private let store: LedgerStore

    /// Takes the writer's lock, waiting ten seconds at most. Throws `LedgerError` with code `busy`, or what the storage says.
    package init(_ store: LedgerStore) throws(LedgerError) {
        self.store = store
        let retained = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<LedgerWriter>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        guard status == 0 else {
            retained.release()
            throw LedgerError(
                .internalError, store.directory, Text("aucun fil d’exécution", "no thread could be started"),
                remedy: Text("lever la limite (ulimit -u)", "raise the limit (ulimit -u)"))
        }
        pthread_detach(thread)
        try gate.wait { self.opened }.get()
    }

    /// Hands a batch over and returns at once; the caller waits on the submission and leaves `proposals` alone until then.
    package func submit(_ proposals: Proposals, _ options: AppendOptions = AppendOptions()) -> Submission {
        let submission = Submission(proposals, options)
        var isTaken = false
        gate.withLock {
            isTaken = !isClosing
            if isTaken { waiting.append(submission) }
        }
        if isTaken {
            gate.signal()
        } else {
            submission.finish(
                .failure(
                    LedgerError(
                        .usage, store.directory, Text("l’écriture est fermée", "the writer is closed"),
                        remedy: Text("ouvrir le grand livre de nouveau", "open the ledger again"))))
        }
        return submission
    }

    /// Records a batch: durable when it returns. Throws `LedgerError`; refusals are in the outcome.
    package func append(
        _ proposals: Proposals, _ options: AppendOptions = AppendOptions()
    ) throws(LedgerError) -> AppendOutcome {
        try submit(proposals, options).wait()
    }

    /// Finishes what waits, then lets go of the lock.
    package func close() {
        gate.withLock { isClosing = true }
        gate.signal()
        _ = gate.wait { self.isDone ? true : nil }
    }

    private func run() {
        let appender: Appender
        do throws(LedgerError) {
            appender = try Appender(store)
        } catch {
            gate.withLock {
                opened = .failure(error)
                isDone = true
            }
            gate.signal()
            return
        }
        serve(appender)
    }

    private func serve(_ appender: consuming Appender) {
        gate.withLock { opened = .success(()) }
        gate.signal()
        while let group = nextGroup() { appender.commit(group) }
        finish(appender)
    }

    private func finish(_ appender: consuming Appender) {
        appender.finish()
        _ = consume appender
        gate.withLock { isDone = true }
        gate.signal()
    }

    private func nextGroup() -> [Submission]? {
        gate.wait {
            guard !self.waiting.isEmpty else { return self.isClosing ? .some(nil) : .none }
            var group: [Submission] = []
            var events = 0
            while let next = self.waiting.first, group.isEmpty || events + next.proposals.count <= AppendLimits.events {
                events += next.proposals.count
                group.append(self.waiting.removeFirst())
            }
            return .some(group)
        }
    }
}
