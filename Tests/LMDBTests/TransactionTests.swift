import Bytes
import LMDB
import Testing

@Suite struct TransactionTests {
    private let scratch = Scratch()

    @Test func whatIsPutIsFoundUntilItIsDeleted() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a", "b"], create: true)[0]
        try environment.put(database, "key", [1, 2, 3])
        #expect(try environment.value(database, "key") == [1, 2, 3])
        #expect(try environment.value(database, "kez") == nil)
        try environment.put(database, "key", [4])
        #expect(try environment.value(database, "key") == [4])
        let deleted = try environment.write { transaction throws(LMDBError) in
            [try transaction.delete(database, Bytes("key")), try transaction.delete(database, Bytes("key"))]
        }
        #expect(deleted == [true, false])
        #expect(try environment.value(database, "key") == nil)
    }

    @Test func databasesAreApart() throws {
        let environment = try scratch.open()
        let databases = try environment.databases(["a", "b"], create: true)
        try environment.put(databases[0], "key", [1])
        #expect(try environment.value(databases[1], "key") == nil)
        #expect(try environment.read().count(databases[0]) == 1)
    }

    @Test func anEmptyValueIsAValue() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.put(database, "key", [])
        #expect(try environment.value(database, "key") == [])
    }

    @Test func aWriteThatThrowsLeavesNothingBehind() throws {
        struct GivenUp: Error {}
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.put(database, "before", [1])
        let transaction = environment.statistics.lastTransactionID
        #expect(throws: GivenUp.self) {
            try environment.write(orThrow: { $0 as any Error }) { transaction in
                try transaction.put(database, "key", [UInt8](repeating: 1, count: 100_000))
                _ = try transaction.delete(database, Bytes("before"))
                throw GivenUp()
            }
        }
        #expect(environment.statistics.lastTransactionID == transaction)
        #expect(try environment.value(database, "key") == nil)
        #expect(try environment.value(database, "before") == [1])
        try environment.put(database, "after", [2])
        #expect(try environment.value(database, "after") == [2])
    }

    @Test func aReaderSeesItsSnapshotUntilItIsRenewed() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.put(database, "key", [1])
        var reading = try environment.read()
        let first = reading.transactionID
        try environment.put(database, "key", [2])
        #expect(try reading.get(database, Bytes("key"))?.array == [1])
        #expect(reading.transactionID == first)
        try reading.renew()
        #expect(try reading.get(database, Bytes("key"))?.array == [2])
        #expect(reading.transactionID == first + 1)
    }

    @Test func keysOfNoBytesOrTooManyAreRefused() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        #expect(failure { try environment.put(database, "", [1]) }?.code == .badKey)
        #expect(failure { try environment.put(database, String(repeating: "k", count: 512), [1]) }?.code == .badKey)
        try environment.put(database, String(repeating: "k", count: 511), [1])
    }

    @Test func appendingOutOfOrderIsRefused() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in try transaction.put(database, "m", [1], append: true) }
        for key in ["a", "m"] {
            let refused = failure {
                try environment.write { transaction throws(LMDBError) in
                    try transaction.put(database, key, [2], append: true)
                }
            }
            #expect(refused?.code == .badKey)
        }
        #expect(try environment.value(database, "m") == [1])
    }

    @Test func reservedRoomIsWrittenInPlace() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in
            let room = try transaction.reserve(database, Bytes("key"), count: 5_000)
            for index in room.indices { room[index] = UInt8(index % 251) }
        }
        #expect(try environment.value(database, "key") == (0..<5_000).map { UInt8($0 % 251) })
    }

    @Test func aRangeIsDeletedUpToItsLimit() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in
            for key in "abcdefghij" { try transaction.put(database, String(key), [1]) }
        }
        let counts = try environment.write { transaction throws(LMDBError) in
            [
                try transaction.deleteRange(database, from: Bytes("c"), below: Bytes("g"), limit: 3),
                try transaction.deleteRange(database, from: Bytes("c"), below: Bytes("g"), limit: 3),
                try transaction.deleteRange(database, from: Bytes("c"), below: Bytes("g")),
                try transaction.count(database),
            ]
        }
        #expect(counts == [3, 1, 0, 6])
        try environment.write { transaction throws(LMDBError) in try transaction.clear(database) }
        #expect(try environment.read().count(database) == 0)
    }

    @Test func aFullMapIsToldAndStopsNothing() throws {
        let environment = try scratch.open(mapBytes: 1 << 20)
        let database = try environment.databases(["a"], create: true)[0]
        let refused = failure { try environment.put(database, "large", [UInt8](repeating: 1, count: 2 << 20)) }
        #expect(refused?.code == .mapTooSmall)
        try environment.put(database, "small", [1])
        #expect(try environment.value(database, "small") == [1])
    }

    @Test func allReaderSlotsTakenIsToldAndAFreedOneServes() throws {
        let environment = try scratch.open(maxReaders: 2)
        let database = try environment.databases(["a"], create: true)[0]
        try environment.put(database, "key", [1])
        do {
            let first = try environment.read()
            let second = try environment.read()
            #expect(failure { _ = try environment.read() }?.code == .readersFull)
            #expect(first.transactionID == second.transactionID)
        }
        #expect(try environment.value(database, "key") == [1])
        #expect(environment.statistics.maxReaders == 2)
    }
}
