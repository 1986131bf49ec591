import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Glibc
import Index
import Ledger
import Transparency

/// A ledger in a temporary directory, removed when nobody holds it any more.
final class Shelf {
    let directory: String
    let store: LedgerStore
    private(set) var writer: LedgerWriter

    /// - Parameter opening: recorded at once, each in its own key.
    init(_ story: inout Story, opening: [Body] = Story.opening + Story.people) throws {
        var template = Array("/tmp/grandlivre-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ShelfError(reason: "no temporary directory") }
        self.directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.store = try LedgerStore.create(directory + "/ledger", origin: "example.org/test", mapBytes: 16 << 30)
        self.writer = try LedgerWriter(store)
        if !opening.isEmpty { try record(opening.map { story.event($0) }) }
    }

    deinit {
        writer.close()
        for file in ["data.mdb", "lock.mdb", "writer.lock"] { unlink(directory + "/ledger/" + file) }
        rmdir(directory + "/ledger")
        rmdir(directory)
    }

    static func proposals(_ events: [Event]) throws -> Proposals {
        let proposals = Proposals()
        for event in events { try proposals.append(event) }
        return proposals
    }

    @discardableResult
    func append(_ events: [Event], _ options: AppendOptions = AppendOptions()) throws -> AppendOutcome {
        try writer.append(Self.proposals(events), options)
    }

    /// Records a batch that must be taken whole.
    @discardableResult
    func record(_ events: [Event]) throws -> [UInt64] {
        let outcome = try append(events)
        if let refused = outcome.refused.first {
            throw ShelfError(reason: "event \(refused.position) of the batch: \(refused.refusal.text(.english))")
        }
        return outcome.receipts.compactMap { $0?.sequence }
    }

    /// Lets go of the writer and takes it again: everything is read from disk.
    func reopen() throws {
        writer.close()
        writer = try LedgerWriter(store)
    }

    func snapshot() throws -> LedgerSnapshot { try LedgerSnapshot(store) }

    func digests() throws -> [ViewDigest] {
        let snapshot = try snapshot()
        let digests = Rebuild.digests(snapshot.wholeIndex)
        try snapshot.check()
        return digests
    }

    func root() throws -> String { try snapshot().head.root.hex }
}

struct ShelfError: Error {
    let reason: String
}

extension LedgerSnapshot {
    func book(_ name: String = "grand-io") -> Book? { Array(name.utf8).withBytes { views.book($0) } }

    /// Debits less credits of one account, by its names.
    func balance(_ account: String, _ party: String = "", through day: Int32 = .max, knownBy recorded: Int32 = .max)
        -> Int64
    {
        guard let book = book() else { return 0 }
        var sum: Int64 = 0
        for line in views.balances(book, through: day, knownBy: recorded)
        where views.accountName(line.account, book: book.id) == account && views.partyName(line.party) == party {
            sum += line.sums.first - line.sums.second
        }
        return sum
    }
}

extension Story {
    /// Three purchases, paid and handed over, of which the cooperative keeps everything as its commission.
    mutating func yearOfThreePurchases() -> [Event] {
        var events = [event(.commission(ppm: 1_000_000))]
        for (member, amount) in [("ana", 40_000), ("bob", 25_000), ("cid", 4_001)] as [(String, Int64)] {
            events.append(event(.purchase("o-\(member)", member, [.of("milk", "sam", amount, .zeroRated)])))
            events.append(event(.capture("p-\(member)", "o-\(member)", amount)))
            events.append(event(.handOver("o-\(member)")))
        }
        return events
    }
}
