import Glibc
package import LMDB

/// Only one process at a time writes: a lock on `writer.lock` in the ledger's directory. It ends with the process.
package final class WriterLock: Sendable {
    private let descriptor: CInt

    /// Waits up to `waitMs` for the lock. Throws `busy`, naming the process that has it.
    package init(directory: String, waitMs: Int = 10_000) throws(LMDBError) {
        let path = directory + "/writer.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        var waited = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, waited < waitMs else {
                let failure = errno
                let owner = Self.owner(descriptor)
                close(descriptor)
                guard failure == EWOULDBLOCK || failure == EINTR else { throw Self.error(path, failure) }
                throw LMDBError(
                    code: .busy, operation: "write", path: path,
                    reason: "process \(owner) writes to this ledger, and still did after \(waitMs / 1000) s",
                    remedy: "try again when it is done")
            }
            usleep(20_000)
            waited += 20
        }
        _ = ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = pwrite(descriptor, text, text.count, 0)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func owner(_ descriptor: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).filter { (0x30...0x39).contains($0) }
        return digits.isEmpty ? "?" : String(decoding: digits, as: UTF8.self)
    }

    private static func error(_ path: String, _ failure: CInt) -> LMDBError {
        let reason = String(cString: strerror(failure))
        switch failure {
        case EACCES, EPERM:
            return LMDBError(
                code: .permissionDenied, operation: "lock", path: path, reason: reason,
                remedy: "run as the owner, or change the permissions")
        case EROFS:
            return LMDBError(
                code: .readOnlyMount, operation: "lock", path: path, reason: reason, remedy: "mount it for writing")
        case ENOENT:
            return LMDBError(
                code: .directoryMissing, operation: "lock", path: path, reason: reason,
                remedy: "create it first, or name an existing ledger")
        case ENOSPC, EDQUOT:
            return LMDBError(
                code: .diskFull, operation: "lock", path: path, reason: reason,
                remedy: "free some space, then start again")
        default:
            return LMDBError(code: .io, operation: "lock", path: path, reason: reason, remedy: "check the disk")
        }
    }
}
