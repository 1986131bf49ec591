import Bytes
import Foundation
import Testing

@testable import LMDB

/// What is looked at before LMDB maps a file.
@Suite struct DataFileTests {
    private let scratch = Scratch()

    private func fill(_ environment: Environment) throws {
        let database = try environment.databases(["a"], create: true)[0]
        for number in 0..<20 {
            try environment.put(database, "key\(number)", [UInt8](repeating: UInt8(number), count: 5_000))
        }
    }

    @Test func aFileOfSomethingElseIsRefused() throws {
        try FileManager.default.createDirectory(atPath: scratch.directory, withIntermediateDirectories: true)
        for bytes in [Data("a letter to the treasurer, long enough".utf8), Data(repeating: 0x53, count: 20_000)] {
            try bytes.write(to: URL(filePath: scratch.file))
            #expect(failure { _ = try scratch.open() }?.code == .foreignFile)
            #expect(failure { _ = try scratch.open(readOnly: true) }?.code == .foreignFile)
            #expect(try Data(contentsOf: URL(filePath: scratch.file)) == bytes, "it is left as it is")
        }
    }

    @Test func anEmptyFileMayBecomeALedgerButNotBeRead() throws {
        try FileManager.default.createDirectory(atPath: scratch.directory, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: scratch.file))
        #expect(failure { _ = try scratch.open(readOnly: true) }?.code == .truncatedFile)
        try fill(scratch.open())
    }

    @Test func aFileOfANewerLMDBIsRefused() throws {
        do { try fill(scratch.open()) }
        try scratch.patch([2, 0, 0, 0], at: 20)
        try scratch.patch([2, 0, 0, 0], at: 4_096 + 20)
        #expect(failure { _ = try scratch.open() }?.code == .newerFile)
    }

    @Test func aPageSizeThatCannotBeIsRefused() throws {
        do { try fill(scratch.open()) }
        try scratch.patch([0, 0, 0, 0], at: 40)
        #expect(failure { _ = try scratch.open() }?.code == .corrupt)
    }

    @Test func aFileWithoutItsEndIsRefusedWhereverItWasCut() throws {
        do { try fill(scratch.open()) }
        let whole = try Data(contentsOf: URL(filePath: scratch.file))
        for length in [
            1, 15, 100, 4_095, 4_096, 8_191, 8_192, 12_288, whole.count / 2, whole.count - 4_096, whole.count - 1,
        ] {
            try whole.prefix(length).write(to: URL(filePath: scratch.file))
            for readOnly in [true, false] {
                let refused = failure { _ = try scratch.open(readOnly: readOnly) }
                #expect(
                    refused?.code == .truncatedFile,
                    "\(length) bytes of \(whole.count): \(refused?.description ?? "opened")")
            }
        }
        try whole.write(to: URL(filePath: scratch.file))
        let environment = try scratch.open()
        #expect(try environment.value(environment.databases(["a"], create: false)[0], "key19")?.count == 5_000)
    }

    /// Pages taken and given back in one transaction are never written, also where they are the file's last.
    private func leaveFreePagesAtTheEnd(freeing pages: Int) throws {
        let environment = try scratch.open(noSync: true)
        try fill(environment)
        let database = try environment.databases(["a"], create: true)[0]
        // Free pages by the hundred make a list that fills pages of its own.
        for number in 0..<pages { try environment.put(database, "freed\(number)", [UInt8](repeating: 1, count: 4_000)) }
        let reading = try environment.read()
        try environment.write { transaction throws(LMDBError) in
            for number in 0..<pages {
                _ = try Array("freed\(number)".utf8).withBytes { (key) throws(LMDBError) in
                    try transaction.delete(database, key)
                }
            }
        }
        try environment.write { transaction throws(LMDBError) in
            try transaction.put(database, "large", [UInt8](repeating: 1, count: 100_000))
            try transaction.put(database, "small", [1])
            _ = try transaction.delete(database, Bytes("large"))
        }
        #expect(reading.transactionID < environment.statistics.lastTransactionID)
        try #require(scratch.fileBytes < environment.statistics.fileBytes, "LMDB left its last pages unwritten")
    }

    @Test(arguments: [0, 1_500]) func aFileIsWholeWhenWhatItsEndLacksIsFree(pages: Int) throws {
        try leaveFreePagesAtTheEnd(freeing: pages)
        for readOnly in [true, false] {
            let environment = try scratch.open(readOnly: readOnly)
            let database = try environment.databases(["a"], create: false)[0]
            #expect(try environment.value(database, "small") == [1])
            if !readOnly { try environment.put(database, "large", [UInt8](repeating: 2, count: 200_000)) }
        }
        #expect(try scratch.open().value(scratch.open().databases(["a"], create: false)[0], "large")?.count == 200_000)
    }

    @Test(arguments: [0, 1_500]) func aFileIsCutWhenOneMorePageIsGone(pages: Int) throws {
        try leaveFreePagesAtTheEnd(freeing: pages)
        try scratch.truncate(to: scratch.fileBytes - 1)
        #expect(failure { _ = try scratch.open() }?.code == .truncatedFile)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func aDamagedListOfFreePagesNeverTraps(seed: UInt64) throws {
        try leaveFreePagesAtTheEnd(freeing: 300)
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let pages = scratch.fileBytes / 4_096
        // Everything but the two pages that name the trees.
        for page in 2..<pages where below(2) == 0 {
            for _ in 0..<1 + below(6) { try scratch.patch([UInt8(below(256))], at: page * 4_096 + below(40)) }
        }
        let refused = failure { try DataFile.check(directory: scratch.directory, readOnly: true) }
        #expect(refused == nil || refused?.code == .truncatedFile)
    }
}
