import Bytes
import LMDB
import Testing

@Suite("Cursors")
struct CursorTests {
    let scratch = Scratch()
    let environment: Environment
    let database: Database

    /// Keys 10, 20 … 90.
    init() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in
            for number in 1...9 as ClosedRange<UInt64> { try transaction.put(database, key(number * 10), key(number)) }
        }
        self.environment = environment
        self.database = database
    }

    func number(_ entry: Cursor.Entry?) -> UInt64? { entry?.key.bigEndian(at: 0) }

    @Test func seekingFindsTheNeighbours() throws {
        let read = try environment.read()
        let cursor = try read.cursor(database)
        #expect(number(try cursor.seek(atOrAfter: key(20))) == 20)
        #expect(number(try cursor.seek(atOrAfter: key(21))) == 30)
        #expect(number(try cursor.seek(atOrAfter: key(91))) == nil)
        #expect(number(try cursor.seek(before: key(20))) == 10)
        #expect(number(try cursor.seek(before: key(21))) == 20)
        #expect(number(try cursor.seek(before: key(1000))) == 90)
        #expect(number(try cursor.seek(before: key(10))) == nil)
        #expect(number(try cursor.seek(key(30))) == 30)
        #expect(number(try cursor.seek(key(31))) == nil)
    }

    @Test func movingVisitsEveryEntryBothWays() throws {
        let read = try environment.read()
        let cursor = try read.cursor(database)
        var up: [UInt64?] = []
        var entry = try cursor.first()
        while let found = entry {
            up.append(number(found))
            entry = try cursor.next()
        }
        var down: [UInt64?] = []
        entry = try cursor.last()
        while let found = entry {
            down.append(number(found))
            entry = try cursor.previous()
        }
        #expect(up == [10, 20, 30, 40, 50, 60, 70, 80, 90])
        #expect(down == up.reversed())
    }

    @Test func aCursorDoesNotOutliveItsSnapshot() throws {
        var read = try environment.read()
        let cursor = try read.cursor(database)
        #expect(number(try cursor.first()) == 10)
        try read.renew()
        let error = #expect(throws: LMDBError.self) { try cursor.next() }
        #expect(error?.code == .transactionEnded)
    }

    @Test func aWriteTransactionSeesItsOwnChanges() throws {
        let seen = try environment.write { transaction throws(LMDBError) in
            try transaction.put(database, key(95), key(0))
            return try transaction.cursor(database).last()?.key.bigEndian(at: 0, as: UInt64.self)
        }
        #expect(seen == 95)
    }
}
