import Accounting
import Events
import Fixtures

/// A plain account of orders, holds, cards, chargebacks, payouts and suppliers: what is legal and what every balance must be.
///
/// Goods bear no tax and the commission is 4 %, so that what an order is worth is the market's own (`Market.worth`).
struct TradeModel {
    struct Order {
        var worth: Market.Order
        let us: Int64
        var handedOverUs: Int64 = .min
        /// Captured less paid back and taken back, by institution.
        var held: [String: Int64] = [:]
        /// What was paid back through each.
        var given: [String: Int64] = [:]
        /// Paid by cards less given back, by card.
        var cards: [String: Int64] = [:]
        var paid: Int64 = 0
        var chargedBack: Int64 = 0
        /// What was paid, by whom, and what was refunded or cancelled, with when.
        var payments: [(means: String, us: Int64, amount: Int64)] = []
        var backs: [(us: Int64, amount: Int64)] = []
        var paidUs: Int64 { payments.map(\.us).max() ?? us }

        /// What came after an instant.
        func paid(after then: Int64, _ means: String? = nil) -> Int64 {
            payments.filter { $0.us > then && means ?? $0.means == $0.means }.reduce(0) { $0 + $1.amount }
        }

        func back(after then: Int64) -> Int64 { backs.filter { $0.us > then }.reduce(0) { $0 + $1.amount } }

        var due: Int64 { Market.worth(worth).total - paid }
    }
    struct Hold {
        let order: String
        let institution: String
        var left: Int64
        let expiresUs: Int64
        let us: Int64
    }
    struct Chargeback {
        let order: String
        let institution: String
        let amount: Int64
        var settled: Int64
        /// Who bears the rest.
        var borne: [String: Int64]
        let us: Int64
        var isReversed = false
    }
    struct Payout {
        let account: String
        let payee: String
        let institution: String
        let amount: Int64
        let us: Int64
        var isSettled = false
        var isReturned = false
    }
    struct Deed {
        let event: Event
        let isLegal: Bool
        /// The field that a refusal must name, where only the time is wrong.
        var field: String?
        let after: TradeModel
    }

    struct Move {
        let us: Int64
        let amount: Int64
        let isReturn: Bool
    }

    /// What of some moves stood at the end of a local day and no return has taken, never more than stands now.
    static func standing(_ moves: [Move], through day: Int64) -> Int64 {
        min(moves.reduce(0) { $0 + $1.amount }, period(moves, through: day))
    }

    /// What was so at the end of a local day and no return has settled since, whatever changed after it.
    static func period(_ moves: [Move], through day: Int64) -> Int64 {
        moves.filter { $0.isReturn || ($0.us - 18_000_000_000) / 86_400_000_000 <= day }.reduce(0) { $0 + $1.amount }
    }

    /// A remittance of GST, or with a negative amount what the authority paid back, for a period that ended on a local day.
    struct Return {
        let us: Int64
        let end: Int64
        let amount: Int64
    }

    /// What the authority still has to pay back of the account as it stood at the end of a local day; a later period's return has taken it along.
    func refundable(through day: Int64) -> Int64 {
        func isIn(_ us: Int64) -> Bool { (us - 18_000_000_000) / 86_400_000_000 <= day }
        guard gstReturns.allSatisfy({ $0.end <= day || $0.amount == 0 }) else { return 0 }
        let stood = gstMoves.filter { isIn($0.us) }.reduce(0) { $0 + $1.amount }
        let since = gstReturns.filter { !isIn($0.us) }.reduce(0) { $0 + $1.amount }
        return max(0, since - stood)
    }

