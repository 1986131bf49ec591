import Bytes
import Events

/// Months of an account that a reviewer signed: nothing moves there any more, on the books' side either, or the signatures would stand under other figures.
enum BankMonths {
    /// Refuses what would be posted at an institution on a day that is signed.
    ///
    /// - Complexity: O(1) in a book without declared accounts, else O(accounts).
    static func decide(_ body: EventBody, _ fact: Fact, _ views: Views) throws(Refusal) {
        guard views.declaresBankAccounts, let book = fact.book else { return }
        var places: [(book: Book, institution: Bytes)] = []
        switch body {
        case .fundsSettled(let b): places = [(book, (try? FundsSettledView(b))?.institution ?? .none)]
        case .payoutSettled(let b):
            guard let payout = (try? PayoutSettledView(b)).flatMap({ views.payout($0.payout, book) }) else { return }
            if payout.mirroredMinor != 0, let own = views.ownBook(of: payout.payee, besides: book) {
                try decide(payout.institution, own, fact, views)
            }
            return try decide(payout.institution, book, fact, views)
        case .payoutReturned(let b):
            guard let payout = (try? PayoutReturnedView(b)).flatMap({ views.payout($0.payout, book) }),
                payout.isSettled
            else { return }
            return try decide(payout.institution, book, fact, views)
        case .taxRemitted(let b): places = [(book, (try? TaxRemittedView(b))?.institution ?? .none)]
        case .patronageDividendPaid(let b):
            guard let paid = try? PatronageDividendPaidView(b), paid.payout.isEmpty else { return }
            places = [(book, paid.institution)]
        case .shareInterestPaid(let b):
            guard let paid = try? ShareInterestPaidView(b), paid.payout.isEmpty else { return }
            places = [(book, paid.institution)]
        case .redemptionPaid(let b):
            guard let paid = try? RedemptionPaidView(b), paid.payout.isEmpty else { return }
            places = [(book, paid.institution)]
        case .sharesRedeemed(let b): places = [(book, (try? SharesRedeemedView(b))?.institution ?? .none)]
        case .expenseReimbursed(let b): places = [(book, (try? ExpenseReimbursedView(b))?.institution ?? .none)]
        case .currencyExchanged(let b): places = [(book, (try? CurrencyExchangedView(b))?.institution ?? .none)]
        case .clientInvoicePaid(let b): places = [(book, (try? ClientInvoicePaidView(b))?.institution ?? .none)]
        case .intercoopSettled(let b):
            guard let settled = try? IntercoopSettledView(b) else { return }
            places = [(book, settled.institution)]
            if let other = views.book(settled.counterpartBook) {
                places.append((other, settled.counterpartInstitution))
            }
        case .journalEntryPosted(let b): places = cash((try? JournalEntryPostedView(b))?.lines, book)
        case .correctionPosted(let b):
            guard let correction = try? CorrectionPostedView(b) else { return }
            places = cash(correction.replacement, book)
            switch views.event(correction.correctedSequence)?.body {
            case .journalEntryPosted(let b)?: places += cash((try? JournalEntryPostedView(b))?.lines, book)
            case .correctionPosted(let b)?: places += cash((try? CorrectionPostedView(b))?.replacement, book)
            default: break
            }
        default: return
        }
        for (book, name) in places {
            guard !name.isEmpty, let institution = views.party(.institution, name) else { continue }
            try decide(institution, book, fact, views)
        }
    }

    /// Where a manual entry moves money.
    private static func cash(_ lines: Repeated<EntryLineView>?, _ book: Book) -> [(book: Book, institution: Bytes)] {
        guard let lines else { return [] }
        return lines.compactMap { encoded in
            guard let line = try? encoded.view(), line.account == "assets:bank" || line.account == "assets:trust-bank"
            else { return nil }
            return (book, line.party)
        }
    }

    private static func decide(
        _ institution: UInt32, _ book: Book, _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        for (_, account) in views.bankAccounts(book) where account.institution == institution && !account.isClosed {
            try Check.isOpen(account, fact.day, "effectiveAt")
        }
    }
}
