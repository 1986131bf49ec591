internal import Bytes

extension PageWalk {
    /// A database that the main tree names.
    struct Named {
        let name: String
        let tree: Tree
        /// The page of its record.
        let page: UInt64
    }

    /// A branch page whose children are being visited; its bytes stand in the buffer of its level.
    private struct Step {
        let page: Bytes
        let count: Int
        var next: Int
        /// Keys below are not under this one, where there is one.
        let lower: Bytes?
        /// Keys below are under this one, where there is one.
        let upper: Bytes?
    }

    /// What has been counted of a tree.
    private struct Counted {
        var branches: UInt64 = 0
        var leaves: UInt64 = 0
        var overflows: UInt64 = 0
        var entries: UInt64 = 0
        /// A part of it could not be read: counts say nothing.
        var isIncomplete = false
    }

    private static let branchFlag: UInt16 = 0x01
    private static let leafFlag: UInt16 = 0x02
    private static let overflowFlag: UInt16 = 0x04
    private static let bigFlag: UInt16 = 0x01
    private static let treeFlag: UInt16 = 0x02

    /// Walks one tree in key order. Returns the databases that it names, where it is the main one.
    ///
    /// - Parameter record: the page of the tree's record.
    @discardableResult
    mutating func walk(_ tree: Tree, _ name: String, _ kind: Kind, at record: UInt64) throws(LMDBError) -> [Named] {
        var named: [Named] = []
        var counted = Counted()
        guard tree.root != Self.none else {
            if tree.depth != 0 { differs(record, name, "depth", 0, UInt64(tree.depth)) }
            compare(counted, tree, name, record)
            return named
        }
        guard tree.depth >= 1, tree.depth <= Self.depthMax else {
            find(
                PageFinding(.counter, page: record, database: name, key: Array("depth".utf8), found: UInt64(tree.depth))
            )
            return named
        }
        var steps: [Step] = []
        var lower: Bytes?
        var upper: Bytes?
        var number = tree.root
        while true {
            if let page = try open(number, name, level: steps.count, counted: &counted) {
                if steps.count + 1 < tree.depth {
                    counted.branches += 1
                    if let count = branch(page, number, name, kind, lower, upper, counted.entries) {
                        steps.append(Step(page: page, count: count, next: 0, lower: lower, upper: upper))
                    } else {
                        counted.isIncomplete = true
                    }
                } else {
                    counted.leaves += 1
                    try leaf(page, number, name, kind, lower, upper, &counted, &named)
                }
            } else {
                counted.isIncomplete = true
            }
            while let step = steps.last, step.next == step.count { steps.removeLast() }
            guard let step = steps.last else { break }
            let at = step.next
            steps[steps.count - 1].next += 1
            number = Self.child(step.page, at)
            lower = at > 0 ? Self.branchKey(step.page, at) : step.lower
            upper = at + 1 < step.count ? Self.branchKey(step.page, at + 1) : step.upper
        }
        report.keys += counted.entries
        if !counted.isIncomplete { compare(counted, tree, name, record) }
        return named
    }

    private mutating func differs(_ page: UInt64, _ name: String, _ what: String, _ counted: UInt64, _ stored: UInt64) {
        find(
            PageFinding(
                .counter, page: page, database: name, key: Array(what.utf8), found: stored, expected: counted))
    }

    private mutating func compare(_ counted: Counted, _ tree: Tree, _ name: String, _ record: UInt64) {
        report.counters += 4
        if counted.branches != tree.branches { differs(record, name, "branchPages", counted.branches, tree.branches) }
        if counted.leaves != tree.leaves { differs(record, name, "leafPages", counted.leaves, tree.leaves) }
        if counted.overflows != tree.overflows {
            differs(record, name, "overflowPages", counted.overflows, tree.overflows)
        }
        if counted.entries != tree.entries { differs(record, name, "entries", counted.entries, tree.entries) }
    }

    // MARK: pages

