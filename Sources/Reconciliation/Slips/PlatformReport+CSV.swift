package import Commerce

extension PlatformReport {
    /// The report as a table: a row per seller that is reported, by quarter and for the year, then a row of totals.
    ///
    /// Throws `StatementError` with code `total`.
    package func csv(language: Language = .french) throws(StatementError) -> [UInt8] {
        let isFrench = language == .french
        var table = SlipTable()
        var header =
            isFrench
            ? [
                "année", "vendeur", "nom", "entité", "adresse", "ville", "province", "code postal", "pays",
                "date de naissance", "numéro fiscal", "numéro d’entreprise", "TPS", "TVQ", "résidence fiscale",
                "compte",
            ]
            : [
                "year", "seller", "name", "entity", "address", "city", "province", "postal code", "country",
                "date of birth", "tax number", "business number", "GST", "QST", "tax residence", "account",
            ]
        for period in (1...4).map({ isFrench ? "T\($0)" : "Q\($0)" }) + [isFrench ? "année" : "year"] {
            header +=
                isFrench
                ? ["contrepartie \(period)", "activités \(period)", "frais \(period)", "taxes \(period)"]
                : ["consideration \(period)", "activities \(period)", "fees \(period)", "taxes \(period)"]
        }
        table.row(header)
        for seller in reported {
            let entity = seller.isEntity.map { $0 ? Text("oui", "yes") : Text("non", "no") } ?? Text("", "")
            var cells = [
                "\(year)", seller.sellerID, seller.name, entity(language), seller.address.line1, seller.address.city,
                seller.address.province, seller.address.postalCode, seller.address.country, seller.dateOfBirth,
                seller.taxNumber, seller.businessNumber, seller.gstNumber, seller.qstNumber,
                seller.jurisdictions.joined(separator: " "), seller.account,
            ]
            for quarter in seller.quarters { cells += Self.cells(quarter) }
            table.row(cells + Self.cells(try seller.total(place: "part-xx-\(year)")))
        }
        let total = try Self.total(of: reported, "part-xx-\(year)")
        table.row(
            ["\(year)", "total", "\(reported.count)"] + Array(repeating: "", count: 13 + 16) + Self.cells(total))
        return table.bytes
    }

    private static func cells(_ quarter: PlatformQuarter) -> [String] {
        [
            SlipTable.amount(quarter.considerationMinor), "\(quarter.activities)", SlipTable.amount(quarter.feesMinor),
            SlipTable.amount(quarter.taxesMinor),
        ]
    }
}
