import Commerce

/// A seller, driver or creator on the platform, and what it was paid in a year. What is not known is empty.
package struct PlatformSeller: Equatable, Sendable {
    package var sellerID: String
    package var name = ""
    /// `nil` where nobody said.
    package var isEntity: Bool? = true
    package var address = SlipAddress()
    /// Of a person: "1980-02-29".
    package var dateOfBirth = ""
    /// Social insurance number, or the tax number of another country.
    package var taxNumber = ""
    package var businessNumber = ""
    package var gstNumber = ""
    package var qstNumber = ""
    /// Where it is resident for tax: "CA".
    package var jurisdictions: [String] = []
    /// The account that is paid, as far as it is known.
    package var account = ""
    package var sellsGoodsOnly = true
    /// Left out for another reason: a government, a listed company.
    package var isExcluded = false
    /// Four, from January.
    package var quarters: [PlatformQuarter]

    package init(sellerID: String, quarters: [PlatformQuarter]) {
        self.sellerID = sellerID
        self.quarters = quarters
    }

    /// The year. Throws `StatementError` with code `total`.
    package func total(place: String) throws(StatementError) -> PlatformQuarter {
        var total = PlatformQuarter()
        for quarter in quarters { total = try total.adding(quarter, place: "\(place), \(sellerID)") }
        return total
    }
}

/// What a seller was paid in a quarter. Refunds may make a quarter negative.
package struct PlatformQuarter: Equatable, Sendable {
    /// Paid or credited, in cents, net of what the platform kept: the rules define consideration so (the OECD model
    /// rules; Canada's text was not read).
    package var considerationMinor: Int64
    /// Sales or services.
    package var activities: Int64
    /// Kept or charged by the platform, in cents.
    package var feesMinor: Int64
    /// Taxes withheld or charged by the platform, in cents.
    package var taxesMinor: Int64

    package init(considerationMinor: Int64 = 0, activities: Int64 = 0, feesMinor: Int64 = 0, taxesMinor: Int64 = 0) {
        self.considerationMinor = considerationMinor
        self.activities = activities
        self.feesMinor = feesMinor
        self.taxesMinor = taxesMinor
    }

    func adding(_ other: PlatformQuarter, place: String) throws(StatementError) -> PlatformQuarter {
        func sum(_ a: Int64, _ b: Int64) throws(StatementError) -> Int64 {
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else {
                throw .payment(
                    .total, file: place, "total", "", Text("la somme déborde", "the sum overflows"),
                    accepted: Text("des nombres qui tiennent en 64 bits", "numbers that fit 64 bits"))
            }
            return sum
        }
        return PlatformQuarter(
            considerationMinor: try sum(considerationMinor, other.considerationMinor),
            activities: try sum(activities, other.activities), feesMinor: try sum(feesMinor, other.feesMinor),
            taxesMinor: try sum(taxesMinor, other.taxesMinor))
    }
}

extension PlatformSeller {
    /// Fills in what the file of recipients and the sealed data know; the ledger's own figures and registrations stay.
    package mutating func fill(_ recipients: SlipRecipients, _ recipient: SlipRecipient?) {
        let row = recipients.rows[sellerID] ?? SlipRecipients.Row()
        switch recipient?.name {
        case .organisation(let legalName): (name, isEntity) = (legalName, true)
        case .person: (name, isEntity) = (recipient?.fullName ?? "", false)
        case nil: break
        }
        if let recipient {
            address = recipient.address
            businessNumber = recipient.businessNumber
            taxNumber = recipient.socialInsuranceNumber
        }
        if !row.taxNumber.isEmpty { taxNumber = row.taxNumber }
        dateOfBirth = row.dateOfBirth
        jurisdictions = row.taxResidence.split(separator: " ").map(String.init)
        account = row.account
        isExcluded = row.isExcluded
    }
}
