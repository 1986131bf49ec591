package import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// One holder's shares of one class: the row of the register (C-67.2 s.124). Amounts in minor units.
package struct RegisterRow: Equatable, Sendable {
    package let holder: String
    package let shareClass: ShareClass
    /// The days of the first subscription and of the last redemption and repayment, up to the day asked for.
    package fileprivate(set) var subscribed: CivilDate?
    package fileprivate(set) var redeemed: CivilDate?
    package fileprivate(set) var repaid: CivilDate?
    /// Held before the period; issued or received from a member, redeemed or given to one in it.
    package fileprivate(set) var opening: Int64 = 0
    package fileprivate(set) var issued: Int64 = 0
    package fileprivate(set) var redeemedShares: Int64 = 0
    /// Paid up, for the shares held at the end.
    package fileprivate(set) var amountMinor: Int64 = 0
    /// Redeemed and not yet paid.
    package fileprivate(set) var dueMinor: Int64 = 0

    /// Held at the end of the period.
    package var closing: Int64 { opening &+ issued &- redeemedShares }
}

/// One dated line of the register.
package struct RegisterMovement: Equatable, Sendable {
    package let day: CivilDate
    package let holder: String
    package let shareClass: ShareClass
    package let movement: ShareMovement
    package let shares: Int64
    package let amountMinor: Int64
}

/// The register of shares as of a day.
package struct ShareRegister: Sendable {
    /// By holder and class, in the order of the holders' ids.
    package let rows: [RegisterRow]
    /// By day, holder and class; those of the period only.
    package let movements: [RegisterMovement]
    /// What each class's account in the general ledger has more than the register: manual entries. 0 where they agree.
    package let differencesMinor: [(shareClass: ShareClass, minor: Int64)]

    /// Whether the register agrees with the general ledger.
    package var agrees: Bool { differencesMinor.allSatisfy { $0.minor == 0 } }
}

/// Who holds which shares, folded from subscriptions, dividends paid in shares, redemptions and repayments.
package struct ShareRegisterQuery {
    package let book: String
    /// First and last day of the period; from the beginning, and to now, where they are not given.
    package var from: CivilDate?
    package var at: CivilDate?

    package init(book: String) { self.book = book }

    /// - Complexity: O(movements of shares).
    package func register(_ snapshot: LedgerSnapshot) throws(LedgerError) -> ShareRegister {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, self.book, for: .ledger, views)
        }
        let last = at?.daysSinceEpoch ?? .max
        let first = from?.daysSinceEpoch ?? .min
        var rows: [RegisterRow] = []
        var parties: [UInt32] = []
        var movements: [RegisterMovement] = []
        for row in views.shareMovements(book) where row.day <= last {
            if parties.last != row.party || rows.last?.shareClass != row.shareClass {
                parties.append(row.party)
                rows.append(RegisterRow(holder: views.partyName(row.party), shareClass: row.shareClass))
            }
            Self.add(row, isBefore: row.day < first, to: &rows[rows.count - 1])
            guard row.day >= first else { continue }
            movements.append(
                RegisterMovement(
                    day: CivilDate(clampingDays: Int64(row.day)), holder: rows[rows.count - 1].holder,
                    shareClass: row.shareClass, movement: row.movement, shares: row.shares, amountMinor: row.amountMinor
                ))
        }
        let differences = Self.differences(rows, through: last, book, views)
        try snapshot.check()
        return ShareRegister(
            rows: rows.sorted { Self.precedes(($0.holder, $0.shareClass), ($1.holder, $1.shareClass)) },
            movements: movements.sorted {
                $0.day == $1.day
                    ? Self.precedes(($0.holder, $0.shareClass), ($1.holder, $1.shareClass)) : $0.day < $1.day
            }, differencesMinor: differences)
    }

    private static func precedes(_ a: (String, ShareClass), _ b: (String, ShareClass)) -> Bool {
        a.0 == b.0 ? a.1.rawValue < b.1.rawValue : a.0.utf8.lexicographicallyPrecedes(b.0.utf8)
    }

    private static func add(_ row: ShareMovementRow, isBefore: Bool, to line: inout RegisterRow) {
        let day = CivilDate(clampingDays: Int64(row.day))
        switch row.movement {
        case .subscribed, .dividend, .transferredIn:
            if line.subscribed == nil { line.subscribed = day }
            if isBefore { line.opening &+= row.shares } else { line.issued &+= row.shares }
            line.amountMinor &+= row.amountMinor
        case .transferredOut:
            if isBefore { line.opening &-= row.shares } else { line.redeemedShares &+= row.shares }
            line.amountMinor &-= row.amountMinor
        case .redeemed:
            line.redeemed = day
            if isBefore { line.opening &-= row.shares } else { line.redeemedShares &+= row.shares }
            line.amountMinor &-= row.amountMinor
            line.dueMinor &+= row.amountMinor
        case .repaid:
            line.repaid = day
            line.dueMinor &-= row.amountMinor
        }
    }

    private static func differences(
        _ rows: [RegisterRow], through day: Int32, _ book: Book, _ views: Views
    ) -> [(shareClass: ShareClass, minor: Int64)] {
        let accounts: [(ShareClass, AccountCode)] = [(.common, .memberShares), (.preferred, .preferredShares)]
        return accounts.map { shareClass, code in
            let ledger = views.balances(book, through: day) { $0 == code.rawValue }
                .filter { $0.currency == book.currency.rawValue }
                .reduce(Int64(0)) { $0 &+ $1.sums.second &- $1.sums.first }
            let register = rows.filter { $0.shareClass == shareClass }.reduce(Int64(0)) { $0 &+ $1.amountMinor }
            return (shareClass, ledger &- register)
        }
    }
}
