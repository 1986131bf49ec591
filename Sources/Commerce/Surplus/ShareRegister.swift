import Accounting
import Bytes
package import Events
import Index

/// What happens to a member's shares (C-67.2 s.124: subscription, redemption, repayment, transfer). The numbers stand in stored rows.
package enum ShareMovement: UInt8, CaseIterable, Sendable {
    /// Bought by the member.
    case subscribed = 1
    /// Received as a patronage dividend.
    case dividend = 2
    /// Taken back by the cooperative.
    case redeemed = 3
    /// Paid for those taken back: an amount, no shares.
    case repaid = 4
    /// Received from another member, and given to one.
    case transferredIn = 5
    case transferredOut = 6
}

/// One day's movements of one kind in a member's shares of one class.
package struct ShareMovementRow: Equatable, Sendable {
    package let party: UInt32
    package let shareClass: ShareClass
    /// Local day of the book, in days since 1970-01-01.
    package let day: Int32
    package let movement: ShareMovement
    package let shares: Int64
    package let amountMinor: Int64
}

extension Views {
    /// Writes a movement into the register of shares.
    func addShareMovement(
        _ movement: ShareMovement, _ shareClass: ShareClass, _ party: UInt32, shares: Int64, amountMinor: Int64,
        _ fact: Fact, _ book: Book
    ) {
        addCounters(
            key.begin(.shareMovement).u16(book.id).u32(party).u8(UInt8(truncatingIfNeeded: shareClass.rawValue))
                .day(fact.day).u8(movement.rawValue).bytes,
            shares, amountMinor)
    }

    /// The movements of all shares, by party, class and day.
    ///
    /// - Complexity: O(movements).
    package func shareMovements(_ book: Book) -> [ShareMovementRow] {
        var result: [ShareMovementRow] = []
        let rows = index.rows(prefix: key.begin(.shareMovement).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let party = reader.u32()
            let shareClass = ShareClass(rawValue: Int(reader.u8())) ?? .unspecified
            let day = reader.day()
            guard let movement = ShareMovement(rawValue: reader.u8()) else { continue }
            result.append(
                ShareMovementRow(
                    party: party, shareClass: shareClass, day: day, movement: movement, shares: rows.counters.first,
                    amountMinor: rows.counters.second))
        }
        return result
    }

    /// Assets less liabilities in the book's currency, now: what stands behind the members' shares.
    ///
    /// - Complexity: O(1): every journal entry adds to it.
    package func netAssets(_ book: Book) -> Int64 { index.counters(key.begin(.turnover).u16(book.id).bytes).second }
}
