package import Accounting

/// One thing that the books expect on the account's statement: money that will come in or go out, or already has.
package struct BookItem: Equatable, Sendable {
    /// What the money is for.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// A card capture that its acquirer will settle, usually with others of its day and net of fees.
        case settlement
        /// Money that we sent: payouts, refunds, dividends.
        case payout
        /// A payout that came back, as the books already know.
        case returned
        /// A charge by the institution, as the books already know.
        case fee
        /// Between accounts of ours.
        case transfer
        /// Money that a payer's institution took back, as the books already know.
        case chargeback
        case other
    }

    /// The event that made it; unique in a run.
    package var sequence: UInt64
    /// In minor units; what comes into our account is positive.
    package var amountMinor: Int64
    /// The day on which its settlement is expected.
    package var day: CivilDate
    /// Whom it is with; 0 where nobody is known.
    package var party: UInt32
    package var kind: Kind
    /// The payment file (CPA file creation number) that it was sent in; 0 where there is none.
    package var fileNumber: UInt32
    /// Which part of the file: files have one for each purpose, which institutions may book apart; 0 where it is not known.
    package var filePart: UInt8
    /// A settlement that the books have, less its fee: no more is kept of it.
    package var isNet: Bool
    /// What is not in the bank yet: no entry is it that was booked before its day.
    package var isExpected: Bool
    /// True where an earlier run found it on a statement: it is matched no more, but it can still be returned or charged back.
    package var isSettled: Bool

    package init(
        sequence: UInt64, amountMinor: Int64, day: CivilDate, party: UInt32 = 0, kind: Kind = .other,
        fileNumber: UInt32 = 0, filePart: UInt8 = 0, isNet: Bool = false, isExpected: Bool = false,
        isSettled: Bool = false
    ) {
        self.sequence = sequence
        self.amountMinor = amountMinor
        self.day = day
        self.party = party
        self.kind = kind
        self.fileNumber = fileNumber
        self.filePart = filePart
        self.isNet = isNet
        self.isExpected = isExpected
        self.isSettled = isSettled
    }
}
