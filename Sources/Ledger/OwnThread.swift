import Glibc

/// Runs `body` on a thread of its own, detached: whoever waits for its end agrees on it with a `Gate`.
///
/// - Parameter place: the ledger, for the error. Throws `LedgerError` when there can be no thread.
func onOwnThread(_ place: String, _ body: @escaping @Sendable () -> Void) throws(LedgerError) {
    guard startThread(body) == 0 else { throw LedgerError.noThread(place) }
}

/// Starts a detached thread; 0, or why there can be none (`errno`).
package func startThread(_ body: @escaping @Sendable () -> Void) -> CInt {
    let job = Unmanaged.passRetained(ThreadJob(body))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, job.toOpaque())
    if status == 0 { pthread_detach(thread) } else { job.release() }
    return status
}

private final class ThreadJob: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
