package import Accounting
package import Bytes
import Events
import Index

/// What is paid out to somebody the cooperative owes: instructed, then settled or returned.
package struct PayoutRecord: Record {
    package var sequence: UInt64 = 0
    package var payee: UInt32 = 0
    package var institution: UInt32 = 0
    package var amountMinor: Int64 = 0
    /// The payoutSettled; 0 while there is none.
    package var settledSequence: UInt64 = 0
    /// The debt that was paid.
    package var account = AccountCode.sellerPayable
    /// The return that opened the debt again; 0 while there is none.
    package var returnedSequence: UInt64 = 0
    /// The part that the payee's own book has, too; see SellerBooks.
    var mirroredMinor: Int64 = 0
    /// Whether it left from the trust account, where a return lands again.
    var isFromTrust = false

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        payee = UInt32(truncatingIfNeeded: reader.unsigned())
        institution = UInt32(truncatingIfNeeded: reader.unsigned())
        amountMinor = reader.int()
        settledSequence = reader.unsigned()
        account = AccountCode(rawValue: UInt16(truncatingIfNeeded: reader.unsigned())) ?? .sellerPayable
        returnedSequence = reader.unsigned()
        mirroredMinor = reader.int()
        isFromTrust = reader.unsigned() != 0
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(payee))
        out.unsigned(UInt64(institution))
        out.int(amountMinor)
        out.unsigned(settledSequence)
        // Nearly all pay sellers and arrive: their rows end here.
        guard account != .sellerPayable || returnedSequence != 0 || mirroredMinor != 0 || isFromTrust else { return }
        out.unsigned(UInt64(account.rawValue))
        out.unsigned(returnedSequence)
        if mirroredMinor != 0 || isFromTrust { out.int(mirroredMinor) }
        if isFromTrust { out.unsigned(1) }
    }

    package var isSettled: Bool { settledSequence != 0 }
    package var isReturned: Bool { returnedSequence != 0 }
    package var isUnderWay: Bool { !isSettled && !isReturned }

    /// Where it left from, once it is settled.
    var cash: AccountCode { isFromTrust ? .trustBank : .bank }
}

extension Views {
    package func payout(_ name: Bytes, _ book: Book) -> PayoutRecord? {
        record(PayoutRecord.self, key.begin(.payout).u16(book.id).text(name).bytes)
    }

    /// What a seller may be paid now: its payable less what belongs to orders not handed over, and to creators once licences are granted.
    package func payable(_ seller: UInt32, _ book: Book) -> Int64 {
        let pending = index.counters(key.begin(.pendingPayable).u16(book.id).u32(seller).bytes)
        return -balance(book: book, .sellerPayable, party: seller) - (pending.first - pending.second)
    }

    /// What may be paid out now of a debt: expenseReimbursed pays claims, and nothing else does, or they would stay due for ever.
    package func payable(_ account: AccountCode, _ party: UInt32, _ book: Book) -> Int64 {
        switch account {
        case .sellerPayable: payable(party, book)
        case .membersPayable: -balance(book: book, account, party: party) - claimsDue(party, book)
        // What orders owe their buyers goes back by paymentRefunded.
        case .receivable: -sundry(party, book)
        case .dividendsPayable, .interestPayable, .sharesToRedeem: returnedMinor(account, party, book)
        default: -balance(book: book, account, party: party)
        }
    }

    /// What came back of dividends, interest or redemptions that were paid, and was not sent again.
    private func returnedMinor(_ account: AccountCode, _ party: UInt32, _ book: Book) -> Int64 {
        let sums = index.counters(returnedKey(account, party, book))
        return sums.first &- sums.second
    }

    fileprivate func returnedKey(_ account: AccountCode, _ party: UInt32, _ book: Book) -> Bytes {
        key.begin(.returnedPayout).u16(book.id).u16(account.rawValue).u32(party).bytes
    }

    fileprivate func putPayout(_ record: PayoutRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.payout).u16(book.id).text(name).bytes, record)
        let underWay = key.begin(.payoutUnderWay).u16(book.id).u32(record.institution).text(name).bytes
        if record.isUnderWay { putNumber(underWay, 1) } else { index.remove(underWay) }
    }
}

enum Payouts {
    /// The debts that a payout may pay. Dividends, interest and redemptions are paid by events of their own, and by a payout only when they came back;
    /// taxes never. Of receivables, what somebody paid beside orders, rides and invoices and owes no more: a lost parcel that was found, a discount taken back.
    static let accounts: [AccountCode] = debts + paidByOwnEvents

    static let debts: [AccountCode] = [
        .sellerPayable, .royaltiesPayable, .driverPayable, .accountsPayable, .membersPayable, .buyerCredits,
        .receivable,
    ]

    static let paidByOwnEvents: [AccountCode] = [.dividendsPayable, .interestPayable, .sharesToRedeem]

