/// How a match was found; the name stands in `EntryMatched`.
package enum MatchingRule: String, CaseIterable, Sendable {
    /// An entry that was marked as a reversal and the one that it takes back.
    case reversal
    /// The whole reference that we gave, and the amount.
    case reference
    /// A reference that the institution cut off, where only one item begins so, and the amount.
    case referencePrefix = "reference-prefix"
    /// A whole reference inside the text, and the amount.
    case referenceText = "reference-text"
    /// A reference that several items share, and their sum, net of fees where they are captures.
    case referenceGroup = "reference-group"
    /// A payment file's number, and the sum of its items (of one day).
    case batch
    /// Amount, party and days.
    case amountAndParty = "amount-party"
    /// Amount and few days, where neither side has a second one.
    case amountAlone = "amount-alone"
    /// The captures of one day, or of days that follow each other, net of fees.
    case settlement
    /// Several items of a party whose sum is the entry, in exactly one way.
    case subset
    /// Several entries whose sum is an item.
    case split

    /// Whether amounts decide, and no reference.
    var isByAmount: Bool {
        switch self {
        case .reversal, .reference, .referencePrefix, .referenceText, .referenceGroup, .batch: false
        case .amountAndParty, .amountAlone, .settlement, .subset, .split: true
        }
    }
}
