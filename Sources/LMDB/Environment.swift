internal import Bytes
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
    /// That commit's error, for those who come later.
    let stopReason = Mutex<LMDBError?>(nil)
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
    /// With `create`, missing ones are made, and what `initialise` writes is committed with them, so that no crash
    /// leaves databases without their first records. Otherwise a missing one throws `.notFound`, naming it.
    package func databases(
        _ names: [String], create: Bool,
        initialise: (borrowing WriteTransaction, [Database]) throws(LMDBError) -> Void = { _, _ throws(LMDBError) in }
    ) throws(LMDBError) -> [Database] {
        let result: Result<[Database], LMDBError> = opening.withLock { _ in
            do throws(LMDBError) {
                guard create, !options.readOnly else { return .success(try openExisting(names)) }
                return .success(
                    try write { transaction throws(LMDBError) in
                        let opened = try self.open(names, flags: UInt32(MDB_CREATE), in: transaction.core.handle)
                        try initialise(transaction, opened)
                        return opened
                    })
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The names of all databases that the environment has.
    package func databaseNames() throws(LMDBError) -> [String] {
        let result: Result<[String], LMDBError> = opening.withLock { _ in
            do throws(LMDBError) {
                let transaction = try read()
                var main: MDB_dbi = 0
                try check(mdb_dbi_open(transaction.core.handle, nil, 0, &main), "open", self)
                let cursor = try transaction.cursor(Database(dbi: main))
                var names: [String] = []
                while let entry = try cursor.next() { names.append(entry.key.string) }
                return .success(names)
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func openExisting(_ names: [String]) throws(LMDBError) -> [Database] {
        var handle: OpaquePointer?
        try check(mdb_txn_begin(self.handle, nil, UInt32(MDB_RDONLY), &handle), "open", self)
        guard let handle else { throw error(EINVAL, "open") }
        let opened: [Database]
        do { opened = try open(names, flags: 0, in: handle) } catch {
            mdb_txn_abort(handle)
            throw error
        }
        // Committing is what keeps the handles; there is nothing to write.
        try check(mdb_txn_commit(handle), "open", self)
        return opened
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
