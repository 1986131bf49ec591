import Commerce
import Fixtures
import Index
import Ledger
import Testing

/// Random years of a cooperative, with legal and illegal deeds: a plain model predicts what is recorded and every balance.
@Suite("Surplus histories")
struct SurplusHistoriesTests {
    /// 10 000 histories in forty blocks, so that they run side by side.
    @Test(arguments: 0..<40)
    func `what is lawful is recorded, the rest refused, and the books say what the model says`(block: Int) throws {
        var tally = SurplusHistory.Tally()
        for seed in UInt64(block * 250)..<UInt64(block * 250 + 250) {
            var history = try SurplusHistory(seed)
            try history.run()
            try history.check()
            tally.add(history.tally)
            // Folding what was accepted again gives the same rows.
            guard seed % 8 == 0 else { continue }
            let quiet = try SurplusHistory.newDesk()
            try quiet.replay(history.accepted)
            try #require(
                Rebuild.digests(quiet.views.index) == Rebuild.digests(history.desk.views.index), "seed \(seed)")
        }
        // The deeds are of every kind, lawful and not: a test that refuses everything proves nothing.
        for (kind, count) in tally.lawful.enumerated() {
            #expect(count > 20 && tally.unlawful[kind] > 20, "kind \(kind): \(count), \(tally.unlawful[kind])")
        }
        #expect(tally.withDividends > 20 && tally.deficitsCovered > 20 && tally.early > 100, "\(tally)")
    }
}
