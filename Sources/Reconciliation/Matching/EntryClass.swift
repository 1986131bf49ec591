/// What an entry is by its codes, before anything is compared.
package enum EntryClass: UInt8, Sendable {
    case ordinary
    case fee
    /// It has a return code: money that comes back.
    case returned
    case chargeback
    /// Marked as a reversal, without a return code.
    case reversal

    /// Whether an entry of this class may be an item of that kind. Codes are the institution's word: a fee is never taken for a payout because the amounts agree.
    func allows(_ kind: BookItem.Kind) -> Bool {
        switch self {
        case .ordinary: kind != .chargeback
        case .fee: kind == .fee
        case .returned, .reversal: kind == .returned
        case .chargeback: kind == .chargeback
        }
    }
}
