import Bytes
import Glibc
import Testing

@testable import LMDB

/// LMDB never writes pages that were taken and given back in one transaction, also where they are the file's last.
@Suite("A file shorter than its last page says")
struct DataFileTests {
    let scratch = Scratch()
    var file: String { scratch.path + "/data.mdb" }

    /// Leaves free pages behind the file's end; `freed` pages freed before make the list of free pages longer.
    private func shorten(freed: UInt64) throws {
        let environment = try scratch.open(.init(mapBytes: 1 << 30, noSync: true))
        let database = try environment.databases(["a"], create: true)[0]
        let page = [UInt8](repeating: 1, count: 4_000)
        try environment.write { transaction throws(LMDBError) in
            for number in 0..<freed + 20 {
                try page.withBytes { (page) throws(LMDBError) in try transaction.put(database, key(number), page) }
            }
        }
        // Pages that may be used again, too few for the large value: so its commit needs none behind it.
        for number in 20_000..<20_060 as Range<UInt64> {
            try environment.write { transaction throws(LMDBError) in
                try page.withBytes { (page) throws(LMDBError) in try transaction.put(database, key(number), page) }
            }
        }
        try environment.write { transaction throws(LMDBError) in
            _ = try transaction.deleteRange(database, from: key(20_000), below: key(20_060))
        }
        try environment.write { transaction throws(LMDBError) in
            try transaction.put(database, text("count"), text("again"))
        }
        // A reader keeps what is freed from being used again.
        let reading = try environment.read()
        try environment.write { transaction throws(LMDBError) in
            for number in 0..<freed { _ = try transaction.delete(database, key(number)) }
        }
        try environment.write { transaction throws(LMDBError) in
            _ = try transaction.reserve(database, text("large"), count: 900_000)
            try transaction.put(database, text("small"), text("kept"))
            _ = try transaction.delete(database, text("large"))
        }
        #expect(reading.transactionID < environment.statistics.lastTransactionID)
        try #require(size(file) < environment.statistics.fileBytes)
    }

    @Test(arguments: [0, 1_500] as [UInt64]) func itIsWholeWhenWhatItsEndLacksIsFree(freed: UInt64) throws {
        try shorten(freed: freed)
        for readOnly in [true, false] {
            let environment = try scratch.open(.init(mapBytes: 1 << 30, readOnly: readOnly))
            let database = try environment.databases(["a"], create: false)[0]
            #expect(try environment.read().get(database, text("small")) == text("kept"))
            guard !readOnly else { continue }
            // The missing pages are taken and written now.
            try environment.write { transaction throws(LMDBError) in
                let room = try transaction.reserve(database, text("large"), count: 9_000_000)
                room.initializeMemory(as: UInt8.self, repeating: 7)
            }
            #expect(try environment.read().get(database, text("large"))?.array.allSatisfy { $0 == 7 } == true)
        }
    }

    @Test(arguments: [0, 1_500] as [UInt64]) func itMayLosePagesOnlyWhileEverythingIsStillThere(freed: UInt64) throws {
        try shorten(freed: freed)
        func isWhole() -> Bool {
            do throws(LMDBError) {
                try DataFile.check(directory: scratch.path, readOnly: true)
                return true
            } catch { return false }
        }
        func readAll() throws -> Int {
            let environment = try scratch.open(.init(mapBytes: 1 << 30, readOnly: true))
            let database = try environment.databases(["a"], create: false)[0]
            let reading = try environment.read()
            let cursor = try reading.cursor(database)
            var sum = 0
            while let entry = try cursor.next() { sum += entry.value.array.reduce(0) { $0 + Int($1) } }
            return sum
        }
        let all = try readAll()
        // A page that is not there kills whoever reads it through the map: so this must end before.
        while isWhole() {
            #expect(try readAll() == all)
            truncate(file, size(file) - 4_096)
        }
        while size(file) > 3 * 4_096 {
            truncate(file, size(file) / 2)
            #expect(!isWhole(), "\(size(file)) bytes")
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func aDamagedListOfFreePagesIsNeverATrap(seed: UInt64) throws {
        try shorten(freed: 1_500)
        var state = seed
        func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        // Everything but the two pages that name the trees; the list is at the end.
        for page in stride(from: size(file) / 4_096 - 1, to: 1, by: -1) where below(3) == 0 {
            for _ in 0..<1 + below(4) { patch(file, at: page * 4_096 + below(32), with: [UInt8(below(256))]) }
        }
        do throws(LMDBError) {
            try DataFile.check(directory: scratch.path, readOnly: true)
        } catch {
            #expect(error.code == .truncatedFile)
        }
    }

    @Test func aListThatIsALoopEnds() throws {
        try shorten(freed: 1_500)
        // Every page becomes a branch whose one child is the page itself.
        for page in 2..<size(file) / 4_096 {
            let number = withUnsafeBytes(of: UInt64(page).littleEndian) { Array($0) }
            let head = number + [0, 0, 1, 0, 18, 0, 0, 16, 32, 0]
            patch(file, at: page * 4_096, with: head)
            patch(file, at: page * 4_096 + 32, with: Array(number.prefix(6)) + [0, 0])
        }
        #expect(throws: LMDBError.self) { try DataFile.check(directory: scratch.path, readOnly: true) }
    }
}
