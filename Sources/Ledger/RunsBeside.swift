import Bytes
import Commerce
import EventLog
import Events
import Index
import LMDB
import Transparency

/// The second thread of a rebuild: hashes the entries and writes frozen overlays as runs, while the first goes on folding.
final class RunsBeside: @unchecked Sendable {
    private let log: EventLog
    private let environment: Environment
    private let compactor: Compactor
    private let reading: HeldTransaction
    private let worker: Worker
    private let audit: LogAudit?
    private var frontier = Frontier()
    private var failure: LMDBError?

    /// - Parameters:
    ///   - runs: the index being built; its manifest key is taken over.
    ///   - audit: checks the entries in place of this one, and goes on where it finds something.
    init(
        log: EventLog, runs: IndexReader, environment: Environment, place: String, audit: LogAudit?
    ) throws(LMDBError) {
        self.log = log
        self.environment = environment
        self.compactor = Compactor(try runs.another(environment.read()))
        self.reading = HeldTransaction(try log.environment.read())
        self.audit = audit
        self.worker = try Worker.forStorage(place)
    }

    /// The root of the entries hashed so far; ask between jobs.
    var root: Hash { frontier.root }

    func start(_ rows: FrozenRows, hashing range: Range<UInt64>, folded: UInt64) {
        worker.start { self.write(rows, hashing: range, folded: folded) }
    }

    /// Waits for the job; throws what it met.
    func wait() throws(LMDBError) {
        worker.wait()
        if let failure { throw failure }
    }

    func end() { worker.end() }

    /// What is wrong with the bytes of an entry. The root says that nobody changed them since; this, that they were right from the start: a fold passes over
    /// what it cannot read, and two folds would agree.
    static func flaw(_ entry: Bytes) -> WireError? {
        do throws(WireError) {
            try EventView(entry).validate()
            return nil
        } catch {
            return error
        }
    }

    private func hash(_ range: Range<UInt64>) throws(LMDBError) {
        var flaw: String?
        try log.scan(from: range.lowerBound, in: reading.transaction) { sequence, entry in
            guard sequence < range.upperBound else { return false }
            if let error = Self.flaw(entry) { flaw = flaw ?? "event \(sequence) is not canonical: \(error)" }
            frontier.append(Hash.leaf(entry))
            return true
        }
        if let flaw { throw Rebuild.failed(environment.path, flaw) }
    }

    private func write(_ rows: FrozenRows, hashing range: Range<UInt64>, folded: UInt64) {
        do throws(LMDBError) {
            if let audit { try audit.take(through: range.upperBound) } else { try hash(range) }
            try environment.write { transaction throws(LMDBError) in
                try compactor.flush(rows, folded: folded, to: transaction)
            }
            try compactor.didCommit()
            if let reason = compactor.failure ?? compactor.reader.failure {
                throw Rebuild.failed(environment.path, reason)
            }
        } catch {
            failure = error
        }
    }
}

/// A read transaction that an object can hold.
private final class HeldTransaction {
    let transaction: ReadTransaction

    init(_ transaction: consuming ReadTransaction) { self.transaction = transaction }
}
