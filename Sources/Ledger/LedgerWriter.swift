import Bytes
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

    /// The first answer counts: what was once durable is never reported as lost.
    func finish(_ result: Result<AppendOutcome, LedgerError>) {
        done.withLock { if self.result == nil { self.result = result } }
        done.signal()
    }

    /// Waits until the batch is durable or refused. Throws `LedgerError` when the ledger could not be written.
    package func wait() throws(LedgerError) -> AppendOutcome {
        try done.wait { self.result }.get()
    }
}

/// The only writer of a ledger. Callers of any thread share commits: whatever waits when one begins goes into it (group commit).
///
/// Two threads of its own, because a sync would stall a pool of two: one decides, the other makes durable what was decided (`Committer`).
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
        try onOwnThread(store.directory) { self.run() }
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
            appender = try Appender(store, gate: gate)
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

    /// What the deciding thread does next.
    private enum Step {
        case receive
        case handOver
        case take([Submission])
        case hash
        case end
    }

    private func serve(_ appender: consuming Appender) {
        gate.withLock { opened = .success(()) }
        gate.signal()
        var isServing = true
        while isServing {
            switch nextStep(appender) {
            case .receive: appender.receive()
            case .handOver: appender.handOver()
            case .take(let group): appender.take(group)
            case .hash: appender.hash()
            case .end: isServing = false
            }
        }
        finish(appender)
    }

    /// A decided draft goes to the disk as soon as the one before is there; meanwhile more is decided into it, and when nobody asks for
    /// more, its entries are hashed here.
    private func nextStep(_ appender: Appender) -> Step {
        gate.wait {
            if appender.committer.isFinished { return .receive }
            if appender.committer.isIdle, !appender.draft.isEmpty { return .handOver }
            if let group = self.nextGroup(room: AppendLimits.events - appender.draft.entries.count) {
                return .take(group)
            }
            if !appender.draft.isHashed { return .hash }
            let isOver = self.isClosing && self.waiting.isEmpty && appender.draft.isEmpty && appender.committer.isIdle
            return isOver ? .end : nil
        }
    }

    /// Events that are decided before it is asked again whether the disk is idle: a long batch is decided by itself, while the one before is
    /// made durable; short ones share a commit.
    private static let groupEvents = 1_024

    private func nextGroup(room: Int) -> [Submission]? {
        var events = 0
        var count = 0
        while count < waiting.count, events < Self.groupEvents,
            room == AppendLimits.events && count == 0 || events + waiting[count].proposals.count <= room
        {
            events += waiting[count].proposals.count
            count += 1
        }
        guard count > 0 else { return nil }
        let group = Array(waiting[0..<count])
        waiting.removeFirst(count)
        return group
    }

    private func finish(_ appender: consuming Appender) {
        appender.finish()
        _ = consume appender
        gate.withLock { isDone = true }
        gate.signal()
    }
}
