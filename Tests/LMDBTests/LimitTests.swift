import Bytes
import Glibc
import LMDB
import Testing

/// What the machine refuses, each in a process of its own.
@Suite("Limits of the machine")
struct LimitTests {
    /// Root without file-system privileges is nobody; anybody else is refused as they are.
    static func becomeNobody() { if geteuid() == 0 { setuid(65534) } }

    @Test func aForbiddenDirectoryIsAClearError() async {
        let scratch = Scratch()
        chmod(scratch.path, 0o500)
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            LimitTests.becomeNobody()
            // Root's directory is not even entered by nobody; one's own is entered but not written.
            try require(code { try Environment.open(directory: path, options: .small) } == .permissionDenied)
        }
        chmod(scratch.path, 0o700)
    }

    @Test func aMapBeyondTheAddressSpaceNamesTheLimit() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            var limit = rlimit()
            getrlimit(CInt(RLIMIT_AS.rawValue), &limit)
            limit.rlim_cur = 8 << 30
            setrlimit(CInt(RLIMIT_AS.rawValue), &limit)
            do throws(LMDBError) {
                _ = try scratch.open(Environment.Options())
                exit(1)
            } catch {
                try require(error.code == .mapTooLarge)
                try require(error.reason.contains("RLIMIT_AS"))
            }
        }
    }

    @Test func aFileSizeLimitStopsTheWriterAndNotTheProcess() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            let environment = try scratch.open()
            let database = try environment.databases(["a"], create: true)[0]
            try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), key(1)) }
            var limit = rlimit()
            getrlimit(CInt(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = 1 << 20
            setrlimit(CInt(RLIMIT_FSIZE.rawValue), &limit)
            let failure = code { try fill(environment, database) }
            try require(failure == .fileSizeLimit || failure == .io)
            try require(code { try fill(environment, database) } == .writerStopped)
            try require(try environment.read().count(database) == 1)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "mounting a small file system needs root"))
    func aFullDiskStopsTheWriterAndKeepsWhatWasThere() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            try require(mount("tmpfs", scratch.path, "tmpfs", 0, "size=2m") == 0)
            defer { umount2(scratch.path, CInt(MNT_DETACH)) }
            let environment = try scratch.open()
            let database = try environment.databases(["a"], create: true)[0]
            try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), key(1)) }
            try require(code { try fill(environment, database) } == .diskFull)
            try require(code { try fill(environment, database) } == .writerStopped)
            try require(try environment.read().count(database) == 1)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "mounting needs root"))
    func aReadOnlyMountCanOnlyBeRead() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            try require(mount("tmpfs", scratch.path, "tmpfs", 0, "size=8m") == 0)
            defer { umount2(scratch.path, CInt(MNT_DETACH)) }
            do {
                let environment = try scratch.open()
                let database = try environment.databases(["a"], create: true)[0]
                try environment.write { transaction throws(LMDBError) in try transaction.put(database, key(1), key(1)) }
            }
            let flags = CUnsignedLong(MS_REMOUNT | MS_RDONLY)
            try require(mount("tmpfs", scratch.path, "tmpfs", flags, "") == 0)
            try require(code { try scratch.open() } == .readOnlyMount)
            let reader = try scratch.open(.reader)
            let database = try reader.databases(["a"], create: false)[0]
            try require(try reader.read().count(database) == 1)
        }
    }

    @Test func aKilledReadersSlotIsCleared() async throws {
        let scratch = Scratch()
        let path = scratch.path
        let environment = try scratch.open(Environment.Options(mapBytes: 1 << 30, maxReaders: 1))
        _ = try environment.databases(["a"], create: true)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let environment = try Environment.open(directory: path, options: .reader)
            let read = try environment.read()
            try require(read.transactionID > 0)
            kill(getpid(), SIGKILL)
        }
        // The only slot is the dead reader's: it is found and used.
        #expect(try environment.read().transactionID > 0)
    }
}

/// Exit tests report by how they end.
func require(_ condition: Bool) throws {
    struct NotSo: Error {}
    if !condition { throw NotSo() }
}

func code<R>(_ body: () throws -> R) -> LMDBError.Code? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? LMDBError)?.code }
}

/// Four mebibytes in one transaction.
func fill(_ environment: Environment, _ database: Database) throws(LMDBError) {
    let value = [UInt8](repeating: 7, count: 1024)
    try environment.write { transaction throws(LMDBError) in
        for number in 2..<4096 as Range<UInt64> {
            try value.withBytes { (bytes) throws(LMDBError) in try transaction.put(database, key(number), bytes) }
        }
    }
}
