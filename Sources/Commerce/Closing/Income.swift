import Accounting
import Bytes
import Index

extension Views {
    /// Revenue less expenses of the calendar year of a day, as known now: what was shared with members is an expense.
    ///
    /// - Complexity: O(accounts of both classes × days of the year).
    package func result(_ book: Book, yearOf day: Int32) -> Int64 {
        let first = CivilDate(clampingDays: Int64(day)).firstOfYear.daysSinceEpoch
        let last = CivilDate(clampingDays: Int64(first) + 366).firstOfYear.daysSinceEpoch - 1
        return income(.revenue, book, from: first, through: last)
            &- income(.expenses, book, from: first, through: last, withShared: true)
    }

    /// Revenue or expenses of the days given, in minor units of the book's currency; what was shared with members is left out unless it is
    /// asked for.
    ///
    /// - Complexity: O(accounts of the class × days): the rows of the close, of those days alone.
    func income(
        _ accountClass: AccountClass, _ book: Book, from first: Int32, through last: Int32, withShared: Bool = false
    ) -> Int64 {
        var sum: Int64 = 0
        for account in accounts(accountClass, book)
        where withShared || account != AccountCode.sharedWithMembers.rawValue {
            for party in parties(book, account) {
                func row() -> KeyBuilder {
                    key.begin(.movement).u16(book.id).u16(account).u16(book.currency.rawValue).u32(party)
                }
                let prefix = row().bytes.array
                let start = row().day(first).bytes.array
                prefix.withBytes { prefix in
                    start.withBytes { start in
                        let rows = index.rows(prefix: prefix, from: start)
                        while rows.next() {
                            var reader = KeyReader(rows.key.dropFirst(10))
                            guard reader.day() <= last else { break }
                            sum &+= rows.counters.first &- rows.counters.second
                        }
                    }
                }
            }
        }
        return accountClass == .revenue ? 0 &- sum : sum
    }

    /// The accounts of a class: the chart's and those that the book added.
    private func accounts(_ accountClass: AccountClass, _ book: Book) -> [UInt16] {
        var result = AccountCode.allCases.filter { $0.accountClass == accountClass }.map(\.rawValue)
        let rows = index.rows(prefix: key.begin(.account).u16(book.id).bytes)
        while rows.next() {
            guard AccountClass(ofAccount: rows.value.string) == accountClass else { continue }
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            result.append(reader.u16())
        }
        return result
    }

    /// Whose sub-accounts of an account were ever moved, in the book's own currency; 0 for none.
    private func parties(_ book: Book, _ account: UInt16) -> [UInt32] {
        var result: [UInt32] = []
        let rows = index.rows(
            prefix: key.begin(.balance).u16(book.id).u16(account).u16(book.currency.rawValue).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(6))
            result.append(reader.u32())
        }
        return result
    }
}
