package import Commerce

/// An entry that a person must look at, why, and what it may be.
package struct MatchException: Equatable, Sendable {
    /// Why nothing was decided; a higher one replaces a lower one.
    package enum Reason: UInt8, CaseIterable, Sendable, Comparable {
        /// Nothing in the books looks like it.
        case notInBooks = 1
        /// One candidate, but what speaks for it may be chance, or something speaks against it.
        case unproven
        /// More than one candidate, and nothing tells them apart.
        case ambiguous
        /// The search would have taken too long, or there were too many candidates.
        case tooMany
        /// No amount: it is for information.
        case noAmount
        /// A reversal, return or chargeback whose original was not found.
        case originalUnknown
        /// The reference is an item's; the amount is not.
        case amountDiffers
        /// The reference is an item's, and the amount is its opposite.
        case signReversed
        /// The item of this reference was matched with an earlier entry: booked twice.
        case duplicate

        package static func < (a: Reason, b: Reason) -> Bool { a.rawValue < b.rawValue }

        package var text: Text {
            switch self {
            case .notInBooks: Text("absente des livres", "not in the books")
            case .unproven: Text("un candidat, sans preuve suffisante", "one candidate, not proven")
            case .ambiguous: Text("plusieurs candidats égaux", "several equal candidates")
            case .tooMany: Text("trop de candidats", "too many candidates")
            case .noAmount: Text("sans montant", "no amount")
            case .originalUnknown: Text("opération d’origine introuvable", "original not found")
            case .amountDiffers: Text("montant différent", "amount differs")
            case .signReversed: Text("signe inversé", "sign reversed")
            case .duplicate: Text("inscrite en double", "booked twice")
            }
        }
    }

    /// Candidates that are listed at most, lowest first.
    package static let candidatesMost = 8

    package let entry: UInt64
    package let reason: Reason
    package let amountMinor: Int64
    /// Sequences of the items that it may be, `candidatesMost` at most.
    package let candidates: [UInt64]
}
