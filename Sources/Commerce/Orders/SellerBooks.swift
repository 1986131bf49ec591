import Accounting
import Bytes
import Events
import Index

/// A seller that is a cooperative with a book in the ledger: what the market does with its sales stands in its own book, too, by the same event.
///
/// From the hand-over on, when the sale is the seller's: sales, taxes that it remits itself, the commission and the taxes on it, and what the
/// market owes it; then refunds, chargebacks that it bears, payouts, and what it pays back. Only under a platform agreement in force at the hand-over, by which the
/// seller's cooperative has agreed to it, and in one currency. Markets without such sellers pay for one test of a flag.
enum SellerBooks {
    /// Refuses a hand-over that would post in a locked period of a seller's book.
    static func decide(handedOver order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        guard let purchase = views.purchase(order) else { return }
        var seen = Bytes.none
        for encoded in purchase.body.lines {
            guard let line = try? encoded.view(), line.seller != seen else { continue }
            seen = line.seller
            guard let party = views.party(.identity, seen), let own = views.sellerBook(party, on: book, fact) else {
                continue
            }
            try Check.isOpen(own, fact)
        }
    }

    /// Refuses what would post in a locked period of a book that has a sale of the order, or before that book has it.
    static func areOpen(_ order: UInt64, _ fact: Fact, _ views: Views) throws(Refusal) {
        let books = views.mirrors(ofOrder: order)
        guard !books.isEmpty else { return }
        try Check.notBeforeHandOver(fact, order, views)
        for own in books { try Check.isOpen(own, fact) }
    }

    /// The same for a payout to a seller, or what it pays back, of which so much is mirrored.
    static func isOpen(
        _ payee: UInt32, mirrored: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard mirrored != 0, let own = views.ownBook(of: payee, besides: book) else { return }
        try Check.isOpen(own, fact)
    }

    /// `views.after` is the order as handed over.
    static func didHandOver(
        _ order: OrderRecord, _ purchase: PurchasePlacedView, _ atUs: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        views.before.clear()
        for (index, seller) in views.after.sellers.enumerated() where seller.isBook {
            guard let own = views.sellerBook(seller.party, on: book, fact) else { continue }
            views.putNumber(
                views.key.begin(.sellerMirror).sequence(order.sequence).u32(seller.party).bytes, UInt64(own.id))
            post(index, own, order, purchase, atUs, fact, book, views)
        }
        // What was charged back before the hand-over; the amounts of the order are computed anew for it.
        guard order.chargedBackMinor > 0 else { return }
        for seller in views.after.sellers.map(\.party) {
            let borne = Chargebacks.borne(by: seller, of: order, book, views)
            didBear(borne, seller, order.sequence, fact, book, views)
        }
    }

    /// `views.before` and `views.after` are the order before and after the refund.
    static func didRefund(
        _ order: OrderRecord, _ purchase: PurchasePlacedView, _ atUs: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        for (index, seller) in views.after.sellers.enumerated() where seller.isBook {
            guard let own = views.mirror(ofOrder: order.sequence, seller.party) else { continue }
            post(index, own, order, purchase, atUs, fact, book, views)
        }
    }

    /// What changed for one seller, in its own book.
    private static func post(
        _ index: Int, _ own: Book, _ order: OrderRecord, _ purchase: PurchasePlacedView, _ atUs: Int64, _ fact: Fact,
        _ book: Book, _ views: Views
    ) {
        let (before, after) = (views.before, views.after)
        let seller = after.sellers[index]
        let old = index < before.sellers.count ? before.sellers[index] : OrderAmounts.Seller(party: seller.party)
        let funded = seller.funded - old.funded
        let sales = seller.merchandise - old.merchandise + funded + seller.sponsored - old.sponsored
        let commission = seller.commission - old.commission
        var owed = seller.payable - old.payable
        let table = book.taxes(in: purchase.jurisdiction, at: atUs, knownAt: order.sequence)
        for (tax, known) in table.taxes.enumerated() {
            let count = table.taxes.count
            let change =
                after.sellerTax(seller: index, tax: tax, of: count)
                - before.sellerTax(seller: index, tax: tax, of: count)
            if change != 0 { views.credit(own, account: views.payable(known, own), change) }
        }
        let home = book.taxes(at: atUs, knownAt: order.sequence)
        for (tax, known) in home.taxes.enumerated() {
            let change = after.commissionTax(seller: index, tax: tax) - before.commissionTax(seller: index, tax: tax)
            guard change != 0 else { continue }
            owed -= change
            known.name.withBytes { views.debitRecoverable(own, tax: $0, change, fact) }
        }
        views.credit(own, .sales, sales)
        views.debit(own, .platformCommission, commission)
        views.owe(own, owed, fact, book)
        let currency = book.currency.rawValue
        // What one of the two pays the other is no business of both together.
        views.mirror(book, own, .commission, currency, -commission, fact)
        views.mirror(own, book, .platformCommission, currency, commission, fact)
        views.mirror(book, own, .discounts, currency, funded, fact)
        views.mirror(own, book, .sales, currency, -funded, fact)
    }

