import Accounting
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2017-03-12", 17_237), ("2018-01-01", 17_532),
        ("0001-01-01", -719_162), ("9999-12-31", 2_932_896), ("1900-03-01", -25_508),
    ])
    func knownDaysAreCountedFrom1970(text: String, days: Int) throws {
        let date = try CivilDate(text)
        #expect(Int(date.daysSinceEpoch) == days)
        #expect(date.text == text)
    }

    @Test func everyDayFollowsTheOneBefore() throws {
        var (year, month, day) = (1, 1, 1)
        var weekday = 1  // 0001-01-01 was a Monday.
        for days in Int(CivilDate.first.daysSinceEpoch)...Int(CivilDate.last.daysSinceEpoch) {
            guard let date = CivilDate(daysSinceEpoch: days) else {
                Issue.record("no day \(days)")
                return
            }
            guard date.components == (year, month, day), date.weekday == weekday,
                CivilDate(year: year, month: month, day: day) == date
            else {
                Issue.record("\(date.components) for \(year)-\(month)-\(day)")
                return
            }
            weekday = weekday % 7 + 1
            day += 1
            if day > CivilDate.days(inMonth: month, year: year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(year == 10_000)
    }

    @Test(arguments: ["", "2017", "2017-3-12", "17-03-12", "2017/03/12", "2017-03-12 ", "2017-03-12T", "-017-03-12"])
    func textOfAnotherFormIsRefused(text: String) {
        let error = #expect(throws: CalendarError.self) { try CivilDate(text) }
        #expect(error?.code == .malformed)
    }

    @Test(arguments: ["2017-02-29", "1900-02-29", "2017-13-01", "2017-00-10", "2017-04-31", "2017-01-00", "0000-01-01"])
    func daysThatNeverWereAreRefused(text: String) {
        let error = #expect(throws: CalendarError.self) { try CivilDate(text) }
        #expect(error?.code == .noSuchDay)
    }

    @Test func monthsAndYearsHaveTheirEnds() throws {
        let leapDay = try CivilDate("2016-02-29")
        #expect(leapDay.firstOfMonth.text == "2016-02-01")
        #expect(leapDay.lastOfMonth == leapDay)
        #expect(leapDay.firstOfYear.text == "2016-01-01")
        #expect(leapDay.dayOfYear == 60)
        #expect(leapDay.weekday == 1)
        #expect(leapDay.adding(days: 366)?.text == "2017-03-01")
        #expect(CivilDate.last.adding(days: 1) == nil && CivilDate.first.adding(days: -1) == nil)
        #expect(CivilDate.last.adding(days: .max) == nil)
        #expect(CivilDate.last.lastOfMonth == .last && CivilDate.first.firstOfYear == .first)
    }
}
