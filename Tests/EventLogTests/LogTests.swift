import Bytes
import EventLog
import LMDB
import Testing
import Transparency

@Suite("The log")
struct LogTests {
    let scratch = Scratch()

    @Test func entriesAndHeadAreTheSameWhateverTheBatches() throws {
        let other = Scratch()
        let log = try scratch.create()
        let single = try other.create()
        var head = LogHead()
        var from: UInt64 = 0
        for count in [1, 2, 255, 1, 300, 40, 500] as [UInt64] {
            head = try Sample.append(from..<from + count, to: log)
            from += count
        }
        #expect(try Sample.append(0..<from, to: single) == head)
        #expect(head.count == from)
        #expect(head.root == Sample.roots(from)[Int(from)])
        #expect(head.lastRecordedAtUs == Sample.recordedAtUs(from - 1))
        #expect(head.entryBytes == (0..<from).reduce(0) { $0 + UInt64(Sample.entry($1).count) })
        #expect(try log.head(in: log.environment.read()) == head)
    }

    @Test func whatWasAppendedIsReadAfterOpeningAgain() throws {
        do {
            let log = try scratch.create()
            _ = try Sample.append(0..<700, to: log)
        }
        do {
            let log = try scratch.open()
            _ = try Sample.append(700..<900, to: log)
        }
        let log = try scratch.open(readOnly: true)
        let read = try log.environment.read()
        #expect(try log.head(in: read).root == Sample.roots(900)[900])
        for sequence in 0..<900 as Range<UInt64> {
            #expect(try log.entry(sequence, in: read)?.array == Sample.entry(sequence))
        }
        #expect(try log.entry(900, in: read) == nil)
    }

    @Test func scanningBeginsAndStopsWhereItIsTold() throws {
        let log = try scratch.create()
        _ = try Sample.append(0..<100, to: log)
        var seen: [UInt64] = []
        try log.scan(from: 40, in: log.environment.read()) { sequence, entry in
            seen.append(sequence)
            return entry.array == Sample.entry(sequence) && sequence < 59
        }
        #expect(seen == Array(40...59))
        seen = []
        try log.scan(from: 100, in: log.environment.read()) { sequence, _ in
            seen.append(sequence)
            return true
        }
        #expect(seen.isEmpty)
    }

    @Test func aBatchThatFailsLeavesTheLogAsItWas() throws {
        let log = try scratch.create()
        let before = try Sample.append(0..<300, to: log)
        let batch = BytesList()
        [UInt8](repeating: 1, count: 100).withBytes { batch.append($0) }
        [UInt8](repeating: 1, count: EventLog.entryBytesMax + 1).withBytes { batch.append($0) }
        let error = #expect(throws: LMDBError.self) {
            try log.environment.write { transaction throws(LMDBError) in
                try log.append(batch, lastRecordedAtUs: 9_999_999_999, to: transaction)
            }
        }
        #expect(error?.code == .entryTooLarge)
        let read = try log.environment.read()
        #expect(try log.head(in: read) == before)
        #expect(try log.entry(300, in: read) == nil)
    }

    @Test func theLargestEntryFits() throws {
        let log = try scratch.create()
        let batch = BytesList()
        let largest = [UInt8](repeating: 3, count: EventLog.entryBytesMax)
        largest.withBytes { batch.append($0) }
        _ = try log.environment.write { transaction throws(LMDBError) in
            try log.append(batch, lastRecordedAtUs: 1, to: transaction)
        }
        #expect(try log.entry(0, in: log.environment.read())?.array == largest)
    }

    @Test func timesFindTheirFirstEntry() throws {
        let log = try scratch.create()
        #expect(try log.firstSequence(recordedAtOrAfter: 5, in: log.environment.read()) == 0)
        _ = try Sample.append(0..<100, to: log)
        let read = try log.environment.read()
        for us in [0, 999_999, 1_000_000, 1_000_001, 1_000_010, 1_000_325, 1_000_330, 1_000_331, .max] as [UInt64] {
            let expected = (0..<100 as Range<UInt64>).first { Sample.recordedAtUs($0) >= us } ?? 100
            #expect(try log.firstSequence(recordedAtOrAfter: us, in: read) == expected, "\(us)")
        }
    }

    @Test func aReaderDoesNotSeeLaterCommits() throws {
        let log = try scratch.create()
        _ = try Sample.append(0..<10, to: log)
        let read = try log.environment.read()
        _ = try Sample.append(10..<20, to: log)
        #expect(try log.head(in: read).count == 10)
        #expect(try log.entry(10, in: read) == nil)
    }

    @Test func aLoneEventWritesFewPages() throws {
        let log = try scratch.create()
        _ = try Sample.append(0..<70_000, to: log)
        let before = log.environment.statistics.lastPage
        _ = try Sample.append(70_000..<70_001, to: log)
        // Entries: leaf, and the branches above; head; main; free list.
        #expect(log.environment.statistics.lastPage - before <= 12)
    }
}

@Suite("The log's tree")
struct LogTreeTests {
    static let count: UInt64 = 66_000
    let scratch = Scratch()
    let log: EventLog
    static let roots = Sample.roots(count)
    var roots: [Hash] { Self.roots }

    init() throws {
        log = try scratch.create()
        _ = try Sample.append(0..<Self.count, to: log)
    }

    /// Sizes around every level that is stored.
    static let sizes: [UInt64] = [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 65_792, 66_000]

    @Test func everySizeHasItsRoot() throws {
        let read = try log.environment.read()
        for size in Self.sizes { #expect(try log.root(atSize: size, in: read) == roots[Int(size)]) }
    }

    @Test func proofsFromTheStoredTreeHold() throws {
        let read = try log.environment.read()
        for size in Self.sizes where size > 0 {
            for index in [0, size / 2, size - 1] {
                let leaf = Sample.entry(index).withBytes { Hash.leaf($0) }
                let path = try log.inclusionProof(index, size: size, in: read)
                #expect(
                    Proof.verifyInclusion(leaf: leaf, index: index, size: size, path: path, root: roots[Int(size)]))
            }
            for first in Self.sizes where first <= size {
                let path = try log.consistencyProof(from: first, to: size, in: read)
                #expect(
                    Proof.verifyConsistency(
                        first: first, second: size, firstRoot: roots[Int(first)], secondRoot: roots[Int(size)],
                        path: path))
            }
        }
    }

    @Test func whatTheLogDoesNotHaveIsNotProved() throws {
        let read = try log.environment.read()
        let size = Self.count
        #expect(throws: LMDBError.self) { try log.root(atSize: size + 1, in: read) }
        #expect(throws: LMDBError.self) { try log.inclusionProof(size, size: size, in: read) }
        #expect(throws: LMDBError.self) { try log.inclusionProof(0, size: size + 1, in: read) }
        #expect(throws: LMDBError.self) { try log.consistencyProof(from: 3, to: 2, in: read) }
        #expect(throws: LMDBError.self) { try log.consistencyProof(from: 1, to: size + 1, in: read) }
    }
}
