import Accounting
import Testing

@Suite struct BookCalendarTests {
    static func toronto() throws -> BookCalendar {
        try BookCalendar(changes: BookCalendar.torontoOffsets(years: 2000...2050))
    }

    func us(_ text: String) throws -> Int64 { try InstantText.parse(text) }

    /// As the IANA database has them for America/Toronto.
    @Test(arguments: [
        ("1980-04-27T07:00:00Z", -4), ("1980-10-26T06:00:00Z", -5), ("1990-04-01T07:00:00Z", -4),
        ("1990-10-28T06:00:00Z", -5), ("2006-04-02T07:00:00Z", -4), ("2006-10-29T06:00:00Z", -5),
        ("2007-03-11T07:00:00Z", -4), ("2007-11-04T06:00:00Z", -5), ("2017-03-12T07:00:00Z", -4),
        ("2017-11-05T06:00:00Z", -5), ("2026-03-08T07:00:00Z", -4), ("2026-11-01T06:00:00Z", -5),
        ("2050-03-13T07:00:00Z", -4), ("2050-11-06T06:00:00Z", -5),
    ])
    func torontoChangesItsClocks(text: String, hours: Int32) throws {
        let change = UtcOffsetChange(fromUs: try us(text), offsetSeconds: hours * 3600)
        let all = BookCalendar.torontoOffsets(years: 1974...2050)
        #expect(all.contains(change))
        let calendar = try BookCalendar(changes: all)
        #expect(calendar.offsetSeconds(at: change.fromUs) == hours * 3600)
        #expect(calendar.offsetSeconds(at: change.fromUs - 1) == (hours == -4 ? -5 : -4) * 3600)
    }

    @Test func aYearHasTwoChangesAndTheFirstItsBeginning() throws {
        let changes = BookCalendar.torontoOffsets(years: 2000...2050)
        #expect(changes.count == 1 + 2 * 51)
        #expect(changes.first == UtcOffsetChange(fromUs: try us("2000-01-01T05:00:00Z"), offsetSeconds: -18_000))
        #expect(BookCalendar.torontoOffsets(years: 1900...1950).isEmpty)
    }

    @Test func localDaysBeginAtLocalMidnight() throws {
        let calendar = try Self.toronto()
        #expect(calendar.day(at: try us("2018-01-01T04:59:59.999999Z")).text == "2017-12-31")
        #expect(calendar.day(at: try us("2018-01-01T05:00:00Z")).text == "2018-01-01")
        #expect(calendar.day(at: try us("2017-07-01T03:59:59Z")).text == "2017-06-30")
        #expect(calendar.day(at: try us("2017-07-01T04:00:00Z")).text == "2017-07-01")
    }

    @Test func theFiscalYearOf2017IsItsLocalDays() throws {
        let range = try Self.toronto().instantsUs(from: CivilDate("2017-01-01"), through: CivilDate("2017-12-31"))
        #expect(range == (try us("2017-01-01T05:00:00Z"))..<(try us("2018-01-01T05:00:00Z")))
    }

    @Test func daysOfAClockChangeAreAnHourShorterAndLonger() throws {
        let calendar = try Self.toronto()
        let spring = try CivilDate("2017-03-12")
        #expect(calendar.firstInstantUs(of: spring) == (try us("2017-03-12T05:00:00Z")))
        #expect(calendar.lastInstantUs(of: spring) == (try us("2017-03-13T04:00:00Z")) - 1)
        let autumn = try CivilDate("2017-11-05")
        #expect(calendar.instantsUs(from: autumn, through: autumn).count == 25 * 3_600_000_000)
    }

    @Test func everyInstantLiesInItsDay() throws {
        let calendar = try Self.toronto()
        var random = Seeded(2017)
        let span = (try us("1990-01-01T00:00:00Z"))...(try us("2060-01-01T00:00:00Z"))
        for _ in 0..<5_000 {
            let instant = Int64.random(in: span, using: &random)
            let day = calendar.day(at: instant)
            #expect(calendar.instantsUs(from: day, through: day).contains(instant))
            #expect(calendar.day(at: calendar.firstInstantUs(of: day)) == day)
            #expect(calendar.day(at: calendar.lastInstantUs(of: day)) == day)
        }
    }

    /// Samoa left out 2011-12-30: 23:59:59 on the 29th was followed by 00:00:00 on the 31st.
    @Test func aDayThatWasLeftOutIsEmpty() throws {
        let calendar = try BookCalendar(changes: [
            UtcOffsetChange(fromUs: us("2011-09-24T14:00:00Z"), offsetSeconds: -36_000),
            UtcOffsetChange(fromUs: us("2011-12-30T10:00:00Z"), offsetSeconds: 50_400),
        ])
        let missing = try CivilDate("2011-12-30")
        #expect(calendar.instantsUs(from: missing, through: missing).isEmpty)
        #expect(calendar.day(at: try us("2011-12-30T09:59:59Z")).text == "2011-12-29")
        #expect(calendar.day(at: try us("2011-12-30T10:00:00Z")).text == "2011-12-31")
    }

    @Test func theFirstOffsetHoldsAlsoBeforeItsTime() throws {
        let calendar = try BookCalendar(changes: [
            UtcOffsetChange(fromUs: us("2017-01-01T00:00:00Z"), offsetSeconds: -3_600)
        ])
        #expect(calendar.day(at: try us("1999-01-01T00:30:00Z")).text == "1998-12-31")
        #expect(calendar.firstInstantUs(of: try CivilDate("1999-01-01")) == (try us("1999-01-01T01:00:00Z")))
    }

    @Test func instantsOutsideTheCalendarFallOnItsEnds() throws {
        #expect(BookCalendar.utc.day(at: .max) == .last && BookCalendar.utc.day(at: .min) == .first)
        #expect(BookCalendar.utc.lastInstantUs(of: .last) == Instant.lastUs)
        #expect(try Self.toronto().day(at: .min) == .first)
    }

    @Test func offsetsThatCannotBeAreRefused() throws {
        let noon = UtcOffsetChange(fromUs: 0, offsetSeconds: 0)
        #expect(throws: CalendarError.self) { try BookCalendar(changes: []) }
        #expect(throws: CalendarError.self) { try BookCalendar(changes: [noon, noon]) }
        #expect(throws: CalendarError.self) {
            try BookCalendar(changes: [UtcOffsetChange(fromUs: 0, offsetSeconds: 86_400)])
        }
        #expect(throws: CalendarError.self) {
            try BookCalendar(changes: [UtcOffsetChange(fromUs: .min, offsetSeconds: 0)])
        }
    }
}
