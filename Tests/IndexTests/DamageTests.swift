import Bytes
import LMDB
import Testing

@testable import Index

/// Damaged bytes are a failure that is told, never a trap.
@Suite struct DamageTests {
    /// Runs of several levels, a merge under way, and some rows.
    private func filled(_ scratch: Scratch, seed: UInt64) throws -> IndexModel {
        let index = Index(try scratch.reader(), accountSums: (total: IndexModel.totals, detail: IndexModel.details))
        var model = IndexModel()
        var changes = Changes(seed: seed)
        for _ in 0..<30 {
            for _ in 0..<40 { model.apply(changes.next(), to: index) }
            try scratch.flush(index)
        }
        return model
    }

    /// A value under a checksum that holds, so that what lies behind that check is tested as well.
    private func overwrite(_ scratch: Scratch, _ database: Database, _ key: [UInt8], _ value: [UInt8]) throws {
        let isManifest = key == Array("manifest".utf8)
        let checksum = ((isManifest ? [] : key) + value).withBytes { $0.checksum() }
        try write(scratch, database, key, value + withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
    }

    private func write(_ scratch: Scratch, _ database: Database, _ key: [UInt8], _ value: [UInt8]) throws {
        try scratch.environment.write { transaction throws(LMDBError) in
            try key.withBytes { (key) throws(LMDBError) in
                try value.withBytes { (value) throws(LMDBError) in try transaction.put(database, key, value) }
            }
        }
    }

    private func chunks(_ scratch: Scratch, level: Int) throws -> [([UInt8], [UInt8])] {
        let reading = try scratch.environment.read()
        let cursor = try reading.cursor(scratch.databases[level])
        var all: [([UInt8], [UInt8])] = []
        while let entry = try cursor.next() { all.append((entry.key.array, Array(entry.value.array.dropLast(4)))) }
        return all
    }

    /// Reads everything in every way, and writes on; what fails is in `failure` or thrown.
    private func exercise(_ scratch: Scratch, _ model: IndexModel) throws -> String? {
        let index = Index(try scratch.reader(), accountSums: (total: IndexModel.totals, detail: IndexModel.details))
        index.filterMisses(of: [IndexModel.unique])
        index.reader?.filter(by: RunFilters(IndexModel.asked))
        for key in model.keys() { _ = model.difference(key, index) }
        _ = index.digests()
        let rows = index.rows(prefix: Bytes.none)
        while rows.next() { _ = rows.counters }
        do {
            for number in 0..<20 {
                [IndexModel.plain, UInt8(number)].withBytes { index.put($0, $0) }
                try scratch.flush(index)
            }
        } catch let error as LMDBError { return error.reason }
        return index.failure
    }

    @Test func aManifestThatCannotBeReadIsAFailure() throws {
        let scratch = try Scratch()
        let model = try filled(scratch, seed: 1)
        try overwrite(scratch, scratch.databases[IndexReader.levels], Array("manifest".utf8), [1, 2, 3])
        #expect(try scratch.reader().failure != nil)
        #expect(try exercise(scratch, model) != nil)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func aManifestWithChangedBytesNeverTraps(seed: UInt64) throws {
        let scratch = try Scratch()
        let model = try filled(scratch, seed: 2)
        var random = SplitMix(seed: seed)
        let key = Array("manifest".utf8)
        let views = scratch.databases[IndexReader.levels]
        var bytes = try key.withBytes { key in try scratch.environment.read().get(views, key)?.array ?? [] }
        bytes.removeLast(4)
        for _ in 0..<1 + random.below(3) { bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next()) }
        try overwrite(scratch, views, key, bytes)
        _ = try exercise(scratch, model)
    }

    @Test func aChunkThatIsCutOffIsAFailure() throws {
        let scratch = try Scratch()
        let model = try filled(scratch, seed: 3)
        for (key, value) in try chunks(scratch, level: 1) {
            try overwrite(scratch, scratch.databases[1], key, Array(value.dropLast()))
        }
        #expect(try exercise(scratch, model)?.contains("cannot be read") == true)
    }

    @Test func aSumThatIsNoSumIsAFailure() throws {
        let scratch = try Scratch()
        let index = Index(try scratch.reader())
        for _ in 0..<2 {
            [IndexModel.sums, 1].withBytes { index.add($0, Counters(1, 2)) }
            try scratch.flush(index)
        }
        for (key, value) in try chunks(scratch, level: 0) {
            // The last two bytes are the two counters; a varint that never ends takes their place.
            try overwrite(scratch, scratch.databases[0], key, value.dropLast(2) + [0x80, 0x80])
        }
        let read = Index(try scratch.reader())
        _ = [IndexModel.sums, 1].withBytes { read.counters($0) }
        #expect(read.failure != nil)
        let listed = Index(try scratch.reader())
        let rows = listed.rows(prefix: Bytes.none)
        while rows.next() { _ = rows.counters }
        #expect(listed.failure != nil, "also where rows are combined")
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func chunksWithChangedBytesNeverTrap(seed: UInt64) throws {
        let scratch = try Scratch()
        let model = try filled(scratch, seed: 4)
        var random = SplitMix(seed: seed)
        for level in 0...1 {
            for (key, value) in try chunks(scratch, level: level) where random.below(2) == 0 {
                var value = value
                // Row headers lie near the front more often than anywhere else.
                let reach = random.below(2) == 0 ? min(value.count, 12) : value.count
                for _ in 0..<1 + random.below(4) {
                    value[random.below(reach)] = UInt8(truncatingIfNeeded: random.next())
                }
                try overwrite(scratch, scratch.databases[level], key, value)
            }
        }
        _ = try exercise(scratch, model)
    }

    /// Whatever byte of a chunk or of the manifest changes: what is read is right, or there is a failure.
    @Test(arguments: 1...40 as ClosedRange<UInt64>) func aChangedByteIsAFailure(seed: UInt64) throws {
        let scratch = try Scratch()
        let model = try filled(scratch, seed: 6)
        var random = SplitMix(seed: seed)
        let all = try (0...1).flatMap { level in try chunks(scratch, level: level).map { (level, $0.0) } }
        let isManifest = random.below(8) == 0
        let (level, key) = isManifest ? (IndexReader.levels, Array("manifest".utf8)) : all[random.below(all.count)]
        let database = scratch.databases[level]
        var value = try key.withBytes { key in try scratch.environment.read().get(database, key)?.array ?? [] }
        value[random.below(value.count)] ^= UInt8(1 << random.below(8))
        try write(scratch, database, key, value)
        let index = Index(try scratch.reader(), accountSums: (total: IndexModel.totals, detail: IndexModel.details))
        for key in model.keys() where model.difference(key, index) != nil {
            try #require(index.failure != nil, "seed \(seed), key \(key)")
        }
        _ = index.digests()
        let manifest = try scratch.reader().manifest
        let isMerged =
            manifest.jobs.contains { $0.level + 1 == level } || manifest.garbage.contains { $0.level == level }
        #expect(
            index.failure != nil || isMerged, "seed \(seed): a whole reading meets it, unless the run does not count")
    }

    @Test func aChunkWithoutAKeyIsAFailure() throws {
        let scratch = try Scratch()
        let model = try filled(scratch, seed: 5)
        let manifest = try scratch.reader().manifest
        let run = try #require(manifest.runs.first)
        let id = withUnsafeBytes(of: run.id.bigEndian) { Array($0) }
        try overwrite(scratch, scratch.databases[run.level], id, [0, 0, 0])
        #expect(try exercise(scratch, model) != nil)
    }
}
