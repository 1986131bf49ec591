import Glibc

/// Runs `body` on a thread of its own, detached: whoever waits for its end agrees on it with a `Gate`.
///
/// - Parameter place: the ledger, for the error. Throws `LedgerError` when there can be no thread.
func onOwnThread(_ place: String, _ body: @escaping @Sendable () -> Void) throws(LedgerError) {
    let job = Unmanaged.passRetained(ThreadJob(body))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, job.toOpaque())
    guard status == 0 else {
        job.release()
        throw LedgerError.noThread(place)
    }
    pthread_detach(thread)
}

private final class ThreadJob: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
