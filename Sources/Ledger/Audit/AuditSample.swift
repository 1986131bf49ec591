import Commerce

/// How a sample is drawn (CAS 530, A.1).
package enum SampleMethod: Equatable, Sendable {
    /// Monetary units: performance materiality and expected misstatement in minor units, confidence in percent.
    case monetaryUnit(materialityMinor: Int64, expectedMinor: Int64, confidence: Int)
    /// So many items, each as likely; confidence in percent.
    case random(count: Int, confidence: Int)
}

/// A drawn item.
package struct SampledItem: Sendable {
    package enum Stratum: String, Sendable {
        /// As large as the interval or larger: all of them are examined.
        case top
        case sample
    }

    package let item: SamplePopulation.Item
    package let stratum: Stratum
    /// The monetary unit that was hit, from 1, among the items below the interval, in their order; `nil` where the item was not drawn by its money.
    package let unit: Int64?
}

/// A sample that anybody can draw again from the same log, the same options and the same seed.
package struct AuditSample: Sendable {
    package let seed: UInt64
    package let method: SampleMethod
    /// Minor units from one hit to the next; 0 for a random sample.
    package private(set) var intervalMinor: Int64 = 0
    /// The first unit that is hit, 1 to the interval.
    package private(set) var startMinor: Int64 = 0
    package private(set) var items: [SampledItem] = []

    /// Throws where the options leave no interval, or ask for what is not there.
    ///
    /// - Complexity: O(items).
    package init(_ population: SamplePopulation, _ method: SampleMethod, seed: UInt64) throws(LedgerError) {
        self.seed = seed
        self.method = method
        var random = SplitMix64(seed: seed)
        switch method {
        case .monetaryUnit(let materiality, let expected, let confidence):
            intervalMinor = try Self.interval(
                materialityMinor: materiality, expectedMinor: expected, confidence: confidence)
            startMinor = Int64(random.below(UInt64(intervalMinor))) + 1
            drawByMoney(population)
        case .random(let count, let confidence):
            try Self.require(confidence)
            guard !population.all.isEmpty else {
                throw LedgerError(
                    .notFound, population.account,
                    Text("rien à tirer de ce côté du compte", "nothing to draw on that side of the account"),
                    remedy: Text("un autre compte, exercice ou --side", "another account, year or --side"))
            }
            guard count >= 1, count <= population.all.count else {
                throw LedgerError(
                    .usage, "--count « \(count) »", Text("plus d’éléments qu’il n’y en a", "not a number of items"),
                    remedy: Text("de 1 à \(population.all.count)", "1 to \(population.all.count)"))
            }
            // Floyd's: as many draws as items, and no item twice.
            var chosen: Set<Int> = []
            for top in (population.all.count - count)..<population.all.count {
                let draw = Int(random.below(UInt64(top) + 1))
                chosen.insert(chosen.contains(draw) ? top : draw)
            }
            items = chosen.sorted().map { SampledItem(item: population.all[$0], stratum: .sample, unit: nil) }
        }
    }

    private mutating func drawByMoney(_ population: SamplePopulation) {
        var sum: Int64 = 0
        var next = startMinor
        for item in population.all {
            guard item.amountMinor < intervalMinor else {
                items.append(SampledItem(item: item, stratum: .top, unit: nil))
                continue
            }
            sum &+= item.amountMinor
            guard next <= sum else { continue }
            // An item below the interval is hit once at most.
            items.append(SampledItem(item: item, stratum: .sample, unit: next))
            next &+= intervalMinor
        }
    }

    private static func require(_ confidence: Int) throws(LedgerError) {
        guard ConfidenceFactors.table[confidence] == nil else { return }
        let known = ConfidenceFactors.confidences.map { "\($0)" }.joined(separator: ", ")
        throw LedgerError(
            .usage, "--confidence « \(confidence) »", Text("degré de confiance inconnu", "unknown confidence"),
            remedy: Text("accepté : \(known)", "accepted: \(known)"))
    }

    /// Beyond it nothing is sampled or projected: products of amounts, taintings and factors stay within 128 bits.
    package static let amountMinorMax: Int64 = 1 << 50

    /// The largest interval at which the misstatement that is expected, were it found, would still leave the upper limit within the materiality:
    /// interval × factor(expected ÷ interval) ≤ materiality.
    ///
    /// The left side grows with the interval, because factors grow more slowly than a line through zero; so halving finds it.
    package static func interval(materialityMinor: Int64, expectedMinor: Int64, confidence: Int) throws(LedgerError)
        -> Int64
    {
        try require(confidence)
        guard (1...amountMinorMax).contains(materialityMinor) else {
            throw LedgerError(
                .usage, "--materiality", Text("hors limites", "out of range"),
                remedy: Text("plus que 0", "more than 0"))
        }
        guard (0..<materialityMinor).contains(expectedMinor) else {
            throw LedgerError(
                .usage, "--expected",
                Text("l’anomalie attendue atteint le seuil", "the expected misstatement reaches the materiality"),
                remedy: Text("0 ou plus, moins que le seuil", "0 or more, less than the materiality"))
        }
        func isWithin(_ interval: Int64) -> Bool {
            let expected = Int128(expectedMinor) * 1_000_000 / Int128(interval)
            guard let count = Int64(exactly: expected),
                let factor = ConfidenceFactors.micro(confidence, misstatementsMicro: count)
            else { return false }
            return Int128(interval) * Int128(factor) <= Int128(materialityMinor) * 1_000_000
        }
        // Below it the table ends: more misstatements are expected than it knows.
        var low = max(1, expectedMinor / Int64(ConfidenceFactors.misstatementsMax) + 1)
        var high = materialityMinor * 2
        guard isWithin(low) else {
            if expectedMinor == 0 {
                throw LedgerError(
                    .usage, "--materiality",
                    Text("trop petit : aucun échantillon ne suffirait", "too small: no sample would do"),
                    remedy: Text("un seuil plus grand", "a larger materiality"))
            }
            throw LedgerError(
                .usage, "--expected",
                Text(
                    "trop près du seuil : aucun échantillon ne suffirait",
                    "too near the materiality: no sample would do"),
                remedy: Text("une anomalie attendue plus petite", "a smaller expected misstatement"))
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isWithin(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
