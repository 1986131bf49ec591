import Accounting
import Commerce
import EventLog
import Ledger
import Transparency

/// What nobody may write into a sample: the file alone says much of it, and the ledger it was drawn from all of it.
extension SampleFile {
    /// The interval and the start follow from materiality, expected misstatement, confidence and seed; the units hit from the start; the items are of the
    /// population. Throws `.badInput` with the field.
    func check() throws(LedgerError) {
        func require(_ holds: Bool, _ field: String) throws(LedgerError) {
            guard holds else { throw Self.wrong(path, field) }
        }
        let drawn = items.filter { !$0.isTop }
        let sum = items.reduce(Int128(0)) { $0 + Int128($1.amountMinor) }
        try require(fields.root.utf8.count == 64 && Hash(hex: fields.root) != nil, "root")
        try require(Set(items.map(\.id)).count == items.count, "items.id")
        try require(items.count <= fields.population.items && sum <= Int128(totalMinor), "population")
        try require(items.allSatisfy { (1...max(1, largestMinor)).contains($0.amountMinor) }, "population.largest")
        switch method {
        case .random(let count, let confidence):
            try require(count == items.count && drawn.count == count, "count")
            try require(ConfidenceFactors.micro(confidence, 0) != nil, "confidence")
        case .monetaryUnit(_, _, let confidence):
            // Of nothing, the same options and the same seed give the same interval and start.
            let again: AuditSample
            do throws(LedgerError) {
                again = try AuditSample(SamplePopulation(amounts: []), method, seed: seed)
            } catch {
                return try require(false, "materiality")
            }
            try require(fields.factorMicro == ConfidenceFactors.micro(confidence, 0), "factorMicro")
            try require(minor(fields.interval) == again.intervalMinor, "interval")
            try require(minor(fields.start) == again.startMinor, "start")
            let (interval, start) = (again.intervalMinor, again.startMinor)
            try require(items.allSatisfy { $0.isTop == ($0.amountMinor >= interval) }, "items.stratum")
            let below = totalMinor - items.filter(\.isTop).reduce(Int64(0)) { $0 + $1.amountMinor }
            try require(drawn.count == (below < start ? 0 : Int((below - start) / interval) + 1), "items")
            try require(
                drawn.enumerated().allSatisfy { $1.unitMinor == start + Int64($0) * interval }, "items.unit")
        }
    }

    private func minor(_ text: String?) -> Int64? {
        text.flatMap { try? DecimalText.parse(utf8: Array($0.utf8), exponent: currency.exponent) }
    }

    /// Minor units from one hit to the next; 0 for a random sample.
    var intervalMinor: Int64 { minor(fields.interval) ?? 0 }

    /// Draws the sample again from the ledger as it stood. Throws `.badInput` where it is not that ledger, or not what it draws.
    func requireDrawn(from snapshot: LedgerSnapshot) throws {
        func refused(_ french: String, _ english: String) -> LedgerError {
            LedgerError(
                .badInput, path, Text(french, english),
                remedy: Text(
                    "le grand livre et le fichier de « audit sample »", "the ledger and the file of \"audit sample\""))
        }
        guard fields.logSize <= snapshot.head.count else {
            throw refused("tiré d’un autre journal", "drawn from another log")
        }
        let past = fields.logSize == snapshot.head.count ? snapshot : try snapshot.past(atSize: fields.logSize)
        guard past.head.root.hex == fields.root else {
            throw refused("tiré d’un autre journal", "drawn from another log")
        }
        let period = try AuditPeriod(book: fields.book, year: fields.year, past.views)
        let population = try SamplePopulation(period, account: fields.account, of, side: side, past)
        let sample = try AuditSample(population, method, seed: seed)
        let again = Self.json(sample, population, logSize: fields.logSize, root: fields.root)
        guard try Self.decoded(again.line) == fields else {
            throw refused("le grand livre tire autre chose", "the ledger draws something else")
        }
    }
}
