package import Accounting
import Bytes
package import Commerce
import Events

/// What is held for others at the end of a day, and the money that is there for it. Amounts in minor units of the book's currency.
package struct TrustDay: Equatable, Sendable {
    package let day: CivilDate
    package let heldMinor: Int64
    /// On trust accounts by the books, and captured at their institutions and not settled yet; `nil` to a holder, who sees its own funds only.
    package let trustMinor: Int64?
    package let inTransitMinor: Int64?

    /// More than 0: the cooperative's own (commissions, taxes), to be transferred out; less: missing.
    package var differenceMinor: Int64? {
        guard let trustMinor, let inTransitMinor else { return nil }
        return trustMinor &+ inTransitMinor &- heldMinor
    }

    package var isShort: Bool { differenceMinor.map { $0 < 0 } ?? false }
}

/// What is held for one holder.
package struct HeldFundsRow: Equatable, Sendable {
    /// Empty for gift cards, which are whoever's holds them.
    package let holder: String
    package let account: AccountCode
    package let amountMinor: Int64
}

/// A trust account's institution on the last day of a report.
package struct TrustPlace: Equatable, Sendable {
    package let institution: String
    package let trustMinor: Int64
    package let inTransitMinor: Int64
}

/// End-of-day balances of the funds held for others (Retail Payment Activities Regulations, SOR/2023-229 s.15), against what lies in trust.
package struct TrustReport: Sendable {
    package let book: String
    package let currency: Currency
    package let hasTrustAccount: Bool
    package let days: [TrustDay]
    /// Of the last day, by account and holder.
    package let holders: [HeldFundsRow]
    package let places: [TrustPlace]
    /// The first day of the shortfall that stands on the last day; `nil` where there is none.
    package let shortSince: CivilDate?

    package var shortDays: [TrustDay] { days.filter(\.isShort) }
}

/// Draws the report of some days.
package enum TrustQuery {
    /// - Complexity: O(log), once for all days: what was collected of an order is known by its events.
    package static func report(
        _ book: Book, from first: CivilDate, through last: CivilDate, for viewer: Viewer = .ledger,
        _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> TrustReport {
        let views = snapshot.views
        let own = try viewer.person(in: book, views)
        let accounts = trustAccounts(book, views)
        let funds = TrustFold(book)
        try snapshot.journal { fact, journal, folding in funds.add(fact, journal, folding) }
        let balances = funds.balances(from: first.daysSinceEpoch, through: last.daysSinceEpoch, of: own, accounts)
        let names = views.partyNames()
        func name(_ party: UInt32) -> String { party == 0 ? "" : names[party] ?? views.partyName(party) }
        let holders = balances.holders.map {
            HeldFundsRow(holder: name($0.party), account: $0.account, amountMinor: $0.minor)
        }.sorted {
            ($0.account.rawValue, NameOrder($0.holder)) < ($1.account.rawValue, NameOrder($1.holder))
        }
        let places =
            own != nil
            ? []
            : balances.places.map {
                TrustPlace(
                    institution: name($0.institution), trustMinor: $0.trustMinor, inTransitMinor: $0.transitMinor)
            }.sorted { NameOrder($0.institution) < NameOrder($1.institution) }
        try snapshot.check()
        return TrustReport(
            book: book.name, currency: book.currency, hasTrustAccount: !accounts.isEmpty, days: balances.days,
            holders: holders, places: places, shortSince: balances.shortSince)
    }

    /// Whether money of others has a place of its own in this book.
    package static func hasTrustAccount(_ book: Book, _ snapshot: LedgerSnapshot) -> Bool {
        !trustAccounts(book, snapshot.views).isEmpty
    }

    /// The declared trust accounts in the book's currency, by institution, and the days on which they count.
    private static func trustAccounts(_ book: Book, _ views: Views) -> [UInt32: [ClosedRange<Int32>]] {
        var found: [UInt32: [ClosedRange<Int32>]] = [:]
        for (_, account) in views.bankAccounts(book)
        where account.ledgerAccount == .trustBank && account.currency == book.currency {
            let last = account.lastDay(through: .max)
            found[account.institution, default: []].append(account.fromDay...max(account.fromDay, last))
        }
        return found
    }
}
