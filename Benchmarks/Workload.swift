import Accounting
import Events
import Ledger

/// Workload W: purchases of five postings, each followed by a payment of two; 20 000 members, 500 sellers.
struct Workload {
    static let members = 20_000
    static let sellers = 500
    static let products = 1_000
    private static let startUs: Int64 = 1_767_225_600_000_000

    private static func begin(_ event: EventWriter, key: String, at us: Int64) {
        event.effectiveAt { $0.write(microseconds: us) }
        event.book("bench")
        event.source("w")
        event.key(key)
    }

    /// The cooperative, its policies, members, sellers and products, in batches.
    static func founding() throws -> [Proposals] {
        var batches = [Proposals()]
        func add(_ key: String, _ body: (EventWriter) -> Void) throws {
            if batches[batches.count - 1].count == 4_096 { batches.append(Proposals()) }
            try batches[batches.count - 1].append { event in
                begin(event, key: key, at: startUs)
                body(event)
            }
        }
        try add("founded") { event in
            event.cooperativeFounded {
                $0.name("Banc d’essai")
                $0.legalForm(.solidarity)
                $0.currency("CAD")
                $0.timeZone("America/Toronto")
                $0.commonSharePriceMinor(1_000)
                $0.clock(.data)
            }
        }
        try add("taxes") { event in
            event.policyAdopted {
                $0.taxes {
                    $0.jurisdiction("CA-QC")
                    for (tax, rate) in [("gst", 50_000), ("qst", 99_750)] {
                        $0.rates {
                            $0.tax(tax)
                            $0.taxClass(.standard)
                            $0.ratePpm(UInt32(rate))
                        }
                    }
                    $0.basis(.order)
                }
            }
        }
        try add("commission") { event in event.policyAdopted { $0.commission { $0.ratePpm(40_000) } } }
        for party in 0..<members + sellers {
            let name = party < members ? "m\(party)" : "s\(party - members)"
            try add("identity-\(name)") { event in event.identityRegistered { $0.identity(name) } }
            try add("member-\(name)") { event in
                event.memberAdmitted {
                    $0.member(name)
                    $0.category(.user)
                    $0.groups([party < members ? .consumer : .seller])
                }
            }
        }
        for product in 0..<products {
            try add("product-\(product)") { event in
                event.productListed {
                    $0.product("p\(product)")
                    $0.taxClass(.standard)
                    $0.department("GROCERY")
                }
            }
        }
        return batches
    }

    /// `count` purchases, each with its payment, from purchase number `from` on.
    static func batch(from: Int, count: Int) throws -> Proposals {
        let proposals = Proposals(capacity: count * 400)
        for number in from..<from + count {
            try appendPurchase(number, to: proposals)
            try appendPayment(number, to: proposals)
        }
        return proposals
    }

    /// `count` events from event number `from` on, `perBatch` a batch.
    static func batches(from: Int, count: Int, perBatch: Int) throws -> [Proposals] {
        try stride(from: from, to: from + count, by: perBatch).map { start in
            let end = min(start + perBatch, from + count)
            let proposals = Proposals(capacity: (end - start) * 200)
            for event in start..<end {
                if event % 2 == 0 {
                    try appendPurchase(event / 2, to: proposals)
                } else {
                    try appendPayment(event / 2, to: proposals)
                }
            }
            return proposals
        }
    }

    // A fixed permutation spreads members and amounts without a random number.
    private static func mixed(_ number: Int) -> Int { number &* 2_654_435_761 & 0x7FFF_FFFF }

    private static func amounts(_ number: Int) throws -> (net: Int64, gst: Int64, qst: Int64) {
        let net = Int64(500 + mixed(number) % 20_000)
        return (net, try RatePpm(50_000).applied(to: net), try RatePpm(99_750).applied(to: net))
    }

    private static func appendPurchase(_ number: Int, to proposals: Proposals) throws {
        let mixed = mixed(number)
        let (amount, gst, qst) = try amounts(number)
        let at = startUs + Int64(number) * 1_000_000
        let member = "m\(mixed % members)"
        try proposals.append { event in
            begin(event, key: "o\(number)", at: at)
            event.purchasePlaced {
                $0.order("o\(number)")
                $0.buyer(member)
                $0.buyerStatus(.member)
                $0.currency("CAD")
                $0.lines {
                    $0.product("p\(mixed % products)")
                    $0.seller("s\(mixed / 7 % sellers)")
                    $0.quantity(1)
                    $0.amountMinor(amount)
                    $0.taxClass(.standard)
                }
                for (tax, charged) in [("gst", gst), ("qst", qst)] where charged != 0 {
                    $0.taxes {
                        $0.tax(tax)
                        $0.amountMinor(charged)
                    }
                }
                $0.totalMinor(amount + gst + qst)
                $0.deliveryMode(.inStore)
            }
        }
    }

    private static func appendPayment(_ number: Int, to proposals: Proposals) throws {
        let mixed = mixed(number)
        let (amount, gst, qst) = try amounts(number)
        let at = startUs + Int64(number) * 1_000_000
        try proposals.append { event in
            begin(event, key: "p\(number)", at: at)
            event.paymentCaptured {
                $0.payment("p\(number)")
                $0.order("o\(number)")
                $0.institution(mixed % 2 == 0 ? "815" : "006")
                $0.amountMinor(amount + gst + qst)
                $0.currency("CAD")
            }
        }
    }
}
