internal import CLMDB
internal import Glibc
internal import Synchronization

/// An LMDB environment: one directory with `data.mdb` and `lock.mdb`.
///
/// There is one per canonical path in a process, whoever opens it and how often: LMDB loses its reader table when a
/// path is opened twice and closed once. It closes when the last reference goes; transactions hold one. A process
/// that has one open must not `fork` and go on in the child.
package final class Environment: Sendable {
    /// How an environment is opened.
    package struct Options: Sendable, Equatable {
        /// Address space, not disk: the file grows as it is written, and the map is never resized.
        package var mapBytes = 1 << 40
        package var maxDatabases = 16
        package var maxReaders = 510
        package var readOnly = false
        /// Commits without waiting for the disk: only for copies that are thrown away and for tests that must fail.
        package var noSync = false
        /// Creates the directory (and its parents) when it is missing.
        package var createDirectory = false

        package init(
            mapBytes: Int = 1 << 40, maxDatabases: Int = 16, maxReaders: Int = 510, readOnly: Bool = false,
            noSync: Bool = false, createDirectory: Bool = false
        ) {
            self.mapBytes = mapBytes
            self.maxDatabases = maxDatabases
            self.maxReaders = maxReaders
            self.readOnly = readOnly
            self.noSync = noSync
            self.createDirectory = createDirectory
        }
    }

    /// The canonical path of the directory.
    package let path: String
    package let options: Options

    // LMDB locks for itself: an environment may be used from every thread.
    package nonisolated(unsafe) let handle: OpaquePointer

    /// Set by the first commit that failed: what the disk holds is uncertain from then on, so the writer stops.
    let stopped = Atomic<Bool>(false)
    /// The thread inside `write`, or 0. LMDB's lock is not recursive: a nested write would wait for itself.
    let writer = Atomic<UInt>(0)
    /// Held while databases are opened, which LMDB does not lock.
    let opening = Mutex<Void>(())

    init(handle: OpaquePointer, path: String, options: Options) {
        self.handle = handle
        self.path = path
        self.options = options
    }

    deinit { Registry.close(handle, path: path) }

    @inline(never)
    package func error(_ status: CInt, _ operation: StaticString) -> LMDBError {
        LMDBError(status: status, operation: "\(operation)", path: path)
    }

    /// Opens named databases. Call it once, right after `open`: transactions that began before do not see them.
    ///
    /// With `create`, missing ones are made; otherwise a missing one throws `.notFound`, naming it.
    package func databases(_ names: [String], create: Bool) throws(LMDBError) -> [Database] {
        let create = create && !options.readOnly
        let result: Result<[Database], LMDBError> = opening.withLock { _ in
            do throws(LMDBError) {
                if create {
                    return .success(
                        try write { transaction throws(LMDBError) in
                            try self.open(names, flags: UInt32(MDB_CREATE), in: transaction.core.handle)
                        })
                }
                var handle: OpaquePointer?
                try check(mdb_txn_begin(self.handle, nil, UInt32(MDB_RDONLY), &handle), "open", self)
                guard let handle else { throw error(EINVAL, "open") }
                do throws(LMDBError) {
                    let opened = try open(names, flags: 0, in: handle)
                    // Committing is what keeps the handles; there is nothing to write.
                    try check(mdb_txn_commit(handle), "open", self)
                    return .success(opened)
                } catch {
                    if error.code == .notFound { mdb_txn_abort(handle) }
                    throw error
                }
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func open(_ names: [String], flags: UInt32, in transaction: OpaquePointer) throws(LMDBError) -> [Database] {
        var opened: [Database] = []
        for name in names {
            var dbi: MDB_dbi = 0
            let status = mdb_dbi_open(transaction, name, flags, &dbi)
            if status == MDB_NOTFOUND {
                throw LMDBError(
                    code: .notFound, operation: "open", path: path, reason: "it has no database \"\(name)\"",
                    remedy: "name the directory of a ledger")
            }
            try check(status, "open", self)
            opened.append(Database(dbi: dbi))
        }
        return opened
    }
}
