package import Accounting
import Bytes
import EventLog
import Commerce
package import Events
import Index

/// What changed in the ledger between two sizes of its log. Amounts in minor units.
package struct LedgerDifference: Sendable {
    package struct KindCount: Equatable, Sendable {
        package let kind: EventKind
        package let count: Int
    }

    package struct AccountChange: Equatable, Sendable {
        package let book: String
        package let account: String
        /// Empty for an account without a sub-account.
        package let party: String
        package let currency: Currency
        package let beforeMinor: Int64
        package let afterMinor: Int64
        package var differenceMinor: Int64 { afterMinor &- beforeMinor }
    }

    package struct PartyChange: Equatable, Sendable {
        package let party: String
        /// Whether nothing spoke of them before.
        package let isNew: Bool
        /// The events that concern them.
        package let events: Int
        package let firstSequence: UInt64
        package let lastSequence: UInt64
    }

    /// Sizes of the log, before and after.
    package let from: UInt64
    package let to: UInt64
    /// In the order of the kinds' numbers.
    package let kinds: [KindCount]
    /// Whose balance changed, sub-account by sub-account, in the order of `BalanceQuery`.
    package let accounts: [AccountChange]
    /// In the order in which the log first names them.
    package let parties: [PartyChange]
    /// The balances before and after sum to these in each book and currency, when all is well to zero.
    package var events: Int { kinds.reduce(0) { $0 + $1.count } }
}

/// Compares the ledger at two sizes of its log.
package struct DifferenceQuery {
    package var book: String?

    package init() {}

    private struct Place: Hashable {
        let book: String
        let account: String
        let party: String
        let currency: Currency
    }

    /// - Complexity: O(to), in memory O(rows).
    package func difference(
        from first: UInt64, to second: UInt64, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> LedgerDifference {
        if let book { _ = try BalanceQuery.book(book, snapshot.views) }
        let past = try snapshot.past(atSize: first)
        let before = try balances(past)
        let known = past.views.partyNames()
        var counts: [EventKind: Int] = [:]
        let book = book
        try past.advance(to: second) { fact in
            guard let kind = fact.event.kind, book == nil || fact.event.book.string == book else { return }
            counts[kind, default: 0] += 1
        }
        let after = try balances(past)
        var old: [Place: Int64] = [:]
        for row in before { old[Self.place(row)] = row.balanceMinor }
        let accounts = after.compactMap { row in
            let balance = old[Self.place(row)] ?? 0
            return balance == row.balanceMinor
                ? nil
                : LedgerDifference.AccountChange(
                    book: row.book, account: row.account, party: row.party, currency: row.currency,
                    beforeMinor: balance, afterMinor: row.balanceMinor)
        }
        return LedgerDifference(
            from: first, to: second,
            kinds: counts.map { LedgerDifference.KindCount(kind: $0.key, count: $0.value) }
                .sorted { $0.kind.rawValue < $1.kind.rawValue },
            accounts: accounts, parties: try parties(from: first, known, past))
    }

    private static func place(_ row: BalanceRow) -> Place {
        Place(book: row.book, account: row.account, party: row.party, currency: row.currency)
    }

    /// A book that was not founded yet had none.
    private func balances(_ past: LedgerSnapshot) throws(LedgerError) -> [BalanceRow] {
        if let book, Array(book.utf8).withBytes({ past.views.book($0) }) == nil { return [] }
        var query = BalanceQuery()
        query.book = book
        return try query.rows(past)
    }

    private func parties(
        from first: UInt64, _ known: [UInt32: String], _ past: LedgerSnapshot
    ) throws(LedgerError) -> [LedgerDifference.PartyChange] {
        var changes: [LedgerDifference.PartyChange] = []
        for (party, name) in past.views.partyNames().sorted(by: { $0.key < $1.key }) {
            guard let newest = past.views.newestEvent(ofParty: party), newest >= first else { continue }
            var query = EventQuery()
            query.from = first
            let all = try query.sequences(ofParty: party, past)
            let mine = all.filter { book == nil || past.views.event($0)?.book.string == book }
            guard let oldest = mine.first, let newest = mine.last else { continue }
            changes.append(
                LedgerDifference.PartyChange(
                    party: name, isNew: known[party] == nil, events: mine.count, firstSequence: oldest,
                    lastSequence: newest))
        }
        try past.check()
        return changes
    }
}
