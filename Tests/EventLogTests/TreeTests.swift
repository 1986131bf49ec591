import Bytes
import EventLog
import LMDB
import Testing
import Transparency

/// The stored tree: the right edge and the roots of 256, 65 536, … entries; everything else is hashed again.
@Suite struct TreeTests {
    private let scratch = Scratch()
    private static let sample = Sample(count: 1_300)

    private func log() throws -> EventLog {
        let log = try scratch.create()
        for from in stride(from: 0, to: 1_300, by: 130) {
            try log.append(Array(Self.sample.entries[from..<from + 130]))
        }
        return log
    }

    @Test func theRootOfEverySizeIsTheOneItHadThen() throws {
        let log = try log()
        let reading = try log.environment.read()
        for size in (0...1_300) where size % 13 == 0 || size % 256 < 3 || size % 256 > 253 {
            #expect(try log.root(atSize: UInt64(size), in: reading) == Self.sample.roots[size], "size \(size)")
        }
    }

    @Test func aRootBeyondTheEndIsAnErrorNotATrap() throws {
        let log = try log()
        #expect(failure { _ = try log.root(atSize: 1_301, in: log.environment.read()) }?.code == .corrupt)
        #expect(failure { _ = try log.root(atSize: .max, in: log.environment.read()) }?.code == .corrupt)
    }

    @Test func inclusionProofsOfTheStoredLogVerify() throws {
        let log = try log()
        let reading = try log.environment.read()
        for size in [1, 2, 255, 256, 257, 511, 512, 513, 1_024, 1_299, 1_300] {
            for index in Set([0, 1, size / 2, 255, 256, size - 2, size - 1]) where (0..<size).contains(index) {
                let path = try log.inclusionProof(UInt64(index), size: UInt64(size), in: reading)
                #expect(
                    Proof.verifyInclusion(
                        leaf: Self.sample.leaf(index), index: UInt64(index), size: UInt64(size), path: path,
                        root: Self.sample.roots[size]), "entry \(index) of \(size)")
            }
        }
    }

    @Test func consistencyProofsOfTheStoredLogVerify() throws {
        let log = try log()
        let reading = try log.environment.read()
        let sizes = [0, 1, 2, 3, 255, 256, 257, 512, 700, 1_024, 1_025, 1_300]
        for first in sizes {
            for second in sizes where first <= second {
                let path = try log.consistencyProof(from: UInt64(first), to: UInt64(second), in: reading)
                #expect(
                    Proof.verifyConsistency(
                        first: UInt64(first), second: UInt64(second), firstRoot: Self.sample.roots[first],
                        secondRoot: Self.sample.roots[second], path: path), "\(first) to \(second)")
            }
        }
    }

    @Test func subtreesOfTheSecondStoredLevelAreUsed() throws {
        let log = try scratch.create()
        var frontier = Frontier()
        var roots: [UInt64: Hash] = [:]
        let total: UInt64 = 66_000
        let batch = BytesList()
        let entry = ByteBuffer()
        for number in 0..<total {
            entry.removeAll()
            entry.appendBigEndian(number)
            batch.append(entry.bytes)
            frontier.append(Hash.leaf(entry.bytes))
            if [65_535, 65_536, 65_537, total].contains(frontier.size) { roots[frontier.size] = frontier.root }
        }
        try log.environment.write { transaction throws(LMDBError) in
            _ = try log.append(batch, lastRecordedAtUs: 1, to: transaction)
        }
        let reading = try log.environment.read()
        for (size, root) in roots { #expect(try log.root(atSize: size, in: reading) == root, "size \(size)") }
        let path = try log.inclusionProof(65_536, size: total, in: reading)
        #expect(
            Proof.verifyInclusion(
                leaf: Hash.leaf(batch[65_536]), index: 65_536, size: total, path: path, root: frontier.root))
    }

    @Test func aMissingNodeOrEntryIsNamed() throws {
        let log = try log()
        let (entries, tree) = try databases(log)
        try log.environment.write { transaction throws(LMDBError) in
            _ = try [0, 0, 0, 0, 0, 0, 5, 1].withBytes { (key) throws(LMDBError) in try transaction.delete(entries, key)
            }
        }
        let entry = failure { _ = try log.inclusionProof(1_280, size: 1_300, in: log.environment.read()) }
        #expect(entry?.code == .corrupt && entry?.reason.contains("1281") == true)
        try log.environment.write { transaction throws(LMDBError) in
            // Level 8, index 1.
            _ = try [8, 0, 0, 0, 0, 0, 0, 0, 1].withBytes { (key) throws(LMDBError) in try transaction.delete(tree, key)
            }
        }
        let node = failure { _ = try log.root(atSize: 1_300, in: log.environment.read()) }
        #expect(node?.code == .corrupt && node?.reason.contains("8/1") == true)
    }

    private func databases(_ log: EventLog) throws -> (Database, Database) {
        let opened = try log.environment.databases(["entries", "tree"], create: false)
        return (opened[0], opened[1])
    }
}