    /// Reads a page that nobody claimed before; nil, with a finding, where that cannot be.
    private mutating func open(
        _ number: UInt64, _ name: String, level: Int, counted: inout Counted
    ) throws(LMDBError) -> Bytes? {
        guard number >= 2, number <= meta.lastPage else {
            find(
                PageFinding(
                    .pointer, page: number, database: name, ordinal: counted.entries, found: number,
                    expected: meta.lastPage))
            return nil
        }
        guard claim(number) else {
            find(PageFinding(.claimedTwice, page: number, database: name, ordinal: counted.entries, found: number))
            return nil
        }
        guard let page = try read(buffers[level], pageBytes, at: offset(number)) else {
            find(PageFinding(.missing, page: number, database: name, ordinal: counted.entries, found: fileBytes))
            return nil
        }
        countReached(1)
        let found: UInt64 = page.littleEndian(at: 0)
        if found != number {
            find(
                PageFinding(
                    .pageNumber, page: number, database: name, ordinal: counted.entries, found: found, expected: number)
            )
        }
        return page
    }

    /// The number of nodes, where kind and room of the page are possible.
    private mutating func nodes(
        _ page: Bytes, _ number: UInt64, _ name: String, _ flag: UInt16, _ ordinal: UInt64
    ) -> Int? {
        let flags: UInt16 = page.littleEndian(at: 10)
        guard flags == flag else {
            find(
                PageFinding(
                    .pageKind, page: number, database: name, ordinal: ordinal, found: UInt64(flags),
                    expected: UInt64(flag)))
            return nil
        }
        let lower = Int(page.littleEndian(at: 12, as: UInt16.self))
        let upper = Int(page.littleEndian(at: 14, as: UInt16.self))
        guard lower > Self.headerBytes, lower % 2 == 0, lower <= upper, upper < pageBytes else {
            find(
                PageFinding(
                    .room, page: number, database: name, ordinal: ordinal, found: UInt64(lower), expected: UInt64(upper)
                ))
            return nil
        }
        if options.listsUsed {
            let start = offset(number)
            use(start, 8, .page, name)
            use(start + 10, lower - 10, .page, name)
        }
        return (lower - Self.headerBytes) / 2
    }

    private static func nodeOffset(_ page: Bytes, _ index: Int) -> Int {
        Int(page.littleEndian(at: headerBytes + index * 2, as: UInt16.self))
    }

    /// How nodes fill their page: from the end down where keys came in order, which is the usual case.
    private struct Filling {
        var places: [UInt32] = []
        var next: Int
        /// The first node that does not join the one before.
        var odd: Int?

        init(pageBytes: Int) { next = pageBytes }

        mutating func add(_ index: Int, _ offset: Int, _ bytes: Int) {
            let even = bytes + bytes & 1
            if offset + even != next, odd == nil { odd = index }
            next = offset
            places.append(UInt32(offset) << 16 | UInt32(even))
        }

        /// The node where they overlap or leave a gap between `upper` and the end; nil where they fill it.
        func flaw(upper: Int, pageBytes: Int) -> Int? {
            if odd == nil, next == upper { return nil }
            var end = pageBytes
            for place in places.sorted(by: >) {
                guard Int(place >> 16) + Int(place & 0xFFFF) == end else { return odd ?? places.count - 1 }
                end = Int(place >> 16)
            }
            return end == upper ? nil : odd ?? places.count - 1
        }
    }

    private mutating func fills(
        _ filling: Filling, _ page: Bytes, _ number: UInt64, _ name: String, _ ordinal: UInt64
    ) -> Bool {
        let upper = Int(page.littleEndian(at: 14, as: UInt16.self))
        guard let flaw = filling.flaw(upper: upper, pageBytes: pageBytes) else { return true }
        find(
            PageFinding(
                .room, page: number, database: name, ordinal: ordinal + UInt64(flaw), found: UInt64(filling.next),
                expected: UInt64(upper)))
        return false
    }

    // MARK: branches

