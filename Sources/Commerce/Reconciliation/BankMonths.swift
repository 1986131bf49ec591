import Accounting
import Bytes
import Events

/// Months of an account that a reviewer signed: nothing moves there any more, on the books' side either, or the signatures would stand under other figures.
enum BankMonths {
    /// Where an event moves money: a ledger account of cash at an institution; in any currency where none is named.
    private struct Place {
        var book: Book
        var institution: UInt32
        var account = AccountCode.bank
        var currency: Currency?
    }

    /// Refuses what would be posted to an account on a day that is signed.
    ///
    /// - Complexity: O(1) in a book without declared accounts, else O(accounts).
    static func decide(_ body: EventBody, _ fact: Fact, _ views: Views) throws(Refusal) {
        guard views.declaresBankAccounts, let book = fact.book else { return }
        for place in places(body, fact, book, views) {
            for (_, account) in views.bankAccounts(place.book)
            where account.institution == place.institution && account.ledgerAccount == place.account
                && account.currency == place.currency ?? account.currency
            {
                try Check.isOpen(account, fact.day, "effectiveAt")
                if account.isClosed { try isAfter(account, fact) }
            }
        }
    }

    /// A closed account keeps its days: what is posted there later is another's, or nobody's.
    private static func isAfter(_ account: BankAccountRecord, _ fact: Fact) throws(Refusal) {
        guard fact.day <= account.closedDay, fact.day >= account.fromDay else { return }
        let day = CivilDate(clampingDays: Int64(account.closedDay)).text
        throw Refusal(
            .locked, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
            Text("le compte bancaire est clos le \(day)", "the bank account was closed on \(day)"),
            accepted: Text("après le \(day)", "after \(day)"))
    }

    /// One line a kind that posts to the bank or to trust; see the folds.
    private static func places(_ body: EventBody, _ fact: Fact, _ book: Book, _ views: Views) -> [Place] {
        func bank(_ institution: Bytes?) -> [Place] {
            guard let institution, let party = views.party(.institution, institution) else { return [] }
            return [Place(book: book, institution: party, currency: book.currency)]
        }
        switch body {
        case .fundsSettled(let b):
            return bank((try? FundsSettledView(b))?.institution).map { place in
                var place = place
                place.account = views.cash(book, at: place.institution, forOthers: true)
                return place
            }
        case .payoutSettled(let b):
            return payout((try? PayoutSettledView(b))?.payout, book, views)
        case .payoutReturned(let b):
            return payout((try? PayoutReturnedView(b))?.payout, isReturn: true, book, views)
        case .debtCollected(let b):
            // What a seller pays back leaves the bank of its own book.
            guard let debt = try? DebtCollectedView(b), debt.account.count <= AccountName.lengthMax,
                let seller = views.party(.identity, debt.debtor),
                let institution = views.party(.institution, debt.institution),
                let own = views.ownBook(of: seller, besides: book),
                AccountCode(name: debt.account.string) == .sellerPayable,
                SellerBooks.mirrored(debt.amountMinor, from: seller, book, views) != 0
            else { return [] }
            return [Place(book: own, institution: institution, currency: own.currency)]
        case .taxRemitted(let b): return bank((try? TaxRemittedView(b))?.institution)
        case .patronageDividendPaid(let b):
            // What is sent under a payout's id leaves when that settles.
            guard let paid = try? PatronageDividendPaidView(b), paid.payout.isEmpty else { return [] }
            return bank(paid.institution)
        case .shareInterestPaid(let b):
            guard let paid = try? ShareInterestPaidView(b), paid.payout.isEmpty else { return [] }
            return bank(paid.institution)
        case .redemptionPaid(let b):
            guard let paid = try? RedemptionPaidView(b), paid.payout.isEmpty else { return [] }
            return bank(paid.institution)
        case .sharesRedeemed(let b): return bank((try? SharesRedeemedView(b))?.institution)
        case .expenseReimbursed(let b): return bank((try? ExpenseReimbursedView(b))?.institution)
        case .currencyExchanged(let b):
            return bank((try? CurrencyExchangedView(b))?.institution).map { place in
                var place = place
                place.currency = nil
                return place
            }
        case .clientInvoicePaid(let b):
            return bank((try? ClientInvoicePaidView(b))?.institution).map { place in
                var place = place
                place.currency = nil
                return place
            }
        case .intercoopSettled(let b):
            guard let settled = try? IntercoopSettledView(b) else { return [] }
            let ends: [(Book?, Bytes)] = [
                (book, settled.institution), (views.book(settled.counterpartBook), settled.counterpartInstitution),
            ]
            return ends.compactMap { end, name in
                guard let end, let institution = views.party(.institution, name) else { return nil }
                return Place(book: end, institution: institution)
            }
        case .journalEntryPosted(let b): return manual((try? JournalEntryPostedView(b))?.lines, book, views)
        case .correctionPosted(let b):
            guard let correction = try? CorrectionPostedView(b) else { return [] }
            return manual(correction.replacement, book, views)
                + (views.event(correction.correctedSequence)?.body.map { corrected in
                    switch corrected {
                    case .journalEntryPosted(let b): manual((try? JournalEntryPostedView(b))?.lines, book, views)
                    case .correctionPosted(let b): manual((try? CorrectionPostedView(b))?.replacement, book, views)
                    default: []
                    }
                } ?? [])
        default: return []
        }
    }

    /// A payout that settles, or comes back after it did, and its other side in the payee's own book.
    private static func payout(_ name: Bytes?, isReturn: Bool = false, _ book: Book, _ views: Views) -> [Place] {
        guard let payout = name.flatMap({ views.payout($0, book) }), !isReturn || payout.isSettled else { return [] }
        let cash = isReturn ? payout.cash : Payouts.cash(payout, book, views)
        var places = [Place(book: book, institution: payout.institution, account: cash, currency: book.currency)]
        if payout.mirroredMinor != 0, let own = views.ownBook(of: payout.payee, besides: book) {
            places.append(Place(book: own, institution: payout.institution, currency: own.currency))
        }
        return places
    }

    private static func manual(_ lines: Repeated<EntryLineView>?, _ book: Book, _ views: Views) -> [Place] {
        guard let lines else { return [] }
        return lines.compactMap { encoded in
            guard let line = try? encoded.view(), line.account.count <= AccountName.lengthMax,
                let account = AccountCode(name: line.account.string), account == .bank || account == .trustBank,
                let institution = views.party(.institution, line.party)
            else { return nil }
            return Place(
                book: book, institution: institution, account: account,
                currency: Currency(utf8: line.currency.buffer))
        }
    }
}
