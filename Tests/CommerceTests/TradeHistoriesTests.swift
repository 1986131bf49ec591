import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// Random histories of payments and trade, legal and illegal, against a plain account of the same deeds.
@Suite("Random histories of payments and trade")
struct TradeHistoriesTests {
    private static let deeds = 14
    private static let opening: [Body] =
        [.founding(), .calendar(), .taxes(), .commission(ppm: 40_000)]
        + ["ana", "bob", "tom", "sam", "reg"].map { .identity($0) }
        + ["ana", "bob"].map { .admission($0, [.consumer]) }
        + [
            .admission("sam", [.seller]),
            .admission("reg", [.seller], registered: ["gst": "2016-01-01", "qst": "2016-01-01"]),
            .listing("milk", .zeroRated),
        ]

    @Test(arguments: 0..<40)
    func `every balance is what the deeds say, and refused ones leave nothing`(block: Int) throws {
        for seed in UInt64(block * 250)..<UInt64(block * 250 + 250) {
            var random = Seeded(seed)
            var model = TradeModel()
            var opening = Self.opening
            if seed % 2 == 0 {
                opening.append(.chargebackRule(.seller))
                model.sellersBear = true
            }
            if seed % 3 == 0 {
                (model.credit, model.daily, model.payoutMost) = (20_000, 15_000, 4_000)
                opening.append(.limits(credit: 20_000, daily: 15_000, payout: 4_000))
            }
            let desk = try Desk(opening: opening)
            var accepted: [Event] = []
            for step in 0..<Self.deeds {
                let deed = model.deed(&desk.story, &random)
                do {
                    try desk.record(deed.event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(deed.event)")
                    accepted.append(deed.event)
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(deed.event)")
                    try #require(deed.field ?? refusal.field == refusal.field, "seed \(seed), step \(step): \(refusal)")
                }
                model = deed.after
            }
            let balances = desk.balances
            try #require(balances == model.balances, "seed \(seed)")
            try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
            try check(model, desk, seed)
            // Refused events left nothing: without them the views are the same.
            let quiet = try Desk(opening: opening)
            try quiet.replay(accepted)
            try #require(digests(quiet) == digests(desk), "seed \(seed)")
            // A fold for balances alone gives the same ones.
            let bare = try Desk(opening: opening, leavingOut: IndexByte.besideBalances)
            try bare.replay(accepted)
            try #require(bare.balances == balances, "seed \(seed)")
        }
    }

    private func digests(_ desk: Desk) -> [String] {
        desk.views.index.digests().map { "\($0.index) \($0.rows) \($0.digest)" }
    }

    /// What the views say beside the balances.
    private func check(_ model: TradeModel, _ desk: Desk, _ seed: UInt64) throws {
        let book = try #require(desk.book)
        for (name, left) in model.cards {
            let card = Array(name.utf8).withBytes { desk.views.giftCard($0, book) }
            try #require(card?.balanceMinor == left && left >= 0, "seed \(seed): \(name)")
        }
        for (name, hold) in model.holds {
            let record = Array(name.utf8).withBytes { desk.views.authorization($0, book) }
            try #require(record?.leftMinor == hold.left && hold.left >= 0, "seed \(seed): \(name)")
        }
        for (name, order) in model.orders {
            let record = Array(name.utf8).withBytes { desk.views.order($0, book) }
            try #require(record?.dueMinor == order.due, "seed \(seed): \(name)")
            try #require(record?.chargedBackMinor == order.chargedBack, "seed \(seed): \(name)")
        }
        // Business is what was handed over and not refunded.
        let bases = model.bases
        for (group, base) in [(Group.consumer, bases.buyers), (.seller, bases.sellers)] {
            var found: [String: Int64] = [:]
            for row in desk.views.patronage(book, year: 2017, group: group) where row.base != 0 {
                found[desk.views.partyName(row.party)] = row.base
            }
            try #require(found == base, "seed \(seed)")
        }
        try #require(
            desk.views.business(book, year: 2017).members == bases.buyers.values.reduce(0, +), "seed \(seed)")
        let gst = Array("gst".utf8).withBytes { desk.views.recoverable($0, book) }
        try #require(gst == model.recoverable, "seed \(seed)")
    }
}