    private static func child(_ page: Bytes, _ index: Int) -> UInt64 {
        let node = nodeOffset(page, index)
        return UInt64(page.littleEndian(at: node, as: UInt32.self))
            | UInt64(page.littleEndian(at: node + 4, as: UInt16.self)) << 32
    }

    private static func branchKey(_ page: Bytes, _ index: Int) -> Bytes {
        let node = nodeOffset(page, index)
        let size = Int(page.littleEndian(at: node + 6, as: UInt16.self))
        return page[node + nodeBytes..<node + nodeBytes + size]
    }

    /// Checks a branch; the number of its children, or nil where they cannot be visited.
    private mutating func branch(
        _ page: Bytes, _ number: UInt64, _ name: String, _ kind: Kind, _ lower: Bytes?, _ upper: Bytes?,
        _ ordinal: UInt64
    ) -> Int? {
        guard let count = nodes(page, number, name, Self.branchFlag, ordinal) else { return nil }
        var filling = Filling(pageBytes: pageBytes)
        var before = lower
        let bottom = Int(page.littleEndian(at: 14, as: UInt16.self))
        for index in 0..<count {
            let node = Self.nodeOffset(page, index)
            guard node >= bottom, node % 2 == 0, node + Self.nodeBytes <= pageBytes else {
                find(PageFinding(.node, page: number, database: name, ordinal: ordinal, found: UInt64(node)))
                return nil
            }
            let size = Int(page.littleEndian(at: node + 6, as: UInt16.self))
            guard size <= Self.keyBytesMax, size > 0 || index == 0, node + Self.nodeBytes + size <= pageBytes else {
                find(PageFinding(.node, page: number, database: name, ordinal: ordinal, found: UInt64(size)))
                return nil
            }
            filling.add(index, node, Self.nodeBytes + size)
            if options.listsUsed {
                let start = offset(number) + UInt64(node)
                use(start, Self.nodeBytes, .node, name)
                // The first key is never compared.
                let isCopy = options.grown.contains(name) && index > 0
                use(start + UInt64(Self.nodeBytes), size, isCopy ? .separator : .loose, name)
            }
            guard index > 0 else { continue }
            let key = page[node + Self.nodeBytes..<node + Self.nodeBytes + size]
            guard isKey(key, kind), before.map({ isAscending($0, key, kind) }) ?? true,
                upper.map({ isAscending(key, $0, kind) }) ?? true
            else {
                find(PageFinding(.order, page: number, database: name, key: key.array, ordinal: ordinal))
                return nil
            }
            before = key
        }
        return fills(filling, page, number, name, ordinal) ? count : nil
    }

    // MARK: keys

    private func isKey(_ key: Bytes, _ kind: Kind) -> Bool { kind != .free || key.count == 8 }

    private func isAscending(_ a: Bytes, _ b: Bytes, _ kind: Kind) -> Bool {
        guard kind == .free else { return a < b }
        return a.littleEndian(at: 0, as: UInt64.self) < b.littleEndian(at: 0, as: UInt64.self)
    }

    // MARK: leaves

