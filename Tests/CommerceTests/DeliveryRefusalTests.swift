import Commerce
import Events
import Fixtures
import Testing

/// What cannot happen to a parcel or a locker.
@Suite("Refusals of delivery and lockers")
struct DeliveryRefusalTests {
    typealias Case = OrderRefusalTests.Case

    /// Sequences count from the first parcel event on.
    private static let before = UInt64(Story.opening.count + Story.people.count + Story.lockers.count)

    /// ready stands in caisse P1, way is with kim for caisse, door with kim for the door, fresh is with sam, gone is lost, back is
    /// returned and replaced by anew, stuck stands expired in metro M1, had is with the buyer; o-cut was cancelled once cut,
    /// only prepared, was ended.
    static let history: [Body] =
        ["o", "o-door", "o-cut", "o-done", "o-open", "o-free"].map {
            .promised($0, "ana", $0 == "o-door" ? .door : $0 == "o-free" ? .inStore : .locker4H)
        }
        + ["o", "o-door", "o-cut", "o-done", "o-free"].map { .capture("p-\($0)", $0, 1_000) }
        + [
            .parcel("ready", "o"), .transfer("ready", "sam", "kim"), .placement("ready"),
            .parcel("stuck", "o", site: "metro", size: .medium), .transfer("stuck", "sam", "kim"),
            .placement("stuck", "metro", 1, .medium), .parcel("way", "o", size: .large),
            .transfer("way", "sam", "kim"), .parcel("door", "o-door", site: ""), .transfer("door", "sam", "kim"),
            .parcel("fresh", "o"), .parcel("gone", "o"), .loss("gone"), .parcel("back", "o"), .comeback("back"),
            .parcel("anew", "o", replaces: "back"), .parcel("cut", "o-cut"), .comeback("cut"),
            .cancellation("o-cut"), .parcel("had", "o-done", size: .small), .transfer("had", "sam", "kim"),
            .placement("had", "caisse", 2), .collection("had"), .handOver("o-done"),
            .identity("eve"), .admission("eve", [.carrier]), .withdrawal("eve"), .site("old", "hq", [(.small, 1)]),
            .siteClosing("old"),
        ]

