internal import Bytes
internal import Glibc

/// Walks all pages of `data.mdb` by plain reads, before LMDB maps the file.
///
/// LMDB believes what its pages say: a number out of place makes it read or write anywhere. Here nothing that is read is believed: every number is compared
/// with what it may be before it is used, a page is visited once, a tree is at most 32 deep, and the memory is a bit a page and one page a level.
///
/// LMDB 0.9, 64-bit, little-endian. Page: number (8) ‖ pad (2) ‖ flags (2) ‖ lower (2) ‖ upper (2) ‖ offsets of nodes (2 each); of a large value's pages, their
/// count (4) instead of lower and upper. Node: size of the value (4) ‖ flags (2) ‖ size of the key (2) ‖ key ‖ value; in a branch the page below (6) ‖ size of the
/// key (2) ‖ key. Nodes take the page from *upper* to its end without a gap, each to an even size.
package struct PageWalk {
    /// What is asked of a walk.
    package struct Options: Sendable {
        /// Databases of which nothing is ever deleted: a key in a page above is the first one below.
        package var grown: Set<String> = []
        /// Databases whose keys are the numbers 0, 1, 2, … (8 bytes, big-endian).
        package var consecutive: Set<String> = []
        /// Whether reached and free pages must be all pages.
        package var checksPartition = true
        /// Whether the bytes that mean something are listed.
        package var listsUsed = false
        /// More findings than this are not told.
        package var findingsMax = 100

        package init() {}
    }

    static let headerBytes = 16
    static let nodeBytes = 8
    static let depthMax = 32
    static let keyBytesMax = 511
    static let databasesMax = 1_024
    static let none = UInt64.max

    /// One tree, as its record says: pad (4) ‖ flags (2) ‖ depth (2) ‖ branch, leaf and overflow pages, entries, root (8 each).
    struct Tree {
        let pad: UInt32
        let flags: UInt16
        let depth: Int
        let branches: UInt64
        let leaves: UInt64
        let overflows: UInt64
        let entries: UInt64
        let root: UInt64

        static let bytes = 48

        init(_ record: Bytes) {
            pad = record.littleEndian(at: 0)
            flags = record.littleEndian(at: 4)
            depth = Int(record.littleEndian(at: 6, as: UInt16.self))
            branches = record.littleEndian(at: 8)
            leaves = record.littleEndian(at: 16)
            overflows = record.littleEndian(at: 24)
            entries = record.littleEndian(at: 32)
            root = record.littleEndian(at: 40)
        }
    }

    enum Kind { case free, main, named }

    let file: CInt
    let path: String
    let options: Options
    let fileBytes: UInt64
    let pageBytes: Int
    var meta: MetaPage
    var report = PageReport()
    /// The last transaction that freed pages.
    var lastFreed: UInt64 = 0
    /// A bit a page: it was reached or is free.
    private var claimed: [UInt64] = []
    let buffers: PageBuffers
    private let progress: (UInt64, UInt64) -> Void

    /// Walks the newest state of the file in `directory`.
    ///
    /// - Parameter progress: pages reached, and all.
    /// - Complexity: O(pages), a read each.
    /// - Throws: `.notFound` without a file, `.notAFile`, `.foreignFile` where neither meta page is LMDB's, `.newerFile`, `.truncatedFile` for less than two pages, and what
    ///   reading throws. Damage is no error; it is in the report.
    package static func run(
        directory: String, _ options: Options = Options(), progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(LMDBError) -> PageReport {
        let path = directory + "/data.mdb"
        guard let file = try DataFile.open(path) else { throw DataFile.absent(path) }
        defer { close(file) }
        return try run(file, path, options, progress)
    }

    static func run(
        _ file: CInt, _ path: String, _ options: Options, _ progress: (UInt64, UInt64) -> Void
    ) throws(LMDBError) -> PageReport {
        let metas = try MetaPages(file, path)
        let result: Result<PageReport, LMDBError> = withoutActuallyEscaping(progress) { progress in
            do throws(LMDBError) {
                var walk = try PageWalk(file, path, metas, options, progress)
                try walk.walk()
                return .success(walk.report)
            } catch { return .failure(error) }
        }
        var report = try result.get()
        report.isNewest = try MetaPages(file, path).isSameState(as: metas)
        return report
    }

    private init(
        _ file: CInt, _ path: String, _ metas: MetaPages, _ options: Options,
        _ progress: @escaping (UInt64, UInt64) -> Void
    ) throws(LMDBError) {
        var information = stat()
        guard fstat(file, &information) == 0 else { throw LMDBError(status: errno, operation: "open", path: path) }
        self.file = file
        self.path = path
        self.options = options
        self.progress = progress
        fileBytes = UInt64(clamping: information.st_size)
        pageBytes = metas.pageBytes
        meta = metas.newest
        buffers = PageBuffers(pages: Self.depthMax + 1, bytes: metas.pageBytes)
        report.transaction = meta.transaction
        report.findings = metas.findings
        if options.listsUsed { report.used = metas.used }
    }

    private mutating func walk() throws(LMDBError) {
        let present = fileBytes / UInt64(pageBytes)
        // Pages behind the end of the file must be free; lists of that many pages do not fit in those that are there.
        guard meta.lastPage >= 1, meta.lastPage < Self.none, present >= 2,
            meta.lastPage / UInt64(pageBytes / 8) <= present
        else {
            return find(PageFinding(.missing, page: meta.lastPage, found: fileBytes))
        }
        report.pages = meta.lastPage + 1
        claimed = [UInt64](repeating: 0, count: Int(meta.lastPage / 64) + 1)
        claimed[0] = 3
        report.reached = 2
        try walk(meta.free, "free", .free, at: meta.page)
        // Every transaction but the first frees the root that it replaces. So the list tells an older meta page whose number says that it is newer.
        if options.checksPartition, meta.transaction > 1, lastFreed != meta.transaction {
            find(
                PageFinding(
                    .meta, page: meta.page, key: Array("transaction".utf8), found: meta.transaction,
                    expected: lastFreed))
        }
        let named = try walk(meta.main, "main", .main, at: meta.page)
        for database in named {
            report.databases.append((database.name, database.tree.entries))
            try walk(database.tree, database.name, .named, at: database.page)
        }
        guard report.findings.isEmpty, options.checksPartition else { return }
        let lost = report.pages - report.reached - report.free
        guard lost > 0 else { return }
        let first = (0..<report.pages).first { !isClaimed($0) } ?? 0
        find(PageFinding(.lost, page: first, found: lost))
    }

    // MARK: what is known

    mutating func find(_ finding: PageFinding) {
        if report.findings.count < options.findingsMax { report.findings.append(finding) }
    }

    private func isClaimed(_ page: UInt64) -> Bool { claimed[Int(page / 64)] & 1 << (page % 64) != 0 }

    /// False where somebody had it before. `page` is one of the file's.
    mutating func claim(_ page: UInt64) -> Bool {
        guard !isClaimed(page) else { return false }
        claimed[Int(page / 64)] |= 1 << (page % 64)
        return true
    }

    mutating func countReached(_ pages: UInt64) {
        let before = report.reached
        report.reached += pages
        if before / 256 != report.reached / 256 { progress(report.reached + report.free, report.pages) }
    }

    mutating func use(
        _ offset: UInt64, _ length: Int, _ kind: UsedBytes.Kind, _ database: String, _ ordinal: UInt64? = nil
    ) {
        guard options.listsUsed, length > 0 else { return }
        report.used.append(
            UsedBytes(offset: offset, length: length, kind: kind, database: database, ordinal: ordinal))
    }

    func offset(_ page: UInt64) -> UInt64 { page * UInt64(pageBytes) }

    /// Bytes of the file; nil behind its end.
    func read(_ into: UnsafeMutableRawPointer, _ count: Int, at offset: UInt64) throws(LMDBError) -> Bytes? {
        guard offset <= fileBytes, UInt64(count) <= fileBytes - offset else { return nil }
        var done = 0
        while done < count {
            let got = pread(file, into + done, count - done, off_t(offset) + off_t(done))
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw LMDBError(status: errno, operation: "read", path: path) }
            // Made shorter meanwhile.
            guard got > 0 else { return nil }
            done += got
        }
        return Bytes(base: UnsafeRawPointer(into), count: count)
    }
}

/// One page a level of the tree.
final class PageBuffers {
    private let memory: UnsafeMutableRawPointer
    private let bytes: Int

    init(pages: Int, bytes: Int) {
        self.bytes = bytes
        memory = .allocate(byteCount: pages * bytes, alignment: 16)
    }

    deinit { memory.deallocate() }

    subscript(_ level: Int) -> UnsafeMutableRawPointer { memory + level * bytes }
}
