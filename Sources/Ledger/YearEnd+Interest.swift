package import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// The interest on preferred shares as proposals: allocated before the meeting, paid when it suits.
extension YearEnd {
    /// One allocation a member who held preferred shares at the year's end, half-up to the cent; none below one cent.
    package func allocateInterest(
        _ rate: RatePpm, effectiveAtUs: Int64, _ views: Views
    ) throws(LedgerError) -> Proposals {
        let book = try bookIn(views)
        let record = try closed(book, views)
        let proposals = Proposals()
        for party in preferredHolders(book, record, views) {
            let amount: Int64
            do throws(MoneyError) {
                amount = try rate.applied(to: views.preferredSharesMinor(party, record, book))
            } catch {
                throw LedgerError(
                    .no, "\(self.book) \(year)",
                    Text("calcul impossible : \(error.reason)", "cannot be computed: \(error.reason)"),
                    remedy: Text(error.accepted, error.accepted))
            }
            guard amount > 0 else { continue }
            let member = views.partyName(party)
            try propose("interest-\(year)-\(member)", book, effectiveAtUs, proposals, views) { event in
                event.shareInterestAllocated {
                    $0.fiscalYear(UInt32(year))
                    $0.member(member)
                    $0.currency(book.currency.code)
                    $0.ratePpm(rate.ppm)
                    $0.amountMinor(amount)
                }
            }
        }
        return proposals
    }

    /// One payment an allocated interest that is still due.
    ///
    /// - Parameter payout: as in `pay`.
    package func payInterest(
        institution: String, effectiveAtUs: Int64, _ views: Views, payout: ((UInt32) -> String?)? = nil
    ) throws(LedgerError) -> Proposals {
        let book = try bookIn(views)
        let record = try closed(book, views)
        let proposals = Proposals()
        for party in preferredHolders(book, record, views) {
            guard let interest = views.shareInterest(party, year: year, book) else { continue }
            // What was paid at once is proposed again as it was; a rest is another payment.
            let isPaid = interest.dueMinor == 0
            let member = views.partyName(party)
            let key = "interest-paid-\(year)-\(member)-\(isPaid ? 0 : interest.paidMinor)"
            guard interest.dueMinor > 0 || payout == nil && time(of: key, book, views) != nil else { continue }
            var id = ""
            if let payout {
                guard let given = payout(party) else { continue }
                id = given
            }
            try propose(key, book, effectiveAtUs, proposals, views) { event in
                event.shareInterestPaid {
                    $0.fiscalYear(UInt32(year))
                    $0.member(member)
                    $0.currency(book.currency.code)
                    $0.amountMinor(isPaid ? interest.paidMinor : interest.dueMinor)
                    $0.institution(institution)
                    $0.payout(id)
                }
            }
        }
        return proposals
    }

    /// Those who held preferred shares at the year's end, by the bytes of their ids.
    private func preferredHolders(_ book: Book, _ record: FiscalYearRecord, _ views: Views) -> [UInt32] {
        let code = AccountCode.preferredShares.rawValue
        return views.balances(book, through: record.lastDay) { $0 == code }
            .filter { $0.currency == book.currency.rawValue && $0.party != 0 && $0.sums.second > $0.sums.first }
            .map { ($0.party, views.partyName($0.party)) }
            .sorted { $0.1.utf8.lexicographicallyPrecedes($1.1.utf8) }
            .map(\.0)
    }
}