    static let cases: [Case] = [
        // Sites.
        Case("opening an open site", .site("caisse", "hq", [(.small, 1)]), "site", "a new site, or one that is closed"),
        Case(
            "a host that nobody knows", .site("new", "nobody", [(.small, 1)]), "host",
            "an identity that identityRegistered made known"),
        Case(
            "a site without kind", .site("new", "hq", [(.small, 1)], kind: .unspecified), "kind",
            "for example LOCKER_SITE_KIND_CAISSE"),
        Case("a site without compartments", .site("new", "hq", []), "compartments", "at least one size"),
        Case(
            "a size twice", .site("new", "hq", [(.small, 1), (.small, 2)]), "compartments[1].size",
            "SMALL, MEDIUM and LARGE, each once at most"),
        Case("a size of none", .site("new", "hq", [(.small, 0)]), "compartments[0].count", "1 to 10000"),
        Case(
            "a postal code with a letter that is not used", .site("new", "hq", [(.small, 1)], postalCode: "D2X 1Y4"),
            "postalCode", "for example H2X 1Y4, or nothing"),
        Case(
            "closing a site with a parcel in it", .siteClosing("caisse"), "site", "a site with every compartment empty"),
        Case("closing a closed site", .siteClosing("old"), "site", "a site that is open"),
        Case("closing an unknown site", .siteClosing("nix"), "site", "a site that lockerSiteOpened opened"),
        // Preparation.
        Case("a parcel twice", .parcel("fresh", "o"), "parcel", "a new parcel id"),
        Case("a parcel of no order", .parcel("x", "nix"), "order", "an order of purchasePlaced"),
        Case("a parcel of a cancelled order", .parcel("x", "o-cut"), "order", "an order that stands"),
        Case("a parcel of an unpaid order", .parcel("x", "o-open"), "order", "a paid order"),
        Case("a parcel of an order handed over", .parcel("x", "o-done"), "order", "an order that is not"),
        Case(
            "a parcel from somebody else", .parcel("x", "o", retailer: "reg"), "retailer",
            "a seller of the order (sam) or the cooperative that operates the warehouse"),
        Case(
            "a parcel without size", .parcel("x", "o", size: .unspecified), "size", "for example COMPARTMENT_SIZE_SMALL"
        ),
        Case(
            "a parcel that weighs less than nothing", .parcel("x", "o", weight: -1), "weightGrams", "0 to 1000000 grams"
        ),
        Case(
            "a parcel of negative value", .parcel("x", "o", value: -1), "valueMinor",
            "0 to 1000000000000000 minor units"),
        Case("a parcel in another currency", .parcel("x", "o", currency: "USD"), "currency", "CAD"),
        Case(
            "a promised parcel without locker", .parcel("x", "o", site: ""), "site",
            "a site that lockerSiteOpened opened"),
        Case("a parcel to the door with a locker", .parcel("x", "o-door"), "site", "no site"),
        Case("a parcel for a closed site", .parcel("x", "o", site: "old"), "site", "a site that is open"),
        Case(
            "a parcel too large for the site", .parcel("x", "o", site: "metro", size: .large), "size",
            "a smaller parcel, or another site"),
        Case(
            "replacing a parcel under way", .parcel("x", "o", replaces: "fresh"), "replaces",
            "a lost or returned parcel of the same order, once"),
        Case(
            "replacing a parcel twice", .parcel("x", "o", replaces: "back"), "replaces",
            "a lost or returned parcel of the same order, once"),
        Case(
            "replacing another order's parcel", .parcel("x", "o-free", replaces: "gone"), "replaces",
            "a lost or returned parcel of the same order, once"),
        // Custody.
        Case("a transfer of no parcel", .transfer("nix", "sam", "kim"), "parcel", "a parcel of parcelPrepared"),
        Case("a transfer from somebody else", .transfer("way", "sam", "leo"), "from", "kim"),
        Case("a transfer to a consumer", .transfer("way", "kim", "bob"), "to", "a member of the carrier group"),
        Case(
            "a transfer to a carrier who withdrew", .transfer("way", "kim", "eve"), "to",
            "a member at the event's effective time"),
        Case("a transfer to its carrier", .transfer("way", "kim", "kim"), "to", "another carrier"),
        Case(
            "a transfer of a lost parcel", .transfer("gone", "sam", "kim"), "parcel",
            "a parcel under way, or scanVoided of sequence \(before + 23)"),
        // Lockers.
        Case("placing what nobody carries", .placement("fresh"), "parcel", "a parcel that is in transit"),
        Case("placing what goes to the door", .placement("door"), "site", "parcelDelivered"),
        Case("placing elsewhere", .placement("way", "metro", 1, .medium), "site", "caisse"),
        Case(
            "placing in a compartment too small", .placement("way"), "size", "at least COMPARTMENT_SIZE_LARGE"),
        Case("placing in compartment 0", .placement("way", "caisse", 0, .large), "compartment", "1 to 1"),
        Case("placing in compartment 2 of 1", .placement("way", "caisse", 2, .large), "compartment", "1 to 1"),
        Case(
            "a code of 27 bytes", .placement("way", "caisse", 1, .large, codeBytes: 27), "sealedCode",
            "nothing, or a sealed code of 28 to 256 bytes"),
        Case(
            "a code of 257 bytes", .placement("way", "caisse", 1, .large, codeBytes: 257), "sealedCode",
            "nothing, or a sealed code of 28 to 256 bytes"),
        Case(
            "a parcel of a cancelled order that sets out again", .void("cut", before + 28), "parcel",
            "a parcel of an order that stands"),
        Case(
            "cancelling an order of which a parcel waits at the locker", .cancellation("o"), "order",
            "purchaseRefunded for a return"),
        Case(
            "cancelling an order of which a parcel is under way", .cancellation("o-door"), "order",
            "purchaseRefunded for a return"),
        Case("reminding of a parcel under way", .reminder("way"), "parcel", "a parcel that is in the locker"),
        Case("collecting a parcel under way", .collection("way"), "parcel", "a parcel that is in the locker"),
        Case("delivering to the door what is for a locker", .delivery("way"), "parcel", "parcelPlaced at caisse"),
        Case("delivering what nobody carries", .delivery("fresh"), "parcel", "a parcel that is in transit"),
        Case("expiring a parcel under way", .pickupExpiry("way"), "parcel", "a parcel that is in the locker"),
        Case("expiring too early", .pickupExpiry("ready"), "effectiveAt", "2017-01-04T15:43:00Z or later"),
        Case(
            "returning what the buyer has", .comeback("had"), "parcel",
            "a parcel under way, or scanVoided of sequence \(before + 33)"),
        // Losses.
        Case("a loss without reason", .loss("way", reason: ""), "reason", "1 to 500 bytes"),
        Case("a damage of nothing", .damage("way", 0), "damageMinor", "1 to 1000000000000000 minor units"),
        Case("a damage above the value", .damage("way", 101), "damageMinor", "at most 100"),
        // Voided scans.
        Case("voiding the preparation", .void("fresh", 0), "scannedSequence", "parcelReturned to end it"),
        Case(
            "voiding an earlier scan", .void("ready", before + 12), "scannedSequence", "\(before + 13) (ParcelPlaced)"),
        Case("voiding without reason", .void("ready", before + 13, reason: ""), "reason", "1 to 500 bytes"),
        Case(
            "voiding a collection after the hand-over", .void("had", before + 33), "parcel",
            "purchaseRefunded for a return"),
        // The order.
        Case("handing over before the buyer has it", .handOver("o"), "order", "an order whose buyer has every parcel"),
        // Policy.
        Case("a pickup window of no time", .deliveryPolicy(hours: 0), "delivery.pickupHours", "1 to 8760 hours"),
        Case(
            "a negative hosting fee", .deliveryPolicy(hosting: -1), "delivery.hostingFeeMinor",
            "0 to 1000000000000000 minor units"),
        Case(
            "a fee for a mode twice", .deliveryPolicy(fees: [(.door, 1), (.door, 2)]), "delivery.fees[1].mode",
            "each mode once at most"),
        Case(
            "a negative carrier's fee", .deliveryPolicy(fees: [(.door, -1)]), "delivery.fees[0].carrierFeeMinor",
            "0 to 1000000000000000 minor units"),
    ]

