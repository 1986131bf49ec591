import Accounting
import Commerce

/// One misstated item: what the books say, and what the auditor found. Amounts in minor units.
package struct SampleError: Sendable {
    package let id: String
    package let bookMinor: Int64
    package let auditedMinor: Int64
    /// Of the stratum that was examined whole.
    package let isTop: Bool

    package init(id: String, bookMinor: Int64, auditedMinor: Int64, isTop: Bool) {
        self.id = id
        self.bookMinor = bookMinor
        self.auditedMinor = auditedMinor
        self.isTop = isTop
    }

    /// Overstatement in millionths of the book amount; negative for an understatement.
    package var taintingPpm: Int64 {
        guard bookMinor != 0 else { return 0 }
        let exact = (Int128(bookMinor) - Int128(auditedMinor)) * 1_000_000 / Int128(bookMinor)
        // A million times the amount: what is more says nothing more.
        return Int64(clamping: max(-1_000_000_000_000, min(1_000_000_000_000, exact)))
    }
}

/// What the errors of a sample say of its population: overstatements or understatements, each on their own.
package struct SampleProjection: Equatable, Sendable {
    /// Errors of the items that were all examined.
    package fileprivate(set) var knownMinor: Int64 = 0
    /// Taintings times the interval, rounded half-up.
    package fileprivate(set) var projectedMinor: Int64 = 0
    /// The factor of no misstatement times the interval, rounded up.
    package fileprivate(set) var basicPrecisionMinor: Int64 = 0
    /// What each tainting, the largest first, adds beyond its projection, rounded up.
    package fileprivate(set) var incrementMinor: Int64 = 0

    package fileprivate(set) var mostLikelyMinor: Int64 = 0
    package fileprivate(set) var upperLimitMinor: Int64 = 0
}

/// The evaluation of a monetary-unit sample (AICPA, Audit Sampling, ch. 6; CAS 530, 14): taintings, most likely and upper misstatement.
package enum SampleEvaluation {
    /// Overstatements, then understatements. Throws where there are more errors than the factors know, and where a sum is beyond 64 bits.
    ///
    /// Whole numbers only: millionths of minor units until the last step.
    package static func project(_ errors: [SampleError], intervalMinor: Int64, confidence: Int) throws(LedgerError)
        -> (over: SampleProjection, under: SampleProjection)
    {
        (
            try project(errors.filter { $0.auditedMinor < $0.bookMinor }, 1, intervalMinor, confidence),
            try project(errors.filter { $0.auditedMinor > $0.bookMinor }, -1, intervalMinor, confidence)
        )
    }

    private static func project(_ errors: [SampleError], _ sign: Int64, _ interval: Int64, _ confidence: Int)
        throws(LedgerError) -> SampleProjection
    {
        var result = SampleProjection()
        let known = errors.filter(\.isTop).reduce(Int128(0)) {
            $0 + Int128(sign) * (Int128($1.bookMinor) - Int128($1.auditedMinor))
        }
        let taintings = errors.filter { !$0.isTop }.map { sign * $0.taintingPpm }.sorted(by: >)
        var projected: Int128 = 0
        var increment: Int128 = 0
        guard var before = ConfidenceFactors.micro(confidence, 0) else {
            throw LedgerError(
                .badInput, "confidence", Text("degré de confiance inconnu", "unknown confidence"),
                remedy: Text("un fichier de « audit sample »", "a file of \"audit sample\""))
        }
        let basic = (Int128(interval) * Int128(before) + 999_999) / 1_000_000
        for (at, tainting) in taintings.enumerated() {
            guard let factor = ConfidenceFactors.micro(confidence, at + 1) else {
                throw LedgerError(
                    .badInput, "\(taintings.count)",
                    Text("trop d’erreurs pour projeter", "too many errors to project"),
                    remedy: Text(
                        "au plus \(ConfidenceFactors.misstatementsMax)", "at most \(ConfidenceFactors.misstatementsMax)"
                    )
                )
            }
            projected += Int128(tainting) * Int128(interval)
            increment += Int128(tainting) * Int128(interval) * Int128(factor - before - 1_000_000)
            before = factor
        }
        projected = (projected + 500_000) / 1_000_000
        increment = (increment + 999_999_999_999) / 1_000_000_000_000
        result.knownMinor = try whole(known)
        result.projectedMinor = try whole(projected)
        result.mostLikelyMinor = try whole(known + projected)
        result.basicPrecisionMinor = try whole(basic)
        result.incrementMinor = try whole(increment)
        result.upperLimitMinor = try whole(known + projected + basic + increment)
        return result
    }

    /// A sum that is no amount any more says nothing: it is refused, not cut.
    private static func whole(_ minor: Int128) throws(LedgerError) -> Int64 {
        guard let amount = Int64(exactly: minor) else {
            throw LedgerError(
                .badInput, "audited",
                Text("les erreurs dépassent ce qui se calcule", "errors beyond what can be summed"),
                remedy: Text("des montants de cette population", "amounts of this population"))
        }
        return amount
    }

    /// The upper limit of a random sample, for overstatements and understatements: every item is as likely, so each is taken to hold as many units as the
    /// largest of the population, of which so many are misstated as it is misstated by. Stringer's limit on such units, with the factors of a monetary-unit
    /// sample and items × largest ÷ sample as the interval, rounded up: wide where a few items are much larger than the others, and never too small for them.
    ///
    /// Throws where there are more errors than the factors know.
    package static func limits(
        _ errors: [SampleError], items: Int, largestMinor: Int64, sampled: Int, confidence: Int
    ) throws(LedgerError) -> (overMinor: Int64, underMinor: Int64) {
        guard sampled > 0, largestMinor > 0 else { return (0, 0) }
        let units = (Int128(items) * Int128(largestMinor) + Int128(sampled) - 1) / Int128(sampled)
        guard items >= sampled, let interval = Int64(exactly: units), interval <= AuditSample.amountMinorMax else {
            throw LedgerError(
                .badInput, "population", Text("hors limites", "out of range"),
                remedy: Text("un fichier de « audit sample »", "a file of \"audit sample\""))
        }
        let ofLargest = errors.map { error in
            SampleError(
                id: error.id, bookMinor: largestMinor,
                auditedMinor: largestMinor &- (error.bookMinor &- error.auditedMinor), isTop: false)
        }
        let (over, under) = try project(ofLargest, intervalMinor: interval, confidence: confidence)
        // Where every item was examined, what was found is all there is.
        guard sampled < items else { return (over.projectedMinor, under.projectedMinor) }
        return (over.upperLimitMinor, under.upperLimitMinor)
    }

    /// The errors of a random sample in proportion to its items' amounts. Throws where they are beyond 64 bits.
    package static func ratio(_ errors: [SampleError], sampledMinor: Int64, totalMinor: Int64) throws(LedgerError)
        -> Int64
    {
        guard sampledMinor > 0 else { return 0 }
        let net = errors.reduce(Int128(0)) { $0 + Int128($1.bookMinor) - Int128($1.auditedMinor) }
        let scaled = net * Int128(totalMinor)
        let half = Int128(sampledMinor) / 2
        return try whole((scaled >= 0 ? scaled + half : scaled - half) / Int128(sampledMinor))
    }
}
