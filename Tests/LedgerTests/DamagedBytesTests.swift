import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Index
import LMDB
import Testing
import Transparency

@testable import Ledger

/// A byte that the disk changed is told, or changes no answer.
@Suite("Damaged bytes")
struct DamagedBytesTests {
    private static let databases = ["format", "entries", "tree"] + IndexReader.databaseNames

    /// A ledger with runs, full subtrees and a tail.
    private func shelf() throws -> Shelf {
        var story = Story()
        let shelf = try Shelf(&story)
        for part in 0..<2 {
            var events: [Event] = []
            for number in 0..<200 {
                let name = "\(part)-\(number)"
                events.append(story.event(.identity("p\(name)")))
                events.append(story.event(.admission("p\(name)", [.consumer])))
                events.append(story.event(.purchase("o\(name)", "p\(name)", [.of("milk", "sam", 1_000, .zeroRated)])))
                events.append(story.event(.capture("c\(name)", "o\(name)", 1_000)))
            }
            try shelf.record(events)
        }
        // Ends the writer, which writes its tail as a run; then a few more.
        try shelf.reopen()
        try shelf.record([story.event(.identity("last"))])
        shelf.writer.close()
        return shelf
    }

    /// What the ledger answers, question by question; nil where it says that it is damaged.
    private func answers(_ store: LedgerStore) throws -> [String?] {
        func answer(_ body: (LedgerSnapshot) throws -> String) throws -> String? {
            do {
                let snapshot = try LedgerSnapshot(store)
                let text = try body(snapshot)
                try snapshot.check()
                return text
            } catch let error as LedgerError {
                #expect(error.code == .inputOutput)
                return nil
            } catch let error as LMDBError {
                #expect(error.code == .corrupt)
                return nil
            }
        }
        return [
            try answer { "\($0.head.root.hex) \($0.head.lastRecordedAtUs) \($0.head.entryBytes)" },
            try answer { "\(Rebuild.digests($0.wholeIndex))" },
            try answer { "\(try BalanceQuery().rows($0))" },
            try answer { "\($0.balance("assets:receivable", "p0-7"))" },
            try answer { snapshot in
                let party = snapshot.views.party(named: Bytes("ana" as StaticString))
                return "\(party.map { snapshot.views.latestEvents(ofParty: $0, limit: 9) } as Any)"
            },
            try answer { snapshot in
                var bytes = 0
                snapshot.entries.scan(0..<snapshot.head.count) { _, entry in
                    bytes = bytes &* 31 &+ Int(entry.checksum())
                    return true
                }
                return "\(bytes)"
            },
            try answer { "\($0.entry(700)?.array as Any)" },
            try answer { snapshot in
                let reading = try store.log.environment.read()
                return try store.log.inclusionProof(700, size: snapshot.head.count, in: reading).map(\.hex).joined()
            },
        ]
    }

    private func value(_ key: [UInt8], _ database: Database, _ store: LedgerStore) throws -> [UInt8] {
        let reading = try store.log.environment.read()
        return try key.withBytes { key in try reading.get(database, key)?.array ?? [] }
    }

    private func put(_ key: [UInt8], _ value: [UInt8], _ database: Database, _ store: LedgerStore) throws {
        try store.log.environment.write { transaction throws(LMDBError) in
            try key.withBytes { (key) throws(LMDBError) in
                try value.withBytes { (value) throws(LMDBError) in try transaction.put(database, key, value) }
            }
        }
    }

    @Test func `every answer is right or says that the ledger is damaged, and views can be made again`() throws {
        let shelf = try shelf()
        let store = shelf.store
        let right = try answers(store)
        try #require(right.allSatisfy { $0 != nil })
        var random = Seeded(1)
        var told = 0
        for name in Self.databases {
            let database = try store.log.environment.databases([name], create: false)[0]
            var keys: [[UInt8]] = []
            do {
                let reading = try store.log.environment.read()
                let cursor = try reading.cursor(database)
                while let entry = try cursor.next() { keys.append(entry.key.array) }
            }
            for key in keys.shuffled(using: &random).prefix(12) {
                let sound = try value(key, database, store)
                var damaged = sound
                damaged[Int.random(in: damaged.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try put(key, damaged, database, store)
                // The format was read when the file was opened.
                for (found, right) in zip(try answers(store), right) where name != "format" || key == Array("head".utf8)
                {
                    try #require(found == nil || found == right, "\(name) \(key)")
                    told += found == nil ? 1 : 0
                }
                if name.hasPrefix("runs") || name == "views" {
                    #expect(throws: LedgerError.self) { try Rebuild.check(store) { _, _ in } }
                }
                try put(key, sound, database, store)
            }
        }
        #expect(told > 30)
        #expect(try answers(store) == right)
    }

    @Test(arguments: [[], [1, 2, 3], [UInt8](repeating: 0xFF, count: 64)] as [[UInt8]])
    func `views whose manifest says anything are made again`(manifest: [UInt8]) throws {
        let shelf = try shelf()
        let store = shelf.store
        let right = try answers(store)
        let key = Array("manifest".utf8)
        try put(key, manifest, store.indexDatabases[IndexReader.levels], store)
        #expect(try answers(store).contains(nil))
        #expect(throws: LedgerError.self) { try LedgerWriter(store) }
        let report = try Rebuild.rebuild(store) { _, _ in }
        #expect(report.before == [] && !report.differing.isEmpty)
        #expect(try answers(store) == right)
        #expect(try Rebuild.check(store) { _, _ in }.differing == [])
        // The old runs are taken away, and others are written behind them.
        var story = Story(source: "later", from: "2018-01-01T15:00:00Z")
        try shelf.reopen()
        try shelf.record((0..<5_000).map { story.event(.identity("l\($0)")) })
        try shelf.reopen()
        #expect(try Rebuild.check(store) { _, _ in }.differing == [])
    }

    @Test func `a damaged run is made again`() throws {
        let shelf = try shelf()
        let right = try answers(shelf.store)
        let runs = shelf.store.indexDatabases[0]
        let key: [UInt8] = try {
            let reading = try shelf.store.log.environment.read()
            return try reading.cursor(runs).next()?.key.array ?? []
        }()
        try put(key, value(key, runs, shelf.store).map { ~$0 }, runs, shelf.store)
        #expect(try answers(shelf.store).contains(nil))
        _ = try Rebuild.rebuild(shelf.store) { _, _ in }
        #expect(try answers(shelf.store) == right)
    }
}
