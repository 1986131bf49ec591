package import Accounting
package import Commerce

/// What the head of a payment file says: who sends it, from which account, when. Nothing comes from a clock, so the
/// same values make the same bytes.
package struct PaymentFile: Equatable, Sendable {
    /// Ten characters that the institution gave us: digits or capital letters.
    package var originatorID: String
    /// At most 15 and 30 characters once accents are folded.
    package var shortName: String
    package var longName: String
    /// The account that pays.
    package var account: PaymentAccount
    /// The account that receives what comes back.
    package var returnAccount: PaymentAccount
    /// Five digits: the institution's data centre that the file goes to.
    package var dataCentre: String
    /// 1 to 9999, one more than that of the file before; see `numberAfter(_:)`.
    package var number: Int
    package var creationDay: CivilDate
    /// Seconds since midnight of that day, for formats that want the time.
    package var creationSecond: Int
    /// When the payees' funds are available; not before `creationDay`.
    package var dueDay: CivilDate
    package var currency: Currency
    /// 1 to 31 characters of `LatinText.isIdentifier`, unique among all our files.
    package var messageID: String
    /// How the institution numbers items: 22 places, digits as they are, a run of `F` for the file creation number and
    /// one of `N` for the item's number in the file, for example "612100610FFFFNNNNNNNNN". Nil leaves the field blank,
    /// and the writer says so.
    package var itemTracePattern: String?

    package init(
        originatorID: String, shortName: String, longName: String, account: PaymentAccount,
        returnAccount: PaymentAccount, dataCentre: String, number: Int, creationDay: CivilDate, creationSecond: Int = 0,
        dueDay: CivilDate, currency: Currency = .cad, messageID: String, itemTracePattern: String? = nil
    ) {
        self.originatorID = originatorID
        self.shortName = shortName
        self.longName = longName
        self.account = account
        self.returnAccount = returnAccount
        self.dataCentre = dataCentre
        self.number = number
        self.creationDay = creationDay
        self.creationSecond = creationSecond
        self.dueDay = dueDay
        self.currency = currency
        self.messageID = messageID
        self.itemTracePattern = itemTracePattern
    }

    /// The number of the file after one: they follow without a gap, and 1 follows 9999.
    ///
    /// The institution refuses a gap and a number that it knows; after 9999 files the first are long forgotten there,
    /// so the number alone does not name a file in our books: the message id does.
    package static func numberAfter(_ number: Int) -> Int { (1..<9999).contains(number) ? number + 1 : 1 }
}

/// What a payment file says less well than it was told, or not at all. The file is valid; a person should know.
package struct PaymentWarning: Equatable, Sendable {
    /// What kind of warning it is.
    package enum Kind: String, Sendable {
        /// No pattern for item trace numbers: the field is blank in every segment.
        case blankItemTrace = "blank-item-trace"
        /// A name or text was cut to the width of its field.
        case shortened
    }

    package var kind: Kind
    /// Empty where it is about the whole file.
    package var payoutID: String
    package var text: Text
}
