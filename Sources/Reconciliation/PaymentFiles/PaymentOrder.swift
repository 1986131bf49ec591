package import Accounting

/// One payment that we ask our institution to make: who is paid, where, how much, why.
///
/// The payout's id travels with the payment (end-to-end id, cross reference) and comes back with its status, its return
/// and its line of the statement: that is how they find the payout again.
package struct PaymentOrder: Equatable, Sendable {
    /// 1 to 35 characters of `LatinText.isIdentifier`; unique in a file.
    package var payoutID: String
    /// As the payee writes it, accents included; each format folds it to what it may carry.
    package var payeeName: String
    package var account: PaymentAccount
    /// In minor units, above zero.
    package var amountMinor: Int64
    package var currency: Currency
    package var purpose: PaymentPurpose
    /// What the payee reads on the statement, in French; empty where nothing is said.
    package var remittance: String

    package init(
        payoutID: String, payeeName: String, account: PaymentAccount, amountMinor: Int64, currency: Currency = .cad,
        purpose: PaymentPurpose, remittance: String = ""
    ) {
        self.payoutID = payoutID
        self.payeeName = payeeName
        self.account = account
        self.amountMinor = amountMinor
        self.currency = currency
        self.purpose = purpose
        self.remittance = remittance
    }
}

/// An account at a Canadian institution. Digits are text: leading zeros count.
package struct PaymentAccount: Hashable, Sendable {
    /// Three digits: "815", "006".
    package var institution: String
    /// Five digits.
    package var transit: String
    /// 1 to 12 digits.
    package var number: String

    package init(institution: String, transit: String, number: String) {
        self.institution = institution
        self.transit = transit
        self.number = number
    }

    /// Nine digits that name the branch in a payment: 0, institution, transit.
    package var routingNumber: String { "0" + institution + transit }
}
