internal import Bytes
internal import Glibc

/// One of the two pages that say where the trees are.
struct MetaPage: Equatable {
    let page: UInt64
    let pageBytes: UInt32
    let lastPage: UInt64
    let transaction: UInt64
    private let record: [UInt8]

    /// Offsets in the page: behind its header magic (4), version (4), address (8), map size (8), two trees (48 each), last page (8), transaction (8).
    static let freeAt = 40
    static let mainAt = 88

    init(_ bytes: Bytes, page: UInt64) {
        self.page = page
        pageBytes = bytes.littleEndian(at: Self.freeAt)
        lastPage = bytes.littleEndian(at: 136)
        transaction = bytes.littleEndian(at: 144)
        record = bytes.array
    }

    var free: PageWalk.Tree { record.withBytes { PageWalk.Tree($0[Self.freeAt..<Self.freeAt + PageWalk.Tree.bytes]) } }
    var main: PageWalk.Tree { record.withBytes { PageWalk.Tree($0[Self.mainAt..<Self.mainAt + PageWalk.Tree.bytes]) } }

    var number: UInt64 { field(0) }
    var flags: UInt16 { field(10) }
    var magic: UInt32 { field(16) }
    var version: UInt32 { field(20) }

    private func field<T: FixedWidthInteger>(_ offset: Int) -> T { record.withBytes { $0.littleEndian(at: offset) } }
}

/// Both, and what is wrong with them.
///
/// LMDB writes them in turn: transaction *t* into page *t* mod 2. So the older one says what the number of the newer must be.
struct MetaPages {
    let pageBytes: Int
    let newest: MetaPage
    private(set) var findings: [PageFinding] = []
    private(set) var used: [UsedBytes] = []

    init(_ file: CInt, _ path: String) throws(LMDBError) {
        guard let first = try Self.read(file, path, 0, at: 0) else {
            throw LMDBError(
                code: .truncatedFile, operation: "open", path: path, reason: "it is shorter than one page",
                remedy: "restore a backup")
        }
        let isFirst = first.magic == DataFile.magic
        var sizes = [4_096, 8_192, 16_384, 32_768, 65_536, 2_048, 1_024, 512, 256]
        if isFirst, Self.isPossible(first.pageBytes) { sizes.insert(Int(first.pageBytes), at: 0) }
        var second: MetaPage?
        for size in sizes {
            guard let candidate = try Self.read(file, path, 1, at: size), candidate.magic == DataFile.magic,
                candidate.number == 1 || Int(candidate.pageBytes) == size
            else { continue }
            second = candidate
            break
        }
        guard isFirst || second != nil else {
            throw LMDBError(
                code: .foreignFile, operation: "open", path: path, reason: "it is not a file of LMDB",
                remedy: "name the directory of a ledger")
        }
        func wrong(_ page: UInt64, _ field: String, _ found: UInt64, _ expected: UInt64) -> PageFinding {
            PageFinding(.meta, page: page, key: Array(field.utf8), found: found, expected: expected)
        }
        guard let second else {
            pageBytes = Self.isPossible(first.pageBytes) ? Int(first.pageBytes) : 4_096
            newest = first
            findings = [wrong(1, "magic", 0, UInt64(DataFile.magic))]
            return
        }
        guard isFirst else {
            pageBytes = Self.isPossible(second.pageBytes) ? Int(second.pageBytes) : 4_096
            newest = second
            findings = [wrong(0, "magic", UInt64(first.magic), UInt64(DataFile.magic))]
            return
        }
        if first.version == second.version, first.version > DataFile.version {
            throw LMDBError(
                code: .newerFile, operation: "open", path: path,
                reason: "its LMDB format is \(first.version), this program knows \(DataFile.version)",
                remedy: "use a newer program")
        }
        let both = [first, second]
        newest = second.transaction > first.transaction ? second : first
        pageBytes = Self.isPossible(newest.pageBytes) ? Int(newest.pageBytes) : sizes[0]
        for meta in both {
            if meta.number != meta.page { findings.append(wrong(meta.page, "page", meta.number, meta.page)) }
            if meta.flags != 8 { findings.append(wrong(meta.page, "flags", UInt64(meta.flags), 8)) }
            if meta.version != DataFile.version {
                findings.append(wrong(meta.page, "version", UInt64(meta.version), UInt64(DataFile.version)))
            }
            if !Self.isPossible(meta.pageBytes) || meta.pageBytes != UInt32(pageBytes) {
                findings.append(wrong(meta.page, "pageSize", UInt64(meta.pageBytes), UInt64(pageBytes)))
            }
        }
        // Keys of the list of free pages are integers; the main tree has no flags, and nothing of it has another page size.
        if newest.free.flags != 8 { findings.append(wrong(newest.page, "flags", UInt64(newest.free.flags), 8)) }
        if newest.main.flags != 0 { findings.append(wrong(newest.page, "flags", UInt64(newest.main.flags), 0)) }
        if newest.main.pad != 0 { findings.append(wrong(newest.page, "pad", UInt64(newest.main.pad), 0)) }
        let older = newest.page == 0 ? second : first
        let isNew = newest.transaction == 0 && older.transaction == 0
        if !isNew, newest.transaction & 1 != newest.page || older.transaction != newest.transaction &- 1 {
            findings.append(wrong(newest.page, "transaction", newest.transaction, older.transaction &+ 1))
        }
        listUsed()
    }

    /// Page sizes that LMDB writes.
    private static func isPossible(_ bytes: UInt32) -> Bool {
        bytes >= 256 && bytes <= 65_536 && bytes & (bytes - 1) == 0
    }

    func isSameState(as other: MetaPages) -> Bool { newest == other.newest }

    private static func read(_ file: CInt, _ path: String, _ page: UInt64, at offset: Int) throws(LMDBError)
        -> MetaPage?
    {
        var record = [UInt8](repeating: 0, count: DataFile.metaBytes)
        let got = record.withUnsafeMutableBytes { pread(file, $0.baseAddress, DataFile.metaBytes, off_t(offset)) }
        guard got >= 0 else { throw LMDBError(status: errno, operation: "read", path: path) }
        return got == DataFile.metaBytes ? record.withBytes { MetaPage($0, page: page) } : nil
    }

    private mutating func listUsed() {
        for page in 0...1 as ClosedRange<UInt64> {
            let start = page * UInt64(pageBytes)
            // Number, flags, magic and version, page size, transaction; of the newer one the trees and the last page too. The address and the size of the map
            // mean nothing to who sets them himself.
            var fields = [(0, 8), (10, 2), (16, 8), (MetaPage.freeAt, 4), (144, 8)]
            if page == newest.page { fields += [(MetaPage.freeAt + 4, 44), (MetaPage.mainAt, 48), (136, 8)] }
            for (offset, length) in fields {
                used.append(
                    UsedBytes(
                        offset: start + UInt64(offset), length: length, kind: .meta, database: "", ordinal: nil))
            }
        }
    }
}