    /// A seller bears a chargeback, or no more where the amount is negative.
    static func didBear(
        _ amount: Int64, _ seller: UInt32, _ order: UInt64, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        guard amount != 0, let own = views.mirror(ofOrder: order, seller) else { return }
        views.debit(own, .chargebacks, amount)
        views.owe(own, -amount, fact, book)
    }

    // MARK: payouts

    enum Step {
        case instructed
        case settled
        case returned
    }

    /// The part of a payout that the payee's own book has as owed: sales from before the agreement stand in the market's book alone.
    static func mirrored(_ amount: Int64, to payee: UInt32, _ book: Book, _ views: Views) -> Int64 {
        guard let own = views.ownBook(of: payee, besides: book) else { return 0 }
        return min(amount, max(0, views.platformOwes(own, book)))
    }

    /// The part of what a seller pays back that its own book owes.
    static func mirrored(_ amount: Int64, from seller: UInt32, _ book: Book, _ views: Views) -> Int64 {
        guard let own = views.ownBook(of: seller, besides: book) else { return 0 }
        return min(amount, max(0, -views.platformOwes(own, book)))
    }

    /// A seller paid back what refunds took back of its payouts.
    static func didCollect(
        _ amount: Int64, _ seller: UInt32, _ institution: UInt32, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        let amount = mirrored(amount, from: seller, book, views)
        guard amount != 0, let own = views.ownBook(of: seller, besides: book) else { return }
        views.owe(own, amount, fact, book)
        views.credit(own, .bank, party: institution, amount)
    }

    /// The payout on its way, arrived or come back.
    static func post(_ payout: PayoutRecord, _ step: Step, _ fact: Fact, _ book: Book, _ views: Views) {
        let amount = payout.mirroredMinor
        guard amount != 0, let own = views.ownBook(of: payout.payee, besides: book) else { return }
        let currency = book.currency.rawValue
        switch step {
        case .instructed:
            views.owe(own, -amount, fact, book)
            views.debit(own, .inTransit, party: payout.institution, amount)
        case .settled:
            views.credit(own, .inTransit, party: payout.institution, amount)
            views.debit(own, .bank, party: payout.institution, amount)
        case .returned:
            views.owe(own, amount, fact, book)
            views.credit(own, payout.isSettled ? .bank : .inTransit, party: payout.institution, amount)
        }
        // Under way, it is the market's debt and the seller's money at once.
        let underWay = step == .instructed ? amount : step == .returned && payout.isSettled ? 0 : -amount
        views.mirror(book, own, .payoutsInTransit, currency, -underWay, fact)
        views.mirror(own, book, .inTransit, currency, underWay, fact)
    }
}

extension Views {
    /// The book of a seller that sells on a market under a platform agreement in force at the time of the fact; `nil` for every other seller.
    fileprivate func sellerBook(_ seller: UInt32, on market: Book, _ fact: Fact) -> Book? {
        guard let own = ownBook(of: seller, besides: market), own.currency == market.currency,
            isServed(own, by: market.id, [.platform], fact)
        else { return nil }
        return own
    }

    /// The book of a member that is a cooperative of the ledger.
    func ownBook(of party: UInt32, besides book: Book) -> Book? {
        guard member(party, book)?.isBook == true else { return nil }
        return Array(partyName(party).utf8).withBytes { self.book($0) }
    }

    /// The book that has a seller's sale in an order.
    fileprivate func mirror(ofOrder order: UInt64, _ seller: UInt32) -> Book? {
        number(key.begin(.sellerMirror).sequence(order).u32(seller).bytes)
            .flatMap { book(number: UInt16(truncatingIfNeeded: $0)) }
    }

    /// The books that have sales of an order.
    fileprivate func mirrors(ofOrder order: UInt64) -> [Book] {
        var numbers: [UInt16] = []
        let rows = index.rows(prefix: key.begin(.sellerMirror).sequence(order).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            numbers.append(UInt16(truncatingIfNeeded: value.unsigned()))
        }
        return numbers.compactMap { book(number: $0) }
    }

    /// What a market owes a seller's book for its sales; negative where refunds took back what was paid.
    fileprivate func platformOwes(_ own: Book, _ market: Book) -> Int64 {
        guard let party = Array(market.name.utf8).withBytes({ party(.cooperative, $0) }) else { return 0 }
        return balance(book: own, .platformReceivable, party: party)
    }

    /// The market owes the seller's book more, or less where the amount is negative: its payable to the seller is the mirror.
    fileprivate func owe(_ own: Book, _ amount: Int64, _ fact: Fact, _ market: Book) {
        debit(own, .platformReceivable, party: cooperative(market), amount)
        mirror(market, own, .sellerPayable, market.currency.rawValue, -amount, fact)
        touch(cooperative(own), fact)
    }

    /// The account on which a book owes a tax of another book's table.
    fileprivate func payable(_ tax: TaxTable.Tax, _ own: Book) -> UInt16 {
        guard tax.account >= AccountCode.bookDefinedMin else { return tax.account }
        let name = Array("liabilities:".utf8) + tax.name + Array("-payable".utf8)
        return name.withBytes { internAccount($0, book: own.id) }
    }
}
