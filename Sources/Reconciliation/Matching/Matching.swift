/// Matching of statement entries with book items: pure, and the same whatever the order of its input.
///
/// One run is of one account in one currency. What is matched is proven: by a reference that we gave and the amount, or by amounts where neither side has a
/// second candidate and chance would seldom do the same. Between equals nothing is guessed; everything else is an exception with its reason and candidates.
package enum Matching {
    /// Throws `StatementError` where a number stands twice on a side.
    /// - Complexity: O(n log n), and searches within `policy.workMost`.
    package static func run(
        _ entries: StatementItems, against items: BookItems, policy: MatchingPolicy = MatchingPolicy(),
        calendar: BusinessCalendar
    ) throws(StatementError) -> MatchingOutcome {
        try run(entries, against: items, policy: policy, calendar: calendar, onPhase: { _ in })
    }

    /// The same, and says when each part is done, for measurement.
    package static func run(
        _ entries: StatementItems, against items: BookItems, policy: MatchingPolicy, calendar: BusinessCalendar,
        onPhase: (String) -> Void
    ) throws(StatementError) -> MatchingOutcome {
        var matcher = Matcher(
            entries: try entries.ordered(), items: try items.ordered(), policy: policy, calendar: calendar)
        onPhase("ordered and indexed")
        matcher.lookUp()
        onPhase("looked up")
        matcher.classifyReturns()
        onPhase("returns")
        var hasHeldSigns = false
        for rule in policy.rules {
            if rule.isByAmount, !hasHeldSigns {
                if policy.rules.contains(.reversal) { matcher.pairUnmarked(areOurs: true) }
                matcher.holdContradictorySigns()
                hasHeldSigns = true
            }
            switch rule {
            case .reversal: matcher.pairReversals()
            case .reference: matcher.matchReferences()
            case .referencePrefix: matcher.matchPrefixes()
            case .referenceText: matcher.matchTexts()
            case .referenceGroup: break  // A part of `reference` and `referenceText`.
            case .batch: matcher.matchBatches()
            case .settlement: matcher.matchSettlements()
            case .amountAndParty: matcher.matchAmounts(.party)
            case .amountAlone: matcher.matchAmounts(.alone)
            case .subset: matcher.matchSubsets()
            case .split: matcher.matchSplits()
            }
            onPhase(rule.rawValue)
        }
        let outcome = matcher.finished()
        onPhase("exceptions")
        return outcome
    }
}
