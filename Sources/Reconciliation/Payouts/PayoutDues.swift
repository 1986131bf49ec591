package import Accounting
import Bytes
package import Commerce
import Events
package import Ledger

/// What is owed now to somebody, and what event pays it.
package struct PayoutDue: Sendable {
    /// What pays it.
    package enum Way: Equatable, Sendable {
        /// payoutInstructed. Of dividends, interest and redemptions: what came back.
        case payout
        /// patronageDividendPaid, less the tax withheld.
        case dividend(year: UInt16)
        /// shareInterestPaid
        case interest(year: UInt16)
        /// redemptionPaid
        case redemption(name: String)
    }

    package var account: AccountCode
    package var party: UInt32
    package var payee: String
    package var amountMinor: Int64
    package var way: Way
    /// `nil` where nobody asked.
    package var details: PayeeDetails?
}

/// Which debts are wanted.
package struct PayoutDues {
    package var accounts: [AccountCode]
    package var payee: String?
    /// Of dividends and interest, only this fiscal year; `nil`: all.
    package var year: UInt16?
    package var minimumMinor: Int64 = 1

    package init(accounts: [AccountCode]) { self.accounts = accounts }

    /// The accounts that a person names, or all of them.
    package static let allAccounts = Views.payoutDebts + Views.payoutOwnEventDebts

    /// By account in the order of `accounts`, then by payee in the order of bytes.
    ///
    /// - Parameter payees: `nil` leaves everybody's details closed.
    /// - Complexity: O(accounts and their parties); each payee's details are opened.
    package func find(_ book: Book, _ snapshot: LedgerSnapshot, _ payees: PayeeBook?) throws -> [PayoutDue] {
        let views = snapshot.views
        var party: UInt32?
        if let payee {
            guard let found = Array(payee.utf8).withBytes({ views.party(.identity, $0) }) else {
                throw LedgerError.unknown(.identity, payee, for: .ledger, views)
            }
            party = found
        }
        var found: [(account: AccountCode, party: UInt32, amountMinor: Int64, way: PayoutDue.Way)] = []
        for (account, party, amount) in views.payable(accounts, book) {
            found.append((account, party, amount, .payout))
        }
        if accounts.contains(.dividendsPayable) {
            for (of, party, dividend) in views.unpaidDividends(book) where year == nil || of == year {
                let amount = dividend.cashMinor &+ dividend.sharesMinor
                found.append((.dividendsPayable, party, amount, .dividend(year: of)))
            }
        }
        if accounts.contains(.interestPayable) {
            for (of, party, due) in views.unpaidInterest(book) where year == nil || of == year {
                found.append((.interestPayable, party, due, .interest(year: of)))
            }
        }
        if accounts.contains(.sharesToRedeem) {
            for (name, redemption) in views.unpaidRedemptions(book) {
                found.append((.sharesToRedeem, redemption.party, redemption.dueMinor, .redemption(name: name)))
            }
        }
        let wanted = found.filter { (party == nil || $0.party == party) && $0.amountMinor >= minimumMinor }
        var opened: [UInt32: PayeeDetails] = [:]
        var dues: [PayoutDue] = []
        for one in wanted {
            let details = try opened[one.party] ?? payees?.details(one.party)
            opened[one.party] = details
            dues.append(
                PayoutDue(
                    account: one.account, party: one.party, payee: views.partyName(one.party),
                    amountMinor: one.amountMinor, way: one.way, details: details))
        }
        try snapshot.check()
        let places = Dictionary(uniqueKeysWithValues: accounts.enumerated().map { ($1, $0) })
        return dues.enumerated().sorted { a, b in
            let (x, y) = (places[a.element.account] ?? 0, places[b.element.account] ?? 0)
            if x != y { return x < y }
            if a.element.party != b.element.party {
                return a.element.payee.utf8.lexicographicallyPrecedes(b.element.payee.utf8)
            }
            return a.offset < b.offset
        }.map(\.element)
    }
}

extension PayoutDue {
    /// The last time that this payee's money came back, where they have given nothing new of themselves since: the same account would send it back again.
    func bounced(_ snapshot: LedgerSnapshot) throws -> (sequence: UInt64, code: String)? {
        var query = EventQuery()
        query.kind = .payoutReturned
        guard let last = try query.sequences(ofParty: party, snapshot).last,
            let body = snapshot.views.read(PayoutReturnedView.self, last)
        else { return nil }
        guard let record = snapshot.views.identity(party), record.dataSequence > last else {
            return (last, body.returnCode.string)
        }
        return nil
    }
}