    private mutating func leaf(
        _ page: Bytes, _ number: UInt64, _ name: String, _ kind: Kind, _ lower: Bytes?, _ upper: Bytes?,
        _ counted: inout Counted, _ named: inout [Named]
    ) throws(LMDBError) {
        guard let count = nodes(page, number, name, Self.leafFlag, counted.entries) else {
            counted.isIncomplete = true
            return
        }
        let isConsecutive = options.consecutive.contains(name)
        // Behind a part that could not be read, the page above says where the numbers go on.
        if isConsecutive, counted.isIncomplete, let lower, lower.count == 8 {
            counted.entries = lower.bigEndian(at: 0, as: UInt64.self)
        }
        let first = counted.entries
        var filling = Filling(pageBytes: pageBytes)
        var isWhole = true
        let bottom = Int(page.littleEndian(at: 14, as: UInt16.self))
        var before: Bytes?
        for index in 0..<count {
            let ordinal = first &+ UInt64(index)
            counted.entries = ordinal &+ 1
            guard let node = node(page, index, bottom, kind, name) else {
                find(PageFinding(.node, page: number, database: name, ordinal: ordinal))
                isWhole = false
                continue
            }
            filling.add(index, node.offset, node.bytes)
            let key = page[node.key]
            list(node, number, name, kind, ordinal)
            let isAbove = before.map { isAscending($0, key, kind) } ?? lower.map { !isAscending(key, $0, kind) } ?? true
            let isBelow = upper.map { isAscending(key, $0, kind) } ?? true
            let isNumber = !isConsecutive || key.count == 8 && key.bigEndian(at: 0, as: UInt64.self) == ordinal
            if !isAbove || !isBelow || !isNumber {
                find(PageFinding(.order, page: number, database: name, key: key.array, ordinal: ordinal))
            } else if index == 0, let lower, lower != key, options.grown.contains(name) {
                find(PageFinding(.separator, page: number, database: name, key: key.array, ordinal: ordinal))
            }
            before = key
            if node.isBig {
                try overflow(page, node, number, name, kind, ordinal, &counted)
            } else if kind == .free {
                take(list: page[node.value], key, number)
            } else if kind == .main {
                guard named.count < Self.databasesMax else { continue }
                let tree = Tree(page[node.value])
                if tree.flags != 0 || tree.pad != 0 {
                    find(PageFinding(.node, page: number, database: name, key: key.array, ordinal: ordinal))
                } else {
                    named.append(Named(name: key.string, tree: tree, page: number))
                }
            }
        }
        if isWhole, !fills(filling, page, number, name, first) { isWhole = false }
        if !isWhole { counted.isIncomplete = true }
    }

    /// Where a node of a leaf and its parts are.
    private struct Node {
        let offset: Int
        let bytes: Int
        let key: Range<Int>
        /// The value, or the number of its first page.
        let value: Range<Int>
        let size: Int
        let isBig: Bool
    }

    private func node(_ page: Bytes, _ index: Int, _ bottom: Int, _ kind: Kind, _ name: String) -> Node? {
        let at = Self.nodeOffset(page, index)
        guard at >= bottom, at % 2 == 0, at + Self.nodeBytes <= pageBytes else { return nil }
        let size = Int(page.littleEndian(at: at, as: UInt32.self))
        let flags: UInt16 = page.littleEndian(at: at + 4)
        let keySize = Int(page.littleEndian(at: at + 6, as: UInt16.self))
        guard keySize > 0, keySize <= Self.keyBytesMax, kind != .free || keySize == 8 else { return nil }
        let isBig = flags == Self.bigFlag
        guard isBig ? kind != .main : flags == (kind == .main ? Self.treeFlag : 0), kind != .main || size == Tree.bytes
        else { return nil }
        let key = at + Self.nodeBytes
        let stored = isBig ? 8 : size
        guard key + keySize + stored <= pageBytes else { return nil }
        return Node(
            offset: at, bytes: Self.nodeBytes + keySize + stored, key: key..<key + keySize,
            value: key + keySize..<key + keySize + stored, size: size, isBig: isBig)
    }

    private mutating func list(_ node: Node, _ number: UInt64, _ name: String, _ kind: Kind, _ ordinal: UInt64) {
        guard options.listsUsed else { return }
        let start = offset(number)
        use(start + UInt64(node.offset), Self.nodeBytes, .node, name, ordinal)
        use(start + UInt64(node.key.lowerBound), node.key.count, kind == .free ? .loose : .key, name, ordinal)
        use(start + UInt64(node.value.lowerBound), node.value.count, .value, name, ordinal)
    }

    // MARK: large values and the list of free pages

