import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Index
import Ledger
import Testing

/// Random histories, legal and illegal: the books say what a second, plain account of the same market says.
@Suite("Random histories")
struct HistoriesTests {
    private static let deeds = 24

    /// Histories in memory: each deed is recorded or refused as it should be, and every balance is the market's.
    @Test(arguments: 0..<20)
    func `every balance is what the orders say, whatever was refused on the way`(block: Int) throws {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            var random = Seeded(seed)
            let desk = try Desk()
            var market = Market()
            var accepted: [Event] = []
            for step in 0..<Self.deeds {
                let deed = market.deed(&desk.story, &random)
                do {
                    try desk.record(deed.event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(deed.event)")
                    accepted.append(deed.event)
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(deed.event)")
                }
                market = deed.after
            }
            let balances = desk.balances
            try #require(balances == market.balances, "seed \(seed)")
            try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
            let book = try #require(desk.book)
            for seller in ["sam", "reg"] {
                try #require(
                    desk.views.payable(desk.party(seller), book) == market.payable(seller), "seed \(seed): \(seller)")
            }
            // Refused events left nothing: without them the views are the same.
            let quiet = try Desk()
            try quiet.replay(accepted)
            try #require(Rebuild.digests(quiet.views.index) == Rebuild.digests(desk.views.index), "seed \(seed)")
        }
    }

    /// The same through the writer, in batches of random size, partial and atomic, against a rebuild.
    @Test(arguments: 5_000..<5_012 as Range<UInt64>)
    func `digests are the same after a rebuild and whatever the batches were`(seed: UInt64) throws {
        var random = Seeded(seed)
        var story = Story()
        let shelf = try Shelf(&story)
        var market = Market()
        var accepted: [Event] = []
        var step = 0
        while step < 120 {
            var batch: [Deed] = []
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                let deed = market.deed(&story, &random)
                batch.append(deed)
                market = deed.after
            }
            step += batch.count
            let outcome = try shelf.append(batch.map(\.event), AppendOptions(isPartial: true))
            try #require(outcome.receipts.map { $0 != nil } == batch.map(\.isLegal), "seed \(seed), step \(step)")
            accepted += batch.filter(\.isLegal).map(\.event)
            // An illegal batch between them: its legal beginning must leave nothing.
            var spoiled: Deed
            var other = story
            repeat { spoiled = market.deed(&other, &random) } while spoiled.isLegal
            let refused = try shelf.append([other.event(.identity("x\(step)")), spoiled.event])
            try #require(refused.refused.map(\.position) == [1], "seed \(seed), step \(step)")
        }
        let digests = try shelf.digests()
        let snapshot = try shelf.snapshot()
        for (account, balance) in market.balances {
            let names = account.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            try #require(snapshot.balance(names[0], names[1]) == balance, "seed \(seed): \(account)")
        }
        try #require(Rebuild.check(shelf.store) { _, _ in }.differing == [], "seed \(seed)")
        // The newest events of a party by their own way are those of the whole list.
        for party in ["ana", "sam"] {
            var query = EventQuery()
            query.party = party
            query.isReversed = true
            let all = try query.sequences(snapshot)
            for limit in [1, 3, 50] {
                query.limit = limit
                try #require(try query.sequences(snapshot) == Array(all.prefix(limit)), "seed \(seed): \(party)")
            }
        }
        // A fold for balances alone gives the same rows of what it keeps, at any size.
        for size in [snapshot.head.count, snapshot.head.count / 2, snapshot.head.count / 3] {
            let left = IndexByte.besideBalances
            let all = try Rebuild.digests(snapshot.views(atSize: size).index)
            let kept = all.filter { digest in !left.contains { "\($0)" == digest.view } }
            try #require(kept.count < all.count, "seed \(seed)")
            try #require(size < snapshot.head.count || kept.contains { $0.view == "balance" }, "seed \(seed)")
            try #require(
                try Rebuild.digests(snapshot.views(atSize: size, leavingOut: left).index) == kept, "seed \(seed)")
        }
        var again = Story()
        let whole = try Shelf(&again)
        try whole.record(accepted)
        try #require(try whole.root() == shelf.root(), "seed \(seed)")
        try #require(try whole.digests() == digests, "seed \(seed)")
    }
}
