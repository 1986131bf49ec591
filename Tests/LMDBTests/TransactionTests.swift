import Bytes
import LMDB
import Testing

@Suite("Transactions")
struct TransactionTests {
    @Test func whatWasCommittedIsReadBackAfterOpeningAgain() throws {
        let scratch = Scratch()
        do {
            let environment = try scratch.open()
            let database = try environment.databases(["a"], create: true)[0]
            try environment.write { transaction throws(LMDBError) in
                for number in 0..<1000 as Range<UInt64> {
                    try transaction.put(database, key(number), key(number * number), append: true)
                }
            }
        }
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: false)[0]
        let read = try environment.read()
        #expect(try read.count(database) == 1000)
        #expect(try read.get(database, key(31))?.bigEndian(at: 0, as: UInt64.self) == 961)
        #expect(try read.get(database, key(1000)) == nil)
    }

    @Test func aThrowingBodyLeavesNothing() throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try environment.write(orThrow: { _ in Refusal() }) { transaction throws(Refusal) in
                do { try transaction.put(database, key(1), key(1)) } catch { throw Refusal() }
                throw Refusal()
            }
        }
        #expect(try environment.read().count(database) == 0)
    }

    @Test func aReaderKeepsItsSnapshotUntilItIsRenewed() throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        var read = try environment.read()
        try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), text("new")) }
        #expect(try read.get(database, key(1)) == nil)
        try read.renew()
        #expect(try read.get(database, key(1)) == Optional(text("new")))
    }

    @Test func aTransactionMayBeAPropertyOfAnObject() throws {
        final class Holder {
            var transaction: ReadTransaction
            init(_ transaction: consuming ReadTransaction) { self.transaction = transaction }
        }
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        let holder = Holder(try environment.read())
        try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), key(2)) }
        try holder.transaction.renew()
        #expect(try holder.transaction.count(database) == 1)
    }

    @Test func appendingBelowTheLastKeyIsRefused() throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction throws(LMDBError) in
                try transaction.put(database, key(2), key(2), append: true)
                try transaction.put(database, key(1), key(1), append: true)
            }
        }
        #expect(error?.code == .badKey)
        #expect(try environment.read().count(database) == 0)
    }

    @Test(arguments: [0, 512]) func keysOutsideTheLimitsAreRefused(count: Int) throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        let long = [UInt8](repeating: 1, count: count)
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction throws(LMDBError) in
                try long.withBytes { (key) throws(LMDBError) in try transaction.put(database, key, text("x")) }
            }
        }
        #expect(error?.code == .badKey)
    }

    @Test func reservedRoomIsStored() throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in
            let room = try transaction.reserve(database, key(1), count: 3)
            room.copyBytes(from: [7, 8, 9])
        }
        #expect(try environment.read().get(database, key(1))?.array == [7, 8, 9])
    }

    @Test func deletingARangeStopsAtItsEndAndItsLimit() throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in
            for number in 0..<100 as Range<UInt64> { try transaction.put(database, key(number), key(number)) }
        }
        let (limited, rest) = try environment.write { transaction throws(LMDBError) in
            let limited = try transaction.deleteRange(database, from: key(10), below: key(90), limit: 30)
            return (limited, try transaction.deleteRange(database, from: key(10), below: key(90)))
        }
        #expect(limited == 30)
        #expect(rest == 50)
        let read = try environment.read()
        #expect(try read.count(database) == 20)
        #expect(try read.get(database, key(9)) != nil)
        #expect(try read.get(database, key(10)) == nil)
        #expect(try read.get(database, key(89)) == nil)
        #expect(try read.get(database, key(90)) != nil)
    }

    @Test func clearingKeepsTheDatabase() throws {
        let scratch = Scratch()
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), key(1)) }
        let removed = try environment.write { transaction throws(LMDBError) in
            let first = try transaction.delete(database, key(1))
            let again = try transaction.delete(database, key(1))
            try transaction.put(database, key(2), key(2))
            try transaction.clear(database)
            try transaction.put(database, key(3), key(3))
            return (first, again)
        }
        #expect(removed == (true, false))
        #expect(try environment.read().count(database) == 1)
    }
}
