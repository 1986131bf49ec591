import Accounting
import Testing

@Suite struct InstantTextTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999Z", -1),
        ("2017-03-12T07:00:00Z", 1_489_302_000_000_000),
        ("2018-01-01T05:00:00Z", 1_514_782_800_000_000), ("2001-09-09T01:46:40.500Z", 1_000_000_000_500_000),
        ("2001-09-09T01:46:40.000001Z", 1_000_000_000_000_001), ("0001-01-01T00:00:00Z", Instant.firstUs),
        ("9999-12-31T23:59:59.999999Z", Instant.lastUs),
    ])
    func knownInstantsReadAndPrint(text: String, us: Int64) throws {
        #expect(try InstantText.parse(text) == us)
        #expect(InstantText.format(us: us) == text)
    }

    @Test(arguments: [
        ("2001-09-09T01:46:40.5Z", 500_000), ("2001-09-09T01:46:40.05Z", 50_000),
        ("2001-09-09T01:46:40.12345Z", 123_450),
    ])
    func oneToSixDecimalsAreRead(text: String, fractionUs: Int64) throws {
        #expect(try InstantText.parse(text) == 1_000_000_000_000_000 + fractionUs)
    }

    @Test(arguments: [
        "", "2017-03-12", "2017-03-12T07:00:00", "2017-03-12t07:00:00Z", "2017-03-12T07:00:00z", "2017-03-12 07:00:00Z",
        "2017-03-12T07:00:00+00:00", "2017-03-12T07:00Z", "2017-03-12T07:00:00.Z", "2017-03-12T07:00:00.1234567Z",
        "2017-03-12T07:00:00ZZ", "2017-03-12T7:00:00Z", "2017-03-12T07:00:00,5Z", "2017-03-12T07:00:00.-1Z",
    ])
    func textOfAnotherFormIsRefused(text: String) {
        let error = #expect(throws: CalendarError.self) { try InstantText.parse(text) }
        #expect(error?.code == .malformed)
    }

    @Test(arguments: ["2017-03-12T24:00:00Z", "2017-03-12T07:60:00Z", "2016-12-31T23:59:60Z"])
    func timesThatNoDayHasAreRefused(text: String) {
        let error = #expect(throws: CalendarError.self) { try InstantText.parse(text) }
        #expect(error?.code == .noSuchTime)
    }

    @Test func everyInstantReadsBackAsItWasPrinted() throws {
        var random = Seeded(1970)
        for _ in 0..<5_000 {
            let us = Int64.random(in: Instant.firstUs...Instant.lastUs, using: &random)
            let rounded = Bool.random(using: &random) ? us : us / 1_000_000 * 1_000_000
            #expect(try InstantText.parse(InstantText.format(us: rounded)) == rounded)
        }
    }

    @Test func instantsOutsideTheCalendarPrintAsTheNearest() {
        #expect(InstantText.format(us: .max) == "9999-12-31T23:59:59.999999Z")
        #expect(InstantText.format(us: .min) == "0001-01-01T00:00:00Z")
        #expect(Instant.day(.max) == .last && Instant.day(.min) == .first)
    }
}