    @Test(arguments: cases)
    func `what may not happen is refused with the field and what would be accepted`(given: Case) throws {
        let desk = try Desk(opening: Story.opening + Story.people + Story.lockers + Self.history)
        let before = desk.balances
        let refusal = try #require(try desk.refusal(given.body), "it would be recorded")
        #expect(refusal.field == given.field)
        #expect(refusal.accepted.english == given.accepted)
        for language in Language.allCases {
            #expect(!refusal.accepted(language).isEmpty && !refusal.reason(language).isEmpty)
        }
        #expect(desk.balances == before)
    }

    @Test func `a compartment takes one parcel`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Story.lockers)
        for name in ["a", "b"] {
            try desk.record(.promised("o-\(name)"))
            try desk.record(.capture("p-\(name)", "o-\(name)", 1_000))
            try desk.record(.parcel(name, "o-\(name)"))
            try desk.record(.transfer(name, "sam", "kim"))
        }
        try desk.record(.placement("a"))
        let refusal = try #require(try desk.refusal(.placement("b")))
        #expect(refusal.field == "compartment" && refusal.reason.english == "taken by parcel a")
        // A small parcel may stand in a large compartment.
        try desk.record(.placement("b", "caisse", 1, .large))
        try desk.record(.collection("a"))
        #expect(try desk.refusal(.siteClosing("caisse"))?.reason.english == "parcel b is still in it")
        let collected = desk.size
        try desk.record(.collection("b"))
        try desk.record(.siteClosing("caisse"))
        let gone = try desk.refusal(.void("b", collected))
        #expect(gone?.accepted.english == "the site opened again with it")
        try desk.record(.site("caisse", "hq", [(.small, 4)]))
        #expect(try desk.refusal(.void("b", collected))?.reason.english == "compartment 1 of caisse is there no more")
        try desk.record(.siteClosing("caisse"))
        try desk.record(.site("caisse", "hq", [(.large, 1)]))
        try desk.record(.void("b", collected))
        #expect(try desk.refusal(.siteClosing("caisse"))?.reason.english == "parcel b is still in it")
    }

    @Test func `a scan is not before the one before it`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Story.lockers)
        try desk.record(.promised("o"))
        try desk.record(.capture("p", "o", 1_000))
        try desk.record(.parcel("x", "o"), at: "2017-01-03T12:00:00Z")
        let refusal = try desk.refusal(.transfer("x", "sam", "kim"), at: "2017-01-03T11:59:59Z")
        #expect(refusal?.field == "effectiveAt" && refusal?.accepted.english == "2017-01-03T12:00:00Z or later")
    }

    @Test func `a cooperative's own identity may prepare from its warehouse`() throws {
        let desk = try Desk(opening: Story.opening + Story.people + Story.lockers + [.identity("grand-io")])
        try desk.record(.promised("o"))
        try desk.record(.capture("p", "o", 1_000))
        try desk.record(.parcel("x", "o", retailer: "grand-io"))
        try desk.record(.transfer("x", "grand-io", "kim"))
        #expect(
            try desk.record(.loss("x")) == ["assets:receivable kim 100", "liabilities:seller-payable grand-io -100"])
    }
}
