import Bytes
import Testing

@testable import Index

@Suite struct MissFilterTests {
    @Test(arguments: [0, 1_000, 200_000]) func whatWasInsertedIsNeverDenied(capacity: Int) {
        let filter = MissFilter(keys: capacity)
        var random = SplitMix(seed: UInt64(capacity))
        let hashes = (0..<50_000).map { _ in random.next() }
        for hash in hashes { filter.insert(hash) }
        for hash in hashes where !filter.mayContain(hash) { Issue.record("hash \(hash) is denied") }
    }

    @Test func mostOfWhatWasNotInsertedIsDenied() {
        let filter = MissFilter(keys: 30_000)
        var random = SplitMix(seed: 5)
        for _ in 0..<30_000 { filter.insert(random.next()) }
        let passed = (0..<10_000).reduce(0) { count, _ in count + (filter.mayContain(random.next()) ? 1 : 0) }
        #expect(passed < 1_000)
    }

    @Test func aFullFilterIsMadeAnewAndHidesNothing() throws {
        let scratch = try Scratch()
        let index = Index(try scratch.reader())
        index.filterMisses(of: [IndexModel.unique])
        func key(_ number: Int) -> [UInt8] {
            [IndexModel.unique] + withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) }
        }
        // More keys than the smallest filter is made for, in runs and behind them.
        for batch in 0..<7 {
            for number in batch * 11_000..<(batch + 1) * 11_000 { key(number).withBytes { index.put($0, $0) } }
            try scratch.flush(index)
        }
        for number in 0..<77_000 where key(number).withBytes({ index.value($0) == nil }) {
            Issue.record("key \(number) is hidden")
        }
        #expect(key(77_000).withBytes { index.value($0) } == nil)
    }
}
