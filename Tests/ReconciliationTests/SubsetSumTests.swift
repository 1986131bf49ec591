import Reconciliation
import Testing

@Suite struct SubsetSumTests {
    /// All subsets, one after the other.
    private func bruteForce(_ amounts: [Int64], _ total: Int64, _ sizeLeast: Int) -> SubsetSum.Answer {
        var only: [Int]?
        for members in 0..<(1 << amounts.count) where members.nonzeroBitCount >= sizeLeast {
            let places = amounts.indices.filter { members >> $0 & 1 == 1 }
            guard places.reduce(Int64(0), { $0 + amounts[$1] }) == total else { continue }
            if only != nil { return .several }
            only = places
        }
        return only.map { .one($0) } ?? .none
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func itFindsWhatTryingAllSubsetsFinds(_ seed: UInt64) {
        var random = MatchingRandom(seed: seed)
        for _ in 0..<60 {
            let count = random.below(10)
            let range = [5, 40, 1000, 100_000][random.below(4)]
            let amounts = (0..<count).map { _ in Int64(random.within(-range / 4...range)) }
            let sizeLeast = random.within(1...2)
            let chosen = amounts.filter { _ in random.perMille(400) }.reduce(0, +)
            let total = random.perMille(700) ? chosen : Int64(random.within(-range...range * 3))
            let answer = SubsetSum.find(amounts, totalMinor: total, sizeLeast: sizeLeast)
            #expect(answer == bruteForce(amounts, total, sizeLeast), "seed \(seed): \(amounts) → \(total)")
        }
    }

    @Test func equalAmountsAreNeverChosenBetween() {
        #expect(SubsetSum.find([2500, 2500, 700], totalMinor: 3200) == .several)
        #expect(SubsetSum.find([2500, 2500, 700], totalMinor: 5700) == .one([0, 1, 2]))
    }

    @Test func theLargestSearchIsAnsweredAndALargerOneRefused() {
        let powers = (0..<32).map { Int64(1) << Int64($0) }
        #expect(SubsetSum.find(powers, totalMinor: (1 << 32) - 1) == .one(Array(0..<32)))
        #expect(SubsetSum.find(powers, totalMinor: 1 << 31 | 5) == .one([0, 2, 31]))
        #expect(SubsetSum.find(powers + [1], totalMinor: 5) == .tooMany)
    }

    @Test func amountsAtTheEndsOfTheNumbersDoNotTrap() {
        #expect(SubsetSum.find([.max, .min, 3], totalMinor: 3) == .tooMany)
        #expect(SubsetSum.find([1, 2], totalMinor: .min) == .none)
        #expect(SubsetSum.find([1, 2], totalMinor: .max) == .none)
        #expect(SubsetSum.find([], totalMinor: 0) == .none)
    }
}
