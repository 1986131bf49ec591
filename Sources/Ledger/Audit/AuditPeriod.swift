package import Accounting
import Bytes
package import Commerce
import Events

/// A fiscal year of a book, as an auditor looks at it.
package struct AuditPeriod {
    package let book: Book
    package let year: UInt16
    package let first: CivilDate
    package let last: CivilDate
    /// The close of the year; `nil` while it is open.
    package var record: FiscalYearRecord?

    /// The days of the year's close, else the calendar year's. Throws for an unknown book and a year out of range.
    package init(book name: String, year: UInt16, _ views: Views) throws(LedgerError) {
        guard let book = Array(name.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, name, for: .ledger, views)
        }
        guard (1900...9998).contains(year), let first = CivilDate(year: Int(year), month: 1, day: 1),
            let last = CivilDate(year: Int(year), month: 12, day: 31)
        else {
            throw LedgerError(
                .usage, "--year « \(year) »", Text("exercice hors limites", "fiscal year out of range"),
                remedy: Text("1900 à 9998", "1900 to 9998"))
        }
        self.book = book
        self.year = year
        record = views.fiscalYear(year, book)
        self.first = record.map { CivilDate(clampingDays: Int64($0.firstDay)) } ?? first
        self.last = record.map { CivilDate(clampingDays: Int64($0.lastDay)) } ?? last
    }

    /// How many events of the book lie in the year, by their own day. Throws where there are none: nothing examined is nothing found.
    ///
    /// - Complexity: O(events).
    package func events(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Int {
        var count = 0
        var years: Set<Int> = []
        let name = Array(book.name.utf8)
        try snapshot.events { _, event in
            guard event.book.array == name else { return }
            let day = book.day(event.effectiveAt.map(microseconds) ?? 0)
            if contains(day) { count += 1 }
            years.insert(CivilDate(clampingDays: Int64(day)).year)
        }
        guard count == 0 else { return count }
        let known = years.sorted().map { "\($0)" }.joined(separator: ", ")
        throw LedgerError(
            .notFound, "\(book.name) \(year)", Text("aucun événement de cet exercice", "no event of this fiscal year"),
            remedy: Text("accepté : \(known)", "accepted: \(known)"))
    }

    /// Whether a local day, in days since 1970, lies in the year.
    func contains(_ day: Int32) -> Bool { day >= first.daysSinceEpoch && day <= last.daysSinceEpoch }
}
