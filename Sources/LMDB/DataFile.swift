internal import Bytes
internal import CLMDB
internal import Glibc

/// The head of `data.mdb`, read before LMDB maps the file: a map over a file that is too short kills the process at
/// the first touch, and LMDB's own message for a foreign file says nothing.
///
/// Layout (LMDB 0.9, 64-bit, little-endian), each of the first two pages: 16 bytes of page header, then u32 magic,
/// u32 version, u64 address, u64 map size, two 48-byte database records (the first begins with the page size, u32),
/// u64 last page, u64 transaction.
enum DataFile {
    struct Meta: Equatable {
        let pageBytes: Int
        /// The list of free pages; all ones when it is empty.
        let freeRoot: UInt64
        let lastPage: UInt64
        let transaction: UInt64
    }

    static let magic: UInt32 = 0xBEEF_C0DE
    static let version: UInt32 = 1
    static let metaBytes = 16 + 24 + 96 + 16

    /// Throws `.foreignFile`, `.newerFile` or `.truncatedFile`; passes a file that is absent or empty unless
    /// `readOnly`.
    static func check(directory: String, readOnly: Bool) throws(LMDBError) {
        let path = directory + "/data.mdb"
        guard let file = try open(path) else {
            if !readOnly { return }
            throw absent(path)
        }
        defer { close(file) }
        guard var meta = try newest(file, path, readOnly: readOnly) else { return }
        while true {
            var information = stat()
            guard fstat(file, &information) == 0 else { throw LMDBError(status: errno, operation: "open", path: path) }
            let bytes = UInt64(clamping: information.st_size)
            let needed = (meta.lastPage &+ 1).multipliedReportingOverflow(by: UInt64(meta.pageBytes))
            let isWhole =
                !needed.overflow
                && (bytes >= needed.partialValue || areFree(from: bytes / UInt64(meta.pageBytes), meta, file))
            if isWhole {
                if bytes <= walkedBytesMax { try walk(file, path) }
                return
            }
            // A writer may have gone on meanwhile and used again what was being read.
            guard let now = try newest(file, path, readOnly: readOnly) else { return }
            guard now != meta else {
                throw failure(
                    .truncatedFile, path, "it has \(bytes) bytes of \(needed.partialValue): its end is missing",
                    "restore a backup")
            }
            meta = now
        }
    }

    /// Opens a file for reading; `nil` where there is none. Throws `.notAFile` for what is no regular file: to read a pipe is to wait for who writes to it.
    static func open(_ path: String) throws(LMDBError) -> CInt? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        var information = stat()
        guard fstat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw failure(.notAFile, path, "it is no regular file", "name the directory of a ledger")
        }
        return file
    }

    static func absent(_ path: String) -> LMDBError {
        failure(.notFound, path, "there is no such file", "name the directory of a ledger")
    }

    /// Files up to this size are walked whenever they are opened: some milliseconds, and no damaged page is ever met through the map. For larger ones that would
    /// make who asks one question wait for all pages; `audit verify` walks them.
    static let walkedBytesMax: UInt64 = 4 << 20

    /// Throws `.corrupt` where a page is damaged. A writer that goes on meanwhile may use pages again that are being read: then they are read once more.
    private static func walk(_ file: CInt, _ path: String) throws(LMDBError) {
        var options = PageWalk.Options()
        // Pages that nobody uses harm nobody.
        options.checksPartition = false
        options.findingsMax = 1
        for _ in 0..<8 {
            let report = try PageWalk.run(file, path, options) { _, _ in }
            guard let finding = report.findings.first else { return }
            guard report.isNewest else { continue }
            throw failure(
                .corrupt, path, "page \(finding.page) is damaged (\(finding.code.rawValue))",
                "look with \"grandlivre audit verify\", restore a backup")
        }
    }

    /// The newer of the two meta pages; nil for an empty file that may be written.
    static func newest(_ file: CInt, _ path: String, readOnly: Bool) throws(LMDBError) -> Meta? {
        guard let first = try read(file, at: 0, path) else {
            if !readOnly && lseek(file, 0, SEEK_END) == 0 { return nil }
            throw failure(.truncatedFile, path, "it is shorter than one page", "restore a backup")
        }
        guard let second = try read(file, at: first.pageBytes, path) else {
            throw failure(.truncatedFile, path, "it is shorter than two pages", "restore a backup")
        }
        return second.transaction > first.transaction ? second : first
    }

    private static func read(_ file: CInt, at offset: Int, _ path: String) throws(LMDBError) -> Meta? {
        var page = [UInt8](repeating: 0, count: metaBytes)
        let got = page.withUnsafeMutableBytes { pread(file, $0.baseAddress, metaBytes, off_t(offset)) }
        guard got >= 0 else { throw LMDBError(status: errno, operation: "open", path: path) }
        // Too short to judge by its magic number, but long enough to be something else.
        guard got == metaBytes else {
            if got >= 20 { try checkMagic(page, path) }
            return nil
        }
        try checkMagic(page, path)
        return try page.withBytes { (bytes) throws(LMDBError) in
            let found = bytes.littleEndian(at: 20, as: UInt32.self)
            guard found <= version else {
                throw failure(
                    .newerFile, path, "its LMDB format is \(found), this program knows \(version)",
                    "use a newer program")
            }
            let pageBytes = bytes.littleEndian(at: 40, as: UInt32.self)
            guard found == version, pageBytes >= 256, pageBytes <= 65536, pageBytes & (pageBytes - 1) == 0 else {
                throw failure(.corrupt, path, "its first pages are damaged", "restore a backup")
            }
            return Meta(
                pageBytes: Int(pageBytes), freeRoot: bytes.littleEndian(at: 80), lastPage: bytes.littleEndian(at: 136),
                transaction: bytes.littleEndian(at: 144))
        }
    }

    private static func checkMagic(_ page: [UInt8], _ path: String) throws(LMDBError) {
        let found: UInt32 = page.withBytes { $0.littleEndian(at: 16) }
        guard found == magic else {
            throw failure(.foreignFile, path, "it is not a file of LMDB", "name the directory of a ledger")
        }
    }

    private static func failure(_ code: LMDBError.Code, _ path: String, _ reason: String, _ remedy: String) -> LMDBError
    {
        LMDBError(code: code, operation: "open", path: path, reason: reason, remedy: remedy)
    }
}
