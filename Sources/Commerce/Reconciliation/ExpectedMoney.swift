package import Accounting
package import Bytes
import Events
import Index

/// Money that the books expect at an institution and that is not in the bank yet: funds in transit.
extension Views {
    /// The days whose captures have not all been settled, and what is left of them, where they land in this account; ascending.
    ///
    /// - Complexity: O(days of captures at the institution).
    package func unsettledCaptures(_ account: BankAccountRecord, _ book: Book) -> [(day: Int32, amountMinor: Int64)] {
        guard account.currency == book.currency,
            cash(book, at: account.institution, forOthers: true) == account.ledgerAccount
        else { return [] }
        var found: [(day: Int32, amountMinor: Int64)] = []
        let rows = index.rows(
            prefix: key.begin(.captures).u16(book.id).u32(account.institution).u16(book.currency.rawValue).bytes)
        var days: [Int32] = []
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(8))
            let day = reader.day()
            if days.last != day { days.append(day) }
        }
        for day in days {
            let sums = index.counters(captureKey(book, account.institution, day))
            if sums.first != sums.second { found.append((day, sums.first &- sums.second)) }
        }
        return found
    }

    /// The payouts that leave from this account and have neither settled nor come back, by name.
    ///
    /// - Complexity: O(payouts under way at the institution).
    package func payoutsUnderWay(
        _ account: BankAccountRecord, _ book: Book
    ) -> [(name: String, payout: PayoutRecord)] {
        guard account.currency == book.currency else { return [] }
        return payoutsUnderWay(at: account.institution, book).filter { leaves($0.payout, from: account, book) }
    }

    /// The payouts that leave from an institution and have neither settled nor come back, by name.
    ///
    /// - Complexity: O(payouts under way at the institution).
    package func payoutsUnderWay(at institution: UInt32, _ book: Book) -> [(name: String, payout: PayoutRecord)] {
        var names: [[UInt8]] = []
        let rows = index.rows(prefix: key.begin(.payoutUnderWay).u16(book.id).u32(institution).bytes)
        while rows.next() { names.append(rows.key.dropFirst(7).array) }
        return names.compactMap { name in
            name.withBytes { payout($0, book) }.map { (String(decoding: name, as: UTF8.self), $0) }
        }
    }

    /// The institutions from which payouts are under way, or that got payment files, by their numbers as text.
    ///
    /// - Complexity: O(payouts under way and files).
    package func payingInstitutions(_ book: Book) -> [String] {
        var found: Set<UInt32> = []
        for index in [IndexByte.payoutUnderWay, .lastPaymentFile] {
            let rows = self.index.rows(prefix: key.begin(index).u16(book.id).bytes)
            while rows.next() {
                var reader = KeyReader(rows.key.dropFirst(2))
                found.insert(reader.u32())
            }
        }
        return found.map(partyName).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The account of cash that a payout's money leaves.
    package func cash(of payout: PayoutRecord, _ book: Book) -> AccountCode { Payouts.cash(payout, book, self) }

    /// Whether a payout's money lies in this account.
    package func leaves(_ payout: PayoutRecord, from account: BankAccountRecord, _ book: Book) -> Bool {
        payout.institution == account.institution && account.currency == book.currency
            && Payouts.cash(payout, book, self) == account.ledgerAccount
    }
}

extension Views {
    /// The event of a payment of the book, by its name: a paymentCaptured, or a payment of no order.
    package func payment(named name: Bytes, _ book: Book) -> UInt64? {
        number(key.begin(.payment).u16(book.id).text(name).bytes)
    }

    /// The chargebacks of a book, by name.
    ///
    /// - Complexity: O(chargebacks).
    package func chargebacks(_ book: Book) -> [(name: String, record: ChargebackRecord)] {
        var found: [(String, ChargebackRecord)] = []
        let rows = index.rows(prefix: key.begin(.chargeback).u16(book.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            found.append((rows.key.dropFirst(3).string, ChargebackRecord(&reader)))
        }
        return found
    }

    /// The events that took something back at an account's institution (entryUnmatched), in the order of the log.
    ///
    /// - Complexity: O(events of the institution).
    package func undoings(at account: BankAccountRecord) -> [UInt64] {
        var found: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.partyEvents).u32(account.institution).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            guard value.unsigned() == UInt64(EventKind.entryUnmatched.rawValue) else { continue }
            var reader = KeyReader(rows.key.dropFirst(4))
            found.append(reader.sequence())
        }
        return found
    }
}

/// Funds held for others: whose they are, and where they must lie.
package enum HeldFunds {
    /// The debts whose money is held for others. Gift cards besides: who holds one pays sellers with it. Listening credits and what members are owed of
    /// the cooperative's own affairs are its debts, and no money of others.
    package static let accounts: Set<AccountCode> = Set(Payouts.heldForOthers)
}
