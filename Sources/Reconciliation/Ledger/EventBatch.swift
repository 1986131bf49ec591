import Accounting
import Bytes
package import Commerce
import Crypto
import EventLog
import Events
package import Ledger

/// Who records the reconciliation of a book.
package struct Recording: Sendable {
    package var book: String
    package var actor: String

    package init(book: String, actor: String) {
        self.book = book
        self.actor = actor
    }
}

/// Events of a book that go to the log together.
struct EventBatch {
    /// What this room states of its own: matches, settlements that entries of statements prove, write-offs, signatures.
    static let source = Matches.rulesSource
    /// At most so many events at once.
    static let eventsMax = 10_000

    let proposals = Proposals(capacity: 1 << 20)
    let book: Book
    let actor: String

    var isFull: Bool { proposals.count >= Self.eventsMax }

    init(_ book: Book, actor: String) {
        self.book = book
        self.actor = actor
    }

    func add(
        source: String = EventBatch.source, key parts: [String], atUs: Int64, cause: UInt64? = nil,
        evidence: [UInt8] = [], _ body: (EventWriter) -> Void
    ) throws(LedgerError) {
        let key = Self.key(parts, book)
        do throws(ProposalError) {
            try proposals.append { writer in
                writer.effectiveAt { $0.write(microseconds: atUs) }
                writer.book(book.name)
                writer.source(source)
                writer.key(key)
                if !actor.isEmpty { writer.actor(actor) }
                if let cause { writer.cause { $0.sequence(cause) } }
                if !evidence.isEmpty { evidence.withBytes { writer.evidence($0) } }
                body(writer)
            }
        } catch {
            throw LedgerError(
                .badInput, key, Text("\(error)", "\(error)"),
                remedy: Text("moins à la fois, ou des textes plus courts", "less at once, or shorter texts"))
        }
    }

    /// The parts of a key, or its hash where it would be too long. Keys are those of the whole ledger: two books may call an account the same, so that of every
    /// book but the first stands in front.
    static func key(_ parts: [String], _ book: Book) -> String {
        let whole = (book.foundedSequence == 0 ? parts : [book.name] + parts).joined(separator: "/")
        guard whole.utf8.count > 128 else { return whole }
        return Self.hex(SHA256.hash(data: Array(whole.utf8)))
    }

    /// The parts of a key of this book's.
    static func parts(_ key: String, _ book: Book) -> ArraySlice<Substring> {
        key.split(separator: "/").dropFirst(book.foundedSequence == 0 ? 0 : 1)
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { out, byte in
            let digits = String(byte, radix: 16)
            out += digits.count == 1 ? "0" + digits : digits
        }
    }

    /// The only event of the batch as a proposal for others to sign. Throws what the rules have against it, but for the signature that is missing yet.
    func line(_ snapshot: LedgerSnapshot) throws -> String {
        let proposal = try EventView(proposals[0])
        let us = proposal.effectiveAt.map(microseconds) ?? 0
        try Rules.decide(
            Fact(
                proposal, sequence: snapshot.head.count,
                recordedAtUs: max(us, Int64(clamping: snapshot.head.lastRecordedAtUs)), views: snapshot.views),
            snapshot.views, isUnsigned: true)
        return try EventJSON.encode(proposal: EventJSON.message(entry: proposals[0]))
    }

    /// Records the batch and says where its events stand. Throws the first refusal.
    @discardableResult
    func record(_ writer: LedgerWriter) throws -> [UInt64] {
        guard !proposals.isEmpty else { return [] }
        let outcome = try writer.append(proposals)
        if let first = outcome.refused.first { throw first.refusal }
        return outcome.receipts.compactMap { $0?.sequence }
    }
}

extension Book {
    /// Noon of a local day, or of the first open day after it: nothing is recorded in a period that is locked.
    func openNoonUs(_ day: Int32, after locked: Int32 = .min) -> Int64 {
        var day = Int64(day)
        if let locked = lockedThrough { day = max(day, Int64(locked) + 1) }
        day = max(day, Int64(locked) + 1)
        return calendar.firstInstantUs(of: CivilDate(clampingDays: day)) + 43_200_000_000
    }
}

extension Book {
    /// Noon, in microseconds after the beginning of its day: when what has no hour is effective.
    private static var noonUs: Int64 { 43_200_000_000 }

    /// When an entry is effective: at the hour that its statement says, on the institution's clock; at noon where it says none, or where the day is locked.
    ///
    /// An hour that is noon itself is a microsecond later, so that it is told from none.
    func bookedUs(_ day: Int32, second: Int?) -> Int64 {
        let noon = openNoonUs(day)
        let date = CivilDate(clampingDays: Int64(day))
        guard let second, (0..<86_400).contains(second), self.day(noon) == day else { return noon }
        let us = calendar.firstInstantUs(of: date) + Int64(second) * 1_000_000
        // A day on which clocks go forward is an hour shorter.
        return min(us == noon ? us + 1 : us, calendar.lastInstantUs(of: date))
    }

    /// The second after the beginning of its day at which an entry was booked; `nil` where its statement does not say.
    func bookingSecond(_ us: Int64) -> Int? {
        let since = us - calendar.firstInstantUs(of: CivilDate(clampingDays: Int64(day(us))))
        return since == Self.noonUs ? nil : Int(since / 1_000_000)
    }
}

extension Views {
    func named(_ book: String) throws(LedgerError) -> Book {
        guard let found = Array(book.utf8).withBytes({ self.book($0) }) else {
            throw LedgerError(
                .notFound, book, Text("livre inconnu", "unknown book"),
                remedy: Text("un livre fondé", "a book that was founded"))
        }
        return found
    }

    /// An account by our name for it. Throws with the names that there are.
    package func bankAccount(named name: String, _ book: Book) throws(LedgerError) -> BankAccountRecord {
        try Viewer.ledger.bankAccount(named: name, book, self)
    }

    /// The body of an event, where it is of that kind.
    func read<V: WireView>(_ type: V.Type, _ sequence: UInt64) -> V? {
        event(sequence).flatMap { try? V($0.bodyBytes) }
    }
}
