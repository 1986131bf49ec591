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
        if isWholeYear { try SimulatedYearEnd(year, told: simulation.events, recorder, store).run() }
        if let keys { try keys.applyErasures(LedgerSnapshot(store).views) }
        return SimulationOutcome(
            recorded: recorder.recorded, repeats: recorder.repeats, closedYear: isWholeYear ? year : nil)
    }

    /// The views after so many events: those of the ledger, or, where it has gone further already, folded anew so that it is told the same again.
    static func views(_ store: LedgerStore, _ told: Int) throws -> Views {
        let snapshot = try LedgerSnapshot(store)
        return snapshot.head.count > UInt64(told) ? try snapshot.views(atSize: UInt64(told)) : snapshot.views
    }
}
