import Accounting
import Reconciliation
import Testing

@Suite struct BusinessCalendarTests {
    private let holidays = [(6, 24), (7, 1), (12, 25), (12, 26)].compactMap {
        CivilDate(year: 2019, month: $0.0, day: $0.1)
    }
    private var calendar: BusinessCalendar { BusinessCalendar(holidays: holidays + holidays.reversed()) }

    private func day(_ month: Int, _ day: Int) throws -> CivilDate {
        try #require(CivilDate(year: 2019, month: month, day: day))
    }

    @Test func positionsCountBusinessDaysOneByOne() throws {
        var day = try day(1, 1)
        var expected = calendar.position(day)
        for _ in 0..<400 {
            #expect(calendar.position(day) == expected)
            let isHoliday = holidays.contains(day)
            #expect(calendar.isBusinessDay(day) == (day.weekday <= 5 && !isHoliday))
            if day.weekday <= 5, !isHoliday { expected += 1 }
            day = try #require(day.adding(days: 1))
        }
    }

    @Test func agesCountFromTheDayOnWhichItIsDue() throws {
        // 24 June 2019 is a Monday and a holiday.
        #expect(calendar.age(expected: try day(6, 22), asOf: try day(6, 25)) == 0)
        #expect(calendar.age(expected: try day(6, 21), asOf: try day(6, 25)) == 1)
        #expect(calendar.age(expected: try day(6, 21), asOf: try day(6, 23)) == 1)
        #expect(calendar.age(expected: try day(6, 27), asOf: try day(6, 25)) == 0)
        #expect(calendar.age(expected: try day(5, 1), asOf: try day(6, 12)) == 30)
        let buckets = [0, 1, 2, 5, 6, 30, 31, -1].map { AgeBucket(businessDays: $0).rawValue }
        #expect(buckets == ["0–1", "0–1", "2–5", "2–5", "6–30", "6–30", "30+", "0–1"])
    }

    @Test func whatComesAfterTheCutOffCountsOnTheNextBusinessDay() throws {
        let friday = try day(6, 21)
        let minute = Int64(friday.daysSinceEpoch) * 1440
        let tuesday = try day(6, 25)
        #expect(calendar.countingDay(localMinute: minute + 17 * 60, cutOffMinuteOfDay: 17 * 60) == friday)
        #expect(calendar.countingDay(localMinute: minute + 17 * 60 + 1, cutOffMinuteOfDay: 17 * 60) == tuesday)
        #expect(calendar.countingDay(localMinute: minute + 1440, cutOffMinuteOfDay: 17 * 60) == tuesday)
        #expect(calendar.countingDay(localMinute: -1, cutOffMinuteOfDay: 17 * 60).daysSinceEpoch == 0)
        #expect(calendar.countingDay(localMinute: .max, cutOffMinuteOfDay: 0) == .last)
        #expect(calendar.countingDay(localMinute: .min, cutOffMinuteOfDay: 1439) == .first)
    }
}
