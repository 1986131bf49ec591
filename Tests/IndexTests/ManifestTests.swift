import Bytes
import LMDB
import Testing

@testable import Index

@Suite struct ManifestTests {
    private func sample(_ random: inout SplitMix) -> Manifest {
        var manifest = Manifest(viewsVersion: UInt32(random.below(9)))
        manifest.folded = random.next() >> 20
        manifest.nextRun = 1_000
        for id in stride(from: 900, to: 900 - random.below(9), by: -1) {
            manifest.runs.append(
                Run(
                    id: UInt32(id), level: random.below(IndexReader.levels), rows: random.next() >> 30,
                    bytes: random.next() >> 30,
                    indexes: IndexSet(words: (random.next(), random.next(), random.next(), random.next()))))
        }
        for _ in 0..<random.below(3) {
            var job = MergeJob(
                level: random.below(IndexReader.levels - 1), inputs: (0..<random.below(9)).map { UInt32($0) },
                output: UInt32(random.below(999)))
            job.rows = random.next() >> 30
            job.indexes = IndexSet(words: (random.next(), 0, 1, random.next()))
            job.bytes = random.next() >> 30
            job.lastKey = (0..<random.below(RowLimits.keyBytes + 1)).map { UInt8(truncatingIfNeeded: $0) }
            manifest.jobs.append(job)
        }
        for _ in 0..<random.below(5) {
            manifest.garbage.append(Garbage(id: UInt32(random.below(999)), level: random.below(IndexReader.levels)))
        }
        return manifest
    }

    private func encoded(_ manifest: Manifest) -> [UInt8] {
        let out = ByteBuffer()
        manifest.encode(to: out)
        return out.bytes.array
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func encodingAndReadingGiveTheSameManifest(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let manifest = sample(&random)
        #expect(encoded(manifest).withBytes { Manifest(encoded: $0) } == manifest, "seed \(seed)")
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>) func aManifestOfAnotherLengthIsRefused(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let bytes = encoded(sample(&random))
        for length in bytes.indices {
            #expect(Array(bytes[..<length]).withBytes { Manifest(encoded: $0) } == nil, "seed \(seed), \(length) bytes")
        }
        #expect((bytes + [0]).withBytes { Manifest(encoded: $0) } == nil)
    }

    @Test func levelsAndNumbersThatCannotBeAreRefused() {
        func refused(_ change: (inout Manifest) -> Void) -> Bool {
            var manifest = Manifest(viewsVersion: 1)
            manifest.nextRun = 10
            manifest.runs = [Run(id: 4, level: 0, rows: 1, bytes: 1, indexes: IndexSet())]
            manifest.jobs = [MergeJob(level: 0, inputs: [4], output: 5)]
            manifest.garbage = [Garbage(id: 3, level: 0)]
            change(&manifest)
            return encoded(manifest).withBytes { Manifest(encoded: $0) } == nil
        }
        #expect(!refused { _ in })
        #expect(refused { $0.runs[0] = Run(id: 4, level: IndexReader.levels, rows: 1, bytes: 1, indexes: IndexSet()) })
        #expect(refused { $0.jobs[0] = MergeJob(level: IndexReader.levels - 1, inputs: [4], output: 5) })
        #expect(refused { $0.garbage[0] = Garbage(id: 3, level: IndexReader.levels) })
        #expect(refused { $0.runs[0] = Run(id: 10, level: 0, rows: 1, bytes: 1, indexes: IndexSet()) })
        #expect(refused { $0.jobs[0] = MergeJob(level: 0, inputs: [4], output: 10) })
        #expect(refused { $0.garbage[0] = Garbage(id: 11, level: 0) })
        #expect(refused { $0.runs[0] = Run(id: 4, level: 0, rows: .max, bytes: 1, indexes: IndexSet()) })
        #expect(refused { $0.jobs[0].bytes = .max })
        #expect(refused { $0.jobs[0].lastKey = [UInt8](repeating: 1, count: RowLimits.keyBytes + 1) })
        #expect(refused { $0.nextRun = .max })
    }

    @Test func runsOfAnotherProgramVersionAskForARebuild() throws {
        let scratch = try Scratch()
        let index = Index(try scratch.reader())
        [4, 1].withBytes { index.put($0, $0) }
        try scratch.flush(index)
        #expect(try !scratch.reader().needsRebuild)
        let newer = try IndexReader(
            scratch.environment.read(), databases: scratch.databases, viewsVersion: Scratch.viewsVersion + 1)
        #expect(newer.needsRebuild)
    }
}
