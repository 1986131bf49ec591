package import Accounting

/// Days on which institutions book: Monday to Friday without holidays.
package struct BusinessCalendar: Equatable, Sendable {
    /// Holidays that fall on Monday to Friday, ascending, each once.
    private let holidays: [CivilDate]

    /// Holidays in any order; those on a weekend change nothing.
    package init(holidays: [CivilDate] = []) {
        var kept: [CivilDate] = []
        for day in holidays.sorted() where day.weekday <= 5 && kept.last != day { kept.append(day) }
        self.holidays = kept
    }

    package func isBusinessDay(_ day: CivilDate) -> Bool {
        guard day.weekday <= 5 else { return false }
        let place = holidaysBefore(day)
        return place >= holidays.count || holidays[place] != day
    }

    /// Business days before a day, counted from a fixed one: a weekend stands where its Monday does, so that what is expected on Saturday is due on Monday.
    /// The difference of two positions is the number of business days between them.
    /// - Complexity: O(log n), n the holidays.
    package func position(_ day: CivilDate) -> Int32 {
        // The first day of the calendar, 0001-01-01, is a Monday.
        let days = Int(day.daysSinceEpoch) - Int(CivilDate.first.daysSinceEpoch)
        let weekdays = days / 7 * 5 + min(days % 7, 5)
        return Int32(weekdays - holidaysBefore(day))
    }

    private func holidaysBefore(_ day: CivilDate) -> Int {
        var low = 0
        var high = holidays.count
        while low < high {
            let middle = (low + high) / 2
            if holidays[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The day itself where it is a business day, or the next one; the last of the calendar where there is none.
    package func rolledForward(_ day: CivilDate) -> CivilDate {
        var day = day
        while !isBusinessDay(day), let next = day.adding(days: 1) { day = next }
        return day
    }

    /// Business days that have passed since a settlement was expected; 0 before and on its day.
    package func age(expected: CivilDate, asOf day: CivilDate) -> Int {
        max(0, Int(position(day)) - Int(position(expected)))
    }

    /// The day on which an institution counts what reaches it at a local minute (since 1970-01-01T00:00 of the book's clock).
    ///
    /// What comes at the cut-off itself is in time; what comes after it, or on a day without business, counts on the next business day. The nearest day
    /// that there is outside the years 1 to 9999.
    package func countingDay(localMinute: Int64, cutOffMinuteOfDay: Int) -> CivilDate {
        let minutesPerDay: Int64 = 1440
        var days = localMinute / minutesPerDay
        var minute = localMinute % minutesPerDay
        if minute < 0 {
            days -= 1
            minute += minutesPerDay
        }
        let day = CivilDate(clampingDays: days)
        guard minute > Int64(cutOffMinuteOfDay), isBusinessDay(day) else { return rolledForward(day) }
        return rolledForward(day.adding(days: 1) ?? day)
    }
}

/// How old an exception is, in business days.
package enum AgeBucket: String, CaseIterable, Sendable {
    case upToOne = "0–1"
    case twoToFive = "2–5"
    case sixToThirty = "6–30"
    case overThirty = "30+"

    package init(businessDays: Int) {
        switch businessDays {
        case ...1: self = .upToOne
        case 2...5: self = .twoToFive
        case 6...30: self = .sixToThirty
        default: self = .overThirty
        }
    }
}