    /// Debts whose money is held for others: it lies in trust where a trust account is declared.
    static let heldForOthers: [AccountCode] = [
        .sellerPayable, .royaltiesPayable, .driverPayable, .buyerCredits, .receivable,
    ]

    /// Where the money of a payout lies.
    static func cash(_ payout: PayoutRecord, _ book: Book, _ views: Views) -> AccountCode {
        views.cash(book, at: payout.institution, forOthers: heldForOthers.contains(payout.account))
    }

    /// A dividend, an interest or a redemption that is sent under an id of its own; without one, the institution has paid it already.
    static func decide(sending payout: Bytes, _ amountMinor: Int64, _ book: Book, _ views: Views) throws(Refusal) {
        guard !payout.isEmpty else { return }
        try new(payout, book, views)
        guard amountMinor > 0 else {
            throw Refusal(
                .notAllowed, "payout", payout, Text("rien à verser en argent", "nothing to pay in cash"),
                accepted: Text("sans payout", "without payout"))
        }
    }

    /// Credits what pays the debt: the bank, or a payout under way.
    static func pay(
        _ name: Bytes, _ amountMinor: Int64, _ account: AccountCode, to payee: UInt32, from institution: UInt32,
        _ fact: Fact, _ book: Book, _ views: Views
    ) {
        guard !name.isEmpty else { return views.credit(book, .bank, party: institution, amountMinor) }
        var record = PayoutRecord()
        record.sequence = fact.sequence
        record.payee = payee
        record.institution = institution
        record.amountMinor = amountMinor
        record.account = account
        views.putPayout(record, name, book)
        views.credit(book, .payoutsInTransit, party: institution, amountMinor)
    }

    private static func new(_ payout: Bytes, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(payout, "payout")
        guard views.payout(payout, book) == nil else {
            throw Refusal(
                .duplicate, "payout", payout, Text("versement déjà ordonné", "payout already instructed"),
                accepted: Text("un numéro de versement nouveau", "a new payout id"))
        }
    }

