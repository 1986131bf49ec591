import Accounting
package import Commerce

/// What a platform must say of the sellers it pays (ITA Part XX, the OECD model rules): per calendar year, to the
/// agency and to each seller, by 31 January.
package struct PlatformReport: Equatable, Sendable {
    package var year: Int
    package let rules: PlatformRules
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
        self.rules = rules
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
            guard try exclusion(of: seller) == nil else {
                excluded.append(seller)
                continue
            }
            reported.append(seller)
            gaps += Self.gaps(of: seller)
        }
        for total in [reported, excluded] { _ = try Self.total(of: total, Self.place(year)) }
    }

    /// Why the report leaves a seller out; nil where it does not. Throws `StatementError` with code `total`.
    package func exclusion(of seller: PlatformSeller) throws(StatementError) -> PlatformExclusion? {
        let total = try seller.total(place: Self.place(year))
        if total == PlatformQuarter() { return .inactive }
        if seller.isExcluded { return .exempt }
        return rules.leavesOut(seller, total) ? .fewGoods : nil
    }

    /// What all that are reported come to. Throws `StatementError` with code `total`.
    package func total() throws(StatementError) -> PlatformQuarter {
        try Self.total(of: reported, Self.place(year))
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
        if seller.isEntity == nil { fields.append("entity") }
        if seller.isEntity == false, seller.dateOfBirth.isEmpty { fields.append("dateOfBirth") }
        if seller.jurisdictions.isEmpty { fields.append("jurisdictions") }
        return fields.map { SlipGap(.missing, memberID: seller.sellerID, field: $0) }
    }
}

/// Why the report leaves a seller out (the OECD model rules, I.B.4; Canada's text was not read).
package enum PlatformExclusion: String, Sendable {
    /// Without a sale or a payment in the year a seller is not active.
    case inactive
    /// A government or a listed company, as the file of recipients says.
    case exempt
    /// Goods only, and below both thresholds.
    case fewGoods

    /// For people.
    package func text(_ rules: PlatformRules) -> Text {
        switch self {
        case .inactive: return Text("aucune activité dans l’année", "no activity in the year")
        case .exempt: return Text("exclu selon le fichier", "excluded by the file")
        case .fewGoods:
            let amount = DecimalText.format(minor: rules.goodsConsiderationMaxMinor, exponent: 2)
            let french = String(amount.map { $0 == "." ? "," : $0 })
            return Text(
                "moins de \(rules.goodsActivitiesBelow) ventes de biens et au plus \(french) $",
                "fewer than \(rules.goodsActivitiesBelow) sales of goods and at most $\(amount)")
        }
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
