import Accounting
import Reconciliation
import Testing

@Suite struct MatchingAmountTests {
    @Test func amountAndPartyMatchWithinTheWindow() throws {
        var scene = MatchingScene()
        try scene.item(5_000, 0, party: 7, .other)
        try scene.item(6_000, 0, party: 8, .other)
        try scene.entry(5_000, 7, party: 7)
        try scene.entry(6_000, 8, party: 8)
        #expect(try scene.lines() == ["amount-party 1=1", "unproven 2?2"])
    }

    @Test func equalsAreNotChosenBetweenUnlessThePolicySaysSo() throws {
        var scene = MatchingScene()
        for _ in 0..<2 { try scene.item(-2_500, 0, party: 7) }
        for _ in 0..<2 { try scene.entry(-2_500, 1, party: 7) }
        #expect(try scene.lines() == ["ambiguous 1?1,2", "ambiguous 2?1,2"])
        scene.policy.interchangeable = .lowestFirst
        #expect(try scene.lines() == ["amount-party 1=1", "amount-party 2=2"])
        try scene.entry(-2_500, 1, party: 7)
        #expect(try scene.lines() == ["ambiguous 1?1,2", "ambiguous 2?1,2", "ambiguous 3?1,2"])
    }

    @Test func anEqualJustOutsideTheWindowIsARival() throws {
        var scene = MatchingScene()
        try scene.item(-2_500, 0, party: 7)
        try scene.item(-2_500, 8, party: 7)
        try scene.entry(-2_500, 1, party: 7)
        #expect(try scene.lines() == ["ambiguous 1?1,2"])
    }

    @Test func aSumOfOthersIsARival() throws {
        var scene = MatchingScene()
        try scene.item(10_000, 0, party: 7, .other)
        try scene.item(7_500, 0, party: 7, .other)
        try scene.item(2_500, 0, party: 7, .other)
        try scene.entry(10_000, 1, party: 7)
        #expect(try scene.lines() == ["ambiguous 1?1"])
    }

