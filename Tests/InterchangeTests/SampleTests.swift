import Events
import Interchange
import Testing

@Suite struct SampleTests {
    /// The figures are those that Tests/Independent/complete_journey.py takes from the same files.
    @Test func theSampleGivesTheFiguresOfItsFiles() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let folder = "/\(root)/Docs/sample/complete-journey"
        let report = try CompleteJourney(folder: folder).run(sink: { _ in }, onYearEnd: { _ in })
        #expect(report.lines == 3188)
        #expect(report.orders == 165)
        #expect(report.zeroValueLines == 31)
        #expect(report.zeroQuantityLines == 24)
        #expect(report.zeroTotalOrders == 3)
        #expect(report.unlistedProducts.count == 2)
        #expect(report.households == 58)
        #expect(report.redemptionsAttributed == 38)
        #expect(report.redemptionsListed.isEmpty)
        #expect(report.merchandiseMinor == 1_154_694)
        #expect(report.gstMinor == 9105)
        #expect(report.qstMinor == 18_159)
        #expect(report.totalMinor == 1_181_958)
        #expect(report.events[.fundsSettled] == 149)
        #expect(report.events[.payoutInstructed] == 116)
        #expect(report.events[.sharesSubscribed] == 105)
    }
}
