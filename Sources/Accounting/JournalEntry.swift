/// The postings of one event, built by a fold. Reused from event to event: it allocates only until it has grown.
///
/// Postings of zero are left out. A fold cannot refuse, so nothing here traps or throws before `checkBalanced()`: an
/// amount that cannot be negated is remembered and reported there.
package final class JournalEntry {
    /// Do not keep a copy across `removeAll()`: the entry would have to allocate anew.
    package private(set) var postings: [Posting]
    private var isOverflown = false

    package init(capacity: Int = 32) {
        self.postings = []
        self.postings.reserveCapacity(capacity)
    }

    package var count: Int { postings.count }

    package var isEmpty: Bool { postings.isEmpty }

    package func removeAll() {
        postings.removeAll(keepingCapacity: true)
        isOverflown = false
    }

    /// Debits `amountMinor`; a negative amount credits.
    package func debit(
        book: UInt16, account: UInt16, party: UInt32 = 0, currency: UInt16, amountMinor: Int64
    ) {
        guard amountMinor != 0 else { return }
        postings.append(
            Posting(book: book, account: account, party: party, currency: currency, amountMinor: amountMinor))
    }

    /// Credits `amountMinor`; a negative amount debits.
    package func credit(
        book: UInt16, account: UInt16, party: UInt32 = 0, currency: UInt16, amountMinor: Int64
    ) {
        let (negated, overflow) = Int64(0).subtractingReportingOverflow(amountMinor)
        if overflow { isOverflown = true }
        debit(book: book, account: account, party: party, currency: currency, amountMinor: negated)
    }

    package func debit(
        book: UInt16, _ account: AccountCode, party: UInt32 = 0, currency: UInt16, amountMinor: Int64
    ) {
        debit(book: book, account: account.rawValue, party: party, currency: currency, amountMinor: amountMinor)
    }

    package func credit(
        book: UInt16, _ account: AccountCode, party: UInt32 = 0, currency: UInt16, amountMinor: Int64
    ) {
        credit(book: book, account: account.rawValue, party: party, currency: currency, amountMinor: amountMinor)
    }

    /// Throws `JournalEntryError` where the postings do not sum to zero for each book and currency; the first such pair
    /// in the order of the postings is named.
    /// - Complexity: O(n · k), k the pairs of book and currency: one, nearly always.
    package func checkBalanced() throws(JournalEntryError) {
        guard !isOverflown else {
            throw JournalEntryError(
                code: .overflow, book: 0, currency: 0, differenceMinor: 0, postings: postings.count)
        }
        guard let first = postings.first else { return }
        var sum: Int128 = 0
        var isSinglePair = true
        for posting in postings {
            if posting.balanceKey == first.balanceKey {
                sum += Int128(posting.amountMinor)
            } else {
                isSinglePair = false
            }
        }
        guard sum == 0 else { throw unbalanced(first, sum) }
        if !isSinglePair { try checkEveryPair(after: first.balanceKey) }
    }

    private func checkEveryPair(after checked: UInt32) throws(JournalEntryError) {
        var done = [checked]
        for (index, posting) in postings.enumerated() where !done.contains(posting.balanceKey) {
            done.append(posting.balanceKey)
            var sum: Int128 = 0
            for other in postings[index...] where other.balanceKey == posting.balanceKey {
                sum += Int128(other.amountMinor)
            }
            guard sum == 0 else { throw unbalanced(posting, sum) }
        }
    }

    private func unbalanced(_ posting: Posting, _ sum: Int128) -> JournalEntryError {
        JournalEntryError(
            code: .unbalanced, book: posting.book, currency: posting.currency,
            differenceMinor: Int64(clamping: sum), postings: postings.count)
    }
}

/// Why the postings of an event are no journal entry. Where a fold made them it is a defect of the program.
package struct JournalEntryError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, for programs. Open: later versions may add codes.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let unbalanced = Code(rawValue: "unbalanced")
        /// An amount whose opposite does not fit 64 bits.
        package static let overflow = Code(rawValue: "overflow")
    }

    package let code: Code
    package let book: UInt16
    package let currency: UInt16
    /// Debits less credits, in minor units.
    package let differenceMinor: Int64
    /// How many postings the entry has.
    package let postings: Int

    package var description: String {
        guard code == .unbalanced else {
            return "journal entry of \(postings) postings: an amount does not fit 64 bits"
        }
        let difference = DecimalText.format(
            minor: differenceMinor, currency: Currency(rawValue: currency))
        return "journal entry of \(postings) postings, book \(book): debits less credits are \(difference) "
            + "\(Currency(rawValue: currency).code); accepted: 0"
    }
}
