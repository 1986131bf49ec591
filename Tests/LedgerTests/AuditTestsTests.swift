import Accounting
import Commerce
import Events
import Fixtures
import Ledger
import Testing

/// Each journal-entry test finds what was planted and leaves its clean neighbour alone.
@Suite("Journal-entry tests")
struct AuditTestsTests {
    /// A rent of that amount, prepared by ana; Tuesday 10 January 2017 at noon unless told otherwise.
    static func rent(_ amount: Int64, account: String = "expenses:rent", reason: String = "loyer du mois de janvier")
        -> Body
    {
        .entry(
            [.debit(account, amount), .credit("assets:bank", amount, party: "815")], reason: reason)
    }

    private func findings(
        _ test: AuditTest, set: [String: String] = [:], year: UInt16 = 2017,
        _ plant: (inout Story, Shelf) throws -> Void
    ) throws -> [AuditFinding] {
        var story = Story()
        let shelf = try Shelf(&story)
        try plant(&story, shelf)
        let snapshot = try shelf.snapshot()
        var settings = AuditSettings()
        for (key, value) in set { try settings.set(key, to: value, .cad, in: "test") }
        settings.tests = [test]
        let period = try AuditPeriod(book: "grand-io", year: year, snapshot.views)
        return try JournalTests.run(period, settings, snapshot)
    }

