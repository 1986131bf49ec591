import Accounting
import Glibc
import Reconciliation
import Testing

/// Labelled years: what is matched is true, and what can be matched is.
@Suite struct MatchingQualityTests {
    /// Years of each shape; MATCHING_SEEDS asks for more.
    private static let seeds = getenv("MATCHING_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 3

    @Test(arguments: [("usual", MatchingWorld.Shape.usual), ("equals", .equals), ("mute", .mute)])
    func nothingFalseIsMatchedAndNearlyAllThatCanBeIs(_ name: String, _ shape: MatchingWorld.Shape) throws {
        let seeds = max(1, Self.seeds)
        var total = MatchingWorld.Figures()
        for seed in 1...seeds {
            let world = MatchingWorld(seed: seed, shape: shape)
            let outcome = try Matching.run(
                try world.statement(), against: try world.books(), policy: MatchingWorld.policy,
                calendar: world.calendar)
            let figures = world.judge(outcome)
            #expect(
                Bool(figures.wrong.isEmpty),
                "seed \(seed) \(figures.wrong.prefix(2).map { $0.prefix(700) }.joined(separator: "\n"))")
            total.matches += figures.matches
            total.wrong += figures.wrong
            total.matchable += figures.matchable
            total.matchableFound += figures.matchableFound
            total.all += figures.all
            total.found += figures.found
            total.exceptions += figures.exceptions
        }
        print("\(name), \(seeds) years: \(total)")
        if name == "usual" {
            #expect(total.matchableFound * 1000 >= total.matchable * 980)
        }
    }

    @Test(arguments: [1] as [UInt64])
    func theOrderOfTheInputChangesNothing(_ seed: UInt64) throws {
        for shape in [MatchingWorld.Shape.usual, .equals] {
            let world = MatchingWorld(seed: seed, shape: shape)
            let straight = try Matching.run(
                try world.statement(), against: try world.books(), policy: MatchingWorld.policy,
                calendar: world.calendar)
            var random = MatchingRandom(seed: seed ^ 0xABCD)
            var entries = Array(world.entries.indices)
            var items = Array(world.booked.indices)
            random.shuffle(&entries)
            random.shuffle(&items)
            let shuffled = try Matching.run(
                try world.statement(order: entries), against: try world.books(order: items),
                policy: MatchingWorld.policy, calendar: world.calendar)
            #expect(straight == shuffled)
        }
    }

    @Test(arguments: [4] as [UInt64])
    func everyMatchAddsUpAndNothingIsCountedTwice(_ seed: UInt64) throws {
        let world = MatchingWorld(seed: seed, shape: .usual)
        let (entries, items) = (try world.statement(), try world.books())
        let outcome = try Matching.run(entries, against: items, policy: MatchingWorld.policy, calendar: world.calendar)
        let amounts = Dictionary(
            uniqueKeysWithValues: world.entries.map { ($0.item.identifier, $0.item.amountMinor) })
        let booked = Dictionary(uniqueKeysWithValues: world.booked.map { ($0.item.sequence, $0.item.amountMinor) })
        for match in outcome.matches {
            let matched = outcome.entries(of: match).reduce(Int64(0)) { $0 + (amounts[$1] ?? .min / 2) }
            let against = outcome.items(of: match).reduce(Int64(0)) { $0 + (booked[$1] ?? .min / 2) }
            #expect(match.entriesMinor == matched && match.itemsMinor == against)
            // Only a settlement is short of what the books expect, by its fee.
            #expect(match.rule == .settlement ? match.feeMinor >= 0 : matched == against, "\(match)")
        }
        let said =
            outcome.matches.flatMap { Array(outcome.entries(of: $0)) } + outcome.classifications.map(\.entry)
            + outcome.exceptions.map(\.entry)
        #expect(said.count == entries.count && Set(said).count == said.count)
        let placed = outcome.matches.flatMap { Array(outcome.items(of: $0)) } + outcome.openItems
        #expect(placed.count == items.count - 10 && Set(placed).count == placed.count)
    }
}
