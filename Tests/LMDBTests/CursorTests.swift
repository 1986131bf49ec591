import Bytes
import LMDB
import Testing

@Suite struct CursorTests {
    private let scratch = Scratch()

    private func filled() throws -> (Environment, Database) {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in
            for key in ["b", "d", "da", "f"] { try transaction.put(database, key, Array(key.utf8)) }
        }
        return (environment, database)
    }

    @Test func itGoesThroughKeysInByteOrderBothWays() throws {
        let (environment, database) = try filled()
        let reading = try environment.read()
        let cursor = try reading.cursor(database)
        var keys: [String] = []
        while let entry = try cursor.next() { keys.append(entry.key.string) }
        #expect(keys == ["b", "d", "da", "f"])
        let back = try reading.cursor(database)
        keys = []
        while let entry = try back.previous() { keys.append(entry.key.string) }
        #expect(keys == ["f", "da", "d", "b"])
        #expect(try cursor.first()?.key.string == "b")
        #expect(try cursor.last()?.value.string == "f")
    }

    @Test(
        arguments: [
            ("a", "b", nil), ("b", "b", nil), ("c", "d", "b"), ("d", "d", "b"), ("daa", "f", "da"), ("g", nil, "f"),
        ] as [(String, String?, String?)])
    func seekingFindsTheNeighbours(key: String, atOrAfter: String?, before: String?) throws {
        let (environment, database) = try filled()
        let reading = try environment.read()
        let cursor = try reading.cursor(database)
        try Array(key.utf8).withBytes { (bytes) throws(LMDBError) in
            #expect(try cursor.seek(atOrAfter: bytes)?.key.string == atOrAfter)
            #expect(try cursor.seek(before: bytes)?.key.string == before)
            #expect(try cursor.seek(bytes)?.key.string == (atOrAfter == key ? key : nil))
        }
    }

    @Test func itIsRefusedAfterARenewal() throws {
        let (environment, database) = try filled()
        var reading = try environment.read()
        let cursor = try reading.cursor(database)
        #expect(try cursor.first() != nil)
        try reading.renew()
        #expect(failure { _ = try cursor.next() }?.code == .transactionEnded)
        #expect(failure { _ = try cursor.seek(atOrAfter: Bytes("a")) }?.code == .transactionEnded)
        let fresh = try reading.cursor(database)
        #expect(try fresh.first()?.key.string == "b")
    }

    @Test func itIsRefusedAfterItsTransaction() throws {
        let (environment, database) = try filled()
        func orphan() throws -> Cursor { try environment.read().cursor(database) }
        let cursor = try orphan()
        #expect(failure { _ = try cursor.first() }?.code == .transactionEnded)
    }
}
