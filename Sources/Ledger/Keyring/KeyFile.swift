import Commerce
import Glibc

/// The file of the persons' keys, opened and locked as long as this lives. It knows bytes and slots, nothing of cryptography.
///
/// Whoever writes holds the lock alone; readers share it. It ends with the process.
final class KeyFile {
    let path: String
    let isWritable: Bool
    private let descriptor: CInt

    private init(path: String, descriptor: CInt, isWritable: Bool) {
        self.path = path
        self.descriptor = descriptor
        self.isWritable = isWritable
    }

    deinit { close(descriptor) }

    /// `nil` where there is no such file.
    static func open(_ path: String, isWritable: Bool, waitMs: Int = 10_000) throws(LedgerError) -> KeyFile? {
        let descriptor = Glibc.open(path, (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, errno)
        }
        var waited = 0
        while flock(descriptor, (isWritable ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            let reason = errno
            guard reason == EWOULDBLOCK || reason == EINTR else {
                close(descriptor)
                throw failure(path, reason)
            }
            guard waited < waitMs else {
                close(descriptor)
                throw LedgerError(
                    .busy, path, Text("un autre processus s’en sert", "another process uses it"),
                    remedy: Text("réessayer quand il aura fini", "try again when it is done"))
            }
            usleep(20_000)
            waited += 20
        }
        return KeyFile(path: path, descriptor: descriptor, isWritable: isWritable)
    }

    /// Makes the file whole or not at all, readable by its owner only; one that another process made meanwhile is left as it is.
    static func create(_ path: String, _ bytes: [UInt8]) throws(LedgerError) {
        var template = Array("\(path).XXXXXX".utf8CString)
        // mkstemp makes it 0600.
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(path, errno) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        try write(descriptor, bytes, at: 0, path)
        guard fsync(descriptor) == 0 else { throw failure(path, errno) }
        guard link(temporary, path) == 0 || errno == EEXIST else { throw failure(path, errno) }
        try syncDirectory(of: path)
    }

    private static func syncDirectory(of path: String) throws(LedgerError) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let directory = Glibc.open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure(parent, errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure(parent, errno) }
    }

    /// A whole small file.
    static func read(_ path: String, atMost limit: Int) throws(LedgerError) -> [UInt8] {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        return try read(descriptor, atMost: limit, path)
    }

    func bytes(atMost limit: Int) throws(LedgerError) -> [UInt8] { try Self.read(descriptor, atMost: limit, path) }

    private static func read(_ descriptor: CInt, atMost limit: Int, _ path: String) throws(LedgerError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, errno) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
        throw LedgerError(
            .badInput, path, Text("fichier trop grand", "the file is too large"),
            remedy: Text("au plus \(limit) octets", "at most \(limit) bytes"))
    }

    /// Writes in place and waits for the disk.
    func write(_ bytes: [UInt8], at offset: Int) throws(LedgerError) {
        try Self.write(descriptor, bytes, at: offset, path)
        guard fsync(descriptor) == 0 else { throw Self.failure(path, errno) }
    }

    private static func write(_ descriptor: CInt, _ bytes: [UInt8], at offset: Int, _ path: String) throws(LedgerError)
    {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, errno) }
            done += count
        }
    }

    private static func failure(_ path: String, _ number: CInt) -> LedgerError {
        let code: LedgerError.Code =
            number == ENOENT || number == ENOTDIR ? .notFound : number == EEXIST ? .cannotCreate : .inputOutput
        return LedgerError(
            code, path,
            number == ENOENT ? Text("le fichier manque", "the file is missing") : SystemReason.text(number),
            remedy: Text("vérifier le chemin, les droits et le disque", "check the path, the permissions and the disk"))
    }
}