    @Test func anotherReferenceThanWeGaveSpeaksAgainstThePayout() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, party: 7, "PAIE-1")
        try scene.entry(-5_000, 1, party: 7, "AUTRE-9")
        #expect(try scene.lines() == ["unproven 1?1"])
    }

    @Test func aloneAnAmountNeedsTheDayAndNoStranger() throws {
        var scene = MatchingScene()
        try scene.item(-512_345, 0, party: 7)
        try scene.entry(-512_345, 1)
        #expect(try scene.lines() == ["amount-alone 1=1"])
        var named = MatchingScene()
        try named.item(-512_345, 0, party: 7)
        try named.entry(-512_345, 1, counterparty: "Inconnue inc.")
        #expect(try named.lines() == ["unproven 1?1"])
        var late = MatchingScene()
        try late.item(-512_345, 0, party: 7)
        try late.entry(-512_345, 3)
        #expect(try late.lines() == ["unproven 1?1"])
    }

    @Test func amountsThatManyAreNearToProveNothing() throws {
        var scene = MatchingScene()
        for offset in 0..<40 { try scene.item(Int64(10_000 + offset * 7), 0, party: 7, .other) }
        try scene.entry(10_070, 1, party: 7)
        #expect(try scene.lines() == ["unproven 1?11"])
    }

    @Test func aDaysCapturesAreItsDepositNetOfFees() throws {
        var scene = MatchingScene()
        try scene.item(10_000, 0, party: 1, .settlement)
        try scene.item(4_000, 0, party: 1, .settlement)
        try scene.item(9_000, 1, party: 1, .settlement)
        try scene.entry(14_000 - 391, 1, party: 1)
        #expect(try scene.lines() == ["settlement 1=1,2 fee 391"])
        try scene.entry(9_000, 2, party: 1)
        #expect(try scene.lines() == ["settlement 1=1,2 fee 391", "settlement 2=3"])
        var merged = MatchingScene()
        try merged.item(10_000, 4, party: 1, .settlement)
        try merged.item(4_000, 7, party: 1, .settlement)
        try merged.entry(14_000 - 391, 7, party: 1)
        #expect(try merged.lines() == ["settlement 1=1,2 fee 391"])
    }

    @Test func ofASettlementThatTheBooksHaveNoFeeIsKeptAgain() throws {
        for (deposit, line) in [(14_000 - 391, "notInBooks 1?"), (14_000 - 116, "settlement 1=1,2 fee 116")]
            as [(Int64, String)]
        {
            var scene = MatchingScene()
            try scene.item(10_000, 0, party: 1, .settlement, isNet: true)
            try scene.item(4_000, 0, party: 1, .settlement)
            try scene.entry(deposit, 1, party: 1)
            #expect(try scene.lines() == [line])
        }
    }

    @Test func twoDaysThatFitADepositAreNotChosenBetween() throws {
        var scene = MatchingScene()
        try scene.item(10_000, 0, party: 1, .settlement)
        try scene.item(10_003, 1, party: 1, .settlement)
        try scene.entry(10_000 - 275, 1, party: 1)
        #expect(try scene.lines() == ["ambiguous 1?1,2"])
    }

    @Test func aDepositOfSeveralItemsOfAPartyIsTheirOnlySum() throws {
        var scene = MatchingScene()
        try scene.item(251_234, 0, party: 7, .other)
        try scene.item(117_771, 1, party: 7, .other)
        try scene.item(93_002, 1, party: 7, .other)
        try scene.entry(251_234 + 93_002, 2, party: 7)
        #expect(try scene.lines() == ["subset 1=1,3"])
        try scene.item(93_002, 2, party: 7, .other)
        #expect(try scene.lines() == ["ambiguous 1?1,2,3,4"])
    }

    @Test func anItemThatWasBookedInPartsIsTheirOnlySum() throws {
        var scene = MatchingScene()
        try scene.item(-344_236, 0, party: 7)
        try scene.entry(-251_234, 1, party: 7)
        try scene.entry(-93_002, 1, party: 7)
        #expect(try scene.lines() == ["split 1,2=1"])
    }

    @Test func aPaymentFileIsItsSumOrThatOfOneDay() throws {
        var scene = MatchingScene()
        for amount in [-1_000, -2_000, -3_000] as [Int64] { try scene.item(amount, 0, party: 7, file: 42) }
        try scene.item(-9_000, 2, party: 7, file: 42)
        try scene.entry(-6_000, 0, batch: "0042")
        try scene.entry(-9_000, 2, batch: "0042")
        try scene.entry(-9_000, 2, batch: "0042")
        #expect(try scene.lines() == ["batch 1=1,2,3", "batch 2=4", "amountDiffers 3?1,2,3,4"])
    }

    @Test func aPartOfAPaymentFileIsItsOwnSum() throws {
        var scene = MatchingScene()
        for amount in [-1_000, -2_000] as [Int64] { try scene.item(amount, 0, party: 7, file: 42, part: 1) }
        for amount in [-1_500, -1_500] as [Int64] { try scene.item(amount, 0, party: 8, file: 42, part: 5) }
        try scene.entry(-3_000, 0, batch: "42P5")
        try scene.entry(-3_000, 0, batch: "42P1")
        try scene.entry(-3_000, 0, batch: "42P7")
        #expect(try scene.lines() == ["batch 1=3,4", "batch 2=1,2", "notInBooks 3?"])
    }

    @Test func aChargeIsAFeeAndNeverAPayoutOfItsAmount() throws {
        var scene = MatchingScene()
        try scene.item(-1_250, 0, party: 7, "PAIE-1")
        try scene.item(-995, 0, party: 2, .fee)
        try scene.entry(-1_250, 0, party: 7, code: "PMNT/MDOP/CHRG")
        try scene.entry(-1_250, 0, "PAIE-1", code: "SRVCHG")
        try scene.entry(-995, 0, party: 2, code: "FEE")
        let lines = try scene.lines()
        #expect(lines == ["amount-party 3=2", "fee 1", "fee 2"], "\(lines)")
    }

    @Test func whatIsGivenTwiceOrBeyondTheLimitsIsRefused() throws {
        var scene = MatchingScene()
        #expect(throws: StatementError.self) { try scene.item(.min, 0) }
        #expect(throws: StatementError.self) { try scene.entry(.max, 0) }
        #expect(throws: StatementError.self) { try scene.entry(1, 0, String(repeating: "x", count: 65_536)) }
        let one = StatementItem(
            identifier: 3, amountMinor: 1, bookingDay: MatchingScene.day(0), valueDay: MatchingScene.day(0))
        try scene.entries.append(one)
        try scene.entries.append(one)
        #expect(throws: StatementError.self) { try scene.run() }
    }
}
