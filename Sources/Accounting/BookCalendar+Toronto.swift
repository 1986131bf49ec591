extension BookCalendar {
    /// The changes of offset in Toronto and Montréal for whole years, 1974 at the earliest: what a policy records, and
    /// no more than a proposal for years to come.
    ///
    /// Clocks go to -4 h at 2:00 standard time and back to -5 h at 2:00 daylight time: since 2007 on the second Sunday
    /// of March and the first of November; from 1987 on the first Sunday of April, before on the last; until 2006 on the
    /// last Sunday of October. Years before 1974 or after 9998 are left out.
    package static func torontoOffsets(years: ClosedRange<Int>) -> [UtcOffsetChange] {
        guard years.overlaps(1974...9998) else { return [] }
        let years = years.clamped(to: 1974...9998)
        var changes: [UtcOffsetChange] = []
        for year in years {
            let spring =
                switch year {
                case 2007...: sunday(2, of: 3, year)
                case 1987...: sunday(1, of: 4, year)
                default: lastSunday(of: 4, year)
                }
            let autumn = year >= 2007 ? sunday(1, of: 11, year) : lastSunday(of: 10, year)
            if changes.isEmpty, let newYear = CivilDate(year: year, month: 1, day: 1) {
                changes.append(change(newYear, utcHour: 5, offsetHours: -5))
            }
            if let spring { changes.append(change(spring, utcHour: 7, offsetHours: -4)) }
            if let autumn { changes.append(change(autumn, utcHour: 6, offsetHours: -5)) }
        }
        return changes
    }

    private static func change(_ day: CivilDate, utcHour: Int64, offsetHours: Int32) -> UtcOffsetChange {
        UtcOffsetChange(
            fromUs: Instant.midnightUs(day) + utcHour * 3_600_000_000, offsetSeconds: offsetHours * 3600)
    }

    private static func sunday(_ number: Int, of month: Int, _ year: Int) -> CivilDate? {
        guard let first = CivilDate(year: year, month: month, day: 1) else { return nil }
        return first.adding(days: 7 - first.weekday + 7 * (number - 1))
    }

    private static func lastSunday(of month: Int, _ year: Int) -> CivilDate? {
        guard let last = CivilDate(year: year, month: month, day: 1)?.lastOfMonth else { return nil }
        return last.adding(days: -(last.weekday % 7))
    }
}
