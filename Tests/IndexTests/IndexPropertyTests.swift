import Bytes
import LMDB
import Testing

@testable import Index

/// Thousands of changes, hundreds of flushes (so that merged runs are merged again), against a dictionary.
@Suite struct IndexPropertyTests {
    static let flushes = 620

    private func index(_ reader: IndexReader?, keeps: Bool = true) -> Index {
        let index = Index(reader, accountSums: (total: IndexModel.totals, detail: IndexModel.details))
        if keeps {
            index.filterMisses(of: [IndexModel.unique])
            reader?.filter(by: RunFilters(IndexModel.asked))
        }
        return index
    }

    @Test(arguments: [(1, true), (2, true), (3, false)] as [(UInt64, Bool)])
    func everyReadIsTheDictionarysHoweverRunsAreMerged(seed: UInt64, keeps: Bool) throws {
        let scratch = try Scratch()
        let index = index(try scratch.reader(), keeps: keeps)
        var model = IndexModel()
        var changes = Changes(seed: seed)
        var deepest = 0
        for flush in 0..<Self.flushes {
            for _ in 0..<changes.random.below(24) {
                model.apply(changes.next(), to: index)
                for byte in [
                    IndexModel.hot, IndexModel.fixed, IndexModel.unique, IndexModel.plain, IndexModel.removable,
                    IndexModel.sums,
                ] {
                    #expect(model.difference(changes.key(byte), index) == nil, "seed \(seed), flush \(flush)")
                }
            }
            if changes.random.below(4) == 0 { undo(index, &changes) }
            try scratch.flush(index, folded: UInt64(flush))
            deepest = max(deepest, index.reader?.manifest.runs.map(\.level).max() ?? 0)
            if flush % 31 == 0 {
                try #require(model.difference(rowsOf: index) == nil, "seed \(seed), flush \(flush)")
            }
        }
        try #require(index.failure == nil)
        #expect(deepest >= 3, "merges of merges of merges took place")
        #expect(model.difference(rowsOf: index) == nil)
        for key in model.keys() { #expect(model.difference(key, index) == nil, "seed \(seed)") }
        // Another process, which knows nothing but the runs.
        let fresh = self.index(try scratch.reader(), keeps: !keeps)
        for key in model.keys() { #expect(model.difference(key, fresh) == nil, "seed \(seed), opened again") }
        #expect(fresh.reader?.manifest.folded == UInt64(Self.flushes - 1))
        try expectNoStrangers(scratch, index)
    }

    /// Changes that nobody is to see.
    private func undo(_ index: Index, _ changes: inout Changes) {
        index.mark()
        let rows = index.overlayRows
        var unseen = IndexModel()
        // Often enough to outgrow the table's first places.
        let few = changes.random.below(30) > 0
        for _ in 0..<(few ? changes.random.below(40) : 2_000) { unseen.apply(changes.next(), to: index) }
        if changes.random.below(3) == 0 { _ = unseen.difference(rowsOf: index, prefix: [IndexModel.plain]) }
        index.undo()
        #expect(index.overlayRows == rows)
    }

    /// Every stored chunk belongs to a run that the manifest names.
    private func expectNoStrangers(_ scratch: Scratch, _ index: Index) throws {
        let manifest = try #require(index.reader?.manifest)
        let reading = try scratch.environment.read()
        for level in 0..<IndexReader.levels {
            var known = Set(manifest.runs.filter { $0.level == level }.map(\.id))
            known.formUnion(manifest.jobs.filter { $0.level + 1 == level }.map(\.output))
            known.formUnion(manifest.garbage.filter { $0.level == level }.map(\.id))
            let cursor = try reading.cursor(scratch.databases[level])
            while let entry = try cursor.next() {
                let run: UInt32 = entry.key.bigEndian(at: 0)
                #expect(known.contains(run), "run \(run) on level \(level)")
            }
        }
    }

    @Test(arguments: [11, 12] as [UInt64])
    func rowsOfAPrefixFromAKeyOnAreTheDictionarys(seed: UInt64) throws {
        let scratch = try Scratch()
        let index = index(try scratch.reader())
        var model = IndexModel()
        var changes = Changes(seed: seed)
        for _ in 0..<90 {
            for _ in 0..<20 { model.apply(changes.next(), to: index) }
            try scratch.flush(index)
            // Some rows always wait in the overlay.
            for _ in 0..<5 { model.apply(changes.next(), to: index) }
            for byte in [
                IndexModel.plain, IndexModel.removable, IndexModel.sums, IndexModel.appended, IndexModel.totals,
                IndexModel.details,
            ] {
                let key = changes.key(byte)
                let prefix = Array(key.prefix(1 + changes.random.below(3)))
                #expect(model.difference(rowsOf: index, prefix: prefix) == nil, "seed \(seed), prefix \(prefix)")
                let start = prefix + changes.key(0).dropFirst()
                #expect(
                    model.difference(rowsOf: index, prefix: prefix, from: start) == nil,
                    "seed \(seed), prefix \(prefix) from \(start)")
            }
        }
        #expect(index.failure == nil)
    }

    @Test(arguments: [31, 32] as [UInt64])
    func theNewestSequencesUnderAPrefixAreTheLastOnesWritten(seed: UInt64) throws {
        let scratch = try Scratch()
        let index = index(try scratch.reader())
        var random = Changes(seed: seed).random
        var written = [[UInt64]](repeating: [], count: 5)
        for sequence in 0..<UInt64(9_000) {
            // One party is in nearly everything, one in hardly anything.
            let party = random.below(random.below(40) + 1) % 5
            written[party].append(sequence)
            let key = ByteBuffer(capacity: 64)
            key.append(IndexModel.appended)
            key.append(UInt8(party))
            key.appendBigEndian(UInt16(0))
            key.appendBigEndian(UInt32(sequence))
            index.append(key.bytes, Bytes("v" as StaticString))
            if sequence % 97 == 96 { try scratch.flush(index, folded: sequence) }
            guard sequence % 450 == 449 else { continue }
            // Asked often, so that the overlay is read both before and after it was sorted as a whole.
            for _ in 0..<3 {
                for party in 0..<5 {
                    for limit in [0, 1, 7, 60, 100_000] {
                        let found = [IndexModel.appended, UInt8(party)].withBytes {
                            index.newestSequences(prefix: $0, limit: limit)
                        }
                        #expect(
                            found == written[party].suffix(limit).reversed(),
                            "seed \(seed), party \(party), limit \(limit)")
                    }
                }
            }
        }
        #expect(index.failure == nil)
        #expect(index.reader?.manifest.runs.contains { $0.level >= 2 } == true)
    }

