package import Accounting

/// One entry of a statement as matching sees it; its texts are kept beside it (`StatementItems`).
package struct StatementItem: Equatable, Sendable {
    /// Unique in a run: the entry's event, or its place in the file.
    package var identifier: UInt64
    /// In minor units; what comes into our account is positive. A reversal has the sign of its effect.
    package var amountMinor: Int64
    package var bookingDay: CivilDate
    package var valueDay: CivilDate
    /// Whom the counterparty's name or account was found to be; 0 where it was not.
    package var party: UInt32
    package var isReversal: Bool

    package init(
        identifier: UInt64, amountMinor: Int64, bookingDay: CivilDate, valueDay: CivilDate, party: UInt32 = 0,
        isReversal: Bool = false
    ) {
        self.identifier = identifier
        self.amountMinor = amountMinor
        self.bookingDay = bookingDay
        self.valueDay = valueDay
        self.party = party
        self.isReversal = isReversal
    }
}

/// What a statement says of an entry in words; empty where it says nothing.
package struct StatementTexts: Equatable, Sendable {
    package var endToEnd = ""
    package var batch = ""
    package var counterparty = ""
    package var text = ""
    package var code = ""
    package var returnCode = ""

    package init(
        endToEnd: String = "", batch: String = "", counterparty: String = "", text: String = "", code: String = "",
        returnCode: String = ""
    ) {
        self.endToEnd = endToEnd
        self.batch = batch
        self.counterparty = counterparty
        self.text = text
        self.code = code
        self.returnCode = returnCode
    }
}
