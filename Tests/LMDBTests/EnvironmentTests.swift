import Bytes
import Foundation
import LMDB
import Testing

@Suite struct EnvironmentTests {
    private let scratch = Scratch()

    @Test func onePathIsOneEnvironmentHoweverItIsWritten() throws {
        let first = try scratch.open()
        let link = scratch.directory + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.directory)
        defer { try? FileManager.default.removeItem(atPath: link) }
        let name = URL(filePath: scratch.directory).lastPathComponent
        for path in [scratch.directory + "/", scratch.directory + "/../" + name + "/.", link] {
            let second = try Environment.open(directory: path, options: .init(mapBytes: 16 << 30))
            #expect(first === second, "\(path)")
        }
    }

    @Test func itClosesWithItsLastReferenceAndOpensAgain() throws {
        do {
            let environment = try scratch.open()
            let database = try environment.databases(["a"], create: true)[0]
            try environment.put(database, "key", [7])
        }
        weak var closed: Environment?
        do {
            let environment = try scratch.open(create: false)
            closed = environment
            #expect(try environment.value(environment.databases(["a"], create: false)[0], "key") == [7])
        }
        #expect(closed == nil)
    }

    @Test func aReaderSharesAWritersEnvironmentNeverTheOtherWayRound() throws {
        do {
            let writer = try scratch.open()
            #expect(try scratch.open(readOnly: true) === writer)
            #expect(failure { _ = try scratch.open(noSync: true) }?.code == .optionsDiffer)
        }
        let reader = try scratch.open(readOnly: true)
        #expect(failure { _ = try scratch.open() }?.code == .optionsDiffer)
        #expect(failure { try reader.write { _ throws(LMDBError) in } }?.code == .readOnly)
    }

    @Test func commitsWithoutSyncAreReadLikeOthers() throws {
        let environment = try scratch.open(noSync: true)
        let database = try environment.databases(["a"], create: true)[0]
        try environment.put(database, "key", [1])
        #expect(try environment.value(database, "key") == [1])
    }

    @Test func aMissingDatabaseIsNamed() throws {
        let environment = try scratch.open()
        _ = try environment.databases(["a"], create: true)
        let missing = failure { _ = try environment.databases(["a", "nowhere"], create: false) }
        #expect(missing?.code == .notFound)
        #expect(missing?.reason.contains("nowhere") == true)
    }

    @Test func aMissingDirectoryAndAFileInItsPlaceAreTold() throws {
        #expect(failure { _ = try scratch.open(create: false) }?.code == .directoryMissing)
        try Data("x".utf8).write(to: URL(filePath: scratch.directory))
        #expect(failure { _ = try scratch.open(create: false) }?.code == .notADirectory)
    }

    @Test func parentsAreMadeWithTheDirectory() throws {
        let deep = scratch.directory + "/a/b//c"
        _ = try Environment.open(directory: deep, options: .init(mapBytes: 16 << 30, createDirectory: true))
        #expect(FileManager.default.fileExists(atPath: deep + "/data.mdb"))
    }

    @Test func readingWhereNothingIsMakesNothing() throws {
        try FileManager.default.createDirectory(atPath: scratch.directory, withIntermediateDirectories: true)
        #expect(failure { _ = try scratch.open(readOnly: true) }?.code == .notFound)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory) == [])
    }

    @Test(.disabled(if: geteuid() == 0, "root may open everything"))
    func aDirectoryWithoutPermissionIsTold() throws {
        _ = try scratch.open()
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: scratch.file)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.file) }
        #expect(failure { _ = try scratch.open() }?.code == .permissionDenied)
    }

    @Test func aCompactCopyHoldsTheSameAndOverwritesNothing() throws {
        let environment = try scratch.open()
        let database = try environment.databases(["a"], create: true)[0]
        for number in 0..<50 {
            try environment.put(database, "key\(number % 10)", [UInt8](repeating: UInt8(number), count: 3_000))
        }
        let copy = scratch.directory + "/copy"
        try environment.copyCompact(to: copy)
        let copied = try Environment.open(directory: copy, options: .init(mapBytes: 16 << 30, readOnly: true))
        let there = try copied.databases(["a"], create: false)[0]
        for number in 0..<10 {
            #expect(try copied.value(there, "key\(number)") == environment.value(database, "key\(number)"))
        }
        #expect(copied.statistics.fileBytes <= environment.statistics.fileBytes)
        #expect(failure { try environment.copyCompact(to: copy) }?.code == .exists)
    }

    @Test func anErrorSaysWhatWhereWhyAndWhatToDoInOneLine() throws {
        let error = try #require(failure { _ = try scratch.open(create: false) })
        #expect(error.description.contains(scratch.directory))
        #expect(!error.reason.isEmpty && !error.remedy.isEmpty && !error.description.contains("\n"))
    }

    @Test func noReaderIsStaleWhoLives() throws {
        let environment = try scratch.open()
        let reading = try environment.read()
        #expect(environment.clearStaleReaders() == 0)
        #expect(reading.transactionID == environment.statistics.lastTransactionID)
    }
}
