package import Accounting

/// What an institution says of one account over some days, whatever the format of its file.
package struct BankStatement: Equatable, Sendable {
    /// What the message is; only a statement closes days.
    package enum Kind: String, Sendable {
        /// camt.053, MT940, BAI2 of earlier days, OFX, CSV: booked entries between two balances.
        case statement
        /// camt.052, BAI2 of the same day: so far today.
        case intraday
        /// camt.054: single entries, without balances.
        case notification
    }

    package var kind: Kind
    /// "camt.053.001.08", "OFX 1.0.2", "MT940", "BAI2", "CSV".
    package var format: String
    package var account: StatementAccount
    /// The institution's own name for the statement: Stmt/Id, 20: of MT940, DTSTART-DTEND of OFX.
    package var identification: String
    /// Its number in the institution's sequence, where it gives one; statements of an account follow each other without a gap.
    package var number: UInt64?
    /// First and last day, both included, where the file says so or its entries do.
    package var from: CivilDate?
    package var through: CivilDate?
    /// Booked balance at the beginning and the end, in minor units; a credit balance (money of ours there) is positive.
    package var openingMinor: Int64?
    package var closingMinor: Int64?
    /// In the order of the file.
    package var entries: [StatementEntry]
    /// Entries that the file announces without having booked them (PDNG, INFO); they are not among `entries`.
    package var pendingCount = 0
    /// A long statement may come in pages, each with balances of its own; pages that come in one file are joined.
    package var page = 1
    package var isLastPage = true

    /// A statement of what its institution says.
    package init(
        kind: Kind, format: String, account: StatementAccount, identification: String, number: UInt64? = nil,
        from: CivilDate? = nil, through: CivilDate? = nil, openingMinor: Int64? = nil, closingMinor: Int64? = nil,
        entries: [StatementEntry], pendingCount: Int = 0, page: Int = 1, isLastPage: Bool = true
    ) {
        self.kind = kind
        self.format = format
        self.account = account
        self.identification = identification
        self.number = number
        self.from = from
        self.through = through
        self.openingMinor = openingMinor
        self.closingMinor = closingMinor
        self.entries = entries
        self.pendingCount = pendingCount
        self.page = page
        self.isLastPage = isLastPage
    }
}

/// The account as the file names it.
package struct StatementAccount: Hashable, Sendable {
    /// Institution number ("815"), BIC or BANKID, as the file gives it; empty where it does not.
    package var institution: String
    /// IBAN, or the number that the institution uses, as in the file.
    package var number: String
    /// ISO 4217; empty where the file does not say.
    package var currency: String

    /// An account as a file names it.
    package init(institution: String, number: String, currency: String) {
        self.institution = institution
        self.number = number
        self.currency = currency
    }
}

/// One amount that the institution booked, or one detail of a batch that it booked as one.
package struct StatementEntry: Equatable, Sendable {
    /// Unique in the account: the institution's reference (AcctSvcrRef, FITID, the bank's reference of :61:); details of a batch add "/1", "/2"…;
    /// where the file gives none (or gives the same to two entries), one that is made of day, amount, texts and the count of its equals that day.
    package var reference: String
    /// The day on which it was booked.
    package var bookingDate: CivilDate
    /// Seconds since that day began on the institution's clock, where the file says the hour (camt).
    package var bookingSecond: Int?
    /// The day from which it bears interest; the booking day where the file does not say.
    package var valueDate: CivilDate
    /// In minor units; what comes in is positive. A reversal has the sign of its effect.
    package var amountMinor: Int64
    package var isReversal = false
    /// What kind of movement: ISO domain/family/subfamily "PMNT/RCDT/ESCT", OFX TRNTYPE, MT940 "NTRF", BAI2 "142", CPA "450".
    package var code = ""
    /// End-to-end id, cheque number or cross reference that we gave.
    package var endToEnd = ""
    /// The batch (PmtInfId, file creation number) that it was sent in.
    package var batch = ""
    /// CPA return code ("902") or ISO reason ("AC04") where it is a return; empty otherwise.
    package var returnCode = ""
    /// Who paid or was paid, as the file says.
    package var counterparty = ""
    /// The rest of what the file says for people.
    package var text = ""

    /// An entry; what a format does not say stays empty.
    package init(
        reference: String, bookingDate: CivilDate, valueDate: CivilDate, amountMinor: Int64, isReversal: Bool = false,
        code: String = "", endToEnd: String = "", batch: String = "", returnCode: String = "",
        counterparty: String = "", text: String = ""
    ) {
        self.reference = reference
        self.bookingDate = bookingDate
        self.valueDate = valueDate
        self.amountMinor = amountMinor
        self.isReversal = isReversal
        self.code = code
        self.endToEnd = endToEnd
        self.batch = batch
        self.returnCode = returnCode
        self.counterparty = counterparty
        self.text = text
    }
}
