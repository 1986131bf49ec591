import Accounting
import Bytes
import Commerce
import Events
import Ledger

/// What follows the last day of the year: the closes of all books, the meetings of April 15 with interest before and declarations after the
/// resolution, the payments of May 1, and by the end of June what goes to the solidarity fund, to the authority and to whom the fund helps.
final class SimulatedYearEnd {
    private let year: UInt16
    private let recorder: BatchRecorder
    private let store: LedgerStore
    private let ends: [YearEnd]
    private var told: Int

    init(_ year: UInt16, told: Int, _ recorder: BatchRecorder, _ store: LedgerStore) {
        self.year = year
        self.told = told
        self.recorder = recorder
        self.store = store
        ends = Books.all.map { YearEnd(book: $0.description, year: year, source: "simulation", actor: "simulation") }
    }

    func run() throws {
        for end in ends { try take { try end.close($0) } }
        var allocated: [YearEnd] = []
        for end in ends where try allocate(end) { allocated.append(end) }
        for end in allocated {
            try take { try end.pay(institution: "815", effectiveAtUs: noon(5, 1, $0), $0) }
            try take { try end.payInterest(institution: "815", effectiveAtUs: noon(5, 1, $0), $0) }
        }
        try take { try contributions($0) }
        try take { try settlements($0) }
        try take { try grant($0) }
        try take { try withheld($0) }
    }

    private func take(_ make: (Views) throws -> Proposals) throws {
        let proposals = try make(Simulation.views(store, told))
        guard proposals.count > 0 else { return }
        told += proposals.count
        try recorder.take(proposals)
        try recorder.finish()
    }

    /// Noon of a day of the year after, by the clocks that all books share.
    private func noon(_ month: Int, _ day: Int, _ views: Views) -> Int64 {
        guard let date = CivilDate(year: Int(year) + 1, month: month, day: day), let book = views.allBooks.first else {
            return 0
        }
        return book.calendar.instantsUs(from: date, through: date).lowerBound + 43_200_000_000
    }

    private func book(_ name: String, _ views: Views) -> Book? { Array(name.utf8).withBytes { views.book($0) } }

    private func record(_ name: String, _ views: Views) -> FiscalYearRecord? {
        book(name, views).flatMap { views.fiscalYear(year, $0) }
    }

    private func event(
        _ key: String, _ book: String, _ us: Int64, _ proposals: Proposals, _ body: (EventWriter) -> Void
    ) throws {
        try proposals.append { event in
            event.effectiveAt { $0.write(microseconds: us) }
            event.book(book)
            event.source("simulation")
            event.key("\(book)/\(key)")
            event.actor("simulation")
            body(event)
        }
    }

    // MARK: the meeting

    /// Interest on preferred shares, the resolution and the declarations; false where there is nothing to allocate.
    private func allocate(_ end: YearEnd) throws -> Bool {
        let views = try Simulation.views(store, told)
        guard let record = record(end.book, views), record.surplusMinor > 0 else { return false }
        // The interest of all of them takes less than half of what there is.
        if try Terms.interest.applied(to: Terms.preferredMinor) < record.surplusMinor / 2 {
            try take { try end.allocateInterest(Terms.interest, effectiveAtUs: noon(4, 15, $0), $0) }
        }
        guard let plan = try plan(end, Simulation.views(store, told)),
            let meeting = CivilDate(year: Int(year) + 1, month: 4, day: 15)
        else { return false }
        try take {
            try end.resolve(
                plan, meeting: meeting, resolution: "\(year + 1)-1", effectiveAtUs: noon(4, 15, $0), $0)
        }
        try take { try end.declare(effectiveAtUs: noon(4, 15, $0), $0) }
        return true
    }

