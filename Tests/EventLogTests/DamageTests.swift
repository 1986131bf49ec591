import Bytes
import LMDB
import Testing
import Transparency

@testable import EventLog

@Suite("Damaged records of the log")
struct DamageTests {
    let scratch = Scratch()

    private func put(_ database: KeyPath<EventLog, Database>, _ key: [UInt8], _ value: [UInt8]?, in log: EventLog)
        throws
    {
        try log.environment.write { transaction throws(LMDBError) in
            try key.withBytes { (key) throws(LMDBError) in
                guard let value else {
                    _ = try transaction.delete(log[keyPath: database], key)
                    return
                }
                try value.withBytes { (value) throws(LMDBError) in
                    try transaction.put(log[keyPath: database], key, value)
                }
            }
        }
    }

    private func error(_ body: () throws -> Void) -> LMDBError? {
        do {
            try body()
            return nil
        } catch { return error as? LMDBError }
    }

    @Test func anEntryThatIsMissingIsNamed() throws {
        let log = try scratch.create()
        _ = try Sample.append(0..<1_300, to: log)
        try put(\.entries, [0, 0, 0, 0, 0, 0, 5, 1], nil, in: log)
        let found = error { _ = try log.inclusionProof(1_280, size: 1_300, in: log.environment.read()) }
        #expect(found?.code == .corrupt)
        #expect(found?.reason.contains("1281") == true)
        #expect(try log.entry(1_281, in: log.environment.read()) == nil)
    }

    @Test(arguments: [nil, [], [UInt8](repeating: 1, count: 31)] as [[UInt8]?])
    func aNodeThatIsMissingOrNoHashIsNamed(value: [UInt8]?) throws {
        let log = try scratch.create()
        _ = try Sample.append(0..<1_300, to: log)
        try put(\.tree, [8, 0, 0, 0, 0, 0, 0, 0, 1], value, in: log)
        let found = error { _ = try log.root(atSize: 1_300, in: log.environment.read()) }
        #expect(found?.code == .corrupt)
        #expect(found?.reason.contains("8/1") == true)
        // What does not need it is read as before.
        #expect(try log.root(atSize: 256, in: log.environment.read()) == Sample.roots(256)[256])
    }

    @Test(arguments: [nil, [], [1, 2, 3], [UInt8](repeating: 255, count: 40)] as [[UInt8]?])
    func aHeadThatCannotBeReadIsTold(value: [UInt8]?) throws {
        do {
            let log = try scratch.create()
            _ = try Sample.append(0..<3, to: log)
            try put(\.formatDatabase, Array("head".utf8), value, in: log)
            #expect(error { _ = try log.head(in: log.environment.read()) }?.code == .corrupt)
            #expect(error { _ = try Sample.append(3..<4, to: log) }?.code == .corrupt)
        }
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .corrupt)
    }

    @Test(arguments: [
        nil, [], Array("GRANDLVR".utf8) + [1, 0], Array("ANOTHER!".utf8) + [UInt8](repeating: 0, count: 40),
    ])
    func aFormatThatCannotBeReadIsForeign(value: [UInt8]?) throws {
        do { try put(\.formatDatabase, Array("format".utf8), value, in: try scratch.create()) }
        for readOnly in [true, false] {
            #expect(scratch.refusal { () throws(LMDBError) in try scratch.open(readOnly: readOnly) } == .foreignFile)
        }
    }
}
