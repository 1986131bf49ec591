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
        addCounters(
            key.begin(.sundryMovement).u16(book.id).u32(party).u64(UInt64(bitPattern: folded.us) ^ 1 << 63)
                .sequence(folded.sequence).bytes, owed, collected)
    }

    /// What a party owes of that kind, in minor units of the book's currency.
    func sundry(_ party: UInt32, _ book: Book) -> Int64 {
        let sums = index.counters(sundryKey(party, book))
        return sums.first &- sums.second
    }

    /// The same, and what of it was owed by an instant. For rules.
    ///
    /// - Complexity: O(its later movements).
    func sundry(_ party: UInt32, _ book: Book, by us: Int64) -> PaidAmount {
        var owed = PaidAmount(max(0, sundry(party, book)))
        let prefix = key.begin(.sundryMovement).u16(book.id).u32(party).bytes.array
        let start = key.u64((UInt64(bitPattern: us) ^ 1 << 63) &+ 1).bytes.array
        prefix.withBytes { prefix in
            start.withBytes { start in
                let rows = index.rows(prefix: prefix, from: start)
                while rows.next() {
                    var reader = KeyReader(rows.key.dropFirst(6))
                    let later = Int64(bitPattern: (UInt64(reader.u32()) << 32 | UInt64(reader.u32())) ^ 1 << 63)
                    let growth = rows.counters.first &- rows.counters.second
                    if growth > 0 {
                        owed.leave(growth, later, reader.sequence(), by: us)
                    } else {
                        owed.byThenMinor &-= growth
                    }
                }
            }
        }
        return owed
    }

    private func sundryKey(_ party: UInt32, _ book: Book) -> Bytes {
        key.begin(.sundryDebtor).u16(book.id).u32(party).bytes
    }
}

extension Check {
    /// A sundry debt is not collected before it is owed.
    static func wasOwed(_ amount: Int64, by debtor: UInt32, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal)
    {
        try atMost(
            amount, views.sundry(debtor, book, by: fact.effectiveAtUs), fact,
            Text(
                "plus que ce qui est dû hors commandes, courses et factures",
                "more than is owed beside orders, rides and invoices"),
            cause: Text("la dette", "the debt"))
    }
}
