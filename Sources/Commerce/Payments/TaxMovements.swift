import Accounting
package import Bytes
package import Events
package import Index

/// What tax returns are made of: tax recoverable by tax, and tax owed by the kind of event that charged it.
extension Views {
    /// Tax that the cooperative paid and recovers: posts it and counts it by tax, which the account does not tell.
    ///
    /// The book may be another than the fact's; the day is the fact's, as in the account's balances.
    func debitRecoverable(_ book: Book, tax: Bytes, _ amount: Int64, _ fact: Fact) {
        debit(book, .taxRecoverable, amount)
        addCounters(recoverableKey(book, tax, fact.day), amount, 0)
    }

    /// Tax recoverable that a return claims.
    func claimRecoverable(_ book: Book, tax: Bytes, _ amount: Int64, _ fact: Fact) {
        credit(book, .taxRecoverable, amount)
        addCounters(recoverableKey(book, tax, fact.day), 0, amount)
    }

    /// Remembers which period a remittance is for: it is made after the period's end.
    func countRemittance(_ book: Book, _ account: UInt16, _ body: TaxRemittedView, _ fact: Fact) {
        guard let end = try? CivilDate.parse(utf8: body.periodEndDate.buffer) else { return }
        addCounters(
            key.begin(.remittedPeriod).u16(book.id).u16(account).day(fact.day).day(end.daysSinceEpoch).bytes,
            body.amountMinor, body.recoveredMinor)
    }

