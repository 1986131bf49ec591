/// A day of the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31, as days since 1970-01-01.
@frozen
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let daysSinceEpoch: Int32

    package static let first = CivilDate(unchecked: -719_162)
    package static let last = CivilDate(unchecked: 2_932_896)

    @inlinable
    init(unchecked days: Int32) { self.daysSinceEpoch = days }

    /// Nil outside the years 1 to 9999.
    package init?(daysSinceEpoch days: Int) {
        guard days >= Int(Self.first.daysSinceEpoch), days <= Int(Self.last.daysSinceEpoch) else { return nil }
        self.daysSinceEpoch = Int32(days)
    }

    /// The day, or the nearest that there is.
    @inlinable
    package init(clampingDays days: Int64) {
        self.daysSinceEpoch = Int32(truncatingIfNeeded: Swift.min(Swift.max(days, -719_162), 2_932_896))
    }

    /// Nil where the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, year: year)
        else { return nil }
        // Years begin in March, so that the leap day is the last of its year (Hinnant, "chrono-compatible low-level
        // date algorithms").
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.daysSinceEpoch = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Year, month and day of the month.
    package var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package var year: Int { components.year }
    package var month: Int { components.month }
    package var day: Int { components.day }

    /// 1 for 1 January.
    package var dayOfYear: Int {
        let (year, month, day) = components
        return (1..<month).reduce(day) { $0 + Self.days(inMonth: $1, year: year) }
    }

    /// ISO 8601: 1 Monday to 7 Sunday.
    package var weekday: Int { (Int(daysSinceEpoch) + 719_162) % 7 + 1 }

    package var firstOfMonth: CivilDate { CivilDate(unchecked: daysSinceEpoch - Int32(day) + 1) }

    package var lastOfMonth: CivilDate {
        let (year, month, day) = components
        return CivilDate(unchecked: daysSinceEpoch + Int32(Self.days(inMonth: month, year: year) - day))
    }

    package var firstOfYear: CivilDate { CivilDate(unchecked: daysSinceEpoch - Int32(dayOfYear) + 1) }

    /// The day `days` later, or earlier where negative; nil outside the years 1 to 9999.
    package func adding(days: Int) -> CivilDate? {
        let (sum, overflow) = Int(daysSinceEpoch).addingReportingOverflow(days)
        return overflow ? nil : CivilDate(daysSinceEpoch: sum)
    }

    @inlinable
    package static func < (a: CivilDate, b: CivilDate) -> Bool { a.daysSinceEpoch < b.daysSinceEpoch }

    package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// Days in month 1 to 12 of a year.
    package static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// ISO 8601: "2017-03-12".
    package var description: String { text }
}
