import Bytes
import Foundation
import LMDB
import Testing

@testable import EventLog

/// What a program finds that opens something else than a log it knows.
@Suite struct FormatTests {
    private let scratch = Scratch()

    private func change(_ key: StaticString, _ value: [UInt8]) throws {
        let log = try scratch.open()
        try log.environment.write { transaction throws(LMDBError) in
            try value.withBytes { (value) throws(LMDBError) in
                try transaction.put(log.formatDatabase, Bytes(key), value)
            }
        }
    }

    private func changeFormat(_ change: (inout LogFormat) -> Void) throws {
        var format = LogFormat(origin: "tests/log")
        change(&format)
        let out = ByteBuffer()
        format.encode(to: out)
        try self.change("format", out.bytes.array)
    }

    @Test func theFormatIsKeptWithItsOrigin() throws {
        do { _ = try scratch.create(origin: "coop.example/grand-livre") }
        let log = try scratch.open(readOnly: true)
        #expect(log.format == LogFormat(origin: "coop.example/grand-livre"))
    }

    @Test func creatingOverALogIsRefusedAndChangesNothing() throws {
        do { try scratch.create(origin: "first").append([[1]]) }
        #expect(failure { _ = try scratch.create(origin: "second") }?.code == .exists)
        let log = try scratch.open()
        #expect(log.format.origin == "first")
        #expect(try log.head().count == 1)
    }

    @Test func aMissingDirectoryIsTold() throws {
        #expect(failure { _ = try scratch.open() }?.code == .directoryMissing)
        #expect(failure { _ = try scratch.open(readOnly: true) }?.code == .directoryMissing)
        #expect(!FileManager.default.fileExists(atPath: scratch.directory))
    }

    @Test(.disabled(if: geteuid() == 0, "root may open everything")) func aLogWithoutPermissionIsTold() throws {
        do { _ = try scratch.create() }
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: scratch.file)
        #expect(failure { _ = try scratch.open() }?.code == .permissionDenied)
    }

    @Test func anLMDBFileOfAnotherProgramIsForeign() throws {
        do {
            let other = try Environment.open(
                directory: scratch.directory, options: .init(mapBytes: 16 << 30, createDirectory: true))
            let database = try other.databases(["mail"], create: true)[0]
            try other.write { transaction throws(LMDBError) in try transaction.put(database, Bytes("a"), Bytes("b")) }
        }
        for readOnly in [true, false] {
            #expect(failure { _ = try scratch.open(readOnly: readOnly) }?.code == .foreignFile)
        }
    }

    @Test func aFormatRecordOfAnotherProgramIsForeign() throws {
        do { _ = try scratch.create() }
        do { try change("format", Array("ANOTHER!".utf8) + [UInt8](repeating: 0, count: 40)) }
        #expect(failure { _ = try scratch.open() }?.code == .foreignFile)
    }

    @Test func aCutFormatRecordIsForeignNotATrap() throws {
        do { _ = try scratch.create() }
        do { try change("format", Array("GRANDLVR".utf8) + [1, 0]) }
        #expect(failure { _ = try scratch.open() }?.code == .foreignFile)
    }

    @Test func aNewerVersionIsRefusedAndNamed() throws {
        do { _ = try scratch.create() }
        do { try changeFormat { $0.version = LogFormat.currentVersion + 1 } }
        let refused = failure { _ = try scratch.open(readOnly: true) }
        #expect(refused?.code == .newerFile)
        #expect(refused?.reason.contains("\(LogFormat.currentVersion + 1)") == true)
    }

    @Test func anUnknownIncompatibleFeatureIsRefused() throws {
        do { _ = try scratch.create() }
        do { try changeFormat { $0.incompatible = 1 << 40 } }
        for readOnly in [true, false] {
            #expect(failure { _ = try scratch.open(readOnly: readOnly) }?.code == .newerFile)
        }
    }

    @Test func anUnknownReadOnlyFeatureLetsReadButNotWrite() throws {
        do { try scratch.create().append([[1]]) }
        do { try changeFormat { $0.readOnly = 1 } }
        #expect(failure { _ = try scratch.open() }?.code == .newerFile)
        #expect(try scratch.open(readOnly: true).head().count == 1)
    }

    @Test func anUnknownCompatibleFeatureIsIgnored() throws {
        do { try scratch.create().append([[1]]) }
        do { try changeFormat { $0.compatible = .max } }
        #expect(try scratch.open().append([[2]]).count == 2)
    }

    @Test(arguments: [[], [1, 2, 3], [UInt8](repeating: 255, count: 40)] as [[UInt8]])
    func aHeadThatCannotBeReadIsTold(bytes: [UInt8]) throws {
        do { try scratch.create().append([[1]]) }
        try change("head", bytes)
        let log = try scratch.open()
        #expect(failure { _ = try log.head() }?.code == .corrupt)
        #expect(failure { try log.append([[2]]) }?.code == .corrupt)
    }

    @Test func aTruncatedFileIsRefused() throws {
        do { try scratch.create().append(Sample(count: 500).entries) }
        let whole = try Data(contentsOf: URL(filePath: scratch.file))
        for length in [100, 5_000, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: URL(filePath: scratch.file))
            #expect(failure { _ = try scratch.open() }?.code == .truncatedFile, "\(length) of \(whole.count) bytes")
        }
    }

    @Test func aLogOpenedForReadingIsNotWritten() throws {
        do { try scratch.create().append([[1]]) }
        let log = try scratch.open(readOnly: true)
        #expect(failure { try log.append([[2]]) }?.code == .readOnly)
        #expect(try log.head().count == 1)
    }

    @Test func databasesOfTheCallerStandBesideTheLog() throws {
        do { _ = try scratch.create(extra: ["runs0", "views"]) }
        #expect(try scratch.open(extra: ["runs0", "views"]).extraDatabases.count == 2)
        #expect(failure { _ = try scratch.open(extra: ["absent"]) }?.code == .foreignFile)
    }
}
