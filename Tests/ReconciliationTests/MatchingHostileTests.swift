import Accounting
import Reconciliation
import Testing

/// Small inputs of few amounts, references, days and parties, in which everything collides, under any policy.
@Suite struct MatchingHostileTests {
    private func policy(_ random: inout MatchingRandom) -> MatchingPolicy {
        var policy = MatchingWorld.policy
        let numbers: [Int] = [0, 1, 3, 20, Int(Int32.max), -5]
        policy.daysAfter = Int32(numbers[random.below(6)])
        policy.daysGuard = Int32(numbers[random.below(6)])
        policy.mergedDaysMost = numbers[random.below(6)]
        policy.subsetCandidatesMost = numbers[random.below(6)]
        policy.prefixLeast = numbers[random.below(6)]
        policy.workMost = [0, 50, 5_000, .max][random.below(4)]
        policy.groupMost = numbers[random.below(6)]
        policy.chanceAlonePpm = [0, 1_000_000, .max][random.below(3)]
        policy.chancePartyPpm = [0, 1_000_000, .max][random.below(3)]
        policy.chanceSumPpm = [0, 1_000_000, .max][random.below(3)]
        policy.interchangeable = random.perMille(500) ? .refuse : .lowestFirst
        random.shuffle(&policy.rules)
        return policy
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func everyEntryIsDecidedOnceAndSumsAgreeInAnyOrder(_ seed: UInt64) throws {
        var random = MatchingRandom(seed: seed)
        let references = ["", "", "LOT-2017-000", "LOT-2017-0001", "LOT-2017-0002", "7", "007", "NONREF", "É-12345678"]
        let amounts: [Int64] = [0, 100, 200, 300, 500, -100, -200, -300, -500, 1_000_000_000_000]
        for round in 0..<60 {
            var entries: [(StatementItem, StatementTexts)] = []
            var items: [(BookItem, [String])] = []
            for number in 0..<random.below(14) {
                let day = MatchingScene.day(random.below(9))
                entries.append(
                    (
                        StatementItem(
                            identifier: UInt64(number), amountMinor: amounts[random.below(amounts.count)],
                            bookingDay: day,
                            valueDay: day, party: UInt32(random.below(3)), isReversal: random.perMille(120)),
                        StatementTexts(
                            endToEnd: references[random.below(references.count)],
                            batch: random.perMille(200) ? "7" : "",
                            text: random.perMille(300) ? "X " + references[random.below(references.count)] : "",
                            code: ["", "", "FEE", "CHBK", "PMNT/ICDT/ESCT"][random.below(5)],
                            returnCode: random.perMille(120) ? "905" : "")
                    ))
            }
            for number in 0..<random.below(14) {
                items.append(
                    (
                        BookItem(
                            sequence: UInt64(number), amountMinor: amounts[random.below(amounts.count)],
                            day: MatchingScene.day(random.below(9)), party: UInt32(random.below(3)),
                            kind: BookItem.Kind.allCases[random.below(BookItem.Kind.allCases.count)],
                            fileNumber: random.perMille(300) ? 7 : 0, isSettled: random.perMille(100)),
                        [references[random.below(references.count)], references[random.below(references.count)]]
                    ))
            }
            let policy = policy(&random)
            let straight = try run(entries, items, policy)
            random.shuffle(&entries)
            random.shuffle(&items)
            #expect(try run(entries, items, policy) == straight, "seed \(seed), round \(round)")
            check(straight, entries.map(\.0), items.map(\.0), "seed \(seed), round \(round)")
        }
    }

    private func run(
        _ entries: [(StatementItem, StatementTexts)], _ items: [(BookItem, [String])], _ policy: MatchingPolicy
    ) throws -> MatchingOutcome {
        var (statement, books) = (StatementItems(), BookItems())
        for (item, texts) in entries { try statement.append(item, texts: texts) }
        for (item, references) in items { try books.append(item, references: references) }
        return try Matching.run(statement, against: books, policy: policy, calendar: BusinessCalendar())
    }

    private func check(_ outcome: MatchingOutcome, _ entries: [StatementItem], _ items: [BookItem], _ place: Comment) {
        var amounts: [UInt64: Int64] = [:]
        for entry in entries { amounts[entry.identifier] = entry.amountMinor }
        var expected: [UInt64: Int64] = [:]
        for item in items { expected[item.sequence] = item.amountMinor }
        var said = outcome.classifications.map(\.entry) + outcome.exceptions.map(\.entry)
        var placed = outcome.openItems
        for match in outcome.matches {
            let (inEntries, inItems) = (Array(outcome.entries(of: match)), Array(outcome.items(of: match)))
            said += inEntries
            placed += inItems
            let (booked, owed) = (
                inEntries.reduce(0) { $0 + (amounts[$1] ?? .max / 4) },
                inItems.reduce(0) { $0 + (expected[$1] ?? .max / 4) }
            )
            #expect(match.entriesMinor == booked && match.itemsMinor == owed, place)
            switch match.rule {
            case .settlement, .referenceGroup: #expect(match.feeMinor == owed - booked && match.feeMinor >= 0, place)
            case .reversal: #expect(booked == 0 && inItems.isEmpty && inEntries.count == 2, place)
            default: #expect(booked == owed && match.feeMinor == 0, place)
            }
        }
        #expect(said.sorted() == entries.map(\.identifier).sorted(), place)
        #expect(placed.sorted() == items.filter { !$0.isSettled }.map(\.sequence).sorted(), place)
    }
}
