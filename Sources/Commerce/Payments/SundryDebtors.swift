import Accounting
import Bytes
import Index

/// Sundry debtors: what people owe beside orders, rides and invoices, such as the discounts that sponsors pay for, expenses shared among members, parcels lost.
/// DebtCollected collects it, or a manual entry, up to what is owed.
extension Views {
    func debitSundry(_ book: Book, party: UInt32, _ amount: Int64) {
        debit(book, .receivable, party: party, amount)
        countSundry(book, party, owed: amount, collected: 0)
    }

    func countSundry(_ book: Book, _ party: UInt32, owed: Int64, collected: Int64) {
        guard owed != 0 || collected != 0 else { return }
        addCounters(sundryKey(party, book), owed, collected)
    }

    /// What a party owes of that kind, in minor units of the book's currency.
    func sundry(_ party: UInt32, _ book: Book) -> Int64 {
        let sums = index.counters(sundryKey(party, book))
        return sums.first &- sums.second
    }

    private func sundryKey(_ party: UInt32, _ book: Book) -> Bytes {
        key.begin(.sundryDebtor).u16(book.id).u32(party).bytes
    }
}
