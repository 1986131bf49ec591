package import Accounting
import Bytes
import Events
package import Index

/// A fiscal year: closed, then allocated.
package struct FiscalYearRecord: Record {
    package var closedSequence: UInt64 = 0
    package var firstDay: Int32 = 0
    package var lastDay: Int32 = 0
    package var surplusMinor: Int64 = 0
    package var isResolved = false
    package var resolvedSequence: UInt64 = 0
    package var plan = AllocationPlan()
    /// Interest allocated on the preferred shares held at the year's end.
    package var interestMinor: Int64 = 0

    /// The interest whose allocation was effective last: when, and its sequence.
    var interestAtUs: Int64 = .min
    var interestSequence: UInt64 = 0

    /// The surplus less the interest on preferred shares, before manual entries.
    package var afterInterestMinor: Int64 { surplusMinor &- interestMinor }

    init() {}

    package init(_ reader: inout RecordReader) {
        closedSequence = reader.unsigned()
        firstDay = Int32(truncatingIfNeeded: reader.int())
        lastDay = Int32(truncatingIfNeeded: reader.int())
        surplusMinor = reader.int()
        isResolved = reader.unsigned() != 0
        resolvedSequence = reader.unsigned()
        plan = AllocationPlan(
            reserveMinor: reader.int(), reserveForRebatesMinor: reader.int(), dividendsCashMinor: reader.int(),
            dividendsSharesMinor: reader.int(), communityMinor: reader.int())
        interestMinor = reader.int()
        plan.deficitMinor = reader.int()
        guard interestMinor != 0 else { return }
        interestAtUs = reader.int()
        interestSequence = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(closedSequence)
        out.int(Int64(firstDay))
        out.int(Int64(lastDay))
        out.int(surplusMinor)
        out.unsigned(isResolved ? 1 : 0)
        out.unsigned(resolvedSequence)
        out.int(plan.reserveMinor)
        out.int(plan.reserveForRebatesMinor)
        out.int(plan.dividendsCashMinor)
        out.int(plan.dividendsSharesMinor)
        out.int(plan.communityMinor)
        // Most years have neither: their rows end here.
        guard interestMinor != 0 || plan.deficitMinor != 0 else { return }
        out.int(interestMinor)
        out.int(plan.deficitMinor)
        guard interestMinor != 0 else { return }
        out.int(interestAtUs)
        out.unsigned(interestSequence)
    }
}

/// One account's sums within a range of days.
package struct AccountSums {
    package let account: UInt16
    package let currency: UInt16
    package let party: UInt32
    package var sums: Counters

    /// Debits less credits, in minor units.
    package var balanceMinor: Int64 { sums.first &- sums.second }

    package init(account: UInt16, currency: UInt16, party: UInt32, sums: Counters) {
        self.account = account
        self.currency = currency
        self.party = party
        self.sums = sums
    }
}

extension Views {
    package func fiscalYear(_ year: UInt16, _ book: Book) -> FiscalYearRecord? {
        record(FiscalYearRecord.self, key.begin(.fiscalYear).u16(book.id).u16(year).bytes)
    }

    /// The years that were closed, in their order.
    package func fiscalYears(_ book: Book) -> [(year: UInt16, record: FiscalYearRecord)] {
        var result: [(UInt16, FiscalYearRecord)] = []
        let rows = index.rows(prefix: key.begin(.fiscalYear).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            var value = RecordReader(rows.value)
            result.append((reader.u16(), FiscalYearRecord(&value)))
        }
        return result
    }

