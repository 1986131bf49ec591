import Accounting
import Bytes
import Commerce
import EventLog
package import Events

/// One event and what it posted to one book. Amounts in minor units, debits positive.
package struct AuditEntry: Sendable {
    package struct Line: Sendable, Hashable {
        package let account: UInt16
        package let party: UInt32
        package let currency: UInt16
        package let amountMinor: Int64
    }

    package let sequence: UInt64
    package let kind: EventKind
    /// Local days of the book, in days since 1970.
    package let day: Int32
    package let recordedDay: Int32
    package let actor: String
    package let lines: [Line]

    /// All debits in the book's own currency.
    func debitsMinor(_ book: Book) -> Int64 {
        lines.reduce(0) { $1.currency == book.currency.rawValue ? $0 &+ max(0, $1.amountMinor) : $0 }
    }

    /// The accounts debited, then those credited, each once.
    func accounts(_ book: Book, _ views: Views) -> [String] {
        var names: [String] = []
        for line in lines.filter({ $0.amountMinor > 0 }) + lines.filter({ $0.amountMinor < 0 }) {
            let name = views.accountName(line.account, book: book.id)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

/// Who stands in a manual entry, and why it was made.
struct ManualPeople {
    let preparer: String
    let approver: String
    let reason: String

    /// `nil` for other kinds.
    init?(_ event: EventView) {
        switch event.body {
        case .journalEntryPosted(let bytes)?:
            guard let body = try? JournalEntryPostedView(bytes) else { return nil }
            (preparer, approver, reason) = (body.preparer.string, body.approver.string, body.reason.string)
        case .correctionPosted(let bytes)?:
            guard let body = try? CorrectionPostedView(bytes) else { return nil }
            (preparer, approver, reason) = (body.preparer.string, body.approver.string, body.reason.string)
        default: return nil
        }
    }
}

extension LedgerSnapshot {
    /// Every event that posted to a book, in the order of the log, from a fold of the log alone, which is returned: no stored view is asked.
    ///
    /// - Complexity: O(events).
    @discardableResult
    func entries(of book: Book, _ body: @escaping (AuditEntry, EventView) -> Void) throws(LedgerError) -> Views {
        try journal { fact, entry, _ in
            let lines = entry.postings.compactMap { posting in
                posting.book == book.id
                    ? AuditEntry.Line(
                        account: posting.account, party: posting.party, currency: posting.currency,
                        amountMinor: posting.amountMinor) : nil
            }
            guard !lines.isEmpty, let kind = EventKind(rawValue: fact.event.bodyField) else { return }
            body(
                AuditEntry(
                    sequence: fact.sequence, kind: kind, day: book.day(fact.effectiveAtUs),
                    recordedDay: book.day(fact.recordedAtUs), actor: fact.event.actor.string, lines: lines),
                fact.event)
        }
    }

    /// Every event of the log in its order, as it was recorded; a damaged one ends it.
    ///
    /// - Complexity: O(events).
    func events(_ body: (UInt64, EventView) -> Void) throws(LedgerError) {
        var failure: String?
        entries.scan(0..<head.count) { sequence, entry in
            do {
                body(sequence, try EventView(entry))
                return true
            } catch {
                failure = "event \(sequence): \(error)"
                return false
            }
        }
        if let failure { throw LedgerError.damaged(store.directory, failure) }
        try check()
    }
}
