internal import CLMDB
internal import Glibc

/// What the store asks of the file system before LMDB does.
enum FileSystem {
    /// Makes `path` and the parents it lacks.
    static func createDirectory(_ path: String) throws(LMDBError) {
        if mkdir(path, 0o755) == 0 { return try syncNames(path) }
        if errno == EEXIST { return }
        if errno == ENOENT, let slash = path.dropLast().lastIndex(of: "/"), slash != path.startIndex {
            try createDirectory(String(path[..<slash]))
            if mkdir(path, 0o755) == 0 { return try syncNames(path) }
            if errno == EEXIST { return }
        }
        throw LMDBError(status: errno, operation: "create directory", path: path)
    }

    /// Makes the names in a directory, and its own name in its parent, survive a power cut: syncing a file does not.
    static func syncNames(_ directory: String) throws(LMDBError) {
        for path in [directory, directory + "/.."] {
            let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw LMDBError(status: errno, operation: "create", path: path) }
            defer { close(descriptor) }
            // Some file systems cannot sync a directory, and say so.
            guard fsync(descriptor) == 0 || errno == EINVAL else {
                throw LMDBError(status: errno, operation: "create", path: path)
            }
        }
    }

    /// The path of a directory without links, dots or doubled slashes.
    static func canonicalDirectory(_ path: String) throws(LMDBError) -> String {
        guard let resolved = realpath(path, nil) else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        defer { free(resolved) }
        var information = stat()
        guard stat(resolved, &information) == 0 else { throw LMDBError(status: errno, operation: "open", path: path) }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            throw LMDBError(status: ENOTDIR, operation: "open", path: path)
        }
        return String(cString: resolved)
    }

    /// Throws `.networkFileSystem` where memory maps and locks are not shared between machines.
    static func refuseNetwork(_ path: String) throws(LMDBError) {
        var information = statfs()
        guard statfs(path, &information) == 0 else { throw LMDBError(status: errno, operation: "open", path: path) }
        guard let name = networkName(type: UInt32(truncatingIfNeeded: information.f_type)) else { return }
        throw LMDBError(
            code: .networkFileSystem, operation: "open", path: path,
            reason: "it lies on a network file system (\(name)), where maps and locks are not shared",
            remedy: "keep the ledger on a local disk")
    }

    /// The name of a network file system by its `statfs` magic (linux/magic.h); nil for any other.
    static func networkName(type: UInt32) -> String? {
        switch type {
        case 0x6969: "NFS"
        case 0x517B: "SMB"
        case 0xFF53_4D42: "CIFS"
        case 0xFE53_4D42: "SMB2"
        case 0x0102_1997: "9P"
        case 0x00C3_6400: "Ceph"
        case 0x5346_414F, 0x6B41_4653: "AFS"
        case 0x7375_7245: "Coda"
        case 0x564C: "NCP"
        case 0x0BD0_0BD0: "Lustre"
        case 0x0116_1970: "GFS2"
        case 0x7461_636F: "OCFS2"
        default: nil
        }
    }
}
