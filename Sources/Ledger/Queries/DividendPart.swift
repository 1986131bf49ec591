import Accounting
package import Commerce
import Events

/// How a patronage dividend reached its member: the one event pays in cash, remits the tax withheld and issues shares.
package enum DividendPart: Int, Sendable {
    case cash = 1
    case withheld
    case shares

    /// The parts of what the payment posted on the member's dividends payable, without those of nothing; none for any other posting.
    static func parts(of event: EventView, _ kind: EventKind, _ posting: Posting) -> [(DividendPart, Int64)] {
        guard kind == .patronageDividendPaid, posting.account == AccountCode.dividendsPayable.rawValue,
            let body = try? PatronageDividendPaidView(event.bodyBytes),
            body.cashMinor &+ body.sharesMinor == posting.amountMinor
        else { return [] }
        return [
            (.cash, body.cashMinor &- body.withheldMinor), (.withheld, body.withheldMinor), (.shares, body.sharesMinor),
        ].filter { $0.1 != 0 }
    }

    package var text: Text {
        switch self {
        case .cash: Text("Ristourne versée en argent", "Dividend paid in cash")
        case .withheld: Text("Impôt retenu sur la ristourne", "Tax withheld from the dividend")
        case .shares: Text("Ristourne versée en parts", "Dividend paid in shares")
        }
    }
}
