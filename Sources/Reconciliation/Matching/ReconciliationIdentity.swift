import Commerce

/// The proof that both sides agree: statement closing − entries not in the books + book items not on the statement = book balance.
package struct ReconciliationIdentity: Equatable, Sendable {
    package let statementClosingMinor: Int64
    package let entriesNotInBooksMinor: Int64
    package let itemsNotOnStatementMinor: Int64
    package let bookBalanceMinor: Int64
    /// What the statement leads to, less the book balance: zero, or there is something that nobody has explained.
    package let differenceMinor: Int64

    package var holds: Bool { differenceMinor == 0 }

    /// Throws `StatementError` with code `total` where a figure leaves 64 bits.
    package init(
        statementClosingMinor: Int64, entriesNotInBooksMinor: Int64, itemsNotOnStatementMinor: Int64,
        bookBalanceMinor: Int64
    ) throws(StatementError) {
        let exact =
            Int128(statementClosingMinor) - Int128(entriesNotInBooksMinor) + Int128(itemsNotOnStatementMinor)
            - Int128(bookBalanceMinor)
        guard let difference = Int64(exactly: exact) else {
            throw MatchingLimits.refusal(
                .total, "identity", "\(exact)",
                Text("l’écart dépasse ce qui peut être compté", "the difference is beyond what can be counted"),
                Text("des soldes en cents", "balances in cents"))
        }
        self.statementClosingMinor = statementClosingMinor
        self.entriesNotInBooksMinor = entriesNotInBooksMinor
        self.itemsNotOnStatementMinor = itemsNotOnStatementMinor
        self.bookBalanceMinor = bookBalanceMinor
        self.differenceMinor = difference
    }

    /// The identity after a run, before what it found is posted.
    ///
    /// A fee that a settlement was short of is an entry that the books do not have, of its negative. Items that were settled before the run count on neither side.
    package init(
        after outcome: MatchingOutcome, entries: StatementItems, items: BookItems, statementClosingMinor: Int64,
        bookBalanceMinor: Int64
    ) throws(StatementError) {
        var entryTotal: Int64 = 0
        for row in entries.rows { entryTotal += row.item.amountMinor }
        var itemTotal: Int64 = 0
        for row in items.rows where !row.item.isSettled { itemTotal += row.item.amountMinor }
        let fees = outcome.matches.reduce(Int64(0)) { $0 + $1.feeMinor }
        let (matchedEntries, matchedItems) = outcome.matchedTotalsMinor
        try self.init(
            statementClosingMinor: statementClosingMinor,
            entriesNotInBooksMinor: entryTotal - matchedEntries - fees,
            itemsNotOnStatementMinor: itemTotal - matchedItems, bookBalanceMinor: bookBalanceMinor)
    }
}