    @Test(arguments: [21, 22] as [UInt64])
    func digestsAreTheSameWhateverTheBatching(seed: UInt64) throws {
        var digests: [[String]] = []
        for batch in [1_500, 7, 100, 0] {
            let scratch = try Scratch()
            let index = index(batch == 0 ? nil : try scratch.reader(), keeps: batch == 7)
            var model = IndexModel()
            var changes = Changes(seed: seed)
            for number in 1...1_500 {
                model.apply(changes.next(), to: index)
                if batch > 0, number % batch == 0 { try scratch.flush(index) }
            }
            #expect(model.difference(rowsOf: index) == nil, "batches of \(batch)")
            digests.append(index.digests().map { "\($0.index) \($0.rows) \($0.digest)" })
            #expect(index.digests().reduce(0) { $0 + Int($1.rows) } == model.keys().count)
        }
        #expect(Set(digests).count == 1)
        #expect(digests[0].count == 9, "one for each index")
    }

    @Test func aDigestDependsOnEveryByte() throws {
        func digest(_ rows: [([UInt8], [UInt8])]) -> [UInt8] {
            let index = Index(nil)
            for (key, value) in rows { key.withBytes { key in value.withBytes { index.put(key, $0) } } }
            return index.digests().first?.digest ?? []
        }
        let base = digest([([4, 1], [1, 2]), ([4, 2], [])])
        #expect(digest([([4, 1], [1, 2]), ([4, 2], [])]) == base)
        #expect(digest([([4, 1], [1, 3]), ([4, 2], [])]) != base)
        #expect(digest([([4, 1], [1, 2]), ([4, 3], [])]) != base)
        #expect(digest([([4, 1], [1, 2])]) != base)
        // The same bytes, cut elsewhere.
        #expect(digest([([4, 1, 1], [2]), ([4, 2], [])]) != base)
    }

    @Test func anOldSnapshotReadsTheSameWhileRunsAreMergedAndDeleted() throws {
        let scratch = try Scratch()
        let index = index(try scratch.reader())
        var model = IndexModel()
        var changes = Changes(seed: 31)
        var kept: [(Index, IndexModel)] = []
        for flush in 0..<200 {
            for _ in 0..<15 { model.apply(changes.next(), to: index) }
            try scratch.flush(index)
            if flush % 40 == 39 { kept.append((self.index(try scratch.reader(), keeps: false), model)) }
        }
        for (old, asOf) in kept {
            #expect(asOf.difference(rowsOf: old) == nil)
            #expect(old.failure == nil)
        }
    }

    @Test func replacedRunsAreDeletedInTheEnd() throws {
        let scratch = try Scratch()
        let index = index(try scratch.reader())
        var changes = Changes(seed: 41)
        var model = IndexModel()
        for _ in 0..<64 {
            for _ in 0..<40 { model.apply(changes.next(), to: index) }
            try scratch.flush(index)
        }
        for _ in 0..<60 {
            model.apply(changes.next(), to: index)
            try scratch.flush(index)
        }
        for _ in 0..<200 { try scratch.flush(index) }
        let manifest = try #require(index.reader?.manifest)
        #expect(manifest.garbage.isEmpty)
        #expect(model.difference(rowsOf: index) == nil)
    }
}
