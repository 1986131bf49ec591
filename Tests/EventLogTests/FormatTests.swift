import Bytes
import EventLog
import Glibc
import LMDB
import Testing

@Suite("The format record")
struct FormatTests {
    let scratch = Scratch()

    /// Overwrites bytes of the stored format record, under a checksum that holds unless told otherwise.
    func patch(at offset: Int, with bytes: [UInt8], isSound: Bool = true) throws {
        let environment = try Environment.open(directory: scratch.path, options: .init(mapBytes: 1 << 30))
        let database = try environment.databases(["format"], create: false)[0]
        let key = Array("format".utf8)
        try environment.write { transaction throws(LMDBError) in
            var record = try key.withBytes { (key) throws(LMDBError) in try transaction.get(database, key)?.array ?? []
            }
            record.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            let fields = key + record[..<36] + record[40...]
            let checksum = fields.withBytes { $0.checksum() }
            if isSound {
                for at in 0..<4 { record[36 + at] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * at)) }
            }
            try key.withBytes { (key) throws(LMDBError) in
                try record.withBytes { (value) throws(LMDBError) in try transaction.put(database, key, value) }
            }
        }
    }

    @Test func aLogRemembersItsOriginAndOthersDatabases() throws {
        do {
            let log = try scratch.create(["fresh", "views"])
            #expect(log.extraDatabases.count == 2)
        }
        let log = try scratch.open(["fresh", "views"])
        #expect(log.format.origin == "grandlivre/test")
        #expect(log.extraDatabases.count == 2)
        #expect(try log.head(in: log.environment.read()).count == 0)
    }

    @Test func aSecondLogIsNotMadeOverTheFirst() throws {
        do {
            let log = try scratch.create()
            _ = try Sample.append(0..<5, to: log)
        }
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.create() } == .exists)
        let log = try scratch.open()
        #expect(try log.head(in: log.environment.read()).count == 5)
    }

    @Test func whatIsMissingIsToldApart() throws {
        let absent = Scratch()
        rmdir(absent.path)
        #expect(absent.refusal { () throws(LMDBError) in try absent.open() } == .directoryMissing)
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open(readOnly: true) } == .notFound)
        // An environment without databases: the making of the log was cut short. It can be made again.
        _ = try Environment.open(directory: scratch.path, options: .init(mapBytes: 1 << 30))
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .notFound)
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.create() } == nil)
    }

    @Test func anotherProgramsFileIsLeftAlone() throws {
        do {
            let environment = try Environment.open(directory: scratch.path, options: .init(mapBytes: 1 << 30))
            _ = try environment.databases(["contacts"], create: true)
        }
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .foreignFile)
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.create() } == .foreignFile)
        let environment = try Environment.open(directory: scratch.path, options: .init(mapBytes: 1 << 30))
        #expect(try environment.databaseNames() == ["contacts"])
    }

    @Test func aDamagedMagicIsForeign() throws {
        _ = try scratch.create()
        try patch(at: 0, with: [0])
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .foreignFile)
    }

    @Test(arguments: [(8, [2]), (28, [1]), (35, [0x80])] as [(Int, [UInt8])])
    func aNewerVersionOrAnUnknownIncompatibleFeatureIsRefused(change: (Int, [UInt8])) throws {
        _ = try scratch.create()
        try patch(at: change.0, with: change.1)
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .newerFile)
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open(readOnly: true) } == .newerFile)
    }

    @Test func anUnknownReadOnlyFeatureAllowsReading() throws {
        _ = try scratch.create()
        try patch(at: 20, with: [1])
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .newerFile)
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open(readOnly: true) } == nil)
    }

    @Test(arguments: [9, 12, 20, 28, 37, 41]) func aChangedByteIsTold(offset: Int) throws {
        _ = try scratch.create()
        try patch(at: offset, with: [7], isSound: false)
        let refusal = scratch.refusal { () throws(LMDBError) in try scratch.open() }
        // What a newer version writes cannot be checked.
        #expect(refusal == (offset == 9 ? .newerFile : .corrupt))
    }

    @Test func anUnknownCompatibleFeatureChangesNothing() throws {
        _ = try scratch.create()
        try patch(at: 12, with: [1])
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == nil)
    }

    @Test func aHeadThatDisagreesWithTheEntriesIsRefused() throws {
        do {
            let log = try scratch.create()
            _ = try Sample.append(0..<5, to: log)
            let entries = try log.environment.databases(["entries"], create: false)[0]
            let last: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 4]
            try log.environment.write { transaction throws(LMDBError) in
                try last.withBytes { (key) throws(LMDBError) in _ = try transaction.delete(entries, key) }
            }
        }
        #expect(scratch.refusal { () throws(LMDBError) in try scratch.open() } == .corrupt)
    }
}

@Suite("The writer's lock")
struct WriterLockTests {
    @Test func theSecondWriterIsToldWhoHasIt() throws {
        let scratch = Scratch()
        do {
            let lock = try WriterLock(directory: scratch.path)
            let error = #expect(throws: LMDBError.self) { _ = try WriterLock(directory: scratch.path, waitMs: 40) }
            #expect(error?.code == .busy)
            #expect(error?.reason.contains("\(getpid())") == true)
            withExtendedLifetime(lock) {}
        }
        _ = try WriterLock(directory: scratch.path, waitMs: 0)
    }

    @Test func aKilledWriterHoldsNothing() async throws {
        let scratch = Scratch()
        let path = scratch.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let lock = try WriterLock(directory: path, waitMs: 0)
            kill(getpid(), SIGKILL)
            withExtendedLifetime(lock) {}
        }
        _ = try WriterLock(directory: path, waitMs: 0)
    }

    @Test func aMissingDirectoryIsAClearError() {
        let error = #expect(throws: LMDBError.self) { _ = try WriterLock(directory: "/nonexistent/ledger") }
        #expect(error?.code == .directoryMissing)
    }
}
