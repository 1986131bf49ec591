import Bytes
import LMDB
import Testing

@Suite("Options of opening")
struct OptionsTests {
    let scratch = Scratch()

    private func error(_ body: () throws -> Void) -> LMDBError? {
        do {
            try body()
            return nil
        } catch { return error as? LMDBError }
    }

    @Test func parentsAreMadeWithTheDirectory() throws {
        let deep = scratch.path + "/a/b//c"
        _ = try Environment.open(directory: deep, options: .init(mapBytes: 1 << 30, createDirectory: true))
        #expect(size(deep + "/data.mdb") > 0)
    }

    @Test func commitsWithoutSyncAreReadLikeOthersAndNotMixedWithThem() throws {
        let environment = try scratch.open(.init(mapBytes: 1 << 30, noSync: true))
        let database = try environment.databases(["a"], create: true)[0]
        try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), text("one")) }
        #expect(try environment.read().get(database, key(1)) == text("one"))
        #expect(error { _ = try scratch.open() }?.code == .optionsDiffer)
    }

    @Test func aFullMapIsToldAndStopsNothing() throws {
        let environment = try scratch.open(.init(mapBytes: 1 << 20))
        let database = try environment.databases(["a"], create: true)[0]
        let refused = error {
            try environment.write { transaction throws(LMDBError) in
                _ = try transaction.reserve(database, key(1), count: 2 << 20)
            }
        }
        #expect(refused?.code == .mapTooSmall)
        try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(2), text("two")) }
        #expect(try environment.read().get(database, key(1)) == nil)
        #expect(try environment.read().get(database, key(2)) == text("two"))
    }

    @Test func aDatabaseTooManyIsTold() throws {
        let environment = try scratch.open(.init(mapBytes: 1 << 30, maxDatabases: 2))
        #expect(error { _ = try environment.databases(["a", "b", "c"], create: true) } != nil)
        #expect(try environment.databases(["a", "b"], create: true).count == 2)
    }

    @Test func anErrorIsOneLineOfWhatWhereWhyAndWhatToDo() throws {
        let nowhere = scratch.path + "/nowhere"
        let missing = try #require(
            error { _ = try Environment.open(directory: nowhere, options: .init(mapBytes: 1 << 30)) })
        #expect(missing.description.contains(nowhere))
        #expect(!missing.reason.isEmpty && !missing.remedy.isEmpty && !missing.description.contains("\n"))
    }
}
