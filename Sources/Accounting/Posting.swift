/// One signed amount on one account: 24 bytes, no references, so that a fold moves millions a second.
@frozen
package struct Posting: Hashable, Sendable {
    /// Minor units; a debit is positive, a credit negative.
    package var amountMinor: Int64
    /// Dense number of the party whose sub-account is meant; 0 for none.
    package var party: UInt32
    /// Dense number of the cooperative's book.
    package var book: UInt16
    /// `AccountCode.rawValue`, or a number from `AccountCode.bookDefinedMin` on.
    package var account: UInt16
    /// `Currency.rawValue`.
    package var currency: UInt16

    @inlinable
    package init(book: UInt16, account: UInt16, party: UInt32, currency: UInt16, amountMinor: Int64) {
        self.amountMinor = amountMinor
        self.party = party
        self.book = book
        self.account = account
        self.currency = currency
    }

    /// The book and currency within which postings must balance.
    @inlinable
    var balanceKey: UInt32 { UInt32(book) << 16 | UInt32(currency) }
}