    /// Remitted of an account after a local day for periods that ended on it or before, and what was recovered with it.
    ///
    /// - Complexity: O(days with remittances).
    package func remitted(_ account: UInt16, _ book: Book, after day: Int32) -> Counters {
        var sums = Counters()
        let rows = index.rows(prefix: key.begin(.remittedPeriod).u16(book.id).u16(account).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(4))
            guard reader.day() > day, reader.day() <= day else { continue }
            if !sums.add(rows.counters) { index.fail("a sum of remitted tax left 64 bits") }
        }
        return sums
    }

    private func recoverableKey(_ book: Book, _ tax: Bytes, _ day: Int32) -> Bytes {
        key.begin(.recoverable).u16(book.id).text(tax).u8(0).day(day).bytes
    }

    /// Tax recoverable of one name that no return has claimed.
    ///
    /// - Complexity: O(days with such tax).
    package func recoverable(_ tax: Bytes, _ book: Book) -> Int64 {
        let sums = recoverable(tax, book, through: .max)
        return sums.first &- sums.second
    }

    /// What stands on a tax's account at the end of a local day, and what is to be recovered of the tax, both positive; what was claimed is gone.
    ///
    /// - Complexity: O(days with movements).
    package func taxDue(
        _ tax: Bytes, _ account: UInt16, _ book: Book, through day: Int32
    ) -> (owedMinor: Int64, recoverableMinor: Int64) {
        let owed = balance(book: book, account, party: 0, currency: book.currency.rawValue, through: day)
        let paid = recoverable(tax, book, through: day)
        return (owed.second &- owed.first, paid.first &- paid.second)
    }

    /// Tax recoverable paid and claimed within local days.
    ///
    /// - Complexity: O(days with such tax).
    package func recoverable(_ tax: Bytes, _ book: Book, from: Int32 = .min, through day: Int32) -> Counters {
        var sums = Counters()
        let rows = index.rows(prefix: key.begin(.recoverable).u16(book.id).text(tax).u8(0).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(3 + tax.count))
            let at = reader.day()
            guard at <= day else { break }
            guard at >= from else { continue }
            if !sums.add(rows.counters) { index.fail("a sum of tax recoverable left 64 bits") }
        }
        return sums
    }

    /// Tax owed at the end of a local day that no remittance has paid, whenever it was effective. What was given back since belongs to a later return.
    ///
    /// - Complexity: O(days with such tax since).
    package func taxOwed(_ account: UInt16, _ book: Book, through day: Int32) -> Int64 {
        let sums = balance(book: book.id, account, currency: book.currency.rawValue)
        let now = sums.second &- sums.first
        let since = sum(key.begin(.movement).u16(book.id).u16(account).u16(book.currency.rawValue).u32(0), after: day)
        let remitted = sum(
            key.begin(.taxMovement).u16(book.id).u16(account).u16(UInt16(EventKind.taxRemitted.rawValue)), after: day)
        return now &- (since.second &- since.first) &- (remitted.first &- remitted.second)
    }

    /// What the authority owes of an account that stood in the book's favour at the end of a local day, less what it has paid back since; nothing once a
    /// later period was remitted, for that return has taken it.
    ///
    /// - Complexity: O(days with remittances).
    package func taxRefundable(_ account: UInt16, _ book: Book, through day: Int32) -> Int64 {
        let standing = balance(book: book, account, party: 0, currency: book.currency.rawValue, through: day)
        let rows = index.rows(prefix: key.begin(.remittedPeriod).u16(book.id).u16(account).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(8))
            if reader.day() > day, rows.counters.first != 0 { return 0 }
        }
        return Swift.max(0, (standing.first &- standing.second) &+ remitted(account, book, after: day).first)
    }

    /// The sum of the rows whose key goes on with a later day.
    private func sum(_ prefix: KeyBuilder, after day: Int32) -> Counters {
        var sums = Counters()
        let start = prefix.bytes.array
        guard day < .max else { return sums }
        let from = prefix.day(day + 1).bytes.array
        start.withBytes { start in
            from.withBytes { from in
                let rows = index.rows(prefix: start, from: from)
                while rows.next() {
                    if !sums.add(rows.counters) { index.fail("a sum of taxes left 64 bits") }
                }
            }
        }
        return sums
    }

    /// Counts what an event moved on accounts of taxes. A purchase is left out: it is what remains of the account's movements, and purchases come
    /// in their millions.
    @inline(__always)
    func addTaxMovements(_ fact: Fact) {
        guard fact.event.bodyField != EventKind.purchasePlaced.rawValue, let book = fact.bookReference else { return }
        for posting in journal.postings
        where book._withUnsafeGuaranteedRef({ $0.isTaxAccount(posting.account) }) {
            addTaxMovement(posting, fact)
        }
    }

    /// Set in the kind of what an event of another book moved: a market's, in the book of a cooperative that sells there.
    private static var elsewhere: UInt16 { 0x8000 }

    @inline(never)
    private func addTaxMovement(_ posting: Posting, _ fact: Fact) {
        // A book's own accounts mean something else in another book.
        guard posting.account < AccountCode.bookDefinedMin || posting.book == fact.book?.id else { return }
        let kind =
            UInt16(truncatingIfNeeded: fact.event.bodyField) | (posting.book == fact.book?.id ? 0 : Self.elsewhere)
        addCounters(
            key.begin(.taxMovement).u16(posting.book).u16(posting.account).u16(kind).day(fact.day).bytes,
            Swift.max(0, posting.amountMinor), Swift.max(0, 0 &- posting.amountMinor))
    }

    /// Debits and credits of a tax account by the kind of event and whether it is another book's, within local days; purchases included.
    ///
    /// - Complexity: O(days and kinds of the account).
    package func taxMovements(
        _ book: Book, _ account: UInt16, from: Int32, through: Int32
    ) -> [(kind: EventKind, isElsewhere: Bool, sums: Counters)] {
        var found: [(kind: EventKind, isElsewhere: Bool, sums: Counters)] = []
        var purchases = Counters()
        let movements = index.rows(prefix: key.begin(.movement).u16(book.id).u16(account).bytes)
        while movements.next() {
            var reader = KeyReader(movements.key.dropFirst(10))
            guard (from...through).contains(reader.day()) else { continue }
            _ = purchases.add(movements.counters)
        }
        let rows = index.rows(prefix: key.begin(.taxMovement).u16(book.id).u16(account).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(4))
            let code = reader.u16()
            guard let kind = EventKind(rawValue: Int(code & ~Self.elsewhere)), (from...through).contains(reader.day())
            else { continue }
            found.append((kind, code & Self.elsewhere != 0, rows.counters))
            _ = purchases.add(Counters(0 &- rows.counters.first, 0 &- rows.counters.second))
        }
        return found + [(.purchasePlaced, false, purchases)]
    }
}
