package import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// The year's end as proposals: close, resolution, declarations, payments. Everything is computed from the views; the rules check it again.
package struct YearEnd {
    package let book: String
    package let year: UInt16
    package let source: String
    package let actor: String
    /// An event that stands under its key already is proposed with the time it has, so that whoever says nothing of times may say the same again.
    package var keepsTimes = false

    package init(book: String, year: UInt16, source: String, actor: String) {
        self.book = book
        self.year = year
        self.source = source
        self.actor = actor
    }

    func bookIn(_ views: Views) throws(LedgerError) -> Book {
        guard let found = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, book, for: .ledger, views)
        }
        return found
    }

    func closed(_ book: Book, _ views: Views) throws(LedgerError) -> FiscalYearRecord {
        guard let record = views.fiscalYear(year, book) else {
            throw LedgerError(
                .no, "\(self.book) \(year)", Text("l’exercice n’est pas clos", "the fiscal year is not closed"),
                remedy: Text(
                    "« grandlivre surplus close --year \(year) »", "\"grandlivre surplus close --year \(year)\""))
        }
        return record
    }

    private func resolved(_ book: Book, _ views: Views) throws(LedgerError) -> FiscalYearRecord {
        let record = try closed(book, views)
        guard record.isResolved else {
            throw LedgerError(
                .no, "\(self.book) \(year)", Text("les excédents ne sont pas affectés", "the surplus is not allocated"),
                remedy: Text(
                    "« grandlivre surplus resolve --year \(year) »", "\"grandlivre surplus resolve --year \(year)\""))
        }
        return record
    }

    private func name(_ key: String, _ book: Book) -> String {
        book.foundedSequence == 0 ? key : "\(book.name)/\(key)"
    }

    /// When the event of that key was effective, where times are kept and there is one.
    func time(of key: String, _ book: Book, _ views: Views) -> Int64? {
        guard keepsTimes else { return nil }
        let sequence = Array(source.utf8).withBytes { source in
            Array(name(key, book).utf8).withBytes { Idempotency.find(source: source, key: $0, views) }
        }
        return sequence.flatMap { views.event($0)?.effectiveAt }.map(microseconds)
    }

    /// Keys name the book too, so that every book has its year's end; those of the ledger's first book, once the only one, do not.
    func propose(
        _ key: String, _ book: Book, _ effectiveAtUs: Int64, _ proposals: Proposals, _ views: Views,
        _ body: (EventWriter) -> Void
    ) throws(LedgerError) {
        let effectiveAtUs = time(of: key, book, views) ?? effectiveAtUs
        let key = name(key, book)
        do throws(ProposalError) {
            try proposals.append { writer in
                writer.effectiveAt { $0.write(microseconds: effectiveAtUs) }
                writer.book(book.name)
                writer.source(source)
                writer.key(key)
                writer.actor(actor)
                body(writer)
            }
        } catch {
            throw LedgerError(
                .internalError, key, Text("\(error)", "\(error)"),
                remedy: Text("des textes plus courts", "shorter texts"))
        }
    }

    /// The close, effective the last microsecond of the year's last local day.
    package func close(_ views: Views) throws(LedgerError) -> Proposals {
        let book = try bookIn(views)
        guard let first = CivilDate(year: Int(year), month: 1, day: 1),
            let last = CivilDate(year: Int(year), month: 12, day: 31)
        else { throw outOfRange }
        let surplus = views.fiscalYear(year, book)?.surplusMinor ?? views.surplus(book, through: last.daysSinceEpoch)
        let proposals = Proposals()
        try propose("fiscal-year-\(year)", book, book.calendar.lastInstantUs(of: last), proposals, views) { event in
            event.fiscalYearClosed {
                $0.fiscalYear(UInt32(year))
                $0.firstDate(first.text)
                $0.lastDate(last.text)
                $0.currency(book.currency.code)
                $0.surplusMinor(surplus)
            }
        }
        return proposals
    }

    private var outOfRange: LedgerError {
        LedgerError(
            .usage, "\(year)", Text("exercice hors limites", "fiscal year out of range"),
            remedy: Text("1900 à 9998", "1900 to 9998"))
    }

    /// The resolution of the general meeting, with the hash of its minutes where they are at hand.
    package func resolve(
        _ plan: AllocationPlan, meeting: CivilDate, resolution: String, minutesSha256: [UInt8] = [],
        effectiveAtUs: Int64, _ views: Views
    ) throws(LedgerError) -> Proposals {
        let book = try bookIn(views)
        let record = try closed(book, views)
        let proposals = Proposals()
        let effectiveAtUs = time(of: "allocation-\(year)", book, views) ?? effectiveAtUs
        try propose("allocation-\(year)", book, effectiveAtUs, proposals, views) { event in
            event.allocationResolved {
                $0.fiscalYear(UInt32(year))
                $0.currency(book.currency.code)
                $0.surplusMinor(views.allocatable(book, record))
                $0.reserveMinor(plan.reserveMinor)
                $0.reserveForRebatesMinor(plan.reserveForRebatesMinor)
                $0.dividendsCashMinor(plan.dividendsCashMinor)
                $0.dividendsSharesMinor(plan.dividendsSharesMinor)
                $0.communityMinor(plan.communityMinor)
                $0.meetingDate(meeting.text)
                $0.resolution(resolution)
                $0.rulesVersion(book.allocationRules(at: effectiveAtUs)?.rulesVersion ?? "")
                if !minutesSha256.isEmpty {
                    let event = $0
                    minutesSha256.withBytes { event.minutesSha256($0) }
                }
                if plan.deficitMinor != 0 { $0.deficitMinor(plan.deficitMinor) }
            }
        }
        return proposals
    }

    /// Everybody's part of the resolved dividends.
    package func shares(_ views: Views) throws(LedgerError) -> [DividendShare] {
        let book = try bookIn(views)
        let record = try resolved(book, views)
        return try sharing { () throws(MoneyError) in try views.resolvedPlan(book, year: year, record) }.shares
    }

    /// What everybody would get under a plan.
    package func simulate(_ plan: AllocationPlan, _ views: Views) throws(LedgerError) -> [DividendShare] {
        let book = try bookIn(views)
        return try sharing { () throws(MoneyError) in
            try views.dividendPlan(book, year: year, plan, rules: book.allocationRules(at: .max))
        }.shares
    }

    /// Everybody's part by group: of the resolved dividends, or the bases alone before the resolution.
    package func sharesByGroup(_ views: Views) throws(LedgerError) -> [DividendShare] {
        let record = try closed(bookIn(views), views)
        return record.isResolved ? try shares(views) : try simulate(AllocationPlan(), views)
    }

    private func sharing(_ body: () throws(MoneyError) -> DividendPlan) throws(LedgerError) -> DividendPlan {
        do throws(MoneyError) {
            return try body()
        } catch {
            throw LedgerError(
                .no, "\(self.book) \(year)",
                Text("répartition impossible : \(error.reason)", "cannot be shared: \(error.reason)"),
                remedy: Text(error.accepted, error.accepted))
        }
    }

    /// One declaration a member with a part above zero.
    package func declare(effectiveAtUs: Int64, _ views: Views) throws(LedgerError) -> Proposals {
        let book = try bookIn(views)
        let proposals = Proposals(capacity: 1 << 20)
        for share in try shares(views) where share.cashMinor + share.sharesMinor > 0 {
            try propose("dividend-\(year)-\(share.member)", book, effectiveAtUs, proposals, views) { event in
                event.patronageDividendDeclared {
                    $0.fiscalYear(UInt32(year))
                    $0.member(share.member)
                    $0.currency(book.currency.code)
                    $0.baseMinor(share.baseMinor)
                    $0.cashMinor(share.cashMinor)
                    $0.sharesMinor(share.sharesMinor)
                }
            }
        }
        return proposals
    }

    /// One payment a declared dividend, less the tax withheld by the year's earlier payments.
    ///
    /// - Parameter payout: the id under which a member's money goes into a payment file; only dividends that are still due are proposed then, and none of a
    ///   member for whom it says `nil`. What leaves no cash needs no payout.
    package func pay(
        institution: String, effectiveAtUs: Int64, _ views: Views, payout: ((DividendShare) -> String?)? = nil
    ) throws(LedgerError) -> Proposals {
        let book = try bookIn(views)
        let calendarYear = UInt16(
            clamping: CivilDate(clampingDays: Int64(book.day(effectiveAtUs))).year)
        let rule = book.withholdingRule(at: effectiveAtUs)
        let proposals = Proposals(capacity: 1 << 20)
        for share in try shares(views) where share.cashMinor + share.sharesMinor > 0 {
            guard let dividend = views.dividend(share.party, year: year, book) else {
                throw LedgerError(
                    .no, share.member, Text("ristourne non déclarée", "dividend not declared"),
                    remedy: Text(
                        "« grandlivre surplus declare --year \(year) »", "\"grandlivre surplus declare --year \(year)\""
                    ))
            }
            var id = ""
            if let payout {
                guard !dividend.isPaid, let given = payout(share) else { continue }
                id = given
            }
            let payment = dividend.payment(book)
            let withheld =
                dividend.isPaid
                ? dividend.withheldMinor
                : try withholding(
                    rule, share.member, payment,
                    paidBefore: views.withholding(share.party, calendarYear: calendarYear, book).first)
            try propose("dividend-paid-\(year)-\(share.member)", book, effectiveAtUs, proposals, views) { event in
                event.patronageDividendPaid {
                    $0.fiscalYear(UInt32(year))
                    $0.member(share.member)
                    $0.currency(book.currency.code)
                    $0.cashMinor(payment.cashMinor)
                    $0.sharesMinor(payment.sharesMinor)
                    $0.withheldMinor(withheld)
                    $0.institution(institution)
                    if payment.cashMinor > withheld { $0.payout(id) }
                }
            }
        }
        return proposals
    }

    private func withholding(
        _ rule: WithholdingRule?, _ member: String, _ payment: (cashMinor: Int64, sharesMinor: Int64), paidBefore: Int64
    ) throws(LedgerError) -> Int64 {
        guard let rule else { return 0 }
        do throws(MoneyError) {
            return try rule.withheldMinor(
                cashMinor: payment.cashMinor, sharesMinor: payment.sharesMinor, paidBeforeMinor: paidBefore)
        } catch {
            throw LedgerError(
                .no, member,
                Text(
                    "la part en argent ne couvre pas la retenue d’impôt",
                    "the cash part does not cover the tax withheld"),
                remedy: Text(error.accepted, error.accepted))
        }
    }
}
