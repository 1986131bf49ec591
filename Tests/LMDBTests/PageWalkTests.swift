import Bytes
import Glibc
import Testing

@testable import LMDB

/// Each kind of damage is made by hand, in a file with branches, large values and free pages.
@Suite("A walk over the pages")
struct PageWalkTests {
    let scratch = Scratch()
    var file: String { scratch.path + "/data.mdb" }

    static let options: PageWalk.Options = {
        var options = PageWalk.Options()
        options.grown = ["log"]
        options.consecutive = ["log"]
        options.listsUsed = true
        return options
    }()

    /// A log of numbers, a database with deletions, and one with large values; closed again.
    private func make() throws {
        let environment = try scratch.open(.init(mapBytes: 1 << 30, noSync: true))
        let databases = try environment.databases(["log", "other", "large"], create: true)
        let value = [UInt8](repeating: 7, count: 115)
        let large = [UInt8](repeating: 9, count: 9_001)
        for batch in 0..<6 as Range<UInt64> {
            try environment.write { transaction throws(LMDBError) in
                for number in batch * 1_000..<(batch + 1) * 1_000 {
                    try value.withBytes { (value) throws(LMDBError) in
                        try transaction.put(databases[0], key(number), value, append: true)
                        try transaction.put(databases[1], key(number &* 0x9E37_79B9_7F4A_7C15), value)
                    }
                }
                try large.withBytes { (large) throws(LMDBError) in
                    try transaction.put(databases[2], key(batch), large)
                }
            }
        }
        try environment.write { transaction throws(LMDBError) in
            _ = try transaction.deleteRange(databases[1], from: key(0), below: key(.max / 3))
        }
        try environment.write { transaction throws(LMDBError) in
            _ = try transaction.delete(databases[2], key(3))
        }
    }

    private func walk(_ options: PageWalk.Options = options) throws(LMDBError) -> PageReport {
        try PageWalk.run(directory: scratch.path, options)
    }

    private func bytes(_ offset: UInt64, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let descriptor = Glibc.open(file, O_RDONLY)
        _ = pread(descriptor, &bytes, count, off_t(offset))
        close(descriptor)
        return bytes
    }

    private func number<T: FixedWidthInteger>(_ offset: UInt64, _: T.Type = T.self) -> T {
        bytes(offset, MemoryLayout<T>.size).withBytes { $0.littleEndian(at: 0) }
    }

    private func store<T: FixedWidthInteger>(_ value: T, at offset: UInt64) {
        patch(file, at: Int(offset), with: withUnsafeBytes(of: value.littleEndian) { Array($0) })
    }

    /// Changes the file, walks, and changes it back.
    private func codes<T: FixedWidthInteger>(_ value: T, at offset: UInt64) throws -> [PageFinding] {
        let sound: T = number(offset)
        try #require(sound != value)
        store(value, at: offset)
        defer { store(sound, at: offset) }
        return try walk().findings
    }

    /// Where the newest meta page begins, and where the first page of a kind lies.
    private var meta: UInt64 { number(4_096 + 144, UInt64.self) > number(144, UInt64.self) ? 4_096 : 0 }

    private func pages(_ flags: UInt16) -> [UInt64] {
        (2..<UInt64(size(file) / 4_096)).filter { number($0 * 4_096 + 10, UInt16.self) == flags }
    }

    private func pages(of database: String, _ kind: UsedBytes.Kind, _ report: PageReport) -> [UsedBytes] {
        report.used.filter { $0.database == database && $0.kind == kind }
    }

