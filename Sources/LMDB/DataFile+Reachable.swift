internal import Bytes
internal import Glibc

extension DataFile {
    /// Whether every page that the newest state reaches lies inside the file.
    ///
    /// LMDB does not write pages that one transaction took and gave back, so a healthy file may end before its last
    /// page. Only then is the tree walked, with reads instead of the map: the map kills whoever touches what is cut.
    ///
    /// - Complexity: O(pages).
    static func isWhole(_ file: CInt, _ path: String, fileBytes: UInt64, readOnly: Bool) throws(LMDBError) -> Bool {
        var meta = try newest(file, path, readOnly: readOnly)
        // A writer at work reuses pages under the walk: the verdict stands only if the state has not moved meanwhile.
        for _ in 0..<8 {
            guard let walked = meta else { return true }
            let walk = PageWalk(
                file: file, pageBytes: walked.pageBytes, pageCount: fileBytes / UInt64(walked.pageBytes))
            if walk.reaches(root: walked.freeRoot, databases: false),
                walk.reaches(root: walked.mainRoot, databases: true)
            {
                return true
            }
            meta = try newest(file, path, readOnly: readOnly)
            if meta == walked { return false }
        }
        return true
    }
}

/// Reads LMDB's pages from a file. A page: number u64, pad u16, flags u16, lower u16, upper u16, then offsets of nodes,
/// u16 each, up to `lower`. A node: low u16, high u16, flags u16, key size u16, key, then in a leaf its data.
final class PageWalk {
    private static let none = UInt64.max
    private static let branch: UInt16 = 0x01
    private static let leaf: UInt16 = 0x02
    private static let fixed: UInt16 = 0x20
    private static let bigData: UInt16 = 0x01
    private static let subDatabase: UInt16 = 0x02

    private let file: CInt
    private let pageBytes: Int
    private let pageCount: UInt64
    private var visited: UInt64 = 0

    init(file: CInt, pageBytes: Int, pageCount: UInt64) {
        self.file = file
        self.pageBytes = pageBytes
        self.pageCount = pageCount
    }

    /// Whether the tree under `root`, and under the `databases` it names, lies inside the file.
    func reaches(root: UInt64, databases: Bool) -> Bool {
        root == Self.none || visit(root, databases: databases, depth: 0)
    }

    private func visit(_ number: UInt64, databases: Bool, depth: Int) -> Bool {
        visited += 1
        // A tree is at most 32 pages high, and no page has two parents.
        guard number < pageCount, depth < 32, visited <= pageCount else { return false }
        var content = [UInt8](repeating: 0, count: pageBytes)
        let got = content.withUnsafeMutableBytes {
            pread(file, $0.baseAddress, pageBytes, off_t(number) * off_t(pageBytes))
        }
        guard got == pageBytes else { return false }
        return content.withBytes { nodes($0, number, databases: databases, depth: depth) }
    }

    private func nodes(_ page: Bytes, _ number: UInt64, databases: Bool, depth: Int) -> Bool {
        let flags: UInt16 = page.littleEndian(at: 10)
        let lower = Int(page.littleEndian(at: 12, as: UInt16.self))
        guard page.littleEndian(at: 0, as: UInt64.self) == number, lower >= 16, lower <= pageBytes else { return false }
        if flags & Self.leaf != 0 && flags & Self.fixed != 0 { return true }
        guard flags & (Self.leaf | Self.branch) != 0 else { return false }
        for place in stride(from: 16, to: lower, by: 2) {
            let at = Int(page.littleEndian(at: place, as: UInt16.self))
            guard at + 8 <= pageBytes else { return false }
            let low = UInt64(page.littleEndian(at: at, as: UInt32.self))
            let nodeFlags: UInt16 = page.littleEndian(at: at + 4)
            if flags & Self.branch != 0 {
                let child = low | UInt64(nodeFlags) << 32
                guard visit(child, databases: databases, depth: depth + 1) else { return false }
                continue
            }
            let data = at + 8 + Int(page.littleEndian(at: at + 6, as: UInt16.self))
            if nodeFlags & Self.bigData != 0 {
                guard data + 8 <= pageBytes else { return false }
                let first: UInt64 = page.littleEndian(at: data)
                let pages = (15 + low) / UInt64(pageBytes) + 1
                guard first < pageCount, pages <= pageCount - first else { return false }
            } else if databases, nodeFlags & Self.subDatabase != 0 {
                guard data + 48 <= pageBytes else { return false }
                let root: UInt64 = page.littleEndian(at: data + 40)
                guard root == Self.none || visit(root, databases: false, depth: 0) else { return false }
            }
        }
        return true
    }
}
