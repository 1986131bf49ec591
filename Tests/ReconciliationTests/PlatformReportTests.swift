import Accounting
import Commerce
import Reconciliation
import Testing

@Suite("Platform report, ITA Part XX")
struct PlatformReportTests {
    private func seller(_ id: String, _ consideration: [Int64], activities: Int64 = 10) -> PlatformSeller {
        var seller = PlatformSeller(
            sellerID: id,
            quarters: consideration.map {
                PlatformQuarter(considerationMinor: $0, activities: activities, feesMinor: $0 / 25, taxesMinor: 0)
            })
        seller.name = "Boutique \(id)"
        seller.address = SlipAddress(line1: "1, rue A", city: "Alma", province: "QC", postalCode: "G8B 1A1")
        seller.businessNumber = "123456789"
        seller.jurisdictions = ["CA"]
        return seller
    }

    @Test("A seller of goods is left out only where both its sales and its consideration are small")
    func thresholds() throws {
        var driver = seller("e", [100, 0, 0, 0], activities: 1)
        driver.sellsGoodsOnly = false
        var government = seller("f", [900_000, 0, 0, 0], activities: 90)
        government.isExcluded = true
        let sellers = [
            seller("a", [70_000, 70_000, 70_000, 70_000], activities: 7),
            seller("b", [70_000, 70_000, 70_000, 70_001], activities: 7),
            seller("c", [1, 1, 1, 1], activities: 8), driver, government, seller("g", [0, 0, 0, 0], activities: 0),
        ]
        let report = try PlatformReport(year: 2025, sellers: sellers)
        #expect(report.reported.map(\.sellerID) == ["b", "c", "e"])
        #expect(report.excluded.map(\.sellerID) == ["a", "f", "g"])
        #expect(try PlatformReport(year: 2025, sellers: sellers.reversed()) == report)
        let stricter = PlatformRules(goodsActivitiesBelow: 0, goodsConsiderationMaxMinor: 0)
        #expect(try PlatformReport(year: 2025, sellers: sellers, rules: stricter).reported.count == 4)
    }

    @Test("The table has each quarter, the year and the totals")
    func csv() throws {
        let report = try PlatformReport(
            year: 2025, sellers: [seller("a", [100_000, 200_000, -50_000, 1]), seller("b", [500_000, 0, 0, 0])])
        let rows = String(decoding: try report.csv(), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(rows.map(\.count) == [36, 37, 37, 36])
        #expect(rows[1].suffix(20).map(String.init).prefix(4) == ["1000.00", "10", "40.00", "0.00"])
        #expect(rows[1].suffix(4).map(String.init) == ["2500.01", "40", "100.00", "0.00"])
        #expect(rows[3].suffix(4).map(String.init) == ["7500.01", "80", "300.00", "0.00"])
        #expect(rows[0].first == "année")
        #expect(try report.csv(language: .english).starts(with: Array("year,seller".utf8)))
    }

    @Test("What is not known of a seller is blank and listed")
    func gaps() throws {
        var person = PlatformSeller(
            sellerID: "p",
            quarters: Array(repeating: PlatformQuarter(considerationMinor: 100_000, activities: 40), count: 4))
        person.isEntity = false
        let report = try PlatformReport(year: 2025, sellers: [person])
        #expect(report.gaps.map(\.field) == ["name", "address", "taxNumber", "dateOfBirth", "jurisdictions"])
        #expect(report.gaps.allSatisfy { $0.memberID == "p" && $0.kind == .missing })
    }

    @Test("A seller twice, other than four quarters, or sums that overflow are refused")
    func refusals() throws {
        #expect(throws: StatementError.self) {
            try PlatformReport(year: 2025, sellers: [seller("a", [1, 1, 1, 1]), seller("a", [1, 1, 1, 1])])
        }
        #expect(throws: StatementError.self) { try PlatformReport(year: 2025, sellers: [seller("a", [1])]) }
        #expect(throws: StatementError.self) {
            try PlatformReport(year: 2025, sellers: [seller("a", [.max, .max, 0, 0])])
        }
        #expect(throws: StatementError.self) {
            try PlatformReport(year: 2025, sellers: [seller("a", [.max, 0, 0, 0]), seller("b", [.max, 0, 0, 0])])
        }
        #expect(throws: StatementError.self) {
            try PlatformReport(year: 2025, sellers: [seller("a", [1, 1, 1, 1], activities: -1)])
        }
    }
}