    @Test func `a missing number of a series is found, a whole series is not`() throws {
        let found = try findings(.gaps) { story, shelf in
            for number in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12] {
                try shelf.record([
                    story.event(Self.rent(Int64(number) * 1_001), at: "2017-01-10T17:00:00Z", key: "e-\(number)"),
                    story.event(
                        Self.rent(Int64(number) * 1_003), at: "2017-01-10T17:00:00Z",
                        key: "f-\(number < 11 ? number : 11)"),
                ])
            }
        }
        #expect(found.map(\.reason.english) == ["till e-11 is missing"])
    }

    @Test func `numbers of people and of days are no series`() throws {
        let found = try findings(.gaps) { story, shelf in
            // Twelve households of thirteen, in the order in which they came; and a settlement a day but for Christmas.
            for (place, number) in [7, 2, 13, 1, 9, 5, 12, 3, 10, 6, 8, 11].enumerated() {
                try shelf.record([
                    story.event(
                        Self.rent(Int64(number) * 1_001), at: "2017-01-10T17:00:00Z", key: "household-\(number)"),
                    story.event(
                        Self.rent(Int64(number) * 1_003), at: "2017-01-10T17:00:00Z",
                        key: "settlement-2017-12-\(14 + place + (place > 10 ? 1 : 0))"),
                    story.event(
                        Self.rent(Int64(number) * 1_007), at: "2017-01-10T17:00:00Z",
                        key: "payout-2017-\(1 + place + (place > 6 ? 1 : 0))"),
                ])
            }
        }
        #expect(found.map(\.reason.english) == [])
    }

    @Test func `the same entry twice in a week is found, ten days later or of another amount it is not`() throws {
        var planted: UInt64 = 0
        let found = try findings(.duplicates) { story, shelf in
            try shelf.record([story.event(Self.rent(12_345), at: "2017-01-10T17:00:00Z")])
            planted = try shelf.record([story.event(Self.rent(12_345), at: "2017-01-12T17:00:00Z")])[0]
            try shelf.record([
                story.event(Self.rent(12_346), at: "2017-01-12T17:00:00Z"),
                story.event(Self.rent(12_345), at: "2017-01-24T17:00:00Z"),
            ])
        }
        #expect(found.map(\.sequences) == [[planted, planted - 1]])
        #expect(found.first?.amountMinor == 12_345 && found.first?.actor == "till-1")
        #expect(found.first?.accounts == ["expenses:rent", "assets:bank"])
    }

    @Test func `an entry of the year recorded after its close is found, one before it and the close are not`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record([story.event(Self.rent(5_000), at: "2017-01-10T17:00:00Z")])
        let planted = try shelf.record([story.event(Self.rent(700), at: "2017-12-20T17:00:00Z")])[0]
        try shelf.record([
            story.event(.close(2017, surplus: -5_700), at: "2018-01-01T04:59:59Z"),
            story.event(Self.rent(900), at: "2018-01-09T17:00:00Z"),
        ])
        let snapshot = try shelf.snapshot()
        var settings = AuditSettings()
        settings.tests = [.afterClose]
        var period = try AuditPeriod(book: "grand-io", year: 2017, snapshot.views)
        #expect(try JournalTests.run(period, settings, snapshot).isEmpty)
        // The rules lock a closed year; only a log that they did not make has such an entry. So the close is moved.
        period.record?.closedSequence = planted - 1
        #expect(try JournalTests.run(period, settings, snapshot).map { $0.sequences.first } == [planted])
    }

    @Test func `an entry recorded six days after the fact is found, five days are not`() throws {
        var planted: UInt64 = 0
        let found = try findings(.backdated) { story, shelf in
            // Time of the data: the log stands at the latest fact.
            try shelf.record([story.event(Self.rent(100), at: "2017-01-17T17:00:00Z")])
            planted = try shelf.record([story.event(Self.rent(200), at: "2017-01-11T17:00:00Z")])[0]
            try shelf.record([story.event(Self.rent(300), at: "2017-01-12T17:00:00Z")])
        }
        #expect(found.map { $0.sequences.first } == [planted])
        #expect(found.first?.reason.english == "recorded 6 days later")
    }

    @Test func `who seldom records is found, who often records is not`() throws {
        var planted: UInt64 = 0
        let found = try findings(.actors) { story, shelf in
            for number in 1...20 {
                try shelf.record([story.event(Self.rent(Int64(number) * 10_001), at: "2017-01-10T17:00:00Z")])
            }
            var odd = story.event(Self.rent(77), at: "2017-01-10T17:00:00Z")
            odd.actor = "tom"
            planted = try shelf.record([odd])[0]
        }
        #expect(found.map { $0.sequences.first } == [planted] && found.first?.actor == "tom")
    }

    @Test func `round amounts are found, one cent more is not`() throws {
        var planted: UInt64 = 0
        let found = try findings(.round) { story, shelf in
            planted = try shelf.record([story.event(Self.rent(300_000), at: "2017-01-10T17:00:00Z")])[0]
            try shelf.record([story.event(Self.rent(300_001), at: "2017-01-10T17:00:00Z")])
        }
        #expect(found.map { $0.sequences.first } == [planted])
    }

    @Test func `weekends are found, the Friday is not`() throws {
        let found = try findings(.weekend) { story, shelf in
            for day in ["13", "14", "15"] {
                try shelf.record([story.event(Self.rent(Int64(day) ?? 0), at: "2017-01-\(day)T17:00:00Z")])
            }
        }
        #expect(found.map { $0.day?.text } == ["2017-01-14", "2017-01-15"])
    }

    @Test func `holidays are found by jurisdiction, the day after is not`() throws {
        let plant: (inout Story, Shelf) throws -> Void = { story, shelf in
            for day in ["06-23", "06-26", "09-29", "10-09", "10-10", "11-13"] {
                try shelf.record([story.event(Self.rent(101), at: "2017-\(day)T17:00:00Z")])
            }
            // A Saturday holiday; the Monday after it is given for it.
            try shelf.record([story.event(Self.rent(102), at: "2017-11-11T17:00:00Z")])
        }
        let both = try findings(.holiday, set: ["days.basis": "2"], plant)
        #expect(both.map { $0.day?.text } == ["2017-10-09", "2017-11-13", "2017-11-11"])
        let quebec = try findings(.holiday, set: ["days.basis": "2", "holiday.canada": "0"], plant)
        #expect(quebec.map { $0.day?.text } == ["2017-10-09"])
    }

    @Test func `accounts that meet once are found among twenty entries`() throws {
        var planted: UInt64 = 0
        let found = try findings(.pairs) { story, shelf in
            for number in 1...20 {
                try shelf.record([story.event(Self.rent(Int64(number) * 10_001), at: "2017-01-10T17:00:00Z")])
            }
            planted = try shelf.record([
                story.event(Self.rent(99, account: "expenses:losses"), at: "2017-01-10T17:00:00Z")
            ])[0]
        }
        #expect(found.map { $0.sequences.first } == [planted])
    }

    @Test func `revenue by hand is found, an expense is not; a scant reason is found, a sentence is not`() throws {
        var planted: UInt64 = 0
        let plant: (inout Story, Shelf) throws -> Void = { story, shelf in
            try shelf.record([story.event(Self.rent(4_321), at: "2017-01-10T17:00:00Z")])
            let revenue = Body.entry(
                [.debit("assets:bank", 50, party: "815"), .credit("revenue:other", 50)], reason: "divers")
            planted = try shelf.record([story.event(revenue, at: "2017-01-10T17:00:00Z")])[0]
        }
        #expect(try findings(.revenue, plant).map { $0.sequences.first } == [planted])
        #expect(try findings(.reason, plant).map { $0.sequences.first } == [planted])
        #expect(try findings(.large, set: ["large.amount": "43.21"], plant).map { $0.sequences.first } == [planted - 1])
        #expect(try findings(.large, plant).isEmpty)
    }

    @Test func `first digits that are all nines are found from enough records on, those of the law are not`() throws {
        // Powers of two follow the law.
        let plant: (Bool) -> (inout Story, Shelf) throws -> Void = { isNines in
            { story, shelf in
                for number in 0..<60 {
                    let amount = isNines ? 900 + Int64(number) : Int64(1) << (number % 40)
                    try shelf.record([story.event(Self.rent(amount), at: "2017-01-10T17:00:00Z")])
                }
            }
        }
        let few = ["benford.recordsMin": "60", "benford.deviationMaxPpm": "60000"]
        #expect(try findings(.benford, set: few, plant(true)).count == 1)
        #expect(try findings(.benford, set: few, plant(false)).isEmpty)
        #expect(try findings(.benford, set: [:], plant(true)).isEmpty)
    }

    @Test func `Easter and the holidays that hang on weekdays stand where the almanac has them`() throws {
        for (year, day) in [
            (2016, "2016-03-27"), (2017, "2017-04-16"), (2018, "2018-04-01"), (2019, "2019-04-21"),
            (2024, "2024-03-31"), (2025, "2025-04-20"), (2038, "2038-04-25"), (2285, "2285-03-22"),
        ] { #expect(Holiday.easter(year)?.text == day) }
        func days(_ name: String, _ year: Int) -> Set<String> {
            Set(Holiday.table.filter { $0.name.english == name }.compactMap { $0.day(in: year)?.text })
        }
        // 25 May 2020 was a Monday: the holiday is the one before.
        #expect(days("National Patriots’ Day", 2020) == ["2020-05-18"] && days("Victoria Day", 2025) == ["2025-05-19"])
        #expect(days("Canada Day", 2018) == ["2018-07-02"] && days("Canada Day", 2025) == ["2025-07-01"])
        #expect(days("Labour Day", 2025) == ["2025-09-01"] && days("Thanksgiving", 2025) == ["2025-10-13"])
        #expect(days("Good Friday", 2025) == ["2025-04-18"] && days("Easter Monday", 2025) == ["2025-04-21"])
        #expect(days("Day for Truth and Reconciliation", 2020) == [])
        #expect(days("Day for Truth and Reconciliation", 2021) == ["2021-09-30"])
    }

    @Test func `a federal holiday on a weekend is given before or after, a Québec one is not`() throws {
        func name(_ day: String, _ jurisdictions: Set<Holiday.Jurisdiction>) throws -> String? {
            try Holiday.on(CivilDate(day), in: jurisdictions)?.name.english
        }
        // Christmas of 2021 was a Saturday, Remembrance Day of 2018 a Sunday, New Year's Day of 2022 a Saturday.
        for day in ["2021-12-24", "2021-12-27"] {
            #expect(try name(day, [.canada]) == "day off in lieu, Christmas" && name(day, [.quebec]) == nil)
        }
        #expect(try name("2021-12-25", [.canada]) == "Christmas")
        #expect(try name("2018-11-09", [.canada]) == "day off in lieu, Remembrance Day")
        #expect(try name("2018-11-12", [.canada]) == "day off in lieu, Remembrance Day")
        #expect(try name("2021-12-31", [.canada]) == "day off in lieu, New Year’s Day")
        #expect(try name("2018-11-13", [.canada]) == nil && name("2025-11-10", [.canada]) == nil)
    }

    @Test func `a threshold that is none is refused`() throws {
        var settings = AuditSettings()
        for (key, value) in [
            ("backdated.day", "3"), ("backdated.days", "-1"), ("backdated.days", "x"), ("round.unit", "1.001"),
            ("days.basis", "4"), ("tests", "rounds"), ("kinds", "journal"),
        ] {
            #expect(throws: LedgerError.self) { try settings.set(key, to: value, .cad, in: "--set") }
        }
        try settings.set("round.unit", to: "500,00", .cad, in: "--set")
        #expect(settings[.roundUnit] == 50_000)
    }
}
