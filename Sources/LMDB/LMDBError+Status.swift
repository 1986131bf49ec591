internal import CLMDB
internal import Glibc

extension LMDBError {
    /// Puts a return code of LMDB (its own, negative; or an `errno`) into words.
    package init(status: CInt, operation: String, path: String) {
        let (code, reason, remedy) = Self.explain(status, operation: operation, path: path)
        self.init(code: code, operation: operation, path: path, reason: reason, remedy: remedy)
    }

    private static func explain(_ status: CInt, operation: String, path: String) -> (Code, String, String) {
        switch status {
        case MDB_NOTFOUND: (.notFound, "no such key or database", "check the name")
        case MDB_KEYEXIST: (.badKey, "the key is not above the last one", "append keys in ascending order")
        case MDB_BAD_VALSIZE: (.badKey, "a key has 1 to 511 bytes", "use a shorter, non-empty key")
        case MDB_MAP_FULL: (.mapTooSmall, "the map is full", "open with a larger map size")
        case MDB_MAP_RESIZED: (.mapTooSmall, "another process has a larger map", "open again with a larger map size")
        case MDB_READERS_FULL: (.readersFull, "every reader slot is taken", "close readers, or open with more of them")
        case MDB_VERSION_MISMATCH: (.newerFile, "another version of LMDB wrote it", "use the program that wrote it")
        case MDB_INVALID: (.foreignFile, "not a file of LMDB", "name the directory of a ledger")
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: (.corrupt, "a page is damaged", "restore a backup")
        case MDB_PANIC:
            (.writerStopped, "an earlier write failed and the state on disk is uncertain", "close and open again")
        case MDB_DBS_FULL: (.other, "more databases than were asked for at open", "open with more of them")
        case EIO where isFull(path):
            // LMDB reports a short write as EIO; the file system knows better.
            (.diskFull, "the file system is full", "free some space, then start again")
        case _ where status == EFBIG || status == EIO && isAtFileSizeLimit(path):
            (.fileSizeLimit, "the file would pass RLIMIT_FSIZE (\(limit(RLIMIT_FSIZE)))", "raise `ulimit -f`")
        case ENOSPC, EDQUOT: (.diskFull, text(status), "free some space, then start again")
        case EIO: (.io, text(status), "check the disk and its cables, then restore or start again")
        case ENOMEM where operation == "open":
            (
                .mapTooLarge, "the map does not fit in RLIMIT_AS (\(limit(RLIMIT_AS)))",
                "raise `ulimit -v`, or shrink the map"
            )
        case EACCES, EPERM: (.permissionDenied, text(status), "run as the owner, or change the permissions")
        case EROFS: (.readOnlyMount, "the file system is mounted read-only", "mount it for writing, or open read-only")
        case ENOENT: (.directoryMissing, text(status), "create it first, or name an existing ledger")
        case ENOTDIR: (.notADirectory, text(status), "name a directory")
        case EISDIR, ENXIO: (.notAFile, text(status), "name the directory of a ledger")
        case ELOOP: (.linkLoop, text(status), "name the directory itself")
        case EMFILE, ENFILE: (.tooManyFiles, text(status), "raise `ulimit -n`")
        case EAGAIN, EBUSY, EWOULDBLOCK: (.busy, text(status), "try again")
        default: (.other, text(status), "see the reason")
        }
    }

    private static func text(_ status: CInt) -> String { String(cString: mdb_strerror(status)) }

    /// Whether less than one mebibyte is left for the file system that holds `path`.
    private static func isFull(_ path: String) -> Bool {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return false }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize) < 1 << 20
    }

    /// Whether `data.mdb` has grown to the largest size that this process may write: the write that met it was short.
    private static func isAtFileSizeLimit(_ path: String) -> Bool {
        var information = stat()
        var value = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &value) == 0,
            stat(path + "/data.mdb", &information) == 0
        else { return false }
        return UInt64(clamping: information.st_size) >= UInt64(value.rlim_cur)
    }

    private static func limit(_ resource: __rlimit_resource) -> String {
        var value = rlimit()
        guard getrlimit(CInt(resource.rawValue), &value) == 0, value.rlim_cur != rlim_t.max else { return "unlimited" }
        return "\(value.rlim_cur) bytes"
    }
}

/// Throws what `status` says, unless it is success.
func check(_ status: CInt, _ operation: StaticString, _ environment: Environment) throws(LMDBError) {
    if status != 0 { throw environment.error(status, operation) }
}
