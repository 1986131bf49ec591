import Bytes
import LMDB
import Testing

@testable import Index

@Suite struct RebuildTests {
    private struct Built {
        let serving: Index
        let model: IndexModel
        let changes: [Change]
    }

    private func index(_ reader: IndexReader) -> Index {
        Index(reader, accountSums: (total: IndexModel.totals, detail: IndexModel.details))
    }

    private func fill(_ scratch: Scratch) throws -> Built {
        let serving = index(try scratch.reader())
        var source = Changes(seed: 9)
        var model = IndexModel()
        var all: [Change] = []
        for _ in 0..<40 {
            for _ in 0..<25 {
                let change = source.next()
                all.append(change)
                model.apply(change, to: serving)
            }
            try scratch.flush(serving, folded: UInt64(all.count))
        }
        return Built(serving: serving, model: model, changes: all)
    }

    private func beginRebuild(_ scratch: Scratch, behind serving: Index) throws -> Index {
        let rebuilt = index(try scratch.reader("rebuild"))
        let reader = try #require(serving.reader)
        try scratch.environment.write { transaction throws(LMDBError) in
            try rebuilt.begin(behind: reader, to: transaction)
        }
        try rebuilt.reader?.renew()
        return rebuilt
    }

    private func fold(_ changes: some Collection<Change>, into rebuilt: Index, _ scratch: Scratch, every: Int) throws {
        var model = IndexModel()
        var count = 0
        for change in changes {
            model.apply(change, to: rebuilt)
            count += 1
            if count % every == 0 { try scratch.flush(rebuilt, folded: UInt64(count)) }
        }
        try scratch.flush(rebuilt, folded: UInt64(count))
    }

    @Test func aRebuildGivesTheSameDigestsAndTakesOverInOneTransaction() throws {
        let scratch = try Scratch()
        let built = try fill(scratch)
        let rebuilt = try beginRebuild(scratch, behind: built.serving)
        try fold(built.changes, into: rebuilt, scratch, every: 70)
        #expect(rebuilt.digests().map(\.digest) == built.serving.digests().map(\.digest))
        let serving = try #require(built.serving.reader)
        let old = serving.manifest.runs.map(\.id)
        #expect(Set(old).isDisjoint(with: rebuilt.reader?.manifest.runs.map(\.id) ?? old))
        try scratch.environment.write { transaction throws(LMDBError) in try rebuilt.replace(serving, to: transaction) }

        #expect(built.model.difference(rowsOf: built.serving) == nil, "an open snapshot goes on with the old runs")
        #expect(try !scratch.reader("rebuild").exists())
        let swapped = index(try scratch.reader())
        #expect(swapped.reader?.manifest.runs == rebuilt.reader?.manifest.runs)
        #expect(built.model.difference(rowsOf: swapped) == nil)

        // Later flushes merge on and delete what was replaced.
        var model = built.model
        var more = Changes(seed: 10)
        for _ in 0..<300 {
            for _ in 0..<3 {
                guard case .add(let key, let counters) = more.next() else { continue }
                model.apply(.add(key, counters), to: swapped)
            }
            try scratch.flush(swapped)
        }
        #expect(model.difference(rowsOf: swapped) == nil)
        #expect(swapped.reader?.manifest.garbage.isEmpty == true)
    }

    @Test func anAbandonedRebuildIsDiscardedAndLeavesTheServingRunsAlone() throws {
        let scratch = try Scratch()
        let built = try fill(scratch)
        let before = try scratch.environment.read()
        let chunks = try (0..<IndexReader.levels).map { try before.count(scratch.databases[$0]) }
        let rebuilt = try beginRebuild(scratch, behind: built.serving)
        try fold(built.changes.prefix(700), into: rebuilt, scratch, every: 40)
        let abandoned = try scratch.reader("rebuild")
        #expect(try abandoned.exists())
        let reader = try scratch.reader()
        try scratch.environment.write { transaction throws(LMDBError) in
            try Index.discardRebuild(abandoned, beside: reader, to: transaction)
        }
        #expect(try !scratch.reader("rebuild").exists())
        let after = try scratch.environment.read()
        for level in 0..<IndexReader.levels { #expect(try after.count(scratch.databases[level]) == chunks[level]) }
        let serving = index(try scratch.reader())
        #expect(built.model.difference(rowsOf: serving) == nil)
        // The numbers that the abandoned runs had are used again.
        var model = built.model
        var more = Changes(seed: 11)
        for _ in 0..<40 {
            for _ in 0..<9 {
                guard case .add(let key, let counters) = more.next() else { continue }
                model.apply(.add(key, counters), to: serving)
            }
            try scratch.flush(serving)
        }
        #expect(model.difference(rowsOf: serving) == nil)
    }
}
