import Bytes
import EventLog
import Glibc
import Index
import LMDB

/// What became of a draft.
struct Committed {
    let draft: Draft
    /// The log's head, and whether the frozen overlay is in the runs now.
    let result: Result<(head: LogHead, isFlushed: Bool), LMDBError>
}

/// Makes drafts durable, on a thread of its own: it hashes, writes and syncs one while the next is being decided.
///
/// It is idle, busy or finished; only while it is busy does its thread touch anything but the gate.
final class Committer: @unchecked Sendable {
    /// Fewer events than this are written where they were decided: waking another thread would cost more than it saves.
    static let smallEvents = 32
    /// Merges advance when as many events have come as are worth a rewritten manifest.
    private static let stepEvents: UInt64 = 128

    private let store: LedgerStore
    private let gate: Gate
    private let filters: RunFilters
    private var compactor: Compactor
    private var eventsSinceStep: UInt64 = 0

    private enum State {
        case idle
        case busy(Draft)
        case finished(Committed)
        case ended
    }

    private var state = State.idle

    /// - Parameters:
    ///   - gate: guards the state and is signalled when it changes.
    ///   - filters: takes what keys the runs have.
    init(_ store: LedgerStore, gate: Gate, filters: RunFilters) throws(LedgerError) {
        self.store = store
        self.gate = gate
        self.filters = filters
        self.compactor = try Self.compactor(store, filters)
    }

    private static func compactor(_ store: LedgerStore, _ filters: RunFilters) throws(LedgerError) -> Compactor {
        let reader = try store.indexReader()
        reader.filter(by: filters)
        return Compactor(reader)
    }

    /// Starts the thread. Throws `LedgerError` when there can be none.
    func start() throws(LedgerError) {
        try onOwnThread(store.directory) { self.serve() }
    }

    // MARK: asked under the gate's lock

    var isIdle: Bool {
        if case .idle = state { return true }
        return false
    }

    var isFinished: Bool {
        if case .finished = state { return true }
        return false
    }

    // MARK: asked by the deciding thread

    /// Takes a draft; the committer must be idle.
    func take(_ draft: Draft) {
        gate.withLock {
            precondition(isIdle, "one draft at a time")
            state = .busy(draft)
        }
        gate.signal()
    }

    /// What became of the draft that was taken, waiting for it; `nil` when none was.
    func result() -> Committed? {
        gate.wait {
            switch self.state {
            case .busy: return .none
            case .finished(let committed):
                self.state = .idle
                return .some(committed)
            case .idle, .ended: return .some(nil)
            }
        }
    }

    /// Writes a small draft on the caller's thread, or with none in it the rest of the frozen overlay; the committer must be idle.
    func writeHere(_ draft: Draft) -> Committed { write(draft) }

    /// Begins anew on what is on disk, after a failure; the committer must be idle.
    func reload() throws(LedgerError) {
        compactor = try Self.compactor(store, filters)
        eventsSinceStep = 0
    }

    /// Ends the thread; the committer must be idle.
    func end() {
        gate.withLock { state = .ended }
        gate.signal()
    }

    // MARK: the committing thread

    private func serve() {
        while let draft = nextDraft() {
            let committed = write(draft)
            gate.withLock { state = .finished(committed) }
            gate.signal()
        }
    }

    private func nextDraft() -> Draft? {
        gate.wait {
            switch self.state {
            case .busy(let draft): .some(draft)
            case .ended: .some(nil)
            case .idle, .finished: .none
            }
        }
    }

    private func write(_ draft: Draft) -> Committed {
        let result: Result<(head: LogHead, isFlushed: Bool), LMDBError>
        do throws(LMDBError) {
            let written = try writeDurably(draft)
            // Durable is durable, whatever becomes of the snapshot that is renewed below.
            draft.succeed(size: written.head.count)
            try compactor.didCommit()
            result = .success(written)
        } catch {
            result = .failure(error)
        }
        return Committed(draft: draft, result: result)
    }

    private func writeDurably(_ draft: Draft) throws(LMDBError) -> (head: LogHead, isFlushed: Bool) {
        guard draft.entries.count > 0 || draft.answers.isEmpty else {
            return try compactor.reader.withTransaction { transaction throws(LMDBError) in
                (try store.log.head(in: transaction), false)
            }
        }
        if let (rows, folded) = draft.frozen { compactor.begin(rows, folded: folded) }
        eventsSinceStep += UInt64(draft.entries.count)
        let steps = eventsSinceStep >= Self.stepEvents || draft.entries.count == 0
        let written = try store.log.environment.write { transaction throws(LMDBError) in
            let head = try store.log.append(
                draft.entries, leaves: draft.leaves, lastRecordedAtUs: draft.lastRecordedAtUs, to: transaction)
            var isFlushed = false
            if steps {
                let events = draft.entries.count == 0 ? .max : eventsSinceStep
                isFlushed = try compactor.step(events, of: Appender.freezeEvents, to: transaction)
            }
            if let failure = compactor.failure ?? compactor.reader.failure {
                throw LMDBError(
                    code: .corrupt, operation: "merge", path: store.directory, reason: failure,
                    remedy: "run \"grandlivre rebuild\"")
            }
            return (head: head, isFlushed: isFlushed)
        }
        if steps { eventsSinceStep = 0 }
        return written
    }
}
