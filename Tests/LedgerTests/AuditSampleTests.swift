import Accounting
import Commerce
import Events
import Fixtures
import Ledger
import Testing
import Transparency

/// Monetary-unit samples: published factors, known answers, the same again from the same seed.
@Suite("Audit sample")
struct AuditSampleTests {
    @Test func `the factors are those that are published, rounded up to two decimals`() {
        // AICPA, Audit Guide: Audit Sampling, confidence factors at a risk of incorrect acceptance of 5 % and 10 %.
        let published: [Int: [Int64]] = [
            95: [300, 475, 630, 776, 916, 1_052, 1_185, 1_315, 1_444, 1_571, 1_697],
            90: [231, 389, 533, 669, 800, 928, 1_054, 1_178, 1_300, 1_421, 1_541],
        ]
        for (confidence, row) in published {
            for (count, hundredths) in row.enumerated() {
                #expect(
                    ConfidenceFactors.micro(confidence, count).map { ($0 + 9_999) / 10_000 } == hundredths,
                    "\(confidence) % \(count)")
            }
        }
        for (confidence, row) in ConfidenceFactors.table {
            #expect(row.count == ConfidenceFactors.misstatementsMax + 1)
            #expect(zip(row, row.dropFirst()).allSatisfy { $0 < $1 }, "\(confidence)")
        }
        #expect(ConfidenceFactors.micro(94, 0) == nil && ConfidenceFactors.micro(95, 51) == nil)
    }

    @Test func `the generator is the published one`() {
        // The first outputs of SplitMix64 from seed 1234567 (Rosetta Code, Pseudo-random numbers/Splitmix64).
        var random = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in random.next() } == expected)
        var below = SplitMix64(seed: 7)
        #expect((0..<10_000).allSatisfy { _ in below.below(3) < 3 } && below.below(1) == 0)
    }

    @Test func `the interval is materiality over factor, and smaller where misstatements are expected`() throws {
        // 100 000.00 ÷ 2.995733 = 33 380.81, where the rounded factor 3.00 gives 33 333.33.
        #expect(
            try AuditSample.interval(materialityMinor: 10_000_000, expectedMinor: 0, confidence: 95) == 3_338_081)
        #expect(
            try AuditSample.interval(materialityMinor: 10_000_000, expectedMinor: 0, confidence: 90) == 4_342_943)
        for expected in [100_000, 1_000_000, 3_000_000, 6_000_000] as [Int64] {
            let interval = try AuditSample.interval(
                materialityMinor: 10_000_000, expectedMinor: expected, confidence: 95)
            let count = Int128(expected) * 1_000_000 / Int128(interval)
            let (whole, part) = (Int(count / 1_000_000), count % 1_000_000)
            let low = try #require(ConfidenceFactors.micro(95, whole))
            let high = try #require(ConfidenceFactors.micro(95, whole + 1))
            let factor = Int128(low) + Int128(high - low) * part / 1_000_000
            let limit = Int128(interval) * factor / 1_000_000
            // The expected misstatement, found, just fits.
            #expect(limit <= 10_000_000 && limit > 9_999_900, "\(expected): \(limit)")
        }
        for (materiality, expected, confidence) in [
            (0, 0, 95), (100, 100, 95), (100, -1, 95), (100, 0, 94), (100, 99, 95),
        ] {
            #expect(throws: LedgerError.self) {
                _ = try AuditSample.interval(
                    materialityMinor: Int64(materiality), expectedMinor: Int64(expected), confidence: confidence)
            }
        }
    }

    @Test func `every item above the interval is drawn, the others in proportion to their money`() throws {
        var amounts = [Int64](repeating: 1_000, count: 1_000)
        amounts[17] = 3_338_081
        amounts[18] = 3_338_080
        amounts[500] = 9_000_000
        let population = SamplePopulation(amounts: amounts)
        let method = SampleMethod.monetaryUnit(materialityMinor: 10_000_000, expectedMinor: 0, confidence: 95)
        for seed in 0..<200 as Range<UInt64> {
            let sample = try AuditSample(population, method, seed: seed)
            #expect(sample.intervalMinor == 3_338_081 && (1...3_338_081).contains(sample.startMinor))
            #expect(sample.items.filter { $0.stratum == .top }.map(\.item.id) == ["17", "500"])
            let drawn = sample.items.filter { $0.stratum == .sample }
            // 997 000 + 3 338 080 minor units are one interval and a part of the next.
            #expect((1...2).contains(drawn.count), "seed \(seed)")
            for (one, next) in zip(drawn, drawn.dropFirst()) {
                #expect((next.unit ?? 0) - (one.unit ?? 0) == sample.intervalMinor)
            }
        }
    }

    @Test func `the same seed draws the same, another seed something else`() throws {
        let population = SamplePopulation(amounts: (1...2_000).map { Int64($0 * 37 % 997 + 1) })
        let methods: [SampleMethod] = [
            .monetaryUnit(materialityMinor: 50_000, expectedMinor: 5_000, confidence: 90),
            .random(count: 40, confidence: 95),
        ]
        for method in methods {
            func ids(_ seed: UInt64) throws -> [String] {
                try AuditSample(population, method, seed: seed).items.map(\.item.id)
            }
            #expect(try ids(1) == ids(1))
            #expect(try ids(1) != ids(2))
            #expect(try Set(ids(3)).count == ids(3).count)
        }
        #expect(try AuditSample(population, .random(count: 40, confidence: 95), seed: 9).items.count == 40)
        #expect(try AuditSample(population, .random(count: 2_000, confidence: 95), seed: 9).items.count == 2_000)
        for count in [0, 2_001] {
            #expect(throws: LedgerError.self) {
                _ = try AuditSample(population, .random(count: count, confidence: 95), seed: 1)
            }
        }
    }

    @Test func `a sample without errors has basic precision alone; taintings are projected and ranked`() throws {
        let none = try SampleEvaluation.project([], intervalMinor: 2_688_200, confidence: 95)
        // 26 882.00 × 2.995733 (Messier, ch. 9 has 26 882 × 3.0 = 80 646).
        #expect(none.over.upperLimitMinor == 8_053_130 && none.over.mostLikelyMinor == 0)
        #expect(none.under == none.over)
        let errors = [
            SampleError(id: "a", bookMinor: 10_000, auditedMinor: 9_000, isTop: false),
            SampleError(id: "b", bookMinor: 20_000, auditedMinor: 0, isTop: false),
            SampleError(id: "c", bookMinor: 5_000_000, auditedMinor: 4_900_000, isTop: true),
            SampleError(id: "d", bookMinor: 1_000, auditedMinor: 1_250, isTop: false),
        ]
        let (over, under) = try SampleEvaluation.project(errors, intervalMinor: 1_000_000, confidence: 95)
        #expect(over.knownMinor == 100_000 && over.projectedMinor == 1_100_000 && over.mostLikelyMinor == 1_200_000)
        #expect(over.basicPrecisionMinor == 2_995_733)
        // 1.00 × (4.743865 − 2.995733 − 1) + 0.10 × (6.295794 − 4.743865 − 1), the largest tainting first.
        #expect(over.incrementMinor == 748_132 + 55_193)
        #expect(over.upperLimitMinor == 4_999_058)
        #expect(under.projectedMinor == 250_000 && under.incrementMinor == 187_033)
        #expect(throws: LedgerError.self) {
            _ = try SampleEvaluation.project(
                Array(repeating: errors[0], count: 51), intervalMinor: 1_000, confidence: 95)
        }
        #expect(try SampleEvaluation.ratio(errors, sampledMinor: 5_031_000, totalMinor: 10_062_000) == 241_500)
    }

    @Test func `the seed of a pack's sample follows from the root and the account`() {
        // printf 'grandlivre-audit-sample/1 %064d revenue:rides' 0 | sha256sum
        let zero = Hash((0, 0, 0, 0))
        let seed = AuditSamples.seed(root: zero, account: "revenue:rides")
        let expected: UInt64 = 1_505_133_037_861_248_285
        #expect(seed == expected)
        #expect(AuditSamples.seed(root: Hash((0, 0, 0, 1)), account: "revenue:rides") != seed)
        #expect(AuditSamples.seed(root: zero, account: "revenue:sales") != seed)
    }

    @Test func `a random sample has Stringer's limit on the largest item`() throws {
        // 1 000 items of at most 100.00, 50 drawn: an interval of 2 000.00; half of the largest is a tainting of one half.
        let errors = [SampleError(id: "a", bookMinor: 6_000, auditedMinor: 1_000, isTop: false)]
        let none = try SampleEvaluation.limits([], items: 1_000, largestMinor: 10_000, sampled: 50, confidence: 95)
        #expect(none.overMinor == 599_147 && none.underMinor == 599_147)
        let one = try SampleEvaluation.limits(errors, items: 1_000, largestMinor: 10_000, sampled: 50, confidence: 95)
        // 0.5 × 2 000.00 + 2.995733 × 2 000.00 + 0.5 × 0.748132 × 2 000.00.
        #expect(one.overMinor == 100_000 + 599_147 + 74_814 && one.underMinor == 599_147)
        // Examined whole, nothing is left to chance.
        let all = try SampleEvaluation.limits(errors, items: 50, largestMinor: 10_000, sampled: 50, confidence: 95)
        #expect(all.overMinor == 5_000 && all.underMinor == 0)
        #expect(throws: LedgerError.self) {
            _ = try SampleEvaluation.limits([], items: 5, largestMinor: 10, sampled: 6, confidence: 95)
        }
    }

    @Test func `amounts at their limits are refused or stay within their bits`() throws {
        #expect(throws: LedgerError.self) {
            _ = try AuditSample.interval(materialityMinor: .max, expectedMinor: 0, confidence: 95)
        }
        let most = AuditSample.amountMinorMax
        #expect(try AuditSample.interval(materialityMinor: most, expectedMinor: 0, confidence: 50) > most)
        let wild = Array(
            repeating: SampleError(id: "a", bookMinor: 1, auditedMinor: 0 - most, isTop: false), count: 50)
        #expect(throws: LedgerError.self) {
            _ = try SampleEvaluation.project(wild, intervalMinor: most, confidence: 95)
        }
        #expect(throws: LedgerError.self) {
            _ = try SampleEvaluation.ratio(wild, sampledMinor: 1, totalMinor: most)
        }
        // An item that was examined whole, so wrong that the sum would wrap.
        let tops = Array(
            repeating: SampleError(id: "a", bookMinor: most, auditedMinor: 0 - most, isTop: true), count: 5_000)
        #expect(throws: LedgerError.self) {
            _ = try SampleEvaluation.project(tops, intervalMinor: most, confidence: 95)
        }
        #expect(SampleError(id: "a", bookMinor: 1, auditedMinor: .min, isTop: false).taintingPpm == 1_000_000_000_000)
    }

    @Test func `a population ties to the trial balance, by postings and by balances`() throws {
        var story = Story()
        let shelf = try Shelf(&story)
        try shelf.record(story.yearOfThreePurchases())
        try shelf.record([story.event(AuditTestsTests.rent(12_345), at: "2018-01-10T17:00:00Z")])
        let snapshot = try shelf.snapshot()
        let period = try AuditPeriod(book: "grand-io", year: 2017, snapshot.views)
        let revenue = try SamplePopulation(period, account: "revenue:commission", .postings, side: nil, snapshot)
        #expect(revenue.ties && revenue.side == .credit && revenue.totalMinor == 69_001 && revenue.all.count == 3)
        let transit = try SamplePopulation(period, account: "assets:in-transit", .balances, side: nil, snapshot)
        #expect(transit.ties && transit.all.map(\.id) == ["815"] && transit.totalMinor == 69_001)
        let next = try AuditPeriod(book: "grand-io", year: 2018, snapshot.views)
        let rent = try SamplePopulation(next, account: "expenses:rent", .postings, side: nil, snapshot)
        #expect(rent.ties && rent.openingMinor == 0 && rent.totalMinor == 12_345)
        let bank = try SamplePopulation(next, account: "assets:bank", .postings, side: .credit, snapshot)
        #expect(bank.ties && bank.totalMinor == 12_345 && bank.otherCount == 0)
        #expect(throws: LedgerError.self) {
            _ = try SamplePopulation(next, account: "assets:bnak", .postings, side: nil, snapshot)
        }
    }
}
