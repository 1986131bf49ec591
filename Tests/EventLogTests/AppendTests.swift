import Bytes
import EventLog
import LMDB
import Testing
import Transparency

@Suite struct AppendTests {
    private let scratch = Scratch()
    private static let sample = Sample(count: 700)

    @Test func aNewLogIsEmpty() throws {
        let log = try scratch.create()
        let head = try log.head()
        #expect(head.count == 0 && head.entryBytes == 0 && head.lastRecordedAtUs == 0)
        #expect(head.root == .emptyRoot)
        #expect(try log.entry(0, in: log.environment.read()) == nil)
    }

    @Test(arguments: [1, 7, 256, 700]) func entriesAreReadAsTheyWereAppendedWhateverTheBatches(batch: Int) throws {
        let sample = Self.sample
        let log = try scratch.create()
        for from in stride(from: 0, to: 700, by: batch) {
            let end = min(700, from + batch)
            let head = try log.append(Array(sample.entries[from..<end]), at: UInt64(end) * 10)
            #expect(head.count == UInt64(end) && head.root == sample.roots[end])
            #expect(try log.head() == head)
        }
        let reading = try log.environment.read()
        for (sequence, entry) in sample.entries.enumerated() {
            #expect(try log.entry(UInt64(sequence), in: reading)?.array == entry)
        }
        #expect(try log.entry(700, in: reading) == nil)
        #expect(try log.entry(.max, in: reading) == nil)
        let head = try log.head()
        #expect(head.entryBytes == UInt64(sample.entries.reduce(0) { $0 + $1.count }))
        #expect(head.lastRecordedAtUs == 7_000)
    }

    @Test func recordedTimeNeverGoesBack() throws {
        let log = try scratch.create()
        try log.append([[1]], at: 50)
        #expect(try log.append([[2]], at: 40).lastRecordedAtUs == 50)
    }

    @Test func aLogGoesOnWhereItWasClosed() throws {
        do { try scratch.create().append(Array(Self.sample.entries[0..<300])) }
        do { try scratch.open().append(Array(Self.sample.entries[300..<600])) }
        let log = try scratch.open(readOnly: true)
        #expect(try log.head().count == 600)
        #expect(try log.head().root == Self.sample.roots[600])
    }

    @Test func anAppendWhoseTransactionIsGivenUpLeavesNothing() throws {
        struct GivenUp: Error {}
        let log = try scratch.create()
        let before = try log.append(Array(Self.sample.entries[0..<255]))
        #expect(throws: GivenUp.self) {
            try log.environment.write(orThrow: { $0 as any Error }) { transaction in
                let batch = BytesList()
                for _ in 0..<600 { batch.append(Bytes("never")) }
                let head = try log.append(batch, lastRecordedAtUs: 9, to: transaction)
                #expect(head.count == 855)
                throw GivenUp()
            }
        }
        #expect(try log.head() == before)
        #expect(try log.entry(255, in: log.environment.read()) == nil)
        #expect(try log.append(Array(Self.sample.entries[255..<520])).root == Self.sample.roots[520])
        #expect(try log.root(atSize: 512, in: log.environment.read()) == Self.sample.roots[512])
    }

    @Test func aScanBeginsWhereItIsToldAndEndsWhenItIsTold() throws {
        let log = try scratch.create()
        try log.append(Self.sample.entries)
        let reading = try log.environment.read()
        var seen: [UInt64] = []
        try log.scan(from: 690, in: reading) { sequence, entry in
            #expect(entry.array == Self.sample.entries[Int(sequence)])
            seen.append(sequence)
            return true
        }
        #expect(seen == Array(690..<700))
        seen = []
        try log.scan(from: 0, in: reading) { sequence, _ in
            seen.append(sequence)
            return sequence < 4
        }
        #expect(seen == [0, 1, 2, 3, 4])
        try log.scan(from: 700, in: reading) { _, _ in
            Issue.record("there is nothing behind the end")
            return true
        }
    }

    @Test func aReaderFollowsOnlyWhenItIsRenewed() throws {
        let log = try scratch.create()
        try log.append([[1]])
        var reading = try log.environment.read()
        try log.append([[2]])
        #expect(try log.head(in: reading).count == 1)
        #expect(try log.entry(1, in: reading) == nil)
        try reading.renew()
        #expect(try log.entry(1, in: reading)?.array == [2])
    }

    @Test func anEntryOfTheLargestSizeIsKept() throws {
        let log = try scratch.create()
        let large = [UInt8](repeating: 9, count: EventLog.entryBytesMax)
        try log.append([large, [], large])
        let reading = try log.environment.read()
        #expect(try log.entry(0, in: reading)?.array == large)
        #expect(try log.entry(1, in: reading)?.array == [])
        #expect(try log.entry(2, in: reading)?.array == large)
    }
}
