package import Accounting
package import Commerce

/// A day on which offices are closed by law, and the rule that says which day of a year it is.
package struct Holiday: Sendable {
    /// Who decrees it.
    package enum Jurisdiction: String, CaseIterable, Sendable {
        case quebec
        case canada
    }

    /// Which day of a year.
    package enum Rule: Sendable {
        /// A day of a month.
        case fixed(month: Int, day: Int)
        /// The next day where it is a Sunday.
        case fixedNotSunday(month: Int, day: Int)
        /// The last Monday before a day of a month, that day not counted.
        case mondayBefore(month: Int, day: Int)
        /// The n-th Monday of a month, from 1.
        case monday(Int, month: Int)
        /// Days after Easter Sunday; negative before it.
        case easter(days: Int)
    }

    package let name: Text
    package let jurisdiction: Jurisdiction
    package let rule: Rule
    /// The act and its section.
    package let source: String
    /// First year of the rule.
    package let since: Int

    /// The holiday in a year; `nil` before its first one.
    package func day(in year: Int) -> CivilDate? {
        guard year >= since else { return nil }
        switch rule {
        case .fixed(let month, let day): return CivilDate(year: year, month: month, day: day)
        case .fixedNotSunday(let month, let day):
            guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
            return date.weekday == 7 ? date.adding(days: 1) : date
        case .mondayBefore(let month, let day):
            guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
            return date.adding(days: date.weekday == 1 ? -7 : 1 - date.weekday)
        case .monday(let place, let month):
            guard let first = CivilDate(year: year, month: month, day: 1) else { return nil }
            return first.adding(days: (8 - first.weekday) % 7 + 7 * (place - 1))
        case .easter(let days): return Self.easter(year).flatMap { $0.adding(days: days) }
        }
    }

    /// Easter Sunday of the Gregorian calendar, in whole numbers ("anonymous Gregorian" computus; Meeus, Astronomical Algorithms, ch. 8).
    package static func easter(_ year: Int) -> CivilDate? {
        guard (1583...9998).contains(year) else { return nil }
        let golden = year % 19
        let (century, ofCentury) = (year / 100, year % 100)
        let corrected = (century - (century + 8) / 25 + 1) / 3
        let moon = (19 * golden + century - century / 4 - corrected + 15) % 30
        let sunday = (32 + 2 * (century % 4) + 2 * (ofCentury / 4) - moon - ofCentury % 4) % 7
        let late = (golden + 11 * moon + 22 * sunday) / 451
        let count = moon + sunday - 7 * late + 114
        return CivilDate(year: year, month: count / 31, day: count % 31 + 1)
    }

    /// The working days that may be given for a federal holiday of a fixed date which falls on a weekend: the one before and the one after (Canada Labour
    /// Code, s. 193). The employer chooses; a test of entries takes both.
    package func daysInLieu(in year: Int) -> [CivilDate] {
        guard jurisdiction == .canada, let day = day(in: year), day.weekday >= 6 else { return [] }
        switch rule {
        case .fixed, .fixedNotSunday: return [5 - day.weekday, 8 - day.weekday].compactMap { day.adding(days: $0) }
        case .mondayBefore, .monday, .easter: return []
        }
    }

    /// The holiday that a day is, the first of the table in these jurisdictions; else the one in lieu of which it is given.
    ///
    /// - Complexity: O(holidays).
    package static func on(_ day: CivilDate, in jurisdictions: Set<Jurisdiction>) -> Holiday? {
        let known = table.filter { jurisdictions.contains($0.jurisdiction) }
        if let holiday = known.first(where: { $0.day(in: day.year) == day }) { return holiday }
        // The last working day of a year may be given for the next one's first.
        let found = known.first { holiday in
            [day.year, day.year + 1].contains { holiday.daysInLieu(in: $0).contains(day) }
        }
        return found.map { holiday in
            Holiday(
                name: Text("congé reporté, \(holiday.name.french)", "day off in lieu, \(holiday.name.english)"),
                jurisdiction: holiday.jurisdiction, rule: holiday.rule,
                source: "Canada Labour Code, R.S.C. 1985, c. L-2, s. 193", since: holiday.since)
        }
    }
}
