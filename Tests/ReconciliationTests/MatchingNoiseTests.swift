import Accounting
import Reconciliation
import Testing

/// What institutions do to entries: booked twice, with the wrong sign, fees later, a day's payments as one, references cut off.
@Suite struct MatchingNoiseTests {
    @Test func aDepositThatWasBookedTwiceAndTakenBackIsOnce() throws {
        var scene = MatchingScene()
        scene.policy.fees = .none
        try scene.item(5_000, 0, party: 1, .settlement)
        try scene.entry(5_000, 0, party: 1, "DEP-0001")
        try scene.entry(5_000, 1, party: 1, "DEP-0001")
        try scene.entry(-5_000, 2, party: 1, isReversal: true, "DEP-0001")
        #expect(try scene.lines() == ["settlement 1=1", "reversal 2,3="])
        // Where the reference is a merchant's, which other deposits bear too, nobody knows which one was taken back.
        try scene.entry(7_000, 2, party: 1, "DEP-0001")
        #expect(try scene.lines().filter { $0.hasPrefix("reversal") }.isEmpty)
    }

    @Test func withoutAMarkEntriesOfOneTransactionCancelInOrder() throws {
        var scene = MatchingScene()
        scene.policy.fees = .none
        try scene.item(5_000, 0, party: 1, .settlement)
        try scene.entry(-5_000, 0, party: 1, "DEP-0001")
        try scene.entry(5_000, 1, party: 1, "DEP-0001")
        try scene.entry(5_000, 1, party: 1, "DEP-0001")
        #expect(try scene.lines() == ["reversal 1,2=", "settlement 3=1"])
        // A number that comes with other amounts, too, is a customer's.
        try scene.entry(6_000, 1, party: 1, "DEP-0001")
        #expect(try scene.lines().filter { $0.hasPrefix("reversal") }.isEmpty)
    }

    @Test(arguments: [("JEAN", "JEAN", true), ("JEAN", "HYDRO", false), ("", "HYDRO", false)])
    func twoStrangersOfOneReferenceDoNotCancel(_ first: String, _ second: String, _ cancels: Bool) throws {
        var scene = MatchingScene()
        try scene.entry(25_000, 0, "REF7781", counterparty: first)
        try scene.entry(-25_000, 3, "REF7781", counterparty: second)
        #expect(try scene.run().matches.count == (cancels ? 1 : 0))
    }

    @Test func ofAReferenceOfOursTheItemKeepsItsEntryAndTheRestCancels() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1")
        try scene.entry(-5_000, 1, "PAIE-1")
        try scene.entry(-5_000, 1, "PAIE-1")
        try scene.entry(5_000, 3, "PAIE-1")
        #expect(try scene.lines() == ["reference 1=1", "reversal 2,3="])
        // One that comes back alone is not taken for a mistake.
        var alone = MatchingScene()
        try alone.item(-5_000, 0, "PAIE-1")
        try alone.entry(-5_000, 1, "PAIE-1")
        try alone.entry(5_000, 3, "PAIE-1")
        #expect(try alone.lines() == ["reference 1=1", "signReversed 2?1"])
    }

    @Test func aPayoutThatTheBooksNeverSawLeaveIsItsReturn() throws {
        var scene = MatchingScene()
        try scene.item(-6_000, 0, "PAIE-2")
        try scene.entry(-5_000, 1, "PAIE-1")
        try scene.entry(5_000, 3, "PAIE-1", returnCode: "902")
        #expect(try scene.lines() == ["reversal 1,2="])
    }

    @Test func feesThatComeLaterAreTheRestOfTheirDeposit() throws {
        var scene = MatchingScene()
        scene.policy.fees = .none
        try scene.item(9_850, 0, party: 1, .settlement)
        try scene.item(4_925, 1, party: 1, .settlement)
        try scene.entry(10_000, 0, party: 1)
        try scene.entry(4_925, 1, party: 1)
        try scene.entry(-150, 4, code: "FEE")
        #expect(try scene.lines() == ["settlement 1,3=1", "settlement 2=2"])
        // Two charges of that amount: which one it is nobody can say, and neither is a fee of its own until somebody does.
        try scene.entry(-150, 5, code: "FEE")
        #expect(try scene.lines() == ["settlement 2=2", "ambiguous 1?1", "ambiguous 3?1", "ambiguous 4?1"])
    }

    @Test func aDebitThatIsAllPaymentsOfOneDayIsThem() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1")
        try scene.item(-2_501, 0, "PAIE-2")
        try scene.item(-1_000, 1, "PAIE-3")
        try scene.entry(-7_501, 0, text: "DEPOT DIRECT 2")
        #expect(try scene.lines() == ["batch 1=1,2"])
        // Nor is it a stranger's debit of as much, unless the institution calls it a batch.
        for (batch, rule) in [("", "notInBooks 1?"), ("LOT-1", "batch 1=1,2")] {
            var named = scene
            named.entries = StatementItems()
            try named.entry(-7_501, 0, batch: batch, counterparty: "HYDRO")
            #expect(try named.lines().first == rule)
        }
        // A single payment of that amount may be it as well.
        try scene.item(-7_501, 2, "PAIE-4")
        #expect(try scene.lines().filter { $0.hasPrefix("batch") }.isEmpty)
    }

    @Test func ofAReferenceThatWasCutTheAmountAndTheDaysDecide() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "versement-12")
        try scene.item(-6_000, 0, "versement-121")
        try scene.item(-7_000, 0, "versement-122")
        try scene.entry(-7_000, 1, "VERSEMENT-12")
        try scene.entry(-5_000, 1, "VERSEMENT-12")
        #expect(try scene.lines() == ["reference-prefix 1=3", "reference 2=1"])
        // Expected another day, or twice of that amount: no evidence.
        var late = MatchingScene()
        try late.item(-5_000, 0, "versement-12")
        try late.item(-7_000, 30, "versement-122")
        try late.item(-7_000, 31, "versement-123")
        try late.entry(-7_000, 30, "VERSEMENT-12")
        #expect(try late.lines() == ["amountDiffers 1?1"])
    }
}
