import Accounting
import Testing

@testable import Reconciliation

struct EntryReferenceTests {
    private func entry(_ day: Int, _ amount: Int64, _ text: String, reference: String = "") -> StatementEntry {
        let date = CivilDate(clampingDays: Int64(17_000 + day))
        return StatementEntry(reference: reference, bookingDate: date, valueDate: date, amountMinor: amount, text: text)
    }

    /// Files that overlap agree on the references of the days that both hold, whatever else they hold.
    @Test(arguments: Array(UInt64(1)...30))
    func madeReferencesAreStableUnderOverlap(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var days: [[StatementEntry]] = []
        for day in 0..<10 {
            days.append(
                (0..<12).map { _ in
                    entry(
                        day, Int64.random(in: 1...3, using: &random),
                        ["a", "b", ""].randomElement(using: &random) ?? "")
                })
        }
        var first = Array(days[0..<6].joined())
        var second = Array(days[4..<10].joined())
        EntryReferences.assign(&first)
        EntryReferences.assign(&second)
        #expect(Set(first.map { $0.reference }).count == first.count, "seed \(seed)")
        #expect(first.suffix(24) == second.prefix(24), "seed \(seed)")
    }

    @Test func givenReferencesStayAndSharedOnesAreMadeAgain() {
        var entries = [
            entry(1, 5, "a", reference: "X"), entry(1, 5, "a", reference: "Y"), entry(2, 7, "b", reference: "Y"),
        ]
        EntryReferences.assign(&entries)
        #expect(entries[0].reference == "X")
        #expect(entries[1].reference.hasPrefix("=20160719-") && entries[2].reference.hasPrefix("=20160720-"))
        #expect(entries[1].reference == EntryReferences.derived(from: entry(1, 5, "a", reference: "Y"), ordinal: 1))
    }

    @Test func aMadeReferenceNeverMeetsAGivenOne() {
        var entries = [entry(1, 5, "a")]
        EntryReferences.assign(&entries)
        var hostile = [entry(1, 5, "a"), entry(1, 6, "b", reference: entries[0].reference)]
        EntryReferences.assign(&hostile)
        #expect(hostile[0].reference != hostile[1].reference)
    }
}
