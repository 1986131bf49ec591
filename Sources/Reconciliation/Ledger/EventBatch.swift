import Accounting
import Bytes
package import Commerce
import Crypto
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
    static let source = "reconciliation"
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
        let key = Self.key(parts)
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

    /// The parts of a key, or its hash where it would be too long.
    static func key(_ parts: [String]) -> String {
        let whole = parts.joined(separator: "/")
        guard whole.utf8.count > 128 else { return whole }
        return Self.hex(SHA256.hash(data: Array(whole.utf8)))
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { out, byte in
            let digits = String(byte, radix: 16)
            out += digits.count == 1 ? "0" + digits : digits
        }
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
        if let found = Array(name.utf8).withBytes({ bankAccount($0, book) }) { return found }
        let names = bankAccounts(book).map(\.name).joined(separator: ", ")
        throw LedgerError(
            .notFound, name, Text("compte bancaire non déclaré", "undeclared bank account"),
            remedy: names.isEmpty
                ? Text("« grandlivre reconcile declare »", "\"grandlivre reconcile declare\"")
                : Text("l’un de : \(names)", "one of: \(names)"))
    }

    /// The body of an event, where it is of that kind.
    func read<V: WireView>(_ type: V.Type, _ sequence: UInt64) -> V? {
        event(sequence).flatMap { try? V($0.bodyBytes) }
    }
}
