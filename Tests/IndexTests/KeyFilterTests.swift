import Bytes
import LMDB
import Testing

@testable import Index

@Suite struct KeyFilterTests {
    @Test(arguments: [0, 1, 1_000, 75_000]) func whatWasInsertedIsNeverDenied(bytes: Int) {
        let filter = KeyFilter(bytes: bytes)
        var random = SplitMix(seed: UInt64(bytes))
        let hashes = (0..<50_000).map { _ in random.next() }
        for hash in hashes { filter.insert(hash) }
        for hash in hashes where !filter.mayContain(hash) { Issue.record("hash \(hash) is denied") }
    }

    @Test func aboutOneStrangeKeyInNinetyPasses() throws {
        let filter = try #require(RunFilters.filter(keys: 50_000, bytesMax: .max))
        var random = SplitMix(seed: 5)
        for _ in 0..<50_000 { filter.insert(random.next()) }
        let passed = (0..<90_000).reduce(0) { count, _ in count + (filter.mayContain(random.next()) ? 1 : 0) }
        #expect(passed < 1_800)
    }

    @Test func aFilterThatWouldDenyTooLittleIsNotMade() {
        #expect(RunFilters.filter(keys: 1_000, bytesMax: 499) == nil)
        #expect(RunFilters.filter(keys: 1_000, bytesMax: 500)?.byteCount == 496)
        #expect(RunFilters.filter(keys: 1_000, bytesMax: .max)?.byteCount == 1_496)
    }

    private func filtered(_ scratch: Scratch) throws -> (Index, RunFilters) {
        let reader = try scratch.reader()
        let filters = RunFilters(IndexModel.asked)
        reader.filter(by: filters)
        return (Index(reader, accountSums: (total: IndexModel.totals, detail: IndexModel.details)), filters)
    }

    @Test(arguments: [1, 2] as [UInt64]) func aWriterThatTakesOverHidesNothing(seed: UInt64) throws {
        let scratch = try Scratch()
        var model = IndexModel()
        var changes = Changes(seed: seed)
        for writer in 0..<30 {
            let (index, filters) = try filtered(scratch)
            // Some end in the middle of a merge, of which the next one has not seen the first rows.
            for _ in 0..<3 + changes.random.below(20) {
                for _ in 0..<20 { model.apply(changes.next(), to: index) }
                try scratch.flush(index)
            }
            #expect(filters.byteCount > 0)
            for key in model.keys() { #expect(model.difference(key, index) == nil, "seed \(seed), writer \(writer)") }
            for byte in [IndexModel.plain, IndexModel.removable, IndexModel.sums, IndexModel.appended] {
                let prefix = Array(changes.key(byte).prefix(2 + changes.random.below(3)))
                #expect(model.difference(rowsOf: index, prefix: prefix) == nil, "seed \(seed), prefix \(prefix)")
            }
            try #require(index.failure == nil)
        }
    }

    @Test func aRunOfBeforeIsReadForItsFilterOnceItWasAskedInVainOften() throws {
        let scratch = try Scratch()
        let before = Index(try scratch.reader())
        for number in UInt8.min...UInt8.max { [IndexModel.unique, 1, number].withBytes { before.put($0, $0) } }
        try scratch.flush(before)
        let (index, filters) = try filtered(scratch)
        for number in UInt8.min...UInt8.max {
            #expect([IndexModel.unique, 2, number].withBytes { index.value($0) } == nil)
        }
        #expect(filters.byteCount > 0)
        for number in UInt8.min...UInt8.max {
            #expect([IndexModel.unique, 1, number].withBytes { index.value($0) } != nil)
        }
    }

    @Test func whatAFailedCommitFinishedDoesNotServe() throws {
        struct Failure: Error {}
        let scratch = try Scratch()
        let (index, filters) = try filtered(scratch)
        [IndexModel.unique, 1].withBytes { index.put($0, $0) }
        #expect(throws: (any Error).self) {
            try scratch.environment.write { transaction throws(LMDBError) in
                try index.flush(folded: 1, to: transaction)
                throw LMDBError(code: .io, operation: "test", path: "", reason: "", remedy: "")
            }
        }
        index.dropOverlay()
        // Another run of the same number.
        [IndexModel.unique, 2].withBytes { index.put($0, $0) }
        try scratch.flush(index, folded: 1)
        #expect([IndexModel.unique, 1].withBytes { index.value($0) } == nil)
        #expect([IndexModel.unique, 2].withBytes { index.value($0) } != nil)
        #expect(filters.byteCount > 0)
    }
}
