import Accounting
import Testing

@Suite struct JournalEntryTests {
    let cad = Currency.cad.rawValue
    let usd = Currency.usd.rawValue

    @Test func aPurchaseBalances() throws {
        let entry = JournalEntry()
        entry.debit(book: 1, .receivable, party: 7, currency: cad, amountMinor: 114_98)
        entry.credit(book: 1, .sellerPayable, party: 9, currency: cad, amountMinor: 96_00)
        entry.credit(book: 1, .deferredCommission, currency: cad, amountMinor: 4_00)
        entry.credit(book: 1, .gstPayable, currency: cad, amountMinor: 5_00)
        entry.credit(book: 1, .qstPayable, currency: cad, amountMinor: 9_98)
        try entry.checkBalanced()
        #expect(entry.count == 5)
        #expect(
            entry.postings.first
                == Posting(
                    book: 1, account: AccountCode.receivable.rawValue, party: 7, currency: cad, amountMinor: 114_98))
        #expect(entry.postings.last?.amountMinor == -9_98)
    }

    @Test func zeroAmountsAreLeftOut() throws {
        let entry = JournalEntry()
        entry.debit(book: 1, .bank, currency: cad, amountMinor: 0)
        entry.credit(book: 1, .bank, currency: cad, amountMinor: 0)
        #expect(entry.isEmpty)
        try entry.checkBalanced()
    }

    @Test func aNegativeDebitIsACredit() throws {
        let entry = JournalEntry()
        entry.debit(book: 1, .bank, currency: cad, amountMinor: -5)
        entry.credit(book: 1, .losses, currency: cad, amountMinor: -5)
        #expect(entry.postings.map(\.amountMinor) == [-5, 5])
        try entry.checkBalanced()
    }

    @Test func eachBookAndCurrencyBalancesOfItsOwn() throws {
        let entry = JournalEntry()
        for (book, currency) in [(UInt16(1), cad), (2, cad), (1, usd)] {
            entry.debit(book: book, .bank, currency: currency, amountMinor: Int64(book) * 10)
            entry.credit(book: book, .commission, currency: currency, amountMinor: Int64(book) * 10)
        }
        try entry.checkBalanced()

        entry.removeAll()
        entry.debit(book: 1, .bank, currency: cad, amountMinor: 10)
        entry.credit(book: 1, .bank, currency: usd, amountMinor: 10)
        let mixedCurrencies = #expect(throws: JournalEntryError.self) { try entry.checkBalanced() }
        #expect(mixedCurrencies?.code == .unbalanced && mixedCurrencies?.book == 1 && mixedCurrencies?.currency == cad)
        #expect(mixedCurrencies?.differenceMinor == 10 && mixedCurrencies?.postings == 2)

        entry.removeAll()
        entry.debit(book: 1, .bank, currency: cad, amountMinor: 10)
        entry.credit(book: 1, .bank, currency: cad, amountMinor: 10)
        entry.debit(book: 1, .bank, currency: cad, amountMinor: 3)
        entry.credit(book: 2, .bank, currency: cad, amountMinor: 3)
        entry.credit(book: 1, .bank, currency: cad, amountMinor: 3)
        let mixedBooks = #expect(throws: JournalEntryError.self) { try entry.checkBalanced() }
        #expect(mixedBooks?.code == .unbalanced && mixedBooks?.book == 2 && mixedBooks?.currency == cad)
        #expect(mixedBooks?.differenceMinor == -3 && mixedBooks?.postings == 5)
    }

    @Test func anEntryBalancesAlsoWhereItsPartialSumsDoNotFit() throws {
        let entry = JournalEntry()
        entry.debit(book: 1, .bank, currency: cad, amountMinor: .max)
        entry.debit(book: 1, .bank, currency: cad, amountMinor: .max)
        entry.credit(book: 1, .suspense, currency: cad, amountMinor: .max)
        entry.credit(book: 1, .suspense, currency: cad, amountMinor: .max)
        try entry.checkBalanced()
    }

    @Test func anAmountWithoutOppositeIsReportedNotTrapped() throws {
        let entry = JournalEntry()
        entry.credit(book: 1, .bank, currency: cad, amountMinor: .min)
        let error = #expect(throws: JournalEntryError.self) { try entry.checkBalanced() }
        #expect(error?.code == .overflow)
        entry.removeAll()
        try entry.checkBalanced()
    }

    @Test func aGrownEntryIsReusedWithoutAllocating() {
        let entry = JournalEntry(capacity: 4)
        var addresses: Set<UInt> = []
        for round in 0..<50 {
            entry.removeAll()
            for _ in 0..<100 { entry.debit(book: 1, .bank, currency: cad, amountMinor: 1) }
            if round > 0 {
                addresses.insert(entry.postings.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) })
            }
        }
        #expect(addresses.count == 1)
    }

    @Test func aPostingTakes24Bytes() {
        #expect(MemoryLayout<Posting>.stride == 24)
    }
}