    @Test func aSoundFileHasNoFindingAndAllItsPagesAreReachedOrFree() throws {
        try make()
        let report = try walk()
        #expect(report.findings == [])
        #expect(report.isNewest)
        #expect(report.pages == report.reached + report.free)
        #expect(report.free > 0)
        #expect(report.databases.map(\.name) == ["large", "log", "other"])
        #expect(report.databases.map(\.entries).prefix(2) == [5, 6_000])
        #expect(!pages(of: "log", .separator, report).isEmpty)
        #expect(pages(of: "log", .value, report).count == 6_000)
        // No byte is listed twice, none outside the file.
        let used = report.used.sorted { $0.offset < $1.offset }
        for (one, other) in zip(used, used.dropFirst()) { #expect(one.offset + UInt64(one.length) <= other.offset) }
        #expect(used.last.map { $0.offset + UInt64($0.length) <= UInt64(size(file)) } == true)
    }

    @Test func metaPagesAreChecked() throws {
        try make()
        let older = 4_096 - meta
        for page in [meta, older] {
            for (offset, name) in [(0, "page"), (16, "magic"), (20, "version"), (40, "pageSize"), (144, "transaction")]
            {
                let place = page + UInt64(offset)
                let found = try codes(number(place, UInt32.self) ^ 2, at: place)
                #expect(found.contains { $0.code == .meta }, "\(name) of \(page)")
            }
            #expect(try codes(UInt16(9), at: page + 10).contains { $0.code == .meta })
        }
        // An older one whose number says that it is newer leads to the state before.
        #expect(try codes(number(older + 144, UInt64.self) + 2, at: older + 144).contains { $0.code == .meta })
        // What lies behind the last page is cut off.
        #expect(!(try codes(UInt64.max, at: meta + 136)).isEmpty)
        #expect(!(try codes(number(meta + 136, UInt64.self) - 9, at: meta + 136)).isEmpty)
        #expect(try codes(UInt64(1) << 60, at: meta + 136).map(\.code) == [.missing])
        // The address and the size of the map mean nothing.
        #expect(try codes(UInt64(77), at: meta + 24) == [])
        #expect(try codes(UInt64.max, at: meta + 32) == [])
    }

    @Test func countersAreChecked() throws {
        try make()
        for tree in [40, 88] as [UInt64] {
            for (offset, name) in [(8, "branchPages"), (16, "leafPages"), (24, "overflowPages"), (32, "entries")] {
                let place = meta + tree + UInt64(offset)
                let found = try codes(number(place, UInt64.self) + 1, at: place)
                #expect(found.map(\.code) == [.counter] && found.first?.key == Array(name.utf8), "\(name)")
            }
            for depth in [0, 7, 33, 65_535] as [UInt16] { #expect(!(try codes(depth, at: meta + tree + 6)).isEmpty) }
        }
        // The record of a named tree: its value is 48 bytes in a leaf of the main one.
        for record in pages(of: "main", .value, try walk()) {
            for offset in [0, 4, 6, 8, 16, 24, 32, 40] as [UInt64] {
                #expect(
                    !(try codes(number(record.offset + offset, UInt8.self) ^ 4, at: record.offset + offset)).isEmpty)
            }
        }
    }

    @Test(arguments: [1, 2] as [UInt16]) func headersOfPagesAreChecked(flags: UInt16) throws {
        try make()
        let reached = Set(try walk().used.filter { $0.kind == .page }.map { $0.offset / 4_096 })
        let page = try #require(pages(flags).first { reached.contains($0) }) * 4_096
        #expect(try codes(number(page, UInt64.self) + 1, at: page).contains { $0.code == .pageNumber })
        for other in [0, 3 - flags, 4, 0x12, 0x22] as [UInt16] {
            #expect(try codes(other, at: page + 10).contains { $0.code == .pageKind })
        }
        for lower in [0, 15, 16, 17, 4_095, 65_535] as [UInt16] {
            #expect(try codes(lower, at: page + 12).contains { $0.code == .room }, "lower \(lower)")
        }
        for upper in [0, 16, 4_096, 65_535, number(page + 14) + 2, number(page + 14) - 2] as [UInt16] {
            #expect(!(try codes(upper, at: page + 14)).isEmpty, "upper \(upper)")
        }
        // A node's place: outside, odd, twice.
        for place in [0, 15, 4_095, 65_535, number(page + 18)] as [UInt16] {
            #expect(!(try codes(place, at: page + 16)).isEmpty, "node at \(place)")
        }
    }

    @Test func nodesAreChecked() throws {
        try make()
        let report = try walk()
        let node = pages(of: "log", .node, report).filter { $0.ordinal == 3_000 }[0].offset
        for (size, offset) in [(117, 0), (113, 0), (65_535, 0)] as [(UInt16, UInt64)] {
            let found = try codes(size, at: node + offset)
            #expect(found.first?.ordinal == 3_000, "\(size)")
        }
        #expect(try codes(UInt16(1), at: node + 2).first?.ordinal == 3_000)
        for flags in [1, 2, 4, 0x8000] as [UInt16] { #expect(!(try codes(flags, at: node + 4)).isEmpty) }
        for size in [0, 6, 512, 65_535] as [UInt16] { #expect(try codes(size, at: node + 6).first?.ordinal == 3_000) }
    }

    @Test func keysAreChecked() throws {
        try make()
        let report = try walk()
        for place in [0, 1, 2_999, 5_999] as [UInt64] {
            let key = pages(of: "log", .key, report).filter { $0.ordinal == place }[0].offset
            let found = try codes(UInt64(place + 1).bigEndian, at: key)
            #expect(found.contains { $0.code == .order && $0.ordinal == place }, "\(place)")
        }
        // Elsewhere keys only ascend: the first of a leaf may not fall below its page's, the last not rise above the next.
        let other = pages(of: "other", .key, report)
        #expect(try codes(UInt64(0), at: other[other.count / 2].offset).contains { $0.code == .order })
        #expect(try codes(UInt64.max, at: other[other.count / 2].offset).contains { $0.code == .order })
        for separator in pages(of: "log", .separator, report) {
            #expect(!(try codes(number(separator.offset + 7, UInt8.self) ^ 1, at: separator.offset + 7)).isEmpty)
        }
        for loose in pages(of: "other", .loose, report) where loose.length == 8 {
            #expect(try codes(UInt64(0), at: loose.offset).contains { $0.code == .order })
        }
    }

    @Test func pointersAreChecked() throws {
        try make()
        let report = try walk()
        // The nodes of branches have no ordinal: page below (6) ‖ size of key (2).
        let node = try #require(report.used.first { $0.kind == .node && $0.ordinal == nil && $0.database == "log" })
            .offset
        let page = node / 4_096
        for target in [0, 1, UInt64(report.pages), 0xFFFF_FFFF_FFFF] {
            let low = UInt32(truncatingIfNeeded: target)
            #expect(!(try codes(low, at: node)).isEmpty)
        }
        // To itself: a loop; to a sibling: twice.
        #expect(try codes(UInt32(page), at: node).contains { $0.code == .claimedTwice })
        #expect(
            try codes(number(node, UInt32.self) + 1, at: node).contains {
                $0.code == .claimedTwice || $0.code == .pageKind
            })
        #expect(try codes(UInt16(1), at: node + 4).contains { $0.code == .pointer })
    }

    @Test func largeValuesAreChecked() throws {
        try make()
        let report = try walk()
        let pointer = pages(of: "large", .value, report).filter { $0.length == 8 }[1]
        let first: UInt64 = number(pointer.offset)
        for other in [0, 1, first + 1, report.pages, .max] as [UInt64] {
            #expect(!(try codes(other, at: pointer.offset)).isEmpty, "\(other)")
        }
        let page = first * 4_096
        #expect(number(page + 12, UInt32.self) == 3)
        for pages in [0, 1, 2, 4, 400_000, UInt32.max] {
            #expect(!(try codes(pages, at: page + 12)).isEmpty, "\(pages)")
        }
        #expect(!(try codes(UInt16(2), at: page + 10)).isEmpty)
        #expect(!(try codes(first + 1, at: page)).isEmpty)
        // The size of the value, in its node.
        #expect(!(try codes(UInt32(90_000), at: pointer.offset - 16)).isEmpty)
    }

    @Test func freePagesAreChecked() throws {
        try make()
        let report = try walk()
        for list in pages(of: "free", .value, report) where list.length > 8 {
            let count: UInt64 = number(list.offset)
            #expect(!(try codes(count - 1, at: list.offset)).isEmpty)
            #expect(!(try codes(count + 1, at: list.offset)).isEmpty)
            #expect(!(try codes(UInt64.max, at: list.offset)).isEmpty)
            let page: UInt64 = number(list.offset + 8)
            for other in [0, 1, page - 1, page + 1, report.pages, .max] as [UInt64] where other != page {
                #expect(!(try codes(other, at: list.offset + 8)).isEmpty, "\(other)")
            }
        }
        for key in pages(of: "free", .loose, report) where key.length == 8 && key.ordinal != nil {
            #expect(!(try codes(UInt64.max, at: key.offset)).isEmpty)
            #expect(!(try codes(UInt64(0), at: key.offset)).isEmpty)
        }
    }

    @Test func everyBitThatMeansSomethingIsFoundOrInAValue() throws {
        try make()
        let report = try walk()
        var state: UInt64 = 1
        func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let structure = report.used.filter { $0.kind != .value && $0.kind != .loose && $0.database != "other" }
        for _ in 0..<300 {
            let one = structure[below(structure.count)]
            let place = one.offset + UInt64(below(one.length))
            let found = try codes(number(place, UInt8.self) ^ 1 << UInt8(below(8)), at: place)
            // One more byte of a key or value may take the byte that fills its node: its checksum then does not hold.
            #expect(
                !found.isEmpty || one.kind == .node || one.kind == .key && one.database == "main"
                    || one.database == "large",
                "\(one) at \(place)")
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func garbageIsNeverATrap(seed: UInt64) throws {
        try make()
        var state = seed
        func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<1 + below(200) {
            let page = below(size(file) / 4_096)
            patch(file, at: page * 4_096 + below(below(2) == 0 ? 64 : 4_096), with: [UInt8(below(256))])
        }
        if below(3) == 0 { truncate(file, below(size(file))) }
        do throws(LMDBError) {
            let report = try walk()
            #expect(report.findings.count <= Self.options.findingsMax)
        } catch {
            #expect([.truncatedFile, .foreignFile, .newerFile].contains(error.code))
        }
    }

    @Test func aFileThatIsNoneIsAnErrorAndNotDamage() throws {
        #expect(throws: LMDBError.self) { try walk() }
        write(file, [UInt8](repeating: 65, count: 9_000))
        #expect(throws: LMDBError.self) { try walk() }
        write(file, [1, 2, 3])
        #expect(throws: LMDBError.self) { try walk() }
    }

    @Test func aSmallFileWithADamagedPageIsNotMapped() throws {
        try make()
        let page = pages(2)[0] * 4_096
        store(UInt16(0xFFFF), at: page + 12)
        let reached = try !walk().findings.isEmpty
        var code: LMDBError.Code?
        do throws(LMDBError) { _ = try scratch.open(.init(mapBytes: 1 << 30, readOnly: true)) } catch {
            code = error.code
        }
        #expect((code == .corrupt) == reached)
    }
}
