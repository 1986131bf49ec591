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
        /// Captured less paid back and taken back, by institution.
        var held: [String: Int64] = [:]
        /// Paid by cards less given back, by card.
        var cards: [String: Int64] = [:]
        var paid: Int64 = 0
        var chargedBack: Int64 = 0
        /// The refunds so far, for the parts of a chargeback.
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
        let after: TradeModel
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
    var recoverable: Int64 = 0
    var balances: [String: Int64] = [:]
    var sellersBear = false
    /// What tom pays of discounts at most; nil before he agreed to any.
    var sponsorLimit: Int64?
    var collected: Int64 = 0
    var credit: Int64 = 0
    var daily: Int64 = 0
    var payoutMost: Int64 = 0

    mutating func post(_ account: String, _ party: String, _ amount: Int64) {
        let sum = (balances["\(account) \(party)"] ?? 0) + amount
        balances["\(account) \(party)"] = sum == 0 ? nil : sum
    }

    func balance(_ account: String, _ party: String) -> Int64 { balances["\(account) \(party)"] ?? 0 }

    /// The discounts that tom pays, less those taken back.
    var sponsored: Int64 { orders.values.reduce(0) { $0 + Market.worth($1.worth).funded } }

    /// What a seller may be paid: its payable less that of orders not handed over.
    func payable(_ account: String, _ party: String) -> Int64 {
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
