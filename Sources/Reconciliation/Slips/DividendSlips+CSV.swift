import Accounting
package import Commerce

/// Slips as a table, one row per slip and a last row with the totals.
package enum SlipCSV {
    /// The table of `slips`, which may be of any form and action. Members are found in `recipients` and `numbers` (those
    /// of Revenu Québec) by their id; what is not known is blank. `SlipRegister` reads it. Throws `StatementError` with
    /// code `total` where the sums overflow.
    package static func write(
        _ slips: [DividendSlip], year: Int, recipients: [String: SlipRecipient], numbers: [String: String] = [:],
        book: String = "", language: Language = .french
    ) throws(StatementError) -> [UInt8] {
        let summary = try DividendSlips.summary(of: slips, year: year)
        var table = SlipTable()
        table.row(columns.map { $0?.name(language) ?? Text("case", "box")(language) })
        for slip in slips {
            let recipient = recipients[slip.memberID]
            let names = names(recipient)
            let address = recipient?.address
            table.row([
                slip.form.name(language), slip.action.name(language), "\(year)", slip.memberID, names.family,
                names.given,
                names.organisation, recipient?.socialInsuranceNumber ?? "", recipient?.businessNumber ?? "",
                address?.line1 ?? "", address?.line2 ?? "", address?.city ?? "", address?.province ?? "",
                address?.postalCode ?? "", slip.form.boxes.paid, SlipTable.amount(slip.paidMinor), slip.form.boxes.tax,
                SlipTable.amount(slip.taxMinor), slip.form == .rl1 ? numbers[slip.memberID] ?? "" : "", book,
            ])
        }
        let total = Text("total", "total")(language)
        table.row(
            [total, "", "\(year)", "\(summary.count)"] + Array(repeating: "", count: 11)
                + [SlipTable.amount(summary.paidMinor), "", SlipTable.amount(summary.taxMinor), "", book])
        return table.bytes
    }

    private static let columns: [SlipColumn?] = [
        .form, .kind, .year, .member, .family, .given, .organisation, .socialInsuranceNumber, .businessNumber, .line1,
        .line2, .city, .province, .postalCode, nil, .paid, nil, .tax, .slipNumber, .book,
    ]

    private static func names(_ recipient: SlipRecipient?) -> (family: String, given: String, organisation: String) {
        switch recipient?.name {
        case .person(let family, let given, _): (family, given, "")
        case .organisation(let name): ("", "", name)
        case nil: ("", "", "")
        }
    }
}