    private mutating func overflow(
        _ page: Bytes, _ node: Node, _ number: UInt64, _ name: String, _ kind: Kind, _ ordinal: UInt64,
        _ counted: inout Counted
    ) throws(LMDBError) {
        let first: UInt64 = page.littleEndian(at: node.value.lowerBound)
        var header = (UInt64(0), UInt64(0))
        let read = try withUnsafeMutableBytes(of: &header) { raw in
            Result { () throws(LMDBError) in
                guard first >= 2, first <= meta.lastPage, let base = raw.baseAddress else { return false }
                return try self.read(base, Self.headerBytes, at: offset(first)) != nil
            }
        }.get()
        let flags = UInt16(truncatingIfNeeded: header.1 >> 16)
        let pages = header.1 >> 32
        let needed = UInt64((Self.headerBytes - 1 + node.size) / pageBytes) + 1
        guard read, header.0 == first, flags == Self.overflowFlag, pages >= needed, pages - 1 <= meta.lastPage - first,
            offset(first) + UInt64(Self.headerBytes + node.size) <= fileBytes
        else {
            find(
                PageFinding(
                    .overflow, page: first, database: name, key: page[node.key].array, ordinal: ordinal, found: pages,
                    expected: needed))
            counted.isIncomplete = true
            return
        }
        for claimed in first..<first + pages where !claim(claimed) {
            find(PageFinding(.claimedTwice, page: number, database: name, ordinal: ordinal, found: claimed))
            counted.isIncomplete = true
            return
        }
        counted.overflows += pages
        countReached(pages)
        if options.listsUsed {
            let start = offset(first)
            use(start, 8, .page, name)
            use(start + 10, 6, .page, name)
            use(start + UInt64(Self.headerBytes), node.size, .value, name, ordinal)
        }
        if kind == .free { try takeLarge(first, node.size, page[node.key], number) }
    }

    /// A list of free pages too long for its leaf, read in parts.
    private mutating func takeLarge(_ first: UInt64, _ size: Int, _ key: Bytes, _ number: UInt64) throws(LMDBError) {
        let part = 1 << 16
        let memory = UnsafeMutableRawPointer.allocate(byteCount: part, alignment: 8)
        defer { memory.deallocate() }
        var list = FreeList(key, size)
        var done = 0
        while done < size {
            let count = min(part, size - done)
            guard let bytes = try read(memory, count, at: offset(first) + UInt64(Self.headerBytes + done)) else {
                break
            }
            for at in stride(from: 0, to: count - 7, by: 8) { take(bytes.littleEndian(at: at), &list) }
            done += count
        }
        end(list, number)
    }

    private mutating func take(list bytes: Bytes, _ key: Bytes, _ number: UInt64) {
        var list = FreeList(key, bytes.count)
        for at in stride(from: 0, to: bytes.count - 7, by: 8) { take(bytes.littleEndian(at: at), &list) }
        end(list, number)
    }

    /// count (8) ‖ pages (8 each), descending, under the transaction that freed them. A list that was used up may keep its room.
    private struct FreeList {
        let transaction: UInt64
        let size: Int
        var count: UInt64?
        var seen: UInt64 = 0
        var before = UInt64.max
        var isFlawed = false

        init(_ key: Bytes, _ size: Int) {
            transaction = key.littleEndian(at: 0)
            self.size = size
        }
    }

    private mutating func take(_ word: UInt64, _ list: inout FreeList) {
        guard let count = list.count else {
            list.count = word
            return
        }
        guard list.seen < count, !list.isFlawed else { return }
        list.seen += 1
        guard word >= 2, word <= meta.lastPage, word < list.before else {
            list.isFlawed = true
            return
        }
        list.before = word
        guard claim(word) else {
            find(PageFinding(.claimedTwice, page: word, database: "free", found: word))
            return
        }
        report.free += 1
    }

    private mutating func end(_ list: FreeList, _ number: UInt64) {
        lastFreed = max(lastFreed, list.transaction)
        let count = list.count ?? .max
        let isLength = list.size % 8 == 0 && (count == 0 || count == UInt64(list.size / 8 - 1))
        guard !list.isFlawed, list.size >= 8, isLength, list.seen == count, list.transaction >= 1,
            list.transaction <= meta.transaction
        else {
            find(
                PageFinding(
                    .freeList, page: number, database: "free", found: list.transaction, expected: meta.transaction))
            return
        }
    }
}