    var orders: [String: Order] = [:]
    var holds: [String: Hold] = [:]
    var cards: [String: Int64] = [:]
    var chargebacks: [String: Chargeback] = [:]
    var cardsUs: [String: Int64] = [:]
    var payouts: [String: Payout] = [:]
    /// When the last deed was effective.
    var lastUs: Int64 = 0
    /// The next deed is effective before what it follows from.
    var isEarly = false
    /// By institution and local day.
    var captured: [String: Int64] = [:]
    var recoverable: Int64 { recoverableMoves.reduce(0) { $0 + $1.amount } }
    /// Tax that becomes recoverable or is claimed, and GST that becomes payable or is remitted: when, and whether by a return.
    var recoverableMoves: [Move] = []
    var gstMoves: [Move] = []
    var gstReturns: [Return] = []
    var balances: [String: Int64] = [:]
    var sellersBear = false
    /// What tom pays of discounts at most; nil before he agreed to any.
    var sponsorLimit: Int64?
    var collected: Int64 = 0
    /// What changed tom's debt for discounts, and when.
    var owedMoves: [(us: Int64, growth: Int64)] = []
    var credit: Int64 = 0
    var daily: Int64 = 0
    var payoutMost: Int64 = 0

    mutating func post(_ account: String, _ party: String, _ amount: Int64, isReturn: Bool = false) {
        if account == "liabilities:gst-payable", amount != 0 {
            gstMoves.append(Move(us: lastUs, amount: -amount, isReturn: isReturn))
        }
        let sum = (balances["\(account) \(party)"] ?? 0) + amount
        balances["\(account) \(party)"] = sum == 0 ? nil : sum
    }

    func balance(_ account: String, _ party: String) -> Int64 { balances["\(account) \(party)"] ?? 0 }

    /// What buyers bought and sellers sold of the orders handed over.
    var bases: (buyers: [String: Int64], sellers: [String: Int64]) {
        var bases: (buyers: [String: Int64], sellers: [String: Int64]) = ([:], [:])
        for order in orders.values where order.worth.isHandedOver {
            for line in order.worth.lines where line.amount > line.refunded {
                bases.buyers[order.worth.buyer, default: 0] += line.amount - line.refunded
                bases.sellers[line.seller, default: 0] += line.amount - line.refunded
            }
        }
        return bases
    }

    /// The discounts that tom pays, less those taken back.
    var sponsored: Int64 { orders.values.reduce(0) { $0 + Market.worth($1.worth).funded } }

    /// What a seller may be paid: its payable less that of orders not handed over.
    func payable(_ account: String, _ party: String) -> Int64 {
        // What tom paid of discounts that were taken back since.
        if account == "assets:receivable" { return collected - sponsored }
        var pending: Int64 = 0
        if account == "liabilities:seller-payable" {
            for order in orders.values where !order.worth.isHandedOver {
                pending += Market.worth(order.worth).payable[party] ?? 0
            }
        }
        return -balance(account, party) - pending
    }

    /// Posts the change of an order's worth.
    mutating func change(_ name: String, _ alter: (inout Market.Order) -> Void) {
        guard var order = orders[name] else { return }
        let before = Market.worth(order.worth)
        let wasHandedOver = order.worth.isHandedOver
        alter(&order.worth)
        let after = Market.worth(order.worth)
        orders[name] = order
        post("assets:receivable", order.worth.buyer, after.total - before.total)
        post("assets:receivable", "tom", after.funded - before.funded)
        owedMoves.append((lastUs, after.funded - before.funded))
        let commission = wasHandedOver ? "revenue:commission" : "liabilities:deferred-commission"
        post(commission, "", before.commission - after.commission)
        for seller in ["sam", "reg"] {
            post(
                "liabilities:seller-payable", seller, (before.payable[seller] ?? 0) - (after.payable[seller] ?? 0))
        }
        guard order.worth.isHandedOver, !wasHandedOver else { return }
        post("liabilities:deferred-commission", "", after.commission)
        post("revenue:commission", "", -after.commission)
        for (seller, taxes) in after.commissionTaxes {
            for (tax, account) in ["liabilities:gst-payable", "liabilities:qst-payable"].enumerated() {
                post(account, "", -taxes[tax])
                post("liabilities:seller-payable", seller, taxes[tax])
            }
        }
    }
}
