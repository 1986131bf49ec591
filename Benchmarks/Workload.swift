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
            // A fixed permutation spreads members and amounts without a random number.
            let mixed = number &* 2_654_435_761 & 0x7FFF_FFFF
            let amount = Int64(500 + mixed % 20_000)
            let gst = try RatePpm(50_000).applied(to: amount)
            let qst = try RatePpm(99_750).applied(to: amount)
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
        return proposals
    }
}
