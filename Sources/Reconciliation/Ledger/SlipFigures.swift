import Accounting
import Bytes
package import Commerce
import Events
import Index
package import Ledger

/// What a book paid its members in patronage dividends in a calendar year, read from its register of dividends.
///
/// A dividend belongs to the local day of its payment (ITA 135(3): when it is paid). One whose payment came back stays: the member was credited and the tax
/// was withheld and remitted; sending it again is no second dividend. Interest on preferred shares is no patronage dividend and stands on none of these slips.
package struct SlipFigures: Equatable, Sendable {
    /// One member's year. Amounts in cents.
    package struct Member: Equatable, Sendable {
        package var member: String
        package var party: UInt32
        /// Before the tax withheld.
        package var cashMinor: Int64 = 0
        package var sharesMinor: Int64 = 0
        package var withheldMinor: Int64 = 0
        package var paidMinor: Int64 { cashMinor &+ sharesMinor }
    }

    package var book: String
    package var year: Int
    /// By the members' ids in byte order.
    package var members: [Member]
    /// Credited to liabilities:withholding-payable within the year's local days, whoever was paid.
    package var withheldMinor: Int64
    /// Dividends in cash that came back and were not sent again, as the books stand now, whenever they were paid.
    package var returnedMinor: Int64

    package var cashMinor: Int64 { members.reduce(0) { $0 &+ $1.cashMinor } }
    package var sharesMinor: Int64 { members.reduce(0) { $0 &+ $1.sharesMinor } }

    /// As the slips need them.
    package var dividends: [MemberDividends] {
        members.map {
            MemberDividends(memberID: $0.member, paidMinor: $0.paidMinor, federalTaxMinor: $0.withheldMinor)
        }
    }

    /// The figures of everybody or, for `only`, of one member.
    ///
    /// Throws `LedgerError`: `notFound` where nothing was paid in the year, with the years in which something was; `badInput` where the book is not kept in
    /// Canadian dollars, or its sums leave 64 bits.
    /// - Complexity: O(dividends of the book) + O(days with tax withheld).
    package init(_ book: Book, year: Int, only: UInt32? = nil, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let views = snapshot.views
        guard book.currency.code == "CAD" else {
            throw LedgerError(
                .badInput, book.name,
                Text(
                    "le livre est tenu en \(book.currency.code); les feuillets sont en dollars canadiens",
                    "the book is kept in \(book.currency.code); slips are in Canadian dollars"),
                remedy: Text("un livre en CAD", "a book in CAD"))
        }
        self.book = book.name
        self.year = year
        var found: [UInt32: Member] = [:]
        var years: Set<Int> = []
        var returned: Int64 = 0
        for (party, record) in Self.paid(book, views) where only == nil || party == only {
            let us = views.event(record.paidSequence)?.effectiveAt.map(microseconds) ?? 0
            let paidIn = CivilDate(clampingDays: Int64(book.day(us))).year
            years.insert(paidIn)
            guard paidIn == year else { continue }
            let payment = record.payment(book)
            var member = found[party] ?? Member(member: views.partyName(party), party: party)
            member.cashMinor = try Self.sum(member.cashMinor, payment.cashMinor, book)
            member.sharesMinor = try Self.sum(member.sharesMinor, payment.sharesMinor, book)
            member.withheldMinor = try Self.sum(member.withheldMinor, record.withheldMinor, book)
            _ = try Self.sum(member.cashMinor, member.sharesMinor, book)
            found[party] = member
        }
        members = found.values.sorted { $0.member.utf8.lexicographicallyPrecedes($1.member.utf8) }
        for member in members {
            returned = try Self.sum(returned, max(0, views.payable(.dividendsPayable, member.party, book)), book)
        }
        returnedMinor = returned
        withheldMinor = Self.withheld(book, year, views)
        try snapshot.check()
        guard members.isEmpty else { return }
        let known = years.sorted().map { "\($0)" }.joined(separator: ", ")
        throw LedgerError(
            .notFound, "\(only.map { views.partyName($0) + ", " } ?? "")\(book.name) \(year)",
            Text("aucune ristourne versée dans l’année civile", "no patronage dividend was paid in the calendar year"),
            remedy: known.isEmpty
                ? Text("« grandlivre surplus pay » les verse", "\"grandlivre surplus pay\" pays them")
                : Text("années qui en ont : \(known)", "years that have some: \(known)"))
    }

    /// The dividends of all fiscal years that were paid.
    private static func paid(_ book: Book, _ views: Views) -> [(party: UInt32, record: DividendRecord)] {
        var found: [(party: UInt32, record: DividendRecord)] = []
        let rows = views.index.rows(prefix: views.key.begin(.dividend).u16(book.id).bytes)
        while rows.next() {
            var key = KeyReader(rows.key)
            _ = (key.u16(), key.u16())
            var value = RecordReader(rows.value)
            let record = DividendRecord(&value)
            if record.isPaid { found.append((key.u32(), record)) }
        }
        return found
    }

    /// Only patronageDividendPaid credits the account, and taxRemitted debits it.
    private static func withheld(_ book: Book, _ year: Int, _ views: Views) -> Int64 {
        func credited(through day: CivilDate?) -> Int64 {
            views.balance(
                book: book, AccountCode.withholdingPayable.rawValue, party: 0, currency: book.currency.rawValue,
                through: day?.daysSinceEpoch ?? .min
            ).second
        }
        return credited(through: CivilDate(year: year, month: 12, day: 31))
            &- credited(through: CivilDate(year: year - 1, month: 12, day: 31))
    }

    private static func sum(_ a: Int64, _ b: Int64, _ book: Book) throws(LedgerError) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        guard !overflow else {
            throw LedgerError(
                .badInput, book.name, Text("la somme des ristournes déborde", "the sum of the dividends overflows"),
                remedy: Text("des montants qui tiennent en 64 bits", "amounts that fit 64 bits"))
        }
        return sum
    }
}
