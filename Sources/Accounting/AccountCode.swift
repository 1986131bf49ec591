/// The chart of accounts that every book has. The numbers stand in stored views: never renumbered, never used again.
///
/// 0 is no account. Numbers from `bookDefinedMin` on are for names that a book adds itself.
package enum AccountCode: UInt16, CaseIterable, Sendable {
    case receivable = 1
    case inTransit = 2
    case bank = 3
    case taxRecoverable = 4
    case trustBank = 5
    case intercoopReceivable = 6
    case inventory = 7
    case currencyExchange = 8
    case platformReceivable = 9

    case sellerPayable = 32
    case gstPayable = 33
    case qstPayable = 34
    case hstPayable = 35
    case deferredCommission = 36
    case dividendsPayable = 37
    case withholdingPayable = 38
    case communityPayable = 39
    case payoutsInTransit = 40
    case sharesToRedeem = 41
    case interestPayable = 42
    case suspense = 43
    case accountsPayable = 44
    case giftCards = 45
    case intercoopPayable = 46
    case royaltiesPayable = 47
    case driverPayable = 48
    case membersPayable = 49
    case playCredits = 50
    case rideLevyPayable = 51
    case buyerCredits = 52

    case memberShares = 96
    case preferredShares = 97
    case reserve = 98
    case reserveForRebates = 99
    case surplus = 100
    case deficit = 101
    case solidarityFund = 102

    case commission = 128
    case otherRevenue = 129
    case rides = 130
    case services = 131
    case sales = 132
    case streaming = 133
    case exchangeGains = 134

    case bankFees = 160
    case discounts = 161
    case losses = 162
    case wages = 163
    case rent = 164
    case amortisation = 165
    case professionalFees = 166
    case interest = 167
    case otherExpenses = 168
    case delivery = 169
    case lockerHosting = 170
    case media = 171
    case agreementServices = 172
    case goodsSold = 173
    case stockAdjustments = 174
    case sharedWithMembers = 175
    case solidarity = 176
    case exchangeLosses = 177
    case chargebacks = 178
    case platformCommission = 179

    /// The least number of an account that a book adds itself.
    package static let bookDefinedMin: UInt16 = 256

    /// The account of a name such as "assets:bank"; nil for a name that is not well known.
    package init?(name: String) {
        guard let found = Self.byName[name] else { return nil }
        self = found
    }

    /// The account on which a tax such as "gst" is owed: liabilities:gst-payable.
    package init?(payableTax tax: String) {
        self.init(name: "liabilities:\(tax)-payable")
    }

    /// "assets:bank": what queries, files and events call the account.
    package var name: String { chartRow.name }

    package var frenchLabel: String { chartRow.french }

    package var englishLabel: String { chartRow.english }

    /// Whose sub-accounts the account has.
    package var partyKind: PartyKind { chartRow.party }

    package var accountClass: AccountClass {
        switch rawValue {
        case ..<32: .assets
        case ..<96: .liabilities
        case ..<128: .equity
        case ..<160: .revenue
        default: .expenses
        }
    }

    /// The side on which the balance usually stands; a deficit stands against its class.
    package var normalSide: NormalSide { self == .deficit ? .debit : accountClass.normalSide }

    private static let byName = [String: AccountCode](
        allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
