/// Where a person or a cooperative is reached. What is not known is empty: it is listed as missing, never invented.
package struct SlipAddress: Equatable, Sendable {
    package var line1 = ""
    package var line2 = ""
    package var city = ""
    /// Two letters: "QC".
    package var province = ""
    /// With or without its space.
    package var postalCode = ""
    /// Three letters of ISO 3166: "CAN".
    package var country = "CAN"

    package init(
        line1: String = "", line2: String = "", city: String = "", province: String = "", postalCode: String = "",
        country: String = "CAN"
    ) {
        self.line1 = line1
        self.line2 = line2
        self.city = city
        self.province = province
        self.postalCode = postalCode
        self.country = country
    }

    /// Two letters, as the authorities write a province; a Canadian one may be given by its name.
    var provinceCode: String { Self.provinceCodes[province.lowercased()] ?? province.uppercased() }

    var hasProvinceCode: Bool {
        let code = provinceCode.utf8
        return code.count == 2 && code.allSatisfy { (0x41...0x5A).contains($0) }
    }

    private static let provinceCodes = [
        "québec": "QC", "quebec": "QC", "ontario": "ON", "nouveau-brunswick": "NB", "new brunswick": "NB",
        "nouvelle-écosse": "NS", "nova scotia": "NS", "île-du-prince-édouard": "PE", "prince edward island": "PE",
        "terre-neuve-et-labrador": "NL", "newfoundland and labrador": "NL", "manitoba": "MB", "saskatchewan": "SK",
        "alberta": "AB", "colombie-britannique": "BC", "british columbia": "BC", "yukon": "YT",
        "territoires du nord-ouest": "NT", "northwest territories": "NT", "nunavut": "NU",
    ]

    /// As the authorities write it: six characters, capital, without space.
    var compactPostalCode: String { String(postalCode.uppercased().filter { $0 != " " && $0 != "-" }) }
}

/// The cooperative that paid, and how both authorities know it.
package struct SlipIssuer: Equatable, Sendable {
    package var name = ""
    package var address = SlipAddress()
    /// The federal account of the return, 15 characters: "123456789RP0001".
    package var businessNumber = ""
    /// Revenu Québec: identification number (10 digits), file (4 digits, of type RS), enterprise number (NEQ, 10
    /// digits).
    package var quebecIdentification = ""
    package var quebecFile = ""
    package var enterpriseNumber = ""
    /// Whom the authorities call.
    package var contactName = ""
    package var contactAreaCode = ""
    /// "555-1234".
    package var contactPhone = ""

    package init(name: String = "", address: SlipAddress = SlipAddress()) {
        self.name = name
        self.address = address
    }
}

/// Who sends the files, and what the authorities gave them for it. Software that is not certified has none of it.
package struct SlipTransmitter: Equatable, Sendable {
    /// Canada Revenue Agency: the transmitter's account (15 characters), representative, reference of this submission.
    package var federalAccount = ""
    package var representativeID = ""
    package var submissionReference = ""
    package var email = ""
    /// Revenu Québec: preparer's number ("NP000000"), type, certification ("RQ-26-01-000"), partner, product.
    package var preparerNumber = ""
    package var preparerType = ""
    package var certification = ""
    package var partnerID = ""
    package var productID = ""

    package init() {}
}

/// The member who was paid.
package struct SlipRecipient: Equatable, Sendable {
    /// What the member is called.
    package enum Name: Equatable, Sendable {
        case person(family: String, given: String, initial: String)
        case organisation(String)
    }

    package var name: Name
    package var address: SlipAddress
    /// Social insurance number, nine digits, for a person.
    package var socialInsuranceNumber: String
    /// For an organisation: "123456789RC0001".
    package var businessNumber: String

    package init(
        name: Name, address: SlipAddress = SlipAddress(), socialInsuranceNumber: String = "",
        businessNumber: String = ""
    ) {
        self.name = name
        self.address = address
        self.socialInsuranceNumber = socialInsuranceNumber
        self.businessNumber = businessNumber
    }

    /// One line.
    var fullName: String {
        switch name {
        case .person(let family, let given, let initial):
            [given, initial, family].filter { !$0.isEmpty }.joined(separator: " ")
        case .organisation(let name): name
        }
    }
}
