import Accounting
import Bytes
package import Index

/// Balances and histories of one account or party, read where they lie.
extension Views {
    /// Debits and credits of one account with effective day ≤ `day`, and recorded day ≤ `recorded`.
    ///
    /// - Complexity: O(movement rows of the account).
    package func balance(
        book: Book, _ account: UInt16, party: UInt32, currency: UInt16, through day: Int32,
        knownBy recorded: Int32 = .max
    ) -> Counters {
        var sums = Counters()
        let rows = index.rows(prefix: key.begin(.movement).u16(book.id).u16(account).u16(currency).u32(party).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16(), reader.u16(), reader.u32())
            guard reader.day() <= day else { break }
            guard reader.day() <= recorded else { continue }
            if !sums.add(rows.counters) { index.fail("a balance left 64 bits") }
        }
        return sums
    }

    /// The lowest that one account stood at, at the end of `day` or of any later one, in minor units; debits positive.
    ///
    /// - Complexity: O(movement rows of the account after the day).
    func lowestBalance(
        book: Book, _ account: AccountCode, party: UInt32, currency: UInt16, since day: Int32
    ) -> Int64 {
        var changes: [(day: Int32, minor: Int64)] = []
        let prefix = key.begin(.movement).u16(book.id).u16(account.rawValue).u16(currency).u32(party).bytes.array
        let start = key.day(day + 1).bytes.array
        prefix.withBytes { prefix in
            start.withBytes { start in
                let rows = index.rows(prefix: prefix, from: start)
                while rows.next() {
                    var reader = KeyReader(rows.key.dropFirst(10))
                    changes.append((reader.day(), rows.counters.first &- rows.counters.second))
                }
            }
        }
        let sums = balance(book: book.id, account.rawValue, party: party, currency: currency)
        var left = sums.first &- sums.second
        var lowest = left
        for (at, change) in changes.enumerated().reversed() {
            left &-= change.minor
            // Only what stands at the end of a day counts.
            if at == 0 || changes[at - 1].day != change.day { lowest = min(lowest, left) }
        }
        return lowest
    }

    /// Whether anything was ever posted to an account.
    func isUsed(_ account: UInt16, _ book: Book) -> Bool {
        index.rows(prefix: key.begin(.balance).u16(book.id).u16(account).bytes).next()
    }

    /// The sums of every account, currency and party of a book, in key order.
    ///
    /// - Complexity: O(accounts and their parties, times the runs they stand in).
    package func trialBalance(_ book: Book) -> [AccountSums] {
        var sums: [AccountSums] = []
        let rows = index.rows(prefix: key.begin(.balance).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let account = reader.u16()
            let currency = reader.u16()
            sums.append(AccountSums(account: account, currency: currency, party: reader.u32(), sums: rows.counters))
        }
        return sums
    }

    /// The sequences of the newest events that concern a party, newest first, at most `limit`.
    ///
    /// - Complexity: O(limit) rows and a few seeks a run: runs are slices of time, newest first, and none older is read once there are enough.
    package func latestEvents(ofParty party: UInt32, limit: Int) -> [UInt64] {
        key.begin(.partyEvents).u32(party).bytes.array.withBytes { index.newestSequences(prefix: $0, limit: limit) }
    }
}
