import Accounting
import Commerce
import EventLog
import Index
package import Transparency

/// What an auditor asks of samples before any is drawn. Amounts in minor units.
package struct SampleTerms: Sendable {
    /// Performance materiality; `nil`: 0.75 % of the year's revenue or of the assets at its end, whichever is larger.
    package var materialityMinor: Int64?
    package var expectedMinor: Int64 = 0
    /// In percent.
    package var confidence = 95

    package init() {}
}

/// The samples of an audit pack: one of every account that is large enough to matter (CAS 530).
///
/// Of assets and liabilities that parties stand on, the balances at the year's end; of revenue and expenses, the year's postings. An account whose items together do not reach the materiality
/// is left out. The seeds follow from the log's root: what is recorded decides them, nobody chooses them.
package struct AuditSamples {
    /// One account, and what was drawn of it.
    package struct Drawn {
        package let population: SamplePopulation
        package let sample: AuditSample
    }

    package let revenueMinor: Int64
    package let assetsMinor: Int64
    package let materialityMinor: Int64
    /// Whether nobody named the materiality.
    package let isDefault: Bool
    package let expectedMinor: Int64
    package let confidence: Int
    package let drawn: [Drawn]

    /// Throws `.usage` for terms that leave no interval.
    ///
    /// - Complexity: O(events), in memory O(postings of the year on revenue and expenses).
    package init(_ period: AuditPeriod, _ terms: SampleTerms, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let book = period.book
        var wanted: [(account: UInt16, items: SamplePopulation.Items)] = []
        var assets: Int64 = 0
        let rows = snapshot.views.balances(book, through: period.last.daysSinceEpoch)
            .filter { $0.currency == book.currency.rawValue }
        for row in rows {
            let accountClass = snapshot.views.accountClass(row.account, book: book.id)
            if accountClass == .assets { assets &+= row.sums.first &- row.sums.second }
            guard wanted.last?.account != row.account else { continue }
            switch accountClass {
            case .revenue, .expenses: wanted.append((row.account, .postings))
            case .assets, .liabilities:
                // What stands on nobody has no items.
                if rows.contains(where: { $0.account == row.account && $0.party != 0 }) {
                    wanted.append((row.account, .balances))
                }
            default: break
            }
        }
        let populations = try SamplePopulation.populations(period, wanted, snapshot)
        var revenue: Int64 = 0
        for (place, population) in zip(wanted, populations)
        where snapshot.views.accountClass(place.account, book: book.id) == .revenue {
            revenue &+= population.creditsMinor &- population.debitsMinor &+ population.closingEntryMinor
        }
        let materiality = terms.materialityMinor ?? max(1, Self.share(max(revenue, assets)))
        (revenueMinor, assetsMinor, materialityMinor) = (revenue, assets, materiality)
        (isDefault, expectedMinor, confidence) = (terms.materialityMinor == nil, terms.expectedMinor, terms.confidence)
        let method = SampleMethod.monetaryUnit(
            materialityMinor: materiality, expectedMinor: terms.expectedMinor, confidence: terms.confidence)
        // Refused even where no account is large enough.
        _ = try AuditSample(SamplePopulation(amounts: []), method, seed: 0)
        var drawn: [Drawn] = []
        for population in populations where population.totalMinor >= materiality {
            let seed = Self.seed(root: snapshot.head.root, account: population.account)
            drawn.append(Drawn(population: population, sample: try AuditSample(population, method, seed: seed)))
        }
        self.drawn = drawn
    }

    /// Three quarters of one percent: 1 % for the whole, and three quarters of it for the work.
    private static func share(_ minor: Int64) -> Int64 { Int64(clamping: Int128(minor) * 75 / 10_000) }

    /// The first 64 bits of SHA-256("grandlivre-audit-sample/1 ROOT ACCOUNT"), the root in hexadecimal.
    package static func seed(root: Hash, account: String) -> UInt64 {
        Hash.document("grandlivre-audit-sample/1 \(root.hex) \(account)").words.0
    }
}
