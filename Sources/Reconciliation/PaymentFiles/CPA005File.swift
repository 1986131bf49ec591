package import Accounting

extension CPA005 {
    /// A file that was read: what it says of itself and its items, in their order.
    package struct File: Equatable, Sendable {
        package var originatorID: String
        package var number: Int
        package var creationDay: CivilDate
        package var dataCentre: String
        /// "CAD", "USD"; empty where the header says nothing.
        package var currency: String
        package var items: [Item]
        /// As the trailer says them.
        package var trailer: Trailer

        /// The items that came back, ready to be matched to payouts.
        package var returns: [Item] { items.filter { $0.kind.isReturn } }
    }

    /// What an item is.
    package enum Kind: String, CaseIterable, Sendable {
        case credit = "C"
        case debit = "D"
        case creditReversal = "E"
        case debitReversal = "F"
        case returnedCredit = "I"
        case returnedDebit = "J"

        package var isReturn: Bool { self == .returnedCredit || self == .returnedDebit }
    }

    /// Counts and sums of the trailer, in minor units.
    package struct Trailer: Equatable, Sendable {
        package var debits = Total()
        package var credits = Total()
        package var creditReversals = Total()
        package var debitReversals = Total()
    }

    /// A count of items and the sum of their amounts.
    package struct Total: Equatable, Sendable {
        package var minor: Int64 = 0
        package var count: Int64 = 0

        package init(minor: Int64 = 0, count: Int64 = 0) {
            self.minor = minor
            self.count = count
        }
    }

    /// One segment: a payment, its reversal or its return. Texts stand as in the file, without the blanks around them.
    package struct Item: Equatable, Sendable {
        package var kind: Kind
        /// Three digits. In a return, the reason (900 to 999).
        package var transactionCode: String
        /// In a return, the code of the payment that came back.
        package var storedCode: String
        package var amountMinor: Int64
        /// When funds are available; nil where the file leaves it at zeros or blank.
        package var day: CivilDate?
        /// Nine digits: 0, institution, transit.
        package var routingNumber: String
        package var accountNumber: String
        package var itemTrace: String
        package var shortName: String
        package var payeeName: String
        package var longName: String
        package var originatorID: String
        /// See `CPA005.crossReference(of:)`.
        package var crossReference: String
        package var returnRoutingNumber: String
        package var returnAccountNumber: String
        package var sundry: String
        /// In a reversal or a return, the trace number of the payment.
        package var originalItemTrace: String
        package var settlementCode: String
        package var invalidElements: String
        /// Where it stands: the record's number and the segment from 1.
        package var recordNumber: Int
        package var segment: Int

        /// Why it came back; nil where it did not.
        package var returnCode: String? {
            guard kind.isReturn else { return nil }
            return CPA005.returnReason(transactionCode) == nil && CPA005.returnReason(storedCode) != nil
                ? storedCode : transactionCode
        }

        /// The return of a payment, with its reason: what an institution sends back, and what a test needs.
        package func returned(_ reason: String) -> Item {
            var item = self
            item.kind = kind == .debit ? .returnedDebit : .returnedCredit
            item.storedCode = transactionCode
            item.transactionCode = reason
            item.originalItemTrace = itemTrace
            return item
        }
    }
}
