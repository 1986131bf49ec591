import Accounting
import Testing

@Suite struct LargestRemainderTests {
    @Test func theLargestRemaindersGetWhatIsLeftOver() throws {
        #expect(try LargestRemainder.shares(pool: 100, bases: [1, 1, 1], tieBreak: [0, 1, 2]) == [34, 33, 33])
        #expect(try LargestRemainder.shares(pool: 10, bases: [15, 25, 60], tieBreak: [0, 1, 2]) == [2, 2, 6])
        #expect(try LargestRemainder.shares(pool: 7, bases: [0, 5, 0], tieBreak: [0, 1, 2]) == [0, 7, 0])
    }

    @Test func tiesGoToTheSmallerMemberIdInByteOrder() throws {
        let ids = ["household-2", "household-10", "household-1"]
        #expect(LargestRemainder.ranks(ofIds: ids) == [2, 1, 0])
        #expect(try LargestRemainder.shares(pool: 100, bases: [1, 1, 1], ids: ids) == [33, 33, 34])
        #expect(try LargestRemainder.shares(pool: 101, bases: [1, 1, 1], ids: ids) == [33, 34, 34])
    }

    @Test func takingBackMirrorsGiving() throws {
        #expect(try LargestRemainder.shares(pool: -100, bases: [1, 1, 1], tieBreak: [2, 1, 0]) == [-33, -33, -34])
    }

    @Test func theExtremesDoNotOverflow() throws {
        let ranks = [0, 1, 2]
        #expect(
            try LargestRemainder.shares(pool: .max, bases: [.max, .max, .max], tieBreak: ranks).reduce(0, +) == .max)
        #expect(try LargestRemainder.shares(pool: .min, bases: [1, 0, 0], tieBreak: ranks) == [.min, 0, 0])
    }

    @Test func whatCannotBeSharedIsRefused() throws {
        #expect(try LargestRemainder.shares(pool: 0, bases: [0, 0], tieBreak: [0, 1]) == [0, 0])
        #expect(try LargestRemainder.shares(pool: 0, bases: [], tieBreak: []) == [])
        #expect(throws: MoneyError.self) { try LargestRemainder.shares(pool: 1, bases: [], tieBreak: []) }
        #expect(throws: MoneyError.self) { try LargestRemainder.shares(pool: 1, bases: [0, 0], tieBreak: [0, 1]) }
        #expect(throws: MoneyError.self) { try LargestRemainder.shares(pool: 1, bases: [2, -1], tieBreak: [0, 1]) }
        #expect(throws: MoneyError.self) { try LargestRemainder.shares(pool: 1, bases: [1, 1], tieBreak: [0]) }
    }

    @Test func partsSumToThePoolAndStayWithinOneOfTheExactShare() throws {
        var random = Seeded(143)
        for round in 0..<10_000 {
            let count = Int.random(in: 1...12, using: &random)
            let bases = (0..<count).map { _ in max(0, random.amount()) }
            let pool = random.amount()
            let total = bases.reduce(Int128(0)) { $0 + Int128($1) }
            guard total > 0 else { continue }
            let shares = try LargestRemainder.shares(
                pool: pool, bases: bases, tieBreak: (0..<count).shuffled(using: &random))
            #expect(shares.reduce(Int128(0)) { $0 + Int128($1) } == Int128(pool), "round \(round)")
            for (share, base) in zip(shares, bases) {
                let floor = Int128(pool.magnitude) * Int128(base) / total
                let above = Int128(share.magnitude) - floor
                #expect(above == 0 || above == 1, "round \(round): \(share) of \(pool) for \(base)")
                #expect(base != 0 || share == 0, "round \(round)")
            }
        }
    }

    @Test func theOrderOfTheListChangesNobodysShare() throws {
        var random = Seeded(146)
        let ids = (0..<50).map { "member-\($0)" }
        for _ in 0..<200 {
            let bases = ids.map { _ in Int64.random(in: 0...20, using: &random) }
            let pool = Int64.random(in: 1...1_000, using: &random)
            let shares = try LargestRemainder.shares(pool: pool, bases: bases, ids: ids)
            let order = Array(ids.indices).shuffled(using: &random)
            let reordered = try LargestRemainder.shares(
                pool: pool, bases: order.map { bases[$0] }, ids: order.map { ids[$0] })
            #expect(reordered == order.map { shares[$0] })
        }
    }
}