    /// Three quarters of what comes from business with members goes back to them, a fifth of it in shares; 2 % to the community, the rest to the
    /// reserve. Nothing is allocated of a deficit.
    private func plan(_ end: YearEnd, _ views: Views) throws -> AllocationPlan? {
        guard let book = book(end.book, views), let record = views.fiscalYear(end.year, book),
            let rules = book.allocationRules(at: .max)
        else { return nil }
        let base = views.allocationBase(book, year: end.year, record, rules)
        let dividends = AllocationLaw.memberPartMinor(base) * 3 / 4
        let community = min(base.surplusMinor / 50, AllocationLaw.memberPartMinor(base) - dividends)
        return AllocationPlan(
            reserveMinor: base.surplusMinor - dividends - community, dividendsCashMinor: dividends - dividends / 5,
            dividendsSharesMinor: dividends / 5, communityMinor: community)
    }

    // MARK: the solidarity fund

    private func contribution(_ book: String, _ views: Views) throws -> Int64 {
        try Terms.solidarity.applied(to: max(0, record(book, views)?.surplusMinor ?? 0))
    }

    /// On May 15, a part of the surplus of the year that was closed.
    private func contributions(_ views: Views) throws -> Proposals {
        let proposals = Proposals()
        for book in Books.contributors.map(\.description) {
            let amount = try contribution(book, views)
            guard amount > 0 else { continue }
            try event("solidarite-\(year)", book, noon(5, 15, views), proposals) { event in
                event.solidarityContributed {
                    $0.contribution("solidarite-\(year)")
                    $0.fundBook(Bytes(Books.identity))
                    $0.fiscalYear(UInt32(year))
                    $0.currency("CAD")
                    $0.amountMinor(amount)
                }
            }
        }
        return proposals
    }

    /// On May 31, paid into the fund.
    private func settlements(_ views: Views) throws -> Proposals {
        let proposals = Proposals()
        for book in Books.contributors.map(\.description) {
            let amount = try contribution(book, views)
            guard amount > 0 else { continue }
            try settle(
                "solidarite-reglee-\(year)", book, Books.identity.description, amount, noon(5, 31, views), proposals)
        }
        return proposals
    }

    private func settle(
        _ key: String, _ payer: String, _ payee: String, _ amountMinor: Int64, _ us: Int64, _ proposals: Proposals
    ) throws {
        try event(key, payer, us, proposals) { event in
            event.intercoopSettled {
                $0.settlement(key)
                $0.counterpartBook(payee)
                $0.currency("CAD")
                $0.amountMinor(amountMinor)
                $0.institution("815")
                $0.counterpartInstitution("815")
            }
        }
    }

    /// In June half of what the fund has helps the contributor with the smallest surplus, and is paid.
    private func grant(_ views: Views) throws -> Proposals {
        let proposals = Proposals()
        let fund = Books.identity.description
        var given: [(amount: Int64, book: String)] = []
        for book in Books.contributors.map(\.description) {
            let amount = try contribution(book, views)
            if amount > 0 { given.append((amount, book)) }
        }
        let half = given.reduce(0) { $0 + $1.amount } / 2
        guard half > 0, let helped = given.min(by: { ($0.amount, $0.book) < ($1.amount, $1.book) }) else {
            return proposals
        }
        try event("aide-\(year)", fund, noon(6, 10, views), proposals) { event in
            event.solidarityGranted {
                $0.grant("aide-\(year)")
                $0.beneficiaryBook(helped.book)
                $0.currency("CAD")
                $0.amountMinor(half)
                $0.purpose("équipement")
                $0.resolution("\(year + 1)-2")
            }
        }
        try settle("aide-reglee-\(year)", fund, helped.book, half, noon(6, 20, views), proposals)
        return proposals
    }

    // MARK: the authority

    /// What was withheld from the dividends of May 1, by June 15 (ITR 108(1)).
    private func withheld(_ views: Views) throws -> Proposals {
        let proposals = Proposals()
        for end in ends {
            guard let book = book(end.book, views) else { continue }
            let owed = -views.balance(book: book, .withholdingPayable)
            guard owed > 0 else { continue }
            try event("retenues-\(year)", end.book, noon(6, 15, views), proposals) { event in
                event.taxRemitted {
                    $0.tax("withholding")
                    $0.institution("815")
                    $0.amountMinor(owed)
                    $0.currency("CAD")
                    $0.periodEndDate("\(year + 1)-05-31")
                }
            }
        }
        return proposals
    }
}
