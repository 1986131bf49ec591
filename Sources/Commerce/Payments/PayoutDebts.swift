package import Accounting
import Bytes
import Index

/// What is owed and could be paid out: for lists; the rules ask for one debt at a time.
extension Views {
    /// The accounts whose debts payoutInstructed pays, in their order; then those that events of their own pay first.
    package static var payoutDebts: [AccountCode] { Payouts.debts }
    package static var payoutOwnEventDebts: [AccountCode] { Payouts.paidByOwnEvents }

    /// Everybody who has something on an account of debts, and what a payout may pay them now, above zero; by party.
    ///
    /// - Complexity: O(accounts and their parties).
    package func payable(_ accounts: [AccountCode], _ book: Book) -> [(
        account: AccountCode, party: UInt32, amountMinor: Int64
    )] {
        let wanted = Set(accounts)
        var found: [(AccountCode, UInt32, Int64)] = []
        for sums in trialBalance(book) where sums.currency == book.currency.rawValue && sums.party != 0 {
            guard let account = AccountCode(rawValue: sums.account), wanted.contains(account) else { continue }
            let amount = payable(account, sums.party, book)
            if amount > 0 { found.append((account, sums.party, amount)) }
        }
        return found
    }

    /// All that was ever debited to a party's account: another sum after every payout.
    package func debitedMinor(_ account: AccountCode, _ party: UInt32, _ book: Book) -> Int64 {
        balance(book: book.id, account.rawValue, party: party, currency: book.currency.rawValue).first
    }

    /// Patronage dividends that are declared and not paid.
    ///
    /// - Complexity: O(dividends).
    package func unpaidDividends(_ book: Book) -> [(year: UInt16, party: UInt32, dividend: DividendRecord)] {
        var found: [(UInt16, UInt32, DividendRecord)] = []
        let rows = index.rows(prefix: key.begin(.dividend).u16(book.id).bytes)
        while rows.next() {
            var values = RecordReader(rows.value)
            let dividend = DividendRecord(&values)
            guard !dividend.isPaid else { continue }
            var keys = KeyReader(rows.key.dropFirst(2))
            found.append((keys.u16(), keys.u32(), dividend))
        }
        return found
    }

    /// Interest on preferred shares that is allocated and not paid.
    ///
    /// - Complexity: O(interest of all years).
    package func unpaidInterest(_ book: Book) -> [(year: UInt16, party: UInt32, dueMinor: Int64)] {
        var found: [(UInt16, UInt32, Int64)] = []
        let rows = index.rows(prefix: key.begin(.shareInterest).u16(book.id).bytes)
        while rows.next() {
            var values = RecordReader(rows.value)
            let due = ShareInterestRecord(&values).dueMinor
            guard due > 0 else { continue }
            var keys = KeyReader(rows.key.dropFirst(2))
            found.append((keys.u16(), keys.u32(), due))
        }
        return found
    }

    /// Redemptions that are accepted and not paid.
    ///
    /// - Complexity: O(redemptions).
    package func unpaidRedemptions(_ book: Book) -> [(name: String, redemption: RedemptionRecord)] {
        var found: [(String, RedemptionRecord)] = []
        let rows = index.rows(prefix: key.begin(.redemption).u16(book.id).bytes)
        while rows.next() {
            var values = RecordReader(rows.value)
            let redemption = RedemptionRecord(&values)
            if redemption.dueMinor > 0 { found.append((rows.key.dropFirst(3).string, redemption)) }
        }
        return found
    }
}
