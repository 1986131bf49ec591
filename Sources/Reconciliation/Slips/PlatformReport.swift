import Accounting
import Commerce

/// What a platform must say of the sellers it pays (ITA Part XX, the OECD model rules): per calendar year, to the
/// agency and to each seller, by 31 January.
package struct PlatformReport: Equatable, Sendable {
    package var year: Int
    /// By seller id.
    package private(set) var reported: [PlatformSeller]
    /// Sellers that the rules leave out, by id.
    package private(set) var excluded: [PlatformSeller]
    /// What the report asks for and we do not know.
    package private(set) var gaps: [SlipGap]

    package static let sellersMax = 1_000_000

    /// The report of `sellers`. Throws `StatementError`: `value` where one stands twice, has other than four quarters
    /// or a negative count, `total` where sums overflow, `limit`.
    package init(
        year: Int, sellers: [PlatformSeller], rules: PlatformRules = PlatformRules()
    ) throws(StatementError) {
        self.year = year
        (reported, excluded, gaps) = ([], [], [])
        guard sellers.count <= Self.sellersMax else {
            throw .payment(
                .limit, file: Self.place(year), "sellers", "\(sellers.count)",
                Text("il y a trop de vendeurs", "there are too many sellers"),
                accepted: Text("au plus \(Self.sellersMax)", "at most \(Self.sellersMax)"))
        }
        var previous: String?
        for seller in sellers.sorted(by: { $0.sellerID < $1.sellerID }) {
            try Self.check(seller, year, isKnown: seller.sellerID == previous)
            previous = seller.sellerID
            let total = try seller.total(place: Self.place(year))
            // A seller without activity or payment in the year is not active, so there is nothing to report.
            let isActive = total != PlatformQuarter()
            if !isActive || seller.isExcluded || rules.leavesOut(seller, total) {
                excluded.append(seller)
            } else {
                reported.append(seller)
                gaps += Self.gaps(of: seller)
            }
        }
        for total in [reported, excluded] { _ = try Self.total(of: total, Self.place(year)) }
    }

    private static func place(_ year: Int) -> String { "part-xx-\(year)" }

    private static func check(_ seller: PlatformSeller, _ year: Int, isKnown: Bool) throws(StatementError) {
        func refusal(_ field: String, _ value: String, _ reason: Text, _ accepted: Text) -> StatementError {
            .payment(.value, file: place(year), "\(seller.sellerID).\(field)", value, reason, accepted: accepted)
        }
        guard !isKnown else {
            throw refusal(
                "sellerID", seller.sellerID, Text("ce vendeur figure deux fois", "this seller stands twice"),
                Text("un total par vendeur et par trimestre", "one total per seller and quarter"))
        }
        guard seller.quarters.count == 4 else {
            throw refusal(
                "quarters", "\(seller.quarters.count)",
                Text("une année a quatre trimestres", "a year has four quarters"),
                Text("quatre", "four"))
        }
        guard seller.quarters.allSatisfy({ $0.activities >= 0 }) else {
            throw refusal(
                "activities", "", Text("un nombre d’activités est négatif", "a count of activities is negative"),
                Text("zéro ou plus", "zero or more"))
        }
    }

    static func total(of sellers: [PlatformSeller], _ place: String) throws(StatementError) -> PlatformQuarter {
        var total = PlatformQuarter()
        for seller in sellers { total = try total.adding(try seller.total(place: place), place: place) }
        return total
    }

    private static func gaps(of seller: PlatformSeller) -> [SlipGap] {
        var fields: [String] = []
        if seller.name.isEmpty { fields.append("name") }
        if seller.address.line1.isEmpty || seller.address.city.isEmpty { fields.append("address") }
        if seller.taxNumber.isEmpty, seller.businessNumber.isEmpty { fields.append("taxNumber") }
        if !seller.isEntity, seller.dateOfBirth.isEmpty { fields.append("dateOfBirth") }
        if seller.jurisdictions.isEmpty { fields.append("jurisdictions") }
        return fields.map { SlipGap(.missing, memberID: seller.sellerID, field: $0) }
    }
}

/// Whom the report leaves out: data with an effective date, as the amounts change and Canada's were not verified (U).
package struct PlatformRules: Equatable, Sendable {
    /// A seller of goods only, with fewer sales than this…
    package var goodsActivitiesBelow: Int64
    /// …and no more consideration than this in the year, is left out. Both must hold.
    package var goodsConsiderationMaxMinor: Int64

    package init(goodsActivitiesBelow: Int64 = 30, goodsConsiderationMaxMinor: Int64 = 280_000) {
        self.goodsActivitiesBelow = goodsActivitiesBelow
        self.goodsConsiderationMaxMinor = goodsConsiderationMaxMinor
    }

    func leavesOut(_ seller: PlatformSeller, _ total: PlatformQuarter) -> Bool {
        seller.sellsGoodsOnly && total.activities < goodsActivitiesBelow
            && total.considerationMinor <= goodsConsiderationMaxMinor
    }
}
