import Accounting
import Bytes
import Events
import Ledger

/// The batches of one seed: the same events, byte for byte, whoever asks, so that a ledger can be compared with what it should hold.
///
/// Batch 0 founds the cooperative; each later one brings a member, a product and some purchases, paid and handed over.
struct EventSequence {
    static let members = 40
    static let sellers = 8
    static let products = 30
    private static let startUs: Int64 = 1_767_225_600_000_000
    private static let eventsOfPurchase = 3
    private static let eventsBeforePurchases = 3

    let seed: UInt64
    /// Recorded times from the machine: then entries cannot be foretold, only counted.
    var machineClock = false

    /// How many purchases batch `number` has: mostly few, sometimes more than the tail may hold.
    private func purchases(_ number: Int) -> Int {
        guard number > 0 else { return 0 }
        var random = SplitMix(seed: seed &* 1_000_003 &+ UInt64(number))
        if number % 37 == 36 { return 2_800 }
        return switch random.below(100) {
        case 0..<45: 1 + random.below(4)
        case 45..<80: 15 + random.below(60)
        case 80..<97: 100 + random.below(300)
        default: 600 + random.below(400)
        }
    }

    /// Events in batch `number`.
    func count(_ number: Int) -> Int {
        number == 0
            ? 4 + 2 * (Self.members + Self.sellers) + Self.products
            : Self.eventsBeforePurchases + Self.eventsOfPurchase * purchases(number)
    }

    /// The batch that follows the first `size` events; nil when no batch ends there.
    func batch(after size: UInt64) -> Place? {
        var place = Place()
        while place.size < size { place = next(place) }
        return place.size == size ? place : nil
    }

    /// Where a batch stands: its number, the events and the purchases before it.
    struct Place {
        var number = 0
        var size: UInt64 = 0
        var purchases = 0
    }

    func next(_ place: Place) -> Place {
        Place(
            number: place.number + 1, size: place.size + UInt64(count(place.number)),
            purchases: place.purchases + purchases(place.number))
    }

    /// The proposals of the batch at `place`.
    func proposals(_ place: Place) throws -> Proposals {
        let proposals = Proposals()
        if place.number == 0 {
            try found(proposals)
            return proposals
        }
        try admit("n\(place.number)", .consumer, atUs(place.purchases), to: proposals)
        try list("q\(place.number)", atUs(place.purchases), to: proposals)
        for purchase in place.purchases..<place.purchases + purchases(place.number) {
            try buy(purchase, to: proposals)
        }
        return proposals
    }

    private func atUs(_ purchase: Int) -> Int64 { Self.startUs + Int64(purchase) * 90_000_000 }

    private func begin(_ event: EventWriter, _ key: String, _ us: Int64) {
        event.effectiveAt { $0.write(microseconds: us) }
        event.book("faults")
        event.source("fault-writer")
        event.key(key)
    }

    private func found(_ proposals: Proposals) throws {
        try proposals.append { event in
            begin(event, "founded", Self.startUs)
            event.cooperativeFounded {
                $0.name("Coopérative des pannes")
                $0.legalForm(.solidarity)
                $0.currency("CAD")
                $0.timeZone("America/Toronto")
                $0.commonSharePriceMinor(1_000)
                if !machineClock { $0.clock(.data) }
            }
        }
        try proposals.append { event in
            begin(event, "taxes", Self.startUs)
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
        try proposals.append { event in
            begin(event, "commission", Self.startUs)
            event.policyAdopted { $0.commission { $0.ratePpm(40_000) } }
        }
        try proposals.append { event in
            begin(event, "withholding", Self.startUs)
            event.policyAdopted {
                $0.withholding {
                    $0.ratePpm(150_000)
                    $0.exemptMinor(10_000)
                }
            }
        }
        for member in 0..<Self.members { try admit("m\(member)", .consumer, Self.startUs, to: proposals) }
        for seller in 0..<Self.sellers { try admit("s\(seller)", .seller, Self.startUs, to: proposals) }
        for product in 0..<Self.products { try list("p\(product)", Self.startUs, to: proposals) }
    }

    private func admit(_ name: String, _ group: Group, _ us: Int64, to proposals: Proposals) throws {
        try proposals.append { event in
            begin(event, "identity-\(name)", us)
            event.identityRegistered { $0.identity(name) }
        }
        try proposals.append { event in
            begin(event, "member-\(name)", us)
            event.memberAdmitted {
                $0.member(name)
                $0.category(.user)
                $0.groups([group])
            }
        }
    }

    private func list(_ name: String, _ us: Int64, to proposals: Proposals) throws {
        try proposals.append { event in
            begin(event, "product-\(name)", us)
            event.productListed {
                $0.product(name)
                $0.taxClass(.standard)
                $0.department("GROCERY")
            }
        }
    }

    private func buy(_ number: Int, to proposals: Proposals) throws {
        var random = SplitMix(seed: seed ^ UInt64(number) &* 0x9E37_79B9)
        let amount = Int64(100 + random.below(20_000))
        let gst = try RatePpm(50_000).applied(to: amount)
        let qst = try RatePpm(99_750).applied(to: amount)
        let us = atUs(number)
        try proposals.append { event in
            begin(event, "o\(number)", us)
            event.purchasePlaced {
                $0.order("o\(number)")
                $0.buyer("m\(random.below(Self.members))")
                $0.buyerStatus(.member)
                $0.currency("CAD")
                $0.lines {
                    $0.product("p\(random.below(Self.products))")
                    $0.seller("s\(random.below(Self.sellers))")
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
            begin(event, "c\(number)", us + 1_000_000)
            event.paymentCaptured {
                $0.payment("c\(number)")
                $0.order("o\(number)")
                $0.institution(number % 2 == 0 ? "815" : "006")
                $0.amountMinor(amount + gst + qst)
                $0.currency("CAD")
            }
        }
        try proposals.append { event in
            begin(event, "h\(number)", us + 2_000_000)
            event.orderHandedOver { $0.order("o\(number)") }
        }
    }
}

/// Numbers that a seed decides.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
