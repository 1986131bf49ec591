import Accounting
import Testing

@Suite struct AllocationLawTests {
    static let rule = AllocationRule(
        reserveMin: RatePpm(100_000), reserveAndSharesMin: RatePpm(200_000), equityToDebts: RatePpm(400_000))

    /// A surplus of 100 000, all business with members, equity just below 40 % of debts.
    static let poor = AllocationBase(
        surplusMinor: 100_000, memberBusinessMinor: 500, totalBusinessMinor: 500, equityMinor: 399_999,
        debtsMinor: 1_000_000)

    /// A plan whose rest goes to cash dividends.
    func plan(reserve: Int64, shares: Int64, surplus: Int64 = 100_000) -> AllocationPlan {
        AllocationPlan(
            reserveMinor: reserve, dividendsCashMinor: surplus - reserve - shares, dividendsSharesMinor: shares)
    }

    @Test(arguments: [(20_000, 0), (10_000, 10_000), (15_000, 5_000), (100_000, 0)])
    func aPlanThatKeepsBothFloorsIsLawful(reserve: Int64, shares: Int64) throws {
        try AllocationLaw.check(plan(reserve: reserve, shares: shares), base: Self.poor, rule: Self.rule)
    }

    @Test func tooSmallAReserveIsRefusedByArticle146() throws {
        let refusal = try #require(
            #expect(throws: AllocationRefusal.self) {
                try AllocationLaw.check(plan(reserve: 5_000, shares: 20_000), base: Self.poor, rule: Self.rule)
            })
        #expect(refusal.code == .reserveTooSmall)
        #expect(refusal.rule == "C-67.2 s.146")
        #expect(refusal.field == "reserveMinor")
        #expect(refusal.valueMinor == 5_000)
        #expect(refusal.leastMinor == 10_000)
        #expect(refusal.description.hasSuffix("(C-67.2 s.146); accepted: at least 10000"))
    }

    @Test func reserveAndSharesTogetherHaveAFloorOfTheirOwn() {
        #expect(codes(plan(reserve: 10_000, shares: 9_999), Self.poor) == [.reserveAndSharesTooSmall])
        #expect(codes(plan(reserve: 9_999, shares: 0), Self.poor) == [.reserveTooSmall, .reserveAndSharesTooSmall])
    }

    @Test func floorsAreHalfUpToTheCent() {
        var base = Self.poor
        base.surplusMinor = 100_001
        #expect(codes(plan(reserve: 10_000, shares: 10_000, surplus: 100_001), base) == [])
        base.surplusMinor = 100_005
        #expect(codes(plan(reserve: 10_000, shares: 10_001, surplus: 100_005), base) == [.reserveTooSmall])
        #expect(codes(plan(reserve: 10_001, shares: 10_000, surplus: 100_005), base) == [])
    }

    @Test func atFortyPercentOfDebtsTheFloorsStop() {
        var base = Self.poor
        base.equityMinor = 400_000
        #expect(codes(plan(reserve: 0, shares: 0), base) == [])
        base.debtsMinor = 0
        base.equityMinor = 0
        #expect(codes(plan(reserve: 0, shares: 0), base) == [])
        base.equityMinor = -1
        #expect(codes(plan(reserve: 0, shares: 20_000), base) == [.reserveTooSmall])
    }

    @Test func dividendsComeFromBusinessWithMembersOnly() {
        var base = Self.poor
        base.equityMinor = .max
        base.memberBusinessMinor = 80
        base.totalBusinessMinor = 100
        #expect(AllocationLaw.memberPartMinor(base) == 80_000)
        #expect(codes(plan(reserve: 20_000, shares: 0), base) == [])
        #expect(
            codes(plan(reserve: 19_999, shares: 0), base) == [.dividendsTooLarge, .nonMemberSurplusNotReserved])
        let community = AllocationPlan(reserveMinor: 19_000, dividendsCashMinor: 80_000, communityMinor: 1_000)
        #expect(codes(community, base) == [.nonMemberSurplusNotReserved])
        base.memberBusinessMinor = 0
        base.totalBusinessMinor = 0
        #expect(codes(plan(reserve: 100_000, shares: 0), base) == [])
        #expect(codes(plan(reserve: 99_999, shares: 0), base).first == .dividendsTooLarge)
    }

    @Test func aYearWithoutSurplusPaysNothing() throws {
        var base = Self.poor
        for surplus: Int64 in [0, -5_000] {
            base.surplusMinor = surplus
            #expect(codes(AllocationPlan(), base) == [])
            #expect(codes(AllocationPlan(dividendsCashMinor: 1), base) == [.noSurplus])
            #expect(codes(AllocationPlan(reserveMinor: -5_000), base) == [.negativePart])
        }
    }

    @Test func thePartsSumToTheSurplus() throws {
        let short = AllocationPlan(reserveMinor: 50_000, dividendsCashMinor: 49_999)
        let refusal = try #require(AllocationLaw.refusals(short, base: Self.poor, rule: Self.rule).first)
        #expect(refusal.code == .sumDiffers && refusal.valueMinor == 99_999)
        #expect(refusal.leastMinor == 100_000 && refusal.mostMinor == 100_000)
        let huge = AllocationPlan(reserveMinor: .max, dividendsCashMinor: .max)
        #expect(codes(huge, Self.poor) == [.sumDiffers])
    }

    @Test func nothingIsTakenFromTheReserveForMembers() throws {
        let drawn = AllocationPlan(reserveMinor: -1, dividendsCashMinor: 100_001)
        let refusal = try #require(AllocationLaw.refusals(drawn, base: Self.poor, rule: Self.rule).first)
        #expect(refusal.code == .negativePart && refusal.rule == "C-67.2 s.147")
        #expect(codes(AllocationPlan(reserveMinor: 100_001, communityMinor: -1), Self.poor) == [.negativePart])
    }

    @Test func contradictoryFiguresAreRefused() {
        var base = Self.poor
        base.memberBusinessMinor = 501
        #expect(codes(plan(reserve: 20_000, shares: 0), base) == [.baseInconsistent])
        base = Self.poor
        base.debtsMinor = -1
        #expect(codes(plan(reserve: 20_000, shares: 0), base) == [.baseInconsistent])
    }

    @Test func whatIsAcceptedIsAcceptedWhenProposed() {
        var random = Seeded(147)
        for _ in 0..<2_000 {
            let total = Int64.random(in: 0...1_000, using: &random)
            let base = AllocationBase(
                surplusMinor: .random(in: 1...100_000, using: &random),
                memberBusinessMinor: .random(in: 0...total, using: &random), totalBusinessMinor: total,
                equityMinor: .random(in: -10...1_000, using: &random),
                debtsMinor: .random(in: 0...1_000, using: &random))
            let reserve = Int64.random(in: 0...base.surplusMinor, using: &random)
            let refused = AllocationLaw.refusals(
                plan(reserve: reserve, shares: 0, surplus: base.surplusMinor), base: base, rule: Self.rule)
            // Raising the reserve to the largest least that was named, all else cash, must be lawful.
            let least = refused.compactMap(\.leastMinor).max() ?? reserve
            #expect(codes(plan(reserve: max(least, reserve), shares: 0, surplus: base.surplusMinor), base) == [])
        }
    }

    // MARK: categories, deficits, other rule sets

    @Test func categoriesCapByTheirOwnBusiness() {
        var base = Self.poor
        base.equityMinor = .max
        base.categories = [
            AllocationCategory(sharePpm: 600_000, memberBusiness: 1, totalBusiness: 3),
            AllocationCategory(sharePpm: 400_000, memberBusiness: 7_500, totalBusiness: 7_500),
        ]
        #expect(AllocationLaw.capsMinor(surplusMinor: 100_000, base.categories) == [20_000, 40_000])
        #expect(AllocationLaw.memberPartMinor(base) == 60_000)
        #expect(codes(plan(reserve: 40_000, shares: 0), base) == [])
        #expect(codes(plan(reserve: 39_999, shares: 0), base) == [.dividendsTooLarge, .nonMemberSurplusNotReserved])
    }

    /// As long as the plain product fits 128 bits, the cap is its quotient; beyond, it stays within its bounds.
    @Test func capsAreExactWhateverTheSizes() {
        var random = Seeded(128)
        for _ in 0..<5_000 {
            let surplus = Int64.random(in: 1...1_000_000_000_000, using: &random)
            let share = UInt32.random(in: 0...1_000_000, using: &random)
            let total = Int64.random(in: 1...1_000_000_000_000, using: &random)
            let members = Int64.random(in: 0...total, using: &random)
            let cap = AllocationCategory(sharePpm: share, memberBusiness: members, totalBusiness: total)
                .capMinor(surplusMinor: surplus)
            #expect(
                Int128(cap) == Int128(surplus) * Int128(share) * Int128(members) / (1_000_000 * Int128(total)))
        }
        let huge = AllocationCategory(sharePpm: 1_000_000, memberBusiness: .max, totalBusiness: .max)
        #expect(huge.capMinor(surplusMinor: .max) == .max)
        #expect(AllocationCategory(sharePpm: 1, memberBusiness: 5, totalBusiness: 0).capMinor(surplusMinor: 9) == 0)
    }

    @Test func deficitsAreCoveredFirstAndFloorsArePartsOfTheRest() {
        var base = Self.poor
        base.deficitMinor = 50_000
        #expect(codes(plan(reserve: 100_000, shares: 0), base) == [])
        #expect(codes(plan(reserve: 99_999, shares: 0), base) == [.deficitFirst])
        var covered = AllocationPlan(reserveMinor: 10_000, dividendsCashMinor: 40_000, deficitMinor: 50_000)
        #expect(codes(covered, base) == [])
        covered = AllocationPlan(reserveMinor: 9_999, dividendsCashMinor: 40_001, deficitMinor: 50_000)
        #expect(codes(covered, base) == [.reserveAndSharesTooSmall])
        #expect(codes(AllocationPlan(reserveMinor: 49_999, deficitMinor: 50_001), base) == [.deficitTooLarge])
    }

    @Test func aSplitLikeMondragonsIsDataToo() {
        let rule = AllocationRule(
            reserveMin: RatePpm(450_000), reserveAndSharesMin: RatePpm(0), equityToDebts: AllocationRule.always,
            communityMin: RatePpm(100_000), dividendsMax: RatePpm(450_000))
        var base = Self.poor
        base.equityMinor = .max
        base.debtsMinor = 0
        func codes(_ reserve: Int64, _ cash: Int64, _ community: Int64) -> [AllocationRefusal.Code] {
            AllocationLaw.refusals(
                AllocationPlan(reserveMinor: reserve, dividendsCashMinor: cash, communityMinor: community), base: base,
                rule: rule
            ).map(\.code)
        }
        #expect(codes(45_000, 45_000, 10_000) == [])
        #expect(codes(44_999, 45_000, 10_001) == [.reserveTooSmall])
        #expect(codes(45_000, 45_001, 9_999) == [.dividendsAboveMost, .communityTooSmall])
        // The surplus of business with non-members comes before what the policy gives away.
        base.memberBusinessMinor = 5
        base.totalBusinessMinor = 100
        #expect(codes(95_000, 0, 5_000) == [])
        #expect(codes(95_001, 0, 4_999) == [.communityTooSmall])
    }

    @Test func aPolicyMayAskForAReserve() {
        let rule = AllocationRule(
            reserveMin: RatePpm(0), reserveAndSharesMin: RatePpm(0), equityToDebts: RatePpm(0),
            dividendsNeedReserve: true)
        var base = Self.poor
        base.equityMinor = .max
        let plan = AllocationPlan(dividendsCashMinor: 100_000)
        #expect(AllocationLaw.refusals(plan, base: base, rule: rule).map(\.code) == [.reserveNotPositive])
        base.reserveMinor = 1
        #expect(AllocationLaw.refusals(plan, base: base, rule: rule).isEmpty)
    }

    private func codes(_ plan: AllocationPlan, _ base: AllocationBase) -> [AllocationRefusal.Code] {
        AllocationLaw.refusals(plan, base: base, rule: Self.rule).map(\.code)
    }
}