    /// Movements by account, currency and party with effective day ≤ `through` (and recorded day ≤ `knownBy`).
    ///
    /// - Complexity: O(movement rows of the book).
    package func balances(
        _ book: Book, through day: Int32, knownBy recorded: Int32 = .max, where wanted: (UInt16) -> Bool = { _ in true }
    ) -> [AccountSums] {
        var result: [AccountSums] = []
        let rows = index.rows(prefix: key.begin(.movement).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let account = reader.u16()
            guard wanted(account) else { continue }
            let currency = reader.u16()
            let party = reader.u32()
            guard reader.day() <= day, reader.day() <= recorded else { continue }
            if let last = result.last, last.account == account, last.currency == currency, last.party == party {
                if !result[result.count - 1].sums.add(rows.counters) { index.fail("a balance left 64 bits") }
            } else {
                result.append(AccountSums(account: account, currency: currency, party: party, sums: rows.counters))
            }
        }
        return result
    }

    /// Revenue and expenses not yet closed, with effective day ≤ `day`. They stand in the book's own currency; the rules keep others off them.
    func income(_ book: Book, through day: Int32) -> [AccountSums] {
        balances(book, through: day) { account in
            let accountClass = accountClass(account, book: book.id)
            return accountClass == .revenue || accountClass == .expenses
        }.filter { $0.currency == book.currency.rawValue }
    }

    /// Revenue and expenses that a year's close moved to the surplus, by account, in minor units.
    package func closedAccounts(_ book: Book, year: UInt16) -> [(
        account: UInt16, revenueMinor: Int64, expensesMinor: Int64
    )] {
        var result: [(UInt16, Int64, Int64)] = []
        let rows = index.rows(prefix: key.begin(.closedAccount).u16(book.id).u16(year).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16())
            result.append((reader.u16(), rows.counters.first, rows.counters.second))
        }
        return result
    }

    /// Revenue less expenses up to a day, since the last close.
    package func surplus(_ book: Book, through day: Int32) -> Int64 {
        income(book, through: day).reduce(0) { $0 &+ $1.sums.second &- $1.sums.first }
    }
}

