import Commerce
import Glibc
import LMDB

/// A second thread for work that goes on beside: one job at a time, in the order given.
final class Worker: @unchecked Sendable {
    private let gate = Gate()
    private var job: (@Sendable () -> Void)?
    private var isEnding = false

    /// Throws `LedgerError` when there can be no thread.
    init(_ place: String) throws(LedgerError) {
        try onOwnThread(place) { self.serve() }
    }

    /// Starts a job once the one before is done.
    func start(_ job: @escaping @Sendable () -> Void) {
        wait()
        gate.withLock { self.job = job }
        gate.signal()
    }

    /// Waits until the job that was started is done.
    func wait() { gate.wait { self.job == nil ? () : nil } }

    func end() {
        wait()
        gate.withLock { isEnding = true }
        gate.signal()
    }

    private func serve() {
        while let job = next() {
            job()
            gate.withLock { self.job = nil }
            gate.signal()
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        gate.wait { self.job.map { .some($0) } ?? (self.isEnding ? .some(nil) : .none) }
    }

    /// The same, with the storage's error.
    static func forStorage(_ place: String) throws(LMDBError) -> Worker {
        do throws(LedgerError) {
            return try Worker(place)
        } catch {
            throw LMDBError(
                code: .other, operation: "fold", path: place, reason: error.reason.english,
                remedy: error.remedy.english)
        }
    }
}
