import Accounting
import Bytes
import Commerce
import EventLog
import Events
package import Ledger

/// What a simulation did to the ledger.
package struct SimulationOutcome: Sendable {
    package let recorded: Int
    package let repeats: Int
    /// The year that was closed, where the days reached its end.
    package let closedYear: UInt16?
}

extension Simulation {
    /// Records a simulation, and the year's end where its days reach one. Running it again records nothing twice.
    ///
    /// The people's keys go to `keys`, where one is given, before anything is recorded, and those of erased people out of it at the end.
    ///
    /// `proceed` is called before each batch; what it throws ends the simulation between two batches.
    package static func record(
        _ options: SimulationOptions, to store: LedgerStore, keys: Keyring? = nil,
        proceed: @escaping () throws -> Void = {},
        progress: @escaping (Int, Int) -> Void = { _, _ in }
    ) throws -> SimulationOutcome {
        let recorder = try BatchRecorder(store, name: "simulate")
        defer { recorder.close() }
        let simulation = try Simulation(options) { batch in
            try proceed()
            return try recorder.exchange(batch)
        }
        if let keys {
            // What the log says is erased is erased before any key comes back.
            try keys.applyErasures(LedgerSnapshot(store).views)
            try keys.adopt(simulation.personNames, of: simulation.people.keyring)
        }
        simulation.viewsNow = { told in
            try recorder.finish()
            return try views(store, told)
        }
        simulation.dayDone = progress
        try simulation.run()
        try recorder.finish()
        let year = UInt16(clamping: options.from.year)
        let last = options.from.adding(days: options.days - 1)
        let isWholeYear = last.map { $0 >= CivilDate(year: Int(year), month: 12, day: 31) ?? $0 } ?? false
        if isWholeYear { try endYear(year, told: simulation.events, recorder, store) }
        if let keys { try keys.applyErasures(LedgerSnapshot(store).views) }
        return SimulationOutcome(
            recorded: recorder.recorded, repeats: recorder.repeats, closedYear: isWholeYear ? year : nil)
    }

    /// The views after so many events: those of the ledger, or, where it has gone further already, folded anew so that it is told the same again.
    private static func views(_ store: LedgerStore, _ told: Int) throws -> Views {
        let snapshot = try LedgerSnapshot(store)
        return snapshot.head.count > UInt64(told) ? try snapshot.views(atSize: UInt64(told)) : snapshot.views
    }

    /// The closes of all books, the meetings of April 15, the declarations, and the payments of May 1.
    private static func endYear(_ year: UInt16, told: Int, _ recorder: BatchRecorder, _ store: LedgerStore) throws {
        var told = told
        let ends = Books.all.map {
            YearEnd(book: $0.description, year: year, source: "simulation", actor: "simulation")
        }
        func take(_ make: (Views) throws -> Proposals) throws {
            let proposals = try make(Self.views(store, told))
            guard proposals.count > 0 else { return }
            told += proposals.count
            try recorder.take(proposals)
            try recorder.finish()
        }
        for end in ends { try take { try end.close($0) } }
        guard let meeting = CivilDate(year: Int(year) + 1, month: 4, day: 15),
            let payday = CivilDate(year: Int(year) + 1, month: 5, day: 1)
        else { return }
        var allocated: [(end: YearEnd, book: Book)] = []
        for end in ends {
            let views = try Self.views(store, told)
            guard let book = Array(end.book.utf8).withBytes({ views.book($0) }), let plan = try plan(end, book, views)
            else { continue }
            let noon = book.calendar.instantsUs(from: meeting, through: meeting).lowerBound + 43_200_000_000
            try take {
                try end.resolve(plan, meeting: meeting, resolution: "\(year + 1)-1", effectiveAtUs: noon, $0)
            }
            try take { try end.declare(effectiveAtUs: noon, $0) }
            allocated.append((end, book))
        }
        for (end, book) in allocated {
            let noon = book.calendar.instantsUs(from: payday, through: payday).lowerBound + 43_200_000_000
            try take { try end.pay(institution: "815", effectiveAtUs: noon, $0) }
        }
    }

    /// Three quarters of what comes from business with members goes back to them, a fifth of it in shares; 2 % to the community, the rest to the
    /// reserve. Nothing is allocated of a deficit.
    private static func plan(_ end: YearEnd, _ book: Book, _ views: Views) throws -> AllocationPlan? {
        guard let record = views.fiscalYear(end.year, book), record.surplusMinor > 0,
            let rules = book.allocationRules(at: .max)
        else { return nil }
        let base = views.allocationBase(book, year: end.year, record, rules)
        let dividends = AllocationLaw.memberPartMinor(base) * 3 / 4
        let community = min(base.surplusMinor / 50, AllocationLaw.memberPartMinor(base) - dividends)
        return AllocationPlan(
            reserveMinor: base.surplusMinor - dividends - community, dividendsCashMinor: dividends - dividends / 5,
            dividendsSharesMinor: dividends / 5, communityMinor: community)
    }
}
