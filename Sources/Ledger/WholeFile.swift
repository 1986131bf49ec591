package import Bytes
import Commerce
@preconcurrency import Glibc

/// Small files that are read and written whole.
package enum WholeFile {
    package static let bytesMax = 1 << 26

    /// Throws `.notFound` for a file that cannot be read, `.badInput` for one of more than 64 MiB.
    package static func read(_ path: String) throws(LedgerError) -> [UInt8] {
        guard let found = try readIfPresent(path) else { throw unreadable(path, ENOENT) }
        return found
    }

    /// `nil` where there is no such file.
    package static func readIfPresent(_ path: String) throws(LedgerError) -> [UInt8]? {
        guard let file = fopen(path, "re") else {
            if errno == ENOENT { return nil }
            throw unreadable(path, errno)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes += piece[..<count]
            guard bytes.count <= bytesMax else {
                throw LedgerError(
                    .badInput, path, Text("plus de \(bytesMax) octets", "more than \(bytesMax) bytes"),
                    remedy: Text("une note, une preuve ou une politique", "a note, a proof or a policy"))
            }
        }
        // A folder opens, and fails here.
        guard ferror(file) == 0 else { throw unreadable(path, errno) }
        return bytes
    }

    /// Puts a file in the place of another in one step, once its bytes are on disk: whoever reads sees the one or the other.
    ///
    /// - Parameter waits: whether it is on disk when this returns; otherwise `settle` says when.
    package static func replace(_ path: String, _ bytes: Bytes, waits: Bool = true) throws(LedgerError) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failed(path, errno, .cannotCreate) }
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let count = write(descriptor, bytes.base + offset, bytes.count - offset)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = errno
                unlink(draft)
                throw failed(path, failure, .inputOutput)
            }
            offset += count
        }
        guard !waits || fsync(descriptor) == 0, rename(draft, path) == 0 else {
            let failure = errno
            unlink(draft)
            throw failed(path, failure, .inputOutput)
        }
        if waits { try settle(folderOf: path) }
    }

    /// Makes a new file, whole or not at all, for its owner's eyes only; on disk when it returns. Throws `.cannotCreate` where there is one of that name.
    package static func create(_ path: String, _ bytes: [UInt8]) throws(LedgerError) {
        try refuseExisting(path)
        var template = Array("\(path).XXXXXX".utf8CString)
        // mkstemp makes it 0600.
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failed(path, errno, .cannotCreate) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failed(path, errno, .inputOutput) }
            offset += count
        }
        guard fsync(descriptor) == 0 else { throw failed(path, errno, .inputOutput) }
        // Unlike a rename, a link never takes the place of another file.
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { try refuseExisting(path) }
            throw failed(path, errno, .cannotCreate)
        }
        try settle(folderOf: path)
    }

    /// Throws `.cannotCreate` where there is something of that name, or no folder that takes it: nothing is begun whose end could not be written.
    package static func refuseExisting(_ path: String) throws(LedgerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard access(parent.isEmpty ? "/" : parent, W_OK | X_OK) == 0 else {
                throw failed(path, errno, .cannotCreate)
            }
            return
        }
        throw LedgerError(
            .cannotCreate, path, SystemReason.text(EEXIST),
            remedy: Text("nommer un fichier qui n’existe pas", "name a file that does not exist"))
    }

    /// Waits until the names in the file's folder are on disk.
    private static func settle(folderOf path: String) throws(LedgerError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failed(folder, errno, .inputOutput) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failed(folder, errno, .inputOutput) }
    }

    package static func makeFolder(_ path: String) throws(LedgerError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failed(path, errno, .cannotCreate) }
    }

    private static func unreadable(_ path: String, _ number: Int32) -> LedgerError {
        LedgerError(
            .notFound, path, SystemReason.text(number),
            remedy: Text("nommer un fichier lisible", "name a readable file"))
    }

    private static func failed(_ path: String, _ number: Int32, _ code: LedgerError.Code) -> LedgerError {
        LedgerError(
            code, path, SystemReason.text(number),
            remedy: Text("nommer un endroit où l’on peut écrire", "name a place that can be written to"))
    }
}