    static func decide(instructed body: PayoutInstructedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try new(body.payout, book, views)
        let payee = try Check.identity(body.payee, "payee", views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        let account = try account(
            body.account, absent: .sellerPayable,
            Text("un versement ne paie pas ce compte", "a payout does not pay that account"))
        let payable = views.payable(account, payee, book)
        if paidByOwnEvents.contains(account), payable <= 0 {
            throw Refusal(
                .notAllowed, "account", body.account,
                Text(
                    "rien n’en est revenu : un événement à lui le paie",
                    "nothing of it came back: its own event pays it"),
                accepted: Text(
                    "patronageDividendPaid, shareInterestPaid ou redemptionPaid",
                    "patronageDividendPaid, shareInterestPaid or redemptionPaid"))
        }
        try Check.atMost(
            body.amountMinor, payable, "amountMinor",
            account == .sellerPayable
                ? Text("plus que ce qui est payable au vendeur", "more than is payable to the seller")
                : account == .membersPayable
                    ? Text(
                        "plus que la dette hors dépenses approuvées, que paie expenseReimbursed",
                        "more than the debt without approved claims, which expenseReimbursed pays")
                    : Text("plus que la dette", "more than the debt"))
        try Debts.decide(body.amountMinor, account, payee, fact, book, views)
        if let limits = book.limits(fact) { try limits.payout(body.amountMinor) }
        guard account == .sellerPayable else { return }
        let mirrored = SellerBooks.mirrored(body.amountMinor, to: payee, book, views)
        try SellerBooks.isOpen(payee, mirrored: mirrored, fact, book, views)
    }

    /// One of the accounts, by its name; `absent` where none is named.
    static func account(
        _ name: Bytes, absent: AccountCode, of accounts: [AccountCode] = accounts, _ reason: Text
    ) throws(Refusal) -> AccountCode {
        guard !name.isEmpty else { return absent }
        guard name.count <= AccountName.lengthMax, let account = AccountCode(name: name.string),
            accounts.contains(account)
        else {
            let all = accounts.map(\.name).joined(separator: ", ")
            throw Refusal(
                .notAllowed, "account", name, reason,
                accepted: Text("l’un de : \(all)", "one of: \(all)"))
        }
        return account
    }

    static func fold(instructed body: PayoutInstructedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var record = PayoutRecord()
        record.sequence = fact.sequence
        record.payee = views.intern(.identity, body.payee)
        record.institution = views.intern(.institution, body.institution)
        record.amountMinor = body.amountMinor
        if !body.account.isEmpty { record.account = AccountCode(name: body.account.string) ?? .sellerPayable }
        if record.account == .sellerPayable {
            record.mirroredMinor = SellerBooks.mirrored(body.amountMinor, to: record.payee, book, views)
        }
        views.putPayout(record, body.payout, book)
        move(record, body.amountMinor, book, views)
        if paidByOwnEvents.contains(record.account) {
            views.addCounters(views.returnedKey(record.account, record.payee, book), 0, body.amountMinor)
        }
        views.credit(book, .payoutsInTransit, party: record.institution, body.amountMinor)
        SellerBooks.post(record, .instructed, fact, book, views)
        views.touch(record.payee, fact)
        views.touch(record.institution, fact)
    }

    /// Debits what is paid; the amount is negative for a return.
    static func move(_ payout: PayoutRecord, _ amount: Int64, _ book: Book, _ views: Views) {
        guard payout.account != .receivable else { return views.debitSundry(book, party: payout.payee, amount) }
        views.debit(book, payout.account, party: payout.payee, amount)
    }

    static func decide(settled body: PayoutSettledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let payout = try known(body.payout, book, views)
        try standing(payout, body.payout)
        guard !payout.isSettled else {
            throw Refusal(
                .duplicate, "payout", body.payout, Text("versement déjà réglé", "payout already settled"),
                accepted: Text("un versement en cours", "a payout under way"))
        }
        try notBefore(fact, payout, views)
        try SellerBooks.isOpen(payout.payee, mirrored: payout.mirroredMinor, fact, book, views)
    }

    static func notBefore(_ fact: Fact, _ payout: PayoutRecord, _ views: Views) throws(Refusal) {
        try Check.notBefore(fact, eventAt: payout.sequence, Text("l’ordre de versement", "the instruction"), views)
    }

    static func known(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) -> PayoutRecord {
        try Check.id(name, "payout")
        guard let payout = views.payout(name, book) else {
            throw Refusal(
                .unknown, "payout", name, Text("versement inconnu", "unknown payout"),
                accepted: Text("un versement ordonné par payoutInstructed", "a payout that payoutInstructed instructed")
            )
        }
        return payout
    }

    static func standing(_ payout: PayoutRecord, _ name: Bytes) throws(Refusal) {
        guard !payout.isReturned else {
            throw Refusal(
                .notAllowed, "payout", name, Text("le versement est revenu", "the payout was returned"),
                accepted: Text("un nouveau versement", "a new payout"))
        }
    }

    static func fold(settled body: PayoutSettledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var payout = views.payout(body.payout, book) else { return views.noBook(fact) }
        payout.settledSequence = fact.sequence
        payout.isFromTrust = cash(payout, book, views) == .trustBank
        views.putPayout(payout, body.payout, book)
        views.debit(book, .payoutsInTransit, party: payout.institution, payout.amountMinor)
        views.credit(book, payout.cash, party: payout.institution, payout.amountMinor)
        views.countOutcome(body.payout, settled: 1, returned: 0, payout.amountMinor, book)
        SellerBooks.post(payout, .settled, fact, book, views)
        views.touch(payout.payee, fact)
        views.touch(payout.institution, fact)
    }
}

extension Payouts {
    /// A payout whose settlement was another's money is under way again; its caller gives the cash back.
    static func unsettle(_ name: Bytes, _ book: Book, _ views: Views) {
        guard var payout = views.payout(name, book) else { return }
        payout.settledSequence = 0
        payout.isFromTrust = false
        views.putPayout(payout, name, book)
        views.credit(book, .payoutsInTransit, party: payout.institution, payout.amountMinor)
        views.countOutcome(name, settled: -1, returned: 0, payout.amountMinor, book)
    }
}

/// A payout that the bank sent back: the debt is open again, and nothing is sent anew by itself.
enum ReturnedPayouts {
    static func decide(returned body: PayoutReturnedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let payout = try Payouts.known(body.payout, book, views)
        try Payouts.standing(payout, body.payout)
        try Payouts.notBefore(fact, payout, views)
        try SellerBooks.isOpen(payout.payee, mirrored: payout.mirroredMinor, fact, book, views)
        // CPA Standard 005, returns.
        guard body.returnCode.count == 3, body.returnCode[0] == 0x39,
            body.returnCode.array.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            throw Refusal(
                .malformed, "returnCode", body.returnCode,
                Text("ce n’est pas un code de retour (CPA 005)", "not a return code (CPA 005)"),
                accepted: Text("de 900 à 999, par exemple 902", "900 to 999, for example 902"))
        }
    }

    static func fold(returned body: PayoutReturnedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var payout = views.payout(body.payout, book) else { return views.noBook(fact) }
        views.countOutcome(
            body.payout, settled: payout.isSettled ? -1 : 0, returned: 1, payout.amountMinor, book)
        payout.returnedSequence = fact.sequence
        views.putPayout(payout, body.payout, book)
        views.debit(
            book, payout.isSettled ? payout.cash : .payoutsInTransit,
            party: payout.institution, payout.amountMinor)
        Payouts.move(payout, -payout.amountMinor, book, views)
        if Payouts.paidByOwnEvents.contains(payout.account) {
            views.addCounters(views.returnedKey(payout.account, payout.payee, book), payout.amountMinor, 0)
        }
        SellerBooks.post(payout, .returned, fact, book, views)
        views.touch(payout.payee, fact)
        views.touch(payout.institution, fact)
    }
}
