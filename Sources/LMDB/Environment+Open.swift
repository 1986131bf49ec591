internal import CLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// Opens the environment in `directory`, or returns the one this process has open there.
    ///
    /// Stale readers are cleared. Errors: `.directoryMissing`, `.notADirectory`, `.notAFile`, `.linkLoop`, `.permissionDenied`,
    /// `.readOnlyMount`, `.networkFileSystem`, `.foreignFile`, `.newerFile`, `.truncatedFile`, `.mapTooLarge`,
    /// `.optionsDiffer`, `.diskFull`.
    package static func open(directory: String, options: Options = Options()) throws(LMDBError) -> Environment {
        if options.createDirectory && !options.readOnly { try FileSystem.createDirectory(directory) }
        let path = try FileSystem.canonicalDirectory(directory)
        try FileSystem.refuseNetwork(path)
        return try Registry.open(path) { () throws(LMDBError) in
            try openNew(path, options)
        } reuse: {
            (existing) throws(LMDBError) in
            // A reader may share a writer's environment, never the other way round.
            let weaker = existing.options.readOnly && !options.readOnly
            guard !weaker, existing.options.noSync == options.noSync || options.readOnly else {
                throw LMDBError(
                    code: .optionsDiffer, operation: "open", path: path,
                    reason: "this process has it open with other options", remedy: "close the other one first")
            }
        }
    }

    private static func openNew(_ path: String, _ options: Options) throws(LMDBError) -> Environment {
        // A file-size limit is an error of the write that meets it, not the death of the process.
        ignoreFileSizeSignal()
        try DataFile.check(directory: path, readOnly: options.readOnly)
        var handle: OpaquePointer?
        var status = mdb_env_create(&handle)
        guard status == 0, let handle else { throw LMDBError(status: status, operation: "open", path: path) }
        // A page that is not possible is to LMDB a defect, and it would abort; to us it is a damaged page, like one that cannot be read.
        mdb_env_set_assert(handle) { _, _ in raise(SIGBUS) }
        status = mdb_env_set_mapsize(handle, options.mapBytes)
        if status == 0 { status = mdb_env_set_maxdbs(handle, MDB_dbi(options.maxDatabases)) }
        if status == 0 { status = mdb_env_set_maxreaders(handle, UInt32(options.maxReaders)) }
        if status == 0 {
            // MDB_NOTLS: a reader belongs to its transaction, not to the thread that began it.
            let flags = MDB_NOTLS | (options.readOnly ? MDB_RDONLY : 0) | (options.noSync ? MDB_NOSYNC : 0)
            status = mdb_env_open(handle, path, UInt32(flags), 0o644)
        }
        guard status == 0 else {
            mdb_env_close(handle)
            throw LMDBError(status: status, operation: "open", path: path)
        }
        if options.createDirectory && !options.readOnly && !options.noSync {
            // Also when the files are there: who made them may have been killed before this.
            do { try FileSystem.syncNames(path) } catch {
                mdb_env_close(handle)
                throw error
            }
        }
        let environment = Environment(handle: handle, path: path, options: options)
        _ = environment.clearStaleReaders()
        return environment
    }

    private static func ignoreFileSizeSignal() {
        var action = sigaction()
        guard sigaction(SIGXFSZ, nil, &action) == 0, action.__sigaction_handler.sa_handler == nil else { return }
        action.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGXFSZ, &action, nil)
    }
}

/// The environments this process has open, by canonical path.
enum Registry {
    private struct Weak: Sendable { weak var environment: Environment? }

    private static let environments = Mutex<[String: Weak]>([:])

    static func open(
        _ path: String, new: () throws(LMDBError) -> Environment, reuse: (Environment) throws(LMDBError) -> Void
    ) throws(LMDBError) -> Environment {
        while true {
            let result: Result<Environment, LMDBError>? = environments.withLock { environments in
                do throws(LMDBError) {
                    if let entry = environments[path] {
                        // An entry without its object: another thread is about to close it.
                        guard let existing = entry.environment else { return nil }
                        try reuse(existing)
                        return .success(existing)
                    }
                    let opened = try new()
                    environments[path] = Weak(environment: opened)
                    return .success(opened)
                } catch { return .failure(error) }
            }
            if let result { return try result.get() }
            sched_yield()
        }
    }

    static func close(_ handle: OpaquePointer, path: String) {
        nonisolated(unsafe) let handle = handle
        environments.withLock { environments in
            mdb_env_close(handle)
            environments[path] = nil
        }
    }
}