/// The close of a fiscal year: revenue and expenses go to surplus, a deficit is borne by the reserve first (C-67.2 s.147).
enum FiscalYears {
    static func decide(_ body: FiscalYearClosedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.currency(body.currency, book)
        guard let year = UInt16(exactly: body.fiscalYear), (1900...9998).contains(year) else {
            throw Refusal(
                .outOfRange, "fiscalYear", Int64(body.fiscalYear),
                Text("exercice hors limites", "fiscal year out of range"),
                accepted: Text("de 1900 à 9998", "1900 to 9998"))
        }
        if views.fiscalYear(year, book) != nil {
            throw Refusal(
                .duplicate, "fiscalYear", Int64(year), Text("exercice déjà clos", "fiscal year already closed"),
                accepted: Text("un exercice ouvert", "an open fiscal year"))
        }
        let first = try Check.date(body.firstDate, "firstDate")
        let last = try Check.date(body.lastDate, "lastDate")
        guard first == CivilDate(year: Int(year), month: 1, day: 1) else {
            throw wrongDay("firstDate", body.firstDate, "\(year)-01-01")
        }
        guard last == CivilDate(year: Int(year), month: 12, day: 31) else {
            throw wrongDay("lastDate", body.lastDate, "\(year)-12-31")
        }
        let firstDay = book.day(views.effectiveAtUs(book.foundedSequence))
        guard last.daysSinceEpoch >= firstDay else {
            let founded = CivilDate(clampingDays: Int64(firstDay)).text
            throw Refusal(
                .outOfRange, "fiscalYear", Int64(year),
                Text("la coopérative n’existait pas encore", "the cooperative did not exist yet"),
                accepted: Text("depuis sa fondation, le \(founded)", "from its founding on \(founded)"))
        }
        guard fact.day == last.daysSinceEpoch else {
            throw Refusal(
                .wrongAmount, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("la clôture appartient au dernier jour de l’exercice", "the close belongs to the year's last day"),
                accepted: Text("le \(last.text), heure locale", "on \(last.text), local time"))
        }
        if let unclosed = views.income(book, through: first.daysSinceEpoch - 1).first(where: {
            $0.sums.first != $0.sums.second
        }) {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year),
                Text(
                    "un exercice antérieur n’est pas clos (\(views.accountName(unclosed.account, book: book.id)))",
                    "an earlier year is not closed (\(views.accountName(unclosed.account, book: book.id)))"),
                accepted: Text("les exercices dans l’ordre", "the years in their order"))
        }
        try ForeignCurrency.decide(closing: book, through: last.daysSinceEpoch, views)
        try Check.equal(
            body.surplusMinor, views.surplus(book, through: last.daysSinceEpoch), "surplusMinor",
            Text("produits moins charges de l’exercice", "revenue less expenses of the year"))
    }

    private static func wrongDay(_ field: String, _ value: Bytes, _ right: String) -> Refusal {
        Refusal(
            .wrongAmount, field, value, Text("l’exercice est l’année civile", "the fiscal year is the calendar year"),
            accepted: Text(right, right))
    }

    static func fold(_ body: FiscalYearClosedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var net: Int64 = 0
        for line in views.income(book, through: fact.day) {
            let balance = line.sums.first &- line.sums.second
            net &-= balance
            views.journal.credit(
                book: book.id, account: line.account, party: line.party, currency: line.currency, amountMinor: balance)
            guard line.currency == book.currency.rawValue, balance != 0 else { continue }
            let isRevenue = views.accountClass(line.account, book: book.id) == .revenue
            views.addCounters(
                views.key.begin(.closedAccount).u16(book.id).u16(fact.year).u16(line.account).bytes,
                isRevenue ? -balance : 0, isRevenue ? 0 : balance)
        }
        views.credit(book, .surplus, net)
        if net < 0 {
            let reserve = max(0, -views.balance(book: book, .reserve))
            let borne = min(-net, reserve)
            views.debit(book, .reserve, borne)
            views.debit(book, .deficit, -net - borne)
            views.credit(book, .surplus, -net)
        }
        var record = FiscalYearRecord()
        record.closedSequence = fact.sequence
        record.firstDay = (CivilDate(clampingDays: Int64(fact.day)).firstOfYear).daysSinceEpoch
        record.lastDay = fact.day
        record.surplusMinor = net
        views.put(views.key.begin(.fiscalYear).u16(book.id).u16(fact.year).bytes, record)
        PeriodLocks.lock(book, through: fact.day, views)
    }
}

/// Locked periods take no more events.
enum PeriodLocks {
    static func decide(_ body: PeriodLockedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.text(body.reason, "reason")
        let day = try Check.date(body.throughDate, "throughDate")
        if let locked = book.lockedThrough, day.daysSinceEpoch <= locked {
            throw Refusal(
                .duplicate, "throughDate", body.throughDate, Text("déjà verrouillé", "already locked"),
                accepted: Text(
                    "après le \(CivilDate(clampingDays: Int64(locked)).text)",
                    "after \(CivilDate(clampingDays: Int64(locked)).text)"))
        }
        // A lock far ahead would stop the book for ever: nothing unlocks.
        guard day.daysSinceEpoch <= fact.recordedDay else {
            let today = CivilDate(clampingDays: Int64(fact.recordedDay)).text
            throw Refusal(
                .outOfRange, "throughDate", body.throughDate,
                Text("ce jour n’est pas encore venu", "that day has not come yet"),
                accepted: Text("au plus tard le \(today)", "at the latest \(today)"))
        }
    }

    static func fold(_ body: PeriodLockedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let day = try? CivilDate.parse(utf8: body.throughDate.buffer) else {
            return views.noBook(fact)
        }
        lock(book, through: day.daysSinceEpoch, views)
    }

    static func lock(_ book: Book, through day: Int32, _ views: Views) {
        let last = max(day, book.lockedThrough ?? .min)
        book.lockedThrough = last
        views.recordWriter.buffer.removeAll()
        views.recordWriter.int(Int64(last))
        views.index.put(views.key.begin(.lock).u16(book.id).bytes, views.recordWriter.buffer.bytes)
    }
}
