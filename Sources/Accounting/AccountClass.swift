/// The five classes of accounts, in the order in which statements print them.
package enum AccountClass: UInt8, CaseIterable, Comparable, Sendable {
    case assets = 1
    case liabilities = 2
    case equity = 3
    case revenue = 4
    case expenses = 5

    /// The first segment of the codes of this class.
    package var name: String {
        switch self {
        case .assets: "assets"
        case .liabilities: "liabilities"
        case .equity: "equity"
        case .revenue: "revenue"
        case .expenses: "expenses"
        }
    }

    /// The class of an account's name, by its first segment; nil where that is none of the five.
    package init?(ofAccount name: String) {
        let segment = name.utf8.prefix { $0 != 0x3A }
        guard let found = Self.allCases.first(where: { $0.name.utf8.elementsEqual(segment) }) else { return nil }
        self = found
    }

    package var frenchLabel: String {
        switch self {
        case .assets: "Actif"
        case .liabilities: "Passif"
        case .equity: "Avoir"
        case .revenue: "Produits"
        case .expenses: "Charges"
        }
    }

    package var englishLabel: String {
        switch self {
        case .assets: "Assets"
        case .liabilities: "Liabilities"
        case .equity: "Equity"
        case .revenue: "Revenue"
        case .expenses: "Expenses"
        }
    }

    package var normalSide: NormalSide {
        switch self {
        case .assets, .expenses: .debit
        case .liabilities, .equity, .revenue: .credit
        }
    }

    package static func < (a: AccountClass, b: AccountClass) -> Bool { a.rawValue < b.rawValue }
}

/// The side on which an account's balance usually stands.
package enum NormalSide: Sendable {
    case debit
    case credit
}

/// Whose sub-accounts an account has.
package enum PartyKind: Sendable {
    /// The account has no sub-accounts.
    case none
    /// A member, buyer or seller.
    case identity
    /// A financial institution.
    case institution
    /// Another cooperative, by the name of its book.
    case cooperative
}
