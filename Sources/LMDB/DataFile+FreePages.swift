internal import Bytes
internal import Glibc

extension DataFile {
    /// Whether every page from `first` to the last is free, by the list of free pages that `meta` names.
    ///
    /// LMDB never writes a page that was taken and given back in one transaction. Where such pages are the last ones, a file that is whole
    /// is shorter than its last page says, and making it longer after the commit would come too late for a power cut. So a short file is read
    /// here, page by page and without a map: what its end lacks must be free. False when the list itself cannot be read.
    ///
    /// The list is a B-tree: transaction (8) → count (8) ‖ page numbers (8 each).
    /// - Complexity: O(pages of the list); only short files are asked.
    static func areFree(from first: UInt64, _ meta: Meta, _ file: CInt) -> Bool {
        var reader = FreePages(file: file, meta: meta, first: first)
        guard meta.freeRoot != .max, reader.visit(meta.freeRoot, depth: 0) else { return false }
        return UInt64(reader.free.count) == meta.lastPage &+ 1 &- first
    }
}

/// Collects the free pages at the end of a file.
private struct FreePages {
    static let depthMax = 32
    static let headerBytes = 16
    static let branchFlag: UInt16 = 0x01
    static let leafFlag: UInt16 = 0x02
    static let overflowFlag: UInt16 = 0x04
    static let bigDataFlag: UInt16 = 0x01

    let file: CInt
    let meta: DataFile.Meta
    let first: UInt64
    var free: Set<UInt64> = []
    private var visited: UInt64 = 0

    init(file: CInt, meta: DataFile.Meta, first: UInt64) {
        self.file = file
        self.meta = meta
        self.first = first
    }

    /// `count` bytes from the start of a page; nil beyond the end of the file.
    private func read(_ page: UInt64, count: Int) -> [UInt8]? {
        guard page <= meta.lastPage, count <= Int(UInt32.max) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes {
            pread(file, $0.baseAddress, count, off_t(page) * off_t(meta.pageBytes))
        }
        return got == count ? bytes : nil
    }

    /// Reads a page of the list and those below it; false when one of them is damaged or missing.
    mutating func visit(_ number: UInt64, depth: Int) -> Bool {
        visited += 1
        // A tree that is deeper or larger than the file allows has a loop.
        guard depth <= Self.depthMax, visited <= meta.lastPage &+ 1, let page = read(number, count: meta.pageBytes)
        else {
            return false
        }
        return page.withBytes { page in
            let flags: UInt16 = page.littleEndian(at: 10)
            let lower = Int(page.littleEndian(at: 12, as: UInt16.self))
            guard page.littleEndian(at: 0, as: UInt64.self) == number, lower >= Self.headerBytes, lower <= page.count,
                flags & (Self.branchFlag | Self.leafFlag) != 0
            else { return false }
            for place in stride(from: Self.headerBytes, to: lower - 1, by: 2) {
                let node = Int(page.littleEndian(at: place, as: UInt16.self))
                guard node + 8 <= page.count else { return false }
                let ok = flags & Self.branchFlag != 0 ? branch(page, node, depth) : leaf(page, node)
                if !ok { return false }
            }
            return true
        }
    }

    private mutating func branch(_ page: Bytes, _ node: Int, _ depth: Int) -> Bool {
        // lo (2) ‖ hi (2) ‖ flags (2): the number of the page below, 48 bits.
        let child =
            UInt64(page.littleEndian(at: node, as: UInt32.self)) | UInt64(
                page.littleEndian(at: node + 4, as: UInt16.self)) << 32
        return visit(child, depth: depth + 1)
    }

    private mutating func leaf(_ page: Bytes, _ node: Int) -> Bool {
        let size = Int(page.littleEndian(at: node, as: UInt32.self))
        let flags: UInt16 = page.littleEndian(at: node + 4)
        let data = node + 8 + Int(page.littleEndian(at: node + 6, as: UInt16.self))
        guard flags & Self.bigDataFlag != 0 else {
            guard data + size <= page.count else { return false }
            return take(page[data..<data + size])
        }
        guard data + 8 <= page.count, UInt64(size) <= (meta.lastPage &+ 1) &* UInt64(meta.pageBytes),
            let overflow = read(page.littleEndian(at: data), count: Self.headerBytes + size)
        else { return false }
        return overflow.withBytes { overflow in
            guard overflow.littleEndian(at: 10, as: UInt16.self) & Self.overflowFlag != 0 else { return false }
            return take(overflow.dropFirst(Self.headerBytes))
        }
    }

    private mutating func take(_ list: Bytes) -> Bool {
        guard list.count >= 8 else { return false }
        let count: UInt64 = list.littleEndian(at: 0)
        guard count <= UInt64(list.count / 8 - 1) else { return false }
        for index in 0..<Int(count) {
            let page: UInt64 = list.littleEndian(at: 8 + index * 8)
            if page >= first, page <= meta.lastPage { free.insert(page) }
        }
        return true
    }
}
