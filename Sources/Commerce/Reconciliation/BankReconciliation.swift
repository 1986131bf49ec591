import Accounting
import Bytes
import Index

/// Both sides of a bank account at the end of a day.
///
/// statement − entries not in the books + items not on the statement = books: `differenceMinor` is what this leaves, and 0 unless the books hold something
/// that no event of theirs explains.
package struct BankReconciliation: Sendable {
    package var through: Int32
    /// Opening balance and all entries booked by then.
    package var statementMinor: Int64 = 0
    /// The ledger account.
    package var bookMinor: Int64 = 0
    package var entriesOpenMinor: Int64 = 0
    package var itemsOpenMinor: Int64 = 0
    /// What waits, by sequence: entries that the books do not have, items that no statement has.
    package var entries: [(sequence: UInt64, part: BankPartRecord)] = []
    package var items: [(sequence: UInt64, part: BankPartRecord)] = []
    /// Entries booked and items posted by then, waiting or not.
    package var entryCount = 0
    package var itemCount = 0

    package var differenceMinor: Int64 {
        statementMinor &- entriesOpenMinor &+ itemsOpenMinor &- bookMinor
    }
}

extension Views {
    /// The reconciliation of an account at the end of a day.
    ///
    /// - Complexity: O(entries and items of the account).
    package func reconciliation(_ account: BankAccountRecord, _ book: Book, through day: Int32) -> BankReconciliation {
        var result = BankReconciliation(through: day)
        result.statementMinor = account.openingMinor
        forEachBankPart(account) { sequence, part in
            guard part.day <= day else { return }
            if part.isEntry {
                result.statementMinor &+= part.amountMinor
                result.entryCount += 1
            } else {
                result.itemCount += 1
            }
            guard !part.isAgreed(on: day) else { return }
            if part.isEntry {
                result.entriesOpenMinor &+= part.amountMinor
                result.entries.append((sequence, part))
            } else {
                result.itemsOpenMinor &+= part.amountMinor
                result.items.append((sequence, part))
            }
        }
        let sums = balance(
            book: book, account.ledgerAccount.rawValue, party: account.institution,
            currency: account.currency.rawValue, through: day)
        result.bookMinor = sums.first &- sums.second
        return result
    }
}
