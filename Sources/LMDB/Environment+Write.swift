internal import CLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// Runs `body` in the only write transaction: all it did is on disk when this returns, none of it when it throws.
    ///
    /// It waits for another thread's or process's writer. Synchronous on purpose: a write transaction belongs to its
    /// thread and must not be held across an `await`. Errors: what `body` throws; `.diskFull`, `.io`,
    /// `.fileSizeLimit` from the commit, after which the environment refuses writes with `.writerStopped`: what a disk
    /// that failed holds is known only after opening again.
    package func write<R>(
        _ body: (borrowing WriteTransaction) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        try write(orThrow: { $0 }, body)
    }

    /// The same for a body with errors of its own: `wrap` puts the store's errors into its type.
    package func write<R, E: Error>(
        orThrow wrap: (LMDBError) -> E, _ body: (borrowing WriteTransaction) throws(E) -> R
    ) throws(E) -> R {
        let core: TransactionCore
        do { core = try begin() } catch { throw wrap(error) }
        let result: R
        do {
            result = try body(WriteTransaction(core: core))
        } catch {
            core.generation = 0
            writer.store(0, ordering: .relaxed)
            mdb_txn_abort(core.handle)
            throw error
        }
        core.generation = 0
        writer.store(0, ordering: .relaxed)
        do { try commit(core.handle) } catch { throw wrap(error) }
        return result
    }

    private func begin() throws(LMDBError) -> TransactionCore {
        guard !options.readOnly else {
            throw LMDBError(
                code: .readOnly, operation: "write", path: path, reason: "it was opened for reading",
                remedy: "open it for writing")
        }
        precondition(writer.load(ordering: .relaxed) != UInt(pthread_self()), "a write inside a write")
        var handle: OpaquePointer?
        try check(mdb_txn_begin(self.handle, nil, 0, &handle), "write", self)
        guard let handle else { throw error(EINVAL, "write") }
        // Asked under LMDB's lock: the one before us may have failed while we waited.
        guard !stopped.load(ordering: .acquiring) else {
            mdb_txn_abort(handle)
            throw stoppedError()
        }
        writer.store(UInt(pthread_self()), ordering: .relaxed)
        return TransactionCore(environment: self, handle: handle, writes: true)
    }

    private func commit(_ handle: OpaquePointer) throws(LMDBError) {
        let status = mdb_txn_commit(handle)
        guard status != 0 else { return }
        let failure = error(status, "commit")
        // These two are found before anything is written.
        if status != MDB_BAD_TXN && status != MDB_MAP_FULL {
            stopReason.withLock { reason in if reason == nil { reason = failure } }
            stopped.store(true, ordering: .releasing)
        }
        throw failure
    }

    private func stoppedError() -> LMDBError {
        guard let first = stopReason.withLock({ $0 }) else { return error(MDB_PANIC, "write") }
        return LMDBError(
            code: .writerStopped, operation: "write", path: path,
            reason: "an earlier write failed and the state on disk is uncertain (\(first.reason))", remedy: first.remedy
        )
    }
}
