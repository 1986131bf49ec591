import Accounting
import Reconciliation
import Testing

@Suite struct MatchingReferenceTests {
    @Test func aReferenceAndItsAmountMatchHoweverTheyAreWritten() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "paie-2017/000123", "ev-1")
        try scene.item(-6_000, 0, "0000042")
        try scene.entry(-5_000, 30, "PAIE2017 000123")
        try scene.entry(-6_000, 1, "42")
        #expect(try scene.lines() == ["reference 2=2", "reference 1=1"])
    }

    @Test func anotherAmountUnderTheSameReferenceIsNeverAMatch() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, party: 7, "PAIE-1")
        try scene.entry(-5_001, 1, party: 7, "PAIE-1")
        try scene.entry(-5_000, 1, party: 7)
        // The second may be the item, and the first says that it is it: a person decides.
        #expect(try scene.lines() == ["amountDiffers 1?1", "notInBooks 2?"])
    }

    @Test func theOppositeAmountIsAReversedSign() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1")
        try scene.entry(5_000, 1, "PAIE-1")
        #expect(try scene.lines() == ["signReversed 1?1"])
    }

    @Test func wordsForNothingAreNoReference() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "NOTPROVIDED")
        try scene.entry(-5_000, 0, "notprovided", counterparty: "X")
        #expect(try scene.lines() == ["amount-alone 1=1"])
    }

    @Test func aReferenceThatWasCutOffMatchesWhereOnlyOneItemBeginsSo() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "REMBOURSEMENT-A1")
        try scene.item(-5_000, 0, "REMBOURSEMENT-B2")
        try scene.entry(-5_000, 1, "REMBOURSEMENTA")
        #expect(try scene.lines() == ["reference-prefix 1=1"])
        try scene.entry(-5_000, 1, "REMBOURSEMENT")
        // What both begin with is no evidence, and what is left is one of two until the first rule took its own.
        #expect(try scene.lines().first == "reference-prefix 1=1")
        var common = MatchingScene()
        try common.item(-5_000, 0, "REMBOURSEMENT-A1")
        try common.item(-5_000, 0, "REMBOURSEMENT-B2")
        try common.entry(-5_000, 1, "REMBOURSEMENT")
        #expect(try common.lines() == ["ambiguous 1?1,2"])
        var short = MatchingScene()
        try short.item(-5_000, 0, "REMBOURSEMENT-A1")
        try short.entry(-6_000, 1, "REMB")
        #expect(try short.lines() == ["notInBooks 1?"])
    }

    @Test func aReferenceFarFromItsItemMayBeWhatIsLeftOfAnothers() throws {
        for (day, hasOther, line) in [
            (61, true, "ambiguous 1?1"), (1, true, "reference 1=1"), (61, false, "reference 1=1"),
        ] {
            var scene = MatchingScene()
            try scene.item(-5_000, 0, "versement-12")
            if hasOther { try scene.item(-5_000, 60, "versement-123") }
            try scene.entry(-5_000, day, "VERSEMENT-12")
            #expect(try scene.lines().first == line)
        }
    }

    @Test func aBeginningThatTwoEntriesHaveIsNoEvidence() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "REMBOURSEMENT-A1")
        try scene.entry(-5_000, 1, "REMBOURSEMENT")
        try scene.entry(-5_000, 1, "REMBOURSEMENTA")
        #expect(try scene.lines() == ["ambiguous 1?1", "ambiguous 2?1"])
    }

    @Test func aReferenceInsideTheTextMatches() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-2017-77")
        try scene.item(-6_000, 0, "PAIE-2017-78")
        try scene.entry(-5_000, 20, text: "VIR /REF/paie-2017-77/ MERCI", code: "PMNT/ICDT/ESCT")
        try scene.entry(-6_000, 20, text: "VIR (PAIE-2017-78)")
        #expect(try scene.lines() == ["reference-text 1=1", "reference-text 2=2"])
    }

    @Test func theSecondEntryOfAnItemIsADuplicateAndItsReversalTakesItBack() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1")
        try scene.entry(-5_000, 1, "PAIE-1")
        try scene.entry(-5_000, 2, "PAIE-1")
        #expect(try scene.lines() == ["reference 1=1", "duplicate 2?1"])
        try scene.entry(5_000, 3, isReversal: true, "PAIE-1")
        #expect(try scene.lines() == ["reference 1=1", "reversal 2,3="])
    }

    @Test func aReversalWithoutItsOriginalIsAnException() throws {
        var scene = MatchingScene()
        try scene.item(5_000, 0, party: 7, .other)
        try scene.entry(5_000, 0, party: 7, isReversal: true)
        #expect(try scene.lines() == ["originalUnknown 1?"])
    }

    @Test func aReturnNamesItsPayoutAlsoOfEarlierRunsAndOnlyOnce() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, isSettled: true, "PAIE-1")
        try scene.item(-7_000, 0, party: 9, "PAIE-2")
        try scene.entry(5_000, 4, "PAIE-1", returnCode: "905")
        try scene.entry(5_000, 5, "PAIE-1", returnCode: "905")
        try scene.entry(7_000, 5, party: 9, returnCode: "901")
        try scene.entry(6_999, 5, "PAIE-2", returnCode: "901")
        #expect(
            try scene.lines() == ["returned 1=1", "duplicate 2?1", "originalUnknown 3?", "amountDiffers 4?2"])
    }

    @Test func aReturnThatTheBooksHaveMatchesIt() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1")
        try scene.item(5_000, 3, .returned, "PAIE-1")
        try scene.entry(-5_000, 1, "PAIE-1")
        try scene.entry(5_000, 4, "PAIE-1", returnCode: "905")
        #expect(try scene.lines() == ["reference 1=1", "reference 2=2"])
    }

    @Test func aChargebackNamesItsCapture() throws {
        var scene = MatchingScene()
        try scene.item(5_000, 0, party: 1, .settlement, isSettled: true, "CAP-1")
        try scene.entry(-2_000, 9, "CAP-1", code: "PMNT/MCRD/CHBK")
        #expect(try scene.lines() == ["chargeback 1=1"])
    }

    @Test func severalEntriesWithOneReferenceAreItsItemWhereTheirSumIs() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1")
        try scene.entry(-3_000, 1, "PAIE-1")
        try scene.entry(-2_000, 2, "PAIE-1")
        #expect(try scene.lines() == ["split 1,2=1"])
    }

    @Test func itemsThatShareAReferenceMatchTheirSum() throws {
        var scene = MatchingScene()
        try scene.item(-5_000, 0, "PAIE-1", "LOT-7")
        try scene.item(-2_500, 0, "PAIE-2", "LOT-7")
        try scene.item(-1_000, 0, "PAIE-3", "LOT-7")
        try scene.entry(-7_500, 1, "LOT-7")
        try scene.entry(-1_000, 1, "PAIE-3")
        #expect(try scene.lines() == ["reference-group 1=1,2", "reference 2=3"])
    }
}
